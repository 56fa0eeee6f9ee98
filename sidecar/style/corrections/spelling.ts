/**
 * How literals are spelled: the case of hex digits, zeros around a point, separators of digits, prefixes of strings. A
 * spelling is a function that makes its own of any literal, so two corrections are enough for all numbers to come.
 */
import { isContent, keySequence, type SolidCode, tokenEnd, tokenStart } from "./solid.ts";
import type { Fate, Mined, Pair, Right, Site, Slot, Subject, TokenRange, Traits } from "./subject.ts";
import { PLACE_SLOTS, placeTraits } from "./traits.ts";

interface Spelling {
  readonly title: string;
  /** Whether it speaks of this literal at all. */
  readonly fits: RegExp;
  readonly respell: (literal: string) => string;
}

const HEX = /^0[xX]/;
const DECIMAL = /^(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?[a-zA-Z]{0,3}$/;
const POINT = /^\d[\d_]*\.\d*|^\.\d/;
/** Digits that separators make easier to read. */
const LONG = /\d{4}/;
const PREFIXED_STRING = /^[A-Za-z]{1,2}["']/;

const SPELLINGS: readonly Spelling[] = [
  { title: "hex digits: upper case", fits: HEX, respell: (text) => respellHex(text, (digits) => digits.toUpperCase()) },
  { title: "hex digits: lower case", fits: HEX, respell: (text) => respellHex(text, (digits) => digits.toLowerCase()) },
  {
    title: "number prefixes: lower case",
    fits: /^0[xXbBoO]/,
    respell: (text) => `0${text[1]!.toLowerCase()}${text.slice(2)}`,
  },
  {
    title: "number prefixes: upper case",
    fits: /^0[xXbBoO]/,
    respell: (text) => `0${text[1]!.toUpperCase()}${text.slice(2)}`,
  },
  { title: "exponents: lower case", fits: /^[\d._]+[eE]/, respell: (text) => text.replace("E", "e") },
  { title: "exponents: upper case", fits: /^[\d._]+[eE]/, respell: (text) => text.replace("e", "E") },
  {
    title: "number suffixes: upper case",
    fits: /\d[a-z]{1,3}$/i,
    respell: (text) => respellSuffix(text, (suffix) => suffix.toUpperCase()),
  },
  {
    title: "number suffixes: lower case",
    fits: /\d[a-z]{1,3}$/i,
    respell: (text) => respellSuffix(text, (suffix) => suffix.toLowerCase()),
  },
  {
    title: "fractions: no zeros at their end",
    fits: POINT,
    respell: (text) => text.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, ""),
  },
  { title: "fractions: no zero alone", fits: POINT, respell: (text) => text.replace(/\.0+(?=\D|$)/, ".") },
  { title: "fractions: one digit at least", fits: POINT, respell: (text) => text.replace(/\.(?=\D|$)/, ".0") },
  { title: "fractions: a zero before the point", fits: POINT, respell: (text) => text.replace(/^\./, "0.") },
  { title: "fractions: no zero before the point", fits: POINT, respell: (text) => text.replace(/^0\./, ".") },
  { title: "digits in groups", fits: DECIMAL, respell: groupDigits },
  { title: "digits without separators", fits: /\d_\d/, respell: (text) => text.replaceAll("_", "") },
  {
    title: "string prefixes: lower case",
    fits: PREFIXED_STRING,
    respell: (text) => text.replace(/^[A-Za-z]+/, (prefix) => prefix.toLowerCase()),
  },
  {
    title: "string prefixes: upper case",
    fits: PREFIXED_STRING,
    respell: (text) => text.replace(/^[A-Za-z]+/, (prefix) => prefix.toUpperCase()),
  },
  { title: "no prefix u before strings", fits: PREFIXED_STRING, respell: (text) => text.replace(/^[uU](?=["'])/, "") },
];

const SLOTS: readonly Slot[] = [...PLACE_SLOTS.map((): Slot => "hint"), "hint"];

/** Spellings that one literal was given. */
export function mineSpellings(pair: Pair): Mined[] {
  const { generated, final, alignment } = pair;
  const mined = new Map<string, Mined>();
  generated.keys.forEach((literal, token) => {
    const partner = alignment.finals[token]!;
    if (partner < 0 || literal === final.keys[partner]) return;
    const node = generated.tokenNodes[token]!;
    const wanted = final.keys[partner]!;
    if (!isContent(generated, node) || plain(literal) !== plain(wanted)) return;
    for (const spelling of SPELLINGS) {
      if (!turns(spelling, literal, wanted)) continue;
      const subject = spellingSubject(spelling, generated.types[node]!);
      mined.set(subject.key, { subject, right: RIGHT });
    }
  });
  return [...mined.values()];
}

const RIGHT: Right = { key: "" };

function spellingSubject(spelling: Spelling, type: string): Subject {
  return {
    key: `spelling\0${type}\0${spelling.title}`,
    index: { by: "type", of: type },
    isRisky: false,
    weight: 0,
    slots: SLOTS,
    siteAt: (code, node) => {
      if (!isContent(code, node) || code.types[node] !== type) return undefined;
      const literal = code.keys[code.firsts[node]!]!;
      const respelled = spelling.fits.test(literal) ? spelling.respell(literal) : literal;
      return respelled === literal ? undefined : new SpellingSite(spelling, code, node, respelled);
    },
    describe: () => spelling.title,
  };
}

class SpellingSite implements Site {
  readonly touched: readonly TokenRange[];
  readonly isOpen = false;
  readonly holes: readonly TokenRange[] = [];
  readonly binding: string;
  readonly #spelling: Spelling;
  readonly #code: SolidCode;
  readonly #node: number;
  readonly #token: number;
  readonly #respelled: string;

  constructor(spelling: Spelling, code: SolidCode, node: number, respelled: string) {
    this.#spelling = spelling;
    this.#code = code;
    this.#node = node;
    this.#token = code.firsts[node]!;
    this.#respelled = respelled;
    this.touched = [{ from: this.#token, to: this.#token + 1 }];
    this.binding = keySequence(code, this.#token, this.#token + 1);
  }

  traits(path: string): Traits {
    const code = this.#code;
    const node = this.#node;
    const run = {
      parent: code.parents[node]!,
      from: node,
      to: node + 1,
      tokenFrom: this.#token,
      tokenTo: this.#token + 1,
    };
    return [...placeTraits(code, run, path), ""];
  }

  fate({ generated, final, alignment }: Pair): Fate {
    const partner = alignment.finals[this.#token]!;
    if (partner < 0) return undefined;
    const was = generated.keys[this.#token]!;
    const is = final.keys[partner]!;
    if (was === is) return "kept";
    return turns(this.#spelling, was, is) ? 0 : undefined;
  }

  edits(): { start: number; end: number; pieces: string[] }[] {
    const start = tokenStart(this.#code, this.#token);
    const end = tokenEnd(this.#code, this.#token);
    const written = this.#code.region.tree.text.slice(start, end);
    // The key of a string may have other quotes than its text.
    const text = this.#respelled.length === written.length ? this.#respelled : this.#spelling.respell(written);
    return [{ start, end, pieces: [text] }];
  }
}

/** Whether the spelling stands between the two: the one is not spelled so, and the other is. */
function turns({ fits, respell }: Spelling, literal: string, wanted: string): boolean {
  return (
    fits.test(literal) &&
    fits.test(wanted) !== (literal === wanted) &&
    respell(literal) !== literal &&
    respell(wanted) === wanted &&
    plain(literal) === plain(wanted)
  );
}

/** What a literal means, nearly: nothing of how it is spelled. */
function plain(literal: string): string {
  if (/["'`]$/.test(literal)) return literal.replace(/^[A-Za-z]+/, (prefix) => prefix.toLowerCase().replace("u", ""));
  if (!/^\.?\d/.test(literal)) return literal;
  return literal
    .toLowerCase()
    .replaceAll("_", "")
    .replace(/^\./, "0.")
    .replace(/(\.\d*?)0+(?=\D|$)/, "$1")
    .replace(/\.(?=\D|$)/, "");
}

function respellHex(text: string, respell: (digits: string) => string): string {
  return text.replace(/^(0[xX])([\da-fA-F_]+)/, (_, prefix: string, digits: string) => prefix + respell(digits));
}

function respellSuffix(text: string, respell: (suffix: string) => string): string {
  return HEX.test(text) ? text : text.replace(/(?<=\d)[a-zA-Z]{1,3}$/, respell);
}

/** By threes from the point: `1234567.89` → `1_234_567.89`. */
function groupDigits(text: string): string {
  return text.replace(/^\d[\d_]*/, (digits) => {
    const plainDigits = digits.replaceAll("_", "");
    return LONG.test(plainDigits) ? plainDigits.replaceAll(/\B(?=(?:\d{3})+$)/g, "_") : plainDigits;
  });
}
