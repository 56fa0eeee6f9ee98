import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { createLog, silentLog } from "../../../../sidecar/base/log.ts";
import {
  type Dialect,
  type Limits,
  RemoteEngine,
  type RemoteHealth,
  type RemoteOptions,
} from "../../../../sidecar/engine/remote/remote.ts";
import { type Misbehaviour, type ModelServer, openModelServer } from "../../../support/model-server.ts";
import { exampleOf, never, requestAt } from "../../../support/recall.ts";

const DIALECTS: readonly Dialect[] = ["llama-server", "ollama", "openai"];
/** A machine that is busy may take this long for what takes a millisecond. */
const PATIENT: Partial<Limits> = { firstByteMs: 10_000, idleMs: 10_000, answerMs: 20_000 };
/** No pauses: each test says itself what it is about. */
const EAGER: Partial<Limits> = { ...PATIENT, failuresMax: 100 };
const PLACE = "const answer = ▮\nnext();\n";

/** An engine for a server, closed when the test ends, with all that it has said of its health. */
function engineFor(
  t: TestContext,
  { url }: Pick<ModelServer, "url">,
  options: Partial<RemoteOptions> = {},
  limits: Partial<Limits> = EAGER,
  chance?: ConstructorParameters<typeof RemoteEngine>[2],
): { readonly engine: RemoteEngine; readonly told: readonly RemoteHealth[] } {
  const told: RemoteHealth[] = [];
  const engine = new RemoteEngine(
    {
      url,
      dialect: "auto",
      model: "",
      apiKey: undefined,
      consentedHosts: [],
      log: silentLog,
      onHealth: (health) => told.push(health),
      ...options,
    },
    limits,
    chance,
  );
  t.after(() => engine.close());
  return { engine, told };
}

async function textsAt(engine: RemoteEngine, document = PLACE, options = {}): Promise<readonly string[]> {
  const proposals = await engine.complete(requestAt(document, { multiLine: false, ...options }), never);
  return proposals.map(({ text }) => text);
}

function reasonOf({ health }: RemoteEngine): string {
  assert.equal(health.kind, "failing", JSON.stringify(health));
  return health.reason;
}

