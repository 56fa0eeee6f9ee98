/** Comments: form, case, full stop, place, how many there are, and in which language. */
import { commentRuns, isCode, isDirective, type CommentRun } from "./comment-runs.ts";
import { languageOfProse, PROSE_LANGUAGES } from "./prose.ts";
import { attribute, STYLE_LANGUAGES, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const WITH_BLOCKS = "typescript go rust java csharp cpp";
const DOC_MARKS = new Set(["///", "//!", "/**", "/*!"]);
/** A shorter file has its comments by chance. */
const DENSITY_LINES_MIN = 30;
/** Comment lines of all lines, from which on there are some, several, many. */
const SOME = 0.02;
const SEVERAL = 0.1;
const MANY = 0.25;
const PHRASE_WORDS_MIN = 3;

export const comments: Subject = {
  attributes: [
    attribute(WITH_BLOCKS, "comment-form", "comments", { line: "`//`", block: "`/* */`" }),
    attribute(
      "*",
      "comment-space",
      "a comment's mark",
      { spaced: "followed by a space", tight: "directly before the text" },
      { salience: 0.5 },
    ),
    attribute("*", "comment-case", "comments begin", { capital: "with a capital letter", lower: "in lower case" }),
    attribute("*", "comment-period", "comments end", { period: "with a full stop", none: "without a full stop" }),
    attribute("*", "comment-placement", "comments stand", { above: "above the code", trailing: "behind the code" }),
    attribute("*", "comment-density", "comments", {
      none: "hardly any",
      some: "a few (up to one line in ten)",
      several: "many (up to one line in four)",
      many: "very many (more than one line in four)",
    }),
    attribute("*", "comment-language", "comments are written", PROSE_LANGUAGES),
  ],
  visitors: Object.fromEntries(STYLE_LANGUAGES.map((language) => [language, [{ file: fileComments }]])),
};

function fileComments(view: SourceView): void {
  let lines = 0;
  for (const run of commentRuns(view)) {
    const isLicence = run.start < 5 && /copyright|licen[cs]e/i.test(run.text);
    if (!isLicence) lines += run.isOwnLine ? run.lines : 0;
    if (isLicence || isDirective(run.text)) continue;
    const isProse = isPhrase(run.text) && !isCode(run.text);
    const language = isProse ? languageOfProse(run.text) : undefined;
    if (language !== undefined) view.site("comment-language", language, run.node);
    if (DOC_MARKS.has(run.mark)) continue;
    runSites(view, run, isProse);
  }
  if (view.lineStarts.length < DENSITY_LINES_MIN) return;
  const share = lines / view.lineStarts.length;
  view.fileSite(
    "comment-density",
    share < SOME ? "none" : share < SEVERAL ? "some" : share < MANY ? "several" : "many",
  );
}

function runSites(view: SourceView, run: CommentRun, isProse: boolean): void {
  // `f(/* flag */ true)` has no other form.
  const isInside = run.isBlock && !view.isLastOnLine(run.end);
  if (isInside) return;
  if (run.mark.startsWith("/") && run.isOwnLine) view.site("comment-form", run.isBlock ? "block" : "line", run.node);
  const next = view.text[run.start + run.mark.length];
  if (next !== undefined && !isCode(run.text) && /[\s\p{L}]/u.test(next))
    view.site("comment-space", /\s/.test(next) ? "spaced" : "tight", run.node);
  if (!isCode(run.text)) view.site("comment-placement", run.isOwnLine ? "above" : "trailing", run.node);
  if (!isProse) return;
  const first = run.text.split(/\s/, 1)[0]!;
  // Names keep their own case.
  if (/^\p{L}[\p{Ll}'’]*[,:]?$/u.test(first))
    view.site("comment-case", /^\p{Lu}/u.test(first) ? "capital" : "lower", run.node);
  if (!/[:,…]$|\.\.\.$|https?:\S+$/.test(run.text))
    view.site("comment-period", /[.!?][)"'`]?$/.test(run.text) ? "period" : "none", run.node);
}

/** Words with letters, enough of them that labels and names do not count. */
function isPhrase(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => /\p{L}{2}/u.test(word));
  return /^\p{L}/u.test(text) && words.length >= PHRASE_WORDS_MIN && !/^(?:TODO|FIXME|XXX|HACK|NOTE)\b/.test(text);
}
