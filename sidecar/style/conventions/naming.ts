/** Naming: which shape the names of functions, variables, constants, classes and files have. */
import { acronymShape, NAME_SHAPES, nameShape, type NameShape } from "./names.ts";
import { nameNode } from "./shapes.ts";
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const { camel, pascal, snake, screaming, kebab } = NAME_SHAPES;
const SALIENT = { salience: 1.5 };
/** What a constant is set to where it is one in every sense. */
const LITERALS =
  "number string regex true false template_string unary_expression integer float concatenated_string unary_operator " +
  "int_literal float_literal interpreted_string_literal raw_string_literal rune_literal string_literal char_literal " +
  "decimal_integer_literal hex_integer_literal decimal_floating_point_literal character_literal number_literal " +
  "integer_literal real_literal boolean_literal verbatim_string_literal";
/** Names that a language or a framework gives. */
const GIVEN =
  /^(?:__\w+__|(?:setUp|tearDown)(?:Class|Module)?|runTest|main|init|new|constructor|visit_\w+|do_[A-Z]+|assert[A-Z]\w*|(?:Test|Benchmark|Example|Fuzz)(?![a-z]).*|test_?\w+)$/;

export const naming: Subject = {
  attributes: [
    attribute("typescript", "naming-function", "functions", { camel, snake }),
    attribute("python", "naming-function", "functions", { snake, camel }),
    attribute("go java", "naming-function", "functions", { camel, snake }),
    attribute("csharp", "naming-function", "methods", { pascal, camel, snake }),
    attribute("cpp", "naming-function", "functions", { snake, camel, pascal }, SALIENT),
    attribute("typescript python go java csharp cpp", "naming-variable", "variables", { camel, snake }),
    attribute("typescript", "naming-constant", "constants of a module", { screaming, camel, snake, pascal }, SALIENT),
    attribute("python", "naming-constant", "constants of a module", { screaming, snake, camel }, SALIENT),
    attribute("go", "naming-constant", "constants", { camel: "MixedCaps", screaming }, SALIENT),
    attribute("java", "naming-constant", "constants", { screaming, camel }, SALIENT),
    attribute("csharp", "naming-constant", "constants", { pascal, screaming, camel }, SALIENT),
    attribute("cpp", "naming-constant", "constants", { k: "kName", screaming, snake, camel, pascal }, SALIENT),
    attribute("typescript python cpp", "naming-class", "classes", { pascal, snake, camel }),
    attribute("typescript cpp", "naming-type", "names of type aliases", { pascal, snake, camel }),
    attribute("typescript go java csharp cpp", "naming-acronyms", "acronyms in names", {
      upper: "in capitals (`userID`)",
      word: "like words (`userId`)",
    }),
    attribute("typescript cpp", "naming-file", "names of files", { kebab, snake, camel, pascal }, SALIENT),
    attribute("python go rust", "naming-file", "names of files", { snake, kebab, camel }),
    attribute("csharp", "naming-file", "names of files", { pascal, camel, kebab, snake }),
  ],
  visitors: {
    typescript: [
      {
        file: fileName,
        "function_declaration generator_function_declaration method_definition": functionName,
        variable_declarator: typescriptVariable,
        "required_parameter optional_parameter": declaredVariable,
        formal_parameters: plainParameters,
        "class_declaration abstract_class_declaration": className,
        type_alias_declaration: (view, node) => shapeSite(view, "naming-type", nameNode(view, node)),
      },
    ],
    python: [
      {
        file: fileName,
        function_definition: functionName,
        assignment: pythonAssignment,
        parameters: plainParameters,
        "typed_parameter default_parameter typed_default_parameter": declaredVariable,
        class_definition: className,
      },
    ],
    go: [
      {
        file: fileName,
        "function_declaration method_declaration": functionName,
        "short_var_declaration range_clause": (view, node) => plainParameters(view, view.firstChild(node)!),
        "var_spec parameter_declaration": declaredVariable,
        const_spec: goConstant,
        type_spec: (view, node) => acronymSite(view, nameNode(view, node)),
      },
    ],
    rust: [{ file: fileName }],
    java: [
      {
        method_declaration: functionName,
        formal_parameter: (view, node) => shapeSite(view, "naming-variable", lastIdentifier(view, node)),
        variable_declarator: javaVariable,
        "class_declaration interface_declaration": (view, node) => acronymSite(view, nameNode(view, node)),
      },
    ],
    csharp: [
      {
        file: fileName,
        "method_declaration local_function_statement": csharpMethod,
        variable_declarator: csharpVariable,
        parameter: (view, node) => shapeSite(view, "naming-variable", lastIdentifier(view, node)),
        "class_declaration interface_declaration struct_declaration": (view, node) =>
          acronymSite(view, nameNode(view, node)),
      },
    ],
    cpp: [
      {
        file: fileName,
        function_declarator: cppFunction,
        "declaration field_declaration": cppConstant,
        "init_declarator parameter_declaration": cppVariable,
        "class_specifier struct_specifier": className,
        "alias_declaration type_definition": (view, node) =>
          shapeSite(
            view,
            "naming-type",
            view.children(node).findLast((child) => view.type(child) === "type_identifier"),
            "snake",
          ),
      },
    ],
  },
};

