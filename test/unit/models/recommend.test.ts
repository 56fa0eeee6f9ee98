/** Which model suits which machine, from the catalogue that is shipped. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readCatalogue } from "../../../sidecar/models/catalogue.ts";
import { type Gpu, type Machine, parseNvidiaSmi, readMachine } from "../../../sidecar/models/machine.ts";
import { recommend } from "../../../sidecar/models/recommend.ts";
import { temporaryFolder } from "../../support/folders.ts";

const card = (freeMb: number, kind: Gpu["kind"] = "nvidia"): Gpu => ({
  name: "NVIDIA RTX",
  kind,
  memoryMb: freeMb + 500,
  freeMb,
  driver: "550.54",
});

function machine(changes: Partial<Machine>): Machine {
  return { cores: 8, memoryMb: 16_000, freeMb: 8000, gpus: [], hasVulkan: true, ...changes };
}

const ids = (changes: Partial<Machine>): string[] => recommend(readCatalogue(), machine(changes)).map(({ id }) => id);

suite("what is recommended", () => {
  test("grows with the memory that is free on the graphics card", () => {
    assert.deepEqual(ids({ gpus: [card(23_000)] }), ["qwen2.5-coder-7b", "jina-code-v2"]);
    assert.deepEqual(ids({ gpus: [card(7500)] }), ["qwen2.5-coder-7b-q4", "jina-code-v2"]);
    assert.deepEqual(ids({ gpus: [card(3800)] }), ["qwen2.5-coder-1.5b", "jina-code-v2"]);
    assert.deepEqual(ids({ gpus: [card(1500)] }), ["qwen2.5-coder-0.5b", "jina-code-v2"]);
  });

  test("goes by the card with the most free memory", () => {
    assert.equal(ids({ gpus: [card(1500), card(23_000)] })[0], "qwen2.5-coder-7b");
  });

  test("leaves more to the rest where graphics shares the machine's memory", () => {
    assert.equal(ids({ gpus: [card(11_000, "unified")] })[0], "qwen2.5-coder-7b-q4");
    assert.equal(ids({ gpus: [card(5600, "unified")] })[0], "qwen2.5-coder-1.5b");
  });

  test("is the smallest without a card, and none where even that is too slow or too large", () => {
    assert.deepEqual(ids({}), ["qwen2.5-coder-0.5b", "jina-code-v2"]);
    assert.deepEqual(ids({ cores: 2 }), ["jina-code-v2"]);
    assert.deepEqual(ids({ freeMb: 500 }), []);
  });

  test("is nothing that not everybody may use", () => {
    for (let freeMb = 500; freeMb < 30_000; freeMb += 100) {
      for (const id of ids({ gpus: [card(freeMb)] })) {
        assert.equal(readCatalogue().find((model) => model.id === id)?.licence.restriction, null);
      }
    }
  });

  test("comes with a reason", () => {
    const [best] = recommend(readCatalogue(), machine({ gpus: [card(11_264)] }));
    assert.equal(best?.reason, "fits well into the 11.0 GB free on NVIDIA RTX");
  });
});

suite("what a machine has", () => {
  const nowhere = { cardsFolder: "/nowhere", vulkanFiles: [] };

  test("NVIDIA's cards, as their tool tells them", async () => {
    const text = "NVIDIA GeForce RTX 4070, 12282, 11034, 550.54.14\nTesla T4, 15360, 15000, 550.54.14\n";
    const asked: string[] = [];
    const run = (program: string, args: readonly string[]): Promise<string> => {
      asked.push([program, ...args].join(" "));
      return Promise.resolve(text);
    };
    const { gpus } = await readMachine({ ...nowhere, platform: "linux", arch: "x64", run });
    const driver = "550.54.14";
    assert.deepEqual(gpus, [
      { name: "NVIDIA GeForce RTX 4070", kind: "nvidia", memoryMb: 12_282, freeMb: 11_034, driver },
      { name: "NVIDIA Tesla T4", kind: "nvidia", memoryMb: 15_360, freeMb: 15_000, driver },
    ]);
    assert.match(asked[0]!, /^nvidia-smi --query-gpu=name,memory\.total,memory\.free,driver_version --format=csv/);
  });

  test("what the tool says besides, or cannot say, is no card", () => {
    for (const text of ["", "No devices were found", "NVIDIA X, [N/A], [N/A], 550", "NVIDIA X, 1, 1", ",,,"]) {
      assert.deepEqual(parseNvidiaSmi(text), [], text);
    }
  });

  test("AMD's cards, as the kernel tells them", async (t) => {
    const cardsFolder = await temporaryFolder(t);
    const device = join(cardsFolder, "card1", "device");
    await mkdir(device, { recursive: true });
    await mkdir(join(cardsFolder, "card1-DP-1"));
    await mkdir(join(cardsFolder, "card0"));
    await writeFile(join(device, "mem_info_vram_total"), "8589934592\n");
    await writeFile(join(device, "mem_info_vram_used"), "1073741824\n");
    const run = (): Promise<never> => Promise.reject(new Error("not installed"));
    const { gpus } = await readMachine({ vulkanFiles: [], cardsFolder, platform: "linux", arch: "x64", run });
    assert.deepEqual(gpus, [{ name: "AMD graphics", kind: "amd", memoryMb: 8192, freeMb: 7168, driver: null }]);
  });

  test("memory that is shared with graphics, on Apple's processors", async () => {
    const run = (): Promise<never> => Promise.reject(new Error("not installed"));
    const { gpus, memoryMb } = await readMachine({ ...nowhere, platform: "darwin", arch: "arm64", run });
    assert.deepEqual([gpus.length, gpus[0]?.kind, gpus[0]?.memoryMb], [1, "unified", memoryMb]);
  });

  test("this one can be read", async () => {
    const { cores, memoryMb, freeMb } = await readMachine();
    assert.ok(cores > 0 && memoryMb > 0 && freeMb > 0 && freeMb <= memoryMb);
  });
});
