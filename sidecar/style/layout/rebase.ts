/**
 * Brings the lines of an offered text from its own indentation to the place's: by levels, so that a text in steps of
 * two fits a file in steps of four, or of tabs. First of all repairs: without it, where indentation is structure, the
 * text would not even parse.
 */
import { isCloser, scanBrackets } from "../../code/brackets.ts";
import { indentOf } from "../../code/indent.ts";
import { languageById } from "../../code/languages.ts";
import { isSwitchLabel, mayStandAt, type PlaceIndent } from "./place-indent.ts";

/** Code goes deeper by a level, continued lines by two; more is alignment. */
const LEVELS_AT_ONCE = 2;
/** Lines that a mark and a space lead, as branches of a conditional; how wide that is. */
const LED = /^\s*[?:] \S/;
const LEAD = 2;
const DOCUMENTATION = /^[rRuU]?(?:"""|''')/;

/** Indentation of a line that moved. */
interface MovedLine {
  readonly offered: string;
  readonly written: string;
}

export interface Rebase {
  readonly languageId: string;
  /** Step of the offered text and of the place. */
  readonly from: string;
  readonly to: string;
  /** Whether the text's first line begins at a line start, so that its own indentation is in the text. */
  readonly atLineStart: boolean;
  /** Whether the lines of a comment or of documentation that opens so move with the line that it begins on. */
  readonly bodyMoves: (opener: string) => boolean;
  /** How deep the first line may stand; undefined where that is not known. */
  readonly place: () => PlaceIndent | undefined;
}

export function rebase(text: string, { languageId, from, to, atLineStart, bodyMoves, place: placeOf }: Rebase): string {
  const structural = languageById(languageId)?.indentationIsStructure === true;
  if (from === to || from === "" || stepOf(text, structural, atLineStart) === to) return text;
  const first = indentOf(text);
  const place = placeOf();
  // It stands right as it is, and would not any more: it was in steps of the place already.
  if (atLineStart && place && first === place.next && !mayStandAt(place, convert(first, from, to))) return text;
  const placed = atLineStart && place ? placedAt(place, text, from, to) : undefined;
  const scan = scanBrackets(text, languageId);
  let at = 0;
  /** The last line that was converted: what is aligned to something in it moves along with it. */
  let above: MovedLine | undefined;
  /** Lines led by a mark, outer to inner: what goes on below their content is aligned to it. */
  const led: MovedLine[] = [];
  /** The line before ends in a backslash: this one is aligned to it by hand. */
  let continued = false;
  /** The last line that is no text. */
  let opener = "";
  /** That line is a string by itself, which nobody reads but people. */
  let isDocumentation = false;
  return text
    .split("\n")
    .map((line, index) => {
      const start = at;
      at += line.length + 1;
      if ((index === 0 && !atLineStart) || line.trim() === "") return line;
      const offered = indentOf(line);
      const isContinued = continued;
      continued = line.endsWith("\\");
      if (isContinued) return line;
      // Text inside of strings is what it is. Stars move with the comment whose first one they stand below.
      if (!scan.isQuoted(start)) {
        opener = line.trimStart();
        isDocumentation = structural && DOCUMENTATION.test(opener) && isOutside(scan.brackets, start);
      } else if (!isDocumentation || !bodyMoves("")) {
        const isBelow =
          !structural && bodyMoves(opener) && above !== undefined && line.startsWith(`${above.offered} *`);
        return isBelow ? above!.written + line.slice(above!.offered.length) : line;
      }
      while (led.length > 0 && offered.length < led.at(-1)!.offered.length + LEAD) led.pop();
      const isAligned = above !== undefined && offered.length > above.offered.length + LEVELS_AT_ONCE * from.length;
      const written = isAligned
        ? above!.written + offered.slice(above!.offered.length)
        : (placed?.(offered) ?? convertBelow(led.at(-1), offered, from, to));
      if (!isAligned) above = { offered, written };
      if (LED.test(line) && !to.includes("\t")) led.push({ offered, written });
      return written + line.trimStart();
    })
    .join("\n");
}

/**
 * Where lines go if the first one, in steps of the place, would not stand where a statement has to: blocks may be nested
 * otherwise there, as labels of a switch are. Lines inside of others move with them; those that leave the first line's
 * block go where the blocks around the place stand. Undefined where the first line stands right.
 */
function placedAt(
  place: PlaceIndent,
  text: string,
  from: string,
  to: string,
): ((offered: string) => string) | undefined {
  const first = indentOf(text);
  const written = convert(first, from, to);
  const [line = ""] = text.trimEnd().split("\n", 1);
  const isLabel = isSwitchLabel(line);
  const wanted = isLabel ? (place.label ?? written) : place.next;
  const isRight = isLabel ? written === wanted : mayStandAt(place, written) || line.endsWith(":");
  if (!place.isStatement || isRight) return undefined;
  const around: MovedLine[] = [{ offered: first, written: wanted }];
  return (offered) => {
    let left = Infinity;
    while (around.length > 0 && offered.length < around.at(-1)!.offered.length) left = around.pop()!.written.length;
    const outer = around.at(-1);
    const moved = outer
      ? outer.written + convert(offered.slice(outer.offered.length), from, to)
      : blockEnd(place, convert(offered, from, to), left);
    if (outer?.offered !== offered) around.push({ offered, written: moved });
    return moved;
  };
}

/** Where a line stands that leaves one of `left` columns: labels stand as deep as what ends their switch, or deeper. */
function blockEnd({ outer }: PlaceIndent, converted: string, left: number): string {
  if (converted.length <= left && outer.includes(converted)) return converted;
  return outer.find(({ length }) => length < left) ?? converted;
}

/**
 * The step that all blocks of a text take: what was copied from the place's own project is in its step already.
 * Undefined where they differ, or a line is not made of it: what is continued may look like a wider step.
 */
function stepOf(text: string, structural: boolean, atLineStart: boolean): string | undefined {
  const opener = structural ? /:\s*$/ : /\{\s*$/;
  const lines = text.split("\n");
  let step: string | undefined;
  for (const [index, line] of lines.entries()) {
    const below = lines[index + 1];
    if ((index === 0 && !atLineStart) || below === undefined || below.trim() === "" || !opener.test(line)) continue;
    const [outer, inner] = [indentOf(line), indentOf(below)];
    if (inner.length <= outer.length || !inner.startsWith(outer)) continue;
    const found = inner.slice(outer.length);
    if (outer.length % found.length !== 0 || (step !== undefined && step !== found)) return undefined;
    step = found;
  }
  return step;
}

/** Whether no bracket is open at an offset. */
function isOutside(brackets: readonly { readonly char: string; readonly at: number }[], offset: number): boolean {
  let open = 0;
  for (const { char, at } of brackets) {
    if (at >= offset) break;
    open += isCloser(char) ? -1 : 1;
  }
  return open <= 0;
}

/** The same for what stands below the content of a line that a mark leads. */
function convertBelow(led: MovedLine | undefined, indent: string, from: string, to: string): string {
  if (!led) return convert(indent, from, to);
  const content = led.offered.length + LEAD;
  return led.written + indent.slice(led.offered.length, content) + convert(indent.slice(content), from, to);
}

/** Whole levels change their step; what is left over is alignment and stays. */
function convert(indent: string, from: string, to: string): string {
  let levels = 0;
  let rest = indent;
  while (rest.startsWith(from)) {
    rest = rest.slice(from.length);
    levels++;
  }
  // Tabs in a text of spaces, or the other way round.
  while (from !== "\t" && rest.startsWith("\t")) {
    rest = rest.slice(1);
    levels++;
  }
  return to.repeat(levels) + rest;
}
