/**
 * The little source text that the test models come from: their vocabulary is learned from its lines, and what they write
 * follows its tokens.
 */
import type { Sample, Tokenizer } from "./tokenizer.ts";

const LINES: readonly string[] = [
  "import { readFile } from 'node:fs/promises';\n",
  "export function readConfig(path: string): Config {\n",
  "  const text = readFileSync(path, 'utf8');\n",
  "  return parseConfig(JSON.parse(text));\n",
  "export class Store {\n",
  "  constructor(private readonly items: Map<string, Item>) {}\n",
  "  get size(): number {\n",
  "    return this.items.size;\n",
  "  async find(name: string): Promise<Item | undefined> {\n",
  "    for (const item of this.items.values()) {\n",
  "      if (item.name === name) return item;\n",
  "    if (items.length === 0) return undefined;\n",
  "    const total = items.reduce((sum, item) => sum + item.price, 0);\n",
  "    const names = items.map((item) => item.name);\n",
  "    await this.save(item);\n",
  "    return total;\n",
  "    throw new Error('no item has this name');\n",
  "def read_config(path):\n",
  "    with open(path) as file:\n",
  "        return json.load(file)\n",
  "    for item in items:\n",
  "        total += item.price\n",
  "    if not items:\n",
  "        return None\n",
];

/** Enough tokens that a word is not spelled letter by letter. */
export const SAMPLE: Sample = { lines: LINES, mergesMax: 160 };

/**
 * How often which token follows which. What is near the end of its line counts for more, or the most likely way would go
 * in circles (`item.item.item`). After a line break half of the time the text ends, else a line begins; one begins as well
 * after what a prompt ends with: the beginning of a text, and the mark that asks for the middle.
 */
export function countSuccessors(tokenizer: Tokenizer, lines: readonly string[]): Map<number, Map<number, number>> {
  const counts = new Map<number, Map<number, number>>();
  const count = (token: number, successor: number, weight: number): void => {
    const successors = counts.get(token) ?? new Map<number, number>();
    counts.set(token, successors.set(successor, (successors.get(successor) ?? 0) + weight));
  };
  const end = tokenizer.special("eos")!;
  for (const line of lines) {
    const [first, last] = countAlong(tokenizer.encode(line), count);
    count(last, first, 1);
    count(last, end, 1);
    for (const role of ["bos", "fim_mid"] as const) {
      const mark = tokenizer.special(role);
      if (mark !== undefined) count(mark, first, 1);
    }
    // Blanks belong to the word behind them; a prompt that ends with one parts them.
    for (const { index } of line.matchAll(/(?<=\S) /g)) {
      const [word] = countAlong(tokenizer.encode(line.slice(index + 1)), count);
      count(tokenizer.encode(" ")[0]!, word, 1);
    }
  }
  return counts;
}

/** Returns the first and the last token. */
function countAlong(
  tokens: readonly number[],
  count: (token: number, successor: number, weight: number) => void,
): [first: number, last: number] {
  for (let index = 1; index < tokens.length; index++) {
    count(tokens[index - 1]!, tokens[index]!, 1 / (tokens.length - index));
  }
  return [tokens[0]!, tokens.at(-1)!];
}
