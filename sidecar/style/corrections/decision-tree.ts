/**
 * Where one right side of a correction is written: what all successes have in common bounds it (the most specific
 * generalisation, as in Getafix); within these bounds a small decision tree tells the places where it holds from those
 * where it does not.
 */
import type { Slot, Traits } from "./subject.ts";

/** What was done at one place. */
export interface Case {
  readonly traits: Traits;
  /** Index of the right side that was written; -1 where the left one stayed. */
  readonly right: number;
  /** At most 1. */
  readonly weight: number;
  /** Number of the pair or text that it comes from: what was changed together counts once. */
  readonly source: number;
  /** Whether it was written by itself, and not within something else that changed. */
  readonly isAlone: boolean;
  readonly project: number | undefined;
  /** What its holes stood for. */
  readonly binding: string;
}

/** Relevant places after which one counts half (ours). */
const HALF_LIFE = 100;
/** Pairs, and different bindings, in which it must have been written. */
export const SUPPORT_MIN = 2;
/** Beta(1, 1). */
const PRIOR = 0.5;
const PRIOR_STRENGTH = 2;
/** Of the last five uses so many must have held, and the very last one. */
const RECENT = 5;
const RECENT_HELD_MIN = 0.8;
/** Where another right side was written the left one was wrong all the same. */
const OTHER_RIGHT = 0.4;
/** Weight of a branch's parent against its own cases, in cases. */
const BACK_OFF = 2;
const DEPTH_MAX = 3;
/** Different values of a slot after which any value will do. */
const FREE_FROM: Readonly<Record<Exclude<Slot, "words" | "strict" | "hint">, number>> = {
  name: 2,
  term: 5,
  kind: 4,
  shape: 3,
  place: 4,
  neighbour: 4,
};
/** Successes after which the place may be any: it would have shown where it does not hold. */
const PLACE_FREE_FROM = 6;
/** Share of values seen once at which the next may as well be a new one (Good & Turing). */
const NOVEL = 0.5;

/** Where one right side is written: within the hull of its successes, and split where a trait tells. */
export class DecisionTree {
  /** Cases in which the left side stood at a place like those. */
  readonly relevant: readonly Case[];
  readonly posterior: number;
  readonly #slots: readonly Slot[];
  readonly #right: number;
  readonly #depth: number;
  readonly #held: number;
  readonly #hull: Hull;
  readonly #serves: boolean;
  readonly #split: Split | undefined;
  readonly #branches = new Map<boolean, DecisionTree | undefined>();

  /** `held`: the cases in which it was written; some. */
  constructor(slots: readonly Slot[], cases: readonly Case[], right: number, prior = PRIOR, depth = 0) {
    const held = cases.filter((one) => one.right === right);
    this.#slots = slots;
    this.#right = right;
    this.#depth = depth;
    this.#held = held.length;
    this.#hull = hullOf(held);
    this.relevant = cases.filter((one) => one.right === right || this.isLike(one.traits));
    this.posterior = posteriorOf(this.relevant, right, prior, depth === 0 ? PRIOR_STRENGTH : BACK_OFF);
    const isMixed = this.relevant.length > held.length && depth < DEPTH_MAX;
    this.#split = isMixed ? bestSplit(this.relevant, right) : undefined;
    this.#serves = isSupported(held, right) && (this.#split !== undefined || holdsNow(this.relevant, right));
  }

