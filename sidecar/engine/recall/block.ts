/**
 * Blocks: how many of the lines behind a line are worth showing with it. Those who offer the line vote on the next one,
 * a boosted model over a few facts says how likely it is to be right where all before it are, and the block ends where
 * another line would put more at stake than it saves. Fitted by `npm run bench -- fit-ranking`.
 */
import { type BoostedTrees, probabilityOf } from "./boosted-trees.ts";
import model from "./block-model.json" with { type: "json" };
import type { Candidate } from "./candidate.ts";
import { type Contender, evidenceOf, firstLineLength, logsOf, openedBy, rounded, type Weighing } from "./contender.ts";
import { hashLine } from "./line-hash.ts";
import { isLineBreak, keyOf, LINE_BREAK, type Vocabulary } from "./vocabulary.ts";

/** What is fitted: the probability that a next line is exactly right where the lines before it are. */
export interface BlockModel {
  readonly features: readonly string[];
  readonly next: BoostedTrees;
}

export const BLOCK_MODEL: BlockModel = model;

/** Facts about a next line; logarithms are natural. */
export const BLOCK_FEATURES = [
  /** Lines so far, their characters, and the characters and tokens of the next. */
  "lines",
  "charsAbove",
  "chars",
  "tokens",
  /** Of all who offered the lines so far, the share that offers this one, and the share that ends here. */
  "agreeing",
  "ending",
  /** How many offer it, and the different lines that others offer. */
  "offering",
  "rivals",
  /** Who offers it: the logarithm of the best estimate. */
  "file",
  "project",
  "personal",
  "similar",
  "example",
  "removed",
  "adapted",
  "matchLength",
  "support",
  /** In the nested cache: see `contender.ts`. */
  "meanLog",
  "minLog",
  "endLog",
  /** Indentation, in characters, less than the first line's, and than the line's before it. */
  "depth",
  "step",
  /** A blank line before it. */
  "blank",
  /** Brackets that the lines so far leave open, and whether this one begins by closing one. */
  "opened",
  "closes",
  /** Logarithm of how often the line stands in the document. */
  "repeats",
] as const;

type Facts = Readonly<Record<(typeof BLOCK_FEATURES)[number], number>>;

/** A line that may come next. */
export interface NextLine {
  /** Values up to its end of the first who offers it. */
  readonly candidate: Candidate;
  readonly offering: readonly Candidate[];
  /** One row of facts, in the order of {@link BLOCK_FEATURES}. */
  readonly row: readonly number[];
}

export interface Block {
  /** Its values are those of the block. */
  readonly candidate: Candidate;
  /** Probability that all lines behind the first are right if that is, 0..1. */
  readonly rest: number;
}

const LINES_MAX = 10;
/** What a line in the block saves: the key for a new line, and reading and accepting another suggestion there. */
const SAVED_PER_LINE = 5;
/**
 * A wrong line costs those who take only what is exactly right all of the block, and others what they delete: of each
 * character of the block so much on average (ours).
 */
const LOST_PER_CHAR = 0.25;
/** What another line costs those who look at it and take nothing (ours). */
const READING_PER_LINE = 1;
const CLOSERS: ReadonlySet<string> = new Set([")", "]", "}"]);

/** The lines of a contender that are worth showing together; `exactness`: probability that the first is right. */
export function growBlock({ candidates }: Contender, exactness: number, weighing: Weighing): Block {
  let offering = candidates;
  let best: Block = { candidate: firstLineOf(candidates[0]!), rest: 1 };
  let worth = 0;
  let rest = 1;
  // Further lines are weighed while they might be worth more: were they all certain, they would be worth so much.
  for (let lines = 1; lines < LINES_MAX && worthOfBlock(exactness, rest, LINES_MAX - 1, 0) > worth; lines++) {
    const judged = nextLines(offering, lines, weighing).map((next) => ({
      next,
      probability: probabilityOf(BLOCK_MODEL.next, next.row),
    }));
    const [likeliest] = judged.sort((a, b) => b.probability - a.probability);
    if (!likeliest) break;
    rest *= likeliest.probability;
    const { next } = likeliest;
    const now = worthOfBlock(exactness, rest, lines, charsIn(next.candidate.values.map(keyOf), weighing.vocabulary));
    if (now > worth) {
      worth = now;
      best = { candidate: next.candidate, rest };
    }
    offering = next.offering;
  }
  return best;
}

