/**
 * A store after months of work, drawn from the lines of a source tree: suggestions with all that is stored about each, what
 * was typed, and files of projects that are not worked on any more. Repeated with the same seed it has the same rows.
 */
import { join } from "node:path";
import { v7 } from "uuid";
import type { Generation, Signal } from "../../protocol/signals.ts";
import { CAPS } from "../../sidecar/ledger/retention.ts";
import { storeExample } from "../../sidecar/learn/learn.ts";
import { gatherEvidence } from "../../sidecar/outcome/evidence.ts";
import { scoreOutcome } from "../../sidecar/outcome/score.ts";
import { tierOf } from "../../sidecar/outcome/tiers.ts";
import { replaceFile } from "../../sidecar/store/chunks.ts";
import type { Database } from "../../sidecar/store/database.ts";
import { saveGateLabel } from "../../sidecar/store/gate.ts";
import { saveOrigin } from "../../sidecar/store/origins.ts";
import { saveOutcome } from "../../sidecar/store/outcomes.ts";
import { openProject } from "../../sidecar/store/projects.ts";
import { saveSignal } from "../../sidecar/store/signals.ts";
import { saveTrial, settleTrial } from "../../sidecar/store/trials.ts";
import { FEATURES } from "../../sidecar/suggest/retrieval/critic.ts";
import { type Place, samplePlaces, type SourceFile } from "./sources.ts";

export interface Filling {
  readonly database: Database;
  /** Of the workspace that is worked in. */
  readonly root: string;
  /** Its files, which all lines are drawn from. */
  readonly files: readonly SourceFile[];
  readonly random: () => number;
  /** Until when there was work, in milliseconds since the epoch. */
  readonly now: number;
}

/** Of suggestions. */
const TAKEN_SHARE = 0.6;
const WORKSPACE_SHARE = 0.7;
const OTHER_PROJECTS = 20;
const MONTHS_MS = 200 * 24 * 60 * 60 * 1000;
/** A store beyond its caps has so much more than they allow. */
const EXCESS = 1.1;
const PLACES_PER_PAGE = 500;
/** Lines of data are longer; nobody works there. */
const LINE_CHARS_MAX = 200;
const CONTEXT_LINES = 20;
const CHUNK_LINES = 30;
const CHUNKS_PER_FILE = 10;

/** So many suggestions, an example of each that was taken, and trials of the newest. */
export function addSuggestions(filling: Filling, count: number, trials = Math.min(count, CAPS.trials)): void {
  const projects = projectsOf(filling);
  let added = 0;
  forPlaces(filling, count, (place) => {
    const isHere = filling.random() < WORKSPACE_SHARE;
    const other = 1 + Math.floor(filling.random() * OTHER_PROJECTS);
    const at = Math.round(filling.now - MONTHS_MS * (1 - added / count));
    const id = addSuggestion(filling, { place, projectId: projects[isHere ? 0 : other]!, at });
    if (added++ < count - trials) return;
    const [withCode, withoutCode] = [place.target, place.target.slice(0, filling.random() * place.target.length)];
    saveTrial(filling.database, id, { features: FEATURES.map(() => filling.random()), withCode, withoutCode });
    settleTrial(filling.database, id, filling.random() - 0.5);
  });
}

/** So many lines that were typed, as examples. */
export function addTyped(filling: Filling, count: number): void {
  const projectId = projectsOf(filling)[0]!;
  forPlaces(filling, count, ({ file, prefix, target }) => {
    const { linePrefix, contextBefore } = around(prefix);
    const place = { projectId, generationId: undefined, languageId: file.languageId, path: file.path };
    const text = { contextBefore, linePrefix, text: target, generated: undefined };
    storeExample(filling.database, { ...place, ...text, origin: "typed", score: 0.6, createdAt: filling.now });
  });
}

/** Brings each of the tables that are large above its cap. */
export function fillBeyondCaps(filling: Filling): void {
  const missing = (table: "generations" | "examples" | "chunks", cap: number): number =>
    Math.max(0, Math.ceil(cap * EXCESS) - countOf(filling.database, table));
  const trials = Math.ceil(CAPS.trials * EXCESS) - countOf(filling.database, "retrieval_trials");
  addSuggestions(filling, missing("generations", CAPS.generations), trials);
  addTyped(filling, missing("examples", CAPS.examples));
  addOldFiles(filling, missing("chunks", CAPS.chunks));
}

export function countOf(database: Database, table: string): number {
  return Number(database.get(`SELECT count(*) AS n FROM ${table}`)!["n"]);
}

/** Ids: that of the workspace, then those of projects that are closed. */
function projectsOf({ database, root, now }: Filling): number[] {
  const others = Array.from({ length: OTHER_PROJECTS }, (_, n) => join(root, "..", `other-${n}`));
  return [root, ...others].map((folder) => openProject(database, folder, { now: () => now - MONTHS_MS }).id);
}

/** In transactions of some hundred. */
function forPlaces({ database, files, random }: Filling, count: number, add: (place: Place) => void): void {
  for (let left = count; left > 0;) {
    const drawn = samplePlaces(files, Math.min(left, PLACES_PER_PAGE), random, { perFile: 10 });
    const places = drawn.filter(({ prefix, target }) => {
      const { contextBefore, linePrefix } = around(prefix);
      const isShort = linePrefix.length + target.length <= LINE_CHARS_MAX;
      return isShort && contextBefore.length <= CONTEXT_LINES * LINE_CHARS_MAX;
    });
    database.derivedTransaction(() => places.forEach(add));
    left -= places.length;
  }
}

