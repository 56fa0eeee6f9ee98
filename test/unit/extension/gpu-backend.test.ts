import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { CudaResult } from "../../../protocol/messages.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../../protocol/settings.ts";
import { fake, useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { addCuda, offerCuda } = await import("../../../extension/gpu-backend.ts");

const POSSIBLE = {
  kind: "possible",
  version: "3.22.1",
  isRenewal: false,
  gpu: "NVIDIA RTX 4070",
  host: "registry.example",
  bytes: 142_898_030,
  folder: "/data/backends",
} as const satisfies CudaResult;
const WITH_MODEL = { ...DEFAULT_SETTINGS.llama, model: "/models/small.gguf" };

interface World {
  readonly found?: CudaResult;
  readonly settings?: Partial<Settings>;
  readonly fails?: string;
  readonly pauses?: boolean;
}

function open({ found = POSSIBLE, settings = { llama: WITH_MODEL }, fails, pauses = false }: World = {}) {
  fake.reset();
  const done: string[] = [];
  const kept = new Map<string, unknown>();
  const deps = {
    setting: () => ({ ...DEFAULT_SETTINGS, ...settings }),
    sidecar: {
      cuda: (): Promise<CudaResult> => {
        done.push("looked");
        return Promise.resolve(found);
      },
      addCuda: () => {
        done.push("added");
        fake.token.isCancellationRequested = pauses;
        return pauses || fails ? Promise.reject(new Error(fails)) : Promise.resolve();
      },
      restart: () => {
        done.push("restarted");
        return Promise.resolve();
      },
    },
    state: {
      keys: () => [...kept.keys()],
      get: <T>(key: string, otherwise?: T) => (kept.has(key) ? kept.get(key) : otherwise) as T,
      update: (key: string, value: unknown) => {
        kept.set(key, value);
        return Promise.resolve();
      },
    },
    showLog: () => undefined,
  };
  return { deps, done };
}

suite("CUDA is offered", () => {
  test("once, with what would be downloaded from where", async () => {
    const { deps, done } = open();
    await offerCuda(deps);
    await offerCuda(deps);
    assert.equal(fake.messages.length, 1);
    assert.match(fake.messages[0]!, /NVIDIA RTX 4070.*143 MB.*registry\.example.*Vulkan/);
    assert.deepEqual(done, ["looked", "looked"]);
  });

  test("again to who has it, where a new version needs another one", async () => {
    const { deps } = open();
    await offerCuda(deps);
    for (const isRenewal of [false, true, true]) {
      deps.sidecar.cuda = () => Promise.resolve({ ...POSSIBLE, version: "3.23.0", isRenewal });
      await offerCuda(deps);
    }
    assert.equal(fake.messages.length, 2);
    assert.match(fake.messages[1]!, /This version of Tacit needs another/);
  });

  for (const [where, world] of Object.entries({
    "no model is chosen": { settings: {} },
    "memory alone is wanted": { settings: { engine: "recall", llama: WITH_MODEL } },
    "another way is set": { settings: { llama: { ...WITH_MODEL, gpu: "vulkan" } } },
    "it would be of no use": { found: { kind: "useless", reason: "No card." } },
    "it is there": { found: { kind: "added" } },
  } satisfies Record<string, World>)) {
    test(`not where ${where}`, async () => {
      const { deps } = open(world);
      await offerCuda(deps);
      assert.deepEqual(fake.messages, []);
    });
  }

  test("and added when the user agrees; then models are loaded anew", async () => {
    const { deps, done } = open();
    fake.answers.push("Add CUDA");
    await offerCuda(deps);
    assert.deepEqual(done, ["looked", "added", "restarted"]);
  });
});

suite("Add CUDA Support", () => {
  test("asks before anything is downloaded", async () => {
    const { deps, done } = open();
    await addCuda(deps);
    assert.match(fake.messages[0]!, /Add CUDA support/);
    assert.deepEqual(done, ["looked"]);
  });

  test("says why it would be of no use", async () => {
    const { deps } = open({ found: { kind: "useless", reason: "There is no card." } });
    await addCuda(deps);
    assert.match(fake.messages[0]!, /There is no card/);
  });

  test("says what failed", async () => {
    const { deps, done } = open({ fails: "the disk is full" });
    fake.answers.push("Download");
    await addCuda(deps);
    assert.match(fake.messages.at(-1)!, /CUDA could not be added: the disk is full/);
    assert.deepEqual(done, ["looked", "added"]);
  });

  test("says nothing when the user pauses", async () => {
    const { deps, done } = open({ pauses: true });
    fake.answers.push("Download");
    await addCuda(deps);
    assert.equal(fake.messages.length, 1);
    assert.deepEqual(done, ["looked", "added"]);
  });
});
