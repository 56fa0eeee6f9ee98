/**
 * What became of a place: whether the final text has a correction's right side there, still has the left one, or
 * something else. Holes may have changed inside: that is for other corrections to tell.
 */
import { flat, type LeftSide, type Match } from "./pattern.ts";
import type { Fate, Pair, Right } from "./subject.ts";

/** Tokens around a place that may belong to another change. */
const SLACK = 12;
const ENDS_TRIED = 12;

export function fateOf(pair: Pair, left: LeftSide, rights: readonly Right[], match: Match): Fate {
  const { finals } = pair.alignment;
  const length = pair.final.keys.length;
  const before = nearest(finals, match.tokenFrom - 1, -1);
  const after = nearest(finals, match.tokenTo, 1);
  const from = before < 0 ? 0 : finals[before]! + 1;
  const to = after >= finals.length ? length : finals[after]!;
  const isTight = before === match.tokenFrom - 1 && after === match.tokenTo;
  const leftAll = flat(left.run).map((part) => (part.kind === "token" ? part.key : part.hole));
  const leftItems = leftAll.slice(0, match.parts);
  const rest = leftAll.slice(match.parts);
  const rightItems = rights.flatMap(({ items }, at) => {
    const all = items.map(({ what }) => (typeof what === "number" ? what : what.key));
    const end = all.length - rest.length;
    const isPart = rest.every((item, index) => item === all[end + index]);
    return isPart ? [{ at, items: all.slice(0, end) }] : [];
  });
  // Where the region ends before the change would come, nothing is known.
  if (rightItems.length === 0) return undefined;
  if (spells(pair, leftItems, match, from, to)) {
    return "kept";
  }
  const exact = rightItems.find(({ items }) => spells(pair, items, match, from, to));
  if (exact) return exact.at;
  if (isTight) return undefined;
  const within = (items: Items): boolean => {
    if (items.length === 0) return false;
    for (let start = from; start < to && start <= from + SLACK; start++) {
      const end = new Speller(pair, items, match, to).walk(0, start);
      if (end >= 0) return isForeign(pair, match, end, to);
      // What the place itself became must not be passed over.
      if (!isForeign(pair, match, start, start + 1)) return false;
    }
    return false;
  };
  const isKept = within(leftItems);
  const found = rightItems.find(({ items }) => within(items));
  if (found) return isKept ? undefined : found.at;
  return isKept ? "kept" : undefined;
}

type Items = readonly (number | string)[];

/** Whether none of these final tokens come from the place. */
function isForeign(pair: Pair, match: Match, from: number, to: number): boolean {
  for (let token = from; token < to; token++) {
    const origin = pair.alignment.generateds[token]!;
    if (origin >= match.tokenFrom && origin < match.tokenTo) return false;
  }
  return true;
}

function nearest(finals: Int32Array, from: number, step: number): number {
  let at = from;
  while (at >= 0 && at < finals.length && finals[at]! < 0) at += step;
  return at;
}

function spells(pair: Pair, items: Items, match: Match, from: number, to: number): boolean {
  if (items.length === 0) return from === to;
  return new Speller(pair, items, match, to, true).walk(0, from) === to;
}

class Speller {
  readonly #pair: Pair;
  readonly #items: Items;
  readonly #match: Match;
  readonly #to: number;
  readonly #toEnd: boolean;

  constructor(pair: Pair, items: Items, match: Match, to: number, toEnd = false) {
    this.#pair = pair;
    this.#items = items;
    this.#match = match;
    this.#to = to;
    this.#toEnd = toEnd;
  }

  /** Token behind the items that stand at `token`, or -1. */
  walk(at: number, token: number): number {
    if (at === this.#items.length) return this.#toEnd && token !== this.#to ? -1 : token;
    if (token >= this.#to) return -1;
    const item = this.#items[at]!;
    if (typeof item === "string") return this.#pair.final.keys[token] === item ? this.walk(at + 1, token + 1) : -1;
    for (const end of this.#ends(item, token)) {
      const found = this.walk(at + 1, end);
      if (found >= 0) return found;
    }
    return -1;
  }

  /** Where what a hole stands for may end, if it begins at `token`. */
  *#ends(hole: number, token: number): Generator<number> {
    const { generated, final, alignment, renamed } = this.#pair;
    const { tokenFrom, tokenTo } = this.#match.bindings[hole]!;
    const length = tokenTo - tokenFrom;
    let same = 0;
    while (same < length && token + same < this.#to) {
      const key = generated.keys[tokenFrom + same]!;
      if ((renamed.get(key) ?? key) !== final.keys[token + same]) break;
      same++;
    }
    if (same === length) {
      yield token + length;
      return;
    }
    // What was put before or behind it, or taken from its edges, is not its own matter.
    const first = alignment.finals[tokenFrom]!;
    if (first < 0 ? alignment.generateds[token]! >= 0 : first !== token) return;
    let kept = 0;
    let last = -1;
    for (let at = tokenFrom; at < tokenTo; at++) {
      const partner = alignment.finals[at]!;
      if (partner < 0) continue;
      if (partner < token || partner >= this.#to) return;
      kept++;
      last = partner;
    }
    if (kept * 2 < length || last < 0) return;
    if (alignment.finals[tokenTo - 1]! >= 0) {
      yield last + 1;
      return;
    }
    for (let end = last + 1, tried = 0; end <= this.#to && tried < ENDS_TRIED; end++, tried++) {
      const owner = end - 1 > last ? alignment.generateds[end - 1]! : -1;
      if (owner >= 0) return;
      if (end - 1 > last) yield end;
    }
  }
}
