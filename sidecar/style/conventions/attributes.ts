/**
 * The table of conventions: every attribute of every language, with the words for its values. Each subject has a file
 * of its own; a new subject is a new row here.
 */
import { asynchrony } from "./async.ts";
import { blankLines } from "./blank-lines.ts";
import { braces } from "./braces.ts";
import { comments } from "./comments.ts";
import { control } from "./control.ts";
import { declarations } from "./declarations.ts";
import { docs } from "./docs.ts";
import { errors } from "./errors.ts";
import { fileLayout } from "./file-layout.ts";
import { functions } from "./functions.ts";
import { imports } from "./imports.ts";
import { indentation } from "./indentation.ts";
import { lineWidth } from "./line-width.ts";
import { memberNaming } from "./naming-members.ts";
import { naming } from "./naming.ts";
import { nullChecks } from "./null-checks.ts";
import { punctuation } from "./punctuation.ts";
import { quotes } from "./quotes.ts";
import { spacing } from "./spacing.ts";
import { STYLE_LANGUAGES, type Attribute, type StyleLanguage, type Subject } from "./subject.ts";
import { tests } from "./tests.ts";
import { texts } from "./texts.ts";

/** In the order in which people are told about them. */
export const SUBJECTS: readonly Subject[] = [
  errors,
  naming,
  memberNaming,
  functions,
  control,
  declarations,
  nullChecks,
  asynchrony,
  texts,
  imports,
  docs,
  comments,
  tests,
  fileLayout,
  quotes,
  punctuation,
  indentation,
  lineWidth,
  braces,
  blankLines,
  spacing,
];

/** All attributes of a style language, of "" those of a person; languages without a grammar have what lines show. */
export function attributesOf(styleLanguage: string): readonly Attribute[] {
  return [...(ATTRIBUTES.get(styleLanguage) ?? TEXT_ATTRIBUTES).values()];
}

/** Undefined for an id that the language does not have (any more): stored counts may be older than the table. */
export function attributeOf(styleLanguage: string, id: string): Attribute | undefined {
  return (ATTRIBUTES.get(styleLanguage) ?? TEXT_ATTRIBUTES).get(id);
}

/** One line that says it: "strings: single quotes". */
export function conventionTitle(styleLanguage: string, id: string, value: string): string {
  const attribute = attributeOf(styleLanguage, id);
  if (!attribute) return `${id}: ${value}`;
  const words = typeof attribute.values === "function" ? attribute.values(value) : (attribute.values[value] ?? value);
  return `${attribute.label}: ${words}`;
}

/**
 * Whether people carry it from one language to the next, so that what is known of one is a first guess for another.
 * How functions are named they do not: each language has its own ways.
 */
export function isPersonal(attribute: string, styleLanguage: string): boolean {
  // gofmt leaves no choice of indentation.
  return PERSONAL.has(attribute) && !(styleLanguage === "go" && attribute === "indent");
}

const PERSONAL: ReadonlySet<string> = new Set(
  (
    "indent line-width quotes trailing-commas trailing-commas-calls early-return else-after-return blank-before-return " +
    "braces-single increment-form comment-form comment-space comment-case comment-period comment-placement " +
    "comment-density comment-language naming-boolean naming-acronyms naming-file doc-presence"
  ).split(" "),
);

export function isStyleLanguage(id: string): id is StyleLanguage {
  return (STYLE_LANGUAGES as readonly string[]).includes(id);
}

const ATTRIBUTES: ReadonlyMap<string, ReadonlyMap<string, Attribute>> = new Map([
  ["", attributeMap(({ id }) => PERSONAL.has(id))],
  ...STYLE_LANGUAGES.map(
    (language) => [language, attributeMap((attribute) => attribute.languages.includes(language))] as const,
  ),
]);

/** What a text shows without being parsed. */
const TEXT_ATTRIBUTES = attributeMap(
  ({ id, languages }) => ["indent", "line-width", "quotes"].includes(id) && languages.includes("typescript"),
);

function attributeMap(belongs: (attribute: Attribute) => boolean): ReadonlyMap<string, Attribute> {
  const all = SUBJECTS.flatMap(({ attributes }) => attributes).filter(belongs);
  return new Map(all.map((attribute) => [attribute.id, attribute]));
}
