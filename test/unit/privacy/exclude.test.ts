import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { DEFAULT_SETTINGS } from "../../../protocol/settings.ts";
import { createExclude, Patterns } from "../../../privacy/exclude.ts";

const exclude = createExclude({ patterns: DEFAULT_SETTINGS.privacy.exclude });

suite("createExclude", () => {
  test("leaves out what the default settings call private, in any case and at any depth", () => {
    for (const path of [
      "secret.ts",
      "src/MySecrets.cs",
      "Private/notes.md",
      "deep/private_key/readme.md",
      ".env",
      "app/.env.production",
      "certs/server.pem",
      "ssh/id_rsa",
      "ssh/id_rsa.pub",
    ]) {
      assert.equal(exclude.excludes(path, false), "private", path);
    }
  });

  test("leaves out dependencies, build output and generated files", () => {
    for (const path of [
      "node_modules/a/index.js",
      "packages/a/node_modules/b/index.js",
      "dist/main.js",
      "a/build/x.ts",
      "target/debug/a.rs",
      "vendor/x/y.go",
      ".git/config",
      ".venv/lib/a.py",
      "a/__pycache__/b.py",
      "jquery.min.js",
      "yarn.lock",
      "package-lock.json",
      "app.js.map",
    ]) {
      assert.equal(exclude.excludes(path, false), "generated", path);
    }
  });

  test("keeps source, also where a file only has the name of a folder of output", () => {
    for (const path of [
      "src/main.ts",
      "bin/tool.mjs",
      "lib/a.ts",
      "scripts/build",
      "src/build.ts",
      "src/environment.ts",
    ]) {
      assert.equal(exclude.excludes(path, false), undefined, path);
    }
  });

  test("knows directories as such", () => {
    assert.equal(exclude.excludes("a/node_modules", true), "generated");
    assert.equal(exclude.excludes("a/secrets", true), "private");
    assert.equal(exclude.excludes("a/src", true), undefined);
  });

  test("obeys the user's order of patterns, and keeps generated files out whatever they say", () => {
    const own = createExclude({ patterns: ["*.sql", "!schema.sql", "/drafts/", "!node_modules/"] });
    assert.equal(own.excludes("db/data.sql", false), "private");
    assert.equal(own.excludes("db/schema.sql", false), undefined);
    assert.equal(own.excludes("drafts/a.md", false), "private");
    assert.equal(own.excludes("docs/drafts/a.md", false), undefined);
    assert.equal(own.excludes("node_modules/a.js", false), "generated");
  });

  test("survives patterns that are none", () => {
    const odd = createExclude({ patterns: ["", "   ", "#", "!", "[", "\\", "a/**/", "***", "**/[a-"] });
    assert.equal(odd.excludes("src/a.ts", false) === "generated", false);
  });

  test("takes a path outside of the root for a bug", () => {
    for (const path of ["../a.ts", "/etc/passwd", "", "."])
      assert.throws(() => exclude.excludes(path, false), /bug/, path);
  });
});

suite("Patterns", () => {
  test("extends without changing what was there", () => {
    const logs = new Patterns({ ignoreCase: false }).with(["*.log"]);
    const fewer = logs.with(["!keep.log"]);
    assert.equal(logs.ignores("keep.log", false), true);
    assert.equal(fewer.ignores("keep.log", false), false);
    assert.equal(fewer.ignores("lose.log", false), true);
  });

  test("answers the same after tens of thousands of questions", () => {
    const patterns = new Patterns({ ignoreCase: false }).with(["*.log", "!a9.log"]);
    for (let at = 0; at < 25_000; at++) patterns.ignores(`d${at}/x.ts`, false);
    assert.equal(patterns.ignores("a1.log", false), true);
    assert.equal(patterns.ignores("a9.log", false), false);
  });
});
