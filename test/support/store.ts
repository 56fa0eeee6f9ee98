/** A real database in a folder of the test's own, and rows for it. */
import type { TestContext } from "node:test";
import type { Clock } from "../../sidecar/base/clock.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { termsOf } from "../../sidecar/code/terms.ts";
import { type NewChunk, replaceFile } from "../../sidecar/store/chunks.ts";
import { type Database, openDatabase } from "../../sidecar/store/database.ts";
import { type Example, type NewExample, saveExample } from "../../sidecar/store/examples.ts";
import { temporaryFolder } from "./folders.ts";

/** A time that moves only when the test says so. */
export class FakeClock implements Clock {
  #now: number;

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** Closed with the test. */
export async function temporaryDatabase(t: TestContext): Promise<Database> {
  const opened: Database[] = [];
  // Registered first, done first: the folder goes when nothing is open in it.
  t.after(() => {
    for (const database of opened) database.close();
  });
  const { database } = openDatabase(await temporaryFolder(t), silentLog);
  opened.push(database);
  return database;
}

/** Stores an example that is found by the words of its line. */
export function addExample(
  database: Database,
  example: Partial<NewExample> & Pick<NewExample, "linePrefix" | "text">,
): Example {
  const whole: NewExample = {
    projectId: undefined,
    generationId: undefined,
    languageId: "typescript",
    path: "a.ts",
    origin: "accepted",
    contextBefore: "",
    generated: undefined,
    score: 0.9,
    createdAt: 1,
    ...example,
  };
  return saveExample(database, whole, termsOf(whole.linePrefix + whole.text));
}

/** Stores a file that shows nothing of style. */
export function storeFile(
  database: Database,
  projectId: number,
  path: string,
  hash: string,
  chunks: readonly NewChunk[],
): ReturnType<typeof replaceFile> {
  return replaceFile(database, projectId, path, { hash, chunks, style: { sites: {}, lines: {} } });
}
