/** How deep the first line of a text may stand, told by the lines above its place. */
import { indentOf } from "../../code/indent.ts";

/** Lines above that are looked at. */
const LINES_MAX = 200;

export interface PlaceIndent {
  /** Of a line that goes on where the line above stands, or one step deeper where that opens something. */
  readonly next: string;
  /** Of the lines around, inner to outer: what ends blocks stands there. */
  readonly outer: readonly string[];
  /** Of the labels of the switch around, if any stands above. */
  readonly label: string | undefined;
  /** Whether a statement begins there: what goes on may stand deeper. */
  readonly isStatement: boolean;
}

/** Undefined where nothing stands above, or only a label of another kind than those of a switch, which hangs off its block. */
export function placeIndent(prefix: string, unit: string, isStructural: boolean): PlaceIndent | undefined {
  const lines = prefix
    .split("\n")
    .slice(-LINES_MAX - 1, -1)
    .filter((line) => line.trim() !== "" && !REMARK.test(line))
    .reverse();
  const [above, before = ""] = lines;
  if (above === undefined) return undefined;
  const code = above.trimEnd();
  const isLabel = !isStructural && SWITCH_LABEL.test(code);
  if (!isStructural && !isLabel && code.endsWith(":")) return undefined;
  const opens = isLabel || (isStructural ? /[:([{]$/ : /[([{]$/).test(code);
  const own = indentOf(above);
  const outer: string[] = [];
  let label: string | undefined;
  for (const line of lines) {
    const indent = indentOf(line);
    const isOuter = indent.length < (outer.at(-1) ?? own).length;
    if (isOuter) outer.push(indent);
    if ((isOuter || indent === own) && SWITCH_LABEL.test(line)) label ??= indent;
  }
  // What goes on over lines may end as a statement does, and stand anywhere.
  const isLine = own.length <= (outer[0]?.length ?? 0) + unit.length && /^$|[{};:]$/.test(before.trimEnd());
  const isStatement = isLine && (isLabel || (!isStructural && /[{};]$/.test(code)));
  return opens
    ? { next: own + unit, outer: [own, ...outer], label, isStatement }
    : { next: own, outer, label, isStatement };
}

export function mayStandAt({ next, outer }: PlaceIndent, indent: string): boolean {
  return indent === next || outer.includes(indent);
}

/** Comments and lines of the preprocessor stand where they like. */
const REMARK = /^\s*(?:\/\/|\/?\*|#)/;

export function isSwitchLabel(line: string): boolean {
  return SWITCH_LABEL.test(line);
}

const SWITCH_LABEL = /^\s*(?:case\b.*|default\s*):$/;
