/** A formatter that is a program: run once for each text, which goes in by standard input and comes out formatted. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { yieldToOthers } from "../base/priority.ts";
import type { FoundFormatter } from "./find.ts";
import type { FormatAnswer, Formatter } from "./formatter.ts";
import type { FormatterLimits } from "./open.ts";
import { formatterEnvironment, formatterFault, HAS_GROUPS, killGroup } from "./process.ts";
import type { Call } from "./tools.ts";

/** A formatted text is hardly longer than it was. */
const GROWTH_MAX = 4;
const GROWTH_CHARS = 10_000;

export function createProgramFormatter(
  { tool, root, folder, config, configText, location }: FoundFormatter,
  call: Extract<Call, { kind: "program" }>,
  { answerMsMax }: FormatterLimits,
): Formatter {
  return {
    name: tool.name,
    config,
    format: async (path, text, signal) => {
      signal.throwIfAborted();
      const args = call.args({ path, config: join(root, config), configText });
      const child = spawn(location, args, {
        cwd: call.isOutside === true ? tmpdir() : folder,
        env: formatterEnvironment(),
        // What it says of a text may quote it, and is not kept.
        stdio: ["pipe", "pipe", "ignore"],
        shell: false,
        detached: HAS_GROUPS,
        windowsHide: true,
      });
      return await answerOf(child, text, { name: tool.name, answerMsMax, signal });
    },
    close: () => undefined,
  };
}

async function answerOf(
  child: ChildProcessByStdio<Writable, Readable, null>,
  text: string,
  { name, answerMsMax, signal }: { readonly name: string; readonly answerMsMax: number; readonly signal: AbortSignal },
): Promise<FormatAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<FormatAnswer>();
  const fail = (what: string, cause?: unknown): void => reject(formatterFault(name, what, cause));
  const timer = setTimeout(() => fail(`gave no answer within ${answerMsMax / 1000} s`), answerMsMax);
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });

  let output = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    output += part;
    if (output.length > text.length * GROWTH_MAX + GROWTH_CHARS) fail("answers without end");
  });
  child.on("error", (error) => fail("could not be run", error));
  child.on("close", (code) => {
    if (code === 0) resolve({ kind: "formatted", text: output.replaceAll("\r\n", "\n") });
    else resolve({ kind: "refused", reason: `it ended with ${code ?? "a signal"}` });
  });
  // It may have ended without reading: its status says what that means.
  child.stdin.on("error", () => undefined);
  child.stdin.end(text);
  yieldToOthers(child);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    if (child.exitCode === null) killGroup(child);
  }
}
