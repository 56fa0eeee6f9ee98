/** clang-format: one document for each language, on top of a named style. */
import { memberAt, membersOf, wordOf, type Literal, type LiteralObject } from "./literal.ts";
import {
  byDefault,
  choose,
  ConfigError,
  indentSettings,
  oneOf,
  override,
  widthSettings,
  written,
  type Setting,
  type Settings,
} from "./prior.ts";
import { parseYaml } from "./yaml.ts";

/** By style language; "ObjC", "Proto" and the like are others. */
const LANGUAGES: Readonly<Record<string, string>> = {
  Cpp: "cpp",
  C: "cpp",
  Java: "java",
  CSharp: "csharp",
  JavaScript: "typescript",
};

export function clangFormatSettings(text: string): Settings {
  const documents = parseYaml(text).map(membersOf);
  if (documents.every((document) => Object.keys(document).length === 0))
    throw new ConfigError("it is no list of options");
  return ({ language }) => {
    if (!Object.values(LANGUAGES).includes(language)) return [];
    const own = documents.find((document) => LANGUAGES[wordOf(document["Language"])] === language);
    // A document without a language is for all of them.
    const general = documents.find((document) => document["Language"] === undefined) ?? {};
    if (!own && Object.keys(general).length === 0) return [];
    const options = { ...general, ...own };
    if (options["DisableFormat"] === true) return [];
    return override(presetSettings(options["BasedOnStyle"], language), optionSettings(options, language));
  };
}

interface Preset {
  readonly indent: string;
  /** Without one, lines are of any length. */
  readonly width: string | undefined;
  readonly pointers: "left" | "right";
  readonly braces: string;
}

const PRESETS: Readonly<Record<string, Preset>> = {
  LLVM: { indent: "2", width: "80", pointers: "right", braces: "Attach" },
  Google: { indent: "2", width: "80", pointers: "left", braces: "Attach" },
  Chromium: { indent: "2", width: "80", pointers: "left", braces: "Attach" },
  Mozilla: { indent: "2", width: "80", pointers: "left", braces: "Mozilla" },
  WebKit: { indent: "4", width: undefined, pointers: "left", braces: "WebKit" },
  Microsoft: { indent: "4", width: "120", pointers: "right", braces: "Allman" },
  GNU: { indent: "2", width: "79", pointers: "right", braces: "Allman" },
};

function presetSettings(name: Literal, language: string): Setting[] {
  const preset =
    typeof name === "string" && Object.hasOwn(PRESETS, name)
      ? PRESETS[name]
      : name === undefined
        ? PRESETS["LLVM"]
        : undefined;
  if (!preset) return [];
  return [
    byDefault("indent", preset.indent),
    ...(preset.width === undefined ? [] : [byDefault("line-width", preset.width)]),
    ...(language === "cpp" ? [byDefault("pointer-alignment", preset.pointers)] : []),
    ...braceSettings(preset.braces, language).map(({ attribute, value }) => byDefault(attribute, value)),
  ];
}

function optionSettings(options: LiteralObject, language: string): Setting[] {
  const usesTabs =
    options["UseTab"] === undefined ? undefined : options["UseTab"] !== "Never" && options["UseTab"] !== false;
  const shared = [
    ...indentSettings(usesTabs, options["IndentWidth"]),
    ...widthSettings(options["ColumnLimit"]),
    ...braceSettings(options["BreakBeforeBraces"], language),
    ...customBraces(options, language),
    ...choose("case-indent", options["IndentCaseLabels"], "indented", "flush"),
    ...oneOf("space-after-keyword", options["SpaceBeforeParens"], {
      ControlStatements: "space",
      Always: "space",
      Never: "none",
    }),
  ];
  if (language !== "cpp") return shared;
  return [
    ...shared,
    ...oneOf("pointer-alignment", options["PointerAlignment"], { Left: "left", Right: "right", Middle: "middle" }),
    ...oneOf("namespace-indent", options["NamespaceIndentation"], { None: "flush", All: "indented" }),
    ...oneOf("space-before-call-parens", options["SpaceBeforeParens"], {
      ControlStatements: "none",
      Always: "space",
      Never: "none",
    }),
    ...oneOf("space-before-parens", options["SpaceBeforeParens"], {
      ControlStatements: "none",
      Always: "space",
      Never: "none",
    }),
    ...choose("space-after-template", options["SpaceAfterTemplateKeyword"], "space", "none"),
    ...choose("spaces-in-braces", options["Cpp11BracedListStyle"], "tight", "spaced"),
    ...oneOf("const-placement", options["QualifierAlignment"], { Left: "left", Right: "right" }),
    ...oneOf("trailing-commas", options["InsertTrailingCommas"], { Wrapped: "always" }),
  ];
}

/** Where braces open, in the order types, functions, statements, and where `else` goes on. */
const BRACES: Readonly<Record<string, readonly [types: Place, functions: Place, statements: Place, next: Place]>> = {
  Attach: ["same-line", "same-line", "same-line", "same-line"],
  Linux: ["own-line", "own-line", "same-line", "same-line"],
  Mozilla: ["own-line", "own-line", "same-line", "same-line"],
  Stroustrup: ["same-line", "own-line", "same-line", "own-line"],
  Allman: ["own-line", "own-line", "own-line", "own-line"],
  Whitesmiths: ["own-line", "own-line", "own-line", "own-line"],
  GNU: ["own-line", "own-line", "own-line", "own-line"],
  WebKit: ["same-line", "own-line", "same-line", "same-line"],
};
type Place = "same-line" | "own-line";

function braceSettings(style: Literal, language: string): Setting[] {
  const places = typeof style === "string" && Object.hasOwn(BRACES, style) ? BRACES[style] : undefined;
  if (!places) return [];
  const [types, functions, statements, next] = places;
  const split = language === "cpp" || language === "csharp";
  return [
    written("brace-style", split ? statements : functions),
    ...(split ? [written("brace-style-functions", functions), written("brace-style-types", types)] : []),
    written("else-placement", next),
  ];
}

function customBraces(options: LiteralObject, language: string): Setting[] {
  if (options["BreakBeforeBraces"] !== "Custom") return [];
  const wrapping = options["BraceWrapping"];
  const control = memberAt(wrapping, "AfterControlStatement");
  const statements =
    control === "Always" || control === true ? true : control === "Never" || control === false ? false : undefined;
  const place = (attribute: string, value: unknown): Setting[] => choose(attribute, value, "own-line", "same-line");
  const split = language === "cpp" || language === "csharp";
  return [
    ...place("brace-style", statements),
    ...(split ? place("brace-style-functions", memberAt(wrapping, "AfterFunction")) : []),
    ...(split ? place("brace-style-types", memberAt(wrapping, "AfterClass")) : []),
    ...place("else-placement", memberAt(wrapping, "BeforeElse")),
  ];
}
