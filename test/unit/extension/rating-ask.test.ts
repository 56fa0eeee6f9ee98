import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { acceptedLife } from "../../support/signals.ts";
import { fake, FakeTextDocument, useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { RatingAsk } = await import("../../../extension/rating-ask.ts");
const { AFTER_ACCEPT_MS, ASK_EVERY_MS, QUIET_MS } = await import("../../../extension/rating-plan.ts");

const SHOWN_MS = 60_000;

function open(t: TestContext, isActive: () => boolean = () => true) {
  fake.reset();
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const rated: string[] = [];
  const asks = new RatingAsk({ isActive, rate: (id, rating) => void rated.push(`${id} ${rating}`) });
  t.after(() => asks.dispose());
  /** A suggestion is shown and accepted now; returns its id. */
  const accept = (text = "foo(bar)"): string => {
    const [shown, accepted] = acceptedLife({ linePrefix: "", text, uri: "file:///w/a.ts", at: Date.now() });
    asks.heard(shown);
    asks.heard({ ...accepted!, at: Date.now() });
    return shown.generationId;
  };
  const isAsking = (): boolean => fake.statusItems.every(({ isShown }) => isShown);
  return { asks, rated, accept, isAsking };
}

function rated(generationId: string): Signal {
  return { id: "r", at: Date.now(), generationId, kind: "rated", rating: "up", words: "" };
}

suite("asking for a rating", () => {
  test("comes some time after accepting, says what about, and is answered by one click", (t) => {
    const { asks, rated, accept, isAsking } = open(t);
    const id = accept();
    t.mock.timers.tick(AFTER_ACCEPT_MS - 1);
    assert.equal(isAsking(), false);
    t.mock.timers.tick(1);
    assert.equal(isAsking(), true);
    assert.deepEqual(
      fake.statusItems.map(({ text, command }) => [text, command]),
      [
        ["$(thumbsup)", "tacit.rateUp"],
        ["$(thumbsdown)", "tacit.rateDown"],
      ],
    );
    assert.match(String(fake.statusItem.tooltip), /foo\(bar\)/);
    asks.answer("down");
    assert.deepEqual([isAsking(), rated], [false, [`${id} down`]]);
    asks.answer("up");
    assert.equal(rated.length, 1, "it is answered");
  });

  test("never comes twice in ten minutes, nor to who did not want to be asked", (t) => {
    let isActive = true;
    const { accept, isAsking } = open(t, () => isActive);
    accept();
    t.mock.timers.tick(AFTER_ACCEPT_MS);
    assert.equal(isAsking(), true);
    t.mock.timers.tick(SHOWN_MS);
    assert.equal(isAsking(), false, "unanswered it goes away");
    for (let waited = SHOWN_MS; waited < ASK_EVERY_MS - AFTER_ACCEPT_MS; waited += AFTER_ACCEPT_MS) {
      accept();
      t.mock.timers.tick(AFTER_ACCEPT_MS);
      assert.equal(isAsking(), false, `after ${waited} ms`);
    }
    accept();
    t.mock.timers.tick(AFTER_ACCEPT_MS);
    assert.equal(isAsking(), true);
    t.mock.timers.tick(ASK_EVERY_MS);
    isActive = false;
    accept();
    t.mock.timers.tick(ASK_EVERY_MS);
    assert.equal(isAsking(), false);
  });

  test("waits while somebody types, and lets go of what was undone or rated meanwhile", (t) => {
    const { asks, accept, isAsking } = open(t);
    accept();
    const change = { document: new FakeTextDocument("file:///w/a.ts", ""), contentChanges: [{}] };
    for (let typed = 0; typed < 10; typed++) {
      t.mock.timers.tick(QUIET_MS - 1);
      fake.changed.fire(change);
    }
    assert.equal(isAsking(), false);
    t.mock.timers.tick(QUIET_MS);
    assert.equal(isAsking(), true);
    asks.answer("up");

    t.mock.timers.tick(ASK_EVERY_MS);
    asks.heard(rated(accept()));
    t.mock.timers.tick(AFTER_ACCEPT_MS);
    assert.equal(isAsking(), false);
    accept();
    t.mock.timers.tick(AFTER_ACCEPT_MS);
    assert.equal(isAsking(), true);
  });
});
