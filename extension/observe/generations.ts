/**
 * The generations of this window, as their signals tell of them: what runs and commits are about. Knows no editor; its
 * memory is bounded in number and time.
 */
import type { CommittedSignal, Signal } from "../../protocol/signals.ts";

/** A commit comes within a day, or says little about the suggestion. */
export const HEARD_MS_MAX = 24 * 3_600_000;
export const HEARD_MAX = 256;
/** Commits that one generation is known to be in. */
const COMMITS_MAX = 8;

export interface HeardGeneration {
  readonly id: string;
  readonly uri: string;
  readonly line: number;
  readonly linePrefix: string;
  /** As it was offered. */
  readonly text: string;
  readonly acceptedAt: number;
  /** What stood in its place when it was last heard of; "" once it is undone. */
  readonly textNow: string;
  /** Tests and builds that it was told of, the last at the end. */
  readonly runs: readonly { readonly isOk: boolean }[];
  /** Hashes of the commits it is in. */
  readonly commits: readonly string[];
}

export class Generations {
  readonly #shown = new Map<string, Omit<HeardGeneration, "acceptedAt" | "textNow" | "runs" | "commits">>();
  readonly #accepted = new Map<string, HeardGeneration>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A signal was made. */
  heard(signal: Signal): void {
    const { generationId: id } = signal;
    if (signal.kind === "shown") {
      const { uri, line, linePrefix, text } = signal.generation;
      this.#shown.set(id, { id, uri, line, linePrefix, text });
      if (this.#shown.size > HEARD_MAX) this.#shown.delete(this.#shown.keys().next().value!);
      return;
    }
    const shown = this.#shown.get(id);
    const known = this.#accepted.get(id);
    if (signal.kind === "accepted" && shown) {
      const acceptedAt = known?.acceptedAt ?? signal.at;
      const textNow = signal.extent === "whole" ? shown.text : shown.text.slice(0, signal.acceptedChars);
      this.#accepted.set(id, { ...shown, runs: [], commits: [], ...known, acceptedAt, textNow });
      this.#forgetOld();
      return;
    }
    if (known) this.#accepted.set(id, told(known, signal));
  }

  /** Accepted ones, the oldest first. */
  get accepted(): readonly HeardGeneration[] {
    this.#forgetOld();
    return [...this.#accepted.values()];
  }

  /** Forgets everything: learning was switched off. */
  reset(): void {
    this.#shown.clear();
    this.#accepted.clear();
  }

  #forgetOld(): void {
    for (const [id, { acceptedAt }] of this.#accepted) {
      const isOld = this.#now() - acceptedAt > HEARD_MS_MAX;
      if (isOld || this.#accepted.size > HEARD_MAX) this.#accepted.delete(id);
    }
  }
}

function told(known: HeardGeneration, signal: Signal): HeardGeneration {
  switch (signal.kind) {
    case "edited":
      return { ...known, textNow: signal.text };
    case "settled":
      return { ...known, textNow: signal.lineText, linePrefix: signal.linePrefix };
    case "survived":
      return signal.text === undefined ? known : { ...known, textNow: signal.text };
    case "undone":
      return { ...known, textNow: "" };
    case "ran":
      return { ...known, runs: [...known.runs, { isOk: signal.isOk }] };
    case "committed":
      return { ...known, commits: withCommit(known.commits, signal) };
    case "reverted":
      return { ...known, commits: known.commits.filter((commit) => commit !== signal.commit) };
    case "shown":
    case "accepted":
    case "dismissed":
    case "diagnostics":
    case "rated":
    case "snoozed":
    case "mended":
      return known;
  }
}

function withCommit(commits: readonly string[], { commit }: CommittedSignal): readonly string[] {
  return [...commits.filter((known) => known !== commit), commit].slice(-COMMITS_MAX);
}
