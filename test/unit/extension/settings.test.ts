import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { isEnabled, readSettings, SECTION } from "../../../extension/settings.ts";
import { DEFAULT_SETTINGS } from "../../../protocol/settings.ts";

const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  contributes: { configuration: { properties: Record<string, { default: unknown }> } };
};
const { properties } = manifest.contributes.configuration;

suite("settings", () => {
  test("the defaults are those of package.json", () => {
    const settings = readSettings((key) => properties[`${SECTION}.${key}`]?.default);
    assert.deepEqual(settings, DEFAULT_SETTINGS);
  });

  test("every setting of package.json is read, and no other", () => {
    const read = new Set<string>();
    readSettings((key) => void read.add(`${SECTION}.${key}`));
    assert.deepEqual([...read].sort(), Object.keys(properties).sort());
  });

  test("what is set is taken over", () => {
    const values: Record<string, unknown> = {
      enable: { "*": false, go: true },
      "learning.mode": "off",
      "learning.languages": { "*": true, markdown: false },
      "learning.folders": { "*": true, legacy: false, odd: "no" },
      "learning.settleSeconds": 3,
      "suggest.multiLine": false,
      gate: "quiet",
      engine: "recall",
      "remote.url": " http://127.0.0.1:11434 ",
      "remote.dialect": "ollama",
      "remote.model": "qwen2.5-coder:1.5b",
      "llama.model": " /m/code.gguf",
      "llama.embedder": "/m/find.gguf",
      "llama.gpu": "off",
      "llama.idleMinutes": 0,
      "models.mirror": "https://mirror.example ",
      "style.useFormatter": false,
      "scan.onOpen": false,
      "scan.maxFileSizeKb": 7,
      "privacy.exclude": ["a", "b"],
      dataFolder: "/d",
      "log.level": "debug",
    };
    assert.deepEqual(
      readSettings((key) => values[key]),
      {
        enable: { "*": false, go: true },
        learning: {
          mode: "off",
          languages: { "*": true, markdown: false },
          folders: { "*": true, legacy: false },
          settleSeconds: 3,
        },
        suggest: { multiLine: false },
        gate: "quiet",
        engine: "recall",
        remote: { url: "http://127.0.0.1:11434", dialect: "ollama", model: "qwen2.5-coder:1.5b" },
        llama: { model: "/m/code.gguf", embedder: "/m/find.gguf", gpu: "off", idleMinutes: 0 },
        models: { mirror: "https://mirror.example" },
        style: { useFormatter: false },
        scan: { onOpen: false, maxFileSizeKb: 7 },
        privacy: { exclude: ["a", "b"] },
        dataFolder: "/d",
        log: { level: "debug" },
      },
    );
  });

  test("a value of the wrong type or out of range counts as not set, or as the nearest that is allowed", () => {
    for (const wrong of [null, [], 12, {}, "nonsense", Number.NaN]) {
      const settings = readSettings(() => wrong);
      assert.ok(["passive", "off"].includes(settings.learning.mode));
      assert.ok(settings.learning.settleSeconds >= 1 && settings.learning.settleSeconds <= 300);
      assert.equal(settings.scan.onOpen, true);
    }
    assert.equal(readSettings(() => 1e9).scan.maxFileSizeKb, 10_240);
    assert.equal(readSettings(() => -1).learning.settleSeconds, 1);
    assert.deepEqual(readSettings(() => ["a", 1]).privacy.exclude, ["a"]);
    assert.deepEqual(readSettings(() => ({ go: "yes", "*": false })).enable, { "*": false });
  });

  test("a language follows its own entry, then *, then yes", () => {
    assert.equal(isEnabled({ "*": false, go: true }, "go"), true);
    assert.equal(isEnabled({ "*": false, go: true }, "markdown"), false);
    assert.equal(isEnabled({ markdown: false }, "markdown"), false);
    assert.equal(isEnabled({}, "go"), true);
  });
});
