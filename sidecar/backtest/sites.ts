/**
 * The places of an event where the persona's text differs from the base, each with the question whether what was shown
 * is right there. A place is a *choice* where its surroundings have been met often and nearly always answered in the
 * same way; where the answer depends on more (a line's width, a name, the shape of a statement) it is *structural*.
 */
import { fragmentOf, hasLineBreak, runsBetween, spanOf, type Fragment, type Run } from "./fragment.ts";

export interface Site {
  readonly kind: "choice" | "structural" | "new";
  readonly right: boolean;
}

/** Times that surroundings must have been met before what is made of them counts as known. */
const SEEN_MIN = 5;
/** Share of those that must have been answered alike, else more than the surroundings decides. */
const ALIKE_MIN = 0.8;

/** Remembers, over the events of a persona, what was made of which surroundings. */
export class SiteCounter {
  readonly #answers = new Map<string, Map<string, number>>();

  /** The sites of one event, judged by the events before it; then this event is one of them. */
  count(base: string, shown: string, truth: string): Site[] {
    const left = fragmentOf(base);
    const right = fragmentOf(truth);
    const isRight = rightness(fragmentOf(shown), right);
    const questions = runsBetween(left, right).map((run) => questionOf(run, left, right));
    const sites = questions.flatMap(({ run, differs, asked, answer }) =>
      differs ? [{ kind: this.#kindOf(asked, answer), right: isRight(run.rightStart, run.rightEnd) }] : [],
    );
    for (const { asked, answer } of questions) {
      const answers = this.#answers.get(asked) ?? new Map<string, number>();
      this.#answers.set(asked, answers.set(answer, (answers.get(answer) ?? 0) + 1));
    }
    return sites;
  }

  /** Forgets what was answered: the persona writes in another way from now on. */
  clear(): void {
    this.#answers.clear();
  }

  #kindOf(asked: string, answer: string): Site["kind"] {
    const answers = this.#answers.get(asked);
    let seen = 0;
    for (const count of answers?.values() ?? []) seen += count;
    if (seen < SEEN_MIN) return "new";
    return (answers!.get(answer) ?? 0) >= ALIKE_MIN * seen ? "choice" : "structural";
  }
}

interface Question {
  readonly run: Run;
  readonly differs: boolean;
  /** The surroundings in the base. */
  readonly asked: string;
  /** What the persona makes of them. */
  readonly answer: string;
}

function questionOf(run: Run, left: Fragment, right: Fragment): Question {
  const from = spanOf(left, run.leftStart, run.leftEnd);
  const to = spanOf(right, run.rightStart, run.rightEnd);
  const before = tokenClass(left.tokens[run.leftStart - 1]);
  const after = tokenClass(left.tokens[run.leftEnd]);
  const isLineStart = run.leftStart === 0;
  return {
    run,
    differs: from !== to,
    asked: `${before}|${spanClass(from, isLineStart)}|${after}`,
    answer: from === to && !isBroken(from, isLineStart) ? "same" : answerOf(from, to, isLineStart),
  };
}

/** Indentation as such is one answer, whatever the depth; else what stands there, with widths of indentation cut. */
function answerOf(from: string, to: string, isLineStart: boolean): string {
  if (!/\S/.test(from + to) && isBroken(from, isLineStart) && isBroken(to, isLineStart)) {
    return `${to.split("\n").length} ${to.endsWith("\t") ? "tabs" : to.length === from.length ? "same" : "other"}`;
  }
  return spanClass(to, isLineStart);
}

function spanClass(span: string, isLineStart: boolean): string {
  return (isLineStart ? "^" : "") + span.replace(/(\n)[ \t]+/g, "$1").replace(/^[ \t]+$/, isLineStart ? "" : "$&");
}

function isBroken(span: string, isLineStart: boolean): boolean {
  return isLineStart || hasLineBreak(span);
}

function tokenClass(token: string | undefined): string {
  if (token === undefined) return "";
  return /^[\w$\u0080-\uffff]/.test(token) ? "w" : token;
}

/** Tells of tokens `start` to `end` of the truth, with the gaps around them, whether they are shown just so. */
function rightness(shown: Fragment, truth: Fragment): (start: number, end: number) => boolean {
  const runs = runsBetween(truth, shown);
  // A wrong place is one where truth and shown differ: it spoils every site that it touches.
  const wrong = runs.filter(
    ({ leftStart, leftEnd, rightStart, rightEnd }) =>
      spanOf(truth, leftStart, leftEnd) !== spanOf(shown, rightStart, rightEnd),
  );
  return (start, end) => !wrong.some((run) => run.leftStart <= end && start <= run.leftEnd);
}
