/**
 * Which changes of layout can only make the same code, so that nobody needs to parse the result to know: white space
 * between tokens that cannot run together, line breaks where no statement could end, marks where their language has
 * rules that are easy to tell. Of all else this says no, and the parser decides.
 */
import type { Grammar } from "../../code/languages.ts";
import { type SyntaxTree, textOf } from "../../code/syntax.ts";
import { type Gap, type Gaps, isBlockLike, type Mark } from "./gaps.ts";

/** How a gap is going to be written. */
export interface WrittenGap {
  readonly mark: Mark;
  readonly breaks: number;
  readonly space: number;
  readonly spaceBeforeMark: number;
}

/** Line ends may end a statement. */
const ENDS_BY_LINE: ReadonlySet<Grammar> = new Set<Grammar>(["javascript", "typescript", "tsx"]);
/** Line ends mean nothing, outside of preprocessor lines. */
const FREE_LINES: ReadonlySet<Grammar> = new Set<Grammar>(["cpp", "java", "c-sharp", "rust"]);
/** What a statement may go on with on the next line. */
const GOES_ON = /^(?:[([/+\-*,.`<?:&|^%=!]|in\b|instanceof\b)/;
/** Lists that may end in a comma, with one element or more. */
const LISTS = /^(?:arguments|array|object|object_type|formal_parameters|named_imports|export_clause)$/;
const OPENS_OR_GOES_ON = /^(?:[([{,.?:]|&&|\|\||\?\?|[-+*/%=<>&|^]=?|={2,3}|!==?|=>)$/;
const CLOSES_OR_GOES_ON = /^(?:[)\]},.?:]|\?\.|&&|\|\||\?\?|[*/%&|^]|={2,3}|!==?)$/;
/** Statements with a head in parentheses, behind which no statement can end. */
const HEADED = /^(?:if|while|for|for_in)_statement$/;

/** Whether writing the gaps so makes the same code for certain. */
export function isSurelySame({ tree, gaps }: Gaps, written: readonly WrittenGap[]): boolean {
  // What the parser did not understand may be anything.
  return tree.errors === 0 && gaps.every((gap, at) => gap.isFixed || isSame(tree, gap, written[at]!));
}

function isSame(tree: SyntaxTree, gap: Gap, written: WrittenGap): boolean {
  const isMarkSame = gap.mark === written.mark;
  const isBreakSame = gap.breaks > 0 === written.breaks > 0;
  if (isMarkSame && isBreakSame && (gap.breaks > 0 || gap.space === written.space)) {
    return gap.spaceBeforeMark === written.spaceBeforeMark || written.spaceBeforeMark === 0;
  }
  if (gap.context.isBesideDirective) return false;
  if (!isMarkSame && !isFreeMark(tree, gap, written)) return false;
  if (!isBreakSame && !isFreeBreak(tree, gap, written)) return false;
  return written.breaks > 0 || written.mark !== "" || written.space > 0 || staysApart(tree, gap);
}

function isFreeMark(tree: SyntaxTree, gap: Gap, { mark, breaks }: WrittenGap): boolean {
  if (!ENDS_BY_LINE.has(tree.grammar)) return false;
  const { nodeType, rightToken, atEnd } = gap.context;
  if (mark === "," || gap.mark === ",") {
    return atEnd && LISTS.test(nodeType) && /^[)\]}]$/.test(rightToken) && !/^[([{]$/.test(gap.context.leftToken);
  }
  if (gap.right < 0) return true;
  const holdsMembers = nodeType === "object_type" || isBlockLike(nodeType);
  if (!holdsMembers || nodeType === "class_body") return false;
  if (mark === ";") return true;
  return rightToken === "}" || (breaks > 0 && !GOES_ON.test(textOf(tree, gap.right)));
}

function isFreeBreak(tree: SyntaxTree, gap: Gap, written: WrittenGap): boolean {
  const { nodeType, leftChild, leftToken, rightToken } = gap.context;
  if (gap.context.isBesideComment) return false;
  if (FREE_LINES.has(tree.grammar)) return true;
  if (!ENDS_BY_LINE.has(tree.grammar) || isBlockLike(nodeType)) return false;
  if (written.breaks === 0) return true;
  if (HEADED.test(nodeType) && /^(?:parenthesized_expression|\))$/.test(leftChild)) return true;
  if (nodeType === "type_arguments" && rightToken === ">") return true;
  return written.mark === "," || OPENS_OR_GOES_ON.test(leftToken) || CLOSES_OR_GOES_ON.test(rightToken);
}

/** Whether two tokens stay two without white space between them. */
function staysApart({ text, ends, starts }: SyntaxTree, { left, right }: Gap): boolean {
  if (left < 0 || right < 0) return true;
  const before = text[ends[left]! - 1]!;
  const behind = text[starts[right]!]!;
  // A word before quotes might become their prefix.
  return /[([{,;)\]}]/.test(before) || /[)\]},;([{]/.test(behind);
}
