/** The replay as a whole, through the product itself, on a history whose answers are known. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import test, { type TestContext } from "node:test";
import type { OpenDoor } from "../../../../sidecar/backtest/replay/door.ts";
import type { Hunk } from "../../../../sidecar/backtest/replay/event.ts";
import { openHistory } from "../../../../sidecar/backtest/replay/history.ts";
import { ARMS, type ArmName, type EventRecord } from "../../../../sidecar/backtest/replay/record.ts";
import { type BacktestDeps, runBacktest } from "../../../../sidecar/backtest/replay/replay.ts";
import type { BacktestOptions } from "../../../../sidecar/backtest/replay/result.ts";
import { openReplayDoor } from "../../../../sidecar/cli/throw-away.ts";
import { createExclude } from "../../../../privacy/exclude.ts";
import { ADA, createHabits } from "../../../support/habits.ts";
import { createRepository, type TestRepository } from "../../../support/git.ts";

type Given = Partial<BacktestOptions> & Partial<BacktestDeps>;

function replay(repository: string, { openDoor = openReplayDoor, openHistory: open = openHistory, ...given }: Given) {
  const { signal } = new AbortController();
  let now = 0;
  const deps: BacktestDeps = {
    openHistory: open,
    openDoor,
    exclude: createExclude({ patterns: [] }),
    bytesMax: 100_000,
    environment: process.env,
    user: undefined,
    elapsedMs: () => now++,
  };
  const options: BacktestOptions = {
    repository,
    authors: [],
    events: 12,
    seed: 1,
    engine: "recall",
    arms: ARMS,
    ...given,
  };
  return runBacktest(deps, options, () => undefined, signal);
}

const isHabit = ({ event }: EventRecord): boolean => event.line === 1 || event.line === 2;
const cost = (records: readonly EventRecord[], arm: ArmName): number =>
  records.reduce((sum, { arms }) => sum + arms[arm]!.cost, 0);

test("two developers with habits of their own", async (t) => {
  const { folder } = await createHabits(t);
  const { openDoor, asked, aheadOfOwn } = countingDoors();
  const first = await replay(folder, { authors: ["ada"], openDoor });
  const { records } = first;
  const primary = records.filter(({ event }) => event.stratum === "primary");
  assert(primary.length >= 12);

  await t.test("only edits of who is named are measured", () => {
    assert.deepEqual([first.complete, first.authors, first.repository], [true, [ADA], basename(folder)]);
    assert.deepEqual([...new Set(records.map(({ event }) => event.author))], [ADA]);
    assert.deepEqual(
      records.map(({ number }) => number),
      records.map((_, index) => index),
    );
  });

  await t.test("nothing saves nothing, and hindsight loses to nobody", () => {
    for (const { targetChars, arms } of primary) {
      assert.deepEqual(Object.keys(arms).sort(), [...ARMS].sort());
      assert.equal(arms.nothing!.cost, targetChars);
      assert(arms.oracle!.cost <= targetChars && arms.oracle!.cost <= arms.full!.cost);
    }
  });

  await t.test("a habit is foretold by who remembers the person, and by nobody else", () => {
    const known = primary.filter((record) => isHabit(record) && record.event.commit !== records[0]!.event.commit);
    assert(known.length >= 5);
    for (const arm of ["in-file", "frozen", "wrong-author"] as const) {
      assert.equal(known.filter(({ arms }) => arms[arm]!.isAccepted).length, 0, arm);
      assert(cost(known, "full") < cost(known, arm) / 2, arm);
    }
    assert(known.filter(({ arms }) => arms.full!.isAccepted && arms.full!.isShown).length >= 0.8 * known.length);
  });

  await t.test("the memory of others grows along with one's own, and no larger", () => {
    assert.deepEqual(asked.slice(0, 3), [records.length, records.length, records.length]);
    assert.deepEqual(
      aheadOfOwn.toSorted((a, b) => a - b),
      aheadOfOwn,
    );
    assert(aheadOfOwn.at(-1)! > records.length / 3 && aheadOfOwn.at(-1)! <= records.length);
  });

  await t.test("a replay with fewer arms has the same records of the others", async () => {
    const fewer = await replay(folder, { authors: ["ada"], arms: ARMS.filter((arm) => arm !== "frozen") });
    const others = records.map(({ arms: { frozen, ...arms }, ...record }) => (assert(frozen), { ...record, arms }));
    assert.deepEqual(fewer, { ...first, records: others, memoryMegabytes: fewer.memoryMegabytes });
  });
});

test("a person without edits is nobody to open a door for", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "export const sum = add(one, two);\n" });
  const openDoor: OpenDoor = () => assert.fail("a door was opened");
  const { records, complete, authors } = await replay(repository.folder, { authors: ["zoe"], openDoor });
  assert.deepEqual([records, complete, authors], [[], true, []]);
});

test("a door that learned from files as they will be is refused", async (t) => {
  const repository = await createPast(t);
  const openDoor: OpenDoor = async (options) => {
    const door = await openReplayDoor(options);
    const learnFolder: typeof door.learnFolder = async (root, signal) => {
      const file = join(root, "sums.ts");
      const past = await readFile(file, "utf8");
      await writeFile(file, repository.git("show", "HEAD:sums.ts"));
      await door.learnFolder(root, signal);
      await writeFile(file, past);
    };
    return { ...door, learnFolder };
  };
  await assert.rejects(replay(repository.folder, { events: 1, arms: ["full"], openDoor }), {
    code: "replay",
    message: /memory holds another state of sums\.ts/,
  });
});

test("a history whose documents hold lines of later is refused", async (t) => {
  const { folder } = await createPast(t);
  const tampered: typeof openHistory = async (...args) => {
    const history = await openHistory(...args);
    const step: typeof history.step = async (commit) => {
      const { changes, ...rest } = await history.step(commit);
      return {
        ...rest,
        changes: changes.map((change) => ({ ...change, hunks: change.hunks.map(withLater) })),
      };
    };
    return {
      commits: history.commits,
      remarks: [],
      files: (c) => history.files(c),
      close: () => history.close(),
      step,
    };
  };
  await assert.rejects(replay(folder, { events: 1, arms: ["full"], openHistory: tampered }), {
    code: "replay",
    message: /holds text that was written later/,
  });
});

/** The doors of all arms: how often each was asked, and by how much the wrong author's was ahead of the own, each time. */
function countingDoors() {
  const asked: number[] = [];
  const aheadOfOwn: number[] = [];
  const openDoor: OpenDoor = async (options) => {
    const index = asked.push(0) - 1;
    const door = await openReplayDoor(options);
    const suggest: typeof door.suggest = (place, signal) => {
      asked[index]!++;
      // In the order in which they are opened: the document alone, frozen, the own one, the wrong author's.
      if (index === 3) aheadOfOwn.push(asked[3]! - asked[2]!);
      return door.suggest(place, signal);
    };
    return { ...door, suggest };
  };
  return { openDoor, asked, aheadOfOwn };
}

/** The lines that are typed at an event stand below it already. */
function withLater({ before, after, events }: Hunk): Hunk {
  return {
    before,
    after,
    events: events.map((event) => ({ ...event, suffix: `\n${event.target}${event.suffix}` })),
  };
}

/** A file that is changed by the newest commit, and one that is made. */
async function createPast(t: TestContext): Promise<TestRepository> {
  const repository = await createRepository(t);
  const sums = "export const first = add(one, two);\n";
  await repository.commit({ "sums.ts": sums, "other.ts": "export const other = 1;\n" });
  const now = `${sums}export const second = add(three, four);\n`;
  await repository.commit({ "sums.ts": now, "new.ts": "export const third = add(five, six);\n" });
  return repository;
}
