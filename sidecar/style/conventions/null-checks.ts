/** Nothing: how code asks whether there is a value, what it puts in its place, and what it calls equal. */
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 1.5 };

export const nullChecks: Subject = {
  attributes: [
    attribute(
      "typescript",
      "null-checks",
      "checks for null and undefined",
      {
        strict: "`=== undefined`, `=== null`",
        loose: "`== null`",
        typeof: '`typeof x === "undefined"`',
      },
      SALIENT,
    ),
    attribute("python", "null-checks", "checks for None", { is: "`is None`", equality: "`== None`" }),
    attribute("java", "null-checks", "checks for null", {
      comparison: "`x == null`",
      objects: "`Objects.isNull`, `requireNonNull`",
    }),
    attribute("csharp", "null-checks", "checks for null", { is: "`is null`", equality: "`== null`" }, SALIENT),
    attribute("cpp", "null-literal", "null pointers", { nullptr: "`nullptr`", NULL: "`NULL`" }),
    attribute("typescript", "default-values", "defaults for missing values", { nullish: "`??`", or: "`||`" }),
    attribute("typescript", "optional-chaining", "members of what may be missing", {
      chain: "`a?.b`",
      and: "`a && a.b`",
    }),
    attribute("rust", "option-form", "one case of an `Option`", { "if-let": "`if let`", match: "`match`" }),
    attribute("go", "empty-checks", "checks for empty strings", { compare: '`s == ""`', length: "`len(s) == 0`" }),
    attribute("python", "empty-checks", "checks for empty collections", {
      truth: "`if not x`",
      length: "`len(x) == 0`",
    }),
    attribute("typescript", "equality", "equality", { strict: "`===`", loose: "`==`" }, SALIENT),
    attribute("java", "equality", "strings compared to literals", {
      "literal-first": '`"a".equals(x)`',
      "variable-first": '`x.equals("a")`',
      objects: "`Objects.equals`",
    }),
  ],
  visitors: {
    typescript: [
      {
        binary_expression: typescriptBinary,
        optional_chain: (view, node) => view.site("optional-chaining", "chain", node),
      },
    ],
    python: [{ comparison_operator: pythonComparison, not_operator: pythonNot }],
    java: [
      {
        binary_expression: (view, node) => {
          const [left, operator, right] = view.children(node);
          if (view.is(operator, "== !=") && (view.is(left, "null_literal") || view.is(right, "null_literal"))) {
            view.site("null-checks", "comparison", node);
          }
        },
        method_invocation: javaCall,
      },
    ],
    csharp: [
      {
        binary_expression: (view, node) => {
          const [left, operator, right] = view.children(node);
          if (view.is(operator, "== !=") && (view.is(left, "null_literal") || view.is(right, "null_literal"))) {
            view.site("null-checks", "equality", node);
          }
        },
        is_pattern_expression: (view, node) => {
          if (
            /^(?:is|not)\s+(?:not\s+)?null\b/.test(
              view.text.slice(view.start(view.child(node, "is") ?? node), view.end(node)),
            )
          ) {
            view.site("null-checks", "is", node);
          }
        },
      },
    ],
    cpp: [
      {
        null: (view, node) => {
          if (view.file.languageId !== "c")
            view.site("null-literal", view.hasText(node, "NULL") ? "NULL" : "nullptr", node);
        },
      },
    ],
    rust: [{ if_expression: ifLet, match_expression: matchOption }],
    go: [{ binary_expression: goEmpty }],
  },
};

function typescriptBinary(view: SourceView, node: number): void {
  const [left, operator, right] = view.children(node);
  if (left === undefined || operator === undefined || right === undefined) return;
  switch (view.type(operator)) {
    case "===":
    case "!==":
    case "==":
    case "!=":
      comparison(view, node, left, right, view.type(operator));
      break;
    case "??":
      view.site("default-values", "nullish", operator);
      break;
    case "||":
      // Where a value is put in, not where conditions are joined.
      if (view.is(right, "string number array object template_string null true false") && isValue(view, node)) {
        view.site("default-values", "or", operator);
      }
      break;
    case "&&":
      if (view.is(left, "identifier member_expression") && view.is(right, "member_expression call_expression")) {
        if (new RegExp(`^${escape(view.textOf(left))}[.(\\[]`).test(view.textOf(right)))
          view.site("optional-chaining", "and", operator);
      }
      break;
  }
}

