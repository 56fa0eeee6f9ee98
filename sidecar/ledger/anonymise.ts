/**
 * Replaces the words of a text by stand-ins: under one key the same word has the same one everywhere, in every export,
 * and without the key nobody can tell by guessing what it stands for. Keywords, punctuation, white space and the case of names stay, so that what is left shows how somebody writes, and not what
 * about. Words are replaced one by one within names ("loadUser" and "userId" go on to share one).
 */
import { createHmac } from "node:crypto";
import type { Learned } from "../../protocol/style.ts";
import { languageOfPath } from "../code/languages.ts";
import { attributeOf } from "../style/conventions/attributes.ts";
import { conventionId, parseConventionId } from "../style/conventions/scopes.ts";
import { keywordsOf } from "./keywords.ts";

export interface Anonymiser {
  /** Source text, or a piece of it. */
  code(text: string, languageId: string): string;
  /** A path, URI or folder: what tells its language stays. */
  path(path: string): string;
  /** Id of something learned: what was learned stays where it is one of several things that Tacit knows, its place not. */
  learnedId(id: string): string;
  /** A title of something learned. */
  title(learned: Pick<Learned, "kind" | "languageId" | "attribute" | "title">): string;
  /** A sentence of ours about what happened: what it quotes and what was run. */
  sentence(text: string): string;
}

/** A word as programs have it, an escape of a string (which stays), or a number. */
const TOKENS = /\\u\{?[0-9a-fA-F]+\}?|\\x[0-9a-fA-F]{2}|\\.|[\p{L}_$][\p{L}\p{M}\p{N}_$]*|\p{N}[\p{L}\p{M}\p{N}_]*/gu;
/** Parts of a name: "HTTPServer_v2" has "HTTP", "Server", "v", "2". */
const PARTS = /\p{Lu}+(?![\p{Ll}\p{M}])|\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}|[\p{Lo}\p{Lm}\p{Lt}]+|\p{N}+/gu;
/** Characters between quotes on one line, or behind what begins a comment in some language. */
const QUOTED = /(["'`])(?:\\.|(?!\1)[^\\\n])*\1|(?:\/\/|#(?!include|define|if|endif|pragma)|--|\/\*|<!--).*$/gmu;
// eslint-disable-next-line no-control-regex -- All that is not ASCII.
const NOT_PLAIN = /[^\x00-\x7f]/gu;
/** What was run, and how it ended. */
const RUN = /^(.+?)( (?:passes again|passed|failed)(?:, and had (?:passed|failed) before)?)$/su;
/** Of 80 each: words of one store hardly ever meet. */
const SYLLABLES = 6;
const CONSONANTS = "bcdfghjklmnprstvw";
const VOWELS = "aeiou";

/** `key`: secret, or the stand-ins of guessed words could be compared. */
export function createAnonymiser(key: string): Anonymiser {
  const standIns = new Map<string, string>();
  const numbers = new Map<string, string>();
  const drawn = (text: string): number => createHmac("sha256", key).update(text).digest().readUIntBE(0, 6);

  function standIn(part: string): string {
    const word = part.toLowerCase();
    let known = standIns.get(word);
    if (known === undefined) standIns.set(word, (known = makeWord(drawn(word))));
    if (part === word) return known;
    return part === part.toUpperCase() && part.length > 1
      ? known.toUpperCase()
      : known[0]!.toUpperCase() + known.slice(1);
  }

  function number(text: string): string {
    // They are in every program, and say nothing.
    if (text === "0" || text === "1") return text;
    let known = numbers.get(text);
    if (known === undefined) numbers.set(text, (known = String(2_000_000 + drawn(text))));
    return known;
  }

  function words(text: string, keywords: ReadonlySet<string>): string {
    const replaced = text.replace(TOKENS, (token) => {
      if (token.startsWith("\\") && token.length === 2) return token;
      if (token.startsWith("\\")) return "\\u0000";
      if (keywords.has(token)) return token;
      if (/^\p{N}/u.test(token)) return number(token);
      return token.replace(PARTS, (part) => (/^\p{N}/u.test(part) ? number(part) : standIn(part)));
    });
    // Pictures and marks of other scripts: what stands in for words is plain.
    return replaced.replace(NOT_PLAIN, "*");
  }

  function code(text: string, languageId: string): string {
    const keywords = keywordsOf(languageId);
    let result = "";
    let end = 0;
    for (const { index, 0: quoted } of text.matchAll(QUOTED)) {
      result += words(text.slice(end, index), keywords) + words(quoted, new Set());
      end = index + quoted.length;
    }
    return result + words(text.slice(end), keywords);
  }

  function path(path: string): string {
    const ending = /\.[a-z]{1,5}$/i.exec(path)?.[0] ?? "";
    const isTelling = languageOfPath(`a${ending}`) !== undefined;
    return isTelling ? words(path.slice(0, -ending.length), new Set()) + ending : words(path, new Set());
  }

  return {
    code,
    path,
    learnedId: (id) => {
      const parsed = parseConventionId(id);
      // Of a correction, which is named by hashes; they say nothing without the text.
      if (!parsed) return words(id, new Set());
      const { language, attribute, value, scope } = parsed;
      return conventionId({
        language,
        attribute,
        value: isOurs(language ?? "", attribute) ? value : words(value, new Set()),
        scope: scope.path === "" ? scope : { ...scope, path: path(scope.path) },
      });
    },
    title: ({ kind, languageId, attribute, title }) =>
      kind === "convention" && isOurs(languageId, attribute) ? title : code(title, languageId),
    sentence: (text) =>
      text
        .replace(/“[^”]*”?/gu, (quoted) => `“${code(quoted.slice(1), "").replace(/\*$/u, "")}”`)
        .replace(/^(rated (?:up|down): )(.*)$/su, (_, said: string, told: string) => said + words(told, new Set()))
        .replace(RUN, (_, label: string, how: string) => words(label, new Set()) + how)
        .replace(/ in [0-9a-f]{7,40}\b/u, " in a commit"),
  };
}

/** Whether what is learned about it is one of several things that Tacit knows: nobody's words. */
function isOurs(languageId: string, attribute: string): boolean {
  return typeof attributeOf(languageId, attribute)?.values !== "function";
}

/** Begins as hardly any word does. */
function makeWord(drawn: number): string {
  let word = "zq";
  let rest = drawn;
  for (let n = 0; n < SYLLABLES; n++) {
    const syllable = rest % (VOWELS.length * CONSONANTS.length);
    word += VOWELS[syllable % VOWELS.length]! + CONSONANTS[Math.floor(syllable / VOWELS.length)]!;
    rest = Math.floor(rest / (VOWELS.length * CONSONANTS.length));
  }
  return word;
}
