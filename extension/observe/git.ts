/**
 * Commits, through the editor's own git extension: what became of each generation when its file was committed, and
 * whether the commit was taken back. Where that extension is off there is nothing to see.
 */
import { Disposable, extensions, Uri } from "vscode";
import type { Event } from "vscode";
import type { CommittedSignal, RevertedSignal, SurvivalMoment } from "../../protocol/signals.ts";
import type { Log } from "../log.ts";
import { findCommitted } from "./commit-lines.ts";
import { revertedCommit, topicOf } from "./commit-message.ts";
import type { HeardGeneration } from "./generations.ts";
import { headChange } from "./head-change.ts";
import type { CommitInfo, Head } from "./head-change.ts";

export type GitFact = Omit<CommittedSignal, "id" | "at"> | Omit<RevertedSignal, "id" | "at">;

export interface GitDeps {
  readonly generations: () => readonly HeardGeneration[];
  readonly tell: (fact: GitFact) => void;
  /** Accepted text in these documents is looked at now. */
  readonly onMoment: (uris: ReadonlySet<string>, moment: SurvivalMoment) => void;
  /** Another branch was checked out below this URI. */
  readonly onSwitch: (root: string) => void;
  readonly log: Log;
}

/** As much of `vscode.git` (its API, version 1) as is used here. */
interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: Event<boolean>;
  getAPI(version: 1): GitApi;
}
interface GitApi {
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: Event<GitRepository>;
  readonly onDidCloseRepository: Event<GitRepository>;
}
interface GitRepository {
  readonly rootUri: Uri;
  readonly state: {
    readonly HEAD: { readonly name?: string; readonly commit?: string } | undefined;
    readonly onDidChange: Event<void>;
  };
  getCommit(ref: string): Promise<CommitInfo>;
  diffBetween(from: string, to: string): Promise<readonly GitChange[]>;
  show(ref: string, path: string): Promise<string>;
}
interface GitChange {
  readonly uri: Uri;
  readonly originalUri: Uri;
  readonly renameUri: Uri | undefined;
}

/** What a tree without files is called. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Follows the repositories of the window for as long as what it returns is not disposed of. */
export function registerGit(deps: GitDeps): Disposable {
  const watched = new Map<GitRepository, Disposable>();
  let opening: Disposable | undefined;
  let isDisposed = false;
  const watch = (repository: GitRepository): void => {
    if (!watched.has(repository)) watched.set(repository, watchRepository(repository, deps));
  };
  const start = async (): Promise<void> => {
    const extension = extensions.getExtension<GitExtension>("vscode.git");
    const git = await extension?.activate();
    if (!git?.enabled || isDisposed) return;
    const api = git.getAPI(1);
    opening = Disposable.from(
      api.onDidOpenRepository(watch),
      api.onDidCloseRepository((repository) => {
        watched.get(repository)?.dispose();
        watched.delete(repository);
      }),
    );
    api.repositories.forEach(watch);
  };
  start().catch((error: unknown) => deps.log.warn(`commits are not seen: ${String(error)}`));
  return new Disposable(() => {
    isDisposed = true;
    opening?.dispose();
    for (const watching of watched.values()) watching.dispose();
  });
}

function watchRepository(repository: GitRepository, deps: GitDeps): Disposable {
  let head: Head | undefined;
  let work: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const { name: branch, commit } = repository.state.HEAD ?? {};
    const before = head;
    head = { branch, commit };
    // While the repository is being opened nothing is known of it.
    if (!before || (before.branch === undefined && before.commit === undefined)) return;
    if (before.branch === branch && before.commit === commit) return;
    await onHead(repository, deps, before, head);
  };
  const onChange = (): void => {
    // One after the other: the next change is seen from where this one has led.
    work = work.then(look).catch((error: unknown) => deps.log.warn(`a commit was not read: ${String(error)}`));
  };
  onChange();
  return repository.state.onDidChange(onChange);
}

async function onHead(repository: GitRepository, deps: GitDeps, before: Head, after: Head): Promise<void> {
  const read = async (hash: string): Promise<CommitInfo | undefined> => {
    try {
      return await repository.getCommit(hash);
    } catch {
      // Gone with a rewritten history, or cut off in a shallow clone.
      return undefined;
    }
  };
  const change = await headChange(before, after, read);
  switch (change.kind) {
    case "switch":
      deps.onSwitch(repository.rootUri.toString());
      break;
    case "commit":
      for (const commit of [...change.commits].reverse()) await onCommit(repository, deps, commit, "commit");
      break;
    case "amend":
      await onCommit(repository, deps, change.commit, "amend");
      break;
    case "reset":
      onTakenBack(deps, change.left, "reset");
      break;
    case "none":
    case "other":
      break;
  }
}

async function onCommit(
  repository: GitRepository,
  deps: GitDeps,
  { hash, parents: [parent = EMPTY_TREE], message }: CommitInfo,
  via: "commit" | "amend",
): Promise<void> {
  const takenBack = revertedCommit(message);
  if (takenBack !== undefined) {
    onTakenBack(deps, [takenBack], "revert");
    return;
  }
  const changes = await repository.diffBetween(parent, hash);
  const uris = new Set(changes.map(({ uri, renameUri }) => (renameUri ?? uri).toString()));
  const mine = deps.generations().filter(({ uri }) => uris.has(uri));
  if (mine.length === 0) return;
  deps.onMoment(uris, via === "amend" ? "amended" : "committed");
  const files = new Map<string, string>();
  for (const { uri } of mine) if (!files.has(uri)) files.set(uri, await textAt(repository, hash, uri));
  // Again: what was looked at just now knows better what stands there.
  for (const generation of deps.generations().filter(({ uri }) => files.has(uri))) {
    const found = findCommitted(files.get(generation.uri)!, generation);
    const topic = topicOf(message);
    deps.tell({ kind: "committed", generationId: generation.id, commit: hash, via, topic, ...found });
  }
}

function onTakenBack(deps: GitDeps, commits: readonly string[], via: RevertedSignal["via"]): void {
  const gone = deps.generations().flatMap(({ id, uri, commits: known }) => {
    const commit = known.find((hash) => commits.some((one) => hash.startsWith(one)));
    return commit === undefined ? [] : [{ id, uri, commit }];
  });
  if (gone.length === 0) return;
  deps.onMoment(new Set(gone.map(({ uri }) => uri)), "reverted");
  for (const { id, commit } of gone) deps.tell({ kind: "reverted", generationId: id, commit, via });
}

/** A file of a commit; "" where it is not in it. */
async function textAt(repository: GitRepository, hash: string, uri: string): Promise<string> {
  try {
    return await repository.show(hash, Uri.parse(uri).fsPath);
  } catch {
    // Deleted by this commit.
    return "";
  }
}
