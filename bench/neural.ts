/**
 * `npm run bench -- neural [FILE] [--json] [--keystrokes N] [--seed N]`: what a keystroke costs with a local model. Lines
 * in the middle of a source file (default: one of this project's) are typed character by character, and after each one a
 * line is asked for: of node-llama-cpp's own `LlamaCompletion`, and of our engine, by turns, with the same model, prompt
 * and end. The model has random layers of a real shape, and writes what the sources' tokens suggest: figures are of time
 * and tokens, not of quality.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { getLlama, LlamaCompletion, LlamaLogLevel, type LlamaContextSequence } from "node-llama-cpp";
import { silentLog } from "../sidecar/base/log.ts";
import type { CompletionRequest } from "../sidecar/engine/engine.ts";
import { LLAMA_LIMITS } from "../sidecar/engine/llama/llama.ts";
import { openCompletionModel } from "../sidecar/engine/llama/llama-cpp.ts";
import type { Cost } from "../sidecar/engine/llama/cost.ts";
import { createWriter, type Writer } from "../sidecar/engine/llama/write.ts";
import { assemblePrompt } from "../sidecar/engine/prompt/assemble.ts";
import { PRESETS, writeModel } from "../test/support/models/models.ts";
import { foresee, keystrokes, LINE_TOKENS, sampleOf, writeLine } from "./support/keystrokes.ts";
import { latency } from "./support/latency.ts";
import { never, readSources } from "./support/sources.ts";

const FILE = "sidecar/vectors/index-files.ts";
const ROOT = join(import.meta.dirname, "..");
/** Of one, then of the other: a model that rests for seconds may have to be fetched from the system's hands again. */
const TURN_KEYSTROKES = 20;

interface Measured {
  readonly tokens: number;
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

export async function benchNeural(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" }, keystrokes: { type: "string" }, seed: { type: "string" } },
    allowPositionals: true,
  });
  const file = resolve(positionals[0] ?? join(ROOT, FILE));
  const seed = Number(values.seed ?? 1);
  const trace = keystrokes(ROOT, file, await readFile(file, "utf8"), Number(values.keystrokes ?? 200));
  const home = await mkdtemp(join(tmpdir(), "tacit-bench-"));
  try {
    const model = join(home, "coder.gguf");
    await writeModel(model, PRESETS.coder12x768, seed, sampleOf(await readSources(join(ROOT, "sidecar"))));
    const plain = await openPlain(model);
    const { writer, gpu } = await openOurs(model);
    const runs: { plain: Measured; ours: Measured; cost: Cost; isNewline: boolean }[] = [];
    for (let start = 0; start < trace.length; start += TURN_KEYSTROKES) {
      const turn = trace.slice(start, start + TURN_KEYSTROKES);
      const written: { ours: Measured; cost: Cost }[] = [];
      for (const request of turn) {
        const { cost, text, totalMs } = await writeLine(writer, request);
        written.push({ ours: { tokens: cost.promptTokens, firstTokenMs: cost.firstTokenMs, totalMs }, cost });
        await foresee(writer, request, text);
      }
      for (const [index, request] of turn.entries()) {
        runs.push({ ...written[index]!, plain: await plain(request), isNewline: /\n[ \t]*$/.test(request.prefix) });
      }
    }
    // The first keystroke has everything to evaluate, with either.
    const warm = runs.slice(1);
    const ours = summary(warm.map((run) => run.ours));
    const theirs = summary(warm.map((run) => run.plain));
    const steps = warm.reduce((sum, { cost }) => sum + cost.draftSteps, 0);
    const drafted = warm.reduce((sum, { cost }) => sum + cost.draftedTokens, 0);
    const ratio = (a: number, b: number): number => Math.round((a / b) * 1000) / 1000;
    const result = {
      machine: `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}, ${gpu}`,
      file: relative(ROOT, file),
      seed,
      keystrokes: warm.length,
      plain: theirs,
      ours,
      ratioP50: ratio(ours.totalMs.p50, theirs.totalMs.p50),
      ratioP95: ratio(ours.totalMs.p95, theirs.totalMs.p95),
      firstTokenRatioP95: ratio(ours.firstTokenMs.p95, theirs.firstTokenMs.p95),
      tokensAfterNewlineMax: Math.max(0, ...warm.filter((run) => run.isNewline).map((run) => run.ours.tokens)),
      draftSteps: steps,
      tokensPerDraftStep: ratio(drafted, Math.max(1, steps)),
      assembleMs: latency(runs.map(({ cost }) => cost.assembleMs)),
    };
    if (values.json) console.log(JSON.stringify(result));
    else print(result);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  // Models are given back with the process.
  process.exit();
}

