/** What the observers need to know of a document; the editor's own is one, a string in a test is another. */

export interface DocumentView {
  readonly uri: string;
  readonly languageId: string;
  /** Line ends of the document; offsets count a "\r\n" as two. */
  readonly eol: "\n" | "\r\n";
  /** In code units. */
  readonly length: number;
  text(): string;
  slice(start: number, end: number): string;
  /** Text of a line without its line end. */
  line(line: number): string;
  positionAt(offset: number): { readonly line: number; readonly character: number };
}

/** `text` with "\n" line ends, as signals carry it. */
export function withLf(text: string): string {
  return text.replaceAll(/\r\n?/gu, "\n");
}

/** `text` with the line ends that the editor gives it when it is inserted. */
export function withEol(text: string, eol: "\n" | "\r\n"): string {
  return eol === "\n" ? withLf(text) : text.replaceAll(/\r\n?|\n/gu, eol);
}
