/** Questions and decisions about style over LSP: what any editor can ask the real sidecar process. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import {
  DECIDE,
  ERASE,
  NOT_MY_STYLE,
  type NotMyStyleResult,
  STYLE,
  STYLE_EXPORT,
  type StyleExportResult,
  type StyleResult,
  WHY,
  type WhyResult,
} from "../../protocol/messages.ts";
import { type OfferedSuggestion, SidecarClient } from "../../scripts/sidecar-client.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";
import { dismissedLife } from "../support/signals.ts";

const BEGIN = "  const user = await ";
const REST = "database.users.findById(id);";
const FILES = {
  "src/users.ts": `export async function loadUser(id: string) {\n${BEGIN}${REST}\n  return user;\n}\n`,
};

test("a suggestion is explained, its text vetoed, listed and allowed again", async (t) => {
  const { client, suggest } = await start(t);
  assert.equal(await client.connection.sendRequest<WhyResult | null>(WHY, {}), null);
  const offered = await suggest("a.ts");
  assert.equal(offered?.text, REST);
  const why = await client.connection.sendRequest<WhyResult>(WHY, { generationId: offered.id });
  assert.deepEqual([why.text, why.engine, why.proposer], [REST, offered.engine, offered.proposer]);
  const params = { generationId: offered.id, text: true };
  const veto = await client.connection.sendRequest<NotMyStyleResult>(NOT_MY_STYLE, params);
  assert.equal(veto.vetoed, REST);
  assert.notEqual((await suggest("b.ts"))?.text, REST);
  const { vetoedTexts } = await client.connection.sendRequest<StyleResult>(STYLE, {});
  assert.deepEqual(vetoedTexts, [{ id: veto.id, languageId: "typescript", text: REST }]);
  await client.connection.sendRequest(DECIDE, { id: veto.id, decision: veto.before });
  assert.equal((await suggest("c.ts"))?.text, REST);
});

test("what was dismissed stays away from such a place, also after a crash", async (t) => {
  const { client, suggest, restart } = await start(t);
  const offered = await suggest("a.ts");
  assert.ok(offered);
  const { acknowledged } = await client.signals(dismissalOf(offered));
  assert.equal(acknowledged.length, 2);
  await client.kill();
  const again = await restart();
  assert.notEqual((await again.suggest("b.ts"))?.text, REST);
  await again.client.stop();
});

test("what is asked for wrongly is refused with a reason, and the next question is answered", async (t) => {
  const { client, suggest } = await start(t);
  const offered = await suggest("a.ts");
  for (const [method, params, reason] of [
    [WHY, { generationId: 7 }, /tacit\/why is not understood/],
    [NOT_MY_STYLE, {}, /tacit\/notMyStyle is not understood/],
    [NOT_MY_STYLE, { generationId: "nobody", text: true }, /Nothing is known of this suggestion/],
    [NOT_MY_STYLE, { generationId: offered!.id, learnedId: "other" }, /did not shape this suggestion/],
    [DECIDE, { id: "x", decision: "loved" }, /tacit\/decide is not understood/],
    [ERASE, [], /tacit\/erase is not understood/],
    [STYLE_EXPORT, { folder: "/tmp", format: "agents" }, /tacit\/styleExport is not understood/],
  ] as const) {
    await assert.rejects(client.connection.sendRequest(method, params), reason);
  }
  assert.equal((await client.connection.sendRequest<WhyResult>(WHY, {})).generationId, offered!.id);
});

test("an export is shown before it is written", async (t) => {
  const { client, workspace } = await start(t);
  const params = { folder: pathToFileURL(workspace).href, format: "agents" };
  const preview = await client.connection.sendRequest<StyleExportResult>(STYLE_EXPORT, params);
  assert.equal(preview.before, null);
  assert.match(preview.path ?? "", /AGENTS\.md$/);
});

/** A sidecar that has read the workspace. */
async function start(t: TestContext) {
  const folder = await temporaryFolder(t);
  const [workspace, home] = [join(folder, "workspace"), join(folder, "home")];
  await mkdir(workspace);
  await writeFiles(workspace, FILES);
  const open = async () => {
    const client = await SidecarClient.start({
      folders: [workspace],
      home,
      settings: { suggest: { multiLine: false } },
    });
    t.after(() => client.process.kill("SIGKILL"));
    await client.learn();
    const suggest = async (name: string): Promise<OfferedSuggestion | undefined> => {
      const uri = pathToFileURL(join(workspace, "src", name)).href;
      const above = "export async function load(id: string) {\n";
      await client.open(uri, "typescript", above + BEGIN);
      return client.suggest(uri, 1, BEGIN.length);
    };
    return { client, suggest };
  };
  return { workspace, restart: open, ...(await open()) };
}

/** Its life as the editor would tell it. */
function dismissalOf(offered: OfferedSuggestion) {
  const above = "export async function load(id: string) {";
  const life = dismissedLife({ linePrefix: BEGIN, text: offered.text, contextBefore: above, at: Date.now() });
  return life.map((signal) =>
    signal.kind === "shown"
      ? { ...signal, generationId: offered.id, generation: { ...signal.generation, id: offered.id } }
      : { ...signal, generationId: offered.id },
  );
}
