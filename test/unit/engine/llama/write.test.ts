/** What a model on this machine writes, and what that costs: with real llama.cpp and generated models. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { before, type TestContext } from "node:test";
import type { CompletionRequest } from "../../../../sidecar/engine/engine.ts";
import { type WriteLimits, type Written } from "../../../../sidecar/engine/llama/write.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { modelFile, openWriter, PATIENT, requestAt, type TestWriter } from "../../../support/llama.ts";
import { writeLora } from "../../../support/models/lora.ts";
import { PRESETS } from "../../../support/models/models.ts";

const never = new AbortController().signal;
/** Longer than what is behind the cursor may be in a prompt. */
const SUFFIX = "\n}\n\nexport function other(path: string): Config {\n  return readConfig(path);\n}\n".repeat(8);
const ABOVE = "import { readFile } from 'node:fs/promises';\n\nexport function readConfig(path: string): Config {\n  ";

let shared: TestWriter;
before(async (t) => {
  shared = await openWriter(await modelFile(t as TestContext));
});

function write(request: CompletionRequest, limits: Partial<WriteLimits> = {}, { writer } = shared): Promise<Written> {
  return writer.write({ request, limits: { ...PATIENT, ...limits } }, never);
}

/** After each keystroke, as somebody types `typed` into the same place. */
async function type(typed: string, limits?: Partial<WriteLimits>): Promise<readonly Written[]> {
  const written: Written[] = [];
  for (let end = 0; end <= typed.length; end++) {
    written.push(await write(requestAt(`${ABOVE}${typed.slice(0, end)}▮${SUFFIX}`), limits));
  }
  return written;
}

test("a keystroke costs a token or two, also on a new line and in its indentation", async () => {
  const [first, ...others] = await type(
    "const text = await readFile(path);\n  const config = parse(text);\n\n  return",
  );
  assert.ok(first!.cost.promptTokens > 200, "the first one evaluates the prompt");
  const tokens = others.map(({ cost }) => cost.promptTokens).sort((a, b) => a - b);
  assert.ok(tokens[Math.floor(tokens.length / 2)]! <= 2, `median ${tokens[Math.floor(tokens.length / 2)]}`);
  assert.ok(tokens.at(-1)! <= 6, `at most ${tokens.at(-1)}`);
});

test("the same request again, and what is typed along with a suggestion, evaluate nothing", async () => {
  const place = `${ABOVE}const again = ▮${SUFFIX}`;
  const { text, cost } = await write(requestAt(place));
  assert.ok(text.length > 3 && cost.promptTokens > 0);
  const again = await write(requestAt(place));
  assert.deepEqual([again.text, again.cost.promptTokens, again.cost.writtenTokens], [text, 0, 0]);
  for (let typed = 1; typed < text.length - 1; typed++) {
    const along = await write(requestAt(place.replace("▮", `${text.slice(0, typed)}▮`)));
    if (along.text !== text.slice(typed)) continue;
    assert.ok(
      along.cost.promptTokens <= 2,
      `${along.cost.promptTokens} tokens after ${JSON.stringify(text.slice(0, typed))}`,
    );
  }
});

test("a bracket that the editor closes by itself moves no anchor", async () => {
  await write(requestAt(`${ABOVE}const text = await readFile▮${SUFFIX}`));
  const { cost } = await write(requestAt(`${ABOVE}const text = await readFile(▮)${SUFFIX}`));
  assert.ok(cost.promptTokens <= 4, `${cost.promptTokens}`);
});

test("a change above the cursor or below it is read", async () => {
  await write(requestAt(`${ABOVE}▮${SUFFIX}`));
  const above = await write(requestAt(`${ABOVE.replace("path", "file")}▮${SUFFIX}`));
  assert.ok(above.cost.promptTokens > 50);
  const below = await write(requestAt(`${ABOVE.replace("path", "file")}▮\n  // changed${SUFFIX}`));
  assert.ok(below.cost.promptTokens > 50);
});

test("a word that was begun is gone on with, whatever its tokens are", async () => {
  const whole = (await write(requestAt(`${ABOVE}return ▮${SUFFIX}`))).text;
  const word = /^\w{4,}/.exec(whole)?.[0];
  assert.ok(word !== undefined, whole);
  for (let begun = 1; begun < word.length; begun++) {
    const { text } = await write(requestAt(`${ABOVE}return ${word.slice(0, begun)}▮${SUFFIX}`));
    assert.match(word.slice(0, begun) + text, /^\w+/, "never a blank in a word");
    assert.ok(!text.startsWith(word), `${word.slice(0, begun)}|${text}`);
  }
});

