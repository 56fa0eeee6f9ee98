/** Naming of what lies in types: private members, members of enums, booleans, caught errors, receivers. */
import { NAME_SHAPES, nameShape } from "./names.ts";
import { nameNode } from "./shapes.ts";
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const { camel, pascal, snake, screaming } = NAME_SHAPES;
const SALIENT = { salience: 1.5 };
const BOOLEAN_PREFIX =
  /^[_#]*(?:m_)?(?:is|has|have|can|could|should|was|were|will|would|did|does|do|needs?|allows?|uses?|must|are|had|may|supports?|includes?|contains?)(?:[A-Z_]|$)/i;

export const memberNaming: Subject = {
  attributes: [
    attribute("typescript java csharp", "naming-interface", "interfaces", {
      plain: "without a prefix",
      prefix: "`I` in front",
    }),
    attribute(
      "typescript",
      "naming-private",
      "private members",
      { hash: "`#name`", private: "`private name`", "private-underscore": "`private _name`", underscore: "`_name`" },
      SALIENT,
    ),
    attribute("python", "naming-private", "private members", { underscore: "`_name`", double: "`__name`" }),
    attribute(
      "java",
      "naming-private",
      "private fields",
      { plain: "`name`", underscore: "`_name`", m: "`m_name`", hungarian: "`mName`" },
      SALIENT,
    ),
    attribute(
      "csharp",
      "naming-private",
      "private fields",
      { plain: "`name`", underscore: "`_name`", m: "`m_name`", pascal: "`Name`" },
      SALIENT,
    ),
    attribute(
      "cpp",
      "naming-private",
      "private fields",
      { plain: "`name`", suffix: "`name_`", underscore: "`_name`", m: "`m_name`", hungarian: "`mName`" },
      SALIENT,
    ),
    attribute("typescript python", "naming-enum", "members of enums", { pascal, screaming, camel, snake }),
    attribute("java csharp", "naming-enum", "members of enums", { screaming, pascal, camel }),
    attribute("cpp", "naming-enum", "members of enums", { pascal, screaming, camel, snake, k: "kName" }),
    attribute(
      "typescript java csharp cpp",
      "naming-boolean",
      "names of booleans",
      { prefixed: "begin with `is`, `has`, `can` and the like", plain: "without a word like `is` in front" },
      { unsaid: ["plain"] },
    ),
    attribute("typescript python java csharp cpp", "naming-catch", "caught errors", (name) => `called \`${name}\``),
    attribute("go", "naming-error", "error values of a package", { err: "`ErrName`", other: "without `Err` in front" }),
    attribute("go", "naming-receiver", "receivers", {
      letter: "one letter",
      short: "two or three letters",
      word: "a word",
      self: "`self` or `this`",
    }),
    attribute("csharp", "naming-async", "async methods", {
      suffix: "`Async` at the end of the name",
      plain: "without `Async` at the end of the name",
    }),
  ],
  visitors: {
    typescript: [
      {
        interface_declaration: interfaceName,
        "public_field_definition field_definition method_definition": typescriptMember,
        required_parameter: parameterMember,
        enum_body: enumMembers,
        type_annotation: typescriptBoolean,
        catch_clause: (view, node) => catchName(view, view.child(node, "identifier")),
      },
    ],
    python: [
      {
        class_definition: pythonEnum,
        function_definition: pythonPrivateMethod,
        assignment: pythonPrivateField,
        as_pattern_target: (view, node) => {
          if (view.type(view.parent(view.parent(node))) === "except_clause")
            catchName(view, view.child(node, "identifier"));
        },
      },
    ],
    go: [{ method_declaration: receiverName, var_spec: errorName }],
    java: [
      {
        interface_declaration: interfaceName,
        field_declaration: javaField,
        enum_body: enumMembers,
        "formal_parameter local_variable_declaration": javaBoolean,
        method_declaration: javaBoolean,
        catch_formal_parameter: (view, node) => catchName(view, view.child(node, "identifier")),
      },
    ],
    csharp: [
      {
        interface_declaration: interfaceName,
        field_declaration: csharpField,
        property_declaration: csharpBooleanProperty,
        enum_member_declaration_list: enumMembers,
        method_declaration: asyncName,
        catch_declaration: (view, node) => {
          const identifiers = view.children(node).filter((child) => view.type(child) === "identifier");
          const name = identifiers.at(-1);
          // The type alone may stand there.
          if (name !== undefined && view.previous(name) !== undefined && view.type(view.previous(name)) !== "(")
            catchName(view, name);
        },
      },
    ],
    cpp: [
      {
        field_declaration: cppField,
        enumerator_list: enumMembers,
        "declaration parameter_declaration": cppBoolean,
        catch_clause: (view, node) => {
          const parameter = view.descend(node, "parameter_list", "parameter_declaration");
          let name = view.children(parameter).at(-1);
          while (view.is(name, "reference_declarator pointer_declarator")) name = view.lastChild(name!);
          if (view.type(name) === "identifier") catchName(view, name);
        },
      },
    ],
  },
};

function interfaceName(view: SourceView, node: number): void {
  const name = nameNode(view, node);
  if (name !== undefined)
    view.site("naming-interface", /^I[A-Z][a-z]/.test(view.textOf(name)) ? "prefix" : "plain", name);
}

const CAUGHT = new Set("e err error ex exc exception t cause reason".split(" "));

function catchName(view: SourceView, name: number | undefined): void {
  const text = view.textOf(name);
  if (name !== undefined && CAUGHT.has(text)) view.site("naming-catch", text, name);
}

function typescriptMember(view: SourceView, node: number): void {
  const name = nameNode(view, node);
  const owner = view.type(view.parent(node));
  if (name === undefined || owner !== "class_body") return;
  privateSite(view, name, view.hasText(view.child(node, "accessibility_modifier"), "private"));
}

/** `constructor(private name: string)` declares a member too. */
function parameterMember(view: SourceView, node: number): void {
  const name = view.child(node, "identifier");
  if (name !== undefined && view.hasText(view.child(node, "accessibility_modifier"), "private"))
    privateSite(view, name, true);
}

function privateSite(view: SourceView, name: number, isPrivate: boolean): void {
  const text = view.textOf(name);
  if (text === "constructor") return;
  if (text.startsWith("#")) view.site("naming-private", "hash", name);
  else if (isPrivate) view.site("naming-private", text.startsWith("_") ? "private-underscore" : "private", name);
  else if (/^_[a-z]/.test(text)) view.site("naming-private", "underscore", name);
}

function enumMembers(view: SourceView, list: number): void {
  for (const member of view.parts(list)) {
    const name = view.is(member, "property_identifier") ? member : nameNode(view, member);
    if (name === undefined) continue;
    const text = view.textOf(name);
    if (view.tree.grammar === "cpp" && /^k[A-Z]/.test(text)) view.site("naming-enum", "k", name);
    else enumSite(view, name, text);
  }
}

function enumSite(view: SourceView, name: number, text: string): void {
  const shape = nameShape(text) ?? (/^[a-z][a-z0-9]+$/.test(text) ? "camel" : undefined);
  if (shape !== undefined) view.site("naming-enum", shape, name);
}

function typescriptBoolean(view: SourceView, node: number): void {
  const owner = view.parent(node);
  const isBoolean = view.child(view.child(node, "predefined_type"), "boolean") !== undefined;
  if (
    !isBoolean ||
    !view.is(
      owner,
      "property_signature public_field_definition required_parameter optional_parameter variable_declarator",
    )
  )
    return;
  booleanSite(view, view.child(owner, "identifier property_identifier private_property_identifier"));
}

function booleanSite(view: SourceView, name: number | undefined): void {
  const text = view.textOf(name);
  // `a`, `ok` and the like are names of a moment.
  if (name === undefined || text.length < 3) return;
  view.site("naming-boolean", BOOLEAN_PREFIX.test(text) ? "prefixed" : "plain", name);
}

function pythonEnum(view: SourceView, node: number): void {
  if (!/\b(?:\w*Enum|\w*Flag)\b/.test(view.textOf(view.child(node, "argument_list")))) return;
  for (const statement of view.statements(view.child(node, "block"))) {
    const assignment = view.child(statement, "assignment");
    const name = view.child(assignment, "identifier");
    if (name !== undefined && name === view.firstChild(assignment!) && !view.textOf(name).startsWith("_")) {
      view.site("naming-enum", nameShape(view.textOf(name)) ?? "snake", name);
    }
  }
}

function pythonPrivateMethod(view: SourceView, node: number): void {
  const name = nameNode(view, node);
  const body = view.parent(view.type(view.parent(node)) === "decorated_definition" ? view.parent(node) : node);
  if (view.type(view.parent(body)) === "class_definition") pythonPrivate(view, name);
}

function pythonPrivateField(view: SourceView, node: number): void {
  const target = view.firstChild(node)!;
  if (view.type(target) === "attribute" && view.hasText(view.firstChild(target), "self"))
    pythonPrivate(view, view.lastChild(target));
}

function pythonPrivate(view: SourceView, name: number | undefined): void {
  const text = view.textOf(name);
  if (name === undefined || !text.startsWith("_") || /^__\w*__$/.test(text)) return;
  view.site("naming-private", text.startsWith("__") ? "double" : "underscore", name);
}

function receiverName(view: SourceView, node: number): void {
  const name = view.descend(node, "parameter_list", "parameter_declaration", "identifier");
  const text = view.textOf(name);
  if (name === undefined || text === "_") return;
  const value = /^(?:self|this|me)$/.test(text)
    ? "self"
    : text.length === 1
      ? "letter"
      : text.length <= 3
        ? "short"
        : "word";
  view.site("naming-receiver", value, name);
}

function errorName(view: SourceView, node: number): void {
  if (view.ancestor(node, "block") !== undefined) return;
  const name = view.child(node, "identifier");
  const value = view.textOf(view.child(node, "expression_list"));
  if (name === undefined || !/^(?:errors\.New|fmt\.Errorf)\(/.test(value)) return;
  view.site("naming-error", /^[eE]rr(?:[A-Z]|$)/.test(view.textOf(name)) ? "err" : "other", name);
}

function javaField(view: SourceView, node: number): void {
  javaBoolean(view, node);
  const modifiers = view.child(node, "modifiers");
  // Constants have a rule of their own.
  if (view.child(modifiers, "private") === undefined || view.child(modifiers, "static") !== undefined) return;
  fieldSite(view, view.descend(node, "variable_declarator", "identifier"));
}

function javaBoolean(view: SourceView, node: number): void {
  if (view.child(node, "boolean_type") === undefined || view.type(node) === "method_declaration") return;
  booleanSite(view, view.child(node, "identifier") ?? view.descend(node, "variable_declarator", "identifier"));
}

function csharpField(view: SourceView, node: number): void {
  const modifiers = view
    .children(node)
    .filter((child) => view.type(child) === "modifier")
    .map((child) => view.textOf(child));
  const name = view.descend(node, "variable_declaration", "variable_declarator", "identifier");
  const type = view.firstChild(view.child(node, "variable_declaration")!);
  if (view.hasText(type, "bool")) booleanSite(view, name);
  if (modifiers.some((word) => /^(?:public|protected|internal|const|static)$/.test(word))) return;
  fieldSite(view, name);
}

function csharpBooleanProperty(view: SourceView, node: number): void {
  if (view.hasText(view.child(node, "predefined_type"), "bool")) {
    booleanSite(
      view,
      view.children(node).findLast((child) => view.type(child) === "identifier"),
    );
  }
}

function fieldSite(view: SourceView, name: number | undefined): void {
  if (name === undefined) return;
  const text = view.textOf(name);
  view.site("naming-private", fieldValue(text), name);
}

function fieldValue(text: string): string {
  if (/^m_/.test(text)) return "m";
  if (/_$/.test(text)) return "suffix";
  if (/^_/.test(text)) return "underscore";
  if (/^m[A-Z]/.test(text)) return "hungarian";
  return /^[A-Z][a-z]/.test(text) ? "pascal" : "plain";
}

function asyncName(view: SourceView, node: number): void {
  const isAsync = view.children(node).some((child) => view.hasText(child, "async"));
  const name = view.previous(view.child(node, "parameter_list"));
  if (!isAsync || view.isTest || view.type(name) !== "identifier" || view.hasText(name, "Main")) return;
  view.site("naming-async", view.textOf(name).endsWith("Async") ? "suffix" : "plain", name!);
}

function cppField(view: SourceView, node: number): void {
  const names = view.children(node).flatMap((child) => {
    let name: number | undefined = child;
    while (view.is(name, "pointer_declarator reference_declarator array_declarator")) {
      name = view.child(name, "field_identifier pointer_declarator reference_declarator array_declarator");
    }
    return view.type(name) === "field_identifier" ? [name!] : [];
  });
  if (view.hasText(view.child(node, "primitive_type"), "bool")) booleanSite(view, names[0]);
  const isStatic = view
    .children(node)
    .some((child) => view.is(child, "storage_class_specifier") && view.hasText(child, "static"));
  if (isStatic || !isPrivateInCpp(view, node)) return;
  for (const name of names) fieldSite(view, name);
}

/** What the access specifier above says; without one a class is private and a struct public. */
function isPrivateInCpp(view: SourceView, member: number): boolean {
  for (let at = view.previous(member); at !== undefined; at = view.previous(at)) {
    if (view.type(at) === "access_specifier") return !view.textOf(at).startsWith("public");
  }
  return view.type(view.parent(view.parent(member))) === "class_specifier";
}

function cppBoolean(view: SourceView, node: number): void {
  if (!view.hasText(view.child(node, "primitive_type"), "bool")) return;
  booleanSite(view, view.child(node, "identifier") ?? view.descend(node, "init_declarator", "identifier"));
}
