/** What lines alone show, for languages without a grammar and texts that do not parse: indentation, width, quotes. */
import { indentOf } from "../../code/indent.ts";
import { languageById } from "../../code/languages.ts";
import { indentValue } from "./indentation.ts";
import { lineWidthSites } from "./line-width.ts";
import type { ConventionSite, SourceFile } from "./view.ts";

/** Languages in which quotes of both kinds mean the same, so that one has a choice. */
const QUOTED = new Set(
  "typescript typescriptreact javascript javascriptreact python lua ruby php dart css scss less vue svelte coffeescript groovy r julia gdscript starlark toml yaml".split(
    " ",
  ),
);
const QUOTED_TEXT = /(['"])((?:\\.|(?!\1)[^\\])*)\1/g;

/** The sites of a text, in order. */
export function textSites(text: string, file: SourceFile): ConventionSite[] {
  const lines = text.split("\n");
  const sites = [...lineWidthSites(text, new Set()), ...indentSites(lines)];
  if (QUOTED.has(file.languageId)) sites.push(...quoteSites(lines, file));
  return sites.sort((a, b) => a.offset - b.offset);
}

/** Lines that go deeper than the one before: that step is the unit, unless it is alignment. */
function indentSites(lines: readonly string[]): ConventionSite[] {
  const sites: ConventionSite[] = [];
  let before: string | undefined;
  let offset = 0;
  for (const line of lines) {
    // An empty line has no indentation; stars of a comment hang one space off.
    if (!/^\s*(?:\*|$)/.test(line)) {
      const indent = indentOf(line);
      const step = before !== undefined && indent.startsWith(before) ? indent.slice(before.length) : "";
      const value = step === "" ? undefined : indentValue(step);
      // Odd steps are alignment more often than not.
      if (value === "tab" || value === "2" || value === "4" || value === "8")
        sites.push({ attribute: "indent", value, offset });
      before = indent;
    }
    offset += line.length + 1;
  }
  return sites;
}

function quoteSites(lines: readonly string[], file: SourceFile): ConventionSite[] {
  const sites: ConventionSite[] = [];
  const comment = languageById(file.languageId)?.lineComment;
  let offset = 0;
  for (const line of lines) {
    const isComment =
      (comment !== undefined && line.trimStart().startsWith(comment)) || /^\s*(?:\*|\/\*|<!--)/.test(line);
    // Markup has quotes of its own, and an odd number of them belongs to a string of several lines.
    const isPlain = !isComment && !/^\s*</.test(line) && !line.includes('"""') && !line.includes("'''");
    if (isPlain) {
      for (const found of line.matchAll(QUOTED_TEXT)) {
        // With quotes inside, the other pair was no choice.
        if (/['"\\]/.test(found[2]!)) continue;
        sites.push({
          attribute: "quotes",
          value: found[1] === "'" ? "single" : "double",
          offset: offset + found.index,
        });
      }
    }
    offset += line.length + 1;
  }
  return sites;
}
