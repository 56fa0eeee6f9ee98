/** Signals from a client with a fault: whatever one of them says, those beside it are stored. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { createId, createRandom } from "../../../sidecar/base/random.ts";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { countSignals } from "../../../sidecar/store/signals.ts";
import { acceptedLife, generationOf } from "../../support/signals.ts";
import { temporaryDatabase } from "../../support/store.ts";

const LIFE = { linePrefix: "const a = ", text: "one();" };
const [SHOWN, ACCEPTED] = acceptedLife(LIFE) as [Extract<Signal, { kind: "shown" }>, Signal];
const { generation } = SHOWN;

for (const [name, bad] of [
  ["a time between two milliseconds", { ...SHOWN, at: 1.5 }],
  ["a time beyond all numbers that can be stored", { ...SHOWN, at: 1e300 }],
  ["a line between two lines", { ...SHOWN, generation: { ...generation, line: 0.5 } }],
  ["an endless position", { ...SHOWN, generation: { ...generation, character: Infinity } }],
  ["a generation under another id than its own", { ...SHOWN, generation: generationOf(LIFE) }],
  ["a generation that nobody has seen", { ...ACCEPTED, generationId: createId() }],
  ["no generation", { ...SHOWN, generation: undefined }],
  ["an empty id", { ...SHOWN, id: "" }],
] as const) {
  test(`a signal with ${name} is rejected with a reason, and the others are stored`, async (t) => {
    const database = await temporaryDatabase(t);
    const good = acceptedLife(LIFE);
    const ingest = (signals: readonly unknown[]) =>
      ingestSignals(
        database,
        signals,
        () => ({ projectId: undefined, path: "a.ts" }),
        () => true,
      );
    const { acknowledged, rejected } = ingest([bad, ...good]);
    assert.deepEqual(
      acknowledged,
      good.map(({ id }) => id),
    );
    assert.deepEqual(
      rejected.map(({ id }) => id),
      [bad.id],
    );
    assert.notEqual(rejected[0]!.reason, "");
    assert.equal(countSignals(database), good.length);
  });
}

test("whatever is changed in a signal, it is stored or rejected", async (t) => {
  const database = await temporaryDatabase(t);
  const seed = 20_260_102;
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const oddities = [
    null,
    undefined,
    -1,
    0,
    0.1,
    NaN,
    1e21,
    "",
    "x".repeat(30_000),
    "\0",
    "\uD83D",
    true,
    [],
    {},
    2 ** 53,
  ];
  for (let round = 0; round < 2000; round++) {
    const signal = pick(acceptedLife({ ...LIFE, final: "two();" }));
    const changed: Record<string, unknown> = { ...signal, id: createId() };
    const target = signal.kind === "shown" && random() < 0.7 ? { ...signal.generation } : changed;
    if (target !== changed) changed["generation"] = target;
    Reflect.set(target, pick(Object.keys(target)), pick(oddities));
    const place = { projectId: undefined, path: "a.ts" };
    const { acknowledged, rejected } = ingestSignals(
      database,
      [changed],
      () => place,
      () => true,
    );
    const what = `seed ${seed}, round ${round}: ${JSON.stringify(changed).slice(0, 300)}`;
    assert.equal(acknowledged.length + rejected.length, 1, what);
  }
});
