import assert from "node:assert/strict";
import test from "node:test";
import { probabilityOf } from "../../../../sidecar/engine/recall/boosted-trees.ts";
import type { Candidate } from "../../../../sidecar/engine/recall/candidate.ts";
import { type Contender, FEATURES } from "../../../../sidecar/engine/recall/contender.ts";
import { rank, RANK_MODEL, worthOf } from "../../../../sidecar/engine/recall/rank.ts";
import { candidateOf } from "../../../support/recall.ts";

type Facts = Partial<Record<(typeof FEATURES)[number], number>>;

const SILENT = { file: -9, project: -9, personal: -9, ngram: -9, similar: -9, example: -9, removed: -9 };
const LIKELY: Facts = { ...SILENT, file: 0, ngram: -0.1, similar: 0, proposers: 3, matchLength: 3, probabilityGap: 9 };
const UNLIKELY: Facts = { ...SILENT, ngram: -4, proposers: 1, meanLog: -4, minLog: -9, sumLog: -9, meanLogGap: -4 };

function rowOf(facts: Facts): number[] {
  return FEATURES.map((name) => facts[name] ?? 0);
}

/** A line of one token that nobody else offers. */
function contenderOf(key: number, candidate: Partial<Candidate> = {}): Contender {
  return { line: [key], candidates: [candidateOf({ values: [key << 1], ...candidate })] };
}

const noAdvice = () => undefined;

test("the model was fitted to the facts that are gathered", () => {
  assert.deepEqual(RANK_MODEL.features, FEATURES);
  for (const { trees } of [RANK_MODEL.near, RANK_MODEL.exact]) {
    assert.ok(trees.length > 0);
    for (const { features, values, lefts } of trees) {
      assert.ok(features.every((fact) => fact < FEATURES.length));
      assert.deepEqual([values.length, lefts.length], [features.length, features.length]);
    }
  }
});

test("a line is worth what it saves less what reading and accepting it cost", () => {
  assert.equal(worthOf(0, 0, 50), -3);
  assert.equal(worthOf(1, 1, 2), 0);
  assert.equal(worthOf(1, 0, 100), (0.93 * 100 - 4 - 3) / 2);
  assert.ok(worthOf(0.5, 0.4, 40) > worthOf(0.5, 0.4, 20));
  assert.ok(worthOf(0.6, 0.4, 20) > worthOf(0.5, 0.4, 20));
});

test("lines come in the order of their worth, not of how likely they are", () => {
  const short = rowOf({ ...LIKELY, chars: Math.log(3) });
  const long = rowOf({ ...LIKELY, similar: -9, ngram: -9, proposers: 1, chars: Math.log(60) });
  const ranked = rank([contenderOf(5), contenderOf(6)], [short, long], noAdvice);
  assert.deepEqual(
    ranked.map(({ contender }) => contender.line),
    [[6], [5]],
  );
  const [first, second] = ranked.map(({ confidence }) => confidence);
  assert.deepEqual(
    [first, second],
    [long, short].map((row) => probabilityOf(RANK_MODEL.near, row)),
  );
  assert.ok(first! < second!, "the short one is likelier");
});

test("the other proposers that offer a line are counted", () => {
  const [one, other] = [
    candidateOf({ values: [10], proposer: "ngram" }),
    candidateOf({ values: [10, -1, 12], proposer: "file" }),
  ];
  const same = candidateOf({ values: [10], proposer: "file" });
  const [best] = rank([{ line: [5], candidates: [one, other, same] }], [rowOf(LIKELY)], noAdvice);
  assert.equal(best?.agreement, 1);
});

test("what was made of a line is as likely as the line was, and the line itself hardly at all", () => {
  const chars = Math.log(40);
  const rows = [rowOf({ ...LIKELY, chars }), rowOf({ ...UNLIKELY, chars })];
  const [changed, made] = [contenderOf(5), contenderOf(6, { proposer: "example", exampleIds: [7] })];
  const before = rank([changed, made], rows, noAdvice);
  assert.equal(before[0]?.contender, changed);
  const after = rank([changed, made], rows, (contender) => (contender === changed ? 7 : undefined));
  assert.equal(after[0]?.contender, made);
  assert.deepEqual(
    after.map(({ confidence }) => confidence),
    [1, 0.1].map((share) => share * before[0]!.confidence),
  );
});

test("a changed line is hardly likely even if what was made of it is not at hand", () => {
  const [row] = [rowOf({ ...LIKELY, chars: Math.log(40) })];
  const [before] = rank([contenderOf(5)], [row], noAdvice);
  const [after] = rank([contenderOf(5, { exampleIds: [7] })], [row], () => 7);
  assert.equal(after?.confidence, before!.confidence * 0.1);
});
