/** Whose is each character? Measured on recorded sessions in which the true owner of every one is known. */
import assert from "node:assert/strict";
import test from "node:test";
import { seeds } from "../../text/dice.ts";
import { play } from "./recording.ts";
import type { Count, Event, Score } from "./recording.ts";
import { STORY } from "./story.ts";
import { recordSession } from "./typist.ts";

const SHARE_MIN = 0.99;
/** One session may have its bad day; not all of them. */
const SESSION_SHARE_MIN = 0.97;
const STEPS = 120;
const EDITS_MIN = 200;
const ACTIONS = 16;

test("a morning's work is attributed right to the last character", () => {
  const { human, machine, example } = play(STORY);
  assert.deepEqual([human.wrong, machine.wrong], [0, 0], example);
  assert.ok(human.all > 300 && machine.all > 300);
});

test("99 % of the characters written in a session are attributed right, whatever happens to them", (t) => {
  const human = { all: 0, wrong: 0 };
  const machine = { all: 0, wrong: 0 };
  const actions = new Set<string>();
  let edits = 0;
  for (const seed of seeds(20)) {
    const session = recordSession(seed, STEPS);
    const score = play(session.events);
    assert.ok(session.edits >= EDITS_MIN, `seed ${seed}: ${session.edits} edits`);
    assert.ok(shareOf(score.human, score.machine) >= SESSION_SHARE_MIN, `seed ${seed}: ${tell(score)}`);
    edits += session.edits;
    add(human, score.human);
    add(machine, score.machine);
    for (const action of session.actions.keys()) actions.add(action);
    if (score.example !== "") t.diagnostic(`seed ${seed}: ${tell(score)}`);
  }
  t.diagnostic(
    `${edits} edits: ${percent(human)} of the developer's characters right, ${percent(machine)} of the machine's`,
  );
  assert.ok(shareOf(human) >= SHARE_MIN && shareOf(machine) >= SHARE_MIN, `${percent(human)}, ${percent(machine)}`);
  if (process.env["TACIT_TEST_SEED"] === undefined)
    assert.equal(actions.size, ACTIONS, "every kind of action was taken");
});

test("the measure notices a tracker that is told nothing of undo, moves or accepts", () => {
  const blinded: Record<string, (event: Event) => Event[]> = {
    undo: (event) => (event.kind === "change" && event.cause !== "edit" ? [{ ...event, cause: "edit" }] : [event]),
    moves: (event) => (event.kind === "wait" ? [{ ...event, ms: 200_000 }] : [event]),
    accepts: (event) =>
      event.kind === "accept"
        ? [{ kind: "change", uri: event.uri, edits: [[event.at, 0, event.text]], cause: "edit" }]
        : [event],
  };
  const { events } = recordSession(1, STEPS);
  for (const [what, blind] of Object.entries(blinded)) {
    const { human, machine } = play(events.flatMap(blind));
    assert.ok(shareOf(human, machine) < SHARE_MIN, `without ${what}: ${shareOf(human, machine)}`);
  }
});

function add(total: { all: number; wrong: number }, { all, wrong }: Count): void {
  total.all += all;
  total.wrong += wrong;
}

function shareOf(...counts: readonly Count[]): number {
  const wrong = counts.reduce((sum, count) => sum + count.wrong, 0);
  return 1 - wrong / counts.reduce((sum, { all }) => sum + all, 0);
}

function percent(count: Count): string {
  return `${(100 * shareOf(count)).toFixed(2)} %`;
}

function tell({ human, machine, example }: Score): string {
  const wrong = human.wrong + machine.wrong;
  return `${wrong} of ${human.all + machine.all} characters wrong; the latest: ${example}`;
}
