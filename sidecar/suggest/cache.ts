/**
 * What was answered a moment ago, so that nobody is asked twice. The same place gets the same answer, "nothing" included;
 * a place that is reached by typing the beginning of a suggestion gets the rest of it, as the same generation. A request
 * joins one in flight that is about the same place, and ends one about another place of its document.
 *
 * Places are told by hashes of the text around them: a stored piece of a document would keep all of it in memory.
 */
import type { Clock } from "../base/clock.ts";
import { normalizeLineEnds, PREFIX_CHARS_MAX, SUFFIX_CHARS_MAX } from "./context.ts";
import type { SuggestResult } from "./suggest.ts";

/** Long enough for going back and forth in a line; what changes by time alone is not older than this (ours). */
export const CACHE_TTL_MS = 60_000;
/** A few minutes of typing: about as many as others keep (Tabby 100, llama.vscode 250). */
export const CACHE_ENTRIES_MAX = 200;
/** Of suggested texts, all together. */
export const CACHE_CHARS_MAX = 100_000;
/** Half of what a suggestion is made from: a long document is cut anew at each keystroke, so its beginning moves. */
const NEAR_PREFIX_CHARS = PREFIX_CHARS_MAX / 2;
/** Looked at first: most other places differ there already. */
const TAIL_CHARS = 32;

/** A place that a suggestion is asked for, as far as the answer depends on it. */
export interface CachedPlace {
  readonly uri: string;
  readonly languageId: string;
  /** Document text before and behind the cursor, as it is given to the pipeline. */
  readonly prefix: string;
  readonly suffix: string;
  readonly explicit: boolean;
}

export type CachedAnswer = SuggestResult | { readonly kind: "nothing"; readonly reason: "superseded" };

/** How answers came about, since the start. */
export interface CacheStats {
  readonly exact: number;
  readonly forward: number;
  readonly joined: number;
  readonly asked: number;
}

interface Entry {
  readonly result: SuggestResult;
  /** A "nothing" that was asked for by command holds for every request, another one only for its like. */
  readonly explicit: boolean;
  /** Document, language and text behind the cursor. */
  readonly around: string;
  /** Hashes of the text before the cursor, and of the last of it. */
  readonly before: string;
  readonly tail: string;
  readonly at: number;
}

interface Flight {
  readonly key: string;
  readonly explicit: boolean;
  readonly abort: AbortController;
  readonly answer: Promise<CachedAnswer>;
  /** Ends it for those who wait, with nothing. */
  readonly supersede: () => void;
  waiting: number;
}

export class SuggestionCache {
  readonly #clock: Clock;
  /** By place, the one used last at the end. */
  readonly #entries = new Map<string, Entry>();
  /** The latest request of each document that is not answered yet. */
  readonly #flights = new Map<string, Flight>();
  readonly #stats = { exact: 0, forward: 0, joined: 0, asked: 0 };
  #chars = 0;
  /** Counts what was learned: an answer from before must not be kept after. */
  #epoch = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get stats(): CacheStats {
    return { ...this.#stats };
  }

