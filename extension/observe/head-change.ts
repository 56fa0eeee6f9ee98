/** What has happened when a repository's HEAD is another one than before. */

export interface Head {
  /** Name of the branch; undefined while none is checked out. */
  readonly branch: string | undefined;
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
}

export interface CommitInfo {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly message: string;
}

export type HeadChange =
  | { readonly kind: "none" }
  /** Another branch, or none, is checked out. */
  | { readonly kind: "switch" }
  | { readonly kind: "commit"; readonly commits: readonly CommitInfo[] }
  | { readonly kind: "amend"; readonly commit: CommitInfo; readonly replaced: string }
  /** The commits that are left behind, newest first. */
  | { readonly kind: "reset"; readonly left: readonly string[] }
  /** Pulled, merged, rebased. */
  | { readonly kind: "other" };

/** Commits between two HEADs that are looked at; more of them are no work of the last moments. */
export const COMMITS_BETWEEN_MAX = 5;

/** `read` gives a commit; undefined where there is none. */
export async function headChange(
  before: Head,
  after: Head,
  read: (hash: string) => Promise<CommitInfo | undefined>,
): Promise<HeadChange> {
  if (before.branch !== after.branch) return { kind: "switch" };
  if (before.commit === after.commit || after.commit === undefined) return { kind: "none" };
  const newer = await lineage(after.commit, read);
  const joint = newer.findIndex(({ parents }) => parents[0] === before.commit);
  if (joint >= 0) {
    const commits = newer.slice(0, joint + 1);
    // A merge brings the work of others along.
    return commits.some(({ parents }) => parents.length > 1) ? { kind: "other" } : { kind: "commit", commits };
  }
  if (before.commit === undefined) return { kind: "commit", commits: newer.slice(0, 1) };
  const older = await lineage(before.commit, read);
  const back = older.findIndex(({ parents }) => parents[0] === after.commit);
  if (back >= 0) return { kind: "reset", left: older.slice(0, back + 1).map(({ hash }) => hash) };
  const [now] = newer;
  const [was] = older;
  const isAmend = now && was && now.parents.length === was.parents.length && now.parents[0] === was.parents[0];
  // Without a branch that is how one walks from commit to commit.
  if (!isAmend) return { kind: after.branch === undefined ? "switch" : "other" };
  return { kind: "amend", commit: now, replaced: was.hash };
}

/** A commit and those before it, newest first. */
async function lineage(
  hash: string,
  read: (hash: string) => Promise<CommitInfo | undefined>,
): Promise<readonly CommitInfo[]> {
  const commits: CommitInfo[] = [];
  let next: string | undefined = hash;
  while (next !== undefined && commits.length < COMMITS_BETWEEN_MAX) {
    const commit: CommitInfo | undefined = await read(next);
    if (!commit) break;
    commits.push(commit);
    [next] = commit.parents;
  }
  return commits;
}
