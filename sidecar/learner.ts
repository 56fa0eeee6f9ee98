/**
 * Learns, one thing at a time and in order: from signals as they come in, from what was typed, from the style of
 * documents that are open, and at a start from what the store holds.
 */
import type { SignalsResult } from "../protocol/messages.ts";
import type { Settings } from "../protocol/settings.ts";
import { mayLearn } from "../text/learned-places.ts";
import type { Clock } from "./base/clock.ts";
import { describeError, isAbort } from "./base/errors.ts";
import type { Log } from "./base/log.ts";
import type { OpQueue } from "./base/op-queue.ts";
import { Slices } from "./base/slices.ts";
import type { Recall } from "./engine/recall/recall.ts";
import type { Facts } from "./facts.ts";
import type { Indexing } from "./indexing.ts";
import { ingestSignals, type IngestResult } from "./learn/ingest.ts";
import { type LearnDeps, learnFrom, personalText, spreadExamples, storeExample } from "./learn/learn.ts";
import type { Redactor } from "./learn/redactor.ts";
import type { StyleMemory } from "./learn/style-memory.ts";
import { typedExamples, typedLines } from "./learn/typed.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { StatusBoard } from "./status-board.ts";
import type { Database } from "./store/database.ts";
import { type ExampleTerms, hasExample, newestExamples } from "./store/examples.ts";
import type { GateEvent } from "./store/gate.ts";
import { unscoredGenerations } from "./store/outcomes.ts";
import { acceptedTexts, type GenerationPlace } from "./store/signals.ts";
import type { SuggestionCache } from "./suggest/cache.ts";
import type { Gatekeeper } from "./suggest/gatekeeper.ts";
import type { NegativeMemory } from "./suggest/negative-memory.ts";
import type { SuggestionOrigins } from "./suggest/origins.ts";
import type { TermSearch } from "./suggest/retrieval/term-search.ts";
import type { Trials } from "./suggest/retrieval/trials.ts";
import { type OpenProject, pathOf, type Workspace } from "./workspace.ts";

/** What waits to be learned: beyond that the oldest is dropped. */
export const LEARNING_QUEUE_MAX = 1000;
/** Suggestions that a crash left over and a start learns from; those behind them wait for the next. */
const UNSCORED_MAX = LEARNING_QUEUE_MAX / 2;
const PERSONAL_EXAMPLES_MAX = 20_000;
const HOUR_MS = 60 * 60 * 1000;

export interface SavedDocument {
  readonly uri: string;
  readonly languageId: string;
  /** Its text when it was last saved or opened, and now; "\n" line ends. */
  readonly before: string;
  readonly now: string;
  /** Line that was changed a moment ago and is still being written. */
  readonly activeLine: number | undefined;
}

export interface SeenDocument {
  readonly uri: string;
  readonly languageId: string;
  /** "\n" line ends. */
  readonly text: string;
}

export interface LearnerDeps {
  readonly database: Database;
  readonly workspace: Workspace;
  readonly recall: Recall;
  readonly redactor: Redactor;
  readonly style: StyleMemory;
  readonly indexing: Indexing;
  readonly gate: Gatekeeper;
  readonly negative: NegativeMemory;
  readonly trials: Trials;
  readonly origins: SuggestionOrigins;
  readonly exampleTerms: TermSearch;
  readonly cache: SuggestionCache;
  readonly facts: Facts;
  readonly board: StatusBoard;
  readonly clock: Clock;
  readonly log: Log;
  /** What is to be learned waits here. */
  readonly queue: OpQueue;
  readonly settings: () => Settings;
  /** False in an untrusted workspace: nothing is learned. */
  readonly trusted: boolean;
  readonly isPaused: () => boolean;
  /** Leaves out signals of what was forgotten. */
  readonly sift: Ledger["sift"];
  /** Runs what changes the store, and tells where that fails. */
  readonly write: <T>(work: () => T) => T;
}

export class Learner {
  readonly #deps: LearnerDeps;

  constructor(deps: LearnerDeps) {
    this.#deps = deps;
  }

