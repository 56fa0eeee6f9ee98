/** Patterns of code as subjects of correction. */
import { editsOf } from "./edits.ts";
import { fateOf } from "./fate.ts";
import { showGap } from "./gap.ts";
import { type Match, matchAt } from "./match.ts";
import { flat, type LeftSide, type RightItem } from "./pattern.ts";
import type { PieceEdit } from "./render.ts";
import { keySequence, type SolidCode } from "./solid.ts";
import type { Fate, Index, Pair, Right, Site, Slot, Subject, TokenRange, Traits } from "./subject.ts";
import { HOLE_SLOTS, holeTraits, PLACE_SLOTS, placeTraits } from "./traits.ts";

/** Holes whose traits are looked at. */
const HOLES_MAX = 4;
/** So many literal tokens say enough: what the holes stand for matters little. */
const RICH_LITERALS = 7;
/** Or so many of them that are no marks or keywords. */
const RICH_NAMES = 2;
/** What says something by itself. */
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]+$/u;
/** Tokens on either side that tell one place of a pattern without holes from another. */
const CONTEXT_TOKENS = 8;

export function templateSubject(left: LeftSide): Subject {
  const holes = Math.min(left.holes, HOLES_MAX);
  const parts = flat(left.run);
  const names = parts.filter((part) => part.kind === "token" && part.key !== part.type);
  const isRich = left.literals >= RICH_LITERALS || names.length >= RICH_NAMES;
  // Of a mark alone all sense is in what stands around it.
  const isMute = left.literals <= 1 && parts.every((part) => part.kind !== "token" || !/\w/.test(part.key));
  const ofHole = HOLE_SLOTS.map((slot): Slot => {
    if (isRich && slot !== "words") return "hint";
    return isMute && slot === "name" ? "term" : slot;
  });
  // What says little itself depends on what stands beside it.
  const isNameless = !names.some((part) => part.kind === "token" && NAME.test(part.key));
  const isPoor = left.isInsertion || left.literals === 0 || (isNameless && parts.every(({ kind }) => kind !== "hole"));
  const beside = left.literals === 0 && !left.isInsertion ? "strict" : isPoor ? "neighbour" : "hint";
  const around = beside === "strict" ? "hint" : beside;
  const ofPlace = PLACE_SLOTS.map((slot): Slot => (slot === "neighbour" ? beside : slot === "place" ? around : slot));
  const slots: readonly Slot[] = [...ofPlace, ...Array.from({ length: holes }, () => ofHole).flat()];
  return {
    key: left.key,
    index: indexOf(left),
    isRisky: left.isLossy,
    weight: left.literals,
    slots,
    siteAt: (code, node) => {
      const match = matchAt(left, code, node);
      return match && new TemplateSite(left, code, match, holes);
    },
    describe: ({ text }) =>
      !text || text.items.length === 0
        ? `\`${left.title}\` left out`
        : `\`${left.title}\` → \`${showItems(text.items)}\``,
  };
}

class TemplateSite implements Site {
  readonly touched: readonly TokenRange[];
  readonly holes: readonly TokenRange[];
  readonly isOpen: boolean;
  readonly #left: LeftSide;
  readonly #code: SolidCode;
  readonly #match: Match;
  readonly #holeTraits: number;

  constructor(left: LeftSide, code: SolidCode, match: Match, holeTraitsMax: number) {
    this.#left = left;
    this.#code = code;
    this.#match = match;
    this.#holeTraits = holeTraitsMax;
    this.touched = [{ from: match.tokenFrom, to: match.tokenTo }];
    this.isOpen = !code.whole[match.last];
    this.holes = match.bindings.flatMap((bound) => (bound ? [{ from: bound.tokenFrom, to: bound.tokenTo }] : []));
  }

  get binding(): string {
    const { tokenFrom, tokenTo } = this.#match;
    const code = this.#code;
    if (this.holes.length > 0) return this.holes.map(({ from, to }) => keySequence(code, from, to)).join("\0\0");
    const from = Math.max(0, tokenFrom - CONTEXT_TOKENS);
    return keySequence(code, from, Math.min(code.keys.length, tokenTo + CONTEXT_TOKENS));
  }

  traits(path: string): Traits {
    const traits = placeTraits(this.#code, this.#match, path);
    for (let hole = 0; hole < this.#holeTraits; hole++) {
      traits.push(...holeTraits(this.#code, this.#match.bindings, hole));
    }
    return traits;
  }

  fate(pair: Pair, rights: readonly Right[]): Fate {
    return fateOf(pair, this.#left, rights, this.#match);
  }

  edits(right: Right): readonly PieceEdit[] | undefined {
    return right.text && editsOf(this.#code, this.#left, this.#match, right.text);
  }
}

function showItems(items: readonly RightItem[]): string {
  return items
    .map(({ part, gap }) => showGap(gap) + (part.kind === "token" ? part.text : `$${part.hole + 1}`))
    .join("");
}

function indexOf({ run, parent }: LeftSide): Index {
  const first = run[0]!;
  if (first.kind === "token") return { by: "token", of: first.key };
  return first.kind === "hole" ? { by: "parent", of: parent ?? "" } : { by: "type", of: first.type };
}
