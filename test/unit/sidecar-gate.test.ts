/** The gate through the whole sidecar: what is shown is remembered with what it was shown on, and learned from. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS, type GateSetting, type Settings } from "../../protocol/settings.ts";
import type { Signal } from "../../protocol/signals.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import type { Sidecar } from "../../sidecar/sidecar.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
import { type GateEvent, labelledGateEvents } from "../../sidecar/store/gate.ts";
import type { Suggestion } from "../../sidecar/suggest/suggest.ts";
import { answerIn, createWorkplace, settled, type Workplace } from "../support/sidecar.ts";
import { acceptedLife, dismissedLife } from "../support/signals.ts";

const NAMES = ["user", "order", "loan", "book", "author", "shelf", "branch", "fine"];
const FILES = Object.fromEntries(
  NAMES.map((name) => [
    `src/${name}.ts`,
    `export async function load(id: string) {\n  const ${name} = await database.${name}s.findById(id);\n  return ${name};\n}\n`,
  ]),
);

function typed(name: string): string {
  return `  const ${name} = await `;
}

function withGate(gate: GateSetting, rest: Partial<Settings> = {}): Settings {
  return { ...DEFAULT_SETTINGS, gate, ...rest };
}

async function offered(sidecar: Sidecar, { root }: Workplace, name: string): Promise<Suggestion> {
  const answer = await answerIn(sidecar, join(root, "src/new.ts"), typed(name));
  assert(answer.kind === "suggestion", `${name}: ${JSON.stringify(answer)}`);
  return answer.suggestion;
}

/** What the editor tells of a suggestion that was shown. */
function tell(sidecar: Sidecar, { root }: Workplace, suggestion: Suggestion, name: string, isTaken: boolean): void {
  const { id, text, engine, proposer } = suggestion;
  const uri = pathToFileURL(join(root, "src/new.ts")).href;
  const life = (isTaken ? acceptedLife : dismissedLife)({ linePrefix: typed(name), text, uri });
  const signals = life.map((signal): Signal =>
    signal.kind === "shown"
      ? { ...signal, generationId: id, generation: { ...signal.generation, id, engine, proposer } }
      : { ...signal, generationId: id },
  );
  assert.deepEqual(sidecar.ingest(signals).rejected, []);
}

function storedEvents({ home }: Workplace): GateEvent[] {
  const { database } = openDatabase(home, silentLog);
  const events = [...labelledGateEvents(database, 100, 10)].flat();
  database.close();
  return events;
}

test("what became of suggestions lowers or raises the next one's probability, also after a restart", async (t) => {
  for (const isTaken of [true, false]) {
    const place = await createWorkplace(t, FILES);
    const everything = { settings: withGate("off") };
    const first = await place.start([place.root], everything);
    const { probability: before } = await offered(first, place, "fine");
    for (const name of NAMES.slice(0, 4)) tell(first, place, await offered(first, place, name), name, isTaken);
    await settled(first);
    const { probability: now } = await offered(first, place, "fine");
    assert.equal(now > before, isTaken, `${before} → ${now}`);
    await first.close();
    assert.deepEqual(
      storedEvents(place).map(({ isWanted, propensity }) => [isWanted, propensity]),
      NAMES.slice(0, 4).map(() => [isTaken, 1]),
    );
    const second = await place.start([place.root], everything);
    const { probability: later } = await offered(second, place, "fine");
    assert.equal(later > before, isTaken, `${before} → ${later}`);
  }
});

test("a new setting holds for the next suggestion", async (t) => {
  const place = await createWorkplace(t, FILES);
  const suggest = { ...DEFAULT_SETTINGS.suggest, multiLine: false };
  const sidecar = await place.start([place.root], { settings: withGate("eager", { suggest }) });
  assert.ok((await offered(sidecar, place, "user")).text.length > 10);
  // So much is typed already that only a few characters are left.
  const almost = `${typed("user")}database.users.findById(i`;
  const answerWith = async (gate: GateSetting) => {
    sidecar.configure({ ...withGate(gate, { suggest }), dataFolder: place.home });
    return answerIn(sidecar, join(place.root, "src/new.ts"), almost);
  };
  assert.equal((await answerWith("off")).kind, "suggestion");
  const quiet = await answerWith("quiet");
  assert(quiet.kind === "nothing");
  assert.equal(quiet.reason, "too short to read");
  assert("hidden" in quiet && quiet.hidden);
  assert.equal(quiet.hidden.text, "d);");
});

test("while nothing is learned nothing is shown just to learn from it", async (t) => {
  const place = await createWorkplace(t, FILES);
  const rolled: string[] = [];
  const random = (): number => {
    rolled.push("dice");
    return 0;
  };
  const learning = { ...DEFAULT_SETTINGS.learning, mode: "off" as const };
  const sidecar = await place.start([place.root], { settings: withGate("balanced", { learning }), random });
  for (const name of NAMES) await answerIn(sidecar, join(place.root, "src/new.ts"), `  con${name}`);
  assert.deepEqual(rolled, []);
});
