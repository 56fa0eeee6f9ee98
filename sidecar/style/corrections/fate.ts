/**
 * What became of a place: whether the final text has a correction's right side there, still has the left one, or
 * something else. Holes may have changed inside: that is for other corrections to tell.
 */
import type { Match } from "./match.ts";
import { flat, type LeftSide, type RightPart, wordIn } from "./pattern.ts";
import { areSiblings } from "./solid.ts";
import type { Fate, Pair, Right } from "./subject.ts";

/** Tokens around a place that may belong to another change. */
const SLACK = 12;
/** Places where the end of a changed hole is tried. */
const ENDS_TRIED = 12;

export function fateOf(pair: Pair, left: LeftSide, rights: readonly Right[], match: Match): Fate {
  const lefts = flat(left.run).map((part): Item =>
    part.kind === "token" ? part.key : { hole: part.hole, as: "itself" },
  );
  const rest = lefts.slice(match.parts);
  const known = rights.flatMap(({ text }, at) => {
    const all = (text?.items ?? []).map(({ part }) => itemOf(part));
    const first = all.length - rest.length;
    // Where the region ends before the change would come, nothing is known.
    return rest.every((item, index) => isSameItem(item, all[first + index]))
      ? [{ at, items: all.slice(0, first) }]
      : [];
  });
  if (known.length === 0) return undefined;
  const window = windowOf(pair, match.tokenFrom, match.tokenTo);
  const speller = new Speller(pair, match, window.to);
  const stays = lefts.slice(0, match.parts);
  if (speller.isAll(stays, window.from)) return "kept";
  const written = known.find(({ items }) => speller.isAll(items, window.from));
  if (written) return written.at;
  if (window.isTight) return undefined;
  const isKept = speller.isWithin(stays, window.from);
  const found = known.find(({ items }) => speller.isWithin(items, window.from));
  if (found) return isKept ? undefined : found.at;
  return isKept ? "kept" : undefined;
}

export interface Window {
  /** Final tokens in which a place must be looked for; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Both neighbours of the place are known, so nothing else is in there. */
  readonly isTight: boolean;
}

/** Where the final text has what became of these generated tokens. */
export function windowOf({ alignment, final }: Pair, tokenFrom: number, tokenTo: number): Window {
  const { finals } = alignment;
  let before = tokenFrom - 1;
  while (before >= 0 && finals[before]! < 0) before--;
  let after = tokenTo;
  while (after < finals.length && finals[after]! < 0) after++;
  return {
    from: before < 0 ? 0 : finals[before]! + 1,
    to: after < finals.length ? finals[after]! : final.keys.length,
    isTight: before === tokenFrom - 1 && after === tokenTo,
  };
}

/** A token, or a hole. */
type Item = string | { readonly hole: number; readonly as: "itself" | "word" | "string" };

function itemOf(part: RightPart): Item {
  return part.kind === "token" ? part.key : { hole: part.hole, as: part.as };
}

function isSameItem(a: Item, b: Item | undefined): boolean {
  if (typeof a === "string" || typeof b === "string" || !b) return a === b;
  return a.hole === b.hole && a.as === b.as;
}

/** Reads items in the final text. */
class Speller {
  readonly #pair: Pair;
  readonly #match: Match;
  readonly #to: number;

  constructor(pair: Pair, match: Match, to: number) {
    this.#pair = pair;
    this.#match = match;
    this.#to = to;
  }

  /** Whether the items are all that stands from a token to the end. */
  isAll(items: readonly Item[], from: number): boolean {
    return this.#read(items, 0, from, true) === this.#to;
  }

  /** Whether the items stand somewhere near, with nothing of the place left beside them. */
  isWithin(items: readonly Item[], from: number): boolean {
    if (items.length === 0) return false;
    for (let start = from; start < this.#to && start <= from + SLACK; start++) {
      const end = this.#read(items, 0, start, false);
      if (end >= 0) return this.#isForeign(end, this.#to);
      if (!this.#isForeign(start, start + 1)) return false;
    }
    return false;
  }

  /** Whether none of these final tokens come from the place. */
  #isForeign(from: number, to: number): boolean {
    const { tokenFrom, tokenTo } = this.#match;
    return this.#pair.alignment.generateds
      .subarray(from, to)
      .every((origin) => origin < tokenFrom || origin >= tokenTo);
  }

  /** The token behind the items that stand at `token`, or -1. */
  #read(items: readonly Item[], at: number, token: number, toEnd: boolean): number {
    if (at === items.length) return toEnd && token !== this.#to ? -1 : token;
    if (token >= this.#to) return -1;
    const item = items[at]!;
    const word = typeof item === "string" ? item : this.#word(item);
    if (word !== undefined)
      return this.#pair.final.keys[token] === word ? this.#read(items, at + 1, token + 1, toEnd) : -1;
    for (const end of this.#ends((item as { hole: number }).hole, token)) {
      const found = this.#read(items, at + 1, end, toEnd);
      if (found >= 0) return found;
    }
    return -1;
  }

  /** What a hole says in another form; undefined for itself. */
  #word({ hole, as }: Exclude<Item, string>): string | undefined {
    if (as === "itself") return undefined;
    const key = this.#pair.generated.keys[this.#match.bindings[hole]!.tokenFrom]!;
    return as === "word" ? (wordIn(key) ?? "") : `"${key}"`;
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
      // Behind `a && b` there may stand what belongs to `b` alone.
      if (areSiblings(final, token, token + length)) yield token + length;
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
    if (alignment.finals[tokenTo - 1]! >= 0) yield last + 1;
    else {
      for (let end = last + 2; end <= this.#to && end <= last + ENDS_TRIED; end++) {
        if (alignment.generateds[end - 1]! >= 0) return;
        yield end;
      }
    }
  }
}
