import assert from "node:assert/strict";
import test from "node:test";
import { attributeOf } from "../../../sidecar/style/conventions/attributes.ts";
import { moduleLiteral, parseLiteral } from "../../../sidecar/style/conventions/config/literal.ts";
import { ConfigError } from "../../../sidecar/style/conventions/config/prior.ts";
import { isConfigName, readConfig } from "../../../sidecar/style/conventions/config/tools.ts";

/** What a file says about another, as "attribute=value". */
function said(name: string, text: string, languageId = "typescript", path = "src/a.ts"): Record<string, string> {
  const read = readConfig(name, text);
  assert(read.kind === "configs", read.kind === "bad" ? read.reason : "");
  const language = /script|react/.test(languageId) ? "typescript" : languageId;
  const settings = read.configs.flatMap((config) => config.settings({ path, languageId, language }));
  for (const { attribute, value } of settings) {
    const known = attributeOf(language, attribute);
    assert(known, `${attribute} is an attribute of ${language}`);
    assert(
      typeof known.values === "function" || known.values[value] !== undefined,
      `${value} is a value of ${attribute}`,
    );
  }
  return Object.fromEntries(settings.map(({ attribute, value }) => [attribute, value]));
}

function check(found: Record<string, string>, expected: Record<string, string | undefined>): void {
  for (const [attribute, value] of Object.entries(expected)) assert.equal(found[attribute], value, attribute);
}

function bad(name: string, text: string, reason: RegExp): void {
  const read = readConfig(name, text);
  assert(read.kind === "bad", `${text} is bad`);
  assert.match(read.reason, reason);
}

test("EditorConfig: sections that match, later ones first", () => {
  const text =
    "root = true\n[*]\nindent_style = space\nindent_size = 2\nmax_line_length = 100\n[*.go]\nindent_style = tab\n[src/**.ts]\nindent_size=4\nquote_type = single\n";
  assert.deepEqual(said(".editorconfig", text), { indent: "4", "line-width": "100", quotes: "single" });
  assert.deepEqual(said(".editorconfig", text, "go", "a.go"), { indent: "tab", "line-width": "100" });
});

test("EditorConfig: what it says of sizes in tabs, and nothing of what is off", () => {
  assert.deepEqual(said(".editorconfig", "[*]\nindent_size = tab\ntab_width = 8\n"), { indent: "tab" });
  assert.deepEqual(said(".editorconfig", "[*]\nmax_line_length = off\nindent_size = many\n"), {});
  assert.deepEqual(said(".editorconfig", "[*]\nindent_style = space\n"), {});
});

test("EditorConfig: .NET's rules", () => {
  const text =
    "[*.cs]\ncsharp_new_line_before_open_brace = none\ncsharp_style_namespace_declarations = file_scoped:warning\n" +
    "csharp_style_var_elsewhere = true:suggestion\ndotnet_sort_system_directives_first = true\n";
  assert.deepEqual(said(".editorconfig", text, "csharp", "A.cs"), {
    "brace-style": "same-line",
    "brace-style-functions": "same-line",
    "brace-style-types": "same-line",
    "variable-types": "var",
    "namespace-form": "file",
    "import-order": "system-first",
  });
  assert.deepEqual(said(".editorconfig", text), {});
});

test("Prettier: options, and its defaults where none is set", () => {
  check(
    said(
      ".prettierrc",
      '{ "singleQuote": true, "semi": false, "printWidth": 100, "trailingComma": "es5", "arrowParens": "avoid" }',
    ),
    {
      quotes: "single",
      semicolons: "never",
      "line-width": "100",
      "trailing-commas": "always",
      "trailing-commas-calls": "never",
      "arrow-parens": "omitted",
      indent: "2",
      "spaces-in-braces": "spaced",
    },
  );
  check(said(".prettierrc", "useTabs: true\ntabWidth: 8\nbracketSpacing: false\n"), {
    indent: "tab",
    "spaces-in-braces": "tight",
    quotes: "double",
  });
});

test("Prettier: all its files", () => {
  const texts = {
    ".prettierrc.json": '{ "tabWidth": 4 }',
    ".prettierrc.json5": "{ tabWidth: 4, /* more */ }",
    ".prettierrc.yml": "tabWidth: 4",
    ".prettierrc.toml": "tabWidth = 4",
    "prettier.config.mjs":
      "/** @type {import('prettier').Config} */\nconst config = { tabWidth: 4, plugins: [load('a')] };\nexport default config;\n",
    ".prettierrc.cjs": "module.exports = { ...base, tabWidth: 4 };\n",
    "prettier.config.ts":
      "import { type Config } from 'prettier';\nconst config: Config = {\n  tabWidth: 4,\n} satisfies Config;\nexport default config;",
    "package.json": '{ "name": "a", "prettier": { "tabWidth": 4 } }',
  };
  for (const [name, text] of Object.entries(texts)) check(said(name, text), { indent: "4" });
  assert.deepEqual(said("package.json", '{ "name": "a" }'), {});
  assert.deepEqual(said("package.json", '{ "prettier": "@company/config" }'), {});
});

