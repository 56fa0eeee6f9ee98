/** Declarations: types that are written out or left to the compiler, and forms that mean the same. */
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 1.5 };
const WRITTEN_OR_INFERRED = { annotated: "written out", inferred: "left to the compiler" };

export const declarations: Subject = {
  attributes: [
    attribute("typescript", "type-annotations", "return types of functions", WRITTEN_OR_INFERRED, SALIENT),
    attribute(
      "python",
      "type-annotations",
      "type hints of functions",
      { full: "for all parameters and the result", partial: "for some", none: "none" },
      { ...SALIENT, unsaid: ["partial"] },
    ),
    attribute("typescript", "variable-types", "types of initialised constants and variables", WRITTEN_OR_INFERRED),
    attribute(
      "java csharp",
      "variable-types",
      "types of local variables",
      { var: "`var`", explicit: "written out" },
      SALIENT,
    ),
    attribute(
      "cpp",
      "variable-types",
      "types of local variables",
      { auto: "`auto`", explicit: "written out" },
      SALIENT,
    ),
    attribute("typescript", "array-types", "types of arrays", { brackets: "`T[]`", generic: "`Array<T>`" }),
    attribute("typescript", "object-types", "types of objects", { interface: "`interface`", type: "`type`" }),
    attribute("typescript", "access-modifiers", "`public` in classes", { explicit: "written", implicit: "left out" }),
    attribute("csharp", "access-modifiers", "`private` in classes", { explicit: "written", implicit: "left out" }),
    attribute("python", "optional-types", "optional types", { union: "`X | None`", optional: "`Optional[X]`" }),
    attribute("python", "generic-types", "types of collections", {
      builtin: "`list[X]`, `dict[K, V]`",
      typing: "`List[X]`, `Dict[K, V]`",
    }),
    attribute("go", "any-type", "the empty interface", { any: "`any`", interface: "`interface{}`" }),
    attribute("go", "variable-form", "local variables", { short: "`:=`", var: "`var x =`" }),
    attribute("go", "empty-slices", "empty slices", { var: "`var x []T`", literal: "`[]T{}`", make: "`make([]T, 0)`" }),
    attribute("go", "allocation", "pointers to new structs", { address: "`&T{}`", new: "`new(T)`" }),
    attribute("rust", "collect-types", "what `collect` makes", {
      annotation: "typed at the variable",
      turbofish: "`collect::<T>()`",
    }),
    attribute("rust", "self-type", "an `impl`'s own type", { self: "`Self`", name: "by its name" }),
    attribute("csharp", "object-creation", "`new` where the type is known", {
      target: "`new()`",
      explicit: "`new T()`",
    }),
    attribute("csharp", "builtin-types", "built-in types", { keyword: "`string`, `int`", name: "`String`, `Int32`" }),
    attribute("cpp", "alias-form", "type aliases", { using: "`using`", typedef: "`typedef`" }),
    attribute("cpp", "template-keyword", "parameters of templates", { typename: "`typename`", class: "`class`" }),
    attribute("cpp", "enum-form", "enums", { scoped: "`enum class`", plain: "`enum`" }),
    attribute("cpp", "cast-form", "casts", { named: "`static_cast` and the like", c: "C-style (`(T)x`)" }),
    attribute("cpp", "allocation", "new objects", { smart: "`make_unique`, `make_shared`", raw: "`new`" }),
    attribute("cpp", "const-placement", "`const`", { left: "in front of the type", right: "behind the type" }),
    attribute("cpp", "initialization", "variables set to a value", { equals: "`T x = v`", braces: "`T x{v}`" }),
  ],
  visitors: {
    typescript: [
      {
        "function_declaration method_definition": returnType,
        variable_declarator: variableType,
        array_type: (view, node) => {
          if (!isReadonlyArray(view, node)) view.site("array-types", "brackets", node);
        },
        generic_type: (view, node) => {
          if (view.hasText(view.firstChild(node), "Array")) view.site("array-types", "generic", node);
        },
        interface_declaration: (view, node) => {
          // What extends others or has type parameters of its own is still an object.
          view.site("object-types", "interface", node);
        },
        type_alias_declaration: (view, node) => {
          if (view.child(node, "object_type") !== undefined) view.site("object-types", "type", node);
        },
        class_body: publicModifiers,
      },
    ],
    python: [
      {
        function_definition: pythonHints,
        "generic_type subscript": pythonGeneric,
        type: pythonUnion,
        binary_operator: pythonUnion,
      },
    ],
    go: [
      {
        interface_type: (view, node) => {
          if (view.children(node).length === 3 && view.type(view.parent(node)) !== "type_spec")
            view.site("any-type", "interface", node);
        },
        type_identifier: (view, node) => {
          if (view.hasText(node, "any") && !view.is(view.parent(node), "type_spec type_constraint"))
            view.site("any-type", "any", node);
        },
        short_var_declaration: goShort,
        var_declaration: goVar,
        call_expression: goCall,
        unary_expression: (view, node) => {
          if (view.type(view.firstChild(node)) === "&" && emptyLiteral(view, view.lastChild(node))) {
            view.site("allocation", "address", node);
          }
        },
      },
    ],
    rust: [{ let_declaration: collectTypes, impl_item: selfType }],
    java: [{ local_variable_declaration: javaVar, enhanced_for_statement: javaVar }],
    csharp: [
      {
        local_declaration_statement: csharpVar,
        foreach_statement: (view, node) => {
          const type = view.child(node, "implicit_type predefined_type identifier generic_name qualified_name");
          if (type !== undefined)
            view.site("variable-types", view.type(type) === "implicit_type" ? "var" : "explicit", type);
        },
        field_declaration: csharpField,
        "method_declaration property_declaration": csharpAccess,
        predefined_type: (view, node) => {
          if (!view.hasText(node, "void")) view.site("builtin-types", "keyword", node);
        },
        "variable_declaration parameter": csharpTypeName,
      },
    ],
    cpp: [
      {
        declaration: cppDeclaration,
        alias_declaration: (view, node) => view.site("alias-form", "using", node),
        type_definition: (view, node) => {
          // `typedef struct { … } T` is how C declares a struct.
          if (view.child(node, "struct_specifier enum_specifier union_specifier") === undefined && !isC(view))
            view.site("alias-form", "typedef", node);
        },
        type_parameter_declaration: (view, node) => {
          const word = view.type(view.firstChild(node));
          if (word === "typename" || word === "class") view.site("template-keyword", word, node);
        },
        enum_specifier: (view, node) => {
          if (view.child(node, "enumerator_list") === undefined || isC(view)) return;
          view.site("enum-form", view.child(node, "class struct") === undefined ? "plain" : "scoped", node);
        },
        cast_expression: (view, node) => {
          // `(void)x` says that a value is not used.
          if (!isC(view) && !view.hasText(view.child(node, "type_descriptor"), "void"))
            view.site("cast-form", "c", node);
        },
        template_function: cppTemplateCall,
        new_expression: (view, node) => {
          if (view.child(node, "new_declarator argument_list") !== undefined) view.site("allocation", "raw", node);
        },
        type_qualifier: constPlacement,
      },
    ],
  },
};

