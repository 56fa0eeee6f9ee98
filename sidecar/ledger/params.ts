/** What clients send about the ledger, checked. Each throws an error that says what is wrong. */
import { isAbsolute } from "node:path";
import * as v from "valibot";
import type { ExportDataParams, ForgetParams, ForgottenParams, LedgerParams } from "../../protocol/ledger.ts";

const PATH_CHARS_MAX = 4096;

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(PATH_CHARS_MAX));
const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const scope = v.variant("kind", [
  v.object({ kind: v.literal("suggestion"), generationId: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) }),
  v.object({ kind: v.literal("file"), file: path }),
  v.object({ kind: v.literal("project"), root: path }),
  v.object({ kind: v.literal("span"), from: time, to: time }),
  v.object({ kind: v.literal("everything") }),
]);
const scoped = v.object({ scope });
const id = v.pipe(v.string(), v.maxLength(200));
const followed = v.object({ generationId: id, uris: v.pipe(v.array(path), v.maxLength(100)), at: time });
const forgotten = v.object({ followed: v.pipe(v.array(followed), v.maxLength(10_000)) });
const exported = v.object({
  folder: v.pipe(path, v.check(isAbsolute, "the folder is an absolute path")),
  anonymise: v.boolean(),
});

export function parseLedgerParams(params: unknown): LedgerParams {
  return parse("tacit/ledger", scoped, params);
}

export function parseForgetParams(params: unknown): ForgetParams {
  return parse("tacit/forget", scoped, params);
}

export function parseForgottenParams(params: unknown): ForgottenParams {
  return parse("tacit/forgotten", forgotten, params);
}

export function parseExportDataParams(params: unknown): ExportDataParams {
  return parse("tacit/exportData", exported, params);
}

function parse<T>(message: string, schema: v.GenericSchema<unknown, T>, params: unknown): T {
  const parsed = v.safeParse(schema, params);
  if (parsed.success) return parsed.output;
  throw new Error(`${message} is not understood: ${v.summarize(parsed.issues)}`);
}
