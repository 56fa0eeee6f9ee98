import assert from "node:assert/strict";
import test from "node:test";
import { Corpus } from "../../../../sidecar/engine/recall/corpus.ts";
import { createPlace, render } from "../../../../sidecar/engine/recall/place.ts";
import { removedLines } from "../../../../sidecar/engine/recall/removed.ts";
import { Vocabulary } from "../../../../sidecar/engine/recall/vocabulary.ts";

/** What of `saved` is offered at the mark of the document as it is now. */
function removedIn(saved: string, document: string): string[] {
  const vocabulary = new Vocabulary();
  const corpus = new Corpus(8, vocabulary);
  corpus.putNow("above.ts", vocabulary.tokenize("elsewhere();\nb();\n"));
  corpus.putNow("here.ts", vocabulary.tokenize(saved));
  corpus.putNow("below.ts", vocabulary.tokenize("elsewhere();\nb();\n"));
  const [prefix = "", suffix = ""] = document.split("▮");
  const place = createPlace(prefix, suffix, vocabulary);
  const candidates = removedLines(corpus, corpus.span("here.ts")!, place, vocabulary);
  return candidates.map((candidate) => render(candidate, place, vocabulary));
}

test("a line that is written anew is offered as it was", () => {
  const saved = "a();\nload(user);\nb();\n";
  assert.deepEqual(removedIn(saved, "a();\n▮\nb();\n"), ["load(user);"]);
  assert.deepEqual(removedIn(saved, "a();\nload(▮\nb();\n"), ["user);"]);
  assert.deepEqual(removedIn(saved, "a();\nload(us▮\nb();\n"), ["er);"]);
});

test("a line that begins otherwise now is not offered", () => {
  const saved = "a();\nload(user);\nb();\n";
  assert.deepEqual(removedIn(saved, "a();\nsave(▮\nb();\n"), []);
  assert.deepEqual(removedIn(saved, "a();\nload(b▮\nb();\n"), []);
});

test("a line that still stands is not offered", () => {
  const saved = "a();\nload(user);\nb();\n";
  assert.deepEqual(removedIn(saved, "a();\n▮\nload(user);\nb();\n"), []);
  assert.deepEqual(removedIn(saved, "a();\nload(user);\n▮\nb();\n"), []);
});

test("what was removed is offered where it stood only", () => {
  const saved = "a();\nload(user);\nb();\nc();\n";
  assert.deepEqual(removedIn(saved, "a();\nb();\n▮\nc();\n"), []);
  assert.deepEqual(removedIn(saved, "▮\na();\nb();\nc();\n"), []);
  assert.deepEqual(removedIn(saved, "a();\n▮\nb();\nc();\n"), ["load(user);"]);
});

test("of several lines the first comes first, and after new ones the line in whose stead the next would be", () => {
  const saved = "a();\none();\ntwo();\nthree();\nb();\n";
  const firstLinesIn = (document: string): string[] => removedIn(saved, document).map((text) => text.split("\n")[0]!);
  assert.deepEqual(firstLinesIn("a();\n▮\nb();\n"), ["one();", "two();", "three();"]);
  assert.deepEqual(firstLinesIn("a();\nnew();\n▮\nb();\n"), ["two();", "one();", "three();"]);
  assert.deepEqual(firstLinesIn("a();\nnew();\nnewer();\n▮\nb();\n"), ["three();", "two();", "one();"]);
});

test("the removed lines behind a removed line come with it, as deep as they stood", () => {
  const saved = "a();\n  if (one) {\n    two();\n  }\nb();\n";
  assert.deepEqual(removedIn(saved, "a();\n  if (▮\nb();\n"), ["one) {\n    two();\n  }"]);
  const long = Array.from({ length: 38 }, (_, index) => `call(${index}, this.name);`);
  const [first] = removedIn(`a();\n${long.join("\n")}\nb();\n`, "a();\n▮\nb();\n");
  assert.equal(first, long.slice(0, first!.split("\n").length).join("\n"), "whole lines, and not without end");
  assert.ok(first.split("\n").length < long.length);
});

test("four lines are offered at most", () => {
  assert.equal(removedIn("a();\none();\ntwo();\nthree();\nfour();\nfive();\nb();\n", "a();\n▮\nb();\n").length, 4);
});

test("what stood at the beginning or at the end is found too", () => {
  assert.deepEqual(removedIn("load(user);\nb();\n", "▮\nb();\n"), ["load(user);"]);
  assert.deepEqual(removedIn("a();\nload(user);\n", "a();\n▮"), ["load(user);"]);
  assert.deepEqual(removedIn("a();\nload(user);", "a();\n▮"), ["load(user);"]);
});

test("a document that is nothing like its saved version has nothing removed", () => {
  assert.deepEqual(removedIn("a();\nload(user);\nb();\n", "x();\n▮\ny();\n"), []);
  assert.deepEqual(removedIn("", "a();\n▮\nb();\n"), []);
});
