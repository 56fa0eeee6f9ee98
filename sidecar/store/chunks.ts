/** Chunks: pieces of the projects' files, kept so that the vector index can be rebuilt and its hits be read. */
import { type FileStyle, parseFileStyle } from "../style/conventions/file-style.ts";
import type { Database, Row } from "./database.ts";

/** Files that are read at once: a millisecond. */
const FILES_PER_PAGE = 64;

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

/** A chunk as it is indexed. */
export interface ChunkText {
  readonly id: number;
  readonly text: string;
}

/** Replaces what is stored of a file. Returns the chunks that are gone and those that are new. Call in a transaction. */
export function replaceFile(
  database: Database,
  projectId: number,
  path: string,
  { hash, chunks, style }: StoredFile,
): { readonly removed: ChunkText[]; readonly added: ChunkText[] } {
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

/** Removes a file and its chunks; returns the chunks. Call in a transaction. */
export function removeFile(database: Database, projectId: number, path: string): ChunkText[] {
  const file = database.get("SELECT id FROM files WHERE project_id = ? AND path = ?", projectId, path);
  if (!file) return [];
  const fileId = Number(file["id"]);
  const chunks = database.all("SELECT id, text FROM chunks WHERE file_id = ?", fileId).map(parseText);
  database.run("DELETE FROM chunks WHERE file_id = ?", fileId);
  database.run("DELETE FROM files WHERE id = ?", fileId);
  return chunks;
}

/** What the files of a project show of style, the newest last; read as it is asked for: there may be thousands. */
export function* fileStyles(
  database: Database,
  projectId: number,
): Generator<{ readonly path: string; readonly style: FileStyle }> {
  // With a plus, so that rows are read by their ids: by path all of them would be sorted for each page.
  const sql = "SELECT id, path, style FROM files WHERE +project_id = ? AND id > ? ORDER BY id LIMIT ?";
  for (let last = 0; ;) {
    const rows = database.all(sql, projectId, last, FILES_PER_PAGE);
    for (const row of rows) {
      yield { path: String(row["path"]), style: parseFileStyle(JSON.parse(String(row["style"]))) };
    }
    if (rows.length < FILES_PER_PAGE) return;
    last = Number(rows.at(-1)!["id"]);
  }
}

export function saveFileStyle(database: Database, projectId: number, path: string, style: FileStyle): void {
  database.run("UPDATE files SET style = ? WHERE project_id = ? AND path = ?", JSON.stringify(style), projectId, path);
}

/** Chunks by id, in the order of `ids`; those that are gone are left out. */
export function findChunks(database: Database, ids: readonly number[]): Chunk[] {
  return ids.flatMap((id) => {
    const row = database.get("SELECT c.*, f.path FROM chunks c JOIN files f ON f.id = c.file_id WHERE c.id = ?", id);
    return row ? parseChunk(row) : [];
  });
}

/** The chunk that goes on where another one ends, without a line between them. */
export function chunkBehind(database: Database, chunk: Chunk): Chunk | undefined {
  const row = database.get(
    `SELECT c.*, f.path FROM chunks c JOIN files f ON f.id = c.file_id
     WHERE c.file_id = (SELECT file_id FROM chunks WHERE id = ?) AND c.start_line = ?`,
    chunk.id,
    chunk.endLine,
  );
  return row && parseChunk(row);
}

/** The first chunk of a file: where its imports stand. */
export function firstChunk(database: Database, projectId: number, path: string): ChunkText | undefined {
  const row = database.get(
    `SELECT c.id, c.text FROM files f JOIN chunks c ON c.file_id = f.id
     WHERE f.project_id = ? AND f.path = ? ORDER BY c.id LIMIT 1`,
    projectId,
    path,
  );
  return row && parseText(row);
}

/** Ids of a file's chunks. */
export function chunkIdsOf(database: Database, projectId: number, path: string): Set<number> {
  const rows = database.all(
    "SELECT c.id FROM files f JOIN chunks c ON c.file_id = f.id WHERE f.project_id = ? AND f.path = ?",
    projectId,
    path,
  );
  return new Set(rows.map((row) => Number(row["id"])));
}

/** A project's chunks: of those above an id the lowest, or of those below it the highest, in that order. */
export function chunksBeyond(
  database: Database,
  projectId: number,
  beyond: { above: number } | { below: number },
  limit: number,
): ChunkText[] {
  const rows =
    "above" in beyond
      ? database.all(
          "SELECT id, text FROM chunks WHERE project_id = ? AND id > ? ORDER BY id LIMIT ?",
          projectId,
          beyond.above,
          limit,
        )
      : database.all(
          "SELECT id, text FROM chunks WHERE project_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
          projectId,
          beyond.below,
          limit,
        );
  return rows.map(parseText);
}

function parseText(row: Row): ChunkText {
  return { id: Number(row["id"]), text: String(row["text"]) };
}

function parseChunk(row: Row): Chunk {
  return {
    id: Number(row["id"]),
    path: String(row["path"]),
    kind: String(row["kind"]),
    symbol: String(row["symbol"]),
    startLine: Number(row["start_line"]),
    endLine: Number(row["end_line"]),
    text: String(row["text"]),
  };
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
