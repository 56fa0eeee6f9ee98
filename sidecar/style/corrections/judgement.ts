/**
 * What developers did at the places that one left side matches, and what they would do at the next: a right side, or
 * nothing. Each place counts as one case; the traits that all successes share bound where a correction may serve, and a
 * small decision tree tells apart what holds here and not there.
 */
import type { Slot, Traits } from "./subject.ts";

export interface Case {
  readonly traits: Traits;
  /** Index of the right side that was written; -1 where the left one stayed. */
  readonly right: number;
  readonly weight: number;
  /** Number of the pair (or text) that it comes from: what was changed together counts once. */
  readonly source: number;
  readonly project: number | undefined;
  /** What its holes stood for. */
  readonly binding: string;
}

export interface Judgement {
  readonly right: number;
  readonly confidence: number;
}

/** Cases kept per right side, and where the left side stayed. */
const CASES_MAX = 48;
const KEPT_MAX = 96;
/** Relevant cases after which one counts half (ours). */
const HALF_LIFE = 100;
const SUPPORT_MIN = 2;
const BAR = 0.75;
const RECENT = 5;
/** Weight of what holds one level up in the tree, in cases. */
const BACK_OFF = 2;
const DEPTH_MAX = 3;

export const tuning = { plain: BAR, vague: 0.75, other: 0.4, passes: 3, place: 6, skip: true, last: true, recent: 0.8, name: 2, kind: 4, shape: 4, lossy: 0.85, naming: 0.75, tree: true };

export class Cases {
  #cases: Case[] = [];
  readonly #slots: readonly Slot[];
  readonly #judged = new Map<string, Judgement | undefined>();

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  get all(): readonly Case[] {
    return this.#cases;
  }

