/** What editors have not handed over yet: forgetting reaches it with an editor open and without. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { formatLines } from "../../../extension/observe/outbox.ts";
import { FOLLOWED_FOLDER, OUTBOX_FOLDER } from "../../../privacy/data-folder.ts";
import type { LedgerScope } from "../../../protocol/ledger.ts";
import { systemClock } from "../../../sidecar/base/clock.ts";
import { never } from "../../support/recall.ts";
import { createWorkplace, FILES } from "../../support/sidecar.ts";
import { acceptedLife } from "../../support/signals.ts";

/** Larger than the number of any process. */
const NOBODY = 2 ** 30;

test("a file, a project, a time and everything are forgotten in the outboxes and the followed ranges of windows that are gone", async (t) => {
  for (const kind of ["file", "project", "span", "everything"] as const) {
    const { sidecar, root, home, at } = await withPending(t, NOBODY);
    const scope: Record<typeof kind, LedgerScope> = {
      file: { kind: "file", file: join(root, "src/gone.ts") },
      project: { kind: "project", root },
      span: { kind: "span", from: at - 1, to: at + 1000 },
      everything: { kind: "everything" },
    };
    const { notes } = await sidecar.ledger.forget(scope[kind]);
    assert.deepEqual(notes, [], kind);
    const left = await contentOf(home);
    assert.doesNotMatch(left, /gone/, kind);
    assert.equal(/kept\(\)/.test(left), kind === "file", kind);
    const { traces } = await sidecar.ledger.verify(["goneFunction", "src/gone.ts"], never);
    assert.deepEqual(traces, [], kind);
    for (const file of await filesBelow(home)) assert.equal((await stat(file)).mode & 0o777, 0o600, file);
    await sidecar.close();
  }
});

test("a window that is at work is asked to let go, and waited for; what is left is found", async (t) => {
  const { sidecar, root, home } = await withPending(t, process.pid);
  const scope = { kind: "file", file: join(root, "src/gone.ts") } as const;
  const forgotten = sidecar.ledger.forget(scope);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { traces } = await sidecar.ledger.verify([], never);
  assert.ok(
    traces.some(({ file, what }) => file.startsWith(OUTBOX_FOLDER) && what.startsWith("it holds observations")),
    JSON.stringify(traces),
  );
  for (const name of await readdir(join(home, OUTBOX_FOLDER))) {
    const path = join(home, OUTBOX_FOLDER, name);
    const lines = (await readFile(path, "utf8")).split("\n").filter((line) => !line.includes("gone"));
    await writeFile(path, lines.filter((line) => line.includes('"shown"')).join("\n"));
  }
  assert.deepEqual((await forgotten).notes, []);
  await sidecar.close();
});

test("what an editor follows is told to be forgotten by its file, wherever a part of it is", async (t) => {
  const { sidecar, root } = await withPending(t, NOBODY);
  const uri = (path: string): string => pathToFileURL(join(root, path)).href;
  const at = Date.now() - 5000;
  await sidecar.ledger.forget({ kind: "file", file: join(root, "src/gone.ts") });
  const { generationIds } = sidecar.ledger.forgotten([
    { generationId: "a", uris: [uri("src/gone.ts")], at },
    { generationId: "b", uris: [uri("src/kept.ts"), uri("src/gone.ts")], at },
    { generationId: "c", uris: [uri("src/kept.ts")], at },
    { generationId: "later", uris: [uri("src/gone.ts")], at: Date.now() + 60_000 },
  ]);
  assert.deepEqual(generationIds, ["a", "b"]);
  await sidecar.close();
});

/** An outbox and a file of followed ranges that a window with this process left, about two files. */
async function withPending(t: TestContext, pid: number) {
  const { start, root, home } = await createWorkplace(t, FILES);
  const sidecar = await start([root], { clock: systemClock });
  const at = Date.now() - 5000;
  const lifeAt = (path: string, text: string) =>
    acceptedLife({ linePrefix: "", text, uri: pathToFileURL(join(root, path)).href, at });
  const gone = lifeAt("src/gone.ts", "goneFunction(with, several, words);");
  const kept = lifeAt("src/kept.ts", "kept();");
  const state = ([shown]: ReturnType<typeof acceptedLife>, path: string) => ({
    generationId: shown.generationId,
    uri: pathToFileURL(join(root, path)).href,
    acceptedAt: at,
    parts: [],
  });
  await mkdir(join(home, OUTBOX_FOLDER), { mode: 0o700 });
  await mkdir(join(home, FOLLOWED_FOLDER), { mode: 0o700 });
  const write = (path: string, content: string) => writeFile(join(home, path), content, { mode: 0o600 });
  await write(join(OUTBOX_FOLDER, `outbox-${pid}-0.jsonl`), formatLines([...gone, ...kept]));
  if (pid === NOBODY) await write(join(OUTBOX_FOLDER, `outbox-${pid}-0.jsonl.new`), formatLines(gone));
  await write(
    join(FOLLOWED_FOLDER, "0.json"),
    JSON.stringify([state(gone, "src/gone.ts"), state(kept, "src/kept.ts")]),
  );
  return { sidecar, root, home, at };
}

async function contentOf(home: string): Promise<string> {
  return (await Promise.all((await filesBelow(home)).map((path) => readFile(path, "utf8")))).join("\n");
}

async function filesBelow(home: string): Promise<string[]> {
  const names = await Promise.all(
    [OUTBOX_FOLDER, FOLLOWED_FOLDER].map(async (folder) =>
      (await readdir(join(home, folder))).map((name) => join(home, folder, name)),
    ),
  );
  return names.flat();
}
