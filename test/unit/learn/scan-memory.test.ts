import assert from "node:assert/strict";
import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS, type Settings } from "../../../protocol/settings.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { openChunker } from "../../../sidecar/code/chunker.ts";
import { Recall } from "../../../sidecar/engine/recall/recall.ts";
import {
  forgetExcluded,
  saveMemory,
  type ScanDeps,
  scanProject,
  type ScanReport,
} from "../../../sidecar/learn/scan.ts";
import { openRedactor } from "../../../sidecar/learn/redactor.ts";
import { createFileFilter } from "../../../sidecar/learn/walk.ts";
import { createExclude } from "../../../privacy/exclude.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";
import { never } from "../../support/recall.ts";
import { createWorkplace, settled, suggestIn } from "../../support/sidecar.ts";
import { FakeClock, temporaryDatabase } from "../../support/store.ts";

/** Long enough ago that a file's time says whether it was changed. */
const LONG_AGO = new Date(2020, 1, 1);

const FILES = { "src/a.ts": "alpha one\n", "src/b.ts": "beta two\n", "src/c.ts": "gamma three\n" };

interface Scanner {
  readonly root: string;
  readonly memory: string;
  /** A recall that knows nothing yet scans, as after a start. */
  readonly start: (options?: { readonly keep?: boolean; readonly exclude?: string }) => Promise<Started>;
  /** With the time that all files of a test have. */
  readonly write: (files: Readonly<Record<string, string>>, at?: Date) => Promise<void>;
}

interface Started {
  readonly report: ScanReport;
  /** Which of these words are held. */
  readonly held: (...words: string[]) => string[];
  readonly save: () => Promise<void>;
  readonly forgetExcluded: (pattern: string, options?: { readonly keep?: boolean }) => Promise<void>;
}

async function createScanner(t: TestContext, files: Readonly<Record<string, string>> = FILES): Promise<Scanner> {
  const root = await temporaryFolder(t);
  const folder = await temporaryFolder(t);
  const database = await temporaryDatabase(t);
  const project = openProject(database, root, new FakeClock());
  const chunker = openChunker(silentLog);
  t.after(() => chunker.close());
  const redactor = openRedactor(silentLog);
  t.after(() => redactor.close());
  const write: Scanner["write"] = async (changed, at = LONG_AGO) => {
    await writeFiles(root, changed);
    for (const path of Object.keys(changed)) await utimes(join(root, path), at, at);
  };
  await write(files);
  return {
    root,
    memory: join(folder, "memory"),
    write,
    start: async ({ keep = true, exclude = "*secret*" } = {}) => {
      const recall = new Recall(silentLog);
      const deps: ScanDeps = {
        database,
        recall,
        memoryPlace: () => ({ folder, name: "memory", owner: `${database.id} ${root}` }),
        redactor,
        chunker,
        chunkIndex: () => undefined,
        onChunksGone: () => undefined,
        onStyle: () => undefined,
        weightOf: () => 1,
        log: silentLog,
      };
      const options = { maxFileSizeKb: 512, keep, onProgress: () => undefined };
      const report = await scanProject(
        deps,
        project,
        { ...options, exclude: createExclude({ patterns: [exclude] }) },
        never,
      );
      return {
        report,
        held: (...words) => words.filter((word) => recall.vocabulary.knownKey(word) !== undefined),
        save: () => saveMemory(deps, project, never),
        forgetExcluded: (pattern, { keep: mayKeep = true } = {}) => {
          const filter = createFileFilter(root, { exclude: createExclude({ patterns: [pattern] }) });
          return forgetExcluded(deps, project, { filter, keep: mayKeep }, never);
        },
      };
    },
  };
}

test("after a start only files that changed are read; those that are gone are forgotten", async (t) => {
  const scanner = await createScanner(t);
  const { report } = await scanner.start();
  // Of the same size and time: whoever reads it finds another word.
  await scanner.write({ "src/a.ts": "omega one\n" });
  await scanner.write({ "src/b.ts": "delta two\n" }, new Date(2021, 1, 1));
  await scanner.write({ "src/d.ts": "epsilon\n" });
  await rm(join(scanner.root, "src/c.ts"));
  const again = await scanner.start();
  assert.deepEqual(again.held("alpha", "omega", "beta", "delta", "gamma", "epsilon"), ["alpha", "delta", "epsilon"]);
  assert.equal(again.report.files, 3);
  assert.equal(again.report.tokens, report.tokens - 1);
  // What was found is what the third start has.
  await rm(join(scanner.root, "src/a.ts"));
  assert.deepEqual((await scanner.start()).held("alpha", "delta", "epsilon"), ["delta", "epsilon"]);
});

test("a file that may have been changed within the same tick is read again", async (t) => {
  const scanner = await createScanner(t, {});
  const now = new Date();
  await scanner.write({ "a.ts": "alpha one\n" }, now);
  await scanner.start();
  await scanner.write({ "a.ts": "omega one\n" }, now);
  assert.deepEqual((await scanner.start()).held("alpha", "omega"), ["omega"]);
});

