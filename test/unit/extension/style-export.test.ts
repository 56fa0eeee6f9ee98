import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { StyleExportParams, StyleExportResult } from "../../../protocol/messages.ts";
import {
  fake,
  FakeTextDocument,
  TabInputTextDiff,
  Uri,
  useFakeVscode,
  window,
  workspace,
  type WorkspaceEdit,
} from "./fake-vscode.ts";

useFakeVscode();
const { exportStyle, PREVIEW_SCHEME } = await import("../../../extension/style-export.ts");
type Deps = Parameters<typeof exportStyle>[0];

const FILE = "file:///project/AGENTS.md";
const BEFORE = "# Mine\r\n";
const AFTER = "# Mine\r\n\r\nlearned\r\n";

/** What the sidecar answers: appends to the text it is told, else to the disk's. */
function answer({ text }: StyleExportParams): StyleExportResult {
  const after = text === undefined ? AFTER : `${text}\nlearned\n`;
  return { path: "/project/AGENTS.md", before: text ?? BEFORE, after, isEmpty: false, notes: ["Mind this."] };
}

interface Screen {
  readonly deps: Deps;
  /** What the sidecar was asked. */
  readonly asked: StyleExportParams[];
  /** Files by address; a test looks here for what was written. */
  readonly disk: Map<string, string>;
  readonly opened: string[];
  readonly edits: WorkspaceEdit[];
  /** Both sides of each comparison that was shown, and its title. */
  readonly compared: { left: string; right: string; title: string }[];
  /** Tabs that were closed. */
  readonly closed: unknown[];
}

function open(reply: (params: StyleExportParams) => StyleExportResult = answer): Screen {
  fake.reset();
  const asked: StyleExportParams[] = [];
  const disk = new Map([[FILE, BEFORE]]);
  const opened: string[] = [];
  const edits: WorkspaceEdit[] = [];
  const compared: Screen["compared"] = [];
  const closed: unknown[] = [];
  const tabs: { input: unknown }[] = [];
  let provider: { provideTextDocumentContent(uri: Uri): string } | undefined;
  Object.assign(workspace, {
    workspaceFolders: [{ name: "project", uri: new Uri("file:///project") }],
    registerTextDocumentContentProvider: (scheme: string, given: typeof provider) => {
      assert.equal(scheme, PREVIEW_SCHEME);
      provider = given;
      return { dispose: () => (provider = undefined) };
    },
    openTextDocument: ({ content }: { content: string }) =>
      Promise.resolve(new FakeTextDocument("untitled:1", content)),
    applyEdit: (edit: WorkspaceEdit) => Promise.resolve(edits.push(edit) > 0),
    fs: {
      readFile: (uri: Uri) => {
        const text = disk.get(uri.toString());
        return text === undefined ? Promise.reject(new Error("no such file")) : Promise.resolve(Buffer.from(text));
      },
      writeFile: (uri: Uri, bytes: Uint8Array) => {
        disk.set(uri.toString(), Buffer.from(bytes).toString());
        return Promise.resolve();
      },
    },
  });
  Object.assign(window, {
    showTextDocument: (shown: Uri | FakeTextDocument) => {
      opened.push(shown instanceof FakeTextDocument ? shown.content : shown.toString());
      return Promise.resolve();
    },
    tabGroups: {
      all: [{ tabs }],
      close: (given: unknown[]) => Promise.resolve(closed.push(...given)),
    },
  });
  fake.onExecute = (command, ...args) => {
    assert.equal(command, "vscode.diff");
    const [left, right, title] = args as [Uri, Uri, string];
    const read = (uri: Uri): string => provider!.provideTextDocumentContent(uri);
    compared.push({ left: read(left), right: read(right), title });
    tabs.push({ input: new TabInputTextDiff(right) }, { input: new TabInputTextDiff(new Uri("other:/a")) });
  };
  const deps: Deps = {
    preview: (params) => {
      asked.push(params);
      return Promise.resolve(reply(params));
    },
    isTrusted: () => true,
    showLog: () => undefined,
  };
  return { deps, asked, disk, opened, edits, compared, closed };
}

const pick = (label: RegExp) => (items: readonly { label: string }[]) => items.find((item) => label.test(item.label));
const AGENTS = pick(/^AGENTS/u);
const WRITE = pick(/Write AGENTS\.md/u);
const CANCEL = pick(/Cancel/u);

function dirty(text: string): FakeTextDocument {
  const document = new FakeTextDocument(FILE, text);
  document.isDirty = true;
  return document;
}

