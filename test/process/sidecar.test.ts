/** The real sidecar process over LSP: what an editor sees of it, in good days and bad. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { REMOTE_ACCESS } from "../../protocol/messages.ts";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import type { Signal } from "../../protocol/signals.ts";
import { provideOldestNode } from "../../scripts/oldest-node.ts";
import { type ClientOptions, SidecarClient } from "../../scripts/sidecar-client.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";
import { installPrettier } from "../support/formatters.ts";
import { openModelServer } from "../support/model-server.ts";
import { acceptedLife, ratingOf } from "../support/signals.ts";

const FILES = {
  "src/users.ts": `import { database } from "./database";

export async function loadUser(id: string) {
  const user = await database.users.findById(id);
  if (!user) throw new NotFoundError("user", id);
  return user;
}
`,
  "src/orders.ts": `import { database } from "./database";

export async function loadOrder(id: string) {
  const order = await database.orders.findById(id);
  if (!order) throw new NotFoundError("order", id);
  return order;
}
`,
};

interface Workplace {
  readonly workspace: string;
  readonly home: string;
  readonly start: (options?: Partial<ClientOptions>) => Promise<SidecarClient>;
}

async function createWorkplace(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>> = FILES,
): Promise<Workplace> {
  const folder = await temporaryFolder(t);
  const [workspace, home] = [join(folder, "workspace"), join(folder, "home")];
  await mkdir(workspace);
  await writeFiles(workspace, files);
  return {
    workspace,
    home,
    start: async (options = {}) => {
      const client = await SidecarClient.start({ folders: [workspace], home, ...options });
      t.after(() => client.process.kill("SIGKILL"));
      return client;
    },
  };
}

/** Opens a document whose last line ends at the cursor and asks there. */
async function offerAt(client: SidecarClient, workspace: string, name: string, text: string) {
  const uri = pathToFileURL(join(workspace, name)).href;
  await client.open(uri, "typescript", text);
  const lines = text.split("\n");
  return { uri, suggestion: await client.suggest(uri, lines.length - 1, lines.at(-1)!.length) };
}

function lifeOf(offered: { id: string; text: string }, uri: string, linePrefix: string, final: string): Signal[] {
  const life = acceptedLife({ linePrefix, text: offered.text, final, uri, at: Date.now() });
  return life.map((signal) => ({
    ...signal,
    generationId: offered.id,
    ...(signal.kind === "shown" ? { generation: { ...signal.generation, id: offered.id } } : {}),
  }));
}

const LINE = "  const user = await ";
const ABOVE = "export async function other(id: string) {\n";

for (const [name, node] of [
  ["this Node", process.execPath],
  ["the Node of VS Code 1.101", await provideOldestNode()],
] as const) {
  test(`on ${name}: suggests from the workspace, learns from a change, and still knows it after a restart`, async (t) => {
    await checkLoop(await createWorkplace(t), node);
  });
}

async function checkLoop({ workspace, start }: Workplace, node: string): Promise<void> {
  const client = await start({ node });
  await client.learn();
  const first = await offerAt(client, workspace, "src/a.ts", ABOVE + LINE);
  assert.equal(firstLine(first.suggestion?.text), "database.users.findById(id);");
  const changed = "database.users.findOrThrow(id);";
  assert.ok(first.suggestion);
  const { acknowledged, rejected } = await client.signals(lifeOf(first.suggestion, first.uri, LINE, changed));
  assert.deepEqual(rejected, []);
  assert.equal(acknowledged.length, 4);
  const news = await client.status((status) => status.activity.kind === "learning");
  assert.match(JSON.stringify(news.activity), /findOrThrow/);
  assert.equal((await offerAt(client, workspace, "src/b.ts", ABOVE + LINE)).suggestion?.text, changed);
  await client.stop();

  const again = await start({ node });
  await again.learn();
  assert.equal((await offerAt(again, workspace, "src/c.ts", ABOVE + LINE)).suggestion?.text, changed);
  assert.deepEqual(again.statuses.at(-1)?.degraded, []);
  await again.stop();
}

test("a model server that asks for a key is told of until it has one, and its text arrives then", async (t) => {
  const server = await openModelServer(t, {
    dialect: "openai",
    apiKey: "s3cret",
    pieces: ["width * ", "height;"],
    logprob: -0.1,
  });
  const { workspace, start } = await createWorkplace(t);
  const remote = { ...DEFAULT_SETTINGS.remote, url: server.url };
  const client = await start({ settings: { remote } });
  await client.learn();
  const { degraded } = await client.status((status) => status.degraded.some(({ part }) => part === "model"));
  assert.match(degraded.find(({ part }) => part === "model")!.action, /key/i);
  const area = "export function area(width: number, height: number) {\n  return ";
  assert.notEqual((await offerAt(client, workspace, "src/area.ts", area)).suggestion?.engine, "remote");
  await client.connection.sendNotification(REMOTE_ACCESS, { apiKey: "s3cret", consentedHosts: [] });
  await client.status(({ facts }) => facts.engine.includes("qwen2.5-coder"));
  const { suggestion } = await offerAt(client, workspace, "src/other.ts", area);
  assert.deepEqual([suggestion?.engine, suggestion?.text], ["remote", "width * height;"]);
  assert.ok(!JSON.stringify(client.statuses).includes("s3cret"));
  await client.stop();
});

