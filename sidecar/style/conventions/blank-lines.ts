/** Blank lines: how many stand between definitions, and before the last word of a function. */
import { SHAPES } from "./shapes.ts";
import { attribute, STYLE_LANGUAGES, type StyleLanguage, type Subject, type Visitors } from "./subject.ts";
import type { SourceView } from "./view.ts";

const LINES_MAX = 3;
/** What wraps a definition. */
const WRAPPERS = "export_statement decorated_definition template_declaration";
const INNER_LISTS = "declaration_list preproc_ifdef";
const MEMBER_LISTS = "class_body interface_body enum_body_declarations field_declaration_list block";

export const blankLines: Subject = {
  attributes: [
    attribute("*", "blank-lines", "blank lines between top-level definitions", numberTitle, { salience: 0.7 }),
    attribute(
      "typescript python rust java csharp cpp",
      "blank-lines-members",
      "blank lines between methods",
      numberTitle,
      {
        salience: 0.7,
      },
    ),
    attribute(
      "typescript python go java csharp cpp",
      "blank-before-return",
      "a final `return`",
      { blank: "behind a blank line", none: "right behind the statement before" },
      { salience: 0.7 },
    ),
  ],
  visitors: Object.fromEntries(
    STYLE_LANGUAGES.map((language) => [
      language,
      language === "rust" ? [gaps(language)] : [gaps(language), { return_statement: beforeReturn }],
    ]),
  ),
};

function numberTitle(value: string): string {
  if (value === "0") return "none";
  return value === String(LINES_MAX) ? `${LINES_MAX} or more` : value;
}

function gaps(language: StyleLanguage): Visitors {
  return {
    file: (view, root) => gapsAmong(view, root, "blank-lines", language),
    [INNER_LISTS]: (view, node) => {
      const isMembers = view.is(view.parent(node), SHAPES[language].types);
      gapsAmong(view, node, isMembers ? "blank-lines-members" : "blank-lines", language);
    },
    [MEMBER_LISTS]: (view, node) => {
      if (view.is(view.parent(node), SHAPES[language].types)) gapsAmong(view, node, "blank-lines-members", language);
    },
  };
}

/** Pairs of definitions next to each other, of which one at least takes several lines. */
function gapsAmong(view: SourceView, list: number, attribute: string, language: StyleLanguage): void {
  let before: number | undefined;
  let end = 0;
  for (const child of view.children(list)) {
    if (view.isComment(child) || view.is(child, "attribute_item ERROR")) continue;
    if (view.type(child) === ";") {
      end = view.end(child);
      continue;
    }
    const isMembers = attribute === "blank-lines-members";
    const definition = isDefinition(view, child, language, isMembers) ? child : undefined;
    if (before !== undefined && definition !== undefined && !(view.isOneLine(before) && view.isOneLine(child))) {
      // Two on one line are somebody's table.
      if (view.line(end) !== view.startLine(child)) {
        view.site(attribute, String(Math.min(view.blankLinesAfter(end - 1), LINES_MAX)), child);
      }
    }
    before = definition;
    end = view.end(child);
  }
}

function isDefinition(view: SourceView, node: number, language: StyleLanguage, isMember: boolean): boolean {
  const { functions, types } = SHAPES[language];
  const inner = view.is(node, WRAPPERS)
    ? view.children(node).findLast((child) => view.is(child, `${functions} ${types}`))
    : node;
  return inner !== undefined && (view.is(inner, functions) || (!isMember && view.is(inner, types)));
}

function beforeReturn(view: SourceView, node: number): void {
  const before = view.previous(node);
  if (before === undefined || !view.isFirstOnLine(view.start(node)) || view.isComment(before)) return;
  const block = view.parent(node)!;
  const statements = view.is(block, "statement_list") ? view.parts(block) : view.statements(block);
  if (statements.length < 3 || statements.at(-1) !== node) return;
  view.site("blank-before-return", view.isBlankLine(view.startLine(node) - 1) ? "blank" : "none", node);
}
