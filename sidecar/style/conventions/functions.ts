/** Functions: which of several forms one is written in. */
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 1.5 };
/** What binds a function to its form: an arrow has no `this` and no `arguments` of its own. */
const OWN_THIS = "function_declaration function_expression generator_function_declaration class_body method_definition";

export const functions: Subject = {
  attributes: [
    attribute(
      "typescript",
      "function-form",
      "functions",
      {
        declaration: "declarations (`function f() {}`)",
        arrow: "arrows in constants (`const f = () => {}`)",
        expression: "expressions in constants (`const f = function () {}`)",
      },
      SALIENT,
    ),
    attribute("typescript", "callback-form", "callbacks", {
      arrow: "arrow functions",
      function: "`function` expressions",
    }),
    attribute("typescript", "method-form", "functions in objects", {
      method: "methods (`f() {}`)",
      function: "`f: function () {}`",
      arrow: "`f: () => {}`",
    }),
    attribute("typescript java csharp", "arrow-parens", "a single parameter of an arrow", {
      always: "in parentheses",
      omitted: "without parentheses",
    }),
    attribute("typescript java csharp", "arrow-body", "arrows that only return", {
      expression: "an expression",
      block: "a block with `return`",
    }),
    attribute(
      "csharp",
      "expression-bodies",
      "members of one statement",
      {
        expression: "expression bodies (`=>`)",
        block: "blocks",
      },
      SALIENT,
    ),
    attribute("cpp", "return-type-place", "return types", {
      leading: "in front",
      trailing: "trailing (`auto f() -> T`)",
    }),
    attribute("rust", "return-form", "the last value of a function", {
      tail: "without `return`",
      return: "with `return`",
    }),
    attribute("rust", "trait-bounds", "bounds of a function's types", {
      impl: "`impl Trait`",
      inline: "`<T: Trait>`",
      where: "`where` clauses",
    }),
    attribute("go", "named-results", "several results", { named: "named", unnamed: "without names" }),
    attribute(
      "java",
      "final-parameters",
      "parameters",
      { final: "`final`", plain: "without `final`" },
      { salience: 0.7 },
    ),
    attribute(
      "java",
      "final-locals",
      "local variables",
      { final: "`final`", plain: "without `final`" },
      { salience: 0.7 },
    ),
    attribute("java", "method-references", "lambdas that only pass on", {
      reference: "method references (`A::f`)",
      lambda: "lambdas (`a -> f(a)`)",
    }),
  ],
  visitors: {
    typescript: [
      {
        function_declaration: declaredFunction,
        variable_declarator: functionInConstant,
        arguments: callbacks,
        object: functionsInObject,
        arrow_function: (view, node) => {
          arrowParentheses(view, node);
          arrowBody(view, node);
        },
      },
    ],
    java: [
      {
        lambda_expression: (view, node) => {
          arrowParentheses(view, node);
          arrowBody(view, node);
          passingLambda(view, node);
        },
        method_reference: (view, node) => {
          // Constructors of arrays and the like have no short lambda.
          if (!view.hasText(view.lastChild(node), "new")) view.site("method-references", "reference", node);
        },
        formal_parameter: (view, node) => finalSite(view, "final-parameters", node),
        local_variable_declaration: (view, node) => {
          if (!view.is(view.parent(node), "for_statement")) finalSite(view, "final-locals", node);
        },
      },
    ],
    csharp: [
      {
        lambda_expression: (view, node) => {
          arrowParentheses(view, node);
          arrowBody(view, node);
        },
        "method_declaration property_declaration": expressionBody,
      },
    ],
    cpp: [{ function_definition: returnTypePlace }],
    rust: [
      {
        function_item: (view, node) => {
          returnForm(view, node);
          traitBounds(view, node);
        },
      },
    ],
    go: [{ "function_declaration method_declaration": namedResults }],
  },
};

function declaredFunction(view: SourceView, node: number): void {
  const body = view.child(node, "statement_block");
  const isOverloaded = view.type(view.previous(node)) === "function_signature";
  if (body === undefined || isOverloaded || needsOwnThis(view, node)) return;
  // `asserts x is T` must be declared.
  if (view.child(node, "asserts asserts_annotation") !== undefined) return;
  // A default export has no constant to be put in.
  if (view.children(view.parent(node)).some((child) => view.type(child) === "default")) return;
  view.site("function-form", "declaration", node);
}

function functionInConstant(view: SourceView, node: number): void {
  const value = view.lastChild(node);
  if (!view.is(value, "arrow_function function_expression") || needsOwnThis(view, value!)) return;
  // A type for the whole function fits only here.
  if (view.child(node, "type_annotation") !== undefined) return;
  view.site("function-form", view.type(value) === "arrow_function" ? "arrow" : "expression", node);
}

function needsOwnThis(view: SourceView, node: number): boolean {
  if (view.contains(node, "this this_type", OWN_THIS)) return true;
  return view.type(node) !== "arrow_function" && /\barguments\b/.test(view.textOf(node));
}

function callbacks(view: SourceView, node: number): void {
  for (const child of view.children(node)) {
    if (view.type(child) === "arrow_function") view.site("callback-form", "arrow", child);
    else if (view.type(child) === "function_expression" && !needsOwnThis(view, child)) {
      view.site("callback-form", "function", child);
    }
  }
}

