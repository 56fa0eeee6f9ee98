/**
 * How strings are put together, as a subject of correction: a change of form is learned once for strings of any length,
 * because all forms are read as the same list of parts.
 */
import { windowOf } from "./fate.ts";
import type { PieceEdit } from "./render.ts";
import { keySequence, type SolidCode } from "./solid.ts";
import { type BuiltString, type Expression, type Form, formsOf, isExpression, sourceOf } from "./string-forms.ts";
import type { Fate, Mined, Pair, Right, Site, Slot, Subject, TokenRange, Traits } from "./subject.ts";
import { PLACE_SLOTS, placeTraits } from "./traits.ts";

/** More specific than any pattern: it knows what it says. */
const WEIGHT = 100;

const SLOTS: readonly Slot[] = [
  ...PLACE_SLOTS.map((): Slot => "hint"),
  "kind", // what it begins with
  "kind", // one expression, or several
  "hint", // types of the expressions
  "hint", // how many parts
];

/** Changes from one form to another. */
export function mineBuildings(pair: Pair): Mined[] {
  const { generated } = pair;
  const forms = formsOf(generated.region.tree.grammar);
  const mined = new Map<string, Mined>();
  for (let node = 1; forms.length > 0 && node < generated.types.length; node++) {
    for (const form of forms) {
      const subject = buildingSubject(form, forms, generated.types[node]!);
      const site = subject.siteAt(generated, node);
      const right = site && forms.map(rightOf).find((one) => site.fate(pair, [one]) === 0);
      if (right) mined.set(subject.key + right.key, { subject, right });
    }
  }
  return [...mined.values()];
}

function rightOf({ name }: Form): Right {
  return { key: name };
}

function buildingSubject(from: Form, forms: readonly Form[], type: string): Subject {
  return {
    key: `building\0${type}\0${from.name}`,
    index: { by: "type", of: type },
    isRisky: false,
    weight: WEIGHT,
    // Who wants a form takes another where that cannot say it.
    slots: [...SLOTS, ...forms.map((): Slot => "kind")],
    siteAt: (code, node) => {
      const built = code.whole[node] && code.types[node] === type ? from.read(code, node) : undefined;
      return built && new BuildingSite(code, node, built, forms);
    },
    describe: ({ key }) => `strings: ${key} instead of ${from.name}`,
  };
}

class BuildingSite implements Site {
  readonly touched: readonly TokenRange[];
  readonly isOpen = false;
  readonly holes: readonly TokenRange[];
  readonly #code: SolidCode;
  readonly #node: number;
  readonly #built: BuiltString;
  readonly #forms: readonly Form[];
  readonly #tokens: TokenRange;

  constructor(code: SolidCode, node: number, built: BuiltString, forms: readonly Form[]) {
    this.#code = code;
    this.#node = node;
    this.#built = built;
    this.#forms = forms;
    this.#tokens = { from: code.firsts[node]!, to: code.lasts[node]! };
    this.touched = [this.#tokens];
    this.holes = built.parts.flatMap((part) => (isExpression(part) && part.tokens ? [part.tokens] : []));
  }

  get binding(): string {
    return keySequence(this.#code, this.#tokens.from, this.#tokens.to);
  }

  traits(path: string): Traits {
    const code = this.#code;
    const { parts } = this.#built;
    const { from: tokenFrom, to: tokenTo } = this.#tokens;
    const node = this.#node;
    const run = { parent: code.parents[node]!, from: node, to: code.nodeEnds[node]!, tokenFrom, tokenTo };
    const expressions = parts.filter(isExpression);
    return [
      ...placeTraits(code, run, path),
      isExpression(parts[0]!) ? "expression first" : "text first",
      expressions.length > 1 ? "several" : "one",
      [...new Set(expressions.map((part) => typeOf(code, part)))].sort().join(" "),
      String(parts.length),
      ...this.#forms.map(({ write }) => (write(this.#built, code) ? "sayable" : "not sayable")),
    ];
  }

  fate(pair: Pair, rights: readonly Right[]): Fate {
    const { from, to } = this.#tokens;
    const window = windowOf(pair, from, to);
    const became = dense(pair.final.keys.slice(window.from, window.to).join(""));
    if (became === dense(this.#code.keys.slice(from, to).join(""))) return "kept";
    const found = rights.findIndex((right) => this.#written(right) === became);
    return found >= 0 ? found : undefined;
  }

  edits(right: Right): readonly PieceEdit[] | undefined {
    const { tree } = this.#code.region;
    const node = this.#code.treeNodes[this.#node]!;
    // A comment between the parts has no place in another form.
    if (tree.types.slice(node, tree.nodeEnds[node]).some((type) => type.includes("comment"))) return undefined;
    const pieces = this.#form(right)?.write(this.#built, this.#code);
    return pieces && [{ start: tree.starts[node]!, end: tree.ends[node]!, pieces }];
  }

  #form({ key }: Right): Form | undefined {
    return this.#forms.find(({ name }) => name === key);
  }

  /** What the form would make of it. */
  #written(right: Right): string | undefined {
    const pieces = this.#form(right)?.write(this.#built, this.#code);
    return (
      pieces && dense(pieces.map((piece) => (typeof piece === "string" ? piece : sourceOf(this.#code, piece))).join(""))
    );
  }
}

/** Type of the node that an expression is; of one in a string only whether it is a name. */
function typeOf(code: SolidCode, part: Expression): string {
  const { tokens } = part;
  if (!tokens) return /^[\w.$]+$/.test(sourceOf(code, part)) ? "name" : "expression";
  let node = code.tokenNodes[tokens.from]!;
  while (code.firsts[code.parents[node]!] === tokens.from && code.lasts[code.parents[node]!]! <= tokens.to) {
    node = code.parents[node]!;
  }
  return code.types[node]!;
}

/** Text without white space and backslashes before quotes, and all quotes alike. */
function dense(text: string): string {
  return text.replaceAll(/\s+/g, "").replaceAll(/\\?["']/g, '"');
}
