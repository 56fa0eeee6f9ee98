/** One database, several processes: each window of an editor has a sidecar of its own. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { Worker } from "node:worker_threads";
import { silentLog } from "../../../sidecar/base/log.ts";
import { openDatabase } from "../../../sidecar/store/database.ts";
import { allProjects, openProject } from "../../../sidecar/store/projects.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { FakeClock } from "../../support/store.ts";

/** Waits for the start, opens the database and writes a row. */
const OPENER = `
const { parentPort, workerData } = require("node:worker_threads");
const load = Promise.all([import(workerData.database), import(workerData.log)]);
parentPort.once("message", async () => {
  const [{ openDatabase }, { silentLog }] = await load;
  const { database, problems } = openDatabase(workerData.folder, silentLog);
  database.run("INSERT INTO projects (root, created_at) VALUES (?, 1)", "/" + workerData.name);
  const { id } = database;
  database.close();
  parentPort.postMessage({ id, problems });
});
load.then(() => parentPort.postMessage("ready"));
`;

test("several windows that open a new database at the same moment all get the same one", async (t) => {
  for (let round = 0; round < 3; round++) {
    const folder = join(await temporaryFolder(t), "data");
    const source = (path: string): string => new URL(`../../../sidecar/${path}`, import.meta.url).href;
    const workers = Array.from({ length: 5 }, (_, name) => {
      const workerData = { folder, name, database: source("store/database.ts"), log: source("base/log.ts") };
      return new Worker(OPENER, { eval: true, workerData, execArgv: [] });
    });
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const answers = workers.map(async (worker) => (await once(worker, "message"))[0] as { id: string; problems: [] });
    for (const worker of workers) worker.postMessage("start");
    const opened = await Promise.all(answers);
    assert.deepEqual(
      opened.flatMap(({ problems }) => problems),
      [],
    );
    assert.equal(new Set(opened.map(({ id }) => id)).size, 1);
    const { database } = openDatabase(folder, silentLog);
    assert.equal(allProjects(database).length, workers.length);
    database.close();
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes("damaged")),
      [],
    );
  }
});

test("two connections see what the other has written", async (t) => {
  const folder = await temporaryFolder(t);
  const [one, two] = [openDatabase(folder, silentLog).database, openDatabase(folder, silentLog).database];
  const clock = new FakeClock();
  const project = openProject(one, "/p", clock);
  assert.deepEqual(openProject(two, "/p", clock), project);
  two.transaction(() => openProject(two, "/q", clock));
  assert.equal(allProjects(one).length, 2);
  one.close();
  two.close();
});
