/**
 * Files of the data folder that are not as they were left: bytes flipped in the database, files of indexes and of memory
 * torn, emptied, of another day, or gone. The sidecar starts, says what it had to give up, suggests, and stores what comes.
 */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { FollowedFile } from "../../extension/observe/followed-file.ts";
import { ORPHAN_AGE_MS, OutboxFiles } from "../../extension/observe/outbox-files.ts";
import { formatLines } from "../../extension/observe/outbox.ts";
import type { Signal } from "../../protocol/signals.ts";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { acceptedLife } from "../support/signals.ts";
import { FakeEditor } from "../unit/extension/fake-editor.ts";
import type { Dice } from "../unit/text/dice.ts";
import { type Attempt, byLength, type Fault, type Tally } from "./fault.ts";
import { countSignals, isGood, Load, missingSignals, refusedOf, writeWorkspace } from "./load.ts";
import { flipped, mangleBytes } from "./mangle.ts";

/** Longer is a hang. */
const ANSWER_MS_MAX = 30_000;

/** A data folder with what was learned, as it was left. */
interface Left {
  readonly folder: string;
  readonly signals: ReadonlySet<string>;
}

/** Works for a while in `home`, and leaves it: closed as an editor would, or with a journal as after a crash. */
async function leave(attempt: Attempt, root: string, home: string, isClosed: boolean): Promise<Left> {
  const load = new Load({ root, home: join(home, ".."), dice: attempt.dice });
  const client = await SidecarClient.start({ folders: [root], home });
  attempt.atEnd(() => client.process.kill("SIGKILL"));
  load.use(client);
  for (let n = 0; n < 40; n++) load.addLife();
  await client.learn();
  await load.drained();
  await load.suggest(client);
  load.use(undefined);
  await load.outbox.close(0);
  if (isClosed) await client.stop();
  else await client.kill();
  return { folder: home, signals: new Set(load.acknowledged) };
}

/** What a session with a damaged data folder came to. */
interface Session {
  readonly load: Load;
  readonly client: SidecarClient;
}

/** A session in a damaged folder; undefined where it did not even go through it, which is told. */
async function workIn(attempt: Attempt, root: string, home: string, what: string): Promise<Session | undefined> {
  const { dice, tally } = attempt;
  const load = new Load({ root, home: join(home, ".."), dice });
  attempt.atEnd(() => load.outbox.close(0));
  const client = await inTime(SidecarClient.start({ folders: [root], home }));
  attempt.atEnd(() => client?.process.kill("SIGKILL"));
  const problem = client ? await problemOf(load, client, tally, what) : "it does not start";
  if (problem !== undefined) tally.wrong.push(`${what}: ${problem}`);
  return client && problem === undefined ? { load, client } : undefined;
}

/** Works and stops; what keeps it from going on, or undefined. */
async function problemOf(load: Load, client: SidecarClient, tally: Tally, what: string): Promise<string | undefined> {
  load.use(client);
  // That something could not be stored is a good answer; what is read serves all the same.
  if (!(await inTime(client.learn().then(ended, ended)))) return "the workspace is never read";
  for (let n = 0; n < 5; n++) load.addLife();
  const offered = await inTime(load.suggest(client).then((text) => ({ text })));
  if (!offered) return "no answer to a request for suggestions";
  if (!isGood(offered.text)) tally.wrong.push(`${what}: suggested ${JSON.stringify(offered.text)}`);
  if (!(await load.drained(10_000))) {
    tally.wrong.push(`${what}: signals are refused: ${[...load.failures].join("; ")}`);
  }
  tally.wrong.push(...load.rejected.map((reason) => `${what}: a signal is rejected: ${reason}`));
  load.use(undefined);
  if (!(await inTime(client.stop().then(ended)))) return "it does not stop";
  const { exitCode, signalCode } = client.process;
  return exitCode === 0 ? undefined : `it ended with ${exitCode ?? signalCode}`;
}

async function inTime<T>(promise: Promise<T>): Promise<T | undefined> {
  return await Promise.race([promise.catch(() => undefined), setTimeout(ANSWER_MS_MAX, undefined, { ref: false })]);
}

function ended(): true {
  return true;
}

async function setAside(home: string): Promise<string[]> {
  return (await readdir(home)).filter((name) => /\.damaged-[^.]*$/.test(name));
}

