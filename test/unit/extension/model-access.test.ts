import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Memento, SecretStorage } from "vscode";
import type { RemoteAccess } from "../../../protocol/messages.ts";
import type { Status } from "../../../protocol/status.ts";
import { fake, useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { ModelAccess } = await import("../../../extension/model-access.ts");

const SERVER = "http://gpu.example:8080/";
const HOST = "gpu.example:8080";

/** An editor that remembers, and a sidecar that is told. */
function open(url = SERVER) {
  fake.reset();
  const kept = { secrets: new Map<string, string>(), state: new Map<string, unknown>(), url };
  const told: RemoteAccess[] = [];
  const secrets: Pick<SecretStorage, "get" | "store" | "delete"> = {
    get: (key) => Promise.resolve(kept.secrets.get(key)),
    store: (key, value) => Promise.resolve(void kept.secrets.set(key, value)),
    delete: (key) => Promise.resolve(void kept.secrets.delete(key)),
  };
  const state = {
    get: <T>(key: string, nothing: T): T => (kept.state.get(key) as T | undefined) ?? nothing,
    update: (key: string, value: unknown) => Promise.resolve(void kept.state.set(key, value)),
  };
  const window = () =>
    new ModelAccess({
      secrets: secrets as SecretStorage,
      state: state as unknown as Memento,
      url: () => kept.url,
      send: (access) => Promise.resolve(void told.push(access)),
    });
  return { access: window(), another: window, kept, told };
}

const waiting: Pick<Status, "degraded"> = {
  degraded: [{ part: "model", reason: "", action: "", consentTo: HOST }],
};
const heard = (access: InstanceType<typeof ModelAccess>) => access.heard(waiting as Status);

suite("access to a model server", () => {
  test("who allows a host is not asked again, in no window", async () => {
    const { access, another, told } = open();
    fake.answers = ["Allow"];
    await heard(access);
    assert.match(fake.messages[0]!, /code around your cursor to the model server gpu\.example:8080/u);
    assert.deepEqual(told, [{ apiKey: null, consentedHosts: [HOST] }]);
    await another().send();
    assert.deepEqual(told[1]?.consentedHosts, [HOST]);
  });

  test("who refuses is not asked again, unless by command; then the answer counts", async () => {
    const { access, another, told } = open();
    fake.answers = ["Never"];
    await heard(access);
    await heard(another());
    assert.deepEqual([fake.messages.length, told], [1, []]);
    fake.answers = ["Allow"];
    await another().ask(HOST);
    assert.deepEqual(told, [{ apiKey: null, consentedHosts: [HOST] }]);
    fake.answers = ["Never"];
    await another().ask(HOST);
    await another().send();
    assert.deepEqual(told.at(-1)?.consentedHosts, []);
  });

  test("who closes the question is asked again in the next window, not before", async () => {
    const { access, another } = open();
    await heard(access);
    await heard(access);
    assert.equal(fake.messages.length, 1);
    await heard(another());
    assert.equal(fake.messages.length, 2);
  });

  test("a key is kept for its server alone, and an empty one removes it", async () => {
    const { access, kept, told } = open();
    fake.answers = ["s3cret"];
    await access.askForKey();
    assert.equal(told.at(-1)?.apiKey, "s3cret");
    kept.url = "http://127.0.0.1:8080";
    await access.send();
    assert.equal(told.at(-1)?.apiKey, null);
    kept.url = SERVER;
    fake.answers = [""];
    await access.askForKey();
    assert.deepEqual([told.at(-1)?.apiKey, kept.secrets.size], [null, 0]);
    fake.answers = [undefined];
    await access.askForKey();
    assert.equal(told.length, 3, "Escape changes nothing");
  });

  test("without a server there is no key to ask for", async () => {
    for (const url of ["", "no address"]) {
      const { access, told } = open(url);
      await access.askForKey();
      assert.match(fake.messages[0]!, /There is no model server yet/u);
      await access.send();
      assert.deepEqual(told, [{ apiKey: null, consentedHosts: [] }]);
    }
  });
});
