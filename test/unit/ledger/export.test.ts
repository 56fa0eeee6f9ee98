/** Export and import: what was learned goes to another data folder, and, without names, to whoever asks for it. */
import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { exportData } from "../../../sidecar/ledger/export.ts";
import { importData } from "../../../sidecar/ledger/import.ts";
import { keywordsOf } from "../../../sidecar/ledger/keywords.ts";
import { type Database, openDatabase } from "../../../sidecar/store/database.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";
import { never } from "../../support/recall.ts";
import { createWorkplace, CHANGED, FILES, lifeIn, settled } from "../../support/sidecar.ts";
import { addExample, FakeClock, temporaryDatabase } from "../../support/store.ts";

test("what is exported is the same in another data folder", async (t) => {
  const { sidecar, folder, start, root, home } = await learned(t);
  await sidecar.close();
  const target = join(folder, "export");
  await (await start([])).ledger.exportTo(target, { anonymise: false }, never);
  const there = await createWorkplace(t);
  const other = await there.start([]);
  const { counts } = await other.ledger.importFrom(target, never);
  assert.equal(counts["suggestions"], 2);
  await other.close();
  assert.deepEqual(contents(t, there.home), contents(t, home));
  const again = await there.start([]);
  assert.deepEqual((await again.ledger.importFrom(target, never)).counts, {}, "a second time brings nothing");
  assert.ok(root);
});

test("numbers that are taken are given anew, and who names them follows", async (t) => {
  const from = await temporaryDatabase(t);
  openProject(from, "/elsewhere", new FakeClock());
  const { id } = openProject(from, "/project", new FakeClock());
  const { id: example } = addExample(from, { projectId: id, linePrefix: "a", text: "b" });
  from.run("INSERT INTO decisions VALUES (?, 'vetoed', 1)", `typescript/quotes=single@file:${id}:a.ts`);
  from.run(
    "INSERT INTO generations (id, language, path, line, character, engine, proposer, line_prefix, context_before, text, shown_at) VALUES ('g', 'ts', 'a.ts', 1, 1, 'recall', 'x', '', '', '', 1)",
  );
  from.run("INSERT INTO origins VALUES ('g', 'raw', '[]', '', 1, ?)", JSON.stringify([example]));
  const target = join(await temporaryFolder(t), "export");
  await exportData({ database: from, learned: [], now: 0 }, target, { anonymise: false }, never);
  const to = await temporaryDatabase(t);
  openProject(to, "/project", new FakeClock());
  addExample(to, { linePrefix: "of", text: "here" });
  await importData(to, target, never);
  assert.equal(to.get("SELECT project_id FROM examples WHERE text = 'b'")?.["project_id"], 1);
  assert.equal(to.get("SELECT learned_id FROM decisions")?.["learned_id"], "typescript/quotes=single@file:1:a.ts");
  assert.equal(to.get("SELECT example_ids FROM origins")?.["example_ids"], "[2]");
});

test("an export that was changed to what does not fit changes nothing", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    "manifest.json": '{"format":1,"counts":{}}',
    "data/examples.jsonl": '{"id":1,"generation_id":"none","language":"a","path":"a"}\n',
  });
  const database = await temporaryDatabase(t);
  await assert.rejects(importData(database, folder, never), /does not fit/);
  assert.equal(database.get("SELECT count(*) AS n FROM examples")?.["n"], 0);
  await assert.rejects(importData(database, join(folder, "data"), never), /is no export/);
});

test("secrets in a foreign export are cut out", async (t) => {
  const folder = await temporaryFolder(t);
  const database = await temporaryDatabase(t);
  const key = `AKIAQ7ZP4MXK2WLT3VBN`;
  addExample(database, { linePrefix: "", text: `const key = "${key}";` });
  await exportData({ database, learned: [], now: 0 }, join(folder, "export"), { anonymise: false }, never);
  const other = await temporaryDatabase(t);
  await importData(other, join(folder, "export"), never);
  assert.doesNotMatch(String(other.get("SELECT text FROM examples")?.["text"]), new RegExp(key));
});

test("an export is for its owner alone, and overwrites nothing", async (t) => {
  const { sidecar, folder } = await learned(t);
  const target = join(folder, "export");
  await sidecar.ledger.exportTo(target, { anonymise: false }, never);
  for (const entry of ["", ...(await readdir(target, { recursive: true }))]) {
    const { mode } = await stat(join(target, entry));
    assert.equal(mode & 0o077, 0, entry);
  }
  assert.deepEqual((await readdir(target)).sort(), ["data", "examples", "history", "manifest.json", "patterns"]);
  assert.match(await readFile(join(target, "examples", "typescript.md"), "utf8"), /findOrThrow/);
  await assert.rejects(sidecar.ledger.exportTo(target, { anonymise: false }, never), /is not empty/);
});

