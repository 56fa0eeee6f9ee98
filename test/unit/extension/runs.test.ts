import assert from "node:assert/strict";
import test from "node:test";
import { Generations, HEARD_MAX, HEARD_MS_MAX } from "../../../extension/observe/generations.ts";
import { type EndedRun, RUN_WITHIN_MS, RunTurns } from "../../../extension/observe/run-turns.ts";
import { acceptedLife, type Life } from "../../support/signals.ts";

const AT = 1_700_000_000_000;
const URI = "file:///project/src/a.ts";

interface Scene {
  readonly generations: Generations;
  readonly turns: RunTurns;
  now: number;
  readonly accept: (life?: Partial<Life>) => string;
  /** Ends a run and tells the generations of it. */
  readonly run: (isOk: boolean, rest?: Partial<EndedRun>) => string[];
}

function scene(): Scene {
  const turns = new RunTurns();
  const made: Scene = {
    generations: new Generations(() => made.now),
    turns,
    now: AT,
    accept: (life = {}) => {
      const [shown, accepted] = acceptedLife({ linePrefix: "  ", text: "return a;", uri: URI, at: made.now, ...life });
      for (const signal of [shown, accepted!]) made.generations.heard(signal);
      made.now += 1_000;
      return shown.generationId;
    },
    run: (isOk, rest = {}) => {
      const run = {
        purpose: "test",
        label: "npm test",
        isOk,
        startedAt: made.now,
        endedAt: made.now + 1_000,
        folder: undefined,
        ...rest,
      } as const;
      const facts = turns.ended(run, made.generations.accepted);
      made.now += 5_000;
      for (const fact of facts) made.generations.heard({ ...fact, id: String(made.now), at: made.now });
      return facts.map(({ generationId, turn }) => `${generationId} ${turn}`);
    },
  };
  return made;
}

test("a run counts for what was accepted before it began", () => {
  const { accept, run } = scene();
  assert.deepEqual(run(true), []);
  const id = accept();
  assert.deepEqual(run(true, { startedAt: AT - 5 }), [], "it had begun before");
  assert.deepEqual(run(true), [`${id} none`]);
});

test("from green to red and back, and the run that goes well ends the story", () => {
  const { accept, run } = scene();
  run(true);
  const id = accept();
  assert.deepEqual(run(false), [`${id} broke`]);
  assert.deepEqual(run(false), [`${id} none`]);
  assert.deepEqual(run(true), [`${id} mended`]);
  assert.deepEqual(run(false), [], "that is about the work since");
});

test("a task that its terminal tells of as well ran once", () => {
  const { accept, run } = scene();
  const id = accept();
  // The shell takes its time to begin with the command, and says that it has ended before the task does.
  const [startedAt, endedAt] = [AT + 60_000, AT + 90_000];
  assert.deepEqual(run(false, { startedAt: startedAt + 20_000, endedAt: endedAt - 5 }), [`${id} none`]);
  assert.deepEqual(run(false, { startedAt, endedAt, folder: "file:///project" }), []);
  assert.deepEqual(run(false, { startedAt: endedAt + 1, endedAt: endedAt + 900 }), [`${id} none`], "run again");
});

test("another command has a colour of its own", () => {
  const { accept, run } = scene();
  run(true, { label: "cargo test" });
  const id = accept();
  assert.deepEqual(run(false), [`${id} none`]);
  assert.deepEqual(run(false, { label: "cargo test" }), [`${id} broke`]);
});

test("what runs in another folder, or much later, is about something else", () => {
  const made = scene();
  const id = made.accept();
  assert.deepEqual(made.run(false, { folder: "file:///other" }), []);
  assert.deepEqual(made.run(false, { folder: "file:///project/" }), [`${id} none`]);
  made.now += RUN_WITHIN_MS;
  assert.deepEqual(made.run(false), []);
});

test("what keeps failing is told of a bounded number of times", () => {
  const { accept, run } = scene();
  accept();
  assert.equal(Array.from({ length: 20 }, () => run(false)).flat().length, 6);
});

test("which commands fail now is known", () => {
  const { turns, run } = scene();
  run(false);
  run(false, { label: "cargo test", folder: "file:///b" });
  assert.deepEqual(turns.failing, ["npm test", "cargo test"]);
  run(true);
  assert.deepEqual(turns.failing, ["cargo test"]);
});

test("what became of accepted text is known by its last signal", () => {
  const { generations, accept } = scene();
  const id = accept();
  const base = { id: "s", at: AT, generationId: id };
  generations.heard({ ...base, kind: "edited", sinceAcceptMs: 1, text: "return b;" });
  assert.equal(generations.accepted[0]!.textNow, "return b;");
  generations.heard({ ...base, kind: "undone", sinceAcceptMs: 1 });
  assert.equal(generations.accepted[0]!.textNow, "");
});

test("old ones are forgotten, and of many the oldest", () => {
  const made = scene();
  made.accept();
  made.now += HEARD_MS_MAX + 1;
  assert.deepEqual(made.generations.accepted, []);
  const ids = Array.from({ length: HEARD_MAX + 5 }, () => made.accept());
  assert.deepEqual(
    made.generations.accepted.map(({ id }) => id),
    ids.slice(5),
  );
});
