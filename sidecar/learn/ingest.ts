/** Ingest: signals from outside become rows. Everything is checked and freed of secrets before it is stored. */
import * as v from "valibot";
import { type Signal, SURVIVAL_MOMENTS } from "../../protocol/signals.ts";
import type { SignalsResult } from "../../protocol/messages.ts";
import { redact } from "../../privacy/redact.ts";
import { CONTEXT_CHARS_MAX, TEXT_CHARS_MAX, withoutSecrets } from "../../privacy/signals.ts";
import type { Database } from "../store/database.ts";
import { saveEpisode } from "../store/episodes.ts";
import { type Origin, saveOrigin } from "../store/origins.ts";
import { type GenerationPlace, saveSignal } from "../store/signals.ts";

const RUN_LABEL_CHARS_MAX = 80;
const NOT_ALLOWED =
  "the file is excluded by tacit.privacy.exclude, .gitignore, or what is learned from (tacit.learning)";
const SYMPTOM_CHARS_MAX = 1_000;

export interface IngestResult extends SignalsResult {
  /** Generations that have something new. */
  readonly touched: readonly string[];
  /** What was not known before. */
  readonly stored: readonly Signal[];
}

/**
 * Stores signals in one transaction; when this returns they are on disk. `allowed` refuses excluded files; `originOf`
 * knows where a suggestion came from, of which that much was `shown`.
 */
export function ingestSignals(
  database: Database,
  signals: readonly unknown[],
  placeOf: (uri: string) => GenerationPlace,
  allowed: (uri: string, languageId: string) => boolean,
  originOf: (generationId: string, shown: string) => Origin | undefined = () => undefined,
): IngestResult {
  const acknowledged: string[] = [];
  const rejected: { id: string; reason: string }[] = [];
  const touched = new Set<string>();
  const stored: Signal[] = [];
  database.transaction(() => {
    for (const raw of signals) {
      const parsed = v.safeParse(signalSchema, raw);
      if (!parsed.success) {
        rejected.push({ id: idOf(raw), reason: v.summarize(parsed.issues) });
        continue;
      }
      const signal = withoutSecrets(parsed.output);
      if (!signal) {
        rejected.push({ id: parsed.output.id, reason: "a text of it is too long" });
        continue;
      }
      if (signal.kind === "shown" && !allowed(signal.generation.uri, signal.generation.languageId)) {
        rejected.push({ id: signal.id, reason: NOT_ALLOWED });
        continue;
      }
      if (signal.kind === "shown" && signal.generation.id !== signal.generationId) {
        rejected.push({ id: signal.id, reason: "it shows another generation than it names" });
        continue;
      }
      if (signal.kind === "mended") {
        if (!allowed(signal.uri, signal.languageId)) {
          rejected.push({ id: signal.id, reason: NOT_ALLOWED });
          continue;
        }
        saveEpisode(database, signal, placeOf(signal.uri));
        acknowledged.push(signal.id);
        continue;
      }
      const result = saveSignal(database, signal, placeOf);
      if (result === "orphan") {
        rejected.push({ id: signal.id, reason: "its generation is unknown" });
        continue;
      }
      acknowledged.push(signal.id);
      if (result !== "stored") continue;
      stored.push(signal);
      if (signal.kind !== "shown") touched.add(signal.generationId);
      else {
        const origin = originOf(signal.generationId, signal.generation.text);
        if (origin) saveOrigin(database, signal.generationId, { ...origin, raw: redact(origin.raw).text });
      }
    }
  });
  return { acknowledged, rejected, touched: [...touched], stored };
}

const count = v.pipe(v.number(), v.finite(), v.minValue(0));
/** What is stored as an integer. */
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const text = v.pipe(v.string(), v.maxLength(TEXT_CHARS_MAX));
const context = v.pipe(v.string(), v.maxLength(CONTEXT_CHARS_MAX));
const name = v.pipe(v.string(), v.maxLength(200));
const base = { id, at: whole, generationId: id };
const counts = v.object({ errors: count, warnings: count });
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{7,64}$/));
const symptomSchema = v.object({
  kind: v.picklist(["error", "run"]),
  message: v.pipe(v.string(), v.maxLength(SYMPTOM_CHARS_MAX)),
  code: v.pipe(v.string(), v.maxLength(64)),
});

const signalSchema: v.GenericSchema<unknown, Signal> = v.variant("kind", [
  v.object({
    ...base,
    kind: v.literal("shown"),
    generation: v.object({
      id,
      engine: name,
      proposer: name,
      languageId: name,
      uri: v.pipe(v.string(), v.maxLength(4096)),
      line: whole,
      character: whole,
      linePrefix: context,
      contextBefore: context,
      text,
      confidence: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    }),
  }),
  v.object({
    ...base,
    kind: v.literal("accepted"),
    extent: v.picklist(["whole", "word", "line"]),
    via: v.picklist(["key", "editor"]),
    acceptedChars: count,
    dwellMs: count,
  }),
  v.object({
    ...base,
    kind: v.literal("dismissed"),
    reason: v.picklist(["escape", "typed-over", "typed-out", "superseded", "timeout"]),
    dwellMs: count,
  }),
  v.object({ ...base, kind: v.literal("edited"), sinceAcceptMs: count, text }),
  v.object({ ...base, kind: v.literal("undone"), sinceAcceptMs: count }),
  v.object({ ...base, kind: v.literal("settled"), sinceAcceptMs: count, text, lineText: text, linePrefix: context }),
  v.object({
    ...base,
    kind: v.literal("diagnostics"),
    phase: v.picklist(["after", "settled"]),
    before: counts,
    now: counts,
  }),
  v.object({
    ...base,
    kind: v.literal("survived"),
    moment: v.picklist(SURVIVAL_MOMENTS),
    sinceAcceptMs: count,
    text: v.optional(text),
    machineChars: count,
  }),
  v.object({ ...base, kind: v.literal("snoozed"), sinceShownMs: count }),
  v.object({ ...base, kind: v.literal("rated"), rating: v.picklist(["up", "down"]), words: context }),
  v.object({
    ...base,
    kind: v.literal("ran"),
    purpose: v.picklist(["test", "build"]),
    label: v.pipe(v.string(), v.maxLength(RUN_LABEL_CHARS_MAX)),
    isOk: v.boolean(),
    turn: v.picklist(["mended", "broke", "none"]),
  }),
  v.object({
    ...base,
    kind: v.literal("committed"),
    commit: hash,
    via: v.picklist(["commit", "amend"]),
    topic: v.picklist(["feature", "fix", "refactoring", "test", "docs", "unknown"]),
    lines: whole,
    survivingLines: whole,
    text,
  }),
  v.object({ ...base, kind: v.literal("reverted"), commit: hash, via: v.picklist(["revert", "reset"]) }),
  v.object({
    ...base,
    kind: v.literal("mended"),
    symptom: symptomSchema,
    uri: v.pipe(v.string(), v.maxLength(4096)),
    languageId: name,
    contextBefore: context,
    before: context,
    after: context,
  }),
]);

function idOf(raw: unknown): string {
  return typeof raw === "object" && raw !== null && "id" in raw && typeof raw.id === "string" ? raw.id : "";
}
