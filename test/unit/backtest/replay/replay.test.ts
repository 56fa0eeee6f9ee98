/** The replay as a whole, through the product itself, on a history whose answers are known. */
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import test, { type TestContext } from "node:test";
import type { OpenDoor } from "../../../../sidecar/backtest/replay/door.ts";
import type { Hunk } from "../../../../sidecar/backtest/replay/event.ts";
import { openHistory } from "../../../../sidecar/backtest/replay/history.ts";
import { ARMS, type ArmName, type EventRecord } from "../../../../sidecar/backtest/replay/record.ts";
import { type BacktestDeps, runBacktest } from "../../../../sidecar/backtest/replay/replay.ts";
import type { BacktestOptions } from "../../../../sidecar/backtest/replay/result.ts";
import { openReplayDoor } from "../../../../sidecar/cli/throw-away.ts";
import { createExclude } from "../../../../sidecar/privacy/exclude.ts";
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

test("a habit is foretold by who remembers the person, and by nobody else", async (t) => {
  const { folder } = await createHabits(t);
  const { records, complete, authors, repository } = await replay(folder, { authors: ["ada"] });
  assert.deepEqual([complete, authors, repository], [true, [ADA], basename(folder)]);
  assert.deepEqual([...new Set(records.map(({ event }) => event.author))], [ADA]);
  assert.deepEqual(
    records.map(({ number }) => number),
    records.map((_, index) => index),
  );
  const primary = records.filter(({ event }) => event.stratum === "primary");
  assert(primary.length >= 12);
  for (const { targetChars, arms } of primary) {
    assert.deepEqual(Object.keys(arms).sort(), [...ARMS].sort());
    assert.equal(arms.nothing!.cost, targetChars);
    assert(arms.oracle!.cost <= targetChars && arms.oracle!.cost <= arms.full!.cost);
  }
  const known = primary.filter((record) => isHabit(record) && record.event.commit !== records[0]!.event.commit);
  assert(known.length >= 5);
  for (const arm of ["in-file", "frozen", "wrong-author"] as const) {
    assert.equal(known.filter(({ arms }) => arms[arm]!.isAccepted).length, 0, arm);
    assert(cost(known, "full") < cost(known, arm) / 2, arm);
  }
  assert(known.filter(({ arms }) => arms.full!.isAccepted && arms.full!.isShown).length >= 0.8 * known.length);
});

test("the same replay has the same records", async (t) => {
  const { folder } = await createHabits(t);
  const given = { events: 5, arms: ARMS };
  const [first, second] = [await replay(folder, given), await replay(folder, given)];
  assert(first.records.length >= 5);
  assert.deepEqual({ ...second, memoryMegabytes: 0 }, { ...first, memoryMegabytes: 0 });
  const other = await replay(folder, { ...given, seed: 2 });
  assert.notDeepEqual(idsOf(other.records), idsOf(first.records));
});

test("who asks for fewer arms sees the same of the others", async (t) => {
  const { folder } = await createHabits(t);
  const all = await replay(folder, { events: 5 });
  const few = await replay(folder, { events: 5, arms: ["frozen", "full"] });
  assert(few.records.length >= 5);
  assert.deepEqual(
    few.records.map(({ arms }) => arms),
    all.records.map(({ arms: { frozen, full } }) => ({ full, frozen })),
  );
});

test("the memory of others grows along with one's own, and no larger", async (t) => {
  const { folder } = await createHabits(t);
  const asked: number[] = [];
  const sizes: number[] = [];
  const openDoor: OpenDoor = async (options) => {
    const door = await openReplayDoor(options);
    const index = asked.push(0) - 1;
    return {
      ...door,
      suggest: (place, signal) => {
        asked[index]!++;
        // Both are asked at an event of Ada, and then one of them at those of others.
        if (index === 1) sizes.push(asked[1]! - asked[0]!);
        return door.suggest(place, signal);
      },
    };
  };
  const { records } = await replay(folder, { authors: ["ada"], arms: ["wrong-author", "full"], openDoor });
  assert.equal(asked.length, 2);
  assert.equal(asked[0], records.length);
  assert(sizes.at(-1)! > 0 && sizes.at(-1)! <= records.length);
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => a - b),
  );
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

test("a door that learned from a file to come is refused", async (t) => {
  const repository = await createPast(t);
  const openDoor: OpenDoor = async (options) => {
    const door = await openReplayDoor(options);
    const learnFolder: typeof door.learnFolder = async (root, signal) => {
      const file = join(root, "new.ts");
      await writeFile(file, repository.git("show", "HEAD:new.ts"));
      await door.learnFolder(root, signal);
      await rm(file);
    };
    return { ...door, learnFolder };
  };
  await assert.rejects(replay(repository.folder, { events: 1, arms: ["full"], openDoor }), {
    code: "replay",
    message: /memory holds new\.ts, which is not there yet/,
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
  const fine = await replay(folder, { events: 1, arms: ["full"] });
  assert(fine.records.length > 0);
  await assert.rejects(replay(folder, { events: 1, arms: ["full"], openHistory: tampered }), {
    code: "replay",
    message: /holds text that was written later/,
  });
});

const idsOf = (records: readonly EventRecord[]): string[] => records.map(({ event }) => event.id);

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
