/**
 * Forgetting across processes: an editor's sidecar and the command line may have one data folder open. Whoever forgets
 * deletes the rows at once and leaves a note; every process looks for notes, forgets what it holds in memory, and says
 * how far it is. When all have caught up the last one wipes the file. What a crash interrupts goes on at the next start.
 */
import { setTimeout as wait } from "node:timers/promises";
import { describeError, isAbort } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { isRunning } from "../base/processes.ts";
import { createId } from "../base/random.ts";
import { Slices } from "../base/slices.ts";
import { forgetBeside, scrubBeside } from "../store/beside.ts";
import type { Database } from "../store/database.ts";
import {
  dropHashes,
  finishForget,
  type Forget,
  forgetsAfter,
  forgottenHashes,
  latestForget,
  setCompared,
  targetOf,
  unfinishedForgets,
} from "../store/forget.ts";
import { allHolders, removeHolder, saveHolder } from "../store/holders.ts";
import { createHash, groupsOf, type HashWords, storedTexts } from "../store/shingles.ts";
import type { Selection } from "../store/tables.ts";
import type { Pending } from "./pending.ts";
import { foldersAbove, namesOf } from "./scope.ts";

/** How often a process looks for what others have forgotten. */
const LOOK_MS = 2000;
/** So long whoever forgets waits for the other processes. */
const OTHERS_MS_MAX = 30_000;
const TRY_AGAIN_MS = 200;
/** Rows that are deleted at once: a few milliseconds. */
const HASHES_PER_SLICE = 500;
/** A process that has not caught up for so long is gone: its number belongs to another one. */
const GONE_MS = 10 * 60 * 1000;

