/** What clients send with questions and decisions about style, checked. Each throws an error that says what is wrong. */
import * as v from "valibot";
import type {
  DecideParams,
  EraseParams,
  NotMyStyleParams,
  StyleExportParams,
  WhyParams,
} from "../../protocol/messages.ts";

/** Larger files are no instructions and no configuration. */
const EXPORT_CHARS_MAX = 4 * 1024 * 1024;

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(500));

const why = v.object({ generationId: v.optional(id) });
const notMyStyle = v.union([
  v.object({ generationId: id, learnedId: id }),
  v.object({ generationId: id, text: v.literal(true) }),
]);
const decide = v.object({ id, decision: v.nullable(v.picklist(["pinned", "vetoed"])) });
const erase = v.object({ id });
const styleExport = v.object({
  folder: v.pipe(v.string(), v.startsWith("file:"), v.maxLength(4096)),
  format: v.picklist(["agents", "cursor", "copilot", "claude", "editorconfig", "json"]),
  text: v.optional(v.pipe(v.string(), v.maxLength(EXPORT_CHARS_MAX))),
});

/** No parameters at all ask about the latest suggestion. */
export function parseWhyParams(params: unknown): WhyParams {
  const { generationId } = parse("tacit/why", why, params ?? {});
  return generationId === undefined ? {} : { generationId };
}

export function parseNotMyStyleParams(params: unknown): NotMyStyleParams {
  return parse("tacit/notMyStyle", notMyStyle, params);
}

export function parseDecideParams(params: unknown): DecideParams {
  return parse("tacit/decide", decide, params);
}

export function parseEraseParams(params: unknown): EraseParams {
  return parse("tacit/erase", erase, params);
}

export function parseStyleExportParams(params: unknown): StyleExportParams {
  const { text, ...rest } = parse("tacit/styleExport", styleExport, params);
  return text === undefined ? rest : { ...rest, text };
}

function parse<T>(message: string, schema: v.GenericSchema<unknown, T>, params: unknown): T {
  const parsed = v.safeParse(schema, params);
  if (parsed.success) return parsed.output;
  throw new Error(`${message} is not understood: ${v.summarize(parsed.issues)}`);
}
