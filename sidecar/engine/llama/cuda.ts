/**
 * Computing with CUDA on this machine: whether it would be of use, and adding what it takes once the user has agreed to
 * that. Nothing is sent but by `add`.
 */
import { type AddCudaParams, CUDA_ID, type CudaResult, type ModelProgress } from "../../../protocol/messages.ts";
import type { Degradation } from "../../../protocol/status.ts";
import { LinkedAbort } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { describeError, isAbort } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { DOWNLOAD_LIMITS, freeBytesOf, type Progress } from "../../models/download.ts";
import { ModelFault, type ModelFaultKind } from "../../models/fault.ts";
import { type Machine, readMachine } from "../../models/machine.ts";
import { openWeb } from "../../models/web.ts";
import { addBackend, registryOf } from "./add-backend.ts";
import { type BackendPackage, cudaPackages, type CudaVersion, isAdded, isOutdated } from "./backends.ts";
import { findCudaRuntime } from "./cuda-runtime.ts";

export interface CudaDeps {
  /** That of all backends. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Log;
  readonly status: {
    startDownload(): { tell(what: string, percent: number): void; end(): void };
    degrade(degradation: Degradation): void;
    restore(part: string): void;
  };
  /** What is at hand here, where tests do not say so. */
  readonly readMachine?: () => Promise<Machine>;
  readonly findRuntime?: () => CudaVersion | undefined;
  readonly packages?: (cuda: CudaVersion) => readonly BackendPackage[];
}

/** As the status names it. */
const PART = "CUDA";
/** What to do, where that is something else than for a model. */
const ACTIONS: Partial<Record<ModelFaultKind, string>> = {
  cut: "Try “Tacit: Add CUDA Support” again: what has come is kept, and the download goes on from there.",
  refused: "Name a registry that has it in npm_config_registry, and start the editor anew.",
  changed: "Name another registry in npm_config_registry, and start the editor anew.",
  hash: "Try “Tacit: Add CUDA Support” again. Where that stays, something on the way changes the file.",
};
/** Progress is told at most so often. */
const TELL_EVERY_MS = 200;

export class Cuda {
  readonly #deps: CudaDeps;
  readonly #life = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(deps: CudaDeps) {
    this.#deps = deps;
  }

  async look(): Promise<CudaResult> {
    const { folder, environment } = this.#deps;
    const { gpus } = await (this.#deps.readMachine ?? readMachine)();
    const gpu = gpus.find(({ kind }) => kind === "nvidia");
    if (!gpu)
      return { kind: "useless", reason: "There is no NVIDIA graphics card here, or its driver does not answer." };
    const cuda = (this.#deps.findRuntime ?? findCudaRuntime)();
    if (cuda === undefined) {
      return {
        kind: "useless",
        reason:
          "NVIDIA's run-time libraries are not installed. They come with the CUDA toolkit, version 12 or 13. " +
          "Without them your graphics card is used through Vulkan.",
      };
    }
    const packages = this.#packages(cuda);
    if (packages.length === 0) {
      return {
        kind: "useless",
        reason: "For this platform there is no CUDA. Your graphics card is used through Vulkan.",
      };
    }
    const missing = packages.filter((one) => !isAdded(folder, one));
    if (missing.length === 0) return { kind: "added" };
    const registry = registryOf(environment);
    return {
      kind: "possible",
      version: missing[0]!.version,
      isRenewal: missing.some((one) => isOutdated(folder, one)),
      gpu: gpu.name,
      host: URL.parse(registry)?.host ?? registry,
      bytes: missing.reduce((sum, one) => sum + one.bytes, 0),
      folder,
    };
  }

  /** Models that are loaded from then on can use it. Aborting pauses. */
  async add(
    { network }: AddCudaParams,
    onProgress: (progress: ModelProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const abort = new LinkedAbort(signal, this.#life.signal);
    const work = this.#add(network, onProgress, abort.signal);
    this.#running.add(work);
    try {
      await work;
    } finally {
      this.#running.delete(work);
      abort.unlink();
    }
  }

  /** Pauses what is under way. */
  async close(): Promise<void> {
    this.#life.abort(new DOMException("closing", "AbortError"));
    await Promise.allSettled(this.#running);
  }

  async #add(
    network: AddCudaParams["network"],
    onProgress: (progress: ModelProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { folder, environment, clock, log, status } = this.#deps;
    const cuda = (this.#deps.findRuntime ?? findCudaRuntime)();
    const missing = cuda === undefined ? [] : this.#packages(cuda).filter((one) => !isAdded(folder, one));
    const totalBytes = missing.reduce((sum, one) => sum + one.bytes, 0);
    status.restore(PART);
    const reading = status.startDownload();
    try {
      await using web = await openWeb(network, environment);
      const deps = {
        web,
        clock,
        limits: DOWNLOAD_LIMITS,
        freeBytes: freeBytesOf,
        folder,
        registry: registryOf(environment),
      };
      let doneBytes = 0;
      let toldAt = Number.NEGATIVE_INFINITY;
      for (const backend of missing) {
        const tell = ({ receivedBytes, bytesPerSecond }: Progress): void => {
          if (clock.now() - toldAt < TELL_EVERY_MS) return;
          toldAt = clock.now();
          const received = doneBytes + receivedBytes;
          reading.tell("downloading CUDA support", Math.floor((100 * received) / totalBytes));
          onProgress({ id: CUDA_ID, receivedBytes: received, totalBytes, bytesPerSecond });
        };
        await addBackend(deps, backend, tell, signal);
        doneBytes += backend.bytes;
        log.info(`${backend.name}@${backend.version} is added`);
      }
    } catch (error) {
      if (isAbort(error)) throw error;
      log.warn(`CUDA was not added: ${describeError(error)}`);
      if (!(error instanceof ModelFault)) throw error;
      const action = ACTIONS[error.kind] ?? error.action;
      // Where another window is adding it nothing is wrong.
      if (error.kind !== "busy") status.degrade({ part: PART, reason: error.message, action });
      throw new ModelFault(error.kind, error.message, action, { cause: error });
    } finally {
      reading.end();
    }
  }

  #packages(cuda: CudaVersion): readonly BackendPackage[] {
    return (this.#deps.packages ?? ((version) => cudaPackages(`${process.platform}-${process.arch}`, version)))(cuda);
  }
}
