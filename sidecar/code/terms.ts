/**
 * Source text as terms for lexical retrieval: each identifier and the words it is made of, in lower case. The lexical
 * embedder hashes them and full-text search indexes them, so both find `getUserName`, `user_name` and `user-name` alike.
 */

/**
 * Terms of `source` in reading order, repeats included: `getUserName` gives getusername, get, user, name. A term has
 * letters and digits only; keywords are terms, numbers and punctuation are not.
 */
export function termsOf(source: string): string[] {
  const terms: string[] = [];
  eachTerm(source, (term) => terms.push(term));
  return terms;
}

/** Calls `visit` for each term; `isWhole` tells an identifier from a word inside one. */
export function eachTerm(source: string, visit: (term: string, isWhole: boolean) => void): void {
  const length = source.length;
  let position = 0;
  while (position < length) {
    const kind = kindAt(source, position);
    if (kind === OTHER) {
      position++;
    } else if (kind === DIGIT) {
      position = endOfNumber(source, position + 1);
    } else {
      position = visitIdentifier(source, position, visit);
    }
  }
}

/** Kinds of UTF-16 code units; 0 stands for "not looked at yet". */
const OTHER = 1;
const LOWER = 2;
const UPPER = 3;
const DIGIT = 4;
/** What holds the words of one identifier together: `_` and `$`; `-` only between letters. */
const JOINER = 5;

const HYPHEN = 45;
const SMALL_S = 115;

/** Kind of each UTF-16 code unit, found out when it is first met. */
const kinds = new Uint8Array(65536);

function kindAt(source: string, position: number): number {
  const code = source.charCodeAt(position);
  return kinds[code] || (kinds[code] = kindOf(code));
}

/** Scripts without case count as lower case. Halves of surrogate pairs (emoji, rare scripts) are left out. */
function kindOf(code: number): number {
  const character = String.fromCharCode(code);
  if (character === "_" || character === "$") return JOINER;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  if (/\p{Lu}|\p{Lt}/u.test(character)) return UPPER;
  return /\p{L}|\p{M}|\p{Nl}/u.test(character) ? LOWER : OTHER;
}

/** Behind a number with its suffix or unit: `0x1F`, `1_000n`, `10px`. */
function endOfNumber(source: string, from: number): number {
  let end = from;
  while (end < source.length && kindAt(source, end) !== OTHER) end++;
  return end;
}

/** Visits the identifier at `start` and its words; returns where it ends. */
function visitIdentifier(source: string, start: number, visit: (term: string, isWhole: boolean) => void): number {
  const length = source.length;
  let end = start;
  while (end < length && kindAt(source, end) === LOWER) end++;
  const endsHere = end === length || (kindAt(source, end) === OTHER && !isHyphenInside(source, end));
  if (endsHere) {
    visit(source.slice(start, end).toLowerCase(), true);
    return end;
  }

  const words: string[] = [];
  let whole = "";
  let wordStart = start;
  let position = start;
  let before = JOINER;
  for (; ; position++) {
    let kind = position < length ? kindAt(source, position) : OTHER;
    if (kind === OTHER && isHyphenInside(source, position)) kind = JOINER;
    const ends = kind === OTHER || kind === JOINER || (before !== JOINER && startsWord(source, position, before, kind));
    if (ends) {
      if (position > wordStart) {
        const word = source.slice(wordStart, position).toLowerCase();
        whole += word;
        // A lone letter or a number says something only as part of its identifier.
        if (word.length > 1 && before !== DIGIT) words.push(word);
      }
      wordStart = kind === JOINER ? position + 1 : position;
    }
    if (kind === OTHER) break;
    before = kind;
  }
  if (whole !== "") visit(whole, true);
  if (words.length > 1 || words[0] !== whole) for (const word of words) visit(word, false);
  return position;
}

/** Whether the hyphen at `position` joins two letters, as in `font-size`. */
function isHyphenInside(source: string, position: number): boolean {
  if (source.charCodeAt(position) !== HYPHEN || position === 0 || position + 1 >= source.length) return false;
  return isLetter(kindAt(source, position - 1)) && isLetter(kindAt(source, position + 1));
}

function isLetter(kind: number): boolean {
  return kind === LOWER || kind === UPPER;
}

/** Whether a word starts at `position` inside an identifier, given the kinds of the unit before and of this one. */
function startsWord(source: string, position: number, before: number, kind: number): boolean {
  if (before === DIGIT || kind === DIGIT) return before !== kind;
  if (kind !== UPPER) return false;
  if (before === LOWER) return true;
  // The last capital of an acronym starts the next word (`HTTPServer`), but not a plural (`userIDs`).
  const next = position + 1;
  if (next >= source.length || kindAt(source, next) !== LOWER) return false;
  const afterNext = next + 1;
  const isPlural =
    source.charCodeAt(next) === SMALL_S && (afterNext >= source.length || kindAt(source, afterNext) !== LOWER);
  return !isPlural;
}
