/**
 * Examples as proposers: what the developer kept or made of a suggestion is offered again where the line begins the
 * same way, with the place's own identifiers where both lines can be aligned word by word.
 */
import type { FoundExample, SimilarCode } from "../engine.ts";
import { adapt, type Renames } from "./adapt.ts";
import type { Candidate } from "./candidate.ts";
import { continuesPartial, type Place } from "./place.ts";
import { isLineBreak, keyOf, LINE_BREAK, type Vocabulary } from "./vocabulary.ts";

const CONTEXT_WORDS_MAX = 48;
/** At a bare line start only the lines above can say that the places are alike. */
const JACCARD_MIN_AT_LINE_START = 0.34;
/** Aligned words that may differ: one, or a third of what was typed. */
const RENAMES_SHARE_MAX = 1 / 3;

/** A finding about one example at one place. */
export interface ExampleMatch {
  readonly candidate: Candidate;
  /** Keys of the line it advises against: what had been suggested and was changed; empty for none. */
  readonly against: readonly number[];
}

export function exampleContinuation(
  example: FoundExample,
  place: Place,
  vocabulary: Vocabulary,
): ExampleMatch | undefined {
  const typed = place.keys.subarray(place.lineStart);
  const line = vocabulary.tokenize(example.linePrefix.trimStart() + example.text);
  const renames = align(line, typed, place, vocabulary);
  if (!renames) return undefined;
  const copied = [...line.subarray(typed.length)];
  const rest = adapt(copied, renames, vocabulary) ?? copied;
  if (rest.length === 0 || isLineBreak(rest[0]!) || !continuesPartial(keyOf(rest[0]!), place, vocabulary)) {
    return undefined;
  }
  const jaccard = contextJaccard(example.contextBefore, place, vocabulary);
  const anchored = typed.length + (place.partial.length >= 2 ? 1 : 0);
  if (anchored === 0 && jaccard < JACCARD_MIN_AT_LINE_START) return undefined;
  const likeness = 0.4 + 0.35 * Math.min(1, anchored / 3) + 0.25 * jaccard;
  const probability = Math.min(0.97, example.score * likeness * (example.origin === "corrected" ? 1.15 : 1));
  return {
    candidate: {
      proposer: "example",
      values: rest,
      sourceIndentation: /^[ \t]*/.exec(example.linePrefix)![0],
      probability: probability / (1 + renames.size),
      matchLength: typed.length,
      support: 1,
      source: example.origin === "corrected" ? `your change in ${example.path}` : example.path,
      exampleIds: [example.id],
    },
    against: example.generated === undefined ? [] : generatedLine(example, renames, vocabulary),
  };
}

/** What the line of a piece of the workspace that only begins like the cursor's is worth (ours). */
const LIKE_LINE_PROBABILITY = 0.3;

/**
 * Pieces of the workspace found by resemblance: offers the line that comes next in them, then other lines of theirs that
 * begin like the cursor's line.
 */
export function similarCodeContinuations(similar: SimilarCode, place: Place, vocabulary: Vocabulary): Candidate[] {
  const typed = place.keys.subarray(place.lineStart);
  const [next = ""] = similar.continuation.split("\n");
  // At a bare line start only what stands above can say which line it is.
  const others = typed.length === 0 ? [] : similar.text.split("\n");
  const candidates: Candidate[] = [];
  for (const [index, line] of [next, ...others].entries()) {
    const values = vocabulary.tokenize(line.trim());
    if (values.length <= typed.length || typed.some((key, at) => keyOf(values[at]!) !== key)) continue;
    const rest = [...values.subarray(typed.length)];
    if (!continuesPartial(keyOf(rest[0]!), place, vocabulary)) continue;
    candidates.push({
      proposer: "similar",
      values: rest,
      sourceIndentation: place.indentation,
      probability: index === 0 ? Math.max(LIKE_LINE_PROBABILITY, similar.likeness) : LIKE_LINE_PROBABILITY,
      matchLength: typed.length,
      support: 1,
      source: similar.path,
      exampleIds: [],
    });
  }
  return candidates.slice(0, 4);
}

/**
 * Compares the beginning of an example's line with what is typed. Equal but for a few identifiers: the identifiers'
 * renaming; else undefined.
 */
function align(line: Int32Array, typed: Int32Array, place: Place, vocabulary: Vocabulary): Renames | undefined {
  const renames = new Map<number, number>();
  if (line.length <= typed.length) return undefined;
  for (let at = 0; at < typed.length; at++) {
    const key = keyOf(line[at]!);
    if (key === typed[at]) continue;
    const [from, to] = [vocabulary.word(key), vocabulary.word(typed[at]!)];
    if (!isIdentifier(from) || !isIdentifier(to)) return undefined;
    if ((renames.get(key) ?? typed[at]) !== typed[at]) return undefined;
    renames.set(key, typed[at]!);
  }
  if (renames.size > Math.max(1, typed.length * RENAMES_SHARE_MAX)) return undefined;
  // The word right before the cursor must be the example's own, or nothing ties the two places together.
  const last = typed.length - 1;
  if (renames.size > 0 && place.partial === "" && keyOf(line[last]!) !== typed[last]) return undefined;
  return renames;
}

function generatedLine(example: FoundExample, renames: Renames, vocabulary: Vocabulary): number[] {
  const [first = ""] = (example.generated ?? "").split("\n");
  const values = [...vocabulary.tokenize(example.linePrefix.trimStart() + first)];
  return (adapt(values, renames, vocabulary) ?? values).map(keyOf);
}

function contextJaccard(context: string, place: Place, vocabulary: Vocabulary): number {
  const here = new Set<number>();
  for (let at = place.lineStart - 1; at > 0 && here.size < CONTEXT_WORDS_MAX; at--) {
    if (place.keys[at]! > LINE_BREAK) here.add(place.keys[at]!);
  }
  const there = new Set<number>();
  const values = vocabulary.tokenize(context);
  for (let at = values.length - 1; at >= 0 && there.size < CONTEXT_WORDS_MAX; at--) {
    if (!isLineBreak(values[at]!)) there.add(keyOf(values[at]!));
  }
  let shared = 0;
  for (const key of there) if (here.has(key)) shared++;
  const union = here.size + there.size - shared;
  return union === 0 ? 0 : shared / union;
}

function isIdentifier(word: string): boolean {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(word);
}
