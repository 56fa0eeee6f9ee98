/**
 * Cuts a file into chunks that mean something on their own: one per function or method, the rest of a class together,
 * statements between functions together. Large nodes are split at the borders of their children and small neighbours
 * are merged again (after cAST, Zhang et al. 2025), always at whole lines.
 *
 * Chunks are in order and never overlap. They need not cover the file: blank lines, lines that hold brackets only,
 * and lines too long to have been typed belong to no chunk.
 */

export type ChunkKind =
  /** A function or method, or a part of a large one. */
  | "function"
  /** A class-like declaration, or what is left of it without its methods. */
  | "class"
  /** Statements outside of functions and classes. */
  | "block"
  /** Lines of a file that was not parsed. */
  | "window";

export interface Chunk {
  /** Zero-based. */
  readonly startLine: number;
  /** Exclusive. */
  readonly endLine: number;
  readonly kind: ChunkKind;
  /** Where it stands, e.g. "Class.method"; empty at the top level of the file. */
  readonly symbol: string;
  /** The whole lines, joined with "\n", without the last line's end. */
  readonly text: string;
}

/** What the chunker needs of a syntax tree. Rows are zero-based lines. */
export interface SyntaxNode {
  readonly type: string;
  readonly startRow: number;
  readonly endRow: number;
  /** In UTF-16 code units; 0 where the node ends with the line end of the row before. */
  readonly endColumn: number;
  readonly text: string;
  /** Named children, in order. */
  readonly children: readonly SyntaxNode[];
  field(name: string): SyntaxNode | undefined;
}

export const CHUNK_LINES_MAX = 60;
export const CHUNK_CHARS_MAX = 4_000;
export const CHUNKS_MAX = 2_000;
export const WINDOW_LINES = 20;

/** A class of so few lines is one chunk, methods and all. */
const WHOLE_CLASS_LINES_MAX = 20;
/** Definitions of fewer lines are merged with their neighbours, as statements are. */
const OWN_CHUNK_LINES_MIN = 3;
/** A merged chunk of so many lines ends at the next blank line. */
const LONG_ENOUGH_LINES = 20;
/** Deeper nodes are cut by lines: an expression of ten thousand terms nests as deep, and the stack does not. */
const DEPTH_MAX = 100;

/** Chunks of a parsed file; `text` is what was parsed, with "\n" line ends. A tree with errors is as good as any. */
export function chunkTree(root: SyntaxNode, text: string): Chunk[] {
  const cutter = new Cutter(text);
  cutChildren(root, 0, { kind: "block", symbol: "" }, cutter, 0);
  cutter.addLines(cutter.position, cutter.lines.count, { kind: "block", symbol: "" });
  return cutter.finish();
}

/** Chunks of at most {@link WINDOW_LINES} lines, for files that cannot be parsed. */
export function chunkWindows(text: string): Chunk[] {
  const lines = new Lines(text);
  const chunks: Chunk[] = [];
  let start = 0;
  while (start < lines.count && chunks.length < CHUNKS_MAX) {
    if (lines.isBlank(start) || lines.chars(start, start + 1) > CHUNK_CHARS_MAX) {
      start++;
      continue;
    }
    let end = start + 1;
    while (end < lines.count && end - start < WINDOW_LINES && lines.chars(start, end + 1) <= CHUNK_CHARS_MAX) end++;
    pushChunk(chunks, lines, { startLine: start, endLine: end, kind: "window", symbol: "" });
    start = end;
  }
  return chunks;
}

/** What lines belong to that are no definition of their own. */
interface Place {
  readonly kind: ChunkKind;
  readonly symbol: string;
}

