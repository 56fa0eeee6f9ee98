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
    // `npm start -- FOLDER` means a folder relative to where the user stands, and npm runs scripts in the root.
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
  if (existsSync(packaged)) return packaged;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return process.execPath;
  throw new Failure(
    `Tacit needs Node ${NODE_MIN.join(".")} or newer; this is ${process.version}, and the package node-${process.platform}-${process.arch} ` +
      `that would bring a newer one is not installed. Install Node 24 from https://nodejs.org and run this again.`,
  );
}

/** Compiles hnswlib-node against the headers of `node`, which lie beside it: nothing is downloaded. */
async function buildAddon(node, env) {
  const loads = () => spawnSync(node, ["-e", "require('hnswlib-node')"], { cwd: ROOT, stdio: "ignore" }).status === 0;
  if (loads()) return;
  await provideCompiler();
  await step("compile the vector index (once)", async () => {
    const nodeFolder = dirname(dirname(node));
    const headers = existsSync(join(nodeFolder, "include", "node", "node.h")) ? [`--nodedir=${nodeFolder}`] : [];
    const args = ["rebuild", `--directory=${ADDON}`, `--python=${findPython()}`, ...headers, "--loglevel=error"];
    await run(node, [nodeGyp(), ...args], {
      cwd: ROOT,
      // The addon carries its own C++ runtime, so that the VSIX loads on distributions with an older one.
      env: { ...env, LDFLAGS: process.platform === "linux" ? "-static-libstdc++ -static-libgcc -s" : "" },
    });
    if (!loads())
      throw new Failure("hnswlib-node was compiled but does not load. Remove node_modules and run this again.");
  });
}

async function provideCompiler() {
  const missing = () => [
    ...(findPython() ? [] : ["python3"]),
    ...(works("make") ? [] : ["make"]),
    ...(works(process.env.CXX ?? "g++") || works("clang++") ? [] : ["g++"]),
  ];
  const packages = missing();
  if (packages.length === 0) return;
  const administrator = process.getuid?.() === 0 ? [] : works("sudo", ["-n", "true"]) ? ["sudo", "-n"] : undefined;
  const advice = `Compiling the vector index needs ${packages.join(", ")}. `;
  if (!works("apt-get") || !administrator) {
    throw new Failure(
      works("apt-get")
        ? `${advice}Run this as an administrator, then try again:\n  sudo apt-get update && sudo apt-get install -y ${packages.join(" ")}`
        : `${advice}Install them with your system's package manager (on macOS: xcode-select --install), then try again.`,
    );
  }
  const apt = (args) => {
    const [command, ...rest] = [...administrator, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", ...args];
    return run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  };
  await step(`install ${packages.join(", ")} with apt-get`, async () => {
    await apt(["update"]);
    await apt([
      "install",
      "-y",
      "--no-install-recommends",
      ...packages,
      ...(packages.includes("g++") ? ["libc6-dev"] : []),
    ]);
    if (missing().length > 0) throw new Failure(`${advice}apt-get installed them, yet they do not run.`);
  });
}

/** The first Python that really runs: version managers leave shims in the PATH that only work for another user. */
function findPython() {
  return [process.env.PYTHON, "python3", "/usr/bin/python3", "python"].find(
    (python) => python && works(python, ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]),
  );
}

/** npm names its own node-gyp to the scripts it runs; without npm around us, it lies in npm's folder. */
function nodeGyp() {
  const npmFolder = process.env.npm_execpath ? dirname(dirname(process.env.npm_execpath)) : npmFolderOnPath();
  const places = [
    process.env.npm_config_node_gyp,
    npmFolder && join(npmFolder, "node_modules", "node-gyp", "bin", "node-gyp.js"),
    "/usr/share/nodejs/node-gyp/bin/node-gyp.js",
  ];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Failure("npm's node-gyp is not where npm keeps it. Reinstall npm, then try again.");
  return found;
}

function npmFolderOnPath() {
  const root = spawnSync("npm", ["root", "--global"], { encoding: "utf8" }).stdout?.trim();
  return root ? join(root, "npm") : undefined;
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
    if (error.code !== "EEXIST") throw error;
  }
}

function works(command, args = ["--version"]) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
