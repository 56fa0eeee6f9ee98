/**
 * Somebody types for a long time. Once everything is warm, memory and open files stay what they are, and suggestions come
 * as fast as at the beginning.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout } from "node:timers/promises";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import type { Fault } from "./fault.ts";
import { Load, writeWorkspace } from "./load.ts";
import { openFiles, residentBytes } from "./machine.ts";

const INSIDE = join(import.meta.dirname, "inside.mjs");
/** More than this is growth. */
const GROWTH_MAX = 1.05;
/** A busy machine makes single requests slow; what has become slow is so by a factor. */
const SLOWER_MAX = 2;
const SLOWER_MS = 15;

const LINES = [
  "export async function typed(id: string) {",
  "  const user = await database.users.findById(id);",
  '  if (!user) throw new NotFoundError("user", id);',
  "  const order = await database.orders.findById(user.order);",
  "  return { user, order };",
  "}",
];

export const soak: Fault = {
  name: "soak",
  title: "Somebody types without a pause",
  run: async ({ dice, folder, length, tally, atEnd }) => {
    const [root, home, counts] = [join(folder, "workspace"), join(folder, "home"), join(folder, "counts")];
    await mkdir(counts, { recursive: true });
    writeWorkspace(root, 40);
    const client = await SidecarClient.start({
      folders: [root],
      home,
      env: { NODE_OPTIONS: `--import=${INSIDE}`, TACIT_FAULT_FOLDER: counts },
    });
    atEnd(() => client.process.kill("SIGKILL"));
    const pid = client.process.pid!;
    const load = new Load({ root, home: folder, dice });
    load.use(client);
    await client.learn();

    const rounds: { memory: number; resident: number; files: number; p99: number }[] = [];
    const seconds = length === "long" ? 1800 : 120;
    const endsAt = performance.now() + seconds * 1000;
    const roundMs = (seconds * 1000) / 8;
    while (performance.now() < endsAt) {
      const latencies: number[] = [];
      const roundEndsAt = performance.now() + roundMs;
      while (performance.now() < roundEndsAt) {
        latencies.push(...(await typeFile(client, root)));
        // What is learned is bounded by what is typed: the same again and again.
        if (load.added.size < 400) load.addLife();
      }
      latencies.sort((a, b) => a - b);
      const p99 = latencies[Math.floor(latencies.length * 0.99)]!;
      tally.tried += latencies.length;
      await setTimeout(500);
      const memory = await heldBytes(pid, counts);
      rounds.push({ memory, resident: residentBytes(pid), files: openFiles(pid).length, p99 });
    }
    await load.drained();
    await load.outbox.close(0);
    await client.stop();

    // The first half is for warming up.
    const [warm, last] = [rounds.slice(4, 6), rounds.slice(-2)];
    const mean = (part: typeof rounds, of: (round: (typeof rounds)[0]) => number): number =>
      part.reduce((sum, round) => sum + of(round), 0) / part.length;
    const [before, after] = [mean(warm, ({ memory }) => memory), mean(last, ({ memory }) => memory)];
    if (after > before * GROWTH_MAX) {
      tally.wrong.push(`memory grew from ${megabytes(before)} to ${megabytes(after)} MB`);
    }
    const [filesBefore, filesAfter] = [warm.at(-1)!.files, last.at(-1)!.files];
    if (filesAfter > filesBefore + 2) tally.wrong.push(`open files grew from ${filesBefore} to ${filesAfter}`);
    const [fast, slow] = [mean(warm, ({ p99 }) => p99), mean(last, ({ p99 }) => p99)];
    if (slow > fast * SLOWER_MAX + SLOWER_MS) tally.wrong.push(`p99 rose from ${ms(fast)} to ${ms(slow)} ms`);
    const resident = [mean(warm, (round) => round.resident), mean(last, (round) => round.resident)].map(megabytes);
    tally.remarks.push(
      `${seconds} s; held ${megabytes(before)} → ${megabytes(after)} MB (resident ${resident.join(" → ")} MB), ` +
        `${filesBefore} → ${filesAfter} open files, p99 ${ms(fast)} → ${ms(slow)} ms`,
    );
  },
};

/** Writes a file character by character, asks at every other one, and saves it; milliseconds of each answer. */
async function typeFile(client: SidecarClient, root: string): Promise<number[]> {
  const uri = pathToFileURL(join(root, "src/typed.ts")).href;
  const latencies: number[] = [];
  let text = "";
  await client.open(uri, "typescript", text);
  for (const [line, content] of LINES.entries()) {
    for (let at = 0; at < content.length; at += 2) {
      text += content.slice(at, at + 2);
      await client.change(uri, text);
      const startedAt = performance.now();
      await client.suggest(uri, line, Math.min(at + 2, content.length));
      latencies.push(performance.now() - startedAt);
    }
    text += "\n";
  }
  await client.change(uri, text);
  await client.save(uri);
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  return latencies;
}

/** What the process holds after all garbage is collected. */
async function heldBytes(pid: number, folder: string): Promise<number> {
  const file = join(folder, `inside-${pid}.txt`);
  const read = async (): Promise<string[]> => {
    const text = await readFile(file, "utf8").catch(() => "");
    return text.split("\n").filter((line) => line.startsWith("memory "));
  };
  const before = (await read()).length;
  process.kill(pid, "SIGUSR2");
  for (let waited = 0; waited < 1000; waited++) {
    const lines = await read();
    if (lines.length > before) return Number(lines.at(-1)!.split(" ")[1]);
    await setTimeout(10);
  }
  throw new Error("the process does not tell what it holds");
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function ms(milliseconds: number): string {
  return milliseconds.toFixed(1);
}
