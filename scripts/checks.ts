/** What the tools say about the code without running it. */
import { join } from "node:path";
import { inspect } from "node:util";
import { Failure, run, step } from "./steps.mjs";
import { ROOT } from "./vsix.ts";

/** Runs the compiler beside linter and formatter: two cores are busy for the time of the slower. */
export async function check(): Promise<void> {
  const tool = (title: string, script: string, args: readonly string[]) =>
    step(title, async () => {
      await run(process.execPath, [join(ROOT, "node_modules", script), ...args], { cwd: ROOT });
    });
  const types = tool("types (tsc)", "typescript/bin/tsc", ["-p", "."]);
  // The sample workspace is what a user would open, not a part of this program.
  const lint = tool("lint (eslint)", "eslint/bin/eslint.js", [".", "--max-warnings=0"]);
  const format = types
    .catch(() => undefined)
    .then(() => tool("format (prettier)", "prettier/bin/prettier.cjs", ["--check", "--log-level=warn", "."]));
  const results = await Promise.allSettled([types, lint, format]);
  const failures = results.flatMap((result) => (result.status === "rejected" ? [messageOf(result.reason)] : []));
  if (failures.length > 0) throw new Failure(failures.join("\n\n"));
}

function messageOf(error: unknown): string {
  return error instanceof Failure ? error.message : inspect(error);
}
