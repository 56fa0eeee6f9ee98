/**
 * The counts behind conventions, by place. Each scope counts for itself and leans on the next wider one,
 * `P(v|scope) = (n(v) + κ P(v|wider)) / (n + κ)`: a file on its directories, those on the project, then the language
 * and the person. Configuration files count like sites that agree with them.
 */
import { styleLanguage } from "../../code/languages.ts";
import type { Place, Scope } from "../../../protocol/style.ts";
import { attributeOf, isPersonal } from "./attributes.ts";
import type { ConfigPrior } from "./config/prior.ts";
import { PLACES_MAX, type FileStyle } from "./file-style.ts";
import { scopeKey, scopesOf } from "./scopes.ts";
import { favouriteOf, Tally, type TypedCounts, type Weighed } from "./tally.ts";
import type { ConventionSite } from "./view.ts";

/** κ: as many sites of its own does a scope need to weigh as much as the wider one. */
const LEAN_SITES = 5;

/** What was typed, by scope and attribute, as the store keeps it. */
export type TypedStyle = Readonly<Record<string, Readonly<Record<string, TypedCounts>>>>;

/** Where text was typed; no project outside of any. */
export interface TypedPlace {
  readonly project: number | undefined;
  readonly path: string;
  /** The editor's identifier. */
  readonly languageId: string;
}

export interface Distribution {
  /** By value; less than 1 together where the set of values is open. */
  readonly probabilities: ReadonlyMap<string, number>;
  /** Sites by value in the narrowest scope that has any. */
  readonly seen: ReadonlyMap<string, number>;
}

/** A file whose style has changed. */
export interface ChangedFile {
  readonly project: number;
  readonly path: string;
  readonly languageId: string;
  readonly style: FileStyle;
}

/** A value in one scope. */
export interface SeenValue {
  readonly attribute: string;
  readonly value: string;
  readonly language: string | undefined;
  readonly scope: Scope;
}

/** The value that a directory has seen most. */
export interface DirectoryFavourite {
  readonly path: string;
  readonly favourite: string;
}

interface ScannedFile {
  readonly languageId: string;
  readonly language: string;
  readonly style: FileStyle;
}

export class ConventionCounts {
  /** By project and path; the newest last. */
  readonly #files = new Map<number, Map<string, ScannedFile>>();
  /** By scope and attribute. A file's own scope holds only what was typed: the rest is in its style already. */
  readonly #tallies = new Map<string, Map<string, Tally>>();
  /** By scope and attribute. */
  readonly #priors = new Map<string, Map<string, ConfigPrior[]>>();

