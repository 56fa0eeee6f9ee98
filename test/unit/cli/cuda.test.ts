import assert from "node:assert/strict";
import test from "node:test";
import { Command } from "commander";
import type { CudaResult } from "../../../protocol/messages.ts";
import { type CliCuda, registerCuda } from "../../../sidecar/cli/cuda.ts";

const POSSIBLE: CudaResult = {
  kind: "possible",
  version: "3.22.1",
  isRenewal: false,
  gpu: "NVIDIA RTX 4070",
  host: "registry.example",
  bytes: 142_898_030,
  folder: "/data/backends",
};

function commandLine({ found = POSSIBLE, answer }: { readonly found?: CudaResult; readonly answer?: boolean } = {}) {
  const said: string[] = [];
  const asked: string[] = [];
  let status = "";
  const cuda: CliCuda = {
    look: () => Promise.resolve(found),
    add: ({ network }, onProgress) => {
      asked.push(network.proxy);
      onProgress({ id: "cuda", receivedBytes: 71_000_000, totalBytes: 142_898_030, bytesPerSecond: 1e7 });
      return Promise.resolve();
    },
  };
  const run = async (...args: string[]): Promise<string> => {
    const program = new Command().exitOverride();
    registerCuda(program, {
      common: (command) => command.option("--json"),
      openCuda: () => cuda,
      report: (options, value, lines) => void said.push(options.json ? JSON.stringify(value) : lines().join("\n")),
      remark: (line) => void said.push(line),
      confirm: (question) => {
        said.push(question);
        return Promise.resolve(answer);
      },
      openProgress: () => ({ update: (text) => void said.push(text), stop: () => undefined }),
      abortOnInterrupt: () => new AbortController().signal,
      setExitStatus: (next) => void (status = next),
    });
    await program.parseAsync(["cuda", ...args], { from: "user" });
    return status;
  };
  return { run, said, asked };
}

test("it is added once somebody has agreed to the size and the host", async () => {
  const { run, said, asked } = commandLine({ answer: true });
  assert.equal(await run("--proxy", "http://proxy.example"), "ok");
  assert.match(said[0]!, /143 MB from registry\.example, for NVIDIA RTX 4070/);
  assert.match(said[1]!, /71 MB of 143 MB/);
  assert.deepEqual(asked, ["http://proxy.example"]);
});

test("nothing is downloaded where nobody agrees, or can be asked", async () => {
  const refused = commandLine({ answer: false });
  assert.equal(await refused.run(), "nothing");
  const silent = commandLine();
  await assert.rejects(silent.run(), { action: /--yes/ });
  assert.deepEqual([...refused.asked, ...silent.asked], []);
});

test("why it would be of no use is said", async () => {
  const { run, said } = commandLine({ found: { kind: "useless", reason: "There is no card." } });
  assert.equal(await run("--yes"), "nothing");
  assert.deepEqual(said, ["There is no card."]);
});
