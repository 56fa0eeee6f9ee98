import assert from "node:assert/strict";
import test from "node:test";
import { adapt, renamesFor } from "../../../../sidecar/engine/recall/adapt.ts";
import { Corpus } from "../../../../sidecar/engine/recall/corpus.ts";
import { createPlace, render } from "../../../../sidecar/engine/recall/place.ts";
import { Vocabulary } from "../../../../sidecar/engine/recall/vocabulary.ts";

/** What follows the mark in `source`, with the words of the place at the mark of `document`. */
function adaptedTo(document: string, source: string): string | undefined {
  const vocabulary = new Vocabulary();
  const corpus = new Corpus(8, vocabulary);
  const [before = "", after = ""] = source.split("▮");
  const copied = vocabulary.tokenize(after);
  corpus.putNow("source.ts", vocabulary.tokenize(before + after));
  const [prefix = "", suffix = ""] = document.split("▮");
  const place = createPlace(prefix, suffix, vocabulary);
  const { start, length } = corpus.span("source.ts")!;
  const renames = renamesFor(place, corpus, start + length - copied.length, vocabulary);
  const values = adapt([...copied], renames, vocabulary);
  return values && render({ values, sourceIndentation: "" }, place, vocabulary);
}

test("names that differ in the lines above are exchanged", () => {
  assert.equal(adaptedTo("const book = load(id);\n▮", "const user = load(id);\n▮save(user);"), "save(book);");
  assert.equal(adaptedTo("use(book);\nopen(book, ▮", "use(user);\nopen(user, ▮user.name);"), "book.name);");
  assert.equal(adaptedTo("const a = at(7);\n▮", "const a = at(3);\n▮next(a, 3);"), "next(a, 7);");
});

test("names are exchanged inside of longer names too, if the name that results is known", () => {
  const source = "const user = load(id);\n▮return findUser(user);";
  assert.equal(adaptedTo("findBook(1);\nconst book = load(id);\n▮", source), "return findBook(book);");
  assert.equal(adaptedTo("const book = load(id);\n▮", source), "return findUser(book);");
});

test("a name of two characters is none inside of longer ones", () => {
  assert.equal(adaptedTo("mele();\nconst me = at(x);\n▮", "const id = at(x);\n▮return idle(id);"), "return idle(me);");
});

test("what stays the same anywhere near is no name for something else", () => {
  assert.equal(adaptedTo("add(user, book);\n▮", "add(user, user);\n▮save(user);"), undefined);
  assert.equal(adaptedTo("use(user);\nlet x = book;\n▮", "use(user);\nlet x = user;\n▮save(user);"), undefined);
});

test("nearer lines outrank those further up", () => {
  const source = "let user = first();\nlet user = second();\n▮save(user);";
  assert.equal(adaptedTo("let book = first();\nlet page = second();\n▮", source), "save(page);");
});

test("marks and operators are never exchanged, nor is a name for a mark", () => {
  assert.equal(adaptedTo("const a = b - c;\n▮", "const a = b + c;\n▮d + e;"), undefined);
  assert.equal(adaptedTo("const a = [];\n▮", "const a = b];\n▮use(b);"), undefined);
});

test("lines that have less than half in common tell nothing", () => {
  assert.equal(adaptedTo("book two;\n▮", "user one;\n▮save(user);"), undefined);
  assert.equal(adaptedTo("const book = load(id, 1);\n▮", "const user = load(id);\n▮save(user);"), undefined);
});

test("where nothing differs nothing is adapted", () => {
  assert.equal(adaptedTo("const user = load(id);\n▮", "const user = load(id);\n▮save(user);"), undefined);
  assert.equal(adaptedTo("const book = load(id);\n▮", "const user = load(id);\n▮save(all);"), undefined);
});
