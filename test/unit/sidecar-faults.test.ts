/** Class Sidecar where things go wrong around it: odd names, folders that come and go, a store that breaks. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
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

test("calls that overtake each other end with the last", async (t) => {
  const { root, folder, start } = await createWorkplace(t);
  const other = join(folder, "other");
  await writeFiles(other, { "b.py": "def load():\n    return 1\n" });
  const sidecar = await start([]);
  await Promise.all([sidecar.setFolders([root, other]), sidecar.setFolders([]), sidecar.setFolders([root])]);
  await settled(sidecar);
  assert.equal(sidecar.memory.files, 1);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
});

test("a folder that was closed leaves memory, also in the middle of its scan, and comes back when it is opened", async (t) => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f${n}.ts`, `export const f${n} = ${n};\n`]));
  const { root, start } = await createWorkplace(t, { ...FILES, ...many });
  const sidecar = await start([]);
  await sidecar.setFolders([root]);
  await until(() => sidecar.memory.files > 0);
  await sidecar.setFolders([]);
  await settled(sidecar);
  assert.equal(sidecar.memory.files, 0);
  await sidecar.setFolders([root]);
  await settled(sidecar);
  assert.equal(sidecar.memory.files, 301);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
});

test("a private file outside of every folder is not learned from either", async (t) => {
  const { root, folder, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const { acknowledged } = sidecar.ingest(lifeIn(folder, CHANGED, "elsewhere/.env"));
  assert.deepEqual(acknowledged, []);
  assert.deepEqual(await answerIn(sidecar, join(folder, "elsewhere/.env")), { kind: "nothing", reason: "excluded" });
  assert.equal(sidecar.ingest(lifeIn(folder, CHANGED, "elsewhere/a.ts")).rejected.length, 0);
});

for (const uri of ["file://another-host/share/a.ts", "file:///a%2Fb.ts", "file:", "untitled:Untitled-1", "", "::"]) {
  test(`a document named ${JSON.stringify(uri)} gets an answer, and its signals hold up no others`, async (t) => {
    const { root, start } = await createWorkplace(t);
    const sidecar = await start([root]);
    const params = { uri, languageId: "typescript", prefix: TYPED, suffix: "", explicit: false };
    assert.equal((await sidecar.suggest(params, never)).kind, "nothing");
    const good = lifeIn(root, CHANGED);
    const { acknowledged, rejected } = sidecar.ingest([
      ...acceptedLife({ linePrefix: TYPED, text: REST, uri }),
      ...good,
    ]);
    assert.ok(good.every(({ id }) => acknowledged.includes(id)));
    assert.ok(rejected.every(({ reason }) => reason !== ""));
    sidecar.fileChanged(uri);
    sidecar.documentSaved({ uri, languageId: "typescript", before: "", now: REST, activeLine: undefined });
    await settled(sidecar);
  });
}

test("the folder itself, named as a document, harms nothing", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  for (const uri of [pathToFileURL(root).href, `${pathToFileURL(root).href}/`]) {
    const params = { uri, languageId: "typescript", prefix: TYPED, suffix: "", explicit: false };
    await assert.doesNotReject(sidecar.suggest(params, never));
    const good = lifeIn(root, CHANGED);
    const { acknowledged } = sidecar.ingest([...acceptedLife({ linePrefix: TYPED, text: REST, uri }), ...good]);
    assert.ok(good.every(({ id }) => acknowledged.includes(id)));
  }
});

test("learning from a file or from nothing is an error that says what to do, and the next request works", async (t) => {
  const { root, folder, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  for (const wrong of [join(root, "src/users.ts"), join(folder, "gone")]) {
    await assert.rejects(sidecar.learnFolder(wrong, never), (error: Error & { code?: string; action?: string }) => {
      assert.equal(error.name, "SidecarError");
      assert.equal(error.code, "folder");
      assert.notEqual(error.action, "");
      return true;
    });
  }
  assert.equal((await sidecar.learnFolder(undefined, never)).files, 1);
  assert.deepEqual(
    sidecar.overview().projects.map((project) => project.root),
    [root],
  );
});

test("what is sent in the moment of new patterns is judged by them", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  sidecar.configure({ ...DEFAULT_SETTINGS, privacy: { exclude: ["users.ts"] } });
  assert.deepEqual(sidecar.ingest(lifeIn(root, CHANGED, "src/users.ts")).acknowledged, []);
});

test("signals of an open document that git or a .tacitignore leaves out are not taken", async (t) => {
  const { root, start } = await createWorkplace(t, {
    ...FILES,
    ".gitignore": "local/\n",
    "src/.tacitignore": "*.tmp.ts\n",
  });
  const sidecar = await start([root]);
  for (const path of ["local/a.ts", "src/b.tmp.ts"]) {
    sidecar.documentSeen({ uri: pathToFileURL(join(root, path)).href, languageId: "typescript", text: REST });
    await settled(sidecar);
    assert.deepEqual(sidecar.ingest(lifeIn(root, CHANGED, path)).acknowledged, [], path);
  }
  assert.equal(sidecar.ingest(lifeIn(root, CHANGED)).rejected.length, 0);
});

test("not even the name of a folder is stored while it is not trusted", async (t) => {
  const { root, home, start } = await createWorkplace(t);
  const sidecar = await start([root], { trusted: false });
  await sidecar.close();
  assert.deepEqual(stored(home).projects, []);
});

test("a database that cannot be read any more ends up in the status, not in the end of the process", async (t) => {
  const { root, home, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const { database } = openDatabase(home, silentLog);
  database.run("ALTER TABLE examples RENAME TO elsewhere");
  database.close();
  sidecar.ingest(lifeIn(root, CHANGED));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await settled(sidecar);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
});

test("a folder that was opened while the store took nothing is suggested from, and is stored with what comes later", async (t) => {
  const { root, home, start } = await createWorkplace(t);
  const settings = { ...DEFAULT_SETTINGS, scan: { ...DEFAULT_SETTINGS.scan, onOpen: false } };
  const sidecar = await start([], { settings });
  const other = new DatabaseSync(join(home, "tacit.db"));
  other.exec("BEGIN IMMEDIATE");
  await sidecar.setFolders([root]);
  other.exec("ROLLBACK");
  other.close();
  assert.deepEqual(stored(home).projects, []);
  const life = lifeIn(root, CHANGED);
  assert.equal(sidecar.ingest(life).acknowledged.length, life.length);
  await sidecar.learnFolder(root, never);
  assert.equal(await suggestIn(sidecar, join(root, "src/b.ts")), CHANGED);
  assert.deepEqual(
    stored(home).projects.map(({ files }) => files),
    [1],
  );
});

test("a file that is excluded from now on is forgotten, also where folders are not scanned by themselves", async (t) => {
  const { root, start } = await createWorkplace(t, { ...FILES, "src/b.ts": "export const other = 1;\n" });
  const settings = { ...DEFAULT_SETTINGS, scan: { ...DEFAULT_SETTINGS.scan, onOpen: false } };
  const sidecar = await start([root], { settings });
  await sidecar.learnFolder(undefined, never);
  sidecar.configure({ ...settings, privacy: { exclude: ["users.ts"] } });
  await sidecar.setFolders([root]);
  await settled(sidecar);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), undefined);
  assert.deepEqual(sidecar.overview().projects, [{ root, files: 1, chunks: 1 }]);
});
