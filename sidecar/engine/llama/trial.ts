/**
 * Tries what runs models on this machine, in a process of its own as they always are: what they would compute on, and how
 * a model does there. Bounded in time; whatever happens to the process is told in words.
 */
import type { GpuSetting } from "../../../protocol/settings.ts";
import { silentLog } from "../../base/log.ts";
import { describeLlamaFault, LlamaFault } from "./fault.ts";
import type { Opened } from "./host-messages.ts";
import type { BackendFacts } from "./llama-cpp.ts";
import { ModelProcess, type ModelProcessOptions } from "./model-process.ts";
import type { Speed } from "./speed.ts";

export interface TrialDeps {
  readonly gpu: GpuSetting;
  /** Where backends lie that were added on this machine. */
  readonly backendsFolder: string;
  /** Milliseconds for all of it; {@link TRIAL_MS_MAX} where it is not given. */
  readonly msMax?: number;
  /** Tests keep hold of the process. */
  readonly openProcess?: (options: ModelProcessOptions) => ModelProcess;
}

/** What came of a trial. */
export type Trial<Facts> =
  | { readonly kind: "works"; readonly facts: Facts }
  | { readonly kind: "fails"; readonly reason: string; readonly action: string };

export interface ModelTrial {
  readonly opened: Opened;
  readonly speed: Speed;
}

export interface TriedModel {
  readonly file: string;
  readonly purpose: "completion" | "embedding";
  readonly contextTokensMax: number;
}

/** Driver, model and measuring: a large model comes from the disk in half of that. */
export const TRIAL_MS_MAX = 60_000;

/** Loads the native part only. */
export async function tryBackend(deps: TrialDeps): Promise<Trial<BackendFacts>> {
  return attempt(deps, "model", (process, signal) => process.call("probe", { gpu: deps.gpu }, signal));
}

/** Loads a model and lets it work for a moment. */
export async function tryModel(deps: TrialDeps, model: TriedModel): Promise<Trial<ModelTrial>> {
  return attempt(deps, model.file, async (process, signal) => ({
    opened: await process.call("open", { ...model, gpu: deps.gpu, adapters: [] }, signal),
    speed: await process.call("measure", null, signal),
  }));
}

async function attempt<Facts>(
  { backendsFolder, msMax = TRIAL_MS_MAX, openProcess = (options) => new ModelProcess(options) }: TrialDeps,
  file: string,
  work: (process: ModelProcess, signal: AbortSignal) => Promise<Facts>,
): Promise<Trial<Facts>> {
  const process = openProcess({ log: silentLog, backendsFolder });
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new LlamaFault("hangs", `${msMax / 1000} s`)), msMax);
  try {
    return { kind: "works", facts: await work(process, abort.signal) };
  } catch (error) {
    // All that comes from there is a fault; anything else is ours.
    if (!(error instanceof LlamaFault)) throw error;
    return { kind: "fails", ...describeLlamaFault(error, file) };
  } finally {
    clearTimeout(timer);
    process.close();
  }
}
