/**
 * The product as the learner of a persona: it goes through the doors that an editor uses, so that what is measured is
 * what people get. The developer of a persona accepts every suggestion whole and then makes their own text of it.
 */
import type { Signal } from "../../../protocol/signals.ts";
import type { Clock } from "../../base/clock.ts";
import { LIFE_MS, lifeOfAccepted } from "../life.ts";
import type { PersonaEvent } from "./events.ts";
import type { PersonaLearner } from "./run.ts";

/** As much of the sidecar as an editor needs to have suggestions repaired and learned from. */
export interface SuggestionDoor {
  documentSeen(document: { readonly uri: string; readonly languageId: string; readonly text: string }): void;
  /** Repairs what an engine suggests for a place, as it would be shown. */
  repair(
    request: {
      readonly uri: string;
      readonly languageId: string;
      readonly prefix: string;
      readonly suffix: string;
      readonly explicit: boolean;
      readonly text: string;
    },
    signal: AbortSignal,
  ): Promise<{ readonly id: string; readonly text: string }>;
  ingest(signals: readonly Signal[]): unknown;
  /** When all that was handed in has been learned. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface SidecarLearnerOptions {
  /** Of the folder that the persona's files are in, ending in "/". */
  readonly rootUri: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Takes the door over: closing the learner closes it. */
export function createSidecarLearner(door: SuggestionDoor, options: SidecarLearnerOptions): PersonaLearner {
  const { rootUri, clock, signal } = options;
  const uriOf = ({ path }: PersonaEvent): string => rootUri + path.split("/").map(encodeURIComponent).join("/");
  let generationId: string | undefined;
  return {
    see: (event) => {
      door.documentSeen({ uri: uriOf(event), languageId: event.languageId, text: event.prefix });
      // An editor has opened a document long before it asks for suggestions there.
      return door.idle();
    },
    repair: async (event) => {
      const { languageId, prefix, base } = event;
      const request = { uri: uriOf(event), languageId, prefix, suffix: "", explicit: true, text: base };
      const { id, text } = await door.repair(request, signal);
      generationId = id;
      return text;
    },
    learn: async (event, shown) => {
      // What is not shown cannot be accepted.
      if (generationId === undefined || shown === "") return;
      const { languageId, prefix, truth } = event;
      const what = { engine: "persona", proposer: "base", languageId, prefix, uri: uriOf(event), text: shown };
      door.ingest(lifeOfAccepted({ generationId, ...what }, truth, clock.now() - LIFE_MS));
      generationId = undefined;
      await door.idle();
    },
    close: () => door.close(),
  };
}
