/**
 * What developers did at the places of one subject, and so what they would do at the next: write a right side, or leave
 * it. What all successes have in common bounds where a correction may serve (the most specific generalisation, as in
 * Getafix); within these bounds a small decision tree tells the places where it holds from those where it does not.
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

export interface Judgement {
  readonly right: number;
  /** Posterior that it would be written here, 0..1. */
  readonly confidence: number;
  /** Whether the place's own project says so; else other projects do. */
  readonly isOwn: boolean;
}

/** How a right side stands. */
export interface Stand {
  /** How often it was written, of how many places like those. */
  readonly held: number;
  readonly total: number;
  readonly confidence: number;
  /** Pairs in which it was written. */
  readonly support: number;
  readonly serves: boolean;
}

/** Cases kept for each right side. */
const WRITTEN_MAX = 48;
/** Cases kept where the left side stayed; fewer while there is nothing to weigh them against. */
const KEPT_MAX = 96;
const KEPT_MAX_EARLY = 16;
/** Judgements remembered for equal traits. */
const JUDGED_MAX = 200;

/** Relevant places after which one counts half (ours). */
const HALF_LIFE = 100;
/** Pairs, and different bindings, in which it must have been written. */
const SUPPORT_MIN = 2;
/** Beta(1, 1). */
const PRIOR = 0.5;
const PRIOR_STRENGTH = 2;
/** Two of two reach it, a little aged. */
const BAR = 0.74;
/** For what may lose something. */
const RISKY_BAR = 0.85;
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
  kind: 4,
  shape: 3,
  place: 4,
  neighbour: 4,
};
/** Successes after which the place may be any: it would have shown where it does not hold. */
const PLACE_FREE_FROM = 6;
/** Share of values seen once at which the next may as well be a new one (Good & Turing). */
const NOVEL = 0.5;

export class Cases {
  readonly #slots: readonly Slot[];
  readonly #bar: number;
  #all: Case[] = [];
  readonly #judged = new Map<string, Judgement | undefined>();
  #canServe: boolean | undefined;

  constructor(slots: readonly Slot[], isRisky: boolean) {
    this.#slots = slots;
    this.#bar = isRisky ? RISKY_BAR : BAR;
  }

  get all(): readonly Case[] {
    return this.#all;
  }

