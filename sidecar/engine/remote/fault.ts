/** What goes wrong with a server, and how it is told. Texts name the host, the model and what to do; never the key. */

export type FaultKind =
  /** No connection, or no such host. */
  | "unreachable"
  /** Nothing came for too long. */
  | "slow"
  /** The connection ended before the answer did. */
  | "closed"
  | "garbage"
  | "busy"
  | "loading"
  /** An error of the server's own, or a request that it does not take. */
  | "failed"
  | "key"
  | "model"
  | "redirect"
  /** The model cannot fill in the middle. */
  | "no-fim"
  /** The server gives no log-probabilities. */
  | "no-logprobs";

/** `detail`: a few words that tell one from another, without anything of the server's own text. */
export class RemoteFault extends Error {
  override readonly name = "RemoteFault";
  readonly kind: FaultKind;
  readonly detail: string;
  /** Milliseconds that the server wants to be left alone. */
  readonly retryAfterMs: number | undefined;
  /** The model it is about, where whoever throws it knows better than who asked. */
  readonly model: string | undefined;

  constructor(
    kind: FaultKind,
    detail: string,
    options: { readonly retryAfterMs?: number; readonly model?: string; readonly cause?: unknown } = {},
  ) {
    super(`${kind}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.detail = detail;
    this.retryAfterMs = options.retryAfterMs;
    this.model = options.model;
  }
}

/** Sentences for the status: what happened, and what to do. `model`: the one that was asked, empty where that is not known. */
export function describeFault(
  { kind, detail, model: known }: RemoteFault,
  { host, model: asked }: { readonly host: string; readonly model: string },
): { readonly reason: string; readonly action: string } {
  const model = known ?? asked;
  const the = model === "" ? "its model" : `the model "${model}"`;
  switch (kind) {
    case "unreachable":
      return {
        reason: `No model server answers at ${host} (${detail}).`,
        action: "Start the server, or correct its address in the settings.",
      };
    case "slow":
      return {
        reason: `The model server at ${host} did not answer in time (${detail}).`,
        action: "It is tried again by itself. Where this stays, choose a smaller model or a faster machine.",
      };
    case "closed":
      return {
        reason: `The model server at ${host} ended the connection in the middle of its answer (${detail}).`,
        action: "It is tried again by itself. Where this stays, look at the server's own log.",
      };
    case "garbage":
      return {
        reason: `What ${host} answers cannot be understood (${detail}).`,
        action: "Check that a model server listens there, and the kind of server in the settings.",
      };
    case "busy":
      return {
        reason: `The model server at ${host} is busy (${detail}).`,
        action: "It is asked again by itself once it has had time.",
      };
    case "loading":
      return { reason: `The model server at ${host} is still loading ${the}.`, action: "Wait until it has." };
    case "failed":
      return {
        reason: `The model server at ${host} failed (${detail}).`,
        action: "It is tried again by itself. Where this stays, look at the server's own log.",
      };
    case "key":
      return {
        reason: `The model server at ${host} does not accept the API key (${detail}).`,
        action: "Set the server's API key again.",
      };
    case "model":
      return {
        reason: model === "" ? `The model server at ${host} has no model.` : `${host} does not have ${the}.`,
        action: "Load it on the server, or name another model in the settings.",
      };
    case "redirect":
      return {
        reason: `${host} sends on to ${detail}, which is not followed.`,
        action: "Put the address of the server itself into the settings.",
      };
    case "no-fim":
      return {
        reason: `${the[0]!.toUpperCase()}${the.slice(1)} on ${host} cannot fill in the middle of a text.`,
        action: "Choose a model that can, for example Qwen2.5-Coder.",
      };
    case "no-logprobs":
      return {
        reason: `The model server at ${host} does not tell how sure it is.`,
        action: "It is asked without that from now on.",
      };
  }
}
