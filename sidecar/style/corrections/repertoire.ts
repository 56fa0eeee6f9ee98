/**
 * What is known of one language: the corrections that were seen, found by the nodes that they begin with, and recent
 * code, which is asked whenever something new turns up: what would it have done to you?
 */
import { variablesOf } from "./variables.ts";
import type { Place } from "../../../protocol/style.ts";
import { Cases } from "./judgement.ts";
import type { SolidCode } from "./solid.ts";
import type { Index, Mined, Pair, Right, Site, Subject, TokenRange } from "./subject.ts";

/** One subject, what became of its places, and the right sides that were written there. */
export interface Family {
  readonly subject: Subject;
  readonly rights: readonly Right[];
  readonly cases: Cases;
  /** By right side: newest first. */
  readonly evidence: readonly (readonly Evidence[])[];
  /** By right side: stands for both sides, and tells nothing of them. */
  readonly prints: readonly string[];
}

export interface Evidence {
  readonly at: number;
  readonly place: Place;
  readonly project: number | undefined;
}

/** Code that somebody wrote or kept; with `pair` also what it was before. */
export interface Witness {
  readonly pair: Pair | undefined;
  readonly code: SolidCode;
  readonly project: number | undefined;
  readonly path: string;
  readonly weight: number;
  readonly source: number;
  /** Tokens inside of what changed around them. */
  readonly dependent: readonly TokenRange[];
}

interface MutableFamily extends Family {
  readonly rights: Right[];
  readonly evidence: Evidence[][];
  readonly prints: string[];
  /** Source of its last success. */
  last: number;
}

const WITNESSES_MAX = 64;
/** Longer code is weighed, and not kept. */
const WITNESS_TOKENS_MAX = 3000;
const EVIDENCE_MAX = 3;
/** Right sides of one subject. */
const RIGHTS_MAX = 12;

export class Repertoire {
  readonly #familiesMax: number;
  readonly #families = new Map<string, MutableFamily>();
  readonly #index: Record<Index["by"], Map<string, MutableFamily[]>> = emptyIndex();
  readonly #witnesses: Witness[] = [];

  constructor(familiesMax: number) {
    this.#familiesMax = familiesMax;
  }

  get families(): Iterable<Family> {
    return this.#families.values();
  }

  get size(): number {
    return this.#families.size;
  }

  /** Every place in the code that something known matches. */
  forSites(code: SolidCode, use: (family: Family, site: Site) => void, isAsked: (family: Family) => boolean): void {
    const asked = new Map<readonly MutableFamily[], readonly MutableFamily[]>();
    const ask = (families: readonly MutableFamily[] | undefined, node: number): void => {
      if (families === undefined) return;
      let some = asked.get(families);
      if (some === undefined) asked.set(families, (some = families.filter(isAsked)));
      for (const family of some) {
        const site = family.subject.siteAt(code, node);
        if (site) use(family, site);
      }
    };
    const { type, parent, token, variable } = this.#index;
    const naming = variable.get("");
    if (naming !== undefined) variablesOf(code).forEach((_, at) => ask(naming, at));
    for (let node = 1; node < code.types.length; node++) {
      if (!code.sound[node]) continue;
      ask(type.get(code.types[node]!), node);
      ask(parent.get(code.types[code.parents[node]!]!), node);
      if (code.nodeEnds[node] === node + 1) ask(token.get(code.keys[code.firsts[node]!]!), node);
    }
  }

  /** Generated tokens of a pair that became what something known says. */
  explain(pair: Pair): TokenRange[] {
    const explained: TokenRange[] = [];
    this.forSites(
      pair.generated,
      (family, site) => {
        if (typeof site.fate(pair, family.rights) === "number") explained.push(...site.touched);
      },
      ({ cases }) => cases.all.some(({ right }) => right >= 0),
    );
    return explained;
  }

  /** Counts what became of every place that is known. */
  weigh(witness: Witness): void {
    this.forSites(
      witness.code,
      (family, site) => addCase(family as MutableFamily, witness, site),
      () => true,
    );
    this.#keep(witness);
  }

