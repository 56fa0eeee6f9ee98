import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { decode, readForLearning } from "../../../sidecar/learn/read-file.ts";
import type { FileRead } from "../../../sidecar/learn/read-file.ts";

const never = new AbortController().signal;
const onWindows = process.platform === "win32";
let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "tacit-read-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function read(path: string, bytesMax = 512 * 1024): Promise<FileRead> {
  return readForLearning(path, { bytesMax }, never);
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The text, or the reason that there is none. */
function outcome(file: FileRead): string {
  return file.kind === "text" ? file.text : `(${file.reason})`;
}

function check(content: string | Uint8Array, expected: string): void {
  assert.equal(outcome(decode(Buffer.from(content))), expected);
}

suite("readForLearning", () => {
  test("reads text with the hash of its bytes", async () => {
    const text = "const a = 1;\n";
    const hash = createHash("sha1").update(text).digest("hex");
    assert.deepEqual(await read(write("a.ts", text)), { kind: "text", text, eol: "\n", hash });
  });

  test("reads nothing of a file over the limit, however large it claims to be", async () => {
    const path = write("huge.ts", "x");
    truncateSync(path, 50 * 1024 * 1024 * 1024);
    const startedAt = performance.now();
    assert.equal(outcome(await read(path)), "(too large)");
    assert.ok(performance.now() - startedAt < 1_000);
  });

  test("reads a file of exactly the limit", async () => {
    const path = write("limit.ts", "let a = 1;");
    assert.equal(outcome(await read(path, 10)), "let a = 1;");
    assert.equal(outcome(await read(path, 9)), "(too large)");
  });

  test("calls a file that is not there gone, also below another file", async () => {
    assert.equal(outcome(await read(join(folder, "missing.ts"))), "(gone)");
    assert.equal(outcome(await read(join(write("file.ts", "a"), "below.ts"))), "(gone)");
  });

  test("reads no directory, no link, no pipe, no socket and no device", { skip: onWindows }, async () => {
    const directory = join(folder, "directory.ts");
    mkdirSync(directory);
    const link = join(folder, "link.ts");
    symlinkSync(write("target.ts", "a"), link);
    const loop = join(folder, "loop.ts");
    symlinkSync(loop, loop);
    const pipe = join(folder, "pipe.ts");
    execFileSync("mkfifo", [pipe]);
    const socket = join(folder, "socket.ts");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    for (const path of [directory, link, loop, pipe, socket, "/dev/zero", "/dev/null"]) {
      assert.equal(outcome(await read(path)), "(not a file)", path);
    }
    await new Promise((resolve) => server.close(resolve));
  });

  test("says where it has no permission", { skip: onWindows }, async () => {
    const path = write("locked.ts", "a");
    chmodSync(path, 0);
    // Root may read what nobody may.
    assert.equal(outcome(await read(path)), process.getuid?.() === 0 ? "a" : "(no permission)");
  });

  test(
    "calls a file that claims no size empty, as those of /proc do",
    { skip: process.platform !== "linux" },
    async () => {
      assert.equal(outcome(await read("/proc/self/status")), "(empty)");
    },
  );

  test("throws when cancelled", async () => {
    await assert.rejects(readForLearning(write("b.ts", "b"), { bytesMax: 10 }, AbortSignal.abort()), {
      name: "AbortError",
    });
  });
});

suite("decode", () => {
  test("keeps tabs, emoji and letters of every script", () => {
    check("\tlet 名前 = '🙂👩‍👩‍👧'; // déjà\n", "\tlet 名前 = '🙂👩‍👩‍👧'; // déjà\n");
  });

  test("turns every line end into a line feed and remembers which one most lines have", () => {
    const lineEnd = (text: string): string => {
      const file = decode(Buffer.from(text));
      return file.kind === "text" ? JSON.stringify([file.text, file.eol]) : file.reason;
    };
    assert.equal(lineEnd("a\r\nb\r\nc\n"), '["a\\nb\\nc\\n","\\r\\n"]');
    assert.equal(lineEnd("a\r\nb\nc\n"), '["a\\nb\\nc\\n","\\n"]');
    assert.equal(lineEnd("a\rb\r"), '["a\\nb\\n","\\n"]');
    assert.equal(lineEnd("a"), '["a","\\n"]');
  });

  test("drops a byte order mark and reads UTF-16 that has one", () => {
    check("\uFEFFlet a;", "let a;");
    check(Buffer.from("\uFEFFlet ä = '🙂';", "utf16le"), "let ä = '🙂';");
    check(Buffer.from("\uFEFFlet ä = '🙂';", "utf16le").swap16(), "let ä = '🙂';");
  });

  test("refuses bytes that are no text of their encoding", () => {
    check(Buffer.from("caf\xe9 = 1", "latin1"), "(not UTF-8)");
    check(Buffer.from("🙂").subarray(0, 3), "(not UTF-8)");
    check(Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x20, 0x00]), "(not UTF-8)");
  });

  test("refuses binary files, wherever the first NUL is", () => {
    check(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]), "(binary)");
    check(`${"let a = 1;\n".repeat(10_000)}\0`, "(binary)");
  });

  test("calls nothing but white space empty", () => {
    check("", "(empty)");
    check(" \n\t\r\n", "(empty)");
    check("\uFEFF", "(empty)");
  });

  test("refuses minified text and data, keeps prose in long lines and short files of one line", () => {
    const bundle = "function a(b,c){return b+c}var d=a(1,2);";
    check(bundle.repeat(200), "(minified)");
    check(`/* licence */\n${bundle.repeat(20)}\n`.repeat(10), "(minified)");
    check(`const table = "${"QUJDRA".repeat(1_000)}";\n${"let a = 1;\n".repeat(1_000)}`, "(minified)");
    check(bundle.repeat(10), bundle.repeat(10));
    const prose = `${"We keep what we are told and learn from what is left. ".repeat(120)}\n`;
    check(prose, prose);
    const source = "  const value = compute(value, 42);\n".repeat(500);
    check(source, source);
  });
});
