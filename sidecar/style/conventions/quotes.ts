/** Quotes: which marks a string is written between, wherever another pair would have done. */
import { attribute, type Subject, type Visit } from "./subject.ts";
import type { SourceView } from "./view.ts";

export const quotes: Subject = {
  attributes: [
    attribute("typescript", "quotes", "strings", {
      single: "single quotes",
      double: "double quotes",
      backtick: "backticks, also without placeholders",
    }),
    attribute("python", "quotes", "strings", { single: "single quotes", double: "double quotes" }),
    attribute("typescript", "jsx-quotes", "JSX attributes", { single: "single quotes", double: "double quotes" }),
    attribute("python", "docstring-quotes", "docstrings", {
      double: 'in """double""" quotes',
      single: "in '''single''' quotes",
      plain: "in plain quotes",
    }),
    attribute(
      "python go rust csharp cpp",
      "raw-strings",
      "strings with backslashes or quotes",
      { raw: "raw strings", escaped: "escapes" },
      { salience: 0.5 },
    ),
  ],
  visitors: {
    typescript: [{ string: typescriptString, template_string: plainTemplate }],
    python: [{ string: pythonString, concatenated_string: pythonConcatenation }],
    go: [rawOrEscaped("raw_string_literal", "interpreted_string_literal")],
    rust: [rawOrEscaped("raw_string_literal", "string_literal")],
    csharp: [rawOrEscaped("verbatim_string_literal raw_string_literal", "string_literal")],
    cpp: [rawOrEscaped("raw_string_literal", "string_literal")],
  },
};

function typescriptString(view: SourceView, node: number): void {
  const text = view.textOf(node);
  const mark = text[0];
  // The type `string` has the same name in the tree.
  if (mark !== "'" && mark !== '"') return;
  const inner = text.slice(1, -1);
  if (inner.includes("'") || inner.includes('"')) return;
  const attribute = view.type(view.parent(node)) === "jsx_attribute" ? "jsx-quotes" : "quotes";
  view.site(attribute, mark === "'" ? "single" : "double", node);
}

function plainTemplate(view: SourceView, node: number): void {
  if (view.is(view.parent(node), "call_expression template_literal_type")) return;
  if (/[\n'"\\]|\$\{/.test(view.textOf(node))) return;
  view.site("quotes", "backtick", node);
}

const PYTHON_STRING = /^([a-zA-Z]*)("""|'''|"|')/;

function pythonString(view: SourceView, node: number): void {
  const text = view.textOf(node);
  const [opening, prefix, mark] = PYTHON_STRING.exec(text) ?? [];
  if (opening === undefined || mark === undefined) return;
  if (isDocstring(view, node)) {
    const kinds: Record<string, string> = { '"""': "double", "'''": "single" };
    view.site("docstring-quotes", kinds[mark] ?? "plain", node);
    return;
  }
  const inner = text.slice(opening.length, -mark.length);
  if (mark.length === 1 && !/["']/.test(inner)) view.site("quotes", mark === "'" ? "single" : "double", node);
  if (/r/i.test(prefix!) && inner.includes("\\")) view.site("raw-strings", "raw", node);
  else if (!/r/i.test(prefix!) && isOnlyEscaped(inner)) view.site("raw-strings", "escaped", node);
}

/** `"a" "b"`: one choice for all parts. */
function pythonConcatenation(view: SourceView, node: number): void {
  const text = view.textOf(node);
  const single = text.includes("'");
  if (single === text.includes('"') || text.includes('"""') || text.includes("'''")) return;
  view.site("quotes", single ? "single" : "double", node);
}

/** Whether a string is the first statement of a module, class or function. */
export function isDocstring(view: SourceView, node: number): boolean {
  const statement = view.parent(node);
  if (view.type(statement) !== "expression_statement") return false;
  const block = view.parent(statement);
  if (view.statements(block)[0] !== statement) return false;
  return view.type(block) === "module" || view.is(view.parent(block), "function_definition class_definition");
}

/** Raw strings say so where they hold what others would escape; escaped ones where nothing else was escaped. */
function rawOrEscaped(raw: string, escaped: string): Readonly<Record<string, Visit>> {
  return {
    [raw]: (view, node) => {
      // Tags of struct fields are raw by habit, not by choice.
      if (view.type(view.parent(node)) === "field_declaration") return;
      const text = view.textOf(node);
      const inner = text.slice(text.search(/["`]/) + 1, -1);
      if (!inner.includes("\n") && /[\\"]/.test(inner.replace(/^[(#]+|[)"#]+$/g, ""))) {
        view.site("raw-strings", "raw", node);
      }
    },
    [escaped]: (view, node) => {
      if (isOnlyEscaped(view.textOf(node).slice(1, -1))) view.site("raw-strings", "escaped", node);
    },
  };
}

function isOnlyEscaped(inner: string): boolean {
  return inner.includes("\\") && !/\\[^\\"]/.test(inner.replaceAll("\\\\", "")) && !/\\$/.test(inner);
}
