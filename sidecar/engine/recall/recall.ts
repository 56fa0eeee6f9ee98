/**
 * Recall, the embedded engine: no model, no download. It holds the open projects' tokens and the person's own in
 * memory, lets cheap proposers copy and predict from them, and ranks what they offer. All of it is derived: files and
 * the store can rebuild it.
 */
import { UNINTERRUPTED } from "../../base/abort.ts";
import { assert, describeError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { Slices } from "../../base/slices.ts";
import type { CompletionRequest, Engine, FoundExample, Proposal } from "../engine.ts";
import { adapt, renamesFor } from "./adapt.ts";
import { firstLineOf, growBlock } from "./block.ts";
import type { Candidate, Proposer } from "./candidate.ts";
import { type Contender, contendersOf, countLines, featuresOf, type Weighing } from "./contender.ts";
import { copyContinuations } from "./copier.ts";
import { Corpus } from "./corpus.ts";
import { exampleContinuation, similarCodeContinuations } from "./example-lines.ts";
import { foretell, type Foretold } from "./foretell.ts";
import { NestedCache } from "./nested-cache.ts";
import { beamContinuation, type Source } from "./ngram-beam.ts";
import { addInSlices, NgramCounts } from "./ngram-counts.ts";
import { createPlace, type Place, render } from "./place.ts";
import { rank } from "./rank.ts";
import { removedLines } from "./removed.ts";
import { similarLines } from "./similar-lines.ts";
import {
  CORPUS_HEAD_BITS,
  type FileStamp,
  type FoundMemory,
  type MemoryPlace,
  type ProjectMemory,
  restoreMemory,
  saveMemory,
} from "./state.ts";
import { BOUNDARY, keyOf, LINE_BREAK, Vocabulary } from "./vocabulary.ts";

const PROPOSALS_MAX = 24;
/** Of the likeliest so many are offered with further lines. */
const BLOCKS_MAX = 4;
/** The person's own texts kept in memory, newest win. */
const PERSONAL_TEXTS_MAX = 20_000;
/** A directory's own counts are made when the cursor enters it, from at most so many tokens. */
const DIRECTORY_TOKENS_MAX = 60_000;

export interface PersonalText {
  /** Unique, so that it can be forgotten. */
  readonly name: string;
  readonly text: string;
}

export interface RecallStats {
  readonly files: number;
  readonly tokens: number;
  readonly words: number;
  readonly personalTexts: number;
  /** Bytes of the typed arrays, the vocabulary's among them. */
  readonly bytes: number;
}

interface Level {
  readonly corpus: Corpus;
  readonly counts: NgramCounts;
}

interface Project extends ProjectMemory {
  /** Whether what is on disk says the same. */
  isSaved: boolean;
}

const NO_KEYS = new Int32Array(0);

/** What the proposers said at a place. */
interface Gathered {
  readonly request: CompletionRequest;
  readonly place: Place;
  readonly candidates: readonly Candidate[];
  readonly weighing: Weighing;
  /** By line, the newest example of the developer having changed it. */
  readonly adviceOn: (contender: Contender) => number | undefined;
}

export class Recall implements Engine {
  readonly name = "recall";
  readonly #vocabulary = new Vocabulary();
  readonly #projects = new Map<string, Project>();
  readonly #personal: Level = {
    corpus: new Corpus(16, this.#vocabulary),
    counts: new NgramCounts(1 << 16, this.#vocabulary),
  };
  /** The document of the last request itself. */
  readonly #file: Level = {
    corpus: new Corpus(12, this.#vocabulary),
    counts: new NgramCounts(1 << 15, this.#vocabulary),
  };
  /** Keys that the document's counts are of: behind the cursor, and before it. */
  #counted: readonly Int32Array[] = [];
  #directory: { readonly project: string; readonly path: string; readonly counts: NgramCounts } | undefined;
  readonly #cache = new NestedCache(this.#vocabulary);
  /** The document's level alone. */
  readonly #fileCache = new NestedCache(this.#vocabulary);
  /** The last request: what the document's level and the cache are about. */
  #last: Gathered | undefined;
  readonly #log: Log;
  readonly #proposers: ReadonlySet<Proposer> | undefined;

  /** `proposers`: only these make candidates; undefined: all. */
  constructor(log: Log, proposers?: ReadonlySet<Proposer>) {
    this.#log = log;
    this.#fileCache.levels = [this.#file.counts];
    this.#proposers = proposers;
  }

  get stats(): RecallStats {
    const all = [this.#personal, this.#file, ...this.#projects.values()];
    const projects = [...this.#projects.values()];
    return {
      files: projects.reduce((sum, { corpus }) => sum + corpus.texts, 0),
      tokens: projects.reduce((sum, { corpus }) => sum + corpus.tokens, 0),
      words: this.#vocabulary.size,
      personalTexts: this.#personal.corpus.texts,
      bytes: all.reduce((sum, { corpus, counts }) => sum + corpus.bytes + counts.bytes, this.#vocabulary.bytes),
    };
  }

  /**
   * Learns a file of a project, in place of what it knew of it, in slices. Only one call at a time, of this and of all
   * that change a project (the caller's queue sees to it); suggestions may be asked for in between. `stamp`: what the
   * text was read from, where that can be relied on.
   */
  async absorb(
    project: string,
    path: string,
    text: string,
    signal: AbortSignal,
    stamp?: FileStamp,
  ): Promise<{ readonly tokens: number }> {
    signal.throwIfAborted();
    // What was begun is brought to its end: half a change would be counted for ever.
    const slices = new Slices(UNINTERRUPTED);
    const held = this.#project(project);
    const { corpus, counts, stamps } = held;
    const values = this.#vocabulary.tokenize(text);
    if (slices.over) await slices.pause();
    if (stamp) stamps.set(path, stamp);
    if (stamp ?? stamps.delete(path)) held.isSaved = false;
    const valuesBefore = corpus.valuesOf(path);
    if (corpus.span(path) && areEqual(valuesBefore, values)) return { tokens: values.length };
    held.isSaved = false;
    const before = Int32Array.from(valuesBefore, keyOf);
    const after = Int32Array.from(values, keyOf);
    // Only what changed is unlearned and learned: tokens between the common beginning and the common end.
    const [from, behind] = commonEnds(before, after);
    await addInSlices(counts, before, from, before.length - behind, -1, slices);
    await addInSlices(counts, after, from, after.length - behind, 1, slices);
    await corpus.put(path, values, slices);
    // What the person wrote is learned at once, between keystrokes: room for it is made here.
    for (const level of [held, this.#personal]) {
      if (level.corpus.needsCompaction) await level.corpus.compact(new Slices(signal));
    }
    return { tokens: values.length };
  }

  /** Forgets a file of a project. */
  forget(project: string, path: string): void {
    const held = this.#projects.get(project);
    if (!held?.corpus.span(path)) return;
    const keys = Int32Array.from(held.corpus.valuesOf(path), keyOf);
    held.counts.add(keys, 0, keys.length, -1);
    held.corpus.remove(path);
    held.stamps.delete(path);
    held.isSaved = false;
  }

  /** Whether anything of a project is held. */
  holds(project: string): boolean {
    return this.#projects.has(project);
  }

  /** Files of a project that are held. */
  files(project: string): ReadonlySet<string> {
    return new Set(this.#projects.get(project)?.corpus.names ?? []);
  }

  /** What a held file was read from, and its tokens; undefined where it is not held or that is not known. */
  stamp(project: string, path: string): (FileStamp & { readonly tokens: number }) | undefined {
    const held = this.#projects.get(project);
    const [stamp, span] = [held?.stamps.get(path), held?.corpus.span(path)];
    return stamp && span && { ...stamp, tokens: span.length };
  }

  /** Writes a project's memory to the disk, unless that has it already. */
  async save(project: string, place: MemoryPlace, signal: AbortSignal): Promise<void> {
    const held = this.#projects.get(project);
    if (!held || held.isSaved) return;
    await saveMemory(place, held, this.#vocabulary, new Slices(signal));
    held.isSaved = true;
  }

  /** Takes a project's memory from the disk, with the files that `keep` names; the project must not be held yet. */
  async restore(
    project: string,
    place: MemoryPlace,
    keep: (path: string) => boolean,
    signal: AbortSignal,
  ): Promise<FoundMemory["kind"]> {
    assert(!this.#projects.has(project), "a project is restored before it is read");
    const found = await restoreMemory(place, this.#vocabulary, keep, new Slices(signal));
    if (found.kind === "sound") this.#projects.set(project, { ...found.memory, isSaved: found.dropped === 0 });
    return found.kind;
  }

  /** Forgets words that nothing counts any more: of closed projects, forgotten files, and what was only typed. */
  async sweep(signal: AbortSignal): Promise<void> {
    const levels = [this.#file, this.#personal, ...this.#projects.values()];
    const isUsed = (key: number): boolean => levels.some(({ counts }) => counts.unigramCount(key) > 0);
    await this.#vocabulary.sweep(isUsed, new Slices(signal));
    // What was gathered may name words that only it knew.
    this.#last = undefined;
  }

  /** Drops a whole project from memory. */
  close(project: string): void {
    this.#projects.delete(project);
    if (this.#directory?.project === project) this.#directory = undefined;
  }

  /** Learns a text of the person's own: typed, accepted or corrected. */
  learnPersonal({ name, text }: PersonalText): void {
    const { corpus, counts } = this.#personal;
    this.forgetPersonal(name);
    const values = this.#vocabulary.tokenize(text);
    const keys = Int32Array.from(values, keyOf);
    counts.add(keys, 0, keys.length, 1);
    corpus.putNow(name, values);
    if (corpus.texts > PERSONAL_TEXTS_MAX) {
      const [oldest] = corpus.names;
      if (oldest !== undefined) this.forgetPersonal(oldest);
    }
  }

  forgetPersonal(name: string): void {
    const { corpus, counts } = this.#personal;
    if (!corpus.span(name)) return;
    const keys = Int32Array.from(corpus.valuesOf(name), keyOf);
    counts.add(keys, 0, keys.length, -1);
    corpus.remove(name);
  }

  /** Forgets the person's texts that `isKept` denies. */
  async keepPersonal(isKept: (name: string) => boolean, signal: AbortSignal): Promise<void> {
    const slices = new Slices(signal);
    for (const name of [...this.#personal.corpus.names]) {
      if (!isKept(name)) this.forgetPersonal(name);
      if (slices.over) await slices.pause();
    }
  }

  /**
   * Something was forgotten: what was put together from several files goes with it, and what is on disk does not count
   * as saved. Words that nobody has any more go with the next {@link sweep}.
   */
  forgetTraces(): void {
    this.#file.corpus.clear();
    this.#file.counts.clear();
    this.#counted = [];
    this.#directory = undefined;
    this.#last = undefined;
    for (const project of this.#projects.values()) project.isSaved = false;
  }

  complete(request: CompletionRequest, signal: AbortSignal): Promise<readonly Proposal[]> {
    return Promise.resolve(this.propose(request, signal));
  }

  /** As {@link complete}, at once: everything is in memory. */
  propose(request: CompletionRequest, signal: AbortSignal): readonly Proposal[] {
    const { place, candidates, weighing, adviceOn } = this.#gatherMore(request) ?? this.#gather(request, signal);
    const contenders = contendersOf(candidates);
    const ranked = rank(contenders, featuresOf(contenders, weighing), adviceOn);
    return ranked.slice(0, PROPOSALS_MAX).map(({ contender, confidence, exactness, agreement }, index) => {
      const { candidate, rest } =
        request.multiLine && index < BLOCKS_MAX
          ? growBlock(contender, exactness, weighing)
          : { candidate: firstLineOf(contender.candidates[0]!), rest: 1 };
      return {
        text: render(candidate, place, this.#vocabulary),
        confidence,
        exactness: exactness * rest,
        proposer: candidate.proposer,
        source: candidate.source,
        exampleIds: candidate.exampleIds,
        matchLength: candidate.matchLength,
        agreement,
      };
    });
  }

  /** What the ranking chooses from, with the facts about each; public for its fit. */
  contend(
    request: CompletionRequest,
    signal: AbortSignal,
  ): { readonly weighing: Weighing; readonly contenders: readonly Contender[]; readonly rows: number[][] } {
    const { candidates, weighing } = this.#gather(request, signal);
    const contenders = contendersOf(candidates);
    return { weighing, contenders, rows: featuresOf(contenders, weighing) };
  }

  /** How well this memory foretells a text behind a request's place, and how well the open document alone does. */
  foretell(
    request: CompletionRequest,
    text: string,
    signal: AbortSignal,
  ): { readonly all: Foretold; readonly file: Foretold } {
    const vocabulary = this.#vocabulary;
    // Afterwards the document's level is about the place, and the levels are those of a suggestion.
    this.#gather(request, signal);
    const before = [BOUNDARY, ...vocabulary.tokenize(`\n${request.prefix}`)];
    const keys = Int32Array.from([...before, ...vocabulary.tokenize(text)], keyOf);
    const from = before.length;
    const options = { from, isCounted: (key: number) => key > LINE_BREAK, words: vocabulary.size };
    const all = foretell(this.#cache, this.#sources(request), keys, options);
    const file = foretell(this.#fileCache, [{ corpus: this.#file.corpus, skip: undefined }], keys, options);
    this.#last = undefined;
    return { all, file };
  }

  /** Whether a file is held as this text. */
  holdsText(project: string, path: string, text: string): "this" | "another" | "nothing" {
    const corpus = this.#projects.get(project)?.corpus;
    if (!corpus?.span(path)) return "nothing";
    return areEqual(corpus.valuesOf(path), this.#vocabulary.tokenize(text)) ? "this" : "another";
  }

  get vocabulary(): Vocabulary {
    return this.#vocabulary;
  }

  /** The last place again, now with code that is like it: what all others said there stands. */
  #gatherMore(request: CompletionRequest): Gathered | undefined {
    const last = this.#last;
    if (!last || !isSamePlace(last.request, request)) return undefined;
    const similar = this.#proposers?.has("similar") === false ? [] : request.similar;
    const more = similar.flatMap((code) => similarCodeContinuations(code, last.place, this.#vocabulary));
    return { ...last, request, candidates: [...last.candidates, ...more] };
  }

  #gather(request: CompletionRequest, signal: AbortSignal): Gathered {
    const place = createPlace(request.prefix, request.suffix, this.#vocabulary);
    this.#last = undefined;
    this.#learnDocument(place);
    const vocabulary = this.#vocabulary;
    const { multiLine } = request;
    const project = this.#projects.get(request.project);
    // The document as it is now replaces its saved version.
    const skip = project?.corpus.span(request.path);
    const sources = this.#sources(request);
    this.#cache.levels = [
      this.#file.counts,
      ...this.#directoryCounts(request),
      ...(project ? [project.counts] : []),
      this.#personal.counts,
    ];

    const candidates: Candidate[] = [];
    const against = new Map<string, number>();
    const add = (name: Proposer, propose: () => Candidate[]): void => {
      signal.throwIfAborted();
      if (this.#proposers?.has(name) === false) return;
      try {
        candidates.push(...propose());
      } catch (error) {
        // A proposer that fails leaves the others to answer.
        signal.throwIfAborted();
        this.#log.error(`proposer ${name} failed: ${describeError(error)}`, error);
      }
    };
    if (project && skip) add("removed", () => removedLines(project.corpus, skip, place, vocabulary));
    add("example", () => this.#fromExamples(request.examples, place, against));
    add("file", () =>
      copyContinuations(this.#file.corpus, place, vocabulary, {
        proposer: "file",
        multiLine,
        skip: undefined,
        recencyWins: true,
      }),
    );
    add("personal", () =>
      copyContinuations(this.#personal.corpus, place, vocabulary, {
        proposer: "personal",
        multiLine,
        skip: undefined,
        recencyWins: true,
      }),
    );
    if (project) {
      add("project", () =>
        copyContinuations(project.corpus, place, vocabulary, {
          proposer: "project",
          multiLine,
          skip,
          recencyWins: false,
        }),
      );
      add("similar", () =>
        similarLines(project.corpus, place, vocabulary, (key) => wordCount(project.counts, key), { multiLine, skip }),
      );
    }
    add("similar", () =>
      similarLines(this.#file.corpus, place, vocabulary, (key) => wordCount(this.#file.counts, key), {
        multiLine,
        skip: undefined,
      }),
    );
    add("similar", () => request.similar.flatMap((similar) => similarCodeContinuations(similar, place, vocabulary)));
    add("ngram", () => beamContinuation(this.#cache, sources, place, vocabulary, signal));

    candidates.push(...candidates.flatMap((candidate) => this.#adapted(candidate, place) ?? []));
    const typed = place.keys.subarray(place.lineStart);
    const adviceOn = ({ line, candidates: offered }: Contender): number | undefined => {
      const advised = against.size === 0 ? undefined : against.get(lineKey([...typed, ...line]));
      const isKeptSince = offered.some(({ exampleIds }) => exampleIds.some((id) => id > (advised ?? 0)));
      return isKeptSince ? undefined : advised;
    };
    const weighing = {
      place,
      vocabulary,
      cache: this.#cache,
      fileCache: this.#fileCache,
      fileCounts: this.#file.counts,
      lineCounts: countLines(place),
    };
    this.#last = { request, place, candidates, weighing, adviceOn };
    return this.#last;
  }

  /** Where next words are looked for. */
  #sources({ project, path }: CompletionRequest): Source[] {
    const corpus = this.#projects.get(project)?.corpus;
    return [
      { corpus: this.#personal.corpus, skip: undefined },
      { corpus: this.#file.corpus, skip: undefined },
      ...(corpus ? [{ corpus, skip: corpus.span(path) }] : []),
    ];
  }

  /** What was copied, with the words of this place, where those differ. */
  #adapted(candidate: Candidate, place: Place): Candidate | undefined {
    if (!candidate.origin) return undefined;
    const { corpus, at } = candidate.origin;
    const values = adapt(candidate.values, renamesFor(place, corpus, at, this.#vocabulary), this.#vocabulary);
    return values && { ...candidate, values, isAdapted: true };
  }

  /** Examples as candidates; `against` collects what was changed, with the newest example that says so. */
  #fromExamples(examples: readonly FoundExample[], place: Place, against: Map<string, number>): Candidate[] {
    const candidates: Candidate[] = [];
    for (const example of examples) {
      const match = exampleContinuation(example, place, this.#vocabulary);
      if (!match) continue;
      candidates.push(match.candidate);
      if (match.against.length > 0) {
        const line = lineKey(match.against);
        against.set(line, Math.max(against.get(line) ?? 0, example.id));
      }
    }
    return candidates;
  }

  /** The document around the cursor is the innermost level; of its counts only what has changed is counted anew. */
  #learnDocument(place: Place): void {
    const { corpus, counts } = this.#file;
    corpus.clear();
    // The token before the cursor has no continuation yet: it is left to the context.
    corpus.putNow("behind", place.behind);
    corpus.putNow("before", place.before.subarray(1));
    const texts = [place.behind.map(keyOf), place.keys];
    const kept = texts.reduce((sum, now, part) => sum + sumOf(commonEnds(this.#counted[part] ?? NO_KEYS, now)), 0);
    // Another document, or a window that has moved along: unlearning would cost more than it saves.
    if (kept < texts.reduce((sum, now) => sum + now.length, 0) / 2) {
      counts.clear();
      this.#counted = [];
    }
    for (const [part, now] of texts.entries()) {
      const before = this.#counted[part] ?? NO_KEYS;
      const [from, behind] = commonEnds(before, now);
      counts.add(before, from, before.length - behind, -1);
      counts.add(now, from, now.length - behind, 1);
    }
    this.#counted = texts;
  }

  #directoryCounts(request: CompletionRequest): NgramCounts[] {
    const path = request.path.slice(0, Math.max(0, request.path.lastIndexOf("/")));
    if (this.#directory?.project !== request.project || this.#directory.path !== path) return [];
    return [this.#directory.counts];
  }

  /** Makes the counts of a file's directory, in slices; until then the level is absent. */
  async enterDirectory(project: string, path: string, signal: AbortSignal): Promise<void> {
    const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (this.#directory?.project === project && this.#directory.path === directory) return;
    const held = this.#projects.get(project);
    if (!held) return;
    const slices = new Slices(signal);
    const counts = new NgramCounts(1 << 14, this.#vocabulary);
    let left = DIRECTORY_TOKENS_MAX;
    for (const name of [...held.corpus.names]) {
      if (name.slice(0, Math.max(0, name.lastIndexOf("/"))) !== directory || left <= 0) continue;
      const keys = Int32Array.from(held.corpus.valuesOf(name).subarray(0, left), keyOf);
      left -= keys.length;
      await addInSlices(counts, keys, 0, keys.length, 1, slices);
    }
    this.#directory = { project, path: directory, counts };
  }

  #project(name: string): Project {
    let project = this.#projects.get(name);
    if (!project) {
      project = {
        corpus: new Corpus(CORPUS_HEAD_BITS, this.#vocabulary),
        counts: new NgramCounts(1 << 16, this.#vocabulary),
        stamps: new Map(),
        isSaved: false,
      };
      this.#projects.set(name, project);
    }
    return project;
  }
}

/** Whether a request is one that was answered without code of the workspace, asked again with some. */
function isSamePlace(before: CompletionRequest, now: CompletionRequest): boolean {
  return (
    before.similar.length === 0 &&
    now.similar.length > 0 &&
    before.examples === now.examples &&
    before.project === now.project &&
    before.path === now.path &&
    before.multiLine === now.multiLine &&
    before.prefix === now.prefix &&
    before.suffix === now.suffix
  );
}

/**
 * Tokens both begin with, and tokens both end with that no changed n-gram reaches into: the first words behind a change
 * have contexts that hold it.
 */
function commonEnds(before: Int32Array, after: Int32Array): [from: number, behind: number] {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  if (from === before.length && from === after.length) return [from, 0];
  let behind = 0;
  while (behind < shorter - from && before[before.length - 1 - behind] === after[after.length - 1 - behind]) behind++;
  return [from, Math.max(0, behind - 5)];
}

function sumOf([from, behind]: readonly [number, number]): number {
  return from + behind;
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function wordCount(counts: NgramCounts, key: number): number {
  return key <= LINE_BREAK || key === BOUNDARY ? 0 : counts.unigramCount(key);
}

function lineKey(keys: readonly number[]): string {
  return keys.join(" ");
}
