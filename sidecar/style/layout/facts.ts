/**
 * Layout in words: each choice that was learned has a name that people read, veto and find again. The model itself is
 * filed under contexts of the grammar (keys.ts); this is what is told of it.
 */
import type { Place } from "../../../protocol/style.ts";
import type { Gap } from "./gaps.ts";

export interface Fact {
  /** "quotes", "spacing", … as among the named conventions. */
  readonly attribute: string;
  /** Where it holds, in tokens and node types ("if ("); empty where it holds everywhere. Never source text. */
  readonly detail: string;
  readonly value: string;
}

export const QUOTE_NAMES: Readonly<Record<string, string>> = { "'": "single", '"': "double" };

export function quoteFact(quote: string): Fact {
  return { attribute: "quotes", detail: "", value: QUOTE_NAMES[quote[0]!] ?? quote };
}

/** `other`: the mark that had been offered, which tells which of the two a gap without one is about. */
export function markFact(mark: string, other: string): Fact {
  const attribute = mark === ";" || other === ";" ? "semicolons" : "trailing-commas";
  return { attribute, detail: "", value: mark === "" ? "never" : "always" };
}

export function spaceFact({ context, mark }: Gap, value: string): Fact {
  const left = mark === "" ? context.leftToken : mark;
  return { attribute: "spacing", detail: `${left} ${context.rightToken}`, value };
}

export function breakFact({ context }: Gap, value: string): Fact {
  return { attribute: "line-breaks", detail: `${context.leftToken} ${context.rightToken}`, value };
}

export function blankFact({ context }: Gap, value: string): Fact {
  return { attribute: "blank-lines", detail: `${context.leftChild} ${context.rightChild}`, value };
}

export function depthFact({ context }: Gap, value: string): Fact {
  return { attribute: "continuation", detail: context.nodeType, value };
}

/** The fact as part of an id, without language and scope: "spacing=1:if (". */
export function factName({ attribute, detail, value }: Fact): string {
  return `${attribute}=${value}${detail === "" ? "" : `:${detail}`}`;
}

/** The fact in words. */
export function factTitle({ attribute, detail, value }: Fact): string {
  const [left = "", right = ""] = detail.split(" ").map(plain);
  switch (attribute) {
    case "quotes":
      return `strings: ${value} quotes`;
    case "semicolons":
      return value === "never" ? "statements: no semicolons" : "statements: semicolons";
    case "trailing-commas":
      return value === "never" ? "trailing commas: never" : "trailing commas: always";
    case "spacing":
      return value === "0"
        ? `spacing: none between ${left} and ${right}`
        : `spacing: ${value === "1" ? "a space" : `${value} spaces`} between ${left} and ${right}`;
    case "line-breaks":
      return value === "0"
        ? `line breaks: none between ${left} and ${right}`
        : `line breaks: between ${left} and ${right}`;
    case "blank-lines":
      return `blank lines: ${Number(value) - 1} between ${left} and ${right}`;
    case "continuation":
      return `indentation in ${plain(detail)}: ${depthWords(value)}`;
    case "line-width":
      return `lines: at most ${value} columns`;
    case "indent":
      return value === "tab" ? "indentation: tabs" : `indentation: ${value} spaces`;
    default:
      return `${attribute}: ${value}`;
  }
}

/** What one scope has been told by changes of offered text. */
export class Facts {
  readonly #facts = new Map<
    string,
    { readonly counts: Map<string, { fact: Fact; count: number; places: Place[] }>; readonly keys: Set<string> }
  >();

  /**
   * `isChanged`: something else had been offered. Facts that nobody ever had to change are not worth telling. `keys`:
   * the choices that the fact tells of.
   */
  observe(fact: Fact, isChanged: boolean, place: Place | undefined, keys: Iterable<string>): void {
    const key = `${fact.attribute}:${fact.detail}`;
    let known = this.#facts.get(key);
    if (!known) {
      if (!isChanged) return;
      this.#facts.set(key, (known = { counts: new Map(), keys: new Set() }));
    }
    for (const each of keys) known.keys.add(each);
    const seen = known.counts.get(fact.value) ?? { fact, count: 0, places: [] };
    const places = isChanged && place ? [place, ...seen.places].slice(0, PLACES_MAX) : seen.places;
    known.counts.set(fact.value, { fact, count: seen.count + 1, places });
  }

  /** The commonest value of each choice. */
  list(): { readonly fact: Fact; readonly held: number; readonly total: number; readonly places: readonly Place[] }[] {
    return [...this.#facts.values()].map(({ counts }) => {
      const all = [...counts.values()];
      const best = all.reduce((most, one) => (one.count > most.count ? one : most));
      return {
        fact: best.fact,
        held: best.count,
        total: all.reduce((sum, one) => sum + one.count, 0),
        places: best.places,
      };
    });
  }

  /** Forgets one fact, with its other values; gives the choices that it told of. */
  forget(name: string): ReadonlySet<string> {
    for (const [key, { counts, keys }] of this.#facts) {
      if (![...counts.values()].some(({ fact }) => factName(fact) === name)) continue;
      this.#facts.delete(key);
      return keys;
    }
    return new Set();
  }
}

const PLACES_MAX = 3;

/** Node types and marks as people say them. */
function plain(token: string): string {
  return /^[\w]+$/.test(token) ? token.replaceAll("_", " ") : `\`${token}\``;
}

function depthWords(value: string): string {
  if (value.startsWith("+")) return `${value.slice(1)} spaces`;
  return value === "aligned" ? "aligned" : `${value} ${value === "1" ? "level" : "levels"}`;
}
