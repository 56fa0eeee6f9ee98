/** YAML as plain values; the only file that knows the package. */
import { parseAllDocuments } from "yaml";
import type { Literal } from "./literal.ts";
import { ConfigError } from "./prior.ts";

/** Aliases expanded into more than this are an attack, not a configuration. */
const ALIASES_MAX = 100;

/** All documents of a text, in order. Throws a {@link ConfigError}. */
export function parseYaml(text: string): Literal[] {
  try {
    const documents = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false });
    if (!Array.isArray(documents)) return [];
    if (documents.some(({ errors }) => errors.length > 0)) throw new ConfigError("it is no YAML");
    return documents.map((document) => document.toJS({ maxAliasCount: ALIASES_MAX }) as Literal);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    // Nested too deeply, or too many aliases: nothing that a person wrote.
    throw new ConfigError("it is no YAML that can be read");
  }
}
