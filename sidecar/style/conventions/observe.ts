/**
 * Finds the sites of a file: one walk over its tree, in which each node is shown to the visitors that asked for its
 * type. What the parser could not read is left out; a text that is broken all over is read by its lines.
 */
import type { SyntaxTree } from "../../code/syntax.ts";
import { styleLanguage } from "../../code/languages.ts";
import { attributeOf, isStyleLanguage, SUBJECTS } from "./attributes.ts";
import { textSites } from "./line-text.ts";
import { STYLE_LANGUAGES, type Visit } from "./subject.ts";
import { SourceView, type ConventionSite, type SourceFile } from "./view.ts";

/** More broken places than this on a hundred lines, and the tree is guesswork. */
const ERRORS_PER_100_LINES_MAX = 8;
const ERRORS_MIN = 3;

/** All sites of a file, in the order of the text. */
export function observeConventions(tree: SyntaxTree, file: SourceFile): ConventionSite[] {
  const language = styleLanguage(file.languageId);
  if (!isStyleLanguage(language)) return textSites(tree.text, file);
  const view = new SourceView(tree, file);
  const errorsMax = Math.max(ERRORS_MIN, (view.lineStarts.length / 100) * ERRORS_PER_100_LINES_MAX);
  if (tree.errors > errorsMax) return textSites(tree.text, file);
  const visitors = VISITORS.get(language)!;
  for (const visit of visitors.get("file") ?? []) visit(view, 0);
  const { types, nodeEnds } = tree;
  for (let node = 1; node < types.length;) {
    const type = types[node]!;
    if (type === "ERROR") {
      node = nodeEnds[node]!;
      continue;
    }
    const visits = visitors.get(type);
    if (visits) for (const visit of visits) visit(view, node);
    node++;
  }
  return view.sites.filter((site) => isKnown(language, site)).sort((a, b) => a.offset - b.offset);
}

/** Visitors that serve several languages see values that not all of them have. */
function isKnown(language: string, { attribute, value }: ConventionSite): boolean {
  const values = attributeOf(language, attribute)?.values;
  return typeof values === "function" || (values !== undefined && Object.hasOwn(values, value));
}

/** The sites of a text that is not parsed: by its lines alone. */
export function observeText(text: string, file: SourceFile): ConventionSite[] {
  return textSites(text, file);
}

/** By style language and node type. */
const VISITORS: ReadonlyMap<string, ReadonlyMap<string, readonly Visit[]>> = new Map(
  STYLE_LANGUAGES.map((language) => {
    const byType = new Map<string, Visit[]>();
    for (const visitors of SUBJECTS.flatMap((subject) => subject.visitors[language] ?? [])) {
      for (const [types, visit] of Object.entries(visitors)) {
        for (const type of new Set(types.split(" "))) byType.set(type, [...(byType.get(type) ?? []), visit]);
      }
    }
    return [language, byType];
  }),
);
