/**
 * The languages that Tacit knows by name: editor identifier, file names, comment marks, whether indentation is
 * structure, and the grammar that can parse them. One table, so that adding a language is adding a row.
 */

/** Grammars that come with `@vscode/tree-sitter-wasm`, by the name of their file. */
export type Grammar =
  | "bash"
  | "c-sharp"
  | "cpp"
  | "css"
  | "go"
  | "java"
  | "javascript"
  | "php"
  | "powershell"
  | "python"
  | "ruby"
  | "rust"
  | "tsx"
  | "typescript";

export interface Language {
  /** The editor's language identifier, e.g. "typescriptreact". */
  readonly id: string;
  /** Lowercase, with the dot, e.g. ".ts". The longest one that fits a path wins. */
  readonly extensions: readonly string[];
  /** Lowercase names of whole files, e.g. "makefile". */
  readonly fileNames: readonly string[];
  /** Absent: files of this language are chunked by windows of lines. */
  readonly grammar: Grammar | undefined;
  readonly lineComment: string | undefined;
  readonly blockComment: readonly [open: string, close: string] | undefined;
  /** Whether indentation is block structure (Python, YAML), so that a suggestion must not change it. */
  readonly indentationIsStructure: boolean;
}

/** The language with this editor identifier, or undefined for one that has no row here ("plaintext", "log", …). */
export function languageById(id: string): Language | undefined {
  return BY_ID.get(id);
}

/**
 * The language of a file by its name: known extensions and well-known names (`Makefile`, `Dockerfile`).
 * Undefined for every other file: a scan skips those, because an unknown extension is more often data than source.
 */
export function languageOfPath(path: string): Language | undefined {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).toLowerCase();
  const named = BY_FILE_NAME.get(name);
  if (named) return named;
  // From the first dot on, so that ".d.ts" or ".blade.php" are found before ".ts" and ".php".
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const language = BY_EXTENSION.get(name.slice(dot));
    if (language) return language;
  }
  // "Dockerfile.dev", "Makefile.linux"
  const stem = name.slice(0, Math.max(name.indexOf("."), 0));
  return stem === "dockerfile" || stem === "makefile" ? BY_FILE_NAME.get(stem) : undefined;
}

/**
 * The language whose style this one shares: people format and name alike in JavaScript, JSX and TypeScript, or in C and
 * C++. Itself for all others.
 */
export function styleLanguage(id: string): string {
  return Object.hasOwn(STYLE_LANGUAGES, id) ? STYLE_LANGUAGES[id]! : id;
}

/** Every language of the table, in its order. */
export function allLanguages(): readonly Language[] {
  return LANGUAGES;
}

const STYLE_LANGUAGES: Readonly<Record<string, string>> = {
  javascript: "typescript",
  javascriptreact: "typescript",
  typescriptreact: "typescript",
  c: "cpp",
  "cuda-cpp": "cpp",
};

type Row = Partial<Omit<Language, "id" | "extensions">>;

const C_COMMENTS: Row = { lineComment: "//", blockComment: ["/*", "*/"] };
const HASH_COMMENTS: Row = { lineComment: "#" };
const XML_COMMENTS: Row = { blockComment: ["<!--", "-->"] };
const LISP_COMMENTS: Row = { lineComment: ";" };
const PERCENT_COMMENTS: Row = { lineComment: "%" };

