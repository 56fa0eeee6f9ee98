/**
 * Requests to a server that may hang, lie or vanish: every wait has an end, every answer a size, and whatever goes wrong
 * comes out as a {@link RemoteFault}. Nothing here knows what the bytes mean.
 */
import { LinkedAbort } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { systemCode } from "../../base/errors.ts";
import { RemoteFault } from "./fault.ts";

export interface TransportLimits {
  /** Milliseconds until the first byte of an answer's body. */
  readonly firstByteMs: number;
  /** Milliseconds between two pieces of an answer. */
  readonly idleMs: number;
  /** Milliseconds that a whole answer may take. */
  readonly answerMs: number;
  /** UTF-16 units of one line. */
  readonly lineCharsMax: number;
  /** Bytes of a whole answer. */
  readonly bytesMax: number;
}

export interface Peer {
  /** Without a slash at its end. */
  readonly base: string;
  readonly apiKey: string | undefined;
  readonly limits: TransportLimits;
  readonly clock: Clock;
}

/** Of an answer that says what is wrong, so much is read. */
const ERROR_CHARS_MAX = 4096;
/** Milliseconds in which an answer that is complete may end, so that its connection can be used again. */
const DRAIN_MS = 50;

/**
 * What the lines of an answer say, as they come. Who has enough stops iterating: that ends the request, and the server's
 * work. Behind the last one nothing is read, but the connection may end well, and be used again.
 */
export async function* streamLines<T extends { readonly isLast: boolean }>(
  peer: Peer,
  path: string,
  body: object,
  parse: (line: string) => T | undefined,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  const patience = new Patience(peer.clock, peer.limits, signal);
  let isComplete = false;
  try {
    const response = await send(peer, path, body, patience);
    if (response.status !== 200) throw await faultOf(response, peer, patience);
    for await (const line of linesOf(response, peer.limits, patience)) {
      const said: T | undefined = isComplete ? undefined : parse(line);
      if (!said) continue;
      isComplete = said.isLast;
      if (isComplete) patience.atMost(DRAIN_MS);
      yield said;
    }
  } catch (error) {
    signal.throwIfAborted();
    // All has been said: how the connection ends is of no account.
    if (!isComplete) throw translate(error, patience);
  } finally {
    patience.end();
  }
}

/** A whole answer in JSON; undefined where it is none, or there is nothing at this path. */
export async function askJson(
  peer: Peer,
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const patience = new Patience(peer.clock, peer.limits, signal);
  try {
    const response = await send(peer, path, body, patience);
    if (response.status !== 200) {
      const fault = await faultOf(response, peer, patience);
      if (response.status === 404 && fault.kind === "garbage") return undefined;
      throw fault;
    }
    const lines: string[] = [];
    for await (const line of linesOf(response, peer.limits, patience)) lines.push(line);
    return parseJson(lines.join("\n"));
  } catch (error) {
    signal.throwIfAborted();
    throw translate(error, patience);
  } finally {
    patience.end();
  }
}

/** Undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever asks has a word for it.
    return undefined;
  }
}

/** Ollama, llama-server, vLLM and TGI; OpenAI and LM Studio. A complaint may quote the request, so the word is not enough. */
const NO_FIM =
  /does not support insert|infill is not supported|\bsuffix is not\b|(?:unsupported|unrecognized|unknown|unexpected)[^.]{0,40}\bsuffix\b/i;

/** What a text in which a server complains is about; undefined where that is not known. */
export function complaintIn(text: string): "no-fim" | "no-logprobs" | "loading" | "model" | undefined {
  if (NO_FIM.test(text)) return "no-fim";
  if (/logprobs/i.test(text)) return "no-logprobs";
  if (/loading/i.test(text)) return "loading";
  return /\bmodel\b/i.test(text) ? "model" : undefined;
}

