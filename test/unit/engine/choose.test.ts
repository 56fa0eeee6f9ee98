import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { DEFAULT_SETTINGS } from "../../../protocol/settings.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { ModelChoice, type ModelEngine } from "../../../sidecar/engine/choose.ts";
import type { RemoteHealth, RemoteOptions } from "../../../sidecar/engine/remote/remote.ts";

const READY: RemoteHealth = { kind: "ready", dialect: "ollama", model: "qwen2.5-coder" };
const FAILING: RemoteHealth = { kind: "failing", reason: "It does not answer.", action: "Start it." };
const URL = "http://127.0.0.1:11434";
const withUrl = (url: string) => ({
  engine: "auto" as const,
  llama: DEFAULT_SETTINGS.llama,
  remote: { ...DEFAULT_SETTINGS.remote, url },
});

test("without a server there is no model, and memory alone asks none", async (t) => {
  const { choice, made } = create(t, [READY]);
  choice.configure(DEFAULT_SETTINGS);
  choice.configure({ ...withUrl(URL), engine: "recall" });
  await settled();
  assert.deepEqual([choice.ready, choice.health, made], [undefined, { kind: "none" }, []]);
});

test("a server that answers is ready, and made anew only where something about it changed", async (t) => {
  const { choice, made, changes } = create(t, [READY]);
  choice.configure(withUrl(URL));
  assert.equal(nameOf(choice), undefined, "nobody waits for a server that has not answered yet");
  await settled();
  assert.equal(nameOf(choice), "remote");
  const { count } = changes;
  choice.configure(withUrl(URL));
  choice.allow({ apiKey: null, consentedHosts: [] });
  assert.deepEqual([made.length, changes.count], [1, count]);
  choice.allow({ apiKey: "key", consentedHosts: ["gpu:8080"] });
  choice.configure(withUrl("http://gpu:8080"));
  await settled();
  assert.deepEqual(
    made.map(({ options: { url, apiKey, consentedHosts } }) => [url, apiKey, consentedHosts]),
    [
      [URL, undefined, []],
      [URL, "key", ["gpu:8080"]],
      ["http://gpu:8080", "key", ["gpu:8080"]],
    ],
  );
  assert.deepEqual(
    made.map(({ isClosed }) => isClosed()),
    [true, true, false],
  );
  choice.configure(DEFAULT_SETTINGS);
  assert.deepEqual([choice.ready, choice.health.kind, made[2]!.isClosed()], [undefined, "none", true]);
});

test("a server that fails is tried again by itself, less and less often, and serves when it is back", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { choice, made } = create(t, [FAILING, FAILING, FAILING, READY]);
  const checksAfter = async (milliseconds: number): Promise<number> => {
    t.mock.timers.tick(milliseconds);
    await settled();
    return made[0]!.checks();
  };
  choice.configure(withUrl(URL));
  assert.equal(await checksAfter(0), 1);
  assert.deepEqual([choice.ready, choice.health], [undefined, FAILING]);
  assert.equal(await checksAfter(99), 1);
  assert.equal(await checksAfter(1), 2);
  assert.equal(await checksAfter(199), 2);
  assert.equal(await checksAfter(1), 3);
  assert.equal(await checksAfter(250), 4, "never later than the longest wait");
  assert.equal(nameOf(choice), "remote");
  assert.equal(await checksAfter(10_000), 4);
});

test("one that fails while it serves is not asked until it has answered a check", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { choice, made, changes } = create(t, [READY, READY]);
  choice.configure(withUrl(URL));
  await settled();
  const { count } = changes;
  made[0]!.turn(FAILING);
  assert.deepEqual([choice.ready, changes.count], [undefined, count + 1]);
  t.mock.timers.tick(100);
  await settled();
  assert.equal(nameOf(choice), "remote");
});

test("after its end nothing is tried any more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { choice, made } = create(t, [FAILING]);
  choice.configure(withUrl(URL));
  await settled();
  choice.close();
  t.mock.timers.tick(10_000);
  await settled();
  assert.deepEqual([made[0]!.checks(), made[0]!.isClosed()], [1, true]);
});

function nameOf({ ready }: ModelChoice): string | undefined {
  return ready?.name;
}

interface Made {
  readonly options: RemoteOptions;
  readonly checks: () => number;
  readonly isClosed: () => boolean;
  /** As if something happened to the server. */
  readonly turn: (health: RemoteHealth) => void;
}

/** Servers whose checks answer `answers`, one after the other, each server from the first. */
function create(t: TestContext, answers: readonly RemoteHealth[]) {
  const made: Made[] = [];
  const changes = { count: 0 };
  const choice = new ModelChoice({
    log: silentLog,
    onChange: () => {
      changes.count++;
    },
    retryMs: { first: 100, max: 250 },
    createRemote: (options) => {
      let health: RemoteHealth = { kind: "unknown" };
      let checks = 0;
      let isClosed = false;
      const turn = (next: RemoteHealth): void => {
        health = next;
        options.onHealth(next);
      };
      made.push({ options, checks: () => checks, isClosed: () => isClosed, turn });
      const engine: ModelEngine = {
        name: "remote",
        get health() {
          return health;
        },
        check: async () => {
          await Promise.resolve();
          turn(answers[checks++]!);
          return health;
        },
        complete: () => Promise.resolve([]),
        close: () => void (isClosed = true),
      };
      return engine;
    },
  });
  t.after(() => choice.close());
  return { choice, made, changes };
}

/** What was begun and needs no time has ended. */
async function settled(): Promise<void> {
  for (let n = 0; n < 10; n++) await Promise.resolve();
}
