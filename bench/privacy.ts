/**
 * `npm run bench -- privacy [FOLDER…] [--json] [--seed N] [--seeds N]`: what redaction misses, what it takes that is none,
 * and what it costs. Missed: of made-up secrets of many kinds, planted where such things are found. Taken for a secret: of
 * the lines of source trees (default: this project's node_modules). Cost: of their files, and of texts made to be slow.
 */
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { redact } from "../privacy/redact.ts";
import { createRandom } from "../sidecar/base/random.ts";
import { missedSecrets, plantSecrets } from "../test/support/secrets.ts";
import { type Latency, latency } from "./support/latency.ts";
import { sources } from "./support/sources.ts";

/** No test plants under this seed or one above it. */
const FIRST_SEED = 1000;
const FILE_KB_MAX = 1024;
const COST_CHARS = 10_240;
/** Of each file so many, of which the fastest counts: other work on the machine does not add to it. */
const ROUNDS = 3;
const TOLD_LINES = 20;
const TOLD_CHARS = 100;
/** What stands around a place, and the largest file that is read where nobody has set another size. */
const HOSTILE_CHARS = { text: 20_480, file: 524_288 };
/** A thread's own time comes in ticks of some milliseconds: so long a text is redacted again and again. */
const HOSTILE_MS = 100;

export async function benchPrivacy(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" }, seed: { type: "string" }, seeds: { type: "string" } },
    allowPositionals: true,
  });
  const seed = Number(values.seed ?? FIRST_SEED);
  const seeds = Array.from({ length: Number(values.seeds ?? 20) }, (_, n) => seed + n);
  const roots = positionals.length > 0 ? positionals : [join(import.meta.dirname, "../node_modules")];
  const result = {
    machine: `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}`,
    roots: roots.map((path) => resolve(path)),
    seed,
    seeds: seeds.length,
    planted: findMissed(seeds),
    ordinary: await readOrdinary(roots.map((path) => resolve(path))),
    hostileMs: Object.fromEntries(
      Object.entries(HOSTILE).map(([name, make]) => [
        name,
        {
          text: hostileMs(make(HOSTILE_CHARS.text, drawFrom(seed))),
          file: hostileMs(make(HOSTILE_CHARS.file, drawFrom(seed))),
        },
      ]),
    ),
  };
  if (values.json) console.log(JSON.stringify(result));
  else print(result);
}

interface Missed {
  readonly planted: number;
  readonly kinds: number;
  readonly missed: number;
  readonly percent: number;
  /** Percent; of a hundred such intervals 95 hold what would be missed of all that could be planted so. */
  readonly interval: readonly [number, number];
  readonly byKind: Readonly<Record<string, number>>;
}

function findMissed(seeds: readonly number[]): Missed {
  const planted = seeds.flatMap((seed) => plantSecrets(seed));
  const missed = missedSecrets(planted);
  const byKind: Record<string, number> = {};
  for (const { kind } of missed) byKind[kind] = (byKind[kind] ?? 0) + 1;
  return {
    planted: planted.length,
    kinds: new Set(planted.map(({ kind }) => kind)).size,
    missed: missed.length,
    percent: percentOf(missed.length, planted.length),
    interval: wilson(missed.length, planted.length),
    byKind,
  };
}

/** In percent. Of Wilson (J. Am. Stat. Assoc. 22, 1927): it says something where nothing was missed, too. */
function wilson(part: number, whole: number): readonly [number, number] {
  const z = 1.96;
  const share = part / whole;
  const middle = share + z ** 2 / (2 * whole);
  const margin = z * Math.sqrt((share * (1 - share)) / whole + z ** 2 / (4 * whole ** 2));
  const at = (value: number): number => percentOf(Math.max(0, value), 1 + z ** 2 / whole);
  return [at(middle - margin), at(middle + margin)];
}

interface Ordinary {
  readonly files: number;
  readonly lines: number;
  /** Lines in which something was taken for a secret. */
  readonly redacted: number;
  readonly percent: number;
  /** The first of them: where, and what was taken. Redaction does not say by which rule. */
  readonly first: readonly string[];
  /** Of the files that are that long. */
  readonly msPer10Kb: Latency;
}

