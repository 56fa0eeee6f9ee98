/**
 * Long writes on a thread of their own, with a connection of their own: forgetting a large project, and writing the file
 * anew, take seconds, in which nobody who types may wait. Until they are done this process writes nothing else.
 */
import { Worker } from "node:worker_threads";
import { workerUrl } from "../base/worker-url.ts";
import type { Database } from "./database.ts";
import { type Forget, forgetRows, type ForgetOptions } from "./forget.ts";
import type { Selection } from "./tables.ts";

/** What the thread is to do. */
export type BesideTask =
  | { readonly kind: "forget"; readonly selection: Selection; readonly options: ForgetOptions }
  | { readonly kind: "scrub" };

export interface BesideData {
  readonly path: string;
  readonly task: BesideTask;
}

/** As {@link forgetRows}, which says what is meant. */
export async function forgetBeside(database: Database, selection: Selection, options: ForgetOptions): Promise<Forget> {
  if (database.path === undefined) return forgetRows(database, selection, options);
  return (await runBeside(database, database.path, { kind: "forget", selection, options })) as Forget;
}

/** As {@link Database.scrub}. */
export async function scrubBeside(database: Database): Promise<boolean> {
  if (database.path === undefined) return database.scrub();
  return (await runBeside(database, database.path, { kind: "scrub" })) as boolean;
}

async function runBeside(database: Database, path: string, task: BesideTask): Promise<unknown> {
  return await database.yieldWriting(
    () =>
      new Promise((resolve, reject) => {
        const data: BesideData = { path, task };
        // None of this process's flags: some, such as --input-type, forbid a thread that begins with a file.
        const worker = new Worker(workerUrl(import.meta.url, "./beside-worker.ts", "beside-worker"), {
          workerData: data,
          execArgv: [],
        });
        worker.once("message", resolve);
        worker.once("error", reject);
        worker.once("exit", (code) => reject(new Error(`the thread of a long write ended with ${code}`)));
      }),
  );
}
