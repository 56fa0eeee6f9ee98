import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { isRunning } from "../../../../sidecar/base/processes.ts";
import type { CommitStep } from "../../../../sidecar/backtest/replay/event.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import {
  createRepository,
  eventsIn,
  filesOf,
  historyOf,
  linesIn,
  stepsOf,
  TestRepository,
} from "../../../support/git.ts";

const onWindows = process.platform === "win32";
const leftOut = (steps: readonly CommitStep[]): unknown[] => steps.map((step) => step.leftOut);

test("a history is its commits, oldest first, and each one's lines are events", async (t) => {
  const repository = await createRepository(t);
  const first = await repository.commit({ "a.ts": "one();\ntwo();\n" }, { subject: "Begin: it" });
  const second = await repository.commit({ "a.ts": "one();\nnew();\ntwo();\n", "b.py": "x = 1\n" });
  const history = await historyOf(t, repository.folder);
  assert.deepEqual(history.commits[0], {
    hash: first,
    parent: undefined,
    author: "ada@example.org",
    name: "Ada",
    at: 1_700_000_000_000,
    subject: "Begin: it",
    leftOut: undefined,
  });
  assert.deepEqual([history.commits[1]!.hash, history.commits[1]!.parent], [second, first]);
  const [begin, change] = await stepsOf(history);
  assert.deepEqual(
    [linesIn(begin!), linesIn(change!)],
    [
      ["a.ts:0", "a.ts:1"],
      ["a.ts:1", "b.py:0"],
    ],
  );
  const [event] = eventsIn(change!);
  assert.deepEqual(
    [event!.prefix.slice(0, 7), event!.suffix, event!.languageId, event!.author],
    ["one();\n", "\ntwo();\n", "typescript", "ada@example.org"],
  );
  assert.deepEqual(history.remarks, []);
});

test("a folder inside, a bare repository, a branch and a work tree with changes serve as well", async (t) => {
  const repository = await createRepository(t);
  const first = await repository.commit({ "sub/a.ts": "one();\n" });
  repository.git("branch", "old");
  await repository.commit({ "sub/a.ts": "two();\n" });
  await writeFile(join(repository.folder, "sub/a.ts"), "not committed");
  const bare = await temporaryFolder(t);
  repository.git("clone", "--quiet", "--bare", ".", bare);
  for (const folder of [join(repository.folder, "sub"), bare]) {
    const history = await historyOf(t, folder);
    assert.deepEqual((await stepsOf(history)).map(linesIn), [["sub/a.ts:0"], ["sub/a.ts:0"]]);
    assert.deepEqual(await filesOf(history, history.commits[1]!), { "sub/a.ts": "two();\n" });
  }
  const old = await historyOf(t, repository.folder, { ref: "old" });
  assert.deepEqual(
    old.commits.map(({ hash }) => hash),
    [first],
  );
  assert.match(repository.git("status", "--porcelain"), /M sub\/a\.ts/);
});

test("the tree that all steps make is that of each commit", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "a1();\na2();\na3();\n", "b.ts": "b();\n", "empty.py": "" });
  await repository.commit({ "a.ts": null, "moved.ts": "a1();\na2();\nchanged();\n", "empty.py": "x = 1\n" });
  await repository.commit({ "b.ts": null, "c.ts": "c();" });
  const history = await historyOf(t, repository.folder);
  const tree = new Map<string, string>();
  for (const commit of history.commits) {
    const { changes } = await history.step(commit);
    for (const { path, renamedFrom, text, hunks } of changes) {
      if (renamedFrom !== undefined) tree.delete(renamedFrom);
      if (text === undefined) tree.delete(path);
      else tree.set(path, text);
      if (hunks.length > 0) assert.equal(hunks.at(-1)!.after, text);
    }
    assert.deepEqual(Object.fromEntries(tree), await filesOf(history, commit));
  }
  assert.deepEqual([...tree.keys()], ["empty.py", "moved.ts", "c.ts"]);
});

