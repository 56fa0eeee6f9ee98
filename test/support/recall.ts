/** Recall over small texts drawn with a cursor mark. */
import { silentLog } from "../../sidecar/base/log.ts";
import type { CompletionRequest, FoundExample, Proposal } from "../../sidecar/engine/engine.ts";
import type { Candidate } from "../../sidecar/engine/recall/candidate.ts";
import { Recall } from "../../sidecar/engine/recall/recall.ts";

export const never = new AbortController().signal;

/** Recall that has read these files of project "p". */
export async function recallOf(files: Readonly<Record<string, string>>): Promise<Recall> {
  const recall = new Recall(silentLog);
  for (const [path, text] of Object.entries(files)) await recall.absorb("p", path, text, never);
  return recall;
}

/** The request at the mark "▮" of `document`. */
export function requestAt(document: string, options: Partial<CompletionRequest> = {}): CompletionRequest {
  const [prefix = "", suffix = ""] = document.split("▮");
  return {
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
  };
}

/** What recall proposes at the mark "▮" of `document`. */
export function proposeAt(
  recall: Recall,
  document: string,
  options: Partial<CompletionRequest> = {},
): readonly Proposal[] {
  return recall.propose(requestAt(document, options), never);
}

/** A candidate that offers `values`; what is not said of it is of no account. */
export function candidateOf(candidate: Partial<Candidate> & Pick<Candidate, "values">): Candidate {
  return {
    proposer: "file",
    sourceIndentation: "",
    probability: 0.5,
    matchLength: 1,
    support: 1,
    source: "",
    exampleIds: [],
    ...candidate,
  };
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
