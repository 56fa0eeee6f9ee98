/**
 * The engine of the user's own model server: llama-server, Ollama, or anything that speaks OpenAI's completions. On this
 * machine unless the user has consented to another. A server is not to be trusted with anything but text: whatever it
 * does ends in proposals or in none, and in a health that says why.
 */
import { LinkedAbort, rejectOnAbort } from "../../base/abort.ts";
import { type Clock, steadyClock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { CompletionRequest, Engine, Proposal } from "../engine.ts";
import { assemblePrompt, type PromptBudget } from "../prompt/assemble.ts";
import { LEAKED_MARKS, fimTemplateOf, marksOf } from "../prompt/fim.ts";
import { createStopper } from "../stop.ts";
import { Breaker, type BreakerLimits } from "./breaker.ts";
import { certaintyOf } from "../confidence.ts";
import { hostOf } from "./consent.ts";
import { ask, parseLine, type Piece, type Question, type Server } from "./dialects.ts";
import { describeFault, type FaultKind, RemoteFault } from "./fault.ts";
import { findServer } from "./find-server.ts";
import { type Peer, streamLines, type TransportLimits } from "./transport.ts";

export type Dialect = Server["dialect"];

export interface RemoteOptions {
  /** Base URL without path, e.g. http://127.0.0.1:8080 */
  readonly url: string;
  /** "auto": found out by asking the server. */
  readonly dialect: Dialect | "auto";
  /** Empty: what the server serves. */
  readonly model: string;
  /** Sent as a bearer token; never logged, never in an error's text. */
  readonly apiKey: string | undefined;
  /** Hosts other than loopback that the user has consented to, as `host:port`. */
  readonly consentedHosts: readonly string[];
  readonly log: Log;
  /** Told when what is known of the server has changed. */
  readonly onHealth: (health: RemoteHealth) => void;
}

export type RemoteHealth =
  | { readonly kind: "unknown" }
  | { readonly kind: "ready"; readonly dialect: Dialect; readonly model: string }
  | { readonly kind: "failing"; readonly reason: string; readonly action: string }
  | { readonly kind: "needs-consent"; readonly host: string };

export interface Limits extends TransportLimits, BreakerLimits, PromptBudget {
  /** Milliseconds that Ollama may take to load a model; suggestions do not wait for it. */
  readonly loadMs: number;
  /** Milliseconds after which one whole line is enough. */
  readonly writingMs: number;
  /** Tokens that are asked for at most, for one line and for several. */
  readonly lineTokensMax: number;
  readonly blockTokensMax: number;
}

export const LIMITS: Limits = {
  firstByteMs: 3000,
  idleMs: 3000,
  answerMs: 10_000,
  lineCharsMax: 262_144,
  bytesMax: 2_097_152,
  failuresMax: 3,
  pauseMs: 1000,
  pauseMsMax: 30_000,
  promptTokensMax: 2048,
  suffixTokensMax: 256,
  loadMs: 120_000,
  writingMs: 2000,
  lineTokensMax: 64,
  blockTokensMax: 192,
};

/** Before anything was answered: a small model on a GPU. */
const LATENCY_MS_USUAL = 300;
/** How much the newest answer counts in the running mean. */
const LATENCY_SHARE = 0.2;

/** Faults of a server that is still the same one. */
const PASSING: ReadonlySet<FaultKind> = new Set(["busy", "closed", "failed"]);

export class RemoteEngine implements Engine {
  readonly name = "remote";
  readonly #options: RemoteOptions;
  readonly #limits: Limits;
  readonly #peer: Peer;
  readonly #host: string;
  readonly #isAllowed: boolean;
  readonly #breaker: Breaker;
  readonly #life = new AbortController();
  #health: RemoteHealth;
  #server: Server | undefined;
  #finding: Promise<Server> | undefined;
  /** A model that has turned out not to fill in the middle, which not every server says before it is asked. */
  #unfitModel: string | undefined;
  #wantsLogprobs = true;
  #latencyMs = LATENCY_MS_USUAL;

  /** `limits` and `chance` are for tests. */
  constructor(
    options: RemoteOptions,
    limits: Partial<Limits> = {},
    chance: { readonly clock: Clock; readonly random: () => number } = { clock: steadyClock, random: Math.random },
  ) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...limits };
    const address = hostOf(options.url);
    this.#host = address?.host ?? options.url;
    // Many a guide gives the address with the version in it.
    const base = options.url.replace(/\/+$/, "").replace(/\/v1$/, "");
    // A key is often pasted with the end of its line.
    const apiKey = options.apiKey?.trim() || undefined;
    this.#peer = { base, apiKey, limits: this.#limits, clock: chance.clock };
    this.#breaker = new Breaker(this.#limits, chance.clock, chance.random);
    this.#health = firstHealth(address, options);
    this.#isAllowed = this.#health.kind === "unknown";
  }

  get health(): RemoteHealth {
    return this.#health;
  }

  get meanLatencyMs(): number {
    return this.#latencyMs;
  }

  /** Never throws but for cancellation; a failure gives nothing, and is told by {@link health}. */
  async complete(request: CompletionRequest, signal: AbortSignal): Promise<readonly Proposal[]> {
    signal.throwIfAborted();
    if (!this.#mayAsk) return [];
    const abort = new LinkedAbort(signal, this.#life.signal);
    let server: Server | undefined;
    try {
      // Who is asked for a suggestion does not wait until a model is loaded; the search goes on without him.
      server = await this.#find(abort.signal, this.#limits.firstByteMs);
      if (!server) return [];
      const proposals = await this.#ask(server, request, abort.signal);
      this.#breaker.succeed();
      this.#tell({ kind: "ready", dialect: server.dialect, model: server.model });
      return proposals;
    } catch (error) {
      signal.throwIfAborted();
      this.#fail(error, server);
      if (error instanceof RemoteFault) this.#breaker.fail(error.retryAfterMs);
      return [];
    } finally {
      abort.unlink();
    }
  }

  /** Asks the server who it is; for the status, the doctor, and a first try. */
  async check(signal: AbortSignal): Promise<RemoteHealth> {
    signal.throwIfAborted();
    if (!this.#mayAsk) return this.#health;
    const abort = new LinkedAbort(signal, this.#life.signal);
    try {
      this.#server = undefined;
      const server = await this.#find(abort.signal);
      if (server) this.#tell({ kind: "ready", dialect: server.dialect, model: server.model });
    } catch (error) {
      signal.throwIfAborted();
      // Whoever asks again and again has a pause of his own: it does not count for the breaker.
      this.#fail(error);
    } finally {
      abort.unlink();
    }
    return this.#health;
  }

  /** Aborts what is under way. */
  close(): void {
    this.#life.abort();
  }

  /** Whether anything may be sent: not without consent, and not after the end. */
  get #mayAsk(): boolean {
    return this.#isAllowed && !this.#life.signal.aborted && !this.#breaker.isPaused;
  }

  /** The server, once it is known; undefined where that takes longer than `withinMs`. All who wait share one search. */
  async #find(signal: AbortSignal, withinMs?: number): Promise<Server | undefined> {
    if (this.#server) return this.#server;
    this.#finding ??= this.#search().finally(() => {
      this.#finding = undefined;
    });
    // Nobody may be waiting any more.
    this.#finding.catch(() => undefined);
    const late = new AbortController();
    const timer = withinMs === undefined ? undefined : setTimeout(() => late.abort(), withinMs);
    try {
      return await Promise.race([this.#finding, endOf(late.signal), rejectOnAbort(signal)]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #search(): Promise<Server> {
    const { dialect, model } = this.#options;
    const { loadMs } = this.#limits;
    try {
      const server = await findServer(this.#peer, { dialect, model, loadMs }, this.#life.signal);
      if (server.model === this.#unfitModel) throw new RemoteFault("no-fim", "it was refused", { model: server.model });
      this.#server = server;
      return server;
    } catch (error) {
      // Told here as well: whoever asked may not have waited for it.
      this.#fail(error);
      throw error;
    }
  }

  async #ask(server: Server, request: CompletionRequest, signal: AbortSignal): Promise<readonly Proposal[]> {
    const { clock } = this.#peer;
    const startedAt = clock.now();
    const prompt = assemblePrompt(request, { budget: this.#limits });
    const { path, languageId, multiLine } = request;
    const { lineTokensMax, blockTokensMax, writingMs } = this.#limits;
    const tokensMax = multiLine ? blockTokensMax : lineTokensMax;
    const template = server.fim === "field" ? fimTemplateOf(server.model) : server.fim;
    const marks = [...LEAKED_MARKS, ...(template ? marksOf(template) : [])];
    const stopper = createStopper({ ...request, marks });
    const question = { prompt, path, languageId, tokensMax, writingMs };
    const pieces: Piece[] = [];
    let text: string | undefined;
    for await (const piece of this.#answer(server, question, signal)) {
      pieces.push(piece);
      if (stopper.feed(piece.text) || piece.isLast) text = stopper.kept;
      else if (clock.now() - startedAt > writingMs && stopper.keptLines.trim() !== "") text = stopper.keptLines;
      // The last piece is followed by the end of the answer, which leaves the connection open for the next request.
      if (text !== undefined && !piece.isLast) break;
    }
    if (text === undefined) throw new RemoteFault("closed", "no end");
    this.#latencyMs += (clock.now() - startedAt - this.#latencyMs) * LATENCY_SHARE;
    if (text.trim() === "") return [];
    const source = `${server.model} on ${this.#host}`;
    return [{ text, ...certaintyOf(pieces, text), proposer: "model", source, exampleIds: prompt.exampleIds }];
  }

  async *#answer(
    server: Server,
    question: Omit<Question, "wantsLogprobs">,
    signal: AbortSignal,
  ): AsyncGenerator<Piece, void> {
    const { path, body } = ask(server, { ...question, wantsLogprobs: this.#wantsLogprobs });
    const parse = (line: string): Piece | undefined => parseLine(server.dialect, line);
    try {
      yield* streamLines(this.#peer, path, body, parse, signal);
    } catch (error) {
      if (!(error instanceof RemoteFault) || error.kind !== "no-logprobs" || !this.#wantsLogprobs) throw error;
      // Text without probabilities is better than none.
      this.#wantsLogprobs = false;
      this.#options.log.info(`remote: ${this.#host} gives no log-probabilities`);
      yield* this.#answer(server, question, signal);
    }
  }

  /** Reports a failure, of `server` where it is known; one that closing has caused is none. */
  #fail(error: unknown, server?: Server): void {
    if (this.#life.signal.aborted) return;
    const { log, model } = this.#options;
    if (!(error instanceof RemoteFault)) {
      // Our bug: the server has done nothing wrong, and others go on serving.
      log.error("remote: a request failed", error);
      return;
    }
    if (error.kind === "no-fim" && server) this.#unfitModel = server.model;
    // Whatever listens there the next time may be another server, with another model.
    if (!PASSING.has(error.kind)) this.#server = undefined;
    this.#tell({ kind: "failing", ...describeFault(error, { host: this.#host, model: server?.model ?? model }) });
  }

  #tell(health: RemoteHealth): void {
    if (JSON.stringify(health) === JSON.stringify(this.#health)) return;
    this.#health = health;
    const { log, onHealth } = this.#options;
    if (health.kind === "failing") log.warn(`remote: ${health.reason}`);
    else if (health.kind === "ready") log.info(`remote: ${health.model} on ${this.#host} (${health.dialect})`);
    onHealth(health);
  }
}

function firstHealth(address: ReturnType<typeof hostOf>, { consentedHosts }: RemoteOptions): RemoteHealth {
  if (!address) {
    return {
      kind: "failing",
      reason: "The address of the model server is no http(s) URL, or has a password in it.",
      action: "Correct it in the settings, for example to http://127.0.0.1:8080; keys are set by a command.",
    };
  }
  const { kind, host } = address;
  const isAllowed = kind === "loopback" || consentedHosts.includes(host);
  return isAllowed ? { kind: "unknown" } : { kind: "needs-consent", host };
}

function endOf(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
