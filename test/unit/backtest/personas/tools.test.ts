import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { runTools } from "../../../../sidecar/backtest/personas/tools.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { never } from "../../../support/recall.ts";

test("a tool sees each text once, however many files have it", async (t) => {
  const folder = await temporaryFolder(t);
  const log = join(folder, "log");
  const command = [
    "node",
    "-e",
    `const fs = require("fs"); const [log, path] = process.argv.slice(1);
      fs.appendFileSync(log, "seen\\n"); fs.writeFileSync(path, fs.readFileSync(path, "utf8").toUpperCase());`,
    log,
    "{file}",
  ];
  const options = { folder, cacheFolder: join(folder, "cache"), environment: process.env };
  const same = Array.from({ length: 9 }, (_, n) => ({ path: `${n}/a.js`, text: "same" }));
  const inputs = [...same, { path: "b.js", text: "same" }, { path: "a.js", text: "other" }];
  const expected = [...same.map(() => "SAME"), "SAME", "OTHER"];
  assert.deepEqual(await runTools([command], inputs, options, never), expected);
  assert.equal((await readFile(log, "utf8")).split("\n").length - 1, 3, "by its name and text");
  assert.deepEqual(await runTools([command], inputs, options, never), expected);
  assert.equal((await readFile(log, "utf8")).split("\n").length - 1, 3, "and never again");
});