/** Returns its id. */
function addSuggestion(
  { database, random }: Filling,
  { place, projectId, at }: { readonly place: Place; readonly projectId: number; readonly at: number },
): string {
  const { file, prefix, target } = place;
  const { path, languageId } = file;
  const { line, linePrefix, contextBefore } = around(prefix);
  const id = idAt(at, random);
  const generation: Generation = {
    id,
    engine: "recall",
    proposer: "project",
    languageId,
    uri: path,
    line,
    character: linePrefix.length,
    linePrefix,
    contextBefore,
    text: target,
  };
  const isTaken = random() < TAKEN_SHARE;
  const signals = isTaken ? takenLife(generation, at, random) : dismissedLife(generation, at, random);
  for (const signal of signals) saveSignal(database, signal, () => ({ projectId, path }));
  const [confidence, propensity] = [random(), 1];
  const exampleIds = [1, 2, 3].map(() => 1 + Math.floor(random() * CAPS.examples));
  const features = { bias: 1, confidence, margin: random(), chars: random(), [`language:${languageId}`]: 1 };
  const decision = { features, propensity };
  saveOrigin(database, id, { raw: target, repairs: [], source: `${path}:1`, confidence, exampleIds, decision });
  saveGateLabel(database, id, { isWanted: isTaken, weight: 1 }, at);
  const evidence = gatherEvidence(signals);
  const outcome = scoreOutcome(evidence);
  const tier = tierOf(outcome, evidence);
  saveOutcome(database, id, outcome, { tier, tags: [], signals: signals.length, now: at });
  if (isTaken) {
    const text = { contextBefore, linePrefix, text: evidence.final?.lineText ?? target, generated: undefined };
    const example = { projectId, generationId: id, languageId, path, origin: "accepted" as const };
    storeExample(database, { ...example, ...text, score: outcome.score, createdAt: at });
  }
  return id;
}

/** Accepted, half of the time changed, looked at as time goes by, and committed. */
function takenLife(generation: Generation, at: number, random: () => number): readonly Signal[] {
  const { text, linePrefix } = generation;
  const final = random() < 0.5 ? text : text.replaceAll('"', "'");
  const after = (ms: number) => ({ id: idAt(at + ms, random), at: at + ms, generationId: generation.id });
  const seen = { sinceAcceptMs: 5000, machineChars: final.length };
  const none = { errors: 0, warnings: 0 };
  return [
    { ...after(0), kind: "shown", generation },
    { ...after(900), kind: "accepted", extent: "whole", via: "key", acceptedChars: text.length, dwellMs: 900 },
    ...(final === text ? [] : [{ ...after(4000), kind: "edited" as const, sinceAcceptMs: 3100, text: final }]),
    { ...after(5900), kind: "survived", moment: "5 s", ...seen, text: final },
    { ...after(15_000), kind: "settled", sinceAcceptMs: 14_100, text: final, lineText: final, linePrefix },
    { ...after(15_001), kind: "diagnostics", phase: "settled", before: none, now: none },
    { ...after(30_900), kind: "survived", moment: "30 s", ...seen, sinceAcceptMs: 30_000 },
    { ...after(40_000), kind: "survived", moment: "saved", ...seen, sinceAcceptMs: 39_100 },
    { ...after(120_900), kind: "survived", moment: "120 s", ...seen, sinceAcceptMs: 120_000 },
  ];
}

function dismissedLife(generation: Generation, at: number, random: () => number): readonly Signal[] {
  const after = (ms: number) => ({ id: idAt(at + ms, random), at: at + ms, generationId: generation.id });
  return [
    { ...after(0), kind: "shown", generation },
    { ...after(2000), kind: "dismissed", reason: "typed-over", dwellMs: 2000 },
  ];
}

/** Files of projects that are closed, with so many chunks. */
function addOldFiles(filling: Filling, count: number): void {
  const { database, files, random } = filling;
  const projects = projectsOf(filling).slice(1);
  const style = { sites: {}, lines: {} };
  for (let left = count; left > 0;) {
    const page = Array.from({ length: Math.min(left, PLACES_PER_PAGE) }, () => {
      const lines = files[Math.floor(random() * files.length)]!.text.split("\n");
      const at = Math.floor(random() * Math.max(1, lines.length - CHUNK_LINES));
      const text = lines.slice(at, at + CHUNK_LINES).join("\n");
      return { kind: "lines", symbol: "", startLine: at, endLine: at + CHUNK_LINES, text };
    });
    database.derivedTransaction(() => {
      for (let from = 0; from < page.length; from += CHUNKS_PER_FILE) {
        const project = projects[Math.floor(random() * projects.length)]!;
        const chunks = page.slice(from, from + CHUNKS_PER_FILE);
        replaceFile(database, project, `old${left - from}.ts`, { hash: "", chunks, style });
      }
    });
    left -= page.length;
  }
}

function around(prefix: string) {
  const lines = prefix.split("\n");
  return {
    line: lines.length - 1,
    linePrefix: lines.at(-1) ?? "",
    contextBefore: lines.slice(-1 - CONTEXT_LINES, -1).join("\n"),
  };
}

function idAt(msecs: number, random: () => number): string {
  return v7({ msecs, random: Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)) });
}
