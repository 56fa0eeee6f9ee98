/**
 * Names of variables: a word for another (`err` → `error`), one name for all of a kind (whatever is caught is `error`),
 * another case. A variable is one place, however often it is named, and is renamed everywhere or nowhere.
 */
import type { PieceEdit } from "./edits.ts";
import { isContent, type SolidCode, tokenEnd, tokenStart } from "./solid.ts";
import { type Fate, type Mined, type Pair, type Right, type Site, type Slot, type Subject, type TokenRange, type Traits, VARIABLES } from "./subject.ts";

export interface Variable {
  readonly name: string;
  /** Its tokens in the region. */
  readonly tokens: readonly number[];
  /** Type of the node that declares it; "" for one from outside. */
  readonly declared: string;
  /** Of the one around that. */
  readonly around: string;
}

const variablesOfCode = new WeakMap<SolidCode, readonly Variable[]>();

/** Variables that a region names, each once. */
export function variablesOf(code: SolidCode): readonly Variable[] {
  let variables = variablesOfCode.get(code);
  if (!variables) variablesOfCode.set(code, (variables = findVariables(code)));
  return variables;
}

/** Names that the final text has others for, wherever the generation named them. */
export function renamesOf(pair: Pick<Pair, "generated" | "final" | "alignment">): Map<string, string> {
  const { generated, final, alignment } = pair;
  const renamed = new Map<string, string>();
  const taken = new Set(variablesOf(generated).map(({ name }) => name));
  for (const { name, tokens } of variablesOf(generated)) {
    const became = new Set<string>();
    let found = 0;
    for (const token of tokens) {
      const partner = alignment.finals[token]!;
      if (partner < 0) continue;
      found++;
      became.add(isVariable(final, final.tokenNodes[partner]!) ? final.keys[partner]! : "");
    }
    const [only] = became;
    const isRename = became.size === 1 && only !== "" && only !== name && found * 2 > tokens.length;
    if (isRename && !taken.has(only!)) renamed.set(name, only!);
  }
  return renamed;
}

/** What the renames of a pair may mean. */
export function mineNames({ generated, renamed }: Pair): Mined[] {
  const mined: Mined[] = [];
  for (const variable of variablesOf(generated)) {
    const name = renamed.get(variable.name);
    if (name === undefined) continue;
    for (const rule of rulesFor(variable, name)) mined.push({ subject: namingSubject(rule), right: rightOf(rule.wanted) });
  }
  return mined;
}

/** Which names a subject speaks of, and what it makes of one. */
interface NamingRule {
  readonly key: string;
  readonly title: string;
  readonly caution: "name" | "kind";
  readonly fits: (variable: Variable) => boolean;
  /** The new name for what a right side asks for. */
  readonly rename: (name: string, wanted: string) => string;
  readonly wanted: string;
}

function rulesFor(variable: Variable, name: string): NamingRule[] {
  const rules: NamingRule[] = [];
  const cases = caseChange(variable.name, name);
  if (cases) {
    rules.push({
      key: `case\0${cases.from}\0${variable.declared}`,
      title: `names in ${cases.from}`,
      caution: "name",
      fits: (other) => other.declared === variable.declared && caseOf(other.name) === cases.from,
      rename: (other, wanted) => inCase(other, wanted as NameCase),
      wanted: cases.to,
    });
    return rules;
  }
  const words = wordChange(variable.name, name);
  if (words) {
    const { from, to } = words;
    rules.push({
      key: `word\0${from}`,
      title: from,
      caution: "name",
      fits: (other) => wordsOf(other.name).some((word) => word.toLowerCase() === from),
      rename: (other, wanted) => replaceWord(other, from, wanted),
      wanted: to,
    });
  }
  if (!words) {
    rules.push({
      key: `exact\0${variable.name}`,
      title: variable.name,
      caution: "name",
      fits: (other) => other.name === variable.name,
      rename: (_, wanted) => wanted,
      wanted: name,
    });
  }
  if (variable.declared !== "" && wordsOf(name).length === 1) {
    rules.push({
      key: `kind\0${variable.declared}\0${variable.around}`,
      title: `any name in ${variable.declared.replaceAll("_", " ")}`,
      caution: "kind",
      fits: (other) => other.declared === variable.declared && other.around === variable.around,
      rename: (_, wanted) => wanted,
      wanted: name,
    });
  }
  return rules;
}

function rightOf(wanted: string): Right {
  return { key: wanted, title: wanted, items: [] };
}

const SLOTS: readonly Slot[] = ["kind", "hint", "hint", "name", "hint", "hint"];

