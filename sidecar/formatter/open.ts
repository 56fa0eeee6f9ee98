/** Makes a formatter that was found usable, and says under which terms it runs. */
import type { FoundFormatter } from "./find.ts";
import type { Formatter } from "./formatter.ts";
import { openPackageFormatter } from "./package.ts";
import { createProgramFormatter } from "./program.ts";

export interface FormatterLimits {
  /** Milliseconds for one text, and for the start of what is kept running. */
  readonly answerMsMax: number;
  readonly startMsMax: number;
}

/** Formatters answer within half a second; a machine may be ten times as slow. */
const DEFAULT_LIMITS: FormatterLimits = { answerMsMax: 5_000, startMsMax: 15_000 };

/** Starts nothing before the first text. */
export function openFormatter(found: FoundFormatter, limits: Partial<FormatterLimits> = {}): Formatter {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const { call } = found.tool;
  return call.kind === "package" ? openPackageFormatter(found, all) : createProgramFormatter(found, call, all);
}
