import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Status } from "../../../protocol/status.ts";
import { fake, useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { DECIDED_MS, LEARNED_MS_MIN, LearnedNotice, renderStatus, StatusBar, withoutMarkup } =
  await import("../../../extension/status-bar.ts");
type StatusInput = Parameters<typeof renderStatus>[0];

const FACTS: Status["facts"] = {
  engine: "recall",
  dataFolder: "/data/tacit",
  examples: 12,
  files: 1_234,
  tokens: 5_678_901,
  chunks: 99,
  shownThisWeek: 120,
  acceptedThisWeek: 40,
};
const IDLE: Status = { activity: { kind: "idle" }, degraded: [], facts: FACTS };

function render(changes: Partial<StatusInput> = {}) {
  return renderStatus({
    sidecar: { kind: "running" },
    status: IDLE,
    isThinking: false,
    learned: undefined,
    decided: undefined,
    isPaused: false,
    snoozedUntil: undefined,
    isUntrusted: false,
    ...changes,
  });
}

const withActivity = (activity: Status["activity"]): Status => ({ ...IDLE, activity });

suite("status", () => {
  test("idle", () => {
    assert.deepEqual([render().text, render().severity], ["$(sparkle) Tacit", "none"]);
  });

  test("starting, restarting, stopped", () => {
    assert.equal(render({ sidecar: { kind: "starting" }, status: undefined }).text, "$(loading~spin) Tacit");
    assert.match(render({ sidecar: { kind: "restarting" } }).tooltip, /crashed/u);
    assert.equal(render({ sidecar: { kind: "stopped" } }).text, "$(circle-slash) Tacit");
  });

  test("running, before the sidecar's first word", () => {
    assert.equal(render({ status: undefined }).text, "$(sparkle) Tacit");
  });

  test("thinking", () => {
    assert.equal(render({ isThinking: true }).text, "$(loading~spin) Tacit");
  });

  test("indexing, with whole percents", () => {
    const status = withActivity({ kind: "indexing", what: "my_project", percent: 41.7 });
    assert.equal(render({ status }).text, "$(sync~spin) Tacit: indexing 41 %");
    assert.match(render({ status }).tooltip, /My\\_project: 41 %/u);
  });

  test("learned, whatever else goes on", () => {
    assert.equal(
      render({ learned: "kept: const user = …", isThinking: true }).text,
      "$(mortar-board) learned: kept: const user = …",
    );
  });

  test("what was learned is one short line, and never an icon", () => {
    const { text } = render({ learned: `a\n  b $(bug) ${"x".repeat(100)}` });
    assert.ok(!text.includes("\n") && !text.includes("$(bug)") && text.endsWith("…"));
    assert.ok(Array.from(text).length <= 70);
    assert.ok(render({ learned: "😀".repeat(60) }).text.isWellFormed());
  });

  test("paused by setting or by the sidecar", () => {
    assert.equal(render({ isPaused: true }).text, "$(debug-pause) Tacit: paused");
    assert.equal(render({ status: withActivity({ kind: "paused" }) }).text, "$(debug-pause) Tacit: paused");
  });

  test("paused at once, though something was learned a moment ago", () => {
    assert.equal(render({ isPaused: true, learned: "single quotes" }).text, "$(debug-pause) Tacit: paused");
    assert.match(render({ isPaused: true }).tooltip, /Resume Learning/u);
  });

  test("untrusted", () => {
    assert.match(render({ isUntrusted: true }).tooltip, /untrusted workspace/u);
  });

  test("degraded: a warning with reason and action", () => {
    const degraded = [{ part: "index", reason: "The file is damaged.", action: "It is rebuilt now." }];
    const rendered = render({ status: { ...IDLE, degraded } });
    assert.deepEqual([rendered.text, rendered.severity], ["$(warning) Tacit", "warning"]);
    assert.match(rendered.tooltip, /\*\*index\*\*: The file is damaged\. It is rebuilt now\./u);
  });

  test("failed: an error with reason and action", () => {
    const rendered = render({ sidecar: { kind: "failed", reason: "It crashed.", action: "Restart it." } });
    assert.deepEqual([rendered.text, rendered.severity], ["$(error) Tacit", "error"]);
    assert.match(rendered.tooltip, /It crashed\.\n\nRestart it\./u);
  });

  test("the tooltip tells engine, examples, what was read, the week and the folder", () => {
    const { tooltip } = render();
    for (const expected of [
      "- Engine: recall",
      "- Examples: 12",
      "- Read: 1,234 files, 5,678,901 tokens",
      "- Accepted this week: 40 of 120 (33 %)",
      "- Data folder: /data/tacit",
    ]) {
      assert.ok(tooltip.includes(expected), expected);
    }
    const fresh = { ...IDLE, facts: { ...FACTS, shownThisWeek: 0, acceptedThisWeek: 0 } };
    assert.match(render({ status: fresh }).tooltip, /0 of 0$/mu);
  });
});

test("a screen reader hears neither icons nor markup", () => {
  const degraded = [{ part: "the_index", reason: "It is [damaged].", action: "*Wait*." }];
  const { tooltip } = render({ status: { ...IDLE, degraded } });
  const [first, second] = withoutMarkup(tooltip).split("\n");
  assert.equal(first, "Tacit suggests what you would write.");
  assert.equal(second, "the_index: It is [damaged]. Wait.");
});

suite("what was learned", () => {
  const learning = withActivity({ kind: "learning", what: "single quotes" });

  test("stays for a while after the sidecar has gone on", () => {
    const notice = new LearnedNotice();
    assert.equal(notice.at(0), undefined);
    notice.update(learning, 1_000);
    notice.update(IDLE, 1_100);
    assert.equal(notice.at(1_000 + LEARNED_MS_MIN - 1), "single quotes");
    assert.equal(notice.endsAt(1_100), 1_000 + LEARNED_MS_MIN);
    assert.equal(notice.at(1_000 + LEARNED_MS_MIN), undefined);
    assert.equal(notice.endsAt(1_000 + LEARNED_MS_MIN), undefined);
  });

  test("goes from the status bar by itself", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    const bar = new StatusBar(() => ({
      sidecar: { kind: "running" },
      status: IDLE,
      isThinking: false,
      isPaused: false,
      snoozedUntil: undefined,
      isUntrusted: false,
    }));
    bar.heard(learning);
    bar.heard(IDLE);
    assert.equal(fake.statusItem.text, "$(mortar-board) learned: single quotes");
    assert.equal(fake.statusItem.command, "tacit.showMenu");
    t.mock.timers.tick(LEARNED_MS_MIN);
    assert.equal(fake.statusItem.text, "$(sparkle) Tacit");
    bar.dispose();
  });
});

