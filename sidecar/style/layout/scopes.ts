/**
 * Whose layout is known: that of a language, a project, its tests or sources, its directories. Narrow scopes remember
 * only where they differ from what lies around them: so a directory of another style is told apart after a few lines,
 * and who changes their mind is followed everywhere at once.
 */
import { styleLanguage } from "../../code/languages.ts";
import { type Choices, majorityOf } from "./choices.ts";
import { Answers } from "./decider.ts";
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
/** Offered texts after which wrapping is known well enough in a directory. */
const WRAPS_PAIRS_MIN = 12;

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

  /** The narrowest scope that has seen enough of wrapping. */
  wrapsAt(place: ScopedPlace): LayoutScope | undefined {
    const known = this.known(place);
    return known.findLast((scope, at) => at <= COMPLETE || scope.pairs >= WRAPS_PAIRS_MIN);
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

/**
 * Counts a choice in scopes, wide to narrow. A narrow one takes in what those around it would not have said, and what
 * it has an opinion of itself.
 */
export function observeIn(scopes: readonly Choices[], key: string, value: string, weight: number): void {
  let around: string | undefined;
  for (const [at, scope] of scopes.entries()) {
    const own = majorityOf(scope, key);
    const isNews = own !== undefined || (around !== undefined && around !== value);
    if (at < COMPLETE || isNews) scope.observe(key, value, weight);
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
