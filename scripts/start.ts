/**
 * `npm start`: packages the extension and opens an editor with it, on the sample workspace or on the folder given.
 * With `--terminal` the loop is shown in the terminal instead, without an editor.
 */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  addressOf,
  EDITOR_FOLDER,
  findFreePort,
  installCodeServer,
  installVsix,
  OFFLINE_SETTINGS,
  startCodeServer,
  writeSettings,
  type Profile,
} from "./code-server.ts";
import { findDesktopEditor, openDesktop } from "./desktop.ts";
import { Failure, main, run, runInForeground, step, whenParentEnds } from "./steps.mjs";
import { ROOT, vsixFile } from "./vsix.ts";

const USAGE = `usage: npm start [-- FOLDER] [options]

  FOLDER             what to open (none: the sample workspace)
  --terminal         show the loop in this terminal instead of an editor; all else goes to it, e.g. --json
  --editor NAME      code, cursor, codium or browser (none: the first that can open a window here, else the browser)
  --port NUMBER      port for the editor in the browser (none: 18080, or a free one)
  --no-open          open no browser, only print the address`;

const PORT_PREFERRED = 18080;
const SAMPLE = { folder: join(ROOT, "samples", "bookshop"), file: "src/loans.ts" };

await main(async () => {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  if (args.includes("--terminal")) return startTerminal(args.filter((arg) => arg !== "--terminal"));
  const options = parseOptions(args);
  await run(process.execPath, ["--disable-warning=ExperimentalWarning", join(ROOT, "scripts", "package.ts")], {
    cwd: ROOT,
  });
  const desktop = options.editor === "browser" ? undefined : findDesktopEditor(options.editor);
  if (options.editor && options.editor !== "browser" && !desktop) {
    throw new Failure(`${options.editor} cannot open a window here. Without --editor, the editor runs in the browser.`);
  }
  return desktop ? startDesktop(desktop, options) : startBrowser(options);
});

interface Options {
  readonly folder: string;
  /** File to show first, absolute. */
  readonly file: string | undefined;
  readonly editor: string | undefined;
  readonly port: number;
  readonly open: boolean;
}

function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  if (positionals.length > 1) throw new Failure(USAGE);
  const folder = positionals[0] === undefined ? undefined : folderOf(positionals[0]);
  return {
    folder: folder ?? SAMPLE.folder,
    file: folder ? undefined : join(SAMPLE.folder, SAMPLE.file),
    editor: values.editor,
    port: Number(values.port ?? PORT_PREFERRED),
    open: !values["no-open"],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { editor: { type: "string" }, port: { type: "string" }, "no-open": { type: "boolean" } },
    });
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

/** npm runs scripts in the project's folder and tells where the user stood. */
function folderOf(argument: string): string {
  const folder = resolve(process.env["INIT_CWD"] ?? process.cwd(), argument);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Failure(`${folder} is not a folder.`);
  return folder;
}

function startTerminal(args: readonly string[]): Promise<number> {
  const resolved = args.map((arg) => (arg.startsWith("-") ? arg : folderOf(arg)));
  return runInForeground(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    join(ROOT, "scripts", "terminal.ts"),
    ...resolved,
  ]);
}

function profileOf(editor: string): Profile {
  const folder = join(EDITOR_FOLDER, "trial", editor);
  return { userData: join(folder, "user-data"), extensions: join(folder, "extensions") };
}

async function startDesktop(command: string, options: Options): Promise<number> {
  const profile = profileOf(command);
  await keepSettings(profile);
  console.log(`\nOpening ${command} with a profile of its own: your settings and extensions stay as they are.`);
  console.log(`To install Tacit in your own: ${command} --install-extension ${vsixFile()}\n`);
  return openDesktop(command, {
    profile,
    vsix: vsixFile(),
    paths: options.file ? [options.folder, options.file] : [options.folder],
  });
}

async function startBrowser(options: Options): Promise<number> {
  const profile = profileOf("browser");
  await installCodeServer();
  await keepSettings(profile);
  await step("install the extension", () => installVsix(profile, vsixFile()));
  const server = await step("start the editor", async () =>
    startCodeServer(profile, { port: await findFreePort(options.port) }),
  );
  const address = addressOf(server, options.folder, options.file);
  console.log(`\nTacit runs in VS Code at\n\n  ${address}\n`);
  console.log("Only this machine can reach it, but anyone who is logged in here. Ctrl-C ends it.");
  if (options.open) openBrowser(address);
  const asked = await Promise.race([signalled(), server.ended.then(() => false)]);
  if (!asked) throw new Failure(`The editor ended by itself. It said:\n${server.output()}`);
  console.log("\nEnding the editor.");
  await server.stop();
  return 0;
}

/** A profile keeps the settings that were changed in it. */
async function keepSettings(profile: Profile): Promise<void> {
  if (!existsSync(join(profile.userData, "User", "settings.json"))) await writeSettings(profile, OFFLINE_SETTINGS);
}

function openBrowser(address: string): void {
  const command = process.platform === "darwin" ? "open" : "xdg-open";
  if (process.platform !== "darwin" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"]) return;
  // The address is printed above: a machine without a browser loses nothing.
  spawn(command, [address], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

/** Resolves with true at the first Ctrl-C or request to end; further ones are swallowed while the editor ends. */
function signalled(): Promise<true> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => done(true));
    whenParentEnds(() => done(true));
  });
}
