/** TOML as plain values; the only file that knows the package. */
import { parse, TomlError } from "smol-toml";
import type { LiteralObject } from "./literal.ts";
import { ConfigError } from "./prior.ts";

/** Throws a {@link ConfigError}. */
export function parseToml(text: string): LiteralObject {
  try {
    return parse(text) as unknown as LiteralObject;
  } catch (error) {
    if (error instanceof TomlError) throw new ConfigError("it is no TOML");
    throw error;
  }
}
