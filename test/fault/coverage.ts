/**
 * Which ways through our sources were taken: V8's own block coverage of this process, asked after each input. An input
 * that took a way nobody took before is worth damaging further.
 */
import { type Profiler, Session } from "node:inspector";

export class Coverage {
  readonly #session = new Session();
  /** Each function with the blocks of it that ran together. */
  readonly #ways = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });
  }

  get ways(): number {
    return this.#ways.size;
  }

  /** Whether something ran since the last call that had not run like this before. */
  hasNew(): boolean {
    const before = this.#ways.size;
    for (const { url, functions } of this.#take()) {
      if (!url.startsWith("file:") || /\/(?:node_modules|test|scripts)\//.test(url)) continue;
      for (const { ranges } of functions) {
        this.#ways.add(`${url} ${ranges.map((range) => Object.values(range).join("-")).join(" ")}`);
      }
    }
    return this.#ways.size > before;
  }

  close(): void {
    this.#session.disconnect();
  }

  /** Answered before `post` returns: the session is with this thread. */
  #take(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post("Profiler.takePreciseCoverage", (_error, { result }) => {
      taken = result;
    });
    return taken;
  }
}
