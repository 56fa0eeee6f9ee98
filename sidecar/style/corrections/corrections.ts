/**
 * Corrections: rewrites `left → right` that a developer made of generations again and again, learned from pairs of what
 * was generated and what became of it, and applied to the next suggestion. Pure and in memory; the pairs are stored
 * elsewhere, and learning them again in order gives the same corrections.
 */
import type { Parse } from "../../code/syntax.ts";
import type { Decision, Learned, Place, Repair } from "../learned.ts";
import type { Region } from "../region.ts";
import { alignTokens } from "./alignment.ts";
import { type PieceEdit, renderSpan } from "./edits.ts";
import { Cases, tuning } from "./judgement.ts";
import { mineBuildings } from "./building.ts";
import { mineCorrections } from "./mine.ts";
import { mineNames, renamesOf, variablesOf } from "./naming.ts";
import { mineSpellings } from "./spelling.ts";
import { type SolidCode, solidCode } from "./solid.ts";
import { type Mined, nodeIndexes, type Pair, type Right, type Site, type Subject, type TokenRange, VARIABLES } from "./subject.ts";

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

/** One subject, what became of its places, and the right sides that were written there. */
interface Family {
  readonly subject: Subject;
  readonly rights: Right[];
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
    const first = alignTokens(generated, final);
    if (!first || first.similarity < SIMILARITY_MIN) return;
    const renamed = renamesOf({ generated, final, alignment: first });
    const alignment = renamed.size === 0 ? first : alignTokens(generated, final, renamed)!;
    const explained: TokenRange[] = [];
    const pair: Pair = { generated, final, alignment, renamed, explained };
    const language = this.#language(scope.languageId);
    const witness: Witness = { pair, code: generated, scope, weight, source: ++this.#sources };
    this.#witness(language, witness);
    this.#weigh(language, witness, explained);
    const found = [...mineBuildings(pair), ...mineSpellings(pair), ...mineNames(pair), ...mineCorrections(pair)];
    for (const mined of found) this.#admit(language, mined, corrected);
  }

  observe(region: Region, scope: CorrectionScope): void {
    const language = this.#language(scope.languageId);
    const witness: Witness = { pair: undefined, code: solidCode(region), scope, weight: 1, source: ++this.#sources };
    this.#witness(language, witness);
    this.#weigh(language, witness, []);
  }

  rewrite(
    region: Region,
    scope: CorrectionScope,
    context: { readonly decisions: ReadonlyMap<string, Decision>; readonly parse: Parse },
  ): { readonly text: string; readonly repairs: Repair[] } {
    const { text } = region.tree;
    const language = this.#languages.get(scope.languageId);
    const repairs = new Map<string, Repair>();
    let at: Region = region;
    // A correction may make the place of another: what became a template may stand in braces then.
    for (let pass = 0; language && pass < tuning.passes; pass++) {
      const next = this.#rewriteOnce(language, at, scope, context.parse, repairs);
      if (!next) break;
      at = next;
    }
    return { text: at === region ? text.slice(region.start, region.end) : at.tree.text.slice(at.start, at.end), repairs: [...repairs.values()] };
  }

  #rewriteOnce(
    language: Language,
    region: Region,
    scope: CorrectionScope,
    parse: Parse,
    repairs: Map<string, Repair>,
  ): Region | undefined {
    const { text, grammar, errors } = region.tree;
    const code = solidCode(region);
    const chosen: Chosen[] = [];
    forSites(language, code, (family, site) => {
      const debug = (globalThis as any).DEBUG;
      if (debug) debug(family.subject.title, site.traits(scope.path), family.cases.judge(site.traits(scope.path), scope.project, 0), family.cases.all, family.rights, site);
      const judgement = family.cases.judge(site.traits(scope.path), scope.project, tuning[family.subject.caution === "name" ? "naming" : family.subject.caution]);
      if (!judgement) return;
      const right = family.rights[judgement.right]!;
      const edits = site.edits(right);
      if (edits) chosen.push({ family, right, site, edits, confidence: judgement.confidence });
    });
    const compatible = withoutConflicts(chosen);
    if (compatible.length === 0) return undefined;
    const before = text.slice(0, region.start);
    const behind = text.slice(region.end);
    const make = (some: readonly Chosen[]): Region | undefined => {
      const edits = some.flatMap((one) => one.edits);
      const made = renderSpan(text, edits, region.start, region.end);
      const tree = parse(grammar, before + made + behind);
      if (!tree || tree.errors > errors) return undefined;
      return { tree, start: region.start, end: region.start + made.length };
    };
    let serving = compatible;
    let made = make(serving);
    if (!made) {
      serving = serving.filter((one) => make([one]));
      made = serving.length === 0 ? undefined : make(serving);
    }
    if (!made) return undefined;
    for (const { family, right } of serving) {
      const title = `\`${family.subject.title}\` → \`${right.title}\``;
      const count = (repairs.get(title)?.count ?? 0) + 1;
      repairs.set(title, { learnedId: title, kind: "correction", title, count });
    }
    return made;
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
        ({ subject, rights, cases }) =>
          `${subject.title}  [${subject.caution} ${subject.index}] kept ${cases.all.filter((one) => one.right < 0).length}\n` +
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

  #admit(language: Language, { subject, right }: Mined, corrected: CorrectedPair): void {
    let family = language.families.get(subject.key);
    const isNew = !family;
    if (!family) {
      family = { subject, rights: [], cases: new Cases(subject.slots), evidence: [], seen: 0 };
      language.families.set(subject.key, family);
      language.index.set(subject.index, [...(language.index.get(subject.index) ?? []), family]);
    }
    if (corrected.evidence) family.evidence.unshift(corrected.evidence);
    const known = family.rights.some(({ key }) => key === right.key);
    if (!known) family.rights.push(right);
    if (!isNew && known) return;
    // A new side: what it would have done to the code that was seen so far.
    const fresh = known || isNew ? undefined : family.rights.length - 1;
    for (const witness of language.witnesses) {
      forSitesOf(subject, witness.code, (site) => void this.#case(family, witness, site, fresh));
    }
  }

  #weigh(language: Language, witness: Witness, explained: TokenRange[]): void {
    forSites(language, witness.code, (family, site) => {
      const isKnown = family.cases.all.some((one) => one.right >= 0);
      if (this.#case(family, witness, site, undefined) && isKnown) explained.push(...site.touched);
    });
  }

  #case(family: Family, witness: Witness, site: Site, only: number | undefined): boolean {
    const { pair, scope, weight, source } = witness;
    const fate = pair ? site.fate(pair, family.rights) : "kept";
    if (fate === undefined) return false;
    const right = fate === "kept" ? -1 : fate;
    if (only !== undefined && right !== only) return false;
    const { binding } = site; if ((globalThis as any).CASE) (globalThis as any).CASE(family, witness, site, right, scope);
    family.cases.add({ traits: site.traits(scope.path), right, weight, source, project: scope.project, binding });
    return right >= 0;
  }
}