for (const dialect of DIALECTS) {
  test(`${dialect}: it is recognised, asked, and its text proposed`, async (t) => {
    const server = await openModelServer(t, { dialect, pieces: ["for", "ty", "Two();"], logprob: Math.log(0.9) });
    const { engine, told } = engineFor(t, server);
    assert.deepEqual(engine.health, { kind: "unknown" });
    const examples = [exampleOf({ id: 7, linePrefix: "const question = ", text: "ask();" })];
    const [proposal, ...others] = await engine.complete(requestAt(PLACE, { examples, multiLine: false }), never);
    assert.deepEqual(others, []);
    assert.ok(proposal);
    assert.equal(proposal.text, "fortyTwo();");
    assert.equal(proposal.proposer, "model");
    assert.equal(proposal.source, `qwen2.5-coder:1.5b on ${server.host}`);
    assert.deepEqual(proposal.exampleIds, [7]);
    assert.ok(Math.abs(proposal.exactness! - 0.9 ** 3) < 1e-6);
    assert.ok(proposal.confidence > proposal.exactness! && proposal.confidence < 0.9);
    const ready = { kind: "ready", dialect, model: "qwen2.5-coder:1.5b" };
    assert.deepEqual(told, [ready]);
    assert.deepEqual(await engine.check(never), ready);
  });

  test(`${dialect}: a server that does not say how sure it is gets a modest confidence`, async (t) => {
    const { engine } = engineFor(t, await openModelServer(t, { dialect }));
    const [proposal] = await engine.complete(requestAt(PLACE), never);
    assert.ok(proposal!.confidence > 0.1 && proposal!.confidence < 0.5);
    assert.equal(proposal!.exactness, undefined);
  });

  test(`${dialect}: connections are kept`, async (t) => {
    const server = await openModelServer(t, { dialect });
    const { engine } = engineFor(t, server);
    for (let time = 0; time < 6; time++) assert.deepEqual(await textsAt(engine), ["1;"]);
    // One may still be ending when the next is needed.
    assert.ok(server.connections <= 2, `${server.connections} connections for ${server.paths.length} requests`);
  });

  test(`${dialect}: it is stopped as soon as the line is whole`, async (t) => {
    const pieces = ["1;\n", ...Array.from({ length: 500 }, () => "more();\n")];
    const server = await openModelServer(t, { dialect, pieces });
    server.misbehave({ pieceEveryMs: 5 });
    const { engine } = engineFor(t, server);
    assert.deepEqual(await textsAt(engine), ["1;"]);
    assert.ok(server.piecesSent < 100, `${server.piecesSent} pieces`);
  });

  const faults: readonly (readonly [name: string, fault: Misbehaviour, reason: RegExp, limits?: Partial<Limits>])[] = [
    ["hangs", "hang", /did not answer in time/, { firstByteMs: 150 }],
    ["answers garbage", "garbage", /cannot be understood/],
    ["sends a line without end", "huge line", /cannot be understood .*a line of more than/, { lineCharsMax: 1000 }],
    ["sends more than it should", "huge line", /cannot be understood .*more than 1000 bytes/, { bytesMax: 1000 }],
    ["answers 500", { status: 500 }, /failed \(HTTP 500\)/],
    ["answers 400", { status: 400 }, /failed \(HTTP 400\)/],
    ["answers 429", { status: 429 }, /busy \(HTTP 429\)/],
    ["is loading", { status: 503, error: "Loading model" }, /still loading/],
    ["answers 404 for the model", { status: 404, error: "The model does not exist" }, /does not have the model "qwen2/],
    ["closes in the middle", "close in the middle", /ended the connection in the middle/],
    ["ends in the middle", "end in the middle", /ended the connection in the middle/],
    ["fails in the middle", "error in the stream", /failed/],
    ["sends elsewhere", { redirectTo: "http://192.0.2.1/other" }, /sends on to 192\.0\.2\.1, which is not followed/],
  ];
  for (const [name, fault, reason, limits] of faults) {
    test(`${dialect}: one that ${name} gives nothing and says why, and the next request works`, async (t) => {
      const server = await openModelServer(t, { dialect });
      const { engine, told } = engineFor(t, server, {}, { ...EAGER, ...limits });
      assert.equal((await engine.check(never)).kind, "ready");
      server.misbehave(fault);
      assert.deepEqual(await textsAt(engine), []);
      assert.match(reasonOf(engine), reason);
      assert.equal(told.at(-1)?.kind, "failing");
      assert.deepEqual(await textsAt(engine), ["1;"]);
      assert.equal(engine.health.kind, "ready");
    });
  }

  test(`${dialect}: a connection that is reset before the answer is made once more, unnoticed`, async (t) => {
    const server = await openModelServer(t, { dialect });
    const { engine, told } = engineFor(t, server);
    await engine.check(never);
    server.misbehave("close before the answer");
    assert.deepEqual(await textsAt(engine), ["1;"]);
    assert.equal(server.asked.length, 2);
    server.misbehave("close before the answer", "close before the answer");
    assert.deepEqual(await textsAt(engine), []);
    assert.match(reasonOf(engine), /ended the connection/);
    assert.deepEqual(await textsAt(engine), ["1;"]);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ["ready", "failing", "ready"],
    );
  });

  test(`${dialect}: whoever types on cancels, and that is no failure`, async (t) => {
    const server = await openModelServer(t, { dialect });
    const { engine, told } = engineFor(t, server);
    await engine.check(never);
    server.misbehave("hang");
    const typing = new AbortController();
    const asked = engine.complete(requestAt(PLACE), typing.signal);
    setTimeout(() => typing.abort(), 30);
    await assert.rejects(asked, { name: "AbortError" });
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ["ready"],
    );
    assert.deepEqual(await textsAt(engine), ["1;"]);
    await assert.rejects(engine.complete(requestAt(PLACE), typing.signal), { name: "AbortError" });
  });

  test(`${dialect}: a key is sent, and a wrong one is reported without being shown`, async (t) => {
    const server = await openModelServer(t, { dialect, apiKey: "right-key" });
    const { engine } = engineFor(t, server, { apiKey: "right-key\n" });
    assert.deepEqual(await textsAt(engine), ["1;"]);
    const lines: string[] = [];
    const log = createLog(
      (_, line) => lines.push(line),
      () => "debug",
    );
    for (const apiKey of ["wrong-key", "wrong-\u0000key", undefined]) {
      const { engine: wrong } = engineFor(t, server, { apiKey, log });
      assert.deepEqual(await textsAt(wrong), []);
      assert.match(reasonOf(wrong), /does not accept the API key/);
      assert.doesNotMatch(JSON.stringify([wrong.health, lines]), /wrong-/);
    }
  });

  test(`${dialect}: a server that is gone is told, and found again`, async (t) => {
    const gone = await openModelServer(t, { dialect });
    await gone.close();
    const { engine } = engineFor(t, gone);
    assert.deepEqual(await textsAt(engine), []);
    assert.match(reasonOf(engine), /No model server answers at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
    assert.equal((await engine.check(never)).kind, "failing");
  });
}

