/** Braces: where they open, where `else` goes on, and whether a single statement gets them. */
import { branchesOf, SHAPES, type Shape } from "./shapes.ts";
import { attribute, type Subject, type Visitors } from "./subject.ts";
import type { SourceView } from "./view.ts";

const BRACE_PLACES = { "same-line": "on the line of their statement", "own-line": "on a line of their own" };
const BODIES_OF_TYPES = "class_body interface_body enum_body declaration_list field_declaration_list enumerator_list";

export const braces: Subject = {
  attributes: [
    attribute("typescript rust java", "brace-style", "opening braces", BRACE_PLACES, { salience: 0.7 }),
    attribute("csharp cpp", "brace-style", "opening braces of statements", BRACE_PLACES),
    attribute("csharp cpp", "brace-style-functions", "opening braces of functions", BRACE_PLACES),
    attribute("csharp cpp", "brace-style-types", "opening braces of types", BRACE_PLACES),
    attribute("typescript rust java csharp cpp", "else-placement", "`else`, `catch` and the like", {
      "same-line": "on the line of the closing brace",
      "own-line": "on a line of their own",
    }),
    attribute("typescript java csharp cpp", "braces-single", "braces around a single statement", {
      always: "always",
      omitted: "left out",
    }),
  ],
  visitors: {
    typescript: [
      openings("typescript", false),
      goingOn("else_clause catch_clause finally_clause"),
      singles("typescript"),
    ],
    rust: [openings("rust", false), goingOn("else_clause")],
    java: [openings("java", false), goingOn("else catch_clause finally_clause"), singles("java")],
    csharp: [openings("csharp", true), goingOn("else catch_clause finally_clause"), singles("csharp")],
    cpp: [openings("cpp", true), goingOn("else_clause catch_clause"), singles("cpp")],
  },
};

/** `split`: the language's people often treat functions and types differently from statements. */
function openings(language: "typescript" | "rust" | "java" | "csharp" | "cpp", split: boolean): Visitors {
  const shape = SHAPES[language];
  return {
    [`${shape.blocks} ${BODIES_OF_TYPES}`]: (view, node) => {
      const parent = view.parent(node)!;
      const kind = ownerKind(view, parent, shape);
      if (kind === undefined || view.type(view.firstChild(node)) !== "{" || view.isOneLine(node)) return;
      // Behind a list of bounds the brace stands alone in either style.
      if (view.is(view.previous(node), "where_clause type_parameter_constraints_clause field_initializer_list")) return;
      const value = view.isFirstOnLine(view.start(node)) ? "own-line" : "same-line";
      const attribute = !split || kind === "statement" ? "brace-style" : `brace-style-${kind}s`;
      view.site(attribute, value, node);
    },
  };
}

function ownerKind(view: SourceView, parent: number, shape: Shape): "statement" | "function" | "type" | undefined {
  if (view.is(parent, shape.functions)) return "function";
  if (view.is(parent, shape.types)) return "type";
  if (view.is(parent, shape.ifs) || view.is(parent, shape.loops) || view.is(parent, OTHER_OWNERS)) return "statement";
  return undefined;
}

const OTHER_OWNERS =
  "else_clause try_statement catch_clause finally_clause do_statement try_with_resources_statement using_statement";

/** `else` is a node of its own in some grammars, and a word in the others. */
function goingOn(types: string): Visitors {
  return {
    [types]: (view, node) => {
      const before = view.previous(node);
      if (before === undefined || view.isOneLine(before)) return;
      if (!view.is(before, "statement_block block compound_statement catch_clause")) return;
      if (!view.hasTextAt(view.end(before) - 1, "}")) return;
      const value = view.endLine(before) === view.startLine(node) ? "same-line" : "own-line";
      view.site("else-placement", value, node);
    },
  };
}

function singles(language: "typescript" | "java" | "csharp" | "cpp"): Visitors {
  const shape = SHAPES[language];
  const judge = (view: SourceView, node: number, body: number | undefined): void => {
    if (body === undefined || view.hasText(body, ";")) return;
    // A head of several lines asks for braces by itself.
    const openingLine = view.line(view.start(body) - 1);
    if (view.is(body, shape.blocks)) {
      if (openingLine > view.startLine(node) + 1) return;
      const [only, ...others] = view.statements(body);
      if (only === undefined || others.length > 0 || !isSimple(view, only, shape)) return;
      if (view.children(body).some((child) => view.isComment(child))) return;
      view.site("braces-single", "always", body);
    } else if (isSimple(view, body, shape)) {
      view.site("braces-single", "omitted", body);
    }
  };
  return {
    [shape.ifs]: (view, node) => {
      const { then, otherwise } = branchesOf(view, node);
      if (otherwise === undefined) judge(view, node, then);
    },
    [shape.loops]: (view, node) => judge(view, node, view.children(node).at(-1)),
  };
}

/** One line that does one thing: nobody writes braces for its own sake there. */
function isSimple(view: SourceView, statement: number, shape: Shape): boolean {
  return (
    view.isOneLine(statement) && (view.is(statement, shape.jumps) || view.type(statement) === "expression_statement")
  );
}
