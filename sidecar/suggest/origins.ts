/**
 * Where the suggestions of this session came from, as they were answered. The editor shows few of them and names those
 * later; their origins are stored then, and "Why This Suggestion?" is answered from here until they are.
 */
import type { Suggestion } from "./suggest.ts";

/** The editor asks at every keystroke: enough for minutes of typing. */
const SUGGESTIONS_MAX = 500;

export class SuggestionOrigins {
  readonly #suggestions = new Map<string, AnsweredSuggestion>();

  remember(suggestion: Suggestion, languageId: string): void {
    this.#suggestions.set(suggestion.id, { ...suggestion, languageId });
    if (this.#suggestions.size > SUGGESTIONS_MAX) {
      const [oldest] = this.#suggestions.keys();
      this.#suggestions.delete(oldest!);
    }
  }

  /** A suggestion by its generation's id; undefined where it was answered long ago, or by an earlier process. */
  find(generationId: string): AnsweredSuggestion | undefined {
    return this.#suggestions.get(generationId);
  }

  /** The one that was answered last. */
  get latest(): AnsweredSuggestion | undefined {
    return [...this.#suggestions.values()].at(-1);
  }
}

export interface AnsweredSuggestion extends Suggestion {
  readonly languageId: string;
}
