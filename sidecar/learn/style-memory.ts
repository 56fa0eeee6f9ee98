/**
 * Style as the sidecar keeps it: the model in memory, folded from what the store holds, the parser it needs, and what
 * the user has decided. Everything in it can be folded again; only decisions are stored.
 */
import { setImmediate } from "node:timers/promises";
import { isAbort } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { inSlices, Slices } from "../base/slices.ts";
import { languageById, languageOfPath, styleLanguage } from "../code/languages.ts";
import { openSyntaxParser, type SyntaxParser } from "../code/parser.ts";
import type { Parse } from "../code/syntax.ts";
import { gatherEvidence } from "../outcome/evidence.ts";
import { editDistance } from "../outcome/survival.ts";
import type { Database } from "../store/database.ts";
import { allDecisions, saveDecision } from "../store/decisions.ts";
import { allErasures, saveErasure } from "../store/erasures.ts";
import { type Example, newestExamples } from "../store/examples.ts";
import { fileStyles, saveFileStyle } from "../store/chunks.ts";
import { findOrigin } from "../store/origins.ts";
import { findGeneration, settledGenerations, signalsOf } from "../store/signals.ts";
import { allProjects, type Project } from "../store/projects.ts";
import type { FileStyle } from "../style/conventions/file-style.ts";
import { observeConventions } from "../style/conventions/observe.ts";
import { Conventions } from "../style/conventions/profile.ts";
import { isAround, parseConventionId, scopeName } from "../style/conventions/scopes.ts";
import { type Excerpt, excerptOf, type FormattedPart, formattedPart } from "../style/formatted.ts";
import type { Decision, Learned, Place } from "../../protocol/style.ts";
import { parseSnippet, surroundingsOf } from "../style/snippet.ts";
import { isCutOff } from "../style/tails.ts";
import { createStyleConfigs } from "./style-config.ts";
import { type Repaired, Style, type StylePair, type StylePlace } from "../style/style.ts";

/** Generations and typed lines that are folded at a start: older ones have faded anyway. */
const PAIRS_MAX = 2000;
const TYPED_MAX = 2000;
/** Less alike than this is another text, not the same in another style (learning.md §2: "wild"). */
const SIMILARITY_MIN = 0.2;

export interface StyleMemoryDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a formatter answered about a suggestion. */
export interface FormattedExcerpt {
  readonly place: StylePlace;
  readonly excerpt: Excerpt;
  /** What the engine wrote, and what was shown after repair. */
  readonly generated: string;
  readonly shown: string;
  readonly answer: string;
  /** Why it is so laid out, for people. */
  readonly source: Place;
}

export class StyleMemory {
  readonly #deps: StyleMemoryDeps;
  #style: Style;
  #conventions = new Conventions();
  #parser: SyntaxParser | undefined;
  readonly #parse: Parse = (grammar, text) => this.#parser?.parse(grammar, text);
  readonly #loading = new Map<string, Promise<void>>();
  #decisions: ReadonlyMap<string, Decision>;
  /** Final texts that were learned, by generation: evidence comes in more than once. */
  readonly #learned = new Map<string, string>();

  constructor(deps: StyleMemoryDeps) {
    this.#deps = deps;
    this.#style = this.#newStyle();
    this.#decisions = this.#readDecisions();
    this.#conventions.setDecisions(this.#decisions);
  }

