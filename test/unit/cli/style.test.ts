/** `tacit style` behind a real command line; the sidecar is a list of what was learned. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { Command, CommanderError, Option } from "commander";
import { SidecarError } from "../../../sidecar/base/errors.ts";
import { registerStyle, type StyleFilter, type StyleHelpers } from "../../../sidecar/cli/style.ts";
import { styleTable } from "../../../sidecar/cli/style-table.ts";
import type { Learned } from "../../../protocol/style.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { type Changes, convention, correction } from "../../support/learned.ts";

const QUOTES = convention("typescript quotes=single", "strings: single quotes", {
  evidence: [{ path: "src/a.ts", line: 12, text: "const name = 'x';" }],
});
const TESTS = convention("typescript quotes=double", "strings: double quotes", { level: "directory", path: "test" });
const INCLUDES = correction("python", "$1.has_key($2)", "$2 in $1", { held: 5, total: 6, confidence: 0.8 });
const LEARNED = [QUOTES, TESTS, INCLUDES];

interface Run {
  readonly out: string;
  readonly remarks: string;
  /** Exit status, or the error that the command line would print. */
  readonly result: unknown;
  readonly asked: StyleFilter[];
  /** What was decided and erased. */
  readonly done: string[];
}

async function run(args: readonly string[], learned: readonly Learned[] = LEARNED, width = 80): Promise<Run> {
  const asked: StyleFilter[] = [];
  const done: string[] = [];
  let out = "";
  let remarks = "";
  let result: unknown;
  const sidecar = {
    listStyle: (filter: StyleFilter) => {
      asked.push(filter);
      return Promise.resolve(learned);
    },
    decideStyle: (id: string, decision: string | undefined) => void done.push(`${decision ?? "undecided"} ${id}`),
    eraseStyle: (id: string) => void done.push(`erased ${id}`),
  };
  const helpers: StyleHelpers<Command> = {
    common: (command) => command.option("--json", "as JSON"),
    withSidecar:
      (action) =>
      async (...given) => {
        const options = given.at(-2) as { json?: boolean };
        result = await action(sidecar, options, ...(given.slice(0, -2) as string[]));
      },
    report: (options, value, lines) => void (out += options.json ? JSON.stringify(value) : lines().join("\n")),
    print: (text) => void (out += text),
    remark: (line) => void (remarks += `${line}\n`),
    existingFolder: (folder) => folder,
    choice: (command, { flags, description, values, isRequired }) =>
      command.addOption(new Option(flags, description).choices(values).makeOptionMandatory(isRequired)),
    width,
    exit: { ok: 0, nothing: 3 },
  };
  const program = new Command("tacit").exitOverride().configureOutput({ writeErr: () => undefined });
  registerStyle(program, helpers);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    result = error;
  }
  return { out, remarks, result, asked, done };
}

test("lists what was learned by language, with figures, place, id and evidence", async () => {
  const { out, result } = await run(["style"]);
  assert.equal(result, 0);
  assert.equal(
    out,
    [
      "Python",
      "  `$1.has_key($2)` → `$2 in $1`                          5 of 6   80 %  serves",
      "      in all projects",
      `      ${INCLUDES.id}`,
      "",
      "TypeScript and JavaScript",
      "  strings: single quotes                             212 of 215   98 %  serves",
      "      in all projects",
      "      typescript/quotes=single@language",
      "      src/a.ts:12  const name = 'x';",
      "  strings: double quotes                             212 of 215   98 %  serves",
      "      in test/ of project 3",
      "      typescript/quotes=double@directory:3:test",
    ].join("\n"),
  );
});

test("says where it holds, down to tests in a directory of sources", () => {
  const where = (changes: Changes): string | undefined =>
    styleTable([convention("go quotes=single", "strings: single quotes", changes)], 80)[2]?.trim();
  assert.deepEqual(
    [
      where({ level: "person" }),
      where({ level: "project" }),
      where({ level: "tests" }),
      where({ level: "tests", path: "src" }),
      where({ level: "sources" }),
      where({ level: "directory", path: "src/old" }),
      where({ level: "file", path: "src/a.go" }),
    ],
    [
      "in all languages and projects",
      "in project 3",
      "in tests of project 3",
      "in tests in src/ of project 3",
      "in sources of project 3",
      "in src/old/ of project 3",
      "in src/a.go of project 3",
    ],
  );
});

test("lines fit the terminal, and nothing from source can move its cursor", () => {
  const text = `\u001b[2J\u202e${"long ".repeat(40)}`;
  const wide = convention("go errors=wrapped", `errors: ${"wraps and tells what was done ".repeat(4)}`, {
    evidence: [{ path: "a.go", line: 0, text }],
  });
  for (const width of [0, 50, 80, 200]) {
    for (const line of styleTable([wide, correction("go", "x\u0007", "y")], width)) {
      assert.ok(line.length <= Math.max(width, 40) || line.includes("go/"), `${width}: ${line}`);
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
    }
  }
});

