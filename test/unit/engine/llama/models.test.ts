import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  getLlama,
  LlamaCompletion,
  LlamaLogLevel,
  readGgufFileInfo,
  type Llama,
  type LlamaModel,
} from "node-llama-cpp";
import { temporaryFolder } from "../../../support/folders.ts";
import { FATAL_FAULTS, FAULTS } from "../../../support/models/broken.ts";
import { writeGguf, type GgufValue } from "../../../support/models/gguf.ts";
import { REFUSED_STATUS } from "../../../support/models/load-model.ts";
import { PRESETS, weightBytesOf, writeModel, type ModelShape } from "../../../support/models/models.ts";

/** The binary is loaded once; it goes with the process. */
let opening: Promise<Llama> | undefined;

function openLlama(): Promise<Llama> {
  return (opening ??= getLlama({
    gpu: false,
    build: "never",
    maxThreads: 1,
    logLevel: LlamaLogLevel.disabled,
    progressLogs: false,
  }));
}

const LOAD_MODEL = join(import.meta.dirname, "../../../support/models/load-model.ts");

const WRITERS = ["tinyQwen2", "tinyLlama", "tinyStarcoder2", "tinyQwen3"] as const;
const SOURCE = `export class Straße {\r\n\tconst x_1 = "🚀 変数"; // <|x|> 12345.678\n\n\n    return this.#items?.map((i) => i ** 2);\n}`;
const FUNCTION = { prefix: "function total(items) {\n    return ", suffix: "\n}\n" };

for (const name of WRITERS) {
  test(`${name} completes text and fills gaps with printable lines`, async (t) => {
    const { completion } = await openWriter(t, PRESETS[name]);
    assert(completion.infillSupported);
    let ended = 0;
    for (const prompt of ["export function ", "    if (item", "const names =", "def read_config(", "x = y\n", "ж"]) {
      const { response, metadata } = await completion.generateCompletionWithMeta(prompt, { maxTokens: 32 });
      assert.match(response, /^[\n\x20-\x7e]*$/, prompt);
      if (metadata.stopReason === "eogToken") ended++;
    }
    assert(ended >= 2, `${ended} of 6 completions end`);
    const middle = await completion.generateInfillCompletion(FUNCTION.prefix, FUNCTION.suffix, { maxTokens: 32 });
    assert.match(middle, /^[\n\x20-\x7e]+$/);
  });
}

test("what a model writes follows from its seed, the prompt and the seed of sampling", async (t) => {
  const write = async (seed: number, prompt: string, sampling?: number): Promise<string> => {
    const { completion } = await openWriter(t, PRESETS.tinyQwen2, seed);
    return completion.generateCompletion(prompt, {
      maxTokens: 24,
      ...(sampling === undefined ? {} : { temperature: 1, seed: sampling }),
    });
  };
  assert.equal(await write(1, "    const total = "), await write(1, "    const total = "));
  assert.equal(await write(1, "    const total = ", 5), await write(1, "    const total = ", 5));
  const sampled = new Set<string>();
  for (const sampling of [1, 2, 3, 4]) sampled.add(await write(1, "    const total = ", sampling));
  assert(sampled.size > 1);
  const byModel = new Set<string>();
  for (const seed of [1, 2, 3, 4, 5]) byModel.add(await write(seed, "    const total = "));
  assert(byModel.size > 1);
});

test("the special tokens are those of the family", async (t) => {
  const marks = async (shape: ModelShape): Promise<(string | boolean | null)[]> => {
    const { tokens } = await openModel(t, shape);
    const { infill } = tokens;
    return [
      infill.prefixString,
      infill.suffixString,
      infill.middleString,
      tokens.eosString,
      tokens.shouldPrependBosToken,
    ];
  };
  const qwen = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|endoftext|>", false];
  assert.deepEqual(await marks(PRESETS.tinyQwen2), qwen);
  assert.deepEqual(await marks(PRESETS.tinyQwen3), qwen);
  assert.deepEqual(await marks(PRESETS.tinyLlama), [
    "<｜fim▁begin｜>",
    "<｜fim▁hole｜>",
    "<｜fim▁end｜>",
    "<｜end▁of▁sentence｜>",
    true,
  ]);
  assert.deepEqual(await marks(PRESETS.tinyStarcoder2), [
    "<fim_prefix>",
    "<fim_suffix>",
    "<fim_middle>",
    "<|endoftext|>",
    false,
  ]);
  assert.deepEqual(await marks(PRESETS.tinyJina), [null, null, null, "</s>", true]);
});

