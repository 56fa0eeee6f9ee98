/** Model servers on loopback that speak what llama-server, Ollama and OpenAI-compatible ones do, and misbehave on request. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Dialect } from "../../sidecar/engine/remote/remote.ts";

/** What a request for text gets instead of an answer. */
export type Misbehaviour =
  | "hang"
  | "garbage"
  | "close before the answer"
  | "close in the middle"
  | "end in the middle"
  | "huge line"
  | "error in the stream"
  | { readonly status: number; readonly retryAfter?: string; readonly error?: string }
  | { readonly redirectTo: string }
  /** Milliseconds before each piece. */
  | { readonly pieceEveryMs: number };

export interface ModelServerOptions {
  readonly dialect: Dialect;
  /** What is written, piece by piece. */
  readonly pieces?: readonly string[];
  /** Of each piece. */
  readonly logprob?: number;
  readonly model?: string;
  /** Anything else gets 401. */
  readonly apiKey?: string;
  /** What Ollama says that its model can do. */
  readonly capabilities?: readonly string[];
  /** Milliseconds that Ollama takes to load a model. */
  readonly loadMs?: number;
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

export interface ModelServer {
  readonly url: string;
  readonly host: string;
  /** Requests for text. */
  readonly asked: readonly Received[];
  /** All requests, by path. */
  readonly paths: readonly string[];
  /** Connections made so far. */
  readonly connections: number;
  /** Pieces sent so far. */
  readonly piecesSent: number;
  /** The next requests for text get these, one each. */
  misbehave(...next: readonly Misbehaviour[]): void;
  close(): Promise<void>;
}

/** Closed when the test ends. */
export async function openModelServer(t: TestContext, options: ModelServerOptions): Promise<ModelServer> {
  const { dialect, pieces = ["1", ";"], logprob, model = "qwen2.5-coder:1.5b", apiKey } = options;
  const asked: Received[] = [];
  const paths: string[] = [];
  const queue: Misbehaviour[] = [];
  let connections = 0;
  let piecesSent = 0;
  const closing = new AbortController();

  const write = async (response: ServerResponse, everyMs: number, count: number): Promise<void> => {
    response.writeHead(200, { "content-type": dialect === "ollama" ? "application/x-ndjson" : "text/event-stream" });
    response.flushHeaders();
    for (const piece of pieces.slice(0, count)) {
      if (everyMs > 0) await setTimeout(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (response.destroyed || closing.signal.aborted) return;
      piecesSent++;
      response.write(eventOf(dialect, piece, logprob));
    }
  };
  const answer = async (response: ServerResponse): Promise<void> => {
    const how = queue.shift();
    const everyMs = typeof how === "object" && "pieceEveryMs" in how ? how.pieceEveryMs : 0;
    if (how === "hang") return;
    if (how === "close before the answer") response.destroy();
    else if (how === "garbage") response.writeHead(200).end("<html><body>It works!</body></html>\n");
    else if (how === "huge line") response.writeHead(200).end(`data: ${"x".repeat(100_000)}\n`);
    else if (how === "error in the stream") {
      response.writeHead(200).end(`${dialect === "ollama" ? "" : "data: "}{"error":"out of memory"}\n`);
    } else if (typeof how === "object" && "status" in how) {
      const { status, retryAfter, error = "no" } = how;
      response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter });
      response.end(JSON.stringify({ error: { message: error } }));
    } else if (typeof how === "object" && "redirectTo" in how) {
      response.writeHead(307, { location: how.redirectTo }).end();
    } else {
      const isCut = how === "close in the middle" || how === "end in the middle";
      await write(response, everyMs, isCut ? 1 : pieces.length);
      if (how === "close in the middle") {
        // What was written is on its way first.
        await setTimeout(5);
        response.destroy();
      } else response.end(isCut ? "" : lastEvent(dialect));
    }
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "";
    paths.push(path);
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    const reply = (status: number, json: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    };
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
      reply(401, { error: { message: "Invalid API Key" } });
    } else if (path === TEXT_PATHS[dialect] && !(dialect === "ollama" && body["prompt"] === undefined)) {
      asked.push({ path, headers: request.headers, body });
      await answer(response);
    } else if (dialect === "llama-server" && path === "/props") {
      reply(200, { default_generation_settings: {}, model_path: `models/${model}`, total_slots: 1 });
    } else if (dialect === "ollama" && path === "/api/tags") reply(200, { models: [{ name: model }] });
    else if (dialect === "ollama" && path === "/api/show") {
      if (body["model"] === model) reply(200, { capabilities: options.capabilities ?? ["completion", "insert"] });
      else reply(404, { error: `model '${String(body["model"])}' not found` });
    } else if (dialect === "ollama" && path === "/api/generate") {
      await setTimeout(options.loadMs ?? 0);
      reply(200, { model, response: "", done: true, done_reason: "load" });
    } else if (dialect === "openai" && path === "/v1/models") reply(200, { object: "list", data: [{ id: model }] });
    else reply(404, { error: { message: "File Not Found" } });
  };

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    closing.abort();
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  t.after(close);
  return {
    url: `http://${host}`,
    host,
    asked,
    paths,
    get connections() {
      return connections;
    },
    get piecesSent() {
      return piecesSent;
    },
    misbehave: (...next) => void queue.push(...next),
    close,
  };
}

const TEXT_PATHS: Readonly<Record<Dialect, string>> = {
  "llama-server": "/infill",
  ollama: "/api/generate",
  openai: "/v1/completions",
};

function eventOf(dialect: Dialect, text: string, logprob: number | undefined): string {
  const isTold = logprob !== undefined;
  switch (dialect) {
    case "llama-server": {
      const probabilities = isTold && { completion_probabilities: [{ token: text, logprob, top_logprobs: [] }] };
      return `data: ${JSON.stringify({ content: text, stop: false, ...probabilities })}\n\n`;
    }
    case "ollama":
      return `${JSON.stringify({ response: text, done: false, ...(isTold && { logprobs: [{ token: text, logprob }] }) })}\n`;
    case "openai": {
      const logprobs = isTold ? { tokens: [text], token_logprobs: [logprob] } : null;
      return `data: ${JSON.stringify({ choices: [{ index: 0, text, logprobs, finish_reason: null }] })}\n\n`;
    }
  }
}

function lastEvent(dialect: Dialect): string {
  switch (dialect) {
    case "llama-server":
      return `data: ${JSON.stringify({ content: "", stop: true, stop_type: "eos" })}\n\n`;
    case "ollama":
      return `${JSON.stringify({ response: "", done: true, done_reason: "stop" })}\n`;
    case "openai":
      return `data: ${JSON.stringify({ choices: [{ index: 0, text: "", finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`;
  }
}
