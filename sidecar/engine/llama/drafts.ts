/**
 * Drafts: what probably comes next is guessed from text that is at hand, and the model checks several tokens in the time
 * of little more than one (speculative decoding, arXiv 2211.17192). The guesses come from recall's corpus over the
 * model's own tokens: of all places that end as the text does now, the continuations form a tree, whose likeliest branch
 * is followed (SuffixDecoding, arXiv 2411.04975). How far, is weighed by what a further token costs and how often
 * guesses of this kind were right. What is written is the same with drafts and without.
 */
import { Corpus, type Match } from "../recall/corpus.ts";
import type { WordHashes } from "../recall/vocabulary.ts";
import type { Token } from "./llama-cpp.ts";

/** Tokens of a draft at most. */
const DRAFT_TOKENS_MAX = 16;
/** Tokens before a place that are compared. */
const CONTEXT_TOKENS = 32;
const MATCHES_MAX = 24;
/** Heads of the corpus's chains, as a power of two: some ten thousand tokens. */
const HEAD_BITS = 13;
/** Of a guess nobody knows anything about: right and wrong ones that count as seen before. */
const PRIOR = { right: 1, wrong: 1 };
/** How much the newest measurement counts in the running means of cost. */
const COST_SHARE = 0.2;
/** A further token costs this share of a step where nothing was measured yet: between a processor and a GPU. */
const COST_USUAL = 0.3;

export interface Draft {
  readonly tokens: readonly Token[];
  /** Tokens before the place that agreed with where it was found; 0 where there is none. */
  readonly matchLength: number;
}

/** Nothing to guess. */
export const NO_DRAFT: Draft = { tokens: [], matchLength: 0 };

export class Drafter {
  #corpus = new Corpus(HEAD_BITS, TOKEN_HASHES);
  readonly #texts = new Map<string, Int32Array>();
  /** By how long the match was. */
  readonly #seen = new Map<number, { right: number; wrong: number }>();
  readonly #costShareFixed: number | undefined;
  #stepMs: number | undefined;
  #furtherMs: number | undefined;

  /** `costShare`: what a further token of a draft costs, of a step; measured where it is not given. */
  constructor(costShare?: number) {
    this.#costShareFixed = costShare;
  }

  /** Takes a text to guess from, in place of one of the same name. */
  learn(name: string, tokens: readonly Token[]): void {
    const values = Int32Array.from(tokens, valueOf);
    this.#texts.set(name, values);
    this.#corpus.putNow(name, values);
    if (!this.#corpus.needsCompaction) return;
    // It is small: to begin anew is as quick as to tidy up.
    this.#corpus = new Corpus(HEAD_BITS, TOKEN_HASHES);
    for (const [text, kept] of this.#texts) this.#corpus.putNow(text, kept);
  }

  forget(name: string): void {
    this.#texts.delete(name);
    this.#corpus.remove(name);
  }

  /** What probably follows `context`, as far as checking it pays. */
  draft(context: readonly Token[], tokensMax = DRAFT_TOKENS_MAX): Draft {
    const keys = context.slice(-CONTEXT_TOKENS).map(keyOfToken);
    const matches = this.#matches(keys);
    const matchLength = matches[0]?.length ?? 0;
    if (matchLength === 0) return NO_DRAFT;
    const right = this.#shareRight(matchLength);
    let places = matches.map(({ next, length }) => ({ next, weight: length }));
    const tokens: Token[] = [];
    let probability = 1;
    while (tokens.length < tokensMax) {
      const best = this.#likeliest(places, tokens.length);
      if (!best) break;
      probability *= best.share * right;
      if (probability < this.#costShare) break;
      tokens.push(best.token);
      places = best.places;
    }
    return tokens.length === 0 ? NO_DRAFT : { tokens, matchLength };
  }

  /** What came of a draft: `right` of its first tokens were what the model wrote; the next one, if any, was not. */
  checked({ tokens, matchLength }: Draft, right: number): void {
    const kind = kindOf(matchLength);
    const seen = this.#seen.get(kind) ?? { ...PRIOR };
    seen.right += right;
    if (right < tokens.length) seen.wrong++;
    this.#seen.set(kind, seen);
  }

  /** How long an evaluation of so many tokens took, in milliseconds. */
  timed(tokens: number, ms: number): void {
    if (tokens === 1) this.#stepMs = mean(this.#stepMs, ms);
    else if (this.#stepMs !== undefined) {
      this.#furtherMs = mean(this.#furtherMs, Math.max(0, ms - this.#stepMs) / (tokens - 1));
    }
  }

  /** What a further token of a draft costs, of what it saves if it is right. */
  get #costShare(): number {
    if (this.#costShareFixed !== undefined) return this.#costShareFixed;
    if (this.#stepMs === undefined || this.#furtherMs === undefined) return COST_USUAL;
    return Math.min(1, Math.max(0.02, this.#furtherMs / this.#stepMs));
  }

  #shareRight(matchLength: number): number {
    const { right, wrong } = this.#seen.get(kindOf(matchLength)) ?? PRIOR;
    return (right + PRIOR.right) / (right + wrong + PRIOR.right);
  }

  /** The longest matches, and those at least half as long: most recent first among equals. */
  #matches(keys: readonly number[]): Match[] {
    for (const length of [5, 2, 1] as const) {
      const found = this.#corpus.matches(keys, keys.length, length, MATCHES_MAX);
      if (found.length === 0) continue;
      const longest = Math.max(...found.map((match) => match.length));
      return found.filter((match) => 2 * match.length >= longest).sort((a, b) => b.length - a.length);
    }
    return [];
  }

  #likeliest(places: readonly Branch[], offset: number): Likeliest | undefined {
    const weights = new Map<number, number>();
    let total = 0;
    for (const { next, weight } of places) {
      const key = this.#corpus.key(next + offset);
      weights.set(key, (weights.get(key) ?? 0) + weight);
      total += weight;
    }
    let best: [key: number, weight: number] | undefined;
    for (const entry of weights) if (!best || entry[1] > best[1]) best = entry;
    if (!best || best[0] < FIRST_KEY) return undefined;
    const [key, weight] = best;
    return {
      token: (key - FIRST_KEY) as Token,
      share: weight / total,
      places: places.filter(({ next }) => this.#corpus.key(next + offset) === key),
    };
  }
}

interface Branch {
  readonly next: number;
  readonly weight: number;
}

interface Likeliest {
  readonly token: Token;
  readonly share: number;
  readonly places: Branch[];
}

/** Lower keys mean something to the corpus. */
const FIRST_KEY = 2;

function keyOfToken(token: Token): number {
  return token + FIRST_KEY;
}

/** As the corpus stores keys. */
function valueOf(token: Token): number {
  return keyOfToken(token) << 1;
}

const TOKEN_HASHES: WordHashes = {
  hashLow: (key) => Math.imul(key, 0x9e3779b1),
  hashHigh: (key) => Math.imul(key, 0x85ebca6b),
};

/** Long matches are alike. */
function kindOf(matchLength: number): number {
  return Math.min(5, Math.ceil(Math.log2(matchLength + 1)));
}

function mean(old: number | undefined, value: number): number {
  return old === undefined ? value : old + (value - old) * COST_SHARE;
}
