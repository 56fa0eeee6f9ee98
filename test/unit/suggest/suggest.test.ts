import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { GateSetting } from "../../../protocol/settings.ts";
import type { CompletionRequest, Engine, Proposal } from "../../../sidecar/engine/engine.ts";
import { Gatekeeper } from "../../../sidecar/suggest/gatekeeper.ts";
import { together } from "../../../sidecar/suggest/model.ts";
import { createExampleSearch } from "../../../sidecar/suggest/retrieval/term-search.ts";
import { suggest, type SuggestDeps, type SuggestResult } from "../../../sidecar/suggest/suggest.ts";
import { parsePlace } from "../../support/place.ts";
import { never } from "../../support/recall.ts";
import { addExample, FakeClock, temporaryDatabase } from "../../support/store.ts";

const PLACE = "function total(items: Item[]) {\n  const sum = ▮\n}\n";

test("the first proposal that is likely enough is suggested", async (t) => {
  const { suggestAt } = await createPipeline(t, [
    proposal("items.reduce(add, 0);", 0.8),
    proposal("items.length;", 0.7),
  ]);
  const result = await suggestAt(PLACE);
  assert.equal(textOf(result), "items.reduce(add, 0);");
});

test("a suggestion says who proposed it, why, and how sure that is", async (t) => {
  const { suggestAt } = await createPipeline(t, [{ ...proposal("items.length;", 0.75), exampleIds: [4, 2] }]);
  const result = await suggestAt(PLACE);
  assert.equal(result.kind, "suggestion");
  const { id, decision, ...said } = result.suggestion;
  const { probability, ...rest } = said;
  assert.ok(Math.abs(probability - 0.75) < 0.001);
  assert.equal(decision?.propensity, 1);
  assert.equal(decision.features["proposer:project"], 1);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(rest, {
    engine: "fake",
    proposer: "project",
    text: "items.length;",
    raw: "items.length;",
    repairs: [],
    confidence: 0.75,
    source: "other.ts",
    exampleIds: [4, 2],
  });
});

test("every suggestion has an id of its own, in order of time", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.75)]);
  const ids: string[] = [];
  for (let n = 0; n < 100; n++) {
    const result = await suggestAt(PLACE);
    assert.equal(result.kind, "suggestion");
    ids.push(result.suggestion.id);
  }
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids, [...ids].sort());
});

test("a proposal that the filters drop gives way to the next", async (t) => {
  const repeated = proposal("return sum(items);", 0.9);
  const { suggestAt } = await createPipeline(t, [repeated, proposal("const n = count(items);", 0.5)]);
  assert.equal(textOf(await suggestAt("{\n  ▮\n  return sum(items);\n}")), "const n = count(items);");
});

test("where the filters drop all of them there is nothing", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("   \n", 0.9), proposal("return sum(items);", 0.8)]);
  assert.deepEqual(await suggestAt("{\n  ▮\n  return sum(items);\n}"), nothing("nothing fits"));
});

test("where a block only repeats what stands above, its first line may still do", async (t) => {
  const block = "load(user, options);\n  check(user, options);\n  save(user, options);";
  const { suggestAt } = await createPipeline(t, [proposal(block, 0.8)]);
  assert.equal(textOf(await suggestAt(`  ${block}\n  ▮\n`)), "load(user, options);");
});

test("what is not likely enough is kept back, unless it was asked for", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.13)]);
  const kept = await suggestAt(PLACE);
  assert(kept.kind === "nothing");
  assert.equal(kept.reason, "not sure enough");
  assert.equal(kept.hidden?.text, "items.length;");
  assert.ok(Math.abs(kept.hidden.probability - 0.13) < 0.001);
  assert.equal(kept.hidden.decision, undefined);
  assert.equal(textOf(await suggestAt(PLACE, { explicit: true })), "items.length;");
});

