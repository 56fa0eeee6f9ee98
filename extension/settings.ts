/** The one snapshot of settings, read in one place. A value of the wrong type counts as not set. */
import { DEFAULT_SETTINGS } from "../protocol/settings.ts";
import type {
  EngineSetting,
  GateSetting,
  GpuSetting,
  LearningMode,
  LogLevel,
  RemoteDialect,
  Settings,
} from "../protocol/settings.ts";

/** The section of all settings in package.json. */
export const SECTION = "tacit";

/** Reads a value by its name within the section, e.g. "learning.mode". */
export type ReadValue = (key: string) => unknown;

export function readSettings(read: ReadValue): Settings {
  const { enable, learning, suggest, gate, engine, remote, llama, models, style, scan, privacy, dataFolder, log } =
    DEFAULT_SETTINGS;
  return {
    enable: switches(read("enable"), enable),
    learning: {
      mode: oneOf<LearningMode>(read("learning.mode"), ["passive", "active", "off"], learning.mode),
      languages: switches(read("learning.languages"), learning.languages),
      folders: switches(read("learning.folders"), learning.folders),
      settleSeconds: within(read("learning.settleSeconds"), 1, 300, learning.settleSeconds),
    },
    suggest: { multiLine: flag(read("suggest.multiLine"), suggest.multiLine) },
    gate: oneOf<GateSetting>(read("gate"), ["eager", "balanced", "quiet", "off"], gate),
    engine: oneOf<EngineSetting>(read("engine"), ["auto", "recall"], engine),
    remote: {
      url: text(read("remote.url"), remote.url).trim(),
      dialect: oneOf<RemoteDialect>(
        read("remote.dialect"),
        ["auto", "llama-server", "ollama", "openai"],
        remote.dialect,
      ),
      model: text(read("remote.model"), remote.model).trim(),
    },
    llama: {
      model: text(read("llama.model"), llama.model).trim(),
      embedder: text(read("llama.embedder"), llama.embedder).trim(),
      gpu: oneOf<GpuSetting>(read("llama.gpu"), ["auto", "cuda", "vulkan", "metal", "off"], llama.gpu),
      idleMinutes: within(read("llama.idleMinutes"), 0, 1440, llama.idleMinutes),
    },
    models: { mirror: text(read("models.mirror"), models.mirror).trim() },
    style: { useFormatter: flag(read("style.useFormatter"), style.useFormatter) },
    scan: {
      onOpen: flag(read("scan.onOpen"), scan.onOpen),
      maxFileSizeKb: within(read("scan.maxFileSizeKb"), 1, 10_240, scan.maxFileSizeKb),
    },
    privacy: { exclude: strings(read("privacy.exclude"), privacy.exclude) },
    dataFolder: text(read("dataFolder"), dataFolder),
    log: { level: oneOf<LogLevel>(read("log.level"), ["error", "warn", "info", "debug"], log.level) },
  };
}

/** Whether to suggest in a language: its own entry, else that of `*`, else yes. */
export function isEnabled(enable: Settings["enable"], languageId: string): boolean {
  return enable[languageId] ?? enable["*"] ?? true;
}

function flag(value: unknown, fallback: boolean): boolean {
  return typeof value === "boolean" ? value : fallback;
}

function text(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}

function within(value: unknown, least: number, most: number, fallback: number): number {
  if (typeof value !== "number" || Number.isNaN(value)) return fallback;
  return Math.min(Math.max(value, least), most);
}

function oneOf<T extends string>(value: unknown, choices: readonly T[], fallback: T): T {
  return choices.find((choice) => choice === value) ?? fallback;
}

function strings(value: unknown, fallback: readonly string[]): readonly string[] {
  if (!Array.isArray(value)) return fallback;
  return value.filter((item): item is string => typeof item === "string");
}

function switches(value: unknown, fallback: Readonly<Record<string, boolean>>): Readonly<Record<string, boolean>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fallback;
  const entries = Object.entries(value).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean");
  return Object.fromEntries(entries);
}
