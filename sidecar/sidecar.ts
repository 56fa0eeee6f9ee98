/**
 * The composition root: opens every part in order of dependency, wires the loop suggest → observe → score → learn, and
 * closes all in reverse. The server and the command line stand on it; it knows neither.
 */
import { homedir } from "node:os";
import { join } from "node:path";
import type {
  LearnReport,
  NotMyStyleParams,
  NotMyStyleResult,
  ProblemsParams,
  SignalsResult,
  StyleExportParams,
  StyleExportResult,
  StyleResult,
  WhyResult,
  RemoteAccess,
} from "../protocol/messages.ts";
import type { Settings } from "../protocol/settings.ts";
import type { Status } from "../protocol/status.ts";
import type { Decision, Learned, ScopeLevel } from "../protocol/style.ts";
import { UNINTERRUPTED } from "./base/abort.ts";
import type { Clock } from "./base/clock.ts";
import { describeError, SidecarError } from "./base/errors.ts";
import { Lifetime } from "./base/lifetime.ts";
import type { Log } from "./base/log.ts";
import { OpQueue } from "./base/op-queue.ts";
import { createId } from "./base/random.ts";
import { openChunker } from "./code/chunker.ts";
import { styleLanguage } from "./code/languages.ts";
import { ModelChoice } from "./engine/choose.ts";
import type { FoundExample } from "./engine/engine.ts";
import { BACKENDS_FOLDER } from "./engine/llama/backends.ts";
import { Cuda } from "./engine/llama/cuda.ts";
import type { Proposer } from "./engine/recall/candidate.ts";
import type { Foretold } from "./engine/recall/foretell.ts";
import { Recall, type RecallStats } from "./engine/recall/recall.ts";
import { Formatting, type FormattingRequest } from "./learn/formatting.ts";
import { fitOutcomes, listOutcomes, type ToldOutcome } from "./learn/outcomes.ts";
import type { OutcomeFit } from "./outcome/fit.ts";
import { openRedactor } from "./learn/redactor.ts";
import { previewExport } from "./learn/style-export.ts";
import { StyleMemory } from "./learn/style-memory.ts";
import { Forgetting } from "./ledger/forgetting.ts";
import { Ledger } from "./ledger/ledger.ts";
import { Pending } from "./ledger/pending.ts";
import { eraseIndexesOf, type DerivedParts, forgetAtOnce, purge } from "./ledger/purge.ts";
import { Retention } from "./ledger/retention.ts";
import { adviceFor } from "./style/export/advice.ts";
import { MODELS_FOLDER } from "./models/library.ts";
import { Models } from "./models/models.ts";
import { dataFolderOf } from "../privacy/data-folder.ts";
import { redact } from "../privacy/redact.ts";
import { Facts } from "./facts.ts";
import { Indexing } from "./indexing.ts";
import { engineNames, ModelStatus } from "./model-status.ts";
import { Learner, LEARNING_QUEUE_MAX, type SavedDocument, type SeenDocument } from "./learner.ts";
import { addReports, Reader } from "./reader.ts";
import { StatusBoard } from "./status-board.ts";
import { type Located, pathOf, Workspace } from "./workspace.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { readOverview, type StoreOverview } from "./store/overview.ts";
import type { Project } from "./store/projects.ts";
import { findings } from "./style/conventions/describe.ts";
import type { Repaired } from "./style/style.ts";
import { type CachedAnswer, type CacheStats, SuggestionCache } from "./suggest/cache.ts";
import type { SuggestRequest } from "./suggest/context.ts";
import { Feedback } from "./suggest/feedback.ts";
import { Gatekeeper } from "./suggest/gatekeeper.ts";
import { NegativeMemory, type TextPlace } from "./suggest/negative-memory.ts";
import { SuggestionOrigins } from "./suggest/origins.ts";
import { type SymptomPlace, Symptoms } from "./suggest/symptoms.ts";
import { createExampleSearch, type TermSearch } from "./suggest/retrieval/term-search.ts";
import { Trials } from "./suggest/retrieval/trials.ts";
import {
  consider,
  type Gate,
  suggest,
  type SuggestDeps,
  type Suggestion,
  type SuggestResult,
} from "./suggest/suggest.ts";

