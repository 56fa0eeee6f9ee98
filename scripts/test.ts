/**
 * `npm test`: checks, then tests, from fast to slow, ending in a real editor. Parts are named by their folder under
 * test/: `npm test -- unit process`, `npm test -- check`, `npm test -- test/unit/text/edit.test.ts`.
 */
import { globSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { check } from "./checks.ts";
import { provideChromium } from "./chromium.ts";
import { installCodeServer } from "./code-server.ts";
import { provideOldestNode } from "./oldest-node.ts";
import { Failure, main, runInForeground } from "./steps.mjs";
import { ROOT } from "./vsix.ts";

/** Tests that need nothing but Node, then those that need the packaged extension in an editor. */
const PLAIN = ["unit", "golden", "process", "fault"];
const EDITOR = "editor";

/** What takes longer hangs: one test, one file, all of them. */
const LIMITS_MS = {
  plain: { test: 120_000, file: 240_000, all: 1_500_000 },
  editor: { test: 300_000, file: 420_000, all: 900_000 },
};

/** Tests failed, and the report has said why. */
class FailedTests extends Failure {
  /** A line each. */
  readonly names: string;

  constructor(names: string) {
    super();
    this.names = names;
  }
}

await main(async () => {
  const startedMs = Date.now();
  const args = process.argv.slice(2);
  const all = args.length === 0;
  const failures: string[] = [];
  const attempt = async (part: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      // The other parts are still worth running; what failed is named at the end.
      if (!(error instanceof Failure)) throw error;
      if (error.message) console.log(`\n${error.message}\n`);
      failures.push(error instanceof FailedTests ? `${part}\n${error.names.trimEnd().replaceAll(/^/gm, "  ")}` : part);
    }
  };
  const files = selectFiles(all ? [...PLAIN, EDITOR] : args.filter((arg) => arg !== "check"));
  const inEditor = files.filter((file) => file.startsWith(join("test", EDITOR)));
  const plain = files.filter((file) => !inEditor.includes(file));
  if (all || args.includes("check")) await attempt("check", check);
  if (plain.length > 0) {
    await attempt("tests", async () => {
      await provideOldestNode();
      await runTests(plain, "plain");
    });
  }
  if (inEditor.length > 0) {
    await attempt("editor tests", async () => {
      const packaging = ["--disable-warning=ExperimentalWarning", join(ROOT, "scripts", "package.ts")];
      if ((await runInForeground(process.execPath, packaging)) !== 0)
        throw new Failure("The extension was not packaged.");
      await provideChromium();
      await installCodeServer();
      await runTests(inEditor, "editor");
    });
  }
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  for (const failure of failures) console.log(`\nFAILED: ${failure}`);
  console.log(failures.length > 0 ? `\nFailed (${seconds} s)` : `\nAll passed (${seconds} s)`);
  return failures.length > 0 ? 1 : 0;
});

/** Test files of the named parts, or under the given paths, relative to the root. */
function selectFiles(names: readonly string[]): string[] {
  const found = new Set<string>();
  for (const name of names) {
    const part = [...PLAIN, EDITOR].includes(name);
    const path = part ? join("test", name) : relative(ROOT, resolve(process.env["INIT_CWD"] ?? ROOT, name));
    const patterns = path.endsWith(".ts") ? [path] : [join(path, "**/*.test.ts")];
    // Tests of the whole code base lie in test/ itself.
    if (name === "unit") patterns.push("test/*.test.ts");
    const matches = globSync(patterns, { cwd: ROOT });
    if (matches.length === 0 && !part)
      throw new Failure(`${name} is neither a part (${PLAIN.join(", ")}, editor, check) nor a test file.`);
    for (const match of matches) found.add(match);
  }
  return [...found].sort();
}

async function runTests(files: readonly string[], kind: keyof typeof LIMITS_MS): Promise<void> {
  // A test that forgets its own data folder must not find the user's.
  const home = await mkdtemp(join(tmpdir(), "tacit-test-"));
  const failed = `${home}.failed`;
  try {
    const status = await runInForeground(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        `--import=${join(ROOT, "scripts", "test-deadline.ts")}`,
        "--test",
        `--test-reporter=${join(ROOT, "scripts", "test-report.ts")}`,
        `--test-concurrency=${kind === "editor" ? 1 : availableParallelism()}`,
        `--test-timeout=${LIMITS_MS[kind].test}`,
        ...files,
      ],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          TACIT_HOME: home,
          TACIT_TEST_FILE_MS_MAX: String(LIMITS_MS[kind].file),
          TACIT_TEST_FAILURES: failed,
        },
        timeout: LIMITS_MS[kind].all,
      },
    );
    if (status !== 0) throw new FailedTests(await readFile(failed, "utf8").catch(() => ""));
  } finally {
    await rm(home, { recursive: true, force: true });
    await rm(failed, { force: true });
  }
}
