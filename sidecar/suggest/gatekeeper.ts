/**
 * Keeps the gate: remembers how suggestions fared, and decides on the next with it. What it learned is folded from the
 * stored events at a start, and from each new label after that.
 */
import type { Signal } from "../../protocol/signals.ts";
import type { GateSetting } from "../../protocol/settings.ts";
import type { Clock } from "../base/clock.ts";
import { Slices } from "../base/slices.ts";
import { gatherEvidence } from "../outcome/evidence.ts";
import { receptionOf } from "../outcome/reception.ts";
import { editDistance } from "../outcome/survival.ts";
import type { Database } from "../store/database.ts";
import { type GateDecision, type GateEvent, labelledGateEvents, saveGateLabel } from "../store/gate.ts";
import { signalsOf } from "../store/signals.ts";
import { AS_IT_IS, calibrate, type Calibration, CALIBRATED_LAST, fitCalibration, type Judged } from "./calibration.ts";
import { keystroke, NO_TYPING, type Typing } from "./debounce.ts";
import { annoy, type Annoyance, CALM, type Frustration, frustrationAt, UNDONE_AT_ONCE_MS } from "./frustration.ts";
import { type Candidate, featuresOf, type History, NO_HISTORY, remember } from "./gate-features.ts";
import { decide, isMissed, type Offer, stakeOf, type Verdict, Weights } from "./gate.ts";
import { HideLimit } from "./hide-limit.ts";

/** Of what would be hidden, so much is shown to learn from (learning.md §6). */
export const EXPLORED_SHARE = 0.02;
/** One that was shown by chance speaks for as many that were not, up to here: a lucky one must not turn everything. */
const LESSON_WEIGHT_MAX = 5;
/** Older events have faded anyway. */
export const EVENTS_MAX = 10_000;
/** Read in one go, in less than a slice. */
const PAGE_EVENTS = 100;
/** Less alike than this is another text (learning.md §2: "wild"). */
const SIMILARITY_MIN = 0.2;

export interface GatekeeperDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Uniform in [0, 1): decides on what is shown to learn from. */
  readonly random: () => number;
}

export interface Judgement {
  /** That the suggestion is taken and kept, 0..1. */
  readonly probability: number;
  readonly verdict: Verdict;
  /** What it is judged on, and how likely it is to be shown. */
  readonly decision: GateDecision;
  readonly offer: Offer;
}

export class Gatekeeper {
  readonly #deps: GatekeeperDeps;
  /** Until then labels are only stored: they are folded with the others. */
  #isOpen = false;
  #weights = new Weights();
  #history: History = NO_HISTORY;
  /** The newest last. */
  #judged: Judged[] = [];
  #calibration: Calibration = AS_IT_IS;
  #frustration: Frustration = CALM;
  #typing: Typing = NO_TYPING;
  readonly #limit = new HideLimit();

  constructor(deps: GatekeeperDeps) {
    this.#deps = deps;
  }

