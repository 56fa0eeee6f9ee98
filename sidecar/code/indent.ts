/**
 * Indentation as text: what a line begins with, and which step a file takes. Counts steps from line to line instead
 * of widths, so that aligned arguments and comment stars do not pass for a unit.
 */

/** Where a text says nothing about its unit. */
const DEFAULT_UNIT = "  ";
/** Lines that are looked at: a file has shown its unit long before. */
const LINES_MAX = 2000;
/** A single space is alignment (block comments); more than eight is alignment too. */
const STEP_MIN = 2;
const STEP_MAX = 8;
/** Going deeper is one step at a time; coming back may be several at once, and so says less. */
const DEEPER_VOTES = 2;
const BACK_VOTES = 1;

/**
 * One level of indentation in `text`: a tab, or the number of spaces by which most lines differ from the line before.
 * Two spaces where nothing is indented.
 */
export function indentUnitOf(text: string): string {
  const votes = new Map<string, number>();
  let before: string | undefined;
  for (const line of text.split("\n", LINES_MAX)) {
    // An empty line has none; white space alone is what an editor put there. Stars of a comment hang one space off.
    if (/^(?:\s*\*|$)/.test(line)) continue;
    const indent = indentOf(line);
    if (before !== undefined) vote(votes, before, indent);
    before = indent;
  }
  let unit = DEFAULT_UNIT;
  let most = 0;
  for (const [candidate, count] of votes) {
    // On a tie the smaller step: the larger one is as often two of it.
    if (count > most || (count === most && candidate.length < unit.length)) {
      unit = candidate;
      most = count;
    }
  }
  return unit;
}

/** The spaces and tabs that `line` begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}

function vote(votes: Map<string, number>, before: string, now: string): void {
  const deeper = now.length > before.length;
  const [shorter, longer] = deeper ? [before, now] : [now, before];
  if (!longer.startsWith(shorter)) return;
  const step = longer.slice(shorter.length);
  const unit = step.startsWith("\t") ? "\t" : step;
  if (unit !== "\t" && (unit.length < STEP_MIN || unit.length > STEP_MAX || unit.includes("\t"))) return;
  votes.set(unit, (votes.get(unit) ?? 0) + (deeper ? DEEPER_VOTES : BACK_VOTES));
}
