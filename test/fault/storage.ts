/**
 * The disk fails: it fills up, cannot be written, or one single call goes wrong. What was acknowledged is there afterwards,
 * what was not is sent again, and suggestions go on meanwhile. By real means where the machine allows them.
 */
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type ClientOptions, SidecarClient } from "../../scripts/sidecar-client.ts";
import type { Attempt, Fault } from "./fault.ts";
import { byLength } from "./fault.ts";
import { examineDatabase, isGood, Load, writeWorkspace } from "./load.ts";
import { onReadOnlyDisk, onSmallDisk, tracingCalls, withFailingCall, withFilesUpTo } from "./machine.ts";

/** A workspace, a data folder, and somebody at work in it. */
export interface Place {
  readonly root: string;
  readonly home: string;
  readonly load: Load;
  readonly start: (options?: Partial<ClientOptions>) => Promise<SidecarClient>;
}

export async function createPlace({ dice, atEnd }: Attempt, folder: string): Promise<Place> {
  const [root, home] = [join(folder, "workspace"), join(folder, "home")];
  await mkdir(home, { recursive: true, mode: 0o700 });
  writeWorkspace(root);
  // The outbox is the extension's, and lies elsewhere here: what is tried is the sidecar's disk.
  const load = new Load({ root, home: folder, dice });
  atEnd(() => load.outbox.close(0));
  return {
    root,
    home,
    load,
    start: async (options = {}) => {
      const client = await SidecarClient.start({ folders: [root], home, ...options });
      atEnd(() => client.process.kill("SIGKILL"));
      return client;
    },
  };
}

/** Works for a while with a disk that fails; says what went wrong with suggestions. */
async function workOn({ tally }: Attempt, { load }: Place, client: SidecarClient, lives: number): Promise<void> {
  load.use(client);
  for (let n = 0; n < lives; n++) load.addLife();
  load.outbox.wake();
  await setTimeout(50);
  const offered = await load.suggest(client);
  if (!isGood(offered)) tally.wrong.push(`suggested ${JSON.stringify(offered)} while the disk failed`);
}

/** With a disk that works again nothing is missing, all that waited is taken, and there is something to suggest. */
async function recover({ tally }: Attempt, { home, load, start }: Place, options?: Partial<ClientOptions>) {
  const client = await start(options);
  load.use(client);
  if (!(await load.drained())) tally.lost.push(`${load.outbox.size} signals were not taken afterwards`);
  await client.learn();
  const offered = await load.suggest(client);
  if (!isGood(offered)) tally.wrong.push(`afterwards it suggests ${JSON.stringify(offered)}`);
  await client.stop();
  load.use(undefined);
  const { lost, wrong } = examineDatabase(home, load.added);
  tally.lost.push(...lost);
  tally.wrong.push(...wrong, ...load.rejected);
}

export const fullDisk: Fault = {
  name: "full",
  title: "Disk full (a tmpfs of 12 MB that is filled up, and emptied again)",
  run: async (attempt) => {
    const { dice, folder, length, tally } = attempt;
    for (let n = 0; n < byLength(length, 1, 4, 100); n++) {
      const place = await createPlace(attempt, join(folder, String(n)));
      const copy = join(folder, `${n}-copy`);
      await mkdir(copy);
      const under = onSmallDisk(place.home, 12 << 20, copy);
      if (!under) {
        tally.remarks.push("no mounts allowed here: see the limited files below");
        tally.tried += 1;
        return;
      }
      const client = await place.start({ under });
      await client.learn();
      await workOn(attempt, place, client, 3);
      const ballast = join(`/proc/${client.process.pid}/root`, place.home, "ballast");
      fill(ballast, dice.below(8) * 4096);
      await workOn(attempt, place, client, 40);
      await workOn(attempt, place, client, 40);
      const told = [...place.load.failures].every((text) => /disk|full|I\/O|write/i.test(text));
      if (!told) tally.wrong.push(`not told why: ${[...place.load.failures].join("; ")}`);
      rmSync(ballast);
      place.load.outbox.wake();
      if (!(await place.load.drained())) tally.lost.push("what waited was not taken once there was room");
      await client.stop();
      place.load.use(undefined);
      await rm(place.home, { recursive: true });
      await cp(copy, place.home, { recursive: true });
      await recover(attempt, place);
      tally.tried++;
    }
  },
};

