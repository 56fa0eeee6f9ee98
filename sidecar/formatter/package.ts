/**
 * A formatter that is a package of the project's own, Prettier: loading it takes longer than a hundred texts do, so it
 * is kept in a process of ours, which can write no file and start no process where Node lets us forbid it. It is
 * started for the first text, and ended when none has come for a while.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { yieldToOthers } from "../base/priority.ts";
import { workerUrl } from "../base/worker-url.ts";
import type { FoundFormatter } from "./find.ts";
import type { FormatAnswer, Formatter } from "./formatter.ts";
import type { FormatterLimits } from "./open.ts";
import type { PackageAnswer, PackageTask } from "./package-worker.ts";
import { formatterEnvironment, formatterFault, killGroup, HAS_GROUPS } from "./process.ts";

const IDLE_MS_MAX = 60_000;
const HEAP_MB_MAX = 512;

export function openPackageFormatter(found: FoundFormatter, limits: FormatterLimits): Formatter {
  return new PackageFormatter(found, limits);
}

class PackageFormatter implements Formatter {
  readonly name: string;
  readonly config: string;
  readonly #found: FoundFormatter;
  readonly #limits: FormatterLimits;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(found: FoundFormatter, limits: FormatterLimits) {
    this.name = found.tool.name;
    this.config = found.config;
    this.#found = found;
    this.#limits = limits;
  }

  async format(path: string, text: string, signal: AbortSignal): Promise<FormatAnswer> {
    signal.throwIfAborted();
    clearTimeout(this.#idle);
    const isNew = this.#child === undefined;
    const child = (this.#child ??= this.#start());
    try {
      const { answerMsMax, startMsMax } = this.#limits;
      const answer = await this.#ask(child, { path, text }, isNew ? startMsMax : answerMsMax, signal);
      if (answer.kind === "broken") throw formatterFault(this.name, "could not be loaded", new Error(answer.reason));
      this.#idle = setTimeout(() => this.close(), IDLE_MS_MAX).unref();
      return answer;
    } catch (error) {
      // It may be in the middle of anything; the next text gets a fresh one.
      this.close();
      throw error;
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    if (this.#child) killGroup(this.#child);
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const worker = fileURLToPath(workerUrl(import.meta.url, "./package-worker.ts", "package-worker"));
    const { root, location } = this.#found;
    const child = fork(worker, [location, root], {
      cwd: root,
      env: formatterEnvironment(),
      execArgv: [...READ_ONLY, `--max-old-space-size=${HEAP_MB_MAX}`],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      detached: HAS_GROUPS,
    });
    yieldToOthers(child);
    // Told to whoever asks; without anybody it would end us.
    child.on("error", () => undefined);
    child.on("exit", () => {
      if (this.#child === child) this.#child = undefined;
    });
    // Neither it nor the line to it keeps us running.
    child.unref();
    child.channel?.unref();
    return child;
  }

  /** One text at a time. */
  #ask(
    child: ChildProcess,
    { path, text }: Omit<PackageTask, "id">,
    answerMsMax: number,
    signal: AbortSignal,
  ): Promise<PackageAnswer["answer"]> {
    const { promise, resolve, reject } = Promise.withResolvers<PackageAnswer["answer"]>();
    const id = ++this.#lastId;
    const fail = (what: string, cause?: unknown): void => reject(formatterFault(this.name, what, cause));
    const timer = setTimeout(() => fail(`gave no answer within ${answerMsMax / 1000} s`), answerMsMax);
    const onAbort = (): void => reject(signal.reason);
    const onMessage = (message: unknown): void => {
      const answered = message as PackageAnswer;
      if (answered.id === id) resolve(answered.answer);
    };
    const onExit = (): void => fail("died of a text");
    const onError = (error: Error): void => fail("could not be run", error);
    signal.addEventListener("abort", onAbort, { once: true });
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
    child.send({ id, path, text } satisfies PackageTask, (error) => {
      if (error) onError(error);
    });
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
    });
  }
}

/**
 * Node's permission model, where this Node has it and is none of Electron's: scripts write no file and start no process.
 * Native addons, which plugins may need, are not held by it, nor is the network.
 */
const READ_ONLY: readonly string[] =
  process.allowedNodeEnvironmentFlags.has("--permission") && process.versions["electron"] === undefined
    ? ["--permission", "--allow-fs-read=*", "--allow-addons"]
    : [];