  add(added: Case): void {
    if (added.right < 0) {
      const again = this.#cases.some(
        (old) => old.right < 0 && old.binding === added.binding && old.traits.every((value, slot) => value === added.traits[slot]),
      );
      if (again) return;
    }
    this.#cases.push(added);
    const max = added.right < 0 ? KEPT_MAX : CASES_MAX;
    if (this.#cases.reduce((sum, old) => sum + (old.right === added.right ? 1 : 0), 0) > max) {
      this.#cases.splice(this.#cases.findIndex((old) => old.right === added.right), 1);
    }
    this.#judged.clear();
  }

  /** Which right side a place with these traits asks for. */
  judge(traits: Traits, project: number | undefined, barMin: number): Judgement | undefined {
    const key = `${project ?? ""}\0${traits.join("\0")}`;
    if (this.#judged.has(key)) return this.#judged.get(key);
    const judgement = this.#judge(traits, project, barMin);
    this.#judged.set(key, judgement);
    return judgement;
  }

  #judge(traits: Traits, project: number | undefined, barMin: number): Judgement | undefined {
    let best: Judgement | undefined;
    const rights = new Set(this.#cases.map(({ right }) => right));
    for (const right of rights) {
      if (right < 0) continue;
      const confidence = this.#confidence(right, traits, project);
      if (confidence >= barMin && confidence > (best?.confidence ?? 0)) best = { right, confidence };
    }
    return best;
  }

  #confidence(right: number, traits: Traits, project: number | undefined): number {
    const own = this.#cases.filter((one) => one.project === project);
    let cases = own;
    const support = new Set(own.filter((one) => one.right === right).map(({ source }) => source)).size;
    if (support < SUPPORT_MIN) {
      const projects = new Set(this.#cases.filter((one) => one.right === right).map((one) => one.project));
      if (projects.size < 2) return 0;
      cases = this.#cases;
    }
    return confidenceIn(this.#slots, cases, right, traits, 0.5, 0);
  }
}

function confidenceIn(
  slots: readonly Slot[],
  cases: readonly Case[],
  right: number,
  traits: Traits,
  prior: number,
  depth: number,
): number {
  const held = cases.filter((one) => one.right === right);
  if (new Set(held.map(({ source }) => source)).size < SUPPORT_MIN) return 0;
  if (new Set(held.map(({ binding }) => binding)).size < SUPPORT_MIN) return 0;
  const hull = hullOf(held);
  if (!isWithin(slots, hull, held.length, traits)) return 0;
  const relevant = cases.filter((one) => one.right === right || isWithin(slots, hull, held.length, one.traits));
  const posterior = posteriorOf(relevant, right, prior, depth === 0 ? 2 : BACK_OFF);
  if (relevant.length === held.length) return holdsNow(relevant, right) ? posterior : 0;
  let best = holdsNow(relevant, right) ? posterior : 0;
  const split = tuning.tree && depth < DEPTH_MAX ? bestSplit(relevant, right) : undefined;
  if (split) {
    const matches = (one: Traits): boolean => one[split.slot] === split.value;
    const same = relevant.filter((one) => matches(one.traits) === matches(traits));
    best = confidenceIn(slots, same, right, traits, posterior, depth + 1);
  }
  return best;
}

function posteriorOf(cases: readonly Case[], right: number, prior: number, strength: number): number {
  let held = 0;
  let total = 0;
  let weight = 1;
  const decay = 0.5 ** (1 / HALF_LIFE);
  for (let at = cases.length - 1; at >= 0; at--) {
    const one = cases[at]!;
    // Where another right side was written, at least the left one was wrong.
    total += weight * one.weight * (one.right >= 0 && one.right !== right ? tuning.other : 1);
    if (one.right === right) held += weight * one.weight;
    weight *= decay;
  }
  return (held + strength * prior) / (total + strength);
}

/** Held in most of its last uses, and in the very last one. */
function holdsNow(cases: readonly Case[], right: number): boolean {
  let held = 0;
  let seen = 0;
  let isFirst = true;
  for (let at = cases.length - 1; at >= 0 && seen < RECENT; at--) {
    const one = cases[at]!.right;
    if (one >= 0 && one !== right && tuning.skip) continue;
    if (isFirst && one !== right && tuning.last) return false;
    isFirst = false;
    seen++;
    if (one === right) held++;
  }
  return held >= tuning.recent * seen;
}

type Hull = readonly ReadonlySet<string>[];

/** Values of each slot that successes had. */
function hullOf(held: readonly Case[]): Hull {
  return held[0]!.traits.map((_, slot) => new Set(held.map(({ traits }) => traits[slot]!)));
}

/** A slot in which successes differ is free; one in which they agree must agree here too. */
function isWithin(slots: readonly Slot[], hull: Hull, held: number, traits: Traits): boolean {
  return traits.every((value, at) => {
    const slot = slots[at]!;
    if (value === "" || slot === "hint") return true;
    const seen = hull[at]!;
    if (slot === "words") return value.split(" ").every((word) => [...seen].some((words) => words.split(" ").includes(word)));
    if (seen.has(value) || seen.has("")) return true;
    if (slot === "place") return seen.size >= tuning.kind || held >= tuning.place;
    return seen.size >= tuning[slot];
  });
}

interface Split {
  readonly slot: number;
  readonly value: string;
}

/** The trait that best tells successes from the rest, where it tells more than chance would. */
function bestSplit(cases: readonly Case[], right: number): Split | undefined {
  const slots = cases[0]!.traits.length;
  const total = cases.length;
  const held = cases.reduce((sum, one) => sum + (one.right === right ? 1 : 0), 0);
  const whole = entropy(held, total);
  let best: Split | undefined;
  let bestGain = 0.5 * Math.log2(total) + Math.log2(slots) - 3;
  for (let slot = 0; slot < slots; slot++) {
    const counts = new Map<string, [held: number, total: number]>();
    for (const { traits, right: written } of cases) {
      let count = counts.get(traits[slot]!);
      if (!count) counts.set(traits[slot]!, (count = [0, 0]));
      if (written === right) count[0]++;
      count[1]++;
    }
    if (counts.size < 2) continue;
    for (const [value, [inHeld, inTotal]] of counts) {
      const gain = whole - entropy(inHeld, inTotal) - entropy(held - inHeld, total - inTotal);
      if (gain > bestGain) {
        bestGain = gain;
        best = { slot, value };
      }
    }
  }
  return best;
}

/** Bits that telling the cases apart takes. */
function entropy(held: number, total: number): number {
  const other = total - held;
  if (held === 0 || other === 0) return 0;
  return -held * Math.log2(held / total) - other * Math.log2(other / total);
}