  /** Brings back what was learned before, in the background; then learns what a crash left over. */
  open(): void {
    const { queue, gate } = this.#deps;
    queue.add("open gate", (signal) => gate.open(signal));
    queue.add("open style", (signal) => this.#openStyle(signal));
    queue.add("open memory", (signal) => this.openMemory(signal));
  }

  /** Fills memory from the store and opens the indexes; then learns what a crash left over. */
  async openMemory(signal: AbortSignal): Promise<void> {
    const { database, recall, exampleTerms, indexing, cache, board, settings } = this.#deps;
    const slices = new Slices(signal);
    for (const example of newestExamples(database, PERSONAL_EXAMPLES_MAX)) {
      recall.learnPersonal(personalText(example));
      if (slices.over) await slices.pause();
    }
    await exampleTerms.fill(signal);
    await indexing.open(settings().llama, signal);
    cache.clear();
    const unscored: string[] = [];
    for (const page of unscoredGenerations(database)) {
      unscored.push(...page);
      if (unscored.length >= UNSCORED_MAX) break;
      if (slices.over) await slices.pause();
    }
    for (const id of unscored.slice(0, UNSCORED_MAX)) this.#learnLater(id);
    board.changed();
  }

  /** Stores signals and learns from them in the background. When it returns, the acknowledged ones are on disk. */
  ingest(signals: readonly unknown[]): SignalsResult {
    const { workspace, gate, cache, facts, board, trusted, isPaused, sift, write } = this.#deps;
    if (isPaused()) {
      const reason = trusted ? "learning is paused (tacit.learning.mode)" : "the workspace is not trusted";
      return { acknowledged: [], rejected: signals.map((raw) => ({ id: signalId(raw), reason })) };
    }
    const { taken, refused } = sift(signals, (uri) => workspace.fileOf(uri));
    const { acknowledged, rejected, touched, stored, labelled } = write(() => this.#ingest(taken));
    gate.learn(labelled);
    gate.feel(stored);
    for (const id of touched) this.#learnLater(id);
    if (touched.length > 0) cache.clear();
    facts.changed();
    board.changed();
    return { acknowledged, rejected: [...refused, ...rejected] };
  }

  #ingest(signals: readonly unknown[]): IngestResult & { readonly labelled: readonly GateEvent[] } {
    const { database, workspace, negative, trials, gate, origins, clock } = this.#deps;
    const now = clock.now();
    try {
      workspace.storeMissing();
      return database.transaction(() => {
        const result = ingestSignals(
          database,
          signals,
          (uri) => this.#generationPlace(uri),
          (uri, languageId) => workspace.mayLearnFrom(uri) && this.#learnsAt(uri, languageId),
          (id, shown) => origins.find(id, shown),
        );
        negative.learn(result.touched, now);
        trials.store(result.touched);
        return { ...result, labelled: gate.label(result.touched) };
      });
    } catch (error) {
      // Nothing was stored, so nothing may be remembered.
      negative.reload(now);
      throw error;
    }
  }

  /** A document is open or was changed: its own style is read in the background. */
  documentSeen({ uri, languageId, text }: SeenDocument): void {
    const { workspace, style, queue } = this.#deps;
    const { open, path } = workspace.locate(uri);
    const place = { languageId, project: open?.project.id, path };
    queue.add(`see ${uri}`, async (signal) => {
      if (open && (await workspace.isExcluded(open, path))) return;
      await style.seeDocument(place, text, signal);
    });
  }

  /** A document of a project was saved: what was typed since the last save is learned, where that is allowed. */
  documentSaved(open: OpenProject, path: string, document: SavedDocument): void {
    const { queue, isPaused } = this.#deps;
    if (isPaused() || !this.#learnsAt(document.uri, document.languageId)) return;
    queue.add(`typed ${document.uri}`, (signal) => this.#learnTyped(open, path, document, signal));
  }

  /** Examples that are gone from the store are found no more. */
  forgetExamples(gone: readonly ExampleTerms[], signal: AbortSignal): Promise<void> {
    return spreadExamples(this.#learnDeps, gone, [], signal);
  }

  #learnLater(generationId: string): void {
    this.#deps.queue.add(`learn ${generationId}`, (signal) => this.#learn(generationId, signal));
  }

  async #learn(generationId: string, signal: AbortSignal): Promise<void> {
    const { trials, style, board } = this.#deps;
    const learned = await learnFrom(this.#learnDeps, generationId, signal);
    trials.refresh();
    const changed = await style.learnGeneration(generationId);
    this.#knowsMore();
    const what = changed ?? learned?.what;
    if (what !== undefined) board.learned(what);
  }

  async #learnTyped(open: OpenProject, path: string, document: SavedDocument, signal: AbortSignal): Promise<void> {
    const { database, workspace, redactor, negative, style, board, clock } = this.#deps;
    if (await workspace.isExcluded(open, path)) return;
    const now = clock.now();
    const notMine = acceptedTexts(database, open.project.id, path, now - HOUR_MS);
    const before = await redactor.redact(document.before, signal);
    const text = await redactor.redact(document.now, signal);
    const typed = typedLines(before, text, { notMine, activeLine: document.activeLine });
    const place = { projectId: open.project.id, path, languageId: document.languageId, createdAt: now };
    const saved = database.transaction(() => {
      const examples = typedExamples(text, typed, place);
      for (const line of examples) negative.written(line.linePrefix + line.text, line.contextBefore, now);
      return examples
        .filter((example) => !hasExample(database, path, example.linePrefix, example.text))
        .map((example) => storeExample(database, example));
    });
    if (saved.length === 0) return;
    for (const example of saved) await style.learnTyped(example);
    await spreadExamples(this.#learnDeps, [], saved, signal);
    this.#knowsMore();
    board.learned(saved.length === 1 ? "a line you typed" : `${saved.length} lines you typed`);
  }

  get #learnDeps(): LearnDeps {
    const { database, recall, indexing, exampleTerms, clock } = this.#deps;
    return {
      database,
      recall,
      exampleIndex: indexing.examples,
      onExamplesGone: (examples) => exampleTerms.forget(examples.map(({ id, terms }) => ({ id, text: terms }))),
      onIndexFault: (error) => indexing.failed(error),
      clock,
    };
  }

  async #openStyle(signal: AbortSignal): Promise<void> {
    const { style, cache, board, log } = this.#deps;
    try {
      await style.open(signal);
      cache.clear();
      board.restore("style");
    } catch (error) {
      if (isAbort(error)) throw error;
      log.error("what was learned of style could not be read", error);
      board.degrade({
        part: "style",
        reason: `Suggestions come as they are written, not in your style: ${describeError(error)}.`,
        action: "“Tacit: Restart Sidecar” tries again.",
      });
    }
  }

  /** What was learned shows in the figures and in the next suggestion. */
  #knowsMore(): void {
    this.#deps.facts.changed();
    this.#deps.cache.clear();
  }

  #generationPlace(uri: string): GenerationPlace {
    const { open, path } = this.#deps.workspace.locate(uri);
    return { projectId: open?.project.id, path };
  }

  /** Whether the settings let this language and folder be learned from. */
  #learnsAt(uri: string, languageId: string): boolean {
    return mayLearn(this.#deps.settings().learning, { languageId, path: pathOf(uri) });
  }
}

function signalId(raw: unknown): string {
  return typeof raw === "object" && raw !== null && "id" in raw && typeof raw.id === "string" ? raw.id : "";
}
