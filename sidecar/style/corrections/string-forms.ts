/**
 * The forms in which languages put strings together: with an operator, with places in a template, with a format. Each
 * is read as the same list of parts, text and expressions, and written from it.
 */
import type { Grammar } from "../../code/languages.ts";
import type { Stretch } from "./render.ts";
import { isLeaf, type SolidCode, solidChildren, tokenEnd, tokenStart } from "./solid.ts";
import type { TokenRange } from "./subject.ts";

/** Text as it stands between its quotes, or an expression. */
export type Part = Text | Expression;

interface Text {
  readonly text: string;
}

export interface Expression extends Stretch {
  /** Its tokens, where it stands outside of a string. */
  readonly tokens: TokenRange | undefined;
  /** How it is made text: "" or, in Python, "!r". */
  readonly conversion: string;
}

export interface BuiltString {
  readonly parts: readonly Part[];
  readonly quote: string;
  /** Whether backslashes are text. */
  readonly isRaw: boolean;
}

export interface Form {
  readonly name: string;
  /** The parts of a node that has this form. */
  readonly read: (code: SolidCode, node: number) => BuiltString | undefined;
  /** Pieces of text; undefined where this form cannot say it. */
  readonly write: (built: BuiltString, code: SolidCode) => Piece[] | undefined;
}

export type Piece = string | Expression;

/** Longer strings are no matter of style. */
const PARTS_MAX = 24;

const PLUS: Form = { name: "concatenation", read: readPlus, write: writePlus };
const TEMPLATE: Form = { name: "template", read: readTemplate, write: writeTemplate };
const F_STRING: Form = { name: "f-string", read: readFString, write: writeFString };
const PERCENT: Form = { name: "% format", read: readPercent, write: writePercent };
const FORMAT: Form = { name: "format()", read: readFormat, write: writeFormat };

const FORMS: Partial<Record<Grammar, readonly Form[]>> = {
  javascript: [PLUS, TEMPLATE],
  typescript: [PLUS, TEMPLATE],
  tsx: [PLUS, TEMPLATE],
  python: [PLUS, F_STRING, PERCENT, FORMAT],
};

export function formsOf(grammar: Grammar): readonly Form[] {
  return FORMS[grammar] ?? [];
}

export function isExpression(part: Part): part is Expression {
  return !("text" in part);
}

export function sourceOf(code: SolidCode, { start, end }: Stretch): string {
  return code.region.tree.text.slice(start, end);
}

/** Operands from left to right; what is added up before the first string is one number, for all one knows. */
function readPlus(code: SolidCode, node: number): BuiltString | undefined {
  const parent = code.parents[node]!;
  if (!plusOf(code, node) || (parent >= 0 && plusOf(code, parent)?.[0] === node)) return undefined;
  const operands: number[] = [];
  let top = node;
  for (let plus = plusOf(code, top); plus; plus = plusOf(code, top)) {
    operands.unshift(plus[1]);
    top = plus[0];
  }
  operands.unshift(top);
  const first = operands.findIndex((operand) => plainString(code, operand) !== undefined);
  const string = first < 0 ? undefined : plainString(code, operands[first]!);
  if (!string || string.isRaw) return undefined;
  const parts = new PartList();
  if (first > 0) parts.add(expressionOf(code, operands[0]!, operands[first - 1]!));
  for (const operand of operands.slice(first)) {
    const plain = plainString(code, operand);
    if (plain?.isRaw) return undefined;
    parts.add(plain ? { text: plain.text } : expressionOf(code, operand, operand));
  }
  return parts.built(string.quote, false);
}

function plusOf(code: SolidCode, node: number): [left: number, right: number] | undefined {
  if (!/^binary_/.test(code.types[node]!)) return undefined;
  const [left, operator, right, ...rest] = solidChildren(code, node);
  if (right === undefined || rest.length > 0 || code.types[operator!] !== "+") return undefined;
  return [left!, right];
}

function writePlus({ parts, quote, isRaw }: BuiltString): Piece[] | undefined {
  const mark = quote.length === 1 && quote !== "`" ? quote : '"';
  // Else two numbers might be added before the first text.
  const startsWithText = parts.slice(0, 2).some((part) => !isExpression(part));
  const isSayable = parts.every((part) => (isExpression(part) ? part.conversion === "" : !part.text.includes("\n")));
  if (!startsWithText || !isSayable || isRaw) return undefined;
  const quoted = (text: string): string => mark + text.replaceAll(mark, `\\${mark}`).replaceAll("\\`", "`") + mark;
  return parts.flatMap((part, at) => [...(at > 0 ? [" + "] : []), isExpression(part) ? part : quoted(part.text)]);
}

