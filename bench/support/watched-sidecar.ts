/**
 * A sidecar in a process of its own that somebody types with, and whose main thread is watched: how long it computed
 * without a pause, as `test/fault/inside.mjs` notes it in there.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { acceptedLife } from "../../test/support/signals.ts";
import { type Latency, latency } from "./latency.ts";
import type { Place } from "./sources.ts";

const INSIDE = join(import.meta.dirname, "../../test/fault/inside.mjs");
/** Between two requests: nobody types faster. */
const KEYSTROKE_MS = 30;

/** What came of one piece of work. */
export interface Watched {
  /** Seconds; null where it had not ended when it was given up. */
  readonly seconds: number | null;
  /**
   * Milliseconds that the main thread computed at most without a turn of its loop; the clock ticks every 20, so that
   * less than some 25 are none. Waiting for the disk is not in it, but in what suggestions took.
   */
  readonly computedMsMax: number;
  /** Milliseconds that suggestions took meanwhile, as who types sees it. */
  readonly suggestMs: Latency;
}

export interface WatchedOptions {
  readonly home: string;
  readonly root: string;
  /** Where suggestions are asked for, again and again. */
  readonly places: readonly Place[];
}

export class WatchedSidecar {
  readonly client: SidecarClient;
  readonly #options: WatchedOptions;
  /** When its process was started. */
  readonly #startedAt: number;

  private constructor(client: SidecarClient, options: WatchedOptions, startedAt: number) {
    this.client = client;
    this.#options = options;
    this.#startedAt = startedAt;
  }

  static async start(options: WatchedOptions): Promise<WatchedSidecar> {
    const { home, root } = options;
    await mkdir(countsIn(home), { recursive: true });
    const startedAt = performance.now();
    const client = await SidecarClient.start({
      folders: [root],
      home,
      settings: { scan: { ...DEFAULT_SETTINGS.scan, onOpen: false } },
      env: { NODE_OPTIONS: `--import=${INSIDE}`, TACIT_FAULT_FOLDER: countsIn(home) },
    });
    return new WatchedSidecar(client, options, startedAt);
  }

  /** Resolves when the workspace is read, and all that is learned, tidied and opened at a start is done. */
  async ready(timeoutMs: number): Promise<void> {
    const { client } = this;
    await client.learn();
    // Learning is a queue: what is learned of these signals comes after all that waits there.
    const uri = pathToFileURL(join(this.#options.root, "marker.ts")).href;
    await client.signals(acceptedLife({ linePrefix: "", text: "ready();", uri, at: Date.now() }));
    await client.status(({ activity }) => activity.kind === "learning", timeoutMs);
  }

  /** Types until it is {@link ready} after its start, or for `msMax`. */
  watchStart(msMax: number): Promise<Watched> {
    // It is given up here, not there.
    return this.#watch(() => this.ready(2 * msMax), this.#startedAt, msMax);
  }

  /** Types as long as `work` takes, or for `msMax`. */
  async watch(work: () => Promise<unknown>, msMax: number): Promise<Watched> {
    // From now on.
    await this.#computedMs();
    return this.#watch(work, performance.now(), msMax);
  }

  async #watch(work: () => Promise<unknown>, startedAt: number, msMax: number): Promise<Watched> {
    const state = { endedAt: undefined as number | undefined };
    const ended = work().then(() => (state.endedAt = performance.now()));
    // A process that is killed answers no more.
    ended.catch(() => undefined);
    const times: number[] = [];
    for (let n = 0; state.endedAt === undefined && performance.now() - startedAt < msMax; n++) {
      times.push(await this.#suggest(this.#options.places[n % this.#options.places.length]!));
      await Promise.race([setTimeout(KEYSTROKE_MS), ended]);
    }
    const { endedAt } = state;
    return {
      seconds: endedAt === undefined ? null : Math.round((endedAt - startedAt) / 10) / 100,
      computedMsMax: Math.round(await this.#computedMs()),
      suggestMs: latency(times),
    };
  }

  /** The longest computing without a turn since it was asked last. */
  async #computedMs(): Promise<number> {
    const file = join(countsIn(this.#options.home), `inside-${this.client.process.pid}.txt`);
    const read = async (): Promise<string[]> =>
      (await readFile(file, "utf8").catch(() => "")).split("\n").filter((line) => line.startsWith("memory "));
    const before = (await read()).length;
    this.client.process.kill("SIGUSR2");
    for (let waited = 0; waited < 12_000; waited++) {
      const lines = await read();
      if (lines.length > before) return Number(lines.at(-1)!.split(" ")[3]);
      await setTimeout(10);
    }
    throw new Error("the process does not tell how long it computed");
  }

  /** Milliseconds until a document is open and a suggestion for it there. */
  async #suggest({ file, prefix, suffix }: Place): Promise<number> {
    const { client } = this;
    const uri = pathToFileURL(join(this.#options.root, file.path)).href;
    const lines = prefix.split("\n");
    const startedAt = performance.now();
    await client.open(uri, file.languageId, prefix + suffix);
    await client.suggest(uri, lines.length - 1, lines.at(-1)!.length);
    const ms = performance.now() - startedAt;
    await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    return ms;
  }
}

function countsIn(home: string): string {
  return join(home, "..", "counts");
}
