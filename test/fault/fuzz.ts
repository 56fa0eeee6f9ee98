/**
 * Structured random input: messages of the protocol to the real process, and what we read of files to those who read it.
 * Nothing may crash, hang, or grow. A message that ends the process is found among the last ones and told.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseLines, formatLines } from "../../extension/observe/outbox.ts";
import * as messages from "../../protocol/messages.ts";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { checkModelFile } from "../../sidecar/engine/llama/check-file.ts";
import { createAuthorship } from "../../sidecar/learn/authorship.ts";
import { decode } from "../../sidecar/learn/read-file.ts";
import { createFileFilter } from "../../sidecar/learn/walk.ts";
import { createExclude } from "../../privacy/exclude.ts";
import { redact } from "../../privacy/redact.ts";
import { parseRemoteAccess, parseSettings } from "../../sidecar/settings.ts";
import { readConfig } from "../../sidecar/style/conventions/config/tools.ts";
import { acceptedLife } from "../support/signals.ts";
import { plantSecrets } from "../support/secrets.ts";
import type { Dice } from "../unit/text/dice.ts";
import { Coverage } from "./coverage.ts";
import type { Fault, Length } from "./fault.ts";
import { storedTargets, type Target } from "./fuzz-stored.ts";
import { EXPECTED, Load, writeWorkspace } from "./load.ts";
import { mangleBytes, mangleValue } from "./mangle.ts";

/** Half a minute, or half an hour, for messages and as long for files. */
function millisecondsOf(length: Length): number {
  return length === "long" ? 1_800_000 : 30_000;
}

/** Longer is a hang: of computing, not of waiting for a busy machine. */
const HANG_MS = 1000;
const GROWTH_BYTES_MAX = 40_000_000;

interface Message {
  readonly method: string;
  readonly isRequest: boolean;
  readonly params: unknown;
}

