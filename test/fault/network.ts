/**
 * A whole session, of memory and of a model on this machine, with every call counted that could reach another machine,
 * where the system allows it in a network namespace in which nothing can be reached. There must be no such call, and no
 * socket that somebody could connect to.
 */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { PRESETS, writeModel } from "../support/models/models.ts";
import { byLength, type Fault } from "./fault.ts";
import { Load, writeWorkspace } from "./load.ts";
import { countingCalls, internetSockets, processTree, withoutNetwork } from "./machine.ts";

/** What the generated model goes on with, and nothing in the workspace does. */
const UNKNOWN = "class Total {\n  sum(items) {\n    let total = ";
const INSIDE = join(import.meta.dirname, "inside.mjs");

export const network: Fault = {
  name: "network",
  title: "A session of memory and of a local model without a network, every call into one counted",
  run: async ({ dice, folder, length, tally, atEnd }) => {
    const [root, home, counts] = [join(folder, "workspace"), join(folder, "home"), join(folder, "counts")];
    await mkdir(counts, { recursive: true });
    writeWorkspace(root);
    const model = join(folder, "tiny.gguf");
    await writeModel(model, PRESETS.tinyQwen2);
    const isolated = withoutNetwork();
    const traced = countingCalls(join(counts, "calls.strace"));
    const client = await SidecarClient.start({
      folders: [root],
      home,
      // Whether it is worth reading is not the question here.
      settings: { llama: { ...DEFAULT_SETTINGS.llama, model, gpu: "off" }, gate: "off" },
      under: [...(isolated ?? []), ...(traced ?? [])],
      env: { NODE_OPTIONS: `--import=${INSIDE}`, TACIT_FAULT_FOLDER: counts },
    });
    atEnd(() => client.process.kill("SIGKILL"));
    const load = new Load({ root, home: folder, dice });
    load.use(client);
    await client.learn();
    // Whoever asks first does not wait for the model.
    await ask(client, `file://${root}/src/asked.js`);
    await client.status(({ facts, degraded }) => facts.engine.includes("tiny (CPU)") || degraded.length > 0);
    let ofModel = 0;
    for (let n = 0; n < byLength(length, 8, 30, 1000); n++) {
      for (let step = 0; step < 3; step++) await load.step();
      if ((await ask(client, `file://${root}/src/asked${n}.js`)) === "llama") ofModel++;
      const sockets = internetSockets(processTree(client.process.pid!));
      tally.wrong.push(...sockets.map((socket) => `socket ${socket}`));
      tally.tried++;
      await setTimeout(5);
    }
    const processes = processTree(client.process.pid!).length;
    if (ofModel === 0) tally.wrong.push(`the model never wrote: ${JSON.stringify(client.statuses.at(-1))}`);
    await load.drained();
    await load.outbox.close(0);
    await client.stop();
    tally.wrong.push(...(await callsIn(counts)));
    const means = [
      isolated ? "in a network namespace" : "no namespace allowed here",
      traced ? "counted by strace and within Node" : "counted within Node",
    ];
    tally.remarks.push(`${means.join(", ")}; ${processes} processes, ${ofModel} suggestions of the model`);
  },
};

/** The engine whose suggestion comes where memory has nothing; undefined: none. */
async function ask(client: SidecarClient, uri: string): Promise<string | undefined> {
  await client.open(uri, "javascript", UNKNOWN);
  const [line, character] = [UNKNOWN.split("\n").length - 1, UNKNOWN.length - UNKNOWN.lastIndexOf("\n") - 1];
  const suggestion = await client.suggest(uri, line, character);
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  return suggestion?.engine;
}

/** Calls that name an address of the internet, or that Node made for one. */
async function callsIn(folder: string): Promise<string[]> {
  const calls: string[] = [];
  for (const name of await readdir(folder)) {
    const lines = (await readFile(join(folder, name), "utf8")).split("\n");
    const isTrace = name.endsWith(".strace");
    calls.push(...lines.filter((line) => (isTrace ? /AF_INET|\blisten\(/.test(line) : line.startsWith("network"))));
  }
  return calls;
}
