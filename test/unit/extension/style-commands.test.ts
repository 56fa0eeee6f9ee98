import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { DecideParams, NotMyStyleParams, StyleResult, WhyResult } from "../../../protocol/messages.ts";
import type { Learned } from "../../../protocol/style.ts";
import { DEFAULT_SETTINGS } from "../../../protocol/settings.ts";
import { fake, FakeState, FakeTextDocument, useFakeVscode } from "./fake-vscode.ts";
import { FakeEditor } from "./fake-editor.ts";

useFakeVscode();
const { COMMANDS } = await import("../../../extension/commands.ts");
const { Snooze } = await import("../../../extension/snooze.ts");
const { LastDecision } = await import("../../../extension/decisions.ts");
type Deps = Parameters<(typeof COMMANDS)[number]["run"]>[0];

const QUOTES: Learned = {
  id: "typescript/quotes=single@project:1",
  kind: "convention",
  languageId: "typescript",
  scope: { level: "project", project: 1, path: "" },
  attribute: "quotes",
  title: "strings: single quotes",
  held: 212,
  total: 215,
  confidence: 0.97,
  state: "serves",
  evidence: [{ path: "src/a.ts", line: 2, text: "use('b');" }],
};
const INCLUDES: Learned = {
  ...QUOTES,
  id: "typescript/correction=1",
  kind: "correction",
  attribute: "correction",
  title: "`$1.indexOf($2) !== -1` → `$1.includes($2)`",
  confidence: 0.8,
  evidence: [],
};
const WHY: WhyResult = {
  generationId: "g1",
  text: "use('a');",
  engine: "recall",
  proposer: "project",
  source: "src/users.ts",
  confidence: 0.834,
  examples: [],
  repairs: [],
};
const repairOf = ({ id: learnedId, kind, title }: Learned, count = 1) => ({ learnedId, kind, title, count });

interface World {
  readonly why?: WhyResult | null;
  readonly style?: Partial<StyleResult>;
  /** Where the sidecar fails. */
  readonly fails?: string;
}

function open({ why = WHY, style = {}, fails }: World = {}) {
  fake.reset();
  const editor = new FakeEditor("▮\n");
  const done: string[] = [];
  const answer = <T>(what: string, value: T): Promise<T> => {
    done.push(what);
    return fails === undefined ? Promise.resolve(value) : Promise.reject(new Error(fails));
  };
  const deps: Deps = {
    tell: (what) => what(editor.tracker),
    sidecar: {
      state: { kind: "running" },
      restart: () => Promise.resolve(),
      learnWorkspace: () => Promise.reject(new Error("nobody asked for this")),
      previewExport: () => Promise.reject(new Error("nobody asked for this")),
      ledger: () => Promise.reject(new Error("nobody asked for this")),
      forget: () => Promise.reject(new Error("nobody asked for this")),
      exportData: () => Promise.reject(new Error("nobody asked for this")),
      why: ({ generationId = "the latest" }) => answer(`why ${generationId}`, why),
      notMyStyle: (params: NotMyStyleParams) => {
        const what = "learnedId" in params ? params.learnedId : "text";
        return answer(`veto ${what}`, { id: what, vetoed: `words for ${what}`, before: null });
      },
      style: () => answer("style", { learned: [], vetoedTexts: [], ...style }),
      decide: ({ id, decision }: DecideParams) => answer(`decide ${id}: ${String(decision)}`, undefined),
      erase: ({ id }) => answer(`erase ${id}`, undefined),
      models: () => Promise.reject(new Error("nobody asked for this")),
      downloadModel: () => Promise.reject(new Error("nobody asked for this")),
      checkModelFile: () => Promise.reject(new Error("nobody asked for this")),
      cuda: () => Promise.reject(new Error("nobody asked for this")),
      addCuda: () => Promise.reject(new Error("nobody asked for this")),
    },
    answerRating: () => undefined,
    lastDecision: new LastDecision((what) => void done.push(`status ${what ?? "undone"}`)),
    model: {
      setting: () => DEFAULT_SETTINGS,
      awaitedConsent: () => undefined,
      ask: () => Promise.reject(new Error("nobody asked for this")),
      askForKey: () => Promise.reject(new Error("nobody asked for this")),
    },
    pause: { mode: () => "passive", state: new FakeState() },
    snooze: new Snooze(() => undefined),
    isPaused: () => false,
    isTrusted: () => true,
    showLog: () => void done.push("log"),
  };
  const show = (): void => {
    editor.offer("use('a');");
    editor.wait(800);
  };
  return { deps, editor, done, show };
}

async function run(id: string, deps: Deps): Promise<void> {
  await COMMANDS.find((command) => command.id === id)!.run(deps);
}

const pick = (label: RegExp) => (items: readonly { label: string }[]) => items.find((item) => label.test(item.label));
const labels = (index = 0): string[] => fake.picks[index]!.items.map(({ label }) => label.replace(/^\$\(.*?\) /u, ""));