function namingSubject(rule: NamingRule): Subject {
  return {
    key: `name\0${rule.key}`,
    index: VARIABLES,
    title: rule.title,
    caution: rule.caution === "kind" ? "vague" : "name",
    weight: rule.caution === "kind" ? -2 : -1,
    slots: SLOTS,
    siteAt: (code, at) => {
      const variable = variablesOf(code)[at]!;
      return rule.fits(variable) ? new NamingSite(rule, code, variable) : undefined;
    },
  };
}

class NamingSite implements Site {
  readonly touched: readonly TokenRange[];
  readonly holes: readonly TokenRange[] = [];
  readonly binding: string;
  readonly #rule: NamingRule;
  readonly #code: SolidCode;
  readonly #variable: Variable;

  constructor(rule: NamingRule, code: SolidCode, variable: Variable) {
    this.#rule = rule;
    this.#code = code;
    this.#variable = variable;
    this.touched = variable.tokens.map((token) => ({ from: token, to: token + 1 }));
    // One name in several places is several places, if it is declared in each.
    this.binding = `${variable.name}\0${variable.tokens.map((token) => code.keys[token + 1] ?? "").join("\0")}`;
  }

  traits(path: string): Traits {
    const { name, declared, around, tokens } = this.#variable;
    return [
      declared === "" ? "used" : "declared",
      declared,
      around,
      name,
      String(Math.min(wordsOf(name).length, 3)),
      tokens.length > 1 ? "again" : path.slice(0, Math.max(0, path.lastIndexOf("/"))),
    ];
  }

