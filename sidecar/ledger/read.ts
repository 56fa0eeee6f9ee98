/** Reads what is stored about something: the story of each suggestion, and everything else, in words. */
import type { LedgerResult, SuggestionStory } from "../../protocol/ledger.ts";
import type { Learned } from "../../protocol/style.ts";
import { storyOf } from "../outcome/story.ts";
import type { Database, Row } from "../store/database.ts";
import { allLetGo } from "../store/let-go.ts";
import { findOutcome } from "../store/outcomes.ts";
import { signalsOf } from "../store/signals.ts";
import { conditionOn, countRows, type Selection, type StoredTable, TABLES } from "../store/tables.ts";

/** Stories and entries of one section that are told; of more the number. */
const STORIES_MAX = 200;
const ENTRIES_MAX = 200;
const LINE_CHARS_MAX = 120;

/** `learned`: what is known of style that may rest on it. */
export function readLedger(
  database: Database,
  selection: Selection,
  learned: readonly Learned[],
): Omit<LedgerResult, "text"> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const count = countRows(database, table, selection);
    if (count > 0) counts[table.title] = count;
  }
  const sections = TABLES.flatMap((table) => sectionOf(database, table, selection));
  const style = onceEach(learnedFrom(learned, selection)).map(tellLearned);
  return {
    counts,
    suggestions: storiesOf(database, selection),
    sections: [
      ...sections,
      ...(style.length === 0 ? [] : [{ title: "style that rests on it", entries: cut(style, style.length) }]),
      ...letGo(database),
    ],
  };
}

function storiesOf(database: Database, selection: Selection): SuggestionStory[] {
  const generations = TABLES.find(({ name }) => name === "generations")!;
  const condition = conditionOn(generations, selection);
  if (!condition) return [];
  const rows = database.all(
    `SELECT id, path, text, shown_at FROM generations WHERE ${condition.sql} ORDER BY shown_at DESC, id DESC LIMIT ?`,
    ...condition.values,
    STORIES_MAX,
  );
  return rows.map((row) => {
    const generationId = String(row["id"]);
    const outcome = findOutcome(database, generationId);
    return {
      generationId,
      at: Number(row["shown_at"]),
      path: String(row["path"]),
      text: firstLine(String(row["text"])),
      events: storyOf(signalsOf(database, generationId)).map(({ what }) => what),
      outcome: outcome ? `${outcome.verdict}, ${outcome.score.toFixed(2)} (${outcome.tier})` : null,
      reasons: outcome?.reasons ?? [],
    };
  });
}

/** How a row of a table is told. Of other tables only the number is: suggestions have stories, the rest says nothing to people. */
const TELL: Readonly<Record<string, (row: Row) => string>> = {
  projects: (row) => String(row["root"]),
  examples: (row) => {
    const text = firstLine(String(row["line_prefix"]) + String(row["text"]));
    const before = row["generated"] === null ? "" : `, in place of ${firstLine(String(row["generated"]))}`;
    return `${String(row["path"])}: ${String(row["origin"])} “${text}”${before}`;
  },
  episodes: (row) =>
    `${String(row["path"])}: ${firstLine(String(row["message"]))} went away with “${firstLine(String(row["after"]))}”`,
  files: (row) => String(row["path"]),
  decisions: (row) => `${String(row["decision"])}: ${String(row["learned_id"])}`,
  erasures: (row) => `erased: ${String(row["learned_id"])}`,
  vetoed_texts: (row) => `never suggested in ${String(row["language"])}: “${firstLine(String(row["text"]))}”`,
};

function sectionOf(database: Database, table: StoredTable, selection: Selection): LedgerResult["sections"] {
  const condition = conditionOn(table, selection);
  if (!condition) return [];
  const tell = TELL[table.name];
  const count = tell ? countRows(database, table, selection) : 0;
  if (!tell || count === 0) return [];
  const rows = database.all(
    `SELECT * FROM ${table.name} WHERE ${condition.sql} LIMIT ?`,
    ...condition.values,
    ENTRIES_MAX,
  );
  return [{ title: table.title, entries: cut(rows.map(tell), count) }];
}

function cut(entries: readonly string[], count: number): string[] {
  const told = entries.slice(0, ENTRIES_MAX);
  return count > told.length ? [...told, `… and ${count - told.length} more`] : told;
}

/** What is seen in these files, or holds there only; all where everything is asked for. */
function learnedFrom(learned: readonly Learned[], selection: Selection): readonly Learned[] {
  switch (selection.kind) {
    case "everything":
      return learned;
    case "project":
      return learned.filter(({ scope }) => scope.project !== undefined && selection.projectIds.includes(scope.project));
    case "file": {
      const paths = new Set(selection.places.map(({ path }) => path));
      return learned.filter(
        ({ scope, evidence }) => paths.has(scope.path) || evidence.some(({ path }) => paths.has(path)),
      );
    }
    case "suggestion":
    case "span":
      return [];
  }
}

/** The same may be known of a folder, a project and a language: what serves is told, else what rests on most. */
function onceEach(learned: readonly Learned[]): readonly Learned[] {
  const best = new Map<string, Learned>();
  const rank = ({ state, total }: Learned): number => (state === "watched" ? 0 : 1e9) + total;
  for (const one of learned) {
    const other = best.get(one.title);
    if (!other || rank(one) > rank(other)) best.set(one.title, one);
  }
  return [...best.values()];
}

function tellLearned({ title, held, total, state, evidence }: Learned): string {
  const where = evidence.map(({ path, line }) => (line > 0 ? `${path}:${line}` : path)).join(", ");
  return `${title}: ${held} of ${total}, ${state}${where === "" ? "" : ` (${where})`}`;
}

/** What went to stay within bounds: it is not there any more, but that is told. */
function letGo(database: Database): LedgerResult["sections"] {
  const all = allLetGo(database);
  if (all.length === 0) return [];
  const entries = all.map(({ name, reason, count }) => `${count} ${name}: ${reason}`);
  return [{ title: "let go to stay within bounds", entries }];
}

function firstLine(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length > LINE_CHARS_MAX ? `${line.slice(0, LINE_CHARS_MAX - 1)}…` : line;
}

/** The ledger as Markdown. */
export function tellLedger(title: string, { counts, suggestions, sections }: Omit<LedgerResult, "text">): string {
  const numbers = Object.entries(counts).map(([what, count]) => `${what} (${count})`);
  const lines = [`# ${title}`, "", numbers.length === 0 ? "Nothing is stored." : `Stored: ${numbers.join(", ")}.`, ""];
  if (suggestions.length > 0) lines.push("## Suggestions", "");
  for (const { generationId, at, path, text, events, outcome, reasons } of suggestions) {
    const why = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
    lines.push(
      `- ${new Date(at).toISOString().slice(0, 16).replace("T", " ")} ${path} “${text}”`,
      `  ${events.join(" → ")}`,
      ...(outcome === null ? [] : [`  ${outcome}${why}`]),
      `  id ${generationId}`,
    );
  }
  const told = counts["suggestions"] ?? 0;
  if (told > suggestions.length) lines.push(`- … and ${told - suggestions.length} more`);
  for (const { title: heading, entries } of sections) {
    lines.push("", `## ${heading[0]!.toUpperCase()}${heading.slice(1)}`, "", ...entries.map((entry) => `- ${entry}`));
  }
  return `${lines.join("\n").trimEnd()}\n`;
}