  learnFile(project: number, path: string, languageId: string, style: FileStyle | undefined): void {
    const files = entry(this.#files, project, () => new Map<string, ScannedFile>());
    const before = files.get(path);
    if (before) this.#scan(project, path, before, -1);
    files.delete(path);
    if (style) {
      const file = { languageId, language: styleLanguage(languageId), style };
      files.set(path, file);
      this.#scan(project, path, file, 1);
    } else if (before) this.#tallies.delete(scopeKey(before.language, { level: "file", project, path }));
  }

  learnSites(place: TypedPlace, sites: readonly Pick<ConventionSite, "attribute" | "value">[], weight: number): void {
    const language = styleLanguage(place.languageId);
    const byAttribute = new Map<string, string[]>();
    for (const { attribute, value } of sites) entry(byAttribute, attribute, () => []).push(value);
    for (const [attribute, values] of byAttribute) {
      for (const scope of scopesOf({ ...place, language })) {
        if (scope.level === "person" && !isPersonal(attribute, language)) continue;
        this.#tally(scopeKey(language, scope), attribute).type(values, weight);
      }
    }
  }

  setPriors(project: number, directory: string, languageId: string, priors: readonly ConfigPrior[]): void {
    const language = styleLanguage(languageId);
    const scope = scopesOf({ language, project, path: directory, isDirectory: true }).at(-1)!;
    const byAttribute = new Map<string, ConfigPrior[]>();
    for (const prior of priors) entry(byAttribute, prior.attribute, () => []).push(prior);
    this.#priors.set(scopeKey(language, scope), byAttribute);
  }

  /** Wide to narrow, each scope leaning on the one before. */
  distribution(attribute: string, language: string | undefined, scopes: readonly Scope[]): Distribution {
    const words = attributeOf(language ?? "", attribute)?.values;
    const known = typeof words === "object" && language !== undefined ? Object.keys(words) : undefined;
    let probabilities = new Map(known?.map((value) => [value, 1 / known.length]));
    let seen: ReadonlyMap<string, number> = new Map();
    for (const scope of scopes) {
      if (scope.level === "person" && !isPersonal(attribute, language ?? "")) continue;
      const own = this.#weigh(attribute, language, scope);
      // Other languages have values that this one has not.
      const weights = [...own.weights].filter(([value]) => !known || known.includes(value));
      const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
      if (total === 0) continue;
      probabilities = new Map([...probabilities].map(([value, p]) => [value, (LEAN_SITES * p) / (total + LEAN_SITES)]));
      for (const [value, weight] of weights) {
        probabilities.set(value, (probabilities.get(value) ?? 0) + weight / (total + LEAN_SITES));
      }
      if (own.seen.size > 0) seen = own.seen;
    }
    return { probabilities, seen };
  }

  /** The value that a scope alone has seen most; undefined where it has seen none. */
  favourite(attribute: string, language: string | undefined, scope: Scope): string | undefined {
    return favouriteOf(this.#weigh(attribute, language, scope).weights);
  }

  /** Whether a scope alone has seen anything in code. */
  hasSeen(attribute: string, language: string | undefined, scope: Scope): boolean {
    return this.#weigh(attribute, language, scope).seen.size > 0;
  }

  /** What configuration says in exactly this scope. */
  configured(attribute: string, language: string | undefined, scope: Scope): readonly ConfigPrior[] {
    return this.#priors.get(scopeKey(language, scope))?.get(attribute) ?? [];
  }

  /**
   * Places where each of these was seen, in their order: the newest files first, each once before any twice. All of them
   * in one go through the files, which are many: a step for each. No scope is a single file.
   */
  *placesInSteps(wanted: readonly SeenValue[]): Generator<undefined, readonly Place[][]> {
    if (wanted.length === 0) return [];
    const sightings = wanted.map((): Sighting[] => []);
    const missing = new Map<string, Missing>();
    for (const [index, { language, scope, attribute, value }] of wanted.entries()) {
      const attributes = entry(missing, scopeKey(language, scope), newMap<string, Map<string, Sighting[]>>);
      entry(attributes, attribute, newMap<string, Sighting[]>).set(value, sightings[index]!);
    }
    for (const [project, files] of [...this.#files].reverse()) {
      const around = new Map<string, readonly Missing[]>();
      for (const [path, { language, style }] of [...files].reverse()) {
        const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
        const inScopes = entry(around, `${language}:${directory}`, () =>
          scopesOf({ language, project, path: directory, isDirectory: true }).flatMap(
            (scope) => missing.get(scopeKey(language, scope)) ?? [],
          ),
        );
        for (const some of inScopes) sight({ path, style }, some);
        yield;
      }
    }
    return sightings.map(placesOf);
  }

  files(project: number): string[] {
    return [...(this.#files.get(project)?.keys() ?? [])];
  }

  projects(): number[] {
    return [...this.#files.keys()];
  }

  /** Style languages of which anything is known. */
  languages(): string[] {
    const keys = [...this.#tallies.keys(), ...this.#priors.keys()];
    return [...new Set(keys.map((key) => key.slice(0, key.indexOf("@"))))]
      .filter((key) => key !== "" && key !== "*")
      .sort();
  }

  /** What each directory of a project has seen most in a language, by attribute, the outer directories first. */
  directories(project: number, language: string): ReadonlyMap<string, readonly DirectoryFavourite[]> {
    const prefix = `${scopeKey(language, { level: "directory", project, path: "" })}:`;
    const keys = new Set([...this.#tallies.keys(), ...this.#priors.keys()].filter((key) => key.startsWith(prefix)));
    const directories = new Map<string, DirectoryFavourite[]>();
    for (const key of [...keys].sort()) {
      const [tallies, priors] = [this.#tallies.get(key), this.#priors.get(key)];
      for (const attribute of new Set([...(tallies?.keys() ?? []), ...(priors?.keys() ?? [])])) {
        const [tally, configured] = [tallies?.get(attribute), priors?.get(attribute)];
        const favourite = configured ? favouriteOf(weigh(tally, configured).weights) : tally?.favourite();
        if (favourite === undefined) continue;
        entry(directories, attribute, () => []).push({ path: key.slice(prefix.length), favourite });
      }
    }
    return directories;
  }

  /** Forgets an attribute in a scope and all that is below it. Files of which the store keeps something else now. */
  forgetAttribute(attribute: string, language: string | undefined, scope: Scope): ChangedFile[] {
    const changed: ChangedFile[] = [];
    const projects = scope.project === undefined ? this.projects() : [scope.project];
    for (const project of projects) {
      for (const [path, file] of [...(this.#files.get(project) ?? [])]) {
        if (language !== undefined && file.language !== language) continue;
        if (scope.path !== "" && path !== scope.path && !path.startsWith(`${scope.path}/`)) continue;
        if (file.style.sites[attribute] === undefined) continue;
        const sites = Object.entries(file.style.sites).filter(([id]) => id !== attribute);
        const style = { ...file.style, sites: Object.fromEntries(sites) };
        this.learnFile(project, path, file.languageId, style);
        changed.push({ project, path, languageId: file.languageId, style });
      }
    }
    const key = scopeKey(language, scope);
    for (const [name, tallies] of this.#tallies) {
      const isBelow = name === key || name.startsWith(`${key}:`) || isInside(name, language, scope);
      if (isBelow) tallies.get(attribute)?.forgetTyped();
    }
    return changed;
  }

  typed(): TypedStyle {
    const all: Record<string, Record<string, TypedCounts>> = {};
    for (const [key, tallies] of this.#tallies) {
      for (const [attribute, tally] of tallies) {
        const typed = tally.typed();
        if (typed) (all[key] ??= {})[attribute] = typed;
      }
    }
    return all;
  }

  restoreTyped(typed: TypedStyle): void {
    for (const [key, attributes] of Object.entries(typed)) {
      for (const [attribute, counts] of Object.entries(attributes)) this.#tally(key, attribute).restore(counts);
    }
  }

  forgetProject(project: number): void {
    for (const path of this.files(project)) this.learnFile(project, path, "", undefined);
    this.#files.delete(project);
    const ofProject = new RegExp(`@(?:project|directory|file):${project}(?::|$)`);
    for (const map of [this.#tallies, this.#priors]) {
      for (const key of [...map.keys()]) if (ofProject.test(key)) map.delete(key);
    }
  }

  #tally(key: string, attribute: string): Tally {
    return entry(
      entry(this.#tallies, key, () => new Map<string, Tally>()),
      attribute,
      () => new Tally(),
    );
  }

  #scan(project: number, path: string, { language, style }: ScannedFile, sign: 1 | -1): void {
    const scopes = scopesOf({ language, project, path }).slice(0, -1);
    for (const [attribute, values] of Object.entries(style.sites)) {
      for (const scope of scopes) {
        if (scope.level === "person" && !isPersonal(attribute, language)) continue;
        this.#tally(scopeKey(language, scope), attribute).scan(values, sign);
      }
    }
  }

  /** One scope alone, with what configuration says there. */
  #weigh(attribute: string, language: string | undefined, scope: Scope): Weighed {
    const tally = this.#tallies.get(scopeKey(language, scope))?.get(attribute);
    const own = scope.level === "file" ? this.#fileTally(attribute, language, scope, tally) : tally;
    return weigh(own, this.configured(attribute, language, scope));
  }

  #fileTally(attribute: string, language: string | undefined, scope: Scope, tally: Tally | undefined): Tally {
    const own = new Tally();
    const file = this.#files.get(scope.project!)?.get(scope.path);
    if (file?.language === language) own.scan(file?.style.sites[attribute] ?? {}, 1);
    const typed = tally?.typed();
    if (typed) own.restore(typed);
    return own;
  }
}

const EMPTY = new Tally();

function weigh(tally: Tally | undefined, priors: readonly ConfigPrior[]): Weighed {
  const { weights, seen } = (tally ?? EMPTY).weigh();
  if (priors.length === 0) return { weights, seen };
  const all = new Map(weights);
  for (const { value, weight } of priors) all.set(value, (all.get(value) ?? 0) + weight);
  return { weights: all, seen };
}

/** A file in which a value was seen, and the lines. */
interface Sighting {
  readonly path: string;
  readonly style: FileStyle;
  readonly lines: readonly number[];
}

/** Where values of one scope, by attribute and value, were seen so far: those that were not in enough files yet. */
type Missing = Map<string, Map<string, Sighting[]>>;

/** Adds what one file shows of what is missing, and takes out what has enough. */
function sight({ path, style }: Pick<Sighting, "path" | "style">, missing: Missing): void {
  for (const [attribute, values] of missing) {
    const sites = style.sites[attribute];
    if (!sites) continue;
    for (const [value, sightings] of values) {
      const lines = sites[value]?.slice(1);
      if (lines && sightings.push({ path, style, lines }) >= PLACES_MAX) values.delete(value);
    }
    if (values.size === 0) missing.delete(attribute);
  }
}

function placesOf(sightings: readonly Sighting[]): Place[] {
  const ranks = [...Array(PLACES_MAX).keys()];
  return ranks
    .flatMap((rank) =>
      sightings.flatMap(({ path, style, lines }) =>
        lines.slice(rank, rank + 1).map((line) => ({ path, line, text: style.lines[line] ?? "" })),
      ),
    )
    .slice(0, PLACES_MAX);
}

/** Whether the scope that a key names lies inside a wider one. */
function isInside(key: string, language: string | undefined, { level, project, path }: Scope): boolean {
  if (level === "person") return true;
  if (!key.startsWith(`${language ?? "*"}@`)) return false;
  if (level === "language") return true;
  const [, ofProject, inner = ""] = /@(?:project|directory|file):(\d+)(?::(.*))?$/s.exec(key) ?? [];
  return ofProject === String(project) && (path === "" || inner === path || inner.startsWith(`${path}/`));
}

function newMap<K, V>(): Map<K, V> {
  return new Map();
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
