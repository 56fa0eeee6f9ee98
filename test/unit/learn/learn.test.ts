import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { createId } from "../../../sidecar/base/random.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { Recall } from "../../../sidecar/engine/recall/recall.ts";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { type LearnDeps, learnFrom } from "../../../sidecar/learn/learn.ts";
import type { Database } from "../../../sidecar/store/database.ts";
import { type Example, newestExamples, trimExamples } from "../../../sidecar/store/examples.ts";
import { findOutcome } from "../../../sidecar/store/outcomes.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { saveTrial, settledTrials } from "../../../sidecar/store/trials.ts";
import { createExampleSearch } from "../../../sidecar/suggest/retrieval/term-search.ts";
import { never, proposeAt } from "../../support/recall.ts";
import { acceptedLife, dismissedLife, generationOf, ratingOf } from "../../support/signals.ts";
import { addExample, FakeClock, temporaryDatabase } from "../../support/store.ts";
import { openTestIndexes, watchThreads } from "../vectors/support.ts";

const LIFE = {
  linePrefix: "  const user = await ",
  text: "database.users.findById(id);",
  contextBefore: "async function load(id: string) {",
};
const CHANGED = { ...LIFE, final: "database.users.findOrThrow(id);" };

test("text that was kept becomes an accepted example with its context", async (t) => {
  const { learn, examples, clock, project } = await createLearning(t);
  const life = acceptedLife(LIFE);
  const learned = await learn(life);
  assert.equal(learned?.what, `kept ${LIFE.text}`);
  assert.equal(learned.outcome.verdict, "kept");
  const [example, ...more] = examples();
  assert.deepEqual(more, []);
  assert.deepEqual(example, {
    id: 1,
    projectId: project.id,
    generationId: life[0].generationId,
    languageId: "typescript",
    path: "src/a.ts",
    origin: "accepted",
    contextBefore: LIFE.contextBefore,
    linePrefix: LIFE.linePrefix,
    text: LIFE.text,
    generated: undefined,
    score: learned.outcome.score,
    createdAt: clock.now(),
  });
});

test("text that was changed becomes a correction: both lines, and what was learned in words", async (t) => {
  const { learn, examples } = await createLearning(t);
  const learned = await learn(acceptedLife(CHANGED));
  assert.equal(learned?.what, "findById → findOrThrow");
  const [example] = examples();
  assert.equal(example?.origin, "corrected");
  assert.equal(example.generated, LIFE.text);
  assert.equal(example.text, CHANGED.final);
  assert.ok(example.score >= 0.9, "a correction is worth more than a suggestion that was merely kept");
});

test("the rest of the line is no part of the correction, and stands on both sides", async (t) => {
  const { learn, examples } = await createLearning(t);
  const life = acceptedLife({ linePrefix: "call(", text: "first, count", final: "first, total" });
  const learned = await learn(
    life.map((signal) => (signal.kind === "settled" ? { ...signal, lineText: `${signal.text}, rest);` } : signal)),
  );
  assert.equal(learned?.what, "count → total");
  const [example] = examples();
  assert.equal(example?.generated, "first, count, rest);");
  assert.equal(example.text, "first, total, rest);");
});

for (const [name, final, what] of [
  ["something was added", "log(user, options);", "user → user, options"],
  ["something was taken away", "log();", "user → nothing"],
  ["a part of a word was changed", "log(users);", "user → users"],
] as const) {
  test(`what was learned is told in words where ${name}`, async (t) => {
    const { learn } = await createLearning(t);
    const learned = await learn(acceptedLife({ linePrefix: "", text: "log(user);", final }));
    assert.equal(learned?.what, what);
  });
}

test("long texts are told by their beginning", async (t) => {
  const { learn } = await createLearning(t);
  const learned = await learn(acceptedLife({ linePrefix: "", text: `${"veryLongName".repeat(10)}();\nsecond();` }));
  assert.match(learned?.what ?? "", /^kept (?:veryLongName)+\w*…$/);
  assert.ok(learned!.what!.length <= 45);
});

for (const [name, judge, what] of [
  ["undone", (life: readonly Signal[]) => [undoneOf(life)], undefined],
  ["rated down", (life: readonly Signal[]) => [ratingOf(life, "down", "we never do this")], undefined],
  ["deleted", (life: readonly Signal[]) => [settledAs(life, "")], "that was not wanted"],
] as const) {
  test(`text that was kept and then ${name} leaves no example`, async (t) => {
    const { learn, examples, found, recall } = await createLearning(t);
    const life = acceptedLife(LIFE);
    await learn(life);
    assert.equal(examples().length, 1);
    const learned = await learn([...life, ...judge(life)]);
    assert.ok(learned!.outcome.score < 0.5);
    assert.equal(learned?.what, what);
    assert.deepEqual(examples(), []);
    assert.deepEqual(found("database"), []);
    assert.deepEqual(proposeAt(recall, `${LIFE.linePrefix}▮`), []);
  });
}

