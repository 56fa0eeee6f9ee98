/** The browser that drives the editor in tests: any Chromium or Chrome will do. Where there is none, apt-get brings it. */
import { spawnSync } from "node:child_process";
import { Failure, run, step } from "./steps.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Path or name of a browser that starts, `$CHROME_PATH` before all others. */
export function findChromium(): string | undefined {
  const named = process.env["CHROME_PATH"];
  if (named) {
    if (starts(named)) return named;
    throw new Failure(`CHROME_PATH is ${named}, which does not start. Set it to a Chromium or Chrome, or unset it.`);
  }
  return NAMES.map(pathOf).find((path) => path !== undefined && starts(path));
}

/** Finds a browser or installs one; explains what to do where that takes rights we lack. */
export async function provideChromium(): Promise<string> {
  const found = findChromium();
  if (found) return found;
  const administrator = process.getuid?.() === 0 ? [] : works("sudo", ["-n", "true"]) ? ["sudo", "-n"] : undefined;
  if (!works("apt-get", ["--version"]) || !administrator) {
    throw new Failure(
      "The editor tests need Chromium. Install it (Debian and Ubuntu: `sudo apt-get install chromium`), or set " +
        "CHROME_PATH to a Chrome or Chromium that is there, then try again. `npm test -- check unit process` runs without.",
    );
  }
  const apt = (...args: string[]) => {
    const [command, ...rest] = [...administrator, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", ...args];
    return run(command!, rest, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  };
  await step("install chromium with apt-get", async () => {
    await apt("update");
    await apt("install", "-y", "--no-install-recommends", "chromium");
  });
  const installed = findChromium();
  // Ubuntu's package is an empty shell around a snap, which does not start in containers.
  if (!installed) throw new Failure("apt-get installed chromium, yet it does not start. Set CHROME_PATH to a Chrome.");
  return installed;
}

function pathOf(name: string): string | undefined {
  const { status, stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

function starts(path: string): boolean {
  return works(path, ["--version", "--no-sandbox"]);
}

function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 30_000 }).status === 0;
}
