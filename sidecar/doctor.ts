/** `tacit doctor`: looks at each part that can fail on a user's machine and says what to do about it. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { GpuSetting } from "../protocol/settings.ts";
import { describeBytes } from "../text/size.ts";
import { systemClock } from "./base/clock.ts";
import { describeError, SidecarError } from "./base/errors.ts";
import { silentLog } from "./base/log.ts";
import { openChunker } from "./code/chunker.ts";
import { BACKENDS_FOLDER } from "./engine/llama/backends.ts";
import { EMBEDDER_LIMITS } from "./engine/llama/embedder.ts";
import { LLAMA_LIMITS } from "./engine/llama/llama.ts";
import type { ModelFacts } from "./engine/llama/llama-cpp.ts";
import type { Speed } from "./engine/llama/speed.ts";
import { type Trial, type TrialDeps, tryBackend, tryModel } from "./engine/llama/trial.ts";
import { readCatalogue } from "./models/catalogue.ts";
import { type ModelState, MODELS_FOLDER, problemOf, stateOf } from "./models/library.ts";
import { describeMachine, readMachine } from "./models/machine.ts";
import { openDatabase } from "./store/database.ts";
import { type Growth, readGrowth } from "./store/growth.ts";
import { openVectorIndexes } from "./vectors/hnsw.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do when it is not right. */
  readonly action: string;
}

export interface Examined {
  readonly dataFolder: string;
  /** Files of the models that are chosen, empty for none, and what they are to compute on. */
  readonly llama: { readonly model: string; readonly embedder: string; readonly gpu: GpuSetting };
}

export async function examine({ dataFolder, llama }: Examined): Promise<Check[]> {
  const trial = { gpu: llama.gpu, backendsFolder: join(dataFolder, BACKENDS_FOLDER) };
  return [
    checkNode(),
    checkFolder(dataFolder),
    checkDatabase(dataFolder),
    checkGrowth(dataFolder),
    await checkIndex(),
    await checkParser(),
    await checkMachine(),
    await checkModels(join(dataFolder, MODELS_FOLDER)),
    await checkBackend(trial),
    ...(await checkChosen("model", llama.model, trial)),
    ...(await checkChosen("embedder", llama.embedder, trial)),
  ];
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 22 || (major === 22 && minor >= 13);
  return {
    name: "Node",
    ok,
    found: process.version,
    action: "Install Node 22.13 or newer, or VS Code 1.101 or newer.",
  };
}

function checkFolder(folder: string): Check {
  const action = "Make it writable for you, or set tacit.dataFolder (or TACIT_HOME) to a folder that is.";
  try {
    if (!existsSync(folder)) {
      let parent = dirname(folder);
      while (!existsSync(parent)) parent = dirname(parent);
      accessSync(parent, constants.W_OK);
      return { name: "data folder", ok: true, found: `${folder} (will be made)`, action };
    }
    accessSync(folder, constants.W_OK);
    const mode = statSync(folder).mode & 0o777;
    const isPrivate = process.platform === "win32" || (mode & 0o077) === 0;
    return {
      name: "data folder",
      ok: isPrivate,
      found: `${folder} (mode ${mode.toString(8)})`,
      action: isPrivate ? action : `Others can read it: chmod 700 ${folder}`,
    };
  } catch (error) {
    return { name: "data folder", ok: false, found: `${folder}: ${describeError(error)}`, action };
  }
}

function checkDatabase(folder: string): Check {
  const action = "Run the editor once: Tacit sets a damaged database aside and says where.";
  if (!existsSync(join(folder, "tacit.db"))) return { name: "database", ok: true, found: "none yet", action };
  try {
    const { database, problems } = openDatabase(folder, silentLog);
    database.close();
    const [problem] = problems;
    return {
      name: "database",
      ok: !problem,
      found: problem?.reason ?? "readable, checked",
      action: problem?.action ?? action,
    };
  } catch (error) {
    return { name: "database", ok: false, found: describeError(error), action: actionOf(error, action) };
  }
}

/** Never wrong by itself: what is stored is bounded, and what went for that is told. */
function checkGrowth(folder: string): Check {
  const action = "Run `tacit forget` for what you do not need, or look at it with `tacit ledger`.";
  const check = { name: "growth", ok: true, action };
  if (!existsSync(join(folder, "tacit.db"))) return { ...check, found: "nothing is stored yet" };
  try {
    const { database } = openDatabase(folder, silentLog);
    try {
      return { ...check, found: describeGrowth(readGrowth(database, systemClock.now())) };
    } finally {
      database.close();
    }
  } catch (error) {
    // Why is told by the check of the database.
    return { ...check, found: `not known: ${describeError(error)}` };
  }
}

function describeGrowth({ bytes, rows, months, bytesPerMonth, letGo }: Growth): string {
  const counts = Object.entries(rows).map(([what, count]) => `${count} ${what}`);
  const shown = months.map(({ month, suggestions }) => `${suggestions} in ${month}`);
  return [
    `${describeBytes(bytes)}${bytesPerMonth === undefined ? "" : `, ${describeBytes(bytesPerMonth)} a month`}`,
    ...(counts.length === 0 ? [] : [counts.join(", ")]),
    ...(shown.length === 0 ? [] : [`suggestions: ${shown.join(", ")}`]),
    ...letGo.map(({ name, reason, count }) => `let go: ${count} ${name} (${reason})`),
  ].join("; ");
}

