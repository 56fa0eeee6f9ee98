/** Downloads from a real server on the loopback interface to a real disk. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { NetworkSettings } from "../../../protocol/messages.ts";
import { systemClock } from "../../../sidecar/base/clock.ts";
import { isAbort } from "../../../sidecar/base/errors.ts";
import { download, DOWNLOAD_LIMITS, type Progress, type Wanted } from "../../../sidecar/models/download.ts";
import { ModelFault, type ModelFaultKind } from "../../../sidecar/models/fault.ts";
import { openWeb } from "../../../sidecar/models/web.ts";
import { bytesOf, type FileServerOptions, sha256Of, startFileServer, startProxy } from "../../support/file-server.ts";
import { temporaryFolder } from "../../support/folders.ts";

const CONTENT = bytesOf(300_000);
const SHA256 = sha256Of(CONTENT);
const NAME = "model.gguf";

interface Changes {
  readonly wanted?: Partial<Wanted>;
  readonly network?: Partial<NetworkSettings>;
  readonly environment?: NodeJS.ProcessEnv;
  readonly freeBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly silenceMs?: number;
}

async function open(t: TestContext, options: Partial<FileServerOptions> = {}) {
  const server = await startFileServer(t, { content: CONTENT, ...options });
  const folder = join(await temporaryFolder(t), "models");
  const file = join(folder, NAME);
  const run = async (changes: Changes = {}): Promise<void> => {
    const network = { proxy: "", noProxy: [], strictSsl: true, ...changes.network };
    await using web = await openWeb(network, changes.environment ?? {}, changes.silenceMs);
    const { freeBytes = Number.MAX_SAFE_INTEGER, onProgress = () => undefined } = changes;
    await download(
      {
        web,
        clock: systemClock,
        limits: { ...DOWNLOAD_LIMITS, pauseMs: 1 },
        freeBytes: () => Promise.resolve(freeBytes),
      },
      {
        url: `${server.url}/org/repo/resolve/main/${NAME}`,
        file,
        bytes: CONTENT.length,
        sha256: SHA256,
        ...changes.wanted,
      },
      onProgress,
      changes.signal ?? new AbortController().signal,
    );
  };
  const names = async (): Promise<string[]> => (existsSync(folder) ? (await readdir(folder)).sort() : []);
  return { server, folder, file, run, names };
}

async function fails(work: Promise<void>, kind: ModelFaultKind, message: RegExp): Promise<ModelFault> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert(error instanceof ModelFault, String(error));
  assert.deepEqual([error.kind, message.test(error.message) || error.message], [kind, true]);
  assert.match(error.action, /\.$/);
  return error;
}

/** Pauses once so many bytes have come. */
function pauseAfter(bytes: number): Pick<Changes, "signal" | "onProgress"> {
  const abort = new AbortController();
  return {
    signal: abort.signal,
    onProgress: ({ receivedBytes }) => {
      if (receivedBytes >= bytes) abort.abort();
    },
  };
}