async function readOrdinary(roots: readonly string[]): Promise<Ordinary> {
  const first: string[] = [];
  const times: number[] = [];
  let [files, lines, redacted] = [0, 0, 0];
  for (const root of roots) {
    for await (const { path, text } of sources(root, FILE_KB_MAX)) {
      const { text: after, ms } = fastest(text);
      if (text.length >= COST_CHARS) times.push((ms * COST_CHARS) / text.length);
      files++;
      const [linesBefore, linesAfter] = [text.split("\n"), after.split("\n")];
      lines += linesBefore.length;
      for (const [n, line] of linesBefore.entries()) {
        if (line === linesAfter[n]) continue;
        redacted++;
        if (first.length < TOLD_LINES) first.push(`${path}:${n + 1}: ${taken(line, linesAfter[n] ?? "")}`);
      }
    }
  }
  return {
    files,
    lines,
    redacted,
    percent: percentOf(redacted, lines),
    first,
    msPer10Kb: latency(times),
  };
}

function fastest(text: string): { readonly text: string; readonly ms: number } {
  let after = text;
  let ms = Infinity;
  for (let n = 0; n < ROUNDS; n++) {
    const startedAt = performance.now();
    after = redact(text).text;
    ms = Math.min(ms, performance.now() - startedAt);
  }
  return { text: after, ms };
}

/** What a line has that the redacted one has not, with a little of what stands before it. */
function taken(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const name = before.slice(Math.max(0, start - 40), start).trimStart();
  const text = before.slice(start, before.length - end);
  return `${name}«${text.length > TOLD_CHARS ? `${text.slice(0, TOLD_CHARS)}…` : text}»`;
}

type Draw = (chars: number) => string;

/** In parts, so that no scanner takes this file for a leak. */
const KEY = ["RSA", "PRIVATE", "KEY"].join(" ");

/** Texts of so many characters that a rule may be slow at: it begins to match everywhere, and hardly anything does. */
const HOSTILE: Readonly<Record<string, (chars: number, draw: Draw) => string>> = {
  "base64, one line": (chars, draw) => draw(chars),
  "base64, lines of 64": (chars, draw) => repeated(chars, () => `${draw(64)}\n`),
  "nearly secrets": (chars, draw) =>
    repeated(chars, () => `ghp_${draw(35)} AKIA${draw(15)} sk-ant-${draw(9)} password = "changeme" token=${draw(7)}\n`),
  "names of secrets": (chars) => repeated(chars, () => "token"),
  "long quoted strings": (chars, draw) => repeated(chars, () => `password = "${draw(600)}" `),
  "beginnings of web tokens": (chars) => repeated(chars, () => "-eyJ"),
  "beginnings of keys": (chars, draw) => repeated(chars, () => `-----BEGIN ${KEY}-----\n${draw(64)}\n`),
};

function repeated(chars: number, piece: () => string): string {
  let text = "";
  while (text.length < chars) text += piece();
  return text.slice(0, chars);
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function drawFrom(seed: number): Draw {
  const random = createRandom(seed);
  return (chars) => Array.from({ length: chars }, () => BASE64[Math.floor(random() * BASE64.length)]!).join("");
}

/** Processor time of this thread, on average. */
function hostileMs(text: string): number {
  const before = process.threadCpuUsage();
  const endsAt = performance.now() + HOSTILE_MS;
  let rounds = 0;
  for (; rounds === 0 || performance.now() < endsAt; rounds++) redact(text);
  const { user, system } = process.threadCpuUsage(before);
  return round((user + system) / 1000 / rounds);
}

function print(result: {
  readonly machine: string;
  readonly roots: readonly string[];
  readonly seed: number;
  readonly seeds: number;
  readonly planted: Missed;
  readonly ordinary: Ordinary;
  readonly hostileMs: Readonly<Record<string, { readonly text: number; readonly file: number }>>;
}): void {
  const { planted, ordinary } = result;
  const { byKind, interval, ...missed } = planted;
  console.log(`${result.machine}, ${result.seeds} seeds from ${result.seed}`);
  console.table({ planted: { ...missed, interval: `[${interval.join(", ")}]` } });
  for (const [kind, count] of Object.entries(byKind)) console.log(`  missed: ${kind}, ${count}`);
  const { first, msPer10Kb, ...read } = ordinary;
  console.log(`\n${result.roots.join("\n")}`);
  console.table({ "taken for secrets": read });
  for (const line of first) console.log(`  ${line}`);
  console.table({ "ms per 10 KB": msPer10Kb });
  const [text, file] = Object.values(HOSTILE_CHARS).map((chars) => `${chars / 1024} KB, CPU ms`) as [string, string];
  console.table(
    Object.fromEntries(
      Object.entries(result.hostileMs).map(([name, ms]) => [name, { [text]: ms.text, [file]: ms.file }]),
    ),
  );
}

function percentOf(part: number, whole: number): number {
  return Math.round((part / whole) * 100_000) / 1000;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
