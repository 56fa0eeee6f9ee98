/** What reading a workspace has brought, in words: a sentence for the message, and a page with all that was found. */
import type { LearnReport } from "../protocol/messages.ts";

/** The figures of a report as sentences. */
export function tellReport({ files, tokens, chunks, skipped, conventions, milliseconds }: LearnReport): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  const read = `Tacit has read ${count(files)} files (${count(tokens)} tokens, ${count(chunks)} pieces) in ${seconds} s.`;
  const found =
    conventions.length === 0
      ? ""
      : ` Found: ${count(conventions.length)} ${conventions.length === 1 ? "convention" : "conventions"}.`;
  const why = reasonsOf(skipped)
    .map(([reason, number]) => `${count(number)} ${reason}`)
    .join(", ");
  return `${read}${found}${why === "" ? "" : ` Left out: ${why}.`}`;
}

/** The same as a Markdown page, with every convention. */
export function describeReport(report: LearnReport): string {
  const { files, tokens, chunks, languages, skipped, conventions, milliseconds } = report;
  const largestFirst = Object.entries(languages).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const lines = [
    "# What Tacit Found Here",
    "",
    `${count(files)} files, ${count(tokens)} tokens, ${count(chunks)} pieces, in ${(milliseconds / 1000).toFixed(1)} s.`,
    ...section("Conventions", conventions.map(escapeLine)),
    ...section(
      "Languages",
      largestFirst.map(([language, number]) => `${language}: ${count(number)} files`),
    ),
    ...section(
      "Left Out",
      reasonsOf(skipped).map(([reason, number]) => `${reason}: ${count(number)} files`),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", `## ${title}`, "", ...items.map((item) => `- ${item}`)];
}

function reasonsOf(skipped: LearnReport["skipped"]): [reason: string, number: number][] {
  return Object.entries(skipped).filter(([, number]) => number > 0);
}

/** Text of the user's, which may hold marks that Markdown understands. */
function escapeLine(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>~#|]/gu, "\\$&").replaceAll("\n", " ");
}

function count(value: number): string {
  return value.toLocaleString("en");
}
