/**
 * The places of an event where the persona's text differs from the base, each with the question whether what was shown
 * is right there. A place is a *choice* where its surroundings have been met often and nearly always answered in the
 * same way; all else needs more than that: a name, the shape of a statement, the width of a line, a first example.
 */
import { fragmentOf, runsBetween, spanOf, type Fragment, type Run } from "./fragment.ts";

export interface Site {
  readonly isChoice: boolean;
  /** Only the depth or the characters of indentation differ. */
  readonly isIndent: boolean;
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
    const sites = questions
      .filter((question) => question.differs)
      .map(({ run, asked, answer, isIndent }) => ({
        isChoice: this.#isKnown(asked, answer),
        isIndent,
        right: isRight(run.rightStart, run.rightEnd),
      }));
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

  #isKnown(asked: string, answer: string): boolean {
    const answers = this.#answers.get(asked);
    let seen = 0;
    for (const count of answers?.values() ?? []) seen += count;
    return seen >= SEEN_MIN && (answers!.get(answer) ?? 0) >= ALIKE_MIN * seen;
  }
}

interface Question {
  readonly run: Run;
  readonly differs: boolean;
  readonly isIndent: boolean;
  /** The surroundings in the base. */
  readonly asked: string;
  /** What the persona makes of them. */
  readonly answer: string;
}

function questionOf(run: Run, left: Fragment, right: Fragment): Question {
  const from = spanOf(left, run.leftStart, run.leftEnd);
  const to = spanOf(right, run.rightStart, run.rightEnd);
  const isFirst = run.leftStart === 0 && run.rightStart === 0;
  const isIndent = shapeOf(from, isFirst) === shapeOf(to, isFirst) && lineBreaksIn(from, isFirst) > 0;
  const before = tokenClass(left.tokens[run.leftStart - 1]);
  const after = tokenClass(left.tokens[run.leftEnd]);
  return {
    run,
    differs: from !== to,
    isIndent: isIndent && from !== to,
    asked: `${before}|${shapeOf(from, isFirst)}|${after}`,
    answer: isIndent ? `indent ${indentKind(from, to)}` : shapeOf(to, isFirst),
  };
}

/** What stands there without the width of indentation. */
function shapeOf(span: string, isFirst: boolean): string {
  return (isFirst ? `\n${span}` : span).replace(/\n[ \t]+/g, "\n");
}

function indentKind(from: string, to: string): string {
  if (from === to) return "as it is";
  return to.endsWith("\t") ? "by tabs" : "by spaces";
}

function lineBreaksIn(span: string, isFirst: boolean): number {
  return span.split("\n").length - (isFirst ? 0 : 1);
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
