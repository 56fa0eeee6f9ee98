/** Settings from outside: checked value by value; what is missing or wrong takes its default and is reported. */
import * as v from "valibot";
import type { RemoteAccess } from "../protocol/messages.ts";
import { expandHome } from "./base/home.ts";
import { DEFAULT_SETTINGS, type Settings } from "../protocol/settings.ts";

const file = v.pipe(v.string(), v.transform(expandHome));

const schema = v.object({
  enable: v.record(v.string(), v.boolean()),
  learning: v.object({
    mode: v.picklist(["passive", "active", "off"]),
    languages: v.record(v.string(), v.boolean()),
    folders: v.record(v.string(), v.boolean()),
    settleSeconds: v.pipe(v.number(), v.minValue(0), v.maxValue(300)),
  }),
  suggest: v.object({ multiLine: v.boolean() }),
  gate: v.picklist(["eager", "balanced", "quiet", "off"]),
  engine: v.picklist(["auto", "recall"]),
  remote: v.object({
    url: v.string(),
    dialect: v.picklist(["auto", "llama-server", "ollama", "openai"]),
    model: v.string(),
  }),
  llama: v.object({
    model: file,
    embedder: file,
    gpu: v.picklist(["auto", "cuda", "vulkan", "metal", "off"]),
    idleMinutes: v.pipe(v.number(), v.minValue(0), v.maxValue(1440)),
  }),
  models: v.object({ mirror: v.string() }),
  style: v.object({ useFormatter: v.boolean() }),
  scan: v.object({ onOpen: v.boolean(), maxFileSizeKb: v.pipe(v.number(), v.minValue(1), v.maxValue(10_240)) }),
  privacy: v.object({ exclude: v.array(v.string()) }),
  dataFolder: v.string(),
  log: v.object({ level: v.picklist(["error", "warn", "info", "debug"]) }),
});

/** Reads a whole or partial snapshot. `problems` names each value that was not taken. */
export function parseSettings(raw: unknown): { readonly settings: Settings; readonly problems: string[] } {
  const merged = merge(DEFAULT_SETTINGS, raw);
  const whole = v.safeParse(schema, merged);
  if (whole.success) return { settings: whole.output, problems: [] };
  // Only the sections that are wrong go back to their defaults.
  const problems = whole.issues.map((issue) => `tacit.${v.getDotPath(issue) ?? "settings"}: ${issue.message}`);
  const wrong = new Set(whole.issues.map((issue) => v.getDotPath(issue)?.split(".")[0]));
  const kept = Object.fromEntries(
    Object.entries(merged).map(([key, value]) => [
      key,
      wrong.has(key) ? DEFAULT_SETTINGS[key as keyof Settings] : value,
    ]),
  );
  const again = v.safeParse(schema, kept);
  return { settings: again.success ? again.output : DEFAULT_SETTINGS, problems };
}

const accessSchema = v.object({ apiKey: v.nullable(v.string()), consentedHosts: v.array(v.string()) });

/** Undefined where it is none. */
export function parseRemoteAccess(raw: unknown): RemoteAccess | undefined {
  const parsed = v.safeParse(accessSchema, raw);
  return parsed.success ? parsed.output : undefined;
}

/** `raw` over the defaults, section by section. */
function merge(defaults: Settings, raw: unknown): Record<string, unknown> {
  if (!isRecord(raw)) return { ...defaults };
  return Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => {
      const given = raw[key];
      const isSection = isRecord(value) && key !== "enable";
      return [key, isSection && isRecord(given) ? { ...value, ...given } : (given ?? value)];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
