/**
 * Style: what was learned of how somebody writes, and its use. The one door to conventions of layout and to
 * corrections: texts and pairs go in, repaired suggestions come out. Pure and in memory; it is folded again from what
 * the store holds.
 */
import { findIndentUnit, indentOf } from "../code/indent.ts";
import { languageById, styleLanguage } from "../code/languages.ts";
import { type Parse, type SyntaxTree, textOf } from "../code/syntax.ts";
import { type CorrectionScope, Corrections } from "./corrections/corrections.ts";
import { applyLayout, Changes, type LayoutContext } from "./layout/apply.ts";
import { type Choices, choose, Decider } from "./layout/choices.ts";
import { blockUnit, isStep, readGaps } from "./layout/gaps.ts";
import { BODY_MOVES, bodyKeys, createLayoutScope, type LayoutScope, learnPair, learnText } from "./layout/learn.ts";
import { readString } from "./layout/quotes.ts";
import { rebase } from "./layout/rebase.ts";
import { Width } from "./layout/width.ts";
import type { WrapContext } from "./layout/wrap.ts";
import { Knowledge, offeredMeasure } from "./layout/wraps.ts";
import { type Fact, factName, factTitle } from "./layout/facts.ts";
import type { Decision, Learned, Place, Repair, Scope } from "./learned.ts";
import { parseLike, parseSnippet, type Snippet, surroundingsOf } from "./snippet.ts";

/** Of a document so much is read for its own style: the end, nearest to where people write. */
const FILE_CHARS_MAX = 24_000;
/** Read at once; a statement over the border is not known whole and teaches less. */
const STEP_CHARS = 3000;
/** Files whose style is held. */
const FILES_MAX = 50;
/** Text that was offered and kept untouched was read by somebody, and not more. */
const KEPT_WEIGHT = 0.5;
/** A formatter does the same every time: once seen is enough. */
const FORMATTED_WEIGHT = 2;
/** Blocks of a file that must show its step of indentation. */
const BLOCKS_MIN = 2;
/** A file with fewer indented lines may be all alignment. */
const UNIT_VOTES_MIN = 6;
/** As repair decides, roughly: what people are told serves. */
const SERVES_MIN = 0.75;
const SERVES_SUPPORT = 2;
const EVIDENCE_CHARS_MAX = 120;
/** Lines of comments and documentation move with the line that they begin on, until others are seen. */
const BODY_MOVES_PRIOR = 0.6;
/** Where nothing shows one. */
const DEFAULT_UNIT = "  ";
const UNIT_KEY = "unit";
const OFFERED_UNIT_KEY = "offered-unit";

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

/** The value of a named convention ("quotes") that holds at the place, as far as one is known. */
export type Expected = (attribute: string) => string | undefined;

const nothingExpected: Expected = () => undefined;

/** What a document shows of itself. */
interface FileStyle {
  readonly scope: LayoutScope;
  /** Its step of indentation, and the one that a single block shows. */
  readonly unit: string | undefined;
  readonly firstUnit: string | undefined;
  /** What else looks like a step is no code then. */
  readonly isParsed: boolean;
}

export interface Repaired {
  readonly text: string;
  readonly repairs: readonly Repair[];
}

export class Style {
  readonly #parse: Parse;
  /** By style language, and by style language and project, role or file. */
  readonly #scopes = new Map<string, LayoutScope>();
  readonly #corrections = new Corrections();
  readonly #files = new Map<string, FileStyle>();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** Reads a document that somebody works on: its own style outranks every other. */
  seeFile(place: StylePlace, text: string): void {
    const steps = this.seeFileInSteps(place, text);
    while (steps.next().done !== true);
  }

