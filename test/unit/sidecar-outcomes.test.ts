/** What becomes of a suggestion beyond its text, in a whole sidecar: runs, commits, mended problems, and where is learned. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS, type Settings } from "../../protocol/settings.ts";
import type { CommittedSignal, MendedSignal, Signal } from "../../protocol/signals.ts";
import { createId } from "../../sidecar/base/random.ts";
import { CHANGED, createWorkplace, FILES, lifeIn, REST, settled, stored, TYPED } from "../support/sidecar.ts";
import { never } from "../support/recall.ts";

const NONE = { errors: 0, warnings: 0 };

/** What happens after a suggestion was accepted, `afterMs` after it was shown. */
function after(life: readonly Signal[], afterMs: number): { id: string; at: number; generationId: string } {
  const { at, generationId } = life[0]!;
  return { id: createId(), at: at + afterMs, generationId };
}

function committedAs(life: readonly Signal[], afterMs: number, text: string): CommittedSignal {
  const shape = { commit: "0123abcd", via: "commit", topic: "fix", lines: 1 } as const;
  return { ...after(life, afterMs), kind: "committed", ...shape, survivingLines: text === REST ? 1 : 0, text };
}

test("accept, diagnostics, run, fix and commit are told in order, and the outcome carries them", async (t) => {
  const { root, start } = await createWorkplace(t, {
    ...FILES,
    "src/a.ts": 'import express from "express";\n\nexport const a = 1;\n',
  });
  const sidecar = await start([root]);
  const [shown, accepted] = lifeIn(root, REST) as [Signal, Signal];
  const life = [shown, accepted];
  const run = { kind: "ran", purpose: "test", label: "npm test" } as const;
  const signals: readonly Signal[] = [
    ...life,
    { ...after(life, 3_000), kind: "diagnostics", phase: "after", before: NONE, now: NONE },
    { ...after(life, 20_000), ...run, isOk: false, turn: "broke" },
    { ...after(life, 30_000), kind: "edited", sinceAcceptMs: 29_100, text: CHANGED },
    { ...after(life, 40_000), ...run, isOk: true, turn: "mended" },
    committedAs(life, 50_000, CHANGED),
  ];
  // However they come in.
  for (const signal of [life[0]!, ...signals.slice(1).reverse()]) {
    assert.deepEqual(sidecar.ingest([signal]).acknowledged, [signal.id], JSON.stringify(signal));
  }
  await settled(sidecar);
  const [outcome, ...others] = sidecar.outcomes(10);
  assert.deepEqual(others, []);
  assert.deepEqual(
    outcome!.story.map(({ kind }) => kind),
    ["shown", "accepted", "diagnostics", "ran", "fixed", "ran", "committed"],
  );
  assert.ok(outcome!.reasons.includes("npm test failed, and had passed before"));
  assert.ok(outcome!.reasons.includes("committed"));
  assert.deepEqual(outcome!.tags, ["fix", "express"]);
  assert.equal(sidecar.fitOutcomes().kind, "too few");
});

