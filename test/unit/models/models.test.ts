/** What is asked about models of a machine: the catalogue, what suits, what lies in the folder, and the status meanwhile. */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { Degradation } from "../../../protocol/status.ts";
import { systemClock } from "../../../sidecar/base/clock.ts";
import { isAbort } from "../../../sidecar/base/errors.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { fimTemplateOf } from "../../../sidecar/engine/prompt/fim.ts";
import { addressOf, type CatalogueModel, readCatalogue } from "../../../sidecar/models/catalogue.ts";
import { rememberedSha256 } from "../../../sidecar/models/library.ts";
import { type Machine } from "../../../sidecar/models/machine.ts";
import { Models } from "../../../sidecar/models/models.ts";
import { bytesOf, sha256Of, startFileServer } from "../../support/file-server.ts";
import { temporaryFolder } from "../../support/folders.ts";

const CONTENT = Buffer.concat([Buffer.from("GGUF"), bytesOf(100_000)]);
const MODEL: CatalogueModel = {
  id: "tiny",
  name: "Tiny",
  kind: "completion",
  about: "For tests.",
  rank: 1,
  quantization: "Q8_0",
  repository: "org/tiny-GGUF",
  revision: "main",
  file: "tiny.gguf",
  bytes: CONTENT.length,
  sha256: sha256Of(CONTENT),
  memoryMb: 1,
  licence: { name: "MIT", url: "https://models.example/licence", restriction: null },
};
const MACHINE: Machine = { cores: 8, memoryMb: 16_000, freeMb: 8000, gpus: [], hasVulkan: false };
const DIRECT = { proxy: "", noProxy: [], strictSsl: true };
const never = new AbortController().signal;

async function open(t: TestContext) {
  const server = await startFileServer(t, { content: CONTENT });
  const folder = join(await temporaryFolder(t), "models");
  const told: string[] = [];
  const models = new Models({
    folder,
    mirror: () => `${server.url}/`,
    environment: {},
    clock: systemClock,
    log: silentLog,
    status: {
      startDownload: () => ({
        tell: (what, percent) => void told.push(`${what} ${percent}`),
        end: () => void told.push("end"),
      }),
      degrade: ({ part, reason, action }: Degradation) => void told.push(`${part}: ${reason} ${action}`),
      restore: (part) => void told.push(`restore ${part}`),
    },
    readMachine: () => Promise.resolve(MACHINE),
    catalogue: [MODEL],
  });
  t.after(() => models.close());
  const state = async () => (await models.list()).models[0]?.state;
  return { server, folder, models, told, state };
}

suite("the catalogue", () => {
  test("is well-formed, and each entry has a name and a file of its own", () => {
    const models = readCatalogue();
    for (const key of ["id", "name", "file"] as const) {
      assert.equal(new Set(models.map((model) => model[key])).size, models.length, key);
    }
    for (const kind of ["completion", "embedding"] as const) {
      const ranks = models.filter((model) => model.kind === kind).map(({ rank }) => rank);
      assert.deepEqual(
        ranks,
        ranks.toSorted((a, b) => a - b),
      );
    }
  });

  test("has models only that can be asked to fill in the middle, in memory that holds their file", () => {
    for (const { kind, file, bytes, memoryMb } of readCatalogue()) {
      if (kind === "completion") assert.ok(fimTemplateOf(file), file);
      assert.ok(memoryMb * 1e6 > (bytes ?? 0), file);
    }
  });

  test("is downloaded from Hugging Face, or from where the user says", () => {
    assert.equal(addressOf(MODEL, ""), "https://huggingface.co/org/tiny-GGUF/resolve/main/tiny.gguf");
    assert.equal(addressOf(MODEL, "http://m:1/hf/"), "http://m:1/hf/org/tiny-GGUF/resolve/main/tiny.gguf");
  });
});

