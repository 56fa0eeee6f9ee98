/** Signals of one suggestion's life, as the extension would send them. */
import type { Generation, Signal } from "../../protocol/signals.ts";
import { createId } from "../../sidecar/base/random.ts";

export interface Life {
  readonly linePrefix: string;
  readonly text: string;
  /** What became of the accepted text; undefined: it was kept. */
  readonly final?: string;
  readonly uri?: string;
  readonly contextBefore?: string;
  readonly at?: number;
}

export function generationOf(life: Life): Generation {
  return {
    id: createId(),
    engine: "recall",
    proposer: "project",
    languageId: "typescript",
    uri: life.uri ?? "file:///elsewhere/a.ts",
    line: 3,
    character: life.linePrefix.length,
    linePrefix: life.linePrefix,
    contextBefore: life.contextBefore ?? "",
    text: life.text,
  };
}

/** Shown and accepted; edited and settled as `final`. */
export function acceptedLife(life: Life): [Signal, ...Signal[]] {
  const generation = generationOf(life);
  const start = life.at ?? 1_700_000_000_000;
  const final = life.final ?? life.text;
  const at = (afterMs: number) => ({ id: createId(), at: start + afterMs, generationId: generation.id });
  return [
    { ...at(0), kind: "shown", generation },
    { ...at(900), kind: "accepted", extent: "whole", via: "editor", acceptedChars: life.text.length, dwellMs: 900 },
    ...(final === life.text ? [] : [{ ...at(4000), kind: "edited" as const, sinceAcceptMs: 3100, text: final }]),
    {
      ...at(15_000),
      kind: "settled",
      sinceAcceptMs: 14_100,
      text: final,
      lineText: final,
      linePrefix: life.linePrefix,
    },
  ];
}

export function dismissedLife(life: Life): [Signal, ...Signal[]] {
  const generation = generationOf(life);
  const start = life.at ?? 1_700_000_000_000;
  const at = (afterMs: number) => ({ id: createId(), at: start + afterMs, generationId: generation.id });
  return [
    { ...at(0), kind: "shown", generation },
    { ...at(2000), kind: "dismissed", reason: "escape", dwellMs: 2000 },
  ];
}

export function ratingOf(signals: readonly Signal[], rating: "up" | "down", words = ""): Signal {
  const { generationId, at } = signals[0]!;
  return { id: createId(), at: at + 20_000, generationId, kind: "rated", rating, words };
}
