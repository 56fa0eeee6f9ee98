/**
 * Conventions as instructions: what somebody must do to write as the owner of the code does. A title says "strings:
 * single quotes"; how its two halves make a sentence depends on the attribute.
 */
import { SUBJECTS } from "../conventions/attributes.ts";
import { escapeMarkdown, printable } from "./printable.ts";
import { capitalize } from "../../../text/capitalize.ts";

/** Markdown that says it, without a full stop; `value` is what the convention says, e.g. "single". */
export function instructionOf(attribute: string, value: string, title: string): string {
  const [label, words] = splitTitle(escapeMarkdown(printable(title)));
  const own = SENTENCES[`${attribute}=${value}`] ?? SENTENCES[attribute];
  if (words === undefined) return capitalize(label);
  if (own !== undefined) return own.replace("…", () => words);
  const isCase = attribute.startsWith("naming-") && /^[\w-]+$/.test(words) && !label.startsWith("names");
  if (isCase) return `Name ${label} in ${words}`;
  if (USED.has(attribute)) return `Use ${words} for ${label}`;
  return capitalize(SAID.has(attribute) ? `${label} ${words}` : `${label}: ${words}`);
}

/** Whether somebody could follow it: "in no order" is true of code, and no advice. */
export function isAdvice(attribute: string, value: string): boolean {
  return !NO_ADVICE.has(`${attribute}=${value}`);
}

/** Where an attribute comes among the others; what is no convention, and so has no subject, comes last. */
export function attributeOrder(attribute: string): number {
  return ORDER.get(attribute) ?? ORDER.size;
}

const ORDER: ReadonlyMap<string, number> = new Map(
  SUBJECTS.flatMap(({ attributes }) => attributes).map(({ id }, index) => [id, index]),
);

/** By attribute, or by attribute and value; "…" stands for the words of the value. */
const SENTENCES: Readonly<Record<string, string>> = {
  indent: "Indent with …",
  "line-width": "Keep lines to …",
  "object-creation": "Write … where the type is known",
  "method-references=lambda": "Write … rather than method references",
  "quotes=backtick": "Use backticks for strings, also without placeholders",
  "self-type=name": "Name an `impl`'s own type instead of writing `Self`",
  "string-building": "Build strings with …",
  "semicolons=always": "End statements with semicolons",
  "semicolons=never": "Leave out semicolons",
  "trailing-commas=always": "End lists over several lines with a trailing comma",
  "trailing-commas=never": "End no list with a trailing comma",
  "trailing-commas-calls=always": "End arguments and parameters over several lines with a trailing comma",
  "trailing-commas-calls=never": "End no arguments or parameters with a trailing comma",
  "braces-single=always": "Put braces around single statements too",
  "braces-single=omitted": "Leave out braces around single statements",
  "catch-form=reference": "Catch exceptions by reference",
  "catch-form=specific": "Catch errors by their own type",
  "early-return=guard": "Handle special cases first and leave early",
  "else-after-return=omitted": "Write no `else` behind a branch that leaves",
  "naming-file": "Name files in …",
  "error-cause=kept": "Keep the cause of an error when another is thrown for it",
  "error-handling=wraps": "Wrap errors with `%w`",
  "error-handling=question": "Pass errors on with `?`",
  "export-form=named": "Use named exports, no default export",
  "export-form=default": "Use `export default`",
  "import-order=external-first": "Import packages first, own files after",
  "import-sorting=sorted": "Sort imports by name within their group",
  "type-annotations=annotated": "Write out the return types of functions",
  "type-annotations=inferred": "Leave the return types of functions to the compiler",
  "type-annotations=full": "Annotate all parameters and results of functions",
};

/** Attributes whose values are things to use: "Use `await` for promises". */
const USED: ReadonlySet<string> = new Set(
  (
    "alias-form allocation any-type array-types arrow-body async-form callback-form cast-form comment-form " +
    "default-values empty-checks empty-slices enum-form equality expression-bodies format-args function-form " +
    "generic-types increment-form initialization jsx-quotes list-building method-form method-references null-checks " +
    "null-literal object-types option-form optional-chaining optional-types panic-form print-form " +
    "quotes raw-strings self-type string-conversion template-keyword trait-bounds variable-form"
  ).split(" "),
);

/** Attributes whose title is a sentence but for its colon: "comments end: with a full stop". */
const SAID: ReadonlySet<string> = new Set(
  (
    "builtin-imports comment-case comment-language comment-period comment-placement error-type " +
    "doc-presence docstring-start file-layout import-extension include-guard member-delimiters rethrow-form"
  ).split(" "),
);

/** What is true of the code and would make nobody's code better, or is the absence of a rule. */
const NO_ADVICE: ReadonlySet<string> = new Set([
  "catch-form=all",
  "catch-form=bare",
  "catch-form=broad",
  "doc-form=other",
  "early-return=nested",
  "error-cause=dropped",
  "error-handling=ignore",
  "import-order=mixed",
  "import-sorting=unsorted",
  "line-width=wider",
  "method-order=mixed",
  "type-annotations=partial",
]);

function splitTitle(title: string): [string, string | undefined] {
  const colon = title.indexOf(": ");
  return colon < 0 ? [title, undefined] : [title.slice(0, colon), title.slice(colon + 2)];
}