suite("models of this machine", () => {
  test("listing them sends nothing", async (t) => {
    const { server, models, state } = await open(t);
    const { machine, models: offers } = await models.list();
    assert.equal(machine, "8 cores, 15.6 GB memory (7.8 GB free), no graphics card that is known");
    assert.deepEqual([offers[0]?.recommended, offers[0]?.host], ["quick enough without a graphics card", server.host]);
    assert.deepEqual(await state(), { kind: "absent" });
    assert.equal(server.requests.length, 0);
  });

  test("one is downloaded, told in the status, and there without a network from then on", async (t) => {
    const { server, folder, models, told, state } = await open(t);
    const file = await models.download({ id: "tiny", network: DIRECT }, () => undefined, never);
    assert.equal(file, join(folder, "tiny.gguf"));
    assert.deepEqual(await readFile(file), CONTENT);
    assert.equal(await rememberedSha256(file), MODEL.sha256);
    assert.deepEqual([told[0], told[1], told.at(-1)], ["restore model download", "downloading Tiny 0", "end"]);
    assert.deepEqual(await state(), { kind: "installed", file });
    assert.equal(await models.download({ id: "tiny", network: DIRECT }, () => undefined, never), file);
    assert.equal(server.requests.length, 1);
  });

  test("a failure is in the status until the next try, and leaves no model", async (t) => {
    const { server, models, told, state } = await open(t);
    server.misbehave({ status: 404 });
    await assert.rejects(
      models.download({ id: "tiny", network: DIRECT }, () => undefined, never),
      /\(status 404\)/,
    );
    assert.match(told.at(-2)!, /^model download: 127\.0\.0\.1:\d+ does not give the file out .* Choose another model/);
    assert.equal(told.at(-1), "end");
    assert.deepEqual(await state(), { kind: "absent" });
    await models.download({ id: "tiny", network: DIRECT }, () => undefined, never);
    assert.equal((await state())?.kind, "installed");
  });

  test("closing pauses a download, which is nothing to complain about", async (t) => {
    const { server, models, told, state } = await open(t);
    server.misbehave({ hangAfter: 40_000 });
    const downloading = models.download({ id: "tiny", network: DIRECT }, () => undefined, never);
    const received = async (): Promise<number> => {
      const now = await state();
      return now?.kind === "partial" ? now.bytes : 0;
    };
    while ((await received()) === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
    await Promise.all([assert.rejects(downloading, isAbort), models.close()]);
    assert.deepEqual(
      told.filter((line) => line.startsWith("model download:")),
      [],
    );
    assert.equal((await state())?.kind === "partial" && told.at(-1), "end");
  });

  test("what is no whole model is none: a part, another size, a file of the user's own", async (t) => {
    const { folder, models, state } = await open(t);
    await mkdir(folder);
    await writeFile(join(folder, "tiny.gguf.part"), "GGUF");
    assert.deepEqual(await state(), { kind: "partial", bytes: 4, isRunning: false });
    await writeFile(join(folder, "tiny.gguf"), "GGUF");
    assert.equal((await state())?.kind, "partial");
    await writeFile(join(folder, "mine.gguf"), "GGUF");
    const { ownFiles } = await models.list();
    assert.deepEqual(ownFiles, [{ file: join(folder, "mine.gguf"), bytes: 4 }]);
    assert.equal(await models.check(join(folder, "mine.gguf")), undefined);
    await writeFile(join(folder, "text.gguf"), "# A text");
    assert.equal(await models.check(join(folder, "text.gguf")), "It is no GGUF file.");
    assert.match((await models.check(join(folder, "nowhere")))!, /no such file/);
  });

  test("removing takes all that belongs to it", async (t) => {
    const { models, state } = await open(t);
    assert.equal(await models.remove("tiny"), false);
    await models.download({ id: "tiny", network: DIRECT }, () => undefined, never);
    assert.equal(await models.remove("tiny"), true);
    assert.deepEqual(await state(), { kind: "absent" });
    await assert.rejects(models.remove("nobody"), /There is no model “nobody”/);
  });
});
