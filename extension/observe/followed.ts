/**
 * What is followed, as it is written down for the next window: names, times and fingerprints, but no text. Compact,
 * since it is written again whenever something changes.
 */
import type { Accepted, Away, Sighting } from "./accepted.ts";

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
  /** Parts of it that are elsewhere. */
  readonly parts: readonly PartState[];
}

export interface PartState {
  readonly uri: string;
  readonly offset: number;
  readonly length: number;
  readonly hashes: readonly [number, number];
  readonly machine: readonly (readonly [number, number])[];
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
    ...writeSighting({ fingerprint, offset, machine }),
    isTold,
    parts: accepted.parts.map((part) => ({ uri: part.uri, ...writeSighting(part) })),
  };
}

function writeSighting({ fingerprint, offset, machine }: Sighting): Omit<PartState, "uri"> {
  const { length, hashes } = fingerprint;
  return {
    offset,
    length,
    hashes,
    machine: machine.slice(0, PARTS_MAX).map(({ start, end }) => [start, end] as const),
  };
}

function readSighting({ offset, length, hashes, machine }: Omit<PartState, "uri">): Sighting {
  return { fingerprint: { length, hashes }, offset, machine: machine.map(([start, end]) => ({ start, end })) };
}

/** Followed again, though not found yet. */
export function readFollowed(state: FollowedState): Accepted {
  const { generationId, uri, acceptedAt, changedAt, problems, offset, moments, isTold, parts } = state;
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
    away: { ...readSighting(state), isTold },
    parts: parts.map((part) => ({ uri: part.uri, ...readSighting(part) })),
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
  const { generationId, problems, isSettled, isTold, parts } = state;
  const isTruth = typeof isSettled === "boolean" && typeof isTold === "boolean";
  const areCounts = ["acceptedAt", "changedAt", "moments"].every((name) => isCount(state[name]));
  const isWhole = typeof generationId === "string" && isPart(state) && Array.isArray(parts) && parts.every(isPart);
  return isWhole && isTruth && areCounts && isPair(problems);
}

function isPart(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { uri, offset, length, hashes, machine } = value as Readonly<Record<string, unknown>>;
  const isPlace = typeof uri === "string" && isCount(offset) && isCount(length);
  return isPlace && isPair(hashes) && Array.isArray(machine) && machine.every(isPair);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(isCount);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