test("an unlikely proposal does not stand in the way of a likely one", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("guess();", 0.1), proposal("items.length;", 0.6)]);
  assert.equal(textOf(await suggestAt(PLACE)), "items.length;");
});

test("one character is typed faster than read", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("x", 0.9), proposal(" 1 ", 0.9), proposal("42", 0.9)]);
  assert.equal(textOf(await suggestAt(PLACE, { gate: "off" })), "42");
});

test("a few characters are not worth reading, however right; the next may be", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("42", 0.9), proposal("items.length;", 0.7)]);
  assert.equal(textOf(await suggestAt(PLACE)), "items.length;");
});

test("what is hidden says why, and is the best of what might have been shown", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("42", 0.9), proposal("items.length;", 0.13)]);
  const result = await suggestAt(PLACE);
  assert(result.kind === "nothing");
  assert.equal(result.reason, "too short to read");
  assert.equal(result.hidden?.text, "42");
});

test("what the engine itself does not believe in is not even tried, but told", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.02)]);
  const result = await suggestAt(PLACE, { gate: "off", dice: 0 });
  assert(result.kind === "nothing");
  assert.equal(result.reason, "hardly likely");
  assert.equal(result.hidden?.text, "items.length;");
});

test("now and then what would be hidden is shown to learn from it, and says how seldom", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.13)]);
  const result = await suggestAt(PLACE, { dice: 0.019 });
  assert(result.kind === "suggestion");
  assert.equal(result.suggestion.decision?.propensity, 0.02);
  assert.equal((await suggestAt(PLACE, { dice: 0.02 })).kind, "nothing");
  assert.equal((await suggestAt(PLACE, { dice: 0, gate: "quiet" })).kind, "nothing");
});

test("a slow engine is asked in a pause of typing, and not at all where the request ends before", async (t) => {
  const { suggestAt, asked } = await createPipeline(t, [proposal("items.length;", 0.9)], { meanLatencyMs: 100 });
  const cancelled = new AbortController();
  const waiting = suggestAt(PLACE, { signal: cancelled.signal });
  cancelled.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  assert.deepEqual(asked, []);
  const start = performance.now();
  assert.equal(textOf(await suggestAt(PLACE)), "items.length;");
  // 150 ms between keys, behind a space: 150 × (3 − 1.5 × 0.9) less what the engine takes.
  assert.ok(performance.now() - start >= 140);
});

test("what is asked for by command is shown whatever the gate says, and teaches it nothing", async (t) => {
  const { suggestAt, asked } = await createPipeline(t, [proposal("42", 0.05)], { meanLatencyMs: 0 });
  const start = performance.now();
  const result = await suggestAt(PLACE, { explicit: true });
  assert(result.kind === "suggestion");
  assert.equal(result.suggestion.decision, undefined);
  assert.equal(asked.length, 1);
  assert.ok(performance.now() - start < 200, "nobody waits for a pause");
});

test("what was rejected in such a place gives way to the next, also where it was asked for", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.9), proposal("items.reduce(add);", 0.5)]);
  const isUnwanted: SuggestDeps["isUnwanted"] = (text, { linePrefix, above, languageId }) =>
    text === "items.length;" && linePrefix === "  const sum = " && above.endsWith("{\n") && languageId !== "";
  assert.equal(textOf(await suggestAt(PLACE, { isUnwanted })), "items.reduce(add);");
  assert.equal(textOf(await suggestAt(PLACE, { isUnwanted, explicit: true })), "items.reduce(add);");
  assert.deepEqual(await suggestAt(PLACE, { isUnwanted: () => true }), nothing("rejected before"));
});

test("an engine that knows nothing gives nothing, and says so", async (t) => {
  const { suggestAt } = await createPipeline(t, []);
  assert.deepEqual(await suggestAt(PLACE), nothing("nothing known"));
  assert.deepEqual(await suggestAt(PLACE, { explicit: true }), nothing("nothing known"));
});

