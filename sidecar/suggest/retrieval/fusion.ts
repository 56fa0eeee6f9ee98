/**
 * From rankings of several searches to the few that are handed over: fused by reciprocal rank, raised by what speaks for
 * a hit besides its words, and chosen so that near-duplicates do not take each other's places. Pure.
 */

/** Reciprocal rank fusion (Cormack et al. 2009). */
const RRF_K = 60;

/**
 * What speaks for a hit raises its score by these shares (ours). Of the first 24 ranks the last scores 1/84 where the
 * first scores 1/61: a quarter more is worth 15 ranks of one search, less than being found by two.
 */
const SAME_FILE = 0.25;
const SAME_DIRECTORY = 0.15;
const SAME_IMPORTS = 0.2;
const RECENT = 0.2;
const OUTCOME = 0.3;
/** After so long recency counts half: as long as a rejection is remembered (learning.md §5). */
const HALF_LIFE_MS = 30 * 24 * 60 * 60 * 1000;

/** Relevance against newness: 0.7 for the first (Carbonell & Goldstein 1998 try 0.3 to 0.7; code repeats itself more). */
const MMR_LAMBDA = 0.7;

export interface Scored {
  readonly id: number;
  readonly score: number;
}

/** Ids by `Σ 1 / (60 + rank)`, best first; of equals the newer one, whose id is higher. */
export function fuse(rankings: readonly (readonly number[])[]): Scored[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    for (const [rank, id] of ranking.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (RRF_K + rank + 1));
  }
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score || b.id - a.id);
}

/** What is known of a hit beside its rank. What is undefined speaks neither way. */
export interface Circumstances {
  readonly place: "same file" | "same directory" | "elsewhere";
  /** Share of imports that both files have, 0..1. */
  readonly imports: number;
  readonly ageMs: number | undefined;
  /** What became of it, 0..1. */
  readonly outcome: number | undefined;
}

/** Factor for the score of a hit, 1 and more. */
export function boost({ place, imports, ageMs, outcome }: Circumstances): number {
  const near = place === "same file" ? SAME_FILE + SAME_DIRECTORY : place === "same directory" ? SAME_DIRECTORY : 0;
  const recent = ageMs === undefined ? 0 : 2 ** (-Math.max(0, ageMs) / HALF_LIFE_MS);
  return (1 + near) * (1 + SAME_IMPORTS * imports) * (1 + RECENT * recent) * (1 + OUTCOME * (outcome ?? 0));
}

/**
 * The `limit` best by maximal marginal relevance (Carbonell & Goldstein 1998): each next one is the best that does not
 * say what is chosen already. Scores are positive; likeness is of sets of terms (Jaccard).
 */
export function diverse<T extends { readonly score: number; readonly terms: ReadonlySet<string> }>(
  items: readonly T[],
  limit: number,
): T[] {
  const highest = Math.max(...items.map(({ score }) => score), Number.MIN_VALUE);
  const left = items.map((item) => ({ item, relevance: item.score / highest, likeness: 0 }));
  const chosen: T[] = [];
  while (chosen.length < limit && left.length > 0) {
    let best = 0;
    for (let at = 1; at < left.length; at++) if (marginal(left[at]!) > marginal(left[best]!)) best = at;
    const [{ item }] = left.splice(best, 1) as [(typeof left)[number]];
    chosen.push(item);
    for (const other of left) other.likeness = Math.max(other.likeness, jaccard(item.terms, other.item.terms));
  }
  return chosen;
}

function marginal({ relevance, likeness }: { readonly relevance: number; readonly likeness: number }): number {
  return MMR_LAMBDA * relevance - (1 - MMR_LAMBDA) * likeness;
}

/** Shared over all, 0..1; 0 for two empty sets. */
export function jaccard<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const [smaller, larger] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const one of smaller) if (larger.has(one)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
