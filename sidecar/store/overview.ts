/** What is stored, in figures: for `tacit status` and `tacit doctor`. */
import type { Database } from "./database.ts";

export interface StoreOverview {
  readonly typed: number;
  readonly accepted: number;
  readonly corrected: number;
  readonly signals: number;
  readonly generations: number;
  readonly ratings: number;
  readonly projects: readonly { readonly root: string; readonly files: number; readonly chunks: number }[];
}

export function readOverview(database: Database): StoreOverview {
  const count = (sql: string): number => Number(database.get(sql)!["n"]);
  return {
    typed: count("SELECT count(*) AS n FROM examples WHERE origin = 'typed'"),
    accepted: count("SELECT count(*) AS n FROM examples WHERE origin = 'accepted'"),
    corrected: count("SELECT count(*) AS n FROM examples WHERE origin = 'corrected'"),
    signals: count("SELECT count(*) AS n FROM signals"),
    generations: count("SELECT count(*) AS n FROM generations"),
    ratings: count("SELECT count(*) AS n FROM signals WHERE kind = 'rated'"),
    projects: database
      .all(
        `SELECT p.root, (SELECT count(*) FROM files f WHERE f.project_id = p.id) AS files,
                (SELECT count(*) FROM chunks c WHERE c.project_id = p.id) AS chunks
         FROM projects p ORDER BY p.id`,
      )
      .map((row) => ({ root: String(row["root"]), files: Number(row["files"]), chunks: Number(row["chunks"]) })),
  };
}
