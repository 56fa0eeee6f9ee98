/**
 * The embedder that needs no model: identifiers, the words in them and their character n-grams are hashed into a short
 * vector with random signs (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"), each
 * weighted by how rare it was in the documents seen so far. The same sequence of texts gives the same vectors, bit for
 * bit.
 */
import { assert } from "../base/errors.ts";
import { eachTerm } from "../code/terms.ts";
import type { Embedder, Embedding } from "./embedder.ts";

/** Vectors of 512 components retrieve as well as ones of 4096 (continuations found in four code bases). */
export const LEXICAL_DIMENSION = 512;
/** Changes whenever the same text would give another vector: old indexes are then built anew. */
export const LEXICAL_ID = "lexical-1";

/** Hashed features. Bit 15 tells n-grams from terms, bits 0..8 are the component, bit 9 is the sign. */
const FEATURES = 65536;
const GRAM_BIT = 0x8000;
const COMPONENT_MASK = LEXICAL_DIMENSION - 1;
const SIGN_BIT = 0x200;
const GRAM_LENGTHS = [3, 4];
/** N-grams find related names, but outvote the names themselves above a quarter of their weight (measured, ours). */
const GRAM_WEIGHT = 0.25;
/** UTF-16 units of a text that count; bounds the time of one embedding to a few milliseconds. */
const TEXT_LENGTH_MAX = 32_768;

/** In how many documents each hashed feature occurred. The embedder's only state. */
export interface DocumentFrequencies {
  documents: number;
  /** One counter per hashed feature. */
  readonly counts: Uint32Array;
}

export interface LexicalEmbedder extends Embedder {
  readonly dimension: number;
  readonly frequencies: Readonly<DocumentFrequencies>;
  /** A document is counted in the frequencies before it is embedded; a query is not counted. */
  embed(texts: readonly string[], purpose: "document" | "query"): Embedding[];
  /** Weighs by these from now on, in place of what was counted so far. */
  takeFrequencies(frequencies: Readonly<DocumentFrequencies>): void;
}

/** Takes over `frequencies` and changes them as documents come in. */
export function createLexicalEmbedder(frequencies = createDocumentFrequencies()): LexicalEmbedder {
  const collector = createCollector();
  const embedOne = (text: string, purpose: "document" | "query"): Embedding => {
    const features = collector.collect(text);
    if (features.length === 0) return undefined;
    if (purpose === "document") count(frequencies, features);
    return weigh(features, collector.occurrences, frequencies);
  };
  return {
    id: LEXICAL_ID,
    dimension: LEXICAL_DIMENSION,
    frequencies,
    embed: (texts, purpose) => texts.map((text) => embedOne(text, purpose)),
    takeFrequencies: ({ documents, counts }) => {
      frequencies.documents = documents;
      frequencies.counts.set(counts);
    },
  };
}

/** Counts documents as embedding them does, without embedding them. */
export interface DocumentCounter {
  readonly frequencies: Readonly<DocumentFrequencies>;
  count(text: string): void;
}

export function createDocumentCounter(): DocumentCounter {
  const frequencies = createDocumentFrequencies();
  const collector = createCollector();
  return {
    frequencies,
    count: (text) => {
      const features = collector.collect(text);
      if (features.length > 0) count(frequencies, features);
    },
  };
}

export function createDocumentFrequencies(): DocumentFrequencies {
  return { documents: 0, counts: new Uint32Array(FEATURES) };
}

/** The frequencies as bytes: the number of documents, then the counters, 32 bits each, little-endian. */
export function writeDocumentFrequencies(frequencies: Readonly<DocumentFrequencies>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * FEATURES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, frequencies.documents, true);
  frequencies.counts.forEach((documents, feature) => view.setUint32(4 + 4 * feature, documents, true));
  return bytes;
}

/** Reads what {@link writeDocumentFrequencies} wrote; throws a `RangeError` on anything else. */
export function parseDocumentFrequencies(bytes: Uint8Array): DocumentFrequencies {
  if (bytes.length !== 4 + 4 * FEATURES) throw new RangeError("document frequencies have another size");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const documents = view.getUint32(0, true);
  const counts = Uint32Array.from({ length: FEATURES }, (_, feature) => view.getUint32(4 + 4 * feature, true));
  if (counts.some((count) => count > documents)) throw new RangeError("a feature is in more documents than there are");
  return { documents, counts };
}

interface Collector {
  /** The distinct features of `text`, in the order they occur first; valid until the next call. */
  collect(text: string): Uint16Array;
  /** How often each feature of the last text occurred. */
  readonly occurrences: Uint32Array;
}

function createCollector(): Collector {
  const occurrences = new Uint32Array(FEATURES);
  const features = new Uint16Array(FEATURES);
  let featureCount = 0;

  const add = (feature: number, times: number): void => {
    if (occurrences[feature] === 0) features[featureCount++] = feature;
    occurrences[feature]! += times;
  };

  const collect = (text: string): Uint16Array => {
    for (let index = 0; index < featureCount; index++) occurrences[features[index]!] = 0;
    featureCount = 0;
    const terms = new Map<string, { times: number; readonly isWhole: boolean }>();
    eachTerm(text.slice(0, TEXT_LENGTH_MAX), (term, isWhole) => {
      const seen = terms.get(term);
      if (seen) seen.times++;
      else terms.set(term, { times: 1, isWhole });
    });
    for (const [term, { times, isWhole }] of terms) {
      add(hash(term, 0, term.length, 0) & ~GRAM_BIT, times);
      if (!isWhole) continue;
      for (const length of GRAM_LENGTHS) {
        for (let end = length; end <= term.length; end++) {
          add(hash(term, end - length, end, length) | GRAM_BIT, times);
        }
      }
    }
    return features.subarray(0, featureCount);
  };
  return { collect, occurrences };
}

function count(frequencies: DocumentFrequencies, features: Uint16Array): void {
  assert(frequencies.documents < 0xffffffff, "fewer than 2^32 documents are counted");
  frequencies.documents++;
  for (const feature of features) frequencies.counts[feature]!++;
}

/** The unit vector of `features`: sublinear term frequency times the inverse document frequency of BM25. */
function weigh(
  features: Uint16Array,
  occurrences: Uint32Array,
  frequencies: Readonly<DocumentFrequencies>,
): Float32Array {
  const vector = new Float32Array(LEXICAL_DIMENSION);
  const { documents, counts } = frequencies;
  for (const feature of features) {
    const seenIn = counts[feature]!;
    // Never zero or negative, even for a feature that every document has.
    const rarity = Math.log(1 + (documents - seenIn + 0.5) / (seenIn + 0.5));
    const weight = (1 + Math.log(occurrences[feature]!)) * rarity * (feature & GRAM_BIT ? GRAM_WEIGHT : 1);
    vector[feature & COMPONENT_MASK]! += feature & SIGN_BIT ? -weight : weight;
  }
  return normalise(vector);
}

/** Divides by the Euclidean length. All weights may cancel out: then one component is set, so that no NaN gets out. */
function normalise(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const component of vector) squares += component * component;
  if (squares === 0) {
    vector[0] = 1;
    return vector;
  }
  const scale = 1 / Math.sqrt(squares);
  for (let index = 0; index < vector.length; index++) vector[index]! *= scale;
  return vector;
}

/** FNV-1a over UTF-16 units with the finaliser of MurmurHash3, whose low 16 bits are returned. */
function hash(term: string, start: number, end: number, seed: number): number {
  let state = 0x811c9dc5 ^ seed;
  for (let index = start; index < end; index++) state = Math.imul(state ^ term.charCodeAt(index), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) & 0xffff;
}
