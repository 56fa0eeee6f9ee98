/** The composition root as the server and the command line use it: whole, in this process, over a real data folder. */
import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import type { Worker } from "node:worker_threads";
import { DEFAULT_SETTINGS, type Settings } from "../../protocol/settings.ts";
import { writeFiles } from "../support/folders.ts";
import { never } from "../support/recall.ts";
import {
  answerIn,
  CHANGED,
  createWorkplace,
  FILES,
  lifeIn,
  REST,
  settled,
  stored,
  suggestIn,
  TYPED,
  until,
} from "../support/sidecar.ts";
import { acceptedLife } from "../support/signals.ts";

test("what is in the open folders is suggested, and counted in the status", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
  assert.equal(sidecar.status.facts.files, 1);
  assert.equal(sidecar.status.facts.chunks, 1);
  assert.deepEqual(sidecar.status.degraded, []);
  assert.deepEqual(sidecar.overview().projects, [{ root, files: 1, chunks: 1 }]);
});

test("setting the same folders again changes nothing", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const before = sidecar.overview();
  await sidecar.setFolders([root, root]);
  await settled(sidecar);
  assert.deepEqual(sidecar.overview(), before);
  assert.equal(sidecar.memory.files, 1);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
});

test("a folder that is opened through a symbolic link is the same project, whichever name a document has", async (t) => {
  const { root, folder, start } = await createWorkplace(t);
  const link = join(folder, "link");
  await symlink(root, link);
  const sidecar = await start([link]);
  assert.deepEqual(sidecar.overview().projects, [{ root, files: 1, chunks: 1 }]);
  assert.equal(await suggestIn(sidecar, join(link, "src/a.ts")), REST);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
  await sidecar.setFolders([root, link]);
  await settled(sidecar);
  assert.equal(sidecar.memory.files, 1);
});

test("of nested folders the innermost one has the document, in whatever order they are opened", async (t) => {
  const { root, start } = await createWorkplace(t, {
    ...FILES,
    "inner/src/orders.ts": "export async function loadOrder() {\n  const order = await orders.first();\n}\n",
  });
  const inner = join(root, "inner");
  for (const roots of [
    [root, inner],
    [inner, root],
  ]) {
    const sidecar = await start(roots);
    assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
    assert.equal(await suggestIn(sidecar, join(inner, "src/a.ts"), "  const order = await "), "orders.first();");
    assert.notEqual(await suggestIn(sidecar, join(inner, "src/a.ts")), REST, "that is of the outer project");
    await sidecar.close();
  }
});

test("a folder whose name begins like another's is not inside it", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  assert.equal(await suggestIn(sidecar, join(`${root}-other`, "a.ts")), undefined);
});

test("a folder that does not exist is left out, and the others are opened", async (t) => {
  const { root, folder, start } = await createWorkplace(t);
  const sidecar = await start([join(folder, "gone"), root]);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
});

test("what a suggestion was turned into is suggested next, and after a restart as well", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const life = lifeIn(root, CHANGED);
  assert.deepEqual(sidecar.ingest(life).rejected, []);
  await settled(sidecar);
  assert.deepEqual(sidecar.status.activity, { kind: "learning", what: "findById → findOrThrow" });
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), CHANGED);
  await sidecar.close();

  const again = await start([root]);
  assert.equal(await suggestIn(again, join(root, "src/b.ts")), CHANGED);
  assert.equal(again.status.facts.examples, 1);
  assert.equal(again.ingest(life).acknowledged.length, life.length);
  await settled(again);
  assert.equal(again.overview().signals, life.length, "a signal sent twice counts once");
});

