import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { CompletionRequest, Engine } from "../../../../sidecar/engine/engine.ts";
import { openProject } from "../../../../sidecar/store/projects.ts";
import { createContext } from "../../../../sidecar/suggest/context.ts";
import { type Critic, propose } from "../../../../sidecar/suggest/retrieval/propose.ts";
import { createChunkSearch, createExampleSearch } from "../../../../sidecar/suggest/retrieval/term-search.ts";
import { never } from "../../../support/recall.ts";
import { addExample, FakeClock, storeFile, temporaryDatabase } from "../../../support/store.ts";

const CODE = "export function parseInvoice(lines: string[]) {\n  return lines.map(parseLine);\n}";
const TYPED = "export function parseInvoice(rows: string[]) {\n  ";

const CRITIC: Critic = { mayBeWorth: () => true, isWorth: () => true, tries: () => false };

test("where the critic finds it worth while, the engine is asked again with code", async (t) => {
  const { proposeAt, asked } = await createPlace(t, { ...CRITIC, isWorth: () => true, tries: () => false });
  const { proposals, trial } = await proposeAt(TYPED);
  assert.deepEqual(
    asked.map(({ similar }) => similar.length),
    [0, 1],
  );
  assert.equal(asked[0]!.examples, asked[1]!.examples);
  assert.equal(proposals[0]?.text, "with 1");
  assert.equal(trial, undefined);
});

test("where it does not, code is not looked into", async (t) => {
  const { proposeAt, asked } = await createPlace(t, { ...CRITIC, isWorth: () => false, tries: () => false });
  const { proposals } = await proposeAt(TYPED);
  assert.equal(asked.length, 1);
  assert.equal(proposals[0]?.text, "with 0");
});

test("where it cannot be worth while, code is not even looked for, unless the place is tried", async (t) => {
  const refuse = (): never => assert.fail("there was no look");
  const hopeless = { mayBeWorth: () => false, isWorth: refuse, tries: () => false };
  const { proposeAt, asked } = await createPlace(t, hopeless);
  const { proposals, trial } = await proposeAt(TYPED);
  assert.deepEqual([asked.length, proposals[0]?.text, trial], [1, "with 0", undefined]);
  const tried = await createPlace(t, { ...hopeless, isWorth: () => false, tries: () => true });
  const { withCode, withoutCode } = await (await tried.proposeAt(TYPED)).trial!(never);
  assert.deepEqual([withCode, withoutCode], ["with 1", "with 0"]);
});

test("without a critic code is looked for everywhere", async (t) => {
  const { proposeAt } = await createPlace(t, undefined);
  assert.equal((await proposeAt(TYPED)).proposals[0]?.text, "with 1");
});

test("where there is no code like the place, nobody is asked", async (t) => {
  const refuse = (): never => assert.fail("the critic is asked about nothing");
  const { proposeAt, asked } = await createPlace(t, { ...CRITIC, isWorth: refuse });
  await proposeAt("unrelated(words");
  assert.equal(asked.length, 1);
});

for (const isWorth of [true, false]) {
  test(`a trial knows both texts, whichever is shown (${isWorth ? "with" : "without"} code)`, async (t) => {
    const { proposeAt, asked } = await createPlace(t, { ...CRITIC, isWorth: () => isWorth, tries: () => true });
    const { proposals, trial } = await proposeAt(TYPED);
    assert.equal(proposals[0]?.text, isWorth ? "with 1" : "with 0");
    assert.equal(asked.length, isWorth ? 2 : 1, "the other one is made later");
    const { withCode, withoutCode, features } = await trial!(never);
    assert.deepEqual([withCode, withoutCode], ["with 1", "with 0"]);
    assert.ok(features.length > 0);
  });
}

test("the examples that were found go along", async (t) => {
  const { proposeAt, asked, database } = await createPlace(t, undefined);
  const { id } = addExample(database, { linePrefix: "  ", text: "return parseInvoice(rows);" });
  await proposeAt(TYPED);
  assert.deepEqual(
    asked.map(({ examples }) => examples.map((example) => example.id)),
    [[id], [id]],
  );
});

/** A project with one file, and an engine that says how much code it was given. */
async function createPlace(t: TestContext, critic: Critic | undefined) {
  const database = await temporaryDatabase(t);
  const { id: projectId } = openProject(database, "/p", new FakeClock());
  storeFile(database, projectId, "src/invoice.ts", "hash", [
    { kind: "function", symbol: "parseInvoice", startLine: 0, endLine: 3, text: CODE },
  ]);
  const asked: CompletionRequest[] = [];
  const engine: Engine = {
    name: "fake",
    complete: (request) => {
      asked.push(request);
      const text = `with ${request.similar.length}`;
      return Promise.resolve([{ text, confidence: 0.3, proposer: "fake", source: "", exampleIds: [] }]);
    },
  };
  const deps = {
    database,
    engine,
    critic,
    exampleTerms: createExampleSearch(database),
    chunkTerms: createChunkSearch(database, projectId),
    exampleIndex: undefined,
    chunkIndex: undefined,
    now: 0,
    onFault: (error: unknown): never => {
      throw error;
    },
  };
  return {
    database,
    asked,
    proposeAt: (prefix: string) => {
      const place = { path: "src/here.ts", languageId: "typescript" };
      const made = createContext({ ...place, project: "1", prefix, suffix: "", explicit: false });
      assert(made.kind === "context");
      const request = { ...made.context, ...place, project: String(projectId), multiLine: true };
      return propose(deps, { ...place, projectId, context: made.context }, request, never);
    },
  };
}