test("any text survives its tokens, and code takes fewer tokens than characters", async (t) => {
  for (const name of [...WRITERS, "tinyJina"] as const) {
    const model = await openModel(t, PRESETS[name]);
    assert.equal(model.detokenize(model.tokenize(SOURCE)), SOURCE, name);
    const line = "    const total = items.reduce((sum, item) => sum + item.price, 0);\n";
    assert(model.tokenize(line).length < line.length / 2, name);
  }
});

test("an encoder's vector of a long text counts all of it", async (t) => {
  const { model, embed } = await openEmbedder(t, PRESETS.tinyJina);
  const long = "for (const item of items) total += item.price;\n".repeat(60);
  assert(model.tokenize(long).length > 1000);
  const vector = await embed(long);
  assert.equal(vector.length, PRESETS.tinyJina.width);
  assert(vector.every(Number.isFinite) && Math.hypot(...vector) > 0.1);
  assert(cosine(vector, await embed(`${"def f(path): return None\n".repeat(60)}${long}`)) < 0.999);
});

test("texts that share tokens have similar vectors", async (t) => {
  const { embed } = await openEmbedder(t, PRESETS.tinyJina);
  const total = await embed("total = items.reduce((sum, item) => sum + item.price)");
  const sum = await embed("sum = items.reduce((sum, each) => sum + each.price)");
  const file = await embed("with open(path) as file:\n    return json.load(file)");
  assert(cosine(total, sum) > cosine(total, file) + 0.02);
});

test("a model of f16 weights and a padded vocabulary loads as well", async (t) => {
  const shape = { ...PRESETS.tinyQwen2, weights: "f16", vocabularyMin: 2000, output: "tied" } as const;
  const { model, completion } = await openWriter(t, shape);
  assert.equal(typeof (await completion.generateCompletion("const ", { maxTokens: 4 })), "string");
  assert.equal([...model.iterateAllTokens()].length, 2000);
});

test("the shapes of real models have their size", () => {
  const millions = (shape: ModelShape): number => Math.round(weightBytesOf(shape) / 2 / 1e6);
  assert.equal(millions(PRESETS.jina12x768), 160);
  assert.equal(millions(PRESETS.qwenCoder500m), 494);
  assert.equal(millions(PRESETS.qwenCoder1500m), 1544);
});

test("metadata of every type are read as they were written", async (t) => {
  const file = join(await temporaryFolder(t), "all.gguf");
  const values: [string, GgufValue, unknown][] = [
    ["test.uint8", { type: "uint8", value: 255 }, 255],
    ["test.int8", { type: "int8", value: -128 }, -128],
    ["test.uint16", { type: "uint16", value: 65_535 }, 65_535],
    ["test.int16", { type: "int16", value: -32_768 }, -32_768],
    ["test.uint32", { type: "uint32", value: 4_294_967_295 }, 4_294_967_295],
    ["test.int32", { type: "int32", value: -5 }, -5],
    ["test.float32", { type: "float32", value: 0.5 }, 0.5],
    ["test.float64", { type: "float64", value: 0.1 }, 0.1],
    ["test.uint64", { type: "uint64", value: 1n << 63n }, 1n << 63n],
    ["test.int64", { type: "int64", value: -7n }, -7n],
    ["test.bool", { type: "bool", value: true }, true],
    ["test.string", { type: "string", value: "größe" }, "größe"],
    ["test.list", { type: "array", of: "string", values: ["a", "", "ü"] }, ["a", "", "ü"]],
  ];
  const architecture: [string, GgufValue] = ["general.architecture", { type: "string", value: "test" }];
  await writeGguf(file, new Map([architecture, ...values.map(([key, value]) => [key, value] as const)]), []);
  const { architectureMetadata } = await readGgufFileInfo(file);
  const found = architectureMetadata as unknown as Readonly<Record<string, unknown>>;
  for (const [key, , expected] of values) assert.deepEqual(found[key.slice("test.".length)], expected, key);
});

test("values of a large tensor are asked for in pieces and lie in order, aligned", async (t) => {
  const file = join(await temporaryFolder(t), "large.gguf");
  const length = 1_500_000;
  let askedMost = 0;
  await writeGguf(file, new Map([["general.alignment", { type: "uint32", value: 256 }]]), [
    { name: "small", type: "f32", shape: [3], fill: (values) => values.set([1, 2, 3]) },
    {
      name: "large",
      type: "f16",
      shape: [length],
      fill: (values, start) => {
        askedMost = Math.max(askedMost, values.length);
        for (let index = 0; index < values.length; index++) values[index] = ((start + index) % 1000) / 8;
      },
    },
  ]);
  assert(askedMost < length);
  const written = await readFile(file);
  const start = written.length - 2 * length - paddingTo256(2 * length);
  assert.equal(start % 256, 0);
  assert.deepEqual(
    [0, 4, 8].map((at) => written.readFloatLE(start - 256 + at)),
    [1, 2, 3],
  );
  const { fullTensorInfo } = await readGgufFileInfo(file);
  assert.deepEqual(
    fullTensorInfo?.map(({ fileOffset }) => Number(fileOffset)),
    [start - 256, start],
  );
  const halves = new Float32Array(
    [0, 1, 999, 1_048_576, length - 1].map((index) => fromHalf(written.readUInt16LE(start + 2 * index))),
  );
  assert.deepEqual([...halves], [0, 0.125, 124.875, 72, 124.875]);
});

