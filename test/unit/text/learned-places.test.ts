import assert from "node:assert/strict";
import test from "node:test";
import { type LearnedPlaces, mayLearn } from "../../../text/learned-places.ts";

const ALL = { languages: { "*": true }, folders: { "*": true } };

function learns(places: Partial<LearnedPlaces>, path: string, languageId = "go"): boolean {
  return mayLearn({ ...ALL, ...places }, { languageId, path });
}

test("everything is learned from unless it is said otherwise", () => {
  assert.equal(learns({}, "/project/a.go"), true);
  assert.equal(mayLearn({ languages: {}, folders: {} }, { languageId: "go", path: undefined }), true);
});

test("a language's own entry outranks that of all", () => {
  const languages = { "*": true, markdown: false };
  assert.equal(learns({ languages }, "/project/a.md", "markdown"), false);
  assert.equal(learns({ languages }, "/project/a.go"), true);
  assert.equal(learns({ languages: { "*": false, go: true } }, "/project/a.go"), true);
  assert.equal(learns({ languages: { "*": false, go: true } }, "/project/a.rs", "rust"), false);
  assert.equal(learns({ languages: { "*": true } }, "/project/a", "constructor"), true);
});

test("a folder is named by its path or by its name, wherever it lies", () => {
  for (const name of ["/project/legacy", "/project/legacy/", "legacy", "project/legacy", "./legacy"]) {
    const folders = { "*": true, [name]: false };
    assert.equal(learns({ folders }, "/project/legacy/deep/a.go"), false, name);
    assert.equal(learns({ folders }, "/project/src/a.go"), true, name);
    assert.equal(learns({ folders }, "/project/legacy.go"), true, name);
    assert.equal(learns({ folders }, "/project/my-legacy/a.go"), true, name);
  }
  assert.equal(learns({ folders: { "*": true, "C:\\project\\legacy": false } }, "C:\\project\\legacy\\a.go"), false);
});

test("an absolute path is that of one folder only", () => {
  assert.equal(learns({ folders: { "*": true, "/legacy": false } }, "/project/legacy/a.go"), true);
});

test("the innermost folder counts", () => {
  const folders = { "*": true, vendor: false, "vendor/ours": true };
  assert.equal(learns({ folders }, "/project/vendor/theirs/a.go"), false);
  assert.equal(learns({ folders }, "/project/vendor/ours/a.go"), true);
  assert.equal(learns({ folders: { "*": false, "/project": true, secret: false } }, "/project/secret/a.go"), false);
  assert.equal(learns({ folders: { "*": false, "/project": true } }, "/elsewhere/a.go"), false);
});

test("both must allow it", () => {
  const places = { languages: { "*": true, go: false }, folders: { "*": true, src: true } };
  assert.equal(learns(places, "/project/src/a.go"), false);
});
