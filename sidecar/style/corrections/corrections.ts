/**
 * Corrections: rewrites `left → right` that a developer made of generations again and again, learned from pairs of what
 * was generated and what became of it, and applied to the next suggestion. Pure and in memory; the pairs are stored
 * elsewhere, and learning them again in order gives the same corrections.
 */
import type { Parse } from "../../code/syntax.ts";
import type { Decision, Learned, Place, Repair } from "../../../protocol/style.ts";
import type { Region } from "../region.ts";
import { alignTokens } from "./alignment.ts";
import { mineBuildings } from "./building.ts";
import { correctionId, listFamilies } from "./listing.ts";
import { minePatterns } from "./mine.ts";
import { mineNames, renamesOf } from "./naming.ts";
import { type Evidence, type Family, Repertoire } from "./repertoire.ts";
import { rewriteOnce, type Rules, type Serving } from "./rewriting.ts";
import { solidCode } from "./solid.ts";
import { mineSpellings } from "./spelling.ts";
import type { Pair } from "./subject.ts";

export interface CorrectionScope {
  /** Language whose style this is, see `styleLanguage`. */
  readonly languageId: string;
  readonly project: number | undefined;
  /** Of the file, relative to its project. */
  readonly path: string;
}

/** A generation and what the developer made of it. */
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

export interface CorrectionsOptions {
  /** Corrections of a language that are remembered, those seen once included. */
  readonly correctionsMax?: number;
}

/** Share of tokens that must be left for a final text to be a correction of the generated one (ours). */
const SIMILARITY_MIN = 0.3;
const CORRECTIONS_MAX = 4000;
/** A correction may make the place of another: what is one expression now may need no braces. */
const PASSES_MAX = 3;

export class Corrections {
  readonly #languages = new Map<string, Repertoire>();
  readonly #correctionsMax: number;
  #sources = 0;

  constructor({ correctionsMax = CORRECTIONS_MAX }: CorrectionsOptions = {}) {
    this.#correctionsMax = correctionsMax;
  }

  /** Learns from what became of a generation. */
  learn({ generated, final, scope, at, weight, evidence }: CorrectedPair): void {
    const pair = comparePair(generated, final);
    if (!pair) return;
    const { project, path, languageId } = scope;
    const repertoire = this.#repertoire(languageId);
    const known = { ...pair, explained: repertoire.explain(pair) };
    const { mined, dependent } = minePatterns(known);
    repertoire.weigh({ pair, code: pair.generated, project, path, weight, source: ++this.#sources, dependent });
    const told: Evidence | undefined = evidence && { at, place: evidence, project };
    for (const found of [...mineBuildings(pair), ...mineSpellings(pair), ...mineNames(pair), ...mined]) {
      repertoire.admit(found, told);
    }
  }

  /** Text that the developer wrote, or kept as it was: left sides that stand in it count against their corrections. */
  observe(region: Region, { languageId, project, path }: CorrectionScope): void {
    const code = solidCode(region);
    const source = ++this.#sources;
    this.#repertoire(languageId).weigh({ pair: undefined, code, project, path, weight: 1, source, dependent: [] });
  }

  /** The region as its corrections make it, and which did; itself where none does. What lies outside is never changed. */
  rewrite(
    region: Region,
    { languageId, project, path }: CorrectionScope,
    { decisions, parse }: { readonly decisions: ReadonlyMap<string, Decision>; readonly parse: Parse },
  ): { readonly region: Region; readonly text: string; readonly repairs: Repair[] } {
    const repertoire = this.#languages.get(languageId);
    const repairs = new Map<string, Repair>();
    const served = new Set<string>();
    let current = region;
    const decisionOn: Rules["decisionOn"] = (family, right) => {
      if (decisions.size === 0) return undefined;
      const own = project === undefined ? undefined : decisions.get(correctionId(languageId, family, right, project));
      const decision = own ?? decisions.get(correctionId(languageId, family, right, undefined));
      return decision && { decision, isOwn: own !== undefined };
    };
    for (let pass = 0; repertoire && pass < PASSES_MAX; pass++) {
      const made = rewriteOnce({ repertoire, languageId, project, path, decisionOn }, current, served, parse);
      if (!made) break;
      current = made.region;
      for (const serving of made.serving) count(repairs, repairOf(languageId, project, serving));
    }
    const text = current.tree.text.slice(current.start, current.end);
    return { region: current, text, repairs: [...repairs.values()] };
  }

  /** What was corrected at least twice, for people. Decisions are theirs, and not known here. */
  list(): Learned[] {
    return [...this.#languages].flatMap(([languageId, { families }]) => listFamilies(languageId, families));
  }

  #repertoire(languageId: string): Repertoire {
    let repertoire = this.#languages.get(languageId);
    if (!repertoire) this.#languages.set(languageId, (repertoire = new Repertoire(this.#correctionsMax)));
    return repertoire;
  }
}

/** Undefined where the final text is not a correction of the generated one but another text. */
function comparePair(generatedRegion: Region, finalRegion: Region): Pair | undefined {
  const generated = solidCode(generatedRegion);
  const final = solidCode(finalRegion);
  const first = alignTokens(generated, final);
  if (!first || first.similarity < SIMILARITY_MIN) return undefined;
  const renamed = renamesOf({ generated, final, alignment: first });
  const alignment = renamed.size === 0 ? first : alignTokens(generated, final, renamed);
  return alignment && { generated, final, alignment, renamed, explained: [] };
}

function repairOf(languageId: string, project: number | undefined, { family, right, isOwn }: Serving): Repair {
  const learnedId = correctionId(languageId, family, right, isOwn ? project : undefined);
  return { learnedId, kind: "correction", title: describe(family, right), count: 1 };
}

function describe({ subject, rights }: Family, right: number): string {
  return subject.describe(rights[right]!);
}

function count(repairs: Map<string, Repair>, repair: Repair): void {
  const known = repairs.get(repair.learnedId);
  repairs.set(repair.learnedId, known ? { ...known, count: known.count + 1 } : repair);
}