  #newStyle(): Style {
    return new Style(this.#parse, (attribute, language, project) =>
      this.#conventions.serving(attribute, { language, project }),
    );
  }

  /** Starts the parser and folds what is stored, oldest first. */
  async open(signal: AbortSignal): Promise<void> {
    this.#parser = await openSyntaxParser();
    signal.throwIfAborted();
    await this.#fold(signal);
  }

  /** Forgets all that is not stored (any more): folds again. What configuration files say is to be read again. */
  async refold(signal: AbortSignal): Promise<void> {
    this.#conventions = new Conventions();
    this.#style = this.#newStyle();
    this.#learned.clear();
    this.#decided();
    await this.#fold(signal);
  }

  async #fold(signal: AbortSignal): Promise<void> {
    const { database } = this.#deps;
    const slices = new Slices(signal);
    const events = [
      ...settledGenerations(database, PAIRS_MAX).map(({ id, at }) => ({ at, fold: () => this.learnGeneration(id) })),
      ...[...newestExamples(database, TYPED_MAX)]
        .filter(({ origin }) => origin === "typed")
        .map((example) => ({ at: example.createdAt, fold: () => this.learnTyped(example) })),
      ...allErasures(database).map(({ learnedId, at }) => ({
        at,
        fold: () => {
          this.#forget(learnedId);
          return Promise.resolve();
        },
      })),
    ].sort((a, b) => a.at - b.at);
    for (const project of allProjects(database)) {
      for (const { path, style } of fileStyles(database, project.id)) {
        this.learnFile(project, path, style);
        if (slices.over) await slices.pause();
      }
    }
    for (const { fold } of events) {
      await fold();
      if (slices.over) await slices.pause();
    }
  }

  /** Reads the configuration of formatters and linters that holds for a project's files. */
  async readConfig(project: Project, signal: AbortSignal): Promise<void> {
    const configs = createStyleConfigs(project.root);
    const files = this.#conventions
      .files(project.id)
      .map((path) => ({ path, languageId: languageOfPath(path)?.id ?? "plaintext" }));
    for (const { directory, language, config } of await configs.scopes(files, signal)) {
      this.#conventions.setPriors(project.id, directory, language, config.priors);
    }
    for (const { path, reason } of configs.problems) this.#deps.log.warn(`${path} says nothing of style: ${reason}`);
  }

  /** What a file shows of style; undefined where it is gone. */
  learnFile(project: Project, path: string, style: FileStyle | undefined): void {
    this.#conventions.learnFile(project.id, path, languageOfPath(path)?.id ?? "plaintext", style);
  }

  close(): void {
    this.#parser?.close();
    this.#parser = undefined;
  }

  /** What the style of a suggestion is at its place. Never throws: without a parser or grammar nothing is changed. */
  repair(place: StylePlace, prefix: string, text: string): Repaired {
    try {
      if (!this.#isReady(place.languageId)) void this.#load(place.languageId);
      const where = { language: styleLanguage(place.languageId), project: place.project, path: place.path };
      const expected = (attribute: string): string | undefined => this.#conventions.serving(attribute, where);
      return this.#style.repair(place, prefix, text, this.#decisions, expected);
    } catch (error) {
      // A suggestion in the wrong style is better than none.
      this.#deps.log.error("a suggestion was not brought to the learned style", error);
      return { text, repairs: [] };
    }
  }

  /** Reads a document somebody works on, for its own style. */
  async seeDocument(place: StylePlace, text: string, signal: AbortSignal): Promise<void> {
    await this.#load(place.languageId);
    const slices = new Slices(signal);
    const steps = this.#style.seeFileInSteps(place, text);
    while (this.#guard(() => steps.next())?.done === false) if (slices.over) await slices.pause();
  }

  /** Learns what became of a generation; says what is new, for people. */
  async learnGeneration(generationId: string): Promise<string | undefined> {
    const whole = stylePairOf(this.#deps.database, generationId);
    const before = this.#learned.get(generationId);
    const pair = whole && before !== undefined ? behind(whole, before) : whole;
    if (!whole || !pair) return undefined;
    this.#learned.set(generationId, whole.final);
    await this.#load(pair.place.languageId);
    return this.#guard(() => {
      if (pair.final !== pair.shown) this.#learnSites(pair.place, pair.prefix, pair.final);
      return this.#style.learn(pair);
    });
  }

  async learnTyped(example: Example): Promise<void> {
    const { projectId, path, languageId, contextBefore, linePrefix, text } = example;
    await this.#load(languageId);
    const prefix = contextBefore === "" ? "" : `${contextBefore}\n`;
    const place = { languageId, project: projectId, path };
    this.#guard(() => {
      this.#learnSites(place, prefix, linePrefix + text);
      this.#style.learnWritten(place, prefix, linePrefix + text);
    });
  }

  /** A suggestion as a formatter can be given it; undefined where it is not whole enough. */
  async excerpt(languageId: string, prefix: string, text: string): Promise<Excerpt | undefined> {
    await this.#load(languageId);
    return this.#guard(() => excerptOf(this.#parse, languageId, prefix, text));
  }

  /**
   * What a formatter made of an excerpt's suggestion; learned from where that is not what was `shown`. Finding and
   * learning take some milliseconds each, so a keystroke may come between.
   */
  async learnFormatted(formatted: FormattedExcerpt): Promise<FormattedPart | undefined> {
    const { place, excerpt, generated, shown, answer, source } = formatted;
    const part = this.#guard(() => formattedPart(this.#parse, excerpt, answer));
    await setImmediate();
    if (part?.kind !== "same place" || part.text === shown) return part;
    const pair = { place, prefix: part.prefix, generated, shown, final: part.text, at: this.#deps.clock.now() };
    this.#guard(() => this.#style.learnFormatted(pair, source));
    await setImmediate();
    return part;
  }

  isVetoed(id: string): boolean {
    return this.#decisions.get(id) === "vetoed";
  }

  /** Whether the user has pinned or vetoed a convention that may hold at a place. */
  hasDecided(place: StylePlace): boolean {
    const language = `${styleLanguage(place.languageId)}/`;
    for (const id of this.#decisions.keys()) {
      const decided = id.startsWith(language) ? parseConventionId(id) : undefined;
      if (!decided || decided.attribute === "correction" || decided.attribute === "formatter") continue;
      if (isAround(decided.scope, place)) return true;
    }
    return false;
  }

  /** Conventions that a text of the person's own shows. */
  #learnSites(place: StylePlace, prefix: string, text: string): void {
    // What goes on behind its end does not show how it ends.
    if (isCutOff(text, place.languageId)) return;
    const snippet = parseSnippet(this.#parse, surroundingsOf(prefix, place.languageId), text);
    if (!snippet) return;
    const sites = observeConventions(snippet.tree, place).filter(
      ({ offset }) => offset >= snippet.start && offset < snippet.end,
    );
    this.#conventions.learnSites(place, sites);
  }

  /** All that was learned, or what holds in one project and everywhere. */
  async list(project: number | undefined, signal: AbortSignal): Promise<Learned[]> {
    const conventions = await inSlices(this.#conventions.listInSteps({ project }), new Slices(signal));
    return this.#withChanged(conventions, project);
  }

  /** What holds in one language of a project as a whole: as much of {@link list} as can be had at once. */
  listWide(languageId: string, project: number | undefined): Learned[] {
    const conventions = this.#conventions.list({ languageId: styleLanguage(languageId), project, isWide: true });
    return this.#withChanged(conventions, project);
  }

  /** With what was learned from changes. */
  #withChanged(conventions: readonly Learned[], project: number | undefined): Learned[] {
    // What is told by name needs not be told again by what was changed.
    const named = new Set(conventions.map(subjectOf));
    const changed = this.#style
      .list(this.#decisions, project)
      .filter((learned) => learned.kind === "correction" || !named.has(subjectOf(learned)));
    return [...conventions, ...changed];
  }

  /** Pins or vetoes; undefined leaves it to what is observed. */
  decide(id: string, decision: Decision | undefined): void {
    saveDecision(this.#deps.database, id, decision, this.#deps.clock.now());
    this.#decided();
  }

  /** Forgets what was observed of one thing; it may be learned again. */
  erase(id: string): void {
    const { database, clock } = this.#deps;
    database.transaction(() => {
      saveDecision(database, id, undefined, clock.now());
      saveErasure(database, id, clock.now());
    });
    this.#forget(id);
    this.#decided();
  }

  #forget(id: string): void {
    this.#style.erase(id);
    const { database } = this.#deps;
    for (const { project, path, style } of this.#conventions.erase(id)) saveFileStyle(database, project, path, style);
  }

  #decided(): void {
    this.#decisions = this.#readDecisions();
    this.#conventions.setDecisions(this.#decisions);
  }

  #readDecisions(): ReadonlyMap<string, Decision> {
    return new Map(allDecisions(this.#deps.database).map(({ learnedId, decision }) => [learnedId, decision]));
  }

  /** A text that style cannot learn from must not keep the rest of learning from it. */
  #guard<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#deps.log.error("style was not learned from a text", error);
      return undefined;
    }
  }

  #isReady(languageId: string): boolean {
    return languageById(languageId)?.grammar === undefined || this.#loading.get(languageId) === READY;
  }

  /** Loads the grammar of a language, once. */
  async #load(languageId: string): Promise<void> {
    const grammar = languageById(languageId)?.grammar;
    const parser = this.#parser;
    if (!grammar || !parser || this.#isReady(languageId)) return;
    let loading = this.#loading.get(languageId);
    if (!loading) {
      loading = parser.load(grammar).then(
        () => void this.#loading.set(languageId, READY),
        (error: unknown) => {
          if (isAbort(error)) throw error;
          // Stays unready: repair goes without, and the next document tries again.
          this.#loading.delete(languageId);
          this.#deps.log.error(`the grammar of ${languageId} could not be loaded`, error);
        },
      );
      this.#loading.set(languageId, loading);
    }
    await loading;
  }
}

