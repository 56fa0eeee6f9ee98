/** rustfmt: `rustfmt.toml`. */
import { byDefault, indentSettings, oneOf, override, widthSettings, type Settings } from "./prior.ts";
import { parseToml } from "./toml.ts";

export function rustfmtSettings(text: string): Settings {
  const options = parseToml(text);
  const settings = override(
    [
      byDefault("line-width", "100"),
      byDefault("indent", "4"),
      byDefault("brace-style", "same-line"),
      byDefault("else-placement", "same-line"),
      byDefault("trailing-commas", "always"),
      byDefault("trailing-commas-calls", "always"),
    ],
    widthSettings(options["max_width"]),
    indentSettings(options["hard_tabs"] === true, options["tab_spaces"]),
    oneOf("brace-style", options["brace_style"], {
      AlwaysNextLine: "own-line",
      PreferSameLine: "same-line",
      SameLineWhere: "same-line",
    }),
    oneOf("else-placement", options["control_brace_style"], {
      AlwaysSameLine: "same-line",
      ClosingNextLine: "own-line",
      AlwaysNextLine: "own-line",
    }),
    oneOf("trailing-commas", options["trailing_comma"], { Vertical: "always", Always: "always", Never: "never" }),
    oneOf("trailing-commas-calls", options["trailing_comma"], { Vertical: "always", Always: "always", Never: "never" }),
    oneOf("import-form", options["imports_granularity"], {
      Crate: "grouped",
      Module: "grouped",
      One: "grouped",
      Item: "separate",
    }),
    oneOf("import-groups", options["group_imports"], { StdExternalCrate: "separated", One: "together" }),
  );
  return ({ language }) => (language === "rust" ? settings : []);
}
