/**
 * The replay of a history: the files are as they were, the developer stands where a line was typed, every arm is asked
 * for a suggestion, and the ones that learn are told what became of it. Read {@link runBacktest} top-down.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { tmpdir } from "node:os";
import type { Clock } from "../../base/clock.ts";
import { isAbort } from "../../base/errors.ts";
import { Lifetime } from "../../base/lifetime.ts";
import { createRandom } from "../../base/random.ts";
import type { Proposer } from "../../engine/recall/candidate.ts";
import type { Exclude } from "../../../privacy/exclude.ts";
import { decide } from "../../suggest/gate.ts";
import type { Suggestion } from "../../suggest/suggest.ts";
import { LIFE_MS, lifeOfAccepted, lifeOfPassedOver } from "../life.ts";
import { meet } from "./developer.ts";
import type { DoorAnswer, DoorPlace, OpenDoor, ReplayDoor } from "./door.ts";
import type { CommitStep, EditEvent, FileChange, Hunk } from "./event.ts";
import { refuseLaterMemory, refuseLaterText } from "./future.ts";
import type { History, openHistory } from "./history.ts";
import { type Person, planReplay } from "./persons.ts";
import { type ArmName, type ArmRecord, contextOf, type EventRecord } from "./record.ts";
import type { BacktestOptions, BacktestResult } from "./result.ts";
import { WorkTree } from "./work-tree.ts";

export interface BacktestDeps {
  readonly openHistory: typeof openHistory;
  readonly openDoor: OpenDoor;
  readonly exclude: Exclude;
  /** Larger files are not read. */
  readonly bytesMax: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Address of who is asking; undefined where it is not known. */
  readonly user: string | undefined;
  /** Milliseconds of a clock that only goes forward: suggestions are timed by it. */
  readonly elapsedMs: () => number;
}

/** What the document alone suggests with: its n-grams and the most recent longest match. */
const IN_FILE: ReadonlySet<Proposer> = new Set<Proposer>(["file", "ngram"]);
/** Arms whose suggestions are chosen from all that the full learner considers. */
const CHOSEN: readonly ArmName[] = ["nested-cache", "next-lines", "oracle"];
/** What is spent on planning, of all that is to be done. */
const PLANNING_SHARE = 0.1;

/**
 * Replays the newest edits of a repository. Deterministic under a seed but for times and memory. Once `signal` is
 * aborted, what there is by then is handed over, as incomplete.
 */
export async function runBacktest(
  deps: BacktestDeps,
  options: BacktestOptions,
  onProgress: (what: string, done: number) => void,
  signal: AbortSignal,
): Promise<BacktestResult> {
  const { repository, seed, events, authors } = options;
  const { exclude, bytesMax, environment } = deps;
  const lifetime = new Lifetime();
  const records: EventRecord[] = [];
  const result = (history: History | undefined, persons: readonly Person[], complete: boolean): BacktestResult => ({
    repository: basename(resolve(repository)).replace(/\.git$/, "") || repository,
    seed,
    eventsMax: events,
    records,
    complete,
    remarks: history?.remarks ?? [],
    authors: persons.map(({ name }) => name),
    memoryMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  });
  let history: History | undefined;
  let persons: readonly Person[] = [];
  try {
    onProgress("reading the history", 0);
    history = lifetime.own(await deps.openHistory(repository, { seed, exclude, bytesMax, environment }, signal));
    const plan = await planReplay(history, { authors, user: deps.user, events }, signal);
    persons = plan.persons;
    if (persons.length === 0) return result(history, persons, true);
    const folder = await mkdtemp(join(tmpdir(), "tacit-replay-"));
    lifetime.onClose(() => rm(folder, { recursive: true, force: true }));
    const tree = new WorkTree(folder);
    const first = history.commits[plan.start];
    if (first?.parent !== undefined) await fillTree(tree, history, history.commits[plan.start - 1], onProgress, signal);
    const replay = new Replay(deps, options, { persons, tree, lifetime, records, signal });
    await replay.open(onProgress);
    for (const commit of history.commits.slice(plan.start)) {
      signal.throwIfAborted();
      await replay.step(await history.step(commit));
      const done = Math.min(1, replay.primary / Math.max(1, plan.events));
      onProgress(`replaying ${commit.hash.slice(0, 8)}`, PLANNING_SHARE + (1 - PLANNING_SHARE) * done);
    }
    return result(history, persons, true);
  } catch (error) {
    // What was measured until then is worth showing.
    if (isAbort(error) && signal.aborted) return result(history, persons, false);
    throw error;
  } finally {
    await lifetime.close();
  }
}

