/**
 * What the gate looks at: facts about a suggestion, its place, and how the last ones fared. All are near 0..1, so that
 * one prior fits all, and cheap: a keystroke pays for them. Pure.
 */
import { scanBrackets } from "../code/brackets.ts";
import { styleLanguage } from "../code/languages.ts";
import { type Features, logit } from "./gate.ts";

/** A suggestion that waits at the gate. */
export interface Candidate {
  readonly text: string;
  readonly languageId: string;
  /** The line left of the cursor, and right of it. */
  readonly linePrefix: string;
  readonly lineSuffix: string;
  readonly proposer: string;
  /** Probability that the engine gives it, 0..1. */
  readonly confidence: number;
  /** Probability that the engine gives its being exactly right, where it tells the two apart. */
  readonly exactness?: number | undefined;
  /** The same of the likeliest other one; 0 where there is none. */
  readonly otherConfidence: number;
  /** Tokens before the cursor that agree with where it comes from. */
  readonly matchLength: number;
  /** Other proposers that offer the same line. */
  readonly agreement: number;
  /** What style changed in it. */
  readonly repairs: number;
}

/** How the last suggestions fared. */
export interface History {
  readonly previous: { readonly isWanted: boolean; readonly at: number } | undefined;
  /** Mean of the last labels, −1 to 1. */
  readonly acceptance: number;
}

export interface Circumstances {
  readonly history: History;
  /** Mean milliseconds between two keystrokes; undefined where it is not known. */
  readonly typingMs: number | undefined;
  /** 0..1. */
  readonly frustration: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const NO_HISTORY: History = { previous: undefined, acceptance: 0 };

/** Labels that the acceptance looks back on (ours). */
const LABELS_MEANT = 10;
/** No engine is surer than this of anything. */
const CONFIDENCE_MIN = 0.01;
const CONFIDENCE_MAX = 0.99;
const HOUR_S = 3600;
const LINE_CHARS_LONG = 120;
const TEXT_CHARS_LONG = 400;
const MATCH_LONG = 64;
const AGREEMENT_MAX = 3;
const REPAIRS_MANY = 8;
const INTERVAL_MS_USUAL = 200;
/** Lines of a suggestion that are looked at for brackets. */
const SCANNED_CHARS_MAX = 2000;

/** A label more; `at` in milliseconds since the epoch. */
export function remember({ acceptance }: History, isWanted: boolean, at: number): History {
  const label = isWanted ? 1 : -1;
  return { previous: { isWanted, at }, acceptance: acceptance + (label - acceptance) / LABELS_MEANT };
}

export function featuresOf(candidate: Candidate, circumstances: Circumstances): Features {
  const { text, linePrefix, lineSuffix, confidence, otherConfidence, matchLength, agreement, repairs } = candidate;
  const { history, typingMs, frustration, now } = circumstances;
  const { previous, acceptance } = history;
  const features: Record<string, number> = {
    bias: 1,
    confidence: logit(Math.min(CONFIDENCE_MAX, Math.max(CONFIDENCE_MIN, confidence))),
    margin: confidence - otherConfidence,
    matchLength: scaledLog(matchLength, MATCH_LONG),
    agreement: Math.min(AGREEMENT_MAX, agreement) / AGREEMENT_MAX,
    previousLabel: previous ? (previous.isWanted ? 1 : -1) : 0,
    sincePrevious: previous ? scaledLog(Math.max(0, now - previous.at) / 1000, HOUR_S) : 0,
    acceptance,
    frustration,
    lastLineLength: scaledLog(linePrefix.length, LINE_CHARS_LONG),
    typingSpeed: typingMs === undefined ? 0 : Math.log(INTERVAL_MS_USUAL / Math.max(20, typingMs)),
    spaceAfter: lineSuffix.trim() === "" ? 1 : 0,
    repairs: scaledLog(repairs, REPAIRS_MANY),
    chars: scaledLog(text.length, TEXT_CHARS_LONG),
    unbalanced: isUnbalanced(linePrefix, text, candidate.languageId) ? 1 : 0,
    [`trigger:${triggerOf(linePrefix)}`]: 1,
    [`language:${styleLanguage(candidate.languageId)}`]: 1,
    [`proposer:${candidate.proposer}`]: 1,
    [`length:${lengthOf(text)}`]: 1,
  };
  return Object.fromEntries(
    Object.entries(features)
      .filter(([, value]) => value !== 0)
      .map(rounded),
  );
}

/** Enough of the digits: they are stored. */
function rounded([name, value]: [string, number]): [string, number] {
  return [name, Math.round(value * 1000) / 1000];
}

/** ln(1 + value), 1 at `long` and nowhere more. */
function scaledLog(value: number, long: number): number {
  return Math.min(1, Math.log1p(value) / Math.log1p(long));
}

/** What stands right before the cursor. */
function triggerOf(linePrefix: string): string {
  const last = linePrefix.at(-1);
  if (last === undefined || linePrefix.trim() === "") return "start";
  if (/\s/.test(last)) return "space";
  if (/[\p{L}\p{N}_$]/u.test(last)) return "word";
  if (last === "." || linePrefix.endsWith("->") || linePrefix.endsWith("::")) return "member";
  if (/[([{<,;:]/.test(last)) return "opener";
  if (/["'`]/.test(last)) return "quote";
  return /[)\]}>]/.test(last) ? "closer" : "operator";
}

function lengthOf(text: string): string {
  if (text.trim().includes("\n")) return "lines";
  return text.length <= 10 ? "short" : text.length <= 40 ? "medium" : "long";
}

/** Whether the text leaves a bracket open, or closes one that is not of its line: then it does not parse by itself. */
function isUnbalanced(linePrefix: string, text: string, languageId: string): boolean {
  let depth = 0;
  for (const { char } of scanBrackets(linePrefix + text.slice(0, SCANNED_CHARS_MAX), languageId).brackets) {
    depth += "([{".includes(char) ? 1 : -1;
    if (depth < 0) return true;
  }
  return depth !== 0;
}
