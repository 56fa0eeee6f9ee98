/**
 * Replaces the words of a text by stand-ins: the same word has the same one everywhere in one export. Keywords,
 * punctuation, white space and the case of names stay, so that what is left shows how somebody writes, and not what
 * about. Words are replaced one by one within names ("loadUser" and "userId" go on to share one).
 */
import { keywordsOf } from "./keywords.ts";

export interface Anonymiser {
  /** Source text, or a piece of it. */
  code(text: string, languageId: string): string;
  /** A path, URI or folder: its ending stays. */
  path(path: string): string;
}

/** A word as programs have it, an escape of a string (which stays), or a number. */
const TOKENS = /\\u\{?[0-9a-fA-F]+\}?|\\x[0-9a-fA-F]{2}|\\.|[\p{L}_$][\p{L}\p{M}\p{N}_$]*|\p{N}[\p{L}\p{M}\p{N}_]*/gu;
/** Parts of a name: "HTTPServer_v2" has "HTTP", "Server", "v", "2". */
const PARTS = /\p{Lu}+(?![\p{Ll}\p{M}])|\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}|[\p{Lo}\p{Lm}\p{Lt}]+|\p{N}+/gu;
/** Characters between quotes on one line, or behind what begins a comment in some language. */
const QUOTED = /(["'`])(?:\\.|(?!\1)[^\\\n])*\1|(?:\/\/|#(?!include|define|if|endif|pragma)|--|\/\*|<!--).*$/gmu;
const CONSONANTS = "bcdfghjklmnprstvw";
const VOWELS = "aeiou";

export function createAnonymiser(): Anonymiser {
  const standIns = new Map<string, string>();
  const numbers = new Map<string, string>();

  function standIn(part: string): string {
    const word = part.toLowerCase();
    let known = standIns.get(word);
    if (known === undefined) standIns.set(word, (known = makeWord(standIns.size)));
    if (part === word) return known;
    return part === part.toUpperCase() && part.length > 1
      ? known.toUpperCase()
      : known[0]!.toUpperCase() + known.slice(1);
  }

  function number(text: string): string {
    // They are in every program, and say nothing.
    if (text === "0" || text === "1") return text;
    let known = numbers.get(text);
    if (known === undefined) numbers.set(text, (known = String(2_000_000 + numbers.size)));
    return known;
  }

  function words(text: string, keywords: ReadonlySet<string>): string {
    return text.replace(TOKENS, (token) => {
      if (token.startsWith("\\") && token.length === 2) return token;
      if (token.startsWith("\\")) return "\\u0000";
      if (keywords.has(token)) return token;
      if (/^\p{N}/u.test(token)) return number(token);
      return token.replace(PARTS, (part) => (/^\p{N}/u.test(part) ? number(part) : standIn(part)));
    });
  }

  return {
    code: (text, languageId) => {
      const keywords = keywordsOf(languageId);
      let result = "";
      let end = 0;
      for (const { index, 0: quoted } of text.matchAll(QUOTED)) {
        result += words(text.slice(end, index), keywords) + words(quoted, new Set());
        end = index + quoted.length;
      }
      return result + words(text.slice(end), keywords);
    },
    path: (path) => {
      const ending = /\.[a-z]{1,5}$/i.exec(path)?.[0] ?? "";
      return words(path.slice(0, path.length - ending.length), new Set()) + ending;
    },
  };
}

/** "zab", "zac", … "zabab": begins as hardly any word does. */
function makeWord(index: number): string {
  let word = "";
  let rest = index;
  do {
    word += VOWELS[rest % VOWELS.length]! + CONSONANTS[Math.floor(rest / VOWELS.length) % CONSONANTS.length]!;
    rest = Math.floor(rest / (VOWELS.length * CONSONANTS.length)) - 1;
  } while (rest >= 0);
  return `zq${word}`;
}
