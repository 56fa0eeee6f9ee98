/** What a configuration file says about style: counted like a number of sites that agree with it. */

export interface ConfigPrior {
  readonly attribute: string;
  readonly value: string;
  /** As many agreeing sites as it is worth. */
  readonly weight: number;
  /** The file it comes from, relative to the project. */
  readonly source: string;
}

/** A setting somebody wrote down (ours): a hundred places in the code that say otherwise still outweigh it. */
export const WRITTEN_WEIGHT = 50;
/** What a tool does where nobody told it otherwise. */
export const DEFAULT_WEIGHT = 20;

export interface Setting {
  readonly attribute: string;
  readonly value: string;
  readonly weight: number;
}

/** The file that is asked about. */
export interface ConfigTarget {
  /** From the folder of the configuration file, "/" between names. */
  readonly path: string;
  readonly languageId: string;
  /** Style language. */
  readonly language: string;
}

/** What a configuration says about a file. */
export type Settings = (target: ConfigTarget) => readonly Setting[];

/** A configuration file that cannot be understood; the message completes "is left out: ". */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export function written(attribute: string, value: string): Setting {
  return { attribute, value, weight: WRITTEN_WEIGHT };
}

export function byDefault(attribute: string, value: string): Setting {
  return { attribute, value, weight: DEFAULT_WEIGHT };
}

/** Indentation from two settings that tools have in common; none where a size is no size. */
export function indentSettings(usesTabs: boolean | undefined, size: unknown, make = written): Setting[] {
  if (usesTabs === true) return [make("indent", "tab")];
  return isSize(size, 1, 16) ? [make("indent", String(size))] : [];
}

/** None where the width is no width, or is none (0, "off"). */
export function widthSettings(width: unknown, make = written): Setting[] {
  return isSize(width, 20, 400) ? [make("line-width", String(width))] : [];
}

/** A switch between two values; none where it is not set. */
export function choose(attribute: string, value: unknown, whenTrue: string, whenFalse: string): Setting[] {
  return typeof value === "boolean" ? [written(attribute, value ? whenTrue : whenFalse)] : [];
}

/** One of several words; none for others. */
export function oneOf(attribute: string, value: unknown, values: Readonly<Record<string, string>>): Setting[] {
  const found = typeof value === "string" && Object.hasOwn(values, value) ? values[value] : undefined;
  return found === undefined ? [] : [written(attribute, found)];
}

/** Later settings replace earlier ones of the same attribute. */
export function override(...layers: readonly (readonly Setting[])[]): Setting[] {
  const byAttribute = new Map<string, Setting>();
  for (const setting of layers.flat()) byAttribute.set(setting.attribute, setting);
  return [...byAttribute.values()];
}

function isSize(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}
