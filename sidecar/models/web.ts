/**
 * The one door for downloads: GET, through the user's proxy, and along redirects that stay on https. What it sends is the
 * address, a range and the product's name, nothing else. Nothing here knows what the bytes are.
 */
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { NetworkSettings } from "../../protocol/messages.ts";
import { describeError, systemCode } from "../base/errors.ts";
import { VERSION } from "../version.ts";
import { ModelFault } from "./fault.ts";

export interface Answer {
  readonly status: number;
  /** Lowercase name, first value. */
  readonly header: (name: string) => string | undefined;
  /**
   * What the first server said of the file before it sent on to where the bytes lie. Hugging Face keeps large files by
   * their SHA-256, and names it here.
   */
  readonly linked: { readonly etag: string | undefined; readonly bytes: number | undefined };
  readonly body: Readable;
}

export interface Web {
  /** Resolves once the headers are there. The body must be read or destroyed. */
  get(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

const REDIRECTS_MAX = 5;
const CONNECT_MS_MAX = 15_000;
/** Until the headers, and between two pieces of the body. */
const SILENCE_MS_MAX = 30_000;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** `Error.code` of certificates that are not believed. */
const UNTRUSTED = /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/;

/** `silenceMsMax` is for tests. */
export async function openWeb(
  network: NetworkSettings,
  environment: NodeJS.ProcessEnv,
  silenceMsMax = SILENCE_MS_MAX,
): Promise<Web> {
  // Few sessions download anything: the others need not read it.
  const { EnvHttpProxyAgent, request } = await import("undici");
  const variable = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? "";
  const tls = { rejectUnauthorized: network.strictSsl };
  let dispatcher: Dispatcher;
  try {
    dispatcher = new EnvHttpProxyAgent({
      httpProxy: network.proxy || variable("HTTP_PROXY"),
      httpsProxy: network.proxy || variable("HTTPS_PROXY"),
      noProxy: [...LOOPBACK, ...network.noProxy, variable("NO_PROXY")].join(","),
      // A proxy knows plain http by whole addresses; many let CONNECT through to port 443 alone.
      proxyTunnel: false,
      connect: { timeout: CONNECT_MS_MAX, ...tls },
      proxyTls: { timeout: CONNECT_MS_MAX, ...tls },
      requestTls: { timeout: CONNECT_MS_MAX, ...tls },
      headersTimeout: silenceMsMax,
      bodyTimeout: silenceMsMax,
    });
  } catch (error) {
    // The address may have a password in it: it is not repeated.
    throw new ModelFault("address", "The address of the proxy cannot be used.", PROXY_ACTION, { cause: error });
  }

  const getOnce = async (url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal) => {
    try {
      return await request(url, { dispatcher, headers, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw requestFault(url.host, error);
    }
  };

  return {
    async get(address, headers, signal) {
      const start = parseAddress(address);
      let url = start;
      let linked: Answer["linked"] = { etag: undefined, bytes: undefined };
      for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
        const sent = { ...headers, "accept-encoding": "identity", "user-agent": `Tacit/${VERSION}` };
        const response = await getOnce(url, sent, signal);
        const header = (name: string): string | undefined => {
          const value = response.headers[name];
          return Array.isArray(value) ? value[0] : value;
        };
        const bytes = Number(header("x-linked-size") ?? Number.NaN);
        linked = {
          etag: linked.etag ?? header("x-linked-etag"),
          bytes: linked.bytes ?? (Number.isInteger(bytes) ? bytes : undefined),
        };
        const location = header("location");
        if (response.statusCode < 300 || response.statusCode > 399 || location === undefined) {
          return { status: response.statusCode, header, linked, body: response.body };
        }
        response.body.on("error", () => undefined).destroy();
        url = next(start, url, location);
      }
      throw new ModelFault("address", `${start.host} sends on and on.`, "Check tacit.models.mirror.");
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

const PROXY_ACTION = "Correct http.proxy in the settings, or HTTP_PROXY and HTTPS_PROXY in the environment.";

function parseAddress(address: string): URL {
  const url = URL.parse(address);
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new ModelFault("address", "The mirror's address is no http(s) URL.", "Correct tacit.models.mirror.");
}

/** Where a redirect leads. Plain http only where the user began with it, and then only to the same server. */
function next(start: URL, from: URL, location: string): URL {
  const url = URL.parse(location, from.href);
  const isSame = url?.origin === start.origin;
  if (url && (url.protocol === "https:" || isSame)) return url;
  const where = url ? `${url.protocol}//${url.host}` : "an address that is none";
  throw new ModelFault(
    "address",
    `${from.host} sends on to ${where}, which is not followed: the way there is not protected.`,
    "Choose another mirror in tacit.models.mirror, or download the file yourself and choose “Use a File I Have…”.",
  );
}

/** A request that came to nothing, or a body that broke off. */
export function requestFault(host: string, error: unknown): ModelFault {
  const code = systemCode(error) ?? systemCode(causeOf(error)) ?? "";
  if (UNTRUSTED.test(code)) {
    return new ModelFault(
      "address",
      `The certificate of ${host} is not known to this machine (${code}).`,
      "Where a proxy of yours opens connections, name its certificate in NODE_EXTRA_CA_CERTS and restart the editor.",
      { cause: error },
    );
  }
  if (/proxy/i.test(describeError(error))) {
    return new ModelFault(
      "address",
      `The proxy does not let the connection to ${host} through: ${describeError(error)}.`,
      PROXY_ACTION,
      { cause: error },
    );
  }
  return new ModelFault(
    "cut",
    `${host} cannot be reached, or the connection was cut (${code || describeError(error)}).`,
    "Check the network and choose the model again: what has come is kept, and the download goes on from there.",
    { cause: error },
  );
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
