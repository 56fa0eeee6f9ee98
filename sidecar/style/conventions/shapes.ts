/**
 * How each grammar calls what all languages have (functions, blocks, jumps), so that one observer serves several
 * languages. Names are separated by spaces.
 */
import type { StyleLanguage } from "./subject.ts";
import type { SourceView } from "./view.ts";

export interface Shape {
  /** Functions with a name and a body. */
  readonly functions: string;
  /** Functions without a name. */
  readonly closures: string;
  /** Bodies: their statements lie directly in them, or in a list in them. */
  readonly blocks: string;
  /** Where classes, interfaces and the like have their members. */
  readonly bodies: string;
  /** Classes, interfaces, structs. */
  readonly types: string;
  readonly ifs: string;
  readonly loops: string;
  /** Leave a block: return, throw, break, continue. */
  readonly jumps: string;
}

export const SHAPES: Readonly<Record<StyleLanguage, Shape>> = {
  typescript: {
    functions: "function_declaration generator_function_declaration method_definition",
    closures: "arrow_function function_expression generator_function",
    blocks: "statement_block",
    bodies: "class_body interface_body enum_body",
    types: "class_declaration abstract_class_declaration interface_declaration enum_declaration",
    ifs: "if_statement",
    loops: "for_statement for_in_statement while_statement",
    jumps: "return_statement throw_statement break_statement continue_statement",
  },
  python: {
    functions: "function_definition",
    closures: "lambda",
    blocks: "block",
    bodies: "block",
    types: "class_definition",
    ifs: "if_statement",
    loops: "for_statement while_statement",
    jumps: "return_statement raise_statement break_statement continue_statement",
  },
  go: {
    functions: "function_declaration method_declaration",
    closures: "func_literal",
    blocks: "block",
    bodies: "field_declaration_list interface_type",
    types: "type_declaration",
    ifs: "if_statement",
    loops: "for_statement",
    jumps: "return_statement break_statement continue_statement goto_statement",
  },
  rust: {
    functions: "function_item",
    closures: "closure_expression",
    blocks: "block",
    bodies: "declaration_list field_declaration_list enum_variant_list",
    types: "struct_item enum_item trait_item impl_item",
    ifs: "if_expression",
    loops: "for_expression while_expression loop_expression",
    jumps: "return_expression break_expression continue_expression",
  },
  java: {
    functions: "method_declaration constructor_declaration",
    closures: "lambda_expression",
    blocks: "block constructor_body",
    bodies: "class_body interface_body enum_body enum_body_declarations annotation_type_body",
    types: "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration",
    ifs: "if_statement",
    loops: "for_statement enhanced_for_statement while_statement",
    jumps: "return_statement throw_statement break_statement continue_statement",
  },
  csharp: {
    functions: "method_declaration constructor_declaration local_function_statement operator_declaration",
    closures: "lambda_expression anonymous_method_expression",
    blocks: "block",
    bodies: "declaration_list enum_member_declaration_list",
    types: "class_declaration interface_declaration struct_declaration enum_declaration record_declaration",
    ifs: "if_statement",
    loops: "for_statement foreach_statement while_statement",
    jumps: "return_statement throw_statement break_statement continue_statement",
  },
  cpp: {
    functions: "function_definition",
    closures: "lambda_expression",
    blocks: "compound_statement",
    bodies: "field_declaration_list enumerator_list",
    types: "class_specifier struct_specifier enum_specifier union_specifier",
    ifs: "if_statement",
    loops: "for_statement for_range_loop while_statement",
    jumps: "return_statement throw_statement break_statement continue_statement goto_statement",
  },
};

/** The name that a function, class or the like is declared with. */
export function nameNode(view: SourceView, node: number): number | undefined {
  return view.child(
    node,
    "identifier type_identifier property_identifier private_property_identifier field_identifier",
  );
}

/** A statement without the wrapping that some grammars put around an expression. */
export function unwrapped(view: SourceView, statement: number | undefined): number | undefined {
  return view.type(statement) === "expression_statement" ? view.firstChild(statement!) : statement;
}

/** Whether a block (or single statement) ends by leaving. */
export function endsInJump(view: SourceView, block: number | undefined, shape: Shape): boolean {
  if (block === undefined) return false;
  const last = view.is(block, shape.blocks) ? view.statements(block).at(-1) : block;
  return view.is(unwrapped(view, last), shape.jumps);
}

/** The statement that a condition guards, and what stands behind its `else`. */
export function branchesOf(
  view: SourceView,
  node: number,
): { readonly then: number | undefined; readonly otherwise: number | undefined } {
  const children = view.children(node).filter((child) => !view.isComment(child));
  const clause = children.find((child) => view.is(child, "else_clause elif_clause"));
  const word = children.findIndex((child) => view.type(child) === "else");
  const beforeElse = children.filter((child, at) => child !== clause && (word < 0 || at < word));
  const then = beforeElse.filter((child) => !view.is(child, "elif_clause else_clause")).at(-1);
  if (clause !== undefined)
    return { then, otherwise: view.type(clause) === "elif_clause" ? clause : view.parts(clause).at(-1) };
  return { then, otherwise: word < 0 ? undefined : children[word + 1] };
}
