/**
 * Whose layout is known: that of a language, a project, its tests or sources, its directories. Narrow scopes remember
 * only where they differ from what lies around them: so a directory of another style is told apart after a few lines,
 * and who changes their mind is followed everywhere at once.
 */
import { styleLanguage } from "../../code/languages.ts";
import { majorityOf } from "./choices.ts";
import { Answers } from "./decider.ts";
import { Width } from "./width.ts";
import { Knowledge, type Wraps } from "./wraps.ts";
import { createLayoutScope, type LayoutScope } from "./learn.ts";

/** A place in a project, as far as layout depends on it. */
export interface ScopedPlace {
  readonly languageId: string;
  readonly project: number | undefined;
  /** Relative to the project. */
  readonly path: string;
}

/** Language and project remember everything. */
const COMPLETE = 2;
/** Directories below each other that may have a style of their own. */
const DIRECTORIES_MAX = 6;
/** Directories of one project and role that are told apart. */
const SCOPES_MAX = 400;
/** Weight of what a scope may have seen of a choice before it first differed from those around it. */
const UNSAID_MAX = 1;
/** Offered texts after which a directory may have a width of its own, and how probable it must leave that of its project. */
const WIDTH_PAIRS_MIN = 12;
const WIDTH_SHARED_MAX = 0.02;

export class LayoutScopes {
  /** By style language, and by style language and project, role or directory. */
  readonly #scopes = new Map<string, LayoutScope>();
  #answers: Answers | undefined;

  /** Scopes of a place, wide to narrow; all are made. */
  at(place: ScopedPlace): LayoutScope[] {
    return scopeKeys(place).map((key) => {
      let scope = this.#scopes.get(key);
      if (!scope) {
        if (this.#scopes.size >= SCOPES_MAX) this.#forgetSmallest();
        this.#scopes.set(key, (scope = createLayoutScope()));
      }
      return scope;
    });
  }

  /** What is known at a place, wide to narrow: of scopes that hold anything. */
  known(place: ScopedPlace): LayoutScope[] {
    return scopeKeys(place).flatMap((key) => {
      const scope = this.#scopes.get(key);
      return scope && (scope.choices.size > 0 || scope.pairs > 0) ? [scope] : [];
    });
  }

  /** Answers of what is known at a place; the same as long as nothing is learned there. */
  answersAt(place: ScopedPlace): Answers {
    const scopes = this.known(place).map(({ choices }) => choices);
    if (this.#answers?.isOf(scopes) !== true) this.#answers = new Answers(scopes);
    return this.#answers;
  }

  /** What is known of wrapping: all that was seen in tests or sources, or only in a directory that has another width. */
  wrapsAt(place: ScopedPlace): Wraps | undefined {
    const [, , role, ...directories] = this.known(place);
    if (!role) return undefined;
    const narrowest = directories.findLast(({ pairs }) => pairs >= WIDTH_PAIRS_MIN);
    if (!narrowest) return role.wraps;
    const limit = widthIn(role).likeliest;
    return widthIn(narrowest).probabilityOf(limit) <= WIDTH_SHARED_MAX ? narrowest.wraps : role.wraps;
  }

  entries(): IterableIterator<[string, LayoutScope]> {
    return this.#scopes.entries();
  }

  get(key: string): LayoutScope | undefined {
    return this.#scopes.get(key);
  }

  #forgetSmallest(): void {
    const [key] = [...this.#scopes]
      .filter(([name]) => name.split("/").length > COMPLETE + 1)
      .reduce((least, entry) => (entry[1].pairs < least[1].pairs ? entry : least));
    this.#scopes.delete(key);
  }
}

function widthIn({ wraps }: LayoutScope): Width {
  return new Knowledge([wraps]).width(Width.expected());
}

/**
 * Counts a choice in scopes, wide to narrow. A narrow one takes in what those around it would not have said, and what
 * it has an opinion of itself; what it left unsaid before was as those around it say.
 */
export function observeIn(scopes: readonly LayoutScope[], key: string, value: string, weight: number): void {
  let around: string | undefined;
  for (const [at, { choices, pairs }] of scopes.entries()) {
    const own = majorityOf(choices, key);
    if (at < COMPLETE || own !== undefined) choices.observe(key, value, weight);
    else if (around !== undefined && around !== value) {
      const unsaid = Math.min(UNSAID_MAX, pairs - 1);
      if (unsaid > 0) choices.observe(key, around, unsaid);
      choices.observe(key, value, weight);
    }
    around = own ?? around;
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
