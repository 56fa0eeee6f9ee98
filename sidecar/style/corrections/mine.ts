/**
 * Finds what was corrected: walks the trees of a generation and of what became of it side by side, and makes each
 * stretch of siblings that differ into a correction, as general as this one place allows. What both sides have in
 * common becomes a hole.
 */
import { SidesBuilder } from "./sides.ts";
import { isBlock, isContent, isLeaf, isWithoutClosers, type SolidCode, solidChildren } from "./solid.ts";
import type { Mined, Pair, TokenRange } from "./subject.ts";

/** Tokens of a stretch that are looked into. */
const STRETCH_TOKENS_MAX = 400;

export interface MinedPatterns {
  readonly mined: readonly Mined[];
  /** Generated tokens inside of what changed around them: what changed there may have changed only because of that. */
  readonly dependent: readonly TokenRange[];
}

/** Patterns that were corrected. */
export function minePatterns(pair: Pair): MinedPatterns {
  const { generated, final } = pair;
  if (generated.types.length === 0 || final.types.length === 0) return { mined: [], dependent: [] };
  const miner = new Miner(pair);
  miner.block(0, 0);
  return { mined: miner.found, dependent: miner.dependent };
}

/** Siblings that have no counterpart as they are, and what was made of them. */
interface Stretch {
  readonly mined: readonly Mined[];
  /** Tokens of both sides. */
  readonly leftFrom: number;
  readonly leftTo: number;
  readonly rightFrom: number;
  readonly rightTo: number;
}

/** Unchanged tokens between two changes in one expression that are taken for one. */
const COUPLED_TOKENS = 3;

class Miner {
  readonly found: Mined[] = [];
  readonly dependent: TokenRange[] = [];
  readonly #pair: Pair;
  readonly #newStrings: readonly string[];

  constructor(pair: Pair) {
    this.#pair = pair;
    this.#newStrings = newStrings(pair);
  }

  /** Two nodes that stand for each other; what they hold is found for good. */
  block(left: number, right: number): void {
    for (const { mined } of this.#compare(left, right)) this.found.push(...mined);
  }

  /** The changes in two nodes that stand for each other, blocks within them done. */
  #compare(left: number, right: number): Stretch[] {
    const { generated, final } = this.#pair;
    const lefts = solidChildren(generated, left);
    const rights = solidChildren(final, right);
    const partners = partnersOf(this.#pair, lefts, rights);
    const stretches: Stretch[] = [];
    let leftAt = 0;
    let rightAt = 0;
    const stretch = (leftTo: number, rightTo: number): void => {
      if (leftAt === leftTo && rightAt === rightTo) return;
      const found = this.#stretch(left, lefts, leftAt, leftTo, rights, rightAt, rightTo);
      stretches.push(found ?? this.#unclear(lefts, leftAt, leftTo, rights, rightAt, rightTo));
      leftAt = leftTo;
      rightAt = rightTo;
    };
    let hasPartner = false;
    partners.forEach((partner, at) => {
      if (partner < 0) return;
      const leftChild = lefts[at]!;
      const rightChild = rights[partner]!;
      const equal = this.#isEqual(leftChild, rightChild);
      if (!equal && !this.#canDescend(leftChild, rightChild)) {
        // Statements that each became another are each a change of their own.
        if (hasPartner) stretch(at, partner);
        hasPartner = true;
        return;
      }
      stretch(at, partner);
      hasPartner = false;
      leftAt = at + 1;
      rightAt = partner + 1;
      if (equal) return;
      if (isBlock(generated.types[leftChild]!)) this.block(leftChild, rightChild);
      else stretches.push(...this.#compare(leftChild, rightChild));
    });
    stretch(lefts.length, rights.length);
    return this.#coupled(left, right, stretches);
  }

  /** Changes side by side in one expression are one change. */
  #coupled(left: number, right: number, stretches: readonly Stretch[]): Stretch[] {
    const { generated, final } = this.#pair;
    const isOne = stretches.some((one, at) => at > 0 && this.#isCoupled(stretches[at - 1]!, one));
    if (!isOne || isBlock(generated.types[left]!)) return [...stretches];
    if (!this.#areBounded([left], [right])) {
      this.#depend([left]);
      return [];
    }
    const whole = this.#emit([left], final.firsts[right]!, final.lasts[right]!, [right], false);
    return whole ? [whole] : [];
  }

  #isCoupled(a: Stretch, b: Stretch): boolean {
    const [first] = a.mined;
    const [second] = b.mined;
    if (first && second && first.subject.key === second.subject.key && first.right.key === second.right.key)
      return false;
    if (b.leftFrom - a.leftTo <= COUPLED_TOKENS) return true;
    const { generated, final } = this.#pair;
    const moved = (from: Stretch, to: Stretch): boolean => {
      const gone = new Set(generated.keys.slice(from.leftFrom, from.leftTo));
      return final.keys.slice(to.rightFrom, to.rightTo).some((key) => /\w/.test(key) && gone.has(key));
    };
    return moved(a, b) || moved(b, a);
  }

  #isEqual(left: number, right: number): boolean {
    const { generated, final, renamed } = this.#pair;
    const from = generated.firsts[left]!;
    const length = generated.lasts[left]! - from;
    const to = final.firsts[right]!;
    if (length !== final.lasts[right]! - to) return false;
    for (let at = 0; at < length; at++) {
      const key = generated.keys[from + at]!;
      if ((renamed.get(key) ?? key) !== final.keys[to + at]) return false;
    }
    return generated.types[left] === final.types[right] || length > 1 || isContent(generated, left);
  }

  #canDescend(left: number, right: number): boolean {
    const { generated, final } = this.#pair;
    if (generated.types[left] !== final.types[right]) return false;
    return !isLeaf(generated, left) && !isLeaf(final, right);
  }

