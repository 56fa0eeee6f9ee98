/**
 * Which model to choose on a machine: the best that leaves room for everything else, is quick enough to be read while
 * somebody types, and that everybody may use. Pure.
 */
import type { CatalogueModel } from "./catalogue.ts";
import type { Machine } from "./machine.ts";

export interface Recommendation {
  readonly id: string;
  /** A sentence without its end: "fits into the 11.0 GB that are free on NVIDIA RTX 4070". */
  readonly reason: string;
}

/** Of a graphics card's free memory so much may be taken: the screen and the editor want some. */
const GPU_SHARE = 0.85;
/** Of free memory so much, where the processor computes: compilers and browsers want the rest. */
const MEMORY_SHARE = 0.4;
/** On a graphics processor that shares the machine's memory. */
const UNIFIED_SHARE = 0.5;
/** Processors read a model's weights once for each token, at some 20 GB/s: larger ones write too slowly. */
const CPU_MEMORY_MB_MAX = 1000;
/** With fewer cores, reading the text around the cursor takes longer than anybody waits. */
const CPU_CORES_MIN = 4;

/** At most one of each kind, completion first. */
export function recommend(models: readonly CatalogueModel[], machine: Machine): readonly Recommendation[] {
  const free = models.filter(({ licence }) => licence.restriction === null);
  const completion = recommendCompletion(
    free.filter(({ kind }) => kind === "completion"),
    machine,
  );
  const embedding = recommendEmbedding(
    free.filter(({ kind }) => kind === "embedding"),
    machine,
  );
  return [completion, embedding].filter((one) => one !== undefined);
}

function recommendCompletion(models: readonly CatalogueModel[], machine: Machine): Recommendation | undefined {
  // llama.cpp would spread a model over several cards, which is slower than one that holds it.
  const card = machine.gpus.toSorted((a, b) => b.freeMb - a.freeMb)[0];
  if (card) {
    const share = card.kind === "unified" ? UNIFIED_SHARE : GPU_SHARE;
    const best = bestWithin(models, card.freeMb * share);
    const where = card.kind === "unified" ? "that graphics can have of this machine's memory" : `free on ${card.name}`;
    if (best) return { id: best.id, reason: `fits well into the ${gb(card.freeMb)} ${where}` };
  }
  if (machine.cores < CPU_CORES_MIN) return undefined;
  const best = bestWithin(models, Math.min(CPU_MEMORY_MB_MAX, machine.freeMb * MEMORY_SHARE));
  return best && { id: best.id, reason: "quick enough without a graphics card" };
}

function recommendEmbedding(models: readonly CatalogueModel[], machine: Machine): Recommendation | undefined {
  // All code of a project is read with it: here speed counts more than the last bit of quality.
  const smallest = models.toSorted((a, b) => a.memoryMb - b.memoryMb)[0];
  if (!smallest || smallest.memoryMb > machine.freeMb * MEMORY_SHARE) return undefined;
  return { id: smallest.id, reason: "small, quick and made for code" };
}

function bestWithin(models: readonly CatalogueModel[], memoryMb: number): CatalogueModel | undefined {
  return models.filter((model) => model.memoryMb <= memoryMb).toSorted((a, b) => b.rank - a.rank)[0];
}

function gb(mb: number): string {
  return `${(mb / 1024).toFixed(1)} GB`;
}
