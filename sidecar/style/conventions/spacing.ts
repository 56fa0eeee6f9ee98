/** Spaces inside a line: within brackets, before parentheses, around operators, next to pointers. */
import { attribute, forLanguages, type Subject, type Visitors } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SPACED_OR_TIGHT = { spaced: "spaces inside", tight: "no spaces inside" };
const SPACE_OR_NONE = { space: "a space", none: "no space" };
const MINOR = { salience: 0.5 };

const BINARY: Visitors = { "binary_expression binary_operator comparison_operator boolean_operator": aroundOperator };
const PARENTHESES_C: Visitors = {
  "arguments argument_list formal_parameters parameter_list parenthesized_expression": inside("spaces-in-parens"),
};
/** Words with parentheses behind them, which are calls of nothing. */
const KEYWORDS: Visitors = { "if for while switch catch foreach": afterKeyword };

export const spacing: Subject = {
  attributes: [
    attribute("typescript python java csharp cpp", "spaces-in-braces", "braces of values on one line", SPACED_OR_TIGHT),
    attribute("typescript java csharp cpp", "spaces-in-parens", "parentheses", SPACED_OR_TIGHT, MINOR),
    attribute("typescript python", "spaces-in-brackets", "brackets of lists", SPACED_OR_TIGHT, MINOR),
    attribute(
      "typescript java csharp cpp",
      "space-before-parens",
      "before the parameters of a function",
      SPACE_OR_NONE,
      MINOR,
    ),
    attribute("typescript", "space-before-anonymous-parens", "behind `function` without a name", SPACE_OR_NONE, MINOR),
    attribute("typescript java csharp cpp", "space-after-keyword", "behind `if`, `for`, `while`", SPACE_OR_NONE, MINOR),
    attribute("cpp csharp", "space-before-call-parens", "before the arguments of a call", SPACE_OR_NONE, MINOR),
    attribute("*", "space-around-operators", "around operators", { spaced: "spaces", tight: "no spaces" }, MINOR),
    attribute("cpp", "pointer-alignment", "`*` and `&` of types", {
      left: "next to the type",
      right: "next to the name",
      middle: "between spaces",
    }),
    attribute("cpp", "space-after-template", "behind `template`", SPACE_OR_NONE, MINOR),
  ],
  visitors: {
    ...forLanguages("go rust", [BINARY]),
    python: [BINARY, { "dictionary set": inside("spaces-in-braces"), list: inside("spaces-in-brackets") }],
    typescript: [
      BINARY,
      PARENTHESES_C,
      KEYWORDS,
      {
        "object object_pattern named_imports export_clause": inside("spaces-in-braces"),
        "array array_pattern": inside("spaces-in-brackets"),
        "function_declaration method_definition generator_function_declaration": beforeParameters,
        function_expression: anonymousParameters,
      },
    ],
    java: [
      BINARY,
      PARENTHESES_C,
      KEYWORDS,
      { array_initializer: inside("spaces-in-braces"), "method_declaration constructor_declaration": beforeParameters },
    ],
    csharp: [
      BINARY,
      PARENTHESES_C,
      KEYWORDS,
      {
        "initializer_expression anonymous_object_creation_expression": inside("spaces-in-braces"),
        "method_declaration constructor_declaration": beforeParameters,
        invocation_expression: beforeArguments,
      },
    ],
    cpp: [
      BINARY,
      PARENTHESES_C,
      KEYWORDS,
      {
        initializer_list: inside("spaces-in-braces"),
        function_declarator: beforeParameters,
        call_expression: beforeArguments,
        "pointer_declarator reference_declarator": pointer,
        template_declaration: afterTemplate,
      },
    ],
  },
};