test("of a file that is renamed only the changed lines are events", async (t) => {
  const repository = await createRepository(t);
  const lines = Array.from({ length: 9 }, (_, index) => `line${index}();\n`);
  await repository.commit({ "a.ts": lines.join("") });
  await repository.commit({ "a.ts": null, "b/c.ts": lines.join("").replace("line4", "other") });
  await repository.commit({ "b/c.ts": null, "vendor/c.ts": lines.join("") });
  const [, renamed, gone] = await stepsOf(await historyOf(t, repository.folder));
  assert.deepEqual(
    renamed!.changes.map(({ path, renamedFrom }) => [path, renamedFrom]),
    [["b/c.ts", "a.ts"]],
  );
  assert.deepEqual(linesIn(renamed!), ["b/c.ts:4"]);
  assert.deepEqual(
    gone!.changes.map(({ path, text }) => [path, text]),
    [["b/c.ts", undefined]],
  );
});

test("merges, bots, formatting, what is done twice and what nobody types are left out", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\n", "b.ts": "if (x) { one(); }\n" });
  repository.git("checkout", "--quiet", "-b", "side");
  await repository.commit({ "side.ts": "side();\n" });
  repository.git("checkout", "--quiet", "main");
  await repository.commit({ "a.ts": "one();\ntwo();\n" });
  repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side");
  await repository.commit({ "c.ts": "bump();\n" }, { author: "dependabot[bot] <49+dependabot[bot]@users.noreply.x>" });
  await repository.commit({ "b.ts": "if (x) {\n  one();\n}\n" });
  repository.git("revert", "--no-edit", "HEAD~3");
  await repository.commit({ "a.ts": "zero();\none();\ntwo();\n" });
  await repository.commit({ "big.ts": "x();\n".repeat(2_001) });
  await repository.commit(Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`many/${index}.ts`, "x();\n"])));
  await repository.commit({ "package-lock.json": "{}\n", "logo.png": Buffer.of(0, 1, 2) });
  const steps = await stepsOf(await historyOf(t, repository.folder, { bytesMax: 100_000 }));
  assert.deepEqual(leftOut(steps), [
    undefined,
    undefined,
    "merge",
    "bot",
    "white space only",
    "no changes that are read",
    undefined,
    "too large",
    "too large",
    "no changes that are read",
  ]);
  assert.deepEqual(
    steps[2]!.changes.map(({ path, text }) => [path, text]),
    [["side.ts", "side();\n"]],
  );
  for (const step of steps) assert.equal(eventsIn(step).length > 0, step.leftOut === undefined, step.subject);
});

test("a change that was made before is a duplicate, whatever is around it, and however few steps are asked for", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\ntwo();\n", "b.ts": "one();\n" });
  await repository.commit({ "a.ts": "one();\nbetween();\ntwo();\n" });
  await repository.commit({ "a.ts": "zero();\none();\ntwo();\n" });
  await repository.commit({ "a.ts": "zero();\none();\n  between();\ntwo();\n" }, { subject: "Again" });
  await repository.commit({ "b.ts": "one();\nbetween();\n" }, { subject: "Elsewhere" });
  const history = await historyOf(t, repository.folder);
  assert.equal((await history.step(history.commits[3]!)).leftOut, "duplicate");
  assert.deepEqual(leftOut(await stepsOf(history)), [undefined, undefined, undefined, "duplicate", undefined]);
});

test("events are the same in whatever order steps are asked for", async (t) => {
  const repository = await createRepository(t);
  for (let at = 1; at <= 4; at++) await repository.commit({ "a.ts": `f(a, b, ${at});\n`.repeat(60 * at) });
  const whole = (await stepsOf(await historyOf(t, repository.folder))).flatMap(eventsIn);
  const history = await historyOf(t, repository.folder);
  const backwards = await Promise.all([...history.commits].reverse().map((commit) => history.step(commit)));
  assert.equal(whole.length, 160);
  assert.equal(new Set(whole.map(({ id }) => id)).size, 160);
  assert.deepEqual(backwards.reverse().flatMap(eventsIn), whole);
});