test("text of another tool is learned from with less weight, and counts for none of the figures about ours", async (t) => {
  const { root, home, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  for (const confidence of [0.9, 0.4]) {
    const [first, ...rest] = lifeIn(root, REST, `src/foreign${confidence}.ts`);
    assert.ok(first?.kind === "shown");
    const foreign = { ...first, generation: { ...first.generation, engine: "foreign", confidence } };
    const { rejected } = sidecar.ingest([foreign, ...rest]);
    assert.deepEqual(rejected, []);
  }
  await settled(sidecar);
  assert.equal(sidecar.status.facts.shownThisWeek, 0);
  assert.equal(sidecar.status.facts.examples, 1, "the one that is sure enough");
  assert.equal(stored(home).generations, 2);
});

function mendedIn(root: string, rest: Partial<MendedSignal> = {}): MendedSignal {
  const id = createId();
  return {
    kind: "mended",
    id,
    generationId: id,
    at: 1_700_000_000_000,
    symptom: { kind: "error", message: "Type 'User | undefined' is not assignable to type 'User'.", code: "ts(2322)" },
    uri: pathToFileURL(join(root, "src/mended.ts")).href,
    languageId: "typescript",
    contextBefore: "async function load(id: string): Promise<User> {",
    before: "  const user = await store.maybeFind(id);",
    after: "  const user = await store.mustFind(id);",
    ...rest,
  };
}

test("what made a problem go away is offered where its like returns, and only there", async (t) => {
  const { root, start } = await createWorkplace(t, { "src/empty.ts": "export {};\n" });
  const sidecar = await start([root]);
  assert.equal(sidecar.ingest([mendedIn(root)]).acknowledged.length, 1);
  const uri = pathToFileURL(join(root, "src/again.ts")).href;
  const suggested = async (line: number): Promise<string> => {
    const place = { uri, languageId: "typescript", prefix: TYPED, suffix: "", line, explicit: true };
    const answer = await sidecar.suggest(place, never);
    return answer.kind === "suggestion" ? answer.suggestion.text : "";
  };
  assert.doesNotMatch(await suggested(10), /mustFind/);
  const message = "Type 'Order | undefined' is not assignable to type 'Order'.";
  const again = { uri, problems: [{ kind: "error", message, code: "ts(2322)", line: 11 }] } as const;
  sidecar.problemsSeen(again);
  assert.match(await suggested(10), /^store\.mustFind\(id\);/);
  // What was answered at the same text is not asked for again.
  sidecar.problemsSeen(again);
  assert.doesNotMatch(await suggested(200), /mustFind/, "far from it");
  sidecar.problemsSeen({
    uri,
    problems: [{ kind: "error", message: "Cannot find name 'x'.", code: "ts(2304)", line: 11 }],
  });
  assert.doesNotMatch(await suggested(10), /mustFind/, "another problem");
  sidecar.problemsSeen({ uri, problems: [] });
  assert.doesNotMatch(await suggested(10), /mustFind/, "it is gone");
});

test("what mended a failing test is offered in its own file alone", async (t) => {
  const { root, start } = await createWorkplace(t, { "src/empty.ts": "export {};\n" });
  const sidecar = await start([root]);
  const symptom = { kind: "run", message: "npm test", code: "" } as const;
  sidecar.ingest([mendedIn(root, { symptom })]);
  const suggestedIn = async (path: string): Promise<string> => {
    const uri = pathToFileURL(join(root, path)).href;
    sidecar.problemsSeen({ uri, problems: [{ ...symptom, line: null }] });
    const place = { uri, languageId: "typescript", prefix: TYPED, suffix: "", line: 90, explicit: true };
    const answer = await sidecar.suggest(place, never);
    return answer.kind === "suggestion" ? answer.suggestion.text : "";
  };
  assert.match(await suggestedIn("src/mended.ts"), /^store\.mustFind\(id\);/);
  assert.doesNotMatch(await suggestedIn("src/other.ts"), /mustFind/);
});

test("a secret in a mended line is gone before it is kept", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const secret = ["ghp", "_", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"].join("");
  sidecar.ingest([mendedIn(root, { after: `  const user = await store.mustFind("${secret}");` })]);
  const uri = pathToFileURL(join(root, "src/again.ts")).href;
  const { symptom } = mendedIn(root);
  sidecar.problemsSeen({ uri, problems: [{ ...symptom, line: 0 }] });
  const place = { uri, languageId: "typescript", prefix: TYPED, suffix: "", line: 0, explicit: true };
  const answer = await sidecar.suggest(place, never);
  assert.doesNotMatch(JSON.stringify(answer), /ghp_/);
});

test("languages and folders that are not learned from leave no trace of their signals", async (t) => {
  const learning = {
    ...DEFAULT_SETTINGS.learning,
    languages: { "*": true, python: false },
    folders: { "*": true, legacy: false },
  };
  const settings: Settings = { ...DEFAULT_SETTINGS, learning };
  const { root, home, start } = await createWorkplace(t);
  const sidecar = await start([root], { settings });
  const lives = [
    lifeIn(root, CHANGED, "src/a.ts"),
    lifeIn(root, CHANGED, "legacy/deep/a.ts"),
    lifeIn(root, CHANGED, "src/a.py"),
  ];
  const [shown] = lives[2]!;
  assert.ok(shown?.kind === "shown");
  lives[2]![0] = { ...shown, generation: { ...shown.generation, languageId: "python" } };
  const results = lives.map((life) => sidecar.ingest(life));
  assert.deepEqual(
    results.map(({ acknowledged }) => acknowledged.length),
    [lives[0]!.length, 0, 0],
  );
  assert.match(results[1]!.rejected[0]!.reason, /tacit\.learning/);
  assert.equal(
    sidecar.ingest([mendedIn(root, { uri: pathToFileURL(join(root, "legacy/b.ts")).href })]).acknowledged.length,
    0,
  );
  for (const path of ["src/b.ts", "legacy/b.ts"]) {
    sidecar.documentSaved({
      uri: pathToFileURL(join(root, path)).href,
      languageId: "typescript",
      before: "",
      now: `export const typedIn = loadAll("${path}");\n`,
      activeLine: undefined,
    });
  }
  await settled(sidecar);
  const { generations, typed, corrected } = stored(home);
  assert.deepEqual({ generations, typed, corrected }, { generations: 1, typed: 1, corrected: 1 });
});
