/** Logging with levels. Messages never contain source text. */
import type { LogLevel } from "../../protocol/settings.ts";

export interface Log {
  error(message: string, error?: unknown): void;
  warn(message: string, error?: unknown): void;
  info(message: string): void;
  debug(message: string): void;
}

export type LogSink = (level: LogLevel, line: string) => void;

const ORDER: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/** `level` is asked at each message, so that a changed setting takes effect at once. */
export function createLog(sink: LogSink, level: () => LogLevel): Log {
  const write = (at: LogLevel, message: string, error?: unknown): void => {
    if (ORDER[at] > ORDER[level()]) return;
    sink(at, error === undefined ? message : `${message}: ${formatError(error)}`);
  };
  return {
    error: (message, error) => write("error", message, error),
    warn: (message, error) => write("warn", message, error),
    info: (message) => write("info", message),
    debug: (message) => write("debug", message),
  };
}

export const silentLog: Log = createLog(
  () => undefined,
  () => "error",
);

function formatError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : ` (cause: ${formatError(error.cause)})`;
  return (error.stack ?? error.message) + cause;
}
