import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { scoreOutcome } from "../../../sidecar/outcome/score.ts";
import { tierOf, type Tier } from "../../../sidecar/outcome/tiers.ts";
import {
  accepted,
  committed,
  diagnosed,
  dismissed,
  edited,
  ran,
  rated,
  reverted,
  settled,
  shown,
  survived,
  undone,
} from "./signals.ts";

const TEXT = "return items.map((item) => item.name);";
const FIVE_MINUTES = { sinceAcceptMs: 300_000 };

test("kept for five minutes is premium", () => {
  assert.equal(tier([accepted(1000, 99), settled(301_000, TEXT, FIVE_MINUTES)]), "premium");
});

test("kept for five minutes counts from when it was looked at last", () => {
  assert.equal(tier([accepted(1000, 99), settled(11_000, TEXT), survived(301_000, "300 s")]), "premium");
  assert.equal(tier([accepted(1000, 99), settled(11_000, TEXT), survived(121_000, "120 s")]), "standard");
});

test("kept for ten seconds is standard", () => {
  assert.equal(tier([accepted(1000, 99), settled(11_000, TEXT)]), "standard");
});

test("rated up is premium, kept or not", () => {
  assert.equal(tier([accepted(1000, 99), settled(11_000, TEXT), rated(12_000, "up")]), "premium");
  assert.equal(tier([dismissed(3000, "escape"), rated(12_000, "up")]), "premium");
});

test("kept for five minutes with new errors is standard", () => {
  const faulty = diagnosed(301_000, "settled", { errors: 0, warnings: 0 }, { errors: 1, warnings: 0 });
  assert.equal(tier([accepted(1000, 99), settled(301_000, TEXT, FIVE_MINUTES), faulty]), "standard");
});

test("committed as it was is premium, and no more once the commit is taken back", () => {
  const kept = [accepted(1000, 99), settled(11_000, TEXT), committed(60_000, TEXT)];
  assert.equal(tier(kept), "premium");
  assert.notEqual(tier([...kept, reverted(90_000)]), "premium");
});

test("what a test failed over and was changed then is standard, however little it was", () => {
  const changed = TEXT.replace("name)", "title)");
  const mended = [
    accepted(1000, 99),
    ran(10_000, false),
    edited(20_000, 19_000, changed),
    ran(30_000, true, { turn: "mended" }),
    settled(31_000, changed),
    committed(60_000, changed),
    settled(301_000, changed, FIVE_MINUTES),
  ];
  assert.equal(tier(mended), "standard");
  assert.equal(tier(mended.filter(({ kind }) => kind !== "ran")), "premium");
  assert.equal(tier([...mended, rated(302_000, "up")]), "premium", "a rating outranks it");
});

test("mostly rewritten is discarded", () => {
  assert.equal(tier([accepted(1000, 99), settled(301_000, "return names;", FIVE_MINUTES)]), "discarded");
});

test("undone, dismissed and rated down are discarded", () => {
  assert.equal(tier([accepted(1000, 99), undone(2000, 1000)]), "discarded");
  assert.equal(tier([dismissed(3000, "escape")]), "discarded");
  assert.equal(tier([accepted(1000, 99), settled(301_000, TEXT, FIVE_MINUTES), rated(302_000, "down")]), "discarded");
});

test("what nobody looked at is no example, although its score is neutral", () => {
  assert.equal(tier([dismissed(200, "superseded")]), "discarded");
  assert.equal(tier([]), "discarded");
});

function tier(signals: readonly Signal[]): Tier {
  const evidence = gatherEvidence([shown(TEXT), ...signals]);
  return tierOf(scoreOutcome(evidence), evidence);
}
