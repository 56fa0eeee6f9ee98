/** What somebody asks the ledger about, in their terms, and which rows that means. */
import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { LedgerScope } from "../../protocol/ledger.ts";
import type { Database } from "../store/database.ts";
import { targetOf } from "../store/forget.ts";
import { allProjects } from "../store/projects.ts";
import type { FilePlace, Selection } from "../store/tables.ts";

/** The rows that a scope means. */
export function selectionOf(database: Database, scope: LedgerScope): Selection {
  switch (scope.kind) {
    case "suggestion":
      return { kind: "suggestion", generationId: scope.generationId };
    case "file":
      return { kind: "file", places: placesOf(database, scope.file) };
    case "project": {
      const roots = namesOf(scope.root);
      const meant = allProjects(database).filter(({ root }) => roots.includes(root));
      return { kind: "project", projectIds: meant.map(({ id }) => id) };
    }
    case "span":
      return { kind: "span", from: scope.from, to: scope.to };
    case "everything":
      return { kind: "everything" };
  }
}

/** How a scope is named in the note of what was forgotten. */
export function targetsOf(scope: LedgerScope): string[] {
  switch (scope.kind) {
    case "suggestion":
      return [targetOf("suggestion", scope.generationId)];
    case "file":
      return namesOf(scope.file).map((file) => targetOf("file", file));
    case "project":
      return namesOf(scope.root).map((root) => targetOf("project", root));
    case "span":
    case "everything":
      return [];
  }
}

/** A file may belong to several projects, one inside the other, and to none. */
function placesOf(database: Database, file: string): FilePlace[] {
  const names = namesOf(file);
  const inside = allProjects(database).flatMap(({ id, root }) =>
    names.filter((name) => isInside(root, name)).map((name) => ({ projectId: id, path: pathIn(root, name) })),
  );
  const outside = [...names, file].map((name) => ({ projectId: null, path: uriOf(name) }));
  return [...inside, ...outside];
}

function uriOf(name: string): string {
  return /^[a-z][a-z\d+.-]+:/i.test(name) ? name : pathToFileURL(name).href;
}

function isInside(root: string, file: string): boolean {
  return file.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** As the store names it. */
function pathIn(root: string, file: string): string {
  return relative(root, file).split(sep).join("/");
}

/** The folders that a file is in, from its own to the outermost; none for what is no file of this machine. */
export function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return uriOf(file) === file || folder === file ? [] : [folder, ...foldersAbove(folder)];
}

/** A path as it is given, and without symbolic links on the way to it; it need not exist any more. */
export function namesOf(path: string): string[] {
  if (uriOf(path) === path) return [path];
  const absolute = resolve(path);
  return [...new Set([absolute, withoutLinks(absolute)])];
}

function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It is gone: its folder may still be there.
    const folder = dirname(path);
    return folder === path ? path : join(withoutLinks(folder), basename(path));
  }
}
