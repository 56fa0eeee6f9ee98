import assert from "node:assert/strict";
import test from "node:test";
import { BLOCK_FEATURES, BLOCK_MODEL, growBlock, nextLines } from "../../../../sidecar/engine/recall/block.ts";
import { type Contender, rounded } from "../../../../sidecar/engine/recall/contender.ts";
import { render } from "../../../../sidecar/engine/recall/place.ts";
import type { Recall } from "../../../../sidecar/engine/recall/recall.ts";
import { candidateOf, never, proposeAt, recallOf, requestAt } from "../../../support/recall.ts";

type Facts = Readonly<Record<(typeof BLOCK_FEATURES)[number], number>>;

const HANDLER = `app.get("/users", async (request, response) => {
  const users = await database.users.list(request.query);
  if (users.length === 0) {
    response.status(404);
  }
  response.json(users);
});
`;

/** The contender at the mark whose line begins with `start`, and what its lines are weighed with. */
function contenderAt(recall: Recall, document: string, start: string) {
  const { contenders, weighing } = recall.contend(requestAt(document), never);
  const textOf = ({ candidates: [first] }: Contender): string => render(first!, weighing.place, recall.vocabulary);
  const contender = contenders.find((one) => textOf(one).startsWith(start));
  assert.ok(contender, contenders.map(textOf).join(" | "));
  return { contender, weighing };
}

/** Facts of the lines that may come second, by their text. */
function secondLines(recall: Recall, document: string, start: string): ReadonlyMap<string, Facts> {
  const { contender, weighing } = contenderAt(recall, document, start);
  return new Map(
    nextLines(contender.candidates, 1, weighing).map(({ candidate, row }) => [
      render(candidate, weighing.place, recall.vocabulary).split("\n").at(-1)!.trim(),
      Object.fromEntries(BLOCK_FEATURES.map((name, fact) => [name, row[fact]!])) as unknown as Facts,
    ]),
  );
}

test("the model asks for the facts there are", () => {
  assert.deepEqual(BLOCK_MODEL.features, BLOCK_FEATURES);
  assert.ok(BLOCK_MODEL.next.trees.length > 0);
  for (const { features } of BLOCK_MODEL.next.trees) {
    assert.ok(features.every((feature) => feature < BLOCK_FEATURES.length));
  }
});

test("those who offer a line are brought together by the line they offer next", async () => {
  const recall = await recallOf({});
  const { weighing } = recall.contend(requestAt("begin(one);\n  second(step);\n\nbegin(▮"), never);
  const offering = ["one);\n  second(step);", "one);\n  first(step);", "one);\n  second(step);\nend();", "one);"].map(
    (text) => candidateOf({ values: [...recall.vocabulary.tokenize(text)] }),
  );
  const [second, first, ...others] = nextLines(offering, 1, weighing);
  assert.deepEqual(others, []);
  assert.deepEqual(second?.offering, [offering[0], offering[2]]);
  assert.deepEqual(first?.offering, [offering[1]]);
  const factOf = (name: (typeof BLOCK_FEATURES)[number]): number => second.row[BLOCK_FEATURES.indexOf(name)]!;
  assert.deepEqual(
    (["agreeing", "ending", "rivals", "lines", "depth", "step", "blank", "tokens"] as const).map(factOf),
    [2 / 4, 1 / 4, 1, 0, 2, 2, 0, 5],
  );
  assert.equal(factOf("charsAbove"), rounded(Math.log(1 + "one);".length)));
  assert.equal(factOf("chars"), rounded(Math.log(1 + "second(step);".length)));
  assert.equal(factOf("repeats"), rounded(Math.log1p(1)));
});

test("a line that opens a bracket, closes one or stands behind a blank line is told", async () => {
  const document = `${HANDLER}\nother();\n\napp.get("/users", async (▮`;
  const { contender, weighing } = contenderAt(await recallOf({}), document, "request");
  let offering: Contender["candidates"] = contender.candidates;
  const factOf = (lines: number, name: (typeof BLOCK_FEATURES)[number]): number => {
    const [next] = nextLines(offering, lines, weighing);
    assert.ok(next);
    offering = next.offering;
    return next.row[BLOCK_FEATURES.indexOf(name)]!;
  };
  assert.equal(factOf(1, "opened"), 2, "the arguments and the body");
  assert.equal(factOf(2, "step"), 0);
  assert.equal(factOf(3, "opened"), 3);
  assert.equal(factOf(4, "closes"), 1);
  assert.equal(factOf(5, "step"), 0);
  assert.equal(factOf(6, "closes"), 1);
  assert.equal(factOf(7, "blank"), 1);
});

test("what stands below the cursor is not offered again", async () => {
  const recall = await recallOf({});
  const above = "begin(first);\n  step(two);\nend();\n\nother();\n\n";
  assert.deepEqual([...secondLines(recall, `${above}begin(▮`, "first);").keys()], ["step(two);"]);
  assert.deepEqual([...secondLines(recall, `${above}begin(▮\n  step(two);\n`, "first);").keys()], []);
});

test("of a block that stood there before several lines are offered, and nothing that differed behind it", async () => {
  const recall = await recallOf({ "a.ts": HANDLER, "b.ts": HANDLER });
  const document = `${HANDLER}\nfirst();\n\n${HANDLER}\nsecond(other);\n\napp.get("/users", async (request, response) => {\n  const users ▮`;
  const [best] = proposeAt(recall, document);
  assert.ok(best);
  assert.ok(HANDLER.includes(best.text) && best.text.split("\n").length >= 3, best.text);
});

test("lines that differ from place to place are not offered with their line", async () => {
  const body = (name: string): string =>
    `function ${name}(options) {\n  const size = options.size;\n  return ${name}Of(size, 1${name.length});\n}\n`;
  const names = ["small", "wide", "longest", "a", "narrowing"];
  const { contender, weighing } = contenderAt(
    await recallOf({}),
    `${names.map(body).join("\n")}\nfunction another(options) {\n  const size ▮\n}\n`,
    "= options",
  );
  const { candidate } = growBlock(contender, 0.9, weighing);
  assert.equal(render(candidate, weighing.place, weighing.vocabulary), "= options.size;");
});

test("where the line itself is hardly likely it comes alone", async () => {
  const document = `${HANDLER}\nfirst();\n\n${HANDLER}\nsecond(other);\n\napp.get("/users", async (request, response) => {\n  const users ▮`;
  const { contender, weighing } = contenderAt(await recallOf({}), document, "= await");
  const linesAt = (exactness: number): number =>
    render(growBlock(contender, exactness, weighing).candidate, weighing.place, weighing.vocabulary).split("\n").length;
  assert.ok(linesAt(0.9) > 1);
  assert.equal(linesAt(0.1), 1);
});

test("how sure all lines are tells how likely the block is to be exactly right", async () => {
  const recall = await recallOf({});
  const document = `${HANDLER}\nfirst();\n\n${HANDLER}\nsecond(other);\n\napp.get("/users", async (request, response) => {\n  const users ▮`;
  const { contender, weighing } = contenderAt(recall, document, "= await");
  const [best] = proposeAt(recall, document);
  const [line] = proposeAt(recall, document, { multiLine: false });
  const { rest } = growBlock(contender, line!.exactness!, weighing);
  assert.ok(rest < 1);
  assert.ok(Math.abs(best!.exactness! - line!.exactness! * rest) < 1e-9);
});
