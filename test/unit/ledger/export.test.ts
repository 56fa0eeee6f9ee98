/** Export and import: what was learned goes to another data folder, and, without names, to whoever asks for it. */
import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { createId } from "../../../sidecar/base/random.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { exportData } from "../../../sidecar/ledger/export.ts";
import { importData } from "../../../sidecar/ledger/import.ts";
import { keywordsOf } from "../../../sidecar/ledger/keywords.ts";
import { type Database, openDatabase } from "../../../sidecar/store/database.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";
import { never } from "../../support/recall.ts";
import { createWorkplace, CHANGED, FILES, lifeIn, settled } from "../../support/sidecar.ts";
import { acceptedLife, dismissedLife } from "../../support/signals.ts";
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

for (const [file, from, to] of [
  ["signals", /"body":"\{/, '"body":"{{'],
  ["outcomes", /"reasons":"\[/, '"reasons":"{'],
] as const) {
  test(`${file} that could not be read again are not taken`, async (t) => {
    const { sidecar, folder } = await learned(t);
    const exported = join(folder, "export");
    await sidecar.ledger.exportTo(exported, { anonymise: false }, never);
    const path = join(exported, "data", `${file}.jsonl`);
    const rows = await readFile(path, "utf8");
    assert.match(rows, from);
    await writeFile(path, rows.replace(from, to));
    const database = await temporaryDatabase(t);
    await assert.rejects(importData(database, exported, never), /does not fit/);
    assert.equal(database.all("SELECT id FROM generations").length, 0);
  });
}

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

test("in no byte of an anonymised export is a name, literal, path, address or place of the project; two are the same", async (t) => {
  const { folder, start, root, home } = await createWorkplace(t, {
    "src/quaggaModule.ts": `import { wombatTool } from "axolotl-package";
// Written by numbat@platypus.example, see https://dugong.example/okapi.git
export const tapirLimit = 48151;
export function findCassowary(kiwiBird: string) {
  return wombatTool(kiwiBird, "bandicoot text ☂ émeu");
}
`,
  });
  const sidecar = await start([root]);
  const uri = pathToFileURL(join(root, "src/quaggaModule.ts")).href;
  const place = { linePrefix: "  return ", contextBefore: "export function findCassowary(kiwiBird) {", uri };
  const kept = acceptedLife({ ...place, text: 'wombatTool("bandicoot", kiwiBird, 48151);' });
  const life = acceptedLife({ ...place, text: 'wombatTool(48151, "bandicoot");', final: "dingoTool(kiwiBird);" });
  const generationId = life[0].generationId;
  const at = 1_700_000_000_000 + 20_000;
  const { rejected } = sidecar.ingest([
    ...kept,
    ...life,
    { id: createId(), at, generationId, kind: "rated", rating: "down", words: "a quokka is no wombat" },
    {
      id: createId(),
      at,
      generationId,
      kind: "ran",
      purpose: "test",
      label: "npm run gecko-check",
      isOk: false,
      turn: "none",
    },
    {
      ...{
        id: createId(),
        at,
        generationId,
        kind: "committed",
        commit: "abadcafe12345678",
        via: "commit",
        topic: "fix",
      },
      ...{ lines: 1, survivingLines: 1, text: "dingoTool(kiwiBird);" },
    },
    {
      ...{ id: "m", at, generationId: "m", kind: "mended", uri, languageId: "typescript", contextBefore: "echidna();" },
      ...{ symptom: { kind: "error", message: "Cannot find name 'echidna'.", code: "ts(2304)" } },
      ...{ before: "echidna();", after: "wombatTool();" },
    },
    ...dismissedLife({ ...place, text: "pangolinTool(kiwiBird);" }),
  ]);
  assert.deepEqual(rejected, []);
  await settled(sidecar);
  sidecar.decideStyle("typescript/quotes=single@file:1:src/quaggaModule.ts", "pinned");
  sidecar.decideStyle("typescript/semicolons=always@directory:1:src/manatee", "vetoed");
  sidecar.eraseStyle("typescript/quotes=double@file:1:src/quaggaModule.ts");
  sidecar.notMyStyle({ generationId, text: true });
  const { database } = openDatabase(home, silentLog);
  const repairs = [{ learnedId: "typescript/quotes=single@file:1:src/quaggaModule.ts", title: "wombat", count: 1 }];
  database.run(
    "INSERT INTO origins VALUES (?, 'wombatTool(1)', ?, 'src/quaggaModule.ts:3', 0.5, '[1]')",
    generationId,
    JSON.stringify(repairs),
  );
  database.close();
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  await sidecar.ledger.exportTo(first, { anonymise: true }, never);
  await sidecar.ledger.exportTo(second, { anonymise: true }, never);
  const named =
    /quagga|wombat|axolotl|numbat|platypus|dugong|okapi|tapir|48151|cassowary|kiwi|bandicoot|meu|☂|dingo|quokka|gecko|abadcafe|echidna|pangolin|manatee|workspace|tacit-test/iu;
  const names = await readdir(first, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  assert.ok(files.some((file) => /history/.test(file)) && files.some((file) => /examples\/typescript/.test(file)));
  for (const table of ["rejected", "decisions", "erasures", "vetoed_texts", "episodes", "origins"]) {
    const rows = await readFile(join(first, "data", `${table}.jsonl`), "utf8");
    assert.ok(rows.length > 0, table);
  }
  for (const file of files) {
    const content = await readFile(file, "utf8");
    const decoded = [...content.matchAll(/"base64":"([^"]*)"/g)].map(([, bytes]) => Buffer.from(bytes!, "base64"));
    for (const text of [file.slice(first.length), content, ...decoded.map(String)]) {
      assert.doesNotMatch(text, named, `${file}: ${named.exec(text)?.[0]} in ${text.slice(0, 300)}`);
    }
    if (!file.endsWith("manifest.json")) {
      assert.equal(await readFile(join(second, file.slice(first.length)), "utf8"), content, file);
    }
  }
  const decisions = await readFile(join(first, "data/decisions.jsonl"), "utf8");
  const examples = await readFile(join(first, "data/examples.jsonl"), "utf8");
  const [, path] = /file:1:([^"]+)"/.exec(decisions)!;
  assert.ok(examples.includes(`"${path}"`), "a path has one stand-in in decisions and examples");
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