  /** Takes in what was mined from a witness that is weighed already. */
  admit({ subject, right }: Mined, evidence: Evidence | undefined): void {
    let family = this.#families.get(subject.key);
    const isNew = !family;
    family ??= this.#add(subject);
    let at = family.rights.findIndex(({ key }) => key === right.key);
    const isNewRight = at < 0;
    if (isNewRight) {
      if (family.rights.length >= RIGHTS_MAX) return;
      at = family.rights.push(right) - 1;
      family.evidence.push([]);
      family.prints.push(fingerprint(`${subject.key}\0\0${right.key}`));
    }
    if (evidence) {
      family.evidence[at]!.unshift(evidence);
      family.evidence[at]!.length = Math.min(family.evidence[at]!.length, EVIDENCE_MAX);
    }
    if (!isNewRight) {
      // Only some places show what becomes of a line end before it.
      if (right.text?.lead !== undefined) family.rights[at] = right;
      return;
    }
    for (const witness of this.#witnesses) {
      forSitesOf(subject, witness.code, (site) => addCase(family, witness, site, isNew ? undefined : at));
    }
    this.#bound();
  }

  #add(subject: Subject): MutableFamily {
    const cases = new Cases(subject.slots, subject.isRisky);
    const family: MutableFamily = { subject, rights: [], cases, evidence: [], prints: [], last: 0 };
    this.#families.set(subject.key, family);
    const { by, of } = subject.index;
    const index = this.#index[by];
    const others = index.get(of);
    if (others) others.push(family);
    else index.set(of, [family]);
    return family;
  }

  #keep(witness: Witness): void {
    if (witness.code.keys.length > WITNESS_TOKENS_MAX) return;
    this.#witnesses.push(witness);
    if (this.#witnesses.length > WITNESSES_MAX) this.#witnesses.shift();
  }

  /** Lets go of the least useful: seen once, and long ago. */
  #bound(): void {
    if (this.#families.size <= this.#familiesMax) return;
    const useOf = (family: MutableFamily): number => {
      const sources = new Set(family.cases.all.flatMap(({ right, source }) => (right < 0 ? [] : [source])));
      return sources.size >= 2 ? Number.MAX_SAFE_INTEGER / 2 + family.last : family.last;
    };
    const byUse = [...this.#families.values()].map((family) => ({ family, use: useOf(family) }));
    byUse.sort((a, b) => a.use - b.use);
    // Some at a time, so that this is rare.
    for (const { family } of byUse.slice(0, Math.ceil(this.#familiesMax / 10))) {
      this.#families.delete(family.subject.key);
      const { by, of } = family.subject.index;
      const rest = this.#index[by].get(of)!.filter((other) => other !== family);
      if (rest.length > 0) this.#index[by].set(of, rest);
      else this.#index[by].delete(of);
    }
  }
}

function emptyIndex(): Record<Index["by"], Map<string, MutableFamily[]>> {
  return { type: new Map(), parent: new Map(), token: new Map(), variable: new Map() };
}

/** `only`: the right side that is counted; undefined for all, and for the left one too. */
function addCase(family: MutableFamily, witness: Witness, site: Site, only?: number): void {
  const { pair, project, path, weight, source, dependent } = witness;
  const fate = pair ? site.fate(pair, family.rights) : "kept";
  if (fate === undefined) return;
  const right = fate === "kept" ? -1 : fate;
  if (only !== undefined && right !== only) return;
  if (right >= 0) family.last = Math.max(family.last, source);
  const isAlone = !dependent.some(({ from, to }) =>
    site.touched.every((range) => from <= range.from && range.to <= to),
  );
  family.cases.add({ traits: site.traits(path), right, weight, source, isAlone, project, binding: site.binding });
}

function forSitesOf(subject: Subject, code: SolidCode, use: (site: Site) => void): void {
  const { by, of } = subject.index;
  const ask = (node: number): void => {
    const site = subject.siteAt(code, node);
    if (site) use(site);
  };
  if (by === "variable") {
    variablesOf(code).forEach((_, at) => ask(at));
    return;
  }
  for (let node = 1; node < code.types.length; node++) {
    if (!code.sound[node]) continue;
    if (
      by === "type"
        ? code.types[node] === of
        : by === "parent"
          ? code.types[code.parents[node]!] === of
          : isToken(code, node, of)
    )
      ask(node);
  }
}

function isToken(code: SolidCode, node: number, key: string): boolean {
  return code.nodeEnds[node] === node + 1 && code.keys[code.firsts[node]!] === key;
}

/** 53 bits of a text, in base 36 (cyrb53, a multiplicative hash in two lanes). */
function fingerprint(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}
