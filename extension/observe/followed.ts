/**
 * What is followed, as it is written down for the next window: names, times and fingerprints, but no text. Compact,
 * since it is written again whenever something changes.
 */
import type { Range } from "../../text/edit.ts";
import type { Accepted, Away } from "./accepted.ts";

/** Parts of a text that are told apart; what is beyond counts as the developer's. */
const PARTS_MAX = 64;

export interface FollowedState {
  readonly generationId: string;
  readonly uri: string;
  readonly acceptedAt: number;
  readonly changedAt: number;
  readonly isSettled: boolean;
  /** How many of the timed moments are over. */
  readonly moments: number;
  /** Errors and warnings before accepting. */
  readonly problems: readonly [number, number];
  readonly offset: number;
  readonly length: number;
  readonly hashes: readonly [number, number];
  /** Start and end of each machine-written part, counted from the beginning of the text. */
  readonly machine: readonly (readonly [number, number])[];
  readonly isTold: boolean;
}

export function writeFollowed(accepted: Accepted, { fingerprint, offset, machine, isTold }: Away): FollowedState {
  return {
    generationId: accepted.generationId,
    uri: accepted.uri,
    acceptedAt: accepted.acceptedAt,
    changedAt: accepted.changedAt,
    isSettled: accepted.settled !== undefined,
    moments: accepted.survival.moments,
    problems: [accepted.diagnosticsBefore.errors, accepted.diagnosticsBefore.warnings],
    offset,
    length: fingerprint.length,
    hashes: fingerprint.hashes,
    machine: machine.slice(0, PARTS_MAX).map(({ start, end }) => [start, end] as const),
    isTold,
  };
}

/** Followed again, though not found yet. */
export function readFollowed(state: FollowedState): Accepted {
  const { generationId, uri, acceptedAt, changedAt, problems, offset, length, hashes, moments, isTold } = state;
  const machine = state.machine.map(([start, end]): Range => ({ start, end }));
  return {
    generationId,
    uri,
    acceptedAt,
    diagnosticsBefore: { errors: problems[0], warnings: problems[1] },
    // What it replaced is not written down; the editor's undo does not outlive the window either.
    textBefore: "",
    range: { start: offset, end: offset },
    changedAt,
    burst: undefined,
    diagnosticsAt: undefined,
    undone: undefined,
    settled: state.isSettled ? "" : undefined,
    survival: { moments, told: undefined, isSavedTold: isTold, isClosedTold: isTold, isAcrossSwitch: false },
    away: { fingerprint: { length, hashes }, offset, machine, isTold },
  };
}

/** Reads what was written down. What is none of ours is left out: at worst less is followed. */
export function parseFollowed(content: string): FollowedState[] {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // Cut short by a crash, or damaged.
    return [];
  }
  return Array.isArray(value) ? value.filter(isFollowed) : [];
}

function isFollowed(value: unknown): value is FollowedState {
  if (typeof value !== "object" || value === null) return false;
  const state = value as Readonly<Record<string, unknown>>;
  const { generationId, uri, machine, problems, hashes, isSettled, isTold } = state;
  const isText = typeof generationId === "string" && typeof uri === "string";
  const isTruth = typeof isSettled === "boolean" && typeof isTold === "boolean";
  const counts = ["acceptedAt", "changedAt", "moments", "offset", "length"].map((name) => state[name]);
  const isPairs = Array.isArray(machine) && machine.every(isPair);
  return isText && isTruth && counts.every(isCount) && isPair(problems) && isPair(hashes) && isPairs;
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(isCount);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
