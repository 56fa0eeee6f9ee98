/** Layout of files and types: what comes first. */
import { nameNode } from "./shapes.ts";
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 1.5 };
const PUBLIC_FIRST = {
  "public-first": "the public ones first",
  "private-first": "the private ones first",
  mixed: "in no such order",
};

export const fileLayout: Subject = {
  attributes: [
    attribute(
      "typescript",
      "file-layout",
      "a file begins",
      { "exports-first": "with what it exports", "helpers-first": "with its helpers" },
      SALIENT,
    ),
    attribute(
      "python",
      "file-layout",
      "a file begins",
      { "public-first": "with its public functions", "helpers-first": "with its `_helpers`" },
      SALIENT,
    ),
    attribute("go rust", "file-layout", "a file begins", {
      "public-first": "with its public functions",
      "helpers-first": "with its private functions",
    }),
    attribute("typescript java csharp python", "method-order", "methods of a class", PUBLIC_FIRST, {
      unsaid: ["mixed"],
    }),
    attribute("cpp", "method-order", "a class begins", {
      "public-first": "with its public part",
      "private-first": "with its private part",
    }),
    attribute("typescript java csharp", "member-order", "fields of a class", {
      "fields-first": "in front of the methods",
      "methods-first": "behind methods",
    }),
    attribute("csharp", "this-prefix", "private fields", { omitted: "without `this.`", written: "with `this.`" }),
  ],
  visitors: {
    typescript: [{ file: exportsFirst, class_body: typescriptMembers }],
    python: [{ file: pythonFile, class_definition: pythonMembers }],
    go: [{ file: goFile }],
    rust: [{ file: rustFile }],
    java: [{ class_body: javaMembers }],
    csharp: [{ declaration_list: csharpMembers, member_access_expression: thisPrefix, identifier: bareField }],
    cpp: [{ class_specifier: cppSections }],
  },
};

/** Compares where the first of each kind stands; files with one kind say nothing. */
function orderSite(
  view: SourceView,
  attribute: string,
  value: string,
  isPublic: readonly boolean[],
  at: readonly number[],
): void {
  const firstPublic = isPublic.indexOf(true);
  const firstHelper = isPublic.indexOf(false);
  if (firstPublic < 0 || firstHelper < 0) return;
  const isPublicFirst = firstPublic < firstHelper;
  view.site(attribute, isPublicFirst ? value : "helpers-first", at[isPublicFirst ? firstPublic : firstHelper]!);
}

function exportsFirst(view: SourceView, root: number): void {
  const found = view.children(root).filter((child) => {
    const declaration = view.type(child) === "export_statement" ? view.children(child).at(-1) : child;
    const isConstant =
      view.is(declaration, "lexical_declaration") &&
      view.is(
        view.children(view.child(declaration, "variable_declarator")).at(-1),
        "arrow_function function_expression",
      );
    return (
      isConstant ||
      view.is(
        declaration,
        "function_declaration class_declaration abstract_class_declaration generator_function_declaration",
      )
    );
  });
  orderSite(
    view,
    "file-layout",
    "exports-first",
    found.map((node) => view.type(node) === "export_statement"),
    found,
  );
}

function pythonFile(view: SourceView, root: number): void {
  const found = view.children(root).flatMap((child) => {
    const definition = view.type(child) === "decorated_definition" ? view.child(child, "function_definition") : child;
    return view.type(definition) === "function_definition" ? [definition!] : [];
  });
  orderSite(
    view,
    "file-layout",
    "public-first",
    found.map((node) => !view.textOf(nameNode(view, node)).startsWith("_")),
    found,
  );
}

function goFile(view: SourceView, root: number): void {
  if (view.isTest) return;
  const found = view.children(root).filter((child) => view.type(child) === "function_declaration");
  const named = found.filter((node) => !/^(?:main|init)$/.test(view.textOf(nameNode(view, node))));
  orderSite(
    view,
    "file-layout",
    "public-first",
    named.map((node) => /^[A-Z]/.test(view.textOf(nameNode(view, node)))),
    named,
  );
}

function rustFile(view: SourceView, root: number): void {
  const found = view
    .children(root)
    .filter((child) => view.type(child) === "function_item" && view.textOf(nameNode(view, child)) !== "main");
  orderSite(
    view,
    "file-layout",
    "public-first",
    found.map((node) => view.child(node, "visibility_modifier") !== undefined),
    found,
  );
}

