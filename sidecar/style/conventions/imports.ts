/** Imports: their form, order and grouping, and what a project likes to import. */
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

/** Stands for "a file that imports something": the whole that shares of favourites are taken of. */
export const ANY_IMPORT = "*";
const MINOR = { salience: 0.7 };
const SEPARATED = { separated: "with a blank line between", together: "without a blank line between" };
/** Fewer show no order. */
const SORTED_MIN = 3;

export const imports: Subject = {
  attributes: [
    attribute(
      "typescript",
      "import-form",
      "modules",
      { import: "`import`", require: "`require()`" },
      { salience: 1.5 },
    ),
    attribute("typescript", "node-imports", "modules of Node", {
      prefix: 'with `node:` (`"node:fs"`)',
      plain: 'without `node:` (`"fs"`)',
    }),
    attribute("typescript", "builtin-imports", "modules of Node are imported", {
      named: "by single names (`{ readFile }`)",
      namespace: "as a whole (`* as fs`)",
      default: "as a default (`fs`)",
    }),
    attribute("typescript", "import-extension", "files of one's own are imported", {
      with: "with their extension",
      without: "without extension",
    }),
    attribute("typescript", "type-imports", "imports of types", {
      statement: "`import type { A }`",
      inline: "`import { type A }`",
    }),
    attribute(
      "typescript",
      "import-order",
      "imports",
      { "external-first": "packages first, own files after", mixed: "packages and own files mixed" },
      { ...MINOR, unsaid: ["mixed"] },
    ),
    attribute("typescript", "import-groups", "packages and own files", SEPARATED, MINOR),
    attribute(
      "typescript python",
      "import-sorting",
      "imports within a group",
      { sorted: "sorted by name", unsorted: "in no order of names" },
      { ...MINOR, unsaid: ["unsorted"] },
    ),
    attribute("typescript", "export-form", "exports of a module", { named: "named", default: "`export default`" }),
    attribute("python", "relative-imports", "modules of the same package", {
      relative: "`from . import`",
      absolute: "by their full name",
    }),
    attribute(
      "python",
      "multiple-imports",
      "several modules",
      { separate: "a line each", joined: "`import a, b`" },
      MINOR,
    ),
    attribute("go", "import-groups", "the standard library and others", SEPARATED, MINOR),
    attribute("rust", "import-form", "names of one module", { grouped: "`use a::{b, c}`", separate: "a `use` each" }),
    attribute("rust", "import-groups", "`std` and other crates", SEPARATED, MINOR),
    attribute("java", "import-form", "classes are imported", { single: "one by one", wildcard: "by `*`" }),
    attribute(
      "java",
      "static-imports",
      "static imports",
      { first: "before the others", last: "behind the others" },
      MINOR,
    ),
    attribute("csharp", "using-placement", "`using`", {
      outside: "outside of the namespace",
      inside: "inside the namespace",
    }),
    attribute(
      "csharp",
      "import-order",
      "`using System`",
      { "system-first": "first", mixed: "among the others" },
      { ...MINOR, unsaid: ["mixed"] },
    ),
    attribute(
      "csharp",
      "namespace-form",
      "namespaces",
      { file: "for the whole file (`namespace A;`)", block: "as blocks" },
      { salience: 1.5 },
    ),
    attribute("cpp", "include-guard", "headers are guarded", { pragma: "by `#pragma once`", ifndef: "by `#ifndef`" }),
    attribute(
      "cpp",
      "include-order",
      "includes",
      { "system-first": "`<…>` first", "local-first": '`"…"` first' },
      MINOR,
    ),
    attribute("cpp", "std-prefix", "names of the standard library", {
      qualified: "with `std::`",
      using: "after `using namespace std`",
    }),
    attribute("typescript python go rust csharp", "import-favourites", "often imported", (name) => `\`${name}\``, {
      kind: "favourites",
    }),
  ],
  visitors: {
    typescript: [{ file: typescriptFile }],
    python: [{ file: pythonFile }],
    go: [{ import_declaration: goImports, file: goFavourites }],
    rust: [{ file: rustFile }],
    java: [{ file: javaFile }],
    csharp: [{ file: csharpFile }],
    cpp: [{ file: cppFile }],
  },
};

const NODE_MODULES = new Set(
  (
    "assert async_hooks buffer child_process cluster console crypto dgram dns events fs http http2 https inspector " +
    "module net os path perf_hooks process querystring readline repl stream string_decoder timers tls tty url util v8 " +
    "vm worker_threads zlib"
  ).split(" "),
);

interface ModuleImport {
  readonly node: number;
  /** "./a.ts" */
  readonly from: string;
  readonly isOwn: boolean;
}

