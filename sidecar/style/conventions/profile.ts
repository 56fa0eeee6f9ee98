/**
 * Conventions: the door to what is known of how somebody writes. Files and typed text go in; out come the value that
 * holds at a place, and what was learned as people see it. What the user decided outranks what was counted.
 */
import type { Decision, Learned, Place, Scope } from "../../../protocol/style.ts";
import { attributeOf, attributesOf, conventionTitle, isPersonal } from "./attributes.ts";
import type { ConfigPrior } from "./config/prior.ts";
import {
  ConventionCounts,
  type ChangedFile,
  type DirectoryFavourite,
  type SeenValue,
  type TypedPlace,
  type TypedStyle,
} from "./counts.ts";
import { ConventionDecisions } from "./decisions.ts";
import type { FileStyle } from "./file-style.ts";
import { findFavourites, findLimit, type Finding } from "./findings.ts";
import {
  conventionId,
  isRole,
  LANGUAGE,
  parseConventionId,
  PERSON,
  projectScope,
  scopesOf,
  type StylePlace,
} from "./scopes.ts";
import type { Attribute } from "./subject.ts";
import type { ConventionSite } from "./view.ts";

/** From here on a convention serves. */
const SERVING_PROBABILITY = 0.8;
const SERVING_SITES = 5;
/** A limit shows in the lines that come near it, which are few. */
const SERVING_LONG_LINES = 50;
const DIRECTORY_SITES = 8;
/** Fewer sites say nothing worth listing. */
const LISTED_SITES = 3;
/** Places and configuration files that are told for each. */
const EVIDENCE_MAX = 3;

export interface Posterior {
  readonly value: string;
  /** That the next place has this value, 0..1. */
  readonly probability: number;
  /** In the narrowest scope that has seen any: how often, of how many places. */
  readonly held: number;
  readonly total: number;
}

export interface ConventionFilter {
  /** Style language; undefined for all. */
  readonly languageId?: string | undefined;
  /** What holds in this project, from the person down to its directories. */
  readonly project?: number | undefined;
  readonly level?: Scope["level"] | undefined;
  /** Leaves out what holds in single directories, which are many. */
  readonly isWide?: boolean | undefined;
}

export class Conventions {
  readonly #counts = new ConventionCounts();
  #decisions = new ConventionDecisions(new Map());

  /** What a file shows from now on, instead of what it showed; undefined where it is gone. */
  learnFile(project: number, path: string, languageId: string, style: FileStyle | undefined): void {
    this.#counts.learnFile(project, path, languageId, style);
  }

  /**
   * Sites of one text that the person typed or corrected, in order: they count more than what files hold, and fade with
   * each later site of their attribute. `weight` is less than 1 where it is not certain who wrote it.
   */
  learnSites(place: TypedPlace, sites: readonly Pick<ConventionSite, "attribute" | "value">[], weight = 1): void {
    this.#counts.learnSites(place, sites, weight);
  }

  /** What configuration files say for a directory of a project ("" is the project itself), instead of what they said. */
  setPriors(project: number, directory: string, languageId: string, priors: readonly ConfigPrior[]): void {
    this.#counts.setPriors(project, directory, languageId, priors);
  }

  /** By id; ids of conventions of which nothing is known, and of other things, may be among them. */
  setDecisions(decisions: ReadonlyMap<string, Decision>): void {
    this.#decisions = new ConventionDecisions(decisions);
  }

  /** Paths of the project's files that are known. */
  files(project: number): string[] {
    return this.#counts.files(project);
  }

  /** Values of an attribute at a place, the likeliest first. */
  posterior(attribute: string, place: StylePlace): Posterior[] {
    const scopes = scopesOf(place);
    const { probabilities, seen } = this.#counts.distribution(attribute, place.language, scopes);
    const { pinned, vetoed } = this.#decisions.holding(place.language, scopes, attribute);
    const values = new Set([...probabilities.keys(), ...(pinned === undefined ? [] : [pinned])]);
    const total = sumOf(seen);
    return [...values]
      .map((value) => {
        const counted = pinned === undefined ? (probabilities.get(value) ?? 0) : Number(value === pinned);
        return { value, probability: vetoed.has(value) ? 0 : counted, held: seen.get(value) ?? 0, total };
      })
      .sort((a, b) => b.probability - a.probability || b.held - a.held || (a.value < b.value ? -1 : 1));
  }

  /** The value that is to be followed at a place; undefined where none is sure enough. */
  serving(attribute: string, place: StylePlace): string | undefined {
    const known = attributeOf(place.language ?? "", attribute);
    const scopes = scopesOf(place);
    const { pinned, vetoed } = this.#decisions.holding(place.language, scopes, attribute);
    if (pinned !== undefined || !known) return pinned;
    const [best] = this.#find(known, place.language, scopes);
    return best && isServing(known, best) && !vetoed.has(best.value) ? best.value : undefined;
  }

