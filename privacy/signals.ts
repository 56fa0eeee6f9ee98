/**
 * Takes secrets out of a signal: out of every text that it holds, before it is written anywhere. What is longer than any
 * suggestion is no signal but a document, and is not taken at all: that bounds what this costs.
 */
import type { Signal } from "../protocol/signals.ts";
import { redact, redactParts } from "./redact.ts";

/** Characters of a suggestion, or of what became of it. */
export const TEXT_CHARS_MAX = 20_000;
/** Characters of what stands around it. */
export const CONTEXT_CHARS_MAX = 8_000;

/** Undefined where a text of it is longer than {@link TEXT_CHARS_MAX}. Idempotent. */
export function withoutSecrets(signal: Signal): Signal | undefined {
  return textsIn(signal).some((text) => text.length > TEXT_CHARS_MAX) ? undefined : redacted(signal);
}

function redacted(signal: Signal): Signal {
  switch (signal.kind) {
    case "shown": {
      const { generation } = signal;
      const [contextBefore, , linePrefix, text] = redactParts([
        generation.contextBefore,
        "\n",
        generation.linePrefix,
        generation.text,
      ]);
      return { ...signal, generation: { ...generation, contextBefore, linePrefix, text } };
    }
    case "edited":
      return { ...signal, text: clean(signal.text) };
    case "survived":
      return signal.text === undefined ? signal : { ...signal, text: clean(signal.text) };
    case "settled": {
      const [linePrefix, text] = redactParts([signal.linePrefix, signal.text]);
      return { ...signal, linePrefix, text, lineText: redactParts([signal.linePrefix, signal.lineText])[1] };
    }
    case "rated":
      return { ...signal, words: clean(signal.words) };
    case "ran":
      return { ...signal, label: clean(signal.label) };
    case "committed":
      return { ...signal, text: clean(signal.text) };
    case "mended": {
      const [contextBefore, , before] = redactParts([signal.contextBefore, "\n", signal.before]);
      const after = redactParts([signal.contextBefore, "\n", signal.after])[2];
      const symptom = { ...signal.symptom, message: clean(signal.symptom.message) };
      return { ...signal, symptom, contextBefore, before, after };
    }
    default:
      // The others say little more than that something happened; what one may have to say some day passes here too.
      return redactLeaves(signal, "") as Signal;
  }
}

/** Names that the editor and Tacit give. */
const NAMES: ReadonlySet<string> = new Set(["id", "generationId", "kind", "commit", "via"]);

function redactLeaves(value: unknown, key: string): unknown {
  if (typeof value === "string") return NAMES.has(key) ? value : clean(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redactLeaves(one, name)]));
}

function clean(text: string): string {
  return redact(text).text;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