const SOURCES = ["sidecar/sidecar.ts", "sidecar/ledger/forgetting.ts", "extension/observe/outbox.ts", "text/edit.ts"];
const PYTHON = `import os\n\nclass TodoItem:\n    """Keeps one thing to do."""\n    def __init__(self, title: str, due=None):\n        self.title = title  # what is wanted\n        self.due = due or os.environ["TODO_DUE"]\n`;

test("of names, texts, comments and paths nothing is left in an anonymised export of real code", async (t) => {
  const database = await temporaryDatabase(t);
  const { id: projectId } = openProject(database, "/srv/somebody/wonderful-project", new FakeClock());
  const texts = await Promise.all(SOURCES.map((path) => readFile(join(import.meta.dirname, "../../..", path), "utf8")));
  for (const [index, text] of texts.entries()) {
    addExample(database, { projectId, path: SOURCES[index]!, linePrefix: "", text, contextBefore: text.slice(0, 400) });
  }
  addExample(database, { projectId, path: "todo.py", languageId: "python", linePrefix: "", text: PYTHON });
  const target = join(await temporaryFolder(t), "export");
  await exportData({ database, learned: [], now: 0 }, target, { anonymise: true }, never);
  const rows = (await readFile(join(target, "data", "examples.jsonl"), "utf8")).trim().split("\n");
  const written = rows
    .map((row) => JSON.parse(row) as Record<string, unknown>)
    .map(({ text, context_before: context, terms, path }) => [text, context, terms, path].join("\n"));
  const left = new Set(written.flatMap(wordsIn));
  const own = new Set([...texts.flatMap(wordsIn), ...wordsIn(PYTHON), ...SOURCES.flatMap(wordsIn)]);
  const keywords = new Set(["typescript", "python"].flatMap((language) => [...keywordsOf(language)]));
  assert.deepEqual(
    [...own].filter(
      (word) => word.length > 1 && left.has(word) && !keywords.has(word) && !/^(?:ts|py|[01])$/.test(word),
    ),
    [],
  );
  const projects = await readFile(join(target, "data", "projects.jsonl"), "utf8");
  assert.doesNotMatch(projects, /somebody|wonderful|srv/);
});

test("the same name has the same stand-in everywhere; structure and keywords stay", async (t) => {
  const database = await temporaryDatabase(t);
  addExample(database, { path: "src/user.ts", linePrefix: "", text: 'if (loadUser(userId)) return "user 42";' });
  addExample(database, { path: "src/user.ts", linePrefix: "const USER_ID = ", text: "loadUser(`${userId}`, 42);" });
  const target = join(await temporaryFolder(t), "export");
  await exportData({ database, learned: [], now: 0 }, target, { anonymise: true }, never);
  const [first, second] = (await readFile(join(target, "data", "examples.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((row) => JSON.parse(row) as { text: string; line_prefix: string; path: string });
  const shape = /^if \((zq\w+)(Zq\w+)\((zq\w+)(Zq\w+)\)\) return "(zq\w+) (\d+)";$/.exec(first!.text)!;
  assert.ok(shape, first!.text);
  const [, load, User, user, Id, quoted, number] = shape;
  assert.equal(quoted, user);
  assert.equal(User!.toLowerCase(), user);
  assert.equal(second!.text, `${load}${User}(\`\${${user}${Id}}\`, ${number});`);
  assert.equal(second!.line_prefix, `const ${user!.toUpperCase()}_${Id!.toUpperCase()} = `);
  assert.match(first!.path, new RegExp(`^zq\\w+/${user}\\.ts$`));
});

function wordsIn(text: string): string[] {
  return text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
}

/** A sidecar that has learned from two suggestions, and decided about something. */
async function learned(t: TestContext) {
  const workplace = await createWorkplace(t, FILES);
  const sidecar = await workplace.start([workplace.root]);
  sidecar.ingest(lifeIn(workplace.root, CHANGED));
  sidecar.ingest(lifeIn(workplace.root, CHANGED, "src/b.ts"));
  await settled(sidecar);
  sidecar.decideStyle("typescript/quotes=single@language", "pinned");
  return { ...workplace, sidecar };
}

/** What is stored, but for numbers and the folders of tests. */
function contents(t: TestContext, home: string): unknown {
  const { database } = openDatabase(home, silentLog);
  t.after(() => database.close());
  const rows = (sql: string): unknown => (database satisfies Database).all(sql);
  return {
    examples: rows(
      "SELECT generation_id, path, origin, line_prefix, text, generated, score FROM examples ORDER BY path",
    ),
    outcomes: rows("SELECT * FROM outcomes ORDER BY generation_id"),
    signals: rows("SELECT * FROM signals ORDER BY id"),
    decisions: rows("SELECT * FROM decisions"),
  };
}
