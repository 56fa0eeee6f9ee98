/** Python's tools: Ruff, Black, YAPF, flake8 and autopep8, in `pyproject.toml` and files of their own. */
import { memberAt, membersOf, wordOf, type Literal } from "./literal.ts";
import { parseIni } from "./ini.ts";
import {
  byDefault,
  indentSettings,
  oneOf,
  override,
  widthSettings,
  written,
  type Setting,
  type Settings,
} from "./prior.ts";
import { parseToml } from "./toml.ts";

/** `pyproject.toml`: the tables of several tools. Undefined where none of them is there. */
export function pyprojectSettings(text: string): Settings | undefined {
  const tools = membersOf(parseToml(text)["tool"]);
  const layers = [
    autopep8(tools["autopep8"]),
    flake8Table(tools["flake8"]),
    yapfOptions(tools["yapf"]),
    black(tools["black"]),
    ruff(tools["ruff"]),
  ];
  const found = layers.filter((layer) => layer !== undefined);
  return found.length === 0 ? undefined : forPython(override(...found));
}

/** `ruff.toml`, `.ruff.toml`. */
export function ruffSettings(text: string): Settings {
  return forPython(ruff(parseToml(text)) ?? []);
}

/** `setup.cfg`, `tox.ini`, `.flake8`; undefined where none of the tools is there. */
export function iniSettings(text: string): Settings | undefined {
  const sections = parseIni(text);
  const layers = ["pycodestyle", "pep8", "flake8", "yapf"].flatMap((name) => {
    const section = sections.get(name);
    if (!section) return [];
    return [name === "yapf" ? yapfStyle(section) : flake8(section)];
  });
  return layers.length === 0 ? undefined : forPython(override(...layers));
}

/** `.style.yapf`. */
export function yapfSettings(text: string): Settings {
  return forPython(yapfStyle(parseIni(text).get("style") ?? new Map<string, string>()));
}

function forPython(settings: readonly Setting[]): Settings {
  return ({ language }) => (language === "python" ? settings : []);
}

function ruff(table: Literal): Setting[] | undefined {
  if (table === undefined) return undefined;
  const format = memberAt(table, "format");
  const convention = memberAt(table, "lint.pydocstyle.convention") ?? memberAt(table, "pydocstyle.convention");
  const quotes = memberAt(table, "lint.flake8-quotes.inline-quotes") ?? memberAt(table, "flake8-quotes.inline-quotes");
  return override(
    // Its formatter has a style also where nobody chose one; the linter alone has not.
    format === undefined
      ? []
      : [byDefault("quotes", "double"), byDefault("line-width", "88"), byDefault("indent", "4")],
    widthSettings(memberAt(table, "line-length")),
    indentSettings(memberAt(format, "indent-style") === "tab", memberAt(table, "indent-width")),
    oneOf("quotes", quotes, { single: "single", double: "double" }),
    oneOf("quotes", memberAt(format, "quote-style"), { single: "single", double: "double" }),
    oneOf("doc-form", convention, { google: "google", numpy: "numpy" }),
  );
}

/** Black leaves no choice but these; what it does anyway is as sure as what is written. */
function black(table: Literal): Setting[] | undefined {
  if (table === undefined) return undefined;
  const isNormalized = memberAt(table, "skip-string-normalization") !== true;
  return override(
    [
      byDefault("line-width", "88"),
      byDefault("indent", "4"),
      byDefault("blank-lines", "2"),
      byDefault("blank-lines-members", "1"),
    ],
    isNormalized ? [byDefault("quotes", "double"), byDefault("docstring-quotes", "double")] : [],
    memberAt(table, "skip-magic-trailing-comma") === true
      ? []
      : [byDefault("trailing-commas", "always"), byDefault("trailing-commas-calls", "always")],
    widthSettings(memberAt(table, "line-length")),
  );
}

function autopep8(table: Literal): Setting[] | undefined {
  if (table === undefined) return undefined;
  const options = membersOf(table);
  return [
    ...widthSettings(options["max_line_length"] ?? options["max-line-length"]),
    ...indentSettings(false, options["indent-size"] ?? options["indent_size"]),
  ];
}

function flake8Table(table: Literal): Setting[] | undefined {
  if (table === undefined) return undefined;
  return flake8(
    new Map(Object.entries(membersOf(table)).map(([name, value]) => [name.replaceAll("-", "_"), wordOf(value)])),
  );
}

function flake8(section: ReadonlyMap<string, string>): Setting[] {
  return [
    ...widthSettings(numberOf(section.get("max_line_length"))),
    ...oneOf("quotes", section.get("inline_quotes"), {
      single: "single",
      "'": "single",
      double: "double",
      '"': "double",
    }),
    ...oneOf("doc-form", section.get("docstring_convention"), { google: "google", numpy: "numpy" }),
  ];
}

function yapfOptions(table: Literal): Setting[] | undefined {
  if (table === undefined) return undefined;
  return yapfStyle(
    new Map(Object.entries(membersOf(table)).map(([name, value]) => [name.toLowerCase(), wordOf(value)])),
  );
}

/** Styles that YAPF's others are based on: indentation and width. */
const YAPF_BASES: Readonly<Record<string, readonly [indent: string, width: string]>> = {
  pep8: ["4", "79"],
  google: ["4", "80"],
  yapf: ["2", "80"],
  chromium: ["2", "80"],
  facebook: ["4", "80"],
};

function yapfStyle(style: ReadonlyMap<string, string>): Setting[] {
  const name = (style.get("based_on_style") ?? "pep8").toLowerCase();
  const base = Object.hasOwn(YAPF_BASES, name) ? YAPF_BASES[name] : undefined;
  const isOn = (option: string): boolean => /^(?:true|yes|1)$/i.test(style.get(option) ?? "");
  return override(
    base ? [byDefault("indent", base[0]), byDefault("line-width", base[1])] : [],
    widthSettings(numberOf(style.get("column_limit"))),
    indentSettings(isOn("use_tabs"), numberOf(style.get("indent_width"))),
    blankLines(numberOf(style.get("blank_lines_around_top_level_definition"))),
    isOn("spaces_around_dict_delimiters") ? [written("spaces-in-braces", "spaced")] : [],
  );
}

function blankLines(count: number | undefined): Setting[] {
  return count === 1 || count === 2 ? [written("blank-lines", String(count))] : [];
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