function fileName(view: SourceView): void {
  const name = view.file.path.slice(view.file.path.lastIndexOf("/") + 1);
  const shape = nameShape(name.slice(0, name.indexOf(".")).replace(/^test_|_test$/g, ""));
  if (shape !== undefined && shape !== "screaming") view.fileSite("naming-file", shape);
}

/**
 * Notes the shape of a name, of which the language's table keeps those that it knows; `lower` is what a single lowercase
 * word shows, if anything.
 */
function shapeSite(view: SourceView, attribute: string, name: number | undefined, lower?: NameShape): void {
  if (name === undefined) return;
  const text = view.textOf(name);
  const shape = nameShape(text) ?? (/^[a-z][a-z0-9]+$/.test(text) ? lower : undefined);
  if (shape !== undefined) view.site(attribute, shape, name);
  acronymSite(view, name);
}

function acronymSite(view: SourceView, name: number | undefined): void {
  if (name === undefined || view.tree.grammar === "python") return;
  const shape = acronymShape(view.textOf(name));
  if (shape !== undefined) view.site("naming-acronyms", shape, name);
}

function functionName(view: SourceView, node: number): void {
  const name = nameNode(view, node);
  const text = view.textOf(name);
  // What a framework calls, or is private, is named by other rules.
  if (name === undefined || GIVEN.test(text) || /^[_#]/.test(text)) return;
  // An upper letter exports a name in Go, and is a component or constructor elsewhere.
  const shape =
    nameShape(text) === "pascal"
      ? view.tree.grammar === "go" && /[a-z0-9][A-Z]/.test(text)
        ? "camel"
        : undefined
      : nameShape(text);
  if (shape === "camel" || shape === "snake") view.site("naming-function", shape, name);
  acronymSite(view, name);
}

function className(view: SourceView, node: number): void {
  const name = nameNode(view, node);
  // Without a body it is the use of a class, not its definition.
  if (name === undefined || view.child(node, "class_body block field_declaration_list") === undefined) return;
  shapeSite(view, "naming-class", name, /script|tsx/.test(view.tree.grammar) ? "camel" : "snake");
}

function declaredVariable(view: SourceView, node: number): void {
  for (const name of view.children(node)) {
    if (view.type(name) === "identifier") shapeSite(view, "naming-variable", name);
    // What follows is a type or a default.
    else if (view.type(name) !== ",") break;
  }
}

/** Names that stand in a list without a type. */
function plainParameters(view: SourceView, list: number): void {
  for (const child of view.children(list)) {
    if (view.type(child) === "identifier") shapeSite(view, "naming-variable", child);
  }
}

function lastIdentifier(view: SourceView, node: number): number | undefined {
  return view.children(node).findLast((child) => view.type(child) === "identifier");
}

function typescriptVariable(view: SourceView, node: number): void {
  const name = view.child(node, "identifier");
  if (name === undefined || name !== view.firstChild(node)) return;
  const value = view.lastChild(node)!;
  const declaration = view.parent(node)!;
  if (view.is(value, "arrow_function function_expression generator_function")) {
    const shape = nameShape(view.textOf(name));
    if (shape === "camel" || shape === "snake") view.site("naming-function", shape, name);
    acronymSite(view, name);
  } else if (isModuleConstant(view, declaration) && value !== name && view.is(value, LITERALS)) {
    shapeSite(view, "naming-constant", name, "camel");
  } else if (!isModuleConstant(view, declaration)) {
    shapeSite(view, "naming-variable", name);
  }
}

function isModuleConstant(view: SourceView, declaration: number): boolean {
  const parent = view.parent(declaration);
  const isTop = view.type(parent) === "program" || view.type(view.parent(parent)) === "program";
  return isTop && view.type(view.firstChild(declaration)) === "const" && view.is(parent, "program export_statement");
}

function pythonAssignment(view: SourceView, node: number): void {
  const name = view.firstChild(node);
  if (view.type(name) !== "identifier" || /^__/.test(view.textOf(name))) return;
  const value = view.lastChild(node)!;
  const isModule = view.type(view.parent(view.parent(node))) === "module";
  if (!isModule) shapeSite(view, "naming-variable", name);
  else if (view.is(value, LITERALS)) shapeSite(view, "naming-constant", name, "snake");
}

function goConstant(view: SourceView, node: number): void {
  const isTop = view.type(view.parent(view.parent(node))) === "source_file";
  const name = view.child(node, "identifier");
  if (!isTop || name === undefined || view.textOf(name).length < 3) return;
  const shape = nameShape(view.textOf(name));
  if (shape === "pascal" || shape === "camel") view.site("naming-constant", "camel", name);
  else if (shape === "screaming" && view.textOf(name).includes("_")) view.site("naming-constant", "screaming", name);
  acronymSite(view, name);
}

function javaVariable(view: SourceView, node: number): void {
  const declaration = view.parent(node)!;
  const name = view.child(node, "identifier");
  const modifiers = view.child(declaration, "modifiers");
  const isConstant = ["static", "final"].every((word) => view.child(modifiers, word) !== undefined);
  const isLiteral = view.is(view.lastChild(node), LITERALS);
  // Serialisation gives one of them its name; loggers and collections are constants to some and fields to others.
  if (view.hasText(name, "serialVersionUID")) return;
  if (isConstant && isLiteral) shapeSite(view, "naming-constant", name, "camel");
  else if (view.type(declaration) === "local_variable_declaration") shapeSite(view, "naming-variable", name);
}

function csharpMethod(view: SourceView, node: number): void {
  const parameters = view.child(node, "parameter_list");
  const before = view.previous(parameters);
  const name = view.type(before) === "type_parameter_list" ? view.previous(before) : before;
  // Names of tests have a rule of their own.
  if (view.type(name) !== "identifier" || view.isTest) return;
  shapeSite(view, "naming-function", name, "camel");
}

function csharpVariable(view: SourceView, node: number): void {
  const name = view.child(node, "identifier");
  const field = view.parent(view.parent(node));
  const isConstant = view.children(field).some((child) => view.hasText(child, "const"));
  if (isConstant && view.type(field) === "field_declaration") {
    shapeSite(view, "naming-constant", name, "camel");
  } else if (view.type(field) === "local_declaration_statement") shapeSite(view, "naming-variable", name);
}

function cppFunction(view: SourceView, node: number): void {
  let name = view.firstChild(node);
  // In a body `T x(y);` reads like a function and is a variable.
  if (view.type(view.parent(node)) === "declaration" && view.ancestor(node, "compound_statement") !== undefined) return;
  while (view.type(name) === "qualified_identifier") name = view.lastChild(name!);
  if (!view.is(name, "identifier field_identifier")) return;
  const text = view.textOf(name);
  const shape = nameShape(text);
  // Macros look like functions; constructors are named by their class.
  if (shape === "screaming" || GIVEN.test(text) || isConstructor(view, node, text)) return;
  shapeSite(view, "naming-function", name);
}

function isConstructor(view: SourceView, declarator: number, name: string): boolean {
  const declaration = view.parent(declarator)!;
  if (view.type(declaration) === "function_definition" || view.is(declaration, "field_declaration declaration")) {
    // No type stands before the name.
    const first = view
      .children(declaration)
      .find((child) => !view.is(child, "explicit_function_specifier explicit virtual"));
    if (first === declarator) return true;
  }
  const owner = view.ancestor(declarator, "class_specifier struct_specifier");
  return owner !== undefined && view.textOf(nameNode(view, owner)) === name;
}

/** `const` or `constexpr` with a literal, outside of functions. */
function cppConstant(view: SourceView, node: number): void {
  if (view.ancestor(node, "compound_statement") !== undefined) return;
  const children = view.children(node);
  const isConstant = children.some(
    (child) => view.type(child) === "type_qualifier" && /^const(?:expr)?$/.test(view.textOf(child)),
  );
  if (!isConstant) return;
  const declarator = view.child(node, "init_declarator");
  const holder = declarator ?? node;
  const name = view.child(holder, "identifier field_identifier");
  const last = view.children(holder).findLast((child) => !view.is(child, ";"));
  const value = view.is(last, "initializer_list") ? view.parts(last)[0] : last;
  if (name === undefined || value === name || !view.is(value, LITERALS)) return;
  if (/^k[A-Z]/.test(view.textOf(name))) view.site("naming-constant", "k", name);
  else shapeSite(view, "naming-constant", name, "snake");
}

function cppVariable(view: SourceView, node: number): void {
  const isLocal = view.type(node) === "init_declarator" && view.ancestor(node, "compound_statement") !== undefined;
  if (!isLocal && view.type(node) !== "parameter_declaration") return;
  let name = isLocal
    ? view.firstChild(node)
    : view.children(node).findLast((child) => view.is(child, "identifier pointer_declarator reference_declarator"));
  while (view.is(name, "pointer_declarator reference_declarator")) name = view.lastChild(name!);
  if (view.type(name) !== "identifier" || /^k[A-Z]/.test(view.textOf(name))) return;
  shapeSite(view, "naming-variable", name);
}
