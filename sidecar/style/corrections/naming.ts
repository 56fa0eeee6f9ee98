/**
 * Names of variables: a word for another (`err` → `error`), one name for all of a kind (whatever is caught is `error`),
 * another case. A variable is one place, however often it is named, and is renamed everywhere or nowhere.
 */
import type { PieceEdit } from "./render.ts";
import { type NameCase, caseChange, caseOf, inCase, replaceWord, wordChange, wordsOf } from "./names.ts";
import { type SolidCode, tokenEnd, tokenStart } from "./solid.ts";
import type { Fate, Mined, Pair, Right, Site, Slot, Subject, TokenRange, Traits } from "./subject.ts";
import { isNamedOutside, isVariable, type Variable, variablesOf } from "./variables.ts";

/** Names that the final text has others for, wherever the generation named them. */
export function renamesOf(pair: Pick<Pair, "generated" | "final" | "alignment">): Map<string, string> {
  const { generated, final, alignment } = pair;
  const renamed = new Map<string, string>();
  const taken = new Set(variablesOf(generated).map(({ name }) => name));
  for (const { name, declared, tokens } of variablesOf(generated)) {
    const became = new Set<string>();
    let found = 0;
    for (const token of tokens) {
      const partner = alignment.finals[token]!;
      if (partner < 0) continue;
      found++;
      // Of what is declared elsewhere, another name in another place is another thing.
      const isSame = declared !== "" || around(generated, token) === around(final, partner);
      became.add(isSame && isVariable(final, final.tokenNodes[partner]!) ? final.keys[partner]! : "");
    }
    const [only] = became;
    const isRename = became.size === 1 && only !== "" && only !== name && found * 2 > tokens.length;
    if (isRename && !taken.has(only!)) renamed.set(name, only!);
  }
  return renamed;
}

/** Whether a token says what is taken from elsewhere: there a name is the other side's choice. */
function isImported(code: SolidCode, token: number): boolean {
  let node = code.tokenNodes[token]!;
  while (node >= 0 && !code.types[node]!.includes("import")) node = code.parents[node]!;
  return node >= 0;
}

/** Type of the node around a token. */
function around(code: SolidCode, token: number): string {
  return code.types[code.parents[code.tokenNodes[token]!]!] ?? "";
}

/** What the renames of a pair may mean. */
export function mineNames({ generated, renamed }: Pair): Mined[] {
  const mined: Mined[] = [];
  for (const variable of variablesOf(generated)) {
    const name = renamed.get(variable.name);
    if (name === undefined) continue;
    for (const rule of rulesFor(variable, name))
      mined.push({ subject: namingSubject(rule), right: rightOf(rule.wanted) });
  }
  return mined;
}

/** Which names a subject speaks of, and what it makes of one. */
interface NamingRule {
  readonly key: string;
  /** How specific it is. */
  readonly weight: number;
  readonly describe: (wanted: string) => string;
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
      weight: -1,
      describe: (wanted) => `names: ${wanted} instead of ${cases.from}`,
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
      weight: -1,
      describe: (wanted) => `\`${from}\` → \`${wanted}\` in names`,
      fits: (other) => wordsOf(other.name).some((word) => word.toLowerCase() === from),
      rename: (other, wanted) => replaceWord(other, from, wanted),
      wanted: to,
    });
  }
  if (!words) {
    rules.push({
      key: `exact\0${variable.name}`,
      weight: -1,
      describe: (wanted) => `\`${variable.name}\` → \`${wanted}\``,
      fits: (other) => other.name === variable.name,
      rename: (_, wanted) => wanted,
      wanted: name,
    });
  }
  if (variable.declared !== "" && wordsOf(name).length === 1) {
    rules.push({
      key: `kind\0${variable.declared}\0${variable.around}`,
      weight: -2,
      describe: (wanted) => `name of a ${variable.declared.replaceAll("_", " ")}: \`${wanted}\``,
      fits: (other) => other.declared === variable.declared && other.around === variable.around,
      rename: (_, wanted) => wanted,
      wanted: name,
    });
  }
  return rules;
}

function rightOf(wanted: string): Right {
  return { key: wanted };
}

/** Tokens on either side that tell uses of one name apart. */
const BESIDE = 4;
const SLOTS: readonly Slot[] = ["kind", "hint", "hint", "name", "hint", "hint"];

function namingSubject(rule: NamingRule): Subject {
  return {
    key: `name\0${rule.key}`,
    index: { by: "variable", of: "" },
    isRisky: false,
    weight: rule.weight,
    slots: SLOTS,
    siteAt: (code, at) => {
      const variable = variablesOf(code)[at]!;
      return rule.fits(variable) ? new NamingSite(rule, code, variable) : undefined;
    },
    describe: (right) => rule.describe(right.key),
  };
}

class NamingSite implements Site {
  readonly touched: readonly TokenRange[];
  readonly isOpen = false;
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
    // One name in several places is several places, if it is declared in each, or stands beside something else.
    const beside = variable.declared === "" ? BESIDE : 0;
    const places = variable.tokens.map((token) => code.keys.slice(Math.max(0, token - beside), token + beside + 2));
    this.binding = `${variable.name}\0${places.flat().join("\0")}`;
  }

  traits(path: string): Traits {
    const { name, declared, around, tokens } = this.#variable;
    return [
      declared !== "" ? "declared" : isImported(this.#code, tokens[0]!) ? "imported" : "used",
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
