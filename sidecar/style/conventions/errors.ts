/** Errors: what code does with one it meets: passes it on, wraps it, logs it, gives up. */
import { SHAPES, unwrapped } from "./shapes.ts";
import { attribute, type StyleLanguage, type Subject, type Visitors } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 2 };
/** What is called where somebody is told. */
const LOGGING =
  /^(?:await\s+|void\s+)?(?:[\w$#?]+(?:\.|->|::))*[#_]?(?:log\w*|console|f?print\w*|warn\w*|trace\w*|report\w*|stderr|cerr|System\.(?:out|err))(?:(?:\.|->)\w+)*\s*[(<]/i;
/** Where tests lie in a file of Rust. */
const TEST_MODULE = /^mod\s+tests?\b/;

const CAUGHT = {
  rethrow: "thrown on as they are",
  wrap: "wrapped in another error",
  log: "logged",
  return: "answered with a value",
  ignore: "ignored",
};

export const errors: Subject = {
  attributes: [
    attribute(
      "go",
      "error-handling",
      "errors",
      {
        wraps: "wrapped with `%w`",
        returns: "returned as they are",
        formats: "formatted into a new error without `%w`",
        pkg: "wrapped with `errors.Wrap`",
        custom: "wrapped in a type of one's own",
        panics: "panic",
        fatal: "end the program",
      },
      SALIENT,
    ),
    attribute("go", "error-scope", "errors that are only checked", {
      inline: "in the head of the `if`",
      separate: "assigned on a line of their own",
    }),
    attribute(
      "rust",
      "error-handling",
      "errors outside of tests",
      {
        question: "passed on with `?`",
        unwrap: "`.unwrap()`",
        expect: "`.expect()`",
        match: "matched with an `Err` arm",
      },
      SALIENT,
    ),
    attribute("rust", "panic-form", "results that must be right", { expect: "`.expect()`", unwrap: "`.unwrap()`" }),
    attribute(
      "rust",
      "error-type",
      "functions that can fail return",
      {
        anyhow: "`anyhow::Result`",
        alias: "a `Result<T>` of one's own or of `io` and the like",
        box: "`Result<T, Box<dyn Error>>`",
        named: "`Result<T, E>` with a named error",
      },
      { salience: 1.5 },
    ),
    attribute("typescript python java csharp cpp", "error-handling", "caught errors", CAUGHT, SALIENT),
    attribute(
      "typescript java csharp",
      "error-cause",
      "an error thrown for another",
      { kept: "keeps it as its cause", dropped: "drops it" },
      SALIENT,
    ),
    attribute(
      "python",
      "error-cause",
      "an error raised for another",
      { kept: "with `from`", dropped: "without `from`" },
      SALIENT,
    ),
    attribute("python csharp", "catch-form", "errors are caught", {
      specific: "by their own type",
      broad: "by `Exception` and the like",
      bare: "without a type",
    }),
    attribute("java", "catch-form", "errors are caught", {
      specific: "by their own type",
      broad: "by `Exception` and the like",
    }),
    attribute("cpp", "catch-form", "exceptions are caught", {
      reference: "by reference",
      value: "by value",
      all: "all of them (`catch (...)`)",
    }),
    attribute("csharp", "rethrow-form", "errors are thrown on", { bare: "with `throw;`", named: "by name" }),
  ],
  visitors: {
    typescript: [caught("typescript", "catch_clause")],
    python: [caught("python", "except_clause"), { except_clause: pythonExcept }],
    java: [caught("java", "catch_clause"), { catch_type: javaCatch }],
    csharp: [caught("csharp", "catch_clause"), { catch_clause: csharpCatch }],
    cpp: [caught("cpp", "catch_clause"), { catch_clause: cppCatch }],
    go: [{ if_statement: goError }],
    rust: [
      {
        try_expression: (view, node) => {
          if (!isRustTest(view, node)) view.site("error-handling", "question", node);
        },
        call_expression: rustUnwrap,
        match_expression: rustMatch,
        function_item: rustErrorType,
      },
    ],
  },
};

/** What the body of a `catch` does with what it caught. */
function caught(language: StyleLanguage, clause: string): Visitors {
  const { blocks } = SHAPES[language];
  return {
    [clause]: (view, node) => {
      const body = view.child(node, blocks);
      if (body === undefined) return;
      const statements = view.statements(body);
      const name = caughtName(view, node, body);
      const thrown = statements.find((statement) =>
        view.is(unwrapped(view, statement), "throw_statement raise_statement"),
      );
      if (thrown !== undefined) {
        const isSame = isSameError(view, thrown, name);
        view.site("error-handling", isSame ? "rethrow" : "wrap", thrown);
        if (!isSame) causeSite(view, thrown, name, language);
        return;
      }
      const logs = statements.find(
        (statement) => LOGGING.test(view.textOf(statement)) || /^\w+\.printStackTrace\(/.test(view.textOf(statement)),
      );
      if (logs !== undefined) view.site("error-handling", "log", logs);
      else if (
        statements.every((statement) =>
          view.is(statement, "pass_statement continue_statement break_statement empty_statement"),
        )
      ) {
        view.site("error-handling", "ignore", node);
      } else if (view.type(statements.at(-1)) === "return_statement") view.site("error-handling", "return", node);
    },
  };
}

/** The name that a caught error has; empty without one. */
function caughtName(view: SourceView, clause: number, body: number): string {
  const head = view.text.slice(view.start(clause), view.start(body));
  return /(\w+)\s*[):]\s*(?:when\b.*)?\{?\s*$/s.exec(head)?.[1] ?? "";
}

function isSameError(view: SourceView, thrown: number, name: string): boolean {
  const parts = view.parts(thrown).slice(1);
  return parts.length === 0 || (parts.length === 1 && name !== "" && view.hasText(parts[0], name));
}

function causeSite(view: SourceView, thrown: number, name: string, language: StyleLanguage): void {
  if (name === "") return;
  const text = view.textOf(thrown);
  const isPassed = new RegExp(`\\bcause\\b|[(,]\\s*${name}\\s*[,)]`).test(text);
  const isKept = language === "python" ? /\sfrom\s+(?!None\b)\w/.test(text) : isPassed;
  // `from None` and an error that is looked into are decisions of their own.
  if (language === "python" && /\sfrom\s+None\b/.test(text)) return;
  if (language === "cpp") return;
  view.site("error-cause", isKept ? "kept" : "dropped", thrown);
}

function pythonExcept(view: SourceView, node: number): void {
  const type = view.parts(node)[1];
  const text = view.textOf(view.type(type) === "as_pattern" ? view.firstChild(type!) : type);
  const isBare = view.is(type, "block");
  view.site("catch-form", isBare ? "bare" : /^(?:Base)?Exception$/.test(text) ? "broad" : "specific", node);
}

function javaCatch(view: SourceView, node: number): void {
  view.site(
    "catch-form",
    /^(?:Exception|Throwable|RuntimeException)$/.test(view.textOf(node)) ? "broad" : "specific",
    node,
  );
}

function csharpCatch(view: SourceView, node: number): void {
  const declaration = view.child(node, "catch_declaration");
  const type = view.textOf(view.parts(declaration)[0]);
  view.site(
    "catch-form",
    declaration === undefined ? "bare" : /^(?:System\.)?Exception$/.test(type) ? "broad" : "specific",
    node,
  );
  const body = view.child(node, "block");
  const name = body === undefined ? "" : caughtName(view, node, body);
  const thrown = view.statements(body).find((statement) => view.type(statement) === "throw_statement");
  if (thrown === undefined || name === "" || !isSameError(view, thrown, name)) return;
  view.site("rethrow-form", view.parts(thrown).length === 1 ? "bare" : "named", thrown);
}

function cppCatch(view: SourceView, node: number): void {
  const list = view.child(node, "parameter_list");
  const parameter = view.child(list, "parameter_declaration");
  if (parameter === undefined) view.site("catch-form", "all", node);
  else {
    const isReference = view.child(parameter, "reference_declarator abstract_reference_declarator") !== undefined;
    // Pointers are thrown by old frameworks only.
    if (view.child(parameter, "pointer_declarator") === undefined)
      view.site("catch-form", isReference ? "reference" : "value", node);
  }
}

/** `if err != nil { … }`. */
function goError(view: SourceView, node: number): void {
  const condition = view.child(node, "binary_expression");
  const [left, operator, right] = view.children(condition);
  if (view.type(operator) !== "!=" || view.type(right) !== "nil" || !/^\w*[eE]rr\w*$/.test(view.textOf(left))) return;
  const name = view.textOf(left);
  errorScope(view, node, name);
  const body = view.child(node, "block");
  const last = view.statements(body).at(-1);
  const value = last === undefined ? undefined : goHandling(view, last, name);
  // Tests end by other means.
  if (value !== undefined && !(view.isTest && value !== "wraps" && value !== "returns"))
    view.site("error-handling", value, last!);
}

function goHandling(view: SourceView, last: number, name: string): string | undefined {
  const text = view.textOf(last);
  if (view.type(last) === "expression_statement") {
    if (/^panic\(/.test(text)) return "panics";
    return /^(?:log\w*|logger|slog|klog|glog)\.Fatal|^os\.Exit\(/.test(text) ? "fatal" : undefined;
  }
  if (view.type(last) !== "return_statement") return undefined;
  const value = view.parts(view.child(last, "expression_list")).at(-1);
  const written = view.textOf(value);
  if (written === name) return "returns";
  if (!new RegExp(`\\b${name}\\b`).test(written)) return undefined;
  if (/^fmt\.Errorf\(/.test(written)) return written.includes("%w") ? "wraps" : "formats";
  if (/^\w*errors\.(?:Wrap|Wrapf|WithMessage|WithMessagef|WithStack|Annotate|Annotatef|Trace)\(/.test(written))
    return "pkg";
  return view.is(value, "unary_expression composite_literal call_expression") ? "custom" : undefined;
}

/** Only where the error alone is assigned: other results are needed behind the `if`. */
function errorScope(view: SourceView, node: number, name: string): void {
  const inline = view.child(node, "short_var_declaration assignment_statement");
  const assignment = inline ?? view.previous(node);
  if (!view.is(assignment, "short_var_declaration assignment_statement")) return;
  const names = view.parts(view.child(assignment, "expression_list")).map((part) => view.textOf(part));
  const isErrorAlone = names.length > 0 && names.every((each) => each === name || each === "_");
  if (isErrorAlone) view.site("error-scope", inline === undefined ? "separate" : "inline", node);
}

function isRustTest(view: SourceView, node: number): boolean {
  if (view.isTest) return true;
  for (let at = view.ancestor(node, "function_item"); at !== undefined; at = view.ancestor(at, "function_item")) {
    let above = view.previous(at);
    for (; view.type(above) === "attribute_item"; above = view.previous(above)) {
      if (/\btest\b/.test(view.textOf(above))) return true;
    }
  }
  for (let at = view.ancestor(node, "mod_item"); at !== undefined; at = view.ancestor(at, "mod_item")) {
    if (TEST_MODULE.test(view.text.slice(view.start(at), view.start(at) + 20))) return true;
  }
  return false;
}

function rustUnwrap(view: SourceView, node: number): void {
  const callee = view.firstChild(node)!;
  if (view.type(callee) !== "field_expression") return;
  const name = view.textOf(view.lastChild(callee));
  if ((name !== "unwrap" && name !== "expect") || isRustTest(view, node)) return;
  view.site("error-handling", name, view.lastChild(callee)!);
  view.site("panic-form", name, view.lastChild(callee)!);
}

function rustMatch(view: SourceView, node: number): void {
  const arms = view.parts(view.child(node, "match_block"));
  const hasErr = arms.some((arm) => /^Err\(/.test(view.textOf(view.child(arm, "match_pattern"))));
  if (hasErr && !isRustTest(view, node)) view.site("error-handling", "match", node);
}

function rustErrorType(view: SourceView, node: number): void {
  const type = view.next(view.child(node, "->"));
  if (view.type(type) !== "generic_type") return;
  const name = view.textOf(view.firstChild(type!));
  if (!/(?:^|::)Result$/.test(name) || isRustTest(view, node)) return;
  const parameters = view.parts(view.child(type, "type_arguments"));
  const isAnyhow =
    name === "anyhow::Result" || (name === "Result" && parameters.length === 1 && ANYHOW.test(view.text));
  if (isAnyhow) view.site("error-type", "anyhow", type!);
  else if (parameters.length === 1) view.site("error-type", "alias", type!);
  else view.site("error-type", /^Box<\s*dyn\b/.test(view.textOf(parameters[1])) ? "box" : "named", type!);
}

const ANYHOW = /\buse anyhow::(?:Result\b|\{[^}]*\bResult\b)/;
