/**
 * The problems that the editor's tools report now, and what made their like go away before: an episode is shown to
 * engines as an example, at the place of the problem. Nothing of the problems themselves is stored.
 */
import * as v from "valibot";
import type { ProblemsParams } from "../../protocol/messages.ts";
import type { FoundExample } from "../engine/engine.ts";
import type { Database } from "../store/database.ts";
import { type Episode, findEpisodes } from "../store/episodes.ts";

/** Documents whose problems are remembered; with a further one the oldest is forgotten. */
const DOCUMENTS_MAX = 100;
/** Lines between the cursor and the problem that it may be about. */
const NEAR_LINES = 5;
/** Episodes of one symptom, and of all that are near. */
const OF_ONE_MAX = 2;
const FOUND_MAX = 3;
/** What was done once may have been chance (ours). */
const SCORE = 0.8;

/** Where something is written. */
export interface SymptomPlace {
  readonly uri: string;
  readonly languageId: string;
  readonly projectId: number | undefined;
  readonly path: string;
  /** Zero-based line of the cursor. */
  readonly line: number;
}

export class Symptoms {
  readonly #problems = new Map<string, ProblemsParams["problems"]>();

  /** These are all problems of a document. */
  told({ uri, problems }: ProblemsParams): void {
    this.#problems.delete(uri);
    if (problems.length === 0) return;
    this.#problems.set(uri, problems);
    if (this.#problems.size > DOCUMENTS_MAX) this.#problems.delete(this.#problems.keys().next().value!);
  }

  /** What made the problems near a place go away elsewhere, as examples; ids below 0 are those of no stored example. */
  examplesAt(database: Database, { uri, languageId, projectId, path, line }: SymptomPlace): readonly FoundExample[] {
    const problems = this.#problems.get(uri);
    if (!problems) return [];
    const isNear = (at: number | null): boolean => at === null || Math.abs(at - line) <= NEAR_LINES;
    const found = new Map<string, Episode>();
    for (const problem of problems.filter((one) => isNear(one.line))) {
      for (const episode of findEpisodes(database, problem, { languageId, projectId }, OF_ONE_MAX)) {
        // A test that fails says nothing of where; what mended it was in this file, or is no use here.
        if (problem.kind === "error" || episode.path === path) found.set(episode.id, episode);
      }
    }
    return [...found.values()].slice(0, FOUND_MAX).map((episode, index) => exampleOf(episode, -1 - index));
  }
}

const schema: v.GenericSchema<unknown, ProblemsParams> = v.object({
  uri: v.pipe(v.string(), v.maxLength(4096)),
  problems: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(["error", "run"]),
        message: v.pipe(v.string(), v.maxLength(1_000)),
        code: v.pipe(v.string(), v.maxLength(64)),
        line: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
      }),
    ),
    v.maxLength(100),
  ),
});

/** Undefined where it is not understood. */
export function parseProblems(raw: unknown): ProblemsParams | undefined {
  const parsed = v.safeParse(schema, raw);
  return parsed.success ? parsed.output : undefined;
}

function exampleOf({ path, kind, message, contextBefore, before, after }: Episode, id: number): FoundExample {
  const indentation = /^[ \t]*/u.exec(after)![0];
  const symptom = message.split("\n", 1)[0]!;
  return {
    id,
    origin: "corrected",
    path: `${path}: ${kind === "run" ? `${symptom} failed` : symptom}`,
    contextBefore,
    linePrefix: indentation,
    text: after.slice(indentation.length),
    generated: before.trimStart(),
    score: SCORE,
  };
}