suite("a download", () => {
  test("is whole, has its name, and its hash lies beside it", async (t) => {
    const { file, run, names } = await open(t);
    const told: Progress[] = [];
    await run({ onProgress: (progress) => void told.push(progress) });
    assert.deepEqual(await readFile(file), CONTENT);
    assert.deepEqual(await names(), [NAME, `${NAME}.sha256`]);
    assert.equal(await readFile(`${file}.sha256`, "utf8"), `${SHA256}  ${NAME}\n`);
    assert.deepEqual([told[0]?.receivedBytes, told.at(-1)?.receivedBytes], [0, CONTENT.length]);
    assert.equal(told.at(-1)?.totalBytes, CONTENT.length);
  });

  test("that is cut goes on by itself, and asks for no byte twice", async (t) => {
    const { server, file, run } = await open(t);
    server.misbehave({ cutAfter: 100_000 }, { cutAfter: 50_000 });
    await run();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.range),
      [undefined, "bytes=100000-", "bytes=150000-"],
    );
    assert.equal(server.bytesSent, CONTENT.length);
  });

  test("that is cut again and again is given up for now, and says that it goes on later", async (t) => {
    const { server, file, run, names } = await open(t);
    server.misbehave({ cutAfter: 1000 }, ...Array.from({ length: 5 }, () => ({ cutAfter: 0 })));
    const fault = await fails(run(), "cut", /cannot be reached, or the connection was cut/);
    assert.match(fault.action, /what has come is kept/);
    assert.deepEqual(await names(), [`${NAME}.part`, `${NAME}.part.json`]);
    await run();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.equal(server.bytesSent, CONTENT.length);
  });

  test("from a server that falls silent is cut", async (t) => {
    const { server, run, file } = await open(t);
    server.misbehave({ hangAfter: 1000 });
    await run({ silenceMs: 300 });
    assert.deepEqual(await readFile(file), CONTENT);
    assert.equal(server.requests[1]?.headers.range, "bytes=1000-");
  });

  test("from nobody says that nobody is there", async (t) => {
    const { run, names } = await open(t);
    await fails(run({ wanted: { url: `http://127.0.0.1:1/${NAME}` } }), "cut", /^127\.0\.0\.1:1 cannot be reached/);
    assert.deepEqual(await names(), []);
  });

  test("from a server that gives no pieces starts over", async (t) => {
    const { server, file, run } = await open(t, { givesRanges: false });
    server.misbehave({ cutAfter: 100_000 });
    await run();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.equal(server.bytesSent, 100_000 + CONTENT.length);
  });

  test("of a file that has changed meanwhile starts over", async (t) => {
    const { server, file, run } = await open(t);
    await assert.rejects(run(pauseAfter(1000)), isAbort);
    const content = bytesOf(200_000, 2);
    server.change({ content });
    await run({ wanted: { bytes: content.length, sha256: sha256Of(content) } });
    assert.deepEqual(await readFile(file), content);
    assert.match(String(server.requests[1]?.headers["if-range"]), /^"[0-9a-f]{16}"$/);
  });

  test("of a changed file starts over where the server does not look at If-Range", async (t) => {
    const { server, file, run } = await open(t, { etag: '"old"' });
    await assert.rejects(run(pauseAfter(1000)), isAbort);
    const content = bytesOf(CONTENT.length, 2);
    // Its answer has another tag than the part.
    server.change({ content, etag: '"new"' });
    const part = await readFile(`${file}.part.json`, "utf8");
    await writeFile(`${file}.part.json`, part.replace("old", "older"));
    await run({ wanted: { sha256: sha256Of(content) } });
    assert.deepEqual(await readFile(file), content);
  });

  test("whose hash is wrong leaves nothing behind", async (t) => {
    const { run, names } = await open(t, { content: bytesOf(CONTENT.length, 2) });
    const fault = await fails(run(), "hash", /is not that file: its SHA-256 is wrong\. It was thrown away/);
    assert.match(fault.action, /Choose the model again/);
    assert.deepEqual(await names(), []);
  });

  test("is not begun where the server has a file of another size or hash", async (t) => {
    const { server, run, names } = await open(t, { content: CONTENT.subarray(1) });
    await fails(run(), "changed", /has another file under this name \(300 kB instead of 300 kB\)/);
    server.change({ content: CONTENT, linkedSha256: sha256Of(CONTENT.subarray(1)) });
    await fails(run(), "changed", /its hash differs/);
    assert.deepEqual(await names(), []);
  });

  test("takes hash and size from the server where they are not known, and checks them", async (t) => {
    const { server, file, run, names } = await open(t, { linkedSha256: SHA256 });
    const unknown = { bytes: null, sha256: null };
    server.change({ content: CONTENT, linkedSha256: sha256Of(CONTENT.subarray(1)) });
    await fails(run({ wanted: unknown }), "hash", /SHA-256 is wrong/);
    assert.deepEqual(await names(), []);
    server.change({ content: CONTENT, linkedSha256: SHA256 });
    await run({ wanted: unknown });
    assert.deepEqual(await readFile(file), CONTENT);
    server.change({ content: CONTENT });
    await fails(
      run({ wanted: { ...unknown, file: `${file}2` } }),
      "changed",
      /does not say what the file's SHA-256 is/,
    );
  });

  test("is as long as it should be where the server tells no length", async (t) => {
    const { server, file, run } = await open(t, { isChunked: true });
    await run();
    assert.deepEqual(await readFile(file), CONTENT);
    server.change({ content: Buffer.concat([CONTENT, CONTENT]), isChunked: true });
    await fails(run({ wanted: { file: `${file}2` } }), "changed", /sends more than the file has/);
  });

  test("that is refused says so at once", async (t) => {
    const { server, run } = await open(t);
    server.misbehave({ status: 404 }, { status: 403 });
    await fails(run(), "refused", /\(status 404\): perhaps it is not there/);
    await fails(run(), "refused", /\(status 403\): perhaps its licence has to be accepted there first/);
    assert.equal(server.requests.length, 2);
  });

  test("waits for a server that asks for patience, but not for long", async (t) => {
    const { server, run, file } = await open(t);
    server.misbehave({ status: 503, retryAfter: "3600" });
    await fails(run(), "cut", /has no time \(status 503\)/);
    server.misbehave({ status: 429, retryAfter: "0" });
    await run();
    assert.deepEqual(await readFile(file), CONTENT);
  });
});

