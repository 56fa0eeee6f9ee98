/** Embedding models of this machine in tests, and what is asked of them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { silentLog } from "../../sidecar/base/log.ts";
import {
  type EmbedderLimits,
  type LlamaEmbedder,
  type LlamaEmbedderOptions,
  openLlamaEmbedder,
} from "../../sidecar/engine/llama/embedder.ts";
import { temporaryFolder } from "./folders.ts";
import { type ModelShape, PRESETS, writeModel } from "./models/models.ts";
import { never } from "./recall.ts";

/** Code that differs. */
export const TOTAL = "const total = items.reduce((sum, item) => sum + item.price, 0);";
export const READ = "def read_config(path):\n    with open(path) as file:\n        return json.load(file)";
/** Twenty tokens of the test models. */
export const LINE = "for (const item of items) total += item.price;\n";

/** An embedder, its file, and what it has told. */
export interface OpenedEmbedder {
  readonly embedder: LlamaEmbedder;
  readonly file: string;
  /** What `health` said each time it had changed. */
  readonly told: string[];
}

interface Change {
  readonly shape?: ModelShape;
  readonly name?: string;
  readonly limits?: Partial<EmbedderLimits>;
  readonly options?: Partial<LlamaEmbedderOptions>;
}

/** Of a tiny model that is written for it; not loaded yet. */
export async function openEmbedder(t: TestContext, change: Change = {}): Promise<OpenedEmbedder> {
  const { shape = PRESETS.tinyJina, name = "jina.gguf", limits, options } = change;
  const file = join(await temporaryFolder(t), name);
  await writeModel(file, shape);
  const told: string[] = [];
  const embedder: LlamaEmbedder = await openLlamaEmbedder(
    {
      file,
      gpu: "off",
      idleMinutes: 0,
      log: silentLog,
      onHealth: () => told.push(embedder.health.kind),
      ...options,
    },
    limits,
  );
  t.after(() => embedder.close());
  return { embedder, file, told };
}

/** There must be one. */
export async function vectorOf(embedder: LlamaEmbedder, text: string, purpose: "document" | "query" = "document") {
  const [vector] = await embedder.embed([text], purpose, never);
  assert.ok(vector);
  return vector;
}

/** Of vectors of any length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, component, at) => sum + component * b[at]!, 0) / Math.hypot(...a) / Math.hypot(...b);
}

/** As node-llama-cpp gives it. */
export async function vectorFromLibrary(
  t: TestContext,
  file: string,
  text: string,
  sizes: { readonly contextSize: number; readonly batchSize?: number },
): Promise<Float32Array> {
  const llama = await getLlama({
    gpu: false,
    build: "never",
    maxThreads: 1,
    logLevel: LlamaLogLevel.disabled,
    progressLogs: false,
  });
  const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
  t.after(() => model.dispose());
  const context = await model.createEmbeddingContext({ ...sizes, threads: 1, ignoreMemorySafetyChecks: true });
  return Float32Array.from((await context.getEmbeddingFor(text)).vector);
}
