/**
 * How strings are put together: with an operator, with places in a template, with a format. Both sides are read as the
 * same list of parts, text and expressions, so that a change of form is learned once for strings of any length.
 */
import type { Grammar } from "../../code/languages.ts";
import { windowOf } from "./fate.ts";
import type { PieceEdit } from "./render.ts";
import { isLeaf, keySequence, type SolidCode, solidChildren, tokenEnd, tokenStart } from "./solid.ts";
import type { Fate, Mined, Pair, Right, Site, Slot, Subject, TokenRange, Traits } from "./subject.ts";
import { PLACE_SLOTS, placeTraits } from "./traits.ts";

/** Text as it stands between its quotes, or an expression. */
type Part = { readonly text: string } | Expression;

interface Expression {
  readonly start: number;
  readonly end: number;
  /** Tokens, where it stands outside of a string. */
  readonly tokens: TokenRange | undefined;
  /** How it is made text: "" or, in Python, "!r". */
  readonly conversion: string;
}

function isExpression(part: Part): part is Expression {
  return !("text" in part);
}

interface Building {
  readonly form: string;
  readonly quote: string;
  readonly parts: readonly Part[];
}

interface Form {
  readonly name: string;
  /** The parts of a node that has this form. */
  readonly read: (code: SolidCode, node: number) => Omit<Building, "form"> | undefined;
  /** Pieces of text; undefined where this form cannot say it. */
  readonly write: (parts: readonly Part[], quote: string, code: SolidCode) => (string | Expression)[] | undefined;
}

/** Parts that are looked at; longer ones are no matter of style. */
const PARTS_MAX = 24;

