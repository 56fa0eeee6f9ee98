/** Edits that may lie inside each other: what a correction moves is moved with the corrections inside it. */

/** Replaces a stretch of text by pieces: plain text, or a stretch of the old text with the edits inside it. */
export interface PieceEdit extends Stretch {
  readonly pieces: readonly (string | Stretch)[];
}

/** Offsets of a text; `end` is exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The text from `start` to `end` with the edits inside it. Of two that overlap the first and longer one is made. */
export function render(text: string, edits: readonly PieceEdit[], start: number, end: number): string {
  const inside = edits
    .filter((edit) => edit.start >= start && edit.end <= end)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  let result = "";
  let at = start;
  for (const edit of inside) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start);
    // An edit is not made again in what it moves, so this ends.
    const others = edit.pieces.length > 0 ? inside.filter((other) => other !== edit) : [];
    for (const piece of edit.pieces) {
      result += typeof piece === "string" ? piece : render(text, others, piece.start, piece.end);
    }
    at = Math.max(at, edit.end);
  }
  return result + text.slice(at, end);
}
