import assert from "node:assert/strict";
import test from "node:test";
import { Command } from "commander";
import type { ModelOffer, ModelProgress } from "../../../protocol/messages.ts";
import { type CliModels, type ModelsHelpers, registerModels } from "../../../sidecar/cli/models.ts";

const OFFER: ModelOffer = {
  id: "small",
  name: "Small 1B",
  kind: "completion",
  about: "Quick.",
  bytes: 1_600_000_000,
  memoryMb: 2200,
  licence: { name: "Research", url: "https://models.example/licence", restriction: "not for commercial use" },
  host: "models.example",
  state: { kind: "partial", bytes: 400_000_000, isRunning: false },
  recommended: null,
};
const PROGRESS: ModelProgress = { id: "small", receivedBytes: 8e8, totalBytes: 16e8, bytesPerSecond: 1e7 };

function commandLine(
  world: { readonly answer?: boolean; readonly pauses?: boolean; readonly offers?: ModelOffer[] } = {},
) {
  const said: string[] = [];
  const asked: string[] = [];
  let status = "";
  const models: CliModels = {
    list: () => Promise.resolve({ machine: "8 cores", folder: "/m", models: world.offers ?? [OFFER], ownFiles: [] }),
    download: ({ id, network }, onProgress) => {
      asked.push(`${id} ${network.proxy}`.trim());
      onProgress(PROGRESS);
      return world.pauses
        ? Promise.reject(new DOMException("interrupted", "AbortError"))
        : Promise.resolve(`/m/${id}.gguf`);
    },
    remove: (id) => Promise.resolve(id === "small"),
  };
  const helpers: ModelsHelpers<Command> = {
    common: (command) => command.option("--json"),
    openModels: () => models,
    report: (options, value, lines) => void said.push(options.json ? JSON.stringify(value) : lines().join("\n")),
    remark: (line) => void said.push(line),
    confirm: (question) => {
      said.push(question);
      return Promise.resolve(world.answer);
    },
    openProgress: () => ({ update: (text) => void said.push(text), stop: () => undefined }),
    abortOnInterrupt: () => new AbortController().signal,
    setExitStatus: (next) => void (status = next),
  };
  const run = async (...args: string[]): Promise<string> => {
    const program = new Command().exitOverride();
    registerModels(program, helpers);
    await program.parseAsync(["models", ...args], { from: "user" });
    return status;
  };
  return { run, said, asked };
}

test("the list names state, licence, size and memory, and what suits the machine", async () => {
  const best = { ...OFFER, id: "best", recommended: "fits well", state: { kind: "absent" } as const };
  const { run, said } = commandLine({
    offers: [OFFER, best, { ...OFFER, id: "finder", kind: "embedding", bytes: null }],
  });
  assert.equal(await run(), "ok");
  assert.match(said[0]!, /^8 cores\nmodels in \/m\n/);
  assert.match(
    said[0]!,
    / {4}small {2}begun, 25 % {2}Research \(not for commercial use\) {2}1\.6 GB {2}2\.2 GB memory\n/,
  );
  assert.match(said[0]!, / \* {2}best {3}available .*\n/);
  assert.match(said[0]!, /finder {2}begun {2}.*size not known/);
  assert.match(said[0]!, /\* best: fits well$/);
  await run("--json");
  assert.equal((JSON.parse(said[1]!) as { models: object[] }).models.length, 3);
});

test("nothing is downloaded by somebody who was not asked, or said no", async () => {
  const nobody = commandLine();
  await assert.rejects(nobody.run("download", "small"), /Nothing is downloaded before you agree/);
  const no = commandLine({ answer: false });
  assert.equal(await no.run("download", "small"), "nothing");
  assert.deepEqual([nobody.asked, no.asked], [[], []]);
  assert.equal(
    no.said[0],
    "Download Small 1B, 1.6 GB (400 MB have come), from models.example?\n" +
      "Licence: Research, not for commercial use, https://models.example/licence",
  );
});

test("with consent it is downloaded, with a bar, and what to do with it is told", async () => {
  const { run, said, asked } = commandLine({ answer: true });
  assert.equal(await run("download", "small", "--proxy", "http://p:1"), "ok");
  assert.deepEqual(asked, ["small http://p:1"]);
  assert.equal(said[1], "small ████████████░░░░░░░░░░░░ 50 % (800 MB of 1.6 GB, 10 MB/s, 1 min left; Ctrl-C pauses)");
  assert.match(said[2]!, /^\/m\/small\.gguf\nPut it into the setting tacit\.llama\.model/);
  assert.equal(await run("download", "small", "--yes"), "ok");
});

test("an interrupted one is paused, and how to go on is told", async () => {
  const { run, said } = commandLine({ pauses: true });
  assert.equal(await run("download", "small", "--yes"), "failed");
  assert.equal(said.at(-1), "Paused at 800 MB. “tacit models download small” goes on from there.");
});

test("removing says whether there was anything", async () => {
  const { run, said } = commandLine();
  assert.deepEqual([await run("remove", "small"), await run("remove", "other")], ["ok", "nothing"]);
  assert.deepEqual(said, ["removed: small", "there is nothing of other"]);
});
