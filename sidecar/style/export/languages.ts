/** Languages of a style by the names people use, and the files they stand for. */
import { allLanguages, styleLanguage } from "../../code/languages.ts";
import { capitalize } from "../../../text/capitalize.ts";

/** Whether this stands for what somebody does in every language. */
export function isAnyLanguage(id: string): boolean {
  return id === "*" || id === "";
}

/** "TypeScript and JavaScript" for the style language "typescript". */
export function languageName(id: string): string {
  if (isAnyLanguage(id)) return "All languages";
  return NAMES[id] ?? capitalize(id);
}

/** Endings of all files that share this style, without the dot: "ts", "d.ts". Empty for what is no language with files of its own. */
export function extensionsOf(id: string): string[] {
  return allLanguages()
    .filter((language) => styleLanguage(language.id) === id)
    .flatMap(({ extensions }) => extensions.map((extension) => extension.slice(1)));
}

/** Where a style language stands for several, and where the editor's identifier is no name. */
const NAMES: Readonly<Record<string, string>> = {
  typescript: "TypeScript and JavaScript",
  cpp: "C and C++",
  csharp: "C#",
  fsharp: "F#",
  php: "PHP",
  css: "CSS",
  scss: "SCSS",
  html: "HTML",
  xml: "XML",
  json: "JSON",
  jsonc: "JSON with comments",
  yaml: "YAML",
  toml: "TOML",
  sql: "SQL",
  graphql: "GraphQL",
  shellscript: "Shell",
  powershell: "PowerShell",
  "objective-c": "Objective-C",
  "objective-cpp": "Objective-C++",
  ocaml: "OCaml",
  vb: "Visual Basic",
};
