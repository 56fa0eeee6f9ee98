/** ESLint: stylistic rules of `.eslintrc`, `package.json` and flat configurations, as far as they are plain values. */
import { globMatcher } from "../../export/editorconfig-file.ts";
import {
  isList,
  memberAt,
  membersOf,
  moduleLiteral,
  parseLiteral,
  type Literal,
  type LiteralObject,
} from "./literal.ts";
import {
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

export function eslintSettings(text: string, name: string): Settings {
  return isFlat(name) ? layered(flatConfigs(moduleLiteral(text))) : legacySettings(legacyConfig(text, name));
}

/** What a file extends by name; flat configurations import what they extend. */
export function eslintBases(text: string, name: string): string[] {
  const bases = isFlat(name) ? undefined : memberAt(legacyConfig(text, name), "extends");
  return [bases].flat().filter((base) => typeof base === "string");
}

function isFlat(name: string): boolean {
  return /^eslint\.config\./.test(name);
}

function legacyConfig(text: string, name: string): Literal {
  if (/\.[cm]?js$/.test(name)) return moduleLiteral(text);
  return /\.ya?ml$/.test(name) || !/^\s*[{/]/.test(text) ? parseYaml(text)[0] : parseLiteral(text);
}

/** The member "eslintConfig" of a `package.json`. */
export function packageEslintSettings(manifest: LiteralObject): Settings | undefined {
  const config = manifest["eslintConfig"];
  return config === undefined ? undefined : legacySettings(config);
}

function legacySettings(config: Literal): Settings {
  if (typeof config !== "object" || config === null) throw new ConfigError("it is no plain object");
  const overrides = memberAt(config, "overrides");
  return layered([
    membersOf({ rules: memberAt(config, "rules") }),
    ...(isList(overrides) ? overrides : []).map(membersOf),
  ]);
}

/** Objects with rules, however deep lists and calls of helpers hold them. */
function flatConfigs(value: Literal): LiteralObject[] {
  if (isList(value)) return value.flatMap(flatConfigs);
  return Object.keys(membersOf(value)).length > 0 ? [membersOf(value)] : [];
}

function layered(configs: readonly LiteralObject[]): Settings {
  const layers = configs.map(({ files, excludedFiles, ignores, rules }) => ({
    // A list inside the list means "all of them".
    files: files === undefined ? undefined : matcher(files),
    excludes: matcher(excludedFiles ?? ignores),
    settings: ruleSettings(membersOf(rules)),
  }));
  return ({ path, language }) => {
    if (language !== "typescript") return [];
    return override(
      ...layers
        .filter(({ files, excludes }) => (files?.(path) ?? true) && !excludes(path))
        .map(({ settings }) => settings),
    );
  };
}

function matcher(globs: Literal): (path: string) => boolean {
  const all = [globs].flat(2).flatMap((glob) => (typeof glob === "string" ? [globMatcher(glob)] : []));
  return (path) => all.some((matches) => matches(path));
}

function ruleSettings(rules: LiteralObject): Setting[] {
  return Object.entries(rules).flatMap(([name, value]) => {
    const [severity, ...options] = isList(value) ? value : [value];
    if (severity !== 1 && severity !== 2 && severity !== "warn" && severity !== "error") return [];
    // "@stylistic/ts/quotes", "@typescript-eslint/quotes" and "quotes" ask for the same.
    const known = name.replace(/^(?:@stylistic(?:\/\w+)?|@typescript-eslint|stylistic|ts|style)\//, "");
    return Object.hasOwn(RULES, known) ? RULES[known]!(options[0], membersOf(options[1])) : [];
  });
}

type Rule = (option: Literal, more: LiteralObject) => Setting[];

const always =
  (attribute: string, value: string): Rule =>
  () => [written(attribute, value)];

const either =
  (attribute: string, values: Readonly<Record<string, string>>, usual: string): Rule =>
  (option) =>
    oneOf(attribute, option ?? usual, values);

const RULES: Readonly<Record<string, Rule>> = {
  quotes: either("quotes", { single: "single", double: "double", backtick: "backtick" }, "double"),
  "jsx-quotes": either("jsx-quotes", { "prefer-single": "single", "prefer-double": "double" }, "prefer-double"),
  semi: either("semicolons", { always: "always", never: "never" }, "always"),
  indent: (option) => indentSettings(option === "tab", option ?? 4),
  "max-len": (option, more) =>
    widthSettings(typeof option === "object" ? (membersOf(option)["code"] ?? more["code"] ?? 80) : (option ?? 80)),
  "comma-dangle": (option) => {
    const values = { always: "always", "always-multiline": "always", never: "never" };
    if (typeof option === "string" || option === undefined) {
      return [
        ...oneOf("trailing-commas", option ?? "never", values),
        ...oneOf("trailing-commas-calls", option ?? "never", values),
      ];
    }
    return [
      ...oneOf("trailing-commas", memberAt(option, "objects") ?? memberAt(option, "arrays"), values),
      ...oneOf("trailing-commas-calls", memberAt(option, "functions"), values),
    ];
  },
  "brace-style": (option) => {
    const style = option ?? "1tbs";
    return [
      ...oneOf("brace-style", style, { "1tbs": "same-line", stroustrup: "same-line", allman: "own-line" }),
      ...oneOf("else-placement", style, { "1tbs": "same-line", stroustrup: "own-line", allman: "own-line" }),
    ];
  },
  curly: either("braces-single", { all: "always", multi: "omitted", "multi-or-nest": "omitted" }, "all"),
  eqeqeq: always("equality", "strict"),
  "arrow-parens": either("arrow-parens", { always: "always", "as-needed": "omitted" }, "always"),
  "arrow-body-style": either(
    "arrow-body",
    { "as-needed": "expression", never: "expression", always: "block" },
    "as-needed",
  ),
  "func-style": either("function-form", { declaration: "declaration", expression: "arrow" }, "expression"),
  "prefer-arrow-callback": always("callback-form", "arrow"),
  "object-shorthand": either("method-form", { always: "method", methods: "method" }, "always"),
  "prefer-template": always("string-building", "template"),
  "no-else-return": always("else-after-return", "omitted"),
  "object-curly-spacing": either("spaces-in-braces", { always: "spaced", never: "tight" }, "never"),
  "array-bracket-spacing": either("spaces-in-brackets", { always: "spaced", never: "tight" }, "never"),
  "space-in-parens": either("spaces-in-parens", { always: "spaced", never: "tight" }, "never"),
  "space-infix-ops": always("space-around-operators", "spaced"),
  "space-before-function-paren": (option) => [
    ...oneOf(
      "space-before-parens",
      typeof option === "object" ? memberAt(option, "named") : (option ?? "always"),
      SPACE,
    ),
    ...oneOf(
      "space-before-anonymous-parens",
      typeof option === "object" ? memberAt(option, "anonymous") : (option ?? "always"),
      SPACE,
    ),
  ],
  "keyword-spacing": (option) => choose("space-after-keyword", memberAt(option, "after") ?? true, "space", "none"),
  "spaced-comment": either("comment-space", { always: "spaced", never: "tight" }, "always"),
  "capitalized-comments": either("comment-case", { always: "capital", never: "lower" }, "always"),
  "array-type": (option) =>
    oneOf("array-types", memberAt(option, "default") ?? "array", { array: "brackets", generic: "generic" }),
  "consistent-type-definitions": either("object-types", { interface: "interface", type: "type" }, "interface"),
  "consistent-type-imports": (option) =>
    oneOf("type-imports", memberAt(option, "fixStyle") ?? "separate-type-imports", {
      "separate-type-imports": "statement",
      "inline-type-imports": "inline",
    }),
  "explicit-function-return-type": always("type-annotations", "annotated"),
  "explicit-member-accessibility": (option) =>
    oneOf("access-modifiers", memberAt(option, "accessibility") ?? "explicit", {
      explicit: "explicit",
      "no-public": "implicit",
    }),
  "prefer-nullish-coalescing": always("default-values", "nullish"),
  "prefer-optional-chain": always("optional-chaining", "chain"),
  "member-delimiter-style": (option) =>
    oneOf("member-delimiters", memberAt(option, "multiline.delimiter") ?? "semi", {
      semi: "semicolon",
      comma: "comma",
      none: "none",
    }),
  "import/no-default-export": always("export-form", "named"),
  "import/prefer-default-export": always("export-form", "default"),
  "unicorn/prefer-node-protocol": always("node-imports", "prefix"),
  "unicorn/no-array-for-each": always("loop-form", "for-of"),
  "unicorn/catch-error-name": (option) =>
    oneOf("naming-catch", memberAt(option, "name") ?? "error", { error: "error", err: "err", e: "e" }),
  "unicorn/filename-case": (option) =>
    oneOf("naming-file", memberAt(option, "case") ?? (option === undefined ? "kebabCase" : undefined), {
      kebabCase: "kebab",
      camelCase: "camel",
      snakeCase: "snake",
      pascalCase: "pascal",
    }),
};

const SPACE = { always: "space", never: "none" };