test("a mail map tells who is who", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\n", ".mailmap": "Ada L <ada@home.org> <ada@example.org>\n" });
  const { commits } = await historyOf(t, repository.folder);
  assert.deepEqual([commits[0]!.author, commits[0]!.name], ["ada@home.org", "Ada L"]);
});

test("what is no text of somebody's is not read", async (t) => {
  const repository = await createRepository(t);
  const files = {
    "binary.ts": Buffer.of(97, 0, 98, 10),
    "latin.py": Buffer.from("x = '\xe4'\n", "latin1"),
    "old-mac.ts": "one();\rtwo();\n",
    "huge.ts": "x();\n".repeat(3_000),
    "lfs.json": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "made.ts": "// Code generated by x. DO NOT EDIT.\none();\n",
    "node_modules/a.js": "one();\n",
    "yarn.lock": "a\n",
    "notes.unknown": "text\n",
    "said.ts": "say('@generated');\n",
    ".prettierrc": "{}\n",
    ".gitignore": "x\n",
  };
  await repository.commit(files);
  await repository.commit(Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, addTo(bytes)])));
  const history = await historyOf(t, repository.folder);
  const read = [".gitignore", ".prettierrc", "said.ts"];
  assert.deepEqual(Object.keys(await filesOf(history, history.commits[1]!)), read);
  for (const step of await stepsOf(history)) {
    assert.deepEqual(
      step.changes.flatMap(({ path, text }) => (text === undefined ? [] : [path])),
      read,
    );
    assert.deepEqual([...new Set(eventsIn(step).map(({ path }) => path))], [".gitignore", "said.ts"]);
  }
});

function addTo(bytes: string | Uint8Array): string | Uint8Array {
  return typeof bytes === "string" ? `${bytes}more\n` : Buffer.concat([bytes, Buffer.from("more\n")]);
}

test("what the user keeps private is not read", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "my-secret.ts": "one();\n", "a.ts": "one();\n" });
  const { createExclude } = await import("../../../../privacy/exclude.ts");
  const history = await historyOf(t, repository.folder, { exclude: createExclude({ patterns: ["*secret*"] }) });
  assert.deepEqual((await stepsOf(history)).map(linesIn), [["a.ts:0"]]);
});

test("Windows line ends are read as others, and a file that only gets them is no work", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\r\ntwo();\r\n", "b.ts": "one();\ntwo();\n" });
  await repository.commit({ "a.ts": "one();\r\nnew();\r\ntwo();\r\n" });
  await repository.commit({ "b.ts": "one();\r\ntwo();\r\n" });
  await repository.commit({ "b.ts": "one();\nnew();\ntwo();\n" });
  const steps = await stepsOf(await historyOf(t, repository.folder));
  assert.deepEqual(steps.map(linesIn).slice(1), [["a.ts:1"], [], ["b.ts:1"]]);
  assert.equal(steps[2]!.leftOut, "white space only");
  assert.equal(steps[1]!.changes[0]!.text, "one();\nnew();\ntwo();\n");
});

test("a last line without an end, and one that gets it, are read exactly", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\ntwo();" });
  await repository.commit({ "a.ts": "one();\ntwo();\nthree();" });
  await repository.commit({ "a.ts": "one();\ntwo();\nthree();\n" });
  const steps = await stepsOf(await historyOf(t, repository.folder));
  assert.deepEqual(steps.map(linesIn), [["a.ts:0", "a.ts:1"], ["a.ts:2"], []]);
  for (const { changes } of steps.slice(0, 2)) assert.equal(changes[0]!.hunks.at(-1)!.after, changes[0]!.text);
});