function functionsInObject(view: SourceView, node: number): void {
  for (const child of view.children(node)) {
    if (view.type(child) === "method_definition") {
      if (view.child(child, "get set") === undefined) view.site("method-form", "method", child);
    } else if (view.type(child) === "pair") {
      const value = view.lastChild(child);
      if (view.type(value) === "function_expression") view.site("method-form", "function", child);
      else if (view.type(value) === "arrow_function") view.site("method-form", "arrow", child);
    }
  }
}

/** One parameter without type and default. */
function arrowParentheses(view: SourceView, node: number): void {
  const first = view.children(node).find((child) => !view.is(child, "async modifier static"));
  if (view.is(first, "identifier implicit_parameter")) {
    view.site("arrow-parens", "omitted", node);
    return;
  }
  if (!view.is(first, "formal_parameters inferred_parameters parameter_list")) return;
  if (view.child(node, "type_annotation") !== undefined) return;
  const [only, ...others] = view.parts(first);
  if (only === undefined || others.length > 0) return;
  const isPlain =
    view.is(only, "identifier") ||
    (view.is(only, "required_parameter parameter") &&
      view.is(view.firstChild(only), "identifier") &&
      view.children(only).length === 1);
  if (isPlain) view.site("arrow-parens", "always", node);
}

function arrowBody(view: SourceView, node: number): void {
  const body = view.lastChild(node)!;
  if (!view.is(body, "statement_block block")) {
    view.site("arrow-body", "expression", node);
    return;
  }
  const [only, ...others] = view.statements(body);
  if (only === undefined || others.length > 0 || view.children(body).some((child) => view.isComment(child))) return;
  if (view.type(only) === "return_statement" && view.parts(only).length > 1) view.site("arrow-body", "block", node);
}

/** `a -> f(a)` could be a reference; `a -> a.f()` is `A::f` only where the type is at hand. */
function passingLambda(view: SourceView, node: number): void {
  const parameters = view.firstChild(node);
  const names = view.type(parameters) === "identifier" ? [parameters!] : view.parts(parameters);
  const call = view.lastChild(node);
  if (view.type(call) !== "method_invocation" || names.length === 0) return;
  const given = view.parts(view.child(call, "argument_list"));
  const isSame =
    given.length === names.length && given.every((value, at) => view.hasText(value, view.textOf(names[at])));
  if (isSame) view.site("method-references", "lambda", node);
}

function finalSite(view: SourceView, attribute: string, node: number): void {
  view.site(attribute, view.descend(node, "modifiers", "final") === undefined ? "plain" : "final", node);
}

function expressionBody(view: SourceView, node: number): void {
  if (view.child(node, "arrow_expression_clause") !== undefined) {
    view.site("expression-bodies", "expression", node);
    return;
  }
  const accessors = view.parts(view.child(node, "accessor_list"));
  const body = accessors.length === 1 ? view.child(accessors[0], "block") : view.child(node, "block");
  const [only, ...others] = view.statements(body);
  if (body === undefined || only === undefined || others.length > 0 || !view.isOneLine(only)) return;
  if (!view.is(only, "return_statement expression_statement throw_statement") || view.contains(body, "comment")) return;
  view.site("expression-bodies", "block", node);
}

function returnTypePlace(view: SourceView, node: number): void {
  const declarator = view.child(node, "function_declarator");
  if (view.child(declarator, "trailing_return_type") !== undefined) view.site("return-type-place", "trailing", node);
  else if (
    view.child(node, "primitive_type type_identifier qualified_identifier template_type sized_type_specifier") !==
    undefined
  ) {
    view.site("return-type-place", "leading", node);
  }
}

function returnForm(view: SourceView, node: number): void {
  if (view.child(node, "->") === undefined) return;
  const last = view.statements(view.child(node, "block")).at(-1);
  if (last === undefined) return;
  const inner = view.type(last) === "expression_statement" ? view.firstChild(last) : last;
  if (view.type(inner) === "return_expression") view.site("return-form", "return", last);
  else if (!view.is(last, "expression_statement let_declaration macro_invocation empty_statement"))
    view.site("return-form", "tail", last);
}

function traitBounds(view: SourceView, node: number): void {
  const hasInline = view
    .parts(view.child(node, "type_parameters"))
    .some((part) => view.child(part, "trait_bounds") !== undefined);
  const hasImpl = view
    .parts(view.child(node, "parameters"))
    .some((part) => view.child(part, "abstract_type") !== undefined);
  if (view.child(node, "where_clause") !== undefined) view.site("trait-bounds", "where", node);
  else if (hasInline) view.site("trait-bounds", "inline", node);
  else if (hasImpl) view.site("trait-bounds", "impl", node);
}

function namedResults(view: SourceView, node: number): void {
  const results = view
    .children(node)
    .filter((child) => view.type(child) === "parameter_list")
    .at(-1);
  // The last list is that of the results only where another one, behind the name, is that of the parameters.
  const name = view.children(node).find((child) => view.is(child, "identifier field_identifier"));
  const lists = view.children(node).filter((child) => view.type(child) === "parameter_list" && child > (name ?? 0));
  if (results === undefined || lists.length < 2) return;
  const parameters = view.parts(results);
  const isNamed = parameters.some((part) => view.type(view.firstChild(part)) === "identifier");
  if (parameters.length > 1 || isNamed) view.site("named-results", isNamed ? "named" : "unnamed", results);
}