/** What those offer who agree on the first `lines` lines; nothing where the document has it below already. */
export function nextLines(offering: readonly Candidate[], lines: number, weighing: Weighing): NextLine[] {
  const below = lineBelow(weighing.place.behind);
  const byLine = new Map<string, Candidate[]>();
  let ending = 0;
  for (const candidate of offering) {
    const [start, end] = lineAt(candidate, lines);
    if (start >= end) {
      ending++;
      continue;
    }
    const key = candidate.values.slice(start, end).map(keyOf).join(" ");
    if (key === below) continue;
    byLine.set(key, [...(byLine.get(key) ?? []), candidate]);
  }
  const among = { lines, all: offering.length, ending, rivals: byLine.size - 1 };
  return [...byLine.values()].map((own) => {
    const facts = factsOf(own, among, weighing);
    const candidate = cut(own[0]!, lineAt(own[0]!, lines)[1]);
    return { candidate, offering: own, row: BLOCK_FEATURES.map((name) => rounded(facts[name])) };
  });
}

interface Among {
  readonly lines: number;
  /** Who offer the lines so far, those who offer nothing behind them, and the different lines besides this one. */
  readonly all: number;
  readonly ending: number;
  readonly rivals: number;
}

function factsOf(own: readonly Candidate[], { lines, all, ending, rivals }: Among, weighing: Weighing): Facts {
  const { place, vocabulary, cache, lineCounts } = weighing;
  const first = own[0]!;
  const [start, end] = lineAt(first, lines);
  const above = first.values.slice(0, start).map(keyOf);
  const line = first.values.slice(start, end).map(keyOf);
  const depthOf = (at: number): number => vocabulary.indentation(first.values[at]!).length;
  const lineBreak = start - 1;
  const depth = depthOf(lineBreak) - first.sourceIndentation.length;
  const lineAbove = first.values.slice(0, lineBreak).findLastIndex(isLineBreak);
  const depthAbove = lineAbove < 0 ? 0 : depthOf(lineAbove) - first.sourceIndentation.length;
  const before = [...place.keys.subarray(place.lineStart), ...above];
  const { mean, min, end: endLog } = logsOf(cache, before, line);
  return {
    lines: Math.log(lines),
    charsAbove: Math.log(1 + charsIn(above, vocabulary)),
    chars: Math.log(1 + charsIn(line, vocabulary)),
    tokens: line.length,
    agreeing: own.length / all,
    ending: ending / all,
    offering: Math.log(own.length),
    rivals,
    ...evidenceOf(own),
    meanLog: mean,
    minLog: min,
    endLog,
    depth,
    step: depth - depthAbove,
    blank: vocabulary.lineBreak(first.values[lineBreak]!).lastIndexOf("\n") > 0 ? 1 : 0,
    opened: openedBy(before, vocabulary),
    closes: CLOSERS.has(vocabulary.word(line[0]!)) ? 1 : 0,
    repeats: Math.log1p(lineCounts.get(hashLine(line, 0, line.length)) ?? 0),
  };
}

/** Characters that a block saves over its first line alone, on average; `lines`: those behind the first. */
function worthOfBlock(exactness: number, rest: number, lines: number, chars: number): number {
  const ifRight = rest * SAVED_PER_LINE * lines - (1 - rest) * LOST_PER_CHAR * chars;
  return exactness * ifRight - (1 - exactness) * READING_PER_LINE * lines;
}

/** A candidate without its further lines. */
export function firstLineOf(candidate: Candidate): Candidate {
  return cut(candidate, firstLineLength(candidate));
}

function cut(candidate: Candidate, length: number): Candidate {
  return { ...candidate, values: candidate.values.slice(0, length) };
}

/** Where the values of a line begin and end, the first being 0; both at the end where there is none. */
function lineAt({ values }: Candidate, line: number): [start: number, end: number] {
  let start = 0;
  for (let at = 0, lines = 0; at <= values.length; at++) {
    if (at < values.length && !isLineBreak(values[at]!)) continue;
    if (lines++ === line) return [start, at];
    start = at + 1;
  }
  return [values.length, values.length];
}

/** Keys of the first line behind the cursor's own, as {@link nextLines} tells lines; "" for none. */
function lineBelow(behind: Int32Array): string {
  const start = behind.findIndex(isLineBreak) + 1;
  if (start === 0) return "";
  const end = behind.findIndex((value, index) => index >= start && isLineBreak(value));
  return [...behind.subarray(start, end < 0 ? behind.length : end)].map(keyOf).join(" ");
}

function charsIn(keys: readonly number[], vocabulary: Vocabulary): number {
  return keys.reduce((sum, key) => (key > LINE_BREAK ? sum + vocabulary.word(key).length : sum), 0);
}
