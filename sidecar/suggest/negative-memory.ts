/**
 * Negative memory: what the developer turned down does not come back (learning.md §5). A suggestion is dropped where the
 * same text, or nearly the same, was rejected in such a place within some weeks, or where its text was vetoed, for ever.
 * The rows lie in the store; an index of their hashes answers within a keystroke.
 */
import { styleLanguage } from "../code/languages.ts";
import { judgeRejection } from "../outcome/rejection.ts";
import type { Database } from "../store/database.ts";
import {
  allRejected,
  allVetoedTexts,
  type RejectedRow,
  removeRejected,
  removeVetoedText,
  saveRejected,
  saveVetoedText,
  trimRejected,
  type VetoedText,
} from "../store/rejected.ts";
import { findGeneration, signalsOf } from "../store/signals.ts";
import {
  containment,
  keysOf,
  overlap,
  resemblance,
  type Sketch,
  sketchContext,
  sketchText,
  type TextSketch,
} from "./sketch.ts";

/** Texts as similar as this are one text to the developer (learning.md §5). */
const TEXT_SIMILARITY_MIN = 0.9;
/** A clear, fresh no reaches this far (ours): one line more above, or one name changed. */
const CONTEXT_SIMILARITY_MIN = 0.7;
/** A rejection reaches less and less far, and then is forgotten (learning.md §5). */
export const FADING_MS = 30 * 24 * 60 * 60 * 1000;
export const REJECTED_MAX = 20_000;
/** The newest stay when they have faded: under a clock that is set to another year they only seem to. */
const REJECTED_KEPT = 1000;
/** Rejections looked at for one hash, the newest: bounds the time of a check. */
const POSTINGS_MAX = 200;
/** Rejections have to weigh this much together; floating-point halves add up exactly. */
const WEIGHT_MIN = 1;

/** Where a text is to stand. */
export interface TextPlace {
  readonly languageId: string;
  /** Lines above the cursor's. */
  readonly above: string;
  /** The line left of the cursor. */
  readonly linePrefix: string;
}

export class NegativeMemory {
  readonly #database: Database;
  readonly #rejected = new Map<string, RejectedRow>();
  /** Generations by the hashes that tell their texts, and by those of the text as it stood and of its first lines. */
  readonly #byShingle = new Postings();
  readonly #byHash = new Postings();
  readonly #vetoed = new Map<number, { readonly veto: VetoedText; readonly sketches: readonly TextSketch[] }>();

  /** Reads what is stored; `now` in milliseconds since the epoch. */
  constructor(database: Database, now: number) {
    this.#database = database;
    this.#load(now);
  }

  get size(): number {
    return this.#rejected.size;
  }

