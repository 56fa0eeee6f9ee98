import assert from "node:assert/strict";
import test from "node:test";
import type { FoundExample } from "../../../../sidecar/engine/engine.ts";
import { exampleOf, never, proposeAt, recallOf, requestAt } from "../../../support/recall.ts";

const repository = `
export class UserRepository {
  async findById(id: string): Promise<User | undefined> {
    const row = await this.database.get("SELECT * FROM users WHERE id = ?", id);
    return row && parseUser(row);
  }
}
`;

test("copies the rest of a line that stands in another file", async () => {
  const recall = await recallOf({ "users.ts": repository });
  const [best] = proposeAt(
    recall,
    "class Other {\n  async find(id: string) {\n    const row = await this.database.▮\n",
  );
  assert.equal(best?.text.split("\n")[0], 'get("SELECT * FROM users WHERE id = ?", id);');
  assert.equal(best.source, "users.ts");
});

test("finishes a half-typed word", async () => {
  const recall = await recallOf({ "users.ts": repository });
  const [best] = proposeAt(recall, "    return row && par▮");
  assert.equal(best?.text.split("\n")[0], "seUser(row);");
});

test("copies a repetition inside the document itself", async () => {
  const recall = await recallOf({});
  const [best] = proposeAt(
    recall,
    `app.get("/users", authenticate, listUsers);
app.post("/users", authenticate, createUser);
app.get("/users", ▮`,
  );
  assert.equal(best?.text.split("\n")[0], "authenticate, listUsers);");
});

test("keeps the spacing of the source and adds a space only where one is missing", async () => {
  const recall = await recallOf({ "a.ts": "const total = price * count;\n" });
  assert.equal(proposeAt(recall, "const total =▮")[0]?.text, " price * count;");
  assert.equal(proposeAt(recall, "const total = ▮")[0]?.text, "price * count;");
});

test("moves further lines to the indentation of the place", async () => {
  const block = `function first(input: Input): Output {
  const parsed = parseInput(input, defaults);
  const checked = checkInput(parsed, rules);
  if (!checked.ok) {
    throw new InputError(checked.reason);
  }
  return finish(checked);
}
`;
  const recall = await recallOf({ "a.ts": block });
  const proposals = proposeAt(
    recall,
    `class A {
  first(input: Input): Output {
    const parsed = parseInput(input, defaults);
    const checked = checkInput(parsed, rules);
    if (!checked▮`,
  );
  const several = proposals.find((proposal) => proposal.text.includes("\n"));
  assert.ok(several, "a proposal of several lines");
  assert.match(several.text, /^\.ok\) \{\n {6}throw new InputError\(checked\.reason\);\n {4}\}/);
});

test("offers one line only when several are not wanted", async () => {
  const recall = await recallOf({ "users.ts": repository });
  const above = repository.slice(0, repository.indexOf("= await this"));
  for (const { text } of proposeAt(recall, `${above}▮`, { multiLine: false, path: "b.ts" }))
    assert.ok(!text.includes("\n"));
});

test("a changed file replaces what was known of it", async () => {
  const recall = await recallOf({ "a.ts": "const limit = readLimit(oldSource);\n" });
  await recall.absorb("p", "a.ts", "const limit = readLimit(newSource);\n", never);
  assert.equal(proposeAt(recall, "const limit = readLimit(▮")[0]?.text, "newSource);");
});

test("a forgotten file is not copied from any more", async () => {
  const recall = await recallOf({ "a.ts": "const limit = readLimit(source);\n" });
  recall.forget("p", "a.ts");
  assert.deepEqual(proposeAt(recall, "const limit = readLimit(▮"), []);
  assert.equal(recall.stats.tokens, 0);
});

test("what was removed from the document since it was saved is offered", async () => {
  const recall = await recallOf({ "here.ts": "open();\nconst limit = readLimit(source);\n" });
  const [first, ...others] = proposeAt(recall, "open();\nconst limit = ▮");
  assert.equal(first?.text, "readLimit(source);");
  assert.equal(first.proposer, "removed");
  assert.deepEqual(others, []);
});

