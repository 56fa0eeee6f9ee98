/**
 * The one way into the project: `npm start`, `npm test` and the other scripts run this with the name of a task.
 * It needs Node 20 and npm, nothing else. It installs the packages, finds the Node that runs the rest (24 comes as a
 * package), compiles the one native addon, and then hands over. What is in place already is left alone, so that a
 * second run takes seconds.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileAddon, provideCompiler } from "./compile.mjs";
import { Failure, main, run, runInForeground, step } from "./steps.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, "node_modules");
const ADDON = join(MODULES, "hnswlib-node");

/** Runs TypeScript as it is (type stripping) and has node:sqlite. */
const NODE_MIN = [22, 18];

/** What each task runs after the set-up; `build` first where it works on the bundles. */
const TASKS = {
  setup: { build: false, file: undefined },
  build: { build: true, file: undefined },
  package: { build: true, file: "scripts/package.ts" },
  start: { build: true, file: "scripts/start.ts" },
  test: { build: true, file: "scripts/test.ts" },
  check: { build: false, file: "scripts/check.ts" },
  bench: { build: true, file: "bench/main.ts" },
  faults: { build: true, file: "scripts/faults.ts" },
};

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (!Object.hasOwn(TASKS, name ?? "")) {
    throw new Failure(`usage: node scripts/bootstrap.mjs ${Object.keys(TASKS).join("|")} [arguments]`);
  }
  const task = TASKS[name];
  await installPackages();
  const node = findNode();
  // Children that ask for `node` (node-gyp, npm, shebangs) get the same one.
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  await buildAddon(node, env);
  linkCommand();
  if (task.build) await step("build dist/", () => run(node, ["esbuild.mjs"], { cwd: ROOT, env }));
  if (!task.file) return 0;
  return runInForeground(node, ["--disable-warning=ExperimentalWarning", join(ROOT, task.file), ...args], {
    cwd: ROOT,
    env,
  });
});

/** Installs exactly what package-lock.json names, without running a single install script of a package. */
async function installPackages() {
  if (packagesMatchLock()) return;
  await step("install npm packages", () =>
    npm([
      "ci",
      "--ignore-scripts",
      "--include=dev",
      "--include=optional",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ]),
  );
}

/**
 * npm leaves its own lock in node_modules as the last act of an installation: where it names the versions of ours, the
 * packages are complete. A broken-off installation has none. Optional packages may be absent (other platforms).
 */
function packagesMatchLock() {
  const wanted = readJson(join(ROOT, "package-lock.json")).packages;
  const found = readJson(join(MODULES, ".package-lock.json"))?.packages;
  return (
    found !== undefined &&
    Object.entries(wanted).every(
      ([path, entry]) => path === "" || (found[path]?.version ?? (entry.optional && entry.version)) === entry.version,
    )
  );
}

function findNode() {
  const packaged = join(MODULES, `node-${process.platform}-${process.arch}`, "bin", "node");
  // It is made for glibc: on Alpine it is there but does not run.
  if (existsSync(packaged) && spawnSync(packaged, ["--version"]).status === 0) return packaged;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return process.execPath;
  throw new Failure(
    `Tacit needs Node ${NODE_MIN.join(".")} or newer; this is ${process.version}, and the package node-${process.platform}-${process.arch} ` +
      `that would bring a newer one is missing or does not run. Install Node 24 from https://nodejs.org and run this again.`,
  );
}

/** The vector index is C++ and comes as source. */
async function buildAddon(node, env) {
  const loads = () => spawnSync(node, ["-e", "require('hnswlib-node')"], { cwd: ROOT, stdio: "ignore" }).status === 0;
  if (loads()) return;
  await provideCompiler();
  await step("compile the vector index (once)", async () => {
    await compileAddon(ADDON, node, env);
    if (!loads()) {
      throw new Failure("hnswlib-node was compiled but does not load. Remove node_modules and run this again.");
    }
  });
}

/** `npm ci` replaces node_modules, so it must not be run by the Node that lies in there. */
function npm(args) {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (!script) return run("npm", args, { cwd: ROOT });
  return run(node && !node.startsWith(MODULES) ? node : systemNode(), [script, ...args], { cwd: ROOT });
}

function systemNode() {
  if (!process.execPath.startsWith(MODULES)) return process.execPath;
  const folder = (process.env.PATH ?? "")
    .split(delimiter)
    .find((entry) => !entry.includes("node_modules") && existsSync(join(entry, "node")));
  if (!folder)
    throw new Failure("No Node outside node_modules is on the PATH. Install Node 20 or newer, then try again.");
  return join(folder, "node");
}

/** `npx tacit` in this folder runs our own command; npm links those of dependencies only. */
function linkCommand() {
  const link = join(MODULES, ".bin", "tacit");
  try {
    symlinkSync(join("..", "..", "bin", "tacit.mjs"), link);
  } catch (error) {
    // Windows lets administrators make links; without one the command is bin/tacit.mjs.
    if (!["EEXIST", "EPERM"].includes(error.code)) throw error;
  }
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