test("silence in the middle of an answer ends it", async (t) => {
  const server = await openModelServer(t, { dialect: "openai", pieces: ["1", ";"] });
  const { engine } = engineFor(t, server, {}, { ...EAGER, idleMs: 100 });
  await engine.check(never);
  // The first piece comes within the time for a first byte, the second does not within that for the next.
  server.misbehave({ pieceEveryMs: 400 });
  assert.deepEqual(await textsAt(engine), []);
  assert.match(reasonOf(engine), /did not answer in time \(silent for 100 ms\)/);
  assert.deepEqual(await textsAt(engine), ["1;"]);
});

test("an answer that goes on for too long is given up", async (t) => {
  const server = await openModelServer(t, { dialect: "openai", pieces: Array.from({ length: 100 }, () => "x") });
  const { engine } = engineFor(t, server, {}, { ...EAGER, answerMs: 300 });
  await engine.check(never);
  server.misbehave({ pieceEveryMs: 20 });
  assert.deepEqual(await textsAt(engine), []);
  assert.match(reasonOf(engine), /not done within 300 ms/);
});

test("of a slow answer the lines that are whole are enough", async (t) => {
  const pieces = ["{\n", "  one();\n", "  two", "();\n", "}"];
  const server = await openModelServer(t, { dialect: "openai", pieces });
  const { engine } = engineFor(t, server, {}, { ...EAGER, writingMs: 50 });
  await engine.check(never);
  server.misbehave({ pieceEveryMs: 100 });
  assert.deepEqual(await textsAt(engine, "if (ready) ▮\n", { multiLine: true }), ["{"]);
});

test("after failures in a row it is left alone for a while, longer each time", async (t) => {
  const server = await openModelServer(t, { dialect: "openai" });
  let now = 1_000_000;
  const chance = { clock: { now: () => now }, random: () => 0.5 };
  const limits = { ...PATIENT, failuresMax: 2, pauseMs: 1000, pauseMsMax: 1500 };
  const { engine } = engineFor(t, server, {}, limits, chance);
  const error = { status: 500 };
  server.misbehave(error, error, error, error);
  const askedAfter = async (ms: number): Promise<number> => {
    now += ms;
    const before = server.asked.length;
    await textsAt(engine);
    return server.asked.length - before;
  };
  assert.deepEqual([await askedAfter(0), await askedAfter(0)], [1, 1]);
  // Three quarters of a second, by the jitter.
  assert.deepEqual([await askedAfter(0), await askedAfter(740)], [0, 0]);
  assert.match(reasonOf(engine), /HTTP 500/);
  assert.equal(await askedAfter(20), 1);
  // Twice as long, but for the bound: 1.5 s.
  assert.deepEqual([await askedAfter(1100), await askedAfter(30)], [0, 1]);
  assert.deepEqual([await askedAfter(1100), await askedAfter(30)], [0, 1]);
  assert.equal(engine.health.kind, "ready");
  assert.equal(await askedAfter(0), 1);
});

test("a server that asks to be left alone is, and is not asked by a check either", async (t) => {
  const server = await openModelServer(t, { dialect: "openai" });
  let now = 1_000_000;
  const { engine } = engineFor(t, server, {}, EAGER, { clock: { now: () => now }, random: () => 0 });
  server.misbehave({ status: 429, retryAfter: "7" });
  assert.deepEqual(await textsAt(engine), []);
  const requests = server.paths.length;
  now += 6900;
  assert.deepEqual(await textsAt(engine), []);
  assert.equal((await engine.check(never)).kind, "failing");
  assert.equal(server.paths.length, requests);
  now += 200;
  assert.deepEqual(await textsAt(engine), ["1;"]);
});

