/** Whose layout is known, and which of it holds at a place: of the language, the project, tests or sources, directories. */
import { roleOf } from "../../code/file-role.ts";
import { styleLanguage } from "../../code/languages.ts";
import type { Scope } from "../../../protocol/style.ts";
import { LANGUAGE, projectScope } from "../conventions/scopes.ts";
import type { Choices } from "./choices.ts";
import { Answers } from "./decider.ts";
import { choiceOf, type Fact, type Facts } from "./facts.ts";
import { Width } from "./width.ts";
import { Knowledge, type Wraps } from "./wraps.ts";
import { createLayoutScope, type LayoutScope } from "./scope.ts";

/** A place in a project, as far as layout depends on it. */
export interface ScopedPlace {
  readonly languageId: string;
  readonly project: number | undefined;
  /** Relative to the project. */
  readonly path: string;
}

/** Of language, project, tests or sources; the others are directories. */
const WIDE = 3;
/** Directories below each other that may have a style of their own. */
const DIRECTORIES_MAX = 6;
/** Scopes that are held: of directories those that were used last. */
const SCOPES_MAX = 400;
/** Offered texts after which a directory may have a width of its own, and how probable it must leave that of its project. */
const WIDTH_PAIRS_MIN = 12;
const WIDTH_SHARED_MAX = 0.02;

/** The value of a named convention ("quotes") that holds in a project, as far as one is known. */
export type Named = (attribute: string, languageId: string, project: number | undefined) => string | undefined;

export class LayoutScopes {
  readonly #named: Named;
  /** By style language, and by style language and project, role or directory. */
  readonly #scopes = new Map<string, LayoutScope>();
  /** By the narrowest scope that they are of. */
  readonly #answers = new WeakMap<Choices, Answers>();

  #last: KnownPlace | undefined;
  readonly #widths = new WeakMap<Wraps, { readonly version: number; readonly width: Width }>();

  constructor(named: Named) {
    this.#named = named;
  }

  /** Scopes of a place, wide to narrow; all are made. */
  at(place: ScopedPlace): LayoutScope[] {
    const scopes = scopeKeys(place).map((key) => {
      const scope = this.#scopes.get(key) ?? createLayoutScope(!key.includes("/"));
      // The last ones are those that were used last.
      this.#scopes.delete(key);
      this.#scopes.set(key, scope);
      return scope;
    });
    for (const key of this.#scopes.keys()) {
      if (this.#scopes.size <= SCOPES_MAX) break;
      if (key.includes("/")) this.#scopes.delete(key);
    }
    return scopes;
  }

  /** What is known at a place, wide to narrow: of scopes that hold anything. */
  known(place: ScopedPlace): LayoutScope[] {
    return this.#look(place).keys.flatMap((key) => {
      const scope = this.#scopes.get(key);
      return scope && (!scope.choices.isEmpty || scope.pairs > 0) ? [scope] : [];
    });
  }

  /** A keystroke asks about its place again and again. */
  #look(place: ScopedPlace): KnownPlace {
    const last = this.#last;
    if (last?.path === place.path && last.project === place.project && last.languageId === place.languageId) {
      return last;
    }
    const { languageId, project, path } = place;
    const keys = scopeKeys(place);
    return (this.#last = { languageId, project, path, keys, named: namesOf(keys) });
  }

  /** Answers of what is known at a place; the same as long as nothing is learned there. */
  answersAt(place: ScopedPlace): Answers {
    const known = this.known(place).map(({ choices }) => choices);
    let scopes = known.slice(0, WIDE);
    let answers = this.#answersOf(scopes);
    for (const narrower of known.slice(WIDE)) {
      if (narrower.isEmpty) continue;
      scopes = [...scopes, narrower];
      answers = this.#answersOf(scopes, answers);
    }
    return answers;
  }

  #answersOf(scopes: readonly Choices[], wider?: Answers): Answers {
    const narrowest = scopes.at(-1);
    let answers = narrowest && this.#answers.get(narrowest);
    if (answers?.isOf(scopes, wider) !== true) {
      answers = new Answers(scopes, wider);
      if (narrowest) this.#answers.set(narrowest, answers);
    }
    return answers;
  }

  /** What is known of wrapping: all that was seen in tests or sources, or only in a directory that has another width. */
  wrapsAt(place: ScopedPlace): Wraps | undefined {
    const [, , role, ...directories] = this.known(place);
    if (!role) return undefined;
    const narrowest = directories.findLast(({ pairs }) => pairs >= WIDTH_PAIRS_MIN);
    if (!narrowest) return role.wraps;
    const limit = this.#widthIn(role.wraps).likeliest;
    return this.#widthIn(narrowest.wraps).probabilityOf(limit) <= WIDTH_SHARED_MAX ? narrowest.wraps : role.wraps;
  }

  /** The width of texts that are offered: engines do not depend on the project. */
  offeredWidthAt(place: ScopedPlace): Width {
    const [language] = this.known(place);
    return language ? this.#widthIn(language.offeredWraps) : Width.expected();
  }

  /** Scopes of a place by name, wide to narrow. */
  named(place: ScopedPlace): readonly Scope[] {
    return this.#look(place).named;
  }

  /** All that have a name. */
  *all(): Generator<NamedScope> {
    for (const [key, { facts }] of this.#scopes) {
      const scopes = namesOf([...outerKeys(key), key]);
      const scope = scopeOf(key);
      if (scope) yield { key, languageId: languageOf(key), scope, scopes, facts };
    }
  }

  /** What is known of a language; with a scope, in that scope and in those inside of it. */
  within(languageId: string, scope: Scope = LANGUAGE): LayoutScope[] {
    const outer = keyOf(languageId, scope);
    const inner = `${outer}${scope.level === "language" ? "@" : "/"}`;
    return [...this.#scopes].flatMap(([key, layout]) => (key === outer || key.startsWith(inner) ? [layout] : []));
  }

  /** Whether a scope does so, and what people are told of around it is otherwise. */
  tells({ key }: NamedScope, fact: Fact): boolean {
    return this.#teller([...outerKeys(key), key], fact) === key;
  }

  /** The nearest scope of a place that tells a fact. */
  tellerAt(place: ScopedPlace, fact: Fact): Scope | undefined {
    const key = this.#teller(this.#look(place).keys, fact);
    return key === undefined ? undefined : scopeOf(key);
  }

  /** The last of some scopes, wide to narrow, that does so otherwise than those before it. Narrow ones must be clear. */
  #teller(keys: readonly string[], fact: Fact): string | undefined {
    const choice = choiceOf(fact);
    let teller: string | undefined;
    let told: string | undefined;
    let isNamed = false;
    for (const key of keys) {
      const facts = this.#scopes.get(key)?.facts;
      const isNarrow = key.includes("/");
      const own = isNarrow ? facts?.clear(choice) : facts?.commonest(choice);
      if (own === undefined) continue;
      if (isNarrow && !isNamed) {
        isNamed = true;
        told = this.#named(fact.attribute, languageOf(key), scopeOf(key)?.project) ?? told;
      }
      if (own === fact.value && own !== told) teller = key;
      told = own;
    }
    return teller;
  }

  /** The width that some wraps alone show. */
  #widthIn(wraps: Wraps): Width {
    let known = this.#widths.get(wraps);
    if (known?.version !== wraps.version) {
      known = { version: wraps.version, width: new Knowledge([wraps]).width(Width.expected()) };
      this.#widths.set(wraps, known);
    }
    return known.width;
  }
}

