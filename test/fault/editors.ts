/**
 * Two editors and the command line on one data folder at once, all of them writing: nothing is lost, and that another one
 * holds the database is nobody's concern.
 */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { byLength, type Fault } from "./fault.ts";
import { countSignals, examineDatabase, Load, writeWorkspace } from "./load.ts";

const CLI = join(import.meta.dirname, "../../bin/tacit.mjs");
const run = promisify(execFile);

export const editors: Fault = {
  name: "editors",
  title: "Two editors and the command line write to one data folder at once",
  run: async ({ dice, folder, length, tally, atEnd }) => {
    const home = join(folder, "home");
    const roots = [join(folder, "first"), join(folder, "second")];
    for (const root of roots) {
      await mkdir(root);
      writeWorkspace(root);
    }
    // Both open a new database in the same moment.
    const clients = await Promise.all(roots.map((root) => SidecarClient.start({ folders: [root], home })));
    for (const client of clients) atEnd(() => client.process.kill("SIGKILL"));
    const loads = roots.map((root, n) => new Load({ root, home: join(folder, `outbox${n}`), dice, name: String(n) }));
    loads.forEach((load, n) => load.use(clients[n]));
    const endsAt = performance.now() + byLength(length, 4_000, 20_000, 300_000);
    const write = async (load: Load): Promise<void> => {
      while (performance.now() < endsAt) {
        await load.step();
        tally.tried++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const commands = [
      ["learn", roots[0]!],
      ["status", "--json"],
      ["doctor", "--json"],
    ];
    const command = async (): Promise<void> => {
      for (let n = 0; performance.now() < endsAt; n++) {
        const args = commands[n % commands.length]!;
        const { stderr } = await run(process.execPath, [CLI, ...args, "--home", home]).catch((error: unknown) => {
          const { stdout = "", stderr: said = "" } = error as { stdout?: string; stderr?: string };
          return { stderr: `failed: ${stdout}${said}` };
        });
        if (/busy|locked|failed/i.test(stderr)) tally.wrong.push(`tacit ${args[0]}: ${stderr.slice(0, 300)}`);
        tally.tried++;
      }
    };
    await Promise.all([...loads.map(write), command()]);
    for (const load of loads) {
      if (!(await load.drained())) tally.lost.push(`${load.outbox.size} signals were never taken`);
      await load.outbox.close(0);
      tally.wrong.push(...load.rejected, ...load.failures);
    }
    for (const client of clients) {
      tally.wrong.push(...client.log.filter((line) => /SQLITE_BUSY|is locked/i.test(line)));
      await client.stop();
    }
    const all = loads.flatMap((load) => [...load.added]);
    const { lost, wrong } = examineDatabase(home, all);
    tally.lost.push(...lost);
    tally.wrong.push(...wrong);
    if (countSignals(home) !== all.length) tally.wrong.push("there are signals that nobody sent");
    tally.remarks.push(`${all.length} signals`);
  },
};