/** In the data folder: what can be made anew. */
const INDEX_FOLDER = "index";
const READING_QUEUE_MAX = 5000;
/** What a model is told of style is put together anew at most so often. */
const ADVICE_AGE_MS = 10_000;

/** How often the store is kept within its bounds. */
const TEND_MS = 24 * 60 * 60 * 1000;

export interface SidecarOptions {
  readonly settings: Settings;
  /** False in an untrusted workspace: nothing is scanned, stored or learned. */
  readonly trusted: boolean;
  /** Whether the projects' own tools may be run: somebody has said that these folders are trusted. */
  readonly mayRunTools?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly onStatus: (status: Status) => void;
  /** Something was forgotten: the editor, where there is one, lets go of it. */
  readonly onForgotten?: () => Promise<void>;
  /** How long a suggestion waits for vectors; `Infinity` where the same request must always have the same answer. */
  readonly vectorDeadlineMs?: number;
  /** Proposers of the embedded engine that take part; undefined: all. */
  readonly proposers?: ReadonlySet<Proposer>;
  /** Uniform in [0, 1): decides on what is shown to learn from. Given where a run is to be repeated. */
  readonly random?: () => number;
}

/** A place a suggestion is asked for, in the editor's terms. */
export interface SuggestParams extends Omit<SuggestRequest, "project" | "path"> {
  readonly uri: string;
  /** Zero-based line of the cursor; undefined where nothing is known of the document's problems either. */
  readonly line?: number | undefined;
}

/** A text as it would be shown. */
export interface RepairedSuggestion extends Repaired {
  /** Of the generation, for its signals. */
  readonly id: string;
}

export interface StyleFilter {
  readonly languageId?: string | undefined;
  readonly level?: ScopeLevel | undefined;
  /** A folder that is or was open. */
  readonly folder?: string | undefined;
}

export type SuggestAnswer = CachedAnswer | { readonly kind: "nothing"; readonly reason: "disabled" | "excluded" };

/** Where the data lives: the setting, else `$TACIT_HOME`, else `~/.tacit`. */
export function resolveDataFolder(settings: Settings, env: NodeJS.ProcessEnv): string {
  return dataFolderOf({
    configured: settings.dataFolder,
    environment: env,
    home: homedir(),
    base: process.cwd(),
  });
}

export class Sidecar {
  readonly dataFolder: string;
  /** Models of this machine: which there are, and their downloads. */
  readonly models: Models;
  /** What is stored, seen as the user sees it; and having it forgotten. */
  readonly ledger: Ledger;
  /** What lets them compute with CUDA. */
  readonly cuda: Cuda;
  readonly #options: SidecarOptions;
  readonly #lifetime = new Lifetime();
  readonly #database: Database;
  readonly #board: StatusBoard;
  readonly #recall: Recall;
  readonly #facts: Facts;
  readonly #model: ModelChoice;
  readonly #indexing: Indexing;
  readonly #modelStatus: ModelStatus;
  /** The engines that answered when the cache was emptied last. */
  #engines = "";
  readonly #origins = new SuggestionOrigins();
  readonly #cache: SuggestionCache;
  readonly #negative: NegativeMemory;
  readonly #gate: Gatekeeper;
  readonly #trials: Trials;
  readonly #symptoms = new Symptoms();
  readonly #exampleTerms: TermSearch;
  readonly #style: StyleMemory;
  readonly #formatting: Formatting;
  readonly #feedback: Feedback;
  readonly #learner: Learner;
  readonly #reader: Reader;
  readonly #forgetting: Forgetting;
  /** Learning from signals and saves: short operations. */
  readonly #learning: OpQueue;
  /** Reading files: scans and changed files, one at a time. */
  readonly #reading: OpQueue;
  readonly #workspace: Workspace;
  #settings: Settings;
  #advice: { readonly key: string; readonly at: number; readonly sentences: readonly string[] } | undefined;