test("nothing is sent to another machine without consent", async (t) => {
  const { engine, told } = engineFor(t, { url: "http://192.0.2.1:8080" });
  assert.deepEqual(engine.health, { kind: "needs-consent", host: "192.0.2.1:8080" });
  assert.deepEqual(await textsAt(engine), []);
  assert.deepEqual(await engine.check(never), { kind: "needs-consent", host: "192.0.2.1:8080" });
  assert.deepEqual(told, []);
  const { engine: other } = engineFor(t, { url: "http://192.0.2.1:8080" }, { consentedHosts: ["192.0.2.1:8081"] });
  assert.equal(other.health.kind, "needs-consent");
  const { engine: allowed } = engineFor(t, { url: "http://192.0.2.1:8080" }, { consentedHosts: ["192.0.2.1:8080"] });
  assert.equal(allowed.health.kind, "unknown");
});

test("an address that is none is told at once", async (t) => {
  for (const url of ["", "localhost:8080", "ftp://127.0.0.1", "http://user:secret@127.0.0.1:1"]) {
    const { engine } = engineFor(t, { url });
    assert.match(reasonOf(engine), /no http\(s\) URL/, url);
    assert.doesNotMatch(JSON.stringify(engine.health), /secret/);
    assert.deepEqual(await textsAt(engine), []);
  }
});

test("a base URL may end in a slash, or in its version", async (t) => {
  const { url } = await openModelServer(t, { dialect: "openai" });
  for (const end of ["/", "/v1", "/v1/"]) {
    const { engine } = engineFor(t, { url: url + end });
    assert.deepEqual(await textsAt(engine), ["1;"], end);
  }
});

test("after closing nothing is asked, and what is under way ends without a failure", async (t) => {
  const server = await openModelServer(t, { dialect: "openai" });
  const { engine, told } = engineFor(t, server);
  await engine.check(never);
  server.misbehave("hang");
  const asked = textsAt(engine);
  setTimeout(() => engine.close(), 30);
  assert.deepEqual(await asked, []);
  assert.deepEqual(await textsAt(engine), []);
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ["ready"],
  );
});

test("what is no model server is told as that", async (t) => {
  const server = await openModelServer(t, { dialect: "ollama" });
  const { engine } = engineFor(t, server, { dialect: "llama-server" });
  assert.match(reasonAfter(await engine.check(never)), /cannot be understood \(it is no llama-server\)/);
});

test("llama-server gets pieces as files, and the cursor's line behind the middle mark", async (t) => {
  const server = await openModelServer(t, { dialect: "llama-server" });
  const { engine } = engineFor(t, server);
  const similar = [{ path: "lib/a.ts", text: "const other = 1;\n", continuation: "", likeness: 0.5 }];
  await engine.complete(
    requestAt("above();\nconst answer = ▮;\nbelow();\n", { similar, advice: ["single quotes"] }),
    never,
  );
  const { body } = server.asked[0]!;
  assert.equal(body["input_prefix"], "// Conventions: single quotes\nabove();\n");
  assert.equal(body["prompt"], "const answer = ");
  assert.equal(body["input_suffix"], ";\nbelow();\n");
  assert.deepEqual(body["input_extra"], [{ filename: "lib/a.ts", text: "const other = 1;\n" }]);
  assert.equal(body["stream"], true);
});

test("a model of llama-server that cannot fill in the middle is told, and stays so", async (t) => {
  const server = await openModelServer(t, { dialect: "llama-server", model: "chat.gguf" });
  const { engine } = engineFor(t, server);
  await engine.check(never);
  server.misbehave({ status: 501, error: "Infill is not supported by this model: prefix token is missing. " });
  assert.deepEqual(await textsAt(engine), []);
  assert.match(reasonOf(engine), /^The model "chat\.gguf" on 127\.0\.0\.1:\d+ cannot fill in the middle/);
  assert.match(reasonAfter(await engine.check(never)), /cannot fill in the middle/);
});

