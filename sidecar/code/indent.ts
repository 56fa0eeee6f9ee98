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
  return findIndentUnit(text) ?? DEFAULT_UNIT;
}

/** As {@link indentUnitOf}; undefined where fewer than `votesMin` lines speak for one. */
export function findIndentUnit(text: string, votesMin = 1): string | undefined {
  const votes = new Map<string, number>();
  const indents: string[] = [];
  let before: string | undefined;
  for (const line of text.split("\n", LINES_MAX)) {
    // An empty line has none; white space alone is what an editor put there. Stars of a comment hang one space off.
    if (/^(?:\s*\*|$)/.test(line)) continue;
    const indent = indentOf(line);
    if (before !== undefined) vote(votes, before, indent);
    before = indent;
    if (indent !== "") indents.push(indent);
  }
  let unit: string | undefined;
  let most = 0;
  for (const [candidate, count] of votes) {
    if (count < votesMin) continue;
    // Labels hang half a level off, arguments align: a unit is what most lines are made of.
    const share = indents.filter((indent) => isMadeOf(indent, candidate)).length / indents.length;
    const score = count * share;
    // On a tie the smaller step: the larger one is as often two of it.
    if (score > most || (score === most && unit !== undefined && candidate.length < unit.length)) {
      unit = candidate;
      most = score;
    }
  }
  return unit;
}

function isMadeOf(indent: string, unit: string): boolean {
  return unit === "\t" ? indent.startsWith("\t") : !indent.startsWith("\t") && indent.length % unit.length === 0;
}

/** The spaces and tabs that `line` begins with. */
export function indentOf(line: string): string {
  let end = 0;
  while (isIndent(line.charCodeAt(end))) end++;
  return line.slice(0, end);
}

/** Whether a character may be part of an indentation: a space or a tab. */
export function isIndent(code: number): boolean {
  return code === 32 || code === 9;
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
