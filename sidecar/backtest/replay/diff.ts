/**
 * What a commit changes, by git: one `git diff-tree` that is kept open and asked about commit after commit. Of the
 * patches only the places of their hunks are kept, and a digest that tells when the same was done before.
 */
import { hash } from "node:crypto";
import { SidecarError } from "../../base/errors.ts";
import { createId } from "../../base/random.ts";
import type { LineRange } from "./edits.ts";
import { CHECK, type Git, type GitProcess } from "./git.ts";

export interface FileDiff {
  readonly path: string;
  /** Where it was before, if it was renamed. */
  readonly renamedFrom: string | undefined;
  /** Undefined where there is no file, or no regular one. */
  readonly oldId: string | undefined;
  readonly newId: string | undefined;
  /** Top-down; none where lines differ in their ends only, and where git cannot compare them. */
  readonly ranges: readonly LineRange[];
}

export interface Diff {
  /** In path order, without those that are not asked for. */
  readonly files: readonly FileDiff[];
  /** The same for the same changes to the same files, whatever the white space and the lines around; undefined for none. */
  readonly digest: string | undefined;
  /** Whether all hunks are the same without their white space. */
  readonly isWhiteSpaceOnly: boolean;
}

const RAW = ["diff-tree", "--stdin", "--no-commit-id", "-r", "--root", "-z", "--raw", "--no-abbrev"];

/** More pairs of renamed files are not looked for in one commit. */
const RENAMES_MAX = 100;

const PATCH = [
  ...["-p", "-U0", "--inter-hunk-context=0", "--full-index", "--diff-algorithm=histogram", "--indent-heuristic"],
  // Texts are compared with "\n" line ends.
  ...["--ignore-cr-at-eol", "--submodule=short", "--no-color", "--no-ext-diff", "--no-textconv"],
  ...["-M50%", `-l${RENAMES_MAX}`],
];

/** Diffs of commits against their first parents; `isRead` chooses files by their path. */
export class Differ {
  readonly #git: Git;
  readonly #isRead: (path: string) => boolean;
  #patches: GitProcess | undefined;
  #names: GitProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(git: Git, isRead: (path: string) => boolean) {
    this.#git = git;
    this.#isRead = isRead;
  }

  /** Without ranges (`isWhole` is false) where files that had to be compared are not here. */
  read(commit: string, parent: string | undefined): Promise<{ readonly diff: Diff; readonly isWhole: boolean }> {
    const read = this.#last.then(() => this.#read(commit, parent));
    this.#last = read.catch(() => undefined);
    return read;
  }

  async #read(commit: string, parent: string | undefined): Promise<{ readonly diff: Diff; readonly isWhole: boolean }> {
    const request = parent === undefined ? commit : `${commit} ${parent}`;
    this.#patches ??= this.#git.start([...RAW, ...PATCH]);
    const diff = await this.#ask(this.#patches, request);
    if (diff) return { diff, isWhole: true };
    // It is dead. Comparing names needs no contents.
    this.#patches = undefined;
    this.#names ??= this.#git.start([...RAW, "--no-renames"]);
    const process = this.#names;
    const names = await this.#ask(process, request);
    if (names) return { diff: names, isWhole: false };
    this.#names = undefined;
    throw new SidecarError("repository", `commit ${commit} cannot be read: ${process.complaint}`, CHECK);
  }

  /** Undefined where git gave up. */
  async #ask(process: GitProcess, request: string): Promise<Diff | undefined> {
    // Git repeats a line that names no object, which tells where its answer ends.
    const end = `end-${createId()}`;
    const reader = new DiffReader(end, this.#isRead);
    process.write(`${request}\n${end}\n`);
    for (let chunk = await process.next(); chunk; chunk = await process.next()) {
      const diff = reader.feed(chunk);
      if (diff) return diff;
    }
    await process.exit();
    return undefined;
  }
}

interface ReadFile {
  readonly oldId: string;
  readonly newId: string;
  readonly file: FileDiff & { readonly ranges: LineRange[] };
  readonly isRead: boolean;
}

/** Parses what `git diff-tree --raw -z -p` prints, as it comes. The line `end` is its end. */
export class DiffReader {
  readonly #end: string;
  readonly #isRead: (path: string) => boolean;
  readonly #files: ReadFile[] = [];
  readonly #digest: string[] = [];
  #isRaw = true;
  #rest: Buffer = Buffer.alloc(0);
  /** Index behind the file whose patch was met last. */
  #met = 0;
  #current: ReadFile | undefined;
  /** Lines of the hunk that are still to come. */
  #oldLines = 0;
  #newLines = 0;
  #removed = new LineSum();
  #added = new LineSum();
  #isWhiteSpaceOnly = true;

  constructor(end: string, isRead: (path: string) => boolean) {
    this.#end = end;
    this.#isRead = isRead;
  }

