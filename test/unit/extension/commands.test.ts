import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { DEFAULT_SETTINGS, type EngineSetting, type LearningMode } from "../../../protocol/settings.ts";
import { fake, FakeState, useFakeVscode } from "./fake-vscode.ts";
import { FakeEditor } from "./fake-editor.ts";

useFakeVscode();
const { COMMANDS } = await import("../../../extension/commands.ts");
const { Snooze } = await import("../../../extension/snooze.ts");
const { LastDecision } = await import("../../../extension/decisions.ts");
type Deps = Parameters<(typeof COMMANDS)[number]["run"]>[0];

const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  contributes: { commands: { command: string }[]; keybindings: { command: string }[] };
};

const REPORT = {
  files: 120,
  tokens: 34_000,
  chunks: 800,
  newChunks: 800,
  milliseconds: 2_149,
  skipped: {},
  languages: {},
  conventions: [],
};
const unexpected = (): Promise<never> => Promise.reject(new Error("nobody asked for this"));

function open(changes: Partial<Deps> = {}): { deps: Deps; editor: FakeEditor; done: string[] } {
  fake.reset();
  const editor = new FakeEditor("▮\n");
  const done: string[] = [];
  const deps: Deps = {
    tell: (what) => what(editor.tracker),
    sidecar: {
      state: { kind: "running" },
      restart: () => {
        done.push("restart");
        return Promise.resolve();
      },
      learnWorkspace: () => Promise.resolve(REPORT),
      why: unexpected,
      notMyStyle: unexpected,
      style: unexpected,
      decide: unexpected,
      erase: unexpected,
      previewExport: unexpected,
      ledger: unexpected,
      forget: unexpected,
      exportData: unexpected,
      models: unexpected,
      downloadModel: unexpected,
      checkModelFile: unexpected,
      cuda: unexpected,
      addCuda: unexpected,
    },
    answerRating: () => undefined,
    lastDecision: new LastDecision((what) => void done.push(`decided ${String(what)}`)),
    model: modelDeps(),
    pause: { mode: () => "passive", state: new FakeState() },
    snooze: new Snooze(() => undefined),
    isPaused: () => false,
    isTrusted: () => true,
    showLog: () => void done.push("log"),
    ...changes,
  };
  return { deps, editor, done };
}

function modelDeps(changes: Partial<Deps["model"]> = {}): Deps["model"] {
  return {
    setting: () => DEFAULT_SETTINGS,
    awaitedConsent: () => undefined,
    ask: unexpected,
    askForKey: unexpected,
    ...changes,
  };
}

const withServer = (engine: EngineSetting) => () => ({
  ...DEFAULT_SETTINGS,
  engine,
  remote: { ...DEFAULT_SETTINGS.remote, url: "http://127.0.0.1:8080" },
});

async function run(id: string, deps: Deps): Promise<void> {
  await COMMANDS.find((command) => command.id === id)!.run(deps);
}

const pick = (label: RegExp) => (items: readonly { label: string }[]) => items.find((item) => label.test(item.label));

