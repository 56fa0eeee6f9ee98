/** Records of a replay, made by hand: what is not named is the same in all of them. */
import { meet, type Offer } from "../../sidecar/backtest/replay/developer.ts";
import type { EditEvent } from "../../sidecar/backtest/replay/event.ts";
import type { ArmName, EventRecord } from "../../sidecar/backtest/replay/record.ts";
import type { BacktestResult } from "../../sidecar/backtest/replay/result.ts";

/** Ten characters of five tokens. */
export const TARGET = "sum(a, b);";

type Given = Partial<EditEvent> &
  Partial<Pick<EventRecord, "number" | "context" | "tokens" | "fileBits">> & {
    readonly arms?: Partial<Record<ArmName, Partial<Offer>>>;
  };

/** Offers are shown, with confidence 0.5, unless they say otherwise; without any there is `full`, and it is right. */
export function replayRecord(given: Given = {}): EventRecord {
  const { number = 0, context = "", tokens = { ranks: [], bits: [] }, fileBits = [], arms, ...rest } = given;
  const target = rest.target ?? TARGET;
  const event: EventRecord["event"] = {
    id: "c:a.ts:0:0",
    commit: "c",
    author: "ann@example.org",
    path: "a.ts",
    languageId: "typescript",
    line: 0,
    column: 0,
    target,
    block: target,
    trigger: "line start",
    stratum: "primary",
    isTest: false,
    isCopy: false,
    ...rest,
  };
  const offers = Object.entries(arms ?? { full: {} }).map(([arm, offer]) => [
    arm,
    meet({ text: target, isShown: true, confidence: 0.5, milliseconds: 1, ...offer }, event),
  ]);
  return {
    event,
    context,
    number,
    targetChars: target.length,
    arms: Object.fromEntries(offers) as EventRecord["arms"],
    tokens,
    fileBits,
  };
}

export function replayResult(records: readonly EventRecord[], given: Partial<BacktestResult> = {}): BacktestResult {
  return {
    repository: "example",
    seed: 1,
    eventsMax: 1000,
    records,
    complete: true,
    remarks: [],
    authors: ["ann@example.org"],
    memoryMegabytes: 100,
    ...given,
  };
}
