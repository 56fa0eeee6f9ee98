import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { createAuthorship, readAuthorship } from "../../../sidecar/learn/authorship.ts";
import { temporaryFolder } from "../../support/folders.ts";

const never = new AbortController().signal;
const record = (author: string, ...files: string[]): string => `\x01${author}\0\n${files.join("\0")}\0`;

test("a file of one's own counts wholly, one of others a quarter, a shared one in between", () => {
  const log = record("me@x", "mine.ts", "ours.ts") + record("you@x", "yours.ts", "ours.ts");
  const { weightOf } = createAuthorship(log, "Me@x");
  assert.deepEqual(["mine.ts", "yours.ts", "ours.ts", "new.ts"].map(weightOf), [1, 0.25, 0.625, 1]);
});

test("who is alone, or has no part in a repository, learns from all of it alike", () => {
  assert.equal(createAuthorship(record("me@x", "a.ts"), "me@x").weightOf("a.ts"), 1);
  assert.equal(createAuthorship(record("you@x", "a.ts"), "me@x").weightOf("a.ts"), 1);
  assert.equal(createAuthorship("", "me@x").weightOf("a.ts"), 1);
});

test("a real repository tells whose its files are", async (t) => {
  const root = await temporaryFolder(t);
  const git = (...args: string[]): void => void execFileSync("git", ["-C", root, ...args], { stdio: "ignore" });
  const commitAs = async (email: string, file: string): Promise<void> => {
    await writeFile(join(root, file), email);
    git("add", file);
    git("-c", `user.email=${email}`, "-c", "user.name=x", "commit", "-m", file);
  };
  git("init");
  git("config", "user.email", "me@x");
  await commitAs("me@x", "mine file.ts");
  await commitAs("you@x", "yours.ts");
  const { weightOf } = await readAuthorship(root, never);
  assert.deepEqual([weightOf("mine file.ts"), weightOf("yours.ts")], [1, 0.25]);
});

test("a folder without a history counts wholly", async (t) => {
  const { weightOf } = await readAuthorship(await temporaryFolder(t), never);
  assert.equal(weightOf("a.ts"), 1);
});

test("whoever cancels waits for nothing", async (t) => {
  const root = await temporaryFolder(t);
  const abort = new AbortController();
  abort.abort(new DOMException("closed", "AbortError"));
  await assert.rejects(readAuthorship(root, abort.signal), { name: "AbortError" });
});
