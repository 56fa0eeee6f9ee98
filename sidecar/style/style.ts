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
import { type Choices, choose, ranked } from "./layout/choices.ts";
import { Decider } from "./layout/decider.ts";
import { LayoutScopes, observeIn } from "./layout/scopes.ts";
import { isStep, readGaps } from "./layout/gaps.ts";
import { BODY_MOVES, bodyKeys, createLayoutScope, type LayoutScope, learnPair, learnText } from "./layout/learn.ts";
import { readString } from "./layout/quotes.ts";
import { rebase } from "./layout/rebase.ts";
import { agreesWith, readSteps, shownStep, type Steps } from "./layout/unit.ts";
import { Width } from "./layout/width.ts";
import type { WrapContext } from "./layout/wrap.ts";
import { Knowledge, offeredMeasure } from "./layout/wraps.ts";
import { type Fact, factName, factTitle } from "./layout/facts.ts";
import type { Decision, Learned, Place, Repair, Scope } from "./learned.ts";
import { parseLike, parseSnippet, type Snippet, surroundingsOf } from "./snippet.ts";

/** Of a document so much is read for its own style: the end, nearest to where people write. */
const FILE_CHARS_MAX = 24_000;
/** Of its tokens so many may be where the parser does not understand it; more, and it shows nothing. */
const ERRORS_SHARE_MAX = 0.01;
/** Read at once; a statement over the border is not known whole and teaches less. */
const STEP_CHARS = 3000;
/** Files whose style is held. */
const FILES_MAX = 50;
/** Text that was offered and kept untouched was read by somebody, and not more. */
const KEPT_WEIGHT = 0.5;
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
/** Whether lines behind brackets are indented by the same step as blocks. */
const BRACKETS_KEY = "unit|brackets";
const AGREE = "agree";
const DIFFER = "differ";

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
  /** Its step of indentation, where its blocks show one. */
  readonly unit: string | undefined;
  /** What its other lines show of that; undefined where it cannot be parsed. */
  readonly steps: Steps | undefined;
}

export interface Repaired {
  readonly text: string;
  readonly repairs: readonly Repair[];
}

