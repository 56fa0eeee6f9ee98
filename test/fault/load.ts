/**
 * Somebody at work: signals through the extension's own outbox with its file, saves, suggestions and scans, to one real
 * sidecar after another. It keeps account of what was acknowledged.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { formatLines, Outbox, parseLines } from "../../extension/observe/outbox.ts";
import { OutboxFiles } from "../../extension/observe/outbox-files.ts";
import type { Signal } from "../../protocol/signals.ts";
import type { SidecarClient } from "../../scripts/sidecar-client.ts";
import { createId } from "../../sidecar/base/random.ts";
import { acceptedLife } from "../support/signals.ts";
import type { Dice } from "../unit/text/dice.ts";

/** Signals that wait are not added to beyond this. */
const WAITING_MAX = 400;

/** A workspace whose files resemble each other, so that there is something to suggest. */
export function writeWorkspace(root: string, files = 12): void {
  for (let n = 0; n < files; n++) {
    const path = join(root, "src", `loader${n}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, loaderOf(n));
  }
}

export const TYPED_BEFORE = "export async function other(id: string) {\n  const user = await ";
export const EXPECTED = "database.users.findById(id);";

/** Whether this is what the workspace, or what was learned meanwhile, has to offer there. */
export function isGood(offered: string | undefined): boolean {
  return offered !== undefined && /^database\.users\.(?:findById|require)\(/.test(offered);
}

function loaderOf(n: number): string {
  return `import { database } from "./database";

export async function load${n}(id: string) {
  const user = await database.users.findById(id);
  if (!user) throw new NotFoundError("user${n}", id);
  return user;
}
`;
}

export class Load {
  /** Every signal that was handed to the outbox, by id. */
  readonly added = new Set<string>();
  readonly acknowledged = new Set<string>();
  /** What the sidecar would not take, with its reasons. */
  readonly rejected: string[] = [];
  /** Why sending failed, once each. */
  readonly failures = new Set<string>();
  readonly outbox: Outbox;
  readonly #root: string;
  readonly #dice: Dice;
  readonly #name: string;
  #client: SidecarClient | undefined;
  #files = 0;

  constructor(options: { readonly root: string; readonly home: string; readonly dice: Dice; readonly name?: string }) {
    this.#root = options.root;
    this.#dice = options.dice;
    this.#name = options.name ?? "a";
    const log = { error: ignore, warn: ignore, info: ignore, debug: ignore };
    const folder = join(options.home, "outbox");
    const isAlive = (): boolean => true;
    const file = new OutboxFiles({ folder, pid: process.pid, windowId: createId(), now: Date.now, isAlive, log });
    this.outbox = new Outbox({
      file,
      send: async (signals) => {
        if (!this.#client) throw new Error("the sidecar is down");
        try {
          const result = await this.#client.signals(signals);
          for (const id of result.acknowledged) this.acknowledged.add(id);
          this.rejected.push(...result.rejected.map(({ reason }) => reason));
          return result;
        } catch (error) {
          this.failures.add(error instanceof Error ? error.message : String(error));
          throw error;
        }
      },
      after: (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
      log,
    });
  }

  /** Talks to this sidecar from now on; undefined: there is none. */
  use(client: SidecarClient | undefined): void {
    this.#client = client;
    if (client) this.outbox.wake();
  }

  /** One thing that somebody at work does. Failures are those of a sidecar that dies. */
  async step(): Promise<void> {
    for (let n = 1 + this.#dice.below(5); n > 0 && this.outbox.size < WAITING_MAX; n--) this.addLife();
    const client = this.#client;
    if (!client) return;
    try {
      const what = this.#dice.below(10);
      if (what < 3) await this.#save(client);
      else if (what < 4) void client.learn().catch(ignore);
      else if (what < 8) await this.suggest(client);
    } catch {
      // The sidecar died meanwhile; that is what is being tried.
    }
  }

  /** A suggestion that was accepted and changed: four signals. */
  addLife(): readonly Signal[] {
    const n = this.added.size;
    const text = `database.users.findById(id${n});`;
    const final = this.#dice.chance(0.5) ? text : `database.users.require(id${n});`;
    const uri = pathToFileURL(join(this.#root, "src", `seen${n % 7}.ts`)).href;
    const life = acceptedLife({ linePrefix: `  const user${n % 13} = await `, text, final, uri, at: Date.now() });
    for (const signal of life) this.added.add(signal.id);
    this.outbox.addAll(life);
    return life;
  }

  /** Such a life at a time of its own, to be handed over by the caller. */
  lifeAt(at: number): readonly Signal[] {
    const n = this.added.size;
    const uri = pathToFileURL(join(this.#root, "src", `seen${n % 7}.ts`)).href;
    const text = `database.users.findById(id${n});`;
    const life = acceptedLife({ linePrefix: `  const user${n % 13} = await `, text, uri, at });
    for (const signal of life) this.added.add(signal.id);
    return life;
  }

  /** What is offered in a new file whose last line ends at the cursor. */
  async suggest(client: SidecarClient): Promise<string | undefined> {
    const uri = this.#newFile();
    await client.open(uri, "typescript", TYPED_BEFORE);
    const suggestion = await client.suggest(uri, 1, TYPED_BEFORE.length - TYPED_BEFORE.indexOf("\n") - 1);
    await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    return suggestion?.text.split("\n", 1)[0];
  }

  async #save(client: SidecarClient): Promise<void> {
    const n = this.#files;
    const uri = this.#newFile();
    const text = `${loaderOf(n)}export const limit${n} = readLimit(process.env, ${n});\n`;
    await client.open(uri, "typescript", "");
    await client.change(uri, text);
    writeFileSync(new URL(uri), text);
    await client.save(uri);
    await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  /** The same few names again and again, so that a long run does not fill the folder. */
  #newFile(): string {
    return pathToFileURL(join(this.#root, "src", `new-${this.#name}${this.#files++ % 40}.ts`)).href;
  }

  /** Resolves when nothing waits any more; false where that takes too long. */
  async drained(milliseconds = 30_000): Promise<boolean> {
    const giveUpAt = performance.now() + milliseconds;
    while (this.outbox.size > 0 && performance.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.outbox.size === 0;
  }
}

/** What the database at `home` says of itself and of these signals; empty where all is well. */
export function examineDatabase(home: string, signals: Iterable<string>): { lost: string[]; wrong: string[] } {
  const db = new DatabaseSync(join(home, "tacit.db"));
  try {
    const verdicts = db
      .prepare("PRAGMA integrity_check")
      .all()
      .map((row) => String(Object.values(row)[0]));
    const wrong = verdicts.filter((verdict) => verdict !== "ok");
    wrong.push(
      ...db
        .prepare("PRAGMA foreign_key_check")
        .all()
        .map((row) => `foreign key ${JSON.stringify(row)}`),
    );
    const times = db.prepare("SELECT count(*) AS n FROM signals WHERE id = ?");
    const lost: string[] = [];
    for (const id of signals) {
      const n = Number(times.get(id)!["n"]);
      if (n === 0) lost.push(`signal ${id}`);
      else if (n > 1) wrong.push(`signal ${id} is there ${n} times`);
    }
    return { lost, wrong };
  } finally {
    db.close();
  }
}

/** Those of these signals that are not stored, or more than once, in a database that need not be sound. */
export function missingSignals(home: string, signals: Iterable<string>): string[] {
  const db = new DatabaseSync(join(home, "tacit.db"));
  try {
    const times = new Map<unknown, number>();
    // No index is asked: it may be what is damaged.
    for (const { id } of db.prepare("SELECT id FROM signals NOT INDEXED").iterate()) {
      times.set(id, (times.get(id) ?? 0) + 1);
    }
    return [...signals].flatMap((id) => {
      const n = times.get(id) ?? 0;
      return n === 1 ? [] : [n === 0 ? `signal ${id}` : `signal ${id} is there ${n} times`];
    });
  } finally {
    db.close();
  }
}

/** Why signals could not be kept, or would not be taken. */
export function refusedOf(signals: readonly Signal[]): string[] {
  const { signals: good } = parseLines(formatLines(signals));
  const bad = signals.length === good.length ? [] : ["the outbox would not read its own signals"];
  return [...bad, ...signals.flatMap((signal) => negatives(signal))];
}

/** Numbers of a signal that no signal may have. */
function negatives(signal: Signal): string[] {
  return Object.entries(signal).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "number" && !(Number.isFinite(value) && value >= 0) ? [`${signal.kind}: ${name} is ${value}`] : [],
  );
}

/** How many signals are stored. */
export function countSignals(home: string): number {
  const db = new DatabaseSync(join(home, "tacit.db"));
  try {
    return Number(db.prepare("SELECT count(*) AS n FROM signals").get()!["n"]);
  } finally {
    db.close();
  }
}

function ignore(): void {
  // Nobody reads it.
}
