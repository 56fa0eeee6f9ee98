/**
 * The process that holds a model. It does one thing after the other; what is shown in an editor goes before what is only
 * foreseen. It has no business but with the sidecar, and ends when that does.
 */
import { describeError, isAbort } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { useAddedBackends } from "./backends.ts";
import { LlamaFault } from "./fault.ts";
import type { HostAnswer, HostRequest, Opened, TaskName, Tasks } from "./host-messages.ts";
import { type EmbeddingModel, lookAtBackend, openCompletionModel, openEmbeddingModel } from "./llama-cpp.ts";
import { measureEmbedding } from "./speed.ts";
import { createWriter, type Writer } from "./write.ts";

const log: Log = {
  error: (message) => send({ kind: "log", message }),
  warn: (message) => send({ kind: "log", message }),
  info: (message) => send({ kind: "log", message }),
  debug: (message) => send({ kind: "log", message }),
};

const [, , backendsFolder] = process.argv;
// Before llama.cpp is looked for.
if (backendsFolder !== undefined) useAddedBackends(backendsFolder);

let writer: Writer | undefined;
let embedder: EmbeddingModel | undefined;
/** What is under way or waits, by id. */
const running = new Map<number, AbortController>();
/** Ends what is foreseen as soon as something is asked for. */
let foreseeing: AbortController | undefined;
/** The end of the last request: one after the other. */
let last: Promise<unknown> = Promise.resolve();

process.on("message", (message) => take(message as HostRequest));
process.on("disconnect", () => process.exit(0));

function take(request: HostRequest): void {
  if (request.kind === "abort") {
    running.get(request.id)?.abort();
    return;
  }
  const { id, kind } = request;
  const abort = new AbortController();
  running.set(id, abort);
  foreseeing?.abort();
  if (kind === "foresee") foreseeing = abort;
  last = last.then(async () => {
    try {
      abort.signal.throwIfAborted();
      send({ kind: "done", id, output: await perform(request, abort.signal) });
    } catch (error) {
      send(isAbort(error) ? { kind: "aborted", id } : { kind: "failed", id, fault: faultOf(error) });
    } finally {
      running.delete(id);
    }
  });
}

async function perform(
  request: Exclude<HostRequest, { kind: "abort" }>,
  signal: AbortSignal,
): Promise<Tasks[TaskName]["output"]> {
  switch (request.kind) {
    case "open":
      return open(request.input, (share) => send({ kind: "progress", id: request.id, share }), signal);
    case "complete":
      if (!writer) throw new LlamaFault("failed", "no model that writes is open");
      return writer.write(request.input, signal);
    case "foresee":
      await writer?.foresee(request.input, signal);
      return null;
    case "embed":
      if (!embedder) throw new LlamaFault("failed", "no embedding model is open");
      return embed(embedder, request.input.texts, signal);
    case "probe":
      return lookAtBackend(request.input.gpu, log);
    case "measure":
      if (writer) return writer.measure(signal);
      if (!embedder) throw new LlamaFault("failed", "no model is open");
      return measureEmbedding(embedder, signal);
  }
}

async function open(
  options: Tasks["open"]["input"],
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Opened> {
  if (options.purpose === "embedding") {
    embedder = await openEmbeddingModel(options, log, onProgress);
    return { facts: embedder.facts, dimension: embedder.dimension, promptTokensMax: embedder.tokensMax };
  }
  const model = await openCompletionModel(options, log, onProgress);
  writer = await createWriter(model, signal);
  return { facts: model.facts, dimension: 0, promptTokensMax: writer.promptTokensMax };
}

async function embed(
  model: EmbeddingModel,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const text of texts) {
    signal.throwIfAborted();
    vectors.push(Float32Array.from(await model.embed(text)));
  }
  return vectors;
}

function faultOf(error: unknown): Pick<LlamaFault, "kind" | "detail"> {
  return error instanceof LlamaFault
    ? { kind: error.kind, detail: error.detail }
    : { kind: "failed", detail: describeError(error) };
}

function send(answer: HostAnswer): void {
  // The line is gone where the sidecar is; then this process ends as well.
  process.send?.(answer, undefined, undefined, () => undefined);
}
