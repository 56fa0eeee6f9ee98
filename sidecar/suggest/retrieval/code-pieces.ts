/**
 * Pieces of the workspace's code that searches found: what speaks for each besides its rank, which of them are chosen,
 * and what comes next in those.
 */
import { importsOf } from "../../code/imports.ts";
import { termsOf } from "../../code/terms.ts";
import type { SimilarCode } from "../../engine/engine.ts";
import { type Chunk, chunkBehind, findChunks, firstChunk } from "../../store/chunks.ts";
import type { Database } from "../../store/database.ts";
import { type Continuation, continuationOf, type Window, windowBefore } from "./continuation.ts";
import { boost, diverse, fuse, jaccard } from "./fusion.ts";

/**
 * Pieces whose circumstances are weighed, those compared with each other, those looked into for what comes next, and
 * those handed over.
 */
const WEIGHED_MAX = 16;
const THINNED_MAX = 12;
const COMPARED_MAX = 8;
const CHOSEN_MAX = 4;
/** The first so many hits of one search are weighed whatever the other one finds: their ranks are the best there are. */
const PREPARED_MAX = WEIGHED_MAX / 2;

interface Piece {
  readonly chunk: Chunk;
  /** Factor for its score. */
  readonly boost: number;
  terms?: ReadonlySet<string>;
}

export class CodePieces {
  readonly #database: Database;
  readonly #path: string;
  readonly #importsShared: (path: string) => number;
  readonly #window: Window;
  readonly #pieces = new Map<number, Piece>();

  /** Of a project, for the place behind `prefix` in one of its files. */
  constructor(
    database: Database,
    { projectId, path, prefix }: { readonly projectId: number; readonly path: string; readonly prefix: string },
  ) {
    const importsShared = compareImports(database, prefix);
    this.#database = database;
    this.#path = path;
    this.#importsShared = (other) => importsShared(projectId, other);
    this.#window = windowBefore(prefix);
  }

  /** Reads what will be needed of one search's hits, best first, while another one is under way. */
  prepare(ids: readonly number[]): void {
    const first = ids.slice(0, PREPARED_MAX);
    this.#read(first);
    for (const piece of this.#pieces.values()) this.#termsOf(piece);
  }

  /**
   * The best of what searches found, each search's ids best first: with what comes next in them. None is of the file
   * itself. Throws what the store does.
   */
  choose(rankings: readonly (readonly number[])[]): SimilarCode[] {
    const fused = fuse(rankings).slice(0, WEIGHED_MAX);
    this.#read(fused.map(({ id }) => id));
    const weighed = fused
      .flatMap(({ id, score }) => {
        const piece = this.#pieces.get(id);
        return piece && piece.chunk.path !== this.#path ? [{ piece, score: score * piece.boost }] : [];
      })
      .sort((a, b) => b.score - a.score || b.piece.chunk.id - a.piece.chunk.id)
      .slice(0, THINNED_MAX)
      .map((hit) => ({ ...hit, terms: this.#termsOf(hit.piece) }));
    const chosen: SimilarCode[] = [];
    for (const { piece } of diverse(weighed, COMPARED_MAX)) {
      if (chosen.length === CHOSEN_MAX) break;
      const { path, text } = piece.chunk;
      const continuation = this.#continuationOf(piece.chunk);
      if (!continuation) continue;
      chosen.push({ path, text, continuation: continuation.text, likeness: continuation.likeness });
    }
    return chosen;
  }

  #read(ids: readonly number[]): void {
    const unread = ids.filter((id) => !this.#pieces.has(id));
    for (const chunk of findChunks(this.#database, unread)) {
      const circumstances = {
        place: nearness(chunk.path, this.#path),
        imports: this.#importsShared(chunk.path),
        ageMs: undefined,
        outcome: undefined,
      };
      this.#pieces.set(chunk.id, { chunk, boost: boost(circumstances) });
    }
  }

  #termsOf(piece: Piece): ReadonlySet<string> {
    return (piece.terms ??= new Set(termsOf(piece.chunk.text)));
  }

  #continuationOf(chunk: Chunk): Continuation | undefined {
    return continuationOf(chunk.text, chunkBehind(this.#database, chunk)?.text ?? "", this.#window);
  }
}

/** How much of what a file imports the document with this prefix imports too, 0..1; each file is looked at once. */
export function compareImports(database: Database, prefix: string): (projectId: number, path: string) => number {
  const imports = importsOf(prefix);
  const known = new Map<string, number>();
  return (projectId, path) => {
    if (imports.size === 0) return 0;
    const file = `${projectId}:${path}`;
    let shared = known.get(file);
    if (shared === undefined) {
      shared = jaccard(imports, importsOf(firstChunk(database, projectId, path)?.text ?? ""));
      known.set(file, shared);
    }
    return shared;
  };
}

export function nearness(path: string, other: string): "same file" | "same directory" | "elsewhere" {
  if (path === other) return "same file";
  return directoryOf(path) === directoryOf(other) ? "same directory" : "elsewhere";
}

/** Directory of a path within its project, "" for the project's own. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