test("a rating overrides what was observed", async (t) => {
  const { workspace, home, start } = await createWorkplace(t);
  const client = await start();
  await client.learn();
  const first = await offerAt(client, workspace, "src/a.ts", ABOVE + LINE);
  const life = lifeOf(first.suggestion!, first.uri, LINE, first.suggestion!.text);
  await client.signals([...life, ratingOf(life, "down", "we never do this")]);
  await client.stop();
  const status = runCli(home, "status", "--json");
  assert.equal(status.ratings, 1);
  assert.equal(status.accepted, 0, "what was rated down is no example");
});

test("acknowledged signals outlive a crash, and what they teach is learned at the next start", async (t) => {
  const { workspace, home, start } = await createWorkplace(t);
  const client = await start();
  await client.learn();
  const first = await offerAt(client, workspace, "src/a.ts", ABOVE + LINE);
  const { acknowledged } = await client.signals(
    lifeOf(first.suggestion!, first.uri, LINE, "database.users.require(id);"),
  );
  await client.kill();
  assert.equal(runCli(home, "status", "--json").signals, acknowledged.length);
  const again = await start();
  await again.learn();
  assert.equal(
    (await offerAt(again, workspace, "src/b.ts", ABOVE + LINE)).suggestion?.text,
    "database.users.require(id);",
  );
  await again.stop();
});

test("a saved file is suggested from, and what was typed in it is the person's own", async (t) => {
  const { workspace, home, start } = await createWorkplace(t);
  const client = await start();
  await client.learn();
  const uri = pathToFileURL(join(workspace, "src/new.ts")).href;
  writeFileSync(join(workspace, "src/new.ts"), "");
  await client.open(uri, "typescript", "");
  const text = "export const limits = readLimits(process.env, fallbackLimits);\n\n";
  await client.change(uri, text);
  writeFileSync(join(workspace, "src/new.ts"), text);
  await client.save(uri);
  await client.status((status) => status.activity.kind === "learning" && status.facts.examples === 1);
  await client.learn();
  const { suggestion } = await offerAt(client, workspace, "src/other.ts", "export const limits = readLimits(");
  assert.equal(suggestion?.text, "process.env, fallbackLimits);");
  await client.stop();
  assert.equal(runCli(home, "status", "--json").typed, 1);
});

test("binary, minified, huge, non-UTF-8 and excluded files are left out and named in the report", async (t) => {
  const { start } = await createWorkplace(t, {
    ...FILES,
    "src/picture.ts": Uint8Array.from({ length: 2000 }, (_, n) => n % 256),
    "src/latin.ts": Buffer.from("const größe = 1;\n", "latin1"),
    "src/bundle.js": `var a=${"function(){return 1}(),".repeat(20_000)}0;`,
    "src/huge.ts": "const x = 1;\n".repeat(4_000_000),
    "src/mySecrets.ts": "export const key = 1;\n",
    ".gitignore": "ignored/\n",
    "ignored/a.ts": "export const a = 1;\n",
  });
  const client = await start();
  const report = await client.learn();
  assert.equal(report.languages["typescript"], 2);
  for (const reason of ["binary", "not UTF-8", "too large", "private", "ignored by git"]) {
    assert.ok((report.skipped[reason] ?? 0) >= 1, `${reason} in ${JSON.stringify(report.skipped)}`);
  }
  await client.stop();
});

test("documents of every kind get an answer: CRLF, tabs, emoji, untitled, empty, in the middle of a word", async (t) => {
  const { workspace, start } = await createWorkplace(t);
  const client = await start();
  await client.learn();
  const ask = async (uri: string, text: string, line: number, character: number) => {
    await client.open(uri, "typescript", text);
    return firstLine((await client.suggest(uri, line, character))?.text);
  };
  const file = (name: string) => pathToFileURL(join(workspace, name)).href;
  assert.equal(
    await ask(file("crlf.ts"), `${ABOVE.replace("\n", "\r\n")}${LINE}\r\n}\r\n`, 1, LINE.length),
    "database.users.findById(id);",
  );
  assert.equal(await ask(file("tabs.ts"), `${ABOVE}\tconst user = await `, 1, 20), "database.users.findById(id);");
  assert.equal(await ask("untitled:Untitled-1", ABOVE + LINE, 1, LINE.length), undefined);
  assert.equal(await ask(file("emoji.ts"), "const a = '👋🏽", 0, 11), undefined, "inside a surrogate pair");
  assert.equal(await ask(file("empty.ts"), "", 0, 0), undefined);
  assert.equal(await ask(file("word.ts"), `${ABOVE}  const us er = await `, 1, 10), undefined);
  assert.equal(
    await ask(file("huge.ts"), "const filler = 1;\n".repeat(100_000) + ABOVE + LINE, 100_001, LINE.length),
    "database.users.findById(id);",
  );
  await client.stop();
});