  /** Folds what is stored, oldest first. Suggestions go on meanwhile. */
  async open(signal: AbortSignal): Promise<void> {
    this.#isOpen = false;
    this.#weights = new Weights();
    this.#history = NO_HISTORY;
    this.#judged = [];
    const slices = new Slices(signal);
    try {
      for (const page of labelledGateEvents(this.#deps.database, EVENTS_MAX, PAGE_EVENTS)) {
        for (const event of page) this.#learn(event);
        if (slices.over) await slices.pause();
      }
    } finally {
      this.#calibration = fitCalibration(this.#judged);
      this.#isOpen = true;
    }
  }

  /** Mean milliseconds between two keystrokes; undefined where that is not known. */
  get typingMs(): number | undefined {
    return this.#typing.intervalMs;
  }

  /** Something was typed: a suggestion is asked for. */
  typed(): void {
    this.#typing = keystroke(this.#typing, this.#deps.clock.now());
  }

  /** Whether a suggestion is worth reading. */
  judge(candidate: Candidate, setting: GateSetting): Judgement {
    const now = this.#deps.clock.now();
    const frustration = frustrationAt(this.#frustration, now);
    const features = featuresOf(candidate, { history: this.#history, typingMs: this.typingMs, frustration, now });
    const probability = calibrate(this.#calibration, this.#weights.logit(features));
    const { text, confidence, exactness } = candidate;
    const offer = { text, confidence, exactness, probability };
    const verdict = decide(offer, setting, frustration);
    return { probability, verdict, decision: { features, propensity: 1 }, offer };
  }

  /**
   * The last word on the best that a place has, shown or hidden, once for each request. What is hidden is shown all the
   * same where too much would be hidden otherwise, and now and then to learn from it: that is `mayExplore`.
   */
  conclude(judgement: Judgement, setting: GateSetting, mayExplore = true): Judgement {
    const { verdict, offer } = judgement;
    this.#limit.remember(stakeOf(offer));
    // Where nothing is hidden for want of certainty there is nothing to find out.
    if (verdict.kind === "show" || verdict.reason !== "not sure enough") return judgement;
    const frustration = frustrationAt(this.#frustration, this.#deps.clock.now());
    if (isMissed(offer, setting, frustration, this.#limit)) return { ...judgement, verdict: { kind: "show" } };
    return (mayExplore ? this.#explore(judgement, setting) : undefined) ?? judgement;
  }

  /** Undefined: not this one. */
  #explore(judgement: Judgement, setting: GateSetting): Judgement | undefined {
    const { decision } = judgement;
    if (setting === "quiet" || setting === "off") return undefined;
    if (this.#deps.random() >= EXPLORED_SHARE) return undefined;
    return { ...judgement, verdict: { kind: "show" }, decision: { ...decision, propensity: EXPLORED_SHARE } };
  }

  /**
   * Stores whether these generations were wanted, as far as that is known. Call in the transaction that stored their
   * signals; once it is committed, {@link learn} what this returns.
   */
  label(generationIds: readonly string[]): GateEvent[] {
    const { database, clock } = this.#deps;
    return generationIds.flatMap((id) => {
      const reception = receptionOf(gatherEvidence(signalsOf(database, id)));
      if (reception.kind === "unknown") return [];
      const { kind, weight } = reception;
      return saveGateLabel(database, id, { isWanted: kind === "wanted", weight }, clock.now()) ?? [];
    });
  }

  /** Learns labels that are stored; one that was another before counts as well, until the next start. */
  learn(events: readonly GateEvent[]): void {
    if (!this.#isOpen || events.length === 0) return;
    for (const event of events) this.#learn(event);
    this.#calibration = fitCalibration(this.#judged, this.#calibration);
  }

  /** Takes from new signals what they say of the developer's mood. */
  feel(signals: readonly Signal[]): void {
    const now = this.#deps.clock.now();
    // It was felt under a wrong clock.
    if (this.#frustration.at > now) this.#frustration = CALM;
    for (const signal of signals) {
      const annoyance = annoyanceOf(this.#deps.database, signal);
      if (annoyance) this.#frustration = annoy(this.#frustration, annoyance, Math.min(signal.at, now));
    }
  }

  #learn({ features, propensity, isWanted, weight, at }: GateEvent): void {
    const lesson = { isWanted, weight: weight * Math.min(LESSON_WEIGHT_MAX, 1 / propensity) };
    this.#judged.push({ logit: this.#weights.learn(features, lesson), ...lesson });
    if (this.#judged.length > CALIBRATED_LAST) this.#judged.shift();
    this.#history = remember(this.#history, isWanted, at);
  }
}

function annoyanceOf(database: Database, signal: Signal): Annoyance | undefined {
  switch (signal.kind) {
    case "undone":
      return signal.sinceAcceptMs <= UNDONE_AT_ONCE_MS ? "undone at once" : undefined;
    case "snoozed":
      return "snoozed";
    case "dismissed":
      return signal.reason === "escape" || signal.reason === "typed-over" ? "dismissed" : undefined;
    case "edited": {
      const { accepted } = gatherEvidence(signalsOf(database, signal.generationId));
      const isAnother =
        accepted && signal.text.trim() !== "" && 1 - editDistance(accepted.text, signal.text) < SIMILARITY_MIN;
      return isAnother ? "written anew" : undefined;
    }
    case "shown":
    case "accepted":
    case "settled":
    case "diagnostics":
    case "survived":
    case "rated":
    case "ran":
    case "committed":
    case "reverted":
    case "mended":
      return undefined;
  }
}
