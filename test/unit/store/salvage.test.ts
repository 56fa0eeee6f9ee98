import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { type Database, type OpenProblem, openDatabase } from "../../../sidecar/store/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { addExample } from "../../support/store.ts";

const PAGE_BYTES = 4096;
const EXAMPLES = 400;

/** Opens a store of many examples again after `damage` was done to its file. */
async function openDamaged(
  t: TestContext,
  damage: (bytes: Buffer) => void,
): Promise<{ database: Database; problems: readonly OpenProblem[]; folder: string }> {
  const opened: Database[] = [];
  t.after(() => opened.forEach((database) => database.close()));
  const folder = await temporaryFolder(t);
  const { database } = openDatabase(folder, silentLog);
  database.run("INSERT INTO projects (id, root, created_at) VALUES (7, '/work', 1)");
  database.run("INSERT INTO meta (key, value) VALUES ('salt', 'as before')");
  database.transaction(() => {
    for (let n = 0; n < EXAMPLES; n++) {
      addExample(database, { projectId: 7, linePrefix: `const example${n} = `, text: `load(${n});` });
    }
  });
  database.close();
  const path = join(folder, "tacit.db");
  const bytes = readFileSync(path);
  damage(bytes);
  writeFileSync(path, bytes);
  const again = openDatabase(folder, silentLog);
  opened.push(again.database);
  return { ...again, folder };
}

/** Makes nonsense of a page with rows of the table `examples`. */
function spoilExamples(bytes: Buffer): void {
  const at = bytes.indexOf(`const example${EXAMPLES / 2} = `);
  bytes.fill(0xff, at - (at % PAGE_BYTES), at - (at % PAGE_BYTES) + PAGE_BYTES);
}

function countExamples(database: Database): number {
  return Number(database.get("SELECT count(*) AS n FROM examples")!["n"]);
}

test("what lies before and behind a damaged page is kept, and the status says how much that is", async (t) => {
  const { database, problems } = await openDamaged(t, spoilExamples);
  const kept = countExamples(database);
  assert.ok(kept > EXAMPLES * 0.8 && kept < EXAMPLES, `kept ${kept}`);
  assert.equal(database.get("SELECT root FROM projects WHERE id = 7")?.["root"], "/work");
  assert.match(problems[0]!.reason, /was damaged .* set aside as /s);
  assert.match(problems[0]!.action, new RegExp(`goes on with the ${kept + 1} rows that could be read`));
});

test("the salt of what was forgotten is kept, and files of indexes belong to the database before", async (t) => {
  const { database } = await openDamaged(t, spoilExamples);
  assert.equal(database.get("SELECT value FROM meta WHERE key = 'salt'")?.["value"], "as before");
});

test("where not even the head can be read memory is empty, and the status says so", async (t) => {
  const { database, problems } = await openDamaged(t, (bytes) => void bytes.fill(0xff, 0, PAGE_BYTES));
  assert.equal(countExamples(database), 0);
  assert.match(problems[0]!.action, /empty memory/);
});

test("a version that no Tacit will ever have is damage, and does not keep it from starting", async (t) => {
  const { database, problems } = await openDamaged(t, (bytes) => void bytes.writeUInt32BE(0x4000_0008, 60));
  assert.equal(countExamples(database), EXAMPLES);
  assert.equal(problems.length, 1);
});

test("saving what can be read leaves the damaged file as it was, with nothing beside it", async (t) => {
  const { folder } = await openDamaged(t, spoilExamples);
  const aside = readdirSync(folder).filter((name) => name.includes("damaged"));
  assert.equal(aside.length, 1, aside.join(", "));
});