const READY = Promise.resolve();

/** What a convention is about, and where: a whole language, a directory. */
function subjectOf({ languageId, attribute, scope }: Learned): string {
  const { level } = scope;
  const isWide = level === "person" || level === "language" || level === "project";
  return `${languageId}/${attribute}@${isWide ? "" : scopeName(scope)}`;
}

/**
 * What is new in a pair of which `before` was learned as its final text: the next piece that was taken. Undefined where
 * there is none, or what was learned is another text now: that cannot be taken back, and is right at the next start.
 */
function behind(pair: StylePair, before: string): StylePair | undefined {
  const { generated, shown, final } = pair;
  if (!shown.startsWith(before) || !final.startsWith(before) || final === before) return undefined;
  const rest = (text: string): string => text.slice(before.length);
  return {
    ...pair,
    prefix: pair.prefix + before,
    generated: rest(generated.startsWith(before) ? generated : shown),
    shown: rest(shown),
    final: rest(final),
  };
}

/** What became of a generation, if somebody took it and kept something of it. */
function stylePairOf(database: Database, generationId: string): StylePair | undefined {
  const generation = findGeneration(database, generationId);
  if (!generation) return undefined;
  const { accepted, final, undoneAfterMs, rating } = gatherEvidence(signalsOf(database, generationId));
  if (!accepted || !final || undoneAfterMs !== undefined || rating === "down" || final.text.trim() === "") {
    return undefined;
  }
  const isWhole = accepted.text === generation.text;
  const shown = accepted.text;
  // What the engine wrote, where all of it was taken: else a part of what was shown.
  const generated = (isWhole ? findOrigin(database, generationId)?.raw : undefined) ?? shown;
  if (shown !== final.text && 1 - editDistance(shown, final.text) < SIMILARITY_MIN) return undefined;
  const { languageId, projectId, path, contextBefore, shownAt } = generation;
  return {
    place: { languageId, project: projectId, path },
    prefix: (contextBefore === "" ? "" : `${contextBefore}\n`) + final.linePrefix,
    generated,
    shown,
    final: final.text,
    at: shownAt,
  };
}