for (const [name, fault] of Object.entries(FAULTS)) {
  test(`a broken model is refused, and the next one loads: ${name}`, async (t) => {
    const file = await writeBroken(t, fault);
    const llama = await openLlama();
    await assert.rejects(llama.loadModel({ modelPath: file, gpuLayers: 0 }));
    assert.equal((await openModel(t, PRESETS.tinyQwen2)).architecture, "qwen2");
  });
}

for (const [name, fault] of Object.entries(FATAL_FAULTS)) {
  test(`a broken model ends the process that loads it: ${name}`, async (t) => {
    const file = await writeBroken(t, fault);
    const { status, signal } = spawnSync(
      process.execPath,
      // A small heap is full sooner.
      ["--disable-warning=ExperimentalWarning", "--max-old-space-size=64", LOAD_MODEL, file],
      { stdio: "ignore" },
    );
    // When a fault is refused some day, it belongs to FAULTS.
    assert.notEqual(status, REFUSED_STATUS);
    assert.notEqual(status, 0);
    assert.notEqual(signal, "SIGTERM");
  });
}

test("a process that loads a sound model lives on", async (t) => {
  const file = await writeBroken(t, (model) => model);
  assert.equal(spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", LOAD_MODEL, file]).status, 0);
});

async function openModel(t: TestContext, shape: ModelShape): Promise<LlamaModel> {
  const model = await loadModel(t, shape);
  t.after(() => model.dispose());
  return model;
}

async function openWriter(
  t: TestContext,
  shape: ModelShape,
  seed?: number,
): Promise<{ readonly model: LlamaModel; readonly completion: LlamaCompletion }> {
  const model = await loadModel(t, shape, seed);
  const context = await model.createContext({ contextSize: 512, threads: 1 });
  closeInOrder(t, context, model);
  return { model, completion: new LlamaCompletion({ contextSequence: context.getSequence() }) };
}

async function openEmbedder(
  t: TestContext,
  shape: ModelShape,
): Promise<{ readonly model: LlamaModel; readonly embed: (text: string) => Promise<readonly number[]> }> {
  const model = await loadModel(t, shape);
  // Of a text in more than one batch only the last one would count.
  const context = await model.createEmbeddingContext({ contextSize: 4096, batchSize: 4096, threads: 1 });
  closeInOrder(t, context, model);
  return { model, embed: async (text) => (await context.getEmbeddingFor(text)).vector };
}

/** A model whose context was collected as garbage, not closed, waits for it for ever. */
function closeInOrder(t: TestContext, context: { dispose(): Promise<void> }, model: LlamaModel): void {
  t.after(async () => {
    await context.dispose();
    await model.dispose();
  });
}

async function loadModel(t: TestContext, shape: ModelShape, seed?: number): Promise<LlamaModel> {
  const file = join(await temporaryFolder(t), "model.gguf");
  await writeModel(file, shape, seed);
  assert((await stat(file)).size > weightBytesOf(shape));
  return (await openLlama()).loadModel({ modelPath: file, gpuLayers: 0 });
}

async function writeBroken(t: TestContext, fault: (model: Buffer) => Buffer): Promise<string> {
  const file = join(await temporaryFolder(t), "model.gguf");
  await writeModel(file, PRESETS.tinyQwen2);
  await writeFile(file, fault(await readFile(file)));
  return file;
}

function cosine(left: readonly number[], right: readonly number[]): number {
  const product = left.reduce((sum, component, index) => sum + component * right[index]!, 0);
  return product / (Math.hypot(...left) * Math.hypot(...right));
}

function paddingTo256(length: number): number {
  return (256 - (length % 256)) % 256;
}

/** Of a normal number or 0. */
function fromHalf(half: number): number {
  const exponent = (half >> 10) & 31;
  return exponent === 0 ? 0 : (1 + (half & 1023) / 1024) * 2 ** (exponent - 15);
}
