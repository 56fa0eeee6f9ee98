/** What a run that has ended says of the generations before it: whether it went well, and whether it had before. */
import type { RanSignal } from "../../protocol/signals.ts";
import type { HeardGeneration } from "./generations.ts";
import type { NamedRun } from "./run-names.ts";

/** A later run is about the work since. */
export const RUN_WITHIN_MS = 3_600_000;
/** Runs that one generation is told of; the first that goes well ends its story. */
const RUNS_MAX = 6;
/** Commands whose last result is remembered. */
const COMMANDS_MAX = 100;

export interface EndedRun extends NamedRun {
  readonly isOk: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** URI of the folder it ran in; undefined where that is not known. */
  readonly folder: string | undefined;
}

export type RunFact = Omit<RanSignal, "id" | "at">;

export class RunTurns {
  readonly #results = new Map<string, boolean>();
  #last: EndedRun | undefined;

  /** What a run that has ended says, one fact for each generation that it is about. */
  ended(run: EndedRun, generations: readonly HeardGeneration[]): readonly RunFact[] {
    if (this.#last && isSameRun(this.#last, run)) return [];
    this.#last = run;
    const turn = this.#turn(run);
    const { purpose, label, isOk } = run;
    return generations
      .filter((generation) => isAbout(run, generation))
      .map(({ id }) => ({ kind: "ran", generationId: id, purpose, label, isOk, turn }));
  }

  /** Whether a command failed when it was last run. */
  get failing(): readonly string[] {
    return [...this.#results].filter(([, isOk]) => !isOk).map(([key]) => key.slice(key.indexOf("\n") + 1));
  }

  #turn({ label, folder, isOk }: EndedRun): RanSignal["turn"] {
    const key = `${folder ?? ""}\n${label}`;
    const wasOk = this.#results.get(key);
    this.#results.delete(key);
    this.#results.set(key, isOk);
    if (this.#results.size > COMMANDS_MAX) this.#results.delete(this.#results.keys().next().value!);
    if (wasOk === undefined || wasOk === isOk) return "none";
    return isOk ? "mended" : "broke";
  }
}

/** A task is told of by the editor's tasks and by its terminal: what ran at the same time by the same name is one run. */
function isSameRun(one: EndedRun, other: EndedRun): boolean {
  return one.label === other.label && one.startedAt <= other.endedAt && other.startedAt <= one.endedAt;
}

/** A run that had begun before the text was there, or ran elsewhere, says nothing of it. */
function isAbout({ startedAt, folder }: EndedRun, { acceptedAt, uri, runs }: HeardGeneration): boolean {
  const isAfter = startedAt >= acceptedAt && startedAt - acceptedAt <= RUN_WITHIN_MS;
  const isInside = folder === undefined || uri.startsWith(`${folder.replace(/\/$/u, "")}/`);
  return isAfter && isInside && runs.length < RUNS_MAX && runs.at(-1)?.isOk !== true;
}