function isTypeScript(view: SourceView): boolean {
  return /^typescript/.test(view.file.languageId);
}

function returnType(view: SourceView, node: number): void {
  const name = view.textOf(view.child(node, "property_identifier identifier"));
  if (!isTypeScript(view) || view.child(node, "statement_block") === undefined || view.child(node, "set") !== undefined)
    return;
  if (name === "constructor" || view.type(view.parent(node)) === "object") return;
  const hasType = view.child(node, "type_annotation asserts_annotation type_predicate_annotation") !== undefined;
  view.site("type-annotations", hasType ? "annotated" : "inferred", node);
}

function variableType(view: SourceView, node: number): void {
  const value = view.lastChild(node)!;
  const name = view.firstChild(node);
  // Functions, empty lists and destructuring need theirs, or have no place for one.
  if (!isTypeScript(view) || view.type(name) !== "identifier" || view.child(node, "=") === undefined) return;
  if (
    view.is(
      value,
      "arrow_function function_expression as_expression satisfies_expression new_expression null undefined",
    )
  )
    return;
  if (view.is(value, "array object") && view.parts(value).length === 0) return;
  view.site("variable-types", view.child(node, "type_annotation") === undefined ? "inferred" : "annotated", node);
}

/** `readonly T[]` reads otherwise as `ReadonlyArray<T>`. */
function isReadonlyArray(view: SourceView, node: number): boolean {
  return view.type(view.parent(node)) === "readonly_type";
}

function publicModifiers(view: SourceView, body: number): void {
  if (!isTypeScript(view)) return;
  for (const member of view.children(body)) {
    if (!view.is(member, "method_definition public_field_definition")) continue;
    const modifier = view.textOf(view.child(member, "accessibility_modifier"));
    const name = view.textOf(view.child(member, "property_identifier private_property_identifier"));
    if (name === "constructor" || name.startsWith("#") || modifier === "private" || modifier === "protected") continue;
    view.site("access-modifiers", modifier === "public" ? "explicit" : "implicit", member);
  }
}

function pythonHints(view: SourceView, node: number): void {
  const all = view
    .parts(view.child(node, "parameters"))
    .filter((child) => !view.is(child, "keyword_separator positional_separator"));
  const isMethod =
    view.type(
      view.parent(
        view.type(view.parent(node)) === "decorated_definition" ? view.parent(view.parent(node)) : view.parent(node),
      ),
    ) === "class_definition";
  const own = isMethod && view.type(all[0]) === "identifier" ? all.slice(1) : all;
  const typed = own.filter((child) => view.is(child, "typed_parameter typed_default_parameter")).length;
  const hasResult = view.child(node, "->") !== undefined;
  const value = typed === own.length && hasResult ? "full" : typed > 0 || hasResult ? "partial" : "none";
  view.site("type-annotations", value, node);
}

