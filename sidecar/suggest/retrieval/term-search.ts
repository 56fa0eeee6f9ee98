/**
 * Text search over rows of the store. The index is in memory and follows the store: rows are never changed and their ids
 * grow, so what is new is what lies above the highest id, whichever window wrote it. Rows that go are told.
 */
import { Slices } from "../../base/slices.ts";
import { chunksBeyond } from "../../store/chunks.ts";
import type { Database } from "../../store/database.ts";
import { exampleTerms } from "../../store/examples.ts";
import { type TermHits, TermIndex } from "./term-index.ts";

export interface TermRow {
  readonly id: number;
  readonly text: string;
  /** What a search may be narrowed to, e.g. a language; "" for nothing. */
  readonly group: string;
}

/** Where rows come from: of those above an id the lowest first, of those below it the highest first. */
export type TermSource = (beyond: { readonly above: number } | { readonly below: number }, limit: number) => TermRow[];

/** Finds examples by the words of their line and of those above it; each language is a group. */
export function createExampleSearch(database: Database): TermSearch {
  return new TermSearch((beyond, limit) =>
    exampleTerms(database, beyond, limit).map(({ id, terms, languageId }) => ({ id, text: terms, group: languageId })),
  );
}

/** Finds a project's chunks by their words. */
export function createChunkSearch(database: Database, projectId: number): TermSearch {
  return new TermSearch((beyond, limit) =>
    chunksBeyond(database, projectId, beyond, limit).map((chunk) => ({ ...chunk, group: "" })),
  );
}

/** Rows taken in by one search at most: a fraction of a millisecond. */
const ROWS_PER_SEARCH = 16;
const ROWS_PER_BATCH = 64;

export class TermSearch {
  readonly #source: TermSource;
  #index = new TermIndex();
  readonly #groups = new Map<string, number>();
  /** Ids that are taken in: from … to. Undefined before the first look at the store. */
  #held: { from: number; to: number } | undefined;

  constructor(source: TermSource) {
    this.#source = source;
  }

  /** Documents, and bytes they take. */
  get stats(): { readonly documents: number; readonly bytes: number } {
    return { documents: this.#index.size, bytes: this.#index.bytes };
  }

  /** Takes in what is stored, the newest first, in slices; searches find what is in so far. Throws what the store does. */
  async fill(signal: AbortSignal): Promise<void> {
    const slices = new Slices(signal);
    const takeIn = async (rows: readonly TermRow[]): Promise<boolean> => {
      for (const row of rows) {
        this.#add(row);
        if (slices.over) await slices.pause();
      }
      return rows.length > 0;
    };
    const range = this.#range;
    while (await takeIn(this.#source({ above: range.to }, ROWS_PER_BATCH)));
    while (await takeIn(this.#source({ below: range.from }, ROWS_PER_BATCH)));
    // Below there is nothing, so that no search need look there again.
    range.from = 0;
  }

  /** Rows that are gone, as they were; call it once that is certain. */
  forget(rows: readonly Pick<TermRow, "id" | "text">[]): void {
    for (const { id, text } of rows) this.#index.remove(id, text);
  }

  /** Holds nothing any more, as before the first look at the store. */
  reset(): void {
    this.#index = new TermIndex();
    this.#held = undefined;
  }

  /** As {@link TermIndex.search}, with the newest rows of the store. Throws what the store does. */
  search(terms: readonly string[], limit: number, group?: string): TermHits {
    const { from, to } = this.#range;
    for (const row of this.#source({ above: to }, ROWS_PER_SEARCH)) this.#add(row);
    if (from > 1) for (const row of this.#source({ below: from }, ROWS_PER_SEARCH)) this.#add(row);
    return this.#index.search(terms, limit, group === undefined ? undefined : this.#groupNumber(group));
  }

  get #range(): { from: number; to: number } {
    if (!this.#held) {
      const highest = this.#source({ below: Number.MAX_SAFE_INTEGER }, 1)[0]?.id ?? 0;
      this.#held = { from: highest + 1, to: highest };
    }
    return this.#held;
  }

  #add({ id, text, group }: TermRow): void {
    this.#index.add(id, text, this.#groupNumber(group));
    const range = this.#range;
    if (id < range.from) range.from = id;
    if (id > range.to) range.to = id;
  }

  #groupNumber(group: string): number {
    let number = this.#groups.get(group);
    if (number === undefined) this.#groups.set(group, (number = this.#groups.size));
    return number;
  }
}