/** The waits of one request, each with its end; what is waited for is aborted, not only the wait. */
class Patience {
  readonly #abort: LinkedAbort;
  readonly #clock: Clock;
  readonly #limits: TransportLimits;
  readonly #startedAt: number;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(clock: Clock, limits: TransportLimits, signal: AbortSignal) {
    this.#abort = new LinkedAbort(signal);
    this.#clock = clock;
    this.#limits = limits;
    this.#startedAt = clock.now();
    this.#wait(Math.min(limits.firstByteMs, limits.answerMs), `nothing within ${limits.firstByteMs} ms`);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Something came. */
  renew(): void {
    if (this.#isOver) return;
    const { idleMs, answerMs } = this.#limits;
    const left = Math.max(0, answerMs - (this.#clock.now() - this.#startedAt));
    if (left < idleMs) this.#wait(left, `not done within ${answerMs} ms`);
    else this.#wait(idleMs, `silent for ${idleMs} ms`);
  }

  /** No longer than this, whatever comes. */
  atMost(ms: number): void {
    this.#isOver = true;
    this.#wait(ms, `no end within ${ms} ms`);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#abort.unlink();
  }

  #wait(ms: number, detail: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(new RemoteFault("slow", detail)), ms);
  }
}

/** A connection that was kept may have been closed by the server meanwhile: such a request is sent once more. */
async function send(peer: Peer, path: string, body: object | undefined, patience: Patience): Promise<Response> {
  const { base, apiKey } = peer;
  // `fetch` would put a key that it does not like into its error.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) throw new RemoteFault("key", "it has odd characters");
  const headers: Record<string, string> = { accept: "application/json, text/event-stream" };
  if (apiKey !== undefined) headers["authorization"] = `Bearer ${apiKey}`;
  if (body) headers["content-type"] = "application/json";
  const request = (): Promise<Response> =>
    fetch(base + path, {
      method: body ? "POST" : "GET",
      headers,
      body: body ? JSON.stringify(body) : null,
      redirect: "manual",
      signal: patience.signal,
    });
  try {
    return await request();
  } catch (error) {
    if (patience.signal.aborted || translate(error, patience).kind !== "closed") throw error;
    return request();
  }
}

async function* linesOf(
  { body }: Response,
  { lineCharsMax, bytesMax }: Pick<TransportLimits, "lineCharsMax" | "bytesMax">,
  patience: Patience,
): AsyncGenerator<string, void> {
  if (!body) return;
  const decoder = new TextDecoder();
  let bytes = 0;
  let rest = "";
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    patience.renew();
    bytes += chunk.length;
    if (bytes > bytesMax) throw new RemoteFault("garbage", `more than ${bytesMax} bytes`);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > lineCharsMax) throw new RemoteFault("garbage", `a line of more than ${lineCharsMax} characters`);
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

/** What is wrong by an answer's status, and by what its beginning complains about. */
async function faultOf(response: Response, { base, limits }: Peer, patience: Patience): Promise<RemoteFault> {
  const { status } = response;
  const detail = `HTTP ${status}`;
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"));
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    const target = URL.parse(response.headers.get("location") ?? "", base);
    return new RemoteFault("redirect", target?.host ?? "nowhere");
  }
  const complaint = complaintIn(await beginningOf(response, limits, patience));
  if (status === 401 || status === 403) return new RemoteFault("key", detail);
  if (status === 429) return new RemoteFault("busy", detail, wait);
  if (status === 503) return new RemoteFault(complaint === "loading" ? "loading" : "busy", detail, wait);
  if (status === 404) return new RemoteFault(complaint === "model" ? "model" : "garbage", detail);
  const isKnown = complaint === "no-fim" || complaint === "no-logprobs";
  return new RemoteFault(isKnown && (status < 500 || status === 501) ? complaint : "failed", detail, wait);
}

async function beginningOf(response: Response, limits: TransportLimits, patience: Patience): Promise<string> {
  let text = "";
  try {
    for await (const line of linesOf(response, limits, patience)) {
      text += line;
      if (text.length > ERROR_CHARS_MAX) break;
    }
  } catch {
    // The status alone says what is wrong as well.
  }
  return text;
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function parseRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function translate(error: unknown, { signal }: Patience): RemoteFault {
  if (error instanceof RemoteFault) return error;
  if (signal.reason instanceof RemoteFault) return signal.reason;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = systemCode(cause) ?? systemCode(error) ?? "no connection";
  if (code.startsWith("HPE_")) return new RemoteFault("garbage", "not HTTP", { cause: error });
  const isClosed = code === "ECONNRESET" || code === "EPIPE" || code === "UND_ERR_SOCKET";
  return new RemoteFault(isClosed ? "closed" : "unreachable", code, { cause: error });
}