/** Cuts the lines from `start` to the end of `node`, whose head (if any) belongs to `place`. */
function cutChildren(node: SyntaxNode, start: number, place: Place, cutter: Cutter, depth: number): void {
  let next = start;
  // Comments, decorators and attributes wait here for what stands directly below them.
  let leadStart = start;
  let leadEnd = start < node.startRow ? node.startRow : -1;
  for (const child of node.children) {
    if (cutter.full) return;
    const childStart = Math.max(child.startRow, cutter.position, next);
    const childEnd = endLine(child);
    if (childEnd <= childStart) continue;
    if (LEADS.has(child.type)) {
      if (childStart !== leadEnd) leadStart = childStart;
      leadEnd = childEnd;
      continue;
    }
    const from = leadEnd === childStart ? leadStart : childStart;
    cutter.addLines(next, from, place);
    cutNode(child, from, place, cutter, depth + 1);
    next = Math.max(next, childEnd);
  }
  cutter.addLines(next, endLine(node), place);
}

/** Cuts the lines from `start`, where comments above the node begin, to the end of `node`. */
function cutNode(node: SyntaxNode, start: number, place: Place, cutter: Cutter, depth: number): void {
  const end = endLine(node);
  const definition = definitionOf(node);
  const symbol = definition ? joinSymbol(place.symbol, definition.name) : place.symbol;
  const small = end - start < OWN_CHUNK_LINES_MIN;
  const fits = cutter.lines.fit(start, end);
  if (fits && definition && !small && (definition.kind === "function" || end - start <= WHOLE_CLASS_LINES_MAX)) {
    cutter.addWhole(start, end, { kind: definition.kind, symbol });
  } else if (definition && !small && depth < DEPTH_MAX) {
    cutChildren(definition.node, start, { kind: definition.kind, symbol }, cutter, depth);
    cutter.addLines(Math.max(start, endLine(definition.node)), end, { kind: definition.kind, symbol });
  } else if ((!fits || (!small && TRANSPARENT.has(node.type))) && depth < DEPTH_MAX) {
    cutChildren(node, start, place, cutter, depth);
  } else {
    cutter.addLines(start, end, place);
  }
}

interface Definition {
  readonly kind: "function" | "class";
  readonly name: string;
  readonly node: SyntaxNode;
}

/** The function or class that `node` is, or is the wrapping of: `export default …`, `const name = () => …`. */
function definitionOf(node: SyntaxNode, depth = 0): Definition | undefined {
  if (FUNCTIONS.has(node.type)) return { kind: "function", name: functionName(node), node };
  if (CLASSES.has(node.type)) return { kind: "class", name: className(node), node };
  if (!WRAPPERS.has(node.type) || depth > 4) return undefined;
  let found: Definition | undefined;
  for (const child of node.children) {
    const definition = definitionOf(child, depth + 1);
    if (!definition) continue;
    // Two in one declaration: the wrapping is no definition of either.
    if (found) return undefined;
    found = definition;
  }
  if (!found || found.name !== "") return found;
  const named = NAMING_FIELDS.map((field) => node.field(field)).find((child) => child !== undefined);
  if (named) return { ...found, name: cleanName(named.text) };
  return node.type === "export_statement" ? { ...found, name: "default" } : found;
}

function functionName(node: SyntaxNode): string {
  const name = cleanName((node.field("name") ?? declaredName(node) ?? childOf(node, "function_name"))?.text ?? "");
  // Go: the type is in the receiver, `func (s *Server) Start()`.
  const receiver = node.field("receiver")?.text;
  return receiver === undefined ? name : joinSymbol(/(\w+)\s*(?:\[[^\]]*\])?\s*\)$/.exec(receiver)?.[1] ?? "", name);
}

function className(node: SyntaxNode): string {
  // Rust: `impl Trait for Type` belongs to the type.
  const name = node.field(node.type === "impl_item" ? "type" : "name") ?? childOf(node, "simple_name");
  return cleanName(name?.text ?? "");
}

/** C and C++: the name is at the end of a chain of declarators, `T *Class::method(int)`. */
function declaredName(node: SyntaxNode): SyntaxNode | undefined {
  let declarator = node.field("declarator");
  for (let depth = 0; declarator && depth < 8; depth++) {
    const inner = declarator.field("declarator") ?? childOf(declarator, "function_declarator");
    if (!inner) break;
    declarator = inner;
  }
  return declarator ?? childOf(node, "simple_name");
}

function childOf(node: SyntaxNode, type: string): SyntaxNode | undefined {
  return node.children.find((child) => child.type === type);
}

