import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fake, Uri, useFakeVscode, window } from "./fake-vscode.ts";

useFakeVscode();
const { forgetEverything, forgetFile } = await import("../../../extension/ledger.ts");
type Deps = Parameters<typeof forgetEverything>[0];

function open(notes: readonly string[] = []): { deps: Deps; done: string[] } {
  fake.reset();
  const done: string[] = [];
  const unexpected = (): Promise<never> => Promise.reject(new Error("nobody asked for this"));
  const forget: Deps["sidecar"]["forget"] = ({ scope }) => {
    done.push(`forget ${scope.kind}`);
    return Promise.resolve({ counts: { examples: 2 }, notes });
  };
  return { deps: { sidecar: { forget, ledger: unexpected, exportData: unexpected }, showLog: () => undefined }, done };
}

suite("forgetting in the editor", () => {
  test("a file is excluded first, where that is wanted, or it would be read again", async () => {
    const { deps, done } = open();
    fake.configuration["tacit.privacy.exclude"] = ["**/.env*"];
    window.activeTextEditor = { document: { uri: new Uri("file:///w/src/[id].ts") } };
    fake.answers = ["Forget and Exclude"];
    await forgetFile(deps);
    assert.deepEqual(fake.updates, ["tacit.privacy.exclude = **/.env*,/src/\\[id\\].ts (2)"]);
    assert.deepEqual(done, ["forget file"]);
    fake.answers = ["Forget"];
    await forgetFile(deps);
    assert.equal(fake.updates.length, 1);
  });

  test("asks first, and does nothing without an answer", async () => {
    const { deps, done } = open();
    fake.answers = [undefined];
    await forgetEverything(deps);
    assert.deepEqual(done, []);
  });

  test("forgets, and says that nothing is left", async () => {
    const { deps, done } = open();
    fake.answers = ["Forget", undefined];
    await forgetEverything(deps);
    assert.deepEqual(done, ["forget everything"]);
    assert.match(fake.messages.at(-1)!, /Nothing is left of everything/);
  });

  test("says what is not gone yet", async () => {
    const { deps } = open(["Another editor window has it."]);
    fake.answers = ["Forget", undefined];
    await forgetEverything(deps);
    assert.match(fake.messages.at(-1)!, /Another editor window/);
  });
});
