import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../../sidecar/base/random.ts";
import {
  FEATURES,
  featuresOf,
  isWorth,
  learn,
  type Look,
  mayBeWorth,
  NOTHING_LEARNED,
  PRIOR,
  worth,
} from "../../../../sidecar/suggest/retrieval/critic.ts";

const SEED = 20_261_130;
const LOOK: Look = {
  confidences: [0.3, 0.25],
  textScore: 0.4,
  textMargin: 0.1,
  isNear: false,
  exampleAgeMs: undefined,
  isLineStart: false,
};

test("an engine that is sure needs no code; one that is lost does, where something is like the place", () => {
  assert.ok(!isWorth(NOTHING_LEARNED, featuresOf({ ...LOOK, confidences: [0.9, 0.1] })));
  assert.ok(isWorth(NOTHING_LEARNED, featuresOf({ ...LOOK, confidences: [], textScore: 0.6 })));
});

test("the more words a piece of code shares the likelier it is to help", () => {
  const at = (textScore: number): number => worth(NOTHING_LEARNED, featuresOf({ ...LOOK, textScore }));
  assert.ok(at(0.1) < at(0.4) && at(0.4) < at(0.8));
});

test(`what cannot be worth while is not, whatever the look shows (seed ${SEED})`, () => {
  const random = createRandom(SEED);
  let hopeless = 0;
  let worthWhile = 0;
  for (let round = 0; round < 2000; round++) {
    const weights = { ...NOTHING_LEARNED, means: PRIOR.map((mean) => mean + 4 * (random() - 0.5)) };
    const look: Look = {
      confidences: [random(), random(), random()].sort((a, b) => b - a),
      textScore: random(),
      textMargin: random(),
      isNear: random() < 0.5,
      exampleAgeMs: random() < 0.5 ? undefined : random() * 1e9,
      isLineStart: random() < 0.5,
    };
    if (isWorth(weights, featuresOf(look))) {
      worthWhile++;
      assert.ok(mayBeWorth(weights, look));
    } else if (!mayBeWorth(weights, look)) hopeless++;
  }
  assert.ok(worthWhile > 200 && hopeless > 200, `${worthWhile}, ${hopeless}`);
});

test("every feature has a weight, and is a number between 0 and 1 at any place", () => {
  assert.equal(PRIOR.length, FEATURES.length);
  const looks: Look[] = [
    LOOK,
    { ...LOOK, confidences: [] },
    { ...LOOK, confidences: [0, 0, 0] },
    { ...LOOK, confidences: [0.2, 0.2, 0.2], exampleAgeMs: -5, isNear: true, isLineStart: true },
    { ...LOOK, exampleAgeMs: 1e12 },
  ];
  for (const look of looks) {
    for (const [index, feature] of featuresOf(look).entries()) {
      assert.ok(feature >= 0 && feature <= 1, `${FEATURES[index]} is ${feature}`);
    }
  }
});

test("one that is never helped stops looking, one that is always helped never stops", () => {
  const features = featuresOf(LOOK);
  const after = (helped: boolean) =>
    Array.from({ length: 100 }).reduce<typeof NOTHING_LEARNED>(
      (weights) => learn(weights, { features, helped }),
      NOTHING_LEARNED,
    );
  assert.ok(worth(after(false), features) < worth(NOTHING_LEARNED, features));
  assert.ok(worth(after(true), features) > 0.5);
});

test("it finds out where code helps: at places near by, in a made-up developer's project", () => {
  const random = createRandom(7);
  let weights = NOTHING_LEARNED;
  for (let n = 0; n < 2000; n++) {
    const isNear = random() < 0.5;
    const features = featuresOf({ ...LOOK, isNear, textScore: random() });
    weights = learn(weights, { features, helped: random() < (isNear ? 0.4 : 0.01) });
  }
  const near = worth(weights, featuresOf({ ...LOOK, isNear: true }));
  const far = worth(weights, featuresOf({ ...LOOK, isNear: false }));
  assert.ok(near > 0.25 && near < 0.55, `near ${near}`);
  assert.ok(far < 0.06, `far ${far}`);
});
