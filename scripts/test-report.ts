/**
 * Reporter for node:test: one line per file, and all there is to know about what failed. The names of what failed are
 * kept in the file that TACIT_TEST_FAILURES names, for whoever sums up several runs.
 */
import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { ROOT } from "./vsix.ts";

type Failed = Extract<TestEvent, { type: "test:fail" }>["data"];

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  /** What a file printed: shown only where one of its tests fails. */
  const printed = new Map<string, string>();
  const broken = new Set<string>();
  const ended = new Set<string>();
  /** Names of the suites around the running test, by nesting, per file. */
  const path = new Map<string, string[]>();
  for await (const event of source) {
    switch (event.type) {
      case "test:start": {
        const names = path.get(fileOf(event.data)) ?? [];
        path.set(fileOf(event.data), [...names.slice(0, event.data.nesting), event.data.name]);
        break;
      }
      case "test:stdout":
      case "test:stderr":
        printed.set(fileOf(event.data), ((printed.get(fileOf(event.data)) ?? "") + event.data.message).slice(-20_000));
        break;
      case "test:fail": {
        if (failureOf(event.data, "failureType") === "subtestsFailed") break;
        const file = fileOf(event.data);
        broken.add(file);
        if (event.data.name.endsWith(file)) {
          // The file itself: it threw outside of its tests, or ended before they did. No summary will follow.
          note(file);
          yield `\n✗ ${file}  ended with ${failureOf(event.data, "signal") ?? `status ${failureOf(event.data, "exitCode")}`}\n`;
          yield `${indent(printed.get(file) ?? "It printed nothing.")}\n`;
          break;
        }
        const names = [...(path.get(file) ?? []).slice(0, event.data.nesting), event.data.name];
        const named = `${file}:${event.data.line ?? 1}  ${names.filter((name) => !name.endsWith(file)).join(" › ")}`;
        note(named);
        yield `\n✗ ${named}\n`;
        yield `${indent(explain(event.data))}\n`;
        break;
      }
      case "test:complete":
        if (event.data.nesting === 0) ended.add(event.data.name);
        break;
      case "test:interrupted":
        // The runner reports in order: of those it names, most have ended and wait for the one that has not.
        for (const name of event.data.tests.map((interrupted) => interrupted.name).filter((name) => !ended.has(name))) {
          note(`${name}  did not end`);
          yield `\n✗ ${name}  did not end\n${indent(printed.get(name) ?? "It printed nothing.")}\n`;
        }
        break;
      case "test:summary": {
        const { file, counts, duration_ms: durationMs } = event.data;
        const seconds = `${(durationMs / 1000).toFixed(1)} s`;
        const skipped = counts.skipped + counts.todo > 0 ? `, ${counts.skipped + counts.todo} skipped` : "";
        const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
        if (file === undefined) {
          yield `${failed > 0 ? "✗" : "✓"} ${counts.passed} tests passed${failed > 0 ? `, ${failed} FAILED` : ""}${skipped}  ${seconds}\n`;
          break;
        }
        const name = relative(ROOT, file);
        if (broken.has(name) && printed.has(name))
          yield `${indent(`printed by ${name}:\n${printed.get(name) ?? ""}`)}\n`;
        printed.delete(name);
        yield `${failed > 0 || broken.has(name) ? "✗" : "✓"} ${name}  ${counts.passed}${failed > 0 ? ` of ${counts.tests}` : ""} passed${skipped}  ${seconds}\n`;
        break;
      }
      default:
        break;
    }
  }
}

function note(failed: string): void {
  const file = process.env["TACIT_TEST_FAILURES"];
  if (file) appendFileSync(file, `${failed}\n`);
}

function fileOf(data: { readonly file?: string | undefined; readonly name?: string }): string {
  return relative(ROOT, data.file ?? data.name ?? "");
}

/** A detail of a failure that node:test keeps on its own error. */
function failureOf(data: Failed, detail: "failureType" | "exitCode" | "signal"): string | undefined {
  const value = (data.details.error as unknown as Readonly<Record<string, unknown>>)[detail];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** The error that the test itself threw; node:test wraps it into one of its own. */
function explain(data: Failed): string {
  const { error } = data.details;
  const cause = error.cause instanceof Error ? error.cause : error;
  // The message of an assertion shows both sides already. (It comes from another process: its class is not ours.)
  const assertion = (cause as NodeJS.ErrnoException).code === "ERR_ASSERTION";
  const text = assertion ? (cause.stack ?? cause.message) : inspect(cause, { depth: 4 });
  return text
    .split("\n")
    .filter((line) => !/^\s+at .*(node:|node_modules)/.test(line))
    .join("\n");
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}
