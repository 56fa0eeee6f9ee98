/** Whose edits are replayed, and from which commit on: the newest edits, as many as are asked for. */
import type { History, HistoryCommit } from "./history.ts";

export interface Person {
  /** An address; of several that were named together the one with the most commits. */
  readonly name: string;
  readonly addresses: ReadonlySet<string>;
}

export interface Plan {
  readonly persons: readonly Person[];
  /** Index of the first commit that is replayed. */
  readonly start: number;
  /** Primary events of the persons from there on, at most as many as were asked for and a commit more. */
  readonly events: number;
}

/** Where nobody is named, so many people at most are followed, those with the most commits first. */
const PERSONS_MAX = 4;

export interface Wanted {
  /** Parts of names or addresses, in any case: all who match are one person. Empty: whoever is most active. */
  readonly authors: readonly string[];
  /** Who is asking, if they are known: they come first where nobody is named. */
  readonly user: string | undefined;
  /** Primary events. */
  readonly events: number;
}

export async function planReplay(history: History, wanted: Wanted, signal: AbortSignal): Promise<Plan> {
  const candidates = personsOf(history.commits, wanted);
  const counts = new Map(candidates.map((person) => [person, 0]));
  /** Of the commits from the newest on: whose, and with how many events. */
  const seen: { readonly index: number; readonly person: Person; readonly events: number }[] = [];
  for (let index = history.commits.length - 1; index >= 0; index--) {
    if ((counts.get(candidates[0]!) ?? wanted.events) >= wanted.events) break;
    const commit = history.commits[index]!;
    const person = candidates.find(({ addresses }) => addresses.has(commit.author));
    if (!person || commit.leftOut) continue;
    signal.throwIfAborted();
    const { changes } = await history.step(commit);
    const events = changes
      .flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.events))
      .filter(({ stratum }) => stratum === "primary").length;
    if (events === 0) continue;
    counts.set(person, counts.get(person)! + events);
    seen.push({ index, person, events });
  }
  const persons: Person[] = [];
  let enough = 0;
  for (const person of candidates) {
    if (enough >= wanted.events) break;
    persons.push(person);
    enough += counts.get(person)!;
  }
  let start = history.commits.length;
  let events = 0;
  for (const { index, person, events: found } of seen) {
    if (events >= wanted.events) break;
    if (!persons.includes(person)) continue;
    events += found;
    start = index;
  }
  return { persons: persons.filter((person) => counts.get(person)! > 0), start, events };
}

function personsOf(commits: readonly HistoryCommit[], { authors, user }: Wanted): Person[] {
  const commitsOf = new Map<string, number>();
  for (const { author, leftOut } of commits) if (!leftOut) commitsOf.set(author, (commitsOf.get(author) ?? 0) + 1);
  const active = [...commitsOf.keys()].sort((a, b) => commitsOf.get(b)! - commitsOf.get(a)! || (a < b ? -1 : 1));
  if (authors.length > 0) {
    const parts = authors.map((part) => part.toLowerCase());
    const matching = new Set(
      commits
        .filter(({ author, name }) => parts.some((part) => `${name.toLowerCase()} <${author}>`.includes(part)))
        .map(({ author }) => author),
    );
    const name = active.find((address) => matching.has(address));
    return name === undefined ? [] : [{ name, addresses: matching }];
  }
  const own = user?.toLowerCase();
  const chosen = own !== undefined && commitsOf.has(own) ? [own] : active.slice(0, PERSONS_MAX);
  return chosen.map((address) => ({ name: address, addresses: new Set([address]) }));
}