/** Leaves so many bytes. */
function fill(path: string, leftBytes: number): void {
  const file = openSync(path, "w");
  let size = 0;
  for (const bytes of [1 << 16, 1 << 12]) {
    const block = Buffer.alloc(bytes);
    try {
      for (;;) size += writeSync(file, block);
    } catch {
      // It is full: that was wanted.
    }
  }
  ftruncateSync(file, Math.max(0, size - leftBytes));
  closeSync(file);
}

export const limitedFiles: Fault = {
  name: "limit",
  title: "Every write beyond a size fails (`ulimit -f`, from nothing upwards)",
  run: async (attempt) => {
    const { folder, length, tally } = attempt;
    // In steps of half a page, so that every page of database and journal is once the first that fails; most is decided
    // where there is room for the tables, and for little else.
    const around = [...range(380, 820, 40), ...range(464, 540, 8)];
    const limits = byLength(length, [0, 440, 500, 560], around, range(0, 2400, 4));
    let inMemory = 0;
    for (const blocks of limits) {
      const place = await createPlace(attempt, join(folder, String(blocks)));
      const client = await place.start({ under: withFilesUpTo(blocks) });
      // That it could not be stored is a good answer; it is read all the same.
      await client.learn().catch(() => undefined);
      await workOn(attempt, place, client, 30);
      await workOn(attempt, place, client, 30);
      await client.stop();
      place.load.use(undefined);
      const stored = client.statuses.at(-1)?.degraded.some(({ part }) => part === "database") !== true;
      // A database in memory takes what it is given, and says that it forgets it.
      if (!stored) inMemory++;
      else await recover(attempt, place);
      tally.tried++;
    }
    tally.remarks.push(`${inMemory} with too little for a database: in memory, as the status says`);
  },
};

export const readOnlyDisk: Fault = {
  name: "read-only",
  title: "Data folder read-only (mounted so), empty or with what was learned before",
  run: async (attempt) => {
    const { folder, length, tally } = attempt;
    for (let n = 0; n < byLength(length, 2, 4, 40); n++) {
      const place = await createPlace(attempt, join(folder, String(n)));
      const under = onReadOnlyDisk(place.home);
      if (!under) {
        tally.remarks.push("no mounts allowed here");
        tally.tried += 1;
        return;
      }
      if (n % 2 === 1) {
        const before = await place.start();
        await before.learn();
        await workOn(attempt, place, before, 5);
        await place.load.drained();
        await before.stop();
      }
      const client = await place.start({ under });
      await client.learn();
      const offered = await place.load.suggest(client);
      if (!isGood(offered)) tally.wrong.push(`suggested ${JSON.stringify(offered)} from a read-only folder`);
      const told = client.statuses.at(-1)?.degraded ?? [];
      if (!told.some(({ reason }) => /written|read-?only/i.test(reason))) {
        tally.wrong.push(`the status does not say it: ${JSON.stringify(told)}`);
      }
      await client.stop();
      await recover(attempt, place);
      tally.tried++;
    }
  },
};

const WRITING_CALLS = [
  ...["openat", "write", "writev", "pwrite64", "fsync", "fdatasync", "ftruncate"],
  ...["rename", "unlink", "mkdir"],
];

/** What may fail of what a session writes: the database's files, and the indexes beside it with what they are written as. */
const WRITTEN = [
  "tacit.db",
  "tacit.db-wal",
  "tacit.db-shm",
  "tacit.db-journal",
  "index",
  ...["examples", "chunks-1"].flatMap((index) =>
    ["hnsw", "labels", "json", "idf"].flatMap((part) => asWritten(`${index}.${part}`)),
  ),
  ...asWritten("recall-1.memory"),
];

