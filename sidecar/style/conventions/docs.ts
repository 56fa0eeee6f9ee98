/** Documentation in the code: whether what others use has it, and in which form. */
import { nameNode, SHAPES } from "./shapes.ts";
import { attribute, type Subject } from "./subject.ts";
import { isDocstring } from "./quotes.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 1.5 };
const PRESENCE = { present: "have a comment", absent: "have none" };
const TAGS = { tags: "with tags for parameters and results", prose: "prose without tags" };

export const docs: Subject = {
  attributes: [
    attribute("typescript", "doc-presence", "exported functions and classes", PRESENCE, SALIENT),
    attribute(
      "python",
      "doc-presence",
      "public functions and classes",
      { present: "have a docstring", absent: "have none" },
      SALIENT,
    ),
    attribute("go", "doc-presence", "exported functions and types", PRESENCE, SALIENT),
    attribute("rust java csharp", "doc-presence", "public items", PRESENCE, SALIENT),
    attribute("typescript java", "doc-form", "doc comments", TAGS, SALIENT),
    attribute(
      "python",
      "doc-form",
      "docstrings of several lines",
      {
        google: "sections as Google's (`Args:`)",
        numpy: "sections as numpy's (`Parameters` underlined)",
        rest: "fields of reST (`:param x:`)",
        prose: "prose",
      },
      SALIENT,
    ),
    attribute("python", "docstring-start", "docstrings of several lines begin", {
      "same-line": "on the line of the quotes",
      "next-line": "on the next line",
    }),
    attribute("go", "doc-form", "doc comments begin", { name: "with the name", other: "with other words" }),
    attribute("rust", "doc-form", "doc comments", { slashes: "`///`", block: "`/** */`" }),
    attribute("cpp", "doc-form", "comments on declarations", {
      slashes: "`///`",
      block: "`/** */`",
      qt: "`//!`, `/*!`",
      plain: "plain `//`",
    }),
    attribute("cpp", "doc-tags", "tags of doc comments", { at: "`@param`", backslash: "`\\param`" }),
  ],
  visitors: {
    typescript: [{ export_statement: exportedDoc, comment: (view, node) => jsDoc(view, node) }],
    python: [{ "function_definition class_definition": pythonDocPresence, string: docstring }],
    go: [{ "function_declaration method_declaration type_declaration": goDoc }],
    rust: [{ "function_item struct_item enum_item trait_item": rustDoc }],
    java: [
      {
        "method_declaration class_declaration interface_declaration": javaDoc,
        block_comment: (view, node) => jsDoc(view, node),
      },
    ],
    csharp: [{ "method_declaration class_declaration interface_declaration": csharpDoc }],
    cpp: [{ "function_definition field_declaration class_specifier": cppDoc, comment: cppTags }],
  },
};

function exportedDoc(view: SourceView, node: number): void {
  const declaration = view.child(node, "function_declaration class_declaration abstract_class_declaration");
  if (declaration === undefined || view.isTest) return;
  const before = view.previous(node);
  view.site(
    "doc-presence",
    view.isComment(before) && view.hasTextAt(view.start(before!), "/**") ? "present" : "absent",
    node,
  );
}

/** Tags are worth asking about where there is a parameter to describe. */
function jsDoc(view: SourceView, node: number): void {
  const text = view.textOf(node);
  if (!text.startsWith("/**")) return;
  let documented = view.next(node);
  if (view.is(documented, "export_statement")) documented = view.children(documented).at(-1);
  const { functions } = SHAPES[view.tree.grammar === "java" ? "java" : "typescript"];
  if (!view.is(documented, functions)) return;
  if (view.parts(view.child(documented, "formal_parameters")).length === 0) return;
  view.site("doc-form", /@(?:param|returns?|arg)\b/.test(text) ? "tags" : "prose", node);
}

function pythonDocPresence(view: SourceView, node: number): void {
  const name = view.textOf(nameNode(view, node));
  if (name.startsWith("_") || view.isTest || view.ancestor(node, "function_definition") !== undefined) return;
  const first = view.statements(view.child(node, "block"))[0];
  const string = view.type(first) === "expression_statement" ? view.firstChild(first!) : undefined;
  view.site("doc-presence", view.is(string, "string concatenated_string") ? "present" : "absent", node);
}

