/** Text as a comment of a language, line by line, so that it may stand above code. Pure. */
import { languageById } from "../../code/languages.ts";

/**
 * Makes a comment of a text, ending in a line break. Undefined where the language has none (JSON) or the text would end
 * the comment itself.
 */
export function commentOut(text: string, languageId: string): string | undefined {
  const language = languageById(languageId);
  const lines = text.split("\n");
  if (language?.lineComment !== undefined) {
    return lines.map((line) => `${language.lineComment} ${line}`.trimEnd() + "\n").join("");
  }
  const block = language?.blockComment;
  if (!block || text.includes(block[1])) return undefined;
  return lines.map((line) => (line.trim() === "" ? "\n" : `${block[0]} ${line} ${block[1]}\n`)).join("");
}