const PLUS: Form = { name: "concatenation", read: readPlus, write: writePlus };
const TEMPLATE: Form = {
  name: "template",
  read: (code, node) => readPlaces(code, node, /^(`)([^]*)`$/, "${"),
  write: (parts) => writePlaces(parts, "`", "`", "${", escapeTemplate),
};
const F_STRING: Form = {
  name: "f-string",
  read: (code, node) => readPlaces(code, node, /^[fF]("""|'''|"|')([^]*)\1$/, "{"),
  write: (parts, quote, code) => {
    const expressions = parts.filter(isExpression);
    const isSafe = expressions.every((part) => !/["'\\\n{}]/.test(sourceOf(code, part)));
    return isSafe ? writePlaces(parts, `f${quote}`, quote, "{", (text) => text.replaceAll(/[{}]/g, "$&$&")) : undefined;
  },
};
const PERCENT: Form = { name: "% format", read: readPercent, write: writePercent };
const FORMAT: Form = { name: "format()", read: readFormat, write: writeFormat };

const FORMS: Partial<Record<Grammar, readonly Form[]>> = {
  javascript: [PLUS, TEMPLATE],
  typescript: [PLUS, TEMPLATE],
  tsx: [PLUS, TEMPLATE],
  python: [PLUS, F_STRING, PERCENT, FORMAT],
};

const SLOTS: readonly Slot[] = [...PLACE_SLOTS.map((): Slot => "hint"), "kind", "kind", "kind", "hint"];

/** Changes from one form to another. */
export function mineBuildings(pair: Pair): Mined[] {
  const { generated, final } = pair;
  const forms = FORMS[generated.region.tree.grammar];
  if (!forms) return [];
  const mined = new Map<string, Mined>();
  forEachBuilding(generated, forms, (node, from) => {
    for (const to of forms) {
      if (to === from) continue;
      const subject = buildingSubject(from, to, generated.types[node]!);
      if (mined.has(subject.key)) continue;
      const site = subject.siteAt(generated, node);
      if (site?.fate(pair, [RIGHT]) === 0) mined.set(subject.key, { subject, right: RIGHT });
    }
  });
  return final.keys.length > 0 ? [...mined.values()] : [];
}

const RIGHT: Right = { key: "" };

function forEachBuilding(code: SolidCode, forms: readonly Form[], use: (node: number, form: Form) => void): void {
  for (let node = 1; node < code.types.length; node++) {
    for (const form of forms) if (form.read(code, node)) use(node, form);
  }
}

function buildingSubject(from: Form, to: Form, type: string): Subject {
  return {
    key: `building\0${type}\0${from.name}\0${to.name}`,
    index: { by: "type", of: type },
    isRisky: false,
    weight: 20,
    slots: SLOTS,
    siteAt: (code, node) => {
      if (!code.whole[node]) return undefined;
      const built = from.read(code, node);
      const pieces = built && to.write(built.parts, built.quote, code);
      return built && pieces && new BuildingSite(code, node, built.parts, pieces);
    },
    describe: () => `strings: ${to.name} instead of ${from.name}`,
  };
}

class BuildingSite implements Site {
  readonly touched: readonly TokenRange[];
  readonly holes: readonly TokenRange[];
  readonly binding: string;
  readonly #code: SolidCode;
  readonly #node: number;
  readonly #parts: readonly Part[];
  readonly #pieces: readonly (string | Expression)[];

  constructor(code: SolidCode, node: number, parts: readonly Part[], pieces: readonly (string | Expression)[]) {
    this.#code = code;
    this.#node = node;
    this.#parts = parts;
    this.#pieces = pieces;
    const from = code.firsts[node]!;
    const to = code.lasts[node]!;
    this.touched = [{ from, to }];
    this.holes = parts.flatMap((part) => ("text" in part || !part.tokens ? [] : [part.tokens]));
    this.binding = keySequence(code, from, to);
  }

  traits(path: string): Traits {
    const code = this.#code;
    const [range] = this.touched;
    const match = {
      parent: code.parents[this.#node]!,
      from: this.#node,
      to: code.nodeEnds[this.#node]!,
      tokenFrom: range!.from,
      tokenTo: range!.to,
    };
    const expressions = this.#parts.filter(isExpression);
    const simple = expressions.every((part) => /^[\w.$]+$/.test(sourceOf(code, part)));
    return [
      ...placeTraits(code, match, path),
      "text" in this.#parts[0]! ? "text first" : "expression first",
      expressions.length > 1 ? "several" : String(expressions.length),
      simple ? "names" : "expressions",
      String(this.#parts.length),
    ];
  }

  fate(pair: Pair): Fate {
    const [range] = this.touched;
    const { from, to } = range!;
    const window = windowOf(pair, from, to);
    const became = pair.final.keys.slice(window.from, window.to).join("");
    if (dense(became) === dense(this.#code.keys.slice(from, to).join(""))) return "kept";
    const wanted = dense(
      this.#pieces.map((piece) => (typeof piece === "string" ? piece : sourceOf(this.#code, piece))).join(""),
    );
    return dense(became) === wanted ? 0 : undefined;
  }

  edits(): readonly PieceEdit[] | undefined {
    const code = this.#code;
    const { tree } = code.region;
    const node = code.treeNodes[this.#node]!;
    // A comment between the parts has no place in the new form.
    const hasComment = tree.types.slice(node, tree.nodeEnds[node]).some((type) => type.includes("comment"));
    return hasComment ? undefined : [{ start: tree.starts[node]!, end: tree.ends[node]!, pieces: this.#pieces }];
  }
}

/** Text without white space, and all quotes alike. */
function dense(text: string): string {
  return text.replaceAll(/\s+/g, "").replaceAll(/\\?["']/g, '"');
}

function sourceOf(code: SolidCode, { start, end }: Expression): string {
  return code.region.tree.text.slice(start, end);
}

function plusOf(code: SolidCode, node: number): [left: number, right: number] | undefined {
  if (!/^binary_/.test(code.types[node]!)) return undefined;
  const [left, operator, right, ...rest] = solidChildren(code, node);
  if (right === undefined || rest.length > 0 || code.types[operator!] !== "+") return undefined;
  return [left!, right];
}

/** Operands from left to right; what is added up before the first string is one number, for all one knows. */
function readPlus(code: SolidCode, node: number): Omit<Building, "form"> | undefined {
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
  if (first < 0 || operands.length > PARTS_MAX) return undefined;
  const { quote } = plainString(code, operands[first]!)!;
  const parts: Part[] = [];
  if (first > 0) parts.push(expressionOf(code, operands[0]!, operands[first - 1]!));
  for (const operand of operands.slice(first)) {
    const string = plainString(code, operand);
    const last = parts.at(-1);
    if (!string) parts.push(expressionOf(code, operand, operand));
    else if (last && "text" in last) parts[parts.length - 1] = { text: last.text + string.text };
    else parts.push({ text: string.text });
  }
  return parts.some((part) => !("text" in part)) ? { quote, parts } : undefined;
}

function writePlus(parts: readonly Part[], quote: string): (string | Expression)[] | undefined {
  const mark = quote.length === 1 && quote !== "`" ? quote : '"';
  // Else two numbers might be added before the first text.
  if (parts.length === 0 || (!("text" in parts[0]!) && !("text" in (parts[1] ?? {})))) return undefined;
  if (parts.some((part) => ("text" in part ? part.text.includes("\n") : part.conversion !== ""))) return undefined;
  return parts.flatMap((part, at) => [
    ...(at > 0 ? [" + "] : []),
    "text" in part ? mark + part.text.replaceAll(mark, `\\${mark}`).replaceAll("\\`", "`") + mark : part,
  ]);
}

/** Text and expressions of a string with places: `a${b}c`. */
function readPlaces(code: SolidCode, node: number, shape: RegExp, open: string): Omit<Building, "form"> | undefined {
  if (!isLeaf(code, node)) return undefined;
  const { tree } = code.region;
  const start = tree.starts[code.treeNodes[node]!]!;
  const literal = tree.text.slice(start, tree.ends[code.treeNodes[node]!]);
  const found = shape.exec(literal);
  if (!found) return undefined;
  const content = found[2]!;
  const offset = start + literal.length - content.length - found[1]!.length;
  const parts: Part[] = [];
  let text = "";
  for (let at = 0; at < content.length;) {
    if (content[at] === "\\") {
      text += content.slice(at, at + 2);
      at += 2;
    } else if (open === "{" && /^(?:\{\{|\}\})/.test(content.slice(at, at + 2))) {
      text += content[at]!;
      at += 2;
    } else if (content.startsWith(open, at)) {
      const end = closingBrace(content, at + open.length);
      if (end === undefined) return undefined;
      const inner = content.slice(at + open.length, end);
      const conversion = open === "{" ? (/![rsa]$/.exec(inner)?.[0] ?? "") : "";
      // A format of its own has no counterpart in other forms.
      if (open === "{" && /[:=]|^\s*$/.test(inner)) return undefined;
      if (text !== "") parts.push({ text });
      text = "";
      parts.push({
        start: offset + at + open.length,
        end: offset + end - conversion.length,
        tokens: undefined,
        conversion,
      });
      at = end + 1;
    } else {
      text += content[at++]!;
    }
  }
  if (text !== "") parts.push({ text });
  const isBuilt = parts.some((part) => !("text" in part)) && parts.length <= PARTS_MAX;
  return isBuilt ? { quote: found[1]!, parts } : undefined;
}

function writePlaces(
  parts: readonly Part[],
  before: string,
  after: string,
  open: string,
  escape: (text: string) => string,
): (string | Expression)[] {
  return [
    before,
    ...parts.flatMap((part) => ("text" in part ? [escape(part.text)] : [open, part, `${part.conversion}}`])),
    after,
  ];
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

function escapeTemplate(text: string): string {
  return text.replaceAll(/\\(["'])/g, "$1").replaceAll(/`|\$\{/g, "\\$&");
}

/** `"%s: %r" % (a, b)`, with plain places only. */
function readPercent(code: SolidCode, node: number): Omit<Building, "form"> | undefined {
  if (code.types[node] !== "binary_operator") return undefined;
  const [left, operator, right] = solidChildren(code, node);
  const string = right === undefined || code.types[operator!] !== "%" ? undefined : plainString(code, left!);
  if (!string) return undefined;
  const isTuple = code.types[right!] === "tuple";
  const values = isTuple ? elementsOf(code, right!) : [right!];
  return fillPlaces(code, string, string.text.split(/(%[a-zA-Z(%])/), values, /%/, (mark) =>
    mark === "%s" ? "" : mark === "%r" ? "!r" : mark === "%%" ? "%" : undefined,
  );
}

function writePercent(parts: readonly Part[], quote: string, code: SolidCode): (string | Expression)[] | undefined {
  const expressions = parts.filter(isExpression);
  if (expressions.some(({ conversion }) => conversion === "!a" || conversion === "!s")) return undefined;
  const text = parts.map((part) =>
    "text" in part ? part.text.replaceAll("%", "%%") : part.conversion === "" ? "%s" : "%r",
  );
  const [only] = expressions;
  const alone = expressions.length === 1 && /^[\w.]+$/.test(sourceOf(code, only!));
  const values = expressions.flatMap((part, at) => (at > 0 ? [", ", part] : [part]));
  const end = alone ? [only!] : ["(", ...values, expressions.length === 1 ? ",)" : ")"];
  return [quote + text.join("") + quote, " % ", ...end];
}

/** `"{}: {}".format(a, b)`, with plain places only. */
function readFormat(code: SolidCode, node: number): Omit<Building, "form"> | undefined {
  if (code.types[node] !== "call") return undefined;
  const [callee, args, ...rest] = solidChildren(code, node);
  if (args === undefined || rest.length > 0 || code.types[callee!] !== "attribute") return undefined;
  const [object, , name] = solidChildren(code, callee!);
  const string =
    name === undefined || code.keys[code.firsts[name]!] !== "format" ? undefined : plainString(code, object!);
  if (!string) return undefined;
  const values = elementsOf(code, args);
  if (values.some((value) => /keyword|splat/.test(code.types[value]!))) return undefined;
  return fillPlaces(code, string, string.text.split(/(\{\{|\}\}|\{[^{}]*\})/), values, /[{}]/, (mark) =>
    mark === "{}" ? "" : mark === "{!r}" ? "!r" : mark === "{{" ? "{" : mark === "}}" ? "}" : undefined,
  );
}

function writeFormat(parts: readonly Part[], quote: string): (string | Expression)[] {
  const text = parts.map((part) => ("text" in part ? part.text.replaceAll(/[{}]/g, "$&$&") : `{${part.conversion}}`));
  const values = parts.filter(isExpression).flatMap((part, at) => (at > 0 ? [", ", part] : [part]));
  return [`${quote}${text.join("")}${quote}.format(`, ...values, ")"];
}

/** Pairs the marks of a format, at every other place of `pieces`, with their values. */
function fillPlaces(
  code: SolidCode,
  { quote }: { readonly quote: string },
  pieces: readonly string[],
  values: readonly number[],
  stray: RegExp,
  conversionOf: (mark: string) => string | undefined,
): Omit<Building, "form"> | undefined {
  const parts: Part[] = [];
  let used = 0;
  let text = "";
  for (const [at, piece] of pieces.entries()) {
    if (at % 2 === 0) {
      if (stray.test(piece)) return undefined;
      text += piece;
      continue;
    }
    const conversion = conversionOf(piece);
    if (conversion === undefined) return undefined;
    if (conversion.length === 1) {
      text += conversion;
      continue;
    }
    const value = values[used++];
    if (value === undefined) return undefined;
    if (text !== "") parts.push({ text });
    text = "";
    parts.push({ ...expressionOf(code, value, value), conversion });
  }
  if (text !== "") parts.push({ text });
  return used === values.length && used > 0 && parts.length <= PARTS_MAX ? { quote, parts } : undefined;
}

function elementsOf(code: SolidCode, node: number): number[] {
  return solidChildren(code, node).filter((child) => !/^[(),[\]]$/.test(code.types[child]!));
}

/** Siblings as one expression, without parentheses that are only there to hold it together. */
function expressionOf(code: SolidCode, first: number, last: number): Expression {
  const inner = first === last && code.types[first] === "parenthesized_expression" ? solidChildren(code, first) : [];
  const node = inner.length === 3 ? inner[1]! : undefined;
  const from = code.firsts[node ?? first]!;
  const to = code.lasts[node ?? last]!;
  return { start: tokenStart(code, from), end: tokenEnd(code, to - 1), tokens: { from, to }, conversion: "" };
}

/** A string of one line without prefix. */
function plainString(code: SolidCode, node: number): { readonly quote: string; readonly text: string } | undefined {
  if (!isLeaf(code, node) || !/^string/.test(code.types[node]!)) return undefined;
  const { tree } = code.region;
  const literal = tree.text.slice(tree.starts[code.treeNodes[node]!], tree.ends[code.treeNodes[node]!]);
  const found = /^("|')((?:\\.|(?!\1)[^\\\n])*)\1$/.exec(literal);
  return found ? { quote: found[1]!, text: found[2]! } : undefined;
}