export const flippedBytes: Fault = {
  name: "flips",
  title: "Bytes of the database or of its journal are flipped, a page is another's, the end is missing",
  run: async (attempt) => {
    const { dice, folder, length, tally } = attempt;
    const [root, home] = [join(folder, "workspace"), join(folder, "home")];
    await mkdir(root, { recursive: true });
    writeWorkspace(root);
    const left: Left[] = [];
    for (const isClosed of [true, false]) {
      const { signals } = await leave(attempt, root, home, isClosed);
      const copy = join(folder, isClosed ? "closed" : "killed");
      await rename(home, copy);
      left.push({ folder: copy, signals });
    }
    const seen = { setAside: 0, unnoticed: 0, kept: 0, before: 0 };
    for (let n = 0; n < byLength(length, 2, 24, 600) && tally.wrong.length < 20; n++) {
      const { folder: from, signals } = left[n % 2]!;
      await cp(from, home, { recursive: true });
      const names = (await readdir(home)).filter((name) => /^tacit\.db(?:-wal)?$/.test(name));
      const name = dice.pick(names);
      const path = join(home, name);
      const { bytes, how } = damagedDatabase(await readFile(path), dice);
      await writeFile(path, bytes);
      const what = `${n}: ${name} (${n % 2 === 0 ? "closed" : "killed"}), ${how}`;
      tally.tried++;
      const first = await workIn(attempt, root, home, what);
      const aside = await setAside(home);
      const isTold = first?.client.statuses.some(({ degraded }) => degraded.some(({ part }) => part === "database"));
      if (aside.length > 0 && first && isTold !== true) tally.wrong.push(`${what}: set aside without a word`);
      const second = first && (await workIn(attempt, root, home, `${what}, second start`));
      if (second) {
        if ((await setAside(home)).length > aside.length) tally.wrong.push(`${what}: set aside at the second start`);
        const stored = [...first.load.acknowledged, ...second.load.acknowledged];
        tally.lost.push(...missingSignals(home, stored).map((lost) => `${what}: ${lost}`));
        seen.before += signals.size;
        seen.kept += signals.size - missingSignals(home, signals).length;
        if (aside.length > 0) seen.setAside++;
        else seen.unnoticed++;
        if (countSignals(home) > signals.size + stored.length) tally.wrong.push(`${what}: signals that nobody sent`);
      }
      await rm(home, { recursive: true });
    }
    const kept = Math.round((100 * seen.kept) / Math.max(1, seen.before));
    tally.remarks.push(`${seen.setAside} set aside and told, ${seen.unnoticed} not noticeable or harmless`);
    tally.remarks.push(`${kept} % of what was stored before is still there`);
  },
};

const PAGE_BYTES = 4096;

/** A database or journal with something wrong in it, and what. */
function damagedDatabase(bytes: Buffer, dice: Dice): { readonly bytes: Buffer; readonly how: string } {
  const pages = Math.max(1, Math.floor(bytes.length / PAGE_BYTES));
  const page = dice.below(pages) * PAGE_BYTES;
  const flips = dice.pick([1, 8, 64, 512]);
  return dice.pick<() => { readonly bytes: Buffer; readonly how: string }>([
    () => ({ bytes: flip(bytes, flips, () => dice.below(bytes.length), dice), how: `${flips} bits anywhere` }),
    () => ({
      bytes: flip(bytes, flips, () => Math.min(bytes.length - 1, page + dice.below(PAGE_BYTES)), dice),
      how: `${flips} bits of page ${page / PAGE_BYTES}`,
    }),
    () => ({
      bytes: flip(bytes, flips, () => Math.min(bytes.length - 1, page + dice.below(12)), dice),
      how: `${flips} bits of the head of page ${page / PAGE_BYTES}`,
    }),
    () => {
      const other = dice.below(pages) * PAGE_BYTES;
      const changed = Buffer.from(bytes);
      bytes.copy(changed, page, other, other + PAGE_BYTES);
      return { bytes: changed, how: `page ${other / PAGE_BYTES} in place of page ${page / PAGE_BYTES}` };
    },
    () => {
      // What no check of SQLite's sees: text that is still text, and JSON no more.
      const texts = [...bytes.toString("latin1").matchAll(/["}]\]?\}/g)].map(({ index }) => index);
      const at = (): number => (texts.length > 0 ? dice.pick(texts) : dice.below(bytes.length));
      return { bytes: flip(bytes, flips, at, dice), how: `${flips} bits of JSON` };
    },
    () => ({ bytes: bytes.subarray(0, dice.below(bytes.length)), how: "cut off" }),
  ])();
}

function flip(bytes: Buffer, times: number, at: () => number, dice: Dice): Buffer {
  let changed = bytes;
  for (let n = 0; n < times; n++) changed = flipped(changed, at(), dice);
  return changed;
}

export const tornFiles: Fault = {
  name: "torn",
  title: "Files beside the database (indexes, memory, outboxes, what is followed) torn, empty, of before, a folder",
  run: async (attempt) => {
    const { dice, folder, length, tally } = attempt;
    const [root, home] = [join(folder, "workspace"), join(folder, "home")];
    await mkdir(root, { recursive: true });
    writeWorkspace(root);
    await leave(attempt, root, home, true);
    const before = join(folder, "before");
    await cp(home, before, { recursive: true });
    await leave(attempt, root, home, true);
    const sound = join(folder, "sound");
    await rename(home, sound);
    let files = 0;
    for (let n = 0; n < byLength(length, 1, 24, 600) && tally.wrong.length < 20; n++) {
      await cp(sound, home, { recursive: true });
      const index = join(home, "index");
      const names = await readdir(index);
      // One alone, or all of them.
      const hit = dice.chance(0.2) ? names : [dice.pick(names)];
      const done: string[] = [];
      for (const name of hit) done.push(`${name} ${await tear(join(index, name), join(before, "index", name), dice)}`);
      files += hit.length;
      const what = `${n}: ${done.join(", ")}`;
      tally.tried++;
      const first = await workIn(attempt, root, home, what);
      const second = first && (await workIn(attempt, root, home, `${what}, second start`));
      if (second) {
        const stored = [...first.load.acknowledged, ...second.load.acknowledged];
        tally.lost.push(...missingSignals(home, stored).map((lost) => `${what}: ${lost}`));
        tally.wrong.push(...notMended(second.client, done).map((wrong) => `${what}: ${wrong}`));
      }
      await rm(home, { recursive: true });
    }
    tally.remarks.push(`${files} files of ${(await readdir(join(sound, "index"))).length} kinds in the data folder`);
    const windows = byLength(length, 20, 200, 5000);
    for (let n = 0; n < windows; n++) await tearWindow(attempt, join(folder, "window"));
    tally.remarks.push(`${2 * windows} of windows`);
  },
};

/** What is still said to be wrong at the second start. A folder where a file belongs is for the user to remove. */
function notMended({ statuses }: SidecarClient, done: readonly string[]): string[] {
  if (done.some((what) => what.endsWith(A_FOLDER))) return [];
  return (statuses.at(-1)?.degraded ?? []).map(({ part, reason }) => `${part} still fails: ${reason}`);
}

const A_FOLDER = "is a folder";
const AS_BEFORE = "is as it was before";

/** Does one of the things to a file that a crash, a full disk or a restored backup does; says which. */
async function tear(path: string, before: string, dice: Dice): Promise<string> {
  const bytes = await readFile(path);
  const at = dice.below(bytes.length + 1);
  return await dice.pick<() => Promise<string>>([
    async () => {
      await writeFile(path, bytes.subarray(0, at));
      return `cut off at ${at} of ${bytes.length}`;
    },
    async () => {
      await writeFile(path, Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at)]));
      return `zero from ${at} of ${bytes.length}`;
    },
    async () => {
      await cp(before, path).catch(() => undefined);
      return AS_BEFORE;
    },
    async () => {
      await writeFile(path, "");
      return "empty";
    },
    async () => {
      await rm(path);
      return "is not there";
    },
    async () => {
      await rm(path);
      await mkdir(join(path, "sub"), { recursive: true });
      return A_FOLDER;
    },
    async () => {
      await writeFile(path, mangleBytes(bytes, dice));
      return "mangled";
    },
  ])();
}

