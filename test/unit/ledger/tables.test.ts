/** The list of tables, held against the database: what is stored must be seen, exported, bounded and forgotten. */
import assert from "node:assert/strict";
import test from "node:test";
import { TABLES } from "../../../sidecar/store/tables.ts";
import { temporaryDatabase } from "../../support/store.ts";

test("every table is known to the ledger: a new one needs an entry in sidecar/store/tables.ts", async (t) => {
  const database = await temporaryDatabase(t);
  const stored = database
    .all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .map((row) => row["name"]);
  assert.deepEqual(TABLES.map(({ name }) => name).sort(), stored);
});

test("the columns that the ledger looks for are there, and rows that name a generation are found by it", async (t) => {
  const database = await temporaryDatabase(t);
  for (const { name, generation, project, path, at, parent } of TABLES) {
    const columns = database.all("SELECT name FROM pragma_table_info(?)", name).map((row) => String(row["name"]));
    for (const column of [generation, project, path, at, parent?.column]) {
      if (column !== undefined) assert.ok(columns.includes(column), `${name} has ${column}`);
    }
    if (columns.includes("generation_id")) assert.equal(generation, "generation_id", name);
    if (columns.includes("project_id") && parent === undefined) assert.equal(project, "project_id", name);
  }
});
