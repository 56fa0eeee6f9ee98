import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import { PLACEHOLDER } from "../../../privacy/redact.ts";
import { createLog, silentLog } from "../../../sidecar/base/log.ts";
import { openRedactor, type Redactor } from "../../../sidecar/learn/redactor.ts";

const never = new AbortController().signal;
const SECRET = 'const password = "kR7#mQ2x!vTz9Lp";';
const LINES = "const answer = 42;\n".repeat(2000);

/** Too long to be redacted at once. */
function long(name: string): string {
  return `// ${name}\n${LINES}${SECRET}\n`;
}

function redacted(text: string): string {
  return text.replace("kR7#mQ2x!vTz9Lp", PLACEHOLDER);
}

/** Dies at "die", is silent at "hang", answers the rest; each start is counted. */
function createFakeThreads() {
  const code = `
    const { parentPort } = require("node:worker_threads");
    parentPort.on("message", ({ id, text }) => {
      if (text.includes("die")) throw new Error("died");
      if (!text.includes("hang")) parentPort.postMessage({ id, text: "from the thread" });
    });`;
  const threads = {
    count: 0,
    start: (): Worker => {
      threads.count++;
      return new Worker(code, { eval: true });
    },
  };
  return threads;
}

function open(t: TestContext, log = silentLog, start?: () => Worker): Redactor {
  const redactor = openRedactor(log, start);
  t.after(() => redactor.close());
  return redactor;
}

suite("openRedactor", () => {
  test("takes secrets out of short texts without a thread, and out of long ones with it", async (t) => {
    const threads = createFakeThreads();
    const redactor = open(t, silentLog, threads.start);
    assert.equal(await redactor.redact(SECRET, never), redacted(SECRET));
    assert.equal(threads.count, 0);
    assert.equal(await redactor.redact(long("a"), never), "from the thread");
    assert.equal(threads.count, 1);
  });

  test("answers many at once, each with its own text", async (t) => {
    const redactor = open(t);
    const texts = Array.from({ length: 20 }, (_, n) => long(`file ${n}`));
    assert.deepEqual(await Promise.all(texts.map((text) => redactor.redact(text, never))), texts.map(redacted));
  });

  test("takes secrets out without the thread where that dies, and starts another for the next", async (t) => {
    const threads = createFakeThreads();
    const warnings: string[] = [];
    const log = createLog(
      (_level, line) => warnings.push(line),
      () => "warn",
    );
    const redactor = open(t, log, threads.start);
    const texts = [long("die"), long("behind it")];
    assert.deepEqual(await Promise.all(texts.map((text) => redactor.redact(text, never))), texts.map(redacted));
    assert.match(warnings.join("\n"), /the thread .* died/);
    assert.equal(await redactor.redact(long("next"), never), "from the thread");
    assert.equal(threads.count, 2);
  });

  test("goes without a thread after three that died in a row", async (t) => {
    const threads = createFakeThreads();
    const redactor = open(t, silentLog, threads.start);
    for (let n = 0; n < 5; n++) assert.equal(await redactor.redact(long("die"), never), redacted(long("die")));
    assert.equal(threads.count, 3);
  });

  test("lets go of a text that nobody waits for any more, and answers the next", async (t) => {
    const redactor = open(t, silentLog, createFakeThreads().start);
    const reason = new Error("not needed any more");
    const abort = new AbortController();
    const waiting = redactor.redact(long("hang"), abort.signal);
    abort.abort(reason);
    await assert.rejects(waiting, reason);
    await assert.rejects(redactor.redact(SECRET, abort.signal), reason);
    assert.equal(await redactor.redact(long("next"), never), "from the thread");
  });

  test("ends what waits when it is closed", async (t) => {
    const redactor = open(t, silentLog, createFakeThreads().start);
    const waiting = assert.rejects(redactor.redact(long("hang"), never), { name: "AbortError" });
    await redactor.close();
    await waiting;
    await assert.rejects(redactor.redact(SECRET, never), { name: "AbortError" });
  });
});
