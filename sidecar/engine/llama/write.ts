/**
 * Writes at a place: brings the prompt and what was typed onto the tape, heals the last token, and follows the likeliest
 * tokens until enough is said. Drafts shorten the way and change nothing on it.
 */
import { type Certainty, certaintyOf, type WrittenPiece } from "../confidence.ts";
import type { CompletionRequest } from "../engine.ts";
import { LEAKED_MARKS, marksOf } from "../prompt/fim.ts";
import { createStopper } from "../stop.ts";
import { type Anchor, type AnchorDeps, createAnchor, typedSince } from "./anchor.ts";
import { type Cost, Stopwatch } from "./cost.ts";
import { Drafter, NO_DRAFT } from "./drafts.ts";
import type { CompleteInput, ForeseeInput } from "./host-messages.ts";
import { createLineCounter } from "./line-counter.ts";
import type { CompletionModel, Prediction, Token } from "./llama-cpp.ts";
import { marksOfModel } from "./marks.ts";
import { measureWriting, type Speed } from "./speed.ts";
import { Tape } from "./tape.ts";

export interface WriteLimits {
  /** Tokens that are written at most, for one line and for several. */
  readonly lineTokensMax: number;
  readonly blockTokensMax: number;
  /** Milliseconds after which a first line that is whole is enough. */
  readonly firstLineMs: number;
  /** Tokens of a draft at most; 0: none. */
  readonly draftTokensMax: number;
}

export interface Written extends Partial<Certainty> {
  /** Empty where there is nothing to write. */
  readonly text: string;
  readonly exampleIds: readonly number[];
  readonly cost: Cost;
}

export interface Writer {
  /** Tokens that a prompt has at most. */
  readonly promptTokensMax: number;
  write(input: CompleteInput, signal: AbortSignal): Promise<Written>;
  /** Evaluates what will be asked for if what is shown is accepted, and writes a line from there. */
  foresee(input: ForeseeInput, signal: AbortSignal): Promise<void>;
  measure(signal: AbortSignal): Promise<Speed>;
}

/** Tokens of a prompt; fewer where they would take longer than this many milliseconds, in steps. */
const PROMPT_TOKENS = { max: 2048, min: 256, step: 256 };
const PROMPT_MS_MAX = 2000;
const SUFFIX_SHARE = 0.125;
/** Tokens behind the mark at most: then the place is anchored anew; in a pause already from half of it on. */
const MIDDLE_TOKENS_MAX = 256;
/** Likeliest tokens among which one is looked for that goes on with a word that was begun. */
const HEALING_TOP = 64;
/** Tokens of text that speed is measured with. */
const PROBE_TOKENS = 64;
/** Tokens before a place that decide how a token is written and what is drafted. */
const CONTEXT_TOKENS = 32;

/** Measures how fast the model is. Throws a fault where it cannot fill in the middle. One request at a time. */
export async function createWriter(
  model: CompletionModel,
  signal: AbortSignal,
  drafter = new Drafter(),
): Promise<Writer> {
  const marks = marksOfModel(model);
  const tape = new Tape(model.decoder);
  const probe = model.tokenize("const total = items.map((item) => item.price * item.count);\n".repeat(PROBE_TOKENS));
  // Twice: the first time everything is fetched from disk.
  for (const start of [0, 1]) await tape.bring(probe.slice(start, start + PROBE_TOKENS), signal);
  const room = tape.tokensMax - 2 * MIDDLE_TOKENS_MAX;
  const promptTokensMax = Math.max(Math.min(promptTokens(tape.tokenMs ?? 1), room), PROMPT_TOKENS.min / 2);
  const budget = { promptTokensMax, suffixTokensMax: Math.floor(promptTokensMax * SUFFIX_SHARE) };
  const countTokens = createLineCounter((text) => model.tokenize(text).length);
  const anchorDeps = {
    marks,
    budget,
    start: model.start,
    tokenize: (text: string) => model.tokenize(text),
    countTokens,
  };
  return new ModelWriter(model, tape, drafter, anchorDeps, [...LEAKED_MARKS, ...marksOf(marks.template)]);
}

function promptTokens(tokenMs: number): number {
  const { max, min, step } = PROMPT_TOKENS;
  return Math.min(max, Math.max(min, Math.floor(PROMPT_MS_MAX / tokenMs / step) * step));
}

