import assert from "node:assert/strict";
import fs, { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { suite, test } from "node:test";
import type { TestContext } from "node:test";
import { isProcessAlive, ORPHAN_AGE_MS, OutboxFiles } from "../../../extension/observe/outbox-files.ts";
import { BATCH_MAX, formatLines, Outbox, OUTBOX_MAX, parseLines } from "../../../extension/observe/outbox.ts";
import type { OutboxFile } from "../../../extension/observe/outbox.ts";
import type { SignalsResult } from "../../../protocol/messages.ts";
import type { Signal } from "../../../protocol/signals.ts";
import { acceptedLife } from "../../support/signals.ts";
import { createDice, seeds } from "../text/dice.ts";

function signal(id: number | string): Signal {
  return { kind: "undone", id: String(id), at: 1, generationId: "g", sinceAcceptMs: 5 };
}

function signals(count: number, from = 0): Signal[] {
  return Array.from({ length: count }, (_, index) => signal(from + index));
}

const all = (batch: readonly Signal[]): SignalsResult => ({ acknowledged: batch.map(({ id }) => id), rejected: [] });

/** Timers that a test moves on. */
class FakeTimers {
  now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  readonly after = (milliseconds: number, callback: () => void): (() => void) => {
    const timer = { at: this.now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await settle();
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.now = next.at;
      next.callback();
      await settle();
    }
    this.now = end;
  }
}

async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await setImmediate();
}

class MemoryFile implements OutboxFile {
  content = "";
  isFull = false;

  append(lines: string): Promise<void> {
    if (this.isFull) return Promise.reject(new Error("ENOSPC"));
    this.content += lines;
    return Promise.resolve();
  }

  replace(lines: string): Promise<void> {
    if (this.isFull) return Promise.reject(new Error("ENOSPC"));
    this.content = lines;
    return Promise.resolve();
  }

  get ids(): string[] {
    return parseLines(this.content).signals.map(({ id }) => id);
  }
}

function openOutbox(send: (batch: readonly Signal[], abort: AbortSignal) => Promise<SignalsResult>) {
  const timers = new FakeTimers();
  const file = new MemoryFile();
  const logged: string[] = [];
  const note = (line: string): void => void logged.push(line);
  const log = { error: note, warn: note, info: note, debug: note };
  const outbox = new Outbox({ file, send, after: timers.after, log });
  return { outbox, timers, file, logged };
}