function docstring(view: SourceView, node: number): void {
  const text = view.textOf(node);
  if (!text.includes("\n") || !isDocstring(view, node)) return;
  view.site("docstring-start", /^[a-zA-Z]*(?:"""|''')[ \t]*\\?\n/.test(text) ? "next-line" : "same-line", node);
  const owner = view.parent(view.parent(view.parent(node)));
  // Where there is nothing to describe there is no section.
  if (view.type(owner) !== "function_definition" || view.parts(view.child(owner, "parameters")).length === 0) return;
  view.site("doc-form", docstringForm(text), node);
}

function docstringForm(text: string): string {
  if (/^[ \t]*:(?:param|type|returns?|rtype|raises?|arg)\b[^\n]*:/m.test(text)) return "rest";
  if (/^[ \t]*(?:Parameters|Returns|Yields|Raises|Notes|Examples)\s*\n\s*-{3,}/m.test(text)) return "numpy";
  return /^[ \t]*(?:Args|Arguments|Returns|Yields|Raises|Example|Examples):\s*$/m.test(text) ? "google" : "prose";
}

function goDoc(view: SourceView, node: number): void {
  const spec = view.type(node) === "type_declaration" ? view.child(node, "type_spec") : node;
  const name = view.textOf(nameNode(view, spec ?? node));
  if (view.isTest || !/^[A-Z]/.test(name)) return;
  const first = firstCommentAbove(view, node);
  view.site("doc-presence", first === undefined ? "absent" : "present", node);
  if (first === undefined) return;
  const isNamed = new RegExp(`^(?:/[/*]\\s*)(?:(?:A|An|The)\\s+)?${name}\\b`).test(view.textOf(first));
  view.site("doc-form", isNamed ? "name" : "other", first);
}

/** The first of the comments that stand directly above a node, without a blank line. */
function firstCommentAbove(view: SourceView, node: number): number | undefined {
  let first: number | undefined;
  let below = node;
  for (let at = view.previous(node); view.isComment(at); at = view.previous(at)) {
    if (view.endLine(at!) !== view.startLine(below) - 1 || !view.isFirstOnLine(view.start(at!))) break;
    first = at;
    below = at!;
  }
  return first;
}

function rustDoc(view: SourceView, node: number): void {
  if (view.isTest || !view.hasText(view.child(node, "visibility_modifier"), "pub")) return;
  let above = view.previous(node);
  while (view.type(above) === "attribute_item") above = view.previous(above);
  const text = view.isComment(above) ? view.textOf(above) : "";
  const isDoc = /^(?:\/\/\/|\/\*\*)/.test(text);
  view.site("doc-presence", isDoc ? "present" : "absent", node);
  if (isDoc) view.site("doc-form", text.startsWith("///") ? "slashes" : "block", above!);
}

function javaDoc(view: SourceView, node: number): void {
  const modifiers = view.child(node, "modifiers");
  // What is inherited has its words elsewhere.
  if (view.isTest || view.child(modifiers, "public") === undefined || /@Override\b/.test(view.textOf(modifiers)))
    return;
  const above = view.previous(node);
  const isDoc = view.isComment(above) && view.hasTextAt(view.start(above!), "/**");
  view.site("doc-presence", isDoc ? "present" : "absent", node);
}

function csharpDoc(view: SourceView, node: number): void {
  const modifiers = view
    .children(node)
    .filter((child) => view.type(child) === "modifier")
    .map((child) => view.textOf(child));
  if (view.isTest || !modifiers.includes("public") || modifiers.includes("override")) return;
  const above = view.previous(node);
  const isDoc = view.isComment(above) && view.hasTextAt(view.start(above!), "///");
  view.site("doc-presence", isDoc ? "present" : "absent", node);
}

const CPP_FORMS: readonly (readonly [string, RegExp])[] = [
  ["slashes", /^\/\/\/(?!\/)/],
  ["qt", /^\/[/*]!/],
  ["block", /^\/\*\*(?!\*)/],
  ["plain", /^\/\/(?!\/)/],
];

function cppDoc(view: SourceView, node: number): void {
  if (view.type(node) === "field_declaration" && view.child(node, "function_declarator") === undefined) return;
  if (view.ancestor(node, "compound_statement") !== undefined) return;
  const documented = view.type(view.parent(node)) === "template_declaration" ? view.parent(node)! : node;
  const first = firstCommentAbove(view, documented);
  const form = CPP_FORMS.find(([, pattern]) => pattern.test(view.textOf(first)));
  if (first !== undefined && form !== undefined) view.site("doc-form", form[0], first);
}

function cppTags(view: SourceView, node: number): void {
  const tag = /(?:^|[\s*])([@\\])(?:param|brief|returns?|tparam|see|note)\b/.exec(view.textOf(node))?.[1];
  if (tag !== undefined) view.site("doc-tags", tag === "@" ? "at" : "backslash", node);
}
