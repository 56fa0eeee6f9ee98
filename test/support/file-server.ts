/** A server on the loopback interface that gives out one file, and can misbehave in the ways that servers do. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createRandom } from "../../sidecar/base/random.ts";

/** How one request is answered; requests beyond those that are told so are answered well. */
export type Manner =
  | { readonly cutAfter: number }
  /** As much as is said, and then silence. */
  | { readonly hangAfter: number }
  | { readonly status: number; readonly retryAfter?: string }
  | { readonly redirectTo: string };

export interface FileServerOptions {
  readonly content: Uint8Array;
  /** Default: one that is made of the content. Null: none. */
  readonly etag?: string | null;
  readonly givesRanges?: boolean;
  /** SHA-256 as Hugging Face states it. */
  readonly linkedSha256?: string;
  /** No length is told. */
  readonly isChunked?: boolean;
}

export interface FileServer {
  readonly url: string;
  readonly host: string;
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** Bytes of bodies that were sent in all. */
  readonly bytesSent: number;
  misbehave(...next: readonly Manner[]): void;
  /** Another file under the same name. */
  change(options: FileServerOptions): void;
}

/** Bytes that do not repeat themselves. */
export function bytesOf(length: number, seed = 1): Buffer {
  const random = createRandom(seed);
  return Buffer.from(Uint8Array.from({ length }, () => Math.floor(random() * 256)));
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export async function startFileServer(t: TestContext, options: FileServerOptions): Promise<FileServer> {
  let served = options;
  let bytesSent = 0;
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  const manners: Manner[] = [];

  const send = async (response: ServerResponse, bytes: Uint8Array, manner: Manner | undefined): Promise<void> => {
    const end =
      manner && "cutAfter" in manner ? manner.cutAfter : manner && "hangAfter" in manner ? manner.hangAfter : undefined;
    const sent = bytes.subarray(0, end ?? bytes.length);
    bytesSent += sent.length;
    if (end === undefined) {
      response.end(sent);
      return;
    }
    if (sent.length > 0) await new Promise<void>((resolve) => response.write(sent, () => resolve()));
    else response.flushHeaders();
    if (!("cutAfter" in manner!)) return;
    // What is on its way would be lost with the connection.
    await setTimeout(sent.length > 0 ? 50 : 0);
    response.destroy();
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push({ path: request.url ?? "", headers: request.headers });
    const manner = manners.shift();
    if (manner && "status" in manner) {
      response.writeHead(manner.status, manner.retryAfter === undefined ? {} : { "retry-after": manner.retryAfter });
      response.end("no");
      return;
    }
    const { content, givesRanges = true, linkedSha256, isChunked } = served;
    const etag = served.etag === undefined ? `"${sha256Of(content).slice(0, 16)}"` : served.etag;
    const linked = linkedSha256 && { "x-linked-etag": `"${linkedSha256}"`, "x-linked-size": String(content.length) };
    if (manner && "redirectTo" in manner) {
      response.writeHead(302, { location: manner.redirectTo, ...linked }).end();
      return;
    }
    const common = { ...(etag !== null && { etag }), ...linked };
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? Number.NaN);
    const isSame = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
    if (givesRanges && isSame && !Number.isNaN(start)) {
      if (start >= content.length) {
        response.writeHead(416, { ...common, "content-range": `bytes */${content.length}` }).end();
        return;
      }
      const range = `bytes ${start}-${content.length - 1}/${content.length}`;
      const length = String(content.length - start);
      response.writeHead(206, { ...common, "content-range": range, "content-length": length });
      await send(response, content.subarray(start), manner);
      return;
    }
    response.writeHead(200, { ...common, ...(!isChunked && { "content-length": String(content.length) }) });
    await send(response, content, manner);
  };

  const host = await listen(t, (request, response) => void handle(request, response).catch(() => response.destroy()));
  return {
    url: `http://${host}`,
    host,
    requests,
    get bytesSent() {
      return bytesSent;
    },
    misbehave: (...next) => void manners.push(...next),
    change: (next) => void (served = next),
  };
}

export interface Proxy {
  readonly url: string;
  /** What it was asked for: whole addresses, or `CONNECT host:port`. */
  readonly asked: readonly string[];
}

/** A proxy that leads every name to one server of this machine. */
export async function startProxy(t: TestContext, server: string, password?: string): Promise<Proxy> {
  const asked: string[] = [];
  const [hostname, port] = server.split(":") as [string, string];
  const wanted = password && `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;
  const host = await listen(
    t,
    (request, response) => {
      asked.push(request.url ?? "");
      if (wanted !== undefined && request.headers["proxy-authorization"] !== wanted) {
        response.writeHead(407).end();
        return;
      }
      const { path } = { path: new URL(request.url ?? "").pathname };
      const upstream = connect(Number(port), hostname, () => {
        upstream.write(`GET ${path} HTTP/1.1\r\nhost: ${server}\r\nconnection: close\r\n\r\n`);
        upstream.pipe(response.socket!);
      });
      upstream.on("error", () => response.destroy());
    },
    (path) => void asked.push(`CONNECT ${path}`),
  );
  return { url: `http://${password === undefined ? "" : `me:${password}@`}${host}`, asked };
}

async function listen(
  t: TestContext,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
  onConnect?: (path: string) => void,
): Promise<string> {
  const server = createServer(onRequest);
  server.on("connect", (request, socket) => {
    onConnect?.(request.url ?? "");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
