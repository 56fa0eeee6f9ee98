/**
 * The vocabulary of recall: token texts as small numbers. A *value* is a token as it stood in a text (with the space
 * before it, or a line break with its indentation) and can be rendered; a *key* is the token alone and is what is
 * compared and counted. Keys: 0 boundary, 1 line break, 2… words. Values: 0 boundary, negative line breaks,
 * `key << 1 | spaceBefore` for words.
 */
import { scanTokens } from "../../code/tokens.ts";

export const BOUNDARY = 0;
export const LINE_BREAK = 1;

/** Blank lines beyond this many are forgotten. */
const LINE_BREAKS_MAX = 2;

export function keyOf(value: number): number {
  return value < 0 ? LINE_BREAK : value >>> 1;
}

export function isLineBreak(value: number): boolean {
  return value < 0;
}

export class Vocabulary {
  readonly #keys = new Map<string, number>();
  readonly #texts: string[] = ["", "\n"];
  readonly #breakValues = new Map<string, number>();
  readonly #breaks: string[] = [""];

  /** Distinct words. */
  get size(): number {
    return this.#texts.length;
  }

  /** Tokens of `text` as values. */
  tokenize(text: string): Int32Array {
    let values = new Int32Array((text.length >> 2) + 16);
    let count = 0;
    scanTokens(text, (start, end, spaceBefore, lineBreak) => {
      if (count === values.length) {
        const larger = new Int32Array(values.length * 2);
        larger.set(values);
        values = larger;
      }
      values[count++] = lineBreak
        ? this.#lineBreak(text, start, end)
        : (this.key(text.slice(start, end)) << 1) | (spaceBefore ? 1 : 0);
    });
    return values.subarray(0, count);
  }

  /** Key of a word, made when it is new. */
  key(word: string): number {
    const known = this.#keys.get(word);
    if (known !== undefined) return known;
    const key = this.#texts.length;
    const own = ownCopy(word);
    this.#texts.push(own);
    this.#keys.set(own, key);
    return key;
  }

  /** Key of a word that is already known, else undefined. */
  knownKey(word: string): number | undefined {
    return this.#keys.get(word);
  }

  /** The word of a key, without space. */
  word(key: number): string {
    return this.#texts[key] ?? "";
  }

  /** "\n" (or two) and the indentation behind it. */
  lineBreak(value: number): string {
    return this.#breaks[-value] ?? "\n";
  }

  /** Indentation behind a line break. */
  indentation(value: number): string {
    const text = this.lineBreak(value);
    return text.slice(text.lastIndexOf("\n") + 1);
  }

  /** Value of a line break with this indentation and, if asked, one blank line before it. */
  lineBreakValue(indentation: string, blankLine: boolean): number {
    return this.#breakValue((blankLine ? "\n\n" : "\n") + indentation);
  }

  #lineBreak(text: string, start: number, end: number): number {
    let breaks = 0;
    let lastBreak = start;
    for (let at = start; at < end; at++) {
      if (text.charCodeAt(at) === 10) {
        breaks++;
        lastBreak = at;
      }
    }
    return this.#breakValue("\n".repeat(Math.min(breaks, LINE_BREAKS_MAX)) + text.slice(lastBreak + 1, end));
  }

  #breakValue(text: string): number {
    const known = this.#breakValues.get(text);
    if (known !== undefined) return known;
    const value = -this.#breaks.length;
    const own = ownCopy(text);
    this.#breaks.push(own);
    this.#breakValues.set(own, value);
    return value;
  }
}

/** V8 keeps the whole file alive for a slice of it of 13 characters or more; a copy does not. */
function ownCopy(slice: string): string {
  return slice.length < 13 ? slice : Buffer.from(slice, "utf16le").toString("utf16le");
}
