import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { openDatabase } from "../../../sidecar/store/database.ts";
import { temporaryFolder } from "../../support/folders.ts";

test("a missing data folder is made for this user alone", async (t) => {
  const folder = join(await temporaryFolder(t), "deep/er/data");
  const { database, problems } = openDatabase(folder, silentLog);
  database.close();
  assert.deepEqual(problems, []);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, "tacit.db")).mode & 0o777, 0o600);
});

test("a data folder that others could read is closed to them; a folder with other things is left as it is", async (t) => {
  const folder = await temporaryFolder(t);
  for (const [name, mode] of [
    ["empty", 0o700],
    ["an outbox was first", 0o700],
    ["others", 0o755],
  ] as const) {
    const path = join(folder, name);
    mkdirSync(path, { mode: 0o755 });
    if (name === "an outbox was first") mkdirSync(join(path, "outbox"));
    if (name === "others") writeFileSync(join(path, "thesis.txt"), "");
    openDatabase(path, silentLog).database.close();
    assert.equal(statSync(path).mode & 0o777, mode, name);
  }
});

test("what was committed is there when it is opened again, under the same id", async (t) => {
  const folder = await temporaryFolder(t);
  const first = openDatabase(folder, silentLog).database;
  first.run("INSERT INTO projects (root, created_at) VALUES ('/a', 1)");
  first.close();
  const second = openDatabase(folder, silentLog).database;
  assert.equal(second.id, first.id);
  assert.equal(second.get("SELECT count(*) AS n FROM projects")?.["n"], 1);
  second.close();
});

test("a transaction that fails leaves nothing behind", async (t) => {
  const { database } = openDatabase(await temporaryFolder(t), silentLog);
  assert.throws(() =>
    database.transaction(() => {
      database.run("INSERT INTO projects (root, created_at) VALUES ('/a', 1)");
      throw new Error("no");
    }),
  );
  assert.equal(database.get("SELECT count(*) AS n FROM projects")?.["n"], 0);
  database.close();
});

for (const [name, damage] of [
  ["no database at all", () => Buffer.from("this is not a database, but it is what lies there".repeat(40))],
  ["torn in the middle", (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))],
  ["with overwritten pages", (bytes: Buffer) => Buffer.from(bytes).fill(0xab, 4096, 16_384)],
] as const) {
  test(`a database ${name} is set aside, reported, and never overwritten`, async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, "tacit.db");
    openDatabase(folder, silentLog).database.close();
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);
    const { database, problems } = openDatabase(folder, silentLog);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.reason, /was damaged .* set aside as /s);
    const aside = readdirSync(folder).filter((file) => /damaged-[^-].*(?<!-wal|-shm)$/.test(file));
    assert.equal(aside.length, 1);
    assert.deepEqual(readFileSync(join(folder, aside[0]!)), damaged, "the damaged file is as it was");
    database.run("INSERT INTO projects (root, created_at) VALUES ('/works', 1)");
    database.close();
    const again = openDatabase(folder, silentLog);
    assert.deepEqual(again.problems, []);
    again.database.close();
  });
}

test("a data folder that cannot be made gives a database in memory and says so", async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, "file"), "");
  const { database, problems } = openDatabase(join(folder, "file", "data"), silentLog);
  assert.equal(database.durable, false);
  assert.match(problems[0]!.reason, /cannot be written/);
  assert.match(problems[0]!.action, /tacit\.dataFolder/);
  database.run("INSERT INTO projects (root, created_at) VALUES ('/works', 1)");
  database.close();
});

test("a database of a newer version is refused, not touched", async (t) => {
  const folder = await temporaryFolder(t);
  const { database } = openDatabase(folder, silentLog);
  database.get("PRAGMA user_version = 999");
  database.close();
  assert.throws(() => openDatabase(folder, silentLog), { code: "database", message: /newer version/ });
});
