import assert from "node:assert/strict";
import test from "node:test";
import { contendersOf, FEATURES, rounded } from "../../../../sidecar/engine/recall/contender.ts";
import type { Recall } from "../../../../sidecar/engine/recall/recall.ts";
import { keyOf, Vocabulary } from "../../../../sidecar/engine/recall/vocabulary.ts";
import { candidateOf, never, recallOf, requestAt } from "../../../support/recall.ts";

type Facts = Readonly<Record<(typeof FEATURES)[number], number>>;

/** Facts about the lines that contend at the mark, by their text without spaces. */
function factsAt(recall: Recall, document: string): ReadonlyMap<string, Facts> {
  const { contenders, rows } = recall.contend(requestAt(document), never);
  return new Map(
    contenders.map(({ line }, index) => [
      line.map((key) => recall.vocabulary.word(key)).join(""),
      Object.fromEntries(FEATURES.map((name, fact) => [name, rows[index]![fact]!])) as unknown as Facts,
    ]),
  );
}

test("candidates are brought together by their first line", () => {
  const vocabulary = new Vocabulary();
  const [alone, more, other] = ["load(user);", "load( user );\nsave();", "load(book);"].map((text) =>
    candidateOf({ values: [...vocabulary.tokenize(text)] }),
  );
  const contenders = contendersOf([alone!, more!, other!]);
  assert.deepEqual(
    contenders.map(({ candidates }) => candidates),
    [[alone, more], [other]],
  );
  assert.deepEqual(contenders[0]!.line, alone!.values.map(keyOf));
});

test("a line is measured by itself", async () => {
  const facts = factsAt(await recallOf({}), "call(first, [one]);\ncall(first, ▮");
  const line = facts.get("[one]);");
  assert.ok(line, [...facts.keys()].join(" | "));
  assert.equal(line.tokens, 5);
  assert.equal(line.chars, rounded(Math.log(7)));
  assert.equal(line.typed, 4);
  assert.equal(line.opened, -1);
  assert.equal(line.knownWords, 1);
});

test("how often the whole line stands in the document is counted on both sides of the cursor", async () => {
  const above = "load(user);\nother();\nload(user);\n";
  const facts = factsAt(await recallOf({}), `${above}load(▮\nload(user);\nload(user, id);\n`);
  assert.equal(facts.get("user);")?.repeats, rounded(Math.log1p(3)));
  assert.equal(facts.get("user,id);")?.repeats, rounded(Math.log1p(1)));
});

test("words that the document does not have are told", async () => {
  const facts = factsAt(await recallOf({ "a.ts": "load(known, strange);\n" }), "known();\nload(▮");
  assert.equal(facts.get("known,strange);")?.knownWords, 1 / 2);
});

test("what each proposer thinks of a line is kept apart, and those that are silent are far below", async () => {
  const facts = factsAt(await recallOf({ "a.ts": "load(user);\n" }), "let user;\nload(▮").get("user);");
  assert.ok(facts);
  assert.ok(facts.project > -1 && facts.project <= 0);
  assert.equal(facts.file, -9);
  assert.equal(facts.personal, -9);
  assert.equal(facts.adapted, 0);
});

test("lines are compared with the others at their place", async () => {
  const alone = factsAt(await recallOf({ "a.ts": "load(user);\n", "b.ts": "load(user);\n" }), "load(▮");
  assert.deepEqual([alone.size, alone.get("user);")?.contenders], [1, 0]);
  const files = { "a.ts": "load(user);\n", "b.ts": "load(user);\n", "c.ts": "load(book);\nopen(load(book));\n" };
  const facts = factsAt(await recallOf(files), "open(load(book));\nload(▮");
  const [often, whole] = [facts.get("user);"), facts.get("book));")];
  assert.ok(often && whole, [...facts.keys()].join(" | "));
  assert.equal(often.contenders, rounded(Math.log(facts.size)));
  assert.deepEqual([...facts.values()].filter(({ meanLogGap }) => meanLogGap === 0).length, 1);
  const likeliest = Math.max(...[...facts.values()].map(({ meanLog }) => meanLog));
  assert.ok(Math.abs(often.meanLogGap - (often.meanLog - likeliest)) < 0.0015);
});

test("a line that only comes about by exchanging words is marked", async () => {
  const recall = await recallOf({ "users.ts": "let user = users.load(id);\ncache.put(id, user);\n" });
  const facts = factsAt(recall, "let book = books.load(id);\ncache.put(id, ▮");
  assert.equal(facts.get("user);")?.adapted, 0);
  assert.equal(facts.get("book);")?.adapted, 1);
});
