/** Control flow: guards or nesting, `else` behind a return, forms of loops and steps. */
import { branchesOf, endsInJump, SHAPES } from "./shapes.ts";
import { attribute, STYLE_LANGUAGES, type StyleLanguage, type Subject, type Visitors } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 1.5 };
/** A shorter block is not worth turning a condition round for. */
const NESTED_STATEMENTS_MIN = 3;

const STEPS: Visitors = {
  "update_expression postfix_unary_expression prefix_unary_expression": step,
  "augmented_assignment_expression assignment_expression": compoundStep,
};

export const control: Subject = {
  attributes: [
    attribute(
      "*",
      "early-return",
      "special cases",
      { guard: "leave early", nested: "the rest is nested in a condition" },
      SALIENT,
    ),
    attribute("*", "else-after-return", "`else` behind a branch that leaves", { omitted: "left out", kept: "written" }),
    attribute("typescript", "loop-form", "loops over lists", {
      "for-of": "`for … of`",
      forEach: "`.forEach()`",
      index: "by index",
    }),
    attribute("python", "loop-form", "loops that need the index", {
      enumerate: "`enumerate()`",
      index: "`range(len())`",
    }),
    attribute("python", "list-building", "lists", { comprehension: "comprehensions", loop: "loops with `append`" }),
    attribute("go", "loop-form", "loops over slices", { range: "`range`", index: "by index" }),
    attribute("rust", "loop-form", "loops", { for: "`for`", forEach: "`.for_each()`", index: "by index" }),
    attribute("java csharp", "loop-form", "loops over lists", {
      each: "`for` each element",
      forEach: "`.forEach()` with a lambda",
      index: "by index",
    }),
    attribute("cpp", "loop-form", "loops over containers", {
      range: "range-based",
      index: "by index",
      iterator: "by iterator",
    }),
    attribute("typescript java csharp cpp", "increment-form", "steps", {
      postfix: "`i++`",
      prefix: "`++i`",
      compound: "`i += 1`",
    }),
  ],
  visitors: {
    ...Object.fromEntries(STYLE_LANGUAGES.map((language) => [language, [guards(language)]])),
    typescript: [
      guards("typescript"),
      { for_in_statement: forOf, for_statement: indexLoop, call_expression: forEachCall },
      STEPS,
    ],
    python: [guards("python"), { for_statement: pythonLoop, list_comprehension: comprehension }],
    go: [guards("go"), { for_statement: goLoop }],
    rust: [guards("rust"), { for_expression: rustLoop, call_expression: forEachCall }],
    java: [
      guards("java"),
      { enhanced_for_statement: each, for_statement: indexLoop, method_invocation: forEachCall },
      STEPS,
    ],
    csharp: [
      guards("csharp"),
      { foreach_statement: each, for_statement: indexLoop, invocation_expression: forEachCall },
      STEPS,
    ],
    cpp: [
      guards("cpp"),
      { for_range_loop: (view, node) => view.site("loop-form", "range", node), for_statement: indexLoop },
      STEPS,
    ],
  },
};

function guards(language: StyleLanguage): Visitors {
  const shape = SHAPES[language];
  return {
    [shape.ifs]: (view, node) => {
      const statement = view.type(view.parent(node)) === "expression_statement" ? view.parent(node)! : node;
      const list = view.parent(statement);
      const block = view.type(list) === "statement_list" ? view.parent(list) : list;
      if (!view.is(block, shape.blocks)) return;
      const { then, otherwise } = branchesOf(view, node);
      const leaves = endsInJump(view, then, shape);
      const isLast = view.statements(block).at(-1) === statement;
      if (leaves && otherwise !== undefined) view.site("else-after-return", "kept", node);
      if (otherwise !== undefined) return;
      if (leaves && !isLast) {
        view.site("else-after-return", "omitted", node);
        view.site("early-return", "guard", node);
      } else if (isLast && !leaves && isBody(view, block!, language)) {
        if (view.statements(then).length >= NESTED_STATEMENTS_MIN) view.site("early-return", "nested", node);
      }
    },
  };
}

