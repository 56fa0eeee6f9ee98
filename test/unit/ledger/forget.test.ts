/** Forgetting, in a whole sidecar: texts with marks are planted everywhere, and not a byte of them is left. */
import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test, { type TestContext } from "node:test";
import { DEFAULT_SETTINGS } from "../../../protocol/settings.ts";
import { systemClock } from "../../../sidecar/base/clock.ts";
import type { LedgerScope } from "../../../protocol/ledger.ts";
import type { Sidecar } from "../../../sidecar/sidecar.ts";
import { readLabels } from "../../../sidecar/vectors/index-files.ts";
import { never } from "../../support/recall.ts";
import { createWorkplace, settled } from "../../support/sidecar.ts";
import { acceptedLife, dismissedLife, ratingOf } from "../../support/signals.ts";

/** Words that are nowhere else: as names, in strings and in what somebody says. */
const MARKS = ["markZebraOne", "markZebraTwo", "markZebraThree", "markZebraFour", "markZebraFive", "zebraplace"];
const MARKED = `export function markZebraOne(input: string): string {
  const prepared = markZebraTwo(input, "markZebraThree of the file");
  return prepared.trim();
}
`;
const OTHER = `export function ordinary(input: string): string {
  const cleaned = normalise(input, "some other text");
  return cleaned.trim();
}
`;
const FILE = "src/zebraplace.ts";

test("nothing of a file that is forgotten is left in any byte of the data folder", async (t) => {
  const { sidecar, root, home } = await plant(t);
  assert.notDeepEqual(await marksIn(home), []);
  await rm(join(root, FILE));
  const { counts, notes } = await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  assert.deepEqual(notes, []);
  assert.deepEqual(
    ["suggestions", "observations", "examples", "files read", "pieces of files"].filter((what) => !counts[what]),
    [],
  );
  assert.deepEqual(await marksIn(home), []);
  await sidecar.close();
  assert.deepEqual(await marksIn(home), []);
  for (const name of ["examples", "chunks-1"]) {
    const labels = await readLabels({ folder: join(home, "index"), name });
    assert.ok(labels.length > 0, "what is kept is in the index");
    assert.ok(!labels.includes(-1), "no vector of what is gone is left in its place");
  }
});

test("what is kept of other files still serves", async (t) => {
  const { sidecar, root } = await plant(t);
  await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  const left = await sidecar.ledger.read({ kind: "file", file: join(root, "src/other.ts") });
  assert.equal(left.counts["files read"], 1);
  assert.equal(left.counts["examples"], 1);
  const answer = await suggest(sidecar, root, "src/new.ts", "  const cleaned = normalise(");
  assert.match(answer ?? "", /^input, "some other text"\);/);
});

test("a file is not suggested from when it was forgotten, nor after a restart", async (t) => {
  const { sidecar, root, start } = await plant(t);
  await rm(join(root, FILE));
  assert.match((await suggest(sidecar, root, "src/new.ts", "  const prepared = ")) ?? "", /markZebraTwo/);
  await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  assert.doesNotMatch((await suggest(sidecar, root, "src/new.ts", "  const prepared = ")) ?? "", /markZebra/);
  await sidecar.close();
  const again = await start([root], { clock: systemClock });
  assert.doesNotMatch((await suggest(again, root, "src/new.ts", "  const prepared = ")) ?? "", /markZebra/);
});

for (const kind of ["project", "everything"] as const) {
  test(`nothing is left of ${kind === "project" ? "a project" : "all"} that is forgotten`, async (t) => {
    const { sidecar, root, home } = await plant(t);
    await sidecar.ledger.forget(kind === "project" ? { kind, root } : { kind });
    assert.deepEqual(await marksIn(home), []);
    const { counts } = await sidecar.ledger.read({ kind: "everything" });
    // The folder is still open.
    assert.deepEqual(counts, { projects: 1 });
  });
}

test("a suggestion, and a span of time, are forgotten with what was made of them", async (t) => {
  const { sidecar, home } = await plant(t);
  const { suggestions } = await sidecar.ledger.read({ kind: "everything" });
  const corrected = suggestions.find(({ text }) => text.includes("markZebraFour"))!;
  await sidecar.ledger.forget({ kind: "suggestion", generationId: corrected.generationId });
  assert.ok(!(await marksIn(home)).includes("markZebraFive"), "what it was made into is gone");
  const span: LedgerScope = { kind: "span", from: 0, to: Number.MAX_SAFE_INTEGER };
  await sidecar.ledger.forget(span);
  const { counts } = await sidecar.ledger.read(span);
  assert.deepEqual(counts, {});
});

test("while learning is paused nothing is kept of what is read meanwhile, and forgetting works", async (t) => {
  const { sidecar, root, home } = await plant(t);
  sidecar.configure({ ...DEFAULT_SETTINGS, learning: { ...DEFAULT_SETTINGS.learning, mode: "off" } });
  await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  assert.deepEqual(await marksIn(home), []);
  assert.ok(!(await readdir(join(home, "index"))).some((name) => name.startsWith("recall-")));
});

test("a damaged database that was set aside goes with everything; else it is told of", async (t) => {
  const { sidecar, root, home } = await plant(t);
  const aside = join(home, "tacit.db.damaged-2026");
  await writeFile(aside, MARKED);
  const { notes } = await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  assert.match(notes.join(), /tacit\.db\.damaged-2026 was damaged once/);
  await sidecar.ledger.forget({ kind: "everything" });
  assert.deepEqual(await marksIn(home), []);
});

