import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type * as vscode from "vscode";
import type { OfferedItem } from "../../../extension/observe/watched.ts";
import { ACCEPTED_COMMAND } from "../../../protocol/messages.ts";
import { DEFAULT_SETTINGS } from "../../../protocol/settings.ts";
import { FakeTextDocument, InlineCompletionTriggerKind, Position, Range, useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { createInlineMiddleware, parseSuggestionInfo } = await import("../../../extension/inline.ts");

const INFO = { id: "g1", engine: "recall", proposer: "copier" };

interface Play {
  readonly answer?: () => unknown;
  readonly enable?: Readonly<Record<string, boolean>>;
  readonly isSynced?: boolean;
  readonly isSnoozed?: boolean;
  /** By key. */
  readonly isAsked?: boolean;
  readonly hasWidget?: boolean;
  readonly token?: { isCancellationRequested: boolean };
}

function item(insertText: string, options: { range?: Range; info?: unknown; command?: string } = {}): unknown {
  const {
    range = new Range(new Position(1, 2), new Position(1, 2)),
    info = INFO,
    command = ACCEPTED_COMMAND,
  } = options;
  return { insertText, range, command: { title: "", command, arguments: [info] } };
}

async function play(
  document: FakeTextDocument,
  { answer, enable, isSynced, isSnoozed, isAsked, hasWidget, token }: Play,
) {
  const offers: { items: readonly OfferedItem[]; hasWidget: boolean }[] = [];
  const asked: string[] = [];
  const logged: string[] = [];
  const note = (line: string): void => void logged.push(line);
  const middleware = createInlineMiddleware({
    settings: () => ({ ...DEFAULT_SETTINGS, enable: enable ?? { "*": true } }),
    isSnoozed: () => isSnoozed ?? false,
    isSynced: () => isSynced ?? true,
    onOffered: (_document, _position, items, widget) => void offers.push({ items, hasWidget: widget }),
    onAsk: () => {
      asked.push("begin");
      return () => asked.push("end");
    },
    log: { error: note, warn: note, info: note, debug: note },
  });
  const triggerKind = isAsked ? InlineCompletionTriggerKind.Invoke : InlineCompletionTriggerKind.Automatic;
  const result = await middleware(
    document as unknown as vscode.TextDocument,
    new Position(1, 2) as unknown as vscode.Position,
    {
      triggerKind,
      selectedCompletionInfo: hasWidget ? {} : undefined,
    } as unknown as vscode.InlineCompletionContext,
    (token ?? { isCancellationRequested: false }) as vscode.CancellationToken,
    () => answer?.() as vscode.ProviderResult<vscode.InlineCompletionItem[]>,
  );
  return { result, offers, asked, logged };
}

const open = (): FakeTextDocument => new FakeTextDocument("file:///a.ts", "one\ntwo\n");

suite("inline", () => {
  test("hands on the sidecar's items and tells of them, with offsets", async () => {
    const range = new Range(new Position(1, 1), new Position(1, 3));
    const { result, offers, asked } = await play(open(), { answer: () => [item("wofold", { range })] });
    assert.equal((result as unknown[]).length, 1);
    assert.deepEqual(offers, [
      { items: [{ info: INFO, insertText: "wofold", range: { start: 5, end: 7 } }], hasWidget: false },
    ]);
    assert.deepEqual(asked, ["begin", "end"]);
  });

  test("understands lists, items without a range, and the open suggest widget", async () => {
    const bare = { ...(item("x") as object), range: undefined };
    const { offers } = await play(open(), { answer: () => Promise.resolve({ items: [bare] }), hasWidget: true });
    assert.deepEqual(offers, [
      { items: [{ info: INFO, insertText: "x", range: { start: 6, end: 6 } }], hasWidget: true },
    ]);
  });

  test("tells of an empty answer: what was there is gone", async () => {
    for (const nothing of [undefined, null, []]) {
      const { offers } = await play(open(), { answer: () => nothing });
      assert.deepEqual(offers, [{ items: [], hasWidget: false }]);
    }
  });

  test("does not ask where the language is off or the sidecar does not know the document", async () => {
    for (const play_ of [{ enable: { typescript: false } }, { enable: { "*": false } }, { isSynced: false }]) {
      const { result, asked } = await play(open(), { ...play_, answer: () => assert.fail("asked") });
      assert.deepEqual([result, asked], [[], []]);
    }
  });

  test("while suggestions are snoozed it asks only where it is asked itself", async () => {
    const answer = () => [item("x")];
    const byItself = await play(open(), { isSnoozed: true, answer: () => assert.fail("asked") });
    assert.deepEqual([byItself.result, byItself.offers], [[], []]);
    const byKey = await play(open(), { isSnoozed: true, isAsked: true, answer });
    assert.equal((byKey.result as unknown[]).length, 1);
  });

  test("tells of nothing that comes too late: cancelled, or for an older text", async () => {
    const token = { isCancellationRequested: false };
    const cancelled = await play(open(), {
      token,
      answer: () => {
        token.isCancellationRequested = true;
        return [item("x")];
      },
    });
    const document = open();
    const stale = await play(document, {
      answer: () => {
        document.version++;
        return [item("x")];
      },
    });
    for (const { result, offers } of [cancelled, stale]) assert.deepEqual([result, offers], [[], []]);
  });

  test("answers nothing where the sidecar fails, and says so in the log only", async () => {
    const { result, asked, logged, offers } = await play(open(), {
      answer: () => Promise.reject(new Error("connection got disposed")),
    });
    assert.deepEqual([result, offers, asked], [[], [], ["begin", "end"]]);
    assert.match(logged.join(), /connection got disposed/u);
  });

  test("shows items that are not ours without following them", async () => {
    const strange = [item("a", { command: "other" }), item("b", { info: { id: 1 } }), { insertText: "c" }];
    const { result, offers } = await play(open(), { answer: () => strange });
    assert.equal((result as unknown[]).length, 3);
    assert.deepEqual(offers[0]!.items, []);
  });

  test("reads the argument of the command, or nothing", () => {
    assert.deepEqual(parseSuggestionInfo({ ...INFO, more: 1 }), INFO);
    for (const wrong of [undefined, null, "g1", {}, { id: "g1" }, { ...INFO, id: 1 }]) {
      assert.equal(parseSuggestionInfo(wrong), undefined);
    }
  });
});