test("a correction that is rated down is none", async (t) => {
  const { learn, examples } = await createLearning(t);
  const life = acceptedLife(CHANGED);
  await learn(life);
  await learn([...life, ratingOf(life, "down")]);
  assert.deepEqual(examples(), []);
});

test("a suggestion that was dismissed is scored and leaves no example", async (t) => {
  const { learn, examples, database } = await createLearning(t);
  const life = dismissedLife(LIFE);
  const learned = await learn(life);
  assert.equal(learned?.what, "that was not wanted");
  assert.deepEqual(examples(), []);
  const outcome = findOutcome(database, life[0].generationId);
  assert.equal(outcome?.verdict, "rejected");
  assert.deepEqual(outcome.reasons, ["dismissed with Escape"]);
});

test("a suggestion that was only shown says nothing yet", async (t) => {
  const { learn, examples } = await createLearning(t);
  const [shown] = acceptedLife(LIFE);
  const learned = await learn([shown]);
  assert.equal(learned?.what, undefined);
  assert.equal(learned?.outcome.isFinal, false);
  assert.deepEqual(examples(), []);
});

test("a rating up makes an example of what would have been too little", async (t) => {
  const { learn, examples } = await createLearning(t);
  const life = acceptedLife({ linePrefix: "const a = ", text: "createFirst", final: "42 as never" });
  await learn(life);
  assert.deepEqual(examples(), []);
  const learned = await learn([...life, ratingOf(life, "up")]);
  assert.ok(learned!.outcome.score >= 0.95);
  assert.equal(examples()[0]?.text, "42 as never");
});

test("a trial of retrieval is settled by what the developer kept", async (t) => {
  const { learn, database } = await createLearning(t);
  const life = acceptedLife(LIFE);
  const id = life[0].generationId;
  ingestSignals(
    database,
    life.slice(0, 1),
    () => ({ projectId: undefined, path: "src/a.ts" }),
    () => true,
  );
  saveTrial(database, id, { features: [1], withCode: CHANGED.final, withoutCode: "" });
  await learn([...life, settledAs(life, CHANGED.final)]);
  assert.deepEqual(settledTrials(database, 9), [{ features: [1], gain: 1 }]);
});

test("learning again with later signals replaces what was learned", async (t) => {
  const { learn, examples, recall, found } = await createLearning(t);
  const life = acceptedLife(LIFE);
  await learn(life);
  await learn([...life, settledAs(life, CHANGED.final)]);
  const [example, ...more] = examples();
  assert.deepEqual(more, []);
  assert.equal(example?.origin, "corrected");
  assert.equal(example.text, CHANGED.final);
  assert.deepEqual(found("findbyid"), []);
  assert.equal(found("database").length, 1);
  assert.equal(recall.stats.personalTexts, 1);
});

test("learning again from signals that say the same changes nothing, and has nothing to tell", async (t) => {
  const { learn, examples, recall } = await createLearning(t);
  const life = acceptedLife(CHANGED);
  assert.equal((await learn(life))?.what, "findById → findOrThrow");
  const first = examples();
  const { generationId, at } = life[0];
  const survived: Signal = {
    id: createId(),
    at: at + 30_000,
    generationId,
    kind: "survived",
    moment: "30 s",
    sinceAcceptMs: 29_000,
    text: CHANGED.final,
    machineChars: 10,
  };
  const again = await learn([...life, survived]);
  assert.deepEqual(examples(), first);
  assert.equal(again?.what, undefined);
  assert.equal(recall.stats.personalTexts, 1);
});

test("an unknown generation teaches nothing", async (t) => {
  const { deps } = await createLearning(t);
  assert.equal(await learnFrom(deps, createId(), never), undefined);
});

test("what was learned is suggested at the next like place, in any project", async (t) => {
  const { learn, recall } = await createLearning(t);
  assert.deepEqual(proposeAt(recall, `${LIFE.linePrefix}▮`), []);
  await learn(acceptedLife(CHANGED));
  const [best] = proposeAt(recall, `${LIFE.linePrefix}▮`, { project: "another" });
  assert.equal(best?.text, CHANGED.final);
  assert.equal(best.proposer, "personal");
});

test("what was learned is found by resemblance, and what was unlearned is not", async (t) => {
  const { indexes } = await openTestIndexes(t);
  const { index } = await indexes.open("examples");
  const { learn, examples } = await createLearning(t, { exampleIndex: index });
  const life = acceptedLife(LIFE);
  await learn(life);
  const labels = (await index.search(LIFE.text, 3, never)).map((hit) => hit.label);
  assert.deepEqual(
    labels,
    examples().map(({ id }) => id),
  );
  await learn([...life, undoneOf(life)]);
  assert.deepEqual(await index.search(LIFE.text, 3, never), []);
});

