/** The product as the replay meets it: the doors an editor uses, and a few to look in by. */
import type { Signal } from "../../../protocol/signals.ts";
import type { Clock } from "../../base/clock.ts";
import type { Proposer } from "../../engine/recall/candidate.ts";
import type { Foretold } from "../../engine/recall/foretell.ts";
import type { Suggestion } from "../../suggest/suggest.ts";

/** A place in a document. */
export interface DoorPlace {
  readonly uri: string;
  readonly languageId: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly explicit: boolean;
}

/** What would have been shown, had the gate let everything through, is `hidden`. */
export type DoorAnswer =
  | { readonly kind: "suggestion"; readonly suggestion: Suggestion }
  | { readonly kind: "nothing"; readonly hidden?: Suggestion };

export interface ReplayDoor {
  learnFolder(root: string, signal: AbortSignal): Promise<unknown>;
  suggest(place: DoorPlace, signal: AbortSignal): Promise<DoorAnswer>;
  /** All that a suggestion is chosen from. */
  consider(place: DoorPlace, signal: AbortSignal): Promise<readonly Suggestion[]>;
  foretell(place: DoorPlace, written: string, signal: AbortSignal): { readonly all: Foretold; readonly file: Foretold };
  /** Whether memory holds a document as this text, as another one, or not at all. */
  holds(uri: string, text: string): "this" | "another" | "nothing";
  documentSeen(document: { readonly uri: string; readonly languageId: string; readonly text: string }): void;
  documentSaved(document: {
    readonly uri: string;
    readonly languageId: string;
    readonly before: string;
    readonly now: string;
    readonly activeLine: undefined;
  }): void;
  fileChanged(uri: string): void;
  ingest(signals: readonly Signal[]): unknown;
  /** When all that was handed in has been learned. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface DoorOptions {
  /** The folder that is open; undefined: none, documents stand alone. */
  readonly root: string | undefined;
  /** What makes suggestions; undefined: everything. */
  readonly proposers: ReadonlySet<Proposer> | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Opens the product with a memory of its own, which goes when it is closed. */
export type OpenDoor = (options: DoorOptions) => Promise<ReplayDoor>;