  fate({ final, alignment, renamed }: Pair, rights: readonly Right[]): Fate {
    const { name, tokens } = this.#variable;
    const became = renamed.get(name);
    if (became === undefined) {
      const isKept = tokens.some((token) => {
        const partner = alignment.finals[token]!;
        return partner >= 0 && final.keys[partner] === name;
      });
      return isKept ? "kept" : undefined;
    }
    const found = rights.findIndex(({ key }) => this.#rule.rename(name, key) === became);
    return found >= 0 ? found : "kept";
  }

  edits(right: Right): readonly PieceEdit[] | undefined {
    const { name, tokens } = this.#variable;
    const renamed = this.#rule.rename(name, right.key);
    if (renamed === name || !/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(renamed)) return undefined;
    const code = this.#code;
    // The new name is somebody else's, or the old one is known outside and stays.
    if (variablesOf(code).some((other) => other.name === renamed) || isNamedOutside(code, name)) return undefined;
    if (this.#variable.declared !== "" && isNamedOutside(code, renamed)) return undefined;
    return tokens.map((token) => {
      const start = tokenStart(code, token);
      const end = tokenEnd(code, token);
      const isShort = code.types[code.tokenNodes[token]!]!.startsWith("shorthand_property");
      return { start, end, pieces: [isShort ? `${name}: ${renamed}` : renamed] };
    });
  }
}

function isNamedOutside({ region: { tree, start, end } }: SolidCode, name: string): boolean {
  for (const leaf of tree.leaves) {
    const from = tree.starts[leaf]!;
    const to = tree.ends[leaf]!;
    if (to - from !== name.length || (from >= start && to <= end)) continue;
    if (tree.text.startsWith(name, from) && VARIABLE.test(tree.types[leaf]!)) return true;
  }
  return false;
}

const VARIABLE = /^(?:identifier|variable_name|simple_identifier|shorthand_property_identifier(?:_pattern)?)$/;
/** Nodes that give a name to something, in one grammar or another. */
const DECLARES =
  /declarator|parameter|_pattern$|catch|except|declaration|definition|for_|assignment$|named_expression|as_pattern|lambda|^arrow_function$|import_specifier|namespace_import|import_clause|short_var/;
/** Nodes in which every name is a new one. */
const DECLARES_ALL = /parameters$|^(?:array|object|tuple|list)_pattern$|^pattern_list$/;

function isVariable(code: SolidCode, node: number): boolean {
  return VARIABLE.test(code.types[node]!) && isContent(code, node) && !isMember(code, node);
}

/** `x` in `a.x` and `f(x=1)` names no variable. */
function isMember(code: SolidCode, node: number): boolean {
  const parent = code.parents[node]!;
  if (parent < 0) return false;
  const first = parent + 1;
  const type = code.types[parent]!;
  if (/^(?:attribute|field_expression|selector_expression|member_access_expression|field_access)$/.test(type)) {
    return node !== first;
  }
  return type === "keyword_argument" && node === first;
}

function findVariables(code: SolidCode): Variable[] {
  const found = new Map<string, { tokens: number[]; declared: string; around: string }>();
  code.tokenNodes.forEach((node, token) => {
    if (!isVariable(code, node)) return;
    const name = code.keys[token]!;
    let variable = found.get(name);
    if (!variable) found.set(name, (variable = { tokens: [], declared: "", around: "" }));
    variable.tokens.push(token);
    const declaring = variable.declared === "" ? declaringNode(code, node) : -1;
    if (declaring < 0) return;
    variable.declared = code.types[declaring]!;
    const parent = code.parents[declaring]!;
    variable.around = parent < 0 ? "" : code.types[parent]!;
  });
  return [...found].map(([name, variable]) => ({ name, ...variable }));
}

/** The node that makes this the declaration of its name, or -1. */
function declaringNode(code: SolidCode, node: number): number {
  const parent = code.parents[node]!;
  if (parent < 0) return -1;
  const type = code.types[parent]!;
  if (DECLARES_ALL.test(type)) return parent;
  if (!DECLARES.test(type)) return -1;
  // The name comes first; what follows is its type or value.
  for (let child = parent + 1; child < node; child = code.nodeEnds[child]!) {
    if (VARIABLE.test(code.types[child]!) || code.types[child] === "=") return -1;
  }
  return parent;
}

type NameCase = "camelCase" | "PascalCase" | "snake_case" | "UPPER_CASE" | "_camelCase" | "_snake_case";

/** Undefined for names that could be of several cases. */
function caseOf(name: string): NameCase | undefined {
  if (/^[a-z]+\d*(?:[A-Z][a-z\d]*)+$/.test(name)) return "camelCase";
  if (/^[a-z\d]+(?:_[a-z\d]+)+$/.test(name)) return "snake_case";
  if (/^[A-Z\d]+(?:_[A-Z\d]+)+$/.test(name)) return "UPPER_CASE";
  if (/^(?:[A-Z][a-z\d]+){2,}$/.test(name)) return "PascalCase";
  if (/^_[a-z]+\d*(?:[A-Z][a-z\d]*)*$/.test(name)) return "_camelCase";
  return /^_[a-z\d]+(?:_[a-z\d]+)+$/.test(name) ? "_snake_case" : undefined;
}

function caseChange(before: string, after: string): { readonly from: NameCase; readonly to: NameCase } | undefined {
  const from = caseOf(before);
  const to = caseOf(after);
  if (!from || !to || from === to) return undefined;
  return inCase(before, to) === after ? { from, to } : undefined;
}

function inCase(name: string, wanted: NameCase): string {
  const words = wordsOf(name).map((word) => word.toLowerCase());
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const camel = words.map((word, at) => (at === 0 ? word : capital(word))).join("");
  switch (wanted) {
    case "camelCase":
      return camel;
    case "_camelCase":
      return `_${camel}`;
    case "PascalCase":
      return words.map(capital).join("");
    case "snake_case":
      return words.join("_");
    case "_snake_case":
      return `_${words.join("_")}`;
    case "UPPER_CASE":
      return words.join("_").toUpperCase();
  }
}

const WORD = /[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g;

function wordsOf(name: string): string[] {
  return name.match(WORD) ?? [];
}

/** The one word that differs. */
function wordChange(before: string, after: string): { readonly from: string; readonly to: string } | undefined {
  for (const word of new Set(wordsOf(before).map((one) => one.toLowerCase()))) {
    const at = wordsOf(before).findIndex((one) => one.toLowerCase() === word);
    const rest = wordsOf(before).length - 1;
    const others = wordsOf(after);
    const length = others.length - rest;
    if (length < 1 || length > 2) continue;
    const to = others.slice(at, at + length).join(" ").toLowerCase();
    if (to !== word && replaceWord(before, word, to) === after) return { from: word, to };
  }
  return undefined;
}

/** Every such word, in the case of the one it stands for. */
function replaceWord(name: string, from: string, to: string): string {
  return name.replaceAll(WORD, (word, offset: number) => {
    if (word.toLowerCase() !== from) return word;
    const words = to.split(" ");
    if (word.length > 1 && word === word.toUpperCase()) return words.join("_").toUpperCase();
    const isSnake = name.includes("_");
    const capital = (one: string): string => one.charAt(0).toUpperCase() + one.slice(1);
    const starts = /^[A-Z]/.test(word) && (offset > 0 || /^[A-Z]/.test(name));
    return words.map((one, at) => (at === 0 ? (starts ? capital(one) : one) : isSnake ? `_${one}` : capital(one))).join("");
  });
}
