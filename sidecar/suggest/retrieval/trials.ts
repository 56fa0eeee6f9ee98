/**
 * The critic as it serves: its weights, folded from the trials in the store, and the trials that are under way. They are
 * made once the suggestion is out, and kept until the editor says that it was shown.
 */
import { redact } from "../../../privacy/redact.ts";
import type { Database } from "../../store/database.ts";
import { saveTrial, settledTrials, type Trial } from "../../store/trials.ts";
import {
  FEATURES,
  isWorth,
  learn,
  type LookBefore,
  type LookFeatures,
  mayBeWorth,
  NOTHING_LEARNED,
  type Weights,
} from "./critic.ts";
import type { Critic, PendingTrial } from "./propose.ts";

/** Share of places that are tried with code and without (learning.md §4). */
const TRIED_SHARE = 0.1;
const PENDING_MAX = 100;
const TRIALS_MAX = 2000;
/** Nearer by less than this is as near (ours). */
const HELPED_MIN = 0.02;

export interface TrialsDeps {
  readonly database: Database;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export class Trials implements Critic {
  readonly #deps: TrialsDeps;
  readonly #made = new Map<string, Trial>();
  #weights: Weights | undefined;

  constructor(deps: TrialsDeps) {
    this.#deps = deps;
  }

  mayBeWorth(before: LookBefore): boolean {
    return mayBeWorth(this.#current, before);
  }

  isWorth(features: LookFeatures): boolean {
    return isWorth(this.#current, features);
  }

  tries(): boolean {
    return this.#deps.random() < TRIED_SHARE;
  }

  /** Makes a trial for a suggestion that was answered. */
  async make(generationId: string, pending: PendingTrial, signal: AbortSignal): Promise<void> {
    const { features, withCode, withoutCode } = await pending(signal);
    const clean = (text: string): string => redact(text).text;
    this.#made.set(generationId, { features, withCode: clean(withCode), withoutCode: clean(withoutCode) });
    const [oldest] = this.#made.keys();
    if (this.#made.size > PENDING_MAX) this.#made.delete(oldest!);
  }

  /** Stores the trials of generations that are stored. Call in a transaction. */
  store(generationIds: readonly string[]): void {
    for (const id of generationIds) {
      const trial = this.#made.get(id);
      if (trial) saveTrial(this.#deps.database, id, trial);
    }
  }

  /** Trials may have been settled: weights are folded again before they serve. */
  refresh(): void {
    this.#weights = undefined;
  }

  /** Trials were erased: those under way go too, and the weights are folded from what is left. */
  forget(): void {
    this.#made.clear();
    this.refresh();
  }

  get #current(): Weights {
    return (this.#weights ??= this.#fold());
  }

  #fold(): Weights {
    return settledTrials(this.#deps.database, TRIALS_MAX)
      .filter(({ features }) => features.length === FEATURES.length)
      .reduce(
        (weights, { features, gain }) => learn(weights, { features, helped: gain >= HELPED_MIN }),
        NOTHING_LEARNED,
      );
  }
}