  /** Vetoed texts, the oldest first. */
  get vetoedTexts(): readonly VetoedText[] {
    return [...this.#vetoed.values()].map(({ veto }) => veto);
  }

  /** Whether a text was turned down for such a place, as of `now`. */
  isUnwanted(text: string, place: TextPlace, now: number): boolean {
    const sketches = sketchText(place.linePrefix, text);
    if (sketches.length === 0) return false;
    if (this.#isVetoed(place, sketches)) return true;
    if (this.#rejected.size === 0) return false;
    const found = this.#findLike(sketches);
    if (found.length === 0) return false;
    const context = sketchContext(place.above, place.linePrefix);
    let weight = 0;
    for (const { row } of found) {
      const strength = strengthOf(row, now);
      if (strength > 0 && overlap(row.context, context) >= reachOf(strength)) weight += row.weight;
      if (weight >= WEIGHT_MIN) return true;
    }
    return false;
  }

  /**
   * Reads again what became of generations that have something new. Call in the transaction that stored it: if that
   * fails, memory is brought back in step with the store by {@link reload}.
   */
  learn(generationIds: readonly string[], now: number): void {
    for (const id of generationIds) this.#learn(id);
    const bounds = { since: now - FADING_MS, kept: REJECTED_KEPT, max: REJECTED_MAX };
    for (const id of trimRejected(this.#database, bounds)) this.#forget(id);
  }

  /** The developer has written a line by hand at `at` (ms): whoever writes a text wants it. Call in a transaction. */
  written(line: string, above: string, at: number): void {
    if (this.#rejected.size === 0) return;
    // How much of the line stood there when the rest of it was rejected is not known any more.
    const context = sketchContext(above, line);
    this.#clear(sketchText("", line), at, (other) => containment(other, context));
  }

  /** Never suggests a text again, which stood at `place`; it must be free of secrets. */
  veto(text: string, place: TextPlace, now: number): VetoedText {
    const veto = saveVetoedText(this.#database, {
      languageId: styleLanguage(place.languageId),
      text,
      context: sketchContext(place.above, place.linePrefix),
      vetoedAt: now,
    });
    this.#addVeto(veto);
    return veto;
  }

  /** Takes a veto back; returns whether there was one. */
  allow(vetoId: number): boolean {
    this.#vetoed.delete(vetoId);
    return removeVetoedText(this.#database, vetoId);
  }

  /** Reads the store again: a transaction was rolled back, or rows were erased. */
  reload(now: number): void {
    this.#rejected.clear();
    this.#byShingle.clear();
    this.#byHash.clear();
    this.#vetoed.clear();
    this.#load(now);
  }

  #load(now: number): void {
    for (const row of allRejected(this.#database)) if (strengthOf(row, now) > 0) this.#add(row);
    for (const veto of allVetoedTexts(this.#database)) this.#addVeto(veto);
  }

  #learn(generationId: string): void {
    const generation = findGeneration(this.#database, generationId);
    if (!generation) return;
    const sketches = sketchText(generation.linePrefix, generation.text);
    const own = sketches.at(-1);
    if (!own) return;
    const beginnings = Int32Array.from(sketches.slice(0, -1).flatMap(({ alone, whole }) => [alone, whole]));
    const context = sketchContext(generation.contextBefore, generation.linePrefix);
    const judgement = judgeRejection(signalsOf(this.#database, generationId));
    if (judgement.kind === "rejected") {
      const { weight, at: rejectedAt } = judgement;
      const { shingles, lines, whole } = own;
      this.#keep({ generationId, shingles, lines, whole, beginnings, context, weight, rejectedAt });
      return;
    }
    if (this.#forget(generationId)) removeRejected(this.#database, [generationId]);
    if (judgement.kind === "wanted") this.#clear(sketches, judgement.at, (other) => overlap(other, context));
  }

  /** The text is wanted in such places: what was rejected before does not hold any more. */
  #clear(sketches: readonly TextSketch[], wantedAt: number, similarity: (context: Sketch) => number): void {
    for (const { row, isBeginning } of this.#findLike(sketches)) {
      if (row.rejectedAt > wantedAt || similarity(row.context) < CONTEXT_SIMILARITY_MIN) continue;
      // Wanting the first line says nothing for all that was offered with it.
      if (isBeginning) this.#keep({ ...row, beginnings: new Int32Array() });
      else {
        removeRejected(this.#database, [row.generationId]);
        this.#forget(row.generationId);
      }
    }
  }

  /**
   * Rejected texts that are the sketched one, or begin it, up to a line's end; and those that it is the first lines of:
   * who turned down both was shown it.
   */
  #findLike(sketches: readonly TextSketch[]): { readonly row: RejectedRow; readonly isBeginning: boolean }[] {
    const found = new Map<string, { readonly row: RejectedRow; readonly isBeginning: boolean }>();
    for (const sketch of sketches) {
      const isAll = sketch === sketches.at(-1);
      const candidates = [
        ...this.#byHash.at(sketch.whole),
        ...(isAll ? this.#byHash.at(sketch.alone) : []),
        ...[...keysOf(sketch.shingles, TEXT_SIMILARITY_MIN)].flatMap((key) => this.#byShingle.at(key)),
      ];
      for (const id of new Set(candidates)) {
        const row = this.#rejected.get(id);
        if (!row) continue;
        // Wrapped otherwise, the same text has more lines or fewer; a beginning is one that ends where the other did.
        const isSame = (isAll || row.lines === sketch.lines) && isSameText(row, sketch);
        const isBeginning = isAll && !isSame && isBeginningOf(row, sketch);
        if (isSame || (isBeginning && !found.has(id))) found.set(id, { row, isBeginning });
      }
    }
    return [...found.values()];
  }

  /** A vetoed text is unwanted everywhere, also with more behind it; its first lines are where it was vetoed. */
  #isVetoed(place: TextPlace, sketches: readonly TextSketch[]): boolean {
    const language = styleLanguage(place.languageId);
    const all = sketches.at(-1)!;
    for (const { veto, sketches: vetoed } of this.#vetoed.values()) {
      if (veto.languageId !== language) continue;
      const { lines, shingles } = vetoed.at(-1)!;
      if (sketches.some((own) => (own === all || own.lines === lines) && isAlike(shingles, own.shingles))) return true;
      const isBeginning = vetoed.slice(0, -1).some(({ alone }) => alone === all.alone);
      if (!isBeginning) continue;
      const context = sketchContext(place.above, place.linePrefix);
      if (overlap(veto.context, context) >= CONTEXT_SIMILARITY_MIN) return true;
    }
    return false;
  }

  /** Stores a rejection in place of an earlier one of the same generation. */
  #keep(row: RejectedRow): void {
    saveRejected(this.#database, row);
    this.#forget(row.generationId);
    this.#add(row);
  }

  #add(row: RejectedRow): void {
    this.#rejected.set(row.generationId, row);
    for (const hash of hashesOf(row)) this.#byHash.add(hash, row.generationId);
    for (const key of keysOf(row.shingles, TEXT_SIMILARITY_MIN)) this.#byShingle.add(key, row.generationId);
  }

  /** Returns whether it was there. */
  #forget(generationId: string): boolean {
    const row = this.#rejected.get(generationId);
    if (!row) return false;
    this.#rejected.delete(generationId);
    for (const hash of hashesOf(row)) this.#byHash.remove(hash, generationId);
    for (const key of keysOf(row.shingles, TEXT_SIMILARITY_MIN)) this.#byShingle.remove(key, generationId);
    return true;
  }

  #addVeto(veto: VetoedText): void {
    const sketches = sketchText("", veto.text);
    if (sketches.length > 0) this.#vetoed.set(veto.id, { veto, sketches });
  }
}

/** Which generations hold a hash, the newest last. */
class Postings {
  readonly #ids = new Map<number, string[]>();

  /** The newest of them. */
  at(hash: number): readonly string[] {
    const ids = this.#ids.get(hash) ?? [];
    return ids.length > POSTINGS_MAX ? ids.slice(-POSTINGS_MAX) : ids;
  }

  add(hash: number, id: string): void {
    const ids = this.#ids.get(hash);
    if (ids) ids.push(id);
    else this.#ids.set(hash, [id]);
  }

  remove(hash: number, id: string): void {
    const ids = this.#ids.get(hash)?.filter((other) => other !== id) ?? [];
    if (ids.length > 0) this.#ids.set(hash, ids);
    else this.#ids.delete(hash);
  }

  clear(): void {
    this.#ids.clear();
  }
}

function hashesOf({ whole, beginnings }: RejectedRow): Set<number> {
  return new Set([whole, ...beginnings]);
}

function isBeginningOf({ beginnings }: RejectedRow, { alone, whole }: TextSketch): boolean {
  return beginnings.includes(alone) || beginnings.includes(whole);
}

function isSameText(row: RejectedRow, sketch: TextSketch): boolean {
  return row.whole === sketch.whole || isAlike(row.shingles, sketch.shingles);
}

function isAlike(left: Sketch, right: Sketch): boolean {
  const [small, large] = left.length < right.length ? [left, right] : [right, left];
  if (small.length < TEXT_SIMILARITY_MIN * large.length) return false;
  return resemblance(left, right) >= TEXT_SIMILARITY_MIN;
}

/** How much of a rejection is left, 0..1. */
function strengthOf({ weight, rejectedAt }: RejectedRow, now: number): number {
  // What was rejected in the future was so under a wrong clock: it fades by how far away it is.
  const fresh = 1 - Math.abs(now - rejectedAt) / FADING_MS;
  return Math.min(1, weight * fresh);
}

/** How similar a place must be: nearly the same for what is faint, such a place for what is strong. */
function reachOf(strength: number): number {
  return 1 - (1 - CONTEXT_SIMILARITY_MIN) * strength;
}
