/** The editor's settings of how the network is reached, for what the sidecar downloads. */
import { workspace } from "vscode";
import type { NetworkSettings } from "../protocol/messages.ts";

/** A value of the wrong type counts as not set. */
export function readNetwork(): NetworkSettings {
  const http = workspace.getConfiguration("http");
  const proxy: unknown = http.get("proxy");
  const noProxy: unknown = http.get("noProxy");
  return {
    proxy: typeof proxy === "string" && http.get("proxySupport") !== "off" ? proxy : "",
    noProxy: Array.isArray(noProxy) ? noProxy.filter((host): host is string => typeof host === "string") : [],
    strictSsl: http.get("proxyStrictSSL") !== false,
  };
}
