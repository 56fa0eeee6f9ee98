/** The thread of a long write: does what it was started for, says what came of it, and ends. */
import { parentPort, workerData } from "node:worker_threads";
import type { BesideData, BesideTask } from "./beside.ts";
import { type Database, openBeside } from "./database.ts";
import { forgetRows } from "./forget.ts";

const { path, task } = workerData as BesideData;
const database = openBeside(path);
try {
  parentPort!.postMessage(work(database, task));
} finally {
  database.close();
}

function work(on: Database, what: BesideTask): unknown {
  switch (what.kind) {
    case "forget":
      return forgetRows(on, what.selection, what.options);
    case "scrub":
      return on.scrub();
  }
}
