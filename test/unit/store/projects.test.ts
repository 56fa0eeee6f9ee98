import assert from "node:assert/strict";
import test from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { openDatabase } from "../../../sidecar/store/database.ts";
import { readOverview } from "../../../sidecar/store/overview.ts";
import { allProjects, openProject } from "../../../sidecar/store/projects.ts";
import { saveSignal } from "../../../sidecar/store/signals.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { acceptedLife, ratingOf } from "../../support/signals.ts";
import { addExample, FakeClock, temporaryDatabase, storeFile } from "../../support/store.ts";

test("a folder is the same project each time it is opened", async (t) => {
  const folder = await temporaryFolder(t);
  const clock = new FakeClock();
  const first = openDatabase(folder, silentLog).database;
  const project = openProject(first, "/work", clock);
  assert.deepEqual(openProject(first, "/work", clock), project);
  first.close();
  const second = openDatabase(folder, silentLog).database;
  assert.deepEqual(openProject(second, "/work", clock), project);
  second.close();
});

test("every folder is a project of its own, also one inside another", async (t) => {
  const database = await temporaryDatabase(t);
  const clock = new FakeClock();
  const projects = ["/a", "/a/b", "/A", '/it\'s "odd" 👋'].map((root) => openProject(database, root, clock));
  assert.equal(new Set(projects.map(({ id }) => id)).size, 4);
  assert.deepEqual(allProjects(database), projects);
});

test("the overview counts what is stored", async (t) => {
  const database = await temporaryDatabase(t);
  assert.deepEqual(readOverview(database), {
    typed: 0,
    accepted: 0,
    corrected: 0,
    signals: 0,
    generations: 0,
    ratings: 0,
    projects: [],
  });
  const project = openProject(database, "/p", new FakeClock());
  storeFile(database, project.id, "a.ts", "1", [{ kind: "f", symbol: "", startLine: 0, endLine: 1, text: "a" }]);
  for (const origin of ["typed", "typed", "corrected"] as const)
    addExample(database, { linePrefix: "", text: "a", origin });
  const life = acceptedLife({ linePrefix: "", text: "a" });
  for (const signal of [...life, ratingOf(life, "up")])
    saveSignal(database, signal, () => ({ projectId: project.id, path: "a.ts" }));
  assert.deepEqual(readOverview(database), {
    typed: 2,
    accepted: 0,
    corrected: 1,
    signals: 4,
    generations: 1,
    ratings: 1,
    projects: [{ root: "/p", files: 1, chunks: 1 }],
  });
});