/** `n::C<T>::g` → `n.C.g`, `module.exports.run` → `run`, `MACRO name` → `name`. */
function cleanName(text: string): string {
  const line = text.slice(0, 200).split("\n", 1)[0]!;
  const name = line
    .replaceAll(/<[^<>]*>/g, "")
    .replaceAll("::", ".")
    .replaceAll(/["'`]/g, "");
  return name
    .slice(name.trimEnd().lastIndexOf(" ") + 1)
    .replace(/^(?:module\.)?exports\.|^this\./, "")
    .trim()
    .slice(0, 80);
}

function joinSymbol(scope: string, name: string): string {
  return scope === "" || name === "" ? scope + name : `${scope}.${name}`;
}

/** The first line behind the node. */
function endLine(node: SyntaxNode): number {
  return node.endColumn === 0 && node.endRow > node.startRow ? node.endRow : node.endRow + 1;
}

/** Collects ranges of lines in order, merges what may be merged, and makes the chunks. */
class Cutter {
  readonly lines: Lines;
  readonly #chunks: Chunk[] = [];
  #open: { start: number; end: number; readonly place: Place; readonly whole: boolean } | undefined;
  /** The first line that no range has claimed so far. */
  position = 0;

  constructor(text: string) {
    this.lines = new Lines(text);
  }

  get full(): boolean {
    return this.#chunks.length >= CHUNKS_MAX;
  }

  /** Adds a definition that becomes one chunk. */
  addWhole(start: number, end: number, place: Place): void {
    this.#flush();
    const from = Math.max(start, this.position);
    if (from >= end) return;
    this.#open = { start: from, end, place, whole: true };
    this.position = end;
  }

  /** Adds lines that may be merged with those of the same place before and behind them. */
  addLines(start: number, end: number, place: Place): void {
    let from = Math.max(start, this.position);
    let to = end;
    while (from < to && this.lines.isBlank(from)) from++;
    while (from < to && this.lines.isBlank(to - 1)) to--;
    if (from >= to) return;
    if (this.lines.fit(from, to)) this.#merge(from, to, place);
    else for (let line = from; line < to && !this.full; line++) this.#merge(line, line + 1, place);
    this.position = Math.max(this.position, to);
  }

  finish(): Chunk[] {
    this.#flush();
    return this.#chunks;
  }

  #merge(start: number, end: number, place: Place): void {
    if (this.lines.isBlank(start)) return;
    if (!this.lines.fit(start, end)) {
      this.#flush();
      return;
    }
    const open = this.#open;
    const samePlace = open?.place.kind === place.kind && open.place.symbol === place.symbol;
    const wordless = !this.lines.hasWord(start, end);
    if (open && samePlace && !open.whole && this.lines.fit(open.start, end)) {
      const paragraphEnds = start > open.end && open.end - open.start >= LONG_ENOUGH_LINES;
      if (wordless || !paragraphEnds) {
        open.end = end;
        return;
      }
    }
    // A closing bracket alone says nothing.
    if (wordless) return;
    this.#flush();
    this.#open = { start, end, place, whole: false };
  }

  #flush(): void {
    const open = this.#open;
    this.#open = undefined;
    if (!open || this.full) return;
    pushChunk(this.#chunks, this.lines, { startLine: open.start, endLine: open.end, ...open.place });
  }
}

function pushChunk(chunks: Chunk[], lines: Lines, range: Omit<Chunk, "text">): void {
  let { startLine, endLine } = range;
  while (startLine < endLine && lines.isBlank(startLine)) startLine++;
  while (startLine < endLine && lines.isBlank(endLine - 1)) endLine--;
  if (!lines.hasWord(startLine, endLine)) return;
  chunks.push({ ...range, startLine, endLine, text: lines.text(startLine, endLine) });
}

/** A text by lines: everything about them in constant time per line, without splitting the text. */
class Lines {
  readonly count: number;
  readonly #text: string;
  /** Offset of each line, and one behind the end. */
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
    this.count = this.#starts.length;
    this.#starts.push(text.length + 1);
  }

  /** UTF-16 code units of the lines, without the last line's end. */
  chars(start: number, end: number): number {
    return this.#starts[Math.min(end, this.count)]! - 1 - this.#starts[start]!;
  }

  fit(start: number, end: number): boolean {
    return end - start <= CHUNK_LINES_MAX && (end <= start || this.chars(start, end) <= CHUNK_CHARS_MAX);
  }

  text(start: number, end: number): string {
    return end <= start ? "" : this.#text.slice(this.#starts[start], this.#starts[Math.min(end, this.count)]! - 1);
  }

  isBlank(line: number): boolean {
    for (let at = this.#starts[line]!; at < this.#starts[line + 1]! - 1; at++) {
      const code = this.#text.charCodeAt(at);
      if (code !== 32 && (code < 9 || code > 13)) return false;
    }
    return true;
  }

  /** Whether there is more than brackets and the closing words of Ruby and the shell. */
  hasWord(start: number, end: number): boolean {
    return /(?!\b(?:end|fi|done|esac)\b)(?<![\p{L}\p{N}])[\p{L}\p{N}]/u.test(this.text(start, end));
  }
}

