/**
 * The wall clock jumps while somebody works: by seconds, hours, years, to 1970 and to 2038, and back. Nothing is told of
 * a negative time, nothing is lost, what was accepted settles, and what was learned is still there when the clock is right.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { createSteadyNow } from "../../extension/observe/steady-now.ts";
import { createSignalId } from "../../extension/observe/signal-id.ts";
import type { Signal } from "../../protocol/signals.ts";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { dismissedLife } from "../support/signals.ts";
import type { Dice } from "../unit/text/dice.ts";
import { FakeEditor } from "../unit/extension/fake-editor.ts";
import { type Attempt, byLength, type Fault } from "./fault.ts";
import { countSignals, examineDatabase, isGood, Load, refusedOf, writeWorkspace } from "./load.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SHIFT_MODULE = join(import.meta.dirname, "shifted-clock.mjs");

export const clockJumps: Fault = {
  name: "clock",
  title: "The clock jumps by seconds to years, to 1970 and 2038, and back, while somebody accepts and turns down",
  run: async (attempt) => {
    const sessions = byLength(attempt.length, 1, 6, 100);
    for (let n = 0; n < sessions; n++) await workThroughJumps(attempt, join(attempt.folder, String(n)));
    const windows = byLength(attempt.length, 100, 3000, 50_000);
    for (let n = 0; n < windows; n++) followThroughJumps(attempt);
    attempt.tally.remarks.push(`${windows} windows that follow what was accepted, ${sessions} sessions of a sidecar`);
  },
};

/** How far the clock is off from now on. */
function jump(dice: Dice): number {
  const now = Date.now();
  return dice.pick([
    0,
    dice.below(10_000) - 5_000,
    (dice.below(48) - 24) * HOUR_MS,
    (dice.below(4000) - 2000) * DAY_MS,
    -now,
    -now - 5 * DAY_MS,
    0x7fff_ffff * 1000 - now,
    0x8000_0001 * 1000 - now,
  ]);
}

/** A sidecar under a clock that jumps, and then one under a clock that is right. */
async function workThroughJumps({ dice, tally, atEnd, length }: Attempt, folder: string): Promise<void> {
  const [root, home, clock] = [join(folder, "workspace"), join(folder, "home"), join(folder, "clock")];
  await mkdir(root, { recursive: true });
  writeWorkspace(root);
  const set = async (shiftMs: number): Promise<void> => {
    // At once, so that no thread reads half a number.
    await writeFile(`${clock}.new`, String(shiftMs));
    await rename(`${clock}.new`, clock);
    await setTimeout(30);
  };
  const load = new Load({ root, home: folder, dice });
  atEnd(() => load.outbox.close(0));
  const told: Signal[] = [];
  const tell = (signals: readonly Signal[]): void => {
    told.push(...signals);
    load.outbox.addAll(signals);
  };
  await set(0);
  let client = await startUnder(clock);
  await client.learn();
  load.use(client);
  const turnedDown = turnDown("early", 0);
  tell(turnedDown);
  for (let n = 0; n < byLength(length, 6, 20, 40); n++) {
    const shiftMs = jump(dice);
    const what = `clock off by ${Math.round(shiftMs / HOUR_MS)} h`;
    await set(shiftMs);
    // Of 1970 and before there is no signal: no millisecond since the epoch is negative.
    tell(turnDown(`text${n}`, shiftMs));
    tell(load.lifeAt(Math.max(0, Date.now() + shiftMs)));
    const offered = await load.suggest(client);
    if (!isGood(offered)) tally.wrong.push(`${what}: suggested ${JSON.stringify(offered)}`);
    if (!(await load.drained())) tally.lost.push(`${what}: signals are not taken: ${[...load.failures].join("; ")}`);
    if (dice.chance(0.2)) {
      await client.stop();
      client = await startUnder(clock);
      // What was read before is read again in the background; here it is waited for.
      await client.learn();
      load.use(client);
    }
    tally.tried++;
  }
  await set(0);
  const last = dismissedLife({ linePrefix: "  const last = ", text: "never(again);", at: Date.now() });
  tell(last);
  const isGoodAfterwards = isGood(await load.suggest(client));
  if (!isGoodAfterwards) tally.wrong.push("with the clock right again nothing good is suggested");
  if (!(await load.drained())) tally.lost.push("signals are not taken with the clock right again");
  await client.stop();
  // What was still to be learned is learned at the next start.
  client = await startUnder(clock);
  await client.learn();
  for (let waited = 0; waited < 100 && unlearned(home) > 0; waited++) await setTimeout(50);
  if (unlearned(home) > 0) tally.wrong.push(`${unlearned(home)} that settled have no outcome`);
  await client.stop();
  load.use(undefined);
  const { lost, wrong } = examineDatabase(
    home,
    told.map(({ id }) => id),
  );
  tally.lost.push(...lost);
  tally.wrong.push(...wrong, ...load.rejected.map((reason) => `rejected: ${reason}`), ...notFinite(home));
  if (countSignals(home) !== told.length) tally.wrong.push("there are signals that nobody sent");
  if (!isRejected(home, turnedDown)) tally.lost.push("what was turned down before the jumps is not known any more");

  async function startUnder(file: string): Promise<SidecarClient> {
    const env = { NODE_OPTIONS: `--import=${SHIFT_MODULE}`, TACIT_FAULT_CLOCK: file };
    // What the gate makes of somebody who turns down every other suggestion is not the question here.
    const started = await SidecarClient.start({ folders: [root], home, env, settings: { gate: "off" } });
    atEnd(() => started.process.kill("SIGKILL"));
    return started;
  }
}