function validMessages(root: string): Message[] {
  const uri = pathToFileURL(join(root, "src/fuzzed.ts")).href;
  const folder = pathToFileURL(root).href;
  const generationId = "018f0000-0000-7000-8000-000000000000";
  const textDocument = { uri, languageId: "typescript", version: 1, text: "const a = 1;\nconst b = " };
  const life = acceptedLife({ linePrefix: "const b = ", text: "a + 1;", final: "a + 2;", uri });
  const place = { textDocument: { uri }, position: { line: 1, character: 10 }, context: { triggerKind: 1 } };
  const change = { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, text: "x" };
  const request = (method: string, params: unknown): Message => ({ method, params, isRequest: true });
  const notification = (method: string, params: unknown): Message => ({ method, params, isRequest: false });
  const known = [
    notification("textDocument/didOpen", { textDocument }),
    notification("textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges: [change] }),
    notification("textDocument/didSave", { textDocument: { uri } }),
    notification("textDocument/didClose", { textDocument: { uri } }),
    notification("workspace/didChangeConfiguration", { settings: DEFAULT_SETTINGS }),
    notification("workspace/didChangeWorkspaceFolders", {
      event: { added: [{ uri: folder, name: "a" }], removed: [] },
    }),
    notification("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 2 }] }),
    notification(messages.REMOTE_ACCESS, { consentedHosts: [] }),
    request("textDocument/inlineCompletion", place),
    request(messages.SIGNALS, { signals: life }),
    request(messages.WHY, { generationId }),
    request(messages.NOT_MY_STYLE, { generationId, choice: "text" }),
    request(messages.STYLE, {}),
    request(messages.DECIDE, { id: "layout", decision: "pinned" }),
    request(messages.ERASE, { id: "layout" }),
    request(messages.LEARN_WORKSPACE, { folder }),
    request(messages.STYLE_EXPORT, { folder, format: "agents" }),
    request(messages.MODELS, {}),
    request(messages.CHECK_MODEL_FILE, { path: join(root, "src/loader0.ts") }),
    request("tacit/unknown", { any: 1 }),
  ];
  const named = new Set(known.map(({ method }) => method));
  const others = Object.values(messages).filter((name) => name.startsWith("tacit/") && !named.has(name));
  return [...known, ...others.map((method) => request(method, {}))];
}

export const fuzzMessages: Fault = {
  name: "messages",
  title: "Random messages of the protocol to the real process",
  run: async ({ dice, folder, length, tally, atEnd }) => {
    const [root, home, counts] = [join(folder, "workspace"), join(folder, "home"), join(folder, "counts")];
    await mkdir(counts, { recursive: true });
    writeWorkspace(root);
    const client = await SidecarClient.start({
      folders: [root],
      home,
      env: {
        NODE_OPTIONS: `--import=${join(import.meta.dirname, "inside.mjs")}`,
        TACIT_FAULT_FOLDER: counts,
      },
    });
    atEnd(() => client.process.kill("SIGKILL"));
    await client.learn();
    // What it computes while it starts is not what messages cause.
    await askInside(client.process.pid!, counts);
    const valid = validMessages(root);
    // Each letter was taken for a file.
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: "x".repeat(100_000) });
    const recent: Message[] = [];
    const milliseconds = millisecondsOf(length);
    const endsAt = performance.now() + milliseconds;
    let warm = 0;
    let busyBefore = 0;
    while (performance.now() < endsAt && client.process.exitCode === null && client.process.signalCode === null) {
      const waiting: Promise<unknown>[] = [];
      for (let n = 0; n < 20; n++) {
        const { method, isRequest, params } = dice.pick(valid);
        const message = { method, isRequest, params: mangleValue(params, dice) };
        recent.push(message);
        if (recent.length > 40) recent.shift();
        tally.tried++;
        const sent = isRequest
          ? client.connection.sendRequest(method, message.params)
          : client.connection.sendNotification(method, message.params as object);
        // An error is a good answer.
        waiting.push(sent.catch(() => undefined));
      }
      const isAnswered = await Promise.race([
        Promise.all(waiting).then(() => true),
        setTimeout(30_000, false, { ref: false }),
      ]);
      if (!isAnswered) tally.wrong.push(`no answer within 30 s to one of ${describe(recent.slice(-20))}`);
      if (!isAnswered) break;
      if (warm === 0 && endsAt - performance.now() < milliseconds / 2) {
        const inside = await askInside(client.process.pid!, counts);
        warm = inside.memory;
        busyBefore = inside.busyMs;
      }
    }
    if (client.process.exitCode !== null || client.process.signalCode !== null) {
      tally.wrong.push(`the process ended after ${describe(recent)}`);
      return;
    }
    const { memory, busyMs: busyNow } = await askInside(client.process.pid!, counts);
    const busyMs = Math.max(busyBefore, busyNow);
    if (warm > 0 && memory > warm + GROWTH_BYTES_MAX) {
      tally.wrong.push(`memory grew from ${Math.round(warm / 1e6)} to ${Math.round(memory / 1e6)} MB`);
    }
    if (busyMs > HANG_MS) tally.wrong.push(`the process computed for ${Math.round(busyMs)} ms without a pause`);
    // The next good request works.
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: DEFAULT_SETTINGS });
    await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added: [{ uri: pathToFileURL(root).href, name: "a" }], removed: [] },
    });
    await client.learn();
    const offered = await new Load({ root, home: folder, dice }).suggest(client);
    if (offered !== EXPECTED) tally.wrong.push(`afterwards it suggests ${JSON.stringify(offered)}`);
    await client.stop();
    tally.remarks.push(`longest without a pause ${Math.round(busyMs)} ms`);
  },
};

function describe(list: readonly Message[]): string {
  return list.map(({ method, params }) => `${method} ${JSON.stringify(params ?? null).slice(0, 200)}`).join("\n    ");
}

