/**
 * The step of indentation: what the lines of a text show of it. Blocks show it for certain; what else is indented, as
 * arguments on lines of their own, may stand one step deeper or two, and only rules steps out.
 */
import type { SyntaxTree } from "../../code/syntax.ts";
import { anchorOf, type Gaps, indentAt, isBlockLike, isStep } from "./gaps.ts";

/** How many lines are deeper by what than the line that they hang on. */
export interface Steps {
  /** In blocks. */
  readonly blocks: ReadonlyMap<string, number>;
  /** Behind brackets. */
  readonly others: ReadonlyMap<string, number>;
}

/** Share of the lines that must agree with a step. */
const AGREEING = 0.8;

/** What the gaps of a text show; the first of them reaches back to the line above. */
export function readSteps({ tree, gaps, solids }: Gaps): Steps {
  const blocks = new Map<string, number>();
  const others = new Map<string, number>();
  for (let index = 0; index < solids.length; index++) {
    const gap = gaps[index]!;
    if (gap.breaks === 0 || gap.left < 0) continue;
    const { node, nodeType, rightChild, leftToken, rightToken, atEnd, atStart } = gap.context;
    const isBlock = isBlockLike(nodeType) && tree.text[tree.starts[node]!] === "{" && !atEnd;
    const isSuite = leftToken === ":" && isBlockLike(rightChild);
    const isBracket = atStart && /^[([{]$/.test(leftToken) && !atEnd;
    // Labels hang off their block by less than a step.
    if ((!isBlock && !isSuite && !isBracket) || /specifier|label|case|default|preproc|^#/.test(rightChild)) continue;
    const step = stepAt(tree, node, gap.right);
    if (step === undefined || rightToken.startsWith("#")) continue;
    const votes = isBracket && !isBlock ? others : blocks;
    votes.set(step, (votes.get(step) ?? 0) + 1);
  }
  return { blocks, others };
}

/** The step that most blocks of a text take. */
export function shownStep({ blocks }: Steps): string | undefined {
  let best: string | undefined;
  for (const [step, count] of blocks) if (best === undefined || count > blocks.get(best)!) best = step;
  return best;
}

/** Whether lines behind brackets leave it open that a text is indented so: by one step or two. */
export function agreesWith({ others }: Steps, step: string): boolean {
  let all = 0;
  let agreeing = 0;
  for (const [found, count] of others) {
    all += count;
    if (found === step || found === step + step) agreeing += count;
  }
  return agreeing >= AGREEING * all;
}

/** How much deeper a line is than the line that its node hangs on, where people indent by that. */
function stepAt(tree: SyntaxTree, node: number, right: number): string | undefined {
  const base = indentAt(tree.text, anchorOf(tree, node));
  const own = indentAt(tree.text, tree.starts[right]!);
  const step = own.startsWith(base) ? own.slice(base.length) : "";
  return isStep(step) ? step : undefined;
}
