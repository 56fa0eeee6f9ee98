/** The gate over simulated developers: who wants what is decided by a seed, and learned from what was shown only. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { GateSetting } from "../../../protocol/settings.ts";
import type { Signal } from "../../../protocol/signals.ts";
import { createRandom } from "../../../sidecar/base/random.ts";
import type { Database } from "../../../sidecar/store/database.ts";
import { type GateEvent, labelledGateEvents, saveGateDecision } from "../../../sidecar/store/gate.ts";
import { saveSignal } from "../../../sidecar/store/signals.ts";
import type { Candidate } from "../../../sidecar/suggest/gate-features.ts";
import { CONFIDENCE_MIN, decide, isMissed, stakeOf } from "../../../sidecar/suggest/gate.ts";
import { EXPLORED_SHARE, Gatekeeper } from "../../../sidecar/suggest/gatekeeper.ts";
import { HideLimit } from "../../../sidecar/suggest/hide-limit.ts";
import { never } from "../../support/recall.ts";
import { acceptedLife, dismissedLife } from "../../support/signals.ts";
import { FakeClock, temporaryDatabase } from "../../support/store.ts";

const SEEDS = [1, 2, 3];

/** Probability that a developer wants a suggestion, the `number`th they are offered. */
type Developer = (candidate: Candidate, number: number) => number;

const trusting: Developer = ({ confidence }) => confidence;

interface Met {
  readonly candidate: Candidate;
  readonly probability: number;
  readonly isWanted: boolean;
  /** By the gate; by chance, to learn from it; and by a gate that knows nothing but the engine's confidence. */
  readonly isShown: boolean;
  readonly isExplored: boolean;
  readonly wouldBeShown: boolean;
}

/** Offers `count` suggestions to a developer, of whom the gate learns what they do with those that it shows. */
async function meet(
  t: TestContext,
  seed: number,
  developer: Developer,
  count: number,
  setting: Exclude<GateSetting, "off"> = "balanced",
): Promise<Met[]> {
  const random = createRandom(seed);
  const clock = new FakeClock();
  const gatekeeper = new Gatekeeper({ database: await temporaryDatabase(t), clock, random: createRandom(seed + 1) });
  await gatekeeper.open(never);
  const limit = new HideLimit();
  return Array.from({ length: count }, (_, number) => {
    clock.advance(5000);
    const candidate = anyCandidate(random);
    const isWanted = random() < developer(candidate, number);
    const judgement = gatekeeper.conclude(gatekeeper.judge(candidate, setting), setting);
    const { decision, verdict } = judgement;
    const isExplored = decision.propensity < 1;
    const isShown = verdict.kind === "show" && !isExplored;
    const believed = { ...candidate, probability: candidate.confidence };
    limit.remember(stakeOf(believed));
    if (isShown || isExplored) {
      gatekeeper.learn([{ ...decision, generationId: String(number), isWanted, weight: 1, at: clock.now() }]);
    }
    return {
      candidate,
      probability: judgement.probability,
      isWanted,
      isShown,
      isExplored,
      wouldBeShown: decide(believed, setting, 0).kind === "show" || isMissed(believed, setting, 0, limit),
    };
  });
}

function anyCandidate(random: () => number): Candidate {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const line = "x".repeat(Math.round(Math.exp(1.5 + 2.5 * random())));
  const confidence = 0.02 + 0.95 * random() ** 1.5;
  return {
    text: random() < 0.15 ? `${line}\n${"y".repeat(20)}\n${"z".repeat(15)}` : line,
    languageId: pick(["typescript", "python", "go"]),
    linePrefix: pick(["  ", "  const a = ", "foo.", "  if (x", "return"]),
    lineSuffix: "",
    proposer: pick(["file", "project", "ngram", "similar"]),
    confidence,
    otherConfidence: confidence * random(),
    matchLength: Math.floor(random() * 20),
    agreement: Math.floor(random() * 2),
    repairs: random() < 0.1 ? 1 : 0,
  };
}

function share(met: readonly Met[], what: (one: Met) => boolean): number {
  assert.ok(met.length > 0);
  return met.filter(what).length / met.length;
}

function sum(met: readonly Met[], value: (one: Met) => number): number {
  return met.reduce((total, one) => total + value(one), 0);
}

function lineChars({ candidate }: Met): number {
  return candidate.text.split("\n")[0]!.length;
}

/** Characters that a suggestion saves if it is shown (evaluation.md). */
function saving(one: Met): number {
  return one.isWanted ? lineChars(one) - 1 - 3 : -3;
}

const isSeen = ({ isShown, isExplored }: Met): boolean => isShown || isExplored;

