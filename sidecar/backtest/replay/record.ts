/** What a replay writes down: for every event what each arm showed, and what that cost. Figures are made of these. */
import type { EditEvent } from "./event.ts";

/** The arms of a replay, from nothing to hindsight: what each has learned from, and what it may suggest with. */
export const ARMS = [
  /** No suggestions at all: the developer types everything. */
  "nothing",
  /** The open document alone: its n-grams and the most recent longest match. */
  "in-file",
  /** The n-gram model of file, directory and project alone. */
  "nested-cache",
  /** The lines that follow the most similar lines (Jaccard) alone. */
  "next-lines",
  /** The project as it is now, and nothing learned from the person: the baseline for learning. */
  "frozen",
  /** As `full`, with the memory of other people of the same size. */
  "wrong-author",
  /** The product. */
  "full",
  /** The best of all candidates of `full`, with hindsight. */
  "oracle",
] as const;
export type ArmName = (typeof ARMS)[number];

/** How the simulated developer met what an arm offered at one event. */
export interface ArmRecord {
  /** What would be shown if the gate let everything through; "" for nothing. */
  readonly text: string;
  /** Whether it was shown (the gate let it through). */
  readonly isShown: boolean;
  /** The probability, as stated by the arm, that it is accepted, 0..1; 0 for no text. */
  readonly confidence: number;
  /** Whether the developer accepts `text`, shown or not: lenient (nearly right) and strict (exactly right). */
  readonly isAccepted: boolean;
  readonly isExact: boolean;
  /** Levenshtein distance of `text` to the target, or to as many lines of the block as it has (`developer.ts`). */
  readonly distance: number;
  /** Characters of `text`, at least, that stay in what the developer makes of it, were it accepted. */
  readonly retainedChars: number;
  /** Characters typed or deleted, and reading, for the target, with the gate: lenient and strict. */
  readonly cost: number;
  readonly strictCost: number;
  /** Wall time of the suggestion; undefined for arms that are derived from another. */
  readonly milliseconds: number | undefined;
}

export interface EventRecord {
  /** The event without its document. */
  readonly event: Omit<EditEvent, "prefix" | "suffix">;
  /** What stands before the cursor, for people to recognise the place: see `contextOf`. */
  readonly context: string;
  /** Events of this person that were replayed before. */
  readonly number: number;
  /** Characters of the target. */
  readonly targetChars: number;
  readonly arms: Readonly<Partial<Record<ArmName, ArmRecord>>>;
  /** For each token of the target: its rank among the ten likeliest (1..10; 0: none), and -log2 of its probability. */
  readonly tokens: { readonly ranks: readonly number[]; readonly bits: readonly number[] };
  /** The same bits from the open document alone. */
  readonly fileBits: readonly number[];
}

const CONTEXT_CHARS_MAX = 300;

/** The last line above the cursor that is not blank, and the beginning of its own; cut in front, if they are long. */
export function contextOf(prefix: string): string {
  const lines = prefix.slice(-CONTEXT_CHARS_MAX).split("\n");
  const own = lines.pop()!;
  const above = lines.findLast((line) => line.trim() !== "");
  return above === undefined ? own : `${above}\n${own}`;
}
