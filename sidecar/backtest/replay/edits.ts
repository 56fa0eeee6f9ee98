/**
 * The events of a commit, cut out of the texts before and after it. A file is walked top-down: above a hunk stands what
 * the commit makes of it, below it what the parent left. So every document on the way is the beginning of the new text
 * and the end of the old one, and a line that is not typed yet is in neither. Pure.
 */
import { createRandom } from "../../base/random.ts";
import { scanTokens } from "../../code/tokens.ts";
import type { EditEvent, Hunk } from "./event.ts";
import { Copies, lineKinds, stratumOf } from "./strata.ts";
import { roleOf } from "../../code/file-role.ts";

/** Lines of the old text and what stands for them in the new one: zero-based, the ends excluded. Either may be empty. */
export interface LineRange {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

export interface EditedFile {
  readonly path: string;
  readonly languageId: string;
  /** With "\n" line ends. */
  readonly before: string;
  readonly after: string;
  /** Top-down. */
  readonly ranges: readonly LineRange[];
}

export interface EditedCommit {
  readonly hash: string;
  readonly author: string;
  readonly files: readonly EditedFile[];
}

export interface EventOptions {
  /** The same seed gives the same events, whatever other commits are looked at. */
  readonly seed: number;
  /** Of a commit. */
  readonly eventsMax: number;
}

/** People save now and then: so many lines are typed at a time. */
const HUNK_LINES_MAX = 20;
/** Of {@link EditEvent.block}. */
const BLOCK_LINES_MAX = 10;
/** Longer lines are pasted. */
const LINE_CHARS_MAX = 1_000;

/** The hunks of each file, with the events of the commit spread evenly over its added lines. */
export function cutHunks(commit: EditedCommit, { seed, eventsMax }: EventOptions): Hunk[][] {
  const files = commit.files.map((file) => readFile(commit, file, seed));
  const places = files.flatMap((file) => file?.places ?? []);
  const chosen = new Set(sample(places, eventsMax, createRandom(seedOf(`${seed}\n${commit.hash}`))));
  return files.map((file) => (file ? hunksOf(file, (place) => chosen.has(place)) : []));
}

/** A line that is typed, and where the developer stands in it. */
interface Place {
  /** Index in the new text. */
  readonly line: number;
  readonly column: number;
  readonly trigger: EditEvent["trigger"];
  readonly range: LineRange;
}

interface ReadFile {
  readonly commit: EditedCommit;
  readonly file: EditedFile;
  readonly before: Lines;
  readonly after: Lines;
  readonly places: readonly Place[];
}

/** Undefined where the ranges are not those of the texts. */
function readFile(commit: EditedCommit, file: EditedFile, seed: number): ReadFile | undefined {
  const before = new Lines(endedAlike(file));
  const after = new Lines(file.after);
  if (!agree(before, after, file.ranges)) return undefined;
  const random = createRandom(seedOf(`${seed}\n${commit.hash}\n${file.path}`));
  const places = file.ranges.flatMap((range) => {
    const found: Place[] = [];
    for (let line = range.newStart; line < range.newEnd; line++) {
      const text = after.at(line);
      // Drawn for every line, so that no line decides about another one.
      const [coin, where] = [random(), random()];
      if (text.trim() === "" || text.length > LINE_CHARS_MAX || isKept(before, after, range, line)) continue;
      found.push({ line, range, ...triggerIn(text, coin < 0.5, where) });
    }
    return found;
  });
  return { commit, file, before, after, places };
}

/**
 * The old text with a line end at its end or none: as its last line stands in the new text, if it is kept. To git, which
 * is told not to look at line ends, both are the same.
 */
function endedAlike({ before, after, ranges }: EditedFile): string {
  if (before === "") return before;
  const isLastKept = (ranges.at(-1)?.oldEnd ?? 0) < new Lines(before).count;
  return withoutEnd(before) + (isLastKept && !after.endsWith("\n") ? "" : "\n");
}

/** Whether all that is between the ranges is the same in both texts, but for the line end at the end of one. */
function agree(before: Lines, after: Lines, ranges: readonly LineRange[]): boolean {
  let [oldAt, newAt] = [0, 0];
  const isSame = (oldEnd: number, newEnd: number): boolean =>
    withoutEnd(before.slice(oldAt, oldEnd)) === withoutEnd(after.slice(newAt, newEnd));
  for (const { oldStart, oldEnd, newStart, newEnd } of ranges) {
    if (oldEnd > before.count || newEnd > after.count || oldStart < oldAt || newStart < newAt) return false;
    if (!isSame(oldStart, newStart)) return false;
    [oldAt, newAt] = [oldEnd, newEnd];
  }
  return isSame(before.count, after.count);
}

function withoutEnd(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

/** Whether only what is around a line changed: the line end at the end of a file, the mark at its beginning. */
function isKept(before: Lines, after: Lines, range: LineRange, line: number): boolean {
  const fromStart = range.oldStart + line - range.newStart;
  const fromEnd = range.oldEnd + line - range.newEnd;
  return [fromStart, fromEnd].some(
    (old) => old >= range.oldStart && old < range.oldEnd && before.at(old) === after.at(line),
  );
}

/** At the start of the line behind its indent, or behind one of its tokens but the last. */
function triggerIn(text: string, isLineStart: boolean, where: number): Pick<Place, "column" | "trigger"> {
  const ends: number[] = [];
  scanTokens(text, (_start, end) => ends.push(end));
  const boundaries = ends.slice(0, -1).filter((end) => text.slice(end).trim() !== "");
  const column = boundaries[Math.floor(where * boundaries.length)];
  if (isLineStart || column === undefined) {
    return { column: text.length - text.trimStart().length, trigger: "line start" };
  }
  return { column, trigger: "token" };
}

function hunksOf(read: ReadFile, isChosen: (place: Place) => boolean): Hunk[] {
  const { file, before, after } = read;
  const places = read.places.filter(isChosen);
  const describe = places.length > 0 ? describer(read) : undefined;
  return file.ranges.flatMap((range) => {
    const below = before.from(range.oldEnd);
    const hunks: Hunk[] = [];
    let start = range.newStart;
    do {
      const end = Math.min(start + HUNK_LINES_MAX, range.newEnd);
      const [from, to] = [start, end];
      hunks.push({
        get before() {
          return after.slice(0, from) + below;
        },
        get after() {
          return after.slice(0, to) + below;
        },
        events: places.flatMap((place) => (place.line >= from && place.line < to ? [describe!(place)] : [])),
      });
      start = end;
    } while (start < range.newEnd);
    return hunks;
  });
}

/** Makes events of places. What has to be known of the whole file is found out once. */
function describer({ commit, file, before, after }: ReadFile): (place: Place) => EditEvent {
  const newLines = after.all();
  const copies = new Copies(file.before, file.after);
  const kinds = lineKinds(newLines, file.languageId);
  const isTest = roleOf(file.path) === "tests";
  return ({ line, column, trigger, range }) => {
    const text = newLines[line]!;
    const below = before.from(range.oldEnd);
    const target = text.slice(column).trimEnd();
    const rest = newLines.slice(line + 1, Math.min(line + BLOCK_LINES_MAX, range.newEnd));
    return {
      id: `${commit.hash}:${file.path}:${line}:${column}`,
      commit: commit.hash,
      author: commit.author,
      path: file.path,
      languageId: file.languageId,
      line,
      column,
      prefix: after.slice(0, line) + text.slice(0, column),
      suffix: below === "" ? "" : `\n${below}`,
      target,
      block: [target, ...rest].join("\n").trimEnd(),
      trigger,
      stratum: stratumOf(text, column, kinds[line]!, file.languageId),
      isTest,
      isCopy: copies.has(line, range.oldStart),
    };
  };
}

/** A text by its lines, as git counts them: what follows the last line end is a line only if there is something. */
class Lines {
  readonly #text: string;
  /** Where each line begins, and the end of the text. */
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
    if (starts.at(-1) !== text.length) starts.push(text.length);
    this.#text = text;
    this.#starts = starts;
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** A line without its end. */
  at(index: number): string {
    return withoutEnd(this.slice(index, index + 1));
  }

  /** Whole lines with their ends. */
  slice(from: number, to: number): string {
    return this.#text.slice(this.#starts[from], this.#starts[to]);
  }

  /** All from a line on. */
  from(index: number): string {
    return this.#text.slice(this.#starts[index]);
  }

  all(): string[] {
    return this.#text.split("\n").slice(0, this.count);
  }
}

/** `max` of some things, spread evenly over them from a random start; all if they are no more. */
function sample<T>(all: readonly T[], max: number, random: () => number): readonly T[] {
  const offset = random();
  if (all.length <= max) return all;
  return Array.from({ length: max }, (_, index) => all[Math.floor(((index + offset) * all.length) / max)]!);
}

/** 32 bits of a text (FNV-1a). */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
