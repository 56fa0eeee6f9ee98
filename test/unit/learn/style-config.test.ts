import assert from "node:assert/strict";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { createStyleConfigs, type StyleConfig, type StyleConfigs } from "../../../sidecar/learn/style-config.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";

const never = new AbortController().signal;

test("the nearest file of a formatter holds, up to the root", async (t) => {
  const configs = await createIn(t, {
    ".prettierrc": '{ "singleQuote": true, "tabWidth": 4 }',
    "web/.prettierrc": '{ "tabWidth": 8 }',
  });
  const outside = await configs.of("src/a.ts", "typescript", never);
  assert.deepEqual(pick(outside, "quotes", "indent"), ["single (.prettierrc)", "4 (.prettierrc)"]);
  assert.deepEqual([outside.indentUnit, outside.lineWidth], ["    ", 80]);
  const inside = await configs.of("web/src/a.ts", "typescript", never);
  assert.deepEqual(pick(inside, "quotes", "indent"), ["double (web/.prettierrc)", "8 (web/.prettierrc)"]);
});

test("files of EditorConfig add up until one is the root", async (t) => {
  const configs = await createIn(t, {
    ".editorconfig": "[*]\nindent_style = tab\nmax_line_length = 100\n",
    "a/.editorconfig": "[*.py]\nindent_style = space\nindent_size = 2\n",
    "b/.editorconfig": "root = true\n[*]\nmax_line_length = 90\n",
  });
  const below = await configs.of("a/b.py", "python", never);
  assert.deepEqual([below.indentUnit, below.lineWidth], ["  ", 100]);
  const apart = await configs.of("b/c.py", "python", never);
  assert.deepEqual([apart.indentUnit, apart.lineWidth], [undefined, 90]);
});

test("of tools that disagree the formatter decides, but its defaults give way to what is written", async (t) => {
  const configs = await createIn(t, {
    ".editorconfig": "[*]\nindent_style = space\nindent_size = 3\n",
    ".eslintrc.json": '{ "rules": { "quotes": ["error", "double"], "curly": "error" } }',
    ".prettierrc": '{ "singleQuote": true }',
  });
  const config = await configs.of("a.ts", "typescript", never);
  assert.deepEqual(pick(config, "quotes", "indent", "braces-single", "semicolons"), [
    "single (.prettierrc)",
    "3 (.editorconfig)",
    "always (.eslintrc.json)",
    "always (.prettierrc)",
  ]);
});

test("what a formatter without options does is known", async (t) => {
  const configs = await createIn(t, { "main.go": "package main\n" });
  const config = await configs.of("main.go", "go", never);
  assert.equal(config.indentUnit, "\t");
  assert.equal((await configs.of("a.rb", "ruby", never)).indentUnit, undefined);
});

test("scopes begin where something else holds", async (t) => {
  const configs = await createIn(t, {
    ".prettierrc": "{}",
    "web/.prettierrc": '{ "semi": false }',
    "web/same/.prettierrc": '{ "semi": false }',
    "py/ruff.toml": "line-length = 120\n",
  });
  const files = [
    { path: "a.test.ts", languageId: "typescript" },
    { path: "web/src/deep/a.tsx", languageId: "typescriptreact" },
    { path: "web/same/b.ts", languageId: "typescript" },
    { path: "py/a.py", languageId: "python" },
  ];
  const scopes = await configs.scopes(files, never);
  assert.deepEqual(
    scopes.map(({ language, directory, config }) => [language, directory, pick(config, "semicolons", "line-width")]),
    [
      ["typescript", "", ["always (.prettierrc)", "80 (.prettierrc)"]],
      ["typescript", "web", ["never (web/.prettierrc)", "80 (web/.prettierrc)"]],
      ["python", "", [undefined, undefined]],
      ["python", "py", [undefined, "120 (py/ruff.toml)"]],
    ],
  );
});

test("a directory that overrides name is a scope of its own", async (t) => {
  const configs = await createIn(t, {
    ".prettierrc": `{
      "semi": true,
      "overrides": [
        { "files": "test/**", "options": { "semi": false } },
        { "files": "*.spec.ts", "options": { "printWidth": 100 } }
      ]
    }`,
  });
  const paths = [
    "src/a.ts",
    "src/deep/b.ts",
    "src/b.spec.ts",
    "test/a.test.ts",
    "test/deep/b.test.ts",
    "e2e/a.spec.ts",
  ];
  const files = paths.map((path) => ({ path, languageId: "typescript" }));
  assert.deepEqual(
    (await configs.scopes(files, never)).map(({ directory, config }) => [
      directory,
      pick(config, "semicolons", "line-width"),
    ]),
    [
      ["", ["always (.prettierrc)", "80 (.prettierrc)"]],
      ["e2e", ["always (.prettierrc)", "100 (.prettierrc)"]],
      ["test", ["never (.prettierrc)", "80 (.prettierrc)"]],
    ],
  );
});