  /**
   * What was learned, as people see it, by language and attribute. What holds in several scopes is told once: for a
   * project as its own, else for the widest. Directories are told where they differ from what is around them.
   */
  list(filter: ConventionFilter = {}): Learned[] {
    const steps = this.listInSteps(filter);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** As {@link list}, which takes a tenth of a second for a project of thousands of files, in steps of a millisecond or so. */
  *listInSteps(filter: ConventionFilter): Generator<undefined, Learned[]> {
    const listed: Listed[] = [];
    for (const language of this.#listedLanguages(filter)) {
      const directories = this.#directories(language, filter);
      for (const attribute of attributesOf(language ?? "")) {
        if (language === undefined && !isPersonal(attribute.id, "")) continue;
        listed.push(...this.#listAttribute({ attribute, language, filter, directories }));
        yield;
      }
    }
    const places = yield* this.#counts.placesInSteps(listed);
    return listed.map(({ learned, configured }, index) => {
      const evidence = [...configured.slice(-1), ...places[index]!].slice(0, EVIDENCE_MAX);
      return { ...learned, evidence };
    });
  }

  /**
   * Forgets what was seen of a convention's attribute in its scope; it is learned anew from what is written from now on,
   * and from files that change. The files whose stored style is another now.
   */
  erase(id: string): ChangedFile[] {
    const parsed = parseConventionId(id);
    if (!parsed || isRole(parsed.scope)) return [];
    return this.#counts.forgetAttribute(parsed.attribute, parsed.language, parsed.scope);
  }

  forgetProject(project: number): void {
    this.#counts.forgetProject(project);
  }

  /** What was typed, for the store. */
  typed(): TypedStyle {
    return this.#counts.typed();
  }

  restoreTyped(typed: TypedStyle): void {
    this.#counts.restoreTyped(typed);
  }

  /** What an attribute's distribution says in the last of the scopes: one value, none, or several favourites. */
  #find(attribute: Attribute, language: string | undefined, scopes: readonly Scope[]): Finding[] {
    const { probabilities, seen } = this.#counts.distribution(attribute.id, language, scopes);
    const configured = scopes.flatMap((scope) => this.#counts.configured(attribute.id, language, scope));
    if (attribute.kind === "limit") return findLimit(probabilities, seen, configured.at(-1)?.value, language);
    if (attribute.kind === "favourites") return findFavourites(seen);
    const [best] = [...probabilities].sort((a, b) => b[1] - a[1]);
    if (!best || attribute.unsaid.includes(best[0])) return [];
    const [value, probability] = best;
    const isConfigured = configured.some((prior) => prior.value === value);
    return [{ value, probability, held: seen.get(value) ?? 0, total: sumOf(seen), isConfigured }];
  }

  #listedLanguages({ languageId, level, project }: ConventionFilter): (string | undefined)[] {
    const languages = languageId === undefined ? this.#counts.languages() : [languageId];
    if (level === "person") return [undefined];
    return level === undefined && languageId === undefined && project === undefined
      ? [undefined, ...languages]
      : languages;
  }

  /** By project. */
  #directories(language: string | undefined, { project, isWide }: ConventionFilter): Listing["directories"] {
    if (language === undefined) return new Map();
    const projects = project === undefined ? this.#counts.projects() : [project];
    return new Map(projects.map((id) => [id, isWide ? new Map() : this.#counts.directories(id, language)]));
  }

  #listAttribute(listing: Listing): Listed[] {
    const { language, filter } = listing;
    if (language === undefined) return this.#entries(listing, PERSON);
    const inLanguage = this.#entries(listing, LANGUAGE);
    if (filter.level === "language") return inLanguage;
    const listed: Listed[] = [];
    if (filter.level === undefined && filter.project === undefined) listed.push(...inLanguage);
    for (const [project, directories] of listing.directories) {
      const inProject = this.#entries(listing, projectScope(project));
      if (filter.level === "project") listed.push(...inProject);
      else if (filter.level === undefined && filter.project !== undefined) {
        listed.push(...(inProject.length > 0 ? inProject : inLanguage));
      } else if (filter.level === undefined) {
        listed.push(...inProject.filter((own) => !inLanguage.some((wide) => isSaid(own.learned, wide.learned))));
      }
      if (filter.level === undefined || filter.level === "directory") {
        listed.push(...this.#directoryEntries(listing, project, directories.get(listing.attribute.id) ?? []));
      }
    }
    return listed;
  }

  /** Directories that do otherwise than what is around them, and those about which something was decided. */
  #directoryEntries(listing: Listing, project: number, directories: readonly DirectoryFavourite[]): Listed[] {
    const { attribute, language } = listing;
    // Lines of one directory are too few to tell its limit.
    if (attribute.kind !== "choice") return [];
    const listed: Listed[] = [];
    // What holds around a directory: its own value where it does otherwise, else that of what is around it.
    const around = new Map([["", this.#find(attribute, language, scopesOf({ language, project }))[0]?.value]]);
    for (const { path, favourite } of directories) {
      const scope: Scope = { level: "directory", project, path };
      const outside = around.get(outerDirectory(path, around));
      around.set(path, outside);
      const isDecided = this.#decisions.in(language, scope, attribute.id).length > 0;
      if (favourite === outside && !isDecided) continue;
      const [finding] = this.#find(attribute, language, scopesOf({ language, project, path, isDirectory: true }));
      const isOther = finding !== undefined && finding.value !== outside && isServingDirectory(attribute, finding);
      if (isOther) around.set(path, finding.value);
      if (isOther || isDecided) listed.push(...this.#entries(listing, scope));
    }
    return listed;
  }

  /** One scope: what was found there, and what was decided about it. */
  #entries({ attribute, language }: Listing, scope: Scope): Listed[] {
    const isDirectory = scope.level === "directory";
    const scopes =
      scope.level === "person"
        ? [PERSON]
        : scopesOf({ language, project: scope.project, path: scope.path, isDirectory });
    const { pinned, vetoed } = this.#decisions.holding(language, scopes, attribute.id);
    const found = this.#find(attribute, language, scopes);
    const decided = this.#decisions.in(language, scope, attribute.id).map(({ value }) => value);
    const isLocal = found.length > 0 && this.#counts.favourite(attribute.id, language, scope) !== undefined;
    // What only configuration says has no figures: those of the scopes around are of other files.
    const figures = this.#counts.hasSeen(attribute.id, language, scope) ? {} : { held: 0, total: 0 };
    const findings = new Map((isLocal ? found : []).map((finding) => [finding.value, { ...finding, ...figures }]));
    const { seen } = this.#counts.distribution(attribute.id, language, scopes);
    for (const value of decided) {
      if (findings.has(value)) continue;
      const held = seen.get(value) ?? 0;
      findings.set(value, { value, probability: 0, held, total: sumOf(seen), isConfigured: false });
    }
    return [...findings.values()]
      .filter((finding) => finding.total >= LISTED_SITES || finding.isConfigured || decided.includes(finding.value))
      .map((finding) => {
        const { value } = finding;
        const counted = pinned === undefined && isServing(attribute, finding) ? "serves" : "watched";
        const state = pinned === value ? "pinned" : vetoed.has(value) ? "vetoed" : counted;
        const learned = {
          id: conventionId({ language, attribute: attribute.id, value, scope }),
          kind: "convention",
          languageId: language ?? "",
          scope,
          attribute: attribute.id,
          title: conventionTitle(language ?? "", attribute.id, value),
          held: Math.round(finding.held),
          total: Math.round(finding.total),
          confidence: state === "pinned" ? 1 : state === "vetoed" ? 0 : finding.probability,
          state,
        } as const;
        const configured = this.#configured(attribute, value, language, scopes);
        return { attribute: attribute.id, value, language, scope, learned, configured };
      });
  }

  /** Where configuration says so, from wide to narrow. */
  #configured(attribute: Attribute, value: string, language: string | undefined, scopes: readonly Scope[]): Place[] {
    return scopes
      .flatMap((scope) => this.#counts.configured(attribute.id, language, scope))
      .filter((prior) => prior.value === value)
      .map(({ source }) => ({ path: source, line: 0, text: "" }));
  }
}

/** What is listed, before it is known where it was seen. */
interface Listed extends SeenValue {
  readonly learned: Omit<Learned, "evidence">;
  readonly configured: readonly Place[];
}

interface Listing {
  readonly attribute: Attribute;
  readonly language: string | undefined;
  readonly filter: ConventionFilter;
  /** By project and attribute, the outer ones first. */
  readonly directories: ReadonlyMap<number, ReadonlyMap<string, readonly DirectoryFavourite[]>>;
}

function isServing({ kind }: Attribute, { probability, total, isConfigured }: Finding): boolean {
  const enough = total >= (kind === "limit" ? SERVING_LONG_LINES : SERVING_SITES);
  return kind !== "favourites" && probability >= SERVING_PROBABILITY && (enough || isConfigured);
}

/** A directory is told apart from its project only where it shows clearly that it is. */
function isServingDirectory(attribute: Attribute, finding: Finding): boolean {
  return isServing(attribute, finding) && (finding.total >= DIRECTORY_SITES || finding.isConfigured);
}

/** Whether what holds in a narrow scope is said by a wider one already. */
function isSaid(own: Listed["learned"], wide: Listed["learned"]): boolean {
  const isSame = own.title === wide.title && own.state === wide.state;
  return isSame && (own.state === "serves" || own.attribute === "import-favourites");
}

/** The nearest directory above that is known; "" for the project. */
function outerDirectory(path: string, known: ReadonlyMap<string, unknown>): string {
  let outer = path;
  do outer = outer.slice(0, Math.max(0, outer.lastIndexOf("/")));
  while (!known.has(outer));
  return outer;
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
