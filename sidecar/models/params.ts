/** What clients send about models, checked. Each throws an error that says what is wrong. */
import * as v from "valibot";
import type { AddCudaParams, CheckModelFileParams, DownloadModelParams } from "../../protocol/messages.ts";

const PROXY_CHARS_MAX = 2000;
const HOSTS_MAX = 200;

const network = v.object({
  proxy: v.pipe(v.string(), v.maxLength(PROXY_CHARS_MAX)),
  noProxy: v.pipe(v.array(v.string()), v.maxLength(HOSTS_MAX)),
  strictSsl: v.boolean(),
});
const download = v.object({ id: v.pipe(v.string(), v.maxLength(100)), network });
const addCuda = v.object({ network });
const check = v.object({ path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) });

export function parseDownloadModelParams(params: unknown): DownloadModelParams {
  return parse("tacit/downloadModel", download, params);
}

export function parseAddCudaParams(params: unknown): AddCudaParams {
  return parse("tacit/addCuda", addCuda, params);
}

export function parseCheckModelFileParams(params: unknown): CheckModelFileParams {
  return parse("tacit/checkModelFile", check, params);
}

function parse<T>(message: string, schema: v.GenericSchema<unknown, T>, params: unknown): T {
  const parsed = v.safeParse(schema, params);
  if (parsed.success) return parsed.output;
  // The proxy's address may hold a password: what was sent is not repeated.
  throw new Error(`${message} is not understood at ${v.getDotPath(parsed.issues[0]) ?? "its top"}.`);
}
