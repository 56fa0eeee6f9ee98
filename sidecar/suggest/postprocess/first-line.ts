/** For people who want no more than the rest of the line. */

/** The first line; nothing where the suggestion begins with a line break. */
export function cutToFirstLine(text: string): string | undefined {
  const end = text.indexOf("\n");
  const line = end < 0 ? text : text.slice(0, end);
  return line === "" ? undefined : line;
}