test("paused, every signal is rejected with the reason, and suggestions go on", async (t) => {
  const { root, start } = await createWorkplace(t);
  const off: Settings = { ...DEFAULT_SETTINGS, learning: { ...DEFAULT_SETTINGS.learning, mode: "off" } };
  const sidecar = await start([root], { settings: off });
  assert.equal(sidecar.status.activity.kind, "paused");
  const life = lifeIn(root, CHANGED);
  const { acknowledged, rejected } = sidecar.ingest([...life, null]);
  assert.deepEqual(acknowledged, []);
  const reason = "learning is paused (tacit.learning.mode)";
  assert.deepEqual(rejected, [...life.map(({ id }) => ({ id, reason })), { id: "", reason }]);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
  await settled(sidecar);
  assert.equal(sidecar.overview().signals, 0);

  sidecar.configure(DEFAULT_SETTINGS);
  assert.equal(sidecar.ingest(life).acknowledged.length, life.length);
  await settled(sidecar);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), CHANGED);
});

test("in a workspace that is not trusted nothing is scanned, stored or learned", async (t) => {
  const { root, home, start } = await createWorkplace(t);
  const sidecar = await start([root], { trusted: false });
  const life = lifeIn(root, CHANGED);
  const { acknowledged, rejected } = sidecar.ingest(life);
  assert.deepEqual(acknowledged, []);
  assert.equal(rejected[0]?.reason, "the workspace is not trusted");
  const uri = pathToFileURL(join(root, "src/users.ts")).href;
  const now = `${FILES["src/users.ts"]}const limits = readLimits(process.env);\n`;
  sidecar.documentSaved({ uri, languageId: "typescript", before: "", now, activeLine: undefined });
  sidecar.fileChanged(uri);
  await assert.rejects(sidecar.learnFolder(root, never), { name: "SidecarError", message: /not trusted/ });
  await settled(sidecar);
  assert.equal(sidecar.memory.files, 0);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), undefined);
  // The document itself is no secret to its own editor.
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts"), `${FILES["src/users.ts"]}${TYPED}`), REST);
  await sidecar.close();
  const { projects, ...counts } = stored(home);
  for (const [what, count] of Object.entries(counts)) assert.equal(count, 0, what);
  for (const project of projects) assert.deepEqual(project, { root, files: 0, chunks: 0 });
});

test("an excluded file gets no suggestion, by pattern, by .gitignore, and by what is generated", async (t) => {
  const { root, start } = await createWorkplace(t, { ...FILES, ".gitignore": "ignored/\n" });
  const sidecar = await start([root]);
  for (const path of ["src/my-secrets.ts", ".env", "ignored/a.ts", "node_modules/a/index.ts"]) {
    assert.deepEqual(await answerIn(sidecar, join(root, path)), { kind: "nothing", reason: "excluded" }, path);
  }
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
});

test("an excluded file is not learned from", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  for (const path of ["src/my-secrets.ts", ".env", "node_modules/a/index.ts"]) {
    const { acknowledged, rejected } = sidecar.ingest(lifeIn(root, CHANGED, path));
    assert.deepEqual(acknowledged, [], path);
    assert.match(rejected[0]!.reason, /excluded/);
  }
  const uri = pathToFileURL(join(root, "src/my-secrets.ts")).href;
  const now = "export const limits = readLimits(process.env, fallback);\n";
  sidecar.documentSaved({ uri, languageId: "typescript", before: "", now, activeLine: undefined });
  await settled(sidecar);
  assert.equal(sidecar.overview().typed, 0);
});

test("a language that is switched off gets nothing, the others go on", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root], { settings: { ...DEFAULT_SETTINGS, enable: { typescript: false } } });
  assert.deepEqual(await answerIn(sidecar, join(root, "src/a.ts")), { kind: "nothing", reason: "disabled" });
  sidecar.configure({ ...DEFAULT_SETTINGS, enable: { "*": false, typescript: true } });
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
});