suite("a disk", () => {
  test("without room is told before anything is written", async (t) => {
    const { run, server } = await open(t);
    await fails(run({ freeBytes: 1_000_000 }), "disk", /no room for model\.gguf: 269 MB are needed, 1 MB are free/);
    assert.ok(server.requests.length === 1);
  });

  test("that fills up meanwhile is told", { skip: process.platform !== "linux" }, async (t) => {
    const { run, folder, file, names } = await open(t);
    await run({ wanted: { file: join(folder, "other.gguf") } });
    // The kernel's own disk without room: every write ends with ENOSPC.
    await symlink("/dev/full", `${file}.part`);
    const fault = await fails(run(), "disk", /The disk is full/);
    assert.match(fault.action, /Free some space and choose the model again/);
    assert.ok(!(await names()).includes(NAME));
  });

  test("that cannot be written to is told", async (t) => {
    const { run, folder } = await open(t);
    await writeFile(folder, "a file");
    await fails(run(), "file", /cannot be written/);
  });
});

suite("a pause", () => {
  test("keeps what has come, and the next one goes on", async (t) => {
    const { server, file, run, names } = await open(t);
    server.misbehave({ hangAfter: 120_000 });
    await assert.rejects(run(pauseAfter(120_000)), isAbort);
    assert.deepEqual(await names(), [`${NAME}.part`, `${NAME}.part.json`]);
    await run();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.equal(server.bytesSent, CONTENT.length);
  });

  test("after the last byte goes on without another", async (t) => {
    const { server, file, run } = await open(t);
    await assert.rejects(run(pauseAfter(CONTENT.length)), isAbort);
    assert.ok(!existsSync(file));
    await run();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.equal(server.bytesSent, CONTENT.length);
  });

  test("of a process that was killed is none for the next one", async (t) => {
    const { server, file, run, names } = await open(t);
    server.misbehave({ hangAfter: 100_000 });
    const script = `
      import { download, DOWNLOAD_LIMITS } from ${JSON.stringify(import.meta.resolve("../../../sidecar/models/download.ts"))};
      import { openWeb } from ${JSON.stringify(import.meta.resolve("../../../sidecar/models/web.ts"))};
      const web = await openWeb({ proxy: "", noProxy: [], strictSsl: true }, {});
      const deps = { web, clock: { now: () => 0 }, limits: DOWNLOAD_LIMITS, freeBytes: () => Promise.resolve(1e12) };
      const wanted = ${JSON.stringify({ url: `${server.url}/${NAME}`, file, bytes: CONTENT.length, sha256: SHA256 })};
      await download(deps, wanted, ({ receivedBytes }) => {
        if (receivedBytes === 100_000) process.stdout.write("now");
      }, new AbortController().signal);`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    // Still alive, it has the file.
    await fails(run(), "busy", /is being downloaded already/);
    child.kill("SIGKILL");
    await once(child, "close");
    assert.ok((await names()).includes(`${NAME}.lock`));
    await run({ wanted: { url: `${server.url}/${NAME}` } });
    assert.deepEqual(await readFile(file), CONTENT);
    assert.equal(server.bytesSent, CONTENT.length);
    assert.deepEqual(await names(), [NAME, `${NAME}.sha256`]);
  });

  test("does not keep a part of which nobody knows what it is the beginning of", async (t) => {
    const { server, file, folder, run } = await open(t);
    await run({ wanted: { file: join(folder, "other.gguf") } });
    await writeFile(`${file}.part`, "something else");
    await run();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.equal(server.requests[1]?.headers.range, undefined);
  });
});