const LANGUAGES: readonly Language[] = [
  row("typescript", ".ts .mts .cts", { ...C_COMMENTS, grammar: "typescript" }),
  row("typescriptreact", ".tsx", { ...C_COMMENTS, grammar: "tsx" }),
  row("javascript", ".js .mjs .cjs .es6", { ...C_COMMENTS, grammar: "javascript" }),
  row("javascriptreact", ".jsx", { ...C_COMMENTS, grammar: "javascript" }),
  row("python", ".py .pyi .pyw", {
    ...HASH_COMMENTS,
    grammar: "python",
    indentationIsStructure: true,
    fileNames: ["sconstruct", "sconscript", "wscript"],
  }),
  row("go", ".go", { ...C_COMMENTS, grammar: "go" }),
  row("rust", ".rs", { ...C_COMMENTS, grammar: "rust" }),
  row("java", ".java", { ...C_COMMENTS, grammar: "java" }),
  row("csharp", ".cs .csx .cake", { ...C_COMMENTS, grammar: "c-sharp" }),
  row("cpp", ".cpp .cc .cxx .c++ .hpp .hh .hxx .h++ .h .ipp .inl .ino .tpp .ixx .cppm", {
    ...C_COMMENTS,
    grammar: "cpp",
  }),
  // The C++ grammar reads C well enough to find its functions and structs.
  row("c", ".c", { ...C_COMMENTS, grammar: "cpp" }),
  row("cuda-cpp", ".cu .cuh", { ...C_COMMENTS, grammar: "cpp" }),
  row("ruby", ".rb .rake .gemspec .ru .rbi", {
    ...HASH_COMMENTS,
    blockComment: ["=begin", "=end"],
    grammar: "ruby",
    fileNames: ["rakefile", "gemfile", "guardfile", "podfile", "capfile", "brewfile", "vagrantfile", "fastfile"],
  }),
  row("php", ".php .phtml .php8", { ...C_COMMENTS, grammar: "php" }),
  row("shellscript", ".sh .bash .zsh .ksh .bats .command", {
    ...HASH_COMMENTS,
    grammar: "bash",
    fileNames: [".bashrc", ".zshrc", ".profile", ".bash_profile", ".zprofile", "pkgbuild"],
  }),
  row("powershell", ".ps1 .psm1 .psd1", { lineComment: "#", blockComment: ["<#", "#>"], grammar: "powershell" }),
  row("css", ".css", { blockComment: ["/*", "*/"], grammar: "css" }),

  row("scss", ".scss", C_COMMENTS),
  row("sass", ".sass", { ...C_COMMENTS, indentationIsStructure: true }),
  row("less", ".less", C_COMMENTS),
  row("stylus", ".styl", { ...C_COMMENTS, indentationIsStructure: true }),
  row("html", ".html .htm .xhtml", XML_COMMENTS),
  row("vue", ".vue", XML_COMMENTS),
  row("svelte", ".svelte", XML_COMMENTS),
  row("astro", ".astro", XML_COMMENTS),
  row("handlebars", ".hbs .handlebars", { blockComment: ["{{!--", "--}}"] }),
  row("jinja", ".jinja .jinja2 .j2", { blockComment: ["{#", "#}"] }),
  row("twig", ".twig", { blockComment: ["{#", "#}"] }),
  row("erb", ".erb", { blockComment: ["<%#", "%>"] }),
  row("ejs", ".ejs", { blockComment: ["<%#", "%>"] }),
  row("blade", ".blade.php", { blockComment: ["{{--", "--}}"] }),
  row("razor", ".cshtml .razor", { blockComment: ["@*", "*@"] }),
  row("jade", ".pug .jade", { lineComment: "//-", indentationIsStructure: true }),
  row("haml", ".haml", { lineComment: "-#", indentationIsStructure: true }),
  row("xml", ".xml .xsd .xsl .xslt .csproj .fsproj .vbproj .props .targets .xaml .plist .wsdl", XML_COMMENTS),
  row("json", ".json .webmanifest", {}),
  row("jsonc", ".jsonc .code-workspace .code-snippets", {
    ...C_COMMENTS,
    fileNames: ["tsconfig.json", "jsconfig.json", ".eslintrc.json", "settings.json", "launch.json", "tasks.json"],
  }),
  row("json5", ".json5", C_COMMENTS),
  row("jsonl", ".jsonl .ndjson", {}),
  row("yaml", ".yaml .yml", {
    ...HASH_COMMENTS,
    indentationIsStructure: true,
    fileNames: [".clang-format", ".clang-tidy", ".clangd"],
  }),
  row("toml", ".toml", { ...HASH_COMMENTS, fileNames: ["pipfile"] }),
  row("ini", ".ini .cfg .conf", { lineComment: ";", fileNames: [".editorconfig", ".gitconfig", ".npmrc"] }),
  row("properties", ".properties", { ...HASH_COMMENTS, fileNames: [".gitattributes"] }),
  row("ignore", ".gitignore .dockerignore .npmignore .tacitignore", HASH_COMMENTS),
  row("markdown", ".md .markdown .mdown .mkd", XML_COMMENTS),
  row("mdx", ".mdx", { blockComment: ["{/*", "*/}"] }),
  row("restructuredtext", ".rst", { lineComment: "..", indentationIsStructure: true }),
  row("asciidoc", ".adoc .asciidoc", { lineComment: "//" }),
  row("latex", ".tex .sty .cls .ltx", PERCENT_COMMENTS),
  row("bibtex", ".bib", PERCENT_COMMENTS),
  row("typst", ".typ", C_COMMENTS),

  row("sql", ".sql .ddl .dml .pgsql .psql", { lineComment: "--", blockComment: ["/*", "*/"] }),
  row("graphql", ".graphql .gql", HASH_COMMENTS),
  row("prisma", ".prisma", { lineComment: "//" }),
  row("proto3", ".proto", C_COMMENTS),
  row("thrift", ".thrift", C_COMMENTS),
  row("terraform", ".tf .tfvars .hcl", { lineComment: "#", blockComment: ["/*", "*/"] }),
  row("bicep", ".bicep", C_COMMENTS),
  row("nix", ".nix", { lineComment: "#", blockComment: ["/*", "*/"] }),
  row("dockerfile", ".dockerfile .containerfile", { ...HASH_COMMENTS, fileNames: ["dockerfile", "containerfile"] }),
  row("makefile", ".mk .mak", { ...HASH_COMMENTS, fileNames: ["makefile", "gnumakefile", "kbuild"] }),
  row("just", ".just", { ...HASH_COMMENTS, fileNames: ["justfile"] }),
  row("cmake", ".cmake", { ...HASH_COMMENTS, fileNames: ["cmakelists.txt"] }),
  row("starlark", ".bzl .bazel .star", {
    ...HASH_COMMENTS,
    indentationIsStructure: true,
    fileNames: ["build.bazel", "workspace.bazel", "tiltfile"],
  }),
  row("meson", "", { ...HASH_COMMENTS, fileNames: ["meson.build", "meson_options.txt"] }),
  row("groovy", ".groovy .gradle .gvy", { ...C_COMMENTS, fileNames: ["jenkinsfile"] }),
  row("bat", ".bat .cmd", { lineComment: "REM" }),
  row("fish", ".fish", HASH_COMMENTS),
  row("nushell", ".nu", HASH_COMMENTS),
  row("awk", ".awk", HASH_COMMENTS),
  row("vim", ".vim .vimrc", { lineComment: '"' }),

  row("kotlin", ".kt .kts", C_COMMENTS),
  row("scala", ".scala .sc .sbt", C_COMMENTS),
  row("swift", ".swift", C_COMMENTS),
  row("objective-c", ".m", C_COMMENTS),
  row("objective-cpp", ".mm", C_COMMENTS),
  row("dart", ".dart", C_COMMENTS),
  row("lua", ".lua", { lineComment: "--", blockComment: ["--[[", "]]"] }),
  row("luau", ".luau", { lineComment: "--", blockComment: ["--[[", "]]"] }),
  row("perl", ".pl .pm .t .pod", HASH_COMMENTS),
  row("raku", ".raku .rakumod .p6", HASH_COMMENTS),
  row("r", ".r", HASH_COMMENTS),
  row("julia", ".jl", { lineComment: "#", blockComment: ["#=", "=#"] }),
  row("matlab", ".mlx", { lineComment: "%", blockComment: ["%{", "%}"] }),
  row("elixir", ".ex .exs .heex .eex", HASH_COMMENTS),
  row("erlang", ".erl .hrl", PERCENT_COMMENTS),
  row("gleam", ".gleam", { lineComment: "//" }),
  row("haskell", ".hs .lhs", { lineComment: "--", blockComment: ["{-", "-}"], indentationIsStructure: true }),
  row("purescript", ".purs", { lineComment: "--", blockComment: ["{-", "-}"], indentationIsStructure: true }),
  row("elm", ".elm", { lineComment: "--", blockComment: ["{-", "-}"], indentationIsStructure: true }),
  row("ocaml", ".ml .mli", { blockComment: ["(*", "*)"] }),
  row("fsharp", ".fs .fsx .fsi", {
    lineComment: "//",
    blockComment: ["(*", "*)"],
    indentationIsStructure: true,
  }),
  row("clojure", ".clj .cljs .cljc .edn", LISP_COMMENTS),
  row("lisp", ".lisp .lsp .cl .asd", LISP_COMMENTS),
  row("scheme", ".scm .ss .rkt", LISP_COMMENTS),
  row("emacs-lisp", ".el", LISP_COMMENTS),
  row("vb", ".vb .bas .vbs", { lineComment: "'" }),
  row("pascal", ".pas .dpr .lpr .pp", { lineComment: "//", blockComment: ["{", "}"] }),
  row("ada", ".adb .ads", { lineComment: "--" }),
  row("fortran", ".f90 .f95 .f03 .f08 .f .for", { lineComment: "!" }),
  row("cobol", ".cob .cbl", { lineComment: "*>" }),
  row("d", ".d", C_COMMENTS),
  row("nim", ".nim .nims", { lineComment: "#", blockComment: ["#[", "]#"], indentationIsStructure: true }),
  row("crystal", ".cr", HASH_COMMENTS),
  row("zig", ".zig .zon", { lineComment: "//" }),
  row("odin", ".odin", C_COMMENTS),
  row("vlang", ".v.mod .vsh", C_COMMENTS),
  row("coffeescript", ".coffee .litcoffee", {
    lineComment: "#",
    blockComment: ["###", "###"],
    indentationIsStructure: true,
  }),
  row("gdscript", ".gd", { ...HASH_COMMENTS, indentationIsStructure: true }),
  row("haxe", ".hx", C_COMMENTS),
  row("apex", ".apex .trigger", C_COMMENTS),
  row("solidity", ".sol", C_COMMENTS),
  row("move", ".move", C_COMMENTS),
  row("verilog", ".v .vh", C_COMMENTS),
  row("systemverilog", ".sv .svh", C_COMMENTS),
  row("vhdl", ".vhd .vhdl", { lineComment: "--" }),
  row("glsl", ".glsl .vert .frag .geom .comp .tesc .tese", C_COMMENTS),
  row("hlsl", ".hlsl .fx .fxh", C_COMMENTS),
  row("wgsl", ".wgsl", C_COMMENTS),
  row("shaderlab", ".shader .cginc", C_COMMENTS),
  row("asm", ".asm .s .nasm", { lineComment: ";" }),
  row("wat", ".wat .wast", { lineComment: ";;", blockComment: ["(;", ";)"] }),
  row("tcl", ".tcl", HASH_COMMENTS),
  row("rego", ".rego", HASH_COMMENTS),
  row("cue", ".cue", { lineComment: "//" }),
  row("jsonnet", ".jsonnet .libsonnet", C_COMMENTS),
];

const BY_ID = new Map(LANGUAGES.map((language) => [language.id, language]));
const BY_EXTENSION = new Map(
  LANGUAGES.flatMap((language) => language.extensions.map((extension) => [extension, language] as const)),
);
const BY_FILE_NAME = new Map(
  LANGUAGES.flatMap((language) => language.fileNames.map((fileName) => [fileName, language] as const)),
);

function row(id: string, extensions: string, rest: Row): Language {
  return {
    id,
    extensions: extensions === "" ? [] : extensions.split(" "),
    fileNames: [],
    grammar: undefined,
    lineComment: undefined,
    blockComment: undefined,
    indentationIsStructure: false,
    ...rest,
  };
}
