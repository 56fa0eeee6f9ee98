import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { allDecisions, saveDecision } from "../../../sidecar/store/decisions.ts";
import { findOrigin } from "../../../sidecar/store/origins.ts";
import { Feedback, type StyleBook } from "../../../sidecar/suggest/feedback.ts";
import { parseDecideParams, parseNotMyStyleParams, parseWhyParams } from "../../../sidecar/suggest/feedback-params.ts";
import { NegativeMemory } from "../../../sidecar/suggest/negative-memory.ts";
import { SuggestionOrigins } from "../../../sidecar/suggest/origins.ts";
import type { Suggestion } from "../../../sidecar/suggest/suggest.ts";
import { acceptedLife } from "../../support/signals.ts";
import { addExample, FakeClock, temporaryDatabase } from "../../support/store.ts";

const QUOTES = "typescript/quotes=single@project:1";
const REPAIR = { learnedId: QUOTES, kind: "convention", title: "strings: single quotes", count: 2 } as const;
const WHERE = { languageId: "typescript", prefix: "first();\n" };
const PLACE = { languageId: "typescript", above: "", linePrefix: "" };

function suggestion(id: string, changes: Partial<Suggestion> = {}): Suggestion {
  return {
    id,
    engine: "recall",
    proposer: "project",
    text: "load('a', 'b');",
    raw: 'load("a", "b");',
    repairs: [REPAIR],
    confidence: 0.8,
    probability: 0.8,
    source: "src/users.ts",
    exampleIds: [],
    decision: undefined,
    ...changes,
  };
}

test("why: the suggestion with its examples and what style changed in it", async (t) => {
  const { feedback, origins, database } = await createFeedback(t);
  const example = addExample(database, {
    path: "src/orders.ts",
    linePrefix: "  const order = ",
    text: "load('order');",
  });
  origins.remember(suggestion("g1", { exampleIds: [example.id, 999] }), WHERE);
  assert.deepEqual(feedback.why("g1"), {
    generationId: "g1",
    text: "load('a', 'b');",
    engine: "recall",
    proposer: "project",
    source: "src/users.ts",
    confidence: 0.8,
    examples: [{ path: "src/orders.ts", line: 0, text: "const order = load('order');" }],
    repairs: [REPAIR],
  });
});

test("why: without a name it is about the suggestion that was answered last", async (t) => {
  const { feedback, origins } = await createFeedback(t);
  assert.equal(feedback.why(undefined), undefined);
  origins.remember(suggestion("g1"), WHERE);
  origins.remember(suggestion("g2"), WHERE);
  assert.equal(feedback.why(undefined)?.generationId, "g2");
  assert.equal(feedback.why("unheard of"), undefined);
});

test("why: after a restart it is answered from the store", async (t) => {
  const { feedback, origins, show, restart } = await createFeedback(t);
  const [shown] = acceptedLife({ linePrefix: "", text: "load('a', 'b');" });
  origins.remember(suggestion(shown.generationId), WHERE);
  const before = feedback.why(shown.generationId);
  show([shown]);
  const again = restart();
  assert.deepEqual(again.why(shown.generationId), before);
  assert.deepEqual(again.why(undefined), before);
});

test("why: a generation whose origin was lost is explained as far as it is known", async (t) => {
  const { feedback, show } = await createFeedback(t);
  const [shown] = acceptedLife({ linePrefix: "", text: "load('a', 'b');" });
  show([shown]);
  const why = feedback.why(shown.generationId);
  assert.equal(why?.confidence, null);
  assert.deepEqual([why.text, why.proposer, why.repairs, why.examples], ["load('a', 'b');", "project", [], []]);
});

test("the origin is stored without secrets, and once", async (t) => {
  const { database, origins, show } = await createFeedback(t);
  const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
  const [shown] = acceptedLife({ linePrefix: "", text: "x" });
  origins.remember(suggestion(shown.generationId, { raw: `use("${token}");` }), WHERE);
  show([shown]);
  show([shown]);
  const origin = findOrigin(database, shown.generationId);
  assert.match(origin!.raw, /redacted/);
  assert.deepEqual([origin!.repairs, origin!.confidence], [[REPAIR], 0.8]);
});

test("only the last 500 answers are remembered", async (t) => {
  const { feedback, origins } = await createFeedback(t);
  for (let n = 0; n <= 500; n++) origins.remember(suggestion(`g${n}`), WHERE);
  assert.equal(feedback.why("g0"), undefined);
  assert.equal(feedback.why("g1")?.generationId, "g1");
});