  /** As {@link seeFile}, a few milliseconds at a time: the file's style holds once all steps are done. */
  *seeFileInSteps(place: StylePlace, text: string): Generator<undefined, void> {
    const scope = createLayoutScope();
    const tail = text.length > FILE_CHARS_MAX ? text.slice(text.indexOf("\n", text.length - FILE_CHARS_MAX) + 1) : text;
    const snippet = parseSnippet(this.#parse, surroundingsOf("", place.languageId), tail);
    yield;
    const gaps = snippet && readGaps(snippet.tree);
    const unit = gaps ? blockUnit(gaps, BLOCKS_MIN) : stepIn(tail, UNIT_VOTES_MIN);
    const firstUnit = gaps && blockUnit(gaps, 1);
    for (let start = 0; snippet && start < snippet.end; start += STEP_CHARS) {
      yield;
      const region = { tree: snippet.tree, start, end: Math.min(start + STEP_CHARS, snippet.end) };
      learnText(scope, region, unit ?? this.#unitOf(place, tail, ""));
    }
    const key = fileKey(place);
    this.#files.delete(key);
    this.#files.set(key, { scope, unit, firstUnit, isParsed: snippet !== undefined });
    if (this.#files.size > FILES_MAX) this.#files.delete(this.#files.keys().next().value!);
  }

  /** Learns from what became of a suggestion; says what was changed most, in words, where that was layout only. */
  learn(pair: StylePair): string | undefined {
    const { place, prefix } = pair;
    const surroundings = surroundingsOf(prefix, place.languageId);
    const unit = this.#unitOf(place, prefix, pair.final);
    const scopes = this.#learningScopes(place);
    learnOfferedUnit(scopes, pair, unit);
    const generated = this.#rebased(place, prefix, pair.generated, unit);
    const offeredUnit = this.#offeredUnit(place, unit);
    const offered = parseSnippet(this.#parse, surroundings, generated);
    const final = parseSnippet(this.#parse, surroundings, pair.final);
    if (!offered || !final) return undefined;
    const isChanged = pair.final !== pair.shown;
    const weight = isChanged ? 1 : KEPT_WEIGHT;
    const evidence = evidenceOf(place, pair);
    this.#corrections.learn({
      generated: offered,
      final,
      scope: correctionScope(place),
      at: pair.at,
      weight,
      ...(evidence ? { evidence } : {}),
    });
    const changed = scopes.map((scope) => learnPair(scope, { offered, final, unit, offeredUnit, weight, evidence }));
    // Untouched machine text is no sign of its reader's style, or we would learn from ourselves.
    if (isChanged) this.#learnText(scopes, final, unit);
    const [fact] = commonest(changed[0] ?? []);
    // A change of words says more than the layout that changed along with it.
    return isChanged && fact && isSameCode(offered, final) ? factTitle(fact) : undefined;
  }

  /** Learns from text that somebody wrote at the end of `prefix`. */
  learnWritten(place: StylePlace, prefix: string, text: string): void {
    const written = parseSnippet(this.#parse, surroundingsOf(prefix, place.languageId), text);
    if (!written) return;
    this.#learnText(this.#learningScopes(place), written, this.#unitOf(place, prefix, text));
    this.#corrections.observe(written, correctionScope(place));
  }

  /** Learns how the project's formatter laid a suggestion out: that holds in the project, and says nothing of words. */
  learnFormatted(formatted: StylePair, source: Place): void {
    const { place, prefix, generated, final: text } = formatted;
    const surroundings = surroundingsOf(prefix, place.languageId);
    const final = parseSnippet(this.#parse, surroundings, text);
    if (!final) return;
    const unit = blockUnit(readGaps(final.tree), 1) ?? this.#unitOf(place, prefix, text);
    const scopes = this.#learningScopes(place).slice(1);
    learnOfferedUnit(scopes, formatted, unit);
    const offered = parseSnippet(this.#parse, surroundings, this.#rebased(place, prefix, generated, unit));
    if (!offered) return;
    const pair = {
      offered,
      final,
      unit,
      offeredUnit: this.#offeredUnit(place, unit),
      weight: FORMATTED_WEIGHT,
      evidence: source,
    };
    for (const scope of scopes) learnPair(scope, pair);
    this.#learnText(scopes, final, unit);
  }

  #learnText(scopes: readonly LayoutScope[], region: Snippet, unit: string): void {
    const step = blockUnit(readGaps(region.tree, region.start, region.end), 1);
    for (const scope of scopes) {
      learnText(scope, region, unit);
      if (step !== undefined) scope.choices.observe(UNIT_KEY, step);
    }
  }

  /** A suggestion for the end of `prefix`, in the style of its place. What is `expected` counts where nothing is learned. */
  repair(
    place: StylePlace,
    prefix: string,
    text: string,
    decisions: ReadonlyMap<string, Decision> = new Map(),
    expected: Expected = nothingExpected,
  ): Repaired {
    const pinned = namedStep(pinnedValue(decisions, place, "indent"));
    const unit = pinned ?? this.#unitOf(place, prefix, text, expected("indent"));
    const rebased = this.#rebased(place, prefix, text, unit);
    const surroundings = surroundingsOf(prefix, place.languageId);
    const offered = parseSnippet(this.#parse, surroundings, rebased);
    if (!offered) return { text: rebased, repairs: [] };
    const corrected = this.#corrections.rewrite(offered, correctionScope(place), { decisions, parse: this.#parse });
    const snippet = corrected.text === rebased ? offered : parseSnippet(this.#parse, surroundings, corrected.text);
    if (!snippet || snippet.tree.errors > offered.tree.errors) return { text: rebased, repairs: [] };
    const shared = this.#layoutContext(place, prefix, unit, decisions, expected);
    for (const parts of ["all", "spaces and marks", "spaces"] as const) {
      const changes = new Changes();
      const context = { ...shared, parts };
      const laidOut = applyLayout(snippet, context, changes);
      if (laidOut === corrected.text) break;
      const again = parseLike(this.#parse, snippet, laidOut, place.languageId);
      if (again && isSameCode(snippet, again))
        return { text: laidOut, repairs: [...corrected.repairs, ...repairsOf(changes, place)] };
    }
    return { text: corrected.text, repairs: corrected.repairs };
  }

  #layoutContext(
    place: StylePlace,
    prefix: string,
    unit: string,
    decisions: ReadonlyMap<string, Decision>,
    expected: Expected,
  ): Omit<LayoutContext, "parts"> {
    const language = languageById(place.languageId);
    const scopes = this.#servingScopes(place).map(({ choices }) => choices);
    return {
      decider: new Decider(scopes, this.#files.get(fileKey(place))?.scope.choices),
      unit,
      bodyMoves: this.#bodyMoves(place),
      wrap: this.#wrapContext(place, unit, expected, pinnedValue(decisions, place, "line-width")),
      atLineStart: prefix === "" || prefix.endsWith("\n"),
      lineComment: language?.lineComment,
      isStructural: language?.indentationIsStructure === true,
      isVetoed: (fact) => idsOf(place, fact).some((id) => decisions.get(id) === "vetoed"),
      pinned: (attribute) => pinnedValue(decisions, place, attribute),
      expected,
    };
  }

  /** All that was learned, as people see it: of every language, or what holds in one project. */
  list(decisions: ReadonlyMap<string, Decision>, project?: number): Learned[] {
    const learned = this.#corrections.list();
    for (const [key, { facts }] of this.#scopes) {
      const [language, scopeName] = key.split("@") as [string, string | undefined];
      // Roles follow from their project, and are not told apart.
      if (scopeName?.includes("/") === true) continue;
      if (project !== undefined && scopeName !== undefined && scopeName !== String(project)) continue;
      const wider = scopeName === undefined ? [] : (this.#scopes.get(language)?.facts.list() ?? []);
      const isTold = new Set(wider.map(({ fact }) => factName(fact)));
      for (const { fact, held, total, places } of facts.list()) {
        // What a project shares with all others is told once.
        if (isTold.has(factName(fact))) continue;
        const scope: Scope =
          scopeName === undefined
            ? { level: "language", project: undefined, path: "" }
            : { level: "project", project: Number(scopeName), path: "" };
        const id = `${language}/${factName(fact)}@${scopeName === undefined ? "language" : `project:${scopeName}`}`;
        const confidence = (held + 1) / (total + 2);
        const serves = confidence >= SERVES_MIN && held >= SERVES_SUPPORT;
        learned.push({
          id,
          kind: "convention",
          languageId: language,
          scope,
          attribute: fact.attribute,
          title: factTitle(fact),
          held,
          total,
          confidence,
          state: decisions.get(id) ?? (serves ? "serves" : "watched"),
          evidence: places,
        });
      }
    }
    return learned;
  }

  /** Forgets what was observed of one thing. */
  erase(id: string): void {
    const [language, rest] = [id.slice(0, id.indexOf("/")), id.slice(id.indexOf("/") + 1)];
    const name = rest.slice(0, rest.lastIndexOf("@"));
    for (const [key, { facts, choices }] of this.#scopes) {
      if (key.split("@")[0] === language) choices.forget(facts.forget(name));
    }
  }

  #unitOf(place: StylePlace, prefix: string, text: string, expected?: string): string {
    const own = this.#files.get(fileKey(place));
    if (own?.unit !== undefined) return own.unit;
    const learned = choose(this.#choices(place), [UNIT_KEY]);
    if (learned && learned.probability >= 0.5) return learned.value;
    const shown = own?.isParsed === true ? own.firstUnit : stepIn(prefix);
    // Where nothing is known of the place, what is offered stays in its step.
    return shown ?? namedStep(expected) ?? this.#offeredUnit(place, stepIn(text) ?? DEFAULT_UNIT);
  }

  #rebased(place: StylePlace, prefix: string, text: string, unit: string): string {
    return rebase(text, {
      languageId: place.languageId,
      from: this.#offeredUnit(place, unit),
      to: unit,
      atLineStart: prefix === "" || prefix.endsWith("\n"),
      bodyMoves: this.#bodyMoves(place),
    });
  }

  #offeredUnit(place: StylePlace, unit: string): string {
    const offered = choose(this.#choices(place), [OFFERED_UNIT_KEY]);
    return offered && offered.probability >= 0.5 ? offered.value : unit;
  }

  #bodyMoves(place: StylePlace): (opener: string) => boolean {
    const scopes = this.#servingScopes(place).map(({ choices }) => choices);
    const prior = { value: BODY_MOVES, probability: BODY_MOVES_PRIOR };
    return (opener) => choose(scopes, bodyKeys(opener), prior)?.value === BODY_MOVES;
  }

  /** Wide to narrow: what is learned from pairs goes to each of these. */
  #learningScopes({ languageId, project, path }: StylePlace): LayoutScope[] {
    const language = styleLanguage(languageId);
    return [language, `${language}@${project}`, `${language}@${project}/${roleOf(path)}`].map((key) => {
      let scope = this.#scopes.get(key);
      if (!scope) this.#scopes.set(key, (scope = createLayoutScope()));
      return scope;
    });
  }

  #servingScopes(place: StylePlace): LayoutScope[] {
    const file = this.#files.get(fileKey(place));
    return [...this.#learningScopes(place), ...(file ? [file.scope] : [])];
  }

  #choices(place: StylePlace): Choices[] {
    return this.#learningScopes(place).map(({ choices }) => choices);
  }

  #wrapContext(place: StylePlace, unit: string, expected: Expected, pinned: string | undefined): WrapContext {
    const offeredWidth = new Knowledge([this.#learningScopes(place)[0]!.offeredWraps]).width(Width.expected());
    // What is learned from a pair is in all wide scopes alike: the narrowest of them and the file's own are enough.
    const known = new Knowledge(
      this.#servingScopes(place)
        .slice(2)
        .map(({ wraps }) => wraps),
    );
    const prior = Width.expected(offeredWidth, Number(expected("line-width")));
    return {
      known,
      width: Number(pinned) > 0 ? Width.exactly(Number(pinned)) : known.width(prior),
      offeredWidth,
      offeredMeasure: offeredMeasure(unit, this.#offeredUnit(place, unit)),
      unit,
    };
  }
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

function pinnedValue(
  decisions: ReadonlyMap<string, Decision>,
  { languageId, project }: StylePlace,
  attribute: string,
): string | undefined {
  const start = `${styleLanguage(languageId)}/${attribute}=`;
  for (const [id, decision] of decisions) {
    if (decision !== "pinned" || !id.startsWith(start)) continue;
    const [value, scope] = id.slice(start.length).split("@");
    if (scope === "language" || scope === `project:${project}`) return value;
  }
  return undefined;
}

/** Where a pair was seen: its first line that differs. */
function evidenceOf({ path }: StylePlace, { generated, final }: StylePair): Place | undefined {
  const before = new Set(generated.split("\n").map((line) => line.trim()));
  const line = final.split("\n").find((each) => !before.has(each.trim()) && each.trim() !== "");
  return line === undefined ? undefined : { path, line: 0, text: line.trim().slice(0, EVIDENCE_CHARS_MAX) };
}

function commonest(facts: readonly Fact[]): Fact[] {
  const counts = new Map<string, { fact: Fact; count: number }>();
  for (const fact of facts) {
    const name = factName(fact);
    counts.set(name, { fact, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).map(({ fact }) => fact);
}

/** Tests and sources are often written differently, in whatever directory they lie. */
function roleOf(path: string): string {
  return /(?:^|[/._-])(?:tests?|specs?|__tests__)(?:[/._-]|$)/i.test(path) ? "tests" : "sources";
}

function fileKey({ project, path }: StylePlace): string {
  return `${project}:${path}`;
}

/** The step of indentation that a text's lines show. */
function stepIn(text: string, votesMin?: number): string | undefined {
  const found = findIndentUnit(text, votesMin);
  return found !== undefined && isStep(found) ? found : undefined;
}

/** A step of indentation by its name in conventions: "2", "4", "tab". */
function namedStep(name: string | undefined): string | undefined {
  const step = name === "tab" ? "\t" : " ".repeat(Number(name) || 0);
  return isStep(step) ? step : undefined;
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? text : text.slice(0, end);
}

function learnOfferedUnit(scopes: readonly LayoutScope[], { prefix, generated, final }: StylePair, unit: string): void {
  if (prefix !== "" && !prefix.endsWith("\n")) return;
  const offered = offeredStep(indentOf(firstLine(generated)), indentOf(firstLine(final)), unit);
  if (offered !== undefined) for (const { choices } of scopes) choices.observe(OFFERED_UNIT_KEY, offered);
}

/** The step in which an offer is indented, told by its first line: as many levels deep as the final one is. */
function offeredStep(offered: string, final: string, unit: string): string | undefined {
  const levels = final.length / unit.length;
  if (offered === "" || !Number.isInteger(levels) || levels < 1 || final !== unit.repeat(levels)) return undefined;
  const step = offered.length / levels;
  if (!Number.isInteger(step)) return undefined;
  const found = offered.slice(0, step);
  return isStep(found) && found.repeat(levels) === offered ? found : undefined;
}

/** Whether two texts are the same code in another layout: the same tokens, of the same kind, in the same nodes. */
function isSameCode(before: Snippet, after: Snippet): boolean {
  if (after.tree.errors > before.tree.errors) return false;
  const left = readGaps(before.tree, before.start, before.end).solids;
  const right = readGaps(after.tree, after.start, after.end).solids;
  return (
    left.length === right.length &&
    left.every((leaf, index) => signature(before.tree, leaf) === signature(after.tree, right[index]!))
  );
}

function signature(tree: SyntaxTree, leaf: number): string {
  const string = readString(tree, leaf);
  const parent = tree.parents[leaf]!;
  const text = string ? string.content.replace(/\\(["'])/g, "$1") : textOf(tree, leaf).replace(/\s+/g, " ");
  return `${depthIn(tree, leaf)} ${tree.types[leaf]} ${tree.types[parent]} ${tree.types[tree.parents[parent]!]} ${text}`;
}

/** How many nodes are around one: what has slipped out of its block stands less deep. */
function depthIn(tree: SyntaxTree, node: number): number {
  let depth = 0;
  for (let above = tree.parents[node]!; above >= 0; above = tree.parents[above]!) depth++;
  return depth;
}
