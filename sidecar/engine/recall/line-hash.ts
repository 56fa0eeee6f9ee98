/** Lines as numbers, to find equal ones without making strings of them. */

/** A polynomial of the keys modulo 2^32, begun from the hash of what stands before them. */
export function hashLine(keys: ArrayLike<number>, from: number, to: number, before = 0): number {
  let hash = before;
  for (let at = from; at < to; at++) hash = extendHash(hash, keys[at]!);
  return hash;
}

/** The hash of a line with one more key. */
export function extendHash(hash: number, key: number): number {
  return (Math.imul(hash, 0x2c1b3c6d) + key) | 0;
}
