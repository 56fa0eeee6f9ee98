/**
 * What happens around accepted text, as signals: runs, commits, problems that go away, text of other tools. All signals
 * of the window pass here, so that nothing is recorded of languages and folders that are not learned from.
 */
import { Disposable, Uri, workspace } from "vscode";
import type { TextDocument } from "vscode";
import type { ProblemsParams } from "../../protocol/messages.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Signal } from "../../protocol/signals.ts";
import { mayLearn } from "../../text/learned-places.ts";
import type { Log } from "../log.ts";
import { registerForeign } from "./foreign.ts";
import type { ForeignText } from "./foreign-inserts.ts";
import { Generations } from "./generations.ts";
import { registerGit } from "./git.ts";
import { MendedErrors, MendedRuns } from "./mended.ts";
import type { DocumentSeen, ErrorSeen, MendedFact } from "./mended.ts";
import type { Observer } from "./observer.ts";
import { registerProblems } from "./problems.ts";
import { RunTurns } from "./run-turns.ts";
import type { EndedRun } from "./run-turns.ts";
import { registerRuns } from "./runs.ts";
import { createSignalId } from "./signal-id.ts";

export interface SurroundingsDeps {
  readonly observer: Observer;
  /** Whether anything is observed. */
  readonly isOn: () => boolean;
  readonly learning: () => Settings["learning"];
  /** Whether a file is left out by the user's patterns or ours. */
  readonly isExcluded: (uri: string) => boolean;
  /** Takes a signal that is to be stored. */
  readonly record: (signal: Signal) => void;
  readonly onProblems: (params: ProblemsParams) => void;
  readonly log: Log;
}

/** Generations that are not learned from, remembered to leave out what follows of them. */
const MUTED_MAX = 1_000;
/** So soon after an accept of ours the same text in the same file is that. */
const OURS_MS = 10_000;
const PROBLEMS_MAX = 20;

type WithoutStamp<T> = T extends Signal ? Omit<T, "id" | "at"> : never;

export class Surroundings {
  readonly #deps: SurroundingsDeps;
  readonly #now = (): number => Date.now();
  readonly #generations = new Generations(this.#now);
  readonly #turns = new RunTurns();
  readonly #errors = new MendedErrors(this.#now);
  readonly #runs = new MendedRuns();
  readonly #muted = new Set<string>();
  /** The errors of each document, as they were told of last. */
  readonly #told = new Map<string, readonly ErrorSeen[]>();

  constructor(deps: SurroundingsDeps) {
    this.#deps = deps;
  }

  register(): Disposable {
    const { isOn, observer, log } = this.#deps;
    return Disposable.from(
      registerRuns({ now: this.#now, onEnded: (run) => this.#ran(run) }),
      registerGit({
        generations: () => (isOn() ? this.#generations.accepted : []),
        tell: (fact) => this.#tell(fact),
        onMoment: (uris, moment) =>
          observer.tell((tracker) => {
            for (const uri of uris) tracker.snapshot(uri, moment);
          }),
        onSwitch: (root) =>
          observer.tell((tracker) => tracker.branchSwitched((uri) => uri === root || uri.startsWith(`${root}/`))),
        log,
      }),
      registerProblems({
        onErrors: (document, errors) => {
          const { uri, languageId } = document;
          this.#errors.seen({ uri: uri.toString(), languageId, text: document.getText() }, errors);
          this.#tellProblems(uri.toString(), errors);
        },
        onQuiet: () => {
          for (const fact of this.#errors.due()) this.#mended(fact);
        },
        onClosed: (uri) => {
          this.#errors.closed(uri);
          this.#tellProblems(uri, []);
          this.#told.delete(uri);
        },
      }),
      registerForeign({
        now: this.#now,
        isOn,
        isOurs: (uri, text) => this.#isOurs(uri, text),
        onFound: (found) => this.#follow(found),
      }),
    );
  }

  /** A signal was made, by the observer or here. */
  heard(signal: Signal): void {
    if (!this.#mayRecord(signal)) return;
    this.#generations.heard(signal);
    this.#deps.record(signal);
  }

  /** Learning was switched off: nothing of before is told of any more. */
  reset(): void {
    this.#generations.reset();
    this.#muted.clear();
  }

  #mayRecord(signal: Signal): boolean {
    const place = signal.kind === "shown" ? signal.generation : signal.kind === "mended" ? signal : undefined;
    if (!place) return !this.#muted.has(signal.generationId);
    const uri = Uri.parse(place.uri);
    const path = uri.scheme === "file" ? uri.fsPath : undefined;
    const isLearned = mayLearn(this.#deps.learning(), { languageId: place.languageId, path });
    if (isLearned && !this.#deps.isExcluded(place.uri)) return true;
    this.#muted.add(signal.generationId);
    if (this.#muted.size > MUTED_MAX) this.#muted.delete(this.#muted.values().next().value!);
    return false;
  }

  #ran(run: EndedRun): void {
    for (const fact of this.#turns.ended(run, this.#generations.accepted)) this.#tell(fact);
    const documents = workspace.textDocuments.filter(({ uri }) => uri.scheme === "file").map(seen);
    const mended = this.#runs.ended(run, documents);
    if (mended) this.#mended(mended);
    for (const [uri, errors] of this.#told) this.#tellProblems(uri, errors);
  }

  #mended(fact: MendedFact): void {
    const generationId = createSignalId();
    if (this.#deps.isOn()) this.heard({ ...fact, id: generationId, generationId, at: this.#now() });
  }

  #tell(fact: WithoutStamp<Signal>): void {
    if (this.#deps.isOn()) this.heard({ id: createSignalId(), at: this.#now(), ...fact });
  }

  /** What is wrong in a document, and which tests fail: what mended their like is offered there. */
  #tellProblems(uri: string, errors: readonly ErrorSeen[]): void {
    this.#told.set(uri, errors);
    const problems = [
      ...errors.slice(0, PROBLEMS_MAX).map(({ message, code, line }) => ({
        kind: "error" as const,
        message: message.slice(0, 1_000),
        code: code.slice(0, 64),
        line,
      })),
      ...this.#turns.failing
        .slice(-PROBLEMS_MAX)
        .map((label) => ({ kind: "run" as const, message: label, code: "", line: null })),
    ];
    this.#deps.onProblems({ uri, problems });
  }

  #isOurs(uri: string, text: string): boolean {
    const since = this.#now() - OURS_MS;
    return this.#generations.accepted.some(
      (known) =>
        known.uri === uri && known.acceptedAt >= since && (known.text.includes(text) || text.includes(known.text)),
    );
  }

  #follow({ generation: { uri, ...rest }, range }: ForeignText): void {
    const id = createSignalId();
    const inserted = range.end - range.start;
    this.#tell({ kind: "shown", generationId: id, generation: { id, uri, ...rest } });
    const accepted = { extent: "whole", via: "editor", acceptedChars: rest.text.length, dwellMs: 0 } as const;
    this.#tell({ kind: "accepted", generationId: id, ...accepted });
    this.#deps.observer.tell((tracker) =>
      tracker.follow({ generationId: id, uri, range, inserted, textBefore: "", replaced: "" }),
    );
  }
}

function seen(document: TextDocument): DocumentSeen {
  return { uri: document.uri.toString(), languageId: document.languageId, text: document.getText() };
}
