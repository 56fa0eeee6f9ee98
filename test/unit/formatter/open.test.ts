/** Formatters as they run: real ones, and those that hang, fail and answer garbage. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { isAbort, SidecarError } from "../../../sidecar/base/errors.ts";
import { findFormatter } from "../../../sidecar/formatter/find.ts";
import type { Formatter } from "../../../sidecar/formatter/formatter.ts";
import { type FormatterLimits, openFormatter } from "../../../sidecar/formatter/open.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";
import { fakePackageProject, fakeProgramProject, prettierProject } from "../../support/formatters.ts";
import { never } from "../../support/recall.ts";

const HASTY: Partial<FormatterLimits> = { answerMsMax: 300, startMsMax: 5_000 };
const CODE = "const a = {b:1}";

/** The formatter of a project; closed with the test. */
async function open(
  t: TestContext,
  root: string,
  limits: Partial<FormatterLimits> = {},
  languageId = "typescript",
): Promise<Formatter> {
  const found = await findFormatter(root, "", languageId);
  assert.ok(found, "a formatter is found");
  const formatter = openFormatter(found, limits);
  t.after(() => formatter.close());
  return formatter;
}

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => assert.fail("it works"),
    (error: unknown) => error,
  );
}

test("a project's Prettier formats as configured, one text after the other", async (t) => {
  const root = await prettierProject(t, { semi: false, singleQuote: true });
  const formatter = await open(t, root);
  const format = (text: string) => formatter.format(join(root, "a.ts"), text, never);
  assert.deepEqual(await format('const a = {b:"c"}'), { kind: "formatted", text: "const a = { b: 'c' }\n" });
  assert.deepEqual(await format("f( 1 );"), { kind: "formatted", text: "f(1)\n" });
  assert.deepEqual(await format("const ="), { kind: "refused", reason: "SyntaxError" });
  assert.deepEqual(await format("f( 2 );"), { kind: "formatted", text: "f(2)\n" });
});

test("overrides, .editorconfig and .prettierignore are Prettier's own matter", async (t) => {
  const overrides = [{ files: "*.test.ts", options: { semi: false } }];
  const root = await prettierProject(
    t,
    { overrides },
    {
      ".editorconfig": "[*]\nindent_style = tab\n",
      ".prettierignore": "vendor/\n",
    },
  );
  const formatter = await open(t, root);
  const format = (path: string, text: string) => formatter.format(join(root, path), text, never);
  assert.deepEqual(await format("a.ts", "if (a) { b() }"), { kind: "formatted", text: "if (a) {\n\tb();\n}\n" });
  assert.deepEqual(await format("a.test.ts", "b();"), { kind: "formatted", text: "b()\n" });
  assert.deepEqual(await format("vendor/a.ts", "b( );"), { kind: "ignored" });
});

const withoutPermissions =
  !process.allowedNodeEnvironmentFlags.has("--permission") && "this Node has no permission model";
test("a package can write no file and start no process", { skip: withoutPermissions }, async (t) => {
  const attempts = `
    const told = [];
    const attempt = (name, work) => {
      try {
        work();
        told.push(name + ": done");
      } catch (error) {
        told.push(name + ": " + error.code);
      }
    };
    attempt("write", () => require("node:fs").writeFileSync(__dirname + "/written", "a"));
    attempt("spawn", () => require("node:child_process").spawnSync("true"));
    return told.join();`;
  const root = await fakePackageProject(t, attempts);
  const formatter = await open(t, root);
  const denied = "write: ERR_ACCESS_DENIED,spawn: ERR_ACCESS_DENIED";
  assert.deepEqual(await formatter.format(join(root, "a.ts"), CODE, never), { kind: "formatted", text: denied });
  assert.equal(existsSync(join(root, "node_modules/prettier/written")), false);
});

test("a package sees nothing of our environment", async (t) => {
  process.env["TACIT_TEST_TOKEN"] = "abc";
  t.after(() => delete process.env["TACIT_TEST_TOKEN"]);
  const root = await fakePackageProject(
    t,
    `return process.env.PATH === undefined ? "no PATH" : "token: " + process.env.TACIT_TEST_TOKEN;`,
  );
  const formatter = await open(t, root);
  const answer = await formatter.format(join(root, "a.ts"), CODE, never);
  assert.deepEqual(answer, { kind: "formatted", text: "token: undefined" });
});

test("a package that hangs is a fault within its time, and its process is gone", async (t) => {
  const root = await fakePackageProject(t, "for (;;);");
  const formatter = await open(t, root, { ...HASTY, startMsMax: 2_000 });
  const error = await rejection(formatter.format(join(root, "a.ts"), CODE, never));
  assert.ok(error instanceof SidecarError && /no answer within 2 s/.test(error.message), String(error));
  await checkGone(root);
});

test("a package that cannot be loaded, or ends its process, is a fault", async (t) => {
  const broken = await fakePackageProject(t, "");
  await writeFiles(broken, { "node_modules/prettier/index.cjs": "throw new Error('bad build')" });
  const formatter = await open(t, broken);
  const error = await rejection(formatter.format(join(broken, "a.ts"), CODE, never));
  assert.ok(error instanceof SidecarError && /could not be loaded/.test(error.message), String(error));

  const deadly = await fakePackageProject(t, "process.exit(3)");
  const dying = await open(t, deadly);
  assert.ok((await rejection(dying.format(join(deadly, "a.ts"), CODE, never))) instanceof SidecarError);
});

