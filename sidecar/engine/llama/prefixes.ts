/** What embedding models want in front of a text, so that they know what it is for: by family, as their authors say. */

export interface Prefixes {
  readonly query: string;
  readonly document: string;
}

/** Of the first family that a name fits; models of other names, such as jina-embeddings-v2, want nothing. */
export function prefixesFor(name: string): Prefixes {
  const family = FAMILIES.find(({ names }) => names.test(name));
  return { query: family?.query ?? "", document: family?.document ?? "" };
}

interface Family extends Partial<Prefixes> {
  readonly names: RegExp;
}

/** We look for code that resembles code. */
const TASK = "Given a piece of source code, retrieve code that resembles it";
const SENTENCE = "Represent this sentence for searching relevant passages: ";

/** More particular names first. */
const FAMILIES: readonly Family[] = [
  { names: /nomic-?embed-?code/i, query: "Represent this query for searching relevant code: " },
  { names: /nomic-?embed/i, query: "search_query: ", document: "search_document: " },
  { names: /\be5-?mistral|\be5\b.*instruct/i, query: `Instruct: ${TASK}\nQuery: ` },
  { names: /\be5\b/i, query: "query: ", document: "passage: " },
  { names: /qwen3-?embed/i, query: `Instruct: ${TASK}\nQuery:` },
  // It knows of no instructions.
  { names: /bge-?m3/i },
  { names: /\bbge-?(?:small|base|large)|mxbai-?embed/i, query: SENTENCE },
  { names: /arctic-?embed.*v2/i, query: "query: " },
  { names: /arctic-?embed/i, query: SENTENCE },
  { names: /embedding-?gemma/i, query: "task: code retrieval | query: ", document: "title: none | text: " },
  {
    names: /jina-?code-?embed/i,
    query: "Find an equivalent code snippet given the following code snippet:\n",
    document: "Candidate code snippet:\n",
  },
];
