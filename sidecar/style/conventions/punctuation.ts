/** Punctuation that a grammar leaves to the writer: semicolons, and commas behind the last of several lines. */
import { attribute, type Subject, type Visitors } from "./subject.ts";
import type { SourceView } from "./view.ts";

const STATEMENTS =
  "expression_statement lexical_declaration variable_declaration return_statement throw_statement break_statement " +
  "continue_statement import_statement export_statement do_statement type_alias_declaration debugger_statement";
/** What ends in its own way, inside an export too. */
const EXPORTED_DECLARATIONS =
  "function_declaration generator_function_declaration class_declaration abstract_class_declaration " +
  "interface_declaration enum_declaration lexical_declaration variable_declaration type_alias_declaration " +
  "ambient_declaration function_signature internal_module module function_expression class ERROR";
/** What may stand last without a comma behind it being allowed. */
const REST = "rest_pattern dictionary_splat_pattern enum_body_declarations remaining_field_pattern";

export const punctuation: Subject = {
  attributes: [
    attribute(
      "typescript",
      "semicolons",
      "semicolons",
      { always: "at the end of statements", never: "left out" },
      { salience: 1.5 },
    ),
    attribute("typescript", "member-delimiters", "members of interfaces", {
      semicolon: "end in semicolons",
      comma: "end in commas",
      none: "end in nothing",
    }),
    attribute("typescript python rust java csharp cpp", "trailing-commas", "trailing commas", {
      always: "in lists over several lines",
      never: "none in lists over several lines",
    }),
    attribute("typescript python rust", "trailing-commas-calls", "trailing commas in arguments and parameters", {
      always: "where they take several lines",
      never: "none",
    }),
  ],
  visitors: {
    typescript: [
      {
        [STATEMENTS]: semicolon,
        "public_field_definition field_definition": fieldSemicolon,
        "interface_body object_type": memberDelimiters,
      },
      trailingCommas(
        "array object array_pattern object_pattern named_imports export_clause enum_body",
        "arguments formal_parameters",
      ),
    ],
    python: [trailingCommas("list dictionary set tuple import_from_statement", "argument_list parameters")],
    rust: [
      trailingCommas(
        "array_expression tuple_expression field_initializer_list field_declaration_list enum_variant_list use_list",
        "arguments parameters",
      ),
    ],
    java: [trailingCommas("array_initializer enum_body element_value_array_initializer")],
    csharp: [
      trailingCommas(
        "initializer_expression enum_member_declaration_list anonymous_object_creation_expression switch_expression",
      ),
    ],
    cpp: [trailingCommas("initializer_list enumerator_list")],
  },
};

function semicolon(view: SourceView, node: number): void {
  const last = view.lastChild(node);
  const has = view.type(last) === ";";
  if (!has && !couldEndInSemicolon(view, node, last)) return;
  // The parentheses of a loop need theirs.
  if (view.is(view.parent(node), "for_statement for_in_statement")) return;
  view.site("semicolons", has ? "always" : "never", node);
}

function couldEndInSemicolon(view: SourceView, node: number, last: number | undefined): boolean {
  // `if (a) { return }` on one line: many leave it out there only.
  const end = view.end(node);
  if (!view.isLastOnLine(end) && !/^[ \t]*\/[/*]/.test(view.text.slice(end, end + 20))) return false;
  return view.type(node) !== "export_statement" || !view.is(last, EXPORTED_DECLARATIONS);
}

function fieldSemicolon(view: SourceView, node: number): void {
  if (view.type(view.next(node)) === ";") view.site("semicolons", "always", node);
  else if (view.isLastOnLine(view.end(node))) view.site("semicolons", "never", node);
}

function memberDelimiters(view: SourceView, node: number): void {
  if (view.isOneLine(node)) return;
  for (const member of view.children(node)) {
    if (!view.is(member, "property_signature method_signature index_signature")) continue;
    const mark = view.type(view.next(member));
    const value = mark === ";" ? "semicolon" : mark === "," ? "comma" : "none";
    if (value !== "none" || view.isLastOnLine(view.end(member))) view.site("member-delimiters", value, member);
  }
}

/** Looks at the end of lists, and of arguments and parameters where the language has a choice there. */
function trailingCommas(lists: string, calls?: string): Visitors {
  const inLists = (view: SourceView, node: number): void => trailingComma(view, node, "trailing-commas");
  const inCalls = (view: SourceView, node: number): void => trailingComma(view, node, "trailing-commas-calls");
  return calls === undefined ? { [lists]: inLists } : { [lists]: inLists, [calls]: inCalls };
}

function trailingComma(view: SourceView, node: number, attribute: string): void {
  const closer = view.lastChild(node);
  if (closer === undefined || !view.is(closer, ") ] }") || !view.isFirstOnLine(view.start(closer))) return;
  let last = view.previous(closer);
  while (view.isComment(last)) last = view.previous(last);
  if (last === undefined || view.is(last, "( [ {")) return;
  const has = view.type(last) === ",";
  if (!has && view.is(last, REST)) return;
  // `(1,)`: without its comma it would be no tuple.
  if (view.type(node) === "tuple" && view.parts(node).length < 2) return;
  view.site(attribute, has ? "always" : "never", last);
}