test("of two at once the second is refused, and the first one goes on", async (t) => {
  const { file, run } = await open(t);
  let second: Promise<unknown> | undefined;
  await run({
    onProgress: () => {
      second ??= fails(run(), "busy", /is being downloaded already/);
    },
  });
  await second;
  assert.deepEqual(await readFile(file), CONTENT);
});

suite("the way there", () => {
  test("leads along redirects of the same server", async (t) => {
    const { server, file, run } = await open(t, { linkedSha256: SHA256 });
    server.misbehave({ redirectTo: "/elsewhere" });
    await run({ wanted: { bytes: null, sha256: null } });
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      [`/org/repo/resolve/main/${NAME}`, "/elsewhere"],
    );
    assert.deepEqual(await readFile(file), CONTENT);
  });

  test("never leads from a server to an unprotected other one", async (t) => {
    const { server, run } = await open(t);
    const other = await startFileServer(t, { content: CONTENT });
    server.misbehave({ redirectTo: other.url }, { redirectTo: "file:///etc/passwd" });
    await fails(run(), "address", /sends on to http:\/\/127\.0\.0\.1:\d+, which is not followed/);
    await fails(run(), "address", /sends on to file:\/\/, which is not followed/);
    assert.equal(other.requests.length, 0);
  });

  test("has an end", async (t) => {
    const { server, run } = await open(t);
    server.misbehave(...Array.from({ length: 20 }, () => ({ redirectTo: "/again" })));
    await fails(run(), "address", /sends on and on/);
    assert.equal(server.requests.length, 6);
  });

  test("is the editor's proxy, else that of the environment, but not to this machine", async (t) => {
    const { server, file, run } = await open(t);
    const proxy = await startProxy(t, server.host);
    const url = `http://models.example/${NAME}`;
    await run({ network: { proxy: proxy.url }, wanted: { url } });
    await run({ environment: { http_proxy: proxy.url }, wanted: { url, file: `${file}2` } });
    assert.deepEqual(proxy.asked, [url, url]);
    assert.deepEqual(await readFile(file), CONTENT);
    await run({ network: { proxy: proxy.url }, wanted: { file: `${file}3` } });
    assert.equal(proxy.asked.length, 2);
  });

  test("leads through a tunnel where it is protected, and a proxy may refuse that", async (t) => {
    const { server, run } = await open(t);
    const proxy = await startProxy(t, server.host);
    const network = { proxy: proxy.url };
    await fails(run({ network, wanted: { url: `https://models.example/${NAME}` } }), "address", /proxy does not let/i);
    assert.deepEqual(proxy.asked, ["CONNECT models.example:443"]);
  });

  test("goes round the proxy to hosts that are named", async (t) => {
    const { server, run } = await open(t);
    const proxy = await startProxy(t, server.host);
    const wanted = { url: `http://models.invalid/${NAME}` };
    await fails(
      run({ network: { proxy: proxy.url, noProxy: ["models.invalid"] }, wanted }),
      "cut",
      /cannot be reached/,
    );
    await fails(run({ environment: { HTTP_PROXY: proxy.url, NO_PROXY: ".invalid" }, wanted }), "cut", /cannot be/);
    assert.deepEqual(proxy.asked, []);
  });

  test("needs the proxy's password, which no message repeats", async (t) => {
    const { server, file, run } = await open(t);
    const proxy = await startProxy(t, server.host, "opensesame");
    const wanted = { url: `http://models.example/${NAME}` };
    await run({ network: { proxy: proxy.url }, wanted });
    assert.deepEqual(await readFile(file), CONTENT);
    const wrong = { proxy: proxy.url.replace("opensesame", "guess") };
    const fault = await fails(run({ network: wrong, wanted: { ...wanted, file: `${file}2` } }), "address", /proxy/i);
    assert.doesNotMatch(`${fault.message} ${fault.action}`, /guess/);
    const broken = await fails(run({ network: { proxy: "http://me:guess@[" }, wanted }), "address", /cannot be used/);
    assert.doesNotMatch(`${broken.message} ${broken.action}`, /guess/);
  });

  test("tells the server nothing but what is wanted", async (t) => {
    const { server, run } = await open(t);
    await run();
    const { host, connection, ...told } = server.requests[0]!.headers;
    assert.deepEqual([host, connection], [server.host, "keep-alive"]);
    assert.match(told["user-agent"] ?? "", /^Tacit\/\d+\.\d+\.\d+/);
    assert.deepEqual(Object.keys(told).sort(), ["accept-encoding", "user-agent"]);
  });
});
