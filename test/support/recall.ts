/** Recall over small texts drawn with a cursor mark. */
import { silentLog } from "../../sidecar/base/log.ts";
import type { CompletionRequest, FoundExample, Proposal } from "../../sidecar/engine/engine.ts";
import { Recall } from "../../sidecar/engine/recall/recall.ts";

export const never = new AbortController().signal;

/** Recall that has read these files of project "p". */
export async function recallOf(files: Readonly<Record<string, string>>): Promise<Recall> {
  const recall = new Recall(silentLog);
  for (const [path, text] of Object.entries(files)) await recall.absorb("p", path, text, never);
  return recall;
}

/** What recall proposes at the mark "▮" of `document`. */
export function proposeAt(
  recall: Recall,
  document: string,
  options: Partial<CompletionRequest> = {},
): readonly Proposal[] {
  const [prefix = "", suffix = ""] = document.split("▮");
  return recall.propose(
    {
      project: "p",
      path: "here.ts",
      languageId: "typescript",
      prefix,
      suffix,
      indentUnit: "  ",
      multiLine: true,
      examples: [],
      similar: [],
      ...options,
    },
    never,
  );
}

export function exampleOf(example: Partial<FoundExample> & Pick<FoundExample, "linePrefix" | "text">): FoundExample {
  return {
    id: 1,
    origin: "accepted",
    path: "other.ts",
    contextBefore: "",
    generated: undefined,
    score: 0.9,
    ...example,
  };
}
