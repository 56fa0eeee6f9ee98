/**
 * Style as the sidecar keeps it: the model in memory, folded from what the store holds, the parser it needs, and what
 * the user has decided. Everything in it can be folded again; only decisions are stored.
 */
import { isAbort } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { Slices } from "../base/slices.ts";
import { languageById } from "../code/languages.ts";
import { openSyntaxParser, type SyntaxParser } from "../code/parser.ts";
import { gatherEvidence } from "../outcome/evidence.ts";
import { editDistance } from "../outcome/survival.ts";
import type { Database } from "../store/database.ts";
import { allDecisions, saveDecision } from "../store/decisions.ts";
import { allErasures, saveErasure } from "../store/erasures.ts";
import { type Example, newestExamples } from "../store/examples.ts";
import { findOrigin } from "../store/origins.ts";
import { findGeneration, settledGenerations, signalsOf } from "../store/signals.ts";
import type { Decision, Learned } from "../style/learned.ts";
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

export class StyleMemory {
  readonly #deps: StyleMemoryDeps;
  readonly #style: Style;
  #parser: SyntaxParser | undefined;
  readonly #loading = new Map<string, Promise<void>>();
  #decisions: ReadonlyMap<string, Decision>;
  /** Final texts that were learned, by generation: evidence comes in more than once. */
  readonly #learned = new Map<string, string>();

  constructor(deps: StyleMemoryDeps) {
    this.#deps = deps;
    this.#style = new Style((grammar, text) => this.#parser?.parse(grammar, text));
    this.#decisions = this.#readDecisions();
  }

  /** Starts the parser and folds what is stored, oldest first. */
  async open(signal: AbortSignal): Promise<void> {
    this.#parser = await openSyntaxParser();
    signal.throwIfAborted();
    const { database } = this.#deps;
    const slices = new Slices(signal);
    const events = [
      ...settledGenerations(database, PAIRS_MAX).map(({ id, at }) => ({ at, fold: () => this.learnGeneration(id) })),
      ...newestExamples(database, TYPED_MAX)
        .filter(({ origin }) => origin === "typed")
        .map((example) => ({ at: example.createdAt, fold: () => this.learnTyped(example) })),
      ...allErasures(database).map(({ learnedId, at }) => ({
        at,
        fold: () => Promise.resolve(this.#style.erase(learnedId)),
      })),
    ].sort((a, b) => a.at - b.at);
    for (const { fold } of events) {
      await fold();
      if (slices.over) await slices.pause();
    }
  }

  close(): void {
    this.#parser?.close();
    this.#parser = undefined;
  }

  /** What the style of a suggestion is at its place. Never throws: without a parser or grammar nothing is changed. */
  repair(place: StylePlace, prefix: string, text: string): Repaired {
    try {
      if (!this.#isReady(place.languageId)) void this.#load(place.languageId);
      return this.#style.repair(place, prefix, text, this.#decisions);
    } catch (error) {
      // A suggestion in the wrong style is better than none.
      this.#deps.log.error("a suggestion was not brought to the learned style", error);
      return { text, repairs: [] };
    }
  }

  /** Reads a document somebody works on, for its own style. */
  async seeDocument(place: StylePlace, text: string): Promise<void> {
    await this.#load(place.languageId);
    this.#guard(() => this.#style.seeFile(place, text));
  }

  /** Learns what became of a generation; says what is new, for people. */
  async learnGeneration(generationId: string): Promise<string | undefined> {
    const pair = stylePairOf(this.#deps.database, generationId);
    if (!pair || this.#learned.get(generationId) === pair.final) return undefined;
    this.#learned.set(generationId, pair.final);
    await this.#load(pair.place.languageId);
    return this.#guard(() => this.#style.learn(pair));
  }

  async learnTyped(example: Example): Promise<void> {
    const { projectId, path, languageId, contextBefore, linePrefix, text } = example;
    await this.#load(languageId);
    const prefix = contextBefore === "" ? "" : `${contextBefore}\n`;
    this.#guard(() => this.#style.learnWritten({ languageId, project: projectId, path }, prefix, linePrefix + text));
  }

  /** All that was learned, or what holds in one project and everywhere. */
  list(project: number | undefined): Learned[] {
    return this.#style.list(this.#decisions, project);
  }

  /** Pins or vetoes; undefined leaves it to what is observed. */
  decide(id: string, decision: Decision | undefined): void {
    saveDecision(this.#deps.database, id, decision, this.#deps.clock.now());
    this.#decisions = this.#readDecisions();
  }

  /** Forgets what was observed of one thing; it may be learned again. */
  erase(id: string): void {
    const { database, clock } = this.#deps;
    database.transaction(() => {
      saveDecision(database, id, undefined, clock.now());
      saveErasure(database, id, clock.now());
    });
    this.#style.erase(id);
    this.#decisions = this.#readDecisions();
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
