/** The ledger across processes: a sidecar at work and the command line on one data folder, and what a kill leaves. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test, { type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  FORGET,
  FORGOTTEN,
  type ForgetResult,
  type ForgottenResult,
  LEDGER,
  type LedgerResult,
  LET_GO,
} from "../../protocol/ledger.ts";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";
import { acceptedLife, dismissedLife } from "../support/signals.ts";

const MARKS = ["markZebraOne", "markZebraTwo", "markZebraThree", "zebraplace"];
const FILE = "src/zebraplace.ts";
const FILES = {
  [FILE]: `export function markZebraOne(input: string): string {
  const prepared = markZebraTwo(input, "markZebraThree of the file");
  return prepared.trim();
}
`,
  "src/other.ts": "export const ordinary = normalise(readInput(), 'some other text');\n",
};
const CLI = join(import.meta.dirname, "../../bin/tacit.mjs");

test("what the command line forgets, a sidecar at work forgets as well, and goes on", async (t) => {
  const { workspace, home, run, start } = await createWorkplace(t);
  const client = await start();
  await plant(client, workspace);
  await rm(join(workspace, FILE));
  const { status, stdout, stderr } = run("forget", "--file", join(workspace, FILE), "--yes", "--json");
  assert.equal(status, 0, stderr);
  assert.deepEqual((JSON.parse(stdout) as ForgetResult).notes, []);
  assert.deepEqual(await marksIn(home), []);
  const uri = pathToFileURL(join(workspace, "src/new.ts")).href;
  const sent = await client.signals(acceptedLife({ linePrefix: "a = ", text: "ordinary;", uri, at: Date.now() }));
  assert.deepEqual(sent.rejected, []);
  await client.stop();
  assert.deepEqual(await marksIn(home), []);
  assert.match(run("ledger", "--verify").stdout, /ok {4}nothing is left of it/);
});

test("an editor asks its sidecar to tell and to forget", async (t) => {
  const { workspace, home, start } = await createWorkplace(t);
  const client = await start();
  await plant(client, workspace);
  const scope = { kind: "file", file: join(workspace, FILE) };
  const { text } = await client.connection.sendRequest<LedgerResult>(LEDGER, { scope });
  assert.match(text, /shown → accepted → changed to “markZebraThree\(x\);” → left alone/);
  await rm(join(workspace, FILE));
  const { notes } = await client.connection.sendRequest<ForgetResult>(FORGET, { scope });
  assert.deepEqual(notes, []);
  assert.deepEqual(await marksIn(home), []);
});

test("an editor lets go of what the command line forgets before that is done", async (t) => {
  const { workspace, home, run, start } = await createWorkplace(t);
  const client = await start();
  await plant(client, workspace);
  const uri = pathToFileURL(join(workspace, FILE)).href;
  const life = acceptedLife({ linePrefix: "", text: "markZebraTwo();", uri, at: Date.now() });
  const outbox = join(home, "outbox", `outbox-${process.pid}-window.jsonl`);
  await mkdir(join(home, "outbox"), { mode: 0o700 });
  await writeFile(outbox, life.map((signal) => `${JSON.stringify(signal)}\n`).join(""), { mode: 0o600 });
  let told: ForgottenResult | undefined;
  client.connection.onRequest(LET_GO, async () => {
    const followed = [{ generationId: life[0].generationId, uris: [uri], at: Date.now() - 60_000 }];
    told = await client.connection.sendRequest<ForgottenResult>(FORGOTTEN, { followed });
    const { rejected } = await client.signals(life);
    if (rejected.length === life.length) await rm(outbox);
    return null;
  });
  await rm(join(workspace, FILE));
  // At once: the process that forgets must not wait for this one, which it is to ask.
  const forgetting = spawn(process.execPath, [CLI, "forget", "--file", join(workspace, FILE), "--yes", "--home", home]);
  const [status] = (await once(forgetting, "exit")) as [number];
  assert.equal(status, 0);
  assert.deepEqual(told, { generationIds: [life[0].generationId] });
  assert.deepEqual(await marksIn(home), []);
  assert.match(run("ledger", "--verify").stdout, /ok {4}nothing is left of it/);
  await client.stop();
});

test("forgetting that was killed in the middle goes on at the next start", async (t) => {
  const { workspace, home, run, start } = await createWorkplace(t);
  const client = await start();
  await plant(client, workspace);
  await client.stop();
  await rm(join(workspace, FILE));
  const child = spawn(process.execPath, [CLI, "forget", "--file", join(workspace, FILE), "--yes", "--home", home]);
  t.after(() => child.kill("SIGKILL"));
  const database = new DatabaseSync(join(home, "tacit.db"));
  const isBegun = database.prepare("SELECT 1 FROM forgets WHERE finished_at IS NULL");
  while (child.exitCode === null && isBegun.get() === undefined) await setTimeout(1);
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  assert.equal(child.signalCode, "SIGKILL", "it was killed before it was done");
  assert.notEqual(isBegun.get(), undefined);
  database.close();
  const { stdout } = run("ledger", "--verify", "--json");
  assert.deepEqual((JSON.parse(stdout) as { traces: unknown; notes: unknown }).notes, []);
  assert.deepEqual(await marksIn(home), []);
});

test("export, import and the ledger on the command line; forgetting asks first", async (t) => {
  const { workspace, folder, home, run, start } = await createWorkplace(t);
  const client = await start();
  await plant(client, workspace);
  await client.stop();
  const target = join(folder, "export");
  assert.match(run("export", target).stdout, /2 suggestions/);
  const elsewhere = join(folder, "elsewhere");
  assert.match(run("import", target, "--home", elsewhere).stdout, /2 suggestions/);
  const ledger = (...home: string[]): LedgerResult =>
    JSON.parse(run("ledger", "--file", join(workspace, FILE), "--json", ...home).stdout) as LedgerResult;
  assert.deepEqual(ledger("--home", elsewhere).suggestions, ledger("--home", home).suggestions);
  const unasked = run("forget", "--everything");
  assert.equal(unasked.status, 2);
  assert.match(unasked.stderr, /--yes/);
  assert.equal(run("forget", "--yes").status, 2, "nothing named");
  assert.equal(run("forget", "--everything", "--yes").status, 0);
  assert.deepEqual(await marksIn(home), []);
});

async function createWorkplace(t: TestContext) {
  const folder = await temporaryFolder(t);
  const [workspace, home] = [join(folder, "workspace"), join(folder, "home")];
  await mkdir(workspace);
  await writeFiles(workspace, FILES);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [CLI, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TACIT_HOME: home },
    });
  const start = async (): Promise<SidecarClient> => {
    const client = await SidecarClient.start({ folders: [workspace], home });
    t.after(() => client.process.kill("SIGKILL"));
    return client;
  };
  return { folder, workspace, home, run, start };
}

/** The workspace is read, and two suggestions are told of: one accepted and changed, one rejected. */
async function plant(client: SidecarClient, workspace: string): Promise<void> {
  await client.status((status) => status.facts.chunks > 1 && status.activity.kind === "idle");
  const uri = pathToFileURL(join(workspace, FILE)).href;
  const place = {
    linePrefix: "  const value = ",
    uri,
    at: Date.now() - 20_000,
    contextBefore: "function markZebraOne() {",
  };
  const accepted = acceptedLife({ ...place, text: "markZebraTwo(x);", final: "markZebraThree(x);" });
  const dismissed = dismissedLife({ ...place, text: "markZebraOne(other, words, here);" });
  assert.deepEqual((await client.signals([...accepted, ...dismissed])).rejected, []);
  await client.status((status) => status.facts.examples === 1 && status.activity.kind === "idle");
}

/** Marks that some file of the folder has, in its bytes. */
async function marksIn(home: string): Promise<string[]> {
  const found = new Set<string>();
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const mark of MARKS) if (bytes.includes(mark)) found.add(mark);
  }
  return [...found].sort();
}
