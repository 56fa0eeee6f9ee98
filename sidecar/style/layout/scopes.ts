/** Whose layout is known, and which of it holds at a place: of the language, the project, tests or sources, directories. */
import { styleLanguage } from "../../code/languages.ts";
import type { Choices } from "./choices.ts";
import { Answers } from "./decider.ts";
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

export class LayoutScopes {
  /** By style language, and by style language and project, role or directory. */
  readonly #scopes = new Map<string, LayoutScope>();
  /** By the narrowest scope that they are of. */
  readonly #answers = new WeakMap<Choices, Answers>();

  #last: (ScopedPlace & { readonly keys: readonly string[] }) | undefined;
  readonly #widths = new WeakMap<Wraps, { readonly version: number; readonly width: Width }>();

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
    return this.#keysOf(place).flatMap((key) => {
      const scope = this.#scopes.get(key);
      return scope && (!scope.choices.isEmpty || scope.pairs > 0) ? [scope] : [];
    });
  }

  /** A keystroke asks about its place again and again. */
  #keysOf(place: ScopedPlace): readonly string[] {
    const last = this.#last;
    if (last?.path === place.path && last.project === place.project && last.languageId === place.languageId) {
      return last.keys;
    }
    const { languageId, project, path } = place;
    this.#last = { languageId, project, path, keys: scopeKeys(place) };
    return this.#last.keys;
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

  /** Languages and projects: scopes that remember everything, and tell people of it. */
  *complete(): Generator<[string, LayoutScope]> {
    for (const entry of this.#scopes) if (!entry[0].includes("/")) yield entry;
  }

  entries(): IterableIterator<[string, LayoutScope]> {
    return this.#scopes.entries();
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

  get(key: string): LayoutScope | undefined {
    return this.#scopes.get(key);
  }
}

/** Tests and sources are often written differently, in whatever directory they lie. */
function roleOf(path: string): string {
  return /(?:^|[/._-])(?:tests?|specs?|__tests__)(?:[/._-]|$)/i.test(path) ? "tests" : "sources";
}

function scopeKeys({ languageId, project, path }: ScopedPlace): string[] {
  const language = styleLanguage(languageId);
  const role = `${language}@${project}/${roleOf(path)}`;
  const names = path.split("/").slice(0, -1).slice(0, DIRECTORIES_MAX);
  const directories = names.map((_, at) => `${role}/${names.slice(0, at + 1).join("/")}`);
  return [language, `${language}@${project}`, role, ...directories];
}