test("not my style: a convention is vetoed, and the veto can be taken back", async (t) => {
  const { feedback, origins, database } = await createFeedback(t);
  origins.remember(suggestion("g1"), WHERE);
  const vetoed = feedback.notMyStyle({ generationId: "g1", learnedId: QUOTES });
  assert.deepEqual(vetoed, { id: QUOTES, vetoed: "strings: single quotes", before: null });
  assert.deepEqual(
    allDecisions(database).map(({ learnedId, decision }) => [learnedId, decision]),
    [[QUOTES, "vetoed"]],
  );
  feedback.decide(vetoed.id, undefined);
  assert.deepEqual(allDecisions(database), []);
});

test("not my style: what was pinned is pinned again when the veto is undone", async (t) => {
  const { feedback, origins, database } = await createFeedback(t);
  origins.remember(suggestion("g1"), WHERE);
  feedback.decide(QUOTES, "pinned");
  const { id, before } = feedback.notMyStyle({ generationId: "g1", learnedId: QUOTES });
  feedback.decide(id, before ?? undefined);
  assert.equal(allDecisions(database)[0]?.decision, "pinned");
});

test("not my style: the text itself is never suggested again, until it is allowed", async (t) => {
  const { feedback, origins, negative, clock } = await createFeedback(t);
  origins.remember(suggestion("g1"), WHERE);
  const { id, vetoed } = feedback.notMyStyle({ generationId: "g1", text: true });
  assert.equal(vetoed, "load('a', 'b');");
  assert.equal(negative.isUnwanted("load('a', 'b');", PLACE, clock.now()), true);
  assert.deepEqual((await feedback.list()).vetoedTexts, [{ id, languageId: "typescript", text: "load('a', 'b');" }]);
  feedback.decide(id, "vetoed");
  assert.equal(negative.isUnwanted("load('a', 'b');", PLACE, clock.now()), true);
  feedback.decide(id, undefined);
  assert.equal(negative.isUnwanted("load('a', 'b');", PLACE, clock.now()), false);
  assert.deepEqual(await feedback.list(), { learned: [], vetoedTexts: [] });
});

test("not my style: erasing a vetoed text allows it, and a long one is told by its beginning", async (t) => {
  const { feedback, origins } = await createFeedback(t);
  origins.remember(suggestion("g1", { text: "first();\nsecond();" }), WHERE);
  const { id, vetoed } = feedback.notMyStyle({ generationId: "g1", text: true });
  assert.equal(vetoed, "first();…");
  feedback.erase(id);
  assert.deepEqual((await feedback.list()).vetoedTexts, []);
});

test("not my style: what is not known, or did not shape the suggestion, is said", async (t) => {
  const { feedback, origins, database } = await createFeedback(t);
  assert.throws(() => feedback.notMyStyle({ generationId: "g1", text: true }), /Nothing is known/);
  origins.remember(suggestion("g1"), WHERE);
  assert.throws(() => feedback.notMyStyle({ generationId: "g1", learnedId: "other" }), /did not shape/);
  assert.deepEqual(allDecisions(database), []);
});

test("parameters that make no sense are refused with a reason", () => {
  assert.deepEqual(parseWhyParams(undefined), {});
  assert.deepEqual(parseWhyParams({ generationId: "g" }), { generationId: "g" });
  for (const parse of [
    () => parseWhyParams({ generationId: 7 }),
    () => parseNotMyStyleParams({ generationId: "g" }),
    () => parseNotMyStyleParams({ generationId: "g", text: false }),
    () => parseDecideParams({ id: "x", decision: "loved" }),
    () => parseDecideParams({ id: "", decision: null }),
    () => parseDecideParams(null),
  ]) {
    assert.throws(parse, /tacit\/\w+ is not understood: ./);
  }
});

async function createFeedback(t: TestContext) {
  const database = await temporaryDatabase(t);
  const clock = new FakeClock();
  const open = (origins: SuggestionOrigins) => {
    const negative = new NegativeMemory(database, clock.now());
    const style: StyleBook = {
      listStyle: () => Promise.resolve([]),
      decideStyle: (id, decision) => saveDecision(database, id, decision, clock.now()),
      eraseStyle: (id) => saveDecision(database, id, undefined, clock.now()),
    };
    const feedback = new Feedback({ database, origins, negative, style, clock, write: (work) => work() });
    return { feedback, negative };
  };
  const origins = new SuggestionOrigins();
  const show = (signals: readonly Signal[]) =>
    ingestSignals(
      database,
      signals,
      (uri) => ({ projectId: undefined, path: uri }),
      () => true,
      (id) => origins.find(id),
    );
  return { database, clock, origins, show, restart: () => open(new SuggestionOrigins()).feedback, ...open(origins) };
}