export interface ForgettingDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** What editors have not handed over yet. */
  readonly pending: Pending;
  /** Rows are gone: what must not be used any more is dropped at once. */
  readonly onGone: () => void;
  /** Makes anew what is held in memory and what is derived on disk. */
  readonly purge: (forgets: readonly Forget[], signal: AbortSignal) => Promise<void>;
  /** Runs something while nothing else is learned or read. */
  readonly exclusively: <T>(run: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** Where a signal that comes late says that it was made. */
export interface SignalPlace {
  readonly generationId: string;
  /** Absolute path, or a URI. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export class Forgetting {
  readonly #deps: ForgettingDeps;
  readonly #id = createId();
  readonly #timer: NodeJS.Timeout;
  /** The latest note whose subject is not held any more. */
  #caughtUp: number;
  /** The latest note that was seen, with those before it. */
  #seen: readonly Forget[];
  #catchingUp: Promise<void> | undefined;
  #hashWords: HashWords | undefined;
  #isClosed = false;

  constructor(deps: ForgettingDeps) {
    this.#deps = deps;
    const { database } = deps;
    this.#seen = forgetsAfter(database, 0);
    const [unfinished] = unfinishedForgets(database);
    this.#caughtUp = unfinished ? unfinished.id - 1 : latestForget(database);
    this.#tellHowFar();
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    this.#timer.unref();
  }

  /** Whether something was forgotten that is still held here: then nothing that is derived may be saved. */
  get isBehind(): boolean {
    try {
      return latestForget(this.#deps.database) > this.#caughtUp;
    } catch (error) {
      // The store has its own way to tell that it does not work.
      this.#deps.log.debug(`the store could not be asked what was forgotten: ${describeError(error)}`);
      return false;
    }
  }

  /** Forgets, and resolves when nothing is left of it, or others need too long; tells whether all is done. */
  async forget(selection: Selection, targets: readonly string[]): Promise<Forget> {
    const { database, clock } = this.#deps;
    // Made now: nothing can be written while rows are deleted.
    this.#hashWords ??= createHash(database);
    const forget = await forgetBeside(database, selection, { targets, now: clock.now() });
    this.#notice();
    await this.#catchUp();
    const giveUpAt = performance.now() + OTHERS_MS_MAX;
    while (!this.#isFinished(forget.id) && performance.now() < giveUpAt && !this.#isClosed) {
      await wait(TRY_AGAIN_MS);
      await this.#finish(new AbortController().signal);
    }
    return { ...forget, isFinished: this.#isFinished(forget.id) };
  }

  /** Looks whether another process, or an earlier one, has something forgotten that is held here. */
  look(): void {
    try {
      this.#notice();
      if (this.isBehind || unfinishedForgets(this.#deps.database).length > 0) {
        this.#catchUp().catch((error: unknown) => {
          if (!isAbort(error)) this.#deps.log.error("what was forgotten is not gone everywhere yet", error);
        });
      }
    } catch (error) {
      // The store has its own way to tell that it does not work; the next look tries again.
      this.#deps.log.debug(`the store could not be asked what was forgotten: ${describeError(error)}`);
    }
  }

  /** Whether a suggestion that is told of now was forgotten before. */
  isForgotten({ generationId, file, at }: SignalPlace): boolean {
    this.#notice();
    const relevant = this.#seen.filter((forget) => at <= forget.at);
    if (relevant.length === 0) return false;
    const files = namesOf(file);
    // The project may not be open here, and is not in the store any more.
    const roots = files.flatMap(foldersAbove);
    const names = [
      targetOf("suggestion", generationId),
      ...files.map((name) => targetOf("file", name)),
      ...roots.map((name) => targetOf("project", name)),
    ].map(this.#hash);
    return relevant.some(({ kind, targets, from = 0, to = 0 }) => {
      if (kind === "everything") return true;
      return kind === "span" ? at >= from && at < to : names.some((name) => targets.has(name));
    });
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    try {
      removeHolder(this.#deps.database, this.#id);
    } catch (error) {
      // Others find out by the number of the process.
      this.#deps.log.debug(`a process did not sign off: ${describeError(error)}`);
    }
  }

  #tellHowFar(): void {
    try {
      // Those that were killed did not sign off.
      for (const { id, pid } of allHolders(this.#deps.database)) {
        if (!isRunning(pid)) removeHolder(this.#deps.database, id);
      }
      saveHolder(this.#deps.database, { id: this.#id, pid: process.pid, forgot: this.#caughtUp });
    } catch (error) {
      // A store that cannot be written holds nothing that could be forgotten here.
      this.#deps.log.debug(`a process did not sign on: ${describeError(error)}`);
    }
  }

  get #hash(): HashWords {
    return (this.#hashWords ??= createHash(this.#deps.database));
  }

  #notice(): void {
    const { database, onGone } = this.#deps;
    const newest = this.#seen.at(-1)?.id ?? 0;
    const unseen = latestForget(database) > newest ? forgetsAfter(database, newest) : [];
    if (unseen.length === 0) return;
    this.#seen = [...this.#seen, ...unseen];
    onGone();
  }

  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#deps
      .exclusively(async (signal) => {
        while (this.isBehind) {
          const pending = forgetsAfter(this.#deps.database, this.#caughtUp);
          await this.#deps.pending.letGo();
          await this.#deps.purge(pending, signal);
          this.#caughtUp = pending.at(-1)!.id;
          this.#tellHowFar();
        }
        await this.#finish(signal);
      })
      .finally(() => (this.#catchingUp = undefined));
    return this.#catchingUp;
  }

  /** Wipes the file, once nobody holds what is forgotten. */
  async #finish(signal: AbortSignal): Promise<void> {
    const { database, clock } = this.#deps;
    const unfinished = unfinishedForgets(database);
    const latest = unfinished.at(-1);
    if (!latest || this.isBehind || !this.#haveOthersCaughtUp(latest)) return;
    if (!(await this.#deps.pending.purge((place) => this.isForgotten(place)))) return;
    const uncompared = unfinished.filter(({ isCompared }) => !isCompared);
    if (uncompared.length > 0) await this.#keepHashesOfTraces(signal);
    for (const { id } of uncompared) setCompared(database, id);
    if (!(await scrubBeside(database))) return;
    for (const { id } of unfinished) finishForget(database, id, clock.now());
  }

  #haveOthersCaughtUp(latest: Forget): boolean {
    const { database, clock } = this.#deps;
    const behind = allHolders(database).filter(({ id, forgot }) => id !== this.#id && forgot < latest.id);
    const isOld = clock.now() - latest.at > GONE_MS;
    const gone = behind.filter(({ pid }) => isOld || !isRunning(pid));
    for (const { id } of gone) removeHolder(database, id);
    return gone.length === behind.length;
  }

  /** What is stored elsewhere as well is no trace of what was forgotten, should whoever forgot it have ended too early. */
  async #keepHashesOfTraces(signal: AbortSignal): Promise<void> {
    const { database } = this.#deps;
    const slices = new Slices(signal);
    const hashes = await forgottenHashes(database, slices);
    const found = new Set<number>();
    for (const page of storedTexts(database)) {
      for (const { text } of page) {
        for (const group of groupsOf(text)) {
          const hash = this.#hash(group);
          if (hashes.has(hash)) found.add(hash);
        }
        if (slices.over) await slices.pause();
      }
    }
    const all = [...found];
    for (let from = 0; from < all.length; from += HASHES_PER_SLICE) {
      dropHashes(database, all.slice(from, from + HASHES_PER_SLICE));
      await slices.pause();
    }
  }

  #isFinished(id: number): boolean {
    return unfinishedForgets(this.#deps.database).every((unfinished) => unfinished.id !== id);
  }
}