const BUILTIN_GENERICS = /^(?:list|dict|set|tuple|frozenset|type)$/;
const TYPING_GENERICS = /^(?:typing\.)?(?:List|Dict|Set|Tuple|FrozenSet|Type)$/;

function pythonGeneric(view: SourceView, node: number): void {
  if (view.ancestor(node, "type") === undefined) return;
  const name = view.textOf(view.firstChild(node));
  if (/^(?:typing\.)?Optional$/.test(name)) view.site("optional-types", "optional", node);
  else if (BUILTIN_GENERICS.test(name)) view.site("generic-types", "builtin", node);
  else if (TYPING_GENERICS.test(name)) view.site("generic-types", "typing", node);
}

/** `X | None` in a type. */
function pythonUnion(view: SourceView, node: number): void {
  if (view.type(node) !== "binary_operator" || view.ancestor(node, "type") === undefined) return;
  const children = view.children(node);
  const isOptional =
    view.type(children[1]) === "|" && [children[0], children[2]].some((part) => view.hasText(part, "None"));
  if (isOptional) view.site("optional-types", "union", node);
}

function goShort(view: SourceView, node: number): void {
  // In the head of an `if` or `for` there is no other form.
  if (!view.is(view.parent(node), "statement_list block")) return;
  view.site("variable-form", "short", node);
  const value = view.parts(view.children(node).at(-1))[0];
  if (emptySlice(view, value)) view.site("empty-slices", "literal", node);
}

function goVar(view: SourceView, node: number): void {
  if (view.ancestor(node, "block") === undefined) return;
  const spec = view.child(node, "var_spec");
  const list = view.child(spec, "expression_list");
  const type = view.child(spec, "slice_type");
  if (list !== undefined) {
    if (view.children(spec).filter((child) => !view.is(child, "identifier , = expression_list")).length === 0)
      view.site("variable-form", "var", node);
  } else if (type !== undefined) view.site("empty-slices", "var", node);
}

function goCall(view: SourceView, node: number): void {
  const callee = view.textOf(view.firstChild(node));
  const values = view.parts(view.child(node, "argument_list"));
  if (callee === "new" && values.length === 1) view.site("allocation", "new", node);
  if (callee !== "make" || view.type(values[0]) !== "slice_type") return;
  if (values.length === 2 && view.hasText(values[1], "0")) view.site("empty-slices", "make", node);
}

function emptyLiteral(view: SourceView, node: number | undefined): boolean {
  return view.type(node) === "composite_literal" && view.parts(view.child(node, "literal_value")).length === 0;
}

function emptySlice(view: SourceView, node: number | undefined): boolean {
  return emptyLiteral(view, node) && view.type(view.firstChild(node!)) === "slice_type";
}

function collectTypes(view: SourceView, node: number): void {
  const call = view.children(node).findLast((child) => view.is(child, "call_expression try_expression"));
  const inner = view.type(call) === "try_expression" ? view.firstChild(call!) : call;
  const callee = view.firstChild(inner ?? node);
  if (inner === undefined || callee === undefined) return;
  const isTyped = view.child(node, ":") !== undefined;
  if (view.type(callee) === "generic_function" && view.hasText(view.lastChild(view.firstChild(callee)!), "collect"))
    view.site("collect-types", "turbofish", node);
  else if (view.type(callee) === "field_expression" && view.hasText(view.lastChild(callee), "collect") && isTyped)
    view.site("collect-types", "annotation", node);
}

/** In the results and literals of an `impl` without type parameters, where both names would do. */
function selfType(view: SourceView, node: number): void {
  const own = view.children(node).findLast((child) => view.type(child) === "type_identifier");
  const body = view.child(node, "declaration_list");
  if (own === undefined || body === undefined || view.previous(body) !== own) return;
  const name = view.textOf(own);
  for (let at = body + 1; at < view.tree.nodeEnds[body]!; at++) {
    if (view.type(at) !== "type_identifier") continue;
    if (view.hasText(at, "Self")) view.site("self-type", "self", at);
    else if (view.hasText(at, name)) view.site("self-type", "name", at);
  }
}