test("Prettier: overrides by glob, and other languages by layout alone", () => {
  const text =
    '{ "tabWidth": 2, "overrides": [{ "files": ["*.test.ts", "legacy/**"], "excludeFiles": "legacy/new/**", "options": { "tabWidth": 8 } }] }';
  check(said(".prettierrc", text, "typescript", "src/a.test.ts"), { indent: "8" });
  check(said(".prettierrc", text, "typescript", "legacy/a.ts"), { indent: "8" });
  check(said(".prettierrc", text, "typescript", "legacy/new/a.ts"), { indent: "2" });
  check(said(".prettierrc", text, "typescript", "src/a.ts"), { indent: "2" });
  assert.deepEqual(said(".prettierrc", text, "css", "a.css"), { indent: "2", "line-width": "80" });
  assert.deepEqual(said(".prettierrc", text, "python", "a.py"), {});
});

test("Biome: formatter, rules and overrides", () => {
  const text = `{
    // Comments are allowed.
    "formatter": { "indentStyle": "space", "indentWidth": 4, "lineWidth": 110 },
    "javascript": { "formatter": { "quoteStyle": "single", "semicolons": "asNeeded", "arrowParentheses": "asNeeded" } },
    "linter": { "rules": { "style": { "useTemplate": "error", "noUselessElse": { "level": "warn" }, "useBlockStatements": "off" } } },
    "overrides": [{ "includes": ["test/**", "!test/new/**"], "javascript": { "formatter": { "quoteStyle": "double" } } }],
  }`;
  const found = said("biome.jsonc", text);
  check(found, {
    indent: "4",
    "line-width": "110",
    quotes: "single",
    semicolons: "never",
    "arrow-parens": "omitted",
    "trailing-commas": "always",
    "string-building": "template",
    "else-after-return": "omitted",
    "braces-single": undefined,
  });
  check(said("biome.json", text, "typescript", "test/a.ts"), { quotes: "double" });
  check(said("biome.json", text, "typescript", "test/new/a.ts"), { quotes: "single" });
  check(said("biome.json", "{}"), { indent: "tab" });
  assert.deepEqual(said("biome.json", '{ "formatter": { "enabled": false } }'), {});
});

test("ESLint: rules of the old files", () => {
  const text = `{
    "root": true,
    "rules": {
      "quotes": ["error", "single", { "avoidEscape": true }],
      "semi": [2, "never"],
      "indent": ["warn", "tab"],
      "curly": "error",
      "eqeqeq": "off",
      "max-len": ["error", { "code": 120 }],
      "comma-dangle": ["error", { "objects": "always-multiline", "functions": "never" }],
      "space-before-function-paren": ["error", { "named": "never", "anonymous": "always" }],
      "no-unused-vars": "error"
    },
    "overrides": [{ "files": ["*.test.ts"], "rules": { "quotes": ["error", "double"] } }]
  }`;
  assert.deepEqual(said(".eslintrc.json", text), {
    quotes: "single",
    semicolons: "never",
    indent: "tab",
    "braces-single": "always",
    "line-width": "120",
    "trailing-commas": "always",
    "trailing-commas-calls": "never",
    "space-before-parens": "none",
    "space-before-anonymous-parens": "space",
  });
  check(said(".eslintrc", text, "typescript", "src/a.test.ts"), { quotes: "double" });
  check(said(".eslintrc.yml", "rules:\n  quotes: [error, single]\n"), { quotes: "single" });
  check(said(".eslintrc.js", "module.exports = { extends: ['a'], rules: { quotes: ['error', 'single'] } };"), {
    quotes: "single",
  });
  check(said("package.json", '{ "eslintConfig": { "rules": { "quotes": ["error", "single"] } } }'), {
    quotes: "single",
  });
});