/** What a window left behind, torn: the next one takes what is whole of it, once. */
async function tearWindow({ dice, tally }: Attempt, folder: string): Promise<void> {
  const outbox = join(folder, "outbox-1-torn.jsonl");
  await mkdir(folder, { recursive: true });
  const life = acceptedLife({ linePrefix: "const a = ", text: "b();", final: "c();" });
  await writeFile(outbox, formatLines(life));
  const tornOutbox = await tear(outbox, outbox, dice);
  const next = { pid: process.pid, windowId: "next", now: () => Date.now() + 2 * ORPHAN_AGE_MS, isAlive: () => false };
  const taken: Signal[] = [];
  await new OutboxFiles({ ...next, folder, log: silentLog }).adopt(async (signals) => {
    await Promise.resolve();
    taken.push(...signals);
  });
  const ids = new Set(taken.map(({ id }) => id));
  if (ids.size !== taken.length) tally.wrong.push(`an outbox that ${tornOutbox}: a signal came twice`);
  if (tornOutbox === AS_BEFORE && ids.size !== life.length) tally.lost.push("signals of an outbox that is whole");

  const path = join(folder, "followed.json");
  const earlier = new FakeEditor("const a = ▮;\n");
  accept(earlier);
  earlier.tracker.finish();
  const file = new FollowedFile(path, silentLog);
  file.write(earlier.tracker.states());
  await file.written();
  const tornFollowed = await tear(path, path, dice);
  const later = new FakeEditor(earlier.document.content);
  later.now = earlier.now + 1000;
  later.tracker.restore(await file.read(), [later.document]);
  accept(later, "g2");
  // Whatever was read, what is followed from now on is followed to its end.
  if (later.last("settled").generationId !== "g2") tally.wrong.push(`followed.json ${tornFollowed}: nothing settles`);
  file.write(later.tracker.states());
  await file.written();
  tally.wrong.push(...refusedOf(later.signals).map((reason) => `followed.json ${tornFollowed}: ${reason}`));
  await rm(folder, { recursive: true });
  tally.tried += 2;
}

/** A suggestion is read, accepted, and left alone for a minute. */
function accept(editor: FakeEditor, id = "g1"): void {
  editor.moveTo(editor.document.length - 2);
  editor.offer(".length", { id });
  editor.wait(800);
  editor.tab(".length", { id });
  editor.wait(60_000);
}
