/** Prettier: options of `.prettierrc`, `package.json` and plain modules, with overrides by glob. */
import { globMatcher } from "../../export/editorconfig-file.ts";
import { isList, membersOf, moduleLiteral, parseLiteral, type Literal, type LiteralObject } from "./literal.ts";
import {
  byDefault,
  choose,
  ConfigError,
  indentSettings,
  oneOf,
  override,
  widthSettings,
  type Setting,
  type Settings,
} from "./prior.ts";
import { parseToml } from "./toml.ts";
import { parseYaml } from "./yaml.ts";

/** What Prettier formats besides JavaScript: there it keeps to indentation and width. */
const OTHERS = new Set("css scss less json jsonc json5 yaml markdown mdx html vue graphql handlebars".split(" "));

/** By the name of the file: JSON or YAML without an ending. */
export function prettierSettings(text: string, name: string): Settings {
  return settingsOf(parse(text, name));
}

/** The member "prettier" of a `package.json`; undefined where it has none, or names a package. */
export function packagePrettierSettings(manifest: LiteralObject): Settings | undefined {
  const { prettier } = manifest;
  return typeof prettier === "object" && prettier !== null ? settingsOf(prettier) : undefined;
}

function parse(text: string, name: string): Literal {
  if (/\.[cm]?[jt]s$/.test(name)) return firstObject(moduleLiteral(text));
  if (/\.toml$/.test(name)) return parseToml(text);
  if (/\.json5?$/.test(name) || /^\s*\{/.test(text)) return parseLiteral(text);
  return parseYaml(text)[0];
}

/** `defineConfig({…})` reads as a list of one. */
function firstObject(value: Literal): Literal {
  return isList(value) ? value.find((each) => typeof each === "object") : value;
}

function settingsOf(value: Literal): Settings {
  if (typeof value !== "object" || value === null) throw new ConfigError("it is no plain object");
  const options = membersOf(value);
  const overrides = (isList(options["overrides"]) ? options["overrides"] : []).map((entry) => {
    const { files, excludeFiles, options: own } = membersOf(entry);
    const [matches, excludes] = [globsOf(files), globsOf(excludeFiles)];
    return { applies: (path: string) => matches(path) && !excludes(path), options: membersOf(own) };
  });
  return ({ path, language, languageId }) => {
    if (language !== "typescript" && !OTHERS.has(languageId)) return [];
    const all = { ...options };
    for (const { applies, options: own } of overrides) if (applies(path)) Object.assign(all, own);
    return language === "typescript" ? scriptSettings(all) : layoutSettings(all);
  };
}

/** Whether a path matches one of the globs; those without a "/" match in any folder. */
function globsOf(globs: Literal): (path: string) => boolean {
  const all = isList(globs) ? globs : [globs];
  const matchers = all.flatMap((glob) => (typeof glob === "string" ? [globMatcher(glob)] : []));
  return (path) => matchers.some((matches) => matches(path));
}

function layoutSettings({ printWidth, useTabs, tabWidth }: LiteralObject): Setting[] {
  return override(
    [byDefault("line-width", "80"), byDefault("indent", "2")],
    widthSettings(printWidth),
    indentSettings(useTabs === true, tabWidth),
  );
}

const DEFAULTS: readonly Setting[] = [
  byDefault("semicolons", "always"),
  byDefault("quotes", "double"),
  byDefault("jsx-quotes", "double"),
  byDefault("trailing-commas", "always"),
  byDefault("trailing-commas-calls", "always"),
  byDefault("spaces-in-braces", "spaced"),
  byDefault("arrow-parens", "always"),
  byDefault("brace-style", "same-line"),
  byDefault("else-placement", "same-line"),
  byDefault("space-after-keyword", "space"),
];

function scriptSettings(options: LiteralObject): Setting[] {
  const { semi, singleQuote, jsxSingleQuote, bracketSpacing, arrowParens, trailingComma } = options;
  return override(
    DEFAULTS,
    layoutSettings(options),
    choose("semicolons", semi, "always", "never"),
    choose("quotes", singleQuote, "single", "double"),
    choose("jsx-quotes", jsxSingleQuote, "single", "double"),
    choose("spaces-in-braces", bracketSpacing, "spaced", "tight"),
    oneOf("arrow-parens", arrowParens, { always: "always", avoid: "omitted" }),
    oneOf("trailing-commas", trailingComma, { all: "always", es5: "always", none: "never" }),
    oneOf("trailing-commas-calls", trailingComma, { all: "always", es5: "never", none: "never" }),
  );
}
