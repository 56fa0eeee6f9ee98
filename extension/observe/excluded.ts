/**
 * Which files are left out by the user's patterns and by ours: of them nothing is recorded. What `.gitignore` and
 * `.tacitignore` say the sidecar knows; it offers nothing there and takes no signals of it (see `outbox.ts`).
 */
import { Uri, workspace } from "vscode";
import { createExclude } from "../../privacy/exclude.ts";
import type { Exclude } from "../../privacy/exclude.ts";

/** Answers by the patterns that hold at the time. */
export function createExcluded(patterns: () => readonly string[]): (uri: string) => boolean {
  let known: { readonly patterns: readonly string[]; readonly exclude: Exclude } | undefined;
  return (uri) => {
    const now = patterns();
    if (known?.patterns !== now) known = { patterns: now, exclude: createExclude({ patterns: now }) };
    return isExcluded(known.exclude, Uri.parse(uri));
  };
}

function isExcluded(exclude: Exclude, { scheme, path }: Uri): boolean {
  const roots = (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === scheme && isInside(uri.path, path))
    .map(({ uri }) => uri.path);
  const root = roots.sort((a, b) => b.length - a.length)[0];
  const name = path.slice(root?.length ?? 0).replace(/^\/+(?:[A-Za-z]:\/+)?/u, "");
  if (name === "" || /(?:^|\/)\.\.?(?:\/|$)/u.test(name)) return false;
  const reason = exclude.excludes(name, false);
  // Outside of every folder there are no rules but the user's own: much lies in a folder named "build" there.
  return root === undefined ? reason === "private" : reason !== undefined;
}

function isInside(root: string, path: string): boolean {
  return path.startsWith(root.endsWith("/") ? root : `${root}/`);
}
