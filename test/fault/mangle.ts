/** Structured random damage: values of JSON and bytes of files, changed in the ways that break programs. */
import type { Dice } from "../unit/text/dice.ts";

const LONE_SURROGATE = "\ud83d";

/** Values that are what nobody expects. */
function oddValue(dice: Dice): unknown {
  return dice.pick<() => unknown>([
    () => null,
    () => -1,
    () => 2 ** 53,
    () => 1e308,
    () => 0.5,
    () => true,
    () => "",
    () => "x".repeat(100_000),
    () => `${LONE_SURROGATE}\0‮`,
    () => [],
    () => ({}),
    () => Array.from({ length: 2000 }, (_, n) => n),
    () => nested(dice.below(500)),
    () => ({ __proto__: null, constructor: "x", toString: 1 }),
    () => "file:///%00",
    () => "file://other/..%2f..%2fetc/passwd",
  ])();
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A value like the one given, with one or more parts of it exchanged, removed or doubled. Now and then untouched. */
export function mangleValue(value: unknown, dice: Dice): unknown {
  if (dice.chance(0.1)) return value;
  if (dice.chance(0.15) || typeof value !== "object" || value === null) return oddValue(dice);
  if (Array.isArray(value)) {
    const list: unknown[] = [...(value as unknown[])];
    if (list.length === 0 || dice.chance(0.2)) return [...list, oddValue(dice)];
    const at = dice.below(list.length);
    list[at] = mangleValue(list[at], dice);
    return dice.chance(0.1) ? [...list, ...list] : list;
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || dice.chance(0.1)) return { ...value, more: oddValue(dice) };
  const [key] = dice.pick(entries);
  if (dice.chance(0.2)) return Object.fromEntries(entries.filter(([other]) => other !== key));
  return Object.fromEntries(
    entries.map(([other, part]: [string, unknown]) => [other, other === key ? mangleValue(part, dice) : part]),
  );
}

/** Bytes like those given: some flipped, a piece cut out, doubled, zeroed or taken from elsewhere, the end cut off. */
export function mangleBytes(bytes: Uint8Array, dice: Dice, times = 1 + dice.below(4)): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  for (let n = 0; n < times && changed.length > 0; n++) {
    const at = dice.below(changed.length);
    const length = 1 + dice.below(Math.min(64, changed.length - at));
    const piece = changed.subarray(at, at + length);
    const [before, after] = [changed.subarray(0, at), changed.subarray(at + length)];
    changed = dice.pick<() => Buffer>([
      () => flipped(changed, at, dice),
      () => flipped(changed, at, dice),
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, piece, piece, after]),
      () => Buffer.concat([before, Buffer.alloc(length), after]),
      () => Buffer.concat([before, Buffer.from(piece).reverse(), after]),
      () => Buffer.concat([before, Buffer.from("[{(\"'\\*!/#\n\t\0%~".repeat(dice.below(200))), after]),
      () => before,
    ])();
  }
  return changed;
}

/** The same with one bit changed. */
export function flipped(bytes: Uint8Array, at: number, dice: Dice): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = changed[at]! ^ (1 << dice.below(8));
  return changed;
}