test("a bad place is refused with its reason, also where it was asked for", async (t) => {
  const { suggestAt, asked } = await createPipeline(t, [proposal("items.length;", 0.9)]);
  assert.deepEqual(await suggestAt("const s▮um = 1;", { explicit: true }), nothing("inside a word"));
  assert.deepEqual(asked, []);
});

test("several lines are offered only where they are wanted", async (t) => {
  const several = proposal("items.map((item) => {\n    return item.price;\n  });", 0.9);
  const { suggestAt } = await createPipeline(t, [several]);
  assert.equal(textOf(await suggestAt(PLACE)), several.text);
  assert.equal(textOf(await suggestAt(PLACE, { multiLine: false }))?.includes("\n"), false);
});

test("the engine gets the place without secrets and the examples that were found for it", async (t) => {
  const { suggestAt, asked, database } = await createPipeline(t, []);
  const example = addExample(database, { linePrefix: "const sum = ", text: "addUp(items);" });
  const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
  await suggestAt(`const key = "${token}";\r\nconst sum = ▮`);
  const [request] = asked;
  assert.equal(request?.prefix.split("\n")[1], "const sum = ");
  assert.ok(!request.prefix.includes(token));
  assert.deepEqual(
    request.examples.map(({ id }) => id),
    [example.id],
  );
  assert.equal(request.project, "1");
  assert.equal(request.path, "src/a.ts");
});

test("a cancelled request throws, and the next one is answered", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.9)]);
  await assert.rejects(suggestAt(PLACE, { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(textOf(await suggestAt(PLACE)), "items.length;");
});

test("what memory is sure of is shown at once, and the model is not asked", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.8)]);
  const { model, asked } = modelOf(written("items.sum();", 0.9));
  assert.equal(textOf(await suggestAt(PLACE, { model })), "items.length;");
  assert.deepEqual(asked, []);
});

test("where memory is not sure the model is asked, with the examples, and the better of both is shown", async (t) => {
  const { suggestAt, database } = await createPipeline(t, [proposal("items.length;", 0.3)]);
  const example = addExample(database, { linePrefix: "const sum = ", text: "addUp(items);" });
  const { model, asked } = modelOf(written("items.sum();", 0.6));
  const result = await suggestAt(PLACE, { model });
  assert(result.kind === "suggestion");
  const { engine, proposer, text } = result.suggestion;
  assert.deepEqual([engine, proposer, text], ["written", "model", "items.sum();"]);
  assert.deepEqual(
    asked.map(({ examples }) => examples.map(({ id }) => id)),
    [[example.id]],
  );
  const less = modelOf(written("items.sum();", 0.2));
  const remembered = await suggestAt(PLACE, { model: less.model });
  assert(remembered.kind === "suggestion");
  assert.deepEqual([remembered.suggestion.engine, remembered.suggestion.text], ["fake", "items.length;"]);
});

test("where memory has nothing the model's text is shown; where the model has none, memory's", async (t) => {
  const { model } = modelOf(written("items.sum();", 0.6));
  const empty = await createPipeline(t, []);
  assert.equal(textOf(await empty.suggestAt(PLACE, { model })), "items.sum();");
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.3)]);
  assert.equal(textOf(await suggestAt(PLACE, { model: modelOf().model })), "items.length;");
});

test("what memory would show does not wait long for a slow model, whose work ends then; where memory has nothing it does", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.3)]);
  let ended = 0;
  const slow = (milliseconds: number): Engine => ({
    name: "slow",
    complete: async (_, signal) => {
      await setTimeout(milliseconds, undefined, { signal }).catch((error: unknown) => {
        ended++;
        throw error;
      });
      return [written("items.sum();", 0.9)];
    },
  });
  const startedAt = performance.now();
  assert.equal(textOf(await suggestAt(PLACE, { model: slow(20_000) })), "items.length;");
  assert.ok(performance.now() - startedAt < 10_000);
  assert.equal(ended, 1);
  const empty = await createPipeline(t, []);
  assert.equal(textOf(await empty.suggestAt(PLACE, { model: slow(1_200) })), "items.sum();");
  const cancelled = suggestAt(PLACE, { model: slow(20_000), signal: AbortSignal.timeout(50) });
  await assert.rejects(cancelled, { name: "TimeoutError" });
});