  /** Opens the store at once; indexes and memory fill in the background. */
  constructor(options: SidecarOptions) {
    const { log, clock } = options;
    this.#options = options;
    this.#settings = options.settings;
    this.dataFolder = resolveDataFolder(options.settings, process.env);
    const { database, problems } = openDatabase(this.dataFolder, log);
    this.#database = database;
    const { exclude } = options.settings.privacy;
    this.#workspace = new Workspace({ database, clock, trusted: options.trusted, exclude });
    this.#lifetime.onClose(() => database.close());
    // Last but for the store: until then this process holds what it has learned.
    this.#lifetime.onClose(() => this.#forgetting.close());
    this.#board = this.#lifetime.own(new StatusBoard(options.onStatus, () => this.#facts.read(clock.now())));
    for (const problem of problems) this.#board.degrade({ part: "database", ...problem });
    this.#recall = new Recall(log, options.proposers);
    this.#facts = new Facts({
      database,
      recall: this.#recall,
      dataFolder: this.dataFolder,
      projects: () => this.#workspace.projects,
      engines: () => this.#engineNames,
      onFault: (error) => this.#storeFault(error),
    });
    this.#modelStatus = new ModelStatus(this.#board);
    const backendsFolder = join(this.dataFolder, BACKENDS_FOLDER);
    this.#model = this.#lifetime.own(new ModelChoice({ log, backendsFolder, onChange: () => this.#modelChanged() }));
    this.#indexing = new Indexing({
      database,
      folder: join(this.dataFolder, INDEX_FOLDER),
      backendsFolder,
      board: this.#board,
      log,
      lifetime: this.#lifetime,
      projects: () => this.#workspace.projects,
      later: (what, work) => this.#learning.add(what, work),
      maySave: () => !this.#forgetting.isBehind,
      onMore: () => this.#knowsMore(),
    });
    this.models = this.#lifetime.own(
      new Models({
        folder: join(this.dataFolder, MODELS_FOLDER),
        mirror: () => this.#settings.models.mirror,
        environment: process.env,
        clock,
        log,
        status: this.#board,
      }),
    );
    this.cuda = this.#lifetime.own(
      new Cuda({ folder: backendsFolder, environment: process.env, clock, log, status: this.#board }),
    );
    this.#cache = new SuggestionCache(clock);
    this.#negative = new NegativeMemory(database, clock.now());
    this.#gate = new Gatekeeper({ database, clock, random: options.random ?? Math.random });
    this.#trials = new Trials({ database, random: options.random ?? Math.random });
    this.#exampleTerms = createExampleSearch(database);
    this.#style = new StyleMemory({ database, clock, log });
    this.#lifetime.onClose(() => this.#style.close());
    const onFault = (fault: SidecarError | undefined): void => this.#formatterFault(fault);
    const onAnswer = (): void => this.#cache.clear();
    this.#formatting = this.#lifetime.own(new Formatting({ style: this.#style, log, onFault, onAnswer }));
    this.#feedback = new Feedback({
      database,
      origins: this.#origins,
      negative: this.#negative,
      style: {
        listStyle: (filter) => this.listStyle(filter),
        decideStyle: (id, decision) => this.#style.decide(id, decision),
        eraseStyle: (id) => this.#style.erase(id),
      },
      clock,
      write: (work) => this.#store(work),
    });
    const redactor = this.#lifetime.own(openRedactor(log));
    const chunker = this.#lifetime.own(openChunker(log));
    // When nothing is being read any more.
    this.#lifetime.onClose(async () => {
      if (!this.#forgetting.isBehind) await this.#reader.saveMemories(UNINTERRUPTED);
    });
    const writable = (): Promise<void> => database.writable();
    this.#learning = this.#lifetime.own(new OpQueue(log, LEARNING_QUEUE_MAX, writable));
    this.#reading = this.#lifetime.own(new OpQueue(log, READING_QUEUE_MAX, writable));
    this.#reader = new Reader({
      database,
      workspace: this.#workspace,
      recall: this.#recall,
      redactor,
      chunker,
      style: this.#style,
      formatting: this.#formatting,
      indexing: this.#indexing,
      board: this.#board,
      log,
      queue: this.#reading,
      indexFolder: join(this.dataFolder, INDEX_FOLDER),
      settings: () => this.#settings,
      trusted: options.trusted,
      mayKeep: () => !this.#isPaused,
      onChange: () => this.#cache.clear(),
      onStoreFault: (error) => this.#storeFault(error),
      onMore: () => this.#knowsMore(),
    });
    this.#learner = new Learner({
      database,
      workspace: this.#workspace,
      recall: this.#recall,
      redactor,
      style: this.#style,
      indexing: this.#indexing,
      gate: this.#gate,
      negative: this.#negative,
      trials: this.#trials,
      origins: this.#origins,
      exampleTerms: this.#exampleTerms,
      cache: this.#cache,
      facts: this.#facts,
      board: this.#board,
      clock,
      log,
      queue: this.#learning,
      settings: () => this.#settings,
      trusted: options.trusted,
      isPaused: () => this.#isPaused,
      sift: (signals, fileOf) => this.ledger.sift(signals, fileOf),
      write: (work) => this.#store(work),
    });
    const pending = new Pending({
      database,
      dataFolder: this.dataFolder,
      clock,
      log,
      letGo: async () => options.onForgotten?.(),
    });
    this.#forgetting = new Forgetting({
      database,
      clock,
      log,
      pending,
      onGone: () => this.#rowsAreGone(),
      purge: (forgets, signal) => purge(this.#derived, forgets, signal).finally(() => this.#knowsMore()),
      // A scan may take minutes: learning goes on until it is done.
      exclusively: (run) =>
        this.#reading.run((reading) => this.#learning.run((learning) => run(AbortSignal.any([reading, learning])))),
    });
    this.ledger = new Ledger({
      database,
      dataFolder: this.dataFolder,
      indexFolder: join(this.dataFolder, INDEX_FOLDER),
      clock,
      forgetting: this.#forgetting,
      pending,
      learned: (folder) => this.listStyle({ folder }),
      onImported: () => this.#restart(),
    });
    const retention = new Retention({
      database,
      clock,
      onExamplesGone: (examples) => this.#learner.forgetExamples(examples, this.#lifetime.signal),
      openProjects: () => new Set(this.#workspace.projects.map(({ project }) => project.id)),
      onFilesGone: (projectId) => eraseIndexesOf(projectId, join(this.dataFolder, INDEX_FOLDER)),
    });
    this.#board.paused = this.#isPaused;
    this.#learner.open();
    const tend = (): void =>
      this.#learning.add("tend the store", async (signal) => {
        await retention.tend(signal);
        await pending.tidy();
      });
    tend();
    const daily = setInterval(tend, TEND_MS);
    daily.unref();
    this.#lifetime.onClose(() => clearInterval(daily));
    this.#forgetting.look();
    this.#model.configure(options.settings);
    this.#board.changed();
  }

  /** All that holds something learned. */
  get #derived(): DerivedParts {
    return {
      database: this.#database,
      clock: this.#options.clock,
      log: this.#options.log,
      recall: this.#recall,
      style: this.#style,
      formatting: this.#formatting,
      gate: this.#gate,
      negative: this.#negative,
      trials: this.#trials,
      origins: this.#origins,
      cache: this.#cache,
      exampleTerms: this.#exampleTerms,
      indexes: this.#indexing.indexes,
      projects: this.#workspace.projects,
      dataFolder: this.dataFolder,
      indexFolder: join(this.dataFolder, INDEX_FOLDER),
      saveMemory: (project, signal) => this.#reader.saveMemory(project, signal),
    };
  }

  /** Something was forgotten, here or by another process. */
  #rowsAreGone(): void {
    this.#workspace.restore();
    forgetAtOnce(this.#derived);
    this.#advice = undefined;
    this.#facts.changed();
  }

  /** Rows were brought in: what is held in memory is made anew from the store. */
  async #restart(): Promise<void> {
    await this.#learning.run((signal) => purge(this.#derived, [], signal));
    await this.#learning.run((signal) => this.#learner.openMemory(signal));
    this.#knowsMore();
  }

  get status(): Status {
    return this.#board.status;
  }

  /** What recall holds in memory. */
  get memory(): RecallStats {
    return this.#recall.stats;
  }

  /** How suggestions came about. */
  get cacheStats(): CacheStats {
    return this.#cache.stats;
  }

  /** What is stored, in figures. */
  overview(): StoreOverview {
    return readOverview(this.#database);
  }

  /** What became of the suggestions that were shown last, newest first. */
  outcomes(limit: number): readonly ToldOutcome[] {
    return listOutcomes(this.#database, limit);
  }

  /** The outcome's weights, fitted to what is stored. Nothing is changed. */
  fitOutcomes(): OutcomeFit {
    return fitOutcomes(this.#database);
  }

  /** Takes new settings; the data folder counts at the next start only. */
  configure(settings: Settings): void {
    const filtersChanged =
      settings.privacy.exclude.join("\n") !== this.#settings.privacy.exclude.join("\n") ||
      settings.scan.maxFileSizeKb !== this.#settings.scan.maxFileSizeKb;
    const resumes = this.#settings.learning.mode === "off" && settings.learning.mode !== "off";
    this.#settings = settings;
    this.#cache.clear();
    this.#model.configure(settings);
    void this.#indexing.configure(settings.llama);
    this.#board.paused = this.#isPaused;
    if (!this.#mayFormat) this.#formatting.forget();
    if (!filtersChanged) {
      // What was only read while paused is now kept as well.
      if (resumes) this.#reader.readAgain();
      return;
    }
    this.#workspace.setExclude(settings.privacy.exclude);
    this.#reader.filtersChanged();
  }

  /** What the user allows of their own model server. */
  allowRemote(access: RemoteAccess): void {
    this.#model.allow(access);
  }

  #modelChanged(): void {
    const { health } = this.#model;
    this.#modelStatus.tell(health);
    // While it is loaded it tells how far it is: what was answered meanwhile stays right.
    const engines = this.#engineNames;
    if (engines === this.#engines && health.kind === "ready") return;
    this.#engines = engines;
    this.#facts.changed();
    this.#cache.clear();
    this.#board.changed();
  }

  get #engineNames(): string {
    return engineNames(this.#recall.name, this.#model.health);
  }

  /** Opens these folders as projects, closes all others, and scans the new ones if the settings say so. */
  setFolders(roots: readonly string[]): Promise<void> {
    return this.#reader.setFolders(roots);
  }

  /** Suggests for a place, or says again what was answered there. Never throws but for cancellation. */
  async suggest(params: SuggestParams, signal: AbortSignal): Promise<SuggestAnswer> {
    const { uri, languageId } = params;
    const enabled = this.#settings.enable[languageId] ?? this.#settings.enable["*"] ?? true;
    if (!enabled) return { kind: "nothing", reason: "disabled" };
    const place = this.#workspace.locate(uri);
    const excluded = place.open
      ? await this.#workspace.isExcluded(place.open, place.path)
      : !this.#workspace.mayLearnFrom(uri);
    if (excluded) return { kind: "nothing", reason: "excluded" };
    if (!params.explicit) this.#gate.typed();
    return this.#cache.answer(params, (working) => this.#suggest(params, place, working), signal);
  }

  /** All that {@link suggest} chooses from at a place, as it would be shown, likeliest first: for measuring. */
  consider(params: SuggestParams, signal: AbortSignal): Promise<readonly Suggestion[]> {
    const place = this.#workspace.locate(params.uri);
    return consider(this.#suggestDeps(params, place), requestOf(params, place), this.#settings.suggest, signal);
  }

  /** How well memory foretells, token by token, what was written at a place: for measuring. */
  foretell(
    params: SuggestParams,
    written: string,
    signal: AbortSignal,
  ): { readonly all: Foretold; readonly file: Foretold } {
    const { project = "", ...request } = requestOf(params, this.#workspace.locate(params.uri));
    const unused = { indentUnit: "", multiLine: false, examples: [], similar: [] };
    return this.#recall.foretell({ ...request, project, ...unused }, written, signal);
  }

  /** Whether memory holds a document of an open folder as this text: for measuring. */
  holds(uri: string, text: string): "this" | "another" | "nothing" {
    const { open, path } = this.#workspace.locate(uri);
    return open ? this.#recall.holdsText(String(open.project.id), path, redact(text).text) : "nothing";
  }

  #suggestDeps({ uri, languageId, line }: SuggestParams, place: Located): SuggestDeps {
    return {
      database: this.#database,
      engine: this.#recall,
      model: this.#model.ready,
      advice: () => this.#adviceFor(languageId, place.open?.project),
      critic: this.#trials,
      exampleTerms: this.#exampleTerms,
      chunkTerms: place.open?.chunkTerms,
      exampleIndex: this.#indexing.examples,
      chunkIndex: place.open?.chunkIndex,
      now: this.#options.clock.now(),
      episodes: () => this.#episodesAt(line, { uri, languageId, projectId: place.open?.project.id, path: place.path }),
      onFault: (error: unknown) => this.#indexing.failed(error),
      vectorDeadlineMs: this.#options.vectorDeadlineMs,
      repair: (prefix: string, text: string) => this.#repair(uri, languageId, prefix, text),
      isUnwanted: (text: string, where: TextPlace) => this.#negative.isUnwanted(text, where, this.#options.clock.now()),
      gate: this.#gateNow(),
    };
  }

  #episodesAt(line: number | undefined, place: Omit<SymptomPlace, "line">): readonly FoundExample[] {
    return line === undefined ? [] : this.#symptoms.examplesAt(this.#database, { ...place, line });
  }

  /** All problems of a document as they are now. */
  problemsSeen(params: ProblemsParams): void {
    this.#symptoms.told(params);
    this.#cache.clear();
  }

  /** What a model is told of how the developer writes; read again now and then. */
  #adviceFor(languageId: string, project: Project | undefined): readonly string[] {
    const key = `${languageId} ${project?.id ?? ""}`;
    const now = this.#options.clock.now();
    if (this.#advice?.key !== key || Math.abs(now - this.#advice.at) > ADVICE_AGE_MS) {
      const learned = [...this.#style.listWide(languageId, project?.id), ...this.#formatting.list(project?.id)];
      this.#advice = { key, at: now, sentences: adviceFor(learned, languageId) };
    }
    return this.#advice.sentences;
  }

  async #suggest(params: SuggestParams, place: Located, signal: AbortSignal): Promise<SuggestResult> {
    const project = place.open?.project;
    const deps = this.#suggestDeps(params, place);
    let result = await suggest(deps, requestOf(params, place), this.#settings.suggest, signal);
    if (result.kind === "suggestion") {
      if (project) result = { ...result, suggestion: this.#formatted(project, place.path, params, result.suggestion) };
      this.#origins.remember(result.suggestion, params);
      const { suggestion, trial } = result;
      if (trial && !this.#isPaused) {
        this.#learning.add("try with code", (queueSignal) => this.#trials.make(suggestion.id, trial, queueSignal));
      }
    }
    if (project) {
      this.#learning.add("enter directory", (queueSignal) =>
        this.#recall.enterDirectory(String(project.id), place.path, queueSignal),
      );
    }
    return result;
  }

  #gateNow(): Gate {
    const { gate: setting } = this.#settings;
    return {
      judge: (candidate) => this.#gate.judge(candidate, setting),
      // While nothing is learned there is nothing to find out.
      conclude: (judgement) => this.#gate.conclude(judgement, setting, !this.#isPaused),
      typingMs: this.#gate.typingMs,
    };
  }

  /** A suggestion as the project's formatter has laid it out before; else it is asked now, for the next time. */
  #formatted(project: Project, path: string, params: SuggestParams, suggestion: Suggestion): Suggestion {
    if (!this.#mayFormat) return suggestion;
    const { languageId, prefix, suffix } = params;
    const { raw, text } = suggestion;
    const request: FormattingRequest = { project, path, languageId, prefix, suffix, raw, text };
    const formatted = this.#formatting.find(request);
    if (!formatted) {
      this.#formatting.ask(request);
      return suggestion;
    }
    const isTooLong = !this.#settings.suggest.multiLine && formatted.text.includes("\n");
    return isTooLong
      ? suggestion
      : { ...suggestion, text: formatted.text, repairs: [...suggestion.repairs, formatted.repair] };
  }

  /** A document is open or was changed: its own style is read in the background. */
  documentSeen(document: SeenDocument): void {
    this.#learner.documentSeen(document);
  }

  /** What would be shown of an engine's text at a place: the door of {@link suggest} behind the engine. */
  async repair(params: SuggestParams & { readonly text: string }, signal: AbortSignal): Promise<RepairedSuggestion> {
    signal.throwIfAborted();
    const { uri, languageId, prefix, text: raw } = params;
    const { text, repairs } = this.#repair(uri, languageId, prefix, raw);
    const repaired: Suggestion = {
      id: createId(),
      engine: "given",
      proposer: "given",
      text,
      raw,
      repairs,
      confidence: 1,
      probability: 1,
      source: "",
      exampleIds: [],
      decision: undefined,
    };
    const { open, path } = this.#workspace.locate(uri);
    const isOurs = open !== undefined && !(await this.#workspace.isExcluded(open, path));
    const suggestion = isOurs ? this.#formatted(open.project, path, params, repaired) : repaired;
    this.#origins.remember(suggestion, params);
    return suggestion;
  }

  #repair(uri: string, languageId: string, prefix: string, text: string): Repaired {
    const { open, path } = this.#workspace.locate(uri);
    return this.#style.repair({ languageId, project: open?.project.id, path }, prefix, text);
  }

  /** What was learned of style: all, or what holds in one folder or more narrowly. */
  async listStyle(filter: StyleFilter, signal = UNINTERRUPTED): Promise<readonly Learned[]> {
    const { folder } = filter;
    const project = folder === undefined ? undefined : this.#workspace.find(folder);
    const learned = await this.#style.list(project?.id, signal);
    return [...learned, ...this.#formatting.list(project?.id)].filter(
      ({ languageId, scope }) =>
        (filter.languageId === undefined || languageId === styleLanguage(filter.languageId)) &&
        (filter.level === undefined || scope.level === filter.level) &&
        (folder === undefined || scope.project === undefined || scope.project === project?.id),
    );
  }

  /** Stores signals and learns from them in the background. When it returns, the acknowledged ones are on disk. */
  ingest(signals: readonly unknown[]): SignalsResult {
    return this.#learner.ingest(signals);
  }

  /** What is behind a suggestion (none named: the latest); undefined where nothing is known of it. */
  why(generationId: string | undefined): WhyResult | undefined {
    return this.#feedback.why(generationId);
  }

  /** Vetoes what shaped a suggestion, or its text. */
  notMyStyle(params: NotMyStyleParams): NotMyStyleResult {
    if (!this.#options.trusted) {
      throw new SidecarError("style", "This workspace is not trusted.", "Trust it to have something remembered.");
    }
    this.#cache.clear();
    return this.#feedback.notMyStyle(params);
  }

  /** All that was learned of style, and the texts that are never suggested. */
  styleOverview(): Promise<StyleResult> {
    return this.#feedback.list();
  }

  /** Pins or vetoes something learned, or leaves it to what is observed. */
  decideStyle(id: string, decision: Decision | undefined): void {
    this.#cache.clear();
    this.#feedback.decide(id, decision);
  }

  /** Forgets something learned, or a veto of a text. */
  eraseStyle(id: string): void {
    this.#cache.clear();
    this.#feedback.erase(id);
  }

  /** What exporting what was learned would make of a file; nothing is written. */
  async previewStyleExport(params: StyleExportParams): Promise<StyleExportResult> {
    const root = pathOf(params.folder);
    if (root === undefined)
      throw new SidecarError("folder", `${params.folder} is no folder of this machine.`, "Name one.");
    return previewExport(params, await this.listStyle({ folder: root }));
  }

  /** A document was saved: absorbs the file and, unless paused, learns what was typed since the last save. */
  documentSaved(document: SavedDocument): void {
    const { open, path } = this.#workspace.locate(document.uri);
    if (!open || !this.#options.trusted) return;
    this.#reader.fileChanged(open, path);
    this.#learner.documentSaved(open, path, document);
  }

  /** A file was made, changed or removed by something else than our editor. */
  fileChanged(uri: string): void {
    const { open, path } = this.#workspace.locate(uri);
    if (open && this.#options.trusted) this.#reader.fileChanged(open, path);
  }

  /** Scans a folder (opened for it if need be), or all open projects, and reports. */
  async learnFolder(
    root: string | undefined,
    signal: AbortSignal,
    onProgress: (what: string, percent: number) => void = () => undefined,
  ): Promise<LearnReport> {
    if (!this.#options.trusted) {
      throw new SidecarError("folder", "This workspace is not trusted.", "Trust the workspace, then learn from it.");
    }
    const scanned = await this.#reader.scan(root, signal, onProgress);
    const reports: LearnReport[] = [];
    for (const { open, report } of scanned) {
      const { root: folder, id } = open.project;
      // What holds there because it does elsewhere was not found there.
      const found = (await this.listStyle({ folder }, signal)).filter(({ scope }) => scope.project === id);
      reports.push({ ...report, conventions: findings(found) });
    }
    return addReports(reports);
  }

  /** Resolves when all background work that is known of now has ended. */
  async idle(): Promise<void> {
    await this.#learning.idle();
    await this.#reading.idle();
    await this.#indexing.idle();
    await this.#formatting.idle();
  }

  /** Ends background work, saves the indexes and closes the store. */
  async close(): Promise<void> {
    await this.#lifetime.close();
  }

  /** What was learned shows in the figures and in the next suggestion. */
  #knowsMore(): void {
    this.#facts.changed();
    this.#cache.clear();
  }

  get #isPaused(): boolean {
    return this.#settings.learning.mode === "off" || !this.#options.trusted;
  }

  /** What a formatter answers is learned from, so there is none while nothing is learned. */
  get #mayFormat(): boolean {
    return this.#options.mayRunTools === true && this.#settings.style.useFormatter && !this.#isPaused;
  }

  /** Writes to the store; a failure shows in the status until a write succeeds again. */
  #store<T>(write: () => T): T {
    try {
      const result = write();
      if (this.#database.durable) this.#board.restore("store");
      return result;
    } catch (error) {
      throw this.#storeFault(error);
    }
  }

  #storeFault(error: unknown): SidecarError {
    const fault = new SidecarError(
      "database",
      `The store does not work: ${describeError(error)}.`,
      "What is observed is kept and sent again. Check that the disk is not full and the data folder is writable.",
      error,
    );
    this.#board.degrade({ part: "store", reason: fault.message, action: fault.action });
    return fault;
  }

  /** Undefined: what did not work is tried again. */
  #formatterFault(fault: SidecarError | undefined): void {
    if (fault) this.#board.degrade({ part: "formatter", reason: fault.message, action: fault.action });
    else this.#board.restore("formatter");
  }
}

function requestOf(params: SuggestParams, { open, path }: Located): SuggestRequest {
  return { ...params, project: open && String(open.project.id), path };
}