/** Whether all of one kind stand before all of the other; a class with one kind says nothing. */
function methodOrder(
  view: SourceView,
  methods: readonly { readonly node: number; readonly isPublic: boolean }[],
): void {
  const first = methods[0];
  const changes = methods.filter(({ isPublic }, at) => at > 0 && isPublic !== methods[at - 1]!.isPublic).length;
  if (first === undefined || changes === 0) return;
  view.site("method-order", changes > 1 ? "mixed" : first.isPublic ? "public-first" : "private-first", first.node);
}

function memberOrder(view: SourceView, members: readonly number[], fields: string, methods: string): void {
  const field = members.find((member) => view.is(member, fields));
  const method = members.find((member) => view.is(member, methods));
  if (field === undefined || method === undefined) return;
  view.site("member-order", field < method ? "fields-first" : "methods-first", field);
}

function typescriptMembers(view: SourceView, body: number): void {
  const members = view.parts(body);
  memberOrder(view, members, "public_field_definition field_definition", "method_definition");
  methodOrder(
    view,
    members
      .filter((member) => view.type(member) === "method_definition")
      .map((node) => ({
        node,
        name: view.textOf(nameNode(view, node)),
        access: view.textOf(view.child(node, "accessibility_modifier")),
      }))
      .filter(({ name }) => name !== "constructor")
      .map(({ node, name, access }) => ({
        node,
        isPublic: !/^[#_]/.test(name) && (access === "" || access === "public"),
      })),
  );
}

function pythonMembers(view: SourceView, node: number): void {
  const methods = view.statements(view.child(node, "block")).flatMap((statement) => {
    const definition =
      view.type(statement) === "decorated_definition" ? view.child(statement, "function_definition") : statement;
    const name = view.type(definition) === "function_definition" ? view.textOf(nameNode(view, definition!)) : "";
    return name === "" || /^__\w+__$/.test(name) ? [] : [{ node: definition!, isPublic: !name.startsWith("_") }];
  });
  methodOrder(view, methods);
}

function javaMembers(view: SourceView, body: number): void {
  const members = view.parts(body);
  const own = members.filter((member) => view.child(view.child(member, "modifiers"), "static") === undefined);
  memberOrder(view, own, "field_declaration", "method_declaration constructor_declaration");
  const methods = members.filter((member) => view.type(member) === "method_declaration");
  methodOrder(
    view,
    methods.map((node) => ({ node, isPublic: view.descend(node, "modifiers", "private") === undefined })),
  );
}

function csharpMembers(view: SourceView, body: number): void {
  if (!view.is(view.parent(body), "class_declaration struct_declaration record_declaration")) return;
  const members = view.parts(body);
  memberOrder(view, members, "field_declaration", "method_declaration constructor_declaration");
  const methods = members.filter((member) => view.type(member) === "method_declaration");
  const isPrivate = (node: number): boolean => {
    const modifiers = view.children(node).filter((child) => view.type(child) === "modifier");
    return !modifiers.some((child) => /^(?:public|protected|internal)$/.test(view.textOf(child)));
  };
  const plain = methods.filter((node) => view.child(node, "explicit_interface_specifier") === undefined);
  methodOrder(
    view,
    plain.map((node) => ({ node, isPublic: !isPrivate(node) })),
  );
}

/** Fields with a mark of their own need no `this`, and so show whether one writes it all the same. */
function thisPrefix(view: SourceView, node: number): void {
  const [target, , name] = view.children(node);
  if (view.type(target) === "this" && /^(?:_|m_)[a-z]/.test(view.textOf(name)))
    view.site("this-prefix", "written", node);
}

function bareField(view: SourceView, node: number): void {
  if (!/^(?:_|m_)[a-z]/.test(view.textOf(node))) return;
  if (
    view.is(view.parent(node), "variable_declarator parameter member_access_expression") &&
    view.previous(node) !== undefined
  )
    return;
  if (!view.is(view.parent(node), "variable_declarator parameter")) view.site("this-prefix", "omitted", node);
}

function cppSections(view: SourceView, node: number): void {
  const body = view.child(node, "field_declaration_list");
  const sections = view.children(body).filter((child) => view.type(child) === "access_specifier");
  const hasPublic = sections.some((section) => view.textOf(section).startsWith("public"));
  const first = view.parts(body)[0];
  const isPrivateFirst = first !== undefined && view.type(first) !== "access_specifier";
  const others = sections.filter((section) => !view.textOf(section).startsWith("public")).length;
  // A class with one part only has no order.
  if (!hasPublic || (others === 0 && !isPrivateFirst) || sections.length + Number(isPrivateFirst) < 2) return;
  const isPublicFirst = !isPrivateFirst && view.textOf(sections[0]).startsWith("public");
  view.site("method-order", isPublicFirst ? "public-first" : "private-first", node);
}