/** `a${b}c` */
function readTemplate(code: SolidCode, node: number): BuiltString | undefined {
  const found = literalOf(code, node, /^(`)([^]*)`$/);
  return found && readPlaces(found.content, found.start, "${", () => "")?.built("`", false);
}

function writeTemplate({ parts, isRaw }: BuiltString): Piece[] | undefined {
  const escape = (text: string): string => text.replaceAll(/\\(["'])/g, "$1").replaceAll(/`|\$\{/g, "\\$&");
  return isRaw ? undefined : ["`", ...parts.flatMap((part) => writePlace(part, "${", escape)), "`"];
}

/** `f"a{b!r}c"`, without formats of their own. */
function readFString(code: SolidCode, node: number): BuiltString | undefined {
  const found = literalOf(code, node, /^(?:[fF]|[rR][fF]|[fF][rR])("""|'''|"|')([^]*)\1$/);
  if (!found) return undefined;
  const conversionOf = (inner: string): string | undefined =>
    /[:=]|^\s*$/.test(inner) ? undefined : (/![rsa]$/.exec(inner)?.[0] ?? "");
  return readPlaces(found.content, found.start, "{", conversionOf)?.built(found.quote, /^.?[rR]/.test(found.literal));
}

function writeFString({ parts, quote, isRaw }: BuiltString, code: SolidCode): Piece[] | undefined {
  // Before Python 3.12 no quotes, backslashes or braces may stand in there.
  if (parts.some((part) => isExpression(part) && /["'\\\n{}]/.test(sourceOf(code, part)))) return undefined;
  const escape = (text: string): string => text.replaceAll(/[{}]/g, "$&$&");
  return [`${isRaw ? "r" : ""}f${quote}`, ...parts.flatMap((part) => writePlace(part, "{", escape)), quote];
}

/** `"%s: %r" % (a, b)`, with plain places only. */
function readPercent(code: SolidCode, node: number): BuiltString | undefined {
  if (code.types[node] !== "binary_operator") return undefined;
  const [left, operator, right] = solidChildren(code, node);
  const string = right === undefined || code.types[operator!] !== "%" ? undefined : plainString(code, left!);
  if (!string) return undefined;
  const values = code.types[right!] === "tuple" ? elementsOf(code, right!) : [right!];
  const marks: Readonly<Record<string, string>> = { "%s": "", "%r": "!r", "%%": "%" };
  return fillPlaces(code, string, /(%[a-zA-Z(%])/, /%/, values, marks);
}

function writePercent({ parts, quote, isRaw }: BuiltString, code: SolidCode): Piece[] | undefined {
  const expressions = parts.filter(isExpression);
  if (expressions.some(({ conversion }) => conversion !== "" && conversion !== "!r")) return undefined;
  const text = parts.map((part) =>
    isExpression(part) ? (part.conversion === "" ? "%s" : "%r") : part.text.replaceAll("%", "%%"),
  );
  const [first, ...others] = expressions;
  if (!first) return undefined;
  const format = (isRaw ? "r" : "") + quote + text.join("") + quote;
  if (others.length === 0 && /^[\w.]+$/.test(sourceOf(code, first))) return [format, " % ", first];
  return [format, " % (", ...listed(expressions), others.length === 0 ? ",)" : ")"];
}

/** `"{}: {!r}".format(a, b)`, with plain places only. */
function readFormat(code: SolidCode, node: number): BuiltString | undefined {
  if (code.types[node] !== "call") return undefined;
  const [callee, args, ...rest] = solidChildren(code, node);
  if (args === undefined || rest.length > 0 || code.types[callee!] !== "attribute") return undefined;
  const [object, , name] = solidChildren(code, callee!);
  if (name === undefined || code.keys[code.firsts[name]!] !== "format") return undefined;
  const string = plainString(code, object!);
  const values = elementsOf(code, args);
  if (!string || values.some((value) => /keyword|splat/.test(code.types[value]!))) return undefined;
  const marks: Readonly<Record<string, string>> = { "{}": "", "{!r}": "!r", "{!s}": "!s", "{{": "{", "}}": "}" };
  return fillPlaces(code, string, /(\{\{|\}\}|\{[^{}]*\})/, /[{}]/, values, marks);
}

function writeFormat({ parts, quote, isRaw }: BuiltString): Piece[] {
  const text = parts.map((part) =>
    isExpression(part) ? `{${part.conversion}}` : part.text.replaceAll(/[{}]/g, "$&$&"),
  );
  const format = (isRaw ? "r" : "") + quote + text.join("") + quote;
  return [`${format}.format(`, ...listed(parts.filter(isExpression)), ")"];
}

/** Parts as they are found; texts beside each other are one. */
class PartList {
  readonly #parts: Part[] = [];

  add(part: Part): this {
    const last = this.#parts.at(-1);
    if (!isExpression(part) && part.text === "") return this;
    if (last && !isExpression(last) && !isExpression(part)) this.#parts.splice(-1, 1, { text: last.text + part.text });
    else this.#parts.push(part);
    return this;
  }

  built(quote: string, isRaw: boolean): BuiltString | undefined {
    const isBuilt = this.#parts.some(isExpression) && this.#parts.length <= PARTS_MAX;
    return isBuilt ? { parts: this.#parts, quote, isRaw } : undefined;
  }
}

/** Reads `content`, which stands at `start`. Undefined where a place is no plain expression. */
function readPlaces(
  content: string,
  start: number,
  open: "{" | "${",
  conversionOf: (inner: string) => string | undefined,
): PartList | undefined {
  const parts = new PartList();
  for (let at = 0; at < content.length;) {
    const escaped = open === "{" ? /^(?:\{\{|\}\})/.test(content.slice(at, at + 2)) : content[at] === "\\";
    if (escaped) {
      parts.add({ text: open === "{" ? content[at]! : content.slice(at, at + 2) });
      at += 2;
    } else if (content.startsWith(open, at)) {
      const from = at + open.length;
      const end = closingBrace(content, from);
      const conversion = end === undefined ? undefined : conversionOf(content.slice(from, end));
      if (end === undefined || conversion === undefined) return undefined;
      parts.add({ start: start + from, end: start + end - conversion.length, tokens: undefined, conversion });
      at = end + 1;
    } else {
      parts.add({ text: content[at++]! });
    }
  }
  return parts;
}

function writePlace(part: Part, open: string, escape: (text: string) => string): Piece[] {
  return isExpression(part) ? [open, part, `${part.conversion}}`] : [escape(part.text)];
}

function closingBrace(content: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < content.length; at++) {
    const char = content[at]!;
    if (char === "{") depth++;
    else if (char === "}" && depth-- === 0) return at;
    else if (/["'`]/.test(char)) {
      const end = content.indexOf(char, at + 1);
      if (end < 0) return undefined;
      at = end;
    }
  }
  return undefined;
}

/** Pairs the marks of a format with their values; `marks` says what each is, and none may be left over. */
function fillPlaces(
  code: SolidCode,
  { text, quote, isRaw }: PlainString,
  mark: RegExp,
  stray: RegExp,
  values: readonly number[],
  marks: Readonly<Record<string, string>>,
): BuiltString | undefined {
  const parts = new PartList();
  let used = 0;
  for (const [at, piece] of text.split(mark).entries()) {
    if (at % 2 === 0) {
      if (stray.test(piece)) return undefined;
      parts.add({ text: piece });
      continue;
    }
    const meaning = marks[piece];
    if (meaning === undefined) return undefined;
    if (meaning.length === 1) {
      parts.add({ text: meaning });
      continue;
    }
    const value = values[used++];
    if (value === undefined) return undefined;
    parts.add({ ...expressionOf(code, value, value), conversion: meaning });
  }
  return used === values.length ? parts.built(quote, isRaw) : undefined;
}

function listed(expressions: readonly Expression[]): Piece[] {
  return expressions.flatMap((one, at) => (at > 0 ? [", ", one] : [one]));
}

function elementsOf(code: SolidCode, node: number): number[] {
  return solidChildren(code, node).filter((child) => !/^[(),[\]]$/.test(code.types[child]!));
}

/** Siblings as one expression, without parentheses that are only there to hold it together. */
function expressionOf(code: SolidCode, first: number, last: number): Expression {
  const inner = first === last && code.types[first] === "parenthesized_expression" ? solidChildren(code, first) : [];
  const alone = inner.length === 3 ? inner[1]! : undefined;
  const from = code.firsts[alone ?? first]!;
  const to = code.lasts[alone ?? last]!;
  return { start: tokenStart(code, from), end: tokenEnd(code, to - 1), tokens: { from, to }, conversion: "" };
}

interface PlainString {
  readonly text: string;
  readonly quote: string;
  readonly isRaw: boolean;
}

/** A string of one line, raw or without prefix. */
function plainString(code: SolidCode, node: number): PlainString | undefined {
  const found = literalOf(code, node, /^[rR]?("|')((?:\\.|(?!\1)[^\\\n])*)\1$/);
  return found && { text: found.content, quote: found.quote, isRaw: /^r/i.test(found.literal) };
}

/** The text of a string that looks so; `shape` finds its quote and its content. */
function literalOf(
  code: SolidCode,
  node: number,
  shape: RegExp,
): { readonly literal: string; readonly quote: string; readonly content: string; readonly start: number } | undefined {
  if (!isLeaf(code, node) || !/string/.test(code.types[node]!)) return undefined;
  const { tree } = code.region;
  const from = tree.starts[code.treeNodes[node]!]!;
  const literal = tree.text.slice(from, tree.ends[code.treeNodes[node]!]);
  const found = shape.exec(literal);
  if (!found) return undefined;
  const [, quote, content] = found;
  return { literal, quote: quote!, content: content!, start: from + literal.length - quote!.length - content!.length };
}
