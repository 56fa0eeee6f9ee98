/**
 * What a subject of style is made of: attributes, each with the words for its values, and visitors that see how a file
 * chooses among them. One file per subject; `attributes.ts` gathers them.
 */
import type { SourceView } from "./view.ts";

/** Languages with attributes of their own; all others show indentation, width and quotes by their lines alone. */
export const STYLE_LANGUAGES = ["typescript", "python", "go", "rust", "java", "csharp", "cpp"] as const;
export type StyleLanguage = (typeof STYLE_LANGUAGES)[number];

export interface Attribute {
  readonly id: string;
  readonly languages: readonly StyleLanguage[];
  /** What it is about, as it begins a title: "strings". */
  readonly label: string;
  /** The values in words, to follow the label: "single quotes". A function where the set is open. */
  readonly values: Readonly<Record<string, string>> | ((value: string) => string);
  /**
   * How the values exclude each other. `choice`: one holds. `limit`: numbers, and the smallest that nearly all stay
   * within holds. `favourites`: several hold beside each other, each for a share of the files.
   */
  readonly kind: "choice" | "limit" | "favourites";
  /** How much a reader gains from being told, 1 being usual: what a formatter does anyway is worth less. */
  readonly salience: number;
  /** Values that only say that no other one holds: nobody is told. */
  readonly unsaid: readonly string[];
}

/** Looks at one node of a type it asked for. */
export type Visit = (view: SourceView, node: number) => void;

/** By node type, several separated by spaces; "file" is visited once, with the root. */
export type Visitors = Readonly<Record<string, Visit>>;

export interface Subject {
  readonly attributes: readonly Attribute[];
  readonly visitors: Partial<Readonly<Record<StyleLanguage, readonly Visitors[]>>>;
}

/** An attribute of languages that are separated by spaces; "*" stands for all. */
export function attribute(
  languages: string,
  id: string,
  label: string,
  values: Attribute["values"],
  options: Partial<Pick<Attribute, "kind" | "salience" | "unsaid">> = {},
): Attribute {
  return { kind: "choice", salience: 1, unsaid: [], ...options, id, languages: named(languages), label, values };
}

/** The same visitors for several languages. */
export function forLanguages(languages: string, visitors: readonly Visitors[]): Subject["visitors"] {
  return Object.fromEntries(named(languages).map((language) => [language, visitors]));
}

function named(languages: string): readonly StyleLanguage[] {
  return languages === "*" ? STYLE_LANGUAGES : STYLE_LANGUAGES.filter((id) => languages.split(" ").includes(id));
}
