/**
 * Parses source text with tree-sitter, and is the only file that knows it. Grammars are loaded when they are first
 * asked for and stay loaded; trees live in WebAssembly memory, so they are handed to a callback and freed behind it.
 * Parsing blocks its thread: only the chunk worker opens a parser.
 */
import { readFile } from "node:fs/promises";
import treeSitter from "@vscode/tree-sitter-wasm";
import type { Language, Node, Tree } from "@vscode/tree-sitter-wasm";
import type { SyntaxNode } from "./chunk.ts";
import type { Grammar } from "./languages.ts";
import { isOpaque, type Parse, type SyntaxTree } from "./syntax.ts";

export interface SourceParser {
  /**
   * Hands the root of the syntax tree of `text` to `use` and returns what that returns; nodes are dead afterwards, a
   * copy is not.
   * Undefined where `stop` ended the parsing; `stop` is asked about every tenth of a millisecond.
   */
  parse<T>(
    grammar: Grammar,
    text: string,
    stop: () => boolean,
    use: (root: SyntaxNode, copy: () => SyntaxTree) => T,
  ): Promise<T | undefined>;
  close(): void;
}

/** Parses small texts at once, for what cannot wait: 0.02 ms a line. */
export interface SyntaxParser {
  /** Loads a grammar, so that {@link parse} knows it. */
  load(grammar: Grammar): Promise<void>;
  readonly parse: Parse;
  close(): void;
}

/**
 * Steps of the parser after which a text is given up: six times what source needs, so that a suggestion never waits for
 * long. Counted instead of timed, so that the same text gives the same tree on a busy machine.
 */
const STEPS_MIN = 100;
const CHARS_PER_STEP = 20;

/** Starts tree-sitter; about 15 ms, and 1 to 60 ms more at the first text of each grammar. */
export async function openParser(): Promise<SourceParser> {
  await start();
  const parser = new treeSitter.Parser();
  const languages = new Map<Grammar, Promise<Language>>();

  const load = (grammar: Grammar): Promise<Language> => {
    let language = languages.get(grammar);
    if (!language) {
      language = loadGrammar(grammar);
      languages.set(grammar, language);
    }
    return language;
  };

  return {
    parse: async (grammar, text, stop, use) => {
      const language = await load(grammar);
      parser.setLanguage(language);
      const tree = parser.parse(text, null, { progressCallback: stop });
      if (!tree) {
        // Else the next text would be taken for the rest of this one.
        parser.reset();
        return undefined;
      }
      try {
        return use(new TreeNode(tree.rootNode), () => readTree(tree, language, grammar, text));
      } finally {
        tree.delete();
      }
    },
    close: () => parser.delete(),
  };
}

/** Starts tree-sitter for {@link SyntaxTree}s. */
export async function openSyntaxParser(): Promise<SyntaxParser> {
  await start();
  const parser = new treeSitter.Parser();
  const languages = new Map<Grammar, Language>();
  return {
    load: async (grammar) => {
      if (!languages.has(grammar)) languages.set(grammar, await loadGrammar(grammar));
    },
    parse: (grammar, text) => {
      const language = languages.get(grammar);
      if (!language) return undefined;
      parser.setLanguage(language);
      let steps = STEPS_MIN + text.length / CHARS_PER_STEP;
      const tree = parser.parse(text, null, { progressCallback: () => --steps < 0 });
      if (!tree) {
        parser.reset();
        return undefined;
      }
      try {
        return readTree(tree, language, grammar, text);
      } finally {
        tree.delete();
      }
    },
    close: () => parser.delete(),
  };
}

/** Under way or done; for the whole thread, as tree-sitter's memory is. */
let starting: Promise<void> | undefined;

/** Starts tree-sitter once: a second start meanwhile would give the parsers of the first another one's memory. */
async function start(): Promise<void> {
  starting ??= treeSitter.Parser.init();
  try {
    await starting;
  } catch (error) {
    // What is missing may be there next time.
    starting = undefined;
    throw error;
  }
}

/** Walks the tree once and copies it. */
function readTree(tree: Tree, language: Language, grammar: Grammar, text: string): SyntaxTree {
  const types: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const parents: number[] = [];
  const nodeEnds: number[] = [];
  const leaves: number[] = [];
  let errors = 0;
  const isBroken = tree.rootNode.hasError;
  const cursor = tree.walk();
  const path: number[] = [];
  walk: for (;;) {
    const node = types.length;
    const typeId = cursor.nodeTypeId;
    // Where the parser failed its node has an id beyond the grammar's own.
    const type = language.types[typeId] ?? cursor.nodeType;
    const start = cursor.startIndex;
    const end = cursor.endIndex;
    if (isBroken && (type === "ERROR" || cursor.nodeIsMissing)) errors++;
    types.push(type);
    starts.push(start);
    ends.push(end);
    parents.push(path.at(-1) ?? -1);
    nodeEnds.push(0);
    const opaque = isOpaque(type);
    if (!opaque && cursor.gotoFirstChild()) {
      path.push(node);
      continue;
    }
    nodeEnds[node] = node + 1;
    if (end > start && (opaque || !isBlank(text, start, end))) leaves.push(node);
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) break walk;
      nodeEnds[path.pop()!] = types.length;
    }
  }
  for (const node of path) nodeEnds[node] = types.length;
  cursor.delete();
  return {
    text,
    grammar,
    types,
    starts: new Int32Array(starts),
    ends: new Int32Array(ends),
    parents: new Int32Array(parents),
    nodeEnds: new Int32Array(nodeEnds),
    leaves: new Int32Array(leaves),
    errors,
  };
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 32) return false;
  return true;
}

/** Where the grammars lie; `import.meta.resolve` works from the sources and from a bundle next to `node_modules`. */
async function loadGrammar(grammar: Grammar): Promise<Language> {
  const engine = import.meta.resolve("@vscode/tree-sitter-wasm");
  return treeSitter.Language.load(await readFile(new URL(`tree-sitter-${grammar}.wasm`, engine)));
}

/** Our view of a tree-sitter node. Children are read only where somebody descends: each costs a call into WebAssembly. */
class TreeNode implements SyntaxNode {
  readonly type: string;
  readonly startRow: number;
  readonly #node: Node;
  #children: readonly SyntaxNode[] | undefined;

  constructor(node: Node) {
    this.#node = node;
    this.type = node.type;
    this.startRow = node.startPosition.row;
  }

  get endRow(): number {
    return this.#node.endPosition.row;
  }

  get endColumn(): number {
    return this.#node.endPosition.column;
  }

  get text(): string {
    return this.#node.text;
  }

  get children(): readonly SyntaxNode[] {
    this.#children ??= this.#node.namedChildren.flatMap((child) => (child ? [new TreeNode(child)] : []));
    return this.#children;
  }

  field(name: string): SyntaxNode | undefined {
    const child = this.#node.childForFieldName(name);
    return child ? new TreeNode(child) : undefined;
  }
}