test("links, submodules and names that are not UTF-8 are passed by", { skip: onWindows }, async (t) => {
  const inner = await createRepository(t);
  await inner.commit({ "in.ts": "inner();\n" });
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\n" });
  repository.git("submodule", "--quiet", "add", inner.folder, "inner.ts");
  await symlink("a.ts", join(repository.folder, "link.ts"));
  await writeFile(
    Buffer.concat([Buffer.from(`${repository.folder}/x`), Buffer.of(0xe4), Buffer.from(".ts")]),
    "x();\n",
  );
  await repository.commit({ 'z "ü"\n.ts': "two();\n" });
  // A link becomes a file, and the other way round.
  rmSync(join(repository.folder, "link.ts"));
  rmSync(join(repository.folder, "a.ts"));
  await symlink("link.ts", join(repository.folder, "a.ts"));
  await repository.commit({ "link.ts": "three();\n" });
  const history = await historyOf(t, repository.folder);
  const steps = await stepsOf(history);
  assert.deepEqual(steps.slice(0, 2).map(linesIn), [["a.ts:0"], ['z "ü"\n.ts:0']]);
  assert.deepEqual(await filesOf(history, history.commits[2]!), {
    "link.ts": "three();\n",
    'z "ü"\n.ts': "two();\n",
  });
  const texts = steps[2]!.changes.map(({ path, text }) => [path, text]);
  assert.deepEqual(texts, [
    ["a.ts", undefined],
    ["link.ts", "three();\n"],
  ]);
});

test("a shallow clone says where it begins, and its first commit is nobody's work", async (t) => {
  const repository = await createRepository(t);
  for (const n of [1, 2, 3]) await repository.commit({ "a.ts": `f(${n});\n` });
  const folder = await temporaryFolder(t);
  repository.git("clone", "--quiet", "--depth=2", `file://${repository.folder}`, folder);
  const history = await historyOf(t, folder);
  const steps = await stepsOf(history);
  assert.deepEqual(leftOut(steps), ["first of a shallow clone", undefined]);
  assert.equal(steps[0]!.changes[0]!.text, "f(2);\n");
  assert.match(history.remarks.join(), /shallow: its history begins on 2023-11-14/);
});

test("of a long history the newest commits are looked at", async (t) => {
  const repository = await createRepository(t);
  for (const n of [1, 2, 3]) await repository.commit({ "a.ts": `f(${n});\n` });
  const history = await historyOf(t, repository.folder, { commitsMax: 2 });
  assert.deepEqual((await stepsOf(history)).map(linesIn), [["a.ts:0"], ["a.ts:0"]]);
  assert.deepEqual(history.remarks, ["Only the newest 2 commits are looked at."]);
});

test("what a partial clone has not fetched is left out, and not fetched", async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\n", "b.ts": "kept();\n" });
  await repository.commit({ "a.ts": "two();\n" });
  await repository.commit({ "b.ts": "kept();\nnew();\n" });
  repository.git("config", "uploadpack.allowFilter", "true");
  const folder = await temporaryFolder(t);
  repository.git("clone", "--quiet", "--filter=blob:none", `file://${repository.folder}`, folder);
  const packs = (): string[] => readdirSync(join(folder, ".git/objects/pack")).sort();
  const before = packs();
  const history = await historyOf(t, folder);
  const steps = await stepsOf(history);
  assert.deepEqual(leftOut(steps), ["missing objects", "missing objects", "missing objects"]);
  assert.deepEqual(await filesOf(history, history.commits[2]!), { "a.ts": "two();\n", "b.ts": "kept();\nnew();\n" });
  assert.match(history.remarks.join(), /partial: \d files that were not fetched/);
  assert.deepEqual(packs(), before);
  // The trap: git itself does fetch.
  new TestRepository(folder).git("log", "-p");
  assert.notDeepEqual(packs(), before);
});

