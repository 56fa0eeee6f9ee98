/**
 * `npm run bench -- repair [FOLDER…] [--json] [--seed N] [--pairs N] [--places N]`: what a repair costs. A style learns
 * from real code and what another taste makes of it (Prettier's options for TypeScript, a mechanical change of taste for
 * the other languages), then repairs texts of 30 lines behind 300 others. Sources are this project and its
 * node_modules, and the folders that are named.
 */
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Options } from "prettier";
import { createRandom } from "../sidecar/base/random.ts";
import { languageById } from "../sidecar/code/languages.ts";
import { openSyntaxParser, type SyntaxParser } from "../sidecar/code/parser.ts";
import { Style, type StylePlace } from "../sidecar/style/style.ts";
import { type Latency, latency } from "./support/latency.ts";
import { type PiecePair, prettierPairs, restyledPairs, type Restyle } from "./support/pairs.ts";
import { readSources, type SourceFile } from "./support/sources.ts";

const PREFIX_LINES = 300;
const TEXT_LINES = 30;
const WARM_UP = 50;

/** Takes every kind of layout to task: marks, quotes, spaces, indentation, wrapping. */
const TASTE: Options = {
  singleQuote: true,
  semi: false,
  tabWidth: 4,
  printWidth: 80,
  trailingComma: "none",
  bracketSpacing: false,
  arrowParens: "avoid",
};