test("a configuration that extends another file of the project holds what that one says", async (t) => {
  const configs = await createIn(t, {
    ".eslintrc.yaml":
      "root: true\nextends: [eslint:recommended, ./config/eslint-base.json]\nrules: { semi: [error, never] }\n",
    "config/eslint-base.json":
      '{ "extends": "./more.cjs", "rules": { "semi": "error", "quotes": ["error", "single"] } }',
    "config/more.cjs": "module.exports = { rules: { curly: 'error', quotes: 'error' } };",
    "web/biome.json": '{ "extends": ["../config/biome-base.json"], "formatter": { "lineWidth": 100 } }',
    "config/biome-base.json": '{ "javascript": { "formatter": { "quoteStyle": "double" } } }',
  });
  const outside = await configs.of("a.ts", "typescript", never);
  assert.deepEqual(pick(outside, "quotes", "semicolons", "braces-single"), [
    "single (.eslintrc.yaml)",
    "never (.eslintrc.yaml)",
    "always (.eslintrc.yaml)",
  ]);
  const inside = await configs.of("web/a.ts", "typescript", never);
  assert.deepEqual(pick(inside, "quotes", "line-width"), ["double (web/biome.json)", "100 (web/biome.json)"]);
});

test("a circle of files, one outside of the project and one that is gone are left out", async (t) => {
  const configs = await createIn(t, {
    ".eslintrc.json":
      '{ "extends": ["./b.json", "../outside.json", "./gone.json"], "rules": { "quotes": ["error", "single"] } }',
    "b.json": '{ "extends": "./.eslintrc.json", "rules": { "semi": ["error", "never"] } }',
  });
  const config = await configs.of("a.ts", "typescript", never);
  assert.deepEqual(pick(config, "quotes", "semicolons"), ["single (.eslintrc.json)", "never (.eslintrc.json)"]);
  assert.deepEqual(
    configs.problems.map(({ path }) => path),
    ["gone.json"],
  );
});

test("a file that cannot be understood is left out and named; the others hold", async (t) => {
  const configs = await createIn(t, {
    ".prettierrc": "{ singleQuote",
    "biome.json": Uint8Array.of(0xff, 0x00, 0x12),
    ".editorconfig": "[*]\nindent_size = 2\nindent_style = space\n",
    "ruff.toml": "",
  });
  const config = await configs.of("a.ts", "typescript", never);
  assert.equal(config.indentUnit, "  ");
  assert.deepEqual(configs.problems.map(({ path }) => path).sort(), [".prettierrc", "biome.json"]);
  assert(configs.problems.every(({ reason }) => reason !== ""));
  await configs.of("b.ts", "typescript", never);
  assert.equal(configs.problems.length, 2, "each is told once");
});

test("links, directories and closed files are no configuration", async (t) => {
  const root = await temporaryFolder(t);
  await writeFiles(root, { "a/secret.json": '{ "semi": false }', "b/.prettierrc.json": "{}" });
  await symlink(join(root, "a/secret.json"), join(root, ".prettierrc"));
  await mkdir(join(root, ".editorconfig"));
  await chmod(join(root, "b/.prettierrc.json"), 0);
  const configs = createStyleConfigs(root);
  const config = await configs.of("b/a.ts", "typescript", never);
  const isSuperuser = process.getuid?.() === 0;
  assert.equal(
    config.priors.some(({ source }) => source !== "b/.prettierrc.json"),
    false,
  );
  if (!isSuperuser) assert.deepEqual(config.priors, []);
  assert((await configs.of("gone/deep/a.ts", "typescript", never)).priors.length === 0);
});

test("a changed file is read once everything is forgotten", async (t) => {
  const root = await temporaryFolder(t);
  await writeFiles(root, { ".prettierrc": '{ "tabWidth": 4 }' });
  const configs = createStyleConfigs(root);
  assert.equal((await configs.of("a.ts", "typescript", never)).indentUnit, "    ");
  await writeFiles(root, { ".prettierrc": '{ "tabWidth": 8 }' });
  assert.equal((await configs.of("a.ts", "typescript", never)).indentUnit, "    ");
  assert(configs.isConfigFile(join(root, ".prettierrc")));
  assert(!configs.isConfigFile(join(root, "a.ts")));
  configs.forget();
  assert.equal((await configs.of("a.ts", "typescript", never)).indentUnit, "        ");
});

test("an aborted look is no answer, and the next one is whole", async (t) => {
  const configs = await createIn(t, { ".prettierrc": '{ "tabWidth": 4 }' });
  await assert.rejects(configs.of("a.ts", "typescript", AbortSignal.abort()), { name: "AbortError" });
  assert.equal((await configs.of("a.ts", "typescript", never)).indentUnit, "    ");
});

async function createIn(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>): Promise<StyleConfigs> {
  const root = await temporaryFolder(t);
  await writeFiles(root, files);
  return createStyleConfigs(root);
}

/** Values with the file that says so. */
function pick({ priors }: StyleConfig, ...attributes: readonly string[]): (string | undefined)[] {
  return attributes.map((attribute) => {
    const prior = priors.find((each) => each.attribute === attribute);
    return prior && `${prior.value} (${prior.source})`;
  });
}