interface KnownPlace extends ScopedPlace {
  readonly keys: readonly string[];
  readonly named: readonly Scope[];
}

/** A scope as people know it. */
export interface NamedScope {
  readonly key: string;
  /** Style language. */
  readonly languageId: string;
  readonly scope: Scope;
  /** Those around it, wide to narrow, and itself. */
  readonly scopes: readonly Scope[];
  readonly facts: Facts;
}

function scopeKeys({ languageId, project, path }: ScopedPlace): string[] {
  const language = styleLanguage(languageId);
  const role = `${language}@${project}/${roleOf(path)}`;
  const names = path.split("/").slice(0, -1).slice(0, DIRECTORIES_MAX);
  const directories = names.map((_, at) => `${role}/${names.slice(0, at + 1).join("/")}`);
  return [language, `${language}@${project}`, role, ...directories];
}

/** Names of the scopes that have one, wide to narrow: what is decided about a directory holds for tests in it too. */
function namesOf(keys: readonly string[]): Scope[] {
  return keys.flatMap((key) => {
    const scope = scopeOf(key);
    if (!scope) return [];
    const isInDirectory = scope.level === "tests" && scope.path !== "";
    return isInDirectory ? [{ ...scope, level: "directory" as const }, scope] : [scope];
  });
}

/** Undefined outside of projects, where nothing has a name. A directory that holds nothing but tests is a directory like others. */
function scopeOf(key: string): Scope | undefined {
  const parts = /^[^@]*(?:@(\d+)(?:\/(tests|sources)(?:\/(.+))?)?)?$/s.exec(key);
  if (!parts) return undefined;
  const [, id, role, path = ""] = parts;
  if (id === undefined) return LANGUAGE;
  const project = Number(id);
  if (role === undefined) return projectScope(project);
  const isDirectory = path !== "" && role === roleOf(path);
  return { level: isDirectory ? "directory" : (role as "tests" | "sources"), project, path };
}

function keyOf(languageId: string, { level, project, path }: Scope): string {
  if (project === undefined) return languageId;
  const key = `${languageId}@${project}`;
  if (level === "project") return key;
  const role = `${key}/${level === "directory" ? roleOf(path) : level}`;
  return path === "" ? role : `${role}/${path}`;
}

function languageOf(key: string): string {
  return key.split("@", 1)[0]!;
}

/** Of the scopes around one, wide to narrow. */
function outerKeys(key: string): string[] {
  const outer: string[] = [];
  for (let end = key.indexOf("@"); end >= 0; end = key.indexOf("/", end + 1)) outer.push(key.slice(0, end));
  return outer;
}
