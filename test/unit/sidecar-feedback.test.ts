/** Feedback through the whole sidecar: rejections, vetoes and explanations, also over a restart. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import type { Signal } from "../../protocol/signals.ts";
import { createId } from "../../sidecar/base/random.ts";
import type { Sidecar } from "../../sidecar/sidecar.ts";
import { answerIn, createWorkplace, firstLineIn, REST, settled, suggestIn, TYPED } from "../support/sidecar.ts";
import { dismissedLife } from "../support/signals.ts";
import { FakeClock } from "../support/store.ts";

const A_MINUTE_AGO = new FakeClock().now() - 60_000;

/** The suggestion for a document that holds the typed line only, and its dismissal as the editor would tell it. */
async function reject(sidecar: Sidecar, path: string): Promise<string> {
  const answer = await answerIn(sidecar, path);
  assert.equal(answer.kind, "suggestion");
  const { id, text, engine, proposer } = answer.suggestion;
  const life = dismissedLife({ linePrefix: TYPED, text, uri: pathToFileURL(path).href, at: A_MINUTE_AGO });
  const signals = life.map((signal): Signal => ({ ...signal, generationId: id }));
  const [shown] = signals;
  assert.equal(shown?.kind, "shown");
  const named = { ...shown, generation: { ...shown.generation, id, engine, proposer } };
  assert.deepEqual(sidecar.ingest([named, ...signals.slice(1)]).rejected, []);
  return id;
}

test("what was dismissed does not come back, also not after a restart; elsewhere it does", async (t) => {
  const place = await createWorkplace(t);
  const [file, other] = [join(place.root, "src/a.ts"), join(place.root, "src/b.ts")];
  const first = await place.start([place.root]);
  assert.equal(await suggestIn(first, file), REST);
  await reject(first, file);
  assert.notEqual(await suggestIn(first, file), REST);
  await first.close();
  const second = await place.start([place.root]);
  assert.notEqual(await suggestIn(second, file), REST);
  const elsewhere = `class Cart {\n  lines: Line[] = [];\n\n  refresh() {\n${TYPED}`;
  assert.equal(await firstLineIn(second, other, elsewhere), REST);
});

test("who writes a rejected text by hand is offered it again", async (t) => {
  const place = await createWorkplace(t);
  const file = join(place.root, "src/a.ts");
  const sidecar = await place.start([place.root]);
  await reject(sidecar, file);
  assert.notEqual(await suggestIn(sidecar, file), REST);
  sidecar.documentSaved({
    uri: pathToFileURL(file).href,
    languageId: "typescript",
    before: "",
    now: `${TYPED}${REST}\n`,
    activeLine: undefined,
  });
  await settled(sidecar);
  assert.equal(await firstLineIn(sidecar, file), REST);
});

test("a vetoed text is never suggested, until it is allowed again", async (t) => {
  const place = await createWorkplace(t);
  const file = join(place.root, "src/a.ts");
  const sidecar = await place.start([place.root]);
  const answer = await answerIn(sidecar, file);
  assert.equal(answer.kind, "suggestion");
  const { id, vetoed } = sidecar.notMyStyle({ generationId: answer.suggestion.id, text: true });
  assert.equal(vetoed, REST);
  assert.notEqual(await suggestIn(sidecar, join(place.root, "src/b.ts"), `elsewhere();\n${TYPED}`), REST);
  assert.equal((await sidecar.styleOverview()).vetoedTexts.length, 1);
  sidecar.decideStyle(id, undefined);
  assert.equal(await suggestIn(sidecar, file), REST);
});

test("why is answered before it was shown, and after a restart", async (t) => {
  const place = await createWorkplace(t);
  const first = await place.start([place.root]);
  assert.equal(first.why(undefined), undefined);
  const id = await reject(first, join(place.root, "src/a.ts"));
  const why = first.why(undefined);
  assert.equal(why?.generationId, id);
  assert.equal(why.text, REST);
  assert.ok(why.confidence! > 0.25);
  await first.close();
  const second = await place.start([place.root]);
  assert.deepEqual(second.why(id), why);
});

test("where nothing may be remembered a veto is refused, and a suggestion is explained all the same", async (t) => {
  const place = await createWorkplace(t);
  const sidecar = await place.start([], { trusted: false });
  const file = join(place.root, "src/a.ts");
  const text = `${TYPED}${REST}\n  greet(user);\n`;
  const answer = await answerIn(sidecar, file, `${text}${text}${TYPED}`);
  assert.equal(answer.kind, "suggestion");
  assert.throws(() => sidecar.notMyStyle({ generationId: answer.suggestion.id, text: true }), /not trusted/);
  assert.equal(answer.suggestion.text, `${REST}\n  greet(user);`);
  assert.equal(sidecar.why(undefined)?.text, answer.suggestion.text);
});

test("while learning is paused nothing is rejected for good", async (t) => {
  const place = await createWorkplace(t);
  const paused = { ...DEFAULT_SETTINGS, learning: { ...DEFAULT_SETTINGS.learning, mode: "off" as const } };
  const sidecar = await place.start([place.root], { settings: paused });
  const file = join(place.root, "src/a.ts");
  const life = dismissedLife({ linePrefix: TYPED, text: REST, uri: pathToFileURL(file).href });
  assert.equal(sidecar.ingest(life).acknowledged.length, 0);
  assert.equal(await suggestIn(sidecar, file), REST);
});

test("signals of which one cannot be stored leave the rest in force", async (t) => {
  const place = await createWorkplace(t);
  const sidecar = await place.start([place.root]);
  const file = join(place.root, "src/a.ts");
  const orphan: Signal = { id: createId(), at: 1, generationId: "nobody", kind: "undone", sinceAcceptMs: 1 };
  assert.equal(sidecar.ingest([orphan]).rejected.length, 1);
  await reject(sidecar, file);
  assert.notEqual(await suggestIn(sidecar, file), REST);
});
