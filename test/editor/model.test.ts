/**
 * Models in a real editor, the user's own server in each of the three dialects and one that Tacit runs itself: what memory
 * does not know is written by the model, in the developer's own style; what fails is told, and memory goes on.
 */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import type { Dialect } from "../../sidecar/engine/remote/remote.ts";
import { openEditor } from "../support/editor.ts";
import { temporaryFolder } from "../support/folders.ts";
import { modelFile } from "../support/llama.ts";
import { openModelServer } from "../support/model-server.ts";

/** Places that have nothing in common, so that memory knows none of them. */
const PLACES: readonly {
  readonly dialect: Dialect;
  readonly above: string;
  readonly typed: string;
  readonly written: string;
}[] = [
  {
    dialect: "llama-server",
    above: "class Greeter {\n  greet(name) {",
    typed: "    const greeting = ",
    written: "hello(name);",
  },
  {
    dialect: "ollama",
    above: "function area(width, height) {\n  {",
    typed: "    surface += ",
    written: "width * height;",
  },
  {
    dialect: "openai",
    above: "export class Reader {\n  read(text) {",
    typed: "    throw new ",
    written: "RangeError(text);",
  },
];
const BLANK_LINE = 3;

test("a model server is asked where memory has nothing, in each dialect; when it fails memory goes on", async (t) => {
  const workspace = await temporaryFolder(t);
  await mkdir(join(workspace, "src"));
  const servers = await Promise.all(
    PLACES.map(async ({ dialect, above, written }) => {
      await writeFile(join(workspace, `src/${dialect}.js`), `${above}\n\n  }\n}\n`);
      return openModelServer(t, { dialect, pieces: [written.slice(0, 3), written.slice(3)], logprob: -0.05 });
    }),
  );
  const [first] = servers;
  await using editor = await openEditor({ workspace, machineSettings: { "tacit.remote.url": first!.url } });

  for (const [index, { dialect, typed, written }] of PLACES.entries()) {
    const server = servers[index]!;
    await editor.configure({ "tacit.remote.url": server.url });
    await editor.until(`${dialect} is found`, () => server.paths.length > 0);
    await editor.until("the status names its model", async () =>
      (await editor.statusTooltip()).includes("Engine: recall and qwen2.5-coder:1.5b"),
    );
    await editor.openFile(`src/${dialect}.js`, { line: BLANK_LINE });
    await editor.type(typed);
    assert.equal(await editor.waitForGhostText(), written);
    await editor.accept();
    await editor.waitForText(typed.trim() + " " + written);
    await editor.save();
    assert.ok(server.asked.length > 0);
  }

  await servers.at(-1)!.close();
  await editor.press("Enter");
  await editor.type("unknown.");
  await editor.until("the status says what does not work", async () =>
    /model.*127\.0\.0\.1/s.test(await editor.statusTooltip()),
  );
  await editor.configure({});
  await editor.until("memory alone works", async () => !/model.*127\.0\.0\.1/s.test(await editor.statusTooltip()));
});

test("a model on this machine is loaded as it is wanted, and writes where memory has nothing", async (t) => {
  const workspace = await temporaryFolder(t);
  await mkdir(join(workspace, "src"));
  await writeFile(join(workspace, "src/total.js"), "class Total {\n  sum(items) {\n\n  }\n}\n");
  const machineSettings = { "tacit.llama.model": await modelFile(t), "tacit.llama.gpu": "off" };
  await using editor = await openEditor({ workspace, machineSettings, settings: { "tacit.gate": "off" } });
  await editor.until("the status names the model", async () =>
    (await editor.statusTooltip()).includes("Engine: recall and tiny"),
  );
  await editor.openFile("src/total.js", { line: BLANK_LINE });
  // Whoever comes first does not wait for the model.
  await editor.type("    let total");
  await editor.until("the model is loaded", async () =>
    (await editor.statusTooltip()).includes("recall and tiny (CPU)"),
  );
  await editor.type(" = ");
  assert.match(await editor.waitForGhostText(), /^[a-z]\w+/);
  await editor.accept();
  await editor.waitForText(/let total = [a-z]\w+/);

  await editor.configure({ "tacit.llama.model": join(workspace, "src/total.js") });
  await editor.until("the status says what does not work", async () =>
    /total\.js is not a model/.test(await editor.statusTooltip()),
  );
});
