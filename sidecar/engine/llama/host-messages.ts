/** What the sidecar and the process of a model say to each other. One process holds one model, and ends to give it back. */
import type { CompletionRequest } from "../engine.ts";
import type { LlamaFaultKind } from "./fault.ts";
import type { GpuSetting } from "../../../protocol/settings.ts";
import type { BackendFacts, ModelFacts, OpenOptions } from "./llama-cpp.ts";
import type { Speed } from "./speed.ts";
import type { WriteLimits, Written } from "./write.ts";

/** What is asked for, by its name: what goes in and what comes out. */
export interface Tasks {
  /** The first one. */
  readonly open: { readonly input: OpenOptions; readonly output: Opened };
  readonly complete: { readonly input: CompleteInput; readonly output: Written };
  /** A suggestion is shown: what follows it may be asked for next. */
  readonly foresee: { readonly input: ForeseeInput; readonly output: null };
  readonly embed: { readonly input: { readonly texts: readonly string[] }; readonly output: readonly Float32Array[] };
  /** What a model would compute on; needs none, and loads the native part only. */
  readonly probe: { readonly input: { readonly gpu: GpuSetting }; readonly output: BackendFacts };
  /** Lets the model that is open work for some seconds. */
  readonly measure: { readonly input: null; readonly output: Speed };
}

export interface Opened {
  readonly facts: ModelFacts;
  /** Components of a vector; 0 for models that write. */
  readonly dimension: number;
  /** Tokens that the prompt may have: as many as are evaluated in bearable time. */
  readonly promptTokensMax: number;
}

export interface CompleteInput {
  readonly request: CompletionRequest;
  readonly limits: WriteLimits;
}

export interface ForeseeInput extends CompleteInput {
  /** What is shown, as it would be accepted. */
  readonly shown: string;
}

export type TaskName = keyof Tasks;

export type HostRequest =
  | {
      readonly [Name in TaskName]: { readonly kind: Name; readonly id: number; readonly input: Tasks[Name]["input"] };
    }[TaskName]
  | { readonly kind: "abort"; readonly id: number };

export type HostAnswer =
  | { readonly kind: "done"; readonly id: number; readonly output: Tasks[TaskName]["output"] }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly fault: { readonly kind: LlamaFaultKind; readonly detail: string };
    }
  | { readonly kind: "aborted"; readonly id: number }
  /** Of opening: 0..1. */
  | { readonly kind: "progress"; readonly id: number; readonly share: number }
  | { readonly kind: "log"; readonly message: string };
