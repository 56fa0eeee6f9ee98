import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { createId } from "../../../sidecar/base/random.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { openDatabase, type Database } from "../../../sidecar/store/database.ts";
import { allRejected, saveRejected } from "../../../sidecar/store/rejected.ts";
import { FADING_MS, NegativeMemory, REJECTED_MAX } from "../../../sidecar/suggest/negative-memory.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { acceptedLife, dismissedLife, type Life, ratingOf } from "../../support/signals.ts";
import { FakeClock, temporaryDatabase } from "../../support/store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const ABOVE = `import { add } from "./math";

export function total(items: Item[]) {
  if (items.length === 0) return 0;
`;
const PLACE = { languageId: "typescript", above: ABOVE, linePrefix: "  const sum = " };
const TEXT = "items.reduce(add, 0);";
const BLOCK = `items.map((item) => {
    return item.price;
  });`;

test("what was dismissed by Escape is unwanted in the same place, and other text is not", async (t) => {
  const { memory, tell, isUnwanted } = await createMemory(t);
  assert.equal(isUnwanted(TEXT), false);
  tell(dismissed(TEXT));
  assert.equal(isUnwanted(TEXT), true);
  assert.equal(isUnwanted("items.length;"), false);
  assert.equal(memory.size, 1);
});

test("the same text, wrapped otherwise or after the first letters were typed, is unwanted too", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  tell(dismissed(TEXT));
  assert.equal(isUnwanted("items\n    .reduce(\n      add,\n      0\n    );"), true);
  assert.equal(isUnwanted("ms.reduce(add, 0);", { ...PLACE, linePrefix: "  const sum = ite" }), true);
});

test("a text that begins with what was rejected is unwanted, and so are the first lines of that", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  const [firstLine, secondLine] = BLOCK.split("\n");
  tell(dismissed(BLOCK));
  assert.equal(isUnwanted(`${BLOCK}\n  return sum;`), true);
  assert.equal(isUnwanted(firstLine!), true);
  assert.equal(isUnwanted(firstLine!.slice("it".length), { ...PLACE, linePrefix: `${PLACE.linePrefix}it` }), true);
  assert.equal(isUnwanted(`${firstLine}\n${secondLine}`), true);
  assert.equal(isUnwanted(`${firstLine}\n    return item.count;\n  });`), false);
  assert.equal(isUnwanted("items.map("), false);
});

test("accepting the first line of what was rejected makes it wanted, not all of it", async (t) => {
  const { database, clock, tell, isUnwanted } = await createMemory(t);
  const [firstLine] = BLOCK.split("\n");
  tell(dismissed(BLOCK));
  tell(accepted(firstLine!, { at: 1_700_000_100_000 }));
  assert.equal(isUnwanted(firstLine!), false);
  assert.equal(isUnwanted(BLOCK), true);
  assert.equal(createOver(database, clock).isUnwanted(firstLine!), false);
});

test("a long text that is nearly the same is unwanted, a short one is not", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  const long = (last: string) =>
    Array.from({ length: 12 }, (_, n) => `row.set("column${n}", values[${n}]);`).join("\n  ") + last;
  tell(dismissed(long("done();")), dismissed("items.length;"));
  assert.equal(isUnwanted(long("ready();")), true);
  assert.equal(isUnwanted("items.size;"), false);
});

test("a place that differs by a line or a name is the same, another function is not", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  tell(dismissed(TEXT));
  assert.equal(isUnwanted(TEXT, { ...PLACE, above: `${ABOVE}  log(items);\n` }), true);
  assert.equal(isUnwanted(TEXT, { ...PLACE, linePrefix: "  const result = " }), true);
  const elsewhere = "export class Cart {\n  readonly lines: Line[] = [];\n\n  price() {\n";
  assert.equal(isUnwanted(TEXT, { ...PLACE, above: elsewhere, linePrefix: "    return " }), false);
});

test("typing something else counts from the second time on", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  tell(dismissed(TEXT, "typed-over"));
  assert.equal(isUnwanted(TEXT), false);
  tell(dismissed(TEXT, "typed-over"));
  assert.equal(isUnwanted(TEXT), true);
});

test("what was superseded or left standing is not rejected, however often", async (t) => {
  const { memory, tell, isUnwanted } = await createMemory(t);
  for (let time = 0; time < 5; time++) tell(dismissed(TEXT, "superseded"), dismissed(TEXT, "timeout"));
  assert.equal(isUnwanted(TEXT), false);
  assert.equal(memory.size, 0);
});

test("what was accepted and undone, or rated down, is unwanted", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  const [shown, accept] = accepted(TEXT);
  const undone = { id: createId(), at: accept!.at + 500, generationId: shown.generationId, sinceAcceptMs: 500 };
  tell([shown, accept!, { ...undone, kind: "undone" }]);
  assert.equal(isUnwanted(TEXT), true);
  const rated = accepted("items.length;");
  tell(rated);
  assert.equal(isUnwanted("items.length;"), false);
  tell([ratingOf(rated, "down")]);
  assert.equal(isUnwanted("items.length;"), true);
});

test("an undo that is taken back is forgotten", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  const [shown, accept, settled] = accepted(TEXT);
  const undone = { id: createId(), at: accept!.at + 500, generationId: shown.generationId, sinceAcceptMs: 500 };
  tell([shown, accept!, { ...undone, kind: "undone" }]);
  tell([settled!]);
  assert.equal(isUnwanted(TEXT), false);
});

test("accepting the same text in such a place later clears it, also from the store", async (t) => {
  const { database, tell, isUnwanted } = await createMemory(t);
  tell(dismissed(TEXT), dismissed(TEXT, "typed-over"), dismissed("items.length;"));
  tell(accepted(TEXT, { at: 1_700_000_100_000 }));
  assert.equal(isUnwanted(TEXT), false);
  assert.equal(isUnwanted("items.length;"), true);
  assert.equal(allRejected(database).length, 1);
});

test("accepting the rest, after the first letters were typed, clears it as well", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  tell(dismissed(TEXT));
  tell(accepted("ems.reduce(add, 0);", { linePrefix: "  const sum = it", at: 1_700_000_100_000 }));
  assert.equal(isUnwanted(TEXT), false);
});

test("accepting it in quite another place clears nothing, nor does what was accepted before", async (t) => {
  const { tell, isUnwanted } = await createMemory(t);
  const early = accepted(TEXT, { at: 1_600_000_000_000 });
  tell(dismissed(TEXT));
  tell(early);
  tell(
    accepted(TEXT, { contextBefore: "class Cart {\n  price() {", linePrefix: "    return ", at: 1_700_000_100_000 }),
  );
  assert.equal(isUnwanted(TEXT), true);
});

test("writing it by hand in such a place clears it, elsewhere not", async (t) => {
  const { memory, clock, tell, isUnwanted } = await createMemory(t);
  tell(dismissed(TEXT));
  clock.advance(60_000);
  memory.written(PLACE.linePrefix + TEXT, "class Cart {", clock.now());
  memory.written(`  return ${TEXT}`, ABOVE, clock.now());
  assert.equal(isUnwanted(TEXT), true);
  memory.written(PLACE.linePrefix + TEXT, ABOVE, clock.now());
  assert.equal(isUnwanted(TEXT), false);
});

test("a rejection reaches less far with time, and is over after 30 days", async (t) => {
  const { clock, tell, isUnwanted } = await createMemory(t);
  tell(dismissed(TEXT));
  const nearby = { ...PLACE, linePrefix: "  const result = " };
  clock.advance(25 * DAY_MS);
  assert.equal(isUnwanted(TEXT), true);
  assert.equal(isUnwanted(TEXT, nearby), false);
  clock.advance(6 * DAY_MS);
  assert.equal(isUnwanted(TEXT), false);
});

test("it survives a restart, as far as it has not faded", async (t) => {
  const folder = await temporaryFolder(t);
  const clock = new FakeClock();
  const first = openDatabase(folder, silentLog).database;
  createOver(first, clock).tell(dismissed(TEXT));
  first.close();
  const second = openDatabase(folder, silentLog).database;
  t.after(() => second.close());
  assert.equal(createOver(second, clock).isUnwanted(TEXT), true);
  clock.advance(FADING_MS + DAY_MS);
  assert.equal(createOver(second, clock).memory.size, 0);
});

test("a clock that stands years ahead for a session wipes nothing, and what was rejected under it fades", async (t) => {
  const folder = await temporaryFolder(t);
  const clock = new FakeClock();
  const first = openDatabase(folder, silentLog).database;
  createOver(first, clock).tell(dismissed(TEXT));
  clock.advance(4000 * DAY_MS);
  const ahead = createOver(first, clock);
  ahead.tell(dismissed("other(thing);").map((signal) => ({ ...signal, at: clock.now() })));
  ahead.tell(dismissed("third(thing);").map((signal) => ({ ...signal, at: clock.now() })));
  first.close();
  clock.advance(-4000 * DAY_MS);
  const second = openDatabase(folder, silentLog).database;
  t.after(() => second.close());
  const again = createOver(second, clock);
  assert.equal(again.isUnwanted(TEXT), true);
  assert.equal(again.isUnwanted("other(thing);"), false);
});

test("signals that are sent twice, or of a generation nobody knows, change nothing", async (t) => {
  const { memory, tell, isUnwanted } = await createMemory(t);
  const life = dismissed(TEXT, "typed-over");
  tell(life);
  tell(life);
  assert.equal(memory.size, 1);
  assert.equal(isUnwanted(TEXT), false);
  memory.learn(["never shown"], 1_700_000_000_000);
  assert.equal(memory.size, 1);
});

test("a blank suggestion and an empty place do no harm", async (t) => {
  const { memory, tell, isUnwanted } = await createMemory(t);
  tell(dismissed("  \n "));
  assert.equal(memory.size, 0);
  const nowhere = { languageId: "plaintext", above: "", linePrefix: "" };
  tell(dismissed("x", "escape", { linePrefix: "", contextBefore: "" }));
  assert.equal(isUnwanted("x", nowhere), true);
  assert.equal(isUnwanted("", nowhere), false);
});

test("a vetoed text is never suggested again, wherever, whenever, until the veto is taken back", async (t) => {
  const { memory, clock, database, isUnwanted } = await createMemory(t);
  const veto = memory.veto(TEXT, PLACE, clock.now());
  const elsewhere = { languageId: "javascript", above: "", linePrefix: "return " };
  clock.advance(10 * 365 * DAY_MS);
  assert.equal(isUnwanted(TEXT, elsewhere), true);
  assert.equal(isUnwanted(`${TEXT}\nreturn sum;`, elsewhere), true);
  assert.equal(isUnwanted(TEXT, { ...elsewhere, languageId: "python" }), false);
  assert.deepEqual(memory.veto(TEXT, { ...PLACE, languageId: "typescriptreact" }, clock.now()).id, veto.id);
  assert.equal(createOver(database, clock).isUnwanted(TEXT, elsewhere), true);
  assert.equal(memory.allow(veto.id), true);
  assert.equal(memory.allow(veto.id), false);
  assert.equal(isUnwanted(TEXT, elsewhere), false);
  assert.deepEqual(createOver(database, clock).memory.vetoedTexts, []);
});

test("the first lines of a vetoed text are unwanted where it was vetoed, and fine elsewhere", async (t) => {
  const { memory, clock, database, isUnwanted } = await createMemory(t);
  const [firstLine] = BLOCK.split("\n");
  memory.veto(BLOCK, PLACE, clock.now());
  for (const unwanted of [isUnwanted, createOver(database, clock).isUnwanted]) {
    assert.equal(unwanted(firstLine!), true);
    assert.equal(
      unwanted(firstLine!, { ...PLACE, above: "class Cart {\n  price() {\n", linePrefix: "    return " }),
      false,
    );
  }
});

test("what a transaction took back is forgotten again", async (t) => {
  const { memory, database, clock, isUnwanted } = await createMemory(t);
  const failed = () =>
    database.transaction(() => {
      const { touched } = ingest(database, dismissed(TEXT));
      memory.learn(touched, clock.now());
      throw new Error("the disk is full");
    });
  assert.throws(failed, /the disk is full/);
  memory.reload(clock.now());
  assert.equal(isUnwanted(TEXT), false);
});

test("it is bounded: the oldest rejections go", async (t) => {
  const { database, clock, tell } = await createMemory(t);
  const now = clock.now();
  tell(dismissed("first();"));
  fill(database, REJECTED_MAX, now);
  const { memory, isUnwanted } = createOver(database, clock);
  assert.equal(isUnwanted("first();"), true);
  memory.learn([], now);
  assert.equal(memory.size, REJECTED_MAX);
  assert.equal(allRejected(database).length, REJECTED_MAX);
  assert.equal(isUnwanted("first();"), false);
});

test("a check takes far less than a keystroke, with all there can be", async (t) => {
  const database = await temporaryDatabase(t);
  const clock = new FakeClock();
  fill(database, REJECTED_MAX, clock.now());
  const openedAt = performance.now();
  const { isUnwanted } = createOver(database, clock);
  t.diagnostic(`${REJECTED_MAX} rejections read in ${(performance.now() - openedAt).toFixed(0)} ms`);
  const times = Array.from({ length: 400 }, (_, n) => {
    const startedAt = performance.now();
    isUnwanted(`${BLOCK}\n  const next${n} = ${TEXT}`);
    return performance.now() - startedAt;
  }).sort((a, b) => a - b);
  t.diagnostic(`check: median ${times[200]!.toFixed(3)} ms, p99 ${times[396]!.toFixed(3)} ms`);
  assert.ok(times[200]! < 0.2, `${times[200]} ms`);
});

/** A memory over a database of its own, told in signals. */
async function createMemory(t: TestContext) {
  const database = await temporaryDatabase(t);
  const clock = new FakeClock();
  return { database, clock, ...createOver(database, clock) };
}

function createOver(database: Database, clock: FakeClock) {
  const memory = new NegativeMemory(database, clock.now());
  return {
    memory,
    tell: (...lives: readonly (readonly Signal[])[]) =>
      database.transaction(() => memory.learn(ingest(database, lives.flat()).touched, clock.now())),
    isUnwanted: (text: string, place = PLACE) => memory.isUnwanted(text, place, clock.now()),
  };
}

function ingest(database: Database, signals: readonly Signal[]) {
  return ingestSignals(
    database,
    signals,
    (uri) => ({ projectId: undefined, path: uri }),
    () => true,
  );
}

function lifeOf(text: string, changes: Partial<Life>): Life {
  return { linePrefix: PLACE.linePrefix, contextBefore: ABOVE, text, ...changes };
}

function accepted(text: string, changes: Partial<Life> = {}) {
  return acceptedLife(lifeOf(text, changes));
}

function dismissed(
  text: string,
  reason: Extract<Signal, { kind: "dismissed" }>["reason"] = "escape",
  changes: Partial<Life> = {},
): [Signal, ...Signal[]] {
  const [shown, ...rest] = dismissedLife(lifeOf(text, changes));
  return [shown, ...rest.map((signal) => ({ ...signal, reason }) as Signal)];
}

/** Rejections of texts that have much in common, a millisecond apart. */
function fill(database: Database, count: number, now: number): void {
  database.run("PRAGMA foreign_keys = OFF");
  database.transaction(() => {
    for (let n = 0; n < count; n++) {
      const hash = (seed: number) => Math.imul(n * 37 + seed, 0x9e3779b1) | 0;
      saveRejected(database, {
        generationId: `filled-${n}`,
        shingles: Int32Array.from({ length: 15 }, (_, index) => (index < 5 ? index : hash(index))).sort(),
        lines: 1 + (n % 3),
        whole: hash(99),
        beginnings: Int32Array.from({ length: 4 }, (_, index) => hash(50 + index)),
        context: Int32Array.from({ length: 40 }, (_, index) => hash(index % 20)).sort(),
        weight: 1,
        rejectedAt: now + DAY_MS + n,
      });
    }
  });
}
