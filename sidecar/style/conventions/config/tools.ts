/**
 * The tools whose configuration is understood: which files are theirs, who reads them, and whose word counts where they
 * disagree.
 */
import { biomeBases, biomeSettings } from "./biome.ts";
import { clangFormatSettings } from "./clang-format.ts";
import { editorconfigSettings, isTopEditorconfig } from "./editorconfig.ts";
import { eslintBases, eslintSettings, packageEslintSettings } from "./eslint.ts";
import { membersOf, parseLiteral, type LiteralObject } from "./literal.ts";
import { packagePrettierSettings, prettierSettings } from "./prettier.ts";
import { byDefault, ConfigError, WRITTEN_WEIGHT, type Setting, type Settings } from "./prior.ts";
import { iniSettings, pyprojectSettings, ruffSettings, yapfSettings } from "./python.ts";
import { rustfmtSettings } from "./rustfmt.ts";

/** A formatter decides what it writes; a linter complains; the editor only helps while typing. */
type Authority = "formatter" | "linter" | "editor";
const AUTHORITIES: readonly Authority[] = ["editor", "linter", "formatter"];

interface Tool {
  readonly name: string;
  readonly authority: Authority;
  /** Base names of its files. */
  readonly files: RegExp;
  /** Undefined where the file, which is others' too, has nothing of it. Throws a {@link ConfigError}. */
  readonly read: (text: string, fileName: string) => Settings | undefined;
  /** Whether files of outer folders hold as well, where the inner ones are silent. */
  readonly cascades: boolean;
  /** What a file says that it extends. */
  readonly bases?: (text: string, fileName: string) => readonly string[];
}

export interface ToolConfig {
  readonly tool: string;
  readonly authority: Authority;
  readonly cascades: boolean;
  /** Whether outer folders have no say. */
  readonly isTop: boolean;
  readonly settings: Settings;
  /** What it extends, as it names it: paths from its own file, packages. */
  readonly bases: readonly string[];
}

export type ConfigRead =
  | { readonly kind: "configs"; readonly configs: readonly ToolConfig[] }
  | { readonly kind: "bad"; readonly reason: string };

/** Whether a file may configure style, by its base name. */
export function isConfigName(name: string): boolean {
  return TOOLS.some(({ files }) => files.test(name));
}

/** What a file says, for each tool that reads it; or why nobody can read it. */
export function readConfig(fileName: string, text: string): ConfigRead {
  return readFor(
    TOOLS.filter(({ files }) => files.test(fileName)),
    fileName,
    text,
  );
}

/** What a file of any name says to the tool whose configuration extends it. */
export function readBase(tool: string, fileName: string, text: string): ConfigRead {
  return readFor(
    TOOLS.filter(({ name }) => name === tool),
    fileName,
    text,
  );
}

function readFor(tools: readonly Tool[], fileName: string, text: string): ConfigRead {
  try {
    const configs = tools.flatMap(({ name, read, authority, cascades, bases }) => {
      const settings = read(text, fileName);
      const isTop = isTopConfig(name, fileName, text);
      const extended = bases?.(text, fileName) ?? [];
      return settings ? [{ tool: name, authority, cascades, isTop, settings, bases: extended }] : [];
    });
    return { kind: "configs", configs };
  } catch (error) {
    // Somebody else's file may hold anything; what is no ConfigError is a bug of ours.
    if (error instanceof ConfigError) return { kind: "bad", reason: error.message };
    throw error;
  }
}

/** Whether what lies in outer folders does not hold: a flat configuration of ESLint never adds up. */
function isTopConfig(tool: string, fileName: string, text: string): boolean {
  if (tool === "EditorConfig") return isTopEditorconfig(text);
  return /^eslint\.config\./.test(fileName) || /["']?\broot["']?\s*:\s*true/.test(text);
}

/** What holds without any file: gofmt has no options. */
export function impliedSettings(language: string): readonly Setting[] {
  return language === "go" ? [byDefault("indent", "tab")] : [];
}

/** Of several settings for one attribute the one that counts: written before default, then by the tool's authority. */
export function outranks(
  a: { readonly setting: Setting; readonly authority: Authority },
  b: { readonly setting: Setting; readonly authority: Authority },
): boolean {
  const isWritten = Number(a.setting.weight >= WRITTEN_WEIGHT) - Number(b.setting.weight >= WRITTEN_WEIGHT);
  return isWritten !== 0 ? isWritten > 0 : AUTHORITIES.indexOf(a.authority) >= AUTHORITIES.indexOf(b.authority);
}

const SCRIPT = String.raw`[cm]?[jt]s`;

const TOOLS: readonly Tool[] = [
  { name: "EditorConfig", authority: "editor", files: /^\.editorconfig$/, read: editorconfigSettings, cascades: true },
  {
    name: "ESLint",
    authority: "linter",
    files: new RegExp(
      String.raw`^(?:\.eslintrc(?:\.(?:json|ya?ml|[cm]?js))?|eslint\.config\.${SCRIPT}|package\.json)$`,
    ),
    read: (text, name) =>
      name === "package.json" ? packageEslintSettings(manifestOf(text)) : eslintSettings(text, name),
    cascades: true,
    bases: (text, name) => (name === "package.json" ? [] : eslintBases(text, name)),
  },
  {
    name: "flake8",
    authority: "linter",
    files: /^(?:setup\.cfg|tox\.ini|\.flake8)$/,
    read: iniSettings,
    cascades: false,
  },
  {
    name: "Prettier",
    authority: "formatter",
    files: new RegExp(
      String.raw`^(?:\.prettierrc(?:\.(?:json5?|ya?ml|toml|${SCRIPT}))?|prettier\.config\.${SCRIPT}|package\.json)$`,
    ),
    read: (text, name) =>
      name === "package.json" ? packagePrettierSettings(manifestOf(text)) : prettierSettings(text, name),
    cascades: false,
  },
  {
    name: "Biome",
    authority: "formatter",
    files: /^\.?biome\.jsonc?$/,
    read: biomeSettings,
    cascades: false,
    bases: biomeBases,
  },
  { name: "pyproject", authority: "formatter", files: /^pyproject\.toml$/, read: pyprojectSettings, cascades: false },
  { name: "Ruff", authority: "formatter", files: /^\.?ruff\.toml$/, read: ruffSettings, cascades: false },
  { name: "YAPF", authority: "formatter", files: /^\.style\.yapf$/, read: yapfSettings, cascades: false },
  { name: "rustfmt", authority: "formatter", files: /^\.?rustfmt\.toml$/, read: rustfmtSettings, cascades: false },
  {
    name: "clang-format",
    authority: "formatter",
    files: /^[._]clang-format$/,
    read: clangFormatSettings,
    cascades: false,
  },
];

function manifestOf(text: string): LiteralObject {
  return membersOf(parseLiteral(text));
}
