/** What writes text. `recall` is embedded; models and servers will stand behind the same interface. */

/** An example from the store, found for the place at hand. */
export interface FoundExample {
  readonly id: number;
  readonly origin: "typed" | "accepted" | "corrected";
  readonly path: string;
  /** Lines above, as stored with the example. */
  readonly contextBefore: string;
  /** The line left of the text. */
  readonly linePrefix: string;
  /** What the developer kept. */
  readonly text: string;
  /** What had been suggested, where the developer changed it. */
  readonly generated: string | undefined;
  /** Outcome, 0..1. */
  readonly score: number;
}

/** A piece of the workspace that resembles the place at hand. */
export interface SimilarCode {
  readonly path: string;
  readonly text: string;
  /** What comes next in it: whole lines, from the one that stands where the cursor's line does. */
  readonly continuation: string;
  /** How much the lines above the continuation are like those above the cursor, 0..1. */
  readonly likeness: number;
}

export interface CompletionRequest {
  readonly project: string;
  readonly path: string;
  readonly languageId: string;
  /** Text before the cursor: the nearest part of the document, from a line start, "\n" line ends. */
  readonly prefix: string;
  /** Text behind the cursor, likewise. */
  readonly suffix: string;
  readonly indentUnit: string;
  readonly multiLine: boolean;
  readonly examples: readonly FoundExample[];
  readonly similar: readonly SimilarCode[];
  /** How the developer writes this language, a sentence each without a full stop; for engines that read. */
  readonly advice?: readonly string[];
  /** What memory offers at the place, best first; for engines that can check a guess faster than make one. */
  readonly remembered?: readonly string[];
}

/** Text an engine offers for the cursor's place, before any filter. */
export interface Proposal {
  readonly text: string;
  /** Probability that its first line is what the developer wants, 0..1. */
  readonly confidence: number;
  /** Probability that it is exactly that, 0..1, where the engine tells the two apart. */
  readonly exactness?: number;
  readonly proposer: string;
  /** Which engine wrote it, where more than one is asked. */
  readonly engine?: string;
  /** Where it comes from, for people: a path or "your edit of …". */
  readonly source: string;
  /** Examples it rests on. */
  readonly exampleIds: readonly number[];
  /** Tokens before the cursor that agree with where it comes from, as far as the engine copies. */
  readonly matchLength?: number;
  /** Other proposers that offer the same line. */
  readonly agreement?: number;
}

export interface Engine {
  readonly name: string;
  /** Milliseconds that an answer takes. Undefined: it comes from memory, and need not wait for a pause in typing. */
  readonly meanLatencyMs?: number;
  /** Best first; empty when there is nothing to offer. */
  complete(request: CompletionRequest, signal: AbortSignal): Promise<readonly Proposal[]>;
  /** `shown` stands at the place as ghost text: what follows it may be asked for next. Only of a place that was asked for. */
  foresee?(request: CompletionRequest, shown: string): void;
}
