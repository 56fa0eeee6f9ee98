/** The log as the extension writes it. It never contains source text. */
import type { LogLevel } from "../protocol/settings.ts";

export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

/** The part of VS Code's LogOutputChannel that is used. */
export interface LogSink {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
}

const ORDER: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/**
 * Writes to `sink` what `tacit.log.level` lets through. Debug lines go out as info, marked: the channel has a level of
 * its own, which no extension can set, and hides debug lines by default.
 */
export function createLog(sink: LogSink, level: () => LogLevel): Log {
  const isOn = (at: LogLevel): boolean => ORDER[at] <= ORDER[level()];
  return {
    error: (message) => sink.error(message),
    warn: (message) => {
      if (isOn("warn")) sink.warn(message);
    },
    info: (message) => {
      if (isOn("info")) sink.info(message);
    },
    debug: (message) => {
      if (isOn("debug")) sink.info(`[debug] ${message}`);
    },
  };
}
