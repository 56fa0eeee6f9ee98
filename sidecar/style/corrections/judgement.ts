/**
 * What developers did at the places of one subject, and so what they would do at the next: write a right side, or leave
 * it. Each right side has a decision tree of its own; the surest one serves.
 */
import { type Case, DecisionTree, isSupported, SUPPORT_MIN, supportOf } from "./decision-tree.ts";
import type { Slot, Traits } from "./subject.ts";

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

/** Two of two reach it, a little aged. */
const BAR = 0.74;
/** For what may lose something. */
const RISKY_BAR = 0.85;

export class Cases {
  readonly #slots: readonly Slot[];
  readonly #bar: number;
  #all: Case[] = [];
  readonly #judged = new Map<string, Judgement | undefined>();
  readonly #trees = new Map<string, DecisionTree>();
  /** Whether a right side is a project's own, and may be written there at all; by both. */
  readonly #standings = new Map<string, "own" | "others" | undefined>();
  #canServe: boolean | undefined;
  /** Right sides that were written. */
  #written: ReadonlySet<number> | undefined;

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
    this.#trees.clear();
    this.#standings.clear();
    this.#canServe = undefined;
    this.#written = undefined;
  }

  /** Whether enough is known to judge any place: cheaper than looking at one. */
  get canServe(): boolean {
    return (this.#canServe ??= this.#mayServe());
  }

  #mayServe(): boolean {
    return [...this.#rights].some((right) => isSupported(this.#all, right));
  }

  /** Which right side a place with these traits asks for. */
  judge(traits: Traits, project: number | undefined): Judgement | undefined {
    const key = `${project}\0${traits.join("\0")}`;
    if (this.#judged.has(key)) return this.#judged.get(key);
    let best: Judgement | undefined;
    for (const right of this.#rights) {
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
    const standing = this.#standingIn(project, right);
    if (standing === undefined) return undefined;
    const isOwn = standing === "own";
    const confidence = this.#treeOf(right, isOwn ? project : "all")?.confidenceAt(traits) ?? 0;
    return confidence === 0 ? undefined : { right, confidence, isOwn };
  }

  #standingIn(project: number | undefined, right: number): "own" | "others" | undefined {
    const key = `${right}\0${project}`;
    if (!this.#standings.has(key)) this.#standings.set(key, this.#findStanding(project, right));
    return this.#standings.get(key);
  }

  #findStanding(project: number | undefined, right: number): "own" | "others" | undefined {
    const own = this.#treeOf(right, project);
    if (own && supportOf(own.relevant, right) >= SUPPORT_MIN) return "own";
    // One project's ways are not another's; those of several may be the developer's.
    const projects = new Set(this.#all.filter((one) => one.right === right).map((one) => one.project));
    return projects.size < 2 ? undefined : "others";
  }

  /** Whether a place is like those where the right side was written, however few. */
  isLike(right: number, traits: Traits): boolean {
    return this.#treeOf(right, "all")?.isLike(traits) ?? true;
  }

  /** How a right side stands, in one project or (undefined: "all") in all: counts, and whether it would be written again. */
  stand(right: number, scope: number | undefined | "all"): Stand {
    const tree = this.#treeOf(right, scope);
    const held = tree?.relevant.filter((one) => one.right === right);
    const last = held?.at(-1);
    if (!tree || !held || !last) return { held: 0, total: 0, confidence: 0, support: 0, serves: false };
    const confidence = tree.confidenceAt(last.traits);
    return {
      held: Math.round(weigh(held)),
      total: Math.round(weigh(tree.relevant)),
      confidence: confidence || Math.min(tree.posterior, this.#bar),
      support: supportOf(held, right),
      serves: confidence >= this.#bar,
    };
  }

  /** Undefined where it was never written. */
  #treeOf(right: number, scope: number | undefined | "all"): DecisionTree | undefined {
    const key = `${right}\0${scope}`;
    const known = this.#trees.get(key);
    if (known) return known;
    const cases = scope === "all" ? this.#all : this.#all.filter(({ project }) => project === scope);
    if (!cases.some((one) => one.right === right)) return undefined;
    const tree = new DecisionTree(this.#slots, cases, right);
    this.#trees.set(key, tree);
    return tree;
  }

  get #rights(): ReadonlySet<number> {
    return (this.#written ??= new Set(this.#all.flatMap(({ right }) => (right < 0 ? [] : [right]))));
  }

  #max(right: number): number {
    if (right >= 0) return WRITTEN_MAX;
    return [...this.#rights].some((written) => supportOf(this.#all, written) >= SUPPORT_MIN)
      ? KEPT_MAX
      : KEPT_MAX_EARLY;
  }
}

function isSameCase(a: Case, b: Case): boolean {
  return a.right === b.right && a.binding === b.binding && a.traits.every((value, slot) => value === b.traits[slot]);
}

function weigh(cases: readonly Case[]): number {
  return cases.reduce((sum, { weight }) => sum + weight, 0);
}