test("a file that is excluded from now on is forgotten", async (t) => {
  const { root, start } = await createWorkplace(t, { ...FILES, "src/b.ts": "export const other = 1;\n" });
  const sidecar = await start([root]);
  assert.equal(sidecar.memory.files, 2);
  sidecar.configure({ ...DEFAULT_SETTINGS, privacy: { exclude: ["users.ts"] } });
  await sidecar.setFolders([root]);
  await settled(sidecar);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), undefined);
  assert.deepEqual(sidecar.overview().projects, [{ root, files: 1, chunks: 1 }]);
});

test("odd patterns exclude what they can and break nothing", async (t) => {
  const { root, start } = await createWorkplace(t);
  const exclude = ["", "[", "\\", "!", "**", "!**", "# comment", "(", "src/[a"];
  const sidecar = await start([root], { settings: { ...DEFAULT_SETTINGS, privacy: { exclude } } });
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
});

test("a saved file is suggested from at once, and what was typed in it is learned", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const path = join(root, "src/limits.ts");
  const now = "export const limits = readLimits(process.env, fallbackLimits);\n";
  await writeFile(path, now);
  const document = { uri: pathToFileURL(path).href, languageId: "typescript", before: "", now, activeLine: undefined };
  sidecar.documentSaved(document);
  await settled(sidecar);
  assert.equal(
    await suggestIn(sidecar, join(root, "a.ts"), "export const limits = "),
    "readLimits(process.env, fallbackLimits);",
  );
  assert.equal(sidecar.overview().typed, 1);
  sidecar.documentSaved(document);
  await settled(sidecar);
  assert.equal(sidecar.overview().typed, 1, "the same line is no news");

  await rm(path);
  sidecar.fileChanged(document.uri);
  await settled(sidecar);
  assert.equal(sidecar.memory.files, 1);
});

test("a changed .gitignore takes effect at the next question", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
  await writeFiles(root, { ".gitignore": "a.ts\n" });
  sidecar.fileChanged(pathToFileURL(join(root, ".gitignore")).href);
  assert.deepEqual(await answerIn(sidecar, join(root, "src/a.ts")), { kind: "nothing", reason: "excluded" });
});

test("learning from a folder reports what it read, whether it is open or not", async (t) => {
  const { root, folder, start } = await createWorkplace(t);
  const other = join(folder, "other");
  await writeFiles(other, { "b.py": "def load():\n    return 1\n" });
  const sidecar = await start([root]);
  assert.equal((await sidecar.learnFolder(undefined, never)).files, 1);
  const report = await sidecar.learnFolder(other, never);
  assert.deepEqual(report.languages, { python: 1 });
  assert.equal(report.chunks, 1);
});

test("a changed configuration of a formatter is obeyed", async (t) => {
  const { root, start } = await createWorkplace(t, { ...FILES, ".prettierrc": "{}" });
  const sidecar = await start([root]);
  const told = async (): Promise<(string | undefined)[]> =>
    (await sidecar.listStyle({}))
      .filter(({ attribute, evidence }) => attribute === "quotes" && evidence.some(({ line }) => line === 0))
      .map(({ title }) => title);
  assert.deepEqual(await told(), ["strings: double quotes"]);
  await writeFiles(root, { ".prettierrc": '{ "singleQuote": true }' });
  sidecar.fileChanged(pathToFileURL(join(root, ".prettierrc")).href);
  await settled(sidecar);
  assert.deepEqual(await told(), ["strings: single quotes"]);
});

test("learning from a folder tells what was found there, not what is known from elsewhere", async (t) => {
  const { root, folder, start } = await createWorkplace(t);
  const other = join(folder, "other");
  const lines = Array.from({ length: 12 }, (_, index) => `const value${index} = read('${index}');\n`).join("");
  await writeFiles(root, { "src/values.ts": lines });
  await writeFiles(other, { "b.py": "def load():\n    return 1\n", "c.ts": "" });
  const sidecar = await start([root]);
  const told = async (path: string) => (await sidecar.learnFolder(path, never)).conventions;
  assert.ok((await told(root)).some((line) => line.startsWith("TypeScript")));
  assert.deepEqual(
    (await told(other)).filter((line) => line.startsWith("TypeScript")),
    [],
  );
});

