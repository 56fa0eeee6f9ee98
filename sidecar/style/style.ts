/**
 * Style: what was learned of how somebody writes, and its use. The one door to conventions of layout and to
 * corrections: texts and pairs go in, repaired suggestions come out. Pure and in memory; it is folded again from what
 * the store holds.
 */
import { styleLanguage } from "../code/languages.ts";
import type { Parse } from "../code/syntax.ts";
import { type CorrectionScope, Corrections } from "./corrections/corrections.ts";
import { applyLayout, Changes, type LayoutParts } from "./layout/apply.ts";
import { type Fact, factName, factTitle } from "./layout/facts.ts";
import { type Expected, Layout, type Wishes } from "./layout/layout.ts";
import { namedStep } from "./layout/steps.ts";
import type { Decision, Learned, Place, Repair } from "../../protocol/style.ts";
import { isSameCode } from "./same-code.ts";
import { parseLike, parseSnippet, type Snippet, surroundingsOf } from "./snippet.ts";

/** Text that was offered and kept untouched was read by somebody, and not more. */
const KEPT_WEIGHT = 0.5;
/** A formatter does the same every time: once seen is enough. */
const FORMATTED_WEIGHT = 2;
const EVIDENCE_CHARS_MAX = 120;

export interface StylePlace {
  readonly languageId: string;
  readonly project: number | undefined;
  /** Relative to the project. */
  readonly path: string;
}

/** A suggestion and what became of it. */
export interface StylePair {
  readonly place: StylePlace;
  /** The document before the text, as much as is known. */
  readonly prefix: string;
  /** What the engine wrote, and what was shown after repair. */
  readonly generated: string;
  readonly shown: string;
  readonly final: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const nothingExpected: Expected = () => undefined;

export interface Repaired {
  readonly text: string;
  readonly repairs: readonly Repair[];
}

export class Style {
  readonly #parse: Parse;
  readonly #layout: Layout;
  readonly #corrections = new Corrections();

  constructor(parse: Parse) {
    this.#parse = parse;
    this.#layout = new Layout(parse);
  }

  /** Reads a document that somebody works on: its own style outranks every other. */
  seeFile(place: StylePlace, text: string): void {
    const steps = this.seeFileInSteps(place, text);
    while (steps.next().done !== true);
  }

  /** As {@link seeFile}, a few milliseconds at a time: the file's style holds once all steps are done. */
  seeFileInSteps(place: StylePlace, text: string): Generator<undefined, void> {
    return this.#layout.read(place, text);
  }

  /** Learns from what became of a suggestion; says what was changed most, in words, where that was layout only. */
  learn(pair: StylePair): string | undefined {
    const { place, prefix, generated, shown, at } = pair;
    const unit = this.#layout.unitAt(place, prefix, pair.final);
    this.#layout.learnOffer(place, prefix, generated, pair.final, unit);
    const surroundings = surroundingsOf(prefix, place.languageId);
    const offered = parseSnippet(this.#parse, surroundings, this.#layout.rebase(place, prefix, generated, unit));
    const final = parseSnippet(this.#parse, surroundings, pair.final);
    if (!offered || !final) return undefined;
    const isChanged = pair.final !== shown;
    const weight = isChanged ? 1 : KEPT_WEIGHT;
    const evidence = evidenceOf(place, pair);
    this.#corrections.learn({
      generated: offered,
      final,
      scope: correctionScope(place),
      at,
      weight,
      ...(evidence ? { evidence } : {}),
    });
    const changed = this.#layout.learnPair(place, { offered, final, unit, weight, evidence });
    // Untouched machine text is no sign of its reader's style, or we would learn from ourselves.
    if (isChanged) this.#layout.learnText(place, final, unit);
    const fact = commonest(changed);
    // A change of words says more than the layout that changed along with it.
    return isChanged && fact && isSameCode(offered, final) ? factTitle(fact) : undefined;
  }