test("asks for what is wanted: language, scope, folder", async () => {
  const { asked } = await run(["style", "--language", "javascriptreact", "--scope", "project", "--folder", "x"]);
  assert.deepEqual(asked, [{ languageId: "typescript", level: "project", folder: "x" }]);
});

test("--json gives all of it as data", async () => {
  const { out } = await run(["style", "--json"]);
  assert.equal(out, JSON.stringify({ style: LEARNED }));
});

test("says so where nothing was learned", async () => {
  const { out, result } = await run(["style"], []);
  assert.match(out, /Nothing of that was learned yet\..*tacit learn FOLDER/);
  assert.equal(result, 0);
});

test("pins, vetoes, clears and erases, several at once", async () => {
  assert.deepEqual((await run(["style", "pin", QUOTES.id, TESTS.id])).done, [
    `pinned ${QUOTES.id}`,
    `pinned ${TESTS.id}`,
  ]);
  const veto = await run(["style", "veto", QUOTES.id]);
  assert.deepEqual([veto.done, veto.out], [[`vetoed ${QUOTES.id}`], "vetoed: strings: single quotes"]);
  assert.deepEqual((await run(["style", "clear", QUOTES.id])).done, [`undecided ${QUOTES.id}`]);
  const erase = await run(["style", "erase", QUOTES.id, "--json"]);
  assert.deepEqual(erase.done, [`erased ${QUOTES.id}`]);
  assert.deepEqual(JSON.parse(erase.out), { erase: [{ id: QUOTES.id, title: QUOTES.title }] });
});

test("an unknown id is told with the nearest ones, and nothing is done", async () => {
  for (const [typed, nearest] of [
    ["typescript/quotes=singel@language", /Did you mean one of these\?\n {2}typescript\/quotes=single@language$/m],
    ["quotes", /quotes=single[^]*quotes=double/],
    ["zzz", /List what was learned with “tacit style”/],
  ] as const) {
    const { result, done } = await run(["style", "veto", QUOTES.id, typed]);
    assert.ok(result instanceof SidecarError);
    assert.match(result.message, /has the id/);
    assert.match(result.action, nearest);
    assert.deepEqual(done, []);
  }
});

test("wrong usage is found before anything is asked", async () => {
  for (const args of [
    ["style", "--scope", "galaxy"],
    ["style", "export"],
    ["style", "export", "--format", "word"],
    ["style", "pin"],
    ["style", "dance"],
  ]) {
    const { result, asked } = await run(args);
    assert.ok(result instanceof CommanderError, args.join(" "));
    assert.deepEqual(asked, []);
  }
});

async function exportTo(t: TestContext, ...args: string[]): Promise<Run & { folder: string }> {
  const folder = await temporaryFolder(t);
  return { ...(await run(["style", "export", "--folder", folder, ...args])), folder };
}

test("export writes the file and says which", async (t) => {
  const { out, result, asked, folder } = await exportTo(t, "--format", "agents");
  assert.deepEqual([out, result, asked], [`wrote ${join(folder, "AGENTS.md")}`, 0, [{ folder }]]);
  assert.match(await readFile(join(folder, "AGENTS.md"), "utf8"), /single quotes/);
  const again = await run(["style", "export", "--folder", folder, "--format", "agents"]);
  assert.match(again.out, /AGENTS\.md is up to date$/);
});

test("export --dry-run prints a diff and writes nothing", async (t) => {
  const { out, result, folder } = await exportTo(t, "--format", "cursor", "--dry-run");
  assert.match(out, /^--- \/dev\/null\n\+\+\+ b\/\.cursor\/rules\/tacit\.mdc\n@@ -0,0 \+1,\d+ @@\n\+---\n/);
  assert.equal(result, 0);
  assert.deepEqual(await readdir(folder), []);
});

test("export --json tells what was done, with the diff", async (t) => {
  const { out, folder } = await exportTo(t, "--format", "claude", "--json");
  const { path, changed, written, diff } = JSON.parse(out) as Record<string, unknown>;
  assert.deepEqual([path, changed, written], [join(folder, "CLAUDE.md"), true, true]);
  assert.match(String(diff), /^--- \/dev\/null\n/);
});

test("export as JSON goes to standard output, or to a file that is named", async (t) => {
  const { out, folder } = await exportTo(t, "--format", "json");
  assert.equal((JSON.parse(out) as { conventions: unknown[] }).conventions.length, 2);
  const file = join(folder, "style.json");
  await run(["style", "export", "--folder", folder, "--format", "json", "--out", file]);
  assert.equal(await readFile(file, "utf8"), out);
});

test("export of nothing: a remark, status 3, no file", async (t) => {
  const folder = await temporaryFolder(t);
  const { remarks, result } = await run(["style", "export", "--folder", folder, "--format", "agents"], []);
  assert.match(remarks, /Nothing was learned yet/);
  assert.equal(result, 3);
  assert.deepEqual(await readdir(folder), []);
});
