import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { suite, test } from "node:test";
import { allLanguages, languageById, languageOfPath } from "../../../sidecar/code/languages.ts";

function idOf(path: string): string | undefined {
  return languageOfPath(path)?.id;
}

suite("languages", () => {
  test("knows a file by its extension, in any case and with any separator", () => {
    assert.equal(idOf("/src/main.ts"), "typescript");
    assert.equal(idOf("C:\\src\\App.TSX"), "typescriptreact");
    assert.equal(idOf("a.b/x.py"), "python");
    assert.equal(idOf("lib.d.ts"), "typescript");
    assert.equal(idOf("include/a.h"), "cpp");
    assert.equal(idOf("a.c"), "c");
  });

  test("prefers the longest extension and the whole name", () => {
    assert.equal(idOf("page.blade.php"), "blade");
    assert.equal(idOf("CMakeLists.txt"), "cmake");
    assert.equal(idOf("tsconfig.json"), "jsonc");
    assert.equal(idOf("package.json"), "json");
  });

  test("knows files by well-known names, also with a suffix", () => {
    assert.equal(idOf("Makefile"), "makefile");
    assert.equal(idOf("docker/Dockerfile"), "dockerfile");
    assert.equal(idOf("Dockerfile.dev"), "dockerfile");
    assert.equal(idOf("Gemfile"), "ruby");
    assert.equal(idOf(".gitignore"), "ignore");
  });

  test("knows nothing of other files, so that a scan skips them", () => {
    for (const path of ["a.png", "a.txt", "a.csv", "LICENSE", "README", "", "ts", ".ts.swp", "dir.ts/file", "a."]) {
      assert.equal(idOf(path), undefined, path);
    }
  });

  test("gives the rules of a language by its editor identifier", () => {
    assert.equal(languageById("python")?.indentationIsStructure, true);
    assert.equal(languageById("go")?.indentationIsStructure, false);
    assert.equal(languageById("c")?.grammar, "cpp");
    assert.equal(languageById("json")?.lineComment, undefined);
    assert.deepEqual(languageById("html")?.blockComment, ["<!--", "-->"]);
    assert.equal(languageById("plaintext"), undefined);
  });

  test("has no identifier, extension or file name twice", () => {
    const keys = allLanguages().flatMap(({ id, extensions, fileNames }) => [`id ${id}`, ...extensions, ...fileNames]);
    assert.deepEqual(
      keys.filter((key, at) => keys.indexOf(key) !== at),
      [],
    );
    for (const key of keys) assert.equal(key.startsWith("id ") || key === key.toLowerCase(), true, key);
  });

  test("names only grammars that are installed", () => {
    for (const { grammar } of allLanguages()) {
      if (!grammar) continue;
      const file = new URL(`tree-sitter-${grammar}.wasm`, import.meta.resolve("@vscode/tree-sitter-wasm"));
      assert.ok(existsSync(file), grammar);
    }
  });
});