suite("not my style", () => {
  test("one convention that shaped it is vetoed at once, and what is on screen is asked for again", async () => {
    const { deps, done, show } = open({ why: { ...WHY, repairs: [repairOf(QUOTES, 2)] } });
    show();
    await run("tacit.notMyStyle", deps);
    assert.deepEqual(done, ["why g1", `veto ${QUOTES.id}`, `status vetoed: words for ${QUOTES.id}`]);
    assert.deepEqual(fake.picks, []);
    assert.deepEqual(fake.executed, ["editor.action.inlineSuggest.hide", "editor.action.inlineSuggest.trigger"]);
  });

  test("of several one is chosen, or the text", async () => {
    const { deps, done, show } = open({ why: { ...WHY, repairs: [repairOf(QUOTES, 2), repairOf(INCLUDES)] } });
    show();
    fake.answers = [pick(/includes/u), pick(/This text/u), undefined];
    for (let time = 0; time < 3; time++) await run("tacit.notMyStyle", deps);
    assert.deepEqual(labels(), [QUOTES.title, INCLUDES.title, "This text"]);
    assert.deepEqual(
      done.filter((what) => what.startsWith("veto")),
      [`veto ${INCLUDES.id}`, "veto text"],
    );
  });

  test("what nothing shaped is vetoed as a text, also after it was accepted", async () => {
    const { deps, editor, done, show } = open();
    show();
    editor.tab("use('a');");
    await run("tacit.notMyStyle", deps);
    assert.deepEqual(done, ["why g1", "veto text", "status vetoed: words for text"]);
    assert.deepEqual(fake.executed, []);
  });

  test("it says so where there is nothing to say this about", async () => {
    const { deps, done } = open();
    await run("tacit.notMyStyle", deps);
    await run("tacit.notMyStyle", { ...deps, isPaused: () => true, tell: () => undefined });
    assert.match(fake.messages[0]!, /no suggestion yet/u);
    assert.match(fake.messages[1]!, /paused/u);
    assert.deepEqual(done, []);
  });

  test("a failure is told, with the log at hand", async () => {
    const { deps, done, show } = open({ fails: "The sidecar is not running." });
    show();
    fake.answers = ["Show Log"];
    await run("tacit.notMyStyle", deps);
    assert.match(fake.messages[0]!, /not stored: The sidecar is not running/u);
    assert.equal(done.at(-1), "log");
  });

  test("undo decides what was decided before, once", async () => {
    const { deps, done, show } = open({ why: { ...WHY, repairs: [repairOf(QUOTES)] } });
    show();
    await run("tacit.notMyStyle", deps);
    await run("tacit.undoStyleDecision", deps);
    assert.deepEqual(done.slice(-2), ["status undone", `decide ${QUOTES.id}: null`]);
    assert.match(fake.remarks[0]!, /undone: vetoed/u);
    await run("tacit.undoStyleDecision", deps);
    assert.match(fake.messages[0]!, /no decision to undo/u);
  });
});

suite("why this suggestion", () => {
  const examples = [{ path: "src/orders.ts", line: 0, text: "use('order');" }];

  test("names engine, examples and what style changed", async () => {
    const why = { ...WHY, examples, repairs: [repairOf(QUOTES, 2), repairOf(INCLUDES)] };
    const { deps, show } = open({ why, style: { learned: [QUOTES] } });
    show();
    await run("tacit.why", deps);
    assert.equal(fake.picks[0]!.title, "Why: use('a');");
    assert.deepEqual(labels(), [
      "where it comes from",
      "recall: project",
      "what you wrote before",
      "src/orders.ts",
      "what your style changed in it",
      QUOTES.title,
      INCLUDES.title,
      "what you think of it",
      "Never Suggest This Text",
    ]);
    const told = JSON.stringify(fake.picks[0]!.items);
    assert.match(told, /src\/users\.ts, 83 % sure/u);
    assert.match(told, /convention, 2 times.*97 %, 212 of 215/u);
  });

  test("opens an example at its line", async () => {
    const { deps, show } = open({ why: { ...WHY, examples } });
    show();
    fake.documents = [new FakeTextDocument("file:///w/src/orders.ts", "first();\n  use('order');\n")];
    fake.answers = [pick(/orders/u)];
    await run("tacit.why", deps);
    assert.deepEqual(fake.opened, ["file:///w/src/orders.ts:2"]);
  });

  test("leads to a decision about a convention", async () => {
    const { deps, done, show } = open({
      why: { ...WHY, repairs: [repairOf(QUOTES)] },
      style: { learned: [QUOTES] },
    });
    show();
    fake.answers = [pick(/single quotes/u), pick(/Pin/u)];
    await run("tacit.why", deps);
    assert.deepEqual(done.slice(-2), [`decide ${QUOTES.id}: pinned`, `status pinned: ${QUOTES.title}`]);
  });

  test("leads to a veto of the text", async () => {
    const { deps, done, show } = open();
    show();
    fake.answers = [pick(/Never/u)];
    await run("tacit.why", deps);
    assert.deepEqual(done, ["why g1", "veto text", "status vetoed: words for text"]);
  });

  test("asks about the latest while nothing is observed, and says where nothing is known", async () => {
    const { deps, done } = open({ why: null });
    await run("tacit.why", { ...deps, tell: () => undefined });
    assert.deepEqual(done, ["why the latest"]);
    assert.match(fake.messages[0]!, /no suggestion yet/u);
  });
});

