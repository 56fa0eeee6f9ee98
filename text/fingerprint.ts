/**
 * Recognises a text without keeping it: its length and a rolling hash (Karp & Rabin 1987) that finds it again in a
 * longer text. For what is written to disk, where the text itself has no business.
 */

export interface Fingerprint {
  /** In code units. */
  readonly length: number;
  /** Two polynomial hashes of 32 bits: a chance hit in a million places is one in ten billions. */
  readonly hashes: readonly [number, number];
}

/** Odd multipliers with well-spread bits. */
const BASES = [0x9e3779b1, 0x85ebca77] as const;

export function fingerprintOf(text: string): Fingerprint {
  return { length: text.length, hashes: [hashOf(text, BASES[0]), hashOf(text, BASES[1])] };
}

/** Characters on either side of where it was that are searched. */
const WINDOW_CHARS = 200_000;

/** Where the fingerprint's text stands in `text`, nearest to `near`; undefined where it does not, or is empty. */
export function findFingerprint(text: string, fingerprint: Fingerprint, near: number): number | undefined {
  const { length } = fingerprint;
  if (length === 0 || length > text.length) return undefined;
  const there = fingerprintOf(text.slice(near, near + length));
  if (there.length === length && there.hashes.every((hash, index) => hash === fingerprint.hashes[index])) return near;
  const start = Math.max(0, near - WINDOW_CHARS);
  const found = findIn(text.slice(start, near + length + WINDOW_CHARS), fingerprint, near - start);
  return found === undefined ? undefined : start + found;
}

function findIn(text: string, { length, hashes }: Fingerprint, near: number): number | undefined {
  if (length > text.length) return undefined;
  const leads = BASES.map((base) => power(base, length - 1)) as [number, number];
  let first = hashOf(text.slice(0, length), BASES[0]);
  let second = hashOf(text.slice(0, length), BASES[1]);
  let found: number | undefined;
  for (let start = 0; ; start++) {
    const isHit = first === hashes[0] && second === hashes[1];
    if (isHit && (found === undefined || Math.abs(start - near) < Math.abs(found - near))) found = start;
    if (start + length >= text.length) return found;
    const leaving = text.charCodeAt(start);
    const coming = text.charCodeAt(start + length);
    first = (Math.imul(first - Math.imul(leaving, leads[0]), BASES[0]) + coming) >>> 0;
    second = (Math.imul(second - Math.imul(leaving, leads[1]), BASES[1]) + coming) >>> 0;
  }
}

function hashOf(text: string, base: number): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, base) + text.charCodeAt(at)) >>> 0;
  return hash;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let done = 0; done < exponent; done++) result = Math.imul(result, base) >>> 0;
  return result;
}
