/** Counts the tokens of texts line by line, and remembers lines: from one prompt to the next most are the same. */

/** Lines remembered at most; all are forgotten then. */
const LINES_MAX = 20_000;

/** `count`: tokens of a text. A little more than in one piece, for no token goes over a line break. */
export function createLineCounter(count: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>();
  const countLine = (line: string): number => {
    const found = known.get(line);
    if (found !== undefined) return found;
    if (known.size >= LINES_MAX) known.clear();
    const tokens = count(line);
    known.set(line, tokens);
    return tokens;
  };
  return (text) => {
    let tokens = 0;
    for (let start = 0; start < text.length;) {
      const lineBreak = text.indexOf("\n", start);
      const end = lineBreak < 0 ? text.length : lineBreak + 1;
      tokens += countLine(text.slice(start, end));
      start = end;
    }
    return tokens;
  };
}
