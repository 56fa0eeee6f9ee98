/**
 * Tacit's section in a file that belongs to the user: found by its two marker lines, replaced or removed without
 * touching a byte outside of them. Where the markers are not one clean pair, nothing is guessed: the user is told what
 * is wrong in which line.
 */
import { SidecarError } from "../../base/errors.ts";

/** How a file writes comments, which is what markers are. */
export type MarkerSyntax = "markdown" | "hash";

/** `before + section + after` is the file. */
export interface MarkedText {
  readonly before: string;
  /** From the begin marker to the end marker, without the line end behind it; undefined where there is none. */
  readonly section: string | undefined;
  readonly after: string;
  /** Line, from 1, of a code block that never ends: what is put behind it would be code. */
  readonly openBlock: number | undefined;
}

/** The section around these lines, with "\n" line ends and none behind the last. */
export function wrapInMarkers(syntax: MarkerSyntax, lines: readonly string[]): string {
  const { beginText, endText } = MARKERS[syntax];
  return [beginText, ...lines, endText].join("\n");
}

/** Finds the section. Throws a {@link SidecarError} that names the line where markers are not one pair. */
export function findSection(text: string, syntax: MarkerSyntax, file: string): MarkedText {
  const patterns = MARKERS[syntax];
  const fail = (line: Line, what: string, action: string): SidecarError =>
    new SidecarError(
      "file",
      `${file}, line ${line.number}: ${what}.`,
      `${action}, then export again. Nothing was written.`,
    );
  let begin: Line | undefined;
  let end: Line | undefined;
  const fence = createFence(syntax);
  for (const line of linesOf(text)) {
    const isBegin = patterns.begin.test(line.text.trim());
    const isEnd = patterns.end.test(line.text.trim());
    // What is between the markers is ours, whatever it looks like.
    const isInside = begin !== undefined && end === undefined;
    if (!isInside) fence.read(line);
    if (!isBegin && !isEnd) continue;
    if (!isInside && fence.holds(line)) {
      throw fail(line, "a marker of Tacit's section is inside a code block", "Take it out of there, or delete it");
    }
    if (isBegin && begin) {
      const second = isInside ? "a section of Tacit begins inside another" : "a second section of Tacit begins";
      throw fail(line, `${second}; the first is in line ${begin.number}`, "Delete one of the two");
    }
    if (isBegin) begin = line;
    else if (isInside) end = line;
    else throw fail(line, "a section of Tacit ends that has not begun", "Delete this line");
  }
  if (begin && !end) {
    const action = `Add a line “${MARKERS[syntax].endText}” where it ends`;
    throw fail(begin, "the section of Tacit that begins here never ends", action);
  }
  const openBlock = fence.openedAt?.number;
  if (!begin || !end) return { before: text, section: undefined, after: "", openBlock };
  const endsAt = end.start + end.text.length;
  return {
    before: text.slice(0, begin.start),
    section: text.slice(begin.start, endsAt),
    after: text.slice(endsAt),
    openBlock,
  };
}

/** The file without its section: what people wrote themselves. */
export function withoutSection({ before, section, after }: MarkedText): string {
  return section === undefined ? before + after : before + after.replace(/^\r?\n/, "");
}

const REMARK = "written by `tacit style export`: changes between these marks are replaced";

const MARKERS = {
  markdown: {
    beginText: `<!-- tacit:begin ${REMARK} -->`,
    endText: "<!-- tacit:end -->",
    begin: /^<!--\s*tacit:begin\b.*-->$/,
    end: /^<!--\s*tacit:end\b.*-->$/,
  },
  hash: {
    beginText: `# tacit:begin ${REMARK}`,
    endText: "# tacit:end",
    begin: /^#\s*tacit:begin\b/,
    end: /^#\s*tacit:end\b/,
  },
} as const;

interface Line {
  /** From 1. */
  readonly number: number;
  /** Offset into the text. */
  readonly start: number;
  /** Without its line end. */
  readonly text: string;
}

function* linesOf(text: string): Generator<Line> {
  let number = 1;
  // A byte order mark is no part of the first line.
  let start = text.startsWith("\ufeff") ? 1 : 0;
  while (start <= text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    yield { number: number++, start, text: text.slice(start, text[end - 1] === "\r" && end > start ? end - 1 : end) };
    if (newline < 0) return;
    start = newline + 1;
  }
}

interface Fence {
  read(line: Line): void;
  /** Whether this line, which was just read, is code. */
  holds(line: Line): boolean;
  /** The line that opened the code block we are in. */
  readonly openedAt: Line | undefined;
}

/** Follows Markdown's fenced code blocks (CommonMark 4.5), in lists and quotations too; other files have none. */
function createFence(syntax: MarkerSyntax): Fence {
  let opening: { readonly mark: string; readonly line: Line } | undefined;
  return {
    read: (line) => {
      if (syntax !== "markdown") return;
      const found = /^(?:\s|>|[-*+]\s|\d{1,9}[.)]\s)*(`{3,}|~{3,})(.*)$/.exec(line.text);
      if (!found) return;
      const [, mark, rest] = found as unknown as [string, string, string];
      if (!opening) {
        // A backtick behind backticks makes them inline code.
        if (!(mark.startsWith("`") && rest.includes("`"))) opening = { mark, line };
      } else if (mark[0] === opening.mark[0] && mark.length >= opening.mark.length && rest.trim() === "") {
        opening = undefined;
      }
    },
    holds: (line) => opening !== undefined || (syntax === "markdown" && /^(?: {4}| {0,3}\t)/.test(line.text)),
    get openedAt() {
      return opening?.line;
    },
  };
}