/** Whether one can leave a block early: that of a function or a loop. */
function isBody(view: SourceView, block: number, language: StyleLanguage): boolean {
  const { functions, closures, loops } = SHAPES[language];
  const parent = view.parent(block);
  return view.is(parent, functions) || view.is(parent, closures) || view.is(parent, loops);
}

function forOf(view: SourceView, node: number): void {
  if (view.child(node, "of") !== undefined && view.child(node, "await") === undefined)
    view.site("loop-form", "for-of", node);
}

function each(view: SourceView, node: number): void {
  view.site("loop-form", "each", node);
}

/** Counting up to a length. */
function indexLoop(view: SourceView, node: number): void {
  const body = view.lastChild(node)!;
  const head = view.text.slice(view.start(node), view.start(body));
  if (/[!=]=\s*[\w.>-]*\bc?end\(\)/.test(head)) view.site("loop-form", "iterator", node);
  else if (/<=?\s*[^;]*(?:\.length\b|\.size\(\)|\.(?:Length|Count)\b|\.Count\(\))/.test(head))
    view.site("loop-form", "index", node);
}

function forEachCall(view: SourceView, node: number): void {
  if (view.type(view.parent(node)) !== "expression_statement") return;
  const callee =
    view.type(node) === "method_invocation"
      ? view.previous(view.child(node, "argument_list"))
      : view.lastChild(view.firstChild(node)!);
  if (callee !== undefined && /^(?:forEach|ForEach|for_each)$/.test(view.textOf(callee)))
    view.site("loop-form", "forEach", node);
}

function pythonLoop(view: SourceView, node: number): void {
  const word = view.child(node, "in");
  const source = view.textOf(view.next(word));
  if (/^enumerate\(/.test(source)) view.site("loop-form", "enumerate", node);
  else if (/^range\(\s*len\(/.test(source)) view.site("loop-form", "index", node);
  const [only, ...others] = view.statements(view.child(node, "block"));
  if (only === undefined || others.length > 0 || view.child(node, "else_clause") !== undefined) return;
  const guarded = view.type(only) === "if_statement" && branchesOf(view, only).otherwise === undefined;
  const inner = guarded ? view.statements(branchesOf(view, only).then) : [only];
  if (inner.length === 1 && /^\w+\.append\(/.test(view.textOf(inner[0]))) view.site("list-building", "loop", node);
}

function comprehension(view: SourceView, node: number): void {
  view.site("list-building", "comprehension", node);
}

function goLoop(view: SourceView, node: number): void {
  const clause = view.child(node, "range_clause for_clause");
  if (view.type(clause) === "range_clause") view.site("loop-form", "range", node);
  else if (/<\s*len\(/.test(view.textOf(clause))) view.site("loop-form", "index", node);
}

function rustLoop(view: SourceView, node: number): void {
  const isIndex = /^0\s*\.\.=?\s*[\w.]+\.len\(\)/.test(view.textOf(view.next(view.child(node, "in"))));
  view.site("loop-form", isIndex ? "index" : "for", node);
}

/** Only where the value is not used: there all forms mean the same. */
function step(view: SourceView, node: number): void {
  const first = view.firstChild(node)!;
  const isPrefix = view.is(first, "++ --");
  const isStep = isPrefix || view.is(view.lastChild(node), "++ --");
  if (isStep && isUnused(view, node)) view.site("increment-form", isPrefix ? "prefix" : "postfix", node);
}

function compoundStep(view: SourceView, node: number): void {
  const [, operator, value] = view.children(node);
  if (view.is(operator, "+= -=") && view.hasText(value, "1") && isUnused(view, node)) {
    view.site("increment-form", "compound", node);
  }
}

function isUnused(view: SourceView, node: number): boolean {
  return view.is(view.parent(node), "expression_statement for_statement");
}