interface Chosen {
  readonly family: Family;
  readonly right: Right;
  readonly site: Site;
  readonly edits: readonly PieceEdit[];
  readonly confidence: number;
}

/** The most specific correction wins a place; one inside another's hole does not meet it. */
function withoutConflicts(chosen: readonly Chosen[]): Chosen[] {
  const sorted = [...chosen].sort(
    (a, b) => b.family.subject.weight - a.family.subject.weight || b.confidence - a.confidence,
  );
  const taken: Chosen[] = [];
  for (const one of sorted) if (taken.every((other) => isApart(one.site, other.site))) taken.push(one);
  return taken;
}

function isApart(a: Site, b: Site): boolean {
  return a.touched.every((one) =>
    b.touched.every(
      (other) => one.to <= other.from || other.to <= one.from || isInside(one, b.holes) || isInside(other, a.holes),
    ),
  );
}

function isInside(range: TokenRange, holes: readonly TokenRange[]): boolean {
  return holes.some(({ from, to }) => from <= range.from && range.to <= to);
}

function forSites(language: Language, code: SolidCode, use: (family: Family, site: Site) => void): void {
  const naming = language.index.get(VARIABLES) ?? [];
  for (const family of naming) forSitesOf(family.subject, code, (site) => use(family, site));
  for (let node = 1; node < code.types.length; node++) {
    if (!code.sound[node]) continue;
    for (const index of nodeIndexes(code, node)) {
      for (const family of language.index.get(index) ?? []) {
        const site = family.subject.siteAt(code, node);
        if (site) use(family, site);
      }
    }
  }
}

function forSitesOf(subject: Subject, code: SolidCode, use: (site: Site) => void): void {
  if (subject.index === VARIABLES) {
    variablesOf(code).forEach((_, at) => {
      const site = subject.siteAt(code, at);
      if (site) use(site);
    });
    return;
  }
  for (let node = 1; node < code.types.length; node++) {
    if (!code.sound[node] || !nodeIndexes(code, node).includes(subject.index)) continue;
    const site = subject.siteAt(code, node);
    if (site) use(site);
  }
}