async function fillTree(
  tree: WorkTree,
  history: History,
  commit: History["commits"][number] | undefined,
  onProgress: (what: string, done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!commit) return;
  onProgress("reading files as they were", PLANNING_SHARE / 2);
  for await (const { path, text } of history.files(commit)) {
    signal.throwIfAborted();
    await tree.put(path, text);
  }
}

/** Time of the replay: that of the commits, and as much later as is lived through. */
class ReplayClock implements Clock {
  #now = 0;
  now(): number {
    return this.#now;
  }
  /** On to a time, if that is ahead, and by the length of a suggestion's life. */
  advance(to: number): void {
    this.#now = Math.max(this.#now + LIFE_MS, to);
  }
}

/** Somebody whose edits are replayed: the product that learns from them, and one that learns from all others. */
interface Learner {
  readonly person: Person;
  readonly full: ReplayDoor;
  /** Undefined where that arm is not asked for. */
  readonly others: ReplayDoor | undefined;
  /** Events that each has learned from. */
  events: number;
  othersEvents: number;
}

type DoorGiven = [root: string | undefined, proposers?: ReadonlySet<Proposer>];

interface ReplayParts {
  readonly persons: readonly Person[];
  readonly tree: WorkTree;
  readonly lifetime: Lifetime;
  readonly records: EventRecord[];
  readonly signal: AbortSignal;
}

class Replay {
  readonly #deps: BacktestDeps;
  readonly #options: BacktestOptions;
  readonly #parts: ReplayParts;
  readonly #arms: ReadonlySet<ArmName>;
  readonly #clock = new ReplayClock();
  readonly #random: () => number;
  #learners: readonly Learner[] = [];
  #frozen: ReplayDoor | undefined;
  #inFile: ReplayDoor | undefined;
  /** Of which file each door was told last, and what it held. */
  readonly #told = new Map<ReplayDoor, { readonly path: string; readonly text: string | undefined }>();
  /** Primary events that were measured. */
  primary = 0;

  constructor(deps: BacktestDeps, options: BacktestOptions, parts: ReplayParts) {
    this.#deps = deps;
    this.#options = options;
    this.#parts = parts;
    this.#arms = new Set(options.arms);
    this.#random = createRandom(options.seed);
  }

