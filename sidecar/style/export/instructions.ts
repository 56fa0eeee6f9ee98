/** Conventions as instructions: what somebody must do to write as the owner of the code does. */
import type { Learned } from "../learned.ts";
import { escapeMarkdown, printable } from "./printable.ts";

/** Markdown that says it, without a full stop. */
export function instructionOf(entry: Learned): string {
  const title = escapeMarkdown(printable(entry.title));
  return title.charAt(0).toUpperCase() + title.slice(1);
}

/** Where an attribute comes among the others: from layout to structure. */
export function attributeOrder(_attribute: string): number {
  return 0;
}
