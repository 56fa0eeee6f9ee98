import assert from "node:assert/strict";
import test from "node:test";
import type { History, HistoryCommit } from "../../../../sidecar/backtest/replay/history.ts";
import { planReplay, type Wanted } from "../../../../sidecar/backtest/replay/persons.ts";
import { replayRecord } from "../../../support/replay-records.ts";

/** Who wrote a commit, e.g. "ann", and with how many primary events. */
type Commit = readonly [who: string, events: number, leftOut?: "merge" | "bot"];

const ANN = "ann@example.org";
const BOB = "bob@example.org";

function historyOf(commits: readonly Commit[], looked: string[] = []): History {
  return {
    commits: commits.map(([who, events, leftOut], index): HistoryCommit => ({
      hash: `${index}:${events}`,
      parent: undefined,
      author: `${who}@example.org`,
      name: who === "ann" ? "Ann Smith" : who,
      at: 0,
      subject: "",
      leftOut,
    })),
    remarks: [],
    step: ({ hash, author, at, subject }) => {
      looked.push(hash);
      const event = { ...replayRecord().event, prefix: "", suffix: "" };
      const primary = Array.from({ length: Number(hash.split(":")[1]) }, () => event);
      const hunk = { before: "", after: "", events: [...primary, { ...event, stratum: "other" as const }] };
      const change = { path: "a.ts", renamedFrom: undefined, text: "", hunks: [hunk] };
      return Promise.resolve({ commit: hash, author, at, subject, changes: [change], leftOut: undefined });
    },
    files: () => assert.fail("no files are needed"),
    close: () => Promise.resolve(),
  };
}

async function plan(commits: readonly Commit[], wanted: Partial<Wanted>) {
  const { signal } = new AbortController();
  const all = { authors: [], user: undefined, events: 5, ...wanted };
  const { persons, ...rest } = await planReplay(historyOf(commits), all, signal);
  return { ...rest, persons: persons.map(({ name, addresses }) => (addresses.size > 1 ? [...addresses] : name)) };
}

test("an author is named by part of a name or of an address, in any case", async () => {
  const commits: Commit[] = [
    ["ann", 5],
    ["bob", 5],
  ];
  for (const part of ["ann smith", "SMITH", "ann@", "<ANN@example.org>"])
    assert.deepEqual(await plan(commits, { authors: [part] }), { persons: [ANN], start: 0, events: 5 });
  assert.deepEqual((await plan(commits, { authors: ["bob"] })).persons, [BOB]);
});

test("all who match are one person, by the address with the most commits", async () => {
  const { signal } = new AbortController();
  const history = historyOf([
    ["ann", 2],
    ["bob", 2],
    ["eve", 2],
    ["bob", 2],
  ]);
  const wanted = { authors: ["ann", "bob"], user: undefined, events: 5 };
  const { persons, start, events } = await planReplay(history, wanted, signal);
  assert.deepEqual([persons, start, events], [[{ name: BOB, addresses: new Set([ANN, BOB]) }], 0, 6]);
});

test("whoever asks comes first, and alone", async () => {
  const commits: Commit[] = [
    ["bob", 5],
    ["ann", 1],
    ["bob", 5],
  ];
  assert.deepEqual(await plan(commits, { user: "Ann@Example.org" }), { persons: [ANN], start: 1, events: 1 });
  assert.deepEqual(await plan(commits, { user: "eve@example.org" }), { persons: [BOB], start: 2, events: 5 });
  assert.deepEqual((await plan(commits, { user: ANN, authors: ["bob"] })).persons, [BOB]);
});

test("otherwise the most active, and as many as it takes", async () => {
  const commits: Commit[] = [
    ["eve", 3],
    ["bob", 2],
    ["ann", 1],
    ["bob", 2],
    ["ann", 1],
    ["ann", 1],
  ];
  assert.deepEqual(await plan(commits, { events: 3 }), { persons: [ANN], start: 2, events: 3 });
  assert.deepEqual(await plan(commits, { events: 6 }), { persons: [ANN, BOB], start: 1, events: 7 });
  assert.deepEqual(await plan(commits, { events: 99 }), {
    persons: [ANN, BOB, "eve@example.org"],
    start: 0,
    events: 10,
  });
});

test("of many no more than four are followed", async () => {
  const commits = ["ann", "bob", "cat", "dan", "eve"].map((who): Commit => [who, 1]);
  assert.equal((await plan(commits, { events: 99 })).persons.length, 4);
});

test("the newest edits are replayed, and older ones are not looked at", async () => {
  const looked: string[] = [];
  const history = historyOf([...Array.from({ length: 20 }, (): Commit => ["ann", 1]), ["ann", 4]], looked);
  const wanted = { authors: [], user: undefined, events: 6 };
  const { start, events } = await planReplay(history, wanted, new AbortController().signal);
  assert.deepEqual([start, events, looked], [18, 6, ["20:4", "19:1", "18:1"]]);
});

test("what is left out, or has no primary events, makes nobody active", async () => {
  const commits: Commit[] = [
    ["ann", 3],
    ["eve", 3, "bot"],
    ["bob", 0],
    ["eve", 3, "merge"],
  ];
  assert.deepEqual(await plan(commits, {}), { persons: [ANN], start: 0, events: 3 });
});

test("where nobody matches there is nothing to replay", async () => {
  const nothing = { persons: [], start: 1, events: 0 };
  assert.deepEqual(await plan([["ann", 3]], { authors: ["zoe"] }), nothing);
  assert.deepEqual(await plan([["ann", 3, "bot"]], { authors: ["ann"] }), nothing);
  assert.deepEqual(await plan([], {}), { ...nothing, start: 0 });
});