  /** Learns from text that somebody wrote at the end of `prefix`. */
  learnWritten(place: StylePlace, prefix: string, text: string): void {
    const written = parseSnippet(this.#parse, surroundingsOf(prefix, place.languageId), text);
    if (!written) return;
    this.#layout.learnText(place, written, this.#layout.unitAt(place, prefix, text));
    this.#corrections.observe(written, correctionScope(place));
  }

  /** Learns how the project's formatter laid a suggestion out: that holds in the project, and says nothing of words. */
  learnFormatted({ place, prefix, generated, final: text }: StylePair, source: Place): void {
    const surroundings = surroundingsOf(prefix, place.languageId);
    const final = parseSnippet(this.#parse, surroundings, text);
    if (!final) return;
    const unit = this.#layout.shownUnit(final) ?? this.#layout.unitAt(place, prefix, text);
    this.#layout.learnOffer(place, prefix, generated, text, unit, "project");
    const offered = parseSnippet(this.#parse, surroundings, this.#layout.rebase(place, prefix, generated, unit));
    if (!offered) return;
    const pair = { offered, final, unit, weight: FORMATTED_WEIGHT, evidence: source };
    this.#layout.learnPair(place, pair, "project");
    this.#layout.learnText(place, final, unit, "project");
  }

  /** A suggestion for the end of `prefix`, in the style of its place. What is `expected` counts where nothing is learned. */
  repair(
    place: StylePlace,
    prefix: string,
    text: string,
    decisions: ReadonlyMap<string, Decision> = new Map(),
    expected: Expected = nothingExpected,
  ): Repaired {
    const wishes = wishesAt(place, decisions, expected);
    const unit = namedStep(wishes.pinned("indent")) ?? this.#layout.unitAt(place, prefix, text, expected("indent"));
    const rebased = this.#layout.rebase(place, prefix, text, unit);
    const surroundings = surroundingsOf(prefix, place.languageId);
    const offered = parseSnippet(this.#parse, surroundings, rebased);
    if (!offered) return { text: rebased, repairs: [] };
    const corrected = this.#corrections.rewrite(offered, correctionScope(place), { decisions, parse: this.#parse });
    const snippet = { ...corrected.region, frame: offered.frame };
    const shared = this.#layout.contextAt(place, prefix, unit, wishes);
    for (const parts of partsOf(snippet)) {
      const changes = new Changes();
      const laidOut = applyLayout(snippet, { ...shared, parts }, changes);
      if (laidOut.text === corrected.text) break;
      if (laidOut.isSurelySame || this.#isSameCode(snippet, laidOut.text, place.languageId))
        return { text: laidOut.text, repairs: [...corrected.repairs, ...repairsOf(changes, place)] };
    }
    return { text: corrected.text, repairs: corrected.repairs };
  }

  #isSameCode(snippet: Snippet, text: string, languageId: string): boolean {
    const again = parseLike(this.#parse, snippet, text, languageId);
    return again !== undefined && isSameCode(snippet, again);
  }

  /** All that was learned, as people see it: of every language, or what holds in one project. */
  list(decisions: ReadonlyMap<string, Decision>, project?: number): Learned[] {
    return [...this.#corrections.list(), ...this.#layout.list(decisions, project)];
  }

  /** Forgets what was observed of one thing. */
  erase(id: string): void {
    this.#layout.erase(id);
  }
}

/** What is laid out: all of it, else less. Where the parser is lost lines stay as they are anyway. */
function partsOf({ tree }: Snippet): readonly LayoutParts[] {
  return tree.errors > 0 ? ["spaces and marks", "spaces"] : ["all", "spaces and marks", "spaces"];
}

function correctionScope({ languageId, project, path }: StylePlace): CorrectionScope {
  return { languageId: styleLanguage(languageId), project, path };
}

function repairsOf(changes: Changes, place: StylePlace): Repair[] {
  return changes.list().map(({ fact, count }) => ({
    learnedId: idsOf(place, fact)[0]!,
    kind: "convention",
    title: factTitle(fact),
    count,
  }));
}

/** Ids of a fact where it could have been decided about: of its language, of the project. */
function idsOf({ languageId, project }: StylePlace, fact: Fact): string[] {
  const id = `${styleLanguage(languageId)}/${factName(fact)}`;
  return [`${id}@language`, `${id}@project:${project}`];
}

function wishesAt(place: StylePlace, decisions: ReadonlyMap<string, Decision>, expected: Expected): Wishes {
  const { languageId, project } = place;
  const pinned = (attribute: string): string | undefined => {
    if (decisions.size === 0) return undefined;
    const start = `${styleLanguage(languageId)}/${attribute}=`;
    for (const [id, decision] of decisions) {
      if (decision !== "pinned" || !id.startsWith(start)) continue;
      const [value, scope] = id.slice(start.length).split("@");
      if (scope === "language" || scope === `project:${project}`) return value;
    }
    return undefined;
  };
  const isVetoed = (fact: Fact): boolean =>
    decisions.size > 0 && idsOf(place, fact).some((id) => decisions.get(id) === "vetoed");
  return { isVetoed, pinned, expected };
}

/** Where a pair was seen: its first line that differs. */
function evidenceOf({ path }: StylePlace, { generated, final }: StylePair): Place | undefined {
  const before = new Set(generated.split("\n").map((line) => line.trim()));
  const line = final.split("\n").find((each) => !before.has(each.trim()) && each.trim() !== "");
  return line === undefined ? undefined : { path, line: 0, text: line.trim().slice(0, EVIDENCE_CHARS_MAX) };
}

function commonest(facts: readonly Fact[]): Fact | undefined {
  const counts = new Map<string, number>();
  for (const fact of facts) counts.set(factName(fact), (counts.get(factName(fact)) ?? 0) + 1);
  return facts.reduce<Fact | undefined>(
    (best, fact) => (!best || counts.get(factName(fact))! > counts.get(factName(best))! ? fact : best),
    undefined,
  );
}
