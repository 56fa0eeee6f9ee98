/**
 * Corrections: rewrites `left → right` that a developer made of generations again and again, learned from pairs of what
 * was generated and what became of it, and applied to the next suggestion. Pure and in memory; the pairs are stored
 * elsewhere, and learning them again in order gives the same corrections.
 */
import type { Parse } from "../../code/syntax.ts";
import type { Decision, Learned, Place, Repair } from "../learned.ts";
import type { Region } from "../region.ts";
import { alignTokens } from "./alignment.ts";
import { editsFor, type PieceEdit, renderSpan } from "./edits.ts";
import { fateOf } from "./fate.ts";
import { Cases, tuning } from "./judgement.ts";
import { type Mined, mineCorrections, type Pair } from "./mine.ts";
import { type LeftSide, type Match, matchAt, type RightSide } from "./pattern.ts";
import { keySequence, type SolidCode, solidCode } from "./solid.ts";
import { traitsOf } from "./traits.ts";

export interface CorrectionScope {
  /** Language whose style this is, see `styleLanguage`. */
  readonly languageId: string;
  readonly project: number | undefined;
  /** Of the file, relative to its project. */
  readonly path: string;
}

export interface CorrectedPair {
  readonly generated: Region;
  readonly final: Region;
  readonly scope: CorrectionScope;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** At most 1; less for pairs that were only inferred. */
  readonly weight: number;
  readonly evidence?: Place;
}

/** One left side, what became of its places, and the right sides that were written there. */
interface Family {
  readonly left: LeftSide;
  readonly rights: RightSide[];
  readonly cases: Cases;
  readonly evidence: Place[];
  seen: number;
}

interface Language {
  readonly families: Map<string, Family>;
  /** Families by what their run begins with. */
  readonly index: Map<string, Family[]>;
  readonly witnesses: Witness[];
}

/** Recent code, asked whenever a new left side turns up: how was it before? */
interface Witness {
  readonly pair: Pair | undefined;
  readonly code: SolidCode;
  readonly scope: CorrectionScope;
  readonly weight: number;
  readonly source: number;
}

const WITNESSES_MAX = 64;
const WITNESS_TOKENS_MAX = 3000;
const SIMILARITY_MIN = 0.3;

export class Corrections {
  readonly #languages = new Map<string, Language>();
  #sources = 0;

  learn(corrected: CorrectedPair): void {
    const { scope, weight } = corrected;
    const generated = solidCode(corrected.generated);
    const final = solidCode(corrected.final);
    const alignment = alignTokens(generated, final);
    if (!alignment || alignment.similarity < SIMILARITY_MIN) return;
    const pair: Pair = { generated, final, alignment, renamed: new Map() };
    const language = this.#language(scope.languageId);
    const witness: Witness = { pair, code: generated, scope, weight, source: ++this.#sources };
    this.#witness(language, witness);
    this.#weigh(language, witness, [...language.families.values()]);
    for (const mined of mineCorrections(pair)) this.#admit(language, mined, corrected);
  }

  observe(region: Region, scope: CorrectionScope): void {
    const language = this.#language(scope.languageId);
    const witness: Witness = { pair: undefined, code: solidCode(region), scope, weight: 1, source: ++this.#sources };
    this.#witness(language, witness);
    this.#weigh(language, witness, [...language.families.values()]);
  }

  rewrite(
    region: Region,
    scope: CorrectionScope,
    context: { readonly decisions: ReadonlyMap<string, Decision>; readonly parse: Parse },
  ): { readonly text: string; readonly repairs: Repair[] } {
    const { text } = region.tree;
    const original = text.slice(region.start, region.end);
    const language = this.#languages.get(scope.languageId);
    if (!language) return { text: original, repairs: [] };
    const code = solidCode(region);
    const chosen: Chosen[] = [];
    forMatches(language, code, (family, match) => {
      const vague = family.left.literals === 0;
      const traits = traitsOf(family.left, code, match, scope.path);
      const judgement = family.cases.judge(traits, scope.project, vague ? tuning.vague : tuning.bar);
      if (!judgement) return;
      const right = family.rights[judgement.right]!;
      const edits = editsFor(code, family.left, match, right);
      if (edits) chosen.push({ family, right, match, edits, confidence: judgement.confidence });
    });
    const compatible = withoutConflicts(chosen);
    if (compatible.length === 0) return { text: original, repairs: [] };
    const apply = (some: readonly Chosen[]): string =>
      renderSpan(
        text,
        some.flatMap(({ edits }) => edits),
        region.start,
        region.end,
      );
    const parses = (candidate: string): boolean => {
      const tree = context.parse(region.tree.grammar, text.slice(0, region.start) + candidate + text.slice(region.end));
      return tree !== undefined && tree.errors <= region.tree.errors;
    };
    let serving = compatible;
    let result = apply(serving);
    if (!parses(result)) {
      serving = serving.filter((one) => parses(apply([one])));
      result = apply(serving);
      if (serving.length === 0 || !parses(result)) return { text: original, repairs: [] };
    }
    const repairs = new Map<string, Repair>();
    for (const { family, right } of serving) {
      const title = `\`${family.left.title}\` → \`${right.title}\``;
      const count = (repairs.get(title)?.count ?? 0) + 1;
      repairs.set(title, { learnedId: title, kind: "correction", title, count });
    }
    return { text: result, repairs: [...repairs.values()] };
  }

  list(): Learned[] {
    return [];
  }

  /** For scratch. */
  dump(languageId: string, min = 2): string[] {
    const language = this.#language(languageId);
    return [...language.families.values()]
      .filter(({ cases }) => cases.all.filter((one) => one.right >= 0).length >= min)
      .map(
        ({ left, rights, cases }) =>
          `${left.title}  [${left.parent ?? ""} ${left.literals}] kept ${cases.all.filter((one) => one.right < 0).length}\n` +
          rights
            .map((right, at) => `      → ${right.title}  x${cases.all.filter((one) => one.right === at).length}`)
            .join("\n"),
      );
  }

  #language(id: string): Language {
    let language = this.#languages.get(id);
    if (!language) {
      language = { families: new Map(), index: new Map(), witnesses: [] };
      this.#languages.set(id, language);
    }
    return language;
  }

  #witness(language: Language, witness: Witness): void {
    if (witness.code.keys.length > WITNESS_TOKENS_MAX) return;
    language.witnesses.push(witness);
    if (language.witnesses.length > WITNESSES_MAX) language.witnesses.shift();
  }

