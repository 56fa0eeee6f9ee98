/** How the value of a secret looks: not as a word, a name, a path or a placeholder does. */

/** Whether a value that a suspicious name was given is one that somebody should keep secret. */
export function isSecretValue(value: string, nameAndValue: string): boolean {
  if (isUnmistakable(value)) return true;
  if (isPlaceholder(value)) return false;
  const isPassword = isNamedPassword(nameAndValue);
  if (isPassword && looksShuffled(value)) return true;
  return looksRandom(value) || looksScrambled(value) || looksChosen(value, isPassword);
}

/**
 * Three kinds of signs take turns all along it: no word, name, path or placeholder does, whatever stands in it by chance.
 * The longer a value, the less it takes.
 */
export function isUnmistakable(value: string): boolean {
  if (value.length < 16 || value.length > 128 || !/^[\x21-\x7e]+$/.test(value)) return false;
  if (/\$[{(]|\{\{|<[A-Za-z]|%\(\w+\)|\(\?|\.[*+]|\[\^|a-z|A-Z|0-9|\\|:\/\//.test(value)) return false;
  const isLong = value.length >= 32;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].filter((kind) => kind.test(value)).length;
  return (
    kinds >= 3 && entropy(value) >= (isLong ? 4 : 3.5) && changesOfKind(value) >= value.length * (isLong ? 0.45 : 0.6)
  );
}

/** Whether it is a password by its name, not a key or a token. */
export function isNamedPassword(nameAndValue: string): boolean {
  return /pass|pwd/i.test(nameAndValue.slice(0, 24));
}

/** A password as people choose them: digits and signs among letters of both cases, and neither a path nor a pattern. */
export function looksChosen(value: string, isPassword: boolean): boolean {
  if (value.length > 64 || /[()[\]{}<>\\|]|:\/\/|[A-Za-z]\.[A-Za-z]/.test(value)) return false;
  // A path, a selector, a variable or a format begins so; where kinds of signs take turns all along it is none of these.
  if (/^[./#$%@-]/.test(value) && (value.length < 16 || changesOfKind(value) < value.length * 0.55)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[!@#$%^&*+=~?]/].filter((kind) => kind.test(value)).length;
  const short = value.length <= 20;
  if (kinds === 4) return true;
  const signs = value.replaceAll(/[\w.-]/g, "").length;
  return (
    isPassword && short && kinds === 3 && (/\d/.test(value) || signs >= 3) && (wordLikeness(value) < 0.6 || signs >= 4)
  );
}

/** A password generated from letters of both cases alone. */
function looksShuffled(value: string): boolean {
  if (!/^[A-Za-z]{12,64}$/.test(value) || entropy(value) < 3) return false;
  // The fewer pairs of letters are common, the fewer capitals out of place it takes; a name has many of both or neither.
  const [likeness, changes] = [wordLikeness(value), changesOfKind(value)];
  if (likeness < 0.35) return changes >= 3;
  return changes >= value.length * (likeness < 0.5 ? 0.35 : 0.42) && likeness < 0.62;
}

/** A key drawn from nearly all signs of a keyboard (Django, WordPress): no pattern, template or code. */
export function looksScrambled(value: string): boolean {
  if (value.length < 32 || value.length > 128 || /\(\?|\.[*+]|\[\^|a-z|A-Z|0-9|\\[wdsb]|:\/\/|\w\(\)/.test(value))
    return false;
  const signs = new Set(value.replaceAll(/[A-Za-z0-9]/g, ""));
  if (signs.size < 4 || !/\d/.test(value) || entropy(value) < 4) return false;
  // Five letters in a row look like a word by chance; seven hardly ever do.
  const words = value.match(/[A-Za-z]{7,}/g) ?? [];
  if (words.some((word) => word.length >= 12 || wordLikeness(word) >= 0.7)) return false;
  return wordLikeness(value) < 0.55 || changesOfKind(value) >= value.length * 0.6;
}

/** How often small letters, capitals and digits take turns. */
export function changesOfKind(value: string): number {
  const kindOf = (char: string): number => (/[a-z]/.test(char) ? 0 : /[A-Z]/.test(char) ? 1 : /\d/.test(char) ? 2 : 3);
  let changes = 0;
  for (let at = 1; at < value.length; at++) if (kindOf(value[at]!) !== kindOf(value[at - 1]!)) changes++;
  return changes;
}

/** Base64, hexadecimal or the like, made by a machine: digits among letters that form no words. */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || !/^[\w.~+/=!@#%^*:-]+$/.test(value)) return false;
  const digits = value.replaceAll(/\D/g, "").length;
  const letters = value.replaceAll(/[^A-Za-z]/g, "").length;
  if (letters < 2 || digits + letters < value.length * 0.75 || value.includes("://")) return false;
  // A path begins so, and base64 in one of sixty-four: there kinds of signs take turns as in no path.
  if (/^[/~]/.test(value) && !(value.length >= 32 && entropy(value) >= 4 && changesOfKind(value) >= value.length * 0.4))
    return false;
  if (/^(?:0x)?[0-9a-f-]+$/i.test(value)) return digits >= 2 && entropy(value) >= 3;
  if (digits === 0) return value.length >= 24 && entropy(value) >= 3.5 && wordLikeness(value) < 0.35;
  if (entropy(value) < 3.2) return false;
  // Few pairs of letters say little; what takes turns that often is no name.
  return wordLikeness(value) < 0.5 || (digits >= 3 && changesOfKind(value) >= value.length * 0.55);
}

/**
 * Share of the letter pairs that are common in source text, 0..1; parts of a name are taken apart first. Of the string
 * literals of public sources 95 % are above 0.55, of random letters 95 % below 0.45.
 */
export function wordLikeness(value: string): number {
  let common = 0;
  let pairs = 0;
  for (const [run] of value.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)) {
    for (let at = 0; at + 1 < run.length; at++) {
      pairs++;
      if (COMMON_PAIRS.has(run.slice(at, at + 2).toLowerCase())) common++;
    }
  }
  return pairs === 0 ? 0 : common / pairs;
}

/** The 130 most frequent pairs of letters within the words of a hundred megabytes of public source text. */
const COMMON_PAIRS: ReadonlySet<string> = new Set(
  (
    "ab ac ad ag ai al am an ap ar as at ba bl ca ce ch ci ck cl co cr ct da de di ea ec ed ef el em en " +
    "ep er es et ex fi ge ha he ho ia ic id ie if ig il im in io ip ir is it iv ke la le li ll lo ly ma " +
    "me mi mo mp na nc nd ne ng ni no ns nt oc od ol om on op or os ot ou pa pe pl po pr pt ra re ri ro " +
    "rr rs rt sa sc se sh si so sp ss st su ta te th ti to tr ts tt ty ub ul un ur us ut va ve vi"
  ).split(" "),
);

/** What documentation and tests write where a secret belongs. */
export function isPlaceholder(value: string): boolean {
  return (
    /\$\{|\{\{|\$\(|%[sdv](?!\w)|%\(\w+\)|<[A-Za-z]|^\$[A-Za-z_]|^%\w+%$|^@\w+@$/.test(value) ||
    /example|placeholder|change_?me|your[_-]|my[_-]|dummy|fake|redacted|x{5,}|\*{3,}|\.{3,}|-{4,}|_{4,}|0{8,}|(?:0?123456789|abcdefgh)/i.test(
      value,
    )
  );
}

/** Shannon entropy in bits per character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** Whether this is base64 of `user:password`. */
export function isBasicCredential(value: string): boolean {
  try {
    const decoded = atob(value);
    return /^[\x20-\x7e]{1,100}:[\x20-\x7e]{1,200}$/.test(decoded);
  } catch {
    // No base64, so no credential.
    return false;
  }
}