  /** Siblings that have no counterpart as they are; either side may be empty. */
  #stretch(
    left: number,
    lefts: readonly number[],
    leftFrom: number,
    leftTo: number,
    rights: readonly number[],
    rightFrom: number,
    rightTo: number,
  ): Stretch | undefined {
    const { generated, final } = this.#pair;
    const run = lefts.slice(leftFrom, leftTo);
    const finals = rights.slice(rightFrom, rightTo);
    if (!this.#areBounded(run, finals)) {
      this.#depend(run);
      return undefined;
    }
    if (run.length > 0) {
      const from = finals.length > 0 ? final.firsts[finals[0]!]! : 0;
      const to = finals.length > 0 ? final.lasts[finals.at(-1)!]! : 0;
      return this.#emit(run, from, to, finals, false);
    }
    // An insertion is held in place by what stands beside it.
    const before = lefts[leftFrom - 1];
    const after = lefts[leftTo];
    const ends = [rights[rightFrom - 1], rights[rightTo]];
    const sides = [before, after].filter((node) => node !== undefined);
    const from = before === undefined ? final.firsts[finals[0]!]! : final.firsts[ends[0]!]!;
    const to = after === undefined ? final.lasts[finals.at(-1)!]! : final.lasts[ends[1]!]!;
    if (sides.length === 0 || sides.some((node) => !generated.whole[node])) return undefined;
    const around = [...(before === undefined ? [] : [ends[0]!]), ...finals, ...(after === undefined ? [] : [ends[1]!])];
    if ((before === undefined || after === undefined) && !generated.whole[left]) return undefined;
    return this.#emit(sides, from, to, around, true);
  }

  /** A change that cannot be told by itself; one beside it may be a part of it. */
  #unclear(
    lefts: readonly number[],
    leftFrom: number,
    leftTo: number,
    rights: readonly number[],
    rightFrom: number,
    rightTo: number,
  ): Stretch {
    const [left, right] = [
      tokensOf(this.#pair.generated, lefts, leftFrom, leftTo),
      tokensOf(this.#pair.final, rights, rightFrom, rightTo),
    ];
    return { mined: [], leftFrom: left.from, leftTo: left.to, rightFrom: right.from, rightTo: right.to };
  }

  /** Whether siblings lie in the region, or go on behind it on both sides. */
  #areBounded(lefts: readonly number[], rights: readonly number[]): boolean {
    const { generated, final } = this.#pair;
    const areWhole = lefts.every((node) => generated.whole[node]) && rights.every((node) => final.whole[node]);
    return areWhole || (reachesEnd(generated, lefts) && reachesEnd(final, rights));
  }

  /** What lies inside of these siblings, and is not all of them, may have changed only because they did. */
  #depend(run: readonly number[]): void {
    if (run.length === 0) return;
    const { generated } = this.#pair;
    const from = generated.firsts[run[0]!]!;
    const to = generated.lasts[run.at(-1)!]!;
    this.dependent.push({ from, to: to - 1 }, { from: from + 1, to });
  }

  #emit(
    run: readonly number[],
    from: number,
    to: number,
    finals: readonly number[],
    isInsertion: boolean,
  ): Stretch | undefined {
    const { generated } = this.#pair;
    const leftFrom = generated.firsts[run[0]!]!;
    const leftTo = generated.lasts[run.at(-1)!]!;
    this.#depend(run);
    if (leftTo - leftFrom > STRETCH_TOKENS_MAX || to - from > STRETCH_TOKENS_MAX) return undefined;
    if (this.#wentIntoString(leftFrom, leftTo)) return undefined;
    const builder = new SidesBuilder(this.#pair, finals, from, to);
    const sides = builder.build(run, isInsertion);
    if (!sides) return undefined;
    for (const [left, right] of sides.blocks) {
      this.dependent.push({ from: generated.firsts[left]!, to: generated.lasts[left]! });
      this.block(left, right);
    }
    return { mined: sides.mined, leftFrom, leftTo, rightFrom: from, rightTo: to };
  }

  /** Whether a name that is gone is now said inside a string: how strings are put together is another matter. */
  #wentIntoString(from: number, to: number): boolean {
    const { generated, alignment } = this.#pair;
    for (let token = from; this.#newStrings.length > 0 && token < to; token++) {
      const key = generated.keys[token]!;
      const isGone = alignment.finals[token]! < 0 && /^[\p{L}_$]/u.test(key);
      if (isGone && this.#newStrings.some((string) => string.includes(key))) return true;
    }
    return false;
  }
}

/** Whether the last of some siblings goes on behind the code, or ends where it does and closers would not tell. */
function reachesEnd(code: SolidCode, siblings: readonly number[]): boolean {
  const last = siblings.at(-1);
  if (last === undefined || siblings.slice(0, -1).some((node) => !code.whole[node])) return false;
  const isAtEnd = isWithoutClosers(code) && code.lasts[last] === code.keys.length;
  return code.open[last]! || (code.whole[last]! && isAtEnd);
}

/** The tokens of some siblings; of none, where they would stand. */
function tokensOf(code: SolidCode, siblings: readonly number[], from: number, to: number): TokenRange {
  const start = from < siblings.length ? code.firsts[siblings[from]!]! : code.lasts[siblings.at(-1) ?? 0]!;
  return { from: start, to: to > from ? code.lasts[siblings[to - 1]!]! : start };
}

/** Final strings that no generated token became. */
function newStrings({ final, alignment }: Pair): string[] {
  return final.keys.filter((key, token) => alignment.generateds[token]! < 0 && /["'`]$/.test(key));
}

/** For each of `lefts` its counterpart in `rights`, or -1: where most of either's tokens went to the other. */
function partnersOf(pair: Pair, lefts: readonly number[], rights: readonly number[]): number[] {
  const { generated, final, alignment } = pair;
  const forward = lefts.map((node) => target(generated, node, alignment.finals, final, rights));
  const backward = rights.map((node) => target(final, node, alignment.generateds, generated, lefts));
  let last = -1;
  return forward.map((right, left) => {
    if (right <= last || backward[right] !== left) return -1;
    last = right;
    return right;
  });
}

/** Which of `others` the tokens of `node` went to; -1 where they went to several, or none. */
function target(
  code: SolidCode,
  node: number,
  partners: Int32Array,
  other: SolidCode,
  others: readonly number[],
): number {
  let found = -1;
  let isSure = false;
  for (let token = code.firsts[node]!; token < code.lasts[node]!; token++) {
    const partner = partners[token]!;
    if (partner < 0) continue;
    const at = others.findIndex(
      (candidate) => other.firsts[candidate]! <= partner && partner < other.lasts[candidate]!,
    );
    // Where a mark went says little.
    const matters = isContent(code, code.tokenNodes[token]!);
    if (at === found && at >= 0) isSure ||= matters;
    else if (found === -1 || (matters && !isSure)) {
      found = at;
      isSure = matters;
      if (at < 0 && matters) return -1;
    } else if (matters) return -1;
  }
  return found;
}
