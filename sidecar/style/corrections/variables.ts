/** Variables of a region: each name once, however often it stands there, and what declares it. */
import { isContent, type SolidCode } from "./solid.ts";

export interface Variable {
  readonly name: string;
  /** Its tokens in the region. */
  readonly tokens: readonly number[];
  /** Type of the node that declares it; "" for one from outside. */
  readonly declared: string;
  /** The token that declares it; -1 for one from outside. */
  readonly declaredAt: number;
  /** Of the one around that. */
  readonly around: string;
}

const variablesOfCode = new WeakMap<SolidCode, readonly Variable[]>();

/** Variables that a region names, each once. */
export function variablesOf(code: SolidCode): readonly Variable[] {
  let variables = variablesOfCode.get(code);
  if (!variables) variablesOfCode.set(code, (variables = findVariables(code)));
  return variables;
}

/** Whether a variable of this name stands in the text around the region. */
export function isNamedOutside({ region: { tree, start, end } }: SolidCode, name: string): boolean {
  for (const leaf of tree.leaves) {
    const from = tree.starts[leaf]!;
    const to = tree.ends[leaf]!;
    if (to - from !== name.length || (from >= start && to <= end)) continue;
    if (tree.text.startsWith(name, from) && VARIABLE.test(tree.types[leaf]!)) return true;
  }
  return false;
}

const VARIABLE = /^(?:identifier|variable_name|simple_identifier|shorthand_property_identifier(?:_pattern)?)$/;
/** Nodes that give a name to something, in one grammar or another. */
const DECLARES =
  /declarator|parameter|_pattern$|catch|except|declaration|definition|for_|assignment$|named_expression|as_pattern|lambda|^arrow_function$|import_specifier|namespace_import|import_clause|short_var/;
/** Nodes in which every name is a new one. */
const DECLARES_ALL = /parameters$|^(?:array|object|tuple|list)_pattern$|^pattern_list$/;

/** Whether a node names a variable. */
export function isVariable(code: SolidCode, node: number): boolean {
  return VARIABLE.test(code.types[node]!) && isContent(code, node) && !isMember(code, node);
}

/** `x` in `a.x` and `f(x=1)` names no variable. */
function isMember(code: SolidCode, node: number): boolean {
  const parent = code.parents[node]!;
  if (parent < 0) return false;
  const first = parent + 1;
  const type = code.types[parent]!;
  if (/^(?:attribute|field_expression|selector_expression|member_access_expression|field_access)$/.test(type)) {
    return node !== first;
  }
  return type === "keyword_argument" && node === first;
}

function findVariables(code: SolidCode): Variable[] {
  const found = new Map<string, { tokens: number[]; declared: string; declaredAt: number; around: string }>();
  code.tokenNodes.forEach((node, token) => {
    if (!isVariable(code, node)) return;
    const name = code.keys[token]!;
    let variable = found.get(name);
    if (!variable) found.set(name, (variable = { tokens: [], declared: "", declaredAt: -1, around: "" }));
    variable.tokens.push(token);
    const declaring = variable.declared === "" ? declaringNode(code, node) : -1;
    if (declaring < 0) return;
    variable.declared = code.types[declaring]!;
    variable.declaredAt = token;
    const parent = code.parents[declaring]!;
    variable.around = parent < 0 ? "" : code.types[parent]!;
  });
  return [...found].map(([name, variable]) => ({ name, ...variable }));
}

/** The node that makes this the declaration of its name, or -1. */
function declaringNode(code: SolidCode, node: number): number {
  const parent = code.parents[node]!;
  if (parent < 0) return -1;
  const type = code.types[parent]!;
  if (DECLARES_ALL.test(type)) return parent;
  if (!DECLARES.test(type)) return -1;
  // The name comes first; what follows is its type or value.
  for (let child = parent + 1; child < node; child = code.nodeEnds[child]!) {
    if (VARIABLE.test(code.types[child]!) || code.types[child] === "=") return -1;
  }
  return parent;
}
