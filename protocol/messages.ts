/**
 * Names and shapes of every message that is ours. Everything else is plain LSP 3.18
 * (`textDocument/inlineCompletion`, document sync, `workspace/didChangeConfiguration` with a {@link Settings}).
 */
import type { Settings } from "./settings.ts";
import type { Signal, Symptom } from "./signals.ts";
import type { Decision, Learned, Place, Repair, VetoedText } from "./style.ts";

/** `initializationOptions` of the handshake. Other editors may leave all of it out. */
export interface InitializationOptions {
  readonly protocolVersion: number;
  readonly settings: Settings;
  /**
   * False in an untrusted workspace: nothing is scanned, stored or learned. Only where it is said to be true are the
   * projects' own tools run.
   */
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
  /** What was found of how the folder is written, a line each: "errors: wraps with %w, 41 of 44 (a.go:12, b.go:7)". */
  readonly conventions: readonly string[];
}

/** Request: what is behind a suggestion. The answer is null where nothing is known of it. */
export const WHY = "tacit/why";
export interface WhyParams {
  /** Default: the suggestion that was answered last. */
  readonly generationId?: string;
}
export interface WhyResult {
  readonly generationId: string;
  /** As it was shown. */
  readonly text: string;
  readonly engine: string;
  readonly proposer: string;
  /** Where the engine had it from, for people; empty where that is no single place. */
  readonly source: string;
  /** Probability the engine gave it, 0..1; null where it is not known any more. */
  readonly confidence: number | null;
  readonly examples: readonly Place[];
  readonly repairs: readonly Repair[];
}

/** Request: vetoes what shaped a suggestion, or the text itself. */
export const NOT_MY_STYLE = "tacit/notMyStyle";
export type NotMyStyleParams = { readonly generationId: string } & (
  { readonly learnedId: string } | { readonly text: true }
);
export interface NotMyStyleResult {
  /** To decide about, or to erase. */
  readonly id: string;
  /** What was vetoed, in words. */
  readonly vetoed: string;
  /** The decision before; deciding that again undoes the veto. */
  readonly before: Decision | null;
}

/** Request: all that was learned of style, and the texts that are never suggested. */
export const STYLE = "tacit/style";
export interface StyleResult {
  readonly learned: readonly Learned[];
  readonly vetoedTexts: readonly VetoedText[];
}

/** Request: pins or vetoes something learned, or (null) leaves it to what is observed. */
export const DECIDE = "tacit/decide";
export interface DecideParams {
  readonly id: string;
  readonly decision: Decision | null;
}

/** Request: forgets something learned and what it was learned from, as if it had never been seen. */
export const ERASE = "tacit/erase";
export interface EraseParams {
  readonly id: string;
}

/** Request: what exporting what was learned would make of a file that other tools read. Nothing is written. */
export const STYLE_EXPORT = "tacit/styleExport";
export type ExportFormat = "agents" | "cursor" | "copilot" | "claude" | "editorconfig" | "json";
export interface StyleExportParams {
  /** A `file:` URI. */
  readonly folder: string;
  readonly format: ExportFormat;
  /** The file's text in the editor, where that is newer than the disk's. */
  readonly text?: string;
}
export interface StyleExportResult {
  /** Absolute path of the file; null for "json", which has no place of its own. */
  readonly path: string | null;
  /** As it is, with its byte order mark if it has one; null where there is no file yet. */
  readonly before: string | null;
  readonly after: string;
  /** Nothing is told: there is no section of ours in it. */
  readonly isEmpty: boolean;
  /** What the user should know, a sentence each. */
  readonly notes: readonly string[];
}

/** Notification: all problems of a document as they are now. Kept in memory only. */
export const PROBLEMS = "tacit/problems";
export interface ProblemsParams {
  readonly uri: string;
  /** `line`: zero-based; null for what is wrong with no line of its own, as a test that fails. */
  readonly problems: readonly (Symptom & { readonly line: number | null })[];
}

