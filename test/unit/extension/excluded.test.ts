import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { DEFAULT_SETTINGS } from "../../../protocol/settings.ts";
import { fake, useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { createExcluded } = await import("../../../extension/observe/excluded.ts");

afterEach(() => fake.reset());

test("what the defaults and our own list leave out is not recorded, inside the workspace and outside", () => {
  const isExcluded = createExcluded(() => DEFAULT_SETTINGS.privacy.exclude);
  for (const uri of ["file:///w/.env", "file:///w/src/.env.local", "file:///w/node_modules/a/b.js", "file:///x/.env"]) {
    assert.ok(isExcluded(uri), uri);
  }
  for (const uri of ["file:///w/src/a.ts", "file:///x/build/a.ts", "file:///w", "untitled:Untitled-1"]) {
    assert.ok(!isExcluded(uri), uri);
  }
});

test("patterns count from the folder of the workspace, and hold as soon as they are set", () => {
  let patterns = ["/src/keys.ts"];
  const isExcluded = createExcluded(() => patterns);
  assert.ok(isExcluded("file:///w/src/keys.ts"));
  assert.ok(!isExcluded("file:///w/lib/src/keys.ts"));
  patterns = [];
  assert.ok(!isExcluded("file:///w/src/keys.ts"));
});
