/** Projects: the folders Tacit has seen. Every other row names its project, so that a project can be erased. */
import type { Clock } from "../base/clock.ts";
import type { Database } from "./database.ts";

export interface Project {
  readonly id: number;
  /** Real path of the folder. */
  readonly root: string;
}

export function openProject(database: Database, root: string, clock: Clock): Project {
  database.run("INSERT OR IGNORE INTO projects (root, created_at) VALUES (?, ?)", root, clock.now());
  return { id: Number(database.get("SELECT id FROM projects WHERE root = ?", root)!["id"]), root };
}

/** Stores an open project that was forgotten again, under the id that it has. */
export function restoreProject(database: Database, { id, root }: Project, clock: Clock): void {
  database.run("INSERT OR IGNORE INTO projects (id, root, created_at) VALUES (?, ?, ?)", id, root, clock.now());
}

export function findProject(database: Database, root: string): Project | undefined {
  const row = database.get("SELECT id, root FROM projects WHERE root = ?", root);
  return row && { id: Number(row["id"]), root: String(row["root"]) };
}

export function allProjects(database: Database): Project[] {
  return database
    .all("SELECT id, root FROM projects ORDER BY id")
    .map((row) => ({ id: Number(row["id"]), root: String(row["root"]) }));
}