/** Notification: what the user allows of their own model server. Kept in memory only. */
export const REMOTE_ACCESS = "tacit/remoteAccess";
export interface RemoteAccess {
  /** Sent to the server as a bearer token; null for none. */
  readonly apiKey: string | null;
  /** Hosts besides this machine that code may be sent to, as `host:port`. */
  readonly consentedHosts: readonly string[];
}

/** Request: the models that can be chosen, and what this machine has for them. Nothing leaves it for that. */
export const MODELS = "tacit/models";
export interface ModelsResult {
  /** What the machine has, in a line. */
  readonly machine: string;
  /** Where models are kept. */
  readonly folder: string;
  /** Those that Tacit knows, the least of each kind first. */
  readonly models: readonly ModelOffer[];
  /** Other GGUF files in that folder. */
  readonly ownFiles: readonly { readonly file: string; readonly bytes: number }[];
}
export interface ModelOffer {
  readonly id: string;
  readonly name: string;
  /** `completion` fills in the middle, `embedding` turns text into vectors. */
  readonly kind: "completion" | "embedding";
  readonly about: string;
  /** Size of its file; null where only the server knows. */
  readonly bytes: number | null;
  /** Megabytes that it takes while it runs, roughly. */
  readonly memoryMb: number;
  readonly licence: {
    readonly name: string;
    readonly url: string;
    /** What it forbids; null for nothing. */
    readonly restriction: string | null;
  };
  /** Who is asked for it. */
  readonly host: string;
  readonly state:
    | { readonly kind: "installed"; readonly file: string }
    | { readonly kind: "partial"; readonly bytes: number; readonly isRunning: boolean }
    | { readonly kind: "absent" };
  /** Why it is the one for this machine; null where it is not. */
  readonly recommended: string | null;
}

/**
 * Request: downloads a model, or goes on with that. To be sent once the user has agreed to the host, the size and the
 * licence. Cancelling pauses: what has come is kept. `tacit/modelProgress` tells how far it is.
 */
export const DOWNLOAD_MODEL = "tacit/downloadModel";
export interface DownloadModelParams {
  readonly id: string;
  readonly network: NetworkSettings;
}
/** How the editor reaches the network; the sidecar's environment counts where it says nothing. */
export interface NetworkSettings {
  /** Address of a proxy; empty: that of the environment. */
  readonly proxy: string;
  /** Hosts that are asked without the proxy, besides this machine. */
  readonly noProxy: readonly string[];
  /** Whether certificates must be known to this machine. */
  readonly strictSsl: boolean;
}
export interface DownloadModelResult {
  readonly file: string;
}

/** Notification from the sidecar while it downloads a model, or CUDA. */
export const MODEL_PROGRESS = "tacit/modelProgress";
export interface ModelProgress {
  readonly id: string;
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
  readonly bytesPerSecond: number;
}

/** Request: whether local models could compute with CUDA here. Nothing leaves this machine for that. */
export const CUDA = "tacit/cuda";
export type CudaResult =
  | { readonly kind: "added" }
  /** `reason`: why it would be of no use, in sentences. */
  | { readonly kind: "useless"; readonly reason: string }
  /** `bytes` would come from `host`, for `gpu`, into `folder`. `isRenewal`: what was added is of an earlier version. */
  | {
      readonly kind: "possible";
      readonly version: string;
      readonly isRenewal: boolean;
      readonly gpu: string;
      readonly host: string;
      readonly bytes: number;
      readonly folder: string;
    };

/**
 * Request: adds what CUDA takes, or goes on with that; null when all is there. To be sent once the user has agreed to the
 * host and the size. Cancelling pauses. `tacit/modelProgress` tells how far it is, under {@link CUDA_ID}.
 */
export const ADD_CUDA = "tacit/addCuda";
export const CUDA_ID = "cuda";
export interface AddCudaParams {
  readonly network: NetworkSettings;
}

/** Request: whether a file of the user's own can be a model, at first sight. */
export const CHECK_MODEL_FILE = "tacit/checkModelFile";
export interface CheckModelFileParams {
  readonly path: string;
}
export interface CheckModelFileResult {
  /** A sentence; null for none. */
  readonly problem: string | null;
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