test("Ollama gets the text behind the cursor in a field, or in marks where the model's template has no place for it", async (t) => {
  const template = await openModelServer(t, { dialect: "ollama" });
  await textsAt(engineFor(t, template).engine);
  assert.equal(template.asked[0]!.body["prompt"], "const answer = ");
  assert.equal(template.asked[0]!.body["suffix"], "\nnext();\n");

  const none = await openModelServer(t, { dialect: "ollama", capabilities: ["completion"] });
  await textsAt(engineFor(t, none).engine);
  const { prompt, suffix, raw } = none.asked[0]!.body;
  assert.equal(prompt, "<|fim_prefix|><|fim_suffix|>\nnext();\n<|fim_middle|>const answer = ");
  assert.deepEqual([suffix, raw], [undefined, true]);

  const chat = await openModelServer(t, { dialect: "ollama", model: "llama3.2", capabilities: ["completion"] });
  const { engine } = engineFor(t, chat);
  assert.match(reasonAfter(await engine.check(never)), /The model "llama3\.2" on .* cannot fill in the middle/);
});

test("while Ollama loads its model nobody waits for it", async (t) => {
  const server = await openModelServer(t, { dialect: "ollama", loadMs: 400 });
  const { engine } = engineFor(t, server, {}, { ...EAGER, firstByteMs: 100 });
  assert.deepEqual(await textsAt(engine), []);
  assert.equal(engine.health.kind, "unknown");
  assert.equal((await engine.check(never)).kind, "ready");
  assert.equal(server.paths.filter((path) => path === "/api/generate").length, 1, "it is loaded once");
});

test("a model that Ollama does not have is named", async (t) => {
  const server = await openModelServer(t, { dialect: "ollama" });
  const { engine } = engineFor(t, server, { model: "missing:7b" });
  assert.match(reasonAfter(await engine.check(never)), /does not have the model "missing:7b"/);
});

test("an OpenAI-compatible server gets the marks of a known model, and a suffix for any other", async (t) => {
  const known = await openModelServer(t, { dialect: "openai", model: "Qwen/Qwen2.5-Coder-7B" });
  await textsAt(engineFor(t, known).engine);
  assert.equal(known.asked[0]!.body["prompt"], "<|fim_prefix|><|fim_suffix|>\nnext();\n<|fim_middle|>const answer = ");
  assert.equal(known.asked[0]!.body["suffix"], undefined);

  const other = await openModelServer(t, { dialect: "openai", model: "my-model" });
  const { engine } = engineFor(t, other);
  await textsAt(engine);
  assert.equal(other.asked[0]!.body["suffix"], "\nnext();\n");
  other.misbehave({ status: 400, error: "suffix is not currently supported" });
  assert.deepEqual(await textsAt(engine), []);
  assert.match(reasonOf(engine), /The model "my-model" on .* cannot fill in the middle/);
});

test("a server that refuses log-probabilities is asked without them, once and for all", async (t) => {
  const server = await openModelServer(t, { dialect: "openai" });
  const { engine, told } = engineFor(t, server);
  server.misbehave({ status: 400, error: "logprobs are not supported" });
  assert.deepEqual(await textsAt(engine), ["1;"]);
  assert.deepEqual(await textsAt(engine), ["1;"]);
  assert.deepEqual(
    server.asked.map(({ body }) => body["logprobs"]),
    [1, undefined, undefined],
  );
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ["ready"],
  );
});

test("marks of the model that slip into its text end it", async (t) => {
  const server = await openModelServer(t, { dialect: "openai", pieces: ["1;", "<|file", "_sep|>", "other.ts"] });
  assert.deepEqual(await textsAt(engineFor(t, server).engine), ["1;"]);
});

test("what answers take is told as a running mean", async (t) => {
  const server = await openModelServer(t, { dialect: "openai" });
  const { engine } = engineFor(t, server);
  const before = engine.meanLatencyMs;
  server.misbehave({ pieceEveryMs: 400 });
  await textsAt(engine);
  assert.ok(engine.meanLatencyMs > before);
});

function reasonAfter(health: RemoteHealth): string {
  assert.equal(health.kind, "failing", JSON.stringify(health));
  return health.reason;
}
