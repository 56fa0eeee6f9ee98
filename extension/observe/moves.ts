/**
 * Text that was taken out a moment ago, with its owners: what is put in again, here or in another document, was moved
 * rather than written. Only text with machine-written parts is kept, a bounded amount for a bounded time, in memory.
 */
import { withoutSpace } from "../../text/carry.ts";
import { carryOwners, hasMachineText } from "../../text/owners.ts";
import type { Owners } from "../../text/owners.ts";

/** What was cut is pasted within this time, or it is no move. */
export const MOVE_MS_MAX = 120_000;
const PIECES_MAX = 32;
const PIECE_CHARS_MAX = 50_000;
/** Fewer characters than this, white space not counted, come back by chance; not so within one change. */
const SOLID_CHARS_MIN = 4;

interface Piece {
  readonly text: string;
  readonly owners: Owners;
  readonly at: number;
  /** Number of the change that took it out. */
  readonly change: number;
}

export class Moves {
  #pieces: Piece[] = [];
  #change = 0;

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** What follows happens in one change of a document, until this is called again. */
  begin(): void {
    this.#change++;
  }

  removed(text: string, owners: Owners, now: number): void {
    if (!hasMachineText(owners) || text.length > PIECE_CHARS_MAX) return;
    this.#pieces.push({ text, owners, at: now, change: this.#change });
    if (this.#pieces.length > PIECES_MAX) this.#pieces.shift();
  }

  /**
   * The owners of `inserted`, if it was taken out before; indented anew is the same text. One piece comes back once:
   * pasted again it is a copy.
   */
  take(inserted: string, now: number): Owners | undefined {
    this.#pieces = this.#pieces.filter(({ at }) => now <= at + MOVE_MS_MAX);
    if (this.isEmpty) return undefined;
    const solid = withoutSpace(inserted);
    const at = this.#pieces.findLastIndex(({ text, change }) => {
      if (solid.length < SOLID_CHARS_MIN && (solid === "" || change !== this.#change)) return false;
      return text === inserted || withoutSpace(text) === solid;
    });
    const [piece] = at < 0 ? [] : this.#pieces.splice(at, 1);
    return piece && carryOwners(piece.text, piece.owners, inserted);
  }

  clear(): void {
    this.#pieces = [];
  }
}
