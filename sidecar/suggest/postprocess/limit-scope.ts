/** A suggestion of several lines belongs to the block that the cursor is in, and ends where that block ends. */
import { indentOf } from "../../code/indent.ts";
import { scanBrackets } from "../../code/brackets.ts";
import { anchorLine, columns, isBlank, type Place } from "./place.ts";

/** A line that does nothing but close: brackets, a keyword, a tag. */
const CLOSING_LINE =
  /^\s*(?:[)\]}]+[^{([]*|[)\]}]+,\s*\[[^\]]*\]\)?[;,]?|end\b\S*|fi|done|esac|endif;?|<\/[\w.:-]+>)\s*$/;

/**
 * Cuts at the first line that is less indented than the cursor's line. If that line closes the block it stays; whether
 * the block is closed already is for the filters after this one.
 */
export function limitScope(text: string, place: Place): string {
  if (!text.includes("\n")) return text;
  const scan = scanBrackets(text, place.languageId);
  const base = columns(indentOf(anchorLine(text, place)), place);
  const lines = text.split("\n");
  let at = lines[0]!.length + 1;
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index]!;
    const isOutside = !isBlank(line) && !scan.isQuoted(at) && columns(indentOf(line), place) < base;
    if (isOutside) return lines.slice(0, CLOSING_LINE.test(line) ? index + 1 : index).join("\n");
    at += line.length + 1;
  }
  return text;
}
