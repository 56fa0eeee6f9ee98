/** What a file would become, as a unified diff that `patch` and `git apply` take. */

const CONTEXT_LINES = 3;
/** Larger changes are told as all old lines out, all new lines in; a section is far below. */
const CELLS_MAX = 4_000_000;
const NO_NEWLINE = "\\ No newline at end of file";

/** The diff of two texts; empty where they are equal. `before` undefined: the file does not exist yet. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return "";
  const steps = compareLines(splitLines(before ?? ""), splitLines(after));
  const header = [before === undefined ? "--- /dev/null" : `--- a/${path}`, `+++ b/${path}`];
  return [...header, ...hunksOf(steps).flatMap(writeHunk)].join("\n") + "\n";
}

/** One line of either text or both; `before` and `after` count the lines that precede it, from 0. */
interface Step {
  readonly mark: " " | "-" | "+";
  /** With its line end, but for a last line that has none. */
  readonly line: string;
  readonly before: number;
  readonly after: number;
}

/** Keeps the lines that both texts begin and end with, and between those their longest common subsequence. */
function compareLines(before: readonly string[], after: readonly string[]): Step[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const left = before.slice(head, before.length - tail);
  const right = after.slice(head, after.length - tail);

  const lengths = commonLengths(left, right);
  const width = right.length + 1;
  const steps: Step[] = before.slice(0, head).map((line, at) => ({ mark: " ", line, before: at, after: at }));
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const at = { before: head + i, after: head + j };
    const isSame = lengths.length > 0 && i < left.length && j < right.length && left[i] === right[j];
    const isRemoved =
      i < left.length &&
      (j === right.length || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0));
    if (isSame) steps.push({ mark: " ", line: left[i]!, ...at });
    else if (isRemoved) steps.push({ mark: "-", line: left[i]!, ...at });
    else steps.push({ mark: "+", line: right[j]!, ...at });
    if (isSame || isRemoved) i++;
    if (isSame || !isRemoved) j++;
  }
  for (let at = 0; at < tail; at++) {
    const [from, to] = [before.length - tail + at, after.length - tail + at];
    steps.push({ mark: " ", line: before[from]!, before: from, after: to });
  }
  return steps;
}

/** How many lines the rests of both have in common, at [i * (right.length + 1) + j]. Empty where that is too much work. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint32Array {
  const width = right.length + 1;
  const cells = (left.length + 1) * width;
  if (cells > CELLS_MAX) return new Uint32Array(0);
  const lengths = new Uint32Array(cells);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const [below, beside] = [lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!];
      lengths[i * width + j] = left[i] === right[j] ? lengths[(i + 1) * width + j + 1]! + 1 : Math.max(below, beside);
    }
  }
  return lengths;
}

/** Changed lines with their context; what is close together stays together. */
function hunksOf(steps: readonly Step[]): (readonly Step[])[] {
  const hunks: { from: number; to: number }[] = [];
  steps.forEach(({ mark }, at) => {
    if (mark === " ") return;
    const [from, to] = [Math.max(0, at - CONTEXT_LINES), at + CONTEXT_LINES + 1];
    const last = hunks.at(-1);
    if (last && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  });
  return hunks.map(({ from, to }) => steps.slice(from, to));
}

function writeHunk(steps: readonly Step[]): string[] {
  const [first] = steps as [Step];
  const range = (start: number, other: Step["mark"]): string => {
    const count = steps.filter(({ mark }) => mark !== other).length;
    // A range without lines names the line before it.
    return `${count === 0 ? start : start + 1},${count}`;
  };
  return [
    `@@ -${range(first.before, "+")} +${range(first.after, "-")} @@`,
    ...steps.flatMap(({ mark, line }) =>
      line.endsWith("\n") ? [mark + line.slice(0, -1)] : [mark + line, NO_NEWLINE],
    ),
  ];
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
