/** Chunks: pieces of the projects' files, kept so that the vector index can be rebuilt and its hits be read. */
import { type FileStyle, parseFileStyle } from "../style/conventions/file-style.ts";
import type { Database } from "./database.ts";

export interface NewChunk {
  readonly kind: string;
  readonly symbol: string;
  /** Zero-based, end exclusive. */
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
}

export interface Chunk extends NewChunk {
  readonly id: number;
  readonly path: string;
}

/** Hash of each stored file of a project, by path. */
export function fileHashes(database: Database, projectId: number): Map<string, string> {
  const rows = database.all("SELECT path, hash FROM files WHERE project_id = ?", projectId);
  return new Map(rows.map((row) => [String(row["path"]), String(row["hash"])]));
}

/** Hash of one stored file, or undefined. */
export function fileHash(database: Database, projectId: number, path: string): string | undefined {
  const row = database.get("SELECT hash FROM files WHERE project_id = ? AND path = ?", projectId, path);
  return row && String(row["hash"]);
}

/** What is stored of a file besides its path. */
export interface StoredFile {
  readonly hash: string;
  readonly chunks: readonly NewChunk[];
  readonly style: FileStyle;
}

/** Replaces what is stored of a file. Returns the chunks' ids that are gone and those that are new. Call in a transaction. */
export function replaceFile(
  database: Database,
  projectId: number,
  path: string,
  { hash, chunks, style }: StoredFile,
): { readonly removed: number[]; readonly added: { readonly id: number; readonly text: string }[] } {
  const removed = removeFile(database, projectId, path);
  const { lastId: fileId } = database.run(
    "INSERT INTO files (project_id, path, hash, style) VALUES (?, ?, ?, ?)",
    projectId,
    path,
    hash,
    JSON.stringify(style),
  );
  const added = chunks.map((chunk) => {
    const { lastId } = database.run(
      "INSERT INTO chunks (file_id, project_id, kind, symbol, start_line, end_line, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
      fileId,
      projectId,
      chunk.kind,
      chunk.symbol,
      chunk.startLine,
      chunk.endLine,
      chunk.text,
    );
    return { id: lastId, text: chunk.text };
  });
  return { removed, added };
}

/** Removes a file and its chunks; returns the chunks' ids. Call in a transaction. */
export function removeFile(database: Database, projectId: number, path: string): number[] {
  const file = database.get("SELECT id FROM files WHERE project_id = ? AND path = ?", projectId, path);
  if (!file) return [];
  const fileId = Number(file["id"]);
  const ids = database.all("SELECT id FROM chunks WHERE file_id = ?", fileId).map((row) => Number(row["id"]));
  database.run("DELETE FROM chunks WHERE file_id = ?", fileId);
  database.run("DELETE FROM files WHERE id = ?", fileId);
  return ids;
}

/** What the files of a project show of style, by path. */
export function fileStyles(
  database: Database,
  projectId: number,
): { readonly path: string; readonly style: FileStyle }[] {
  return database
    .all("SELECT path, style FROM files WHERE project_id = ? ORDER BY id", projectId)
    .map((row) => ({ path: String(row["path"]), style: parseFileStyle(JSON.parse(String(row["style"]))) }));
}

export function saveFileStyle(database: Database, projectId: number, path: string, style: FileStyle): void {
  database.run("UPDATE files SET style = ? WHERE project_id = ? AND path = ?", JSON.stringify(style), projectId, path);
}

export function findChunks(database: Database, ids: readonly number[]): Chunk[] {
  return ids.flatMap((id) => {
    const row = database.get("SELECT c.*, f.path FROM chunks c JOIN files f ON f.id = c.file_id WHERE c.id = ?", id);
    if (!row) return [];
    return {
      id,
      path: String(row["path"]),
      kind: String(row["kind"]),
      symbol: String(row["symbol"]),
      startLine: Number(row["start_line"]),
      endLine: Number(row["end_line"]),
      text: String(row["text"]),
    };
  });
}

/** Texts of chunks by id, for the index. */
export function chunkTexts(database: Database, ids: readonly number[]): Map<number, string> {
  const texts = new Map<number, string>();
  for (const id of ids) {
    const row = database.get("SELECT text FROM chunks WHERE id = ?", id);
    if (row) texts.set(id, String(row["text"]));
  }
  return texts;
}

export function chunkIds(database: Database, projectId: number): number[] {
  return database
    .all("SELECT id FROM chunks WHERE project_id = ? ORDER BY id", projectId)
    .map((row) => Number(row["id"]));
}

export function countChunks(database: Database, projectId: number): number {
  return Number(database.get("SELECT count(*) AS n FROM chunks WHERE project_id = ?", projectId)!["n"]);
}
