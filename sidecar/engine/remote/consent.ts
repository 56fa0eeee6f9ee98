/** Whose machine a server is on: text leaves this one only with the user's consent. */

/**
 * The host of a base URL as `host:port`, and whether it is this machine (127.0.0.0/8, ::1, localhost). Undefined for
 * what is no http(s) URL, or carries a password: keys belong in the editor's secret storage.
 */
export function hostOf(url: string): { readonly kind: "loopback" | "other"; readonly host: string } | undefined {
  const parsed = URL.parse(url);
  if (!parsed || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) return undefined;
  if (parsed.hostname === "" || parsed.username !== "" || parsed.password !== "") return undefined;
  const port = parsed.port || (parsed.protocol === "https:" ? "443" : "80");
  return { kind: LOOPBACK.test(parsed.hostname) ? "loopback" : "other", host: `${parsed.hostname}:${port}` };
}

/** The parser has written addresses out by then: `127.1`, `0x7f000001` and `[0::1]` come as these. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
