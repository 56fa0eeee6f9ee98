import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { suite, test } from "node:test";
import { Worker } from "node:worker_threads";
import { createLog, silentLog } from "../../../sidecar/base/log.ts";
import { openChunker } from "../../../sidecar/code/chunker.ts";
import type { Chunker, ChunkRequest } from "../../../sidecar/code/chunker.ts";
import type { ChunkWorkerData } from "../../../sidecar/code/chunk-worker.ts";

const never = new AbortController().signal;
const twoFunctions = "function a() {\n  x();\n  y();\n}\nfunction b() {\n  x();\n  y();\n}\n";

function request(text: string, languageId = "typescript"): ChunkRequest {
  return { path: "/project/a.ts", languageId, text };
}

async function kinds(chunker: Chunker, text: string, signal = never): Promise<string> {
  return (await chunker.chunk(request(text), signal)).chunks.map(({ kind }) => kind).join(" ");
}

/** A thread that answers at once, dies at "die", is silent at "hang"; each start is counted. */
function createFakeThreads(start = "post({ kind: 'ready' })"): {
  count: number;
  start: (data: ChunkWorkerData) => Worker;
} {
  const code = `
    const { parentPort } = require("node:worker_threads");
    const post = (answer) => parentPort.postMessage(answer);
    parentPort.on("message", ({ id, text }) => {
      if (text.startsWith("die")) throw new Error("died");
      if (text.startsWith("exit")) process.exit(7);
      if (text.startsWith("hang")) for (;;);
      const chunk = { startLine: 0, endLine: 1, kind: "block", symbol: "", text };
      post({ kind: "chunks", id, chunks: [chunk] });
    });
    ${start};`;
  const threads = {
    count: 0,
    start: (data: ChunkWorkerData): Worker => {
      threads.count++;
      return new Worker(code, { eval: true, workerData: data });
    },
  };
  return threads;
}

suite("openChunker", () => {
  test("chunks on its thread by the language, or by the path where the language is unknown", async () => {
    const chunker = openChunker(silentLog);
    assert.equal(await kinds(chunker, twoFunctions), "function function");
    const python = { path: "a.py", languageId: "?", text: "def f():\n    a()\n    b()\n" };
    assert.deepEqual(
      (await chunker.chunk(python, never)).chunks.map(({ symbol }) => symbol),
      ["f"],
    );
    await chunker.close();
  });

  test("gives windows where there is no grammar, without a thread", async () => {
    const threads = createFakeThreads();
    const chunker = openChunker(silentLog, {}, threads.start);
    const { chunks } = await chunker.chunk({ path: "a.yaml", languageId: "yaml", text: "a: 1\nb: 2\n" }, never);
    assert.deepEqual([chunks.length, chunks[0]?.kind, threads.count], [1, "window", 0]);
    await chunker.close();
  });

  test("answers many requests at once, each with its own chunks", async () => {
    const chunker = openChunker(silentLog);
    const names = Array.from({ length: 50 }, (_, at) => `f${at}`);
    const found = await Promise.all(
      names.map((name) => chunker.chunk(request(`function ${name}() {\n  a();\n  b();\n}\n`), never)),
    );
    assert.deepEqual(
      found.map(({ chunks }) => chunks[0]?.symbol),
      names,
    );
    await chunker.close();
  });

  test("gives windows for a file that takes too long to parse, and goes on with the same thread", async () => {
    const chunker = openChunker(silentLog, { parseMsMax: 10 });
    assert.match(await kinds(chunker, "a(b, c);\n".repeat(100_000)), /^window( window)+$/);
    assert.equal(await kinds(chunker, twoFunctions), "function function");
    await chunker.close();
  });

  for (const end of ["die", "exit", "hang"]) {
    test(`gives windows for a file that makes the thread ${end}, and starts another for the next`, async () => {
      const threads = createFakeThreads();
      const warnings: string[] = [];
      const log = createLog(
        (_, line) => warnings.push(line),
        () => "warn",
      );
      const chunker = openChunker(log, { answerMsMax: 300 }, threads.start);
      const both = [kinds(chunker, `${end}\n`), kinds(chunker, "fine\n")];
      assert.deepEqual(await Promise.all(both), ["window", "block"]);
      assert.equal(threads.count, 2);
      assert.match(warnings[0] ?? "", /thread died at \/project\/a\.ts/);
      assert.ok(!warnings.some((line) => line.includes("fine")));
      await chunker.close();
    });
  }

  test("gives up on a thread that never starts, and still chunks", async () => {
    const threads = createFakeThreads("throw new Error('no WebAssembly here')");
    const chunker = openChunker(silentLog, {}, threads.start);
    const found = await Promise.all(Array.from({ length: 10 }, () => kinds(chunker, twoFunctions)));
    assert.deepEqual(found, Array(10).fill("window"));
    assert.equal(await kinds(chunker, twoFunctions), "window");
    assert.equal(threads.count, 3);
    await chunker.close();
  });

  test("gives windows at once when too many files wait", async () => {
    const chunker = openChunker(silentLog, { waitingMax: 2 }, createFakeThreads().start);
    const found = await Promise.all(Array.from({ length: 5 }, () => kinds(chunker, "a\n")));
    assert.deepEqual(found, ["block", "block", "block", "window", "window"]);
    await chunker.close();
  });

  test("cancels a file that waits and one that is being parsed, and serves the next", async () => {
    const chunker = openChunker(silentLog);
    const running = new AbortController();
    const waiting = new AbortController();
    const long = kinds(chunker, "a(b, c);\n".repeat(200_000), running.signal);
    const never2 = kinds(chunker, twoFunctions, waiting.signal);
    const next = kinds(chunker, twoFunctions);
    await kindsOfAbort(never2, () => waiting.abort());
    await kindsOfAbort(long, () => running.abort());
    assert.equal(await next, "function function");
    await assert.rejects(kinds(chunker, twoFunctions, AbortSignal.abort()), { name: "AbortError" });
    await chunker.close();
  });

  test("rejects what is under way when it closes, and all that comes later", async () => {
    const chunker = openChunker(silentLog, {}, createFakeThreads().start);
    const pending = [kinds(chunker, "hang\n"), kinds(chunker, "waits\n")];
    const rejections = pending.map((promise) => assert.rejects(promise, { name: "AbortError" }));
    await chunker.close();
    await Promise.all(rejections);
    await assert.rejects(kinds(chunker, "late\n"), { name: "AbortError" });
    await chunker.close();
  });

  test("keeps no process alive, neither idle nor closed", () => {
    const url = new URL("../../../sidecar/code/chunker.ts", import.meta.url);
    const log = new URL("../../../sidecar/base/log.ts", import.meta.url);
    for (const ending of ["", "await chunker.close();"]) {
      const code = `
        import { openChunker } from ${JSON.stringify(url)};
        import { silentLog } from ${JSON.stringify(log)};
        const chunker = openChunker(silentLog);
        const text = ${JSON.stringify(twoFunctions)};
        const { chunks } = await chunker.chunk({ path: "a.ts", languageId: "typescript", text }, new AbortController().signal);
        console.log(chunks.length);
        ${ending}`;
      const child = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
        encoding: "utf8",
        timeout: 30_000,
      });
      assert.deepEqual([child.status, child.signal, child.stdout], [0, null, "2\n"], child.stderr);
    }
  });
});

async function kindsOfAbort(promise: Promise<string>, abort: () => void): Promise<void> {
  const rejection = assert.rejects(promise, { name: "AbortError" });
  abort();
  await rejection;
}
