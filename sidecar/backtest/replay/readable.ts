/**
 * Which files of a history are read: by name what people write in a known language and what tools are configured with;
 * by content text that no machine wrote.
 */
import { languageOfPath } from "../../code/languages.ts";
import { decode } from "../../learn/read-file.ts";
import type { Exclude } from "../../../privacy/exclude.ts";
import { isConfigName } from "../../style/conventions/config/tools.ts";

/** Whether a file is read as far as its path tells. */
export function isReadPath(path: string, exclude: Exclude): boolean {
  // Git can hold paths that lead out of a work tree; nobody has such files.
  if (/^(?:[a-z]:)?[\\/]|(?:^|[\\/])\.{0,2}(?:[\\/]|$)/i.test(path)) return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (languageOfPath(path) !== undefined || isConfigName(name)) && exclude.excludes(path, false) === undefined;
}

/** The text of a file ("\n" line ends), or undefined where it is binary, not UTF-8, minified, generated or a pointer. */
export function textOf(bytes: Buffer): string | undefined {
  if (hasOldLineEnds(bytes)) return undefined;
  const read = decode(bytes);
  // An empty file is a text, too: it may be filled later.
  if (read.kind === "skip")
    return read.reason === "empty" ? bytes.toString("utf8").replaceAll("\r\n", "\n") : undefined;
  return LFS_POINTER.test(read.text) || isGenerated(read.text) ? undefined : read.text;
}

/** What stands in for a file that Git LFS keeps. */
const LFS_POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n/;

/** Lines at the head of a file that may say who wrote it. */
const HEAD_LINES = 10;
const HEAD_CHARS = 2_000;
const COMMENT_MARK = /^\s*(?:[#/*;%'"-]|<!|\(\*|\{-)/;
const SAYS_GENERATED =
  /@generated\b|\bgenerated\b.*\bdo not (?:edit|modify)|\bdo not (?:edit|modify)\b.*\bgenerated\b|\bauto(?:matically|-| )?generated (?:by|from|file|code)\b|\bthis (?:file|code) (?:is|was|has been) (?:auto(?:matically|-| )? ?)?generated\b/i;

/** Go's "Code generated … DO NOT EDIT.", Facebook's "@generated", and what else tools write at the head of their files. */
function isGenerated(text: string): boolean {
  return text
    .slice(0, HEAD_CHARS)
    .split("\n", HEAD_LINES)
    .some((line) => COMMENT_MARK.test(line) && SAYS_GENERATED.test(line));
}

/** "\r" alone: a line's end to us, but not to git, which counts the lines. */
function hasOldLineEnds(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) if (bytes[at + 1] !== 10) return true;
  return false;
}
