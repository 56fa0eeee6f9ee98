import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import { createRandom } from "../../sidecar/base/random.ts";
import { parseSettings } from "../../sidecar/settings.ts";

test("the defaults are taken as they are", () => {
  assert.deepEqual(parseSettings(DEFAULT_SETTINGS), { settings: DEFAULT_SETTINGS, problems: [] });
});

test("what is left out has its default, down to single values", () => {
  const { settings, problems } = parseSettings({
    learning: { settleSeconds: 3 },
    privacy: { exclude: ["mine/**"] },
    log: {},
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(settings, {
    ...DEFAULT_SETTINGS,
    learning: { ...DEFAULT_SETTINGS.learning, settleSeconds: 3 },
    privacy: { exclude: ["mine/**"] },
  });
});

test("languages are taken as given: none is added to them", () => {
  const { settings } = parseSettings({ enable: { "*": false, typescript: true } });
  assert.deepEqual(settings.enable, { "*": false, typescript: true });
});

test("the files of models may be written from one's own folder", () => {
  const { settings } = parseSettings({ llama: { model: "~/models/a.gguf", embedder: "/models/~b.gguf" } });
  assert.deepEqual(
    [settings.llama.model, settings.llama.embedder],
    [join(homedir(), "models/a.gguf"), "/models/~b.gguf"],
  );
});

test("what nobody knows is left out", () => {
  const { settings, problems } = parseSettings({ later: { much: true }, scan: { onOpen: false, deep: 3 } });
  assert.deepEqual(problems, []);
  assert.deepEqual(settings, { ...DEFAULT_SETTINGS, scan: { ...DEFAULT_SETTINGS.scan, onOpen: false } });
});

test("a section with a wrong value goes back to its defaults and is named; the others stay", () => {
  const { settings, problems } = parseSettings({
    learning: { mode: "aggressive", settleSeconds: 3 },
    scan: { onOpen: "yes", maxFileSizeKb: -1 },
    suggest: { multiLine: false },
    dataFolder: "/elsewhere",
  });
  assert.deepEqual(settings, { ...DEFAULT_SETTINGS, suggest: { multiLine: false }, dataFolder: "/elsewhere" });
  assert.equal(problems.length, 3);
  for (const name of ["tacit.learning.mode", "tacit.scan.onOpen", "tacit.scan.maxFileSizeKb"]) {
    assert.ok(
      problems.some((problem) => problem.startsWith(`${name}: `)),
      `${name} in ${problems.join("; ")}`,
    );
  }
});

for (const [name, raw] of [
  ["tacit.enable", { enable: true }],
  ["tacit.enable.typescript", { enable: { typescript: "yes" } }],
  ["tacit.scan", { scan: "always" }],
  ["tacit.privacy.exclude", { privacy: { exclude: "*.env" } }],
  ["tacit.privacy.exclude.1", { privacy: { exclude: ["a", 2] } }],
  ["tacit.learning.settleSeconds", { learning: { settleSeconds: Number.NaN } }],
  ["tacit.learning.settleSeconds", { learning: { settleSeconds: 301 } }],
  ["tacit.scan.maxFileSizeKb", { scan: { maxFileSizeKb: 1e9 } }],
  ["tacit.dataFolder", { dataFolder: 7 }],
  ["tacit.gate", { gate: "loud" }],
  ["tacit.log.level", { log: { level: "loud" } }],
  ["tacit.suggest.multiLine", { suggest: { multiLine: null } }],
] as const) {
  test(`a wrong value is named and its default taken: ${JSON.stringify(raw)}`, () => {
    const { settings, problems } = parseSettings(raw);
    assert.deepEqual(settings, DEFAULT_SETTINGS);
    assert.equal(problems.length, 1);
    assert.ok(problems[0]!.startsWith(`${name}: `), problems[0]);
  });
}

for (const raw of [undefined, null, 7, "settings", true, [], [1, 2], () => 1]) {
  test(`no settings at all are the defaults: ${String(raw)}`, () => {
    assert.deepEqual(parseSettings(raw), { settings: DEFAULT_SETTINGS, problems: [] });
  });
}

test("whatever comes in, whole settings come out", () => {
  const seed = 20_260_103;
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const leaves = [
    null,
    undefined,
    0,
    -1,
    1e9,
    NaN,
    "",
    "off",
    "debug",
    true,
    false,
    [],
    ["*.a"],
    [null],
    {},
    { "*": 1 },
  ];
  for (let round = 0; round < 2000; round++) {
    const raw: Record<string, unknown> = {};
    for (const key of Object.keys(DEFAULT_SETTINGS)) {
      const section = Reflect.get(DEFAULT_SETTINGS, key) as object;
      const inner = Object.fromEntries(Object.keys(section).map((name) => [name, pick(leaves)]));
      if (random() < 0.5) raw[key] = random() < 0.5 ? inner : pick(leaves);
    }
    const { settings } = parseSettings(raw);
    assert.deepEqual(parseSettings(settings), { settings, problems: [] }, `seed ${seed}, round ${round}`);
    assert.deepEqual(Object.keys(settings).sort(), Object.keys(DEFAULT_SETTINGS).sort());
  }
});
