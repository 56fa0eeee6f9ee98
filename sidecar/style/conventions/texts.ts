/** Texts put together: templates, formats or sums, and what prints them. */
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 1.5 };
const STRINGS =
  "string template_string string_literal interpreted_string_literal raw_string_literal interpolated_string_expression " +
  "verbatim_string_literal concatenated_string";

export const texts: Subject = {
  attributes: [
    attribute(
      "typescript",
      "string-building",
      "texts put together",
      { template: "templates (`${x}`)", concatenation: "`+`" },
      SALIENT,
    ),
    attribute(
      "python",
      "string-building",
      "texts put together",
      { fstring: "f-strings", format: "`.format()`", percent: "`%`", concatenation: "`+`" },
      SALIENT,
    ),
    attribute("go", "string-building", "texts put together", { sprintf: "`fmt.Sprintf`", concatenation: "`+`" }),
    attribute("java", "string-building", "texts put together", {
      concatenation: "`+`",
      format: "`String.format`, `formatted`",
    }),
    attribute(
      "csharp",
      "string-building",
      "texts put together",
      {
        interpolation: '`$"{x}"`',
        concatenation: "`+`",
        format: "`string.Format`",
      },
      SALIENT,
    ),
    attribute("cpp", "print-form", "output", {
      stream: "streams (`std::cout <<`)",
      printf: "`printf`",
      print: "`std::print`, `fmt::print`",
    }),
    attribute(
      "rust",
      "format-args",
      "values in format strings",
      { inline: "`{name}`", positional: "`{}` and an argument" },
      SALIENT,
    ),
    attribute("rust", "string-conversion", "a `String` from a literal", {
      to_string: "`.to_string()`",
      from: "`String::from()`",
      to_owned: "`.to_owned()`",
      into: "`.into()`",
    }),
  ],
  visitors: {
    typescript: [{ template_string: typescriptTemplate, binary_expression: concatenation }],
    python: [{ "string concatenated_string": pythonFString, binary_operator: pythonOperator, call: pythonFormat }],
    go: [
      {
        binary_expression: concatenation,
        call_expression: (view, node) => {
          if (view.hasText(view.firstChild(node), "fmt.Sprintf")) view.site("string-building", "sprintf", node);
        },
      },
    ],
    java: [{ binary_expression: concatenation, method_invocation: javaFormat }],
    csharp: [
      {
        binary_expression: concatenation,
        interpolated_string_expression: (view, node) => {
          if (/\{[^{]/.test(view.textOf(node))) view.site("string-building", "interpolation", node);
        },
        invocation_expression: (view, node) => {
          if (/^[sS]tring\.Format$/.test(view.textOf(view.firstChild(node))))
            view.site("string-building", "format", node);
        },
      },
    ],
    cpp: [{ binary_expression: streamOutput, call_expression: printCall }],
    rust: [{ macro_invocation: formatMacro, call_expression: stringConversion }],
  },
};

function typescriptTemplate(view: SourceView, node: number): void {
  const text = view.textOf(node);
  if (!text.includes("${") || text.includes("\n") || view.is(view.parent(node), "call_expression")) return;
  // `${x}` alone converts and puts nothing together.
  if (/^`\$\{[^{}]*\}`$/.test(text)) return;
  view.site("string-building", "template", node);
}

/** The outermost sum in which a literal meets something else on the same line. */
function concatenation(view: SourceView, node: number): void {
  if (!isSum(view, node) || isSum(view, view.parent(node))) return;
  const terms = termsOf(view, node);
  const isText = terms.some((term) => view.is(term, STRINGS));
  const hasValue = terms.some((term) => !view.is(term, STRINGS));
  // A long literal is broken with `+` in every style.
  if (isText && hasValue && view.isOneLine(node)) view.site("string-building", "concatenation", node);
}

function isSum(view: SourceView, node: number | undefined): boolean {
  return view.is(node, "binary_expression binary_operator") && view.type(view.children(node)[1]) === "+";
}

function termsOf(view: SourceView, node: number): number[] {
  const [left, , right] = view.children(node);
  return [left!, right!].flatMap((side) => (isSum(view, side) ? termsOf(view, side) : [side]));
}

function pythonFString(view: SourceView, node: number): void {
  const text = view.textOf(node);
  if (/^(?:[rR]?[fF]|[fF][rR])["']/.test(text) && /\{[^{]/.test(text)) view.site("string-building", "fstring", node);
}

function pythonOperator(view: SourceView, node: number): void {
  const [left, operator] = view.children(node);
  if (view.type(operator) === "%" && view.is(left, "string concatenated_string")) {
    if (/%[-+#0 \d.(*]*[a-zA-Z(]/.test(view.textOf(left)) && !/^[bB]/.test(view.textOf(left)))
      view.site("string-building", "percent", node);
  } else concatenation(view, node);
}

function pythonFormat(view: SourceView, node: number): void {
  const callee = view.firstChild(node);
  if (view.type(callee) !== "attribute" || !view.hasText(view.lastChild(callee!), "format")) return;
  if (view.is(view.firstChild(callee!), "string concatenated_string parenthesized_expression")) {
    view.site("string-building", "format", node);
  }
}

function javaFormat(view: SourceView, node: number): void {
  const [target, , name] = view.children(node);
  const isFormat = view.hasText(target, "String") && view.hasText(name, "format");
  const isFormatted = view.type(target) === "string_literal" && view.hasText(name, "formatted");
  if (isFormat || isFormatted) view.site("string-building", "format", node);
}

function streamOutput(view: SourceView, node: number): void {
  const [left, operator] = view.children(node);
  if (view.type(operator) === "<<" && /^(?:std::)?(?:cout|cerr|clog)$/.test(view.textOf(left)))
    view.site("print-form", "stream", node);
}

function printCall(view: SourceView, node: number): void {
  if (view.file.languageId === "c") return;
  const callee = view.textOf(view.firstChild(node));
  if (/^(?:std::)?f?printf$/.test(callee)) view.site("print-form", "printf", node);
  else if (/^(?:std|fmt)::print(?:ln)?$/.test(callee)) view.site("print-form", "print", node);
}

const FORMAT_MACROS =
  /^(?:e?print(?:ln)?|format|panic|write(?:ln)?|anyhow|bail|ensure|info|warn|error|debug|trace|todo|unimplemented|unreachable)$/;

function formatMacro(view: SourceView, node: number): void {
  const name = view.textOf(view.firstChild(node)).replace(/^.*::/, "");
  if (!FORMAT_MACROS.test(name)) return;
  const tree = view.child(node, "token_tree");
  const parts = view.children(tree);
  const at = parts.findIndex((part) => view.type(part) === "string_literal");
  if (at < 0) return;
  const literal = view.textOf(parts[at]).replaceAll(/\{\{|\}\}/g, "");
  if (/\{[a-z_]\w*(?::[^}]*)?\}/.test(literal)) view.site("format-args", "inline", node);
  // Only a plain name could have been written in place.
  else if (/\{(?::[^}]*)?\}/.test(literal) && view.is(parts[at + 2], "identifier") && view.is(parts[at + 3], ", )")) {
    view.site("format-args", "positional", node);
  }
}

function stringConversion(view: SourceView, node: number): void {
  const callee = view.firstChild(node)!;
  if (view.hasText(callee, "String::from")) {
    if (view.type(view.parts(view.child(node, "arguments"))[0]) === "string_literal")
      view.site("string-conversion", "from", node);
  } else if (view.type(callee) === "field_expression" && view.type(view.firstChild(callee)) === "string_literal") {
    const name = view.textOf(view.lastChild(callee));
    if (/^(?:to_string|to_owned|into)$/.test(name)) view.site("string-conversion", name, node);
  }
}