test("who asks by command gets the best of both, however sure memory is", async (t) => {
  const { suggestAt } = await createPipeline(t, [proposal("items.length;", 0.8)]);
  const { model } = modelOf(written("items.sum();", 0.9));
  assert.equal(textOf(await suggestAt(PLACE, { model, explicit: true })), "items.sum();");
});

test("a line that both offer is likelier than from either, and the longer text of the two stays", () => {
  const remembered = [proposal("items.sum();", 0.5), proposal("items.length;", 0.3)];
  const block = written("items.sum();\nreturn sum;", 0.4);
  const [best, other, ...more] = together(remembered, [block]);
  assert.deepEqual([best?.text, best?.proposer, best?.agreement], [block.text, "model", 1]);
  assert.ok(Math.abs(best!.confidence - 0.7) < 1e-9);
  assert.deepEqual([other?.text, more], ["items.length;", []]);
});

/** A model that always writes the same. */
function modelOf(...proposals: readonly Proposal[]) {
  const asked: CompletionRequest[] = [];
  const model: Engine = {
    name: "written",
    complete: (request) => {
      asked.push(request);
      return Promise.resolve(proposals);
    },
  };
  return { model, asked };
}

function written(text: string, confidence: number): Proposal {
  return { ...proposal(text, confidence), proposer: "model" };
}

interface Options {
  readonly explicit?: boolean;
  readonly multiLine?: boolean;
  readonly signal?: AbortSignal;
  readonly isUnwanted?: SuggestDeps["isUnwanted"];
  readonly gate?: GateSetting;
  readonly model?: Engine;
  /** Below 0.02 what is hidden is shown to learn from it. */
  readonly dice?: number;
}

/** The pipeline over an engine that always proposes the same. */
async function createPipeline(t: TestContext, proposals: readonly Proposal[], how: Partial<Engine> = {}) {
  const database = await temporaryDatabase(t);
  const asked: CompletionRequest[] = [];
  const engine: Engine = {
    name: "fake",
    complete: (request) => {
      asked.push(request);
      return Promise.resolve(proposals);
    },
    ...how,
  };
  const onFault = (error: unknown): never => {
    throw error;
  };
  const suggestAt = (marked: string, options: Options = {}) => {
    const {
      explicit = false,
      multiLine = true,
      signal = never,
      isUnwanted = () => false,
      gate = "balanced",
      dice = 1,
      model,
    } = options;
    const keeper = new Gatekeeper({ database, clock: new FakeClock(), random: () => dice });
    const deps: SuggestDeps = {
      database,
      engine,
      model,
      critic: undefined,
      exampleTerms: createExampleSearch(database),
      chunkTerms: undefined,
      exampleIndex: undefined,
      chunkIndex: undefined,
      now: 0,
      onFault,
      repair: (_prefix, text) => ({ text, repairs: [] }),
      isUnwanted,
      gate: {
        judge: (candidate) => keeper.judge(candidate, gate),
        conclude: (judgement) => keeper.conclude(judgement, gate),
        typingMs: 150,
      },
    };
    const request = { project: "1", path: "src/a.ts", languageId: "typescript", explicit, ...parsePlace(marked) };
    return suggest(deps, request, { multiLine }, signal);
  };
  return { database, suggestAt, asked };
}

function proposal(text: string, confidence: number): Proposal {
  return { text, confidence, proposer: "project", source: "other.ts", exampleIds: [] };
}

function nothing(reason: string) {
  return { kind: "nothing", reason };
}

function textOf(result: SuggestResult): string | undefined {
  return result.kind === "suggestion" ? result.suggestion.text : undefined;
}