  /** Opens what the arms need, each over the tree as it is now. */
  async open(onProgress: (what: string, done: number) => void): Promise<void> {
    const { persons, tree } = this.#parts;
    onProgress("learning the project", PLANNING_SHARE);
    const { root } = tree;
    const openFor = (arm: ArmName, ...door: DoorGiven): Promise<ReplayDoor> | undefined =>
      this.#arms.has(arm) ? this.#openDoor(...door) : undefined;
    const openLearner = async (person: Person): Promise<Learner> => {
      const [full, others] = await together([this.#openDoor(root), openFor("wrong-author", root)]);
      return { person, full, others, events: 0, othersEvents: 0 };
    };
    // All at a time: most of it is waiting for threads of theirs.
    const [inFile, frozen, learners] = await together([
      openFor("in-file", undefined, IN_FILE),
      openFor("frozen", root),
      together(persons.map(openLearner)),
    ]);
    this.#inFile = inFile;
    this.#frozen = frozen;
    this.#learners = learners;
  }

  async #openDoor(...[root, proposers]: DoorGiven): Promise<ReplayDoor> {
    const { lifetime, signal } = this.#parts;
    const random = createRandom(this.#options.seed);
    const door = lifetime.own(await this.#deps.openDoor({ root, proposers, clock: this.#clock, random }));
    if (root !== undefined) await door.learnFolder(root, signal);
    await door.idle();
    return door;
  }

  /** Doors that have the project open. */
  get #projectDoors(): readonly ReplayDoor[] {
    const doors = this.#learners.flatMap(({ full, others }) => (others ? [full, others] : [full]));
    return this.#frozen ? [this.#frozen, ...doors] : doors;
  }

  /** One commit: its edits where somebody's are replayed, and what it makes of the files in any case. */
  async step(step: CommitStep): Promise<void> {
    const { tree } = this.#parts;
    this.#clock.advance(step.at);
    const own = step.leftOut ? undefined : this.#learners.find(({ person }) => person.addresses.has(step.author));
    // Whoever has learned from fewer of other people's edits than of somebody's own lives through these.
    const spectators = step.leftOut
      ? []
      : this.#learners.filter((learner) => learner !== own && learner.others && learner.othersEvents < learner.events);
    if (own) {
      const edited = step.changes.filter(({ hunks }) => hunks.some(({ events }) => events.length > 0));
      const paths = edited.map(({ path }) => path);
      for (const door of this.#projectDoors) refuseLaterMemory(door, tree, paths, this.#random);
    }
    for (const change of step.changes) await this.#change(change, own, spectators);
  }

  async #change(change: FileChange, own: Learner | undefined, spectators: readonly Learner[]): Promise<void> {
    const { tree } = this.#parts;
    const { path, renamedFrom, text, hunks } = change;
    if (renamedFrom !== undefined) {
      const before = tree.text(renamedFrom);
      await this.#put(renamedFrom, undefined);
      if (before !== undefined && text !== undefined) await this.#put(path, before);
    }
    const isReplayed = own !== undefined || spectators.length > 0;
    if (isReplayed && hunks.length > 0) {
      const doors = [...this.#projectDoors, ...(this.#inFile ? [this.#inFile] : [])];
      this.#see(doors, change, hunks[0]!.before);
      await idle(doors);
      for (const hunk of hunks) await this.#edit(change, hunk, own, spectators);
    }
    await this.#put(path, text);
  }

  /** A file as it is from now on, in the tree and in every memory that does not hold it already. */
  async #put(path: string, text: string | undefined): Promise<void> {
    const { tree } = this.#parts;
    await tree.put(path, text);
    const now = tree.text(path);
    const doors = this.#projectDoors.filter((door) => {
      const told = this.#told.get(door);
      return told?.path !== path || told.text !== now;
    });
    for (const door of doors) {
      door.fileChanged(tree.uriOf(path));
      this.#told.set(door, { path, text: now });
    }
    await idle(doors);
  }

