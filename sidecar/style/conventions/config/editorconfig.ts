/** `.editorconfig`: indentation, width and quotes for all languages, and what .NET's tools read from it. */
import { parseEditorconfig } from "../../export/editorconfig-file.ts";
import { indentSettings, oneOf, widthSettings, written, type Setting, type Settings } from "./prior.ts";

export function editorconfigSettings(text: string): Settings {
  const file = parseEditorconfig(text);
  return (target) => {
    const found = file.propertiesFor(target.path);
    const value = (name: string): string | undefined => found.get(name)?.value;
    const size = value("indent_size") === "tab" ? value("tab_width") : value("indent_size");
    const usesTabs =
      value("indent_style") === "tab" || (value("indent_style") === undefined && value("indent_size") === "tab");
    return [
      ...indentSettings(usesTabs, Number(size)),
      ...widthSettings(Number(value("max_line_length"))),
      ...(["typescript", "python"].includes(target.language)
        ? oneOf("quotes", value("quote_type"), { single: "single", double: "double" })
        : []),
      ...(target.language === "csharp" ? dotnetSettings(value) : []),
    ];
  };
}

/** Whether the folders above have no say. */
export function isTopEditorconfig(text: string): boolean {
  return /^[ \t]*root[ \t]*=[ \t]*true[ \t]*$/im.test(text.split(/^[ \t]*\[/m, 1)[0]!);
}

/** `csharp_…` and `dotnet_…`; a severity may follow: "true:suggestion". */
function dotnetSettings(property: (name: string) => string | undefined): Setting[] {
  const value = (name: string): string | undefined => property(name)?.replace(/:\w+$/, "");
  const settings: Setting[] = [];
  const braces = value("csharp_new_line_before_open_brace");
  if (braces === "all" || braces === "none") {
    const place = braces === "all" ? "own-line" : "same-line";
    for (const what of ["brace-style", "brace-style-functions", "brace-style-types"])
      settings.push(written(what, place));
  }
  const add = (attribute: string, name: string, values: Readonly<Record<string, string>>): void =>
    void settings.push(...oneOf(attribute, value(name), values));
  add("variable-types", "csharp_style_var_elsewhere", { true: "var", false: "explicit" });
  add("namespace-form", "csharp_style_namespace_declarations", { file_scoped: "file", block_scoped: "block" });
  add("expression-bodies", "csharp_style_expression_bodied_methods", { true: "expression", false: "block" });
  add("braces-single", "csharp_prefer_braces", { true: "always", false: "omitted" });
  add("using-placement", "csharp_using_directive_placement", {
    outside_namespace: "outside",
    inside_namespace: "inside",
  });
  add("import-order", "dotnet_sort_system_directives_first", { true: "system-first" });
  add("this-prefix", "dotnet_style_qualification_for_field", { true: "written", false: "omitted" });
  add("else-placement", "csharp_new_line_before_else", { true: "own-line", false: "same-line" });
  add("object-creation", "csharp_style_implicit_object_creation_when_type_is_apparent", {
    true: "target",
    false: "explicit",
  });
  add("builtin-types", "dotnet_style_predefined_type_for_locals_parameters_members", {
    true: "keyword",
    false: "name",
  });
  return settings;
}
