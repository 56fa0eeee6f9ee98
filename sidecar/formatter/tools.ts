/** The formatters that are known: whose files choose them, what they format, and how they are called. */

export interface Tool {
  /** As people call it. */
  readonly name: string;
  /** Editor's language identifiers. */
  readonly languages: ReadonlySet<string>;
  /** Files that choose it; those that belong to others too must hold something. */
  readonly configs: readonly { readonly name: RegExp; readonly holds?: (text: string) => boolean }[];
  readonly call: Call;
}

/** How a tool is used: as a package that is loaded into a process of ours, or as a program of its own. */
export type Call =
  | { readonly kind: "package"; readonly name: string }
  | {
      readonly kind: "program";
      readonly name: string;
      /** Reads standard input and writes standard output. */
      readonly args: (file: CalledFor) => readonly string[];
      /** Run outside of the project: what else the program would obey there (a toolchain to download) is not asked for. */
      readonly isOutside?: boolean;
    };

export interface CalledFor {
  /** Absolute paths. */
  readonly path: string;
  readonly config: string;
  readonly configText: string;
}

const SCRIPTS = "javascript javascriptreact typescript typescriptreact";
const PYPROJECT = /^pyproject\.toml$/;

/** Where a folder configures several for one language, the first one counts. */
export const TOOLS: readonly Tool[] = [
  {
    name: "Prettier",
    languages: words(`${SCRIPTS} css`),
    configs: [
      { name: /^\.prettierrc(?:\.(?:json5?|ya?ml|toml|[cm]?[jt]s))?$/ },
      { name: /^prettier\.config\.[cm]?[jt]s$/ },
      { name: /^package\.json$/, holds: hasPrettierMember },
    ],
    call: { kind: "package", name: "prettier" },
  },
  {
    name: "Biome",
    languages: words(`${SCRIPTS} css`),
    configs: [{ name: /^\.?biome\.jsonc?$/ }],
    call: { kind: "program", name: "biome", args: ({ path }) => ["format", `--stdin-file-path=${path}`] },
  },
  {
    name: "Black",
    languages: words("python"),
    configs: [{ name: PYPROJECT, holds: hasTable("tool.black") }],
    call: {
      kind: "program",
      name: "black",
      args: ({ path, config }) => ["--quiet", "--config", config, "--stdin-filename", path, "-"],
    },
  },
  {
    name: "Ruff",
    languages: words("python"),
    // Its linter is often used without its formatter.
    configs: [
      { name: /^\.?ruff\.toml$/, holds: hasTable("format") },
      { name: PYPROJECT, holds: hasTable("tool.ruff.format") },
    ],
    call: {
      kind: "program",
      name: "ruff",
      args: ({ path }) => ["format", "--quiet", "--no-cache", "--force-exclude", "--stdin-filename", path, "-"],
    },
  },
  {
    name: "rustfmt",
    languages: words("rust"),
    configs: [{ name: /^\.?rustfmt\.toml$/ }],
    call: {
      kind: "program",
      name: "rustfmt",
      args: ({ config, configText }) => [
        "--quiet",
        "--emit=stdout",
        "--config-path",
        config,
        // Alone it takes programs to be of 2015, when `async` was no keyword.
        ...(/^\s*edition\s*=/m.test(configText) ? [] : ["--edition=2021"]),
      ],
      isOutside: true,
    },
  },
  {
    name: "gofmt",
    languages: words("go"),
    configs: [{ name: /^go\.mod$/ }],
    call: { kind: "program", name: "gofmt", args: () => [] },
  },
  {
    name: "clang-format",
    languages: words("c cpp cuda-cpp csharp java"),
    configs: [{ name: /^[._]clang-format$/ }],
    call: { kind: "program", name: "clang-format", args: ({ path }) => [`--assume-filename=${path}`] },
  },
];

/** Whether what was found out about a project's formatters may be wrong once this file has changed, by its base name. */
export function decidesFormatting(name: string): boolean {
  return FURTHER.test(name) || TOOLS.some(({ configs }) => configs.some((config) => config.name.test(name)));
}

/** Files that formatters read besides. */
const FURTHER = /^(?:\.editorconfig|\.(?:prettier|clang-format-)ignore|Cargo\.toml)$/;

/** Its configuration, or the package that has it; among the dependencies the name says nothing. */
function hasPrettierMember(text: string): boolean {
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === "object" && manifest !== null && "prettier" in manifest;
  } catch {
    // What is no JSON chooses nothing.
    return false;
  }
}

function hasTable(name: string): (text: string) => boolean {
  return (text) => text.split("\n").some((line) => line.trim() === `[${name}]`);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
