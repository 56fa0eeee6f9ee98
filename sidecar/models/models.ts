/**
 * All that is asked about models of this machine: which there are and which suits it, downloads with their place in the
 * status, and what is removed. Nothing is sent but by `download`, which somebody has agreed to.
 */
import type { DownloadModelParams, ModelOffer, ModelProgress, ModelsResult } from "../../protocol/messages.ts";
import type { Degradation } from "../../protocol/status.ts";
import { LinkedAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import { describeError, isAbort, SidecarError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { addressOf, type CatalogueModel, readCatalogue } from "./catalogue.ts";
import { download, DOWNLOAD_LIMITS, freeBytesOf } from "./download.ts";
import { ModelFault } from "./fault.ts";
import { fileOf, ownFiles, problemOf, removeModel, stateOf } from "./library.ts";
import { describeMachine, type Machine, readMachine } from "./machine.ts";
import { recommend } from "./recommend.ts";
import { openWeb } from "./web.ts";

export interface ModelsDeps {
  readonly folder: string;
  /** An address that is asked instead of Hugging Face's; empty for none. */
  readonly mirror: () => string;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Log;
  readonly status: {
    startDownload(): { tell(what: string, percent: number): void; end(): void };
    degrade(degradation: Degradation): void;
    restore(part: string): void;
  };
  /** Both are given by tests. */
  readonly readMachine?: () => Promise<Machine>;
  readonly catalogue?: readonly CatalogueModel[];
}

/** Progress is told at most so often. */
const TELL_EVERY_MS = 200;
/** As the status names it. */
const PART = "model download";

export class Models {
  readonly #deps: ModelsDeps;
  readonly #catalogue: readonly CatalogueModel[];
  readonly #life = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(deps: ModelsDeps) {
    this.#deps = deps;
    this.#catalogue = deps.catalogue ?? readCatalogue();
  }

  async list(): Promise<ModelsResult> {
    const { folder, mirror } = this.#deps;
    const machine = await (this.#deps.readMachine ?? readMachine)();
    const reasons = new Map(recommend(this.#catalogue, machine).map(({ id, reason }) => [id, reason]));
    const models = this.#catalogue.map(async (model): Promise<ModelOffer> => {
      const { id, name, kind, about, bytes, memoryMb, licence } = model;
      const host = URL.parse(addressOf(model, mirror()))?.host ?? mirror();
      const state = await stateOf(folder, model);
      return { id, name, kind, about, bytes, memoryMb, licence, host, state, recommended: reasons.get(id) ?? null };
    });
    return {
      machine: describeMachine(machine),
      folder,
      models: await Promise.all(models),
      ownFiles: await ownFiles(folder, this.#catalogue),
    };
  }

  /** Where the model lies then. One that is there is not downloaded again; aborting pauses. */
  async download(
    { id, network }: DownloadModelParams,
    onProgress: (progress: ModelProgress) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const model = this.#find(id);
    const abort = new LinkedAbort(signal, this.#life.signal);
    const work = this.#download(model, network, onProgress, abort.signal);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
      abort.unlink();
    }
  }

  async #download(
    model: CatalogueModel,
    network: DownloadModelParams["network"],
    onProgress: (progress: ModelProgress) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const { folder, mirror, environment, clock, log, status } = this.#deps;
    const state = await stateOf(folder, model);
    if (state.kind === "installed") return state.file;
    status.restore(PART);
    const reading = status.startDownload();
    const what = `downloading ${model.name}`;
    reading.tell(what, 0);
    let toldAt = Number.NEGATIVE_INFINITY;
    let last: ModelProgress | undefined;
    try {
      await using web = await openWeb(network, environment);
      const wanted = { ...model, url: addressOf(model, mirror()), file: fileOf(folder, model) };
      await download(
        { web, clock, limits: DOWNLOAD_LIMITS, freeBytes: freeBytesOf },
        wanted,
        (progress) => {
          last = { id: model.id, ...progress };
          if (clock.now() - toldAt < TELL_EVERY_MS) return;
          toldAt = clock.now();
          const { receivedBytes, totalBytes } = progress;
          reading.tell(what, totalBytes === null ? 0 : Math.floor((100 * receivedBytes) / totalBytes));
          onProgress(last);
        },
        signal,
      );
      log.info(`models: ${model.id} is downloaded`);
      return wanted.file;
    } catch (error) {
      if (isAbort(error)) {
        // Who has paused wants to know where.
        if (last) onProgress(last);
        log.info(`models: the download of ${model.id} is paused`);
        throw error;
      }
      log.warn(`models: ${model.id}: ${describeError(error)}`);
      // Another download of the same file goes on: nothing is wrong with that.
      const isBusy = error instanceof ModelFault && error.kind === "busy";
      if (error instanceof SidecarError && !isBusy) {
        status.degrade({ part: PART, reason: error.message, action: error.action });
      }
      throw error;
    } finally {
      reading.end();
    }
  }

  /** What is wrong with a file of the user's own, at first sight. */
  check(file: string): Promise<string | undefined> {
    return problemOf(file);
  }

  /** False where there was nothing of it. */
  async remove(id: string): Promise<boolean> {
    return removeModel(this.#deps.folder, this.#find(id));
  }

  /** Pauses what is under way. */
  async close(): Promise<void> {
    this.#life.abort(new DOMException("closing", "AbortError"));
    await Promise.allSettled(this.#running);
  }

  #find(id: string): CatalogueModel {
    const model = this.#catalogue.find((one) => one.id === id);
    if (model) return model;
    const ids = this.#catalogue.map((one) => one.id).join(", ");
    throw new ModelFault("refused", `There is no model “${id}”.`, `Name one of these: ${ids}.`);
  }
}