test("what still stands in the document is not offered from its saved version as well", async () => {
  const saved = "open();\nconst limit = readLimit(source);\n";
  const recall = await recallOf({ "here.ts": saved });
  assert.deepEqual(proposeAt(recall, `open();\n▮\n${saved.slice(saved.indexOf("const"))}`), []);
  const [first, ...others] = proposeAt(recall, `${saved}const limit = ▮`);
  assert.equal(first?.text, "readLimit(source);");
  assert.equal(first.source, "before");
  assert.deepEqual(others, []);
});

test("a document that was never saved has nothing removed", async () => {
  const recall = await recallOf({ "other.ts": "open();\nconst limit = readLimit(source);\n" });
  const proposals = proposeAt(recall, "open();\nconst limit = ▮");
  assert.deepEqual(
    proposals.map(({ text, source }) => [text, source]),
    [["readLimit(source);", "other.ts"]],
  );
});

test("a repetition inside the document ends before the line of the cursor itself", async () => {
  const recall = await recallOf({});
  const lines = "const user = await users.find(id);\ngreet(user, new Date());\n";
  const [first] = proposeAt(recall, `${lines}${lines}const user = await ▮`);
  assert.equal(first?.text, "users.find(id);\ngreet(user, new Date());");
});

test("a copied line is offered with the names of its new place as well", async () => {
  const recall = await recallOf({
    "users.ts": "const user = await users.load(id);\nif (!user) throw missing(id);\ncache.put(id, user);\n",
  });
  const here = "const book = await books.load(id);\nif (!book) throw missing(id);\ncache.put(id, ▮";
  const texts = proposeAt(recall, here).map(({ text }) => text.split("\n")[0]);
  assert.ok(texts.includes("book);"), texts.join(" | "));
});

test("another project's files are not copied from", async () => {
  const recall = await recallOf({ "a.ts": "const limit = readLimit(source);\n" });
  assert.deepEqual(proposeAt(recall, "const limit = readLimit(▮", { project: "q" }), []);
});

test("the person's own texts are known in every project", async () => {
  const recall = await recallOf({});
  recall.learnPersonal({ name: "example:1", text: "\nconst user = await users.findOrThrow(id);\n" });
  assert.equal(proposeAt(recall, "const user = await ▮", { project: "q" })[0]?.text, "users.findOrThrow(id);");
  recall.forgetPersonal("example:1");
  assert.deepEqual(proposeAt(recall, "const user = await ▮", { project: "q" }), []);
});

test("an example leads before what the project does more often", async () => {
  const line = "  const user = await users.find(id);\n";
  const recall = await recallOf({ "a.ts": line, "b.ts": line, "c.ts": line });
  const examples = [
    exampleOf({
      origin: "corrected",
      linePrefix: "  const user = await ",
      text: "users.findOrThrow(id);",
      generated: "users.find(id);",
    }),
  ];
  const proposals = proposeAt(recall, "  const user = await ▮", { examples });
  assert.equal(proposals[0]?.text, "users.findOrThrow(id);");
  assert.deepEqual(proposals[0].exampleIds, [1]);
  const old = proposals.find(({ text }) => text === "users.find(id);");
  assert.ok(old === undefined || old.confidence < 0.25, "what was changed is not offered again");
});

test("an example takes on the names of the place", async () => {
  const recall = await recallOf({ "books.ts": "export async function findBook(id: string) {}\n" });
  const examples = [exampleOf({ linePrefix: "const user = await ", text: "findUser(id, user);" })];
  const [best] = proposeAt(recall, "const book = await ▮", { examples });
  assert.equal(best?.text, "findBook(id, book);");
});

test("an example is not offered where the line begins differently", async () => {
  const recall = await recallOf({});
  const examples = [exampleOf({ linePrefix: "const user = await ", text: "findUser(id);" })];
  assert.deepEqual(proposeAt(recall, "return this.▮", { examples }), []);
});

test("at a bare line start an example needs a place that is alike", async () => {
  const recall = await recallOf({});
  const contextBefore = "router.get('/users', async (request, response) => {\n  const { id } = request.params;";
  const examples = [exampleOf({ contextBefore, linePrefix: "  ", text: "const user = await users.load(id);" })];
  const alike = "router.get('/users', async (request, response) => {\n  const { id } = request.params;\n  ▮";
  assert.equal(proposeAt(recall, alike, { examples })[0]?.text, "const user = await users.load(id);");
  assert.deepEqual(proposeAt(recall, "import fs from 'fs';\n\n▮", { examples }), []);
});

