/** Bounds: what is worth least goes first, and is counted. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { createId } from "../../../sidecar/base/random.ts";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { readLedger } from "../../../sidecar/ledger/read.ts";
import { CAPS, Retention } from "../../../sidecar/ledger/retention.ts";
import { repeatedIn, worthOf } from "../../../sidecar/ledger/worth.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { replaceFile } from "../../../sidecar/store/chunks.ts";
import { allLetGo } from "../../../sidecar/store/let-go.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { signalsOf } from "../../../sidecar/store/signals.ts";
import { TABLES } from "../../../sidecar/store/tables.ts";
import { parseFileStyle } from "../../../sidecar/style/conventions/file-style.ts";
import { never } from "../../support/recall.ts";
import { acceptedLife, dismissedLife } from "../../support/signals.ts";
import { addExample, FakeClock, temporaryDatabase } from "../../support/store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

test("what was changed outlasts what was kept, what is used what is not, and what is new what is old", () => {
  const kept = { kind: "accepted", score: 0.8, uses: 0, ageMs: 10 * DAY_MS } as const;
  assert.ok(worthOf({ ...kept, kind: "corrected" }) > worthOf(kept));
  assert.ok(worthOf({ ...kept, uses: 3 }) > worthOf(kept));
  assert.ok(worthOf({ ...kept, score: 0.3 }) < worthOf(kept));
  assert.ok(worthOf({ ...kept, ageMs: 300 * DAY_MS }) < worthOf(kept));
  assert.ok(worthOf({ ...kept, kind: "shown" }) < worthOf(kept));
});

test("of too many suggestions those that were not taken go first, with their observations, and are counted", async (t) => {
  const { database, retention } = await open(t, { generations: 20 });
  const taken: string[] = [];
  for (let index = 0; index < 30; index++) {
    const life = { linePrefix: "", text: `value${index}();`, at: 1_700_000_000_000 - DAY_MS };
    const signals = index % 3 === 0 ? acceptedLife(life) : dismissedLife(life);
    if (index % 3 === 0) taken.push(signals[0].generationId);
    const { rejected } = ingestSignals(
      database,
      signals,
      () => ({ projectId: undefined, path: "a.ts" }),
      () => true,
    );
    assert.deepEqual(rejected, []);
  }
  addExample(database, { linePrefix: "", text: "kept", generationId: taken[0]! });
  await retention.tend(never);
  const left = database.all("SELECT id FROM generations").map((row) => String(row["id"]));
  assert.equal(left.length, 19);
  assert.deepEqual(
    taken.filter((id) => !left.includes(id)),
    [],
  );
  assert.equal(database.get("SELECT count(DISTINCT generation_id) AS n FROM signals")?.["n"], 19);
  assert.deepEqual(
    allLetGo(database).map(({ count }) => count),
    [11],
  );
  const told = JSON.stringify(readLedger(database, { kind: "everything" }, []).sections);
  assert.match(told, /11 suggestions with their observations: the store was full/);
});

test("of a series the middle of what is there most often goes, and the first and last of each kind stay", () => {
  const left = (series: string, max: number): string => {
    const kinds = series.split("");
    const gone = new Set(repeatedIn(kinds, max));
    return kinds.map((kind, at) => (gone.has(at) ? "." : kind)).join("");
  };
  assert.equal(left("saeeeeeeeevrrrrv", 20), "saeeeeeeeevrrrrv");
  assert.equal(left("saeeeeeeeevrrrrv", 12), "saee....eevrrrrv");
  assert.equal(left("saeeeeeeeevrrrrv", 10), "saee.....evrr.rv");
  assert.equal(left("saeeeeeeeevrrrrv", 1), "sae......evr..rv");
  assert.equal(left("abcdef", 2), "abcdef");
});

test("of too many observations of one suggestion those in the middle go, and its outcome stays what it was", async (t) => {
  const { database, retention } = await open(t, { signals: 40 });
  const [shown, ...rest] = acceptedLife({ linePrefix: "", text: "value();", final: "values();" });
  const life: Signal[] = [shown, ...rest];
  const { generationId, at } = life.at(-1)!;
  for (let n = 0; n < 300; n++) {
    const common = { generationId, id: createId(), at: at + n * 1_000 };
    if (n % 3 > 0) {
      life.push({ ...common, kind: "ran", purpose: "test", label: "npm test", isOk: n > 150, turn: "none" });
    } else life.push({ ...common, kind: "edited", sinceAcceptMs: n * 1_000, text: `values(${n});` });
  }
  const place = { projectId: undefined, path: "a.ts" };
  for (const signals of [life, acceptedLife({ linePrefix: "", text: "other();" })]) {
    const { rejected } = ingestSignals(
      database,
      signals,
      () => place,
      () => true,
    );
    assert.deepEqual(rejected, []);
  }
  const before = gatherEvidence(signalsOf(database, generationId));
  await retention.tend(never);
  const left = signalsOf(database, generationId);
  assert.ok(left.length > 30 && left.length <= 40, `${left.length} are left`);
  const idsOf = (signals: readonly Signal[]): string[] => signals.slice(0, life.length - 300).map(({ id }) => id);
  assert.deepEqual(idsOf(left), idsOf(life), "what is there once stays");
  assert.deepEqual({ ...gatherEvidence(left), editBursts: 0 }, { ...before, editBursts: 0 });
  const told = JSON.stringify(readLedger(database, { kind: "everything" }, []).sections);
  assert.match(told, new RegExp(`${life.length - left.length} observations: there were too many of one suggestion`));
  await retention.tend(never);
  assert.deepEqual(signalsOf(database, generationId), left, "what is within its cap is left alone");
});

test("of too many examples the least proven and unused go, and their index is told", async (t) => {
  const { database, retention, gone } = await open(t, { examples: 10 });
  const ids = Array.from({ length: 12 }, (_, index) =>
    addExample(database, { linePrefix: "", text: `t${index}`, score: index < 6 ? 0.5 : 0.9, createdAt: 1 }),
  ).map(({ id }) => id);
  useOf(database, ids[0]!);
  await retention.tend(never);
  const left = new Set(database.all("SELECT id FROM examples").map((row) => Number(row["id"])));
  assert.equal(left.size, 9);
  assert.ok(left.has(ids[0]!), "a used one stays");
  assert.deepEqual(gone.sort(), ids.filter((id) => !left.has(id)).sort());
});

test("of too many pieces of files those of projects that were not worked on for longest go, and of open ones none", async (t) => {
  const { database, retention, openProjects, withoutFiles } = await open(t, { chunks: 25 });
  const ids = ["/old", "/open", "/new"].map((root, n) => openProject(database, root, new FakeClock(n)).id);
  const chunk = { kind: "lines", symbol: "", startLine: 0, endLine: 1, text: "a" };
  for (const id of ids) {
    for (let n = 0; n < 10; n++) {
      replaceFile(database, id, `${n}.ts`, {
        hash: "",
        chunks: [chunk],
        style: parseFileStyle({ sites: {}, lines: {} }),
      });
    }
  }
  openProjects.add(ids[1]!);
  await retention.tend(never);
  assert.deepEqual(withoutFiles, [ids[0]]);
  assert.deepEqual(
    database.all("SELECT DISTINCT project_id AS id FROM chunks ORDER BY id").map((row) => row["id"]),
    [ids[1], ids[2]],
  );
  assert.match(JSON.stringify(allLetGo(database)), /"count":10/);
});

test("each table says what keeps it from growing without end", () => {
  for (const { name, bound } of TABLES) assert.ok(bound.length > 10, name);
});

test("within bounds nothing goes", async (t) => {
  const { database, retention, gone } = await open(t, {});
  addExample(database, { linePrefix: "", text: "a" });
  await retention.tend(never);
  assert.deepEqual(gone, []);
  assert.deepEqual(allLetGo(database), []);
});

async function open(t: TestContext, caps: Partial<typeof CAPS>) {
  const database = await temporaryDatabase(t);
  const gone: number[] = [];
  const openProjects = new Set<number>();
  const withoutFiles: number[] = [];
  const retention = new Retention({
    database,
    clock: new FakeClock(),
    caps: { ...CAPS, ...caps },
    onExamplesGone: (examples) => {
      gone.push(...examples.map(({ id }) => id));
      return Promise.resolve();
    },
    openProjects: () => openProjects,
    onFilesGone: (projectId) => {
      withoutFiles.push(projectId);
      return Promise.resolve();
    },
  });
  return { database, retention, gone, openProjects, withoutFiles };
}

/** A suggestion that rests on an example. */
function useOf(database: Awaited<ReturnType<typeof temporaryDatabase>>, exampleId: number): void {
  const id = createId();
  const shown = acceptedLife({ linePrefix: "", text: "x();" })[0];
  if (shown.kind !== "shown") return;
  const signal = { ...shown, generationId: id, generation: { ...shown.generation, id } };
  const origin = { raw: "", repairs: [], source: "", confidence: 1, exampleIds: [exampleId] };
  ingestSignals(
    database,
    [signal],
    () => ({ projectId: undefined, path: "a.ts" }),
    () => true,
    () => origin,
  );
}