/** A suggestion that is dismissed, as the clock stands. */
function turnDown(name: string, shiftMs: number): readonly Signal[] {
  const at = Math.max(0, Date.now() + shiftMs);
  return dismissedLife({ linePrefix: "  const value = ", text: `${name}(thing, other);`, at });
}

function isRejected(home: string, [first]: readonly Signal[]): boolean {
  const db = new DatabaseSync(join(home, "tacit.db"));
  try {
    return db.prepare("SELECT 1 FROM rejected WHERE generation_id = ?").get(first!.generationId) !== undefined;
  } finally {
    db.close();
  }
}

/** How many generations settled and have no outcome. */
function unlearned(home: string): number {
  const db = new DatabaseSync(join(home, "tacit.db"));
  try {
    const row = db
      .prepare(
        `SELECT count(*) AS n FROM signals s WHERE s.kind = 'settled'
         AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.generation_id = s.generation_id)`,
      )
      .get();
    return Number(row!["n"]);
  } finally {
    db.close();
  }
}

/** Numbers in the store that are none, by column. */
function notFinite(home: string): string[] {
  const db = new DatabaseSync(join(home, "tacit.db"));
  try {
    const columns = ["outcomes.score", "outcomes.kept_rate", "outcomes.edit_distance", "rejected.weight"];
    const bad = columns.filter((name) => {
      const [table, column] = name.split(".");
      return db.prepare(`SELECT 1 FROM ${table} WHERE NOT (abs(${column}) < 1e12)`).get() !== undefined;
    });
    const features = db.prepare("SELECT 1 FROM gate_events WHERE features LIKE '%null%'").get();
    return [
      ...bad.map((column) => `${column} holds no number`),
      ...(features ? ["a feature of the gate is no number"] : []),
    ];
  } finally {
    db.close();
  }
}

/** Accepted text in a window whose clock jumps: as the extension's observer has it, with time in steps. */
function followThroughJumps({ dice, tally }: Attempt): void {
  let [wallMs, elapsedMs] = [Date.now(), 0];
  const now = createSteadyNow({ wall: () => wallMs, elapsed: () => elapsedMs });
  const editor = new FakeEditor("const a = ▮;\n");
  const steps: string[] = [];
  const pass = (milliseconds: number): void => {
    elapsedMs += milliseconds;
    wallMs += milliseconds;
    // What is due by then is done when it is due.
    const end = now();
    editor.wait(Math.max(0, end - editor.now));
    editor.now = end;
  };
  const set = (): void => {
    const shiftMs = jump(dice);
    steps.push(`${shiftMs / HOUR_MS} h`);
    wallMs = Math.max(0, wallMs + shiftMs);
  };
  pass(0);
  if (dice.chance(0.3)) set();
  editor.offer("load(user)");
  pass(800);
  if (dice.chance(0.3)) set();
  editor.tab("load(user)");
  for (let n = 0; n < 6; n++) {
    if (dice.chance(0.4)) set();
    pass(dice.below(20_000));
    if (dice.chance(0.3)) editor.edit(10, 4, "read");
  }
  // Eleven minutes in which nobody does anything: all that is due by then is due without another jump.
  for (let n = 0; n < 66; n++) pass(10_000);
  tally.tried++;
  const what = `after ${steps.join(", ")}`;
  const refused = refusedOf(editor.signals.map((signal) => ({ ...signal, id: createSignalId() })));
  tally.wrong.push(...refused.map((reason) => `${what}: ${reason}`));
  const settled = editor.signals.filter(({ kind }) => kind === "settled").length;
  if (settled === 0) tally.lost.push(`${what}: what was accepted never settled`);
  const nextAt = editor.tracker.nextAt();
  if (nextAt !== undefined && nextAt - editor.now > DAY_MS) tally.wrong.push(`${what}: something is due in a year`);
}
