/**
 * Where the suggestions of this session came from, as they were answered. The editor shows few of them and names those
 * later; their origins are stored then, and "Why This Suggestion?" is answered from here until they are.
 */
import type { TextPlace } from "./negative-memory.ts";
import type { Suggestion } from "./suggest.ts";

/** The editor asks at every keystroke: enough for minutes of typing. */
const SUGGESTIONS_MAX = 500;
/** So much is kept of the text above: the lines that make a place. */
const ABOVE_CHARS_MAX = 2000;

export class SuggestionOrigins {
  readonly #suggestions = new Map<string, AnsweredSuggestion>();

  /** `prefix`: the document before the suggestion. */
  remember(suggestion: Suggestion, { languageId, prefix }: { languageId: string; prefix: string }): void {
    const lineStart = prefix.lastIndexOf("\n") + 1;
    const above = prefix.slice(Math.max(0, lineStart - ABOVE_CHARS_MAX), lineStart);
    const place = { languageId, above, linePrefix: prefix.slice(lineStart) };
    this.#suggestions.set(suggestion.id, { ...suggestion, place });
    if (this.#suggestions.size > SUGGESTIONS_MAX) {
      const [oldest] = this.#suggestions.keys();
      this.#suggestions.delete(oldest!);
    }
  }

  /**
   * A suggestion by its generation's id; undefined where it was answered long ago, or by an earlier process. `shown`:
   * what the editor showed of it, the rest of it where its beginning had been typed by then.
   */
  find(generationId: string, shown?: string): AnsweredSuggestion | undefined {
    const answered = this.#suggestions.get(generationId);
    return answered && shown !== undefined && answered.text !== shown ? restOf(answered, shown) : answered;
  }

  clear(): void {
    this.#suggestions.clear();
  }

  /** The one that was answered last. */
  get latest(): AnsweredSuggestion | undefined {
    return [...this.#suggestions.values()].at(-1);
  }
}

export interface AnsweredSuggestion extends Suggestion {
  readonly place: TextPlace;
}

function restOf(answered: AnsweredSuggestion, shown: string): AnsweredSuggestion {
  const { text, raw, place } = answered;
  if (!text.endsWith(shown)) return answered;
  const typed = text.slice(0, text.length - shown.length);
  const lines = (place.above + place.linePrefix + typed).split("\n");
  const linePrefix = lines.pop()!;
  return {
    ...answered,
    text: shown,
    // What style changed in the beginning cannot be told from what it changed in the rest.
    raw: raw.startsWith(typed) ? raw.slice(typed.length) : shown,
    place: { ...place, above: lines.map((line) => `${line}\n`).join(""), linePrefix },
  };
}
