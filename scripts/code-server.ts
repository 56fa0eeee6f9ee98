/**
 * VS Code in a browser, from npm (code-server): where there is no desktop editor, and for the tests. It is installed
 * once under build/editor, at a fixed version, and writes nothing outside the folders it is given.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { glob, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { compileAddon } from "./compile.mjs";
import { Failure, run, step } from "./steps.mjs";
import { ROOT } from "./vsix.ts";

const VERSION = "4.139.1";

/** Everything an editor of ours keeps; ignored by git. */
export const EDITOR_FOLDER = join(ROOT, "build", "editor");
const INSTALLED = join(EDITOR_FOLDER, `code-server-${VERSION}`);
const ENTRY = join(INSTALLED, "node_modules", "code-server", "out", "node", "entry.js");

/** Marks an extensions folder with the hash of what was installed into it. */
const STAMP = ".tacit-vsix";

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 5_000;
const POLL_MS = 50;
const OUTPUT_CHARS_MAX = 200_000;

/** Without these the editor asks registries and vendors by itself. */
export const OFFLINE_SETTINGS = {
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "js/ts.tsserver.automaticTypeAcquisition.enabled": false,
  "npm.fetchOnlinePackageInfo": false,
  "telemetry.telemetryLevel": "off",
  "typescript.disableAutomaticTypeAcquisition": true,
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
} as const;

/** Folders of one editor: its settings and state, and the extensions it runs. */
export interface Profile {
  readonly userData: string;
  readonly extensions: string;
}

export interface CodeServer {
  readonly url: string;
  readonly port: number;
  /** Processes of this editor (server, extension host, sidecar, …) whose command line contains `text`. */
  processes(text: string): Promise<number[]>;
  /** The end of what the server wrote. */
  output(): string;
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends all its processes; resolves when none is left. */
  stop(): Promise<void>;
}

/** Installs the editor where it is missing. An installation that was broken off is started anew from npm's cache. */
export async function installCodeServer(): Promise<void> {
  if (existsSync(ENTRY)) return;
  codeServerNode();
  await mkdir(EDITOR_FOLDER, { recursive: true });
  for (const leftover of await readdir(EDITOR_FOLDER)) {
    if (leftover.startsWith("installing-")) await rm(join(EDITOR_FOLDER, leftover), { recursive: true, force: true });
  }
  await step("install the editor (code-server, once, about 800 MB)", async () => {
    const folder = await mkdtemp(join(EDITOR_FOLDER, "installing-"));
    const install = (cwd: string, ...args: string[]) =>
      run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...args], { cwd });
    // A manifest of its own keeps npm from walking up to this project's.
    await writeFile(join(folder, "package.json"), `{ "private": true }\n`);
    await install(folder, "--save-exact", `code-server@${VERSION}`);
    // Its install script would do the following two, and compile what has prebuilt binaries.
    const vscode = join(folder, "node_modules", "code-server", "lib", "vscode");
    await install(vscode, "--omit=dev");
    await install(join(vscode, "extensions"), "--omit=dev");
    const note = await compileLogger(join(vscode, "node_modules", "@vscode", "spdlog"));
    await rm(INSTALLED, { recursive: true, force: true });
    await rename(folder, INSTALLED);
    return { note };
  });
}

/** Puts VSIX files into a profile; nothing is done where the same ones are there already. */
export async function installVsix(profile: Profile, ...vsixs: readonly string[]): Promise<void> {
  const sum = createHash("sha256");
  for (const vsix of vsixs) sum.update(await readFile(vsix));
  const hash = sum.digest("hex");
  const stamp = join(profile.extensions, STAMP);
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === hash) return;
  await rm(stamp, { force: true });
  await mkdir(profile.extensions, { recursive: true });
  const installs = vsixs.flatMap((vsix) => ["--install-extension", vsix]);
  const args = [ENTRY, ...(await profileArguments(profile)), ...installs, "--force"];
  await run(codeServerNode(), args, { env: editorEnvironment(profile) });
  await writeFile(stamp, hash);
}