function typescriptFile(view: SourceView, root: number): void {
  const found: ModuleImport[] = [];
  let exports = 0;
  let isDefault = false;
  for (const child of view.children(root)) {
    if (view.type(child) === "export_statement") {
      exports++;
      isDefault ||= view.child(child, "default") !== undefined;
    }
    const source = importedFrom(view, child);
    if (source === undefined) continue;
    const from = view.textOf(source).slice(1, -1);
    // `#internal` and `@/x` are files of one's own under another name.
    const isOwn = /^(?:\.|#|[@~]\/)/.test(from);
    found.push({ node: child, from, isOwn });
    view.site("import-form", view.type(child) === "import_statement" ? "import" : "require", child);
    nodeImport(view, child, from);
    if (/^\.\.?\//.test(from) && !/\.(?:json|css|scss|svg|png|vue|svelte|wasm|node|html|less)$/.test(from)) {
      view.site("import-extension", /\.[cm]?[jt]sx?$/.test(from) ? "with" : "without", child);
    }
    typeImport(view, child);
  }
  if (exports > 0) view.fileSite("export-form", isDefault ? "default" : "named");
  orderSites(view, found);
  favourites(
    view,
    found.filter(({ isOwn }) => !isOwn).map(({ node, from }) => ({ node, name: packageOf(from) })),
    found[0]?.node,
  );
}

/** The string that an import statement or a `require` at the top of a file names. */
function importedFrom(view: SourceView, node: number): number | undefined {
  if (view.type(node) === "import_statement") return view.child(node, "string");
  if (!view.is(node, "lexical_declaration variable_declaration")) return undefined;
  const call = view.descend(node, "variable_declarator", "call_expression");
  return view.hasText(view.child(call, "identifier"), "require")
    ? view.descend(call, "arguments", "string")
    : undefined;
}

function packageOf(from: string): string {
  if (from.startsWith("node:")) return from;
  return from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");
}

function nodeImport(view: SourceView, node: number, from: string): void {
  const name = from.replace(/^node:/, "").split("/")[0]!;
  if (!NODE_MODULES.has(name) || name === "test") return;
  view.site("node-imports", from.startsWith("node:") ? "prefix" : "plain", node);
  const clause = view.child(node, "import_clause");
  if (clause === undefined) return;
  if (view.child(clause, "named_imports") !== undefined) view.site("builtin-imports", "named", node);
  else
    view.site("builtin-imports", view.child(clause, "namespace_import") === undefined ? "default" : "namespace", node);
}

/** Where only types are imported, `type` can stand inside or outside. */
function typeImport(view: SourceView, node: number): void {
  if (view.child(node, "type") !== undefined) view.site("type-imports", "statement", node);
  else {
    const names = view.parts(view.descend(node, "import_clause", "named_imports"));
    if (names.length > 0 && names.every((name) => view.child(name, "type") !== undefined))
      view.site("type-imports", "inline", node);
  }
}

function orderSites(view: SourceView, found: readonly ModuleImport[]): void {
  const external = found.filter(({ isOwn }) => !isOwn);
  const own = found.filter(({ isOwn }) => isOwn);
  for (const group of [external, own])
    sortingSite(
      view,
      group.map(({ node, from }) => ({ node, name: from })),
    );
  const lastExternal = external.at(-1)?.node;
  const firstOwn = own[0]?.node;
  if (lastExternal === undefined || firstOwn === undefined) return;
  view.site("import-order", lastExternal < firstOwn ? "external-first" : "mixed", found[0]!.node);
  if (lastExternal > firstOwn) return;
  const gap = view.blankLinesAfter(view.end(lastExternal) - 1);
  view.site("import-groups", gap > 0 ? "separated" : "together", firstOwn);
}

function sortingSite(view: SourceView, group: readonly { readonly node: number; readonly name: string }[]): void {
  if (group.length < SORTED_MIN) return;
  const keys = group.map(({ name }) => name.toLowerCase().replace(/^node:/, ""));
  const isSorted = keys.every((key, at) => at === 0 || keys[at - 1]! <= key);
  // "node:fs" before "a", or "../a" before "./b": sorted too, by other rules.
  const raw = group.map(({ name }) => name.toLowerCase());
  const isSortedRaw = raw.every((key, at) => at === 0 || raw[at - 1]! <= key);
  view.site("import-sorting", isSorted || isSortedRaw ? "sorted" : "unsorted", group[0]!.node);
}

/** One site for each module that the file imports, and one for the file. */
function favourites(
  view: SourceView,
  modules: readonly { readonly node: number; readonly name: string }[],
  first: number | undefined,
): void {
  if (first === undefined) return;
  view.site("import-favourites", ANY_IMPORT, first);
  const seen = new Set<string>();
  for (const { node, name } of modules) {
    if (seen.has(name)) continue;
    seen.add(name);
    view.site("import-favourites", name, node);
  }
}

function pythonFile(view: SourceView, root: number): void {
  const modules: { node: number; name: string }[] = [];
  const groups: { node: number; name: string; line: number }[][] = [];
  let first: number | undefined;
  for (const node of view.children(root)) {
    if (!view.is(node, "import_statement import_from_statement")) continue;
    first ??= node;
    const names = view.parts(node).filter((part) => view.is(part, "dotted_name aliased_import relative_import"));
    if (view.type(node) === "import_statement") {
      view.site("multiple-imports", names.length > 1 ? "joined" : "separate", node);
      for (const name of names) modules.push({ node, name: rootOf(view.textOf(name)) });
    } else {
      const from = names[0];
      const isRelative = view.type(from) === "relative_import";
      const text = view.textOf(from);
      if (isRelative) view.site("relative-imports", "relative", node);
      else if (isOwnPackage(view.file.path, text)) view.site("relative-imports", "absolute", node);
      else modules.push({ node, name: rootOf(text) });
    }
    const line = view.startLine(node);
    const group = groups.at(-1);
    const entry = { node, name: view.textOf(names[0]).replace(/\s+as\s.*/s, ""), line: view.endLine(node) };
    if (group?.at(-1)?.line === line - 1 && view.type(group.at(-1)!.node) === view.type(node)) group.push(entry);
    else groups.push([entry]);
  }
  for (const group of groups) sortingSite(view, group);
  favourites(view, modules, first);
}

function rootOf(module: string): string {
  return module.replace(/\s+as\s.*/s, "").split(".")[0]!;
}

/** Whether a module lies in the package of the file: it begins with the name of a folder that the file is in. */
function isOwnPackage(path: string, module: string): boolean {
  const folders = path.split("/").slice(0, -1);
  const root = rootOf(module);
  return (
    !isTestFolder(root) &&
    (folders[0] === root || (/^(?:src|lib|python)$/.test(folders[0] ?? "") && folders[1] === root))
  );
}

function isTestFolder(name: string): boolean {
  return /^tests?$/.test(name);
}

function goImports(view: SourceView, node: number): void {
  const specs = view.parts(view.child(node, "import_spec_list")).filter((part) => view.type(part) === "import_spec");
  const isStandard = specs.map((spec) => !goPath(view, spec).split("/")[0]!.includes("."));
  const boundaries = specs.flatMap((_, at) => (at > 0 && isStandard[at] !== isStandard[at - 1] ? [at] : []));
  if (boundaries.length === 0) return;
  const areSeparated = boundaries.every((at) => view.blankLinesAfter(view.end(specs[at - 1]!) - 1) > 0);
  view.site("import-groups", areSeparated ? "separated" : "together", specs[boundaries[0]!]!);
}

function goPath(view: SourceView, spec: number): string {
  return view.textOf(view.child(spec, "interpreted_string_literal raw_string_literal")).slice(1, -1);
}

function goFavourites(view: SourceView, root: number): void {
  const specs = view
    .children(root)
    .filter((child) => view.type(child) === "import_declaration")
    .flatMap((declaration) => [
      ...view.parts(view.child(declaration, "import_spec_list")),
      ...view.children(declaration),
    ])
    .filter((child) => view.type(child) === "import_spec");
  // What the standard library holds is everybody's.
  const others = specs.filter((spec) => goPath(view, spec).split("/")[0]!.includes("."));
  favourites(
    view,
    others.map((node) => ({ node, name: goPath(view, node) })),
    specs[0],
  );
}

function rustFile(view: SourceView, root: number): void {
  const uses = view.children(root).filter((child) => view.type(child) === "use_declaration");
  const prefixes = new Map<string, number>();
  const modules: { node: number; name: string }[] = [];
  for (const node of uses) {
    const path = view.parts(node).at(-1)!;
    const text = view.textOf(path).replaceAll(/\s+/g, "");
    // `use { a::b, c::d }` names several.
    const paths = view.type(path) === "use_list" ? view.parts(path).map((part) => view.textOf(part)) : [text];
    for (const name of paths.map((each) => each.split("::")[0]!)) {
      if (!/^(?:std|core|alloc|crate|self|super)$/.test(name)) modules.push({ node, name });
    }
    const grouped = /^(.*)::\{[^{},]+,/.exec(text);
    if (grouped) view.site("import-form", "grouped", node);
    const prefix = /^(.+)::\w+$/.exec(text)?.[1];
    if (prefix === undefined) continue;
    // The second `use` of a module is where it could have been joined to the first.
    if (prefixes.has(prefix)) view.site("import-form", "separate", node);
    prefixes.set(prefix, node);
  }
  const kinds = uses.map((node) => /^(?:pub(?:\([^)]*\))?\s+)?use\s+(?:std|core|alloc)\b/.test(view.textOf(node)));
  const boundaries = uses.flatMap((_, at) => (at > 0 && kinds[at] !== kinds[at - 1] ? [at] : []));
  if (boundaries.length > 0) {
    const areSeparated = boundaries.every((at) => view.blankLinesAfter(view.end(uses[at - 1]!) - 1) > 0);
    view.site("import-groups", areSeparated ? "separated" : "together", uses[boundaries[0]!]!);
  }
  favourites(view, modules, uses[0]);
}

function javaFile(view: SourceView, root: number): void {
  const all = view.children(root).filter((child) => view.type(child) === "import_declaration");
  for (const node of all)
    view.site("import-form", view.child(node, "asterisk") === undefined ? "single" : "wildcard", node);
  const statics = all.filter((node) => view.child(node, "static") !== undefined);
  const others = all.filter((node) => !statics.includes(node));
  if (statics.length === 0 || others.length === 0) return;
  if (statics.at(-1)! < others[0]!) view.site("static-imports", "first", statics[0]!);
  else if (statics[0]! > others.at(-1)!) view.site("static-imports", "last", statics[0]!);
}

function csharpFile(view: SourceView, root: number): void {
  const children = view.children(root);
  const namespace = children.find((child) => view.is(child, "namespace_declaration file_scoped_namespace_declaration"));
  const outside = children.filter((child) => view.type(child) === "using_directive");
  const inside = view
    .children(view.child(namespace, "declaration_list"))
    .filter((child) => view.type(child) === "using_directive");
  if (namespace !== undefined) {
    const isBlock = view.type(namespace) === "namespace_declaration";
    view.site("namespace-form", isBlock ? "block" : "file", namespace);
    if (isBlock && outside.length + inside.length > 0) {
      view.site("using-placement", inside.length > 0 ? "inside" : "outside", inside[0] ?? outside[0]!);
    }
  }
  const plain = [...outside, ...inside].filter(
    (node) => view.child(node, "static =") === undefined && !/^using\s+\w+\s*=/.test(view.textOf(node)),
  );
  const names = plain.map((node) => view.textOf(view.parts(node).at(-1)));
  const isSystem = names.map((name) => /^System\b/.test(name));
  const firstOther = isSystem.indexOf(false);
  if (isSystem.includes(true) && firstOther >= 0) {
    view.site("import-order", isSystem.lastIndexOf(true) < firstOther ? "system-first" : "mixed", plain[0]!);
  }
  const own = view.textOf(view.parts(namespace)[1]).split(".")[0];
  favourites(
    view,
    plain
      .map((node, at) => ({ node, name: names[at]! }))
      .filter(({ name }, at) => !isSystem[at] && name.split(".")[0] !== own),
    plain[0],
  );
}

function cppFile(view: SourceView, root: number): void {
  const isHeader = /\.(?:h|hh|hpp|hxx|h\+\+)$/i.test(view.file.path);
  const guard = guardOf(view, root);
  const hasPragma = /^[ \t]*#[ \t]*pragma[ \t]+once\b/m.test(view.text);
  if (isHeader && (hasPragma || guard !== undefined))
    view.siteAt("include-guard", hasPragma ? "pragma" : "ifndef", guard ?? 0);
  const top = guard === undefined ? view.children(root) : view.children(view.child(root, "preproc_ifdef"));
  const stem = view.file.path.replace(/^.*\//, "").replace(/\.\w+$/, "");
  const includes = top
    .filter((child) => view.type(child) === "preproc_include")
    // A source's own header stands first for a reason of its own.
    .filter((node) => !new RegExp(`[/"]${stem.replaceAll(/\W/g, "\\$&")}\\.\\w+"`).test(view.textOf(node)));
  const isSystem = includes.map((node) => view.child(node, "system_lib_string") !== undefined);
  if (isSystem.includes(true) && isSystem.includes(false)) {
    if (isSystem.lastIndexOf(true) < isSystem.indexOf(false)) view.site("include-order", "system-first", includes[0]!);
    else if (isSystem.lastIndexOf(false) < isSystem.indexOf(true))
      view.site("include-order", "local-first", includes[0]!);
  }
  if (view.file.languageId === "c") return;
  const using = /^[ \t]*using\s+namespace\s+std\s*;/m.exec(view.text);
  const qualified = using ? null : /\bstd::\w/.exec(view.text);
  if (using) view.siteAt("std-prefix", "using", using.index);
  else if (qualified) view.siteAt("std-prefix", "qualified", qualified.index);
}

/** Where `#ifndef X` and `#define X` enclose the file. */
function guardOf(view: SourceView, root: number): number | undefined {
  const outer = view.child(root, "preproc_ifdef");
  const [word, name, definition] = view.children(outer).filter((child) => !view.isComment(child));
  if (outer === undefined || view.type(word) !== "#ifndef" || view.type(definition) !== "preproc_def") return undefined;
  return view.textOf(view.child(definition, "identifier")) === view.textOf(name) ? view.start(outer) : undefined;
}
