import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { DOCUMENT_CHARS_MAX, SyncGate } from "../../../extension/sync-gate.ts";
import { createDice, seeds } from "../text/dice.ts";

const MAX = DOCUMENT_CHARS_MAX;

suite("sync gate", () => {
  test("a document up to the limit is opened, changed, closed", () => {
    const gate = new SyncGate();
    assert.equal(gate.opened("a", MAX), true);
    assert.equal(gate.changed("a", 0), "send");
    assert.equal(gate.isSynced("a"), true);
    assert.equal(gate.closed("a"), true);
    assert.equal(gate.isSynced("a"), false);
  });

  test("a larger one is never mentioned", () => {
    const gate = new SyncGate();
    assert.equal(gate.opened("a", MAX + 1), false);
    assert.equal(gate.changed("a", 10), "skip");
    assert.equal(gate.isSynced("a"), false);
    assert.equal(gate.closed("a"), false);
  });

  test("one that outgrows the limit is closed, once", () => {
    const gate = new SyncGate();
    gate.opened("a", MAX - 1);
    assert.equal(gate.changed("a", 1), "send");
    assert.equal(gate.changed("a", 1), "close");
    assert.equal(gate.changed("a", 1), "skip");
    assert.equal(gate.closed("a"), false);
  });

  test("one that shrinks well below the limit is opened again", () => {
    const gate = new SyncGate();
    gate.opened("a", MAX + 10);
    assert.equal(gate.changed("a", -20), "skip", "around the limit it does not flap");
    assert.equal(gate.changed("a", -MAX / 2), "open");
    assert.equal(gate.changed("a", 1), "send");
  });

  test("changes of unknown documents are left out", () => {
    assert.equal(new SyncGate().changed("a", 1), "skip");
    assert.equal(new SyncGate().closed("a"), false);
  });

  test("what the sidecar hears always makes sense", () => {
    for (const seed of seeds(100)) {
      const dice = createDice(seed);
      const gate = new SyncGate();
      let isKnown = false;
      let isOpen = false;
      for (let step = 0; step < 100; step++) {
        if (!isOpen) {
          isKnown = gate.opened("a", dice.below(2 * MAX));
          isOpen = true;
        } else if (dice.chance(0.1)) {
          assert.equal(gate.closed("a"), isKnown, `seed ${seed}`);
          isOpen = isKnown = false;
        } else {
          const verdict = gate.changed("a", dice.below(MAX) - MAX / 2);
          if (verdict === "send" || verdict === "close") assert.ok(isKnown, `seed ${seed}`);
          if (verdict === "open" || verdict === "skip") assert.ok(!isKnown, `seed ${seed}`);
          if (verdict === "close") isKnown = false;
          if (verdict === "open") isKnown = true;
        }
        assert.equal(gate.isSynced("a"), isKnown, `seed ${seed}`);
      }
    }
  });
});