suite("show learned style", () => {
  const PYTHON = { ...QUOTES, id: "python/quotes", languageId: "python", state: "pinned" as const };
  const VETOED = { ...QUOTES, id: "typescript/semicolons", attribute: "semicolons", state: "vetoed" as const };

  test("by language, then by subject, the surest first", async () => {
    const learned = [INCLUDES, { ...QUOTES, id: "weaker", title: "weaker", confidence: 0.6 }, QUOTES, VETOED, PYTHON];
    const vetoedTexts = [{ id: "text:1", languageId: "typescript", text: "console.log(x);\nmore();" }];
    const { deps } = open({ style: { learned, vetoedTexts } });
    fake.answers = [pick(/typescript/u)];
    await run("tacit.showStyle", deps);
    assert.deepEqual(labels(0), ["python", "typescript"]);
    assert.match(JSON.stringify(fake.picks[0]!.items), /4 learned, 3 in force/u);
    assert.deepEqual(labels(1), [
      "correction",
      INCLUDES.title,
      "quotes",
      QUOTES.title,
      "weaker",
      "semicolons",
      VETOED.title,
      "never suggested",
      "console.log(x);…",
    ]);
    assert.match(JSON.stringify(fake.picks[1]!.items), /97 %, 212 of 215, project, vetoed/u);
  });

  test("what holds in every language has a name too", async () => {
    const person = { ...QUOTES, languageId: "", title: "comments: English" };
    const { deps } = open({ style: { learned: [QUOTES, person] } });
    fake.answers = [pick(/every language/u)];
    await run("tacit.showStyle", deps);
    assert.deepEqual(labels(0), ["every language", "typescript"]);
    assert.equal(fake.picks[1]!.title, "Learned Style: every language");
    assert.deepEqual(labels(1), ["quotes", "comments: English"]);
  });

  test("each is pinned, vetoed, left to observation or erased", async () => {
    const { deps, done } = open({ style: { learned: [QUOTES, VETOED] } });
    const decide = async (what: RegExp, index: number): Promise<void> => {
      const choose = (items: readonly { label: string }[]) =>
        items.filter(({ label }) => label.includes("single quotes"))[index];
      fake.answers = [choose, pick(what)];
      await run("tacit.showStyle", deps);
    };
    await decide(/Veto/u, 0);
    await decide(/Decide by/u, 1);
    await decide(/Erase/u, 0);
    assert.deepEqual(
      done.filter((what) => what !== "style"),
      [
        `decide ${QUOTES.id}: vetoed`,
        `status vetoed: ${QUOTES.title}`,
        `decide ${VETOED.id}: null`,
        `status left to what you do: ${VETOED.title}`,
        `erase ${QUOTES.id}`,
      ],
    );
    await run("tacit.undoStyleDecision", deps);
    assert.equal(done.at(-1), `decide ${VETOED.id}: vetoed`);
  });

  test("evidence is opened where it is, or said to be gone", async () => {
    const { deps } = open({ style: { learned: [QUOTES] } });
    fake.answers = [pick(/single/u), pick(/src\/a\.ts:2/u)];
    await run("tacit.showStyle", deps);
    assert.match(fake.messages[0]!, /src\/a\.ts is not in this workspace/u);
    // Two lines were written above it since.
    fake.documents = [new FakeTextDocument("file:///w/src/a.ts", "a();\nb();\nc();\nuse('b');\nuse('b');\n")];
    fake.answers = [pick(/single/u), pick(/src\/a\.ts:2/u)];
    await run("tacit.showStyle", deps);
    assert.deepEqual(fake.opened, ["file:///w/src/a.ts:4"]);
  });

  test("a vetoed text is allowed again", async () => {
    const { deps, done } = open({ style: { vetoedTexts: [{ id: "text:7", languageId: "go", text: "panic(err)" }] } });
    fake.answers = [pick(/panic/u), pick(/Allow/u)];
    await run("tacit.showStyle", deps);
    assert.equal(done.at(-1), "decide text:7: null");
  });

  test("says so where nothing was learned", async () => {
    const { deps } = open();
    await run("tacit.showStyle", deps);
    assert.match(fake.messages[0]!, /Nothing was learned about style yet/u);
  });
});