/** Belong to what stands directly below them. */
const LEADS: ReadonlySet<string> = new Set(["comment", "line_comment", "block_comment", "decorator", "attribute_item"]);

const FUNCTIONS: ReadonlySet<string> = new Set([
  // TypeScript, JavaScript
  "function_declaration",
  "generator_function_declaration",
  "function_expression",
  "generator_function",
  "arrow_function",
  "method_definition",
  // Python, C, C++, PHP, Bash
  "function_definition",
  "anonymous_function",
  // Go, Java, C#, PHP
  "method_declaration",
  "func_literal",
  "constructor_declaration",
  "compact_constructor_declaration",
  "local_function_statement",
  "destructor_declaration",
  "operator_declaration",
  "conversion_operator_declaration",
  "property_declaration",
  "indexer_declaration",
  // Rust
  "function_item",
  "macro_definition",
  // Ruby
  "method",
  "singleton_method",
  // PowerShell
  "function_statement",
  "class_method_definition",
]);

const CLASSES: ReadonlySet<string> = new Set([
  "class_declaration",
  "abstract_class_declaration",
  "interface_declaration",
  "enum_declaration",
  "internal_module",
  "module",
  // An expression in JavaScript, a declaration in Ruby.
  "class",
  "class_definition",
  "type_spec",
  "struct_item",
  "enum_item",
  "union_item",
  "trait_item",
  "impl_item",
  "record_declaration",
  "annotation_type_declaration",
  "struct_declaration",
  "class_specifier",
  "struct_specifier",
  "union_specifier",
  "enum_specifier",
  "trait_declaration",
  "class_statement",
  "enum_statement",
]);

/** May hold one definition, whose name they may give: looked into by `definitionOf`. */
const WRAPPERS: ReadonlySet<string> = new Set([
  "export_statement",
  "expression_statement",
  "lexical_declaration",
  "variable_declaration",
  "variable_declarator",
  "assignment_expression",
  "public_field_definition",
  "field_definition",
  "pair",
  "decorated_definition",
  "template_declaration",
  "declaration",
  "field_declaration",
  "type_definition",
  "type_declaration",
  "var_declaration",
  "var_spec",
  "expression_list",
]);

/** Where a wrapping has the name, by grammar. */
const NAMING_FIELDS = ["name", "left", "key", "property", "declarator"];

/** Hold definitions without being one: always cut at their children, however small. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  "ambient_declaration",
  "block",
  "body_statement",
  "class_body",
  "compound_statement",
  "constructor_body",
  "declaration_list",
  "enum_body",
  "enum_body_declarations",
  "field_declaration_list",
  "file_scoped_namespace_declaration",
  "interface_body",
  "linkage_specification",
  "mod_item",
  "namespace_declaration",
  "namespace_definition",
  "preproc_else",
  "preproc_if",
  "preproc_ifdef",
  "singleton_class",
  "statement_block",
  "statement_list",
]);
