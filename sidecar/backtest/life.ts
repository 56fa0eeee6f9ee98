/** The signals of a suggestion's life, as an editor would send them: shown, then taken and changed, or passed over. */
import type { Generation, Signal } from "../../protocol/signals.ts";
import { createId } from "../base/random.ts";

const CONTEXT_LINES = 20;
/** From showing to accepting or passing over, and on to the end of the developer's changes. */
const DWELL_MS = 900;
const EDIT_MS = 3000;
/** How long a life takes. */
export const LIFE_MS = 12_000;

/** What was shown, and where. */
export interface Shown {
  readonly generationId: string;
  readonly engine: string;
  readonly proposer: string;
  readonly uri: string;
  readonly languageId: string;
  /** The document before the cursor. */
  readonly prefix: string;
  readonly text: string;
}

/** A suggestion that was accepted whole, made into `final`, and left alone. `start`: when it was shown, in ms. */
export function lifeOfAccepted(shown: Shown, final: string, start: number): Signal[] {
  const { text } = shown;
  const signalAt = signalsOf(shown, start);
  return [
    shownSignal(shown, start),
    {
      ...signalAt(DWELL_MS),
      kind: "accepted",
      extent: "whole",
      via: "key",
      acceptedChars: text.length,
      dwellMs: DWELL_MS,
    },
    ...(final === text
      ? []
      : [{ ...signalAt(EDIT_MS), kind: "edited" as const, sinceAcceptMs: EDIT_MS - DWELL_MS, text: final }]),
    {
      ...signalAt(LIFE_MS),
      kind: "settled",
      sinceAcceptMs: LIFE_MS - DWELL_MS,
      text: final,
      lineText: final,
      linePrefix: linePrefixOf(shown),
    },
  ];
}

/** A suggestion that was read, and something else was typed. */
export function lifeOfPassedOver(shown: Shown, start: number): Signal[] {
  const dismissed = { kind: "dismissed", reason: "typed-over", dwellMs: DWELL_MS } as const;
  return [shownSignal(shown, start), { ...signalsOf(shown, start)(DWELL_MS), ...dismissed }];
}

function shownSignal(shown: Shown, start: number): Signal {
  const { generationId, engine, proposer, languageId, uri, prefix, text } = shown;
  const lines = prefix.split("\n");
  const generation: Generation = {
    id: generationId,
    engine,
    proposer,
    languageId,
    uri,
    line: lines.length - 1,
    character: lines.at(-1)!.length,
    linePrefix: linePrefixOf(shown),
    contextBefore: lines.slice(-1 - CONTEXT_LINES, -1).join("\n"),
    text,
  };
  return { ...signalsOf(shown, start)(0), kind: "shown", generation };
}

function signalsOf({ generationId }: Shown, start: number) {
  return (afterMs: number) => ({ id: createId(), at: start + afterMs, generationId });
}

function linePrefixOf({ prefix }: Shown): string {
  return prefix.slice(prefix.lastIndexOf("\n") + 1);
}
