/** What proposers hand to the ranking. */
import type { Corpus } from "./corpus.ts";
import type { Continuation } from "./place.ts";

export type Proposer = "file" | "project" | "personal" | "ngram" | "similar" | "removed" | "example";

export interface Candidate extends Continuation {
  readonly proposer: Proposer;
  /** The proposer's own estimate that the first line is right, 0..1; the ranking corrects it. */
  readonly probability: number;
  /** Tokens before the cursor that agree with the source. */
  readonly matchLength: number;
  /** Places of the source that agree with the continuation. */
  readonly support: number;
  readonly source: string;
  readonly exampleIds: readonly number[];
  /** Where it was copied from; undefined where it was put together. */
  readonly origin?: { readonly corpus: Corpus; readonly at: number };
  /** Words were exchanged for those of this place. */
  readonly isAdapted?: boolean;
}