function javaVar(view: SourceView, node: number): void {
  const type = view.child(
    node,
    "type_identifier generic_type integral_type boolean_type floating_point_type array_type scoped_type_identifier",
  );
  if (type === undefined) return;
  const value = view.lastChild(view.child(node, "variable_declarator") ?? node);
  const declarators = view.children(node).filter((child) => view.type(child) === "variable_declarator");
  // These cannot be inferred.
  if (declarators.length > 1 || view.is(value, "null_literal lambda_expression method_reference array_initializer"))
    return;
  if (declarators.length === 1 && view.child(declarators[0], "=") === undefined) return;
  view.site("variable-types", view.hasText(type, "var") ? "var" : "explicit", type);
}

function csharpVar(view: SourceView, node: number): void {
  const declaration = view.child(node, "variable_declaration");
  const type = view.firstChild(declaration ?? node);
  const declarator = view.child(declaration, "variable_declarator");
  const value = view.lastChild(declarator ?? node);
  if (type === undefined || declarator === undefined || view.child(declarator, "=") === undefined) return;
  if (view.children(node).some((child) => view.hasText(child, "const"))) return;
  if (view.is(value, "null_literal lambda_expression initializer_expression implicit_object_creation_expression")) {
    if (view.type(value) === "implicit_object_creation_expression") view.site("object-creation", "target", type);
    return;
  }
  view.site("variable-types", view.type(type) === "implicit_type" ? "var" : "explicit", type);
  creationSite(view, type, value!);
}

function csharpField(view: SourceView, node: number): void {
  csharpAccess(view, node);
  const declaration = view.child(node, "variable_declaration");
  const type = view.firstChild(declaration ?? node);
  const value = view.lastChild(view.child(declaration, "variable_declarator") ?? node);
  if (type !== undefined && value !== undefined) creationSite(view, type, value);
}

/** `T x = new T()`: the type stands there twice. */
function creationSite(view: SourceView, type: number, value: number): void {
  if (view.type(value) === "implicit_object_creation_expression") view.site("object-creation", "target", type);
  else if (view.type(value) === "object_creation_expression" && view.type(type) !== "implicit_type") {
    if (view.textOf(view.next(view.firstChild(value))) === view.textOf(type))
      view.site("object-creation", "explicit", type);
  }
}

function csharpAccess(view: SourceView, node: number): void {
  const owner = view.parent(view.parent(node));
  if (!view.is(owner, "class_declaration struct_declaration record_declaration")) return;
  const modifiers = view
    .children(node)
    .filter((child) => view.type(child) === "modifier")
    .map((child) => view.textOf(child));
  if (modifiers.includes("private")) view.site("access-modifiers", "explicit", node);
  else if (
    !modifiers.some((word) => /^(?:public|protected|internal|partial)$/.test(word)) &&
    view.child(node, "explicit_interface_specifier") === undefined
  ) {
    view.site("access-modifiers", "implicit", node);
  }
}

function csharpTypeName(view: SourceView, node: number): void {
  const type = view.firstChild(node)!;
  if (
    view.type(type) === "identifier" &&
    view.next(type) !== undefined &&
    /^(?:String|Int32|Int64|Boolean|Object|Double|Char|Byte|Decimal)$/.test(view.textOf(type))
  ) {
    view.site("builtin-types", "name", type);
  }
}

function isC(view: SourceView): boolean {
  return view.file.languageId === "c";
}

function cppDeclaration(view: SourceView, node: number): void {
  const declarator = view.child(node, "init_declarator");
  if (declarator === undefined || view.ancestor(node, "compound_statement") === undefined || isC(view)) return;
  const value = view.lastChild(declarator)!;
  const type = view.child(
    node,
    "placeholder_type_specifier primitive_type type_identifier qualified_identifier template_type sized_type_specifier",
  );
  const isBraced = view.type(value) === "initializer_list" && view.child(declarator, "=") === undefined;
  if (view.is(view.firstChild(declarator), "array_declarator") || type === undefined) return;
  if (
    isBraced
      ? view.parts(value).length === 1
      : view.child(declarator, "=") !== undefined && view.type(value) !== "initializer_list"
  ) {
    view.site("initialization", isBraced ? "braces" : "equals", declarator);
  }
  // A lambda has no name that could be written.
  if (view.type(value) === "lambda_expression" || view.is(view.parent(node), "for_statement")) return;
  view.site("variable-types", view.type(type) === "placeholder_type_specifier" ? "auto" : "explicit", type);
}

function cppTemplateCall(view: SourceView, node: number): void {
  const name = view.textOf(view.firstChild(node));
  if (/^(?:static|dynamic|reinterpret|const)_cast$/.test(name)) view.site("cast-form", "named", node);
  else if (/^make_(?:unique|shared)$/.test(name)) view.site("allocation", "smart", node);
}

function constPlacement(view: SourceView, node: number): void {
  if (!view.hasText(node, "const")) return;
  const types = "primitive_type type_identifier qualified_identifier template_type sized_type_specifier";
  if (view.is(view.next(node), types)) view.site("const-placement", "left", node);
  else if (view.is(view.previous(node), types)) view.site("const-placement", "right", node);
}