test("a package's process that died while it was idle is started again", async (t) => {
  const root = await fakePackageProject(t, "setTimeout(() => process.exit(1), 10); return text;");
  const formatter = await open(t, root);
  for (let time = 0; time < 2; time++) {
    assert.equal((await formatter.format(join(root, "a.ts"), CODE, never)).kind, "formatted");
    await setTimeout(300);
  }
});

test("closing ends the process at once, and what is asked fails", async (t) => {
  const root = await fakePackageProject(t, "for (;;);");
  const formatter = await open(t, root);
  const asked = rejection(formatter.format(join(root, "a.ts"), CODE, never));
  await setTimeout(500);
  formatter.close();
  assert.ok((await asked) instanceof SidecarError);
  await checkGone(root);
});

test("a program gets the text by standard input, in the folder of its configuration, without a shell", async (t) => {
  const root = await fakeProgramProject(t, 'echo "$PWD $*"; cat');
  const formatter = await open(t, root);
  const path = join(root, "a; touch b.ts");
  const answer = await formatter.format(path, CODE, never);
  assert.deepEqual(answer, { kind: "formatted", text: `${root} format --stdin-file-path=${path}\n${CODE}` });
  assert.equal(existsSync(join(root, "b.ts")), false);
});

test("a program that fails has refused the text, which the reason does not quote", async (t) => {
  const root = await fakeProgramProject(t, "cat >&2; exit 2");
  const formatter = await open(t, root);
  const answer = await formatter.format(join(root, "a.ts"), CODE, never);
  assert.deepEqual(answer, { kind: "refused", reason: "it ended with 2" });
});

test("a program that hangs, with all that it started, is ended within its time", async (t) => {
  const root = await fakeProgramProject(t, `sleep 600 & echo $! > pid; wait`);
  const formatter = await open(t, root, HASTY);
  const error = await rejection(formatter.format(join(root, "a.ts"), CODE, never));
  assert.ok(error instanceof SidecarError && /no answer within 0.3 s/.test(error.message), String(error));
  await setTimeout(100);
  const pid = readFileSync(join(root, "pid"), "utf8").trim();
  // Gone, or dead and not yet taken note of by whoever inherited it.
  assert.match(spawnSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" }).stdout, /^(?:Z|$)/);
});

test("a program that answers without end is stopped", async (t) => {
  const root = await fakeProgramProject(t, "yes");
  const formatter = await open(t, root);
  const error = await rejection(formatter.format(join(root, "a.ts"), CODE, never));
  assert.ok(error instanceof SidecarError && /without end/.test(error.message), String(error));
});

test("a program that cannot be run is a fault", async (t) => {
  const root = await fakeProgramProject(t, "");
  await writeFiles(root, { "node_modules/.bin/biome": "#!/not/there\n" });
  const formatter = await open(t, root);
  const error = await rejection(formatter.format(join(root, "a.ts"), CODE, never));
  assert.ok(error instanceof SidecarError && /could not be run/.test(error.message), String(error));
});

test("whoever gives up gets an abort, and the program is ended", async (t) => {
  const root = await fakeProgramProject(t, "sleep 600");
  const formatter = await open(t, root);
  const abort = new AbortController();
  const asked = rejection(formatter.format(join(root, "a.ts"), CODE, abort.signal));
  abort.abort();
  assert.ok(isAbort(await asked));
  await checkGone(root);
});

for (const { program, languageId, files, offered, formatted } of [
  {
    program: "black",
    languageId: "python",
    files: { "pyproject.toml": "[tool.black]\nline-length = 30\n" },
    offered: "f('a', [1,2], another_long_name)",
    formatted: 'f(\n    "a",\n    [1, 2],\n    another_long_name,\n)\n',
  },
  {
    program: "rustfmt",
    languageId: "rust",
    files: { "rustfmt.toml": "tab_spaces = 2\n" },
    offered: "async fn f( ) {g( )}",
    formatted: "async fn f() {\n  g()\n}\n",
  },
  {
    program: "clang-format",
    languageId: "cpp",
    files: { ".clang-format": "BasedOnStyle: LLVM\nPointerAlignment: Left\n" },
    offered: "int *a=b( );",
    formatted: "int* a = b();",
  },
] as const) {
  const skip = spawnSync(program, ["--version"]).status === 0 ? false : `${program} is not installed`;
  test(`${program} formats as configured`, { skip }, async (t) => {
    const root = await temporaryFolder(t);
    await writeFiles(root, files);
    const formatter = await open(t, root, {}, languageId);
    const path = join(root, `a.${languageId === "python" ? "py" : languageId === "rust" ? "rs" : "cpp"}`);
    assert.deepEqual(await formatter.format(path, offered, never), { kind: "formatted", text: formatted });
  });
}

/** No process has anything of this project among its arguments any more. */
async function checkGone(root: string): Promise<void> {
  await setTimeout(100);
  const { stdout } = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" });
  assert.deepEqual(
    stdout.split("\n").filter((line) => line.includes(root)),
    [],
  );
}