test("nothing that a repository is configured with is run, or changes what is read", { skip: onWindows }, async (t) => {
  const repository = await createRepository(t);
  const first = await repository.commit({ "a.ts": "one();\n" });
  const second = await repository.commit({ "a.ts": "one();\ntwo();\n" });
  const plain = await stepsOf(await historyOf(t, repository.folder));
  const trace = join(await temporaryFolder(t), "trace");
  const script = join(repository.folder, ".git", "trap");
  await writeFile(script, `#!/bin/sh\necho "$0 $@" >> ${trace}\ncat "$1" 2>/dev/null\n`);
  await chmod(script, 0o755);
  for (const hook of readdirSync(join(repository.folder, ".git/hooks"))) {
    rmSync(join(repository.folder, ".git/hooks", hook));
  }
  await writeFile(join(repository.folder, ".gitattributes"), "*.ts diff=trap filter=trap -text\n");
  await writeFile(join(repository.folder, ".git/info/attributes"), "*.ts diff=trap\n");
  for (const [name, value] of [
    ["diff.external", script],
    ["diff.trap.command", script],
    ["diff.trap.textconv", script],
    ["diff.noprefix", "true"],
    ["diff.context", "7"],
    ["diff.interHunkContext", "9"],
    ["diff.algorithm", "patience"],
    ["diff.renames", "false"],
    ["diff.orderFile", join(repository.folder, ".gitattributes")],
    ["diff.ignoreSubmodules", "none"],
    ["color.ui", "always"],
    ["core.fsmonitor", script],
    ["core.pager", script],
    ["core.sshCommand", script],
    ["core.quotePath", "true"],
    ["filter.trap.smudge", script],
    ["filter.trap.clean", script],
    ["log.showSignature", "true"],
    ["gpg.program", script],
    ["log.mailmap", "false"],
    ["pager.log", script],
    ["alias.log", `!${script}`],
  ] as const) {
    repository.git("config", name, value);
  }
  // The trap works, and an object stands in for another.
  repository.git("diff", first);
  assert(existsSync(trace));
  rmSync(trace);
  repository.git("replace", second, first);
  const foreign = { GIT_DIR: "/nowhere", GIT_EXTERNAL_DIFF: script, GIT_TRACE: trace, GIT_CONFIG_COUNT: "x" };
  const history = await historyOf(t, repository.folder, { environment: { ...process.env, ...foreign } });
  assert.deepEqual(
    (await stepsOf(history)).map((step) => [step.commit, linesIn(step), step.changes.map(({ text }) => text)]),
    plain.map((step) => [step.commit, linesIn(step), step.changes.map(({ text }) => text)]),
  );
  assert.deepEqual(await filesOf(history, history.commits[1]!), { "a.ts": "one();\ntwo();\n" });
  assert(!existsSync(trace));
});

const isRoot = process.getuid?.() === 0;

test("a repository of somebody else is read, as nothing of it is run", { skip: !isRoot }, async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\n" });
  for (const path of ["", ".git"]) chownSync(join(repository.folder, path), 12_345, 12_345);
  assert.throws(() => repository.git("log"), /dubious ownership/);
  assert.deepEqual((await stepsOf(await historyOf(t, repository.folder))).map(linesIn), [["a.ts:0"]]);
});

test("what cannot be read says what to do", async (t) => {
  const repository = await createRepository(t);
  const fails = async (folder: string, options: object, message: RegExp): Promise<void> => {
    await assert.rejects(historyOf(t, folder, options), { name: "SidecarError", code: "repository", message });
  };
  await fails(repository.folder, {}, /has no commits yet/);
  await fails(await temporaryFolder(t), {}, /is not in a git repository/);
  await fails(join(repository.folder, "gone"), {}, /is not in a git repository/);
  await fails(repository.folder, { environment: { PATH: await temporaryFolder(t) } }, /git was not found/);
  const commit = await repository.commit({ "a.ts": "one();\n" });
  await fails(repository.folder, { ref: "gone" }, /has no commit gone/);
  await fails(repository.folder, { ref: "--all" }, /has no commit --all/);
  rmSync(objectFile(repository, commit));
  await fails(repository.folder, {}, new RegExp(`the commit ${commit} of .* cannot be read`));
});