async function askInside(pid: number, folder: string): Promise<{ memory: number; busyMs: number }> {
  const file = join(folder, `inside-${pid}.txt`);
  const told = async (): Promise<string[]> =>
    (await readFile(file, "utf8").catch(() => "")).split("\n").filter((line) => line.startsWith("memory "));
  const before = (await told()).length;
  process.kill(pid, "SIGUSR2");
  for (let waited = 0; waited < 1000; waited++) {
    const line = (await told())[before];
    if (line !== undefined) {
      const [, memory, , busyMs] = line.split(" ");
      return { memory: Number(memory), busyMs: Number(busyMs) };
    }
    await setTimeout(10);
  }
  throw new Error("the process does not tell what it holds");
}

/** Errors that say what is wrong with a file; anything else is a crash. */
const REFUSALS = new Set(["ConfigError", "LlamaFault", "SidecarError"]);

function targetsIn(folder: string): Target[] {
  const config = (name: string, ...seeds: string[]): Target => ({
    name,
    seeds,
    read: (bytes) => readConfig(name, bytes.toString()),
  });
  const ignored = join(folder, "ignored");
  mkdirSync(join(ignored, "sub"), { recursive: true });
  const model = join(folder, "model.gguf");
  return [
    {
      name: "settings",
      seeds: [JSON.stringify(DEFAULT_SETTINGS)],
      read: (bytes) => {
        const value = jsonOf(bytes);
        return [parseSettings(value), parseRemoteAccess(value)];
      },
    },
    {
      name: "outbox",
      seeds: [formatLines(acceptedLife({ linePrefix: "a = ", text: "b", final: "c" }))],
      read: (bytes) => parseLines(bytes.toString()),
    },
    {
      name: ".gitignore",
      seeds: ["*.log\n!keep.log\n/dist/\n**/tmp/*.[oa]\nsub/\\!x\n[a-z]?.ts\n"],
      read: async (bytes) => {
        writeFileSync(join(ignored, ".gitignore"), bytes);
        writeFileSync(join(ignored, "sub/.tacitignore"), bytes);
        await createFileFilter(ignored, { exclude: createExclude({ patterns: [] }) }).skipReason(
          join(ignored, "sub/a.ts"),
        );
        return createExclude({ patterns: bytes.toString().split("\n") }).excludes("src/a.ts", false);
      },
    },
    config(".editorconfig", "root = true\n[*.{ts,js}]\nindent_style = tab\nmax_line_length = 100\n"),
    config(
      ".prettierrc",
      '{ "semi": false, "overrides": [{ "files": "*.ts", "options": { "tabWidth": 4 } }] }',
      "semi: no\n",
    ),
    config("biome.json", '{ "formatter": { "indentStyle": "tab" }, "extends": ["./a.json"] } // c'),
    config(".eslintrc.json", '{ "rules": { "quotes": ["error", "single"], "semi": 2 }, "extends": "./a" }'),
    config(".clang-format", "BasedOnStyle: Google\nIndentWidth: 4\n---\nLanguage: Cpp\nColumnLimit: 100\n"),
    config("pyproject.toml", '[tool.black]\nline-length = 88\n[tool.ruff.format]\nquote-style = "single"\n'),
    config("rustfmt.toml", "max_width = 100\nhard_tabs = true\n"),
    config("setup.cfg", "[flake8]\nmax-line-length = 100\n[yapf]\nbased_on_style = pep8\n"),
    config("package.json", '{ "prettier": { "semi": false }, "eslintConfig": { "rules": {} } }'),
    {
      name: "git's log",
      seeds: ["\x01me@x.dev\0\na.ts\0b/c.ts\0\0\x01you@x.dev\0\nd.ts\0"],
      read: (bytes) => createAuthorship(bytes.toString(), "me@x.dev").weightOf("a.ts"),
    },
    { name: "source", seeds: ["const a = '🙂';\r\n", "\ufeffx\n", "a".repeat(3000)], read: (bytes) => decode(bytes) },
    {
      name: "secrets",
      seeds: plantSecrets(1).map(({ text }) => text),
      read: (bytes) => redact(bytes.toString()),
    },
    {
      name: "GGUF",
      seeds: [`GGUF\x03\0\0\0\x01${"\0".repeat(7)}\x02${"\0".repeat(100)}`],
      read: async (bytes) => {
        writeFileSync(model, bytes);
        await checkModelFile(model);
      },
    },
  ];
}

