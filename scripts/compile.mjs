/**
 * Compiles native addons with the node-gyp that npm brings, against the headers that lie beside the Node in use: nothing
 * is downloaded. Where the compiler itself is missing, apt-get installs it, or the user is told what to install.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, run, step } from "./steps.mjs";

/** Compiles the addon in `folder` for `node`; the compiler must be there. */
export async function compileAddon(folder, node, env) {
  const nodeFolder = dirname(dirname(node));
  const headers = existsSync(join(nodeFolder, "include", "node", "node.h")) ? [`--nodedir=${nodeFolder}`] : [];
  const python = findPython();
  const args = ["rebuild", `--directory=${folder}`, ...(python ? [`--python=${python}`] : []), ...headers];
  await run(node, [nodeGyp(), ...args, "--loglevel=error"], {
    cwd: folder,
    // The addon carries its own C++ runtime, so that it loads on distributions with an older one.
    env: { ...env, LDFLAGS: process.platform === "linux" ? "-static-libstdc++ -static-libgcc -s" : "" },
  });
}

/** Makes sure that an addon can be compiled. On Windows node-gyp looks for Visual Studio itself, and says what is missing. */
export async function provideCompiler() {
  if (process.platform === "win32") return;
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

function works(command, args = ["--version"]) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