export class Style {
  readonly #parse: Parse;
  readonly #scopes = new LayoutScopes();
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
    const from = tailStart(text);
    const tail = text.slice(from);
    const parsed = parseSnippet(this.#parse, surroundingsOf(text.slice(0, from), place.languageId), tail);
    const snippet = parsed && parsed.tree.errors <= ERRORS_SHARE_MAX * parsed.tree.leaves.length ? parsed : undefined;
    yield;
    const steps = snippet && readSteps(readGaps(snippet.tree, snippet.start, snippet.end));
    const unit = steps ? shownStep(steps) : stepIn(tail, UNIT_VOTES_MIN);
    this.#see(place, { scope, unit, steps });
    for (let start = snippet?.start ?? 0; snippet && start < snippet.end; start += STEP_CHARS) {
      yield;
      const region = { tree: snippet.tree, start, end: Math.min(start + STEP_CHARS, snippet.end) };
      learnText([scope], region, unit ?? this.#unitOf(place, tail, ""));
    }
  }

  #see(place: StylePlace, file: FileStyle): void {
    const key = fileKey(place);
    this.#files.delete(key);
    this.#files.set(key, file);
    if (this.#files.size > FILES_MAX) this.#files.delete(this.#files.keys().next().value!);
  }

  /** Learns from what became of a suggestion; says what was changed most, in words, where that was layout only. */
  learn(pair: StylePair): string | undefined {
    const { place, prefix } = pair;
    const surroundings = surroundingsOf(prefix, place.languageId);
    const unit = this.#unitOf(place, prefix, pair.final);
    const scopes = this.#scopes.at(place);
    if (prefix === "" || prefix.endsWith("\n")) {
      const offered = offeredStep(indentOf(firstLine(pair.generated)), indentOf(firstLine(pair.final)), unit);
      if (offered !== undefined) observeIn(scopes, OFFERED_UNIT_KEY, offered, 1);
    }
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
    const changed = learnPair(scopes, { offered, final, unit, offeredUnit, weight, evidence });
    // Untouched machine text is no sign of its reader's style, or we would learn from ourselves.
    if (isChanged) this.#learnText(scopes, final, unit);
    const [fact] = commonest(changed);
    // A change of words says more than the layout that changed along with it.
    return isChanged && fact && isSameCode(offered, final) ? factTitle(fact) : undefined;
  }

  /** Learns from text that somebody wrote at the end of `prefix`. */
  learnWritten(place: StylePlace, prefix: string, text: string): void {
    const written = parseSnippet(this.#parse, surroundingsOf(prefix, place.languageId), text);
    if (!written) return;
    this.#learnText(this.#scopes.at(place), written, this.#unitOf(place, prefix, text));
    this.#corrections.observe(written, correctionScope(place));
  }

  #learnText(scopes: readonly LayoutScope[], region: Snippet, unit: string): void {
    learnText(scopes, region, unit);
    const steps = readSteps(readGaps(region.tree, region.start, region.end));
    const step = shownStep(steps);
    if (step === undefined) return;
    observeIn(scopes, UNIT_KEY, step, 1);
    if (steps.others.size > 0) observeIn(scopes, BRACKETS_KEY, agreesWith(steps, step) ? AGREE : DIFFER, 1);
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
    return {
      decider: new Decider(this.#scopes.answersAt(place), this.#files.get(fileKey(place))?.scope.choices),
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
    for (const [key, { facts }] of this.#scopes.entries()) {
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
    for (const [key, { facts, choices }] of this.#scopes.entries()) {
      if (key.split("@")[0] === language) choices.forget(facts.forget(name));
    }
  }

  #unitOf(place: StylePlace, prefix: string, text: string, expected?: string): string {
    const file = this.#files.get(fileKey(place));
    if (file?.unit !== undefined) return file.unit;
    const known = choicesOf(this.#scopes.known(place));
    const steps = choose(known, [BRACKETS_KEY])?.value === DIFFER ? undefined : file?.steps;
    const learned = ranked(known, [UNIT_KEY]).find(({ value }) => steps === undefined || agreesWith(steps, value));
    if (learned) return learned.value;
    const shown = file?.steps ? undefined : stepIn(prefix);
    // Where nothing is known of the place, what is offered stays in its step.
    return shown ?? namedStep(expected) ?? this.#offeredUnit(place, stepIn(text) ?? DEFAULT_UNIT);
  }

  #rebased(place: StylePlace, prefix: string, text: string, unit: string): string {
    return rebase(text, {
      languageId: place.languageId,
      from: this.#offeredUnit(place, this.#files.get(fileKey(place))?.unit === undefined || isMadeOf(text, unit) ? unit : (stepIn(text) ?? unit)),
      to: unit,
      atLineStart: prefix === "" || prefix.endsWith("\n"),
      bodyMoves: this.#bodyMoves(place),
    });
  }

  #offeredUnit(place: StylePlace, unit: string): string {
    const offered = choose(choicesOf(this.#scopes.known(place)), [OFFERED_UNIT_KEY]);
    return offered && offered.probability >= 0.5 ? offered.value : unit;
  }

  #bodyMoves(place: StylePlace): (opener: string) => boolean {
    const file = this.#files.get(fileKey(place));
    const scopes = choicesOf([...this.#scopes.known(place), ...(file ? [file.scope] : [])]);
    const prior = { value: BODY_MOVES, probability: BODY_MOVES_PRIOR };
    return (opener) => choose(scopes, bodyKeys(opener), prior)?.value === BODY_MOVES;
  }

  #wrapContext(place: StylePlace, unit: string, expected: Expected, pinned: string | undefined): WrapContext {
    const offeredWidth = new Knowledge(this.#scopes.known(place).slice(0, 1).map(({ offeredWraps }) => offeredWraps)).width(Width.expected());
    // What is learned from a pair is in all wide scopes alike: the narrowest of them and the file's own are enough.
    const file = this.#files.get(fileKey(place));
    const around = this.#scopes.wrapsAt(place);
    const known = new Knowledge([around, file?.scope.wraps].filter((wraps) => wraps !== undefined));
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

/** Where the part of a document begins that is read: with something of its own, not in the middle of a text. */
function tailStart(text: string): number {
  if (text.length <= FILE_CHARS_MAX) return 0;
  const earliest = text.length - FILE_CHARS_MAX;
  const declaration = /\n(?=[\p{L}_@])(?!(?:else|elif|except|finally|catch)\b)/u.exec(text.slice(earliest, earliest + FILE_CHARS_MAX / 2));
  return declaration ? earliest + declaration.index + 1 : text.indexOf("\n", earliest) + 1;
}

function choicesOf(scopes: readonly LayoutScope[]): Choices[] {
  return scopes.map(({ choices }) => choices);
}

function fileKey({ project, path }: StylePlace): string {
  return `${project}:${path}`;
}

/** Whether the lines of a text may be indented by this step. */
function isMadeOf(text: string, unit: string): boolean {
  return text.split("\n").every((line) => line.trim() === "" || indentOf(line).length % unit.length === 0 && (unit === "\t") === indentOf(line).includes("\t") || indentOf(line) === "");
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