function comparison(view: SourceView, node: number, left: number, right: number, operator: string): void {
  const isStrict = operator.length === 3;
  const sides = [left, right];
  const typeOf = sides.find(
    (side) => view.type(side) === "unary_expression" && view.type(view.firstChild(side)) === "typeof",
  );
  if (typeOf !== undefined) {
    if (sides.some((side) => /^["']undefined["']$/.test(view.textOf(side)))) view.site("null-checks", "typeof", node);
    // The type of something is a string: both mean the same.
    view.site("equality", isStrict ? "strict" : "loose", node);
    return;
  }
  const isNothing = sides.some((side) => view.is(side, "null undefined"));
  if (isNothing) view.site("null-checks", isStrict ? "strict" : "loose", node);
  else view.site("equality", isStrict ? "strict" : "loose", node);
}

/** Whether the value is kept or passed on, rather than tested. */
function isValue(view: SourceView, node: number): boolean {
  const parent = view.parent(node);
  return (
    view.is(
      parent,
      "variable_declarator assignment_expression arguments pair return_statement arrow_function required_parameter parenthesized_expression",
    ) && !view.is(view.parent(parent), "if_statement while_statement")
  );
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function pythonComparison(view: SourceView, node: number): void {
  const children = view.children(node);
  const [left, operator, right] = children;
  if (children.length !== 3) return;
  if (view.type(right) === "none") {
    if (view.is(operator, "== !=")) view.site("null-checks", "equality", node);
    else if (/^is/.test(view.type(operator))) view.site("null-checks", "is", node);
  }
  if (/^len\([\w.]+\)$/.test(view.textOf(left)) && view.hasText(right, "0") && view.is(operator, "== > !=")) {
    view.site("empty-checks", "length", node);
  }
}

/** `if not items:`, where the name says that there are several. */
function pythonNot(view: SourceView, node: number): void {
  const name = view.textOf(view.lastChild(node));
  if (
    view.is(view.parent(node), "if_statement elif_clause while_statement") &&
    /^(?:\w+\.)*\w*(?:[^s]s|list|items|dict|queue|args)$/.test(name)
  ) {
    view.site("empty-checks", "truth", node);
  }
}

function javaCall(view: SourceView, node: number): void {
  const [target, , name] = view.children(node);
  const method = view.textOf(name);
  if (view.hasText(target, "Objects")) {
    if (/^(?:isNull|nonNull|requireNonNull)$/.test(method)) view.site("null-checks", "objects", node);
    if (method === "equals") view.site("equality", "objects", node);
    return;
  }
  if (method !== "equals") return;
  const value = view.parts(view.child(node, "argument_list"))[0];
  if (view.type(target) === "string_literal") view.site("equality", "literal-first", node);
  else if (view.type(value) === "string_literal") view.site("equality", "variable-first", node);
}

function ifLet(view: SourceView, node: number): void {
  const pattern = view.textOf(view.child(view.child(node, "let_condition"), "tuple_struct_pattern"));
  if (/^Some\(/.test(pattern)) view.site("option-form", "if-let", node);
}

/** Two arms, of which one does nothing or leaves: `if let` would do. */
function matchOption(view: SourceView, node: number): void {
  const arms = view.parts(view.child(node, "match_block"));
  if (arms.length !== 2) return;
  const isOther = (arm: number): boolean => /^(?:None|_)$/.test(view.textOf(view.child(arm, "match_pattern")));
  const some = arms.find((arm) => /^Some\(/.test(view.textOf(view.child(arm, "match_pattern"))));
  const other = arms.find(isOther);
  if (some === undefined || other === undefined) return;
  if (/=>\s*(?:\{\s*\}|\(\))/.test(view.textOf(other))) view.site("option-form", "match", node);
}

function goEmpty(view: SourceView, node: number): void {
  const [left, operator, right] = view.children(node);
  if (!view.is(operator, "== != >")) return;
  if (view.hasText(right, '""') && view.type(operator) !== ">") view.site("empty-checks", "compare", node);
  else if (
    view.hasText(right, "0") &&
    /^len\(\w*(?:[nN]ame|[sS]tr|[tT]ext|[pP]ath|[kK]ey|[uU]rl|URL|s)\)$/.test(view.textOf(left))
  ) {
    view.site("empty-checks", "length", node);
  }
}
