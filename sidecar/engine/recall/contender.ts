/**
 * Contenders: what the proposers offer, brought together by the line it begins with, and the facts about each line that
 * the ranking weighs.
 */
import type { Candidate, Proposer } from "./candidate.ts";
import { hashLine } from "./line-hash.ts";
import type { NestedCache } from "./nested-cache.ts";
import { type NgramCounts, ORDER } from "./ngram-counts.ts";
import type { Place } from "./place.ts";
import { isLineBreak, keyOf, LINE_BREAK, type Vocabulary } from "./vocabulary.ts";

/** A line that may come, with all who offer it. */
export interface Contender {
  /** Keys of its tokens. */
  readonly line: readonly number[];
  readonly candidates: readonly Candidate[];
}

export function contendersOf(candidates: readonly Candidate[]): Contender[] {
  const byLine = new Map<string, { line: number[]; candidates: Candidate[] }>();
  for (const candidate of candidates) {
    const line = candidate.values.slice(0, firstLineLength(candidate)).map(keyOf);
    const key = line.join(" ");
    const known = byLine.get(key);
    if (known) known.candidates.push(candidate);
    else byLine.set(key, { line, candidates: [candidate] });
  }
  return [...byLine.values()];
}

/** Facts about a contender; logarithms are natural. */
export const FEATURES = [
  // What each proposer that offers it thinks of it: the logarithm of its best estimate.
  "file",
  "project",
  "personal",
  "ngram",
  "similar",
  "example",
  "removed",
  /** 1: it only comes about by exchanging words. */
  "adapted",
  /** Of the longest match before the cursor and of the most places, the logarithm. */
  "matchLength",
  "support",
  /** Different proposers that offer it. */
  "proposers",
  /** Mean and least of its tokens' logarithms of probability in the nested cache; the mean in the document's level. */
  "meanLog",
  "minLog",
  "fileMeanLog",
  /** That the line ends there. */
  "endLog",
  /** Logarithm of its characters, its tokens, and tokens before it on the line. */
  "chars",
  "tokens",
  "typed",
  /** Share of its words that the document has. */
  "knownWords",
  /** Logarithm of how often the whole line stands in the document. */
  "repeats",
  // Compared with the others at this place.
  "contenders",
  "meanLogGap",
  "probabilityGap",
  /** Brackets that it opens, less those it closes. */
  "opened",
  /** How near above the cursor it was copied from: less is further. */
  "distance",
  "sumLog",
] as const;

/** Stands for the logarithm of a probability of zero. */
const LOG_MIN = -9;
/** No proposer is taken for surer than this that it is wrong. */
const ESTIMATE_MIN = 1e-3;
const TOKENS_WEIGHED = 32;
const TYPED_MAX = 12;

const OPENERS: ReadonlySet<string> = new Set(["(", "[", "{"]);
const CLOSERS: ReadonlySet<string> = new Set([")", "]", "}"]);
const WORD_START = /^[\p{L}_$]/u;

/** What lines are weighed with: the levels of memory around the place. */
export interface Weighing {
  readonly place: Place;
  readonly vocabulary: Vocabulary;
  readonly cache: NestedCache;
  readonly fileCache: NestedCache;
  readonly fileCounts: NgramCounts;
  /** How often a whole line stands in the document, by the hash of its keys. */
  readonly lineCounts: ReadonlyMap<number, number>;
}

type Facts = Readonly<Record<(typeof FEATURES)[number], number>>;

/** One row of facts for each contender, in the order of {@link FEATURES}. */
export function featuresOf(contenders: readonly Contender[], weighing: Weighing): number[][] {
  const facts = contenders.map((contender) => factsOf(contender, weighing));
  const likeliest = Math.max(...facts.map(({ meanLog }) => meanLog));
  const copied = facts.map(({ file, project, personal }) => Math.max(file, project, personal));
  return facts.map((own, index) => {
    const others = copied.filter((_, other) => other !== index);
    const compared: Facts = {
      ...own,
      contenders: Math.log(facts.length),
      meanLogGap: own.meanLog - likeliest,
      probabilityGap: copied[index]! - Math.max(LOG_MIN, ...others),
    };
    return FEATURES.map((name) => rounded(compared[name]));
  });
}

/** In thousandths: thresholds of the models are such values, and a fact that is one must not fall beside it. */
export function rounded(fact: number): number {
  return Math.round(fact * 1000) / 1000;
}

