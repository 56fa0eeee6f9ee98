/** YAML as plain values; the only file that knows the package. */
import { parseAllDocuments } from "yaml";
import type { Literal } from "./literal.ts";
import { ConfigError } from "./prior.ts";

/** Aliases expanded into more than this are an attack, not a configuration. */
const ALIASES_MAX = 100;

/** All documents of a text, in order. Throws a {@link ConfigError}. */
export function parseYaml(text: string): Literal[] {
  const documents = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    if (document.errors.length > 0) throw new ConfigError("it is no YAML");
    return document.toJS({ maxAliasCount: ALIASES_MAX }) as Literal;
  });
}
