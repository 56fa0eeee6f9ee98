/** Which language a piece of prose is in: by its script, else by the little words that no sentence lacks. */

/** As the end of a title: "comments are written in English". */
export const PROSE_LANGUAGES: Readonly<Record<string, string>> = {
  en: "in English",
  de: "in German",
  fr: "in French",
  es: "in Spanish",
  pt: "in Portuguese",
  it: "in Italian",
  nl: "in Dutch",
  ru: "in Russian",
  zh: "in Chinese",
  ja: "in Japanese",
  ko: "in Korean",
};

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ["ko", /\p{Script=Hangul}/u],
  ["zh", /\p{Script=Han}{2}/u],
  ["ru", /\p{Script=Cyrillic}{3}/u],
];

const LITTLE_WORDS: Readonly<Record<string, string>> = {
  en: "the a an of and or to is are be for with that this it in on if not we from by as when only but which so no",
  de: "der die das ein eine einen und oder zu ist sind für mit dass dies es wenn nicht wir von als nur aber so auch den dem im auf wird kein keine",
  fr: "le la les un une des et ou est sont pour avec que ce cette il si ne pas nous de du par comme quand mais sur dans aux",
  es: "el la los las un una unos es son para con que este esta si no de del por como cuando pero sobre en al se",
  pt: "os as um uma ou são para com que este esta se não de do da dos por como quando mas em no na ao",
  it: "il lo la i gli le un una e o è sono per con che questo questa se non di del della da come quando ma su in al",
  nl: "de het een en of te is zijn voor met dat deze dit als niet wij van door maar alleen ook op in wordt geen",
};

const LANGUAGES_OF_WORD = wordTable();
/** Little words that must be seen before they count. */
const WORDS_MIN = 2;

/** Undefined where a text is too short or mixed to tell. */
export function languageOfProse(text: string): string | undefined {
  for (const [language, script] of SCRIPTS) if (script.test(text)) return language;
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    for (const language of LANGUAGES_OF_WORD.get(word) ?? []) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const [best, second] = [...counts].sort((a, b) => b[1] - a[1]);
  if (best === undefined || best[1] < WORDS_MIN || best[1] === second?.[1]) return undefined;
  return best[0];
}

function wordTable(): Map<string, string[]> {
  const table = new Map<string, string[]>();
  for (const [language, words] of Object.entries(LITTLE_WORDS)) {
    for (const word of words.split(" ")) {
      const languages = table.get(word);
      if (languages) languages.push(language);
      else table.set(word, [language]);
    }
  }
  return table;
}
