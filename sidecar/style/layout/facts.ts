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

/** What a fact is one value of. */
export function choiceOf({ attribute, detail }: Fact): string {
  return `${attribute}:${detail}`;
}

/** The fact as part of an id, without language and scope: "spacing=1:if (". */
export function factName({ attribute, detail, value }: Fact): string {
  return `${attribute}=${value}${detail === "" ? "" : `:${detail}`}`;
}

/** The fact that {@link factName} names so: an attribute and what follows its "=". */
export function parseFact(attribute: string, rest: string): Fact {
  const colon = rest.indexOf(":");
  return colon < 0
    ? { attribute, detail: "", value: rest }
    : { attribute, detail: rest.slice(colon + 1), value: rest.slice(0, colon) };
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

/** That the next place holds it, 0..1. */
export function confidenceOf({ held, total }: Held): number {
  return (held + 1) / (total + 2);
}

/** Whether it serves: as repair decides, roughly. */
export function isClear(known: Held): boolean {
  return confidenceOf(known) >= CLEAR_MIN && known.held >= CLEAR_SUPPORT;
}

const CLEAR_MIN = 0.75;
const CLEAR_SUPPORT = 2;

/** What one scope has been told by changes of offered text. */
export class Facts {
  readonly #choices = new Map<string, FactChoice>();

  /** `choice` is that of the fact, `keys` are those that the model has for it. */
  observe(choice: string, fact: Fact, keys: readonly string[], place?: () => Place): void {
    let known = this.#choices.get(choice);
    if (!known) this.#choices.set(choice, (known = { counts: new Map(), keys: new Set() }));
    for (const each of keys) known.keys.add(each);
    let seen = known.counts.get(fact.value);
    if (!seen) known.counts.set(fact.value, (seen = { fact, count: 0, places: [] }));
    seen.count++;
    if (place) seen.places = withPlace(seen.places, place());
  }

  /** The commonest value of a choice. */
  commonest(choice: string): string | undefined {
    const known = this.#choices.get(choice);
    return known && commonestOf(known).fact.value;
  }

  /** The same, as far as it is clear. */
  clear(choice: string): string | undefined {
    const known = this.#choices.get(choice);
    if (!known) return undefined;
    const { fact, count: held } = commonestOf(known);
    return isClear({ held, total: totalOf(known) }) ? fact.value : undefined;
  }

  /** Every value of each choice. */
  *list(): Generator<KnownFact> {
    for (const known of this.#choices.values()) {
      const total = totalOf(known);
      for (const { fact, count, places } of known.counts.values()) yield { fact, held: count, total, places };
    }
  }

  /** Whether a fact was seen, and not only other values of its choice. */
  has(fact: Fact): boolean {
    return this.#choices.get(choiceOf(fact))?.counts.has(fact.value) === true;
  }

  /** The keys that the model has for a choice. */
  keysOf(choice: string): Iterable<string> {
    return this.#choices.get(choice)?.keys ?? [];
  }

  /** Forgets all values of a choice. */
  forget(choice: string): void {
    this.#choices.delete(choice);
  }
}

/** How often something held, of how many times. */
export interface Held {
  readonly held: number;
  readonly total: number;
}

export interface KnownFact extends Held {
  readonly fact: Fact;
  /** Newest first. */
  readonly places: readonly Place[];
}

interface FactCount {
  readonly fact: Fact;
  count: number;
  places: readonly Place[];
}

interface FactChoice {
  /** By value. */
  readonly counts: Map<string, FactCount>;
  readonly keys: Set<string>;
}

const PLACES_MAX = 3;

/** The first of several that are equally common. */
function commonestOf({ counts }: FactChoice): FactCount {
  let best: FactCount | undefined;
  for (const each of counts.values()) if (best === undefined || each.count > best.count) best = each;
  return best!;
}

function totalOf({ counts }: FactChoice): number {
  let total = 0;
  for (const { count } of counts.values()) total += count;
  return total;
}

function withPlace(places: readonly Place[], place: Place): readonly Place[] {
  const others = places.filter(({ path, text }) => path !== place.path || text !== place.text);
  return [place, ...others].slice(0, PLACES_MAX);
}

/** Node types and marks as people say them. */
function plain(token: string): string {
  return /^[\w]+$/.test(token) ? token.replaceAll("_", " ") : `\`${token}\``;
}

function depthWords(value: string): string {
  if (value.startsWith("+")) return `${value.slice(1)} spaces`;
  return value === "aligned" ? "aligned" : `${value} ${value === "1" ? "level" : "levels"}`;
}
