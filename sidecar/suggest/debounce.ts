/**
 * How long a request waits for a pause in typing before an engine is asked that takes its time. As Tabby does it:
 * longer for who types slowly, shorter where a suggestion is likely to be wanted, less what the engine takes anyway.
 */

/** Milliseconds between two keystrokes are taken for at least and at most these. */
const INTERVAL_MS_MIN = 100;
const INTERVAL_MS_MAX = 400;
/** Where nothing is known of somebody's typing. */
const INTERVAL_MS_USUAL = 200;
const INTERVALS_PER_WAIT_MAX = 3;
const INTERVALS_SAVED_BY_SCORE = 1.5;
/** Nobody waits longer. */
const WAIT_MS_MAX = 1000;
/** Longer without a request is a pause, not an interval; shorter is no typing. */
const PAUSE_MS = 2000;
const KEY_MS_MIN = 10;
/** Intervals that the mean looks back on. */
const INTERVALS_MEANT = 20;

export interface Pause {
  /** Mean time between two keystrokes in milliseconds; undefined where it is not known. */
  readonly intervalMs: number | undefined;
  /** How good a place is for a suggestion, 0..1: see {@link placeScore}. */
  readonly score: number;
  /** Milliseconds that the engine is expected to take. */
  readonly latencyMs: number;
}

/** Milliseconds to wait before the engine is asked. */
export function debounceMs({ intervalMs = INTERVAL_MS_USUAL, score, latencyMs }: Pause): number {
  const interval = Math.min(INTERVAL_MS_MAX, Math.max(INTERVAL_MS_MIN, intervalMs));
  const wait = interval * (INTERVALS_PER_WAIT_MAX - INTERVALS_SAVED_BY_SCORE * score) - latencyMs;
  return Math.min(WAIT_MS_MAX, Math.max(0, wait));
}

/** Tabby's weights: right behind a character that begins something, at the end of a line, at the end of the document. */
export function placeScore(linePrefix: string, suffix: string): number {
  const isTrigger = /[\s.([{<>=,:;"'`/\\*-]$/u.test(linePrefix);
  const isLineEnd = /^[^\S\n]*(?:\n|$)/.test(suffix);
  return (isTrigger ? 0.5 : 0) + (isLineEnd ? 0.4 : 0) + (suffix.trim() === "" ? 0.1 : 0);
}

/** Somebody's typing, as a moving mean. */
export interface Typing {
  /** Undefined before there were two keystrokes in a row. */
  readonly intervalMs: number | undefined;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

export const NO_TYPING: Typing = { intervalMs: undefined, lastAt: -Infinity };

/** After another keystroke at `at` (milliseconds since the epoch). */
export function keystroke({ intervalMs, lastAt }: Typing, at: number): Typing {
  const interval = at - lastAt;
  if (!(interval >= KEY_MS_MIN && interval <= PAUSE_MS)) return { intervalMs, lastAt: at };
  const mean = intervalMs === undefined ? interval : intervalMs + (interval - intervalMs) / INTERVALS_MEANT;
  return { intervalMs: mean, lastAt: at };
}