  add(added: Case): void {
    if (added.right < 0 && this.#all.some((old) => isSameCase(old, added))) return;
    this.#all.push(added);
    const same = this.#all.filter(({ right }) => right === added.right).length;
    if (same > this.#max(added.right)) {
      const oldest = this.#all.findIndex(({ right }) => right === added.right);
      this.#all.splice(oldest, 1);
    }
    this.#judged.clear();
    this.#canServe = undefined;
  }

  /** Whether enough is known to judge any place: cheaper than looking at one. */
  get canServe(): boolean {
    return (this.#canServe ??= this.#mayServe());
  }

  #mayServe(): boolean {
    return [...this.#rights()].some((right) => isSupported(this.#all, right));
  }

  /** Which right side a place with these traits asks for. */
  judge(traits: Traits, project: number | undefined): Judgement | undefined {
    const key = `${project}\0${traits.join("\0")}`;
    if (this.#judged.has(key)) return this.#judged.get(key);
    let best: Judgement | undefined;
    for (const right of this.#rights()) {
      const judgement = this.assess(right, traits, project);
      if (judgement && judgement.confidence >= this.#bar && judgement.confidence > (best?.confidence ?? 0))
        best = judgement;
    }
    if (this.#judged.size >= JUDGED_MAX) this.#judged.clear();
    this.#judged.set(key, best);
    return best;
  }

  /** How likely a right side is to be written at a place; undefined where too little is known. */
  assess(right: number, traits: Traits, project: number | undefined): Judgement | undefined {
    const own = this.#all.filter((one) => one.project === project);
    const isOwn = supportOf(own, right) >= SUPPORT_MIN;
    if (!isOwn) {
      const projects = new Set(this.#all.filter((one) => one.right === right).map((one) => one.project));
      // One project's ways are not another's; those of several may be the developer's.
      if (projects.size < 2) return undefined;
    }
    const confidence = confidenceIn(this.#slots, isOwn ? own : this.#all, right, traits, PRIOR, 0);
    return confidence === 0 ? undefined : { right, confidence, isOwn };
  }

  /** Whether a place is like those where the right side was written, however few. */
  isLike(right: number, traits: Traits): boolean {
    const held = this.#all.filter((one) => one.right === right);
    return held.length === 0 || isWithin(this.#slots, hullOf(held), held.length, traits);
  }

  /** How a right side stands, in one project or (undefined: "all") in all: counts, and whether it would be written again. */
  stand(right: number, scope: number | undefined | "all"): Stand {
    const cases = scope === "all" ? this.#all : this.#all.filter(({ project }) => project === scope);
    const held = cases.filter((one) => one.right === right);
    const last = held.at(-1);
    if (!last) return { held: 0, total: 0, confidence: 0, support: 0, serves: false };
    const hull = hullOf(held);
    const relevant = cases.filter((one) => one.right === right || isWithin(this.#slots, hull, held.length, one.traits));
    const confidence = confidenceIn(this.#slots, cases, right, last.traits, PRIOR, 0);
    return {
      held: Math.round(weigh(held)),
      total: Math.round(weigh(relevant)),
      confidence: confidence || Math.min(posteriorOf(relevant, right, PRIOR, PRIOR_STRENGTH), this.#bar),
      support: supportOf(held, right),
      serves: confidence >= this.#bar,
    };
  }

  #rights(): Set<number> {
    return new Set(this.#all.flatMap(({ right }) => (right < 0 ? [] : [right])));
  }

  #max(right: number): number {
    if (right >= 0) return WRITTEN_MAX;
    return [...this.#rights()].some((written) => supportOf(this.#all, written) >= SUPPORT_MIN)
      ? KEPT_MAX
      : KEPT_MAX_EARLY;
  }
}

function isSameCase(a: Case, b: Case): boolean {
  return a.right === b.right && a.binding === b.binding && a.traits.every((value, slot) => value === b.traits[slot]);
}

/** Pairs in which a right side was written; 0 where it never was by itself. */
function supportOf(cases: readonly Case[], right: number): number {
  const written = cases.filter((one) => one.right === right);
  return written.some(({ isAlone }) => isAlone) ? new Set(written.map(({ source }) => source)).size : 0;
}

/** Whether it was written often enough, and of different things. */
function isSupported(cases: readonly Case[], right: number): boolean {
  if (supportOf(cases, right) < SUPPORT_MIN) return false;
  return new Set(cases.flatMap((one) => (one.right === right ? [one.binding] : []))).size >= SUPPORT_MIN;
}

/** 0 where it must not serve. */
function confidenceIn(
  slots: readonly Slot[],
  cases: readonly Case[],
  right: number,
  traits: Traits,
  prior: number,
  depth: number,
): number {
  const held = cases.filter((one) => one.right === right);
  if (!isSupported(held, right)) return 0;
  const hull = hullOf(held);
  if (!isWithin(slots, hull, held.length, traits)) return 0;
  const relevant = cases.filter((one) => one.right === right || isWithin(slots, hull, held.length, one.traits));
  const posterior = posteriorOf(relevant, right, prior, depth === 0 ? PRIOR_STRENGTH : BACK_OFF);
  const split = relevant.length > held.length && depth < DEPTH_MAX ? bestSplit(relevant, right) : undefined;
  if (!split) return holdsNow(relevant, right) ? posterior : 0;
  const isThere = traits[split.slot] === split.value;
  const branch = relevant.filter((one) => (one.traits[split.slot] === split.value) === isThere);
  return confidenceIn(slots, branch, right, traits, posterior, depth + 1);
}

function weigh(cases: readonly Case[]): number {
  return cases.reduce((sum, { weight }) => sum + weight, 0);
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
    if (slot === "name" && seen.size === 1 && !WORD.test([...seen.keys()][0]!)) return true;
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
