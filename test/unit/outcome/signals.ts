/** Signals as an editor would send them, for one generation. Times are milliseconds after the suggestion was shown. */
import type {
  AcceptedSignal,
  CommittedSignal,
  DiagnosticCounts,
  DismissedSignal,
  Generation,
  RanSignal,
  SettledSignal,
  Signal,
  SurvivalMoment,
  SurvivedSignal,
} from "../../../protocol/signals.ts";

const GENERATION_ID = "generation";
const SHOWN_AT = 1_000_000;

export function createGeneration(text: string, rest: Partial<Generation> = {}): Generation {
  return {
    id: GENERATION_ID,
    engine: "recall",
    proposer: "file",
    languageId: "typescript",
    uri: "file:///project/a.ts",
    line: 3,
    character: 2,
    linePrefix: "  ",
    contextBefore: "function f() {",
    text,
    ...rest,
  };
}

export function shown(text: string): Signal {
  return { ...base("shown", 0), kind: "shown", generation: createGeneration(text) };
}

/** `chars` is what was accepted so far. */
export function accepted(at: number, chars: number, extent: AcceptedSignal["extent"] = "whole"): Signal {
  return { ...base("accepted", at), kind: "accepted", extent, via: "key", acceptedChars: chars, dwellMs: at };
}

export function dismissed(at: number, reason: DismissedSignal["reason"]): Signal {
  return { ...base("dismissed", at), kind: "dismissed", reason, dwellMs: at };
}

export function edited(at: number, sinceAcceptMs: number, text: string): Signal {
  return { ...base("edited", at), kind: "edited", sinceAcceptMs, text };
}

export function undone(at: number, sinceAcceptMs: number): Signal {
  return { ...base("undone", at), kind: "undone", sinceAcceptMs };
}

export function settled(at: number, text: string, rest: Partial<SettledSignal> = {}): Signal {
  return {
    ...base("settled", at),
    kind: "settled",
    sinceAcceptMs: 10_000,
    text,
    lineText: text,
    linePrefix: "  ",
    ...rest,
  };
}

export function diagnosed(
  at: number,
  phase: "after" | "settled",
  before: DiagnosticCounts,
  now: DiagnosticCounts,
): Signal {
  return { ...base(`diagnostics-${phase}`, at), kind: "diagnostics", phase, before, now };
}

export function survived(at: number, moment: SurvivalMoment, rest: Partial<SurvivedSignal> = {}): Signal {
  const machineChars = 1_000;
  return { ...base(`survived-${moment}`, at), kind: "survived", moment, sinceAcceptMs: at, machineChars, ...rest };
}

export function rated(at: number, rating: "up" | "down", words = ""): Signal {
  return { ...base("rated", at), kind: "rated", rating, words };
}

export function ran(at: number, isOk: boolean, rest: Partial<RanSignal> = {}): Signal {
  return { ...base("ran", at), kind: "ran", purpose: "test", label: "npm test", isOk, turn: "none", ...rest };
}

/** `text` is what stands in the commit. */
export function committed(at: number, text: string, rest: Partial<CommittedSignal> = {}): Signal {
  const survivingLines = text === "" ? 0 : 1;
  const shape = { commit: "0123abcd", via: "commit", topic: "unknown", lines: 1 } as const;
  return { ...base("committed", at), kind: "committed", ...shape, survivingLines, text, ...rest };
}

export function reverted(at: number): Signal {
  return { ...base("reverted", at), kind: "reverted", commit: "0123abcd", via: "revert" };
}

/** The id follows from kind and time, so that the same call gives the same signal. */
function base(name: string, at: number): { id: string; at: number; generationId: string } {
  return { id: `${name}-${at}`, at: SHOWN_AT + at, generationId: GENERATION_ID };
}