test("learning that is cancelled says so, and the next request works", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  await assert.rejects(sidecar.learnFolder(undefined, AbortSignal.abort()), { name: "AbortError" });
  assert.equal((await sidecar.learnFolder(undefined, never)).files, 1);
  assert.deepEqual(sidecar.status.degraded, []);
});

test("two sidecars on one data folder both work, and what one learns the other knows after its restart", async (t) => {
  const { root, start } = await createWorkplace(t);
  const [one, two] = [await start([root]), await start([root])];
  assert.equal(await suggestIn(one, join(root, "src/a.ts")), REST);
  assert.equal(await suggestIn(two, join(root, "src/a.ts")), REST);
  one.ingest(lifeIn(root, CHANGED));
  two.ingest(
    acceptedLife({ linePrefix: "const limits = ", text: "readLimits();", uri: pathToFileURL(join(root, "b.ts")).href }),
  );
  await Promise.all([settled(one), settled(two)]);
  for (const sidecar of [one, two]) {
    assert.equal(sidecar.overview().generations, 2);
    assert.deepEqual(sidecar.status.degraded, []);
  }
  await one.close();
  await two.close();
  const again = await start([root]);
  assert.equal(await suggestIn(again, join(root, "src/a.ts")), CHANGED);
  assert.equal(await suggestIn(again, join(root, "src/a.ts"), "const limits = "), "readLimits();");
  assert.deepEqual(again.status.degraded, []);
});

test("closing in the middle of a scan is quick, and everything is found when it is opened again", async (t) => {
  const many = Object.fromEntries(
    Array.from({ length: 1500 }, (_, n) => [
      `f${n}.ts`,
      `export function f${n}() {\n  return call(${n});\n}\n`.repeat(20),
    ]),
  );
  const { root, home, start } = await createWorkplace(t, { ...FILES, ...many });
  const sidecar = await start([]);
  await sidecar.setFolders([root]);
  await until(() => sidecar.status.activity.kind === "indexing" && sidecar.memory.files > 100);
  const startedAt = performance.now();
  await sidecar.close();
  const elapsed = performance.now() - startedAt;
  assert.ok(elapsed < 2000, `${elapsed} ms`);
  assert.ok(stored(home).projects.length === 1);

  await rm(root, { recursive: true });
  await mkdir(root);
  await writeFiles(root, FILES);
  const again = await start([root]);
  assert.equal(await suggestIn(again, join(root, "src/a.ts")), REST);
  assert.deepEqual(again.overview().projects, [{ root, files: 1, chunks: 1 }]);
});

test("whenever it is closed, every thread ends and the store is whole", async (t) => {
  const { root, home, start } = await createWorkplace(t);
  const workers: Worker[] = [];
  const onWorker = (worker: Worker): void => void workers.push(worker);
  process.on("worker", onWorker);
  t.after(() => process.off("worker", onWorker));
  for (const afterMs of [0, 1, 5, 20, 40, 60, 80, 100, 150, 250]) {
    const sidecar = await start([]);
    void sidecar.setFolders([root]);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await sidecar.close();
    // An id of −1 is that of a thread which has ended.
    await until(() => workers.every((worker) => worker.threadId === -1));
    assert.equal(stored(home).signals, 0);
  }
});

test("closing twice is closing once", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  await Promise.all([sidecar.close(), sidecar.close()]);
});

test("a data folder that cannot be used is told in the status; suggesting and learning go on", async (t) => {
  const { root, home, start } = await createWorkplace(t);
  await writeFile(home, "a file where the folder should be");
  const sidecar = await start([root]);
  assert.deepEqual(
    sidecar.status.degraded.map(({ part }) => part),
    ["database"],
  );
  assert.equal(sidecar.ingest(lifeIn(root, CHANGED)).rejected.length, 0);
  await settled(sidecar);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), CHANGED);
});
