/**
 * Names and shapes of every message that is ours. Everything else is plain LSP 3.18
 * (`textDocument/inlineCompletion`, document sync, `workspace/didChangeConfiguration` with a {@link Settings}).
 */
import type { Settings } from "./settings.ts";
import type { Signal } from "./signals.ts";

/** `initializationOptions` of the handshake. Other editors may leave all of it out. */
export interface InitializationOptions {
  readonly protocolVersion: number;
  readonly settings: Settings;
  /** False in an untrusted workspace: nothing is scanned, stored or learned. */
  readonly trusted: boolean;
}

/** `capabilities.experimental.tacit` of the answer. */
export interface ServerHandshake {
  readonly protocolVersion: number;
  readonly version: string;
}

/** Request: stores signals. Answered once they are on disk. */
export const SIGNALS = "tacit/signals";
export interface SignalsParams {
  readonly signals: readonly Signal[];
}
export interface SignalsResult {
  /** Ids that are stored, now or earlier. */
  readonly acknowledged: readonly string[];
  /** Ids that can never be stored, with the reason; do not send them again. */
  readonly rejected: readonly { readonly id: string; readonly reason: string }[];
}

/** Notification from the sidecar, at most ten times a second: a `Status`. */
export const STATUS = "tacit/status";

/** Request: reads a folder (default: every workspace folder) now, whatever `scan.onOpen` says. */
export const LEARN_WORKSPACE = "tacit/learnWorkspace";
export interface LearnWorkspaceParams {
  /** A `file:` URI. */
  readonly folder?: string;
}
export interface LearnReport {
  readonly files: number;
  readonly tokens: number;
  /** Pieces of the folder that retrieval can find, those known before included. */
  readonly chunks: number;
  /** Those among them that were made now. */
  readonly newChunks: number;
  /** Files left out, by reason ("binary", "too large", "excluded", …). */
  readonly skipped: Readonly<Record<string, number>>;
  readonly milliseconds: number;
  readonly languages: Readonly<Record<string, number>>;
}

/**
 * Arguments of the `tacit.accepted` command that every suggestion carries. A client that does not know the command
 * may ignore it; the suggestion works without.
 */
export const ACCEPTED_COMMAND = "tacit.accepted";
export interface SuggestionInfo {
  readonly id: string;
  readonly engine: string;
  readonly proposer: string;
}
