/** What is stored of outcomes, as people read it, and what their weights would be if they were fitted to it. */
import { gatherEvidence } from "../outcome/evidence.ts";
import { fitOutcome, fitSample, type OutcomeFit } from "../outcome/fit.ts";
import { type Event, storyOf } from "../outcome/story.ts";
import type { Database } from "../store/database.ts";
import { committedGenerations, latestOutcomes, type StoredOutcome } from "../store/outcomes.ts";
import { findGeneration, signalsOf } from "../store/signals.ts";

/** Older ones are of another time, and another project. */
const FITTED_MAX = 20_000;

export interface ToldOutcome extends StoredOutcome {
  readonly path: string;
  readonly languageId: string;
  readonly engine: string;
  /** Milliseconds since the epoch. */
  readonly shownAt: number;
  readonly text: string;
  readonly story: readonly Event[];
}

/** The outcomes of what was shown last, newest first. */
export function listOutcomes(database: Database, limit: number): readonly ToldOutcome[] {
  return latestOutcomes(database, limit).flatMap((outcome) => {
    const generation = findGeneration(database, outcome.generationId);
    if (!generation) return [];
    const { path, languageId, engine, shownAt, text } = generation;
    const story = storyOf(signalsOf(database, outcome.generationId));
    return [{ ...outcome, path, languageId, engine, shownAt, text, story }];
  });
}

/** Fits the weights to the accepted suggestions whose files were committed since. */
export function fitOutcomes(database: Database): OutcomeFit {
  const samples = committedGenerations(database, FITTED_MAX)
    .map((id) => fitSample(gatherEvidence(signalsOf(database, id))))
    .filter((sample) => sample !== undefined);
  return fitOutcome(samples);
}