/** Brackets that open and close on one line around something. */
function inside(attribute: string) {
  return (view: SourceView, node: number): void => {
    const children = view.children(node);
    const open = children.findIndex((child) => view.is(child, "{ [ ("));
    const close = children.at(-1);
    if (open < 0 || close === undefined || !view.is(close, "} ] )")) return;
    const first = children[open + 1];
    if (first === close || first === undefined) return;
    const opener = children[open]!;
    if (view.startLine(opener) !== view.startLine(first) || view.startLine(opener) !== view.startLine(close)) return;
    const before = view.start(first) > view.end(opener);
    const after = view.isSpaceBefore(view.start(close));
    if (before === after) view.site(attribute, before ? "spaced" : "tight", opener);
  };
}

function beforeParameters(view: SourceView, node: number): void {
  const parameters = view.child(node, "formal_parameters parameter_list");
  const name = view.previous(parameters);
  if (parameters === undefined || name === undefined) return;
  // `int (*f)(int)` is no declaration of a function, and generics say nothing about the name.
  if (
    !view.is(
      name,
      "identifier property_identifier private_property_identifier field_identifier qualified_identifier destructor_name",
    )
  )
    return;
  spaceSite(view, "space-before-parens", name, parameters);
}

function anonymousParameters(view: SourceView, node: number): void {
  const parameters = view.child(node, "formal_parameters");
  const word = view.previous(parameters);
  if (parameters !== undefined && view.type(word) === "function") {
    spaceSite(view, "space-before-anonymous-parens", word!, parameters);
  }
}

function beforeArguments(view: SourceView, node: number): void {
  const list = view.child(node, "argument_list");
  const callee = view.previous(list);
  if (list !== undefined && callee !== undefined && !view.is(callee, "comment")) {
    spaceSite(view, "space-before-call-parens", callee, list);
  }
}

function afterKeyword(view: SourceView, node: number): void {
  const next = view.next(node);
  if (next === undefined || !view.hasTextAt(view.start(next), "(")) return;
  spaceSite(view, "space-after-keyword", node, next);
}

function afterTemplate(view: SourceView, node: number): void {
  const word = view.child(node, "template");
  const list = view.child(node, "template_parameter_list");
  if (word !== undefined && list !== undefined) spaceSite(view, "space-after-template", word, list);
}

function spaceSite(view: SourceView, attribute: string, left: number, right: number): void {
  const end = view.end(left);
  if (view.startLine(right) !== view.line(end - 1)) return;
  view.site(attribute, view.start(right) > end ? "space" : "none", left);
}

function aroundOperator(view: SourceView, node: number): void {
  const [left, operator, right] = view.children(node);
  if (left === undefined || operator === undefined || right === undefined) return;
  // Words need their spaces.
  if (/^\w/.test(view.type(operator)) || view.startLine(left) !== view.startLine(right) || !view.isOneLine(left))
    return;
  const before = view.start(operator) > view.end(left);
  const after = view.start(right) > view.end(operator);
  if (before === after) view.site("space-around-operators", before ? "spaced" : "tight", node);
}

/** `int* a`, `int *a` or `int * a`; `**` and parameters without a name say nothing. */
function pointer(view: SourceView, node: number): void {
  const mark = view.firstChild(node)!;
  const name = view.next(mark);
  if (!view.is(mark, "* & &&") || name === undefined || view.is(view.parent(node), "pointer_declarator")) return;
  if (!view.is(name, "identifier field_identifier function_declarator init_declarator")) return;
  // Behind a comma the mark belongs to the name in every style.
  if (!view.is(view.previous(view.is(view.parent(node), "init_declarator") ? view.parent(node) : node), DECLARED_TYPES))
    return;
  const before = view.isSpaceBefore(view.start(mark));
  const after = view.isSpaceAt(view.end(mark));
  if (!before && !after) return;
  view.site("pointer-alignment", before && after ? "middle" : before ? "right" : "left", mark);
}

const DECLARED_TYPES =
  "primitive_type type_identifier qualified_identifier template_type sized_type_specifier placeholder_type_specifier " +
  "type_qualifier struct_specifier class_specifier dependent_type decltype";
