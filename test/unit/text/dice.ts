/** Seeded dice for property tests. A test that fails names its seed; `TACIT_TEST_SEED` repeats that one alone. */
import { createRandom } from "../../../sidecar/base/random.ts";
import type { Edit } from "../../../text/edit.ts";

export function seeds(count: number): number[] {
  const single = process.env["TACIT_TEST_SEED"];
  if (single !== undefined) return [Number(single)];
  return Array.from({ length: count }, (_, index) => index + 1);
}

export interface Dice {
  /** A whole number in [0, limit). */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Text of `length` pieces out of `alphabet`. */
  text(alphabet: readonly string[], length: number): string;
  /** An edit of `text`: often an insertion or a deletion of a few characters. */
  edit(text: string, alphabet: readonly string[]): Edit;
}

export function createDice(seed: number): Dice {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)]!;
  const chance = (probability: number): boolean => random() < probability;
  const text = (alphabet: readonly string[], length: number): string =>
    Array.from({ length }, () => pick(alphabet)).join("");
  const edit = (whole: string, alphabet: readonly string[]): Edit => {
    const offset = below(whole.length + 1);
    const deleted = chance(0.5) ? 0 : Math.min(below(chance(0.1) ? whole.length + 1 : 5), whole.length - offset);
    return { offset, deleted, inserted: deleted > 0 && chance(0.5) ? "" : text(alphabet, 1 + below(4)) };
  };
  return { below, chance, pick, text, edit };
}