test("what was copied from it elsewhere goes where nobody took it, and stays where somebody did", async (t) => {
  const { sidecar, root } = await plant(t);
  const line = 'const prepared = markZebraTwo(input, "markZebraThree of the file");';
  const place = {
    linePrefix: "",
    text: line,
    uri: pathToFileURL(join(root, "src/other.ts")).href,
    at: Date.now() - 3_000,
  };
  const [offered, taken] = [dismissedLife(place), acceptedLife(place)];
  sidecar.ingest([...offered, ...taken]);
  await settled(sidecar);
  await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  const ids = (await sidecar.ledger.read({ kind: "everything" })).suggestions.map(({ generationId }) => generationId);
  assert.ok(ids.includes(taken[0].generationId));
  assert.ok(!ids.includes(offered[0].generationId));
});

test("words that other files have as well are no trace of it", async (t) => {
  // Stored in two pieces: the words between them are in no row of the file that stays.
  const context = `import { check } from "./check.js";\n\nexport function half(value) {`;
  const text = `${context}\n  check(value);\n  return value / 2;\n}\n`;
  const { root, start } = await createWorkplace(t, { "src/half.js": text, "src/gone.js": `// A remark\n${text}` });
  const gone = join(root, "src/gone.js");
  const sidecar = await start([root], { clock: systemClock });
  const contextBefore = `// A remark\n${context}`;
  const at = Date.now() - 60_000;
  sidecar.ingest(
    acceptedLife({ linePrefix: "  ", text: "check(value);", contextBefore, uri: pathToFileURL(gone).href, at }),
  );
  await settled(sidecar);
  await rm(gone);
  await sidecar.ledger.forget({ kind: "file", file: gone });
  const { hashes, traces } = await sidecar.ledger.verify([], never);
  assert.ok(hashes > 0);
  assert.deepEqual(traces, []);
});

test("while something is forgotten signals are not taken, and are when it is done", async (t) => {
  const { sidecar, root } = await plant(t);
  const place = { linePrefix: "", text: "meanwhile();", uri: pathToFileURL(join(root, "src/other.ts")).href };
  const life = acceptedLife({ ...place, at: Date.now() });
  const forgetting = sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  assert.throws(() => sidecar.ingest(life), /is being forgotten/);
  await forgetting;
  assert.deepEqual(sidecar.ingest(life).rejected, []);
});

test("signals of what was forgotten that come late are not stored again", async (t) => {
  const { sidecar, root } = await plant(t);
  await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  const late = lifeAt(root, FILE, "markZebraOne(late);", Date.now() - 60_000);
  const { acknowledged, rejected } = sidecar.ingest(late);
  assert.deepEqual(acknowledged, []);
  assert.match(rejected[0]!.reason, /forgotten/);
  const fresh = lifeAt(root, FILE, "markZebraOne(fresh);", Date.now() + 60_000);
  assert.equal(sidecar.ingest(fresh).rejected.length, 0);
});

test("style that was learned from it alone is forgotten with it", async (t) => {
  const { sidecar, root } = await plant(t);
  const evidenceOf = async (): Promise<string> => JSON.stringify(await sidecar.listStyle({}));
  assert.match(await evidenceOf(), /zebraplace/);
  await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  assert.doesNotMatch(await evidenceOf(), /zebraplace|markZebra/);
});

test("the proof finds what is planted again, and nothing where nothing is left", async (t) => {
  const { sidecar, root, home } = await plant(t);
  await sidecar.ledger.forget({ kind: "file", file: join(root, FILE) });
  const clean = await sidecar.ledger.verify(["markZebraOne"], never);
  assert.deepEqual(clean.traces, []);
  assert.ok(clean.hashes > 0);
  await writeFile(join(home, "leftover"), `…${MARKED}`);
  const { traces } = await sidecar.ledger.verify([], never);
  assert.deepEqual(
    traces.map(({ file }) => file),
    ["leftover"],
  );
});

/** A sidecar that has seen both files, and suggestions in each: accepted, changed, rejected and rated. */
async function plant(t: TestContext) {
  const { root, home, start } = await createWorkplace(t, { [FILE]: MARKED, "src/other.ts": OTHER });
  const sidecar = await start([root], { clock: systemClock });
  for (const signals of [
    lifeAt(root, FILE, "markZebraTwo(input);"),
    lifeAt(root, FILE, "markZebraFour(input);", Date.now() - 5_000, "markZebraFive(input);"),
    lifeAt(root, "src/other.ts", "normalise(input);"),
  ]) {
    assert.deepEqual(sidecar.ingest(signals).rejected, []);
  }
  const rejected = dismissedLife({
    linePrefix: "  const other = ",
    text: "markZebraThree(input, again, and, more);",
    contextBefore: "function markZebraOne() {",
    uri: pathToFileURL(join(root, FILE)).href,
    at: Date.now() - 4_000,
  });
  sidecar.ingest([...rejected, ratingOf(rejected, "down", "no markZebraTwo here please")]);
  await settled(sidecar);
  return { sidecar, root, home, start };
}

function lifeAt(root: string, path: string, text: string, at = Date.now() - 5_000, final = text) {
  const uri = pathToFileURL(join(root, path)).href;
  return acceptedLife({ linePrefix: "  const value = ", contextBefore: `// in ${path}`, text, final, uri, at });
}

async function suggest(sidecar: Sidecar, root: string, path: string, prefix: string): Promise<string | undefined> {
  const answer = await sidecar.suggest(
    { uri: pathToFileURL(join(root, path)).href, languageId: "typescript", prefix, suffix: "", explicit: true },
    never,
  );
  return answer.kind === "suggestion" ? answer.suggestion.text : undefined;
}

/** Marks that some file of the folder has, in its bytes. */
async function marksIn(home: string): Promise<string[]> {
  const found = new Set<string>();
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const mark of MARKS) {
      if (bytes.includes(mark) || bytes.includes(Buffer.from(mark, "utf16le"))) found.add(mark);
    }
  }
  return [...found].sort();
}
