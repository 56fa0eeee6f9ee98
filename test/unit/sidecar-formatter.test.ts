/** When the sidecar runs a project's formatter, and when it must not. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS, type Settings } from "../../protocol/settings.ts";
import type { Sidecar, SidecarOptions } from "../../sidecar/sidecar.ts";
import { installProgram } from "../support/formatters.ts";
import { never } from "../support/recall.ts";
import { CHANGED, createWorkplace, FILES, lifeIn, REST, settled, suggestIn, TYPED } from "../support/sidecar.ts";

/** A formatter that leaves a trace, and breaks calls. */
const SCRIPT = String.raw`echo asked >> asked; sed 's/(id);/(\n    id,\n  );/'`;
const FORMATTED = "database.users.findById(\n    id,\n  );";

/** A sidecar over a project with a formatter, and whether that was run so far. */
async function start(t: TestContext, options: Partial<SidecarOptions>, settings: Partial<Settings> = {}) {
  const { root, start: open } = await createWorkplace(t, { ...FILES, "src/other.ts": FILES["src/users.ts"] });
  await installProgram(root, SCRIPT);
  const sidecar = await open([root], { ...options, settings: { ...DEFAULT_SETTINGS, ...settings } });
  const path = join(root, "src/a.ts");
  const suggest = async (prefix?: string): Promise<string | undefined> => {
    const text = await suggestIn(sidecar, path, prefix);
    await settled(sidecar);
    return text;
  };
  return { sidecar, root, suggest, wasRun: () => existsSync(join(root, "asked")) };
}

test("in a trusted workspace a suggestion is laid out by the project's formatter, and says so", async (t) => {
  const { sidecar, suggest } = await start(t, { mayRunTools: true });
  assert.equal(await suggest(), REST, "nobody waits for it");
  assert.equal(await suggest(), FORMATTED);
  const why = sidecar.why(undefined);
  assert.equal(why?.text, FORMATTED);
  assert.deepEqual(
    why.repairs.map(({ title }) => title),
    ["layout: as Biome does it"],
  );
  assert.ok((await sidecar.listStyle({})).some(({ title }) => title === "layout: as Biome does it"));
});

test("“not my style” switches the formatter off", async (t) => {
  const { sidecar, suggest } = await start(t, { mayRunTools: true });
  await suggest();
  await suggest();
  const why = sidecar.why(undefined);
  sidecar.notMyStyle({ generationId: why!.generationId, learnedId: why!.repairs[0]!.learnedId });
  assert.equal(await suggest(), REST);
});

for (const [when, options, settings] of [
  ["nobody has said that the workspace is trusted", {}, {}],
  ["the workspace is not trusted", { trusted: false, mayRunTools: true }, {}],
  ["the setting is off", { mayRunTools: true }, { style: { useFormatter: false } }],
  ["nothing is learned", { mayRunTools: true }, { learning: { ...DEFAULT_SETTINGS.learning, mode: "off" } }],
] as const) {
  test(`the formatter is not run where ${when}`, async (t) => {
    const { suggest, wasRun } = await start(t, options, settings);
    for (let time = 0; time < 2; time++) await suggest();
    assert.equal(wasRun(), false);
  });
}

test("the formatter is not given what is private", async (t) => {
  const { sidecar, root, wasRun } = await start(t, { mayRunTools: true });
  await repairIn(sidecar, join(root, "src/secrets.ts"));
  await settled(sidecar);
  assert.equal(wasRun(), false);
  await repairIn(sidecar, join(root, "src/b.ts"));
  await settled(sidecar);
  assert.equal(wasRun(), true);
});

test("what the user changes is learned with the formatter in the way", async (t) => {
  const { sidecar, root, suggest } = await start(t, { mayRunTools: true });
  await suggest();
  sidecar.ingest(lifeIn(root, CHANGED));
  await settled(sidecar);
  await suggest();
  assert.equal(await suggest(), FORMATTED.replace("findById", "findOrThrow"));
});

test("switched off, it is as if it had never been there; switched on, it is found again", async (t) => {
  const { sidecar, suggest } = await start(t, { mayRunTools: true });
  await suggest();
  assert.equal(await suggest(), FORMATTED);
  sidecar.configure({ ...DEFAULT_SETTINGS, style: { useFormatter: false } });
  assert.equal(await suggest(), REST);
  sidecar.configure(DEFAULT_SETTINGS);
  await suggest();
  assert.equal(await suggest(), FORMATTED);
});

test("what is short enough for one line is not broken where several are not wanted", async (t) => {
  const { root, start: open } = await createWorkplace(t);
  await installProgram(root, SCRIPT);
  const settings = { ...DEFAULT_SETTINGS, suggest: { multiLine: false } };
  const sidecar = await open([root], { mayRunTools: true, settings });
  for (let time = 0; time < 3; time++) {
    assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
    await settled(sidecar);
  }
});

async function repairIn(sidecar: Sidecar, path: string): Promise<string> {
  const place = { uri: pathToFileURL(path).href, languageId: "typescript", suffix: "", explicit: true };
  return (await sidecar.repair({ ...place, prefix: TYPED, text: REST }, never)).text;
}