test("what comes next in similar code is offered, at a bare line start as well", async () => {
  const recall = await recallOf({});
  const similar = [
    { path: "bills.ts", text: "open();\nload(bill);\n", continuation: "load(bill);\nclose();", likeness: 0.9 },
  ];
  for (const [document, text] of [
    ["open();\n▮", "load(bill);"],
    ["open();\nlo▮", "ad(bill);"],
  ] as const) {
    const [first] = proposeAt(recall, document, { similar });
    assert.equal(first?.text, text);
    assert.equal(first.source, "bills.ts");
  }
  assert.deepEqual(proposeAt(recall, "open();\nsave▮", { similar }), []);
});

test("asked again with similar code, the answer is the one of a first time", async () => {
  const document = "class A {\n  async load() {\n    const user = await ▮";
  const similar = [{ path: "b.ts", text: "const user = await fetchUser(id);", continuation: "", likeness: 0.5 }];
  const once = proposeAt(await recallOf({ "users.ts": repository }), document, { similar });
  const recall = await recallOf({ "users.ts": repository });
  const examples: FoundExample[] = [];
  const without = proposeAt(recall, document, { examples });
  const again = proposeAt(recall, document, { examples, similar });
  assert.notDeepEqual(again, without);
  assert.deepEqual(again, once);
  proposeAt(recall, "somewhere(else▮", { examples });
  assert.deepEqual(proposeAt(recall, document, { examples, similar }), once, "and so after another place");
});

test("a document is remembered as it is now, however it was changed", async () => {
  const documents = [
    "open(user);\nclose(user);\nopen(▮);\nclose(book);\n",
    "open(user);\nclose(user);\nopen(book);\nclose(▮",
    "open(book);\nclose(user);\nopen(book);\nclose(▮;\nopen(page);",
    "▮",
    "close(▮);\nopen(page);\nclose(page);\n",
    "close(page);\nopen(page);\nclose(▮);\n",
  ];
  const recall = await recallOf({ "users.ts": repository });
  let contenders = 0;
  for (const document of [...documents, ...documents.toReversed()]) {
    const request = requestAt(document);
    const fresh = (await recallOf({ "users.ts": repository })).contend(request, never).rows;
    assert.deepEqual(recall.contend(request, never).rows, fresh, document);
    contenders += fresh.length;
    await recall.sweep(never);
  }
  assert.ok(contenders > 10, `${contenders} contenders`);
});

test("tabs, CRLF leftovers, emoji and lone surrogates do no harm", async () => {
  const recall = await recallOf({ "a.ts": "\tconst wave = '👋🏽';\n\tgreet(wave, '🎉');\n" });
  assert.equal(proposeAt(recall, "\tgreet(wave, '▮")[0]?.text, "🎉');");
  proposeAt(recall, "\r\n\ud83d▮\udc4b");
  proposeAt(recall, "▮");
  proposeAt(recall, "\u0000\uffff(((((▮)))))");
});

test("a request that is cancelled ends in an abort", async () => {
  const recall = await recallOf({ "users.ts": repository });
  const abort = new AbortController();
  abort.abort();
  await assert.rejects(async () => recall.absorb("p", "x.ts", "a ".repeat(200_000), abort.signal), {
    name: "AbortError",
  });
});

test("what the person wrote and has forgotten again makes room, and all else stays known", async () => {
  const recall = await recallOf({ "a.ts": "some();\n" });
  recall.learnPersonal({ name: "kept", text: "const report = await loadReport(month, year);\n" });
  for (let n = 0; n < 200; n++) {
    recall.learnPersonal({ name: "draft", text: `const draft = ${Array(500).fill(n).join(" + ")};\n` });
  }
  const before = recall.stats.bytes;
  await recall.absorb("p", "a.ts", "other();\n", never);
  assert.ok(recall.stats.bytes < before - 500_000, `${before} → ${recall.stats.bytes}`);
  assert.equal(recall.stats.personalTexts, 2);
  const [best] = proposeAt(recall, "const report = await ▮");
  assert.equal(best?.text, "loadReport(month, year);");
});
