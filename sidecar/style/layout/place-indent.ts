/** How deep the first line of a text may stand, told by the lines above its place. */
import { indentOf } from "../../code/indent.ts";

/** Lines above that are looked at. */
const LINES_MAX = 200;

export interface PlaceIndent {
  /** Of a line that goes on where the line above stands, or one step deeper where that opens something. */
  readonly next: string;
  /** Of the lines around, inner to outer: what ends blocks stands there. */
  readonly outer: readonly string[];
}

/** Undefined where nothing stands above, or only a label, which hangs off its block. */
export function placeIndent(prefix: string, unit: string, isStructural: boolean): PlaceIndent | undefined {
  const lines = prefix
    .split("\n")
    .slice(-LINES_MAX - 1, -1)
    .filter((line) => line.trim() !== "" && !REMARK.test(line))
    .reverse();
  const [above] = lines;
  if (above === undefined) return undefined;
  const code = above.trimEnd();
  if (!isStructural && code.endsWith(":")) return undefined;
  const opens = isStructural ? /[:([{]$/.test(code) : /[([{]$/.test(code);
  const own = indentOf(above);
  const outer: string[] = [];
  for (const indent of lines.map(indentOf)) if (indent.length < (outer.at(-1) ?? own).length) outer.push(indent);
  return opens ? { next: own + unit, outer: [own, ...outer] } : { next: own, outer };
}

export function mayStandAt({ next, outer }: PlaceIndent, indent: string): boolean {
  return indent === next || outer.includes(indent);
}

/** Comments and lines of the preprocessor stand where they like. */
const REMARK = /^\s*(?:\/\/|\/?\*|#)/;
