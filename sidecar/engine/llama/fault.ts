/** What goes wrong with a model of this machine, and how it is told: what happened, and what to do. */
import { basename } from "node:path";

export type LlamaFaultKind =
  /** No such file, or not readable. */
  | "missing"
  /** Another kind of file. */
  | "not-a-model"
  /** Cut off, or its sizes lie. */
  | "damaged"
  /** llama.cpp does not know its kind. */
  | "architecture"
  /** It only reads: an embedding model. */
  | "not-completion"
  /** It makes no vectors of texts. */
  | "not-embedding"
  /** It cannot fill in the middle. */
  | "no-fim"
  | "memory"
  /** The GPU that the settings name does not work. */
  | "gpu"
  /** The native part could not be loaded at all. */
  | "backend"
  /** Its process ended by itself. */
  | "died"
  /** No answer for too long. */
  | "hangs"
  | "failed";

/** `detail`: a few words that tell one from another. */
export class LlamaFault extends Error {
  override readonly name = "LlamaFault";
  readonly kind: LlamaFaultKind;
  readonly detail: string;
  /** The file it is about, where whoever throws it knows. */
  readonly model: string | undefined;

  constructor(
    kind: LlamaFaultKind,
    detail: string,
    options: { readonly model?: string; readonly cause?: unknown } = {},
  ) {
    super(`${kind}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.detail = detail;
    this.model = options.model;
  }
}

/** Faults that another try does not mend: the file or the settings have to change. */
export const LASTING_FAULTS: ReadonlySet<LlamaFaultKind> = new Set([
  "missing",
  "not-a-model",
  "damaged",
  "architecture",
  "not-completion",
  "not-embedding",
  "no-fim",
  "gpu",
  "backend",
]);

/** Sentences for the status. `file`: the model's. */
export function describeLlamaFault(
  { kind, detail }: Pick<LlamaFault, "kind" | "detail">,
  file: string,
): { readonly reason: string; readonly action: string } {
  const model = basename(file);
  switch (kind) {
    case "missing":
      return {
        reason: `The model file ${file} cannot be read (${detail}).`,
        action: "Choose a model again, or correct its path in the settings.",
      };
    case "not-a-model":
      return {
        reason: `${model} is not a model (${detail}).`,
        action: "Choose a GGUF file.",
      };
    case "damaged":
      return {
        reason: `The model file ${model} is damaged (${detail}).`,
        action: "Download it again, or choose another model.",
      };
    case "architecture":
      return {
        reason: `${model} is of a kind that cannot be run here (${detail}).`,
        action: "Choose another model, for example Qwen2.5-Coder.",
      };
    case "not-completion":
      return {
        reason: `${model} turns text into vectors and writes none (${detail}).`,
        action: "Choose a model that writes code, for example Qwen2.5-Coder; this one can be the embedding model.",
      };
    case "not-embedding":
      return {
        reason: `${model} does not turn texts into vectors (${detail}).`,
        action: "Choose an embedding model, for example jina-embeddings-v2-base-code.",
      };
    case "no-fim":
      return {
        reason: `${model} cannot fill in the middle of a text (${detail}).`,
        action: "Choose a model that can, for example Qwen2.5-Coder (not its Instruct kind of other sizes).",
      };
    case "memory":
      return {
        reason: `There is not enough memory for ${model} (${detail}).`,
        action: "Close other programs, or choose a smaller model.",
      };
    case "gpu":
      return {
        reason: `The GPU cannot be used through ${detail}.`,
        action:
          detail === "cuda"
            ? "“Tacit: Add CUDA Support” adds what it needs, or says what is missing. Or set “tacit.llama.gpu” to auto."
            : "Set “tacit.llama.gpu” to auto, or install what it needs; “tacit doctor” says what is missing.",
      };
    case "backend":
      return {
        reason: `Models cannot be run on this machine (${detail}).`,
        action: "Install the extension made for this platform. Suggestions from memory go on.",
      };
    case "died":
      return {
        reason: `The process of the model ${model} ended unexpectedly (${detail}).`,
        action: "It is started again when it is needed. Where this stays, choose another model or switch the GPU off.",
      };
    case "hangs":
      return {
        reason: `The model ${model} did not answer (${detail}).`,
        action: "It was ended, and is started again when it is needed. Where this stays, choose a smaller model.",
      };
    case "failed":
      return {
        reason: `The model ${model} failed (${detail}).`,
        action: "It is tried again by itself. Where this stays, look at the log.",
      };
  }
}