/** Under a name with the process's id first, as `withFailingCall` has it. */
function asWritten(name: string): string[] {
  return [`index/${name}`, `index/${name}.$$.tmp`];
}

export const failingCalls: Fault = {
  name: "calls",
  title: `One system call fails on a file of ours (\`strace\`: ${WRITING_CALLS.join(", ")}; EIO or ENOSPC)`,
  run: async (attempt) => {
    const { dice, folder, length, tally } = attempt;
    const counts = await countCalls(attempt, join(folder, "counted"));
    if (!counts) {
      tally.remarks.push("no strace here");
      tally.tried += 1;
      return;
    }
    const calls = [...counts].flatMap(([call, count]) => range(1, count + 1, 1).map((when) => ({ call, when })));
    // The short form takes a few, the normal one every so-and-so-many, the long one each.
    const step = byLength(length, Math.ceil(calls.length / 4), 8, 1);
    let felt = 0;
    for (let n = dice.below(step); n < calls.length; n += step) {
      const { call, when } = calls[n]!;
      const place = await createPlace(attempt, join(folder, String(n)));
      const error = dice.pick(["EIO", "ENOSPC"] as const);
      const client = await place.start({ under: withFailingCall(call, writtenIn(place), error, when)! });
      await workShortly(attempt, place, client);
      const states = client.statuses.flatMap(({ degraded }) => degraded);
      if (place.load.failures.size > 0 || states.length > 0) felt++;
      const setAside = (await readdir(place.home)).some((name) => name.includes("damaged"));
      if (setAside) tally.wrong.push(`a sound database was set aside after ${call} failed (${when}, ${error})`);
      if (!states.some(({ part }) => part === "database")) await recover(attempt, place);
      await rm(join(folder, String(n)), { recursive: true });
      tally.tried++;
    }
    const share = step === 1 ? "each" : `one in ${step}`;
    tally.remarks.push(`${share} of the ${calls.length} of a session; ${felt} of them were felt beyond SQLite`);
  },
};

/** A whole session that writes everything once, and little of it. */
async function workShortly(attempt: Attempt, place: Place, client: SidecarClient): Promise<void> {
  // That it could not be stored is a good answer; it is read all the same.
  await client.learn().catch(() => undefined);
  for (let n = 0; n < 2; n++) await workOn(attempt, place, client, 3);
  await client.stop();
  place.load.use(undefined);
}

function writtenIn({ home }: Place): string[] {
  return [home, ...WRITTEN.map((path) => join(home, path))];
}

/** How often a thread of such a session makes each of these calls; undefined: no strace. */
async function countCalls(attempt: Attempt, folder: string): Promise<ReadonlyMap<string, number> | undefined> {
  const place = await createPlace(attempt, folder);
  const file = join(folder, "calls.txt");
  const under = tracingCalls(WRITING_CALLS, writtenIn(place), file);
  if (!under) return undefined;
  const client = await place.start({ under });
  await workShortly(attempt, place, client);
  const counts = new Map<string, number>();
  const ofThreads = new Map<string, number>();
  for (const [, thread, call] of (await traced(file, client.process.pid!)).matchAll(/^(\d+) +(\w+)\(/gm)) {
    const count = (ofThreads.get(`${thread} ${call}`) ?? 0) + 1;
    ofThreads.set(`${thread} ${call}`, count);
    counts.set(call!, Math.max(counts.get(call!) ?? 0, count));
  }
  return counts;
}

/** What was traced of a process, once it has ended. */
async function traced(file: string, pid: number): Promise<string> {
  const end = new RegExp(`^${pid} +\\+\\+\\+ exited`, "m");
  for (let waited = 0; waited < 1000; waited++) {
    const text = await readFile(file, "utf8");
    if (end.test(text)) return text;
    await setTimeout(10);
  }
  throw new Error("strace does not tell that the process has ended");
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, n) => from + n * step);
}
