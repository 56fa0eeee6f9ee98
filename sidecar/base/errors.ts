/** The kinds of "no" that are thrown: the world failed ({@link SidecarError}), or we have a bug ({@link assert}). */

export type ErrorCode =
  | "data-folder"
  | "database"
  | "index"
  | "file"
  | "folder"
  | "formatter"
  | "model"
  | "protocol"
  | "replay"
  | "repository"
  | "settings"
  | "native-module"
  | "style";

/** The world failed. `message` says what happened, `action` what to do about it. */
export class SidecarError extends Error {
  override readonly name = "SidecarError";
  readonly code: ErrorCode;
  readonly action: string;

  constructor(code: ErrorCode, message: string, action: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.action = action;
  }
}

/** Throws where one of our own assumptions does not hold. */
export function assert(condition: unknown, whatMustHold: string): asserts condition {
  if (!condition) throw new Error(`bug: ${whatMustHold}`);
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** `code` of a failed system call ("ENOENT", "EACCES", …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** One line for logs and messages, whatever was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