export const fuzzFiles: Fault = {
  name: "files",
  title: "Random content of the files we read (settings, ignore files, formatters' files, git, sources, GGUF, our own)",
  run: async ({ dice, folder, length, tally, atEnd }) => {
    const targets = [...targetsIn(folder), ...(await storedTargets(join(folder, "stored"), atEnd))];
    const endsAt = performance.now() + millisecondsOf(length);
    const coverage = new Coverage();
    atEnd(() => coverage.close());
    const pool = new Map(targets.map(({ name, seeds }) => [name, seeds.map((seed) => Buffer.from(seed))]));
    for (const { name, read } of targets) for (const seed of pool.get(name)!) await outcomeOf(read, seed);
    coverage.hasNew();
    const waysOfSeeds = coverage.ways;
    while (performance.now() < endsAt && tally.wrong.length < 20) {
      for (const target of targets) {
        // As long for each: what is read quickly is tried more often than what goes through the disk.
        const turnEndsAt = performance.now() + TURN_MS;
        do {
          await tryTarget(target, pool.get(target.name)!, dice, coverage, tally.wrong);
          tally.tried++;
        } while (performance.now() < turnEndsAt && tally.wrong.length < 20);
      }
    }
    const ways = `${waysOfSeeds} → ${coverage.ways} ways through the sources`;
    tally.remarks.push(`${targets.length} kinds of files, ${ways}`);
  },
};

const TURN_MS = 20;
/** Damaged input that took a new way through the sources is damaged further. */
const POOL_MAX = 200;

async function tryTarget(
  { name, read }: Target,
  pool: Buffer[],
  dice: Dice,
  coverage: Coverage,
  wrong: string[],
): Promise<void> {
  const input = mangleBytes(dice.pick(pool), dice).subarray(0, 200_000);
  const outcome = await outcomeOf(read, input);
  if (outcome === undefined) {
    if (!coverage.hasNew()) return;
    if (pool.length < POOL_MAX) pool.push(input);
    else pool[dice.below(POOL_MAX)] = input;
    return;
  }
  const least = await minimise(input, async (smaller) => (await outcomeOf(read, smaller)) !== undefined);
  wrong.push(`${name}: ${outcome}, for ${JSON.stringify(least.toString("latin1").slice(0, 300))}`);
}

/** What is wrong, or undefined. */
async function outcomeOf(read: Target["read"], input: Buffer): Promise<string | undefined> {
  const before = process.cpuUsage();
  try {
    await read(input);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    if (!REFUSALS.has(name) && !REFUSALS.has(error instanceof Error ? error.constructor.name : "")) {
      return error instanceof Error ? `${name} ${error.message.slice(0, 200)}` : name;
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 > HANG_MS ? `took ${Math.round((user + system) / 1000)} ms` : undefined;
}

/** Cuts pieces out for as long as it fails, in ever smaller ones. */
async function minimise(input: Buffer, fails: (smaller: Buffer) => Promise<boolean>): Promise<Buffer> {
  let least = input;
  for (let size = Math.ceil(least.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < least.length; at += size) {
      const smaller = Buffer.concat([least.subarray(0, at), least.subarray(at + size)]);
      if (await fails(smaller)) {
        least = smaller;
        at -= size;
      }
    }
  }
  return least;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    // The editor hands over what it has parsed; whatever is left is a value too.
    return bytes.toString();
  }
}