suite("outbox", () => {
  test("writes at once, gathers for a moment, sends and forgets", async () => {
    const batches: string[][] = [];
    const { outbox, timers, file } = openOutbox((batch) => {
      batches.push(batch.map(({ id }) => id));
      return Promise.resolve(all(batch));
    });
    outbox.add(signal("a"));
    outbox.add(signal("b"));
    await timers.pass(100);
    assert.deepEqual(file.ids, ["a", "b"]);
    assert.deepEqual(batches, []);
    await timers.pass(200);
    assert.deepEqual(batches, [["a", "b"]]);
    assert.equal(outbox.size, 0);
    assert.equal(file.content, "");
  });

  test("sends the same signal once, however often it is added", async () => {
    const sent: string[] = [];
    const { outbox, timers, file } = openOutbox((batch) => {
      sent.push(...batch.map(({ id }) => id));
      return Promise.resolve(all(batch));
    });
    outbox.addAll([signal("a"), signal("a")]);
    outbox.add(signal("a"));
    await timers.pass(10);
    assert.deepEqual(file.ids, ["a"]);
    await timers.pass(1_000);
    assert.deepEqual(sent, ["a"]);
  });

  test("sends 100 at a time, one batch after the other", async () => {
    const sizes: number[] = [];
    let inFlight = 0;
    const { outbox, timers } = openOutbox(async (batch) => {
      sizes.push(batch.length);
      assert.equal(++inFlight, 1);
      await setImmediate();
      inFlight--;
      return all(batch);
    });
    outbox.addAll(signals(250));
    await timers.pass(1_000);
    assert.deepEqual(sizes, [BATCH_MAX, BATCH_MAX, 50]);
  });

  test("tries again with growing pauses while the sidecar is down, and at once when it is up", async () => {
    const tries: number[] = [];
    let isUp = false;
    const { outbox, timers, logged } = openOutbox((batch) => {
      tries.push(timers.now);
      return isUp ? Promise.resolve(all(batch)) : Promise.reject(new Error("down"));
    });
    outbox.add(signal("a"));
    await timers.pass(100_000);
    assert.deepEqual(
      tries.map((at, index) => at - (tries[index - 1] ?? 0)),
      [200, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
    );
    assert.equal(logged.length, 1, "a sidecar that is down is logged once");
    isUp = true;
    outbox.wake();
    await timers.pass(0);
    assert.equal(outbox.size, 0);
  });

  test("forgets what is rejected, with a word in the log", async () => {
    const { outbox, timers, logged } = openOutbox(() =>
      Promise.resolve({ acknowledged: ["b"], rejected: [{ id: "a", reason: "unknown generation" }] }),
    );
    outbox.addAll([signal("a"), signal("b")]);
    await timers.pass(1_000);
    assert.equal(outbox.size, 0);
    assert.deepEqual(logged, ["the sidecar does not take a signal: unknown generation"]);
  });

  test("takes secrets out before anything is written or sent, also of what an earlier window left", async () => {
    const secret = ["ghp", "aZ9kQ2xW7mB4tR8vN3pL6cJ5hF1gD0sYeUiO"].join("_");
    let sent = "";
    const { outbox, timers, file } = openOutbox((batch) => {
      sent += JSON.stringify(batch);
      return Promise.reject(new Error("down"));
    });
    for (const planted of acceptedLife({ linePrefix: "const token = ", text: `"${secret}";`, final: `"${secret}"` })) {
      outbox.add(planted);
    }
    outbox.addAll(
      parseLines(`{"kind":"rated","id":"r","at":1,"generationId":"g","rating":"up","words":"${secret}"}`).signals,
    );
    await timers.pass(1_000);
    assert.equal(file.ids.length, 5);
    assert.ok(sent.length > 0);
    assert.ok(!(file.content + sent).includes(secret), file.content);
  });

  test("a secret whose name stands left of the suggestion, or that begins there, is none the less", async () => {
    const { outbox, timers, file } = openOutbox(() => Promise.reject(new Error("down")));
    const password = ["tR8v", "N3pL6c!J5hF1g"].join("");
    outbox.addAll(acceptedLife({ linePrefix: '  const dbPassword = "', text: `${password}";` }));
    outbox.addAll(acceptedLife({ linePrefix: 'x = "ghp_aZ9kQ2xW7mB4tR8v', text: 'N3pL6cJ5hF1gD0sYeUiO";' }));
    await timers.pass(100);
    assert.ok(!file.content.includes(password), file.content);
    assert.doesNotMatch(file.content, /N3pL6cJ5hF1gD0sYeUiO|aZ9kQ2xW7mB4tR8v/);
  });

  test("what is no signal but a document is not kept, and costs nothing", async () => {
    const { outbox, timers, file } = openOutbox(() => Promise.reject(new Error("down")));
    const life = acceptedLife({ linePrefix: "", text: "const a = 1;\n".repeat(40_000) });
    // The fastest of some: the machine may have other things to do.
    const times = Array.from({ length: 8 }, () => {
      const before = performance.now();
      outbox.add(life[0]);
      return performance.now() - before;
    });
    assert.ok(Math.min(...times) < 5, `${times.join(", ")} ms`);
    await timers.pass(100);
    assert.equal(file.content, "");
    outbox.add({ kind: "edited", id: "broken", at: 1, generationId: "g" } as unknown as Signal);
    await timers.pass(100);
    assert.equal(outbox.size, 0);
  });

  test("what other tools wrote is written only once the sidecar has taken it", async () => {
    let isUp = false;
    const { outbox, timers, file } = openOutbox((batch) => {
      const taken = batch.filter(({ kind }) => kind === "shown");
      return isUp ? Promise.resolve(all(taken)) : Promise.reject(new Error("down"));
    });
    const [shown, ...rest] = acceptedLife({ linePrefix: "", text: "somebody(else);" });
    assert.ok(shown.kind === "shown");
    outbox.addAll([{ ...shown, generation: { ...shown.generation, engine: "foreign" } }, ...rest, signal("ours")]);
    await timers.pass(1_000);
    assert.deepEqual(file.ids, ["ours"]);
    isUp = true;
    outbox.wake();
    await timers.pass(100);
    assert.deepEqual(file.ids, ["ours", ...rest.map(({ id }) => id)]);
  });

  test("of what is refused nothing stays in the file, whatever else waits", async () => {
    const { outbox, timers, file } = openOutbox((batch) =>
      Promise.resolve({
        acknowledged: [],
        rejected: batch.filter(({ kind }) => kind === "shown").map(({ id }) => ({ id, reason: "excluded" })),
      }),
    );
    outbox.addAll([...acceptedLife({ linePrefix: "", text: "excluded();" }), signal("other")]);
    await timers.pass(100);
    assert.equal(file.ids.length, 4);
    await timers.pass(500);
    assert.deepEqual(file.ids, ["other"]);
    assert.equal(outbox.size, 1);
  });

  test("flushing sends all that waits, and resolves when the file has none of it", async () => {
    const { outbox, timers, file } = openOutbox((batch) => Promise.resolve(all(batch)));
    outbox.addAll(signals(250));
    await outbox.flush();
    assert.equal(outbox.size, 0);
    assert.equal(file.content, "");
    outbox.add(signal("later"));
    await timers.pass(1_000);
    assert.equal(outbox.size, 0);
  });

  test("keeps what an answer leaves out, and does not spin", async () => {
    let tries = 0;
    const { outbox, timers } = openOutbox(() => {
      tries++;
      return Promise.resolve({ acknowledged: tries === 1 ? ["a", "nobody's"] : [], rejected: [] });
    });
    outbox.addAll([signal("a"), signal("b")]);
    await timers.pass(4_000);
    assert.equal(outbox.size, 1);
    assert.ok(tries <= 5, `${tries} tries`);
  });

  test("gives up waiting for an answer after 15 s, cancels it and tries again", async () => {
    const aborted: boolean[] = [];
    const { outbox, timers } = openOutbox((batch, abort) => {
      abort.addEventListener("abort", () => aborted.push(true));
      return aborted.length === 0 ? new Promise(() => undefined) : Promise.resolve(all(batch));
    });
    outbox.add(signal("a"));
    await timers.pass(15_100);
    assert.equal(outbox.size, 1);
    await timers.pass(2_000);
    assert.deepEqual(aborted, [true]);
    assert.equal(outbox.size, 0);
  });

  test("drops the oldest when it is full, also from the file", async () => {
    const { outbox, timers, file, logged } = openOutbox(() => Promise.reject(new Error("down")));
    outbox.addAll(signals(OUTBOX_MAX));
    await outbox.written();
    outbox.addAll(signals(10, OUTBOX_MAX));
    await timers.pass(1_000);
    assert.equal(outbox.size, OUTBOX_MAX);
    assert.match(logged.join(), /full: 10 of the oldest/u);
    await outbox.close(100);
    assert.equal(file.ids.length, OUTBOX_MAX);
    assert.equal(file.ids[0], "10");
  });

  test("writes the file anew when most of it is stale", async () => {
    const { outbox, timers, file } = openOutbox((batch) =>
      Promise.resolve(all(batch.filter(({ id }) => id !== "keep"))),
    );
    outbox.add(signal("keep"));
    outbox.addAll(signals(1_500));
    await timers.pass(60_000);
    assert.equal(outbox.size, 1);
    assert.ok(file.content.split("\n").length <= 1_002);
    assert.ok(file.ids.includes("keep"));
  });

  test("goes on from memory when the disk is full, and writes again later", async () => {
    const { outbox, timers, file, logged } = openOutbox(() => Promise.reject(new Error("down")));
    file.isFull = true;
    outbox.add(signal("a"));
    outbox.add(signal("b"));
    await timers.pass(100);
    assert.equal(logged.filter((line) => line.includes("disk")).length, 1);
    file.isFull = false;
    await outbox.close(0);
    assert.deepEqual(file.ids, ["a", "b"]);
  });

  test("sends the rest when it is closed", async () => {
    const { outbox, timers, file } = openOutbox((batch) => Promise.resolve(all(batch)));
    outbox.addAll(signals(150));
    const closed = outbox.close(1_000);
    await timers.pass(10);
    await closed;
    assert.equal(outbox.size, 0);
    assert.equal(file.content, "");
  });

  test("leaves in the file what could not be sent in time", async () => {
    const { outbox, timers, file } = openOutbox(() => new Promise(() => undefined));
    outbox.addAll(signals(3));
    const closed = outbox.close(500);
    await timers.pass(600);
    await closed;
    assert.deepEqual(file.ids, ["0", "1", "2"]);
    outbox.add(signal("late"));
    assert.equal(outbox.size, 3, "nothing is taken any more");
  });

  test("loses nothing and stores nothing twice, whatever transport and processes do", async () => {
    for (const seed of seeds(60)) {
      const dice = createDice(seed);
      const stored: string[] = [];
      const send = async (batch: readonly Signal[]): Promise<SignalsResult> => {
        if (dice.chance(0.2)) throw new Error("down");
        if (dice.chance(0.1)) await new Promise(() => undefined);
        for (const { id } of batch) if (!stored.includes(id)) stored.push(id);
        if (dice.chance(0.2)) throw new Error("stored, but the answer was lost");
        for (let rounds = dice.below(4); rounds > 0; rounds--) await setImmediate();
        if (dice.chance(0.2)) return all(batch.slice(0, dice.below(batch.length + 1)));
        return all([...batch, ...batch]);
      };
      let { outbox, timers, file } = openOutbox(send);
      let added = 0;
      for (let step = 0; step < 30; step++) {
        const count = dice.below(40);
        outbox.addAll(signals(count, added));
        added += count;
        await timers.pass(dice.below(3_000));
        if (dice.chance(0.1)) outbox.wake();
        if (dice.chance(0.1)) {
          // The window dies in the middle of a line; the next one adopts its file.
          await outbox.written();
          const left = parseLines(`${file.content}{"id":"cut`);
          assert.equal(left.corrupt, 1);
          ({ outbox, timers, file } = openOutbox(send));
          outbox.addAll(left.signals);
        }
      }
      await timers.pass(600_000);
      assert.equal(outbox.size, 0, `seed ${seed}`);
      assert.equal(file.content, "", `seed ${seed}`);
      assert.deepEqual(
        [...stored].sort(),
        signals(added)
          .map(({ id }) => id)
          .sort(),
        `seed ${seed}`,
      );
    }
  });
});

suite("outbox lines", () => {
  test("come back as they were", () => {
    const written: Signal[] = [
      signal("a"),
      { kind: "rated", id: "b", at: 2, generationId: "g", rating: "up", words: "line\nline\r\n😀\u2028" },
    ];
    assert.deepEqual(parseLines(formatLines(written)), { signals: written, corrupt: 0 });
  });

  test("that are damaged are counted and left out", () => {
    const lines = ['{"id":1}', "[]", "null", "{", '{"kind":"magic","id":"x","at":1,"generationId":"g"}', ""];
    const content = `${lines.join("\n")}\n${formatLines([signal("a")])}`;
    assert.deepEqual(parseLines(content), { signals: [signal("a")], corrupt: 5 });
  });
});

suite("outbox files", () => {
  const PID = 4_242;

  async function openFolder(t: TestContext, options: { alive?: number[]; windowId?: string } = {}) {
    const folder = await mkdtemp(join(tmpdir(), "tacit-outbox-"));
    t.after(() => rm(folder, { recursive: true }));
    const logged: string[] = [];
    const note = (line: string): void => void logged.push(line);
    const create = (windowId: string): OutboxFiles =>
      new OutboxFiles({
        folder: join(folder, "outbox"),
        pid: PID,
        windowId,
        now: () => Date.now(),
        isAlive: (pid) => (options.alive ?? []).includes(pid),
        log: { error: note, warn: note, info: note, debug: note },
      });
    const files = create(options.windowId ?? "w1");
    return { folder: join(folder, "outbox"), files, logged, create };
  }

  async function leave(folder: string, name: string, content: string, ageMs = ORPHAN_AGE_MS + 1_000): Promise<void> {
    await writeFile(join(folder, name), content);
    const at = new Date(Date.now() - ageMs);
    await utimes(join(folder, name), at, at);
  }

  test("are the user's alone", async (t) => {
    const { folder, files } = await openFolder(t);
    await files.append(formatLines([signal("a")]));
    const [name] = await readdir(folder);
    assert.equal((await stat(join(folder, name!))).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    await files.replace(formatLines([signal("b")]));
    assert.deepEqual(await readdir(folder), [name]);
    assert.equal((await stat(join(folder, name!))).mode & 0o777, 0o600);
    assert.deepEqual(parseLines(await readFile(join(folder, name!), "utf8")).signals, [signal("b")]);
  });

  test("go when nothing is left", async (t) => {
    const { folder, files } = await openFolder(t);
    await files.append(formatLines([signal("a")]));
    await files.replace("");
    assert.deepEqual(await readdir(folder), []);
    await files.replace("");
  });

  test("of dead windows are adopted and removed; damaged lines are counted", async (t) => {
    const { folder, files, logged } = await openFolder(t);
    await files.append("");
    await leave(folder, "outbox-77-x.jsonl", `${formatLines([signal("a"), signal("b")])}{"id`);
    const taken: Signal[] = [];
    await files.adopt((adopted) => {
      taken.push(...adopted);
      return Promise.resolve();
    });
    assert.deepEqual(taken, [signal("a"), signal("b")]);
    assert.deepEqual(await readdir(folder), [`outbox-${PID}-w1.jsonl`]);
    assert.match(logged.join(), /2 signals of an earlier window are sent now; 1 damaged lines/u);
  });

  test("of living windows, young ones and strange ones are left alone", async (t) => {
    const { folder, files } = await openFolder(t, { alive: [88] });
    await files.append("");
    await leave(folder, "outbox-88-x.jsonl", formatLines([signal("alive")]));
    await leave(folder, "outbox-77-x.jsonl", formatLines([signal("young")]), 1_000);
    await leave(folder, "notes.txt", "mine");
    await files.adopt(() => assert.fail("nothing to adopt"));
    assert.equal((await readdir(folder)).length, 4);
  });

  test("that were left before the clock was set back are adopted", async (t) => {
    const { folder, files } = await openFolder(t);
    await files.append("");
    await leave(folder, "outbox-7-dead.jsonl", formatLines([signal("a")]), -12 * 365 * 24 * 3_600_000);
    const taken: string[] = [];
    await files.adopt((adopted) => {
      taken.push(...adopted.map(({ id }) => id));
      return Promise.resolve();
    });
    assert.deepEqual(taken, ["a"]);
  });

  test("that could be written only in part lose nothing of what is written next", async (t) => {
    const { folder, files } = await openFolder(t);
    await files.append(formatLines([signal("a")]));
    const [name] = await readdir(folder);
    const path = join(folder, name!);
    // The disk is full in the middle of a line: the write fails, and the rest of it is tried again.
    const { appendFile } = fs;
    const half = t.mock.method(fs, "appendFile", async (file: string, lines: string) => {
      await appendFile(file, lines.slice(0, 10));
      throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    });
    syncBuiltinESMExports();
    await assert.rejects(files.append(formatLines([signal("b")])), /ENOSPC/);
    half.mock.restore();
    syncBuiltinESMExports();
    await files.append(formatLines([signal("b"), signal("c")]));
    const { signals, corrupt } = parseLines(await readFile(path, "utf8"));
    assert.deepEqual(signals, [signal("a"), signal("b"), signal("c")]);
    assert.equal(corrupt, 1);
  });

  test("of an earlier window with the same process id are adopted", async (t) => {
    const { folder, files } = await openFolder(t, { alive: [PID] });
    await files.append("");
    await leave(folder, `outbox-${PID}-w0.jsonl`, formatLines([signal("a")]));
    const taken: string[] = [];
    await files.adopt((adopted) => {
      taken.push(...adopted.map(({ id }) => id));
      return Promise.resolve();
    });
    assert.deepEqual(taken, ["a"]);
  });

  test("are adopted by one window only", async (t) => {
    const { folder, files, create } = await openFolder(t);
    await files.append("");
    for (let index = 0; index < 5; index++)
      await leave(folder, `outbox-77-${index}.jsonl`, formatLines([signal(index)]));
    const taken: string[] = [];
    const take = (adopted: readonly Signal[]): Promise<void> => {
      taken.push(...adopted.map(({ id }) => id));
      return Promise.resolve();
    };
    await Promise.all([files.adopt(take), create("w2").adopt(take), create("w3").adopt(take)]);
    assert.deepEqual(taken.sort(), ["0", "1", "2", "3", "4"]);
  });

  test("stay when the signals could not be taken over", async (t) => {
    const { folder, files } = await openFolder(t);
    await files.append("");
    await leave(folder, "outbox-77-x.jsonl", formatLines([signal("a")]));
    await files.adopt(() => Promise.reject(new Error("disk full")));
    const contents = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
    assert.ok(contents.some((content) => content.includes('"a"')));
  });

  test("need no folder to begin with", async (t) => {
    const { files } = await openFolder(t);
    await files.adopt(() => assert.fail("nothing to adopt"));
  });
});

test("a process that runs is alive, one that does not is not", () => {
  assert.equal(isProcessAlive(process.pid), true);
  assert.equal(isProcessAlive(2 ** 22 + 1), false);
});