  #see(doors: readonly ReplayDoor[], { path, hunks }: FileChange, text: string): void {
    const languageId = hunks.flatMap(({ events }) => events)[0]?.languageId;
    if (languageId === undefined) return;
    for (const door of doors) door.documentSeen({ uri: this.#parts.tree.uriOf(path), languageId, text });
  }

  /** Lines that are typed one after another, and saved. */
  async #edit(change: FileChange, hunk: Hunk, own: Learner | undefined, spectators: readonly Learner[]): Promise<void> {
    const { tree, signal } = this.#parts;
    const { before, after } = hunk;
    for (const event of hunk.events) {
      signal.throwIfAborted();
      refuseLaterText(event, { before, after });
      this.#clock.advance(0);
      if (own) await this.#measure(event, own);
      for (const learner of spectators) {
        if (learner.othersEvents >= learner.events) continue;
        const answer = await learner.others!.suggest(this.#placeOf(event), signal);
        await this.#teach(learner.others!, event, answer);
        learner.othersEvents++;
      }
    }
    const uri = tree.uriOf(change.path);
    const languageId = hunk.events[0]?.languageId;
    if (languageId === undefined) return;
    await tree.put(change.path, after);
    const saved = { uri, languageId, before, now: after, activeLine: undefined };
    const learning = [...(own ? [own.full] : []), ...spectators.flatMap(({ others }) => others ?? [])];
    // The others are told at the end of the file: the open document is what all of them suggest from.
    for (const door of learning) {
      door.documentSaved(saved);
      this.#told.set(door, { path: change.path, text: after });
    }
    // Of a file that is new the first lines tell its style; what is known already hardly changes by a few more.
    if (change.hunks[0]!.before.trim() === "") this.#see(this.#projectDoors, change, after);
    await idle(this.#projectDoors);
  }

  async #measure(event: EditEvent, learner: Learner): Promise<void> {
    const { signal, records } = this.#parts;
    const { prefix, suffix, ...written } = event;
    const place = this.#placeOf({ ...written, prefix, suffix });
    const arms: Partial<Record<ArmName, ArmRecord>> = {};
    const answer = await this.#ask("full", learner.full, event, arms);
    if (this.#frozen) await this.#ask("frozen", this.#frozen, event, arms);
    if (this.#inFile) await this.#ask("in-file", this.#inFile, event, arms);
    if (learner.others) await this.#ask("wrong-author", learner.others, event, arms);
    if (this.#arms.has("nothing")) arms.nothing = meet({ ...NOTHING, milliseconds: undefined }, event);
    const isPrimary = event.stratum === "primary";
    if (isPrimary && CHOSEN.some((arm) => this.#arms.has(arm))) {
      this.#choose(await learner.full.consider(place, signal), event, arms);
    }
    const told = isPrimary ? learner.full.foretell(place, event.target, signal) : undefined;
    records.push({
      event: written,
      context: contextOf(prefix),
      number: learner.events,
      targetChars: event.target.length,
      arms,
      tokens: told?.all ?? { ranks: [], bits: [] },
      fileBits: told?.file.bits ?? [],
    });
    if (isPrimary) this.primary++;
    await this.#teach(learner.full, event, answer);
    learner.events++;
  }

  async #ask(
    name: ArmName,
    door: ReplayDoor,
    event: EditEvent,
    arms: Partial<Record<ArmName, ArmRecord>>,
  ): Promise<DoorAnswer> {
    const { elapsedMs } = this.#deps;
    const start = elapsedMs();
    const answer = await door.suggest(this.#placeOf(event), this.#parts.signal);
    const milliseconds = elapsedMs() - start;
    arms[name] = meet({ ...offerOf(answer), milliseconds }, event);
    await door.idle();
    return answer;
  }

  /** What single proposers would have shown, and the best of all with hindsight. */
  #choose(considered: readonly Suggestion[], event: EditEvent, arms: Partial<Record<ArmName, ArmRecord>>): void {
    const derived = (suggestion: Suggestion | undefined): ArmRecord => {
      if (!suggestion) return meet({ ...NOTHING, milliseconds: undefined }, event);
      const { text, probability: confidence } = suggestion;
      const isShown = decide(suggestion, "balanced", 0).kind === "show";
      return meet({ text, isShown, confidence, milliseconds: undefined }, event);
    };
    const first = (proposer: Proposer): Suggestion | undefined =>
      considered.find((suggestion) => suggestion.proposer === proposer);
    if (this.#arms.has("nested-cache")) arms["nested-cache"] = derived(first("ngram"));
    if (this.#arms.has("next-lines")) arms["next-lines"] = derived(first("similar"));
    if (!this.#arms.has("oracle")) return;
    const met = considered.map(({ text, probability: confidence }) =>
      meet({ text, isShown: true, confidence, milliseconds: undefined }, event),
    );
    const best = met.filter(({ isAccepted }) => isAccepted).sort((a, b) => a.cost - b.cost)[0];
    arms.oracle = best ?? meet({ ...NOTHING, milliseconds: undefined }, event);
  }

  /** What became of an answer is learned. */
  async #teach(door: ReplayDoor, event: EditEvent, answer: DoorAnswer): Promise<void> {
    if (answer.kind !== "suggestion") return;
    const { id: generationId, engine, proposer, text } = answer.suggestion;
    const { languageId, prefix } = event;
    const shown = { generationId, engine, proposer, uri: this.#placeOf(event).uri, languageId, prefix, text };
    const start = this.#clock.now() - LIFE_MS;
    const { isAccepted } = meet({ ...offerOf(answer), milliseconds: undefined }, event);
    const final = text.includes("\n")
      ? event.block.split("\n").slice(0, text.split("\n").length).join("\n")
      : event.target;
    door.ingest(isAccepted ? lifeOfAccepted(shown, final, start) : lifeOfPassedOver(shown, start));
    await door.idle();
  }

  #placeOf({ path, languageId, prefix, suffix }: EditEvent): DoorPlace {
    return { uri: this.#parts.tree.uriOf(path), languageId, prefix, suffix, explicit: false };
  }
}

/** As `Promise.all`, but nothing is under way any more when a failure is told. */
async function together<T extends readonly unknown[] | []>(works: T): Promise<{ [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

async function idle(doors: readonly ReplayDoor[]): Promise<void> {
  await Promise.all(doors.map((door) => door.idle()));
}

const NOTHING = { text: "", isShown: false, confidence: 0 } as const;

function offerOf(answer: DoorAnswer) {
  const suggestion = answer.kind === "suggestion" ? answer.suggestion : answer.hidden;
  if (!suggestion) return NOTHING;
  const { text, probability } = suggestion;
  return { text, isShown: answer.kind === "suggestion", confidence: probability };
}