for (const [kind, isOfIt] of [
  ["a language", ({ languageId }: Candidate) => languageId === "python"],
  ["a proposer", ({ proposer }: Candidate) => proposer === "ngram"],
  ["several lines", ({ text }: Candidate) => text.includes("\n")],
] as const) {
  test(`whoever never takes ${kind} is shown hardly any after thirty of them, and as much of all else`, async (t) => {
    const [ofIt, others]: [Met[], Met[]] = [[], []];
    for (const seed of SEEDS) {
      const all = await meet(t, seed, (candidate) => (isOfIt(candidate) ? 0 : candidate.confidence), 1500);
      let seen = 0;
      const after = all.filter((one) => {
        if (isOfIt(one.candidate) && isSeen(one)) seen++;
        return seen >= 30;
      });
      for (const one of after.slice(0, 600)) (isOfIt(one.candidate) ? ofIt : others).push(one);
    }
    const before = share(ofIt, (one) => one.wouldBeShown);
    const now = share(ofIt, (one) => one.isShown);
    assert.ok(before > 0.5 && now < 0.3 * before, `${before} → ${now}`);
    const otherBefore = share(others, (one) => one.wouldBeShown);
    const otherNow = share(others, (one) => one.isShown);
    assert.ok(Math.abs(otherNow - otherBefore) < 0.06, `others: ${otherBefore} → ${otherNow}`);
  });
}

test("a change of mind is followed, and so is the way back", async (t) => {
  const isPython = ({ candidate }: Met): boolean => candidate.languageId === "python";
  const all: Met[][] = [];
  for (const seed of SEEDS) {
    const fickle: Developer = ({ languageId, confidence }, number) =>
      languageId === "python" && number >= 1000 && number < 2000 ? 0 : confidence;
    all.push(await meet(t, seed, fickle, 4000));
  }
  const shownIn = (from: number, to: number): number =>
    share(
      all.flatMap((met) => met.slice(from, to).filter(isPython)),
      (one) => one.isShown,
    );
  const [before, turned, back] = [shownIn(500, 1000), shownIn(1500, 2000), shownIn(3000, 4000)];
  assert.ok(before > 0.5 && turned < 0.2 && back > 0.45, `${before} → ${turned} → ${back}`);
});

test("the first day saves as much as the engine's confidence alone, whether that is right or not", async (t) => {
  for (const [name, developer] of [
    ["right", trusting],
    ["too sure", ({ confidence }: Candidate) => confidence ** 2],
    ["twice too sure", ({ confidence }: Candidate) => confidence / 2],
    ["too shy", ({ confidence }: Candidate) => Math.sqrt(confidence)],
  ] as const) {
    const met: Met[] = [];
    for (const seed of SEEDS) met.push(...(await meet(t, seed, developer, 150)));
    const gated = sum(met.filter(isSeen), saving);
    const without = sum(
      met.filter((one) => one.wouldBeShown),
      saving,
    );
    assert.ok(gated > 0.95 * without, `${name}: ${gated} of ${without}`);
  }
});

test("of what is shown more is taken, and hardly anything that would be kept is lost", async (t) => {
  // Suggestions as they come: most are unlikely, and what tells them apart the engine does not know.
  const developer: Developer = ({ confidence, proposer, languageId, text }) => {
    const logit = Math.log(confidence / (1 - confidence));
    const taste = (proposer === "ngram" ? -3 : 0.5) + (languageId === "go" ? 1 : 0) - (text.includes("\n") ? 2 : 0);
    return 1 / (1 + Math.exp(-logit - taste));
  };
  const met: Met[] = [];
  for (const seed of SEEDS) met.push(...(await meet(t, seed, developer, 2000)).slice(200));
  const shown = met.filter((one) => one.isShown);
  const [all, taken] = [share(met, (one) => one.isWanted), share(shown, (one) => one.isWanted)];
  assert.ok(taken > 1.4 * all, `acceptance ${all} → ${taken}`);
  // Short ends of lines are given up on purpose: reading them costs more than typing.
  const worthReading = met.filter((one) => one.isWanted && lineChars(one) > 12);
  const lost = 1 - sum(worthReading.filter(isSeen), lineChars) / sum(worthReading, lineChars);
  assert.ok(lost < 0.05, `lost ${lost}`);
});

test("what it says is how often it is right: the calibration error is below 0.04", async (t) => {
  for (const [name, developer] of [
    ["right", trusting],
    ["too sure", ({ confidence }: Candidate) => confidence ** 2],
    ["too shy", ({ confidence }: Candidate) => Math.sqrt(confidence)],
  ] as const) {
    const met: Met[] = [];
    for (const seed of SEEDS) met.push(...(await meet(t, seed, developer, 1500)).slice(500));
    let error = 0;
    for (let bin = 0; bin < 10; bin++) {
      const inside = met.filter(({ probability }) => Math.min(9, Math.floor(probability * 10)) === bin);
      error += Math.abs(sum(inside, ({ probability, isWanted }) => probability - Number(isWanted))) / met.length;
    }
    assert.ok(error < 0.04, `${name}: ${error}`);
  }
});

