/**
 * Levenshtein distance, exact and fast: Myers' bit-vector algorithm (J. ACM 46, 1999) in Hyyrö's block form. A column
 * of the matrix is kept as its vertical differences, 32 rows to a word, so that texts of a thousand characters cost
 * some thirty thousand word operations.
 */

/** Insertions, deletions and substitutions of UTF-16 code units that make `right` of `left`. */
export function textDistance(left: string, right: string): number {
  return editDistance(codesOf(left), codesOf(right));
}

/** The same over any symbols; equal numbers are equal symbols. */
export function editDistance(left: Int32Array, right: Int32Array): number {
  let start = 0;
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (start < leftEnd && start < rightEnd && left[start] === right[start]) start++;
  while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd--;
    rightEnd--;
  }
  if (start === leftEnd) return rightEnd - start;
  if (start === rightEnd) return leftEnd - start;
  return distanceOfRest(left.subarray(start, leftEnd), right.subarray(start, rightEnd));
}

const WORD = 32;

function distanceOfRest(pattern: Int32Array, text: Int32Array): number {
  const blocks = Math.ceil(pattern.length / WORD);
  const places = placesOf(pattern, blocks);
  const nowhere = new Int32Array(blocks);
  // Column 0 of the matrix grows by one from row to row: every vertical difference is +1.
  const plus = new Int32Array(blocks).fill(-1);
  const minus = new Int32Array(blocks);
  const lastRow = 1 << ((pattern.length - 1) % WORD);
  let distance = pattern.length;
  for (const symbol of text) {
    const equal = places.get(symbol) ?? nowhere;
    // Row 0 grows by one from column to column; from block to block the horizontal difference is carried over.
    let carry = 1;
    for (let block = 0; block < blocks; block++) {
      const up = plus[block]!;
      const down = minus[block]!;
      let match = equal[block]!;
      const vertical = match | down;
      if (carry < 0) match |= 1;
      const horizontal = (((match & up) + up) ^ up) | match;
      let right = down | ~(horizontal | up);
      let left = up & horizontal;
      const edge = block === blocks - 1 ? lastRow : 1 << (WORD - 1);
      const out = (right & edge) !== 0 ? 1 : (left & edge) !== 0 ? -1 : 0;
      right <<= 1;
      left <<= 1;
      if (carry < 0) left |= 1;
      else if (carry > 0) right |= 1;
      plus[block] = left | ~(vertical | right);
      minus[block] = right & vertical;
      carry = out;
    }
    distance += carry;
  }
  return distance;
}

/** For each symbol of the pattern a bit in every row where it stands. */
function placesOf(pattern: Int32Array, blocks: number): Map<number, Int32Array> {
  const places = new Map<number, Int32Array>();
  pattern.forEach((symbol, row) => {
    let bits = places.get(symbol);
    if (!bits) places.set(symbol, (bits = new Int32Array(blocks)));
    bits[row >> 5]! |= 1 << (row % WORD);
  });
  return places;
}

function codesOf(text: string): Int32Array {
  const codes = new Int32Array(text.length);
  for (let at = 0; at < text.length; at++) codes[at] = text.charCodeAt(at);
  return codes;
}
