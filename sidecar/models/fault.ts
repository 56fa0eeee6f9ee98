/** What goes wrong with a model's file, and how it is told: what happened, and what to do about it. */
import { describeError, SidecarError, systemCode } from "../base/errors.ts";

export type ModelFaultKind =
  /** The connection fails or ends; what has come is kept. */
  | "cut"
  /** The server does not give the file out. */
  | "refused"
  /** The way to the server is not what it has to be: its address, a redirect, the proxy, a certificate. */
  | "address"
  /** It is not the file that was asked for. */
  | "changed"
  | "hash"
  | "disk"
  /** It is being downloaded by somebody else. */
  | "busy"
  | "file";

export class ModelFault extends SidecarError {
  readonly kind: ModelFaultKind;
  /** Milliseconds that the server wants to be left alone. */
  readonly retryAfterMs: number;

  constructor(
    kind: ModelFaultKind,
    message: string,
    action: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super("model", message, action, options.cause);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** A failed operation on a file. */
export function fileFault(file: string, error: unknown): ModelFault {
  const isFull = ["ENOSPC", "EDQUOT"].includes(systemCode(error) ?? "");
  return isFull
    ? new ModelFault(
        "disk",
        `The disk is full: ${file} cannot be written any further.`,
        "Free some space and choose the model again: what has come is kept, and the download goes on from there.",
        { cause: error },
      )
    : new ModelFault(
        "file",
        `${file} cannot be written: ${describeError(error)}.`,
        "Make the models folder writable for you, or set tacit.dataFolder to another one.",
        { cause: error },
      );
}
