/** The thread that takes secrets out of long texts, one after the other. {@link openRedactor} is its client. */
import { parentPort } from "node:worker_threads";
import { redact } from "../../privacy/redact.ts";

export interface RedactTask {
  readonly id: number;
  readonly text: string;
}

/** The text without secrets, under the id of its task. */
export type RedactAnswer = RedactTask;

parentPort?.on("message", ({ id, text }: RedactTask) => {
  parentPort?.postMessage({ id, text: redact(text).text } satisfies RedactAnswer);
});
