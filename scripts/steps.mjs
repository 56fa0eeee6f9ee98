/**
 * What long work looks like in a terminal: one line per step with its seconds, a spinner where someone watches, and a
 * sign of life every quarter of a minute where only a log is kept. Plain JavaScript, for bootstrap.mjs runs on Node 20
 * before anything is installed.
 */
import { spawn } from "node:child_process";
import { clearInterval, setInterval } from "node:timers";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;
const SIGN_OF_LIFE_MS = 15_000;
const PARENT_POLL_MS = 500;

/** Output of a failed command that is worth showing; the end of it names the error. */
const OUTPUT_CHARS_MAX = 200_000;
const OUTPUT_LINES_SHOWN = 120;

/** A failure that is explained in full by its message: the caller prints it without a stack and exits with 1. */
export class Failure extends Error {}

/** Titles of the steps that run at present: two may run side by side and share the spinner's line. */
const running = new Map();

/** Runs `work` under a title and prints how long it took. What `work` returns under `note` stands behind the title. */
export async function step(title, work) {
  const startedMs = Date.now();
  const tty = process.stderr.isTTY;
  running.set(title, startedMs);
  const timer = tty
    ? setInterval(
        () =>
          process.stderr.write(
            `\r\x1b[2K${FRAMES[Math.floor(Date.now() / FRAME_MS) % FRAMES.length]} ${describeRunning()}`,
          ),
        FRAME_MS,
      )
    : setInterval(() => console.error(`… ${title}  ${secondsSince(startedMs)}`), SIGN_OF_LIFE_MS);
  const end = (mark, note) => {
    clearInterval(timer);
    running.delete(title);
    console.error(`${tty ? "\r\x1b[2K" : ""}${mark} ${title}${note ? `: ${note}` : ""}  ${secondsSince(startedMs)}`);
  };
  try {
    const result = await work();
    end("✓", result?.note);
    return result;
  } catch (error) {
    end("✗");
    throw error;
  }
}

function describeRunning() {
  return [...running].map(([title, startedMs]) => `${title}  ${secondsSince(startedMs)}`).join(", ");
}

function secondsSince(startedMs) {
  return `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
}

/**
 * Runs a command silently and resolves with its output; a status other than 0 rejects with a Failure that carries the
 * end of it. The child is killed when this process leaves first.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const leave = killWithParent(child);
    let output = "";
    const collect = (chunk) => (output = (output + chunk).slice(-OUTPUT_CHARS_MAX));
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", (error) => {
      leave();
      reject(new Failure(`${command} cannot be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      leave();
      if (code === 0) return resolve(output);
      const shown = output.trimEnd().split("\n").slice(-OUTPUT_LINES_SHOWN).join("\n");
      reject(new Failure(`${shown}\n${[command, ...args].join(" ")} ended with ${signal ?? `status ${code}`}`));
    });
  });
}

/**
 * Runs a command in this terminal and resolves with its exit status. Signals are passed on, and this process waits for
 * the child to clean up instead of leaving first. Ctrl-C in a terminal reaches the child by itself.
 */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    const leave = killWithParent(child);
    const pass = (signal) => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, pass);
    const stopWatching = whenParentEnds(() => child.kill("SIGTERM"));
    child.on("error", (error) => reject(new Failure(`${command} cannot be started: ${error.message}`)));
    child.on("exit", (code, signal) => {
      leave();
      stopWatching();
      for (const signal of signals) process.off(signal, pass);
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

/** Prints a failure as its message alone, our own bugs with their stack, and sets the exit status. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/**
 * Calls `end` once when npm is gone. npm runs a script through a shell, and a signal to npm ends that shell but never
 * reaches us: nothing else would tell us to stop. Returns what ends the watch.
 */
export function whenParentEnds(end) {
  if (!process.env.npm_lifecycle_event) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function killWithParent(child) {
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  return () => process.off("exit", kill);
}
