import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fake, useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { forgetEverything } = await import("../../../extension/ledger.ts");
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
