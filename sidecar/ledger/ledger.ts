/** The ledger: all that is stored, seen as the user sees it, and what they want done with it. Read it first. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type {
  ExportDataResult,
  Followed,
  ForgetResult,
  ForgottenResult,
  LedgerResult,
  LedgerScope,
} from "../../protocol/ledger.ts";
import type { Learned } from "../../protocol/style.ts";
import type { Clock } from "../base/clock.ts";
import { SidecarError } from "../base/errors.ts";
import { type Database, SET_ASIDE } from "../store/database.ts";
import { type Selection, TABLES } from "../store/tables.ts";
import { exportData } from "./export.ts";
import type { Forgetting } from "./forgetting.ts";
import { importData } from "./import.ts";
import { fileOf, type Pending, placeIn } from "./pending.ts";
import { readLedger, tellLedger } from "./read.ts";
import { selectionOf, targetsOf } from "./scope.ts";
import { type Verified, verifyForgotten } from "./verify.ts";

export interface LedgerDeps {
  readonly database: Database;
  readonly dataFolder: string;
  readonly indexFolder: string;
  readonly clock: Clock;
  readonly forgetting: Forgetting;
  readonly pending: Pending;
  /** What was learned of style; that of one folder where it is named. */
  readonly learned: (folder: string | undefined) => Promise<readonly Learned[]>;
  /** Rows were brought in from elsewhere. */
  readonly onImported: () => Promise<void>;
}

/** A signal that is not taken, and why. */
export interface Refused {
  readonly id: string;
  readonly reason: string;
}

export class Ledger {
  readonly #deps: LedgerDeps;

  constructor(deps: LedgerDeps) {
    this.#deps = deps;
  }

  /** What is stored about something. */
  async read(scope: LedgerScope): Promise<LedgerResult> {
    const { database, learned } = this.#deps;
    const folder = scope.kind === "project" ? scope.root : undefined;
    const style = await learned(folder);
    const selection = selectionOf(database, scope);
    const found = readLedger(database, selection, style);
    return { ...found, text: tellLedger(titleOf(scope, selection), found) };
  }

  /** Forgets something with all that rests on it. */
  async forget(scope: LedgerScope): Promise<ForgetResult> {
    const { database, forgetting } = this.#deps;
    const { rows, isFinished } = await forgetting.forget(selectionOf(database, scope), targetsOf(scope));
    const notes = scope.kind === "everything" ? [] : this.#setAside();
    if (!isFinished) {
      notes.push(
        "Another editor window has it in memory and has not let go of it yet; it does so within seconds, or when it closes.",
      );
    }
    return { counts: inWords(rows), notes };
  }

  /** Databases that were damaged once are nobody's to change: that they may hold it is told. */
  #setAside(): string[] {
    const { database, dataFolder } = this.#deps;
    const names = database.durable ? readdirSync(dataFolder).filter((name) => name.startsWith(SET_ASIDE)) : [];
    return names
      .filter((name) => !/-(?:wal|shm)$/.test(name))
      .map((name) => `${join(dataFolder, name)} was damaged once and set aside; it may still hold it. Delete it.`);
  }

  /** Looks for traces of what was forgotten, and of `texts`, in every file of the data folder. */
  verify(texts: readonly string[], signal: AbortSignal): Promise<Verified> {
    const { forgetting, pending } = this.#deps;
    const findPending = (): Promise<readonly string[]> => pending.find((place) => forgetting.isForgotten(place));
    return verifyForgotten({ ...this.#deps, findPending }, texts, signal);
  }

  /** Which of the suggestions that an editor follows were forgotten. */
  forgotten(followed: readonly Followed[]): ForgottenResult {
    const { forgetting } = this.#deps;
    const isGone = ({ generationId, at }: Followed, uri: string): boolean =>
      forgetting.isForgotten({ generationId, at, file: fileOf(uri) });
    return {
      generationIds: followed
        .filter((one) => one.uris.some((uri) => isGone(one, uri)))
        .map(({ generationId }) => generationId),
    };
  }

  /** Writes all that is stored into a folder. */
  async exportTo(
    folder: string,
    options: { readonly anonymise: boolean },
    signal: AbortSignal,
  ): Promise<ExportDataResult> {
    const { database, learned, clock } = this.#deps;
    const deps = { database, learned: await learned(undefined), now: clock.now() };
    return { counts: inWords((await exportData(deps, folder, options, signal)).counts) };
  }

  /** Takes what was exported from another data folder; what is here stays. */
  async importFrom(folder: string, signal: AbortSignal): Promise<ExportDataResult> {
    const { counts } = await importData(this.#deps.database, folder, signal);
    await this.#deps.onImported();
    return { counts: inWords(counts) };
  }

  /** Signals of what was forgotten after they were made may come late: they are not stored again. */
  sift(
    signals: readonly unknown[],
    fileOf: (uri: string) => { readonly file: string; readonly root: string | undefined },
  ): { readonly taken: readonly unknown[]; readonly refused: readonly Refused[] } {
    if (this.#deps.database.isWritingBeside) {
      throw new SidecarError("database", "Something is being forgotten.", "The signals are sent again in a moment.");
    }
    const refused: Refused[] = [];
    const taken = signals.filter((raw) => {
      const told = placeIn(raw);
      if (!told) return true;
      const { id, generationId, uri, at } = told;
      if (!this.#deps.forgetting.isForgotten({ generationId, at, ...fileOf(uri) })) return true;
      refused.push({ id, reason: "what it is about was forgotten since" });
      return false;
    });
    return { taken, refused };
  }
}

/** Rows by table, the tables as people name them. */
function inWords(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(TABLES.flatMap(({ name, title }) => (counts[name] ? [[title, counts[name]]] : [])));
}

function titleOf(scope: LedgerScope, selection: Selection): string {
  switch (scope.kind) {
    case "suggestion":
      return `Suggestion ${scope.generationId}`;
    case "file":
      return pathIn(selection) ?? basename(scope.file);
    case "project":
      return scope.root;
    case "span":
      return scope.to > LATEST ? `Since ${dayOf(scope.from)}` : `${dayOf(scope.from)} to ${dayOf(scope.to - 1)}`;
    case "everything":
      return "Everything that is stored";
  }
}

/** A file's path in its project. */
function pathIn(selection: Selection): string | undefined {
  if (selection.kind !== "file") return undefined;
  return selection.places.find(({ projectId }) => projectId !== null)?.path;
}

/** The latest time that a calendar has. */
const LATEST = 8.64e15;

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