test("a damaged tree is an error, a damaged file is told, and the steps after it go on", async (t) => {
  const repository = await createRepository(t);
  const ids: string[] = [];
  for (const n of [1, 2, 3, 4]) {
    await repository.commit({ "a.ts": `f(${n});\n` });
    ids.push(repository.git("rev-parse", "HEAD:a.ts"));
  }
  rmSync(objectFile(repository, ids[1]!));
  const history = await historyOf(t, repository.folder);
  assert.deepEqual(leftOut(await stepsOf(history)), [undefined, "missing objects", "missing objects", undefined]);
  assert.match(history.remarks.join(), /damaged: 1 files/);
  rmSync(objectFile(repository, repository.git("rev-parse", "HEAD~2^{tree}")));
  const worse = await historyOf(t, repository.folder);
  await assert.rejects(worse.step(worse.commits[1]!), { name: "SidecarError", action: /git fsck/ });
  assert.deepEqual(linesIn(await worse.step(worse.commits[3]!)), ["a.ts:0"]);
});

function objectFile(repository: TestRepository, id: string): string {
  return join(repository.folder, ".git/objects", id.slice(0, 2), id.slice(2));
}

test("an abort ends every git, and whoever waits is told", { skip: onWindows }, async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\n" });
  await repository.commit({ "a.ts": "two();\n" });
  const { environment, running } = await watchedGit(t, "");
  const abort = new AbortController();
  const history = await historyOf(t, repository.folder, { environment }, abort.signal);
  await history.step(history.commits[0]!);
  assert(running().length >= 2, "the gits that were asked stay for the next step");
  abort.abort();
  await assert.rejects(history.step(history.commits[1]!), { name: "AbortError" });
  await ended(running);
});

test("an abort or a close in the middle of an answer ends the git that is slow", { skip: onWindows }, async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\n" });
  const { environment, running } = await watchedGit(t, 'case "$*" in *diff-tree*) exec sleep 60;; esac');
  for (const way of ["abort", "close"] as const) {
    const abort = new AbortController();
    const history = await historyOf(t, repository.folder, { environment }, abort.signal);
    const step = history.step(history.commits[0]!);
    const rejected = assert.rejects(step, { name: "AbortError" });
    while (running().length === 0) await setTimeout(5);
    if (way === "abort") abort.abort();
    else await history.close();
    await rejected;
    await ended(running);
  }
});

test("a listing of files that is left early ends its git", { skip: onWindows }, async (t) => {
  const repository = await createRepository(t);
  await repository.commit({ "a.ts": "one();\n", "b.ts": "two();\n" });
  const { environment, running } = await watchedGit(t, 'case "$*" in *ls-tree*) git-real "$@"; exec sleep 60;; esac');
  const history = await historyOf(t, repository.folder, { environment });
  const listing = history.files(history.commits[0]!);
  const rejected = assert.rejects(listing.next(), { name: "AbortError" });
  while (running().length === 0) await setTimeout(5);
  await history.close();
  await rejected;
  await ended(running);
});

/** A `git` that first writes down its process, then does what `script` says, and else what git does. */
async function watchedGit(
  t: TestContext,
  script: string,
): Promise<{ environment: Record<string, string | undefined>; running: () => number[] }> {
  const folder = await temporaryFolder(t);
  const log = join(folder, "pids");
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  await mkdir(join(folder, "bin"));
  await symlink(real, join(folder, "bin", "git-real"));
  await writeFile(join(folder, "bin", "git"), `#!/bin/sh\necho $$ >> ${log}\n${script}\nexec ${real} "$@"\n`);
  await chmod(join(folder, "bin", "git"), 0o755);
  const running = (): number[] => {
    const pids = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").map(Number) : [];
    return pids.filter(isRunning);
  };
  return { environment: { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"]}` }, running };
}

async function ended(running: () => number[]): Promise<void> {
  for (let waits = 0; running().length > 0; waits++) {
    assert(waits < 1_000, `${running().join()} go on`);
    await setTimeout(5);
  }
}
