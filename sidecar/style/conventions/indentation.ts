/** Indentation: its unit, and what is indented at all. */
import { SHAPES } from "./shapes.ts";
import { attribute, type StyleLanguage, type Subject, type Visitors } from "./subject.ts";
import type { SourceView } from "./view.ts";

const FLUSH_OR_INDENTED = { flush: "not indented", indented: "indented" };
/** More is alignment. */
const UNIT_MAX = 8;

export const indentation: Subject = {
  attributes: [
    attribute("*", "indent", "indentation", indentTitle, { salience: 1.5 }),
    attribute("typescript java csharp cpp", "case-indent", "cases of a switch", FLUSH_OR_INDENTED, { salience: 0.5 }),
    attribute("cpp", "namespace-indent", "what is in a namespace", FLUSH_OR_INDENTED, { salience: 0.5 }),
    attribute(
      "cpp",
      "access-indent",
      "access specifiers",
      { flush: "not indented", half: "indented by less than a level", indented: "indented by a level" },
      { salience: 0.5 },
    ),
  ],
  visitors: {
    typescript: [unitOf("typescript"), { "switch_case switch_default": caseIndent }],
    python: [unitOf("python")],
    go: [unitOf("go")],
    rust: [unitOf("rust")],
    java: [unitOf("java"), { "switch_block_statement_group switch_rule": caseIndent }],
    csharp: [unitOf("csharp"), { switch_section: caseIndent }],
    cpp: [
      unitOf("cpp"),
      { case_statement: caseIndent, namespace_definition: namespaceIndent, access_specifier: accessIndent },
    ],
  },
};

/** "tab", or the number of spaces, as the value of "indent"; undefined where white space is no unit. */
export function indentValue(unit: string): string | undefined {
  if (unit === "\t") return "tab";
  return unit.length >= 1 && unit.length <= UNIT_MAX && !unit.includes("\t") ? String(unit.length) : undefined;
}

export function indentTitle(value: string): string {
  return value === "tab" ? "tabs" : `${value} spaces`;
}

/** How much deeper the inside of a block begins than the line that opens it. */
function unitOf(language: StyleLanguage): Visitors {
  const { blocks, bodies } = SHAPES[language];
  return {
    [blocks === bodies ? blocks : `${blocks} ${bodies}`]: (view, node) => {
      const inside = view.children(node).find((child) => !view.is(child, "{ access_specifier :"));
      // Python has no opener: there the statement that the block belongs to counts.
      const opener = language === "python" ? view.parent(node)! : node;
      if (inside !== undefined && view.type(inside) !== "}") stepSite(view, opener, inside);
    },
  };
}

function stepSite(view: SourceView, opener: number, inside: number): void {
  const start = view.start(inside);
  if (!view.isFirstOnLine(start) || view.startLine(opener) === view.startLine(inside)) return;
  const base = view.indentAt(view.start(opener));
  const indent = view.indentAt(start);
  if (!indent.startsWith(base)) return;
  const value = indentValue(indent.slice(base.length));
  if (value !== undefined && value !== "1") view.siteAt("indent", value, start);
}

/** Only the first case of a switch is looked at: the others follow it. */
function caseIndent(view: SourceView, node: number): void {
  const block = view.parent(node)!;
  if (view.is(view.previous(node), "switch_case switch_default switch_block_statement_group switch_rule")) return;
  if (view.is(view.previous(node), "switch_section case_statement")) return;
  const statement = view.ancestor(block, "switch_statement switch_expression") ?? block;
  if (!view.isFirstOnLine(view.start(node)) || !view.isFirstOnLine(view.start(statement))) return;
  view.site("case-indent", isDeeper(view, node, statement) ? "indented" : "flush", node);
}

function namespaceIndent(view: SourceView, node: number): void {
  const inside = view.children(view.child(node, "declaration_list")).find((child) => !view.is(child, "{ } ;"));
  if (inside === undefined || !view.isFirstOnLine(view.start(inside)) || !view.isFirstOnLine(view.start(node))) return;
  // Macros and preprocessor lines stand where they like, and nested namespaces on their own terms.
  if (view.type(inside).startsWith("preproc")) return;
  view.site("namespace-indent", isDeeper(view, inside, node) ? "indented" : "flush", inside);
}

function accessIndent(view: SourceView, node: number): void {
  const body = view.parent(node)!;
  if (view.type(body) !== "field_declaration_list" || !view.isFirstOnLine(view.start(node))) return;
  const type = view.parent(body)!;
  const closer = view.lastChild(body);
  if (closer === undefined || view.type(closer) !== "}" || !view.isFirstOnLine(view.start(closer))) return;
  const depth = view.indentAt(view.start(node)).length - view.indentAt(view.start(closer)).length;
  const member = view
    .children(body)
    .find(
      (child) =>
        !view.is(child, "{ : access_specifier") && !view.isComment(child) && view.start(child) > view.start(type),
    );
  const unit =
    member === undefined ? 0 : view.indentAt(view.start(member)).length - view.indentAt(view.start(closer)).length;
  if (depth < 0 || unit <= 0 || view.type(member) === "}") return;
  view.site("access-indent", depth === 0 ? "flush" : depth < unit ? "half" : "indented", node);
}

function isDeeper(view: SourceView, inner: number, outer: number): boolean {
  return view.indentAt(view.start(inner)).length > view.indentAt(view.start(outer)).length;
}
