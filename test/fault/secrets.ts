/**
 * Secrets of some hundred kinds, planted in a workspace, in what is typed and in signals, on their way through every door:
 * scan, save, suggestion, model server, signals, export, log. Afterwards none of them may be found in the data folder, in
 * what the server was given, or in what we said.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { openOutbox } from "../../extension/observe/open-outbox.ts";
import { OUTBOX_FOLDER } from "../../privacy/data-folder.ts";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import type { Signal } from "../../protocol/signals.ts";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { openModelServer } from "../support/model-server.ts";
import { type PlantedSecret, plantSecrets, secretsIn } from "../support/secrets.ts";
import { acceptedLife } from "../support/signals.ts";
import { byLength, type Fault } from "./fault.ts";

const CLI = join(import.meta.dirname, "../../bin/tacit.mjs");
const ABOVE = "export function area(width: number, height: number) {\n  return ";

export const secrets: Fault = {
  name: "secrets",
  title:
    "Planted secrets through every door: none in store, index, memory, outbox, prompt, export or log; files of mode 0600",
  run: async ({ folder, seed, length, tally, atEnd }) => {
    const [root, home] = [join(folder, "workspace"), join(folder, "home")];
    mkdirSync(join(root, "src"), { recursive: true });
    const planted = Array.from({ length: byLength(length, 1, 1, 20) }, (_, n) => plantSecrets(seed + n)).flat();
    // Four of the five of each kind are some four hundred.
    if (length === "short") for (let n = planted.length - 1; n >= 0; n--) if (n % 5 === 4) planted.splice(n, 1);
    planted.forEach(({ text, extension }, n) => writeFileSync(join(root, "src", `planted${n}${extension}`), text));
    writeFileSync(join(root, "src/shape.ts"), `${ABOVE}width * height;\n}\n`);

    // An editor's server: what it is given is looked at.
    const server = await openModelServer({ after: atEnd } as unknown as TestContext, { dialect: "openai" });
    const client = await SidecarClient.start({
      folders: [root],
      home,
      settings: { remote: { ...DEFAULT_SETTINGS.remote, url: server.url }, log: { level: "debug" } },
    });
    atEnd(() => client.process.kill("SIGKILL"));
    await client.learn();
    await client.status(({ facts }) => facts.engine.includes("qwen"));
    for (const [n, secret] of planted.entries()) await goThroughDoors(client, root, n, secret);
    await client.learn();
    await client.status(({ facts }) => facts.examples > 0);
    await client.stop();
    if (server.asked.length === 0) tally.wrong.push("the model server was never asked");

    // What an editor keeps while its sidecar is down: a window's outbox, and what it follows, in the same folder.
    const { outbox, close } = openOutbox({
      folder: join(home, OUTBOX_FOLDER),
      send: () => Promise.reject(new Error("down")),
      log: silentLog,
    });
    for (const [n, secret] of planted.entries()) outbox.addAll(lifeOf(root, n, secret));
    // Signals are read from files of windows that are gone as well.
    await close(0);
    const kept = readdirSync(join(home, OUTBOX_FOLDER)).length;
    if (kept !== 1 || outbox.size < planted.length) tally.wrong.push(`the outbox holds ${outbox.size} signals`);

    const look = (where: string, text: string): void => {
      tally.lost.push(...secretsIn(text, planted).map(({ kind }) => `${kind} in ${where}`));
    };
    for (const path of filesBelow(home)) {
      look(relative(home, path), readFileSync(path, "latin1"));
      const mode = statSync(path).mode & 0o777;
      if (mode !== 0o600) tally.wrong.push(`${relative(home, path)} has mode ${mode.toString(8)}`);
    }
    for (const path of [home, ...foldersBelow(home)]) {
      const mode = statSync(path).mode & 0o777;
      if (mode !== 0o700) tally.wrong.push(`the folder ${relative(home, path)} has mode ${mode.toString(8)}`);
    }
    look("a prompt", JSON.stringify(server.asked).replaceAll("\\n", "\n"));
    look("the log", client.log.join("\n"));
    look("the status", JSON.stringify(client.statuses));
    for (const args of [
      ["style", "--json"],
      ["outcomes", "--json"],
      ["status", "--json"],
    ]) {
      look(
        `tacit ${args[0]}`,
        spawnSync(process.execPath, [CLI, ...args, "--home", home], { encoding: "utf8" }).stdout,
      );
    }
    tally.tried += planted.length;
    const kinds = new Set(planted.map(({ kind }) => kind)).size;
    tally.remarks.push(`${kinds} kinds; ${server.asked.length} prompts; _lost_ counts secrets that were found again`);
  },
};

/** Typed, asked about, sent as a suggestion that was shown, changed and rated, and saved. */
async function goThroughDoors(client: SidecarClient, root: string, n: number, secret: PlantedSecret): Promise<void> {
  const uri = pathToFileURL(join(root, "src", `typed${n}${secret.extension}`)).href;
  const asked = `${secret.text}\n${ABOVE}`;
  await client.open(uri, secret.languageId, "");
  await client.change(uri, asked);
  const lines = asked.split("\n");
  // Somebody who types so fast has the model wait for a pause.
  if (n % 80 === 0) await client.suggest(uri, lines.length - 1, lines.at(-1)!.length);
  writeFileSync(new URL(uri), asked);
  await client.save(uri);
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  await client.signals(lifeOf(root, n, secret));
}

function lifeOf(root: string, n: number, secret: PlantedSecret): Signal[] {
  const [first = ""] = secret.text.split("\n").filter((line) => secret.parts.some((part) => line.includes(part)));
  return acceptedLife({
    linePrefix: "",
    text: secret.text,
    final: `${first}\n`,
    contextBefore: `${secret.text}\n${ABOVE}`,
    uri: pathToFileURL(join(root, "src", `typed${n}${secret.extension}`)).href,
    at: Date.now(),
  });
}

function filesBelow(folder: string): string[] {
  return entriesBelow(folder, (entry) => entry.isFile());
}

function foldersBelow(folder: string): string[] {
  return entriesBelow(folder, (entry) => entry.isDirectory());
}

function entriesBelow(folder: string, wanted: (entry: { isFile(): boolean; isDirectory(): boolean }) => boolean) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(wanted)
    .map((entry) => join(entry.parentPath, entry.name));
}