async function openOurs(file: string): Promise<{ writer: Writer; gpu: string }> {
  const { contextTokensMax } = LLAMA_LIMITS;
  const options = { file, purpose: "completion", gpu: "auto", contextTokensMax, adapters: [] } as const;
  const model = await openCompletionModel(options, silentLog, () => undefined);
  return { writer: await createWriter(model, never), gpu: model.facts.backend };
}

/** node-llama-cpp as its guide shows it, with the prompt that ours has: prefix and suffix cut alike, at a line that stays. */
async function openPlain(file: string): Promise<(request: CompletionRequest) => Promise<Measured>> {
  const threads = Math.max(1, cpus().length - 1);
  const llama = await getLlama({
    build: "never",
    maxThreads: threads,
    logLevel: LlamaLogLevel.error,
    progressLogs: false,
  });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: LLAMA_LIMITS.contextTokensMax, threads });
  const sequence = context.getSequence();
  const completion = new LlamaCompletion({ contextSequence: sequence });
  const countTokens = (text: string): number => model.tokenize(text).length;
  const budget = { promptTokensMax: 2048, suffixTokensMax: 256 };
  return (request) => {
    const prompt = assemblePrompt(request, { budget, countTokens });
    return measurePlain(completion, sequence, prompt);
  };
}

async function measurePlain(
  completion: LlamaCompletion,
  { tokenMeter }: LlamaContextSequence,
  { prefix, suffix }: { readonly prefix: string; readonly suffix: string },
): Promise<Measured> {
  const before = tokenMeter.usedInputTokens;
  const startedAt = performance.now();
  let firstTokenMs: number | undefined;
  await completion.generateInfillCompletion(prefix, suffix, {
    maxTokens: LINE_TOKENS,
    customStopTriggers: ["\n"],
    onToken: () => (firstTokenMs ??= performance.now() - startedAt),
  });
  const totalMs = performance.now() - startedAt;
  return { tokens: tokenMeter.usedInputTokens - before, firstTokenMs: firstTokenMs ?? totalMs, totalMs };
}

function summary(measured: readonly Measured[]) {
  const of = (key: keyof Measured) => latency(measured.map((each) => each[key]));
  return { tokens: of("tokens"), firstTokenMs: of("firstTokenMs"), totalMs: of("totalMs") };
}

function print(result: {
  readonly machine: string;
  readonly file: string;
  readonly keystrokes: number;
  readonly plain: ReturnType<typeof summary>;
  readonly ours: ReturnType<typeof summary>;
  readonly ratioP95: number;
  readonly firstTokenRatioP95: number;
  readonly tokensAfterNewlineMax: number;
  readonly draftSteps: number;
  readonly tokensPerDraftStep: number;
  readonly assembleMs: ReturnType<typeof latency>;
}): void {
  console.log(`${result.machine}\n${result.keystrokes} keystrokes in ${result.file}; p50 / p95`);
  for (const name of ["plain", "ours"] as const) {
    const { tokens, firstTokenMs, totalMs } = result[name];
    console.log(
      `${name.padEnd(6)} evaluated ${tokens.p50} / ${tokens.p95} tokens, ` +
        `first token ${firstTokenMs.p50} / ${firstTokenMs.p95} ms, line ${totalMs.p50} / ${totalMs.p95} ms`,
    );
  }
  console.log(`at p95 ours takes ${result.ratioP95} of plain, ${result.firstTokenRatioP95} to the first token`);
  console.log(`after a new line at most ${result.tokensAfterNewlineMax} tokens are evaluated`);
  console.log(`${result.tokensPerDraftStep} tokens are accepted per draft (${result.draftSteps} drafts)`);
  console.log(`a prompt is put together in ${result.assembleMs.p95} ms at p95, ${result.assembleMs.max} at most`);
}
