/** Source trees to measure on: the files a scan would read, with their text. */
import { silentLog } from "../../sidecar/base/log.ts";
import { languageOfPath } from "../../sidecar/code/languages.ts";
import { Recall } from "../../sidecar/engine/recall/recall.ts";
import { readForLearning } from "../../sidecar/learn/read-file.ts";
import { createExclude } from "../../privacy/exclude.ts";
import { walk } from "../../sidecar/learn/walk.ts";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly languageId: string;
}

export const never = new AbortController().signal;

/** Files of a folder in the order of a scan. `maxFileSizeKb` as in the settings. */
export async function* sources(root: string, maxFileSizeKb = 512): AsyncGenerator<SourceFile> {
  for await (const file of walk(root, { exclude: createExclude({ patterns: [] }) }, never)) {
    const language = languageOfPath(file.relativePath);
    if (!language) continue;
    const content = await readForLearning(file.path, { bytesMax: maxFileSizeKb * 1024 }, never);
    if (content.kind !== "text") continue;
    yield { path: file.relativePath, text: content.text, languageId: language.id };
  }
}

/** As {@link sources}, all at once. */
export async function readSources(root: string, maxFileSizeKb = 512): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const file of sources(root, maxFileSizeKb)) files.push(file);
  return files;
}

/** Recall that has read all files as one project. */
export async function recallOf(project: string, files: readonly SourceFile[]): Promise<Recall> {
  const recall = new Recall(silentLog);
  for (const file of files) await recall.absorb(project, file.path, file.text, never);
  return recall;
}

/** A place in a file: the rest of its line is what should be suggested. */
export interface Place {
  readonly file: SourceFile;
  readonly prefix: string;
  readonly suffix: string;
  readonly target: string;
}

const PREFIX_LINES = 400;
const SUFFIX_LINES = 100;

/**
 * Random places, as evaluation by replay takes them: half at a line's start behind its indentation, half behind a random
 * token; targets of two tokens at least that are no comment, import or closer. `perFile`: so many in a row are in one
 * file, as work goes.
 */
export function samplePlaces(
  files: readonly SourceFile[],
  count: number,
  random: () => number,
  { perFile = 1 }: { readonly perFile?: number } = {},
): Place[] {
  const places: Place[] = [];
  let file = files[0]!;
  for (let tries = 0; places.length < count && tries < count * 40; tries++) {
    if (tries % perFile === 0) file = files[Math.floor(random() * files.length)]!;
    const lines = file.text.split("\n");
    const at = Math.floor(random() * lines.length);
    const line = lines[at]!;
    if (/^\s*(\/\/|#|\*|\/\*|import\b|from\b|use\b|[)\]};,]*\s*$)/.test(line)) continue;
    const starts = [...line.matchAll(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu)].map((token) => token.index);
    const start = random() < 0.5 ? 0 : Math.floor(random() * starts.length);
    const column = starts[start];
    if (column === undefined || starts.length - start < 2) continue;
    places.push({
      file,
      prefix: [...lines.slice(Math.max(0, at - PREFIX_LINES), at), line.slice(0, column)].join("\n"),
      suffix: `\n${lines.slice(at + 1, at + SUFFIX_LINES).join("\n")}`,
      target: line.slice(column).trimEnd(),
    });
  }
  return places;
}
