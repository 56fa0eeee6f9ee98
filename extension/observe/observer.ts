/**
 * Runs the tracker in the editor: gives it documents and diagnostics, keeps its one timer, switches it on and off with
 * learning, and sees to it that nothing it does ever reaches the editor as an error.
 */
import { workspace } from "vscode";
import type { Position, TextDocument } from "vscode";
import type { Followed } from "../../protocol/ledger.ts";
import type { Signal } from "../../protocol/signals.ts";
import type { Log } from "../log.ts";
import { countDiagnostics } from "./diagnostics.ts";
import type { FollowedState } from "./followed.ts";
import { createSignalId } from "./signal-id.ts";
import { createSteadyNow } from "./steady-now.ts";
import { Tracker } from "./tracker.ts";
import type { OfferedItem } from "./watched.ts";
import { viewOf } from "./view.ts";

export interface ObserverDeps {
  readonly emit: (signal: Signal) => void;
  readonly settleMs: () => number;
  /** Whether there is a suggestion by now that something can be said about; called when that changes. */
  readonly onSubject: (hasSubject: boolean) => void;
  /** Where it is written down what is followed, for the next window; undefined: nowhere. */
  readonly followed: FollowedStore | undefined;
  readonly log: Log;
}

/** See `followed-file.ts`. */
export interface FollowedStore {
  readonly read: () => Promise<readonly FollowedState[]>;
  readonly write: (states: readonly FollowedState[]) => void;
  readonly written: () => Promise<void>;
}

/** Changes of what is followed are written down together. */
const WRITE_AFTER_MS = 1_000;

export class Observer {
  readonly #tracker: Tracker;
  readonly #log: Log;
  readonly #onSubject: (hasSubject: boolean) => void;
  readonly #followed: FollowedStore | undefined;
  #writeTimer: NodeJS.Timeout | undefined;
  /** Undefined until it is read what the window before followed: it is not written over before that. */
  #written: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAt: number | undefined;
  readonly #now = createSteadyNow({ wall: () => Date.now(), elapsed: () => performance.now() });
  #isOn = false;
  #hasSubject = false;

  constructor({ emit, settleMs, onSubject, followed, log }: ObserverDeps) {
    this.#log = log;
    this.#onSubject = onSubject;
    this.#followed = followed;
    this.#tracker = new Tracker({
      now: this.#now,
      createId: createSignalId,
      // What is told is stamped with the time that everything else goes by.
      emit: (signal) => emit({ ...signal, at: Date.now() }),
      settleMs,
      document: (uri) => {
        const document = workspace.textDocuments.find((open) => open.uri.toString() === uri);
        return document && viewOf(document);
      },
      diagnostics: countDiagnostics,
    });
  }

  /** Off: what was followed is forgotten, and nothing is recorded. */
  switch(isOn: boolean): void {
    if (this.#isOn === isOn) return;
    this.#isOn = isOn;
    if (isOn) void this.#restore();
    else this.#forget();
    this.#tellSubject();
    this.#schedule();
  }

  /** Tells the tracker something, if learning is on. */
  tell<T>(what: (tracker: Tracker) => T): T | undefined {
    if (!this.#isOn) return undefined;
    const result = this.#guard(what);
    this.#tellSubject();
    this.#schedule();
    this.#writeSoon();
    return result;
  }

  #guard<T>(what: (tracker: Tracker) => T): T | undefined {
    try {
      return what(this.#tracker);
    } catch (error) {
      // A bug of ours: better to lose what was followed than to disturb typing.
      this.#log.error(`observing failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      this.#tracker.reset();
      return undefined;
    }
  }

  /** Ghost text was offered at `position`. */
  offered(document: TextDocument, position: Position, items: readonly OfferedItem[], hasWidget: boolean): void {
    this.tell((tracker) => tracker.offered(viewOf(document), document.offsetAt(position), items, hasWidget));
  }

  /** What is followed, as the sidecar is asked about it. */
  get followed(): readonly Followed[] {
    const states = this.#guard((tracker) => tracker.states()) ?? [];
    return states.map(({ generationId, uri, acceptedAt, parts }) => ({
      generationId,
      uris: [...new Set([uri, ...parts.map((part) => part.uri)])],
      at: acceptedAt,
    }));
  }

  /** Follows these no longer; resolves when they are not written down either. */
  async letGo(generationIds: readonly string[]): Promise<void> {
    this.tell((tracker) => tracker.letGo(generationIds));
    this.#write();
    await this.#followed?.written();
  }

  /** The window closes: all that is followed is settled, and written down for the next window. */
  async close(): Promise<void> {
    this.tell((tracker) => tracker.finish());
    this.#write();
    clearTimeout(this.#writeTimer);
    this.#isOn = false;
    this.#tracker.reset();
    this.#tellSubject();
    this.#schedule();
    await this.#followed?.written();
  }

  async #restore(): Promise<void> {
    const states = (await this.#followed?.read()) ?? [];
    if (!this.#isOn) return;
    this.#written ??= JSON.stringify(states);
    this.tell((tracker) => tracker.restore(states, workspace.textDocuments.map(viewOf)));
  }

  #forget(): void {
    this.#tracker.reset();
    clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
    this.#written = undefined;
    this.#followed?.write([]);
  }

  #writeSoon(): void {
    if (!this.#followed || this.#writeTimer) return;
    this.#writeTimer = setTimeout(() => {
      this.#writeTimer = undefined;
      this.#write();
    }, WRITE_AFTER_MS);
  }

  #write(): void {
    if (this.#written === undefined || !this.#isOn) return;
    const states = this.#guard((tracker) => tracker.states()) ?? [];
    const content = JSON.stringify(states);
    if (content === this.#written) return;
    this.#written = content;
    this.#followed?.write(states);
  }

  #tellSubject(): void {
    const hasSubject = this.#tracker.subject !== undefined;
    if (hasSubject === this.#hasSubject) return;
    this.#hasSubject = hasSubject;
    this.#onSubject(hasSubject);
  }

  #schedule(): void {
    const at = this.#isOn ? this.#tracker.nextAt() : undefined;
    if (at === this.#timerAt && this.#timer) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = undefined;
    if (at === undefined) return;
    const onTime = (): void => {
      this.#timer = undefined;
      this.tell((tracker) => tracker.tick());
    };
    this.#timer = setTimeout(onTime, Math.max(0, at - this.#now()));
  }
}
