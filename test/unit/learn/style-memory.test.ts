/** Style in a real store: what is learned from signals, and what of it is there after a restart. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import treeSitter from "@vscode/tree-sitter-wasm";
import type { Signal } from "../../../protocol/signals.ts";
import { createId } from "../../../sidecar/base/random.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { StyleMemory } from "../../../sidecar/learn/style-memory.ts";
import type { Database } from "../../../sidecar/store/database.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import type { Learned } from "../../../protocol/style.ts";
import { never } from "../../support/recall.ts";
import { acceptedLife, dismissedLife, type Life, ratingOf } from "../../support/signals.ts";
import { addExample, FakeClock, temporaryDatabase } from "../../support/store.ts";

const MINUTE = 60_000;
const QUOTES_ID = "typescript/quotes=single@language";

/** Somebody turns double quotes into single ones. */
const SINGLE = { linePrefix: "", text: 'f("a");', final: "f('a');" };
/** The same the other way round. */
const DOUBLE = { linePrefix: "", text: "f('a');", final: 'f("a");' };
const OFFERED = 'g("b");';
const SINGLE_QUOTED = "g('b');";

test("what was put right three times is right the fourth time", async (t) => {
  const { settle, repaired } = await createMemory(t);
  for (let time = 0; time < 3; time++) await settle(SINGLE);
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("learning says what is new, in words, once", async (t) => {
  const { settle, memory } = await createMemory(t);
  const signals = acceptedLife(SINGLE);
  assert.equal(await settle(SINGLE, signals), "strings: single quotes");
  assert.equal(await memory().learnGeneration(signals[0].generationId), undefined);
});

test("what was learned outlives a restart: the same repairs, the same list", async (t) => {
  const { settle, restart, repaired, list } = await createMemory(t);
  for (let time = 0; time < 4; time++) {
    await settle({
      linePrefix: "  ",
      text: `if(a${time}) f("b");`,
      final: `if (a${time}) f('b');`,
      contextBefore: "{",
    });
    await settle({ linePrefix: "", text: `const a${time} = {b};`, final: `const a${time} = { b };` });
  }
  const offers = ['if(c) g("d");', "const e = {f};", "const h = i;", 'j("k", {l});'];
  const before = { repairs: offers.map(repaired), list: await list() };
  assert.notDeepEqual(before.repairs, offers);
  await restart();
  assert.deepEqual({ repairs: offers.map(repaired), list: await list() }, before);
});

test("what was typed is learned from, also after a restart", async (t) => {
  const { database, memory, restart, repaired } = await createMemory(t);
  for (let line = 0; line < 12; line++) {
    const text = `const a${line} = f('b', 'c');`;
    await memory().learnTyped(addExample(database, { origin: "typed", linePrefix: "", text, createdAt: line }));
  }
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
  await restart();
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("examples that nobody typed are not taken for their style", async (t) => {
  const { database, restart, repaired } = await createMemory(t);
  for (let line = 0; line < 12; line++) {
    addExample(database, {
      origin: "accepted",
      linePrefix: "",
      text: `const a${line} = f('b', 'c');`,
      createdAt: line,
    });
  }
  await restart();
  assert.equal(repaired(OFFERED), OFFERED);
});

test("a generation whose evidence comes twice counts once", async (t) => {
  const { settle, memory, repaired, list } = await createMemory(t);
  const signals = acceptedLife(SINGLE);
  await settle(SINGLE, signals);
  for (let time = 0; time < 10; time++) await memory().learnGeneration(signals[0].generationId);
  assert.equal(heldOf(await list(), QUOTES_ID), 1);
  assert.equal(repaired(OFFERED), OFFERED, "once is no habit");
});

test("a generation that is changed after it was learned counts once, and as it is in the end after a restart", async (t) => {
  const { settle, restart, repaired, list } = await createMemory(t);
  const signals = acceptedLife(SINGLE);
  await settle(SINGLE, signals);
  for (let time = 1; time <= 4; time++) await settle(SINGLE, settledAgain(signals, `f('a', ${time});`, time));
  assert.equal(heldOf(await list(), QUOTES_ID), 1);
  assert.equal(repaired(OFFERED), OFFERED, "once is no habit");
  await settle(SINGLE, settledAgain(signals, SINGLE.text, 5));
  await restart();
  assert.equal(heldOf(await list(), QUOTES_ID), 0);
});

test("of a suggestion that is taken piece by piece, each piece is learned when it is there", async (t) => {
  const { settle, repaired } = await createMemory(t);
  for (let time = 0; time < 3; time++) {
    const life = { linePrefix: "", text: `call(${time}); f("a");`, final: `call(${time});` };
    const signals = acceptedLife(life).map((signal): Signal =>
      signal.kind === "accepted" ? { ...signal, extent: "word", acceptedChars: life.final.length } : signal,
    );
    await settle(life, signals);
    const rest: Signal = { ...signals[1]!, id: createId(), at: signals[0]!.at + MINUTE, ...WHOLE };
    await settle(life, [rest, ...settledAgain([signals[0]!], `call(${time}); f('a');`, 2)]);
  }
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

const WHOLE = { kind: "accepted", extent: "whole", via: "editor", acceptedChars: 100, dwellMs: 900 } as const;

/** A later look at the same generation: its text is another now. */
function settledAgain(signals: readonly Signal[], text: string, minutes: number): [Signal] {
  const { generationId, at } = signals[0]!;
  const sinceAcceptMs = minutes * MINUTE;
  const texts = { text, lineText: text, linePrefix: "" };
  return [{ id: createId(), at: at + sinceAcceptMs, generationId, kind: "settled", sinceAcceptMs, ...texts }];
}

test("what comes late takes its place in time at the next start", async (t) => {
  const { settle, restart, repaired } = await createMemory(t);
  const now = 1_700_000_000_000;
  for (let time = 0; time < 4; time++) await settle({ ...SINGLE, at: now + time * MINUTE });
  // Sent by a window that had been offline.
  for (let time = 0; time < 4; time++) await settle({ ...DOUBLE, at: now - (time + 10) * MINUTE });
  await restart();
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("what was undone teaches nothing", async (t) => {
  await checkTeachesNothing(t, () => {
    const [shown, accepted] = acceptedLife(SINGLE) as [Signal, Signal];
    const undone: Signal = {
      id: createId(),
      at: accepted.at + 1000,
      generationId: shown.generationId,
      kind: "undone",
      sinceAcceptMs: 1000,
    };
    const settled: Signal = { ...undone, id: createId(), at: accepted.at + 9000, kind: "settled", ...EMPTY };
    return [shown, accepted, undone, settled];
  });
});

const EMPTY = { sinceAcceptMs: 8000, text: "", lineText: "", linePrefix: "" };

test("what was rated down teaches nothing", (t) =>
  checkTeachesNothing(t, () => {
    const signals = acceptedLife(SINGLE);
    return [...signals, ratingOf(signals, "down")];
  }));

test("what was dismissed or shown only teaches nothing", async (t) => {
  await checkTeachesNothing(t, () => dismissedLife(SINGLE));
  await checkTeachesNothing(t, () => acceptedLife(SINGLE).slice(0, 1));
  await checkTeachesNothing(t, () => acceptedLife(SINGLE).slice(0, 2));
});

test("what was replaced by something else teaches nothing", (t) =>
  checkTeachesNothing(t, () => acceptedLife({ ...SINGLE, final: "while (next()) total += read('one', 'two')[0];" })));

test("what was taken in part does not teach to leave the rest out", async (t) => {
  const { settle, repaired } = await createMemory(t);
  for (let time = 0; time < 6; time++) {
    const life = { linePrefix: "", text: `f("a${time}", "b", "c");`, final: `f('a${time}'` };
    const signals = acceptedLife(life).map((signal): Signal =>
      signal.kind === "accepted" ? { ...signal, extent: "word", acceptedChars: 6 } : signal,
    );
    await settle(life, signals);
  }
  assert.equal(repaired('g("h", "i", "j");'), "g('h', 'i', 'j');");
});

test("it learns from what the engine wrote, not from what it was made into", async (t) => {
  const { settle, repaired, list } = await createMemory(t);
  for (let time = 0; time < 3; time++) await settle(SINGLE);
  const held = heldOf(await list(), QUOTES_ID);
  // Repaired, and kept so.
  for (let time = 0; time < 5; time++) await settle({ linePrefix: "", text: SINGLE_QUOTED }, undefined, OFFERED);
  assert(heldOf(await list(), QUOTES_ID) > held, "a repair that was kept speaks for the habit");
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("repairs that are put back end the habit, also after a restart", async (t) => {
  const { settle, restart, repaired } = await createMemory(t);
  for (let time = 0; time < 6; time++) await settle(SINGLE);
  for (let time = 0; time < 8; time++) {
    await settle({ linePrefix: "", text: SINGLE_QUOTED, final: OFFERED }, undefined, OFFERED);
  }
  assert.equal(repaired(OFFERED), OFFERED);
  await restart();
  assert.equal(repaired(OFFERED), OFFERED);
});

test("a veto holds after a restart, and can be taken back", async (t) => {
  const { settle, memory, restart, repaired, list } = await createMemory(t);
  for (let time = 0; time < 4; time++) await settle(SINGLE);
  memory().decide(QUOTES_ID, "vetoed");
  assert.equal(repaired(OFFERED), OFFERED);
  await restart();
  assert.equal(repaired(OFFERED), OFFERED);
  assert.equal((await list()).find(({ id }) => id === QUOTES_ID)?.state, "vetoed");
  memory().decide(QUOTES_ID, undefined);
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("what is pinned holds after a restart, whatever is done", async (t) => {
  const { settle, memory, restart, repaired } = await createMemory(t);
  memory().decide(QUOTES_ID, "pinned");
  for (let time = 0; time < 4; time++) await settle(DOUBLE);
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
  await restart();
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("what is erased is gone after a restart too, and can be learned again", async (t) => {
  const { settle, memory, restart, repaired, list, clock } = await createMemory(t);
  for (let time = 0; time < 4; time++) await settle(SINGLE);
  memory().erase(QUOTES_ID);
  const isGone = async (): Promise<void> => {
    assert.equal(repaired(OFFERED), OFFERED);
    assert.equal(heldOf(await list(), QUOTES_ID), 0);
  };
  await isGone();
  await restart();
  await isGone();
  clock.advance(MINUTE);
  for (let time = 0; time < 4; time++) await settle(SINGLE);
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
  await restart();
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
  assert.equal(heldOf(await list(), QUOTES_ID), 4, "only what came later counts");
});

test("erasing takes back what was decided", async (t) => {
  const { settle, memory, repaired } = await createMemory(t);
  memory().decide(QUOTES_ID, "vetoed");
  memory().erase(QUOTES_ID);
  for (let time = 0; time < 4; time++) await settle(SINGLE);
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("decisions and erasures of nothing are no hindrance", async (t) => {
  const { settle, memory, restart, repaired } = await createMemory(t);
  for (const id of ["", "nonsense", "typescript/", "/=@", "typescript/quotes=purple@language"]) {
    memory().decide(id, "vetoed");
    memory().decide(id, "pinned");
    memory().erase(id);
  }
  for (let time = 0; time < 4; time++) await settle(SINGLE);
  await restart();
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("a document's own style is what it is read for", async (t) => {
  const { settle, memory, repaired } = await createMemory(t);
  for (let time = 0; time < 4; time++) await settle(SINGLE);
  const place = { languageId: "typescript", project: undefined, path: "src/a.ts" };
  await memory().seeDocument(place, 'f("a", "b");\n'.repeat(20), never);
  assert.equal(repaired("g('b');"), 'g("b");');
  await memory().seeDocument(place, "f('a', 'b');\n".repeat(20), never);
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("before it is open and after it is closed nothing is changed, and nothing thrown", async (t) => {
  const database = await temporaryDatabase(t);
  const memory = new StyleMemory({ database, clock: new FakeClock(), log: silentLog });
  const place = { languageId: "typescript", project: undefined, path: "a.ts" };
  assert.deepEqual(memory.repair(place, "", OFFERED), { text: OFFERED, repairs: [] });
  await memory.seeDocument(place, OFFERED, never);
  assert.equal(await memory.learnGeneration("nobody knows it"), undefined);
  await memory.open(never);
  memory.close();
  memory.close();
  assert.deepEqual(memory.repair(place, "", OFFERED), { text: OFFERED, repairs: [] });
});

test("opening can be given up", async (t) => {
  const database = await temporaryDatabase(t);
  const memory = new StyleMemory({ database, clock: new FakeClock(), log: silentLog });
  t.after(() => memory.close());
  await assert.rejects(memory.open(AbortSignal.abort()), { name: "AbortError" });
});

test("a grammar that cannot be loaded is reported, and style goes without until it can", async (t) => {
  const errors: string[] = [];
  const log = { ...silentLog, error: (message: string) => void errors.push(message) };
  const broken = t.mock.method(treeSitter.Language, "load", () => Promise.reject(new Error("no such file")));
  const { settle, repaired, memory } = await createMemory(t, log);
  await settle(SINGLE);
  assert.deepEqual(new Set(errors), new Set(["the grammar of typescript could not be loaded"]));
  assert.equal(repaired(OFFERED), OFFERED);
  broken.mock.restore();
  await memory().seeDocument({ languageId: "typescript", project: undefined, path: "b.ts" }, "a();\n", never);
  for (let time = 0; time < 4; time++) await settle(SINGLE);
  assert.equal(repaired(OFFERED), SINGLE_QUOTED);
});

test("languages that nobody knows are no hindrance", async (t) => {
  const { settle, memory, restart } = await createMemory(t);
  for (const languageId of ["klingon", "", "__proto__", "lua"]) {
    const signals = acceptedLife(SINGLE).map((signal): Signal =>
      signal.kind === "shown" ? { ...signal, generation: { ...signal.generation, languageId } } : signal,
    );
    await settle(SINGLE, signals);
    const place = { languageId, project: undefined, path: "a" };
    assert.equal(memory().repair(place, "", OFFERED).text, OFFERED);
  }
  await restart();
});

test("projects are told apart", async (t) => {
  const { database, clock, settle, memory } = await createMemory(t);
  const projects = ["/one", "/two"].map((root) => openProject(database, root, clock).id);
  for (let time = 0; time < 6; time++) {
    await settle({ ...SINGLE, uri: String(projects[0]) });
    await settle({ ...DOUBLE, uri: String(projects[1]) });
  }
  const inProject = (project: number | undefined, text: string): string =>
    memory().repair({ languageId: "typescript", project, path: "src/a.ts" }, "", text).text;
  assert.equal(inProject(projects[0], OFFERED), SINGLE_QUOTED);
  assert.equal(inProject(projects[1], SINGLE_QUOTED), OFFERED);
});

test("what a directory does otherwise is told, decided about and erased, also after a restart", async (t) => {
  const { database, clock, settle, memory, restart, list } = await createMemory(t);
  const project = openProject(database, "/one", clock).id;
  const double = `typescript/quotes=double@directory:${project}:old`;
  const told = async (): Promise<readonly string[]> =>
    (await list())
      .filter(({ languageId, attribute }) => languageId === "typescript" && attribute === "quotes")
      .map(({ id, held, total, state }) => `${id} ${held}/${total} ${state}`);
  const repairedIn = (path: string): string =>
    memory().repair({ languageId: "typescript", project, path }, "", OFFERED).text;
  const check = async (expected: readonly string[], old: string): Promise<void> => {
    for (const when of ["at once", "after a restart"]) {
      assert.deepEqual(await told(), expected, when);
      assert.equal(repairedIn("src/b.ts"), SINGLE_QUOTED, when);
      assert.equal(repairedIn("old/b.ts"), old, when);
      await restart();
    }
  };
  for (let time = 0; time < 3; time++) await settle({ ...SINGLE, uri: `${project}:src/a.ts` });
  for (let time = 0; time < 5; time++) await settle({ linePrefix: "", text: OFFERED, uri: `${project}:old/a.ts` });
  for (let time = 0; time < 6; time++) await settle({ ...SINGLE, uri: `${project}:src/a.ts` });
  const language = `${QUOTES_ID} 9/9 serves`;
  await check([language, `${double} 5/5 serves`], OFFERED);
  memory().decide(double, "vetoed");
  await check([language, `${double} 5/5 vetoed`], OFFERED);
  memory().erase(double);
  await check([language], SINGLE_QUOTED);
});

test("what files show of a directory and what was changed in it is told once", async (t) => {
  const { database, clock, settle, memory, list } = await createMemory(t);
  const project = openProject(database, "/one", clock);
  memory().learnFile(project, "src/a.ts", { sites: { quotes: { single: [900] } }, lines: {} });
  memory().learnFile(project, "old/a.ts", { sites: { quotes: { double: [20] } }, lines: {} });
  for (let time = 0; time < 4; time++) {
    await settle({ ...DOUBLE, uri: `${project.id}:old/a.ts` });
    await settle({ ...DOUBLE, uri: `${project.id}:test/a.ts` });
    await settle({ ...SINGLE, uri: `${project.id}:src/a.ts` });
  }
  const quotes = (await list()).filter(
    ({ languageId, attribute }) => languageId === "typescript" && attribute === "quotes",
  );
  assert.deepEqual(quotes.map(({ id }) => id).sort(), [
    `typescript/quotes=double@directory:${project.id}:old`,
    `typescript/quotes=double@tests:${project.id}`,
    QUOTES_ID,
  ]);
});

async function checkTeachesNothing(t: TestContext, createSignals: () => readonly Signal[]): Promise<void> {
  const { settle, restart, repaired, list } = await createMemory(t);
  for (let time = 0; time < 6; time++) await settle(SINGLE, createSignals());
  for (const when of ["at once", "after a restart"]) {
    assert.equal(repaired(OFFERED), OFFERED, when);
    assert.deepEqual(await list(), [], when);
    await restart();
  }
}

interface Setup {
  readonly database: Database;
  readonly clock: FakeClock;
  readonly memory: () => StyleMemory;
  /** Stores the signals of one generation and learns from them; `raw` is what the engine wrote, if it was repaired. */
  readonly settle: (life: Life, signals?: readonly Signal[], raw?: string) => Promise<string | undefined>;
  readonly restart: () => Promise<void>;
  readonly repaired: (text: string) => string;
  readonly list: () => Promise<readonly Learned[]>;
}

/** Generations are a minute apart; the URI of one is its project's number, and its path behind a colon. */
async function createMemory(t: TestContext, log = silentLog): Promise<Setup> {
  const database = await temporaryDatabase(t);
  const clock = new FakeClock();
  const open = async (): Promise<StyleMemory> => {
    const opened = new StyleMemory({ database, clock, log });
    await opened.open(never);
    // So that the first repair finds its grammar.
    await opened.seeDocument({ languageId: "typescript", project: undefined, path: "warm.ts" }, "", never);
    return opened;
  };
  let memory = await open();
  t.after(() => memory.close());
  return {
    database,
    clock,
    memory: () => memory,
    settle: async (life, signals, raw) => {
      clock.advance(MINUTE);
      const sent = signals ?? acceptedLife({ at: clock.now() - MINUTE / 2, ...life });
      const origin = raw === undefined ? undefined : { raw, repairs: [], source: "", confidence: 1, exampleIds: [] };
      const placeOf = (uri: string) => {
        const [, project, path = "src/a.ts"] = /^(\d+)(?::(.*))?$/.exec(uri) ?? [];
        return { projectId: project === undefined ? undefined : Number(project), path };
      };
      const { rejected } = ingestSignals(
        database,
        sent,
        placeOf,
        () => true,
        () => origin,
      );
      assert.deepEqual(rejected, []);
      return memory.learnGeneration(sent[0]!.generationId);
    },
    restart: async () => {
      memory.close();
      memory = await open();
    },
    repaired: (text) =>
      memory.repair({ languageId: "typescript", project: undefined, path: "src/a.ts" }, "", text).text,
    list: () => memory.list(undefined, never),
  };
}

function heldOf(list: readonly Learned[], id: string): number {
  return list.find((learned) => learned.id === id)?.held ?? 0;
}