class ModelWriter implements Writer {
  readonly #model: CompletionModel;
  readonly #tape: Tape;
  readonly #anchorDeps: AnchorDeps;
  readonly #leakedMarks: readonly string[];
  readonly #drafter: Drafter;
  #anchor: Anchor | undefined;
  /** The anchor whose surroundings the drafts come from. */
  #draftedFrom: Anchor | undefined;

  constructor(
    model: CompletionModel,
    tape: Tape,
    drafter: Drafter,
    anchorDeps: AnchorDeps,
    leakedMarks: readonly string[],
  ) {
    this.#model = model;
    this.#tape = tape;
    this.#drafter = drafter;
    this.#anchorDeps = anchorDeps;
    this.#leakedMarks = leakedMarks;
  }

  get promptTokensMax(): number {
    return this.#anchorDeps.budget.promptTokensMax;
  }

  async write({ request, limits }: CompleteInput, signal: AbortSignal): Promise<Written> {
    const watch = new Stopwatch(this.#tape);
    const { anchor, typed } = this.#anchorFor(request);
    watch.assembled();
    const start = await this.#start(anchor, typed, signal);
    watch.first();
    this.#learnDocument(request, anchor);
    this.#learnDrafts(request.remembered ?? [], typed.text);
    const { multiLine } = request;
    const stopper = createStopper({ ...request, marks: this.#leakedMarks });
    const pieces: WrittenPiece[] = [];
    const tokensMax = multiLine ? limits.blockTokensMax : limits.lineTokensMax;
    let isCut = false;
    for await (const piece of this.#write(start, { ...limits, tokensMax }, watch, signal)) {
      pieces.push(piece);
      const isEnough = stopper.feed(piece.text);
      if (stopper.keptLines.trim() !== "" || isEnough) watch.line();
      if (isEnough) break;
      isCut = watch.elapsedMs > limits.firstLineMs && stopper.keptLines.trim() !== "";
      if (isCut) break;
    }
    const text = isCut ? stopper.keptLines : stopper.kept;
    const certainty = text.trim() === "" ? {} : certaintyOf(pieces, text);
    return { text, ...certainty, exampleIds: anchor.exampleIds, cost: watch.cost() };
  }

  async foresee({ request, limits, shown }: ForeseeInput, signal: AbortSignal): Promise<void> {
    const typed = this.#anchor && typedSince(this.#anchor, request);
    const isLong = typed !== undefined && this.#model.tokenize(typed).length > MIDDLE_TOKENS_MAX / 2;
    if (isLong) this.#anchor = createAnchor(this.#anchorDeps, request, this.#anchor);
    const accepted = { ...request, prefix: request.prefix + shown, multiLine: false, remembered: [] };
    await this.write({ request: accepted, limits: { ...limits, firstLineMs: Infinity } }, signal);
  }

  async measure(signal: AbortSignal): Promise<Speed> {
    return measureWriting(this.#tape, (text) => this.#model.tokenize(text), signal);
  }

  /** The anchor that serves a request, and what stands behind it. */
  #anchorFor(request: CompletionRequest): { readonly anchor: Anchor; readonly typed: Typed } {
    const since = this.#anchor && typedSince(this.#anchor, request);
    if (this.#anchor && since !== undefined) {
      const tokens = this.#model.tokenize(since);
      if (tokens.length <= MIDDLE_TOKENS_MAX) return { anchor: this.#anchor, typed: { text: since, tokens } };
    }
    const anchor = createAnchor(this.#anchorDeps, request, this.#anchor);
    this.#anchor = anchor;
    const text = typedSince(anchor, request) ?? "";
    // Of a line that is longer than that its end has to do.
    return { anchor, typed: { text, tokens: this.#model.tokenize(text).slice(-MIDDLE_TOKENS_MAX) } };
  }

  /**
   * Where writing begins: behind the last token that is whole. The token that the cursor stands behind may be the
   * beginning of another one (`pri`, `print`), so it is left out, and the likeliest one that begins with its text is
   * taken: token healing.
   */
  async #start(anchor: Anchor, { tokens }: Typed, signal: AbortSignal): Promise<Start> {
    const last = tokens.at(-1);
    if (last === undefined) {
      await this.#tape.bring(anchor.head, signal);
      return { length: anchor.head.length, prediction: await this.#tape.predict(anchor.head.length, 0), begun: "" };
    }
    const whole = [...anchor.head, ...tokens.slice(0, -1)];
    await this.#tape.bring(whole, signal);
    const { length } = whole;
    const begun = this.#textOf([last], length);
    const likeliest = await this.#tape.predict(length, 0);
    if (this.#goesOn(likeliest.token, begun, length)) return { length, prediction: likeliest, begun };
    const { top = [] } = await this.#tape.predict(length, HEALING_TOP);
    const token = top.find((candidate) => this.#goesOn(candidate, begun, length));
    if (token !== undefined && token !== last) return { length, prediction: { token, logprob: 0 }, begun };
    await this.#tape.bring([...whole, last], signal);
    return { length: length + 1, prediction: await this.#tape.predict(length + 1, 0), begun: "" };
  }

  #goesOn(token: Token, begun: string, length: number): boolean {
    if (this.#model.isEnd(token)) return false;
    return this.#textOf([token], length).startsWith(begun);
  }

  /** Text token by token; without what was typed of the first one. Ends where the model does. */
  async *#write(
    { length: start, prediction: first, begun }: Start,
    { tokensMax, draftTokensMax }: { readonly tokensMax: number; readonly draftTokensMax: number },
    watch: Stopwatch,
    signal: AbortSignal,
  ): AsyncGenerator<WrittenPiece, void> {
    const tape = this.#tape;
    let prediction = first;
    /** Tokens whose text is not whole: a character may be made of several. */
    let unsaid: Token[] = [];
    let logprobs: number[] = [];
    let skip = begun.length;
    const end = Math.min(start + tokensMax, tape.tokensMax);
    for (let length = start; length < end; length++) {
      const { token, logprob } = prediction;
      if (this.#model.isEnd(token)) return;
      unsaid.push(token);
      logprobs.push(logprob);
      const text = this.#textOf(unsaid, length + 1 - unsaid.length);
      if (!text.endsWith(REPLACEMENT)) {
        const said = text.slice(skip);
        skip = Math.max(0, skip - text.length);
        if (said !== "") yield { text: said, logprobs };
        unsaid = [];
        logprobs = [];
      }
      signal.throwIfAborted();
      if (tape.tokenAt(length) !== token || !tape.predictionAt(length + 1)) {
        await this.#append(length, token, Math.min(draftTokensMax, end - length - 1), watch);
      }
      prediction = tape.predictionAt(length + 1)!;
    }
  }

  /** Evaluates a token behind the first `length`, and with it what is drafted to follow. */
  async #append(length: number, token: Token, draftTokensMax: number, watch: Stopwatch): Promise<void> {
    const context = [...this.#tape.before(length, CONTEXT_TOKENS), token];
    const draft = draftTokensMax > 0 ? this.#drafter.draft(context, draftTokensMax) : NO_DRAFT;
    const startedAt = performance.now();
    await this.#tape.append(length, [token, ...draft.tokens]);
    this.#drafter.timed(1 + draft.tokens.length, performance.now() - startedAt);
    if (draft.tokens.length === 0) return;
    let right = 0;
    while (right < draft.tokens.length && this.#tape.predictionAt(length + 1 + right)!.token === draft.tokens[right]) {
      right++;
    }
    this.#drafter.checked(draft, right);
    watch.drafted(right);
  }

  /** Text of tokens that stand behind the first `length` of the tape. */
  #textOf(tokens: readonly Token[], length: number): string {
    return this.#model.textOf(tokens, this.#tape.before(length, CONTEXT_TOKENS));
  }

  /** Once for each anchor: what has changed since is in front of the cursor. */
  #learnDocument(request: CompletionRequest, anchor: Anchor): void {
    if (this.#draftedFrom === anchor) return;
    this.#draftedFrom = anchor;
    this.#drafter.learn("prompt", anchor.head);
    this.#drafter.learn("above", this.#model.tokenize(request.prefix));
    this.#drafter.learn("below", this.#model.tokenize(request.suffix));
  }

  #learnDrafts(drafts: readonly string[], typed: string): void {
    const line = typed.slice(typed.lastIndexOf("\n") + 1);
    for (let index = 0; index < DRAFTS_MAX; index++) {
      const text = drafts[index];
      if (text === undefined) this.#drafter.forget(`memory ${index}`);
      else this.#drafter.learn(`memory ${index}`, this.#model.tokenize(`${line}${text}\n`));
    }
  }
}

/** Texts from memory that are drafted from. */
const DRAFTS_MAX = 3;
/** What stands for bytes that are no character yet. */
const REPLACEMENT = "\ufffd";

interface Typed {
  readonly text: string;
  readonly tokens: readonly Token[];
}

interface Start {
  /** Tokens on the tape before the first one that is written. */
  readonly length: number;
  readonly prediction: Prediction;
  /** What was typed of it already. */
  readonly begun: string;
}