suite("export of the learned style", () => {
  test("the change is shown first, then written as it was shown", async () => {
    const { deps, asked, disk, opened, compared, closed, edits } = open();
    fake.answers = [AGENTS, WRITE];
    await exportStyle(deps);
    assert.deepEqual(asked, [{ folder: "file:///project", format: "agents" }]);
    assert.deepEqual(compared, [{ left: BEFORE, right: AFTER, title: "AGENTS.md: Learned Style" }]);
    assert.equal(disk.get(FILE), AFTER);
    assert.deepEqual(opened, [FILE]);
    assert.equal(closed.length, 1, "the comparison is closed, other tabs are not");
    assert.deepEqual(edits, []);
  });

  test("what the user should know stands beside the question", async () => {
    const { deps } = open();
    fake.answers = [AGENTS, CANCEL];
    await exportStyle(deps);
    assert.match(JSON.stringify(fake.picks.at(-1)!.items[0]), /Mind this\./u);
  });

  test("Cancel and Escape write nothing, and close the comparison", async () => {
    for (const no of [CANCEL, undefined]) {
      const { deps, disk, closed, opened } = open();
      fake.answers = [AGENTS, no];
      await exportStyle(deps);
      assert.equal(disk.get(FILE), BEFORE);
      assert.deepEqual([closed.length, opened.length], [1, 0]);
    }
  });

  test("no format, no question", async () => {
    const { deps, asked } = open();
    fake.answers = [undefined];
    await exportStyle(deps);
    assert.deepEqual(asked, []);
  });

  test("a file that is being edited is changed in its editor, from the text that is there", async () => {
    const { deps, asked, disk, edits } = open();
    fake.documents = [dirty("typed\n")];
    fake.answers = [AGENTS, WRITE];
    await exportStyle(deps);
    assert.deepEqual(asked.at(-1), { folder: "file:///project", format: "agents", text: "typed\n" });
    assert.equal(disk.get(FILE), BEFORE);
    const [{ uri, range, text } = assert.fail()] = edits[0]!.replacements;
    assert.equal(uri.toString(), FILE);
    assert.deepEqual([range.start.line, range.start.character, range.end.line, text], [1, 0, 1, "\nlearned\n"]);
  });

  test("a file that changed while the comparison was shown is left alone", async () => {
    const { deps, disk, edits } = open();
    const change = (items: readonly { label: string }[]): unknown => {
      disk.set(FILE, "other");
      return WRITE(items);
    };
    fake.answers = [AGENTS, change];
    await exportStyle(deps);
    assert.equal(disk.get(FILE), "other");
    assert.match(fake.messages[0]!, /changed meanwhile, so nothing was written/u);

    const document = dirty("typed\n");
    fake.documents = [document];
    fake.answers = [AGENTS, (items: readonly { label: string }[]) => ((document.content = "more\n"), WRITE(items))];
    await exportStyle(deps);
    assert.deepEqual(edits, []);
    assert.match(fake.messages[1]!, /changed meanwhile/u);
  });

  test("a file that does not exist yet is made, unless somebody made it meanwhile", async () => {
    const reply = (params: StyleExportParams): StyleExportResult => ({ ...answer(params), before: null });
    const fresh = open(reply);
    fresh.disk.delete(FILE);
    fake.answers = [AGENTS, WRITE];
    await exportStyle(fresh.deps);
    assert.equal(fresh.disk.get(FILE), AFTER);
    assert.equal(fresh.compared[0]!.left, "");

    const { deps, disk } = open(reply);
    fake.answers = [AGENTS, WRITE];
    await exportStyle(deps);
    assert.equal(disk.get(FILE), BEFORE);
  });

  test("says so where nothing would change, or nothing was learned", async () => {
    const same = open((params) => ({ ...answer(params), after: BEFORE, notes: [] }));
    fake.answers = [AGENTS];
    await exportStyle(same.deps);
    assert.deepEqual(fake.messages, ["AGENTS.md is up to date."]);
    const none = open((params) => ({
      ...answer(params),
      after: BEFORE,
      isEmpty: true,
      notes: ["Nothing was learned."],
    }));
    fake.answers = [AGENTS];
    await exportStyle(none.deps);
    assert.deepEqual(fake.messages, ["Nothing was learned."]);
    assert.deepEqual(none.compared, []);
  });

  test("JSON opens as a new document", async () => {
    const { deps, opened, compared } = open(() => ({
      path: null,
      before: null,
      after: "{}",
      isEmpty: false,
      notes: [],
    }));
    fake.answers = [pick(/JSON/u)];
    await exportStyle(deps);
    assert.deepEqual([opened, compared], [["{}"], []]);
  });

  test("among several folders the user chooses", async () => {
    const { deps, asked } = open();
    const folders = ["a", "b"].map((name) => ({ name, uri: new Uri(`file:///${name}`) }));
    Object.assign(workspace, { workspaceFolders: folders });
    fake.answers = [pick(/^b$/u), AGENTS, CANCEL];
    await exportStyle(deps);
    assert.equal(asked[0]!.folder, "file:///b");
  });

  test("tells why it failed, and does nothing without a folder or trust", async () => {
    const { deps } = open(() => {
      throw new Error("AGENTS.md, line 2: the section of Tacit that begins here never ends.");
    });
    fake.answers = [AGENTS];
    await exportStyle(deps);
    assert.match(fake.messages[0]!, /was not exported: AGENTS\.md, line 2/u);
    await exportStyle({ ...deps, isTrusted: () => false });
    assert.match(fake.messages[1]!, /untrusted/u);
    Object.assign(workspace, { workspaceFolders: undefined });
    await exportStyle(deps);
    assert.match(fake.messages[2]!, /Open a folder first/u);
  });
});
