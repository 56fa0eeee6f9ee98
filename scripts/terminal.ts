/**
 * `npm start -- --terminal [FOLDER] [--json]`: the loop without an editor. The real sidecar process learns a folder over
 * LSP; then a short session is played: a suggestion is accepted, changed as a developer would, and the next one in
 * another file must come in the changed form. Exit status 0 only when it does.
 */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import ora from "ora";
import type { Generation, Signal } from "../protocol/signals.ts";
import { createId } from "../sidecar/base/random.ts";
import { languageOfPath } from "../sidecar/code/languages.ts";
import { walk } from "../sidecar/learn/walk.ts";
import { createExclude } from "../privacy/exclude.ts";
import { DEFAULT_SETTINGS } from "../protocol/settings.ts";
import { type OfferedSuggestion, SidecarClient } from "./sidecar-client.ts";

const CONTEXT_LINES = 8;
const PLACES_TRIED = 200;
const SETTLE_MS = 10_000;

/** A line of the folder at which the session may be played. */
interface PlayPlace {
  readonly path: string;
  readonly languageId: string;
  readonly above: readonly string[];
  /** The line up to the cursor. */
  readonly linePrefix: string;
}

interface Played {
  readonly place: PlayPlace;
  readonly firstSuggestion: string;
  readonly edited: string;
  readonly nextSuggestion: string;
  readonly learned: boolean;
}

const { values, positionals } = parseArgs({ options: { json: { type: "boolean" } }, allowPositionals: true });
const folder = resolve(positionals[0] ?? join(import.meta.dirname, ".."));
const home = await mkdtemp(join(tmpdir(), "tacit-terminal-"));
try {
  process.exitCode = await main();
} finally {
  await rm(home, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return fail(`There is no folder ${folder}.`);
  const spinner = ora({ text: `the sidecar reads ${folder}`, isSilent: values.json === true }).start();
  const client = await SidecarClient.start({
    folders: [folder],
    home,
    // One line at a time reads best in a terminal.
    settings: { scan: { ...DEFAULT_SETTINGS.scan, onOpen: false }, suggest: { multiLine: false } },
  });
  try {
    const report = await client.learn();
    spinner.succeed(
      `read ${report.files} files, ${report.tokens} tokens in ${(report.milliseconds / 1000).toFixed(1)} s`,
    );
    const played = await play(client, await findPlaces());
    if (!played) {
      return fail(`Nothing in ${folder} repeats itself enough to play a session. Try a folder with more source code.`);
    }
    print(played);
    return played.learned ? 0 : 1;
  } finally {
    spinner.stop();
    await client.stop();
  }
}

/** Accepts, changes and asks again at the first place where there is a suggestion to change. */
async function play(client: SidecarClient, places: readonly PlayPlace[]): Promise<Played | undefined> {
  for (const [index, place] of places.entries()) {
    const first = scratchDocument(place, `first-${index}`);
    const suggestion = await offer(client, first, place);
    const edited = suggestion && developersEdit(suggestion.text);
    if (!suggestion || edited === undefined) continue;
    await client.signals(sessionSignals(suggestion, first.uri, place, edited));
    await client.status((status) => status.activity.kind === "learning");
    const next = await offer(client, scratchDocument(place, `second-${index}`), place);
    const nextSuggestion = next?.text ?? "";
    return { place, firstSuggestion: suggestion.text, edited, nextSuggestion, learned: nextSuggestion === edited };
  }
  return undefined;
}

/** Lines that begin like other lines of the folder: places where something is known, sources and frequent ones first. */
async function findPlaces(): Promise<PlayPlace[]> {
  const exclude = createExclude({ patterns: DEFAULT_SETTINGS.privacy.exclude });
  const found = new Map<string, { count: number; place: PlayPlace }>();
  const { signal } = new AbortController();
  for await (const file of walk(folder, { exclude }, signal)) {
    const language = languageOfPath(file.relativePath);
    if (!language?.grammar || file.size > 200_000) continue;
    const lines = (await readFile(file.path, "utf8")).replaceAll("\r\n", "\n").split("\n");
    for (const [index, line] of lines.entries()) {
      const linePrefix = /^\s*(?:[\w$.]+[ ]?){1,3}(?:=|\() ?/.exec(line)?.[0];
      if (linePrefix === undefined || line.length - linePrefix.length < 12 || !line.includes("(")) continue;
      const known = found.get(line.trim());
      if (known) known.count++;
      else {
        const above = lines.slice(Math.max(0, index - CONTEXT_LINES), index);
        found.set(line.trim(), {
          count: 1,
          place: { path: file.relativePath, languageId: language.id, above, linePrefix },
        });
      }
    }
  }
  return [...found.values()]
    .sort((a, b) => Number(isTest(a.place)) - Number(isTest(b.place)) || b.count - a.count)
    .slice(0, PLACES_TRIED)
    .map(({ place }) => place);
}

/** Tests repeat themselves most and show least. */
function isTest({ path }: PlayPlace): boolean {
  return /(^|[/._-])(tests?|specs?|__tests__)([/._-]|$)/i.test(path);
}

interface Scratch {
  readonly uri: string;
  readonly text: string;
  readonly line: number;
}

/** A document that exists only in the session: the place's lines, in a file that is not on disk. */
function scratchDocument(place: PlayPlace, name: string): Scratch {
  const uri = pathToFileURL(join(folder, `tacit-session-${name}${extname(place.path)}`)).href;
  return { uri, text: [...place.above, place.linePrefix].join("\n"), line: place.above.length };
}

async function offer(
  client: SidecarClient,
  document: Scratch,
  place: PlayPlace,
): Promise<OfferedSuggestion | undefined> {
  await client.open(document.uri, place.languageId, document.text);
  return client.suggest(document.uri, document.line, place.linePrefix.length);
}

/** What a developer might make of it: one more argument for its last call. Undefined where there is none. */
function developersEdit(text: string): string | undefined {
  const isWhole = text.split("(").length === text.split(")").length;
  if (!isWhole) return undefined;
  const call = /^(.*[\w$]\()(.*?)(\)[;,)\]}: {]*)$/.exec(text);
  if (!call) return undefined;
  const [, head = "", argumentsText = "", tail = ""] = call;
  return `${head}${argumentsText.trim() === "" ? "" : `${argumentsText}, `}options${tail}`;
}

