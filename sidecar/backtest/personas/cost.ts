/**
 * What it costs the developer to make their text of one that is shown, counted in several ways; and the texts that two
 * imaginary helpers would show: one that repairs everything but newlines, and one that repairs indentation only.
 */
import { Symbols } from "./alignment.ts";
import { editDistance, textDistance } from "../edit-distance.ts";
import { fragmentOf, hasLineBreak, runsBetween, spanOf, type Fragment, type Run } from "./fragment.ts";

/** Levenshtein distances to the truth. */
export interface Cost {
  readonly chars: number;
  /** Words, operators, marks and gaps of white space. */
  readonly tokens: number;
  /** Characters, without the white space that lines begin with. */
  readonly noIndent: number;
  /** Characters, once newlines stand where the truth has them. */
  readonly noNewlines: number;
}

/** Characters of one level of indentation. */
const LEVEL_MAX = 4;

export function costOf(shown: string, truth: string): Cost {
  if (shown === truth) return { chars: 0, tokens: 0, noIndent: 0, noNewlines: 0 };
  const left = fragmentOf(shown);
  const right = fragmentOf(truth);
  const symbols = new Symbols();
  return {
    chars: textDistance(shown, truth),
    tokens: editDistance(symbols.of(itemsOf(left)), symbols.of(itemsOf(right))),
    noIndent: textDistance(withoutIndent(shown), withoutIndent(truth)),
    noNewlines: textDistance(withNewlinesOf(left, right), truth),
  };
}

/**
 * The truth's tokens and indentation, broken into lines as the base is: all that can be right without knowing where
 * lines are broken.
 */
export function repairedButNewlines(base: string, truth: string): string {
  const left = fragmentOf(base);
  const right = fragmentOf(truth);
  const runs = runsBetween(left, right);
  const indents = indentsOf(runs, left, right);
  return joinRuns(runs, right, (run) => {
    const gap = newlineGapOf(left, run.leftStart, run.leftEnd);
    const wanted = newlineGapOf(right, run.rightStart, run.rightEnd);
    const own = spanOf(right, run.rightStart, run.rightEnd);
    if ((gap === undefined && wanted === undefined) || isAtEnd(run, left)) return own;
    if (gap === undefined) return unbroken(right, run, left.gaps[run.leftStart]!);
    const indent = indentFor(indentIn(gap), indents);
    const lineBreak = "\n".repeat(lineBreaksIn(gap)) + indent;
    return wanted === undefined ? brokenAtEnd(right, run, lineBreak) : own.replace(/\n\s*\n[ \t]*|\n[ \t]*/, lineBreak);
  });
}

/** The base with the truth's indentation on those lines that begin with the same token in both. */
export function repairedIndent(base: string, truth: string): string {
  const left = fragmentOf(base);
  const right = fragmentOf(truth);
  const wanted = new Map<number, string>();
  for (const { leftEnd, rightEnd } of runsBetween(left, right)) {
    const gap = right.gaps[rightEnd]!;
    const begins = rightEnd === 0 || hasLineBreak(gap);
    if (begins && rightEnd < right.tokens.length) wanted.set(leftEnd, indentIn(gap));
  }
  return left.gaps
    .map((gap, at) => {
      const indent = at === 0 || hasLineBreak(gap) ? wanted.get(at) : undefined;
      const mended = indent === undefined ? gap : gap.slice(0, gap.lastIndexOf("\n") + 1) + indent;
      return mended + (left.tokens[at] ?? "");
    })
    .join("");
}

/** `shown` with its lines broken where the truth breaks them, wherever tokens correspond. */
function withNewlinesOf(shown: Fragment, truth: Fragment): string {
  return joinRuns(
    runsBetween(shown, truth),
    shown,
    ({ leftStart, leftEnd, rightStart, rightEnd }) => {
      const own = spanOf(shown, leftStart, leftEnd);
      const wanted = spanOf(truth, rightStart, rightEnd);
      if (lineBreaksIn(own) === lineBreaksIn(wanted)) return own;
      // Where only newlines are the matter the truth's gap is the answer; beside other changes its newlines are.
      return leftStart === leftEnd && rightStart === rightEnd ? wanted : reflow(own, wanted);
    },
    "left",
  );
}

/** The text of a run with the line breaks of another put where it begins or ends. */
function reflow(own: string, wanted: string): string {
  const body = own.trim().replace(/\s*\n\s*/g, " ");
  return (/^\s*/.exec(wanted)?.[0] ?? "") + body + (/\S(\s*)$/.exec(wanted)?.[1] ?? "");
}

function joinRuns(
  runs: readonly Run[],
  fragment: Fragment,
  textOfRun: (run: Run) => string,
  side: "left" | "right" = "right",
): string {
  return runs
    .map((run) => textOfRun(run) + (fragment.tokens[side === "left" ? run.leftEnd : run.rightEnd] ?? ""))
    .join("");
}

/** The last gap of a run that breaks the line. */
function newlineGapOf({ gaps }: Fragment, start: number, end: number): string | undefined {
  for (let at = end; at >= start; at--) if (hasLineBreak(gaps[at]!)) return gaps[at];
  return undefined;
}

function isAtEnd(run: Run, left: Fragment): boolean {
  return run.leftStart === 0 || run.leftEnd === left.tokens.length;
}

function unbroken(right: Fragment, { rightStart, rightEnd }: Run, gap: string): string {
  const flat = { ...right, gaps: right.gaps.map((own) => (hasLineBreak(own) ? gap : own)) };
  return spanOf(flat, rightStart, rightEnd);
}

function brokenAtEnd(right: Fragment, { rightStart, rightEnd }: Run, lineBreak: string): string {
  const gaps = [...right.gaps];
  gaps[rightEnd] = lineBreak;
  return spanOf({ ...right, gaps }, rightStart, rightEnd);
}

/** Which indentation of the truth stands for which of the base, by lines that begin with the same token. */
function indentsOf(runs: readonly Run[], left: Fragment, right: Fragment): Map<string, string> {
  const indents = new Map<string, string>();
  for (const { leftEnd, rightEnd } of runs) {
    const from = left.gaps[leftEnd]!;
    const to = right.gaps[rightEnd]!;
    if ((leftEnd === 0 && rightEnd === 0) || (hasLineBreak(from) && hasLineBreak(to))) {
      indents.set(indentIn(from), indentIn(to));
    }
  }
  return indents;
}

/** One level more than what was seen is that with the rest behind it; more is alignment, and stays. */
function indentFor(base: string, indents: ReadonlyMap<string, string>): string {
  for (let end = base.length; end > 0 && base.length - end <= LEVEL_MAX; end--) {
    const known = indents.get(base.slice(0, end));
    if (known !== undefined) return known + base.slice(end);
  }
  return base;
}

function indentIn(gap: string): string {
  return gap.slice(gap.lastIndexOf("\n") + 1);
}

function lineBreaksIn(text: string): number {
  return text.split("\n").length - 1;
}

function itemsOf({ tokens, gaps }: Fragment): string[] {
  return gaps.flatMap((gap, at) => [...(gap === "" ? [] : [gap]), ...(at < tokens.length ? [tokens[at]!] : [])]);
}

function withoutIndent(text: string): string {
  return text.replace(/^[ \t]+/gm, "");
}
