/**
 * Steps of indentation: what the lines of a text show of theirs. Blocks show it for certain; what else is indented, as
 * arguments on lines of their own, may stand one step deeper or two, and only rules steps out.
 */
import { findIndentUnit, indentOf } from "../../code/indent.ts";
import type { SyntaxTree } from "../../code/syntax.ts";
import { anchorOf, beginsLine, type Gaps, indentAt, isBlockLike, isStep } from "./gaps.ts";

/** By how much lines are deeper than the line that they hang on, and how many of them are. */
export interface Steps {
  /** In blocks, each of which counts once. */
  readonly blocks: ReadonlyMap<string, number>;
  /** Behind brackets. */
  readonly others: ReadonlyMap<string, number>;
}

/** Share of the lines that must agree with a step. */
const AGREEING = 0.8;
/** Of blocks so many are not one step deeper than the line that they hang on; hardly one by tabs for spaces (ours). */
const ODD = 0.05;
const OTHER_CHARACTER = 0.001;
/** Of lines behind brackets. */
const ODD_OTHERS = 0.2;

/** What the gaps of a text show; the first of them reaches back to the line above. */
export function readSteps({ tree, gaps, solids }: Gaps): Steps {
  const blocks = new Map<string, number>();
  const others = new Map<string, number>();
  const seen = new Set<number>();
  for (let index = 0; index < solids.length; index++) {
    const gap = gaps[index]!;
    if (gap.breaks === 0 || gap.left < 0 || seen.has(gap.node)) continue;
    const { node } = gap;
    const { nodeType, rightChild, leftToken, rightToken, atEnd, atStart } = gap.context;
    // Labels hang off their block by less than a step.
    if (rightToken.startsWith("#") || /specifier|label|case|default|preproc/.test(rightChild)) continue;
    const isInBraces = !atEnd && isBlockLike(nodeType) && tree.text[tree.starts[node]!] === "{";
    const isSuite = leftToken === ":" && isBlockLike(rightChild);
    const votes = isInBraces || isSuite ? blocks : atStart && !atEnd && /^[([{]$/.test(leftToken) ? others : undefined;
    const step = votes && stepAt(tree, node, gap.right);
    if (!votes || step === undefined) continue;
    votes.set(step, (votes.get(step) ?? 0) + 1);
    if (isInBraces) seen.add(node);
  }
  return { blocks, others };
}

/** The step that most blocks of a text take. */
export function shownStep({ blocks }: Steps): string | undefined {
  let best: string | undefined;
  for (const [step, count] of blocks) if (best === undefined || count > blocks.get(best)!) best = step;
  return best;
}

/** Whether the lines behind brackets may be indented so: by one step or by two. */
export function agreesWith({ others }: Steps, step: string): boolean {
  let all = 0;
  let agreeing = 0;
  for (const [found, count] of others) {
    all += count;
    if (found === step || found === step + step) agreeing += count;
  }
  return agreeing >= AGREEING * all;
}

/** Log likelihood of what a text shows if it is indented by `step`; `bracketsAgree`: lines behind brackets are too. */
export function likelihoodOf({ blocks, others }: Steps, step: string, bracketsAgree: boolean): number {
  let sum = 0;
  for (const [found, count] of blocks) sum += count * Math.log(found === step ? 1 - ODD : oddness(found, step, ODD));
  for (const [found, count] of bracketsAgree ? others : []) {
    const agrees = found === step || found === step + step;
    sum += count * Math.log(agrees ? 1 - ODD_OTHERS : oddness(found, step, ODD_OTHERS));
  }
  return sum;
}

function oddness(found: string, step: string, odd: number): number {
  return found[0] === step[0] ? odd : OTHER_CHARACTER;
}

/** The step that the lines of a text show without a tree; undefined where fewer than `votesMin` speak for one. */
export function stepIn(text: string, votesMin?: number): string | undefined {
  const found = findIndentUnit(text, votesMin);
  return found !== undefined && isStep(found) ? found : undefined;
}

/** A step by its name in conventions: "2", "4", "tab". */
export function namedStep(name: string | undefined): string | undefined {
  const step = name === "tab" ? "\t" : " ".repeat(Number(name) || 0);
  return isStep(step) ? step : undefined;
}

/** Whether every line of a text may be indented by whole steps. */
export function isMadeOf(text: string, step: string): boolean {
  return text.split("\n").every((line) => {
    const indent = indentOf(line);
    return indent.length === line.length || step.repeat(indent.length / step.length) === indent;
  });
}

/** The step of an offered line, told by the final one, which is as many steps of `unit` deep. */
export function offeredStep(offered: string, final: string, unit: string): string | undefined {
  const levels = final.length / unit.length;
  if (offered === "" || !Number.isInteger(levels) || levels < 1 || final !== unit.repeat(levels)) return undefined;
  const step = offered.length / levels;
  if (!Number.isInteger(step)) return undefined;
  const found = offered.slice(0, step);
  return isStep(found) && found.repeat(levels) === offered ? found : undefined;
}

/** How much deeper a line is than the line that its node hangs on, where people indent by that. */
function stepAt(tree: SyntaxTree, node: number, right: number): string | undefined {
  const own = indentAt(tree.text, tree.starts[right]!);
  const bases = [braceIndent(tree, node), indentAt(tree.text, anchorOf(tree, node))];
  return bases.map((base) => stepBelow(base, own)).find(isStep);
}

/** Indentation of a node's brace where that stands on a line of its own, perhaps a step below its head. */
function braceIndent({ text, starts }: SyntaxTree, node: number): string | undefined {
  const start = starts[node]!;
  return text[start] === "{" && beginsLine(text, start) ? indentAt(text, start) : undefined;
}

function stepBelow(base: string | undefined, indent: string): string {
  return base !== undefined && indent.startsWith(base) ? indent.slice(base.length) : "";
}