function factsOf({ line, candidates }: Contender, weighing: Weighing): Facts {
  const { place, vocabulary, cache, fileCache, fileCounts, lineCounts } = weighing;
  let [chars, words, known] = [0, 0, 0];
  for (const key of line) {
    const text = vocabulary.word(key);
    chars += text.length;
    if (WORD_START.test(text)) {
      words++;
      if (fileCounts.unigramCount(key) > 0) known++;
    }
  }
  const whole = hashLine(line, 0, line.length, hashLine(place.keys, place.lineStart, place.keys.length));
  const { mean, min, sum, end } = logsOf(cache, place.keys, line);
  const nearest = Math.max(
    0,
    ...candidates.map(({ origin, proposer }) => (proposer === "file" && origin ? origin.at : 0)),
  );
  return {
    ...evidenceOf(candidates),
    meanLog: mean,
    minLog: min,
    fileMeanLog: logsOf(fileCache, place.keys, line).mean,
    endLog: end,
    chars: Math.log(Math.max(1, chars)),
    tokens: line.length,
    typed: Math.min(TYPED_MAX, place.keys.length - place.lineStart),
    knownWords: words === 0 ? 1 : known / words,
    repeats: Math.log1p(lineCounts.get(whole) ?? 0),
    contenders: 0,
    meanLogGap: 0,
    probabilityGap: 0,
    opened: openedBy(line, vocabulary),
    distance: nearest === 0 ? LOG_MIN : -Math.log1p(Math.max(0, place.keys.length - nearest)),
    sumLog: sum,
  };
}

/** Facts about who offers the same: see {@link FEATURES}. */
export function evidenceOf(candidates: readonly Candidate[]) {
  const estimates = new Map<Proposer, number>();
  for (const { proposer, probability } of candidates) {
    estimates.set(proposer, Math.max(probability, estimates.get(proposer) ?? ESTIMATE_MIN));
  }
  const best = (proposer: Proposer): number => {
    const estimate = estimates.get(proposer);
    return estimate === undefined ? LOG_MIN : Math.log(estimate);
  };
  return {
    file: best("file"),
    project: best("project"),
    personal: best("personal"),
    ngram: best("ngram"),
    similar: best("similar"),
    example: best("example"),
    removed: best("removed"),
    adapted: candidates.every(({ isAdapted }) => isAdapted) ? 1 : 0,
    matchLength: Math.log1p(Math.max(...candidates.map(({ matchLength }) => matchLength))),
    support: Math.log(Math.max(...candidates.map(({ support }) => support))),
    proposers: estimates.size,
  };
}

export interface Logs {
  /** Of its tokens: mean, smallest and sum of the natural logarithm of the probability. */
  readonly mean: number;
  readonly min: number;
  readonly sum: number;
  /** Of the line ending there. */
  readonly end: number;
}

/** How a cache likes a line behind the keys `before`, of which the last few count. */
export function logsOf(cache: NestedCache, before: Int32Array | readonly number[], line: readonly number[]): Logs {
  const length = Math.min(line.length, TOKENS_WEIGHED);
  const context = before.slice(-ORDER);
  const keys = new Int32Array(context.length + length);
  keys.set(context);
  let sum = 0;
  let min = 0;
  for (let index = 0; index < length; index++) {
    cache.moveTo(keys, context.length + index);
    const log = Math.max(LOG_MIN, Math.log(cache.probability(line[index]!)));
    sum += log;
    min = Math.min(min, log);
    keys[context.length + index] = line[index]!;
  }
  cache.moveTo(keys, keys.length);
  const end = Math.max(LOG_MIN, Math.log(cache.probability(LINE_BREAK)));
  return { mean: sum / Math.max(1, length), min, sum, end };
}

/** Brackets that keys open, less those they close. */
export function openedBy(keys: readonly number[], vocabulary: Vocabulary): number {
  let opened = 0;
  for (const key of keys) {
    const text = vocabulary.word(key);
    if (OPENERS.has(text)) opened++;
    else if (CLOSERS.has(text)) opened--;
  }
  return opened;
}

export function firstLineLength(candidate: Candidate): number {
  const end = candidate.values.findIndex(isLineBreak);
  return end < 0 ? candidate.values.length : end;
}

/** How often each whole line stands in the document around a place, by the hash of its keys. */
export function countLines({ keys, lineStart, behind }: Place): Map<number, number> {
  const counts = new Map<number, number>();
  const count = (text: ArrayLike<number>, end: number): void => {
    let start = 0;
    for (let at = 0; at <= end; at++) {
      if (at < end && text[at]! > LINE_BREAK) continue;
      if (at > start) {
        const line = hashLine(text, start, at);
        counts.set(line, (counts.get(line) ?? 0) + 1);
      }
      start = at + 1;
    }
  };
  count(keys, lineStart);
  count(behind.map(keyOf), behind.length);
  return counts;
}
