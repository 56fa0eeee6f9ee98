/**
 * Our copy of a document that has followed text in it: its text, who owns each character, and the way back, so that an
 * undo or redo restores what belonged to whom.
 */
import { applyEdit, diffAsEdit } from "../../text/edit.ts";
import type { Edit, Range } from "../../text/edit.ts";
import { carryOwners, hasMachineText, ownedBy, replaceOwners, sliceOwners } from "../../text/owners.ts";
import type { Owners } from "../../text/owners.ts";
import type { ChangeCause } from "./accepted.ts";
import type { DocumentView } from "./document.ts";
import type { Moves } from "./moves.ts";

/** More edits in one change are followed as a single one, unless they are in the usual descending order. */
const EDITS_MAX = 32;
/** Changes that can be gone back: an undo takes back one or a few, a word's keystrokes at most. */
const HISTORY_MAX = 300;
const HISTORY_CHARS_MAX = 1_000_000;

/** A change as it is followed: the edits, and the document's text before the first and after each. */
export interface Change {
  readonly edits: readonly Edit[];
  readonly texts: readonly string[];
}

/** A state that the document had before a change. */
interface Past {
  /** Leads back to it from the state after it. */
  readonly inverse: readonly Edit[];
  readonly length: number;
  readonly owners: Owners;
}

export class Mirror {
  #text: string;
  #owners: Owners;
  #history: Past[] = [];
  #historyChars = 0;

  constructor(text: string) {
    this.#text = text;
    this.#owners = ownedBy(undefined, text.length);
  }

  get text(): string {
    return this.#text;
  }

  get owners(): Owners {
    return this.#owners;
  }

  /** Gives `range` to a generation, or as a moved piece to several. */
  assign(range: Range, owners: Owners): void {
    this.#owners = replaceOwners(this.#owners, range, owners);
  }

  /** The document has changed; each edit applies to what its predecessors left. */
  change(edits: readonly Edit[], document: DocumentView, cause: ChangeCause, moves: Moves, now: number): Change {
    const change = readChange(this.#text, edits, document);
    const before = this.#owners;
    const after = change.texts.at(-1)!;
    const restored = cause === "undo" || cause === "redo" ? this.#ownersOf(after) : undefined;
    this.#owners = restored ?? carry(change, before, cause === "reload" ? undefined : moves, now);
    this.#remember(change, before);
    this.#text = after;
    return change;
  }

  /** The owners when the document had this text before: an undo goes back to such a state, a redo as well. */
  #ownersOf(text: string): Owners | undefined {
    let past = this.#text;
    for (const { inverse, length, owners } of this.#history.toReversed()) {
      past = inverse.reduce(applyEdit, past);
      if (length === text.length && past === text) return owners;
    }
    return undefined;
  }

  #remember({ edits, texts }: Change, owners: Owners): void {
    const inverse = edits.map(({ offset, deleted, inserted }, index) => ({
      offset,
      deleted: inserted.length,
      inserted: texts[index]!.slice(offset, offset + deleted),
    }));
    this.#history.push({ inverse: inverse.reverse(), length: texts[0]!.length, owners });
    this.#historyChars += charsOf(inverse);
    while (this.#history.length > HISTORY_MAX || this.#historyChars > HISTORY_CHARS_MAX) {
      this.#historyChars -= charsOf(this.#history.shift()!.inverse);
    }
  }
}

function charsOf(edits: readonly Edit[]): number {
  return edits.reduce((sum, { inserted }) => sum + inserted.length, 0);
}

/**
 * The owners after a change. Without `moves` nothing was moved. What it takes out at one place it may put in at another,
 * earlier or later in its list.
 */
function carry({ edits, texts }: Change, before: Owners, moves: Moves | undefined, now: number): Owners {
  moves?.begin();
  const carried: Owners[] = [];
  let owners = before;
  for (const [index, edit] of edits.entries()) {
    const range = { start: edit.offset, end: edit.offset + edit.deleted };
    const text = texts[index]!.slice(range.start, range.end);
    const removed = sliceOwners(owners, range);
    const inPlace = carryOwners(text, removed, edit.inserted);
    // What was replaced by something like it has not gone anywhere.
    if (!hasMachineText(inPlace)) moves?.removed(text, removed, now);
    carried.push(inPlace);
    owners = replaceOwners(owners, range, inPlace);
  }
  owners = before;
  for (const [index, { offset, deleted, inserted }] of edits.entries()) {
    const moved = moves?.take(inserted, now);
    owners = replaceOwners(owners, { start: offset, end: offset + deleted }, moved ?? carried[index]!);
  }
  return owners;
}

/** The edits to follow, and the document's text before the first and after each. */
function readChange(before: string, edits: readonly Edit[], document: DocumentView): Change {
  const length = edits.reduce((sum, edit) => sum + edit.inserted.length - edit.deleted, before.length);
  const isDescending = edits.every(
    (edit, index) => index === 0 || edit.offset + edit.deleted <= edits[index - 1]!.offset,
  );
  if (length !== document.length || (!isDescending && edits.length > EDITS_MAX)) {
    // Our copy has drifted (a change was never reported), or this is a rewrite rather than an edit.
    const after = document.text();
    return { edits: [diffAsEdit(before, after)], texts: [before, after] };
  }
  if (isDescending && edits.length > 1) {
    // What stands before an edit is untouched by its predecessors, and that is all that is looked at.
    return { edits, texts: [...edits.map(() => before), document.text()] };
  }
  const texts = [before];
  for (const edit of edits) texts.push(applyEdit(texts.at(-1)!, edit));
  return { edits, texts };
}
