import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { judgeRejection } from "../../../sidecar/outcome/rejection.ts";
import { acceptedLife, dismissedLife, ratingOf } from "../../support/signals.ts";
import { createId } from "../../../sidecar/base/random.ts";

const LIFE = { linePrefix: "const n = ", text: "items.length;", at: 1000 };

function dismissedBy(reason: Extract<Signal, { kind: "dismissed" }>["reason"]): Signal[] {
  return dismissedLife(LIFE).map((signal) => (signal.kind === "dismissed" ? { ...signal, reason } : signal));
}

/** Accepted 900 ms after it was shown, and taken back. */
function undone(): Signal[] {
  const [shown, accepted] = acceptedLife(LIFE);
  const { generationId } = shown;
  return [shown, accepted!, { id: createId(), at: 3000, generationId, kind: "undone", sinceAcceptMs: 1100 }];
}

test("Escape and an undo are a clear no, a rating down a clearer one", () => {
  assert.deepEqual(judgeRejection(dismissedBy("escape")), { kind: "rejected", weight: 1, at: 3000 });
  assert.deepEqual(judgeRejection(undone()), { kind: "rejected", weight: 1, at: 3000 });
  const rated = [...acceptedLife(LIFE), ratingOf(acceptedLife(LIFE), "down")].map((signal) => ({
    ...signal,
    generationId: "g",
  }));
  assert.deepEqual(judgeRejection(rated), { kind: "rejected", weight: 2, at: 21_000 });
});

test("typing something else is half a no", () => {
  assert.deepEqual(judgeRejection(dismissedBy("typed-over")), { kind: "rejected", weight: 0.5, at: 3000 });
});

test("who types a suggestion by hand, to its end, wants its text", () => {
  assert.deepEqual(judgeRejection(dismissedBy("typed-out")), { kind: "wanted", at: 3000 });
});

test("what was superseded, left standing or only shown says nothing", () => {
  assert.deepEqual(judgeRejection(dismissedBy("superseded")), { kind: "open" });
  assert.deepEqual(judgeRejection(dismissedBy("timeout")), { kind: "open" });
  assert.deepEqual(judgeRejection(dismissedBy("escape").slice(0, 1)), { kind: "open" });
  assert.deepEqual(judgeRejection([]), { kind: "open" });
});

test("what was accepted, or rated up, is wanted", () => {
  assert.deepEqual(judgeRejection(acceptedLife(LIFE)), { kind: "wanted", at: 1900 });
  const escaped = dismissedLife(LIFE);
  assert.deepEqual(judgeRejection([...escaped, ratingOf(escaped, "up")]), { kind: "wanted", at: 21_000 });
});

test("a word of it, or all of it deleted afterwards, is no yes", () => {
  const [shown, accepted, settled] = acceptedLife(LIFE);
  const word = { ...accepted!, extent: "word" as const, acceptedChars: 5 };
  assert.deepEqual(judgeRejection([shown, word as Signal]), { kind: "open" });
  assert.deepEqual(judgeRejection([shown, accepted!, { ...settled!, text: "" } as Signal]), { kind: "open" });
});

test("an undo that was taken back is none", () => {
  const [shown, accepted, undo] = undone();
  const [, , settled] = acceptedLife(LIFE);
  const back = { ...settled!, generationId: shown!.generationId };
  assert.equal(judgeRejection([shown!, accepted!, undo!, back]).kind, "wanted");
});
