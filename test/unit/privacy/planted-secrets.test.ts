/** How many planted secrets are found, and how much of ordinary source text is taken for one. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import test from "node:test";
import { redact } from "../../../privacy/redact.ts";
import { missedSecrets, plantSecrets, secretsIn } from "../../support/secrets.ts";
import { seeds } from "../text/dice.ts";

test("at least 300 secrets of at least 30 kinds are planted, and all of them are taken out", () => {
  for (const seed of seeds(3)) {
    const planted = plantSecrets(seed);
    assert.ok(planted.length >= 300 && new Set(planted.map(({ kind }) => kind)).size >= 30);
    assert.equal(secretsIn(planted.map(({ text }) => text).join("\n"), planted).length, planted.length);
    assert.deepEqual(
      missedSecrets(planted).map(({ kind, text }) => `seed ${seed}, ${kind}: ${text}`),
      [],
    );
  }
});

test("of ordinary source text hardly a line in ten thousand is taken for a secret", () => {
  let lines = 0;
  const redacted: string[] = [];
  for (const path of globSync(
    "node_modules/{typescript/lib,undici/lib,ajv,yaml,eslint/lib,@types}/**/*.{js,ts,json}",
  )) {
    const text = readFileSync(path, "utf8");
    if (text.length > 400_000) continue;
    const before = text.split("\n");
    const after = redact(text).text.split("\n");
    lines += before.length;
    redacted.push(...before.filter((line, n) => line !== after[n]).map((line) => `${path}: ${line.trim()}`));
  }
  assert.ok(lines > 50_000, `${lines} lines are too few`);
  assert.ok(redacted.length <= lines / 10_000, redacted.join("\n"));
});
