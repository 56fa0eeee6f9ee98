/**
 * Parses source text with tree-sitter, and is the only file that knows it. Grammars are loaded when they are first
 * asked for and stay loaded; trees live in WebAssembly memory, so they are handed to a callback and freed behind it.
 * Parsing blocks its thread: only the chunk worker opens a parser.
 */
import { readFile } from "node:fs/promises";
import treeSitter from "@vscode/tree-sitter-wasm";
import type { Language, Node } from "@vscode/tree-sitter-wasm";
import type { SyntaxNode } from "./chunk.ts";
import type { Grammar } from "./languages.ts";

export interface SourceParser {
  /**
   * Hands the root of the syntax tree of `text` to `use` and returns what that returns; nodes are dead afterwards.
   * Undefined where `stop` ended the parsing; `stop` is asked about every tenth of a millisecond.
   */
  parse<T>(grammar: Grammar, text: string, stop: () => boolean, use: (root: SyntaxNode) => T): Promise<T | undefined>;
  close(): void;
}

/** Starts tree-sitter; about 15 ms, and 1 to 60 ms more at the first text of each grammar. */
export async function openParser(): Promise<SourceParser> {
  await treeSitter.Parser.init();
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
      parser.setLanguage(await load(grammar));
      const tree = parser.parse(text, null, { progressCallback: stop });
      if (!tree) {
        // Else the next text would be taken for the rest of this one.
        parser.reset();
        return undefined;
      }
      try {
        return use(new TreeNode(tree.rootNode));
      } finally {
        tree.delete();
      }
    },
    close: () => parser.delete(),
  };
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