/** What another taste makes of a line, by language. */
const RESTYLES: Readonly<Record<string, Restyle>> = {
  python: (line) =>
    line
      .replace(/^ +/, (indent) => "\t".repeat(Math.floor(indent.length / 4)) + " ".repeat(indent.length % 4))
      .replace(/'([^'"\\]*)'/g, '"$1"')
      .replace(/(\S) {2}#/g, "$1 #")
      .replace(/, /g, ","),
  cpp: (line) =>
    line
      .replace(/^( *)(.*\S) \{$/, "$1$2\n$1{")
      .replace(/^ +/gm, (indent) => indent.repeat(2))
      .replace(/\b(if|for|while|switch) \(/g, "$1(")
      .replace(/(\w)\* (\w)/g, "$1 *$2"),
};

interface Result {
  readonly pairs: number;
  /** What a person would see listed: choices of layout and corrections. */
  readonly learned: number;
  /** Of the texts that were repaired, 0..1. */
  readonly changedShare: number;
  /** Of the texts that the parser does not understand whole, where they begin and end, 0..1. */
  readonly brokenShare: number;
  /** How often a repair parses, and how much of its time that takes, 0..1. */
  readonly parses: number;
  readonly parseShare: number;
  /** Processor time of a repair, on average: other work on the machine does not count. */
  readonly cpuMsMean: number;
  readonly repairMs: Latency;
  /** Of that the parsing. */
  readonly parseMs: Latency;
  /** The same text at the same place, with nothing learned in between, as when somebody goes on typing. */
  readonly againMs: Latency;
  readonly learnMs: Latency;
}

export async function benchRepair(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      seed: { type: "string" },
      pairs: { type: "string" },
      places: { type: "string" },
    },
    allowPositionals: true,
  });
  const seed = Number(values.seed ?? 1);
  const project = resolve(import.meta.dirname, "..");
  const files: SourceFile[] = [];
  for (const root of [project, join(project, "node_modules"), ...positionals.map((path) => resolve(path))]) {
    files.push(...(await readSources(root)));
  }
  const parser = await openSyntaxParser();
  try {
    const languages: Record<string, Result> = {};
    for (const languageId of ["typescript", "python", "cpp"]) {
      await parser.load(languageById(languageId)!.grammar!);
      languages[languageId] = await measure(parser, {
        files: shuffled(files, languageId, createRandom(seed)),
        languageId,
        pairs: Number(values.pairs ?? 800),
        places: Number(values.places ?? 500),
        random: createRandom(seed),
      });
    }
    const machine = `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}`;
    if (values.json) console.log(JSON.stringify({ machine, seed, languages }));
    else print(machine, seed, languages);
  } finally {
    parser.close();
  }
}

interface Task {
  readonly files: readonly SourceFile[];
  readonly languageId: string;
  readonly pairs: number;
  readonly places: number;
  readonly random: () => number;
}

async function measure(
  parser: SyntaxParser,
  { files, languageId, pairs: count, places, random }: Task,
): Promise<Result> {
  const restyle = RESTYLES[languageId];
  const pairs = restyle ? restyledPairs(files, restyle, count) : await prettierPairs(files, TASTE, count);
  const parsing = { count: 0, ms: 0, errors: 0 };
  const style = new Style((grammar, text) => {
    const startedAt = performance.now();
    const tree = parser.parse(grammar, text);
    parsing.count++;
    parsing.errors = tree?.errors ?? 1;
    parsing.ms += performance.now() - startedAt;
    return tree;
  });
  const learnTimes = pairs.map((pair) => timed(() => learn(style, pair)));
  const times: number[] = [];
  const againTimes: number[] = [];
  const parseTimes: number[] = [];
  let parses = 0;
  let broken = 0;
  let changed = 0;
  let cpuMs = 0;
  for (let place = -WARM_UP; place < places; place++) {
    const { file, prefix, text } = placeIn(files, random);
    style.seeFile(placeOf(file), prefix);
    const before = { ...parsing };
    let repaired = text;
    const cpuBefore = threadCpuMs();
    const ms = timed(() => (repaired = style.repair(placeOf(file), prefix, text).text));
    if (place < 0) continue;
    cpuMs += threadCpuMs() - cpuBefore;
    times.push(ms);
    parses += parsing.count - before.count;
    parseTimes.push(parsing.ms - before.ms);
    if (parsing.errors > 0) broken++;
    if (repaired !== text) changed++;
    againTimes.push(timed(() => style.repair(placeOf(file), prefix, text)));
  }
  return {
    pairs: pairs.length,
    learned: style.list(new Map()).length,
    changedShare: round(changed / places),
    brokenShare: round(broken / places),
    parses: round(parses / places),
    parseShare: round(sum(parseTimes) / sum(times)),
    cpuMsMean: round(cpuMs / places),
    repairMs: latency(times),
    parseMs: latency(parseTimes),
    againMs: latency(againTimes),
    learnMs: latency(learnTimes),
  };
}

function learn(style: Style, { file, prefix, text, final }: PiecePair): void {
  style.learn({ place: placeOf(file), prefix, generated: text, shown: text, final, at: 0 });
}

function placeOf({ languageId, path }: SourceFile): StylePlace {
  return { languageId, project: 1, path };
}

/** Some lines of a file, and those before them; a file that is too short stands twice over. */
function placeIn(
  files: readonly SourceFile[],
  random: () => number,
): { file: SourceFile; prefix: string; text: string } {
  const file = files[Math.floor(random() * files.length)]!;
  const lines = file.text.trimEnd().split("\n");
  while (lines.length < PREFIX_LINES + TEXT_LINES) lines.unshift(...lines);
  const at = PREFIX_LINES + Math.floor(random() * (lines.length - PREFIX_LINES - TEXT_LINES + 1));
  const part = (from: number, to: number): string =>
    lines
      .slice(from, to)
      .map((line) => `${line}\n`)
      .join("");
  return { file, prefix: part(at - PREFIX_LINES, at), text: part(at, at + TEXT_LINES) };
}

/** Files of one language, in a random order that is the same for the same seed. */
function shuffled(files: readonly SourceFile[], languageId: string, random: () => number): SourceFile[] {
  return files
    .filter((file) => file.languageId === languageId && file.text.trim() !== "")
    .map((file) => ({ file, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ file }) => file);
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

/** Of this thread only: compiling and collecting garbage beside it do not count. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function print(machine: string, seed: number, languages: Readonly<Record<string, Result>>): void {
  console.log(`${machine}, seed ${seed}`);
  const facts: Record<string, object> = {};
  const times: Record<string, Latency> = {};
  for (const [languageId, { repairMs, parseMs, againMs, learnMs, ...others }] of Object.entries(languages)) {
    facts[languageId] = others;
    times[`${languageId}: repair, ms`] = repairMs;
    times[`${languageId}: of it parsing, ms`] = parseMs;
    times[`${languageId}: again, ms`] = againMs;
    times[`${languageId}: learn, ms`] = learnMs;
  }
  console.table(facts);
  console.table(times);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
