import assert from "node:assert/strict";
import test from "node:test";
import { AFTER_ACCEPT_MS, ASK_EVERY_MS, askAt, FORGOTTEN_MS, QUIET_MS } from "../../../extension/rating-plan.ts";

const AT = 1_000_000_000;

test("some time after accepting, when nobody has typed for a while", () => {
  assert.equal(askAt({ acceptedAt: AT, typedAt: AT, askedAt: undefined }), AT + AFTER_ACCEPT_MS);
  const typedAt = AT + 60_000;
  assert.equal(askAt({ acceptedAt: AT, typedAt, askedAt: undefined }), typedAt + QUIET_MS);
});

test("never twice in ten minutes", () => {
  assert.equal(ASK_EVERY_MS, 600_000);
  for (let minutes = 0; minutes < 30; minutes++) {
    const acceptedAt = AT + minutes * 60_000;
    const at = askAt({ acceptedAt, typedAt: acceptedAt, askedAt: AT });
    assert.ok(at === undefined || at >= AT + ASK_EVERY_MS, String(minutes));
  }
  assert.equal(askAt({ acceptedAt: AT + 60_000, typedAt: AT, askedAt: AT }), undefined, "by then it is forgotten");
});

test("what was accepted long ago is not asked about", () => {
  assert.equal(askAt({ acceptedAt: AT, typedAt: AT + FORGOTTEN_MS, askedAt: undefined }), undefined);
});
