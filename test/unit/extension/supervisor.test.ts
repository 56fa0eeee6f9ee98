import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { suite, test } from "node:test";
import { CRASH_WINDOW_MS, CRASHES_MAX, Restarts } from "../../../extension/restarts.ts";
import { FinalError, Supervisor } from "../../../extension/supervisor.ts";
import type { Life } from "../../../extension/supervisor.ts";

class FakeLife implements Life {
  readonly crash: () => void;
  stopped = 0;
  stopFails = false;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(onClosed: () => void) {
    this.crash = onClosed;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  async come(): Promise<void> {
    this.#settle?.resolve();
    await setImmediate();
  }

  async refuse(error: unknown): Promise<void> {
    this.#settle?.reject(error);
    await setImmediate();
  }

  stop(): Promise<void> {
    this.stopped++;
    return this.stopFails ? Promise.reject(new Error("timed out")) : Promise.resolve();
  }
}

function open() {
  const lives: FakeLife[] = [];
  const states: string[] = [];
  const timers: { milliseconds: number; callback: () => void }[] = [];
  const logged: string[] = [];
  const note = (line: string): void => void logged.push(line);
  const clock = { now: 0 };
  const supervisor = new Supervisor({
    create: (onClosed) => {
      const life = new FakeLife(onClosed);
      lives.push(life);
      return life;
    },
    restarts: new Restarts(),
    now: () => clock.now,
    after: (milliseconds, callback) => {
      const timer = { milliseconds, callback };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    onState: ({ kind }) => states.push(kind),
    log: { error: note, warn: note, info: note, debug: note },
  });
  const life = (): FakeLife => lives.at(-1)!;
  const fire = (): number => {
    const timer = timers.shift();
    assert.ok(timer, "a restart is planned");
    timer.callback();
    return timer.milliseconds;
  };
  return { supervisor, lives, life, states, timers, fire, logged, clock };
}

suite("restarts", () => {
  test("come after 0.2, 1, 3, 10, 10 … seconds and end with the eighth crash in five minutes", () => {
    const restarts = new Restarts();
    const verdicts = Array.from({ length: CRASHES_MAX }, (_, index) => restarts.crashed(index * 1_000));
    assert.deepEqual(
      verdicts.map((verdict) => (verdict.kind === "restart" ? verdict.delayMs : verdict.kind)),
      [200, 1_000, 3_000, 10_000, 10_000, 10_000, 10_000, "give-up"],
    );
  });

  test("begin anew after a quiet time", () => {
    const restarts = new Restarts();
    for (let index = 0; index < CRASHES_MAX - 1; index++) restarts.crashed(index);
    assert.deepEqual(restarts.crashed(CRASH_WINDOW_MS + 100), { kind: "restart", delayMs: 200 });
  });

  test("begin anew when the user asks", () => {
    const restarts = new Restarts();
    for (let index = 0; index < CRASHES_MAX; index++) restarts.crashed(index);
    restarts.reset();
    assert.deepEqual(restarts.crashed(10), { kind: "restart", delayMs: 200 });
  });
});

suite("supervisor", () => {
  test("starts and runs", async () => {
    const { supervisor, life, states } = open();
    supervisor.start();
    assert.equal(supervisor.running, undefined);
    await life().come();
    assert.deepEqual(states, ["starting", "running"]);
    assert.equal(supervisor.running, life());
    supervisor.start();
    assert.deepEqual(states, ["starting", "running"], "it is started once");
  });

  test("starts a new life after a crash", async () => {
    const { supervisor, life, lives, states, fire } = open();
    supervisor.start();
    await life().come();
    life().crash();
    assert.equal(supervisor.running, undefined);
    assert.equal(fire(), 200);
    await life().come();
    assert.deepEqual(states, ["starting", "running", "restarting", "starting", "running"]);
    assert.equal(lives.length, 2);
  });

  test("counts a crash while starting once, though it is reported twice", async () => {
    const { supervisor, life, timers } = open();
    supervisor.start();
    life().crash();
    await life().refuse(new Error("the line was cut"));
    assert.equal(timers.length, 1);
  });

  test("gives up after many crashes, and a restart by the user always works", async () => {
    const { supervisor, life, lives, fire } = open();
    supervisor.start();
    for (let crashes = 1; crashes < CRASHES_MAX; crashes++) {
      life().crash();
      fire();
    }
    life().crash();
    const { state } = supervisor;
    assert.ok(state.kind === "failed" && /keeps crashing/u.test(state.reason) && /Restart Sidecar/u.test(state.action));
    assert.equal(lives.length, CRASHES_MAX);

    await supervisor.restart();
    await life().come();
    assert.equal(supervisor.state.kind, "running");
    life().crash();
    assert.equal(fire(), 200);
  });

  test("does not try again what would fail the same way", async () => {
    const { supervisor, life, timers } = open();
    supervisor.start();
    await life().refuse(new FinalError("The sidecar speaks protocol 2, this extension speaks 1.", "Reload."));
    assert.deepEqual(supervisor.state, {
      kind: "failed",
      reason: "The sidecar speaks protocol 2, this extension speaks 1.",
      action: "Reload.",
    });
    assert.equal(timers.length, 0);
  });

  test("restarts a running sidecar, also one that does not stop in time", async () => {
    const { supervisor, life, lives } = open();
    supervisor.start();
    await life().come();
    life().stopFails = true;
    await supervisor.restart();
    await life().come();
    assert.equal(lives[0]!.stopped, 1);
    assert.equal(supervisor.running, lives[1]);
    lives[0]!.crash();
    assert.equal(supervisor.running, lives[1], "the end of the old life is no crash");
  });

  test("restarts at once while it waits for the next try", async () => {
    const { supervisor, life, lives, timers } = open();
    supervisor.start();
    life().crash();
    await supervisor.restart();
    assert.equal(timers.length, 0);
    assert.equal(lives.length, 2);
  });

  test("two restarts at the same time make one life", async () => {
    const { supervisor, life, lives } = open();
    supervisor.start();
    await life().come();
    await Promise.all([supervisor.restart(), supervisor.restart()]);
    assert.equal(lives.length, 2);
  });

  test("stops a life that comes up after it was given up", async () => {
    const { supervisor, lives } = open();
    supervisor.start();
    await supervisor.restart();
    await lives[0]!.come();
    assert.equal(lives[0]!.stopped, 2);
    assert.equal(supervisor.state.kind, "starting");
  });

  test("closes for good", async () => {
    const { supervisor, life, lives, states, timers } = open();
    supervisor.start();
    await life().come();
    await supervisor.close();
    lives[0]!.crash();
    await supervisor.restart();
    supervisor.start();
    assert.equal(lives.length, 1);
    assert.equal(lives[0]!.stopped, 1);
    assert.equal(timers.length, 0);
    assert.equal(states.at(-1), "stopped");
  });
});