suite("commands", () => {
  test("are those of the manifest", () => {
    const declared = manifest.contributes.commands.map(({ command }) => command).sort();
    assert.deepEqual(COMMANDS.map(({ id }) => id).sort(), declared);
    for (const { command } of manifest.contributes.keybindings) assert.ok(declared.includes(command), command);
  });

  test("rate: with words", async () => {
    const { deps, editor } = open();
    editor.offer("foo(bar)");
    editor.wait(800);
    fake.answers = [pick(/👎/u), "too long"];
    await run("tacit.rateLastSuggestion", deps);
    assert.deepEqual(editor.told, ["shown g1", "rated g1 down"]);
    assert.equal(editor.last("rated").words, "too long");
    assert.equal(fake.picks[0]!.title, "Rate: foo(bar)");
  });

  test("rate: Escape at the words still rates, Escape before does not", async () => {
    const { deps, editor } = open();
    editor.offer("foo(bar)");
    editor.wait(800);
    fake.answers = [undefined];
    await run("tacit.rateLastSuggestion", deps);
    assert.deepEqual(editor.told, ["shown g1"]);
    fake.answers = [pick(/👍/u), undefined];
    await run("tacit.rateLastSuggestion", deps);
    assert.deepEqual(editor.told, ["shown g1", "rated g1 up"]);
  });

  test("rate: the one that was asked about, though another is shown meanwhile", async () => {
    const { deps, editor } = open();
    editor.offer("foo(bar)");
    editor.wait(800);
    const showAnother = (): string => {
      editor.offer("other", { id: "g2" });
      editor.wait(800);
      return "fine";
    };
    fake.answers = [pick(/👍/u), showAnother];
    await run("tacit.rateLastSuggestion", deps);
    assert.equal(editor.told.at(-1), "rated g1 up");
  });

  test("rate: says so where there is nothing to rate", async () => {
    const { deps } = open();
    await run("tacit.rateLastSuggestion", deps);
    await run("tacit.rateLastSuggestion", { ...deps, isPaused: () => true, tell: () => undefined });
    assert.match(fake.messages[0]!, /no suggestion to rate yet/u);
    assert.match(fake.messages[1]!, /paused/u);
  });

  test("learn from the workspace: tells the figures", async () => {
    const { deps } = open();
    await run("tacit.learnWorkspace", deps);
    assert.deepEqual(fake.messages, ["Tacit has read 120 files (34,000 tokens, 800 pieces) in 2.1 s."]);
  });

  test("learn from the workspace: shows what was found, if asked to", async () => {
    const { deps } = open();
    const conventions = ["go: errors: wraps with %w, 41 of 44 (a.go:12)"];
    const learnWorkspace = () => Promise.resolve({ ...REPORT, conventions });
    const withFindings = { ...deps, sidecar: { ...deps.sidecar, learnWorkspace } };
    fake.answers = [undefined, "Show Details"];
    await run("tacit.learnWorkspace", withFindings);
    assert.deepEqual(fake.pages, []);
    await run("tacit.learnWorkspace", withFindings);
    assert.match(fake.messages[0]!, /Found: 1 convention\./u);
    assert.match(fake.pages[0]!, /^- go: errors: wraps with %w, 41 of 44 \(a\.go:12\)$/mu);
  });

  test("learn from the workspace: tells a failure, and nothing in an untrusted workspace", async () => {
    const { deps } = open();
    const learnWorkspace = (): Promise<never> => Promise.reject(new Error("The sidecar is not running."));
    await run("tacit.learnWorkspace", { ...deps, sidecar: { ...deps.sidecar, learnWorkspace } });
    await run("tacit.learnWorkspace", { ...deps, isTrusted: () => false });
    assert.match(fake.messages[0]!, /could not be read: The sidecar is not running/u);
    assert.match(fake.messages[1]!, /untrusted/u);
  });

  test("pause and resume set the mode for all windows, and in a workspace that has its own", async () => {
    const { deps } = open();
    await run("tacit.pauseLearning", deps);
    fake.inspected = { workspaceValue: "off" };
    await run("tacit.resumeLearning", deps);
    assert.deepEqual(fake.updates, [
      "tacit.learning.mode = off (1)",
      "tacit.learning.mode = passive (2)",
      "tacit.learning.mode = passive (1)",
    ]);
  });

  test("who has learned actively goes on so after a pause", async () => {
    const { deps } = open();
    let mode: LearningMode = "active";
    const pause = { ...deps.pause, mode: () => mode };
    await run("tacit.pauseLearning", { ...deps, pause });
    mode = "off";
    await run("tacit.pauseLearning", { ...deps, pause });
    await run("tacit.resumeLearning", { ...deps, pause });
    assert.equal(fake.updates.at(-1), "tacit.learning.mode = active (1)");
  });

  test("snooze asks for how long, hides what is shown and ends by itself or by command", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    const { deps, editor } = open();
    const labelOf = (id: string) => COMMANDS.find((command) => command.id === id)!.menu!(deps);
    editor.offer("use('a');");
    editor.wait(800);
    await run("tacit.snooze", deps);
    assert.equal(deps.snooze.until, undefined, "Escape");
    fake.answers = [pick(/^15 minutes$/)];
    await run("tacit.snooze", deps);
    assert.equal(deps.snooze.until, 1_000_000 + 15 * 60_000);
    assert.equal(editor.last("snoozed").generationId, "g1");
    assert.deepEqual(fake.executed, ["editor.action.inlineSuggest.hide"]);
    assert.deepEqual([labelOf("tacit.snooze"), labelOf("tacit.endSnooze")], [undefined, "$(bell) Resume Suggestions"]);
    t.mock.timers.tick(15 * 60_000);
    assert.equal(deps.snooze.until, undefined);
    fake.answers = [pick(/^5 minutes$/)];
    await run("tacit.snooze", deps);
    await run("tacit.endSnooze", deps);
    assert.equal(deps.snooze.until, undefined);
  });

  test("the model is switched where there is one; else the way to one is shown", async () => {
    const { deps } = open();
    const label = (model: Partial<Deps["model"]>) =>
      COMMANDS.find(({ id }) => id === "tacit.switchModel")!.menu!({ ...deps, model: modelDeps(model) });
    assert.equal(label({}), undefined);
    assert.match(label({ setting: withServer("auto") })!, /Use Memory Alone/u);
    assert.match(label({ setting: withServer("recall") })!, /Use Model Server/u);
    await run("tacit.switchModel", { ...deps, model: modelDeps({ setting: withServer("auto") }) });
    await run("tacit.switchModel", { ...deps, model: modelDeps({ setting: withServer("recall") }) });
    assert.deepEqual(fake.updates, ["tacit.engine = recall (1)", "tacit.engine = auto (1)"]);
    fake.answers = ["Set Address"];
    await run("tacit.switchModel", deps);
    assert.deepEqual(fake.executed, ["workbench.action.openSettings"]);
  });

  test("a model that waits for consent is not switched off: the user is asked", async () => {
    const { deps, done } = open();
    const ask = (host: string): Promise<void> => Promise.resolve(void done.push(host));
    const model = modelDeps({ setting: withServer("auto"), awaitedConsent: () => "gpu:8080", ask });
    const { menu } = COMMANDS.find(({ id }) => id === "tacit.switchModel")!;
    assert.match(menu!({ ...deps, model })!, /Allow Model Server/u);
    await run("tacit.switchModel", { ...deps, model });
    assert.deepEqual([done, fake.updates], [["gpu:8080"], []]);
  });

  test("restart and log do what they say", async () => {
    const { deps, done } = open();
    await run("tacit.restartSidecar", deps);
    await run("tacit.showLog", deps);
    assert.deepEqual(done, ["restart", "log"]);
  });

  test("the menu offers what makes sense now, and runs it", async () => {
    const { deps, editor } = open();
    const labels = async (changes: Partial<Deps> = {}): Promise<string[]> => {
      fake.picks = [];
      await run("tacit.showMenu", { ...deps, ...changes });
      return fake.picks[0]!.items.map((item) => item.label.replace(/^\$\(.*\) /u, ""));
    };
    const always = ["Show Log", "Restart Sidecar"];
    const style = ["Show Learned Style", "Export Learned Style", "Show Ledger"];
    const [snooze, choose] = ["Snooze Suggestions", "Choose Model"];
    const learning = ["Learn From This Workspace", "Pause Learning"];
    assert.deepEqual(await labels(), [...style, ...learning, snooze, choose, ...always]);
    assert.deepEqual(await labels({ isTrusted: () => false, isPaused: () => true }), [
      "Show Learned Style",
      "Show Ledger",
      "Resume Learning",
      snooze,
      choose,
      ...always,
    ]);
    editor.offer("foo");
    editor.wait(800);
    const about = ["Rate Last Suggestion", "Why This Suggestion?", "Not My Style"];
    assert.deepEqual((await labels()).slice(0, 3), about);
    const failed = { ...deps.sidecar, state: { kind: "failed" as const, reason: "", action: "" } };
    assert.deepEqual(await labels({ sidecar: failed }), ["Rate Last Suggestion", "Pause Learning", snooze, ...always]);
    fake.answers = [pick(/Restart/u)];
    await labels();
    assert.deepEqual(fake.executed, ["tacit.restartSidecar"]);
  });

  test("the next word and line go through the editor's own commands", async () => {
    const { deps, editor } = open();
    editor.offer("let total = 1;\nnext();");
    editor.wait(800);
    fake.onExecute = (command) => editor.insert(command.endsWith("Word") ? "let" : " total = 1;\n");
    await run("tacit.acceptNextWord", deps);
    await run("tacit.acceptNextLine", deps);
    assert.deepEqual(fake.executed, [
      "editor.action.inlineSuggest.acceptNextWord",
      "editor.action.inlineSuggest.acceptNextLine",
    ]);
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word key 3", "accepted g1 line key 15"]);
  });

  test("Escape hides the suggestion and says so", async () => {
    const { deps, editor } = open();
    editor.offer("foo");
    await run("tacit.dismissSuggestion", deps);
    assert.deepEqual(fake.executed, ["editor.action.inlineSuggest.hide"]);
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 escape"]);
  });
});
