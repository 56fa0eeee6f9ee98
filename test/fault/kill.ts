/**
 * The sidecar is killed at random moments: while it starts, stores, learns, scans, saves its indexes. Whatever was
 * acknowledged must be there once, and the database whole.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { type Attempt, byLength, type Fault } from "./fault.ts";
import { countSignals, examineDatabase, Load, writeWorkspace } from "./load.ts";

export const kill: Fault = {
  name: "kill",
  title: "`kill -9` of the sidecar at a random moment under load",
  run: async (attempt) => {
    let left = byLength(attempt.length, 50, 100, 2000);
    let signals = 0;
    // A data folder of its own for each group: a database that only grows would make the check the larger part.
    for (let group = 0; left > 0; group++) {
      const kills = Math.min(left, 100);
      signals += await killAgainAndAgain(attempt, join(attempt.folder, String(group)), kills);
      left -= kills;
    }
    attempt.tally.remarks.push(`${signals.toLocaleString("en")} signals`);
  },
};

/** So long after its start, or after the handshake, it may be killed. */
const STARTING_MS = 350;
const WORKING_MS = 300;

/** Returns how many signals were sent. */
async function killAgainAndAgain({ dice, tally, atEnd }: Attempt, folder: string, kills: number): Promise<number> {
  const [root, home] = [join(folder, "workspace"), join(folder, "home")];
  await mkdir(root, { recursive: true });
  writeWorkspace(root);
  const load = new Load({ root, home, dice });
  let known = 0;
  for (let n = 0; n < kills; n++) {
    let child: ChildProcess | undefined;
    const starting = SidecarClient.start({ folders: [root], home, onSpawn: (spawned) => (child = spawned) });
    atEnd(() => child?.kill("SIGKILL"));
    if (dice.chance(0.2)) {
      await Promise.race([setTimeout(dice.below(STARTING_MS)), starting.catch(() => undefined)]);
    } else {
      load.use(await starting);
      const killAt = performance.now() + dice.below(WORKING_MS);
      while (performance.now() < killAt) {
        await Promise.race([load.step(), setTimeout(Math.max(1, killAt - performance.now()))]);
        await setTimeout(1);
      }
    }
    const exited = once(child!, "exit");
    child!.kill("SIGKILL");
    await exited;
    load.use(undefined);
    await starting.then(
      (client) => client.connection.dispose(),
      () => undefined,
    );
    tally.tried++;
    if (load.acknowledged.size === known && n < kills - 1) continue;
    // What was stored earlier is looked at again at the end.
    const { lost, wrong } = examineDatabase(home, [...load.acknowledged].slice(known));
    known = load.acknowledged.size;
    tally.lost.push(...lost);
    tally.wrong.push(...wrong);
  }
  const last = await SidecarClient.start({ folders: [root], home });
  load.use(last);
  if (!(await load.drained())) tally.lost.push(`${load.outbox.size} signals were never taken`);
  await last.stop();
  await load.outbox.close(0);
  const { lost, wrong } = examineDatabase(home, load.added);
  tally.lost.push(...lost);
  tally.wrong.push(...wrong, ...load.rejected);
  if (countSignals(home) !== load.added.size) tally.wrong.push("there are signals that nobody sent");
  return load.added.size;
}
