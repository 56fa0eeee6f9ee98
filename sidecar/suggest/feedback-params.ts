/** What clients send with questions and decisions about style, checked. Each throws an error that says what is wrong. */
import * as v from "valibot";
import type { DecideParams, EraseParams, NotMyStyleParams, WhyParams } from "../../protocol/messages.ts";

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(500));

const why = v.object({ generationId: v.optional(id) });
const notMyStyle = v.union([
  v.object({ generationId: id, learnedId: id }),
  v.object({ generationId: id, text: v.literal(true) }),
]);
const decide = v.object({ id, decision: v.nullable(v.picklist(["pinned", "vetoed"])) });
const erase = v.object({ id });

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

function parse<T>(message: string, schema: v.GenericSchema<unknown, T>, params: unknown): T {
  const parsed = v.safeParse(schema, params);
  if (parsed.success) return parsed.output;
  throw new Error(`${message} is not understood: ${v.summarize(parsed.issues)}`);
}