test("an unusable data folder degrades the status; suggestions go on", async (t) => {
  const { workspace, start, home } = await createWorkplace(t);
  writeFileSync(home, "a file where the folder should be");
  const client = await start();
  const status = await client.status(({ degraded }) => degraded.length > 0);
  assert.match(status.degraded[0]!.reason, /cannot be written/);
  await client.learn();
  assert.equal(
    firstLine((await offerAt(client, workspace, "src/a.ts", ABOVE + LINE)).suggestion?.text),
    "database.users.findById(id);",
  );
  await client.stop();
});

test("a damaged index is rebuilt from the store", async (t) => {
  const { workspace, home, start } = await createWorkplace(t);
  const client = await start();
  await client.learn();
  const first = await offerAt(client, workspace, "src/a.ts", ABOVE + LINE);
  await client.signals(lifeOf(first.suggestion!, first.uri, LINE, "database.users.require(id);"));
  await client.status((status) => status.activity.kind === "learning");
  await client.stop();
  const files = readdirSync(join(home, "index")).filter((name) => name.endsWith(".hnsw"));
  assert.ok(files.length >= 2, "an index of examples and one of chunks");
  for (const name of files) {
    const path = join(home, "index", name);
    writeFileSync(path, readFileSync(path).fill(0x5a, 100, 400));
  }
  const again = await start();
  await again.learn();
  await again.stop();
  assert.ok(
    again.log.every((line) => !/does not work/.test(line)),
    again.log.join("\n"),
  );
  const doctor = runCli(home, "doctor", "--json");
  assert.equal(doctor.ok, true);
});

test("after a few suggestions the learned layout is that of the project's Prettier", async (t) => {
  const names = ["alpha", "beta", "gamma", "delta", "omega"];
  const { workspace, start } = await createWorkplace(t, {
    "src/known.ts": names
      .map((name) => `export const ${name}Value = readValue("${name}", { fallback: "none" });\n`)
      .join("\n"),
    ".prettierrc": '{ "singleQuote": true, "semi": false, "bracketSpacing": false }',
  });
  await installPrettier(workspace);
  const client = await start({ settings: { suggest: { multiLine: false } } });
  await client.learn();
  const offered = async (name: string, file: string) =>
    (await offerAt(client, workspace, file, `export const ${name}Value = `)).suggestion?.text;
  const formatted = (name: string): string => `readValue('${name}', {fallback: 'none'})`;
  for (const name of names.slice(0, -1)) {
    for (let time = 0; (await offered(name, `src/${name}.ts`)) !== formatted(name); time++) {
      assert.ok(time < 200, `${name} is not formatted: ${client.log.join("\n")}`);
      await setTimeout(50);
    }
  }
  assert.equal(await offered("omega", "src/omega.ts"), formatted("omega"), "Prettier was never asked about this one");
  assert.deepEqual(client.statuses.at(-1)?.degraded, []);
  await client.stop();
});

test("a client of another protocol version is told so", async (t) => {
  const { start } = await createWorkplace(t);
  await assert.rejects(start({ protocolVersion: 99 }), /different versions of Tacit: reinstall/);
});

test("a folder that vanished is reported, and the next request works", async (t) => {
  const { workspace, start } = await createWorkplace(t);
  const client = await start({ folders: [join(workspace, "gone"), workspace] });
  await client.learn();
  assert.equal(
    firstLine((await offerAt(client, workspace, "src/a.ts", ABOVE + LINE)).suggestion?.text),
    "database.users.findById(id);",
  );
  assert.ok(client.log.some((line) => /gone does not exist/.test(line)));
  await client.stop();
});

interface CliStatus {
  readonly ratings: number;
  readonly accepted: number;
  readonly typed: number;
  readonly signals: number;
  readonly ok: boolean;
}

function runCli(home: string, ...args: string[]): CliStatus {
  const cli = join(import.meta.dirname, "../../bin/tacit.mjs");
  const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args, "--home", home], { encoding: "utf8" });
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as CliStatus;
}

function firstLine(text: string | undefined): string | undefined {
  return text?.split("\n", 1)[0];
}