test("drafts change the time that is needed, never the text", async () => {
  const places = ["const total = ", "for (const item of ", "if (", "return ", "", "import ", "const text = await read"];
  let steps = 0;
  for (const place of places) {
    const request = (remembered: readonly string[]): CompletionRequest =>
      requestAt(`${ABOVE}${place}▮${SUFFIX}`, { multiLine: true, remembered });
    const plain = await write(request([]), { draftTokensMax: 0 });
    assert.equal(plain.cost.draftSteps, 0);
    // Somewhere else, so that nothing of it is known any more.
    await write(requestAt("let other = ▮\n", { path: "src/other.ts" }));
    const drafted = await write(request([plain.text, "items.map((item) => item)"]));
    assert.equal(drafted.text, plain.text, place);
    steps += drafted.cost.draftedTokens;
  }
  assert.ok(steps > 10, `${steps} tokens came of drafts`);
});

test("what is shown is gone on from: accepting it costs next to nothing", async () => {
  const request = requestAt(`${ABOVE}const item = ▮${SUFFIX}`, { path: "src/foresee.ts" });
  const { text } = await write(request);
  const shown = text.trimEnd();
  await shared.writer.foresee({ request, shown, limits: PATIENT }, never);
  const accepted = requestAt(`${ABOVE}const item = ${shown}▮${SUFFIX}`, { path: "src/foresee.ts" });
  const { cost } = await write(accepted);
  assert.deepEqual([cost.promptTokens, cost.writtenTokens], [0, 0]);
});

test("what is typed on and on is anchored anew before it has grown long, in a pause", async () => {
  const path = "src/long.ts";
  const at = (typed: string): CompletionRequest => requestAt(`${ABOVE}${typed}▮${SUFFIX}`, { path });
  await write(at(""));
  // Between half of the bound and the bound.
  const typed = "const total = items.map((item) => item.price);\n  ".repeat(10);
  const before = await write(at(typed));
  assert.ok(before.cost.promptTokens > 100);
  await shared.writer.foresee({ request: at(typed), shown: "return", limits: PATIENT }, never);
  const long = await write(at(`${typed}const price = item.price;\n  `.repeat(2)));
  assert.ok(long.cost.promptTokens > 0);
  const next = await write(at(`${typed}return total`));
  assert.ok(next.cost.promptTokens < 400);
});

test("a first line that is whole is enough after a while", async () => {
  const request = requestAt(`${ABOVE}▮\n`, { multiLine: true, path: "src/line.ts" });
  const { text } = await write(request, { firstLineMs: 0 });
  assert.ok(!text.trim().includes("\n"), text);
});

test("a prompt is given up between two pieces, and what was evaluated stays", async () => {
  const long = `${"const total = items.map((item) => item.price);\n".repeat(400)}▮${SUFFIX}`;
  const request = requestAt(long, { path: "src/given-up.ts" });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 5);
  await assert.rejects(shared.writer.write({ request, limits: PATIENT }, abort.signal), { name: "AbortError" });
  const { cost } = await write(request);
  assert.ok(cost.promptTokens > 0 && cost.promptTokens < 2048, `${cost.promptTokens} tokens were left`);
});

test("a line of thousands of tokens is gone on with from its end", async () => {
  const line = `const table = [${"1234, ".repeat(1000)}`;
  const { text } = await write(requestAt(`${line}▮\n`, { path: "src/table.ts" }));
  assert.equal(typeof text, "string");
});

test("marks of the model in the text are text", async () => {
  const { text } = await write(requestAt(`const mark = "<|fim_middle|>";\nconst x = ▮\n`, { path: "src/marks.ts" }));
  assert.equal(typeof text, "string");
  const tokens = shared.model.tokenize("<|fim_middle|>");
  assert.ok(tokens.length > 1 && !tokens.includes(shared.model.mark("<|fim_middle|>")!));
});

test("an adapter of scale 0 changes nothing, one of scale 1 does", async (t) => {
  const file = await modelFile(t);
  const lora = join(await temporaryFolder(t), "adapter.gguf");
  await writeLora(lora, PRESETS.tinyQwen2);
  const texts = async (scale?: number): Promise<readonly string[]> => {
    const opened = await openWriter(file, scale === undefined ? {} : { adapters: [{ file: lora, scale }] });
    const written: string[] = [];
    for (const place of ["const total = ", "for (", "return ", "import "]) {
      written.push((await write(requestAt(`${ABOVE}${place}▮${SUFFIX}`), {}, opened)).text);
    }
    return written;
  };
  const plain = await texts();
  assert.deepEqual(await texts(0), plain);
  assert.notDeepEqual(await texts(1), plain);
});

for (const name of ["tinyLlama", "tinyStarcoder2", "tinyQwen3"] as const) {
  test(`${name} fills in the middle as well`, async (t) => {
    const { model, writer } = await openWriter(await modelFile(t, PRESETS[name]));
    const { text } = await write(requestAt(`${ABOVE}return ▮${SUFFIX}`), {}, { model, writer });
    assert.match(text, /^[\n\x20-\x7e]*$/);
    const { cost } = await write(requestAt(`${ABOVE}return i▮${SUFFIX}`), {}, { model, writer });
    assert.ok(cost.promptTokens <= 3);
  });
}