test("a broken index is reported and does not stop learning", async (t) => {
  const killThread = watchThreads(t);
  const { indexes } = await openTestIndexes(t);
  const { index } = await indexes.open("examples");
  const faults: unknown[] = [];
  const { learn, examples, recall } = await createLearning(t, {
    exampleIndex: index,
    onIndexFault: (error) => faults.push(error),
  });
  const learning = learn(acceptedLife(LIFE));
  await killThread();
  assert.equal((await learning)?.what, `kept ${LIFE.text}`);
  assert.equal(examples().length, 1);
  assert.equal(proposeAt(recall, `${LIFE.linePrefix}▮`)[0]?.text, LIFE.text);
  const before = faults.length;
  await learn(acceptedLife({ linePrefix: "", text: "another(one);" }));
  assert.equal(examples().length, 2);
  assert.equal(faults.length, before, "the index works again");
});

test("an index that refuses is reported once per pass, and text is learned all the same", async (t) => {
  const refuse = (): Promise<never> => Promise.reject(new Error("the disk is full"));
  const faults: string[] = [];
  const { learn, examples } = await createLearning(t, {
    exampleIndex: { size: 0, add: refuse, remove: refuse, search: refuse, save: refuse },
    onIndexFault: (error) => faults.push((error as Error).message),
  });
  const life = acceptedLife(LIFE);
  await learn(life);
  assert.deepEqual(faults, ["the disk is full"]);
  await learn([...life, settledAs(life, CHANGED.final)]);
  assert.equal(faults.length, 2);
  assert.deepEqual(
    examples().map(({ text }) => text),
    [CHANGED.final],
  );
});

test("beyond the limit typed examples go first, the low scored of them before the others", async (t) => {
  const database = await temporaryDatabase(t);
  const add = (text: string, origin: Example["origin"], score: number) =>
    addExample(database, { linePrefix: "", text, origin, score }).id;
  const accepted = add("accepted(low);", "accepted", 0.5);
  const typedBest = add("typed(best);", "typed", 0.9);
  const typedLow = add("typed(low);", "typed", 0.3);
  const typedLowLater = add("typed(later);", "typed", 0.3);
  const corrected = add("corrected(line);", "corrected", 0.95);
  const trim = (max: number) => trimExamples(database, max).map(({ id }) => id);
  assert.deepEqual(trim(5), []);
  assert.deepEqual(trim(3), [typedLow, typedLowLater]);
  assert.deepEqual(trim(1), [typedBest, accepted]);
  assert.deepEqual(
    Array.from(newestExamples(database, 10), ({ id }) => id),
    [corrected],
  );
});

interface Learning {
  readonly database: Database;
  readonly recall: Recall;
  readonly clock: FakeClock;
  readonly project: { readonly id: number };
  readonly deps: LearnDeps;
  readonly examples: () => Example[];
  /** Ids that text search finds. */
  readonly found: (term: string) => number[];
  /** Stores the signals of one generation and learns from them. */
  readonly learn: (signals: readonly Signal[]) => ReturnType<typeof learnFrom>;
}

async function createLearning(
  t: TestContext,
  options: Partial<Pick<LearnDeps, "exampleIndex" | "onIndexFault">> = {},
): Promise<Learning> {
  const database = await temporaryDatabase(t);
  const recall = new Recall(silentLog);
  const clock = new FakeClock();
  const project = openProject(database, "/p", clock);
  const onIndexFault = (error: unknown): never => {
    throw error;
  };
  const search = createExampleSearch(database);
  const onExamplesGone: LearnDeps["onExamplesGone"] = (gone) =>
    search.forget(gone.map(({ id, terms }) => ({ id, text: terms })));
  const deps: LearnDeps = {
    database,
    recall,
    clock,
    exampleIndex: undefined,
    onExamplesGone,
    onIndexFault,
    ...options,
  };
  return {
    database,
    recall,
    clock,
    project,
    deps,
    examples: () => [...newestExamples(database, 100)],
    found: (term) => search.search([term], 10).hits.map(({ id }) => id),
    learn: (signals) => {
      const placeOf = () => ({ projectId: project.id, path: "src/a.ts" });
      const { rejected } = ingestSignals(database, signals, placeOf, () => true);
      assert.deepEqual(rejected, []);
      return learnFrom(deps, signals[0]!.generationId, never);
    },
  };
}

function undoneOf(life: readonly Signal[]): Signal {
  const { generationId, at } = life[0]!;
  return { id: createId(), at: at + 20_000, generationId, kind: "undone", sinceAcceptMs: 19_000 };
}

function settledAs(life: readonly Signal[], text: string): Signal {
  const { generationId, at } = life[0]!;
  const linePrefix = generationOf(LIFE).linePrefix;
  return {
    id: createId(),
    at: at + 60_000,
    generationId,
    kind: "settled",
    sinceAcceptMs: 59_000,
    text,
    lineText: text,
    linePrefix,
  };
}