  #admit(language: Language, { left, right }: Mined, corrected: CorrectedPair): void {
    let family = language.families.get(left.key);
    const isNew = !family;
    if (!family) {
      family = { left, rights: [], cases: new Cases(), evidence: [], seen: 0 };
      language.families.set(left.key, family);
      const key = indexKey(left);
      language.index.set(key, [...(language.index.get(key) ?? []), family]);
    }
    if (corrected.evidence) family.evidence.unshift(corrected.evidence);
    const known = family.rights.some(({ key }) => key === right.key);
    if (!known) family.rights.push(right);
    if (!isNew && known) return;
    // A new side: what it would have done to the code that was seen so far.
    const fresh = known ? undefined : family.rights.length - 1;
    for (const witness of language.witnesses) this.#weighOne(family, witness, isNew ? undefined : fresh);
  }

  #weigh(language: Language, witness: Witness, _families: readonly Family[]): void {
    forMatches(language, witness.code, (family, match) => this.#case(family, witness, match, undefined));
  }

  #weighOne(family: Family, witness: Witness, only: number | undefined): void {
    const { code } = witness;
    for (let node = 1; node < code.types.length; node++) {
      const match = matchAt(family.left, code, node);
      if (match) this.#case(family, witness, match, only);
    }
  }

  #case(family: Family, witness: Witness, match: Match, only: number | undefined): void {
    const { code, pair, scope, weight, source } = witness;
    const fate = pair ? fateOf(pair, family.left, family.rights, match) : "kept";
    if (fate === undefined) return;
    const right = fate === "kept" ? -1 : fate;
    if (only !== undefined && right !== only) return;
    family.cases.add({
      traits: traitsOf(family.left, code, match, scope.path),
      right,
      weight,
      source,
      project: scope.project,
      binding:
        family.left.holes === 0
          ? keySequence(code, Math.max(0, match.tokenFrom - 8), Math.min(code.keys.length, match.tokenTo + 8))
          : match.bindings.map((bound) => (bound ? keySequence(code, bound.tokenFrom, bound.tokenTo) : "")).join("\x02"),
    });
  }
}

interface Chosen {
  readonly family: Family;
  readonly right: RightSide;
  readonly match: Match;
  readonly edits: readonly PieceEdit[];
  readonly confidence: number;
}

/** The most specific correction wins a place; one inside another's hole does not meet it. */
function withoutConflicts(chosen: readonly Chosen[]): Chosen[] {
  const sorted = [...chosen].sort(
    (a, b) => b.family.left.literals - a.family.left.literals || b.confidence - a.confidence,
  );
  const taken: Chosen[] = [];
  for (const one of sorted) {
    if (taken.every((other) => isApart(one, other) || isInHole(one, other) || isInHole(other, one))) taken.push(one);
  }
  return taken;
}

function isApart({ match: a }: Chosen, { match: b }: Chosen): boolean {
  return a.tokenTo <= b.tokenFrom || b.tokenTo <= a.tokenFrom;
}

function isInHole({ match: inner }: Chosen, { match: outer }: Chosen): boolean {
  return outer.bindings.some(
    (bound) => bound !== undefined && bound.tokenFrom <= inner.tokenFrom && inner.tokenTo <= bound.tokenTo,
  );
}

function indexKey({ run, parent }: LeftSide): string {
  const first = run[0]!;
  if (first.kind === "token") return `token:${first.key}`;
  return first.kind === "hole" ? `parent:${parent ?? ""}` : `type:${first.type}`;
}

function forMatches(language: Language, code: SolidCode, use: (family: Family, match: Match) => void): void {
  const { index } = language;
  for (let node = 1; node < code.types.length; node++) {
    const isToken = code.nodeEnds[node] === node + 1;
    const found = [
      index.get(`type:${code.types[node]!}`),
      isToken ? index.get(`token:${code.keys[code.firsts[node]!]!}`) : undefined,
      index.get(`parent:${code.types[code.parents[node]!]!}`),
    ];
    for (const families of found) {
      for (const family of families ?? []) {
        const match = matchAt(family.left, code, node);
        if (match) use(family, match);
      }
    }
  }
}