test("ESLint: flat configurations, as far as they are plain", () => {
  const text = `
    import stylistic from "@stylistic/eslint-plugin";
    export default tseslint.config(
      { ignores: ["dist/"] },
      js.configs.recommended,
      ...more,
      { plugins: { stylistic }, rules: { "@stylistic/quotes": ["error", "single"], "prefer-template": 2, "unicorn/prefer-node-protocol": "error" } },
      { files: ["test/**"], rules: { "@stylistic/quotes": ["error", "double"], [computed]: "error" } },
      { files: ["**/*.mjs"], extends: [a.b({ c: 1 })], rules: { semi: "error" } },
    );`;
  assert.deepEqual(said("eslint.config.mjs", text), {
    quotes: "single",
    "string-building": "template",
    "node-imports": "prefix",
  });
  check(said("eslint.config.js", text, "typescript", "test/a.ts"), { quotes: "double" });
  check(said("eslint.config.ts", "export default [{ rules: { semi: ['error', 'never'] } }];"), { semicolons: "never" });
  assert.deepEqual(said("eslint.config.js", "export default createConfig;"), {});
});

test("ESLint: options that a rule has by itself", () => {
  const rules = {
    "arrow-parens": "always",
    "@typescript-eslint/array-type": "brackets",
    "@typescript-eslint/consistent-type-definitions": "interface",
    "object-shorthand": "method",
    "brace-style": "same-line",
    "keyword-spacing": "space",
    "unicorn/filename-case": "kebab",
  };
  const text = JSON.stringify({ rules: Object.fromEntries(Object.keys(rules).map((name) => [name, "error"])) });
  const found = Object.values(said(".eslintrc.json", text));
  for (const value of Object.values(rules)) assert(found.includes(value), value);
});

test("Python: Ruff and Black in pyproject.toml, and files of their own", () => {
  const ruff =
    '[tool.ruff]\nline-length = 120\n[tool.ruff.format]\nquote-style = "single"\n[tool.ruff.lint.pydocstyle]\nconvention = "google"\n';
  assert.deepEqual(said("pyproject.toml", ruff, "python", "a.py"), {
    quotes: "single",
    "line-width": "120",
    indent: "4",
    "doc-form": "google",
  });
  check(
    said("pyproject.toml", "[tool.black]\nline-length = 100\nskip-string-normalization = true\n", "python", "a.py"),
    {
      "line-width": "100",
      quotes: undefined,
      "trailing-commas": "always",
    },
  );
  check(said("ruff.toml", 'line-length = 79\nindent-width = 2\n[format]\nindent-style = "tab"\n', "python", "a.py"), {
    "line-width": "79",
    indent: "tab",
  });
  assert.deepEqual(said("pyproject.toml", '[project]\nname = "a"\n', "python", "a.py"), {});
  assert.deepEqual(said("pyproject.toml", ruff), {});
});

test("Python: YAPF, flake8 and the rest", () => {
  assert.deepEqual(said(".style.yapf", "[style]\nbased_on_style = google\ncolumn_limit = 99\n", "python", "a.py"), {
    indent: "4",
    "line-width": "99",
  });
  assert.deepEqual(
    said(".style.yapf", "[style]\nindent_width = 3\nblank_lines_around_top_level_definition: 1\n", "python", "a.py"),
    {
      indent: "3",
      "line-width": "79",
      "blank-lines": "1",
    },
  );
  assert.deepEqual(
    said(
      "setup.cfg",
      "[metadata]\nname = a\n[flake8]\nmax-line-length = 90  ; why\ninline-quotes = '\n",
      "python",
      "a.py",
    ),
    {
      "line-width": "90",
      quotes: "single",
    },
  );
  assert.deepEqual(said("tox.ini", "[tox]\nenvlist = py3\n", "python", "a.py"), {});
});

test("rustfmt", () => {
  const text =
    'max_width = 90\nhard_tabs = true\nimports_granularity = "Item"\ngroup_imports = "StdExternalCrate"\nbrace_style = "AlwaysNextLine"\n';
  check(said("rustfmt.toml", text, "rust", "a.rs"), {
    "line-width": "90",
    indent: "tab",
    "import-form": "separate",
    "import-groups": "separated",
    "brace-style": "own-line",
    "trailing-commas": "always",
  });
  assert.deepEqual(said(".rustfmt.toml", text, "go", "a.go"), {});
});

