import assert from "node:assert/strict";
import test from "node:test";
import { findProject } from "../../sidecar/store/projects.ts";
import { Workspace } from "../../sidecar/workspace.ts";
import { FakeClock, temporaryDatabase } from "../support/store.ts";

test("a folder that the store cannot take is open all the same, and is stored when it can be", async (t) => {
  const database = await temporaryDatabase(t);
  const create = (): Workspace => new Workspace({ database, clock: new FakeClock(), trusted: true, exclude: [] });
  const workspace = create();
  database.get("PRAGMA query_only = ON");
  const { project } = workspace.open("/folder", "/folder");
  assert.equal(workspace.locate("file:///folder/a.ts").open?.project, project);
  assert.throws(() => workspace.storeMissing());
  assert.equal(findProject(database, "/folder"), undefined);
  database.get("PRAGMA query_only = OFF");
  workspace.storeMissing();
  assert.deepEqual(findProject(database, "/folder"), project);
  assert.deepEqual(create().open("/folder", "/folder").project, project);
});
