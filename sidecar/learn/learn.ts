/**
 * One pass of learning over one generation: gather its evidence, score it, and make of it what the next suggestion can
 * use. Reading it again with more evidence replaces what was made before.
 */
import { diffAsEdit } from "../../text/edit.ts";
import { isAbort } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import { termsOf } from "../code/terms.ts";
import type { Recall } from "../engine/recall/recall.ts";
import { correctionOf } from "../outcome/correction.ts";
import { type Evidence, gatherEvidence } from "../outcome/evidence.ts";
import { type Outcome, scoreOutcome } from "../outcome/score.ts";
import { editDistance } from "../outcome/survival.ts";
import { tagsOf } from "../outcome/tags.ts";
import { tierOf } from "../outcome/tiers.ts";
import { firstChunk } from "../store/chunks.ts";
import type { Database } from "../store/database.ts";
import {
  type Example,
  type ExampleTerms,
  type NewExample,
  removeExamplesOf,
  rescoreExample,
  saveExample,
  trimExamples,
} from "../store/examples.ts";
import { saveOutcome } from "../store/outcomes.ts";
import { findGeneration, signalsOf, type StoredGeneration } from "../store/signals.ts";
import { findTrial, settleTrial } from "../store/trials.ts";
import type { VectorIndex } from "../vectors/index.ts";

/** Beyond this the oldest, least proven examples go. */
export const EXAMPLES_MAX = 50_000;
/** Below this outcome nothing is kept as an example. */
const SCORE_MIN = 0.5;
/** A correction is worth more than any suggestion that was merely kept (learning.md §2). */
const CORRECTION_SCORE_MIN = 0.9;
const PERSONAL_CONTEXT_LINES = 2;
/** Characters of a word looked at to say what was learned. */
const WORD_MAX = 40;

export interface LearnDeps {
  readonly database: Database;
  readonly recall: Recall;
  readonly exampleIndex: VectorIndex | undefined;
  /** Told which examples are gone from the store: text search finds them no more. */
  readonly onExamplesGone: (examples: readonly ExampleTerms[]) => void;
  /** Told when the index fails: what was learned stays, and the index is reconciled with the store later. */
  readonly onIndexFault: (error: unknown) => void;
  readonly clock: Clock;
}

export interface Learned {
  readonly outcome: Outcome;
  /** What to tell the user; undefined when nothing new is known. */
  readonly what: string | undefined;
}

export async function learnFrom(
  deps: LearnDeps,
  generationId: string,
  signal: AbortSignal,
): Promise<Learned | undefined> {
  const { database, clock } = deps;
  const generation = findGeneration(database, generationId);
  if (!generation) return undefined;
  const signals = signalsOf(database, generationId);
  const evidence = gatherEvidence(signals);
  const outcome = scoreOutcome(evidence);
  const example = exampleFrom(evidence, outcome, {
    projectId: generation.projectId,
    path: generation.path,
    createdAt: clock.now(),
  });
  const { removed, saved } = database.transaction(() => {
    saveOutcome(database, generationId, outcome, {
      tier: tierOf(outcome, evidence),
      tags: tagsOf(evidence, generation.path, headOf(database, generation)),
      signals: signals.length,
      now: clock.now(),
    });
    settleTrialOf(database, generationId, evidence);
    // Most of what comes later says the same again: nothing to learn anew, and nothing to tell.
    const isSame = example !== undefined && rescoreExample(database, example);
    const gone = isSame ? [] : removeExamplesOf(database, generationId);
    const made = isSame ? undefined : example && storeExample(database, example);
    return { removed: [...gone, ...trimExamples(database, EXAMPLES_MAX)], saved: made };
  });
  await spreadExamples(deps, removed, saved ? [saved] : [], signal);
  return { outcome, what: describeLearned(outcome, saved) };
}

/** The beginning of a generation's file: what stood above it, and what a scan has stored. */
function headOf(database: Database, { projectId, path, contextBefore }: StoredGeneration): string {
  const stored = projectId === undefined ? undefined : firstChunk(database, projectId, path);
  return `${stored?.text ?? ""}\n${contextBefore}`;
}

/** Says of a trial which of its texts came nearer to what the developer kept, once that is known. */
function settleTrialOf(database: Database, generationId: string, { final, generation }: Evidence): void {
  const trial = final && generation ? findTrial(database, generationId) : undefined;
  if (!trial || !final) return;
  const similarity = (text: string): number => 1 - editDistance(text, final.lineText);
  settleTrial(database, generationId, similarity(trial.withCode) - similarity(trial.withoutCode));
}