test("a file of another size limit is judged anew", async (t) => {
  const scanner = await createScanner(t, { "a.ts": "alpha\n", "b.ts": `${"word ".repeat(200_000)}beta\n` });
  assert.deepEqual((await scanner.start()).report.skipped, { "too large": 1 });
  assert.deepEqual((await scanner.start()).report.skipped, { "too large": 1 });
});

test("a memory that is damaged is not used, and made anew", async (t) => {
  const scanner = await createScanner(t);
  await scanner.start();
  const sound = await readFile(scanner.memory);
  await writeFile(scanner.memory, sound.subarray(0, sound.length - 20));
  await scanner.write({ "src/a.ts": "omega one\n" });
  assert.deepEqual((await scanner.start()).held("alpha", "beta", "omega"), ["beta", "omega"]);
  assert.equal((await readFile(scanner.memory)).length, sound.length);
});

test("what is excluded since the last time is not restored, and leaves the file", async (t) => {
  const scanner = await createScanner(t);
  await scanner.start();
  assert.deepEqual((await scanner.start({ exclude: "b.ts" })).held("alpha", "beta"), ["alpha"]);
  assert.ok(!(await readFile(scanner.memory, "latin1")).includes("beta"));
});

test("what is excluded from now on leaves memory and file", async (t) => {
  const scanner = await createScanner(t);
  const started = await scanner.start();
  assert.ok((await readFile(scanner.memory, "latin1")).includes("beta"));
  await started.forgetExcluded("b.ts");
  const bytes = await readFile(scanner.memory, "latin1");
  assert.ok(bytes.includes("alpha") && !bytes.includes("beta"));
});

test("what is excluded while learning is paused takes the file with it", async (t) => {
  const scanner = await createScanner(t);
  await scanner.start();
  const started = await scanner.start({ keep: false });
  await started.forgetExcluded("b.ts", { keep: false });
  await assert.rejects(readFile(scanner.memory), { code: "ENOENT" });
});

test("while learning is paused nothing is written, and what was is restored", async (t) => {
  const scanner = await createScanner(t);
  await scanner.start();
  const before = await readFile(scanner.memory);
  await scanner.write({ "src/a.ts": "omega one\n" });
  await scanner.write({ "src/d.ts": "epsilon\n" });
  assert.deepEqual((await scanner.start({ keep: false })).held("alpha", "omega", "epsilon"), ["alpha", "epsilon"]);
  assert.ok(before.equals(await readFile(scanner.memory)));
});

test("a secret that was cut out is not in the file", async (t) => {
  const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
  const scanner = await createScanner(t, { "a.ts": `const alpha = "${token}";\n` });
  await scanner.start();
  const bytes = await readFile(scanner.memory, "latin1");
  assert.ok(bytes.includes("alpha") && !bytes.includes(token));
});

async function memoryFiles(home: string): Promise<string[]> {
  return (await readdir(join(home, "index"))).filter((name) => name.startsWith("recall-"));
}

test("a sidecar remembers a folder from one start to the next, and forgets what it may not know", async (t) => {
  const rest = "database.users.findById(id);";
  const { root, home, start } = await createWorkplace(t);
  const path = join(root, "src/users.ts");
  await utimes(path, LONG_AGO, LONG_AGO);
  const first = await start([root]);
  await first.close();
  assert.equal((await memoryFiles(home)).length, 1);
  // Reading would find nothing in it.
  await writeFile(path, "//".padEnd((await readFile(path)).length));
  await utimes(path, LONG_AGO, LONG_AGO);
  const settings: Settings = { ...DEFAULT_SETTINGS, learning: { ...DEFAULT_SETTINGS.learning } };
  const second = await start([root], { settings });
  assert.equal(await suggestIn(second, join(root, "src/new.ts")), rest);
  await writeFile(join(root, ".gitignore"), "users.ts\n");
  second.fileChanged(pathToFileURL(join(root, ".gitignore")).href);
  await settled(second);
  assert.equal(await suggestIn(second, join(root, "src/other.ts")), undefined);
  for (const name of await memoryFiles(home)) {
    assert.ok(!(await readFile(join(home, "index", name), "latin1")).includes("findById"));
  }
});

test("what changed while a sidecar ran is saved when it closes, and when a folder closes", async (t) => {
  const { root, home, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const absorbed = async (word: string): Promise<void> => {
    await writeFile(join(root, "src/added.ts"), `${word}(1);\n`);
    sidecar.fileChanged(pathToFileURL(join(root, "src/added.ts")).href);
    await settled(sidecar);
  };
  const [name = ""] = await memoryFiles(home);
  const isSaved = async (word: string) => (await readFile(join(home, "index", name), "latin1")).includes(word);
  await absorbed("firstChange");
  assert.ok(!(await isSaved("firstChange")));
  const held = sidecar.memory;
  await sidecar.setFolders([]);
  await settled(sidecar);
  assert.ok(await isSaved("firstChange"));
  assert.ok(sidecar.memory.files === 0 && sidecar.memory.words < held.words && sidecar.memory.bytes < held.bytes);
  await sidecar.setFolders([root]);
  await settled(sidecar);
  await absorbed("secondChange");
  await sidecar.close();
  assert.ok(await isSaved("secondChange"));
});
