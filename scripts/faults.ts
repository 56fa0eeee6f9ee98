/**
 * `npm run faults -- [--long] [--json] [--seed N] [NAME…]`: brings faults about, counts what came of each, and writes the
 * table of `test/fault/README.md`. Rows of faults that were not run stay as they are.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { attempt, type Fault, type Tally } from "../test/fault/fault.ts";
import { FAULTS } from "../test/fault/faults.ts";
import { Failure, main } from "./steps.mjs";

const README = new URL("../test/fault/README.md", import.meta.url);
const [BEGIN, END] = ["<!-- table: npm run faults -->", "<!-- end of table -->"];
const HEAD = "| Fault | Tried | Lost | Wrong | Seen |\n|---|---:|---:|---:|---|\n";
const SHOWN_MAX = 10;

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { long: { type: "boolean" }, json: { type: "boolean" }, seed: { type: "string", default: "1" } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => FAULTS.every((fault) => fault.name !== name));
  if (unknown.length > 0) {
    throw new Failure(`no such fault: ${unknown.join(", ")}. There are: ${FAULTS.map(({ name }) => name).join(", ")}`);
  }
  const chosen = FAULTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const rows = new Map<string, string>();
  const results: object[] = [];
  let isBad = false;
  for (const fault of chosen) {
    const startedMs = performance.now();
    const tally = await attempt(fault, values.long ? "long" : "normal", Number(values.seed));
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    rows.set(fault.name, rowOf(fault, tally));
    const { tried, lost, wrong, remarks } = tally;
    results.push({
      name: fault.name,
      title: fault.title,
      seed: Number(values.seed),
      seconds,
      tried,
      lost,
      wrong,
      remarks,
    });
    // A long run that is broken off leaves what it has found.
    await writeFile(README, withRows(await readFile(README, "utf8"), rows));
    isBad ||= lost.length + wrong.length > 0;
    if (!values.json) tell(fault, tally, seconds);
  }
  if (values.json) console.log(JSON.stringify(results, undefined, 2));
  // What was killed may have left a pipe open at our end.
  setImmediate(() => process.exit());
  return isBad ? 1 : 0;
});

function tell(fault: Fault, { tried, lost, wrong, remarks }: Tally, seconds: number): void {
  console.log(
    `${fault.name}: tried ${tried}, lost ${lost.length}, wrong ${wrong.length} (${seconds} s) ${remarks.join("; ")}`,
  );
  for (const what of [...lost, ...wrong].slice(0, SHOWN_MAX)) console.log(`  ${what}`);
}

function rowOf({ title }: Fault, { tried, lost, wrong, remarks }: Tally): string {
  const cells = [title, tried.toLocaleString("en"), lost.length, wrong.length, remarks.join("; ")];
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

/** In the order of the faults, whenever each was run. */
function withRows(text: string, rows: ReadonlyMap<string, string>): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Failure(`test/fault/README.md has lost its marks: ${BEGIN} … ${END}`);
  const before = text.slice(begin, end).split("\n");
  const lines = FAULTS.flatMap(({ name, title }) => {
    const row = rows.get(name) ?? before.find((line) => line.startsWith(`| ${title} |`));
    return row === undefined ? [] : [row];
  });
  return `${text.slice(0, begin)}${BEGIN}\n\n${HEAD}${lines.join("\n")}\n\n${text.slice(end)}`;
}