test("one in fifty of the hidden is shown, only those that might be worth it, and none to who wants quiet", async (t) => {
  const met = await meet(t, 1, trusting, 5000);
  const hidden = met.filter((one) => !one.isShown);
  const mightBe = hidden.filter(({ candidate }) => candidate.text.length > 4 && candidate.confidence >= CONFIDENCE_MIN);
  const rate = share(mightBe, (one) => one.isExplored);
  assert.ok(Math.abs(rate - EXPLORED_SHARE) < 0.006, String(rate));
  assert.ok(hidden.filter((one) => one.isExplored).every(({ candidate }) => candidate.text.length > 4));
  assert.ok((await meet(t, 1, trusting, 2000, "quiet")).every((one) => !one.isExplored));
});

test("somebody who takes all they are shown is shown ever more", async (t) => {
  const met = await meet(t, 2, () => 1, 1000);
  const shown = share(met.slice(500), (one) => one.isShown);
  assert.ok(shown > share(met.slice(500), (one) => one.wouldBeShown) + 0.1, String(shown));
});

const CANDIDATE: Candidate = {
  text: "items.reduce(add, 0);",
  languageId: "typescript",
  linePrefix: "  const sum = ",
  lineSuffix: "",
  proposer: "project",
  confidence: 0.3,
  otherConfidence: 0,
  matchLength: 3,
  agreement: 0,
  repairs: 0,
};

async function createGatekeeper(t: TestContext) {
  const database = await temporaryDatabase(t);
  const clock = new FakeClock();
  const create = async (): Promise<Gatekeeper> => {
    const gatekeeper = new Gatekeeper({ database, clock, random: () => 1 });
    await gatekeeper.open(never);
    return gatekeeper;
  };
  return { database, clock, create, gatekeeper: await create() };
}

/** Shows a suggestion and stores what became of it; what is known by then is learned. */
function live(database: Database, gatekeeper: Gatekeeper, signals: readonly Signal[]): readonly GateEvent[] {
  const { decision } = gatekeeper.judge(CANDIDATE, "balanced");
  const id = signals[0]!.generationId;
  for (const signal of signals) {
    saveSignal(database, signal, () => ({ projectId: undefined, path: "a.ts" }));
    if (signal.kind === "shown") saveGateDecision(database, id, decision);
  }
  const labelled = gatekeeper.label([id]);
  gatekeeper.learn(labelled);
  gatekeeper.feel(signals);
  return labelled;
}

const LIFE = { linePrefix: "  const sum = ", text: "items.reduce(add, 0);" };

test("what was learned is there again after a restart, folded from the store", async (t) => {
  const { database, clock, gatekeeper, create } = await createGatekeeper(t);
  for (let n = 0; n < 250; n++) {
    clock.advance(60_000);
    live(database, gatekeeper, (n % 3 === 0 ? acceptedLife : dismissedLife)(LIFE));
  }
  const before = gatekeeper.judge(CANDIDATE, "balanced").probability;
  const again = (await create()).judge(CANDIDATE, "balanced").probability;
  assert.ok(Math.abs(again - before) < 1e-6, `${before}, ${again}`);
  const fresh = (await createGatekeeper(t)).gatekeeper.judge(CANDIDATE, "balanced").probability;
  assert.ok(Math.abs(again - fresh) > 0.02, `${fresh}`);
});

test("a suggestion is learned from once, however many signals follow; and again if they change the verdict", async (t) => {
  const { database, gatekeeper } = await createGatekeeper(t);
  const [shown, accepted, settled] = acceptedLife(LIFE);
  assert.deepEqual(live(database, gatekeeper, [shown, accepted!]), []);
  const first = live(database, gatekeeper, [shown, accepted!, settled!]);
  assert.deepEqual(
    first.map(({ isWanted }) => isWanted),
    [true],
  );
  assert.deepEqual(live(database, gatekeeper, [shown]), []);
  const { generationId, at } = shown;
  const down: Signal = { kind: "rated", id: "r", at: at + 60_000, generationId, rating: "down", words: "" };
  assert.deepEqual(
    live(database, gatekeeper, [shown, down]).map(({ isWanted }) => isWanted),
    [false],
  );
});

