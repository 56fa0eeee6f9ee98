/** A suggestion that is typed along is one generation: the cache that answers and the tracker that observes, together. */
import assert from "node:assert/strict";
import test from "node:test";
import type { SuggestionInfo } from "../../protocol/messages.ts";
import { SuggestionCache } from "../../sidecar/suggest/cache.ts";
import { SuggestionOrigins } from "../../sidecar/suggest/origins.ts";
import type { Suggestion } from "../../sidecar/suggest/suggest.ts";
import { never } from "../support/recall.ts";
import { FakeClock } from "../support/store.ts";
import { FakeEditor, URI } from "./extension/fake-editor.ts";

test("while it is typed along it is shown once, as it was offered first", async () => {
  const { editor, type, tell } = await open("const n = ▮\n", "items.length;");
  await type("ite");
  editor.wait(700);
  await type("ms");
  editor.wait(10_000);
  assert.deepEqual(tell(), ["shown g1", "dismissed g1 timeout"]);
  const { text, linePrefix, character } = editor.last("shown").generation;
  assert.deepEqual({ text, linePrefix, character }, { text: "items.length;", linePrefix: "const n = ", character: 10 });
});

test("accepted after typing along, it counts from its beginning", async () => {
  const { editor, type, tell } = await open("const n = ▮\n", "items.length;");
  await type("items");
  editor.tab(".length;");
  assert.deepEqual(tell(), ["shown g1", "accepted g1 whole editor 13"]);
});

test("typed to its end it is neither accepted nor dismissed, and what comes next is another one", async () => {
  const { editor, type, tell } = await open("▮\n", "ab;");
  editor.wait(800);
  await type("ab;");
  editor.wait(800);
  assert.deepEqual(tell(), ["shown g1", "shown g2"]);
});

test("a beginning that is taken back brings it back whole", async () => {
  const { editor, type, back, tell } = await open("▮\n", "items;");
  await type("ite");
  await back(3);
  editor.wait(750);
  assert.deepEqual(tell(), ["shown g1"]);
  assert.equal(editor.last("shown").generation.text, "items;");
  editor.tab("items;");
  assert.equal(tell().at(-1), "accepted g1 whole editor 6");
});

test("typed over and returned to, it is not shown a second time, and can be accepted after all", async () => {
  const { editor, type, back, tell } = await open("▮\n", "items;");
  editor.wait(800);
  await type("x");
  editor.wait(200);
  await back(1);
  editor.wait(20_000);
  assert.deepEqual(tell(), ["shown g1", "dismissed g1 typed-over"]);
  editor.tab("items;");
  assert.deepEqual(tell().slice(2), ["accepted g1 whole editor 6"]);
});

test("left and returned to in its middle, it is the one that was shown", async () => {
  const { editor, type, ask, tell } = await open("▮\nb\n", "items;");
  editor.wait(800);
  await type("it");
  const here = editor.cursor;
  editor.moveTo(here + 2);
  editor.wait(20_000);
  editor.moveTo(here);
  await ask();
  editor.wait(1_000);
  editor.tab("ems;");
  assert.deepEqual(tell(), ["shown g1", "dismissed g1 timeout", "accepted g1 whole editor 6"]);
  assert.equal(editor.last("accepted").dwellMs, 1_000);
});

test("an answer that came too late is observed from where it was first seen, and its origin is cut to fit", async () => {
  const { editor, type, origins, tell } = await open("  ▮\n", "items;", { raw: "items", isLate: true });
  await type("it");
  editor.wait(800);
  assert.deepEqual(tell(), ["shown g1"]);
  const { id, text, linePrefix } = editor.last("shown").generation;
  assert.deepEqual({ text, linePrefix }, { text: "tems;", linePrefix: "  i" });
  const origin = origins.find(id, text);
  assert.deepEqual([origin?.text, origin?.raw, origin?.place.linePrefix], ["tems;", "tems", "  i"]);
  assert.deepEqual([origins.find(id)?.text, origins.find(id)?.raw], ["items;", "items"]);
});

test("where style has changed the beginning, what is left counts as it was shown", async () => {
  const { editor, type, origins } = await open("▮\n", "items;", { raw: "Items" });
  await type("it");
  const origin = origins.find("g1", "ems;");
  assert.deepEqual([origin?.text, origin?.raw], ["ems;", "ems;"]);
  assert.deepEqual(origins.find("g1", "else"), origins.find("g1"));
  assert.equal(editor.cursor, 2);
});

interface Options {
  readonly raw?: string;
  /** The first answer reaches an editor that has gone on. */
  readonly isLate?: boolean;
}

/** An editor that asks at every keystroke, and a pipeline that offers `text`, then other texts. */
async function open(drawing: string, text: string, { raw = text, isLate = false }: Options = {}) {
  const editor = new FakeEditor(drawing);
  const cache = new SuggestionCache(new FakeClock());
  const origins = new SuggestionOrigins();
  let asked = 0;
  const ask = async (isShown = true): Promise<void> => {
    const { content: whole } = editor.document;
    const [prefix, suffix] = [whole.slice(0, editor.cursor), whole.slice(editor.cursor)];
    const place = { uri: URI, languageId: "typescript", prefix, suffix, explicit: false };
    const answer = await cache.answer(
      place,
      () => {
        const suggestion = asked++ === 0 ? suggestionOf("g1", text, raw) : suggestionOf(`g${asked}`, "other");
        origins.remember(suggestion, place);
        return Promise.resolve({ kind: "suggestion", suggestion });
      },
      never,
    );
    assert.equal(answer.kind, "suggestion");
    const { id, engine, proposer, text: insertText } = answer.suggestion;
    const info: SuggestionInfo = { id, engine, proposer };
    const range = { start: editor.cursor, end: editor.cursor };
    if (isShown) editor.tracker.offered(editor.document, editor.cursor, [{ info, insertText, range }]);
  };
  const type = async (characters: string): Promise<void> => {
    for (const character of characters) {
      editor.type(character);
      await ask();
    }
  };
  const back = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done++) {
      editor.backspace();
      await ask();
    }
  };
  await ask(!isLate);
  const tell = (): string[] => editor.told.filter((line) => !/^(settled|diagnostics)/.test(line));
  return { editor, type, back, ask, origins, tell };
}

function suggestionOf(id: string, text: string, raw = text): Suggestion {
  const how = { engine: "fake", proposer: "p", confidence: 0.5, probability: 0.5, source: "", exampleIds: [] };
  return { id, text, raw, repairs: [], decision: undefined, ...how };
}
