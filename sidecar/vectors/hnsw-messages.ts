/** What travels between the vector indexes' client (main thread) and their worker. */
import type { ErrorCode } from "../base/errors.ts";

/**
 * What was found on disk: `loaded` and in step with the expected labels · `stale` loaded, but other labels than
 * expected · `missing` nothing there · `corrupt` damaged or torn · `foreign` made for another database or by another
 * embedder. After the last three the index starts empty.
 */
export type IndexState = "loaded" | "stale" | "missing" | "corrupt" | "foreign";

/** Given to the worker when it is started. */
export interface WorkerSettings {
  readonly folder: string;
  readonly databaseId: string;
}

/** What makes the vectors of an index: the built-in embedder on the thread, or a model elsewhere, which hands them in. */
export interface VectorSpace {
  readonly embedder: string;
  /** Undefined: as on disk, for a model that has not said it yet. */
  readonly dimension: number | undefined;
}

/** A text, which the thread embeds; or a vector from outside, null where there was nothing to embed. */
export type Content = string | Float32Array | null;

/** Arguments and result of each call, by its name. `fresh` means the index in the making beside the one that serves. */
export interface Calls {
  /** Where the dimension is known from neither side nothing is opened; it is undefined in the answer then. */
  open: {
    args: { index: string; space: VectorSpace; expectedLabels: Float64Array | undefined };
    result: { state: IndexState; dimension: number | undefined };
  };
  add: {
    args: { index: string; fresh: boolean; labels: readonly number[]; contents: readonly Content[] };
    result: null;
  };
  remove: { args: { index: string; labels: readonly number[] }; result: null };
  labels: { args: { index: string }; result: readonly number[] };
  search: {
    args: { index: string; query: Content; k: number };
    result: { labels: readonly number[]; similarities: readonly number[] };
  };
  save: { args: { index: string }; result: null };
  /** Leaves no vector of what was removed. */
  scrub: { args: { index: string }; result: null };
  /** Counts words anew, beside the counts in use, which these replace with the last ones. */
  count: { args: { index: string; texts: readonly string[]; isFirst: boolean; isLast: boolean }; result: null };
  startOver: { args: { index: string }; result: null };
  takeOver: { args: { index: string }; result: null };
  discard: { args: { index: string }; result: null };
  erase: { args: { index: string }; result: null };
  /** Without a save. */
  close: { args: { index: string }; result: null };
  /** Deletes the files of `index`, and of those named `index` with "-m" and more, that are not open. */
  tidy: { args: { index: string }; result: null };
}

export type CallName = keyof Calls;

/** A call with its number, which the answer repeats. */
export type Request = { [Name in CallName]: { id: number; call: Name; args: Calls[Name]["args"] } }[CallName];

/** Withdraws a search that has not begun; it is not answered then. */
export interface Cancel {
  readonly call: "cancel";
  readonly id: number;
}

/** The serving index after a call. */
export interface IndexStatus {
  readonly size: number;
  readonly needsReembedding: boolean;
}

/** `code` is null for a bug. */
export interface CallFailure {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly action: string;
}

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "unusable"; readonly reason: string }
  /** `status`: null where the index is not open. */
  | { readonly kind: "answer"; readonly id: number; readonly result: unknown; readonly status: IndexStatus | null }
  | { readonly kind: "failure"; readonly id: number; readonly failure: CallFailure };
