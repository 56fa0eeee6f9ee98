/**
 * What stands behind a text so that it parses: closers for what it leaves open and, where it was cut off in the middle,
 * an operand and a body for what would be a head.
 */
import { type Bracket, CLOSING, scanBrackets } from "../code/brackets.ts";
import { indentOf } from "../code/indent.ts";
import { languageById } from "../code/languages.ts";

/** What may stand for an operand that is cut off. */
const OPERAND = "x";
/** Ends in something that needs an operand behind it. */
const NEEDS_OPERAND = /(?:[-+*/%&|^<>=?!~.,]|\b(?:and|or|not|in|is|return|new|typeof|await|case|if|elif))$/;
/** Grammars in which a line end may end a statement, so that a block can follow. */
const ASI: ReadonlySet<string> = new Set(["javascript", "typescript", "tsx"]);
/** Grammars in which types and values that are closed by a brace end with a semicolon. */
const ENDED: ReadonlySet<string> = new Set(["cpp"]);
/** Grammars with conditional expressions of the form `a ? b : c`. */
const CONDITIONAL: ReadonlySet<string> = new Set([...ASI, ...ENDED, "java", "c-sharp"]);
/** Is in the first branch of one, outside of brackets that are open. */
const UNDECIDED = /(?<!\?)\?(?![?.:])[^:?([]*$/;
const HEAD_CHARS_MAX = 1000;

/** Whether a text ends in the middle of something, beyond brackets that only need closing. */
export function isCutOff(text: string, languageId: string): boolean {
  const end = text.trimEnd();
  const scan = scanBrackets(end, languageId);
  if (scan.isQuoted(end.length)) return false;
  return NEEDS_OPERAND.test(end) || end.endsWith(":") || unclosed(scan.brackets).some(({ char }) => char === "(");
}

/** The tail of `whole`, of which `text` is the end; `completes`: completed where it is cut off, and not only closed. */
export function tailOf(whole: string, text: string, completes: boolean, languageId: string): string {
  const language = languageById(languageId);
  const isStructural = language?.indentationIsStructure === true;
  const open = unclosed(scanBrackets(whole, languageId).brackets);
  const closers = open
    .map((bracket, index) => closerOf(whole, open, index, bracket, language?.grammar ?? ""))
    .reverse();
  const inside = open.length - 1 - open.findLastIndex(({ char }) => char === "{");
  const round = closers.slice(0, inside).join("");
  const others = closers.slice(inside).join("");
  const ends = isStructural ? handlers(whole) : "\n#endif".repeat(openConditions(whole));
  if (!completes) return round + others + ends;
  const end = text.trimEnd();
  const operand = NEEDS_OPERAND.test(end) ? ` ${OPERAND}` : "";
  if (isStructural) return operand + round + suite(text, round !== "") + others + ends;
  // A body fits behind the head of a function or statement, and behind a call as a block of its own.
  const body = ASI.has(language?.grammar ?? "") ? "\n{}" : operand !== "" && round === "" ? "() {}" : ";";
  return operand + round + (round === "" && operand === "" ? "" : body) + others + ends;
}

/** Openers without a closer, outermost first. */
function unclosed(brackets: readonly Bracket[]): Bracket[] {
  const open: Bracket[] = [];
  for (const bracket of brackets) {
    if (CLOSING[bracket.char] !== undefined) open.push(bracket);
    else if (open.length > 0 && CLOSING[open.at(-1)!.char] === bracket.char) open.pop();
  }
  return open;
}

function closerOf(
  text: string,
  open: readonly Bracket[],
  index: number,
  { char, at }: Bracket,
  grammar: string,
): string {
  const isBranch = CONDITIONAL.has(grammar) && mayDecide(text, at) && UNDECIDED.test(headBefore(text, at));
  const closer = `\n${CLOSING[char]}${isBranch ? ` : ${OPERAND}` : ""}`;
  if (char !== "{" || isBranch) return closer;
  const before = /\b(?:try|do)\s*$/.exec(text.slice(Math.max(0, at - 10), at))?.[0].trim();
  if (before === "try") return ENDED.has(grammar) ? `${closer} catch (...) {}` : `${closer} finally {}`;
  if (before === "do") return `${closer} while (${OPERAND});`;
  const isInBlock = index === 0 || open[index - 1]!.char === "{";
  return ENDED.has(grammar) && isInBlock && endsInSemicolon(headBefore(text, at)) ? `${closer};` : closer;
}

/** Whether there is a question mark at all: cheaper than to look for the statement. */
function mayDecide(text: string, bracket: number): boolean {
  return text.lastIndexOf("?", bracket) >= Math.max(0, bracket - HEAD_CHARS_MAX);
}

/** The text between the last statement and a bracket, without what it has in brackets that are closed. */
function headBefore(text: string, bracket: number): string {
  let head = text.slice(Math.max(0, bracket - HEAD_CHARS_MAX), bracket);
  for (let inner = head; ; inner = head) {
    head = inner.replace(/\([^()]*\)|\[[^[\]]*\]/g, "");
    if (head === inner) return head.slice(1 + Math.max(...[";", "{", "}"].map((end) => head.lastIndexOf(end))));
  }
}

/** Types and values end in a semicolon; behind the body of a function it would make a value of that. */
function endsInSemicolon(head: string): boolean {
  return /\b(?:class|struct|union|enum|return)\b|=/.test(head) && !/\boperator\b/.test(head);
}

/** Preprocessor conditions that are open. */
function openConditions(text: string): number {
  if (!text.includes("#if")) return 0;
  return [...text.matchAll(/^[ \t]*#[ \t]*(if|endif)/gm)].reduce(
    (open, [, word]) => (word === "if" ? open + 1 : Math.max(0, open - 1)),
    0,
  );
}

/** Where indentation is structure: a body for the head that a text ends with. */
function suite(text: string, closes: boolean): string {
  const end = text.trimEnd();
  const isHead = end.endsWith(":");
  if (!isHead && !(closes && /^\s*(?:(?:async )?(?:def|for|with)|class|if|elif|while)\b/m.test(text))) return "";
  const line = isHead ? end.slice(end.lastIndexOf("\n") + 1) : text;
  return `${isHead ? "" : ":"}\n${indentOf(line)} pass`;
}

/** Where indentation is structure: what ends each `try:` that nothing ends yet, innermost first. */
function handlers(text: string): string {
  if (!text.includes("try:")) return "";
  const open: string[] = [];
  for (const line of text.split("\n")) {
    const code = line.trim();
    if (code === "" || code.startsWith("#")) continue;
    const indent = indentOf(line);
    const isHandler = /^(?:except|finally|else)\b/.test(code);
    while (open.length > 0 && open.at(-1)!.length >= indent.length && !(isHandler && open.at(-1) === indent))
      open.pop();
    if (isHandler && !code.startsWith("else") && open.at(-1) === indent) open.pop();
    if (code === "try:") open.push(indent);
  }
  return open
    .reverse()
    .map((indent) => `\n${indent}finally:\n${indent} pass`)
    .join("");
}