/** Stores an example with its search terms. Call in a transaction. */
export function storeExample(database: Database, example: NewExample): Example {
  const words = termsOf(`${example.linePrefix}${example.text}\n${lastLines(example.contextBefore, 3)}`);
  return saveExample(database, example, words);
}

/** Brings recall's personal level and the index in step with the store. */
export async function spreadExamples(
  deps: Pick<LearnDeps, "recall" | "exampleIndex" | "onExamplesGone" | "onIndexFault">,
  removed: readonly ExampleTerms[],
  added: readonly Example[],
  signal: AbortSignal,
): Promise<void> {
  for (const { id } of removed) deps.recall.forgetPersonal(personalName(id));
  deps.onExamplesGone(removed);
  for (const example of added) deps.recall.learnPersonal(personalText(example));
  try {
    if (removed.length > 0) await deps.exampleIndex?.remove(removed.map(({ id }) => id));
    const items = added.map((example) => ({ label: example.id, text: indexedText(example) }));
    if (items.length > 0) await deps.exampleIndex?.add(items, signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    deps.onIndexFault(error);
  }
}

/** What an example's vector is made of. */
export function indexedText(example: NewExample): string {
  return `${example.contextBefore}\n${example.linePrefix}${example.text}`;
}

/** An example as a text of the personal level: its line with a little of what stood above. */
export function personalText(example: Example): { readonly name: string; readonly text: string } {
  const above = lastLines(example.contextBefore, PERSONAL_CONTEXT_LINES);
  return { name: personalName(example.id), text: `${above}\n${example.linePrefix}${example.text}\n` };
}

/** Of an example, in recall. */
export function personalName(id: number): string {
  return `example:${id}`;
}

function exampleFrom(
  evidence: Evidence,
  outcome: Outcome,
  place: Pick<NewExample, "projectId" | "path" | "createdAt">,
): NewExample | undefined {
  const { generation } = evidence;
  if (!generation || outcome.verdict === "undone") return undefined;
  const shared = {
    ...place,
    generationId: generation.id,
    languageId: generation.languageId,
    contextBefore: generation.contextBefore,
  };
  // What another tool wrote, as it seems, may have been the developer's own paste.
  const trust = generation.confidence ?? 1;
  const correction = evidence.rating === "down" ? undefined : correctionOf(evidence);
  if (correction) {
    return {
      ...shared,
      origin: "corrected",
      linePrefix: correction.linePrefix,
      text: correction.finalLine,
      // The rest of the line belongs to both, so that they are compared as lines.
      generated: correction.generated + correction.finalLine.slice(correction.final.length),
      score: Math.max(CORRECTION_SCORE_MIN, outcome.score) * trust,
    };
  }
  const final = evidence.final;
  const score = outcome.score * trust;
  if (score < SCORE_MIN || !final || final.text.trim() === "") return undefined;
  return {
    ...shared,
    origin: "accepted",
    linePrefix: final.linePrefix,
    text: final.lineText,
    generated: undefined,
    score,
  };
}

function describeLearned(outcome: Outcome, example: Example | undefined): string | undefined {
  if (!example) return outcome.isFinal && outcome.verdict === "rejected" ? "that was not wanted" : undefined;
  if (example.generated === undefined) return `kept ${shorten(example.text)}`;
  const [left, right] = changedPart(example.generated, example.text);
  return `${shorten(left) || "nothing"} → ${shorten(right) || "nothing"}`;
}

/** What differs between two texts, on to the borders of words. */
function changedPart(before: string, after: string): [before: string, after: string] {
  const { offset, deleted, inserted } = diffAsEdit(before, after);
  const head = /[\p{L}\p{N}_$]*$/u.exec(before.slice(Math.max(0, offset - WORD_MAX), offset))![0];
  const tail = /^[\p{L}\p{N}_$]*/u.exec(before.slice(offset + deleted, offset + deleted + WORD_MAX))![0];
  return [head + before.slice(offset, offset + deleted) + tail, head + inserted + tail];
}

function shorten(text: string): string {
  const line = text.trim().split("\n")[0] ?? "";
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

function lastLines(text: string, count: number): string {
  return text.split("\n").slice(-count).join("\n");
}