  get size(): { readonly entries: number; readonly chars: number } {
    return { entries: this.#entries.size, chars: this.#chars };
  }

  /** The answer for a place: known, on its way, or asked for now. `signal` ends the wait, and the work with its last. */
  async answer(
    place: CachedPlace,
    ask: (signal: AbortSignal) => Promise<SuggestResult>,
    signal: AbortSignal,
  ): Promise<CachedAnswer> {
    signal.throwIfAborted();
    const { uri, explicit } = place;
    const prefix = normalizeLineEnds(place.prefix);
    const around = [uri, place.languageId, hashOf(normalizeLineEnds(place.suffix), 0, SUFFIX_CHARS_MAX)].join("\0");
    const before = hashOf(prefix, prefix.length - NEAR_PREFIX_CHARS, prefix.length);
    const tail = hashOf(prefix, prefix.length - TAIL_CHARS, prefix.length);
    const key = [around, before].join("\0");
    const known = this.#find(key, { prefix, around, explicit });
    const flight = this.#flights.get(uri);
    if (!known && flight?.key === key && (flight.explicit || !explicit)) {
      this.#stats.joined++;
      return join(flight, signal);
    }
    flight?.supersede();
    if (known) return known;
    this.#stats.asked++;
    const epoch = this.#epoch;
    const started = start(key, explicit, ask, () => {
      if (this.#flights.get(uri) === started) this.#flights.delete(uri);
    });
    this.#flights.set(uri, started);
    const kept = started.answer.then((result) => {
      if (epoch !== this.#epoch || isSuperseded(result)) return;
      this.#keep(key, { result: withoutTrial(result), explicit, around, before, tail, at: this.#clock.now() });
    });
    // Who waits is told of a failure; there is nothing to keep then.
    kept.catch(() => undefined);
    return join(started, signal);
  }

  /** Something was learned or decided that may change answers. */
  clear(): void {
    this.#epoch++;
    this.#entries.clear();
    this.#chars = 0;
    // Those who wait get their answer; nobody joins them any more.
    this.#flights.clear();
  }

  /**
   * Of all that fit the one that was used last: what is on screen goes on, though the place may have been asked about
   * before.
   */
  #find(
    key: string,
    { prefix, around, explicit }: { readonly prefix: string; readonly around: string; readonly explicit: boolean },
  ): SuggestResult | undefined {
    for (const [at, entry] of [...this.#entries].reverse()) {
      if (entry.around !== around) continue;
      const { result } = entry;
      if (result.kind === "nothing") {
        if (at !== key || (explicit && !entry.explicit) || !this.#use(at)) continue;
        this.#stats.exact++;
        return result;
      }
      const { suggestion } = result;
      const typed = at === key ? 0 : typedSince(prefix, entry, suggestion.text);
      if (typed === undefined || !this.#use(at)) continue;
      this.#stats[typed === 0 ? "exact" : "forward"]++;
      return typed === 0 ? result : { ...result, suggestion: { ...suggestion, text: suggestion.text.slice(typed) } };
    }
    return undefined;
  }

  /** An entry that is young enough, moved to the end of the queue. */
  #use(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#remove(key);
    // From the future: the clock was set back.
    if (Math.abs(this.#clock.now() - entry.at) >= CACHE_TTL_MS) return undefined;
    this.#entries.set(key, entry);
    this.#chars += charsOf(entry);
    return entry;
  }

  #keep(key: string, entry: Entry): void {
    this.#remove(key);
    this.#entries.set(key, entry);
    this.#chars += charsOf(entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= CACHE_ENTRIES_MAX && this.#chars <= CACHE_CHARS_MAX) break;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#chars -= charsOf(entry);
  }
}

/** Begins the work for a place; `onEnd` is called once it is answered, superseded or left by all. */
function start(
  key: string,
  explicit: boolean,
  ask: (signal: AbortSignal) => Promise<SuggestResult>,
  onEnd: () => void,
): Flight {
  const abort = new AbortController();
  const { promise: superseded, resolve } = Promise.withResolvers<CachedAnswer>();
  const supersede = (): void => {
    onEnd();
    resolve({ kind: "nothing", reason: "superseded" });
    abort.abort();
  };
  abort.signal.addEventListener("abort", onEnd, { once: true });
  const answer = Promise.race([superseded, ask(abort.signal)]).finally(onEnd);
  return { key, explicit, abort, answer, supersede, waiting: 0 };
}

/** Waits for a flight until `signal` says otherwise; the last one who leaves ends it. */
function join(flight: Flight, signal: AbortSignal): Promise<CachedAnswer> {
  flight.waiting++;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      flight.waiting--;
      if (flight.waiting === 0) flight.abort.abort();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", leave, { once: true });
    void flight.answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** A trial is made once, and holds much text. */
function withoutTrial(result: SuggestResult): SuggestResult {
  return result.kind === "suggestion" ? { kind: "suggestion", suggestion: result.suggestion } : result;
}

function isSuperseded(answer: CachedAnswer): answer is Exclude<CachedAnswer, SuggestResult> {
  return answer.kind === "nothing" && answer.reason === "superseded";
}

/** How much of `text` was typed since it was offered; undefined where this is another place, or all of it is there. */
function typedSince(prefix: string, { before, tail }: Entry, text: string): number | undefined {
  const near = prefix.slice(Math.max(0, prefix.length - text.trimEnd().length + 1));
  for (let at = near.indexOf(text[0]!); at >= 0; at = near.indexOf(text[0]!, at + 1)) {
    const typed = near.length - at;
    const end = prefix.length - typed;
    if (!text.startsWith(near.slice(at)) || hashOf(prefix, end - TAIL_CHARS, end) !== tail) continue;
    if (hashOf(prefix, end - NEAR_PREFIX_CHARS, end) === before) return typed;
  }
  return undefined;
}

function charsOf({ result }: Entry): number {
  return result.kind === "suggestion" ? result.suggestion.text.length + result.suggestion.raw.length : 0;
}

/** 64 bits over a stretch of text: two multiplicative hashes (FNV-1a's step, another prime) over UTF-16 code units. */
function hashOf(text: string, start: number, end: number): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let at = Math.max(0, start); at < Math.min(end, text.length); at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`;
}
