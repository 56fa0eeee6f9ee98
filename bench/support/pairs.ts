/** Pairs of real code: each piece as it stands in a file, and as somebody with another taste would have it. */
import { format, type Options } from "prettier";
import type { SourceFile } from "./sources.ts";

export interface Piece {
  readonly file: SourceFile;
  /** The file before the piece. */
  readonly prefix: string;
  readonly text: string;
}

export interface PiecePair extends Piece {
  /** The piece in the other taste. */
  readonly final: string;
}

/** What stands between blank lines at the top level of a file, up to `linesMax` lines each. */
export function* piecesOf(file: SourceFile, linesMax: number): Generator<Piece> {
  let prefix = "";
  for (const part of file.text.split(/(?<=\n)\n+(?=\S)/)) {
    const text = part.replace(/\n+$/, "\n");
    if (text.split("\n").length - 1 <= linesMax && /^\S/.test(text)) yield { file, prefix, text };
    prefix += `${part}\n`;
  }
}

/** Pieces of files, made over by Prettier; those it cannot read, and those it leaves as they are, are left out. */
export async function prettierPairs(
  files: readonly SourceFile[],
  options: Options,
  count: number,
  linesMax = 30,
): Promise<PiecePair[]> {
  const pairs: PiecePair[] = [];
  for (const file of files) {
    for (const piece of piecesOf(file, linesMax)) {
      if (pairs.length >= count) return pairs;
      const final = await formatted(piece, options);
      if (final !== undefined && final !== piece.text) pairs.push({ ...piece, final });
    }
  }
  return pairs;
}

/** What another taste makes of a line; it may become several. */
export type Restyle = (line: string) => string;

/** Pieces of files, made over line by line; those that stay as they are are left out. */
export function restyledPairs(
  files: readonly SourceFile[],
  restyle: Restyle,
  count: number,
  linesMax = 30,
): PiecePair[] {
  const pairs: PiecePair[] = [];
  for (const file of files) {
    for (const piece of piecesOf(file, linesMax)) {
      if (pairs.length >= count) return pairs;
      const final = piece.text.split("\n").map(restyle).join("\n");
      if (final !== piece.text) pairs.push({ ...piece, final });
    }
  }
  return pairs;
}

async function formatted({ file, text }: Piece, options: Options): Promise<string | undefined> {
  try {
    return await format(text, { ...options, filepath: file.path });
  } catch {
    // A piece that is no program by itself.
    return undefined;
  }
}
