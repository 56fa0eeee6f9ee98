/** Generated models behind the product's own code: loaded in this process, or as the sidecar does in one of their own. */
import { join } from "node:path";
import type { TestContext } from "node:test";
import { silentLog } from "../../sidecar/base/log.ts";
import type { CompletionRequest } from "../../sidecar/engine/engine.ts";
import { Drafter } from "../../sidecar/engine/llama/drafts.ts";
import { LLAMA_LIMITS } from "../../sidecar/engine/llama/llama.ts";
import { type CompletionModel, openCompletionModel, type OpenOptions } from "../../sidecar/engine/llama/llama-cpp.ts";
import { createWriter, type WriteLimits, type Writer } from "../../sidecar/engine/llama/write.ts";
import { temporaryFolder } from "./folders.ts";
import { type ModelShape, PRESETS, writeModel } from "./models/models.ts";

/** A file with a model, removed with the test. */
export async function modelFile(t: TestContext, shape: ModelShape = PRESETS.tinyQwen2, seed?: number): Promise<string> {
  const file = join(await temporaryFolder(t), "tiny.gguf");
  await writeModel(file, shape, seed);
  return file;
}

export interface TestWriter {
  readonly model: CompletionModel;
  readonly writer: Writer;
}

/** On a tiny model a draft saves nothing: as on a GPU, where a further token costs little. */
const DRAFT_COST_SHARE = 0.1;

/** Loads a model into this process. */
export async function openWriter(file: string, options: Partial<OpenOptions> = {}): Promise<TestWriter> {
  const open = { file, purpose: "completion", gpu: "off", contextTokensMax: 2816, adapters: [], ...options } as const;
  const model = await openCompletionModel(open, silentLog, () => undefined);
  return { model, writer: await createWriter(model, new AbortController().signal, new Drafter(DRAFT_COST_SHARE)) };
}

/** All that is written is waited for. */
export const PATIENT: WriteLimits = { ...LLAMA_LIMITS, firstLineMs: Infinity };

/** A request at ▮ in a TypeScript file. */
export function requestAt(marked: string, more: Partial<CompletionRequest> = {}): CompletionRequest {
  const [prefix, suffix] = marked.split("▮") as [string, string];
  return {
    project: "project",
    path: "src/here.ts",
    languageId: "typescript",
    prefix,
    suffix,
    indentUnit: "  ",
    multiLine: false,
    examples: [],
    similar: [],
    ...more,
  };
}