  /** The diff, once its end was fed. */
  feed(chunk: Buffer): Diff | undefined {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (this.#isRaw && at < bytes.length) {
      if (bytes[at] !== COLON) {
        this.#isRaw = false;
        // A NUL stands between the list of files and their patches.
        if (bytes[at] === 0) at++;
        break;
      }
      const end = this.#readRaw(bytes, at);
      if (end < 0) break;
      at = end;
    }
    if (!this.#isRaw) {
      for (let end = bytes.indexOf(NEWLINE, at); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
        if (this.#oldLines + this.#newLines > 0) this.#readHunkLine(bytes, at, end);
        else if (this.#readHeader(bytes.toString("latin1", at, Math.min(end, at + HEADER_BYTES)))) return this.#diff();
        at = end + 1;
      }
    }
    this.#rest = bytes.subarray(at);
    return undefined;
  }

  /** ":100644 100644 old new M", NUL, path, NUL, and for renames another path: where it ends, or -1 where it goes on. */
  #readRaw(bytes: Buffer, at: number): number {
    const headEnd = bytes.indexOf(0, at);
    if (headEnd < 0) return -1;
    const [oldMode = "", newMode = "", oldId = "", newId = "", status = ""] = bytes
      .toString("latin1", at + 1, headEnd)
      .split(" ");
    const firstEnd = bytes.indexOf(0, headEnd + 1);
    if (firstEnd < 0) return -1;
    const isRename = /^[RC]/.test(status);
    const secondEnd = isRename ? bytes.indexOf(0, firstEnd + 1) : firstEnd;
    if (secondEnd < 0) return -1;
    const first = pathOf(bytes.subarray(headEnd + 1, firstEnd));
    const path = isRename ? pathOf(bytes.subarray(firstEnd + 1, secondEnd)) : first;
    const file = {
      path: path ?? "",
      renamedFrom: status.startsWith("R") ? first : undefined,
      oldId: isRegular(oldMode) ? oldId : undefined,
      newId: isRegular(newMode) ? newId : undefined,
      ranges: [],
    };
    this.#files.push({ oldId, newId, file, isRead: path !== undefined && this.#isRead(path) });
    // What moves away from where it was read is gone from there.
    if (file.renamedFrom !== undefined && !this.#files.at(-1)!.isRead && this.#isRead(file.renamedFrom)) {
      const gone = { path: file.renamedFrom, renamedFrom: undefined, oldId: file.oldId, newId: undefined, ranges: [] };
      this.#files.push({ oldId: "", newId: "", file: gone, isRead: true });
    }
    return secondEnd + 1;
  }

  /** Whether this is the end. */
  #readHeader(line: string): boolean {
    if (line.startsWith("index ")) {
      // Patches come in the order of the files, but not all files have one.
      const [oldId, newId] = line.slice("index ".length).split(" ", 1)[0]!.split("..");
      const found = this.#files.findIndex(
        (file, index) => index >= this.#met && file.oldId === oldId && file.newId === newId,
      );
      this.#current = found < 0 ? undefined : this.#files[found];
      if (found >= 0) this.#met = found + 1;
      if (this.#current?.isRead) this.#digest.push(this.#current.file.path);
    } else if (line.startsWith("@@ ")) {
      const range = parseRange(line);
      this.#oldLines = range.oldEnd - range.oldStart;
      this.#newLines = range.newEnd - range.newStart;
      this.#current?.file.ranges.push(range);
      this.#removed = new LineSum();
      this.#added = new LineSum();
    }
    return line === this.#end;
  }

  #readHunkLine(bytes: Buffer, at: number, end: number): void {
    const mark = bytes[at];
    // "\ No newline at end of file" is no line.
    if (mark !== MINUS && mark !== PLUS) return;
    if (mark === MINUS) this.#oldLines--;
    else this.#newLines--;
    if (!this.#current?.isRead) return;
    (mark === MINUS ? this.#removed : this.#added).add(bytes, at + 1, end);
    if (this.#oldLines + this.#newLines > 0) return;
    const [removed, added] = [this.#removed.value, this.#added.value];
    if (removed !== added) this.#isWhiteSpaceOnly = false;
    this.#digest.push(`-${removed}+${added}`);
  }

  #diff(): Diff {
    const files = this.#files.flatMap(({ file, isRead }) => (isRead ? [file] : []));
    const hasHunks = files.some(({ ranges }) => ranges.length > 0);
    return {
      files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      digest: hasHunks ? hash("sha1", this.#digest.join("\n")) : undefined,
      isWhiteSpaceOnly: hasHunks && this.#isWhiteSpaceOnly,
    };
  }
}

/** What lines hold apart from white space, as numbers that hardly ever agree by chance: a length and two hashes. */
class LineSum {
  #length = 0;
  #first = 0;
  #second = 0;

  add(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (byte <= 32) continue;
      this.#length++;
      this.#first = Math.imul(this.#first ^ byte, 0x01000193);
      this.#second = Math.imul(this.#second, 31) + byte;
    }
  }

  get value(): string {
    return `${this.#length}.${this.#first >>> 0}.${this.#second >>> 0}`;
  }
}

const COLON = 58;
const NEWLINE = 10;
const PLUS = 43;
const MINUS = 45;
/** No header that matters is longer, whatever follows it. */
const HEADER_BYTES = 200;

/** "@@ -12,0 +13,2 @@": lines from 1 on; of an empty range the line before it. */
function parseRange(line: string): LineRange {
  const numbers = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
  if (!numbers) throw new SidecarError("repository", `git's patch is not understood: ${line}`, "Update git.");
  const [oldLine, oldCount, newLine, newCount] = numbers
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 1));
  const oldStart = oldCount === 0 ? oldLine! : oldLine! - 1;
  const newStart = newCount === 0 ? newLine! : newLine! - 1;
  return { oldStart, oldEnd: oldStart + oldCount!, newStart, newEnd: newStart + newCount! };
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Undefined where an editor could not name it. */
export function pathOf(bytes: Uint8Array): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    // Paths are bytes to git, and text to everybody else.
    return undefined;
  }
}

/** Not a symbolic link, submodule or directory. */
export function isRegular(mode: string): boolean {
  return mode.startsWith("100");
}