/** Writes the user settings of a profile, or those of the machine, which no window and no workspace brings along. */
export async function writeSettings(
  profile: Profile,
  settings: Readonly<Record<string, unknown>>,
  of: "User" | "Machine" = "User",
): Promise<void> {
  const file = join(profile.userData, of, "settings.json");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`);
}

/** Starts the editor's server on the loopback interface and waits until it answers. */
export async function startCodeServer(
  profile: Profile,
  options: {
    readonly port: number;
    /** Whether it asks if a folder is to be trusted (none: all are). */
    readonly asksForTrust?: boolean;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<CodeServer> {
  const { port } = options;
  const socket = join(tmpdir(), `tacit-${randomUUID().slice(0, 13)}.sock`);
  const args = [
    ENTRY,
    ...(await profileArguments(profile)),
    ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--session-socket", socket],
    ...["--disable-telemetry", "--disable-update-check"],
    ...(options.asksForTrust ? [] : ["--disable-workspace-trust"]),
    ...["--disable-getting-started-override", "--ignore-last-opened", "--reconnection-grace-time", "1"],
  ];
  const child = spawn(codeServerNode(), args, {
    // A process group of its own: all that it starts can be ended together.
    detached: true,
    env: { ...editorEnvironment(profile), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output = (output + text).slice(-OUTPUT_CHARS_MAX)));
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
  const killNow = () => signalGroup(child, "SIGKILL");
  process.on("exit", killNow);
  const server: CodeServer = {
    url: `http://127.0.0.1:${port}/`,
    port,
    processes: (text) => groupMembers(child, text),
    output: () => output,
    ended,
    async stop() {
      signalGroup(child, "SIGTERM");
      const deadlineMs = Date.now() + STOP_MS_MAX;
      while ((await groupMembers(child, "")).length > 0) {
        if (Date.now() > deadlineMs) signalGroup(child, "SIGKILL");
        await delay(POLL_MS);
      }
      process.off("exit", killNow);
      await rm(socket, { force: true });
    },
  };
  try {
    await waitUntilHealthy(server, child);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** Address that opens `folder` and, in it, `file` (both absolute). */
export function addressOf(server: CodeServer, folder: string, file?: string): string {
  const address = new URL(server.url);
  address.searchParams.set("folder", folder);
  if (file) {
    const payload = [["openFile", `vscode-remote://${address.host}${encodeURI(file)}`]];
    address.searchParams.set("payload", JSON.stringify(payload));
  }
  return address.href;
}

/** A port nobody listens on: `preferred` where it is free, any other else. */
export function findFreePort(preferred = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (preferred !== 0 && error.code === "EADDRINUSE") findFreePort().then(resolve, reject);
      else reject(error);
    });
    server.listen(preferred, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : preferred));
    });
  });
}

/** The one addon without a prebuilt binary; without it, output channels (*Tacit: Show Log*) stay empty. */
async function compileLogger(folder: string): Promise<string> {
  try {
    await compileAddon(folder, codeServerNode(), process.env);
    return "";
  } catch (error) {
    // All else works, so a machine without a compiler still gets an editor.
    if (!(error instanceof Failure)) throw error;
    return "its output channels stay empty, for there is no C++ compiler";
  }
}

async function waitUntilHealthy(server: CodeServer, child: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + START_MS_MAX;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
    // Not listening yet is what we wait for to end.
    const healthy = await fetch(new URL("healthz", server.url)).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await delay(POLL_MS);
  }
  throw new Failure(`The editor did not start on ${server.url}. It said:\n${server.output()}`);
}

/** code-server runs on Node 24 only, whatever newer ones there are. */
function codeServerNode(): string {
  const packaged = join(ROOT, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(packaged)) return packaged;
  if (process.versions.node.startsWith("24.")) return process.execPath;
  throw new Failure(
    `The editor in the browser needs Node 24; this is ${process.version}. Install Node 24 and try again.`,
  );
}

async function profileArguments(profile: Profile): Promise<string[]> {
  const config = join(profile.userData, "code-server.yaml");
  await mkdir(profile.userData, { recursive: true });
  await writeFile(config, "");
  return ["--config", config, "--user-data-dir", profile.userData, "--extensions-dir", profile.extensions];
}

/** Our environment less what would tie the editor to one that we run in, or change its options behind our back. */
function editorEnvironment(profile: Profile): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_|ELECTRON_|CODE_SERVER|CS_|npm_|PORT$|PASSWORD$|HASHED_PASSWORD$|NODE_OPTIONS$|INIT_CWD$)/;
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  return { ...own, EXTENSIONS_GALLERY: "{}", XDG_DATA_HOME: profile.userData };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // No process of the group is left: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Living processes of the child's group whose command line contains `text`; a zombie is not living. */
async function groupMembers(child: ChildProcess, text: string): Promise<number[]> {
  if (process.platform !== "linux") return child.exitCode === null && child.signalCode === null ? [child.pid ?? 0] : [];
  const members: number[] = [];
  for await (const file of glob("[0-9]*/stat", { cwd: "/proc" })) {
    const pid = basename(dirname(file));
    try {
      // "pid (name) state ppid pgrp …": the name may hold spaces and brackets.
      const fields = (await readFile(join("/proc", file), "utf8")).replace(/^.*\) /s, "").split(" ");
      if (fields[0] === "Z" || Number(fields[2]) !== child.pid) continue;
      const command = (await readFile(join("/proc", pid, "cmdline"), "utf8")).replaceAll("\0", " ");
      if (command.includes(text)) members.push(Number(pid));
    } catch (error) {
      // It ended while we looked.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ESRCH") throw error;
    }
  }
  return members;
}