test("clang-format: a named style, and what is set on top of it", () => {
  const text =
    "---\nBasedOnStyle: Google\nColumnLimit: 100\nPointerAlignment: Right\n---\nLanguage: Java\nBasedOnStyle: Google\nIndentWidth: 4\n";
  check(said(".clang-format", text, "cpp", "a.cc"), {
    indent: "2",
    "line-width": "100",
    "pointer-alignment": "right",
    "brace-style-functions": "same-line",
  });
  check(said(".clang-format", text, "java", "A.java"), { indent: "4", "line-width": "100" });
  check(
    said(
      "_clang-format",
      "BreakBeforeBraces: Allman\nUseTab: ForIndentation\nIndentCaseLabels: false\n",
      "cpp",
      "a.cc",
    ),
    {
      "brace-style": "own-line",
      "else-placement": "own-line",
      indent: "tab",
      "case-indent": "flush",
    },
  );
  check(
    said(
      ".clang-format",
      "BreakBeforeBraces: Custom\nBraceWrapping:\n  AfterFunction: true\n  AfterControlStatement: Never\n  BeforeElse: true\n",
      "cpp",
      "a.cc",
    ),
    {
      "brace-style-functions": "own-line",
      "brace-style": "same-line",
      "else-placement": "own-line",
    },
  );
  assert.deepEqual(said(".clang-format", "DisableFormat: true\n", "cpp", "a.cc"), {});
  assert.deepEqual(said(".clang-format", text, "python", "a.py"), {});
});

test("files that cannot be understood are bad, with a reason", () => {
  bad(".prettierrc", '{ "semi": ', /bracket|JSON/);
  bad(".prettierrc", "semi: [", /YAML/);
  bad(".prettierrc", "just a word", /plain object/);
  bad("prettier.config.js", "export default makeConfig();\nconst a = 1;", /plain object/);
  bad("biome.json", "[]", /object/);
  bad("biome.json", '{ "a": "b', /no end/);
  bad(".eslintrc.json", "{ 'rules': }}", /JSON|bracket/);
  bad("ruff.toml", "line-length = = 3", /TOML/);
  bad("pyproject.toml", "[tool", /TOML/);
  bad(".clang-format", "a: b: c", /YAML/);
  bad(".clang-format", "", /options/);
  bad("package.json", "not json", /JSON/);
  bad(".prettierrc.json", "[".repeat(5_000), /deep|bracket/);
  bad(".prettierrc.yaml", "a: &a [b]\n" + "c: [" + "*a,".repeat(500) + "]\nd: &d [*a,*a]\n", /./);
});

test("values of the wrong kind say nothing", () => {
  const text =
    '{ "printWidth": "wide", "tabWidth": -3, "semi": "yes", "singleQuote": null, "trailingComma": 7, "overrides": [3, { "files": 5 }] }';
  check(said(".prettierrc", text), {
    "line-width": "80",
    indent: "2",
    semicolons: "always",
    quotes: "double",
    "trailing-commas": "always",
  });
  check(
    said(
      ".eslintrc.json",
      '{ "rules": { "quotes": ["error", 5], "semi": [7, "never"], "indent": "error", "constructor": "error" } }',
    ),
    { indent: "4" },
  );
  assert.deepEqual(said("pyproject.toml", "[tool]\nruff = 3\nblack = 'x'\n", "python", "a.py")["line-width"], "88");
});

test("plain values are read from JSON and its relatives", () => {
  assert.deepEqual(parseLiteral('{ "a": [1, -2.5e3, 0x1F, true, null,], b: \'it\\\'s\', // so\n "c\\n": `d` }'), {
    a: [1, -2500, 31, true, null],
    b: "it's",
    "c\n": "d",
  });
  assert.deepEqual(parseLiteral("\ufeff/* a */ {}"), {});
  for (const text of ["", "a", "{", '{ "a": 1 } }', '"', "[1"])
    assert.throws(() => parseLiteral(text), ConfigError, text);
});

test("what is no plain value in a module is passed over, and nothing is run", () => {
  const text = `
    const base = require("./base");
    const config = {
      ...base,
      a: 1,
      b: process.env.CI ? 2 : 3,
      c() { throw new Error("run"); },
      get d() { return 1; },
      [e]: 4,
      "f-g": [call({ h: 5 }, "x"), \`\${i}\`],
      __proto__: { j: 6 },
      k: "last",
    };
    module.exports = config;`;
  assert.deepEqual(moduleLiteral(text), { a: 1, "f-g": [[{ h: 5 }, "x"], undefined], k: "last" });
  assert.equal(moduleLiteral("const a = 1;"), undefined);
  assert.equal(moduleLiteral("export default missing;"), undefined);
});

test("files of configuration are known by name", () => {
  for (const name of [
    ".editorconfig",
    ".prettierrc",
    "package.json",
    "eslint.config.mjs",
    "pyproject.toml",
    ".clang-format",
  ]) {
    assert(isConfigName(name), name);
  }
  for (const name of ["package-lock.json", "a.toml", "prettierrc", "eslint.config.json", "setup.py"])
    assert(!isConfigName(name), name);
});