/** What the extension would have observed: shown, accepted, edited, settled. */
function sessionSignals(suggestion: OfferedSuggestion, uri: string, place: PlayPlace, edited: string): Signal[] {
  const shownAt = Date.now();
  const generation: Generation = {
    id: suggestion.id,
    engine: suggestion.engine,
    proposer: suggestion.proposer,
    languageId: place.languageId,
    uri,
    line: place.above.length,
    character: place.linePrefix.length,
    linePrefix: place.linePrefix,
    contextBefore: place.above.join("\n"),
    text: suggestion.text,
  };
  const at = (afterMs: number) => ({ id: createId(), at: shownAt + afterMs, generationId: suggestion.id });
  return [
    { ...at(0), kind: "shown", generation },
    {
      ...at(1200),
      kind: "accepted",
      extent: "whole",
      via: "key",
      acceptedChars: suggestion.text.length,
      dwellMs: 1200,
    },
    { ...at(4200), kind: "edited", sinceAcceptMs: 3000, text: edited },
    {
      ...at(4200 + SETTLE_MS),
      kind: "settled",
      sinceAcceptMs: 3000 + SETTLE_MS,
      text: edited,
      lineText: edited,
      linePrefix: place.linePrefix,
    },
  ];
}

function print(played: Played): void {
  const { place, firstSuggestion, edited, nextSuggestion, learned } = played;
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ firstSuggestion, edited, nextSuggestion, learned, folder, place: place.path })}\n`,
    );
    return;
  }
  const typed = place.linePrefix.trimStart();
  console.log(`\n  in a new file, as in ${place.path}, typed:  ${typed}▮`);
  console.log(`  suggested                ${typed}\x1b[2m${firstSuggestion}\x1b[0m`);
  console.log(`  accepted, then changed   ${typed}${edited}`);
  console.log(`  suggested in another file ${typed}\x1b[2m${nextSuggestion}\x1b[0m`);
  console.log(learned ? "\n  It learned: your change arrived by itself.\n" : "\n  It did not learn.\n");
}

function fail(message: string): number {
  if (values.json) process.stdout.write(`${JSON.stringify({ learned: false, error: message })}\n`);
  else process.stderr.write(`${message}\n`);
  return 1;
}