async function checkIndex(): Promise<Check> {
  const action = "Reinstall the extension for this platform; suggestions work without the vector index.";
  const folder = await mkdtemp(join(tmpdir(), "tacit-doctor-"));
  try {
    const indexes = await openVectorIndexes({ folder, databaseId: "doctor", log: silentLog, onFault: () => undefined });
    const { index } = await indexes.open("doctor");
    const { signal } = new AbortController();
    await index.add([{ label: 1, text: "const answer = 42" }], signal);
    const [hit] = await index.search("answer", 1, signal);
    await indexes.close();
    return { name: "vector index", ok: hit?.label === 1, found: "hnswlib works", action };
  } catch (error) {
    return { name: "vector index", ok: false, found: describeError(error), action: actionOf(error, action) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkParser(): Promise<Check> {
  const action = "Reinstall the extension; code is cut into plain windows until then.";
  const chunker = openChunker(silentLog);
  try {
    const text = "export function answer() {\n  return 42;\n}\n";
    const { chunks } = await chunker.chunk(
      { path: "a.ts", languageId: "typescript", text },
      new AbortController().signal,
    );
    const ok = chunks.some((chunk) => chunk.kind === "function");
    return { name: "parser", ok, found: ok ? "tree-sitter works" : "no grammar could be loaded", action };
  } finally {
    await chunker.close();
  }
}

/** A machine without a graphics card is in order: memory needs none. */
async function checkMachine(): Promise<Check> {
  const machine = await readMachine();
  const vulkan = machine.hasVulkan ? ", Vulkan" : "";
  return { name: "machine", ok: true, found: `${describeMachine(machine)}${vulkan}`, action: "" };
}

async function checkModels(folder: string): Promise<Check> {
  const states = await Promise.all(
    readCatalogue().map(async (model) => ({ model, state: await stateOf(folder, model) })),
  );
  const named = (kind: ModelState["kind"]): string[] =>
    states.filter(({ state }) => state.kind === kind).map(({ model }) => model.id);
  const [whole, begun] = [named("installed"), named("partial")];
  const found = [...whole, ...begun.map((id) => `${id} (begun)`)].join(", ") || "none downloaded";
  return { name: "models", ok: true, found, action: "" };
}

/** A machine whose graphics card cannot be used is in order, unless the card was asked for. */
async function checkBackend(deps: TrialDeps): Promise<Check> {
  return checkTrial("model backend", await tryBackend(deps), ({ backend, devices, vramBytes, vramUsedBytes }) =>
    devices.length === 0
      ? `${backend} (no graphics card is used)`
      : `${backend} on ${devices.join(", ")} (${gigabytes(vramBytes)}, ${gigabytes(vramBytes - vramUsedBytes)} free)`,
  );
}

async function checkChosen(what: "model" | "embedder", file: string, deps: TrialDeps): Promise<Check[]> {
  if (file === "") return [];
  const problem = await problemOf(file);
  const action = `Choose another with “Tacit: Choose Model”, or correct tacit.llama.${what}.`;
  const check = { name: what, ok: problem === undefined, found: problem ? `${file}: ${problem}` : file, action };
  return problem === undefined ? [check, await checkAtWork(what, file, deps)] : [check];
}

async function checkAtWork(what: "model" | "embedder", file: string, deps: TrialDeps): Promise<Check> {
  const model = {
    model: { file, purpose: "completion", contextTokensMax: LLAMA_LIMITS.contextTokensMax },
    embedder: { file, purpose: "embedding", contextTokensMax: EMBEDDER_LIMITS.tokensMax },
  } as const;
  return checkTrial(
    `${what} at work`,
    await tryModel(deps, model[what]),
    ({ opened, speed }) => `${describeFacts(opened.facts)}; ${describeSpeed(speed)}`,
  );
}

function checkTrial<Facts>(name: string, trial: Trial<Facts>, describe: (facts: Facts) => string): Check {
  return trial.kind === "works"
    ? { name, ok: true, found: describe(trial.facts), action: "" }
    : { name, ok: false, found: trial.reason, action: trial.action };
}

function describeFacts({ name, backend, gpuLayers, memoryBytes, vramBytes }: ModelFacts): string {
  const onGpu = backend === "CPU" ? "" : `, ${gpuLayers} layers and ${gigabytes(vramBytes)} on the GPU`;
  return `${name} on ${backend}, ${gigabytes(memoryBytes)} of memory${onGpu}`;
}

function describeSpeed(speed: Speed): string {
  return speed.kind === "writes"
    ? `reads ${speed.readTokensPerSecond} tokens a second, writes ${speed.writtenTokensPerSecond}`
    : `embeds ${speed.textsPerSecond} texts of ${speed.textTokens} tokens a second`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function actionOf(error: unknown, otherwise: string): string {
  return error instanceof SidecarError ? error.action : otherwise;
}