test("snoozed: shown while nothing else is wrong, with the time at which it ends", () => {
  const snoozedUntil = new Date(2026, 0, 2, 14, 5).getTime();
  const { text, tooltip } = render({ snoozedUntil });
  assert.equal(text, "$(bell-slash) Tacit: snoozed");
  assert.match(tooltip, /Nothing is suggested until 14:05\. \*Resume Suggestions\* ends that\./);
  assert.equal(render({ snoozedUntil, isPaused: true }).text, "$(debug-pause) Tacit: paused");
});

suite("what was decided", () => {
  test("stands before all else and is undone by a click", () => {
    const rendered = render({ decided: "vetoed: $(bug) single_quotes", learned: "kept x", isPaused: true });
    assert.equal(rendered.text, "$(discard) vetoed: $\u200b(bug) single_quotes (Undo)");
    assert.equal(rendered.command, "tacit.undoStyleDecision");
    assert.match(rendered.tooltip, /single\\_quotes\. Click to undo\.$/u);
  });

  test("says nothing where the sidecar is down: nothing can be undone then", () => {
    const rendered = render({ decided: "vetoed: x", sidecar: { kind: "restarting" } });
    assert.deepEqual([rendered.text, rendered.command], ["$(loading~spin) Tacit", "tacit.showMenu"]);
  });

  test("goes by itself, or at once when it is undone; what was learned meanwhile is seen then", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    const bar = new StatusBar(() => ({
      sidecar: { kind: "running" },
      status: IDLE,
      isThinking: false,
      isPaused: false,
      snoozedUntil: undefined,
      isUntrusted: false,
    }));
    bar.decided("vetoed: x");
    assert.equal(fake.statusItem.command, "tacit.undoStyleDecision");
    t.mock.timers.tick(DECIDED_MS - 1_000);
    bar.heard(withActivity({ kind: "learning", what: "single quotes" }));
    assert.match(fake.statusItem.text, /vetoed/u);
    t.mock.timers.tick(1_000);
    assert.equal(fake.statusItem.text, "$(mortar-board) learned: single quotes");
    assert.equal(fake.statusItem.command, "tacit.showMenu");
    t.mock.timers.tick(LEARNED_MS_MIN);
    assert.equal(fake.statusItem.text, "$(sparkle) Tacit");
    bar.decided("vetoed: x");
    bar.decided(undefined);
    assert.equal(fake.statusItem.text, "$(sparkle) Tacit");
    bar.dispose();
  });
});