test("of a suggestion that the gate was not asked about nothing is learned", async (t) => {
  const { database, gatekeeper } = await createGatekeeper(t);
  const signals = dismissedLife(LIFE);
  for (const signal of signals) saveSignal(database, signal, () => ({ projectId: undefined, path: "a.ts" }));
  assert.deepEqual(gatekeeper.label([signals[0].generationId]), []);
});

test("what was shown by chance counts for those that were not, within limits", async (t) => {
  const { database, gatekeeper } = await createGatekeeper(t);
  const probability = (): number => gatekeeper.judge(CANDIDATE, "balanced").probability;
  const { decision } = gatekeeper.judge(CANDIDATE, "balanced");
  const event = { ...decision, generationId: "g", isWanted: true, weight: 1, at: 1 };
  const start = probability();
  gatekeeper.learn([event]);
  const usual = probability() - start;
  await gatekeeper.open(never);
  assert.equal(probability(), start);
  gatekeeper.learn([{ ...event, propensity: 0.02 }]);
  const rare = probability() - start;
  assert.ok(usual > 0 && rare > 1.3 * usual && rare < 5 * usual, `${usual}, ${rare}`);
  assert.deepEqual([...labelledGateEvents(database, 10, 10)], []);
});

test("where a generation is erased, so is what the gate has of it", async (t) => {
  const { database, gatekeeper, create } = await createGatekeeper(t);
  const start = gatekeeper.judge(CANDIDATE, "balanced").probability;
  const ids = Array.from({ length: 5 }, () => live(database, gatekeeper, dismissedLife(LIFE))[0]!.generationId);
  assert.ok(gatekeeper.judge(CANDIDATE, "balanced").probability < start);
  for (const id of ids) {
    database.run("DELETE FROM signals WHERE generation_id = ?", id);
    database.run("DELETE FROM generations WHERE id = ?", id);
  }
  assert.deepEqual([...labelledGateEvents(database, 10, 10)], []);
  assert.equal((await create()).judge(CANDIDATE, "balanced").probability, start);
});

test("the newest events are read in order, in pages, and no more of them than are asked for", async (t) => {
  const { database, clock, gatekeeper } = await createGatekeeper(t);
  const ids = Array.from({ length: 25 }, () => {
    clock.advance(1);
    return live(database, gatekeeper, dismissedLife(LIFE))[0]!.generationId;
  });
  const read = (max: number, pageSize: number): string[][] =>
    [...labelledGateEvents(database, max, pageSize)].map((page) => page.map(({ generationId }) => generationId));
  assert.deepEqual(read(100, 10), [ids.slice(0, 10), ids.slice(10, 20), ids.slice(20)]);
  assert.deepEqual(read(7, 10), [ids.slice(18)]);
  assert.deepEqual(read(0, 10), []);
});

test("an undo at once and dismissals in a row make the gate ask for more; ten minutes later less so", async (t) => {
  const { database, clock, gatekeeper } = await createGatekeeper(t);
  const sure = { ...CANDIDATE, confidence: 0.4, text: "items.reduce(add);" };
  const verdict = () => gatekeeper.judge(sure, "balanced").verdict;
  assert.deepEqual(verdict(), { kind: "show" });
  const at = clock.now();
  clock.advance(5000);
  const [shown, accepted] = acceptedLife({ ...LIFE, at });
  const { generationId } = shown;
  live(database, gatekeeper, [
    shown,
    accepted!,
    { kind: "undone", id: "u", at: at + 1800, generationId, sinceAcceptMs: 900 },
  ]);
  const three = [0, 1000, 2000].map((ms) => dismissedLife({ ...LIFE, at: at + ms }));
  gatekeeper.feel(three.flat());
  assert.deepEqual(verdict(), { kind: "hide", reason: "you seem to want quiet" });
  clock.advance(60 * 60_000);
  assert.notDeepEqual(verdict(), { kind: "hide", reason: "you seem to want quiet" });
});

test("whoever deletes what they accepted and writes the place anew is annoyed; whoever changes it is not", async (t) => {
  for (const [text, isAnnoyed] of [
    ["const q = w.z;", true],
    ["items.reduce(sum, 0);", false],
    ["", false],
  ] as const) {
    const { database, clock, gatekeeper } = await createGatekeeper(t);
    const [shown, accepted] = acceptedLife({ ...LIFE, at: clock.now() });
    const { generationId } = shown;
    const edited: Signal = { kind: "edited", id: "e", at: clock.now(), generationId, sinceAcceptMs: 3000, text };
    live(database, gatekeeper, [shown, accepted!, edited]);
    const { frustration } = gatekeeper.judge(CANDIDATE, "balanced").decision.features;
    assert.equal((frustration ?? 0) > 0, isAnnoyed, text);
  }
});
