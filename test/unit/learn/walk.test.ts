import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, suite, test } from "node:test";
import { createRandom } from "../../../sidecar/base/random.ts";
import { createFileFilter, walk } from "../../../sidecar/learn/walk.ts";
import type { WalkOptions, WalkSkipReason } from "../../../sidecar/learn/walk.ts";
import { createExclude } from "../../../privacy/exclude.ts";

const never = new AbortController().signal;
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files; a name that ends with "/" is an empty directory. */
function createTree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "tacit-walk-"));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (!name.endsWith("/")) writeFileSync(path, text);
  }
  return root;
}

interface Walked {
  readonly files: readonly string[];
  readonly skipped: Readonly<Record<string, WalkSkipReason>>;
}

async function walkAll(root: string, options: Partial<WalkOptions> = {}): Promise<Walked> {
  const files: string[] = [];
  const skipped: Record<string, WalkSkipReason> = {};
  const onSkip = (reason: WalkSkipReason, path: string): void => {
    skipped[path] = reason;
  };
  for await (const file of walk(root, { exclude: createExclude({ patterns: [] }), onSkip, ...options }, never)) {
    files.push(file.relativePath);
  }
  return { files, skipped };
}

suite("walk", () => {
  test("finds files with their absolute path, size and time", async () => {
    const root = createTree({ "src/a.ts": "let a;\n" });
    const found = [];
    for await (const file of walk(root, { exclude: createExclude({ patterns: [] }) }, never)) found.push(file);
    const path = join(root, "src", "a.ts");
    assert.deepEqual(found, [{ path, relativePath: "src/a.ts", size: 7, mtimeMs: lstatSync(path).mtimeMs }]);
  });

  test("reads near files and source first, tests and documents last, the rest by name", async () => {
    const root = createTree({
      "docs/a.md": "",
      "src/deep/b.ts": "",
      "src/z.ts": "",
      "test/a.ts": "",
      "core/a.ts": "",
      ".ci/a.yml": "",
      "b.ts": "",
      "B.ts": "",
    });
    const order = ["B.ts", "b.ts", "src/z.ts", "src/deep/b.ts", "core/a.ts", ".ci/a.yml", "docs/a.md", "test/a.ts"];
    assert.deepEqual((await walkAll(root)).files, order);
  });

  test("obeys the .gitignore of each directory, a deeper one outranking those above", async () => {
    const root = createTree({
      ".gitignore": "*.log\n/only-here\ngen/\n# a comment\n",
      "a.log": "",
      "only-here": "",
      "sub/only-here": "",
      "sub/.gitignore": "!keep.log\n/local\n",
      "sub/keep.log": "",
      "sub/lose.log": "",
      "sub/local": "",
      "sub/deep/local": "",
      "sub/gen/x.ts": "",
    });
    const { files, skipped } = await walkAll(root);
    assert.deepEqual(files, [".gitignore", "sub/.gitignore", "sub/keep.log", "sub/only-here", "sub/deep/local"]);
    assert.equal(skipped["a.log"], "ignored by git");
    assert.equal(skipped["sub/gen"], "ignored by git");
  });

  test("re-includes a directory that a deeper .gitignore takes back, with all it holds", async () => {
    const root = createTree({
      ".gitignore": "cache\n",
      "sub/.gitignore": "!cache\n",
      "sub/cache/x.ts": "",
      "cache/y": "",
    });
    assert.deepEqual((await walkAll(root)).files, [".gitignore", "sub/.gitignore", "sub/cache/x.ts"]);
  });

  test("obeys .git/info/exclude and never enters .git", async () => {
    const root = createTree({ ".git/info/exclude": "notes.txt\n", ".git/config": "", "notes.txt": "", "a.ts": "" });
    const { files, skipped } = await walkAll(root);
    assert.deepEqual(files, ["a.ts"]);
    assert.deepEqual(skipped, { ".git": "generated", "notes.txt": "ignored by git" });
  });

  test("obeys .tacitignore, which takes nothing back that git ignores", async () => {
    const root = createTree({
      ".gitignore": "a.ts",
      ".tacitignore": "legacy/\n!a.ts\n",
      "a.ts": "",
      "b.ts": "",
      "legacy/x.ts": "",
      "src/.tacitignore": "*.gen.ts",
      "src/a.gen.ts": "",
    });
    const { files, skipped } = await walkAll(root);
    assert.deepEqual(files, [".gitignore", ".tacitignore", "b.ts", "src/.tacitignore"]);
    assert.equal(skipped["legacy"], "ignored by .tacitignore");
    assert.equal(skipped["src/a.gen.ts"], "ignored by .tacitignore");
  });

  test("obeys the .gitignore files above a root that lies inside a repository", async () => {
    const top = createTree({
      ".git/HEAD": "",
      ".gitignore": "*.log\npackages/a/out.ts\n",
      "packages/.gitignore": "tmp/\n",
      "packages/a/x.log": "",
      "packages/a/out.ts": "",
      "packages/a/tmp/y.ts": "",
      "packages/a/z.ts": "",
    });
    assert.deepEqual((await walkAll(join(top, "packages/a"))).files, ["z.ts"]);
  });

  test("reads a root that lies in node_modules or is itself ignored by git", async () => {
    const top = createTree({
      ".git/HEAD": "",
      ".gitignore": "node_modules\n*.log\n",
      "node_modules/dist/a.ts": "",
      "node_modules/dist/b.log": "",
    });
    assert.deepEqual((await walkAll(join(top, "node_modules/dist"))).files, ["a.ts", "b.log"]);
  });

  test("leaves out private and generated files, each with its reason", async () => {
    const root = createTree({ "node_modules/a/b.js": "", "my-secret.ts": "", "a.ts": "", "x.min.js": "" });
    const { files, skipped } = await walkAll(root, { exclude: createExclude({ patterns: ["**/*secret*"] }) });
    assert.deepEqual(files, ["a.ts"]);
    assert.deepEqual(skipped, { "my-secret.ts": "private", node_modules: "generated", "x.min.js": "generated" });
  });

  test("follows no symbolic link: neither a loop, nor out of the root, nor to a file, nor into nothing", async () => {
    const outside = createTree({ "passwords.txt": "" });
    const root = createTree({ "sub/a.ts": "" });
    symlinkSync("..", join(root, "sub", "loop"));
    symlinkSync(outside, join(root, "away"));
    symlinkSync(join(outside, "passwords.txt"), join(root, "file.txt"));
    symlinkSync("nowhere", join(root, "dangling"));
    const { files, skipped } = await walkAll(root);
    assert.deepEqual(files, ["sub/a.ts"]);
    const link = "symbolic link";
    assert.deepEqual(skipped, { away: link, dangling: link, "file.txt": link, "sub/loop": link });
  });

  test("reads a root that is a symbolic link: it was opened on purpose", async () => {
    const root = createTree({ "a.ts": "" });
    const link = `${root}-link`;
    folders.push(link);
    symlinkSync(root, link);
    assert.deepEqual((await walkAll(link)).files, ["a.ts"]);
  });

  test("leaves pipes alone", { skip: process.platform === "win32" }, async () => {
    const root = createTree({ "a.ts": "" });
    execFileSync("mkfifo", [join(root, "pipe.ts")]);
    const { files, skipped } = await walkAll(root);
    assert.deepEqual([files, skipped], [["a.ts"], { "pipe.ts": "not a file" }]);
  });

  test("goes on behind a directory that vanishes and one that may not be read", async () => {
    const root = createTree({ "src/a.ts": "", "core/b.ts": "", "locked/c.ts": "", "z/d.ts": "" });
    chmodSync(join(root, "locked"), 0);
    const files: string[] = [];
    const skipped: string[] = [];
    const options: WalkOptions = {
      exclude: createExclude({ patterns: [] }),
      onSkip: (reason, path) => skipped.push(`${path}: ${reason}`),
    };
    for await (const file of walk(root, options, never)) {
      files.push(file.relativePath);
      rmSync(join(root, "core"), { recursive: true, force: true });
    }
    chmodSync(join(root, "locked"), 0o700);
    // Root may read what nobody may.
    const mayReadAll = process.getuid?.() === 0 || process.platform === "win32";
    assert.deepEqual(files, mayReadAll ? ["src/a.ts", "locked/c.ts", "z/d.ts"] : ["src/a.ts", "z/d.ts"]);
    assert.deepEqual(skipped, mayReadAll ? ["core: gone"] : ["core: gone", "locked: no permission"]);
  });

  test("counts a file that vanishes between listing and looking as gone", async () => {
    const root = createTree(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${100 + at}.ts`, ""])));
    const skipped: string[] = [];
    let files = 0;
    const options: WalkOptions = {
      exclude: createExclude({ patterns: [] }),
      onSkip: (reason, path) => skipped.push(`${path}: ${reason}`),
    };
    for await (const file of walk(root, options, never)) {
      files++;
      if (file.relativePath === "f100.ts") rmSync(join(root, "f199.ts"));
    }
    assert.deepEqual([files, skipped], [99, ["f199.ts: gone"]]);
  });

  test("fails with what to do where the root is not there", async () => {
    await assert.rejects(walkAll(join(createTree({}), "missing")), { name: "SidecarError", code: "folder" });
  });

  test("stops at its limit and says so", async () => {
    const root = createTree({ "a.ts": "", "b.ts": "", "c.ts": "", "d/e.ts": "" });
    const { files, skipped } = await walkAll(root, { filesMax: 2 });
    assert.deepEqual([files, skipped], [["a.ts", "b.ts"], { "c.ts": "too many files" }]);
  });

  test("stops when cancelled", async () => {
    const root = createTree({ "a/a.ts": "", "b/b.ts": "" });
    const abort = new AbortController();
    const files: string[] = [];
    await assert.rejects(
      async () => {
        for await (const file of walk(root, { exclude: createExclude({ patterns: [] }) }, abort.signal)) {
          files.push(file.relativePath);
          abort.abort();
        }
      },
      { name: "AbortError" },
    );
    assert.deepEqual(files, ["a/a.ts"]);
  });

  test("takes odd names as they are: spaces, brackets, emoji, a backslash, a leading bang or hash", async () => {
    const names = ["!a.ts", "#b.ts", "[c].ts", "d e.ts", "f\\g.ts", "🙂.ts"];
    const odd = process.platform === "win32" ? names.filter((name) => !name.includes("\\")) : names;
    const root = createTree({
      ...Object.fromEntries(odd.map((name) => [name, ""])),
      "[x] #y/.gitignore": "z\n",
      "[x] #y/z": "",
    });
    assert.deepEqual(
      (await walkAll(root)).files,
      [...odd, "[x] #y/.gitignore"].sort((a, b) => depth(a) - depth(b)),
    );
  });

  test("agrees with git on random trees and ignore files", { skip: !hasGit() }, async (t) => {
    const seed = Number(process.env["TACIT_TEST_SEED"] ?? randomInt(2 ** 31));
    t.diagnostic(`seed ${seed}`);
    const random = createRandom(seed);
    for (let round = 0; round < 25; round++) {
      const root = createTree(randomTree(random));
      execFileSync("git", ["init", "-q"], { cwd: root });
      const listed = execFileSync("git", ["ls-files", "-z", "--others", "--exclude-standard"], {
        cwd: root,
        encoding: "utf8",
      });
      const expected = listed.split("\0").filter((name) => name !== "");
      const exclude = { excludes: (path: string) => (path === ".git" ? ("generated" as const) : undefined) };
      const { files } = await walkAll(root, { exclude });
      assert.deepEqual([...files].sort(), expected.sort(), `seed ${seed}, round ${round}, ${root}`);
      const filter = createFileFilter(root, { exclude });
      for (const name of expected) assert.equal(await filter.skipReason(join(root, name)), undefined, name);
    }
  });
});

suite("createFileFilter", () => {
  const exclude = createExclude({ patterns: ["**/*secret*"] });

  test("judges a file as the walk would", async () => {
    const root = createTree({
      ".gitignore": "*.log\ngen/\n",
      "sub/.gitignore": "!keep.log\n",
      "sub/keep.log": "",
      "sub/.tacitignore": "draft*\n",
      "gen/a.ts": "",
    });
    const filter = createFileFilter(root, { exclude });
    const reasons = async (...paths: string[]): Promise<unknown[]> =>
      Promise.all(paths.map((path) => filter.skipReason(join(root, path))));
    assert.deepEqual(await reasons("sub/keep.log", "sub/deep/new-file.ts"), [undefined, undefined]);
    assert.deepEqual(await reasons("a.log", "gen/a.ts", "gen/deep/b.ts"), Array(3).fill("ignored by git"));
    assert.deepEqual(await reasons("sub/draft.md", "sub/x/drafts/y.md"), Array(2).fill("ignored by .tacitignore"));
    assert.deepEqual(await reasons("secrets/a.ts", "node_modules/a/b.js"), ["private", "generated"]);
    assert.deepEqual(await reasons("../a.ts", "."), ["outside", "outside"]);
  });

  test("refuses a link and what is reached through one", async () => {
    const root = createTree({ "real/a.ts": "" });
    symlinkSync("real", join(root, "linked"));
    symlinkSync("real/a.ts", join(root, "a.ts"));
    const filter = createFileFilter(root, { exclude });
    assert.equal(await filter.skipReason(join(root, "linked/a.ts")), "symbolic link");
    assert.equal(await filter.skipReason(join(root, "a.ts")), "symbolic link");
    assert.equal(await filter.skipReason(join(root, "real/a.ts")), undefined);
  });

  test("follows a changed .gitignore once it is told to forget", async () => {
    const root = createTree({ ".gitignore": "", "a.log": "" });
    const filter = createFileFilter(root, { exclude });
    const path = join(root, "a.log");
    assert.equal(await filter.skipReason(path), undefined);
    writeFileSync(join(root, ".gitignore"), "*.log\n");
    assert.equal(await filter.skipReason(path), undefined);
    assert.ok(filter.isRuleFile(join(root, ".gitignore")));
    assert.ok(!filter.isRuleFile(path));
    filter.forget();
    assert.equal(await filter.skipReason(path), "ignored by git");
  });

  test("obeys the repository above the root", async () => {
    const top = createTree({ ".git/HEAD": "", ".gitignore": "/pkg/a/x.ts\n", "pkg/a/": "" });
    const filter = createFileFilter(join(top, "pkg/a"), { exclude });
    assert.equal(await filter.skipReason(join(top, "pkg/a/x.ts")), "ignored by git");
    assert.equal(await filter.skipReason(join(top, "pkg/a/y.ts")), undefined);
  });
});

function depth(path: string): number {
  return path.split("/").length;
}

function hasGit(): boolean {
  try {
    execFileSync("git", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    // The machine has none: nothing to compare with.
    return false;
  }
}

/** Few names, so that patterns meet files often. */
function randomTree(random: () => number): Record<string, string> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const directories = ["a", "b", "c d", "[e]"];
  const names = ["x.ts", "y.log", "z", "a", "é.md", "w!"];
  const path = (): string =>
    [...Array.from({ length: Math.floor(random() * 3) }, () => pick(directories)), pick(names)].join("/");
  const pattern = (): string => {
    const body = pick([
      "*.log",
      "a",
      "b/",
      "/a",
      "a/b",
      "**/b",
      "a/**",
      "*",
      "x.*",
      "/*/",
      "c d",
      "z",
      "[ab]",
      "w\\!",
      "?",
    ]);
    return pick(["", "", "!"]) + body + pick(["", "", "", "/", " "]);
  };
  const files: Record<string, string> = {};
  for (let at = 0; at < 25; at++) files[path()] = "";
  for (let at = 0; at < 3; at++) {
    const directory = Array.from({ length: Math.floor(random() * 3) }, () => pick(directories)).join("/");
    const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, pattern);
    files[join(directory, ".gitignore")] = lines.join(pick(["\n", "\r\n"]));
  }
  // A name can be a file or a directory, not both.
  const isDirectory = (name: string): boolean => Object.keys(files).some((other) => other.startsWith(`${name}/`));
  return Object.fromEntries(Object.entries(files).filter(([name]) => !isDirectory(name)));
}