  /** Whether a place is like those where it was written. */
  isLike(traits: Traits): boolean {
    return isWithin(this.#slots, this.#hull, this.#held, traits);
  }

  /** How likely it is written at a place; 0 where it must not serve. */
  confidenceAt(traits: Traits): number {
    if (!this.#serves || !this.isLike(traits)) return 0;
    if (!this.#split) return this.posterior;
    const { slot, value } = this.#split;
    return this.#branch(traits[slot] === value, this.#split)?.confidenceAt(traits) ?? 0;
  }

  #branch(isThere: boolean, { slot, value }: Split): DecisionTree | undefined {
    if (this.#branches.has(isThere)) return this.#branches.get(isThere);
    const cases = this.relevant.filter((one) => (one.traits[slot] === value) === isThere);
    const isWritten = cases.some((one) => one.right === this.#right);
    const branch = isWritten
      ? new DecisionTree(this.#slots, cases, this.#right, this.posterior, this.#depth + 1)
      : undefined;
    this.#branches.set(isThere, branch);
    return branch;
  }
}

/** Pairs in which a right side was written; 0 where it never was by itself. */
export function supportOf(cases: readonly Case[], right: number): number {
  const written = cases.filter((one) => one.right === right);
  return written.some(({ isAlone }) => isAlone) ? new Set(written.map(({ source }) => source)).size : 0;
}

/** Whether it was written often enough, and of different things. */
export function isSupported(cases: readonly Case[], right: number): boolean {
  if (supportOf(cases, right) < SUPPORT_MIN) return false;
  return new Set(cases.flatMap((one) => (one.right === right ? [one.binding] : []))).size >= SUPPORT_MIN;
}

function posteriorOf(cases: readonly Case[], right: number, prior: number, strength: number): number {
  let held = 0;
  let total = 0;
  let age = 1;
  const ageing = 0.5 ** (1 / HALF_LIFE);
  for (let at = cases.length - 1; at >= 0; at--) {
    const one = cases[at]!;
    const weight = age * one.weight;
    if (one.right === right) held += weight;
    total += one.right >= 0 && one.right !== right ? weight * OTHER_RIGHT : weight;
    age *= ageing;
  }
  return (held + strength * prior) / (total + strength);
}

/** People change their minds: what was done last counts most. */
function holdsNow(cases: readonly Case[], right: number): boolean {
  const recent = cases.filter((one) => one.right === right || one.right < 0).slice(-RECENT);
  const held = recent.filter((one) => one.right === right).length;
  return recent.at(-1)?.right === right && held >= RECENT_HELD_MIN * recent.length;
}

/** Values of each slot that successes had. */
type Hull = readonly ReadonlyMap<string, number>[];

function hullOf(held: readonly Case[]): Hull {
  return held[0]!.traits.map((_, slot) => {
    const seen = new Map<string, number>();
    for (const { traits } of held) seen.set(traits[slot]!, (seen.get(traits[slot]!) ?? 0) + 1);
    return seen;
  });
}

/** Whether a place is like the successes in every slot in which they are alike. */
function isWithin(slots: readonly Slot[], hull: Hull, held: number, traits: Traits): boolean {
  return traits.every((value, at) => {
    const slot = slots[at]!;
    const seen = hull[at]!;
    if (slot === "hint" || value === "" || seen.has(value)) return true;
    if (slot === "words")
      return value.split(" ").every((word) => [...seen.keys()].some((words) => words.split(" ").includes(word)));
    if (seen.has("")) return true;
    if (slot === "strict") return false;
    // Only words are no accident.
    if ((slot === "name" || slot === "term") && seen.size === 1 && !WORD.test([...seen.keys()][0]!)) return true;
    if (slot === "shape") {
      // Of nodes of another type nothing is known.
      const alike = [...seen.keys()].filter((other) => other.split(" ")[0] === value.split(" ")[0]);
      const ofType = value.includes(" ") ? alike : [...seen.keys()];
      return ofType.length === 0 || ofType.length >= FREE_FROM.shape;
    }
    if (seen.size >= FREE_FROM[slot] || ((slot === "place" || slot === "neighbour") && held >= PLACE_FREE_FROM))
      return true;
    let once = 0;
    for (const times of seen.values()) if (times === 1) once++;
    return once >= NOVEL * held && seen.size > 1;
  });
}

const WORD = /^[\p{L}\p{N}_$"']/u;

interface Split {
  readonly slot: number;
  readonly value: string;
}

/** Bits that a split must save beyond what it costs to name it: chance splits any cases somehow (ours). */
const SPLIT_BITS_FREE = 4;

/** The trait that best tells successes from the rest; undefined where none tells more than chance would. */
function bestSplit(cases: readonly Case[], right: number): Split | undefined {
  const slots = cases[0]!.traits.length;
  const held = cases.filter((one) => one.right === right).length;
  const whole = bitsOf(held, cases.length);
  let best: Split | undefined;
  const cost = 0.5 * Math.log2(cases.length) + Math.log2(slots) - SPLIT_BITS_FREE;
  let bestGain = 0;
  for (let slot = 0; slot < slots; slot++) {
    const counts = new Map<string, { held: number; total: number }>();
    for (const one of cases) {
      const value = one.traits[slot]!;
      let count = counts.get(value);
      if (!count) counts.set(value, (count = { held: 0, total: 0 }));
      if (one.right === right) count.held++;
      count.total++;
    }
    if (counts.size < 2) continue;
    for (const [value, count] of counts) {
      const rest = bitsOf(held - count.held, cases.length - count.total);
      const gain = whole - bitsOf(count.held, count.total) - rest - cost - Math.log2(counts.size);
      if (gain <= bestGain) continue;
      bestGain = gain;
      best = { slot, value };
    }
  }
  return best;
}

/** Bits that it takes to tell successes from the rest. */
function bitsOf(held: number, total: number): number {
  const other = total - held;
  if (held === 0 || other === 0) return 0;
  return -held * Math.log2(held / total) - other * Math.log2(other / total);
}
