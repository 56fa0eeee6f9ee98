/** A desktop editor on this machine: which one can show a window, and how it is opened with an extension to try. */
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { run, runInForeground } from "./steps.mjs";
import type { Profile } from "./code-server.ts";

const NAMES = ["code", "cursor", "codium"];

/**
 * Command of an editor that can open a window here, `wanted` only where given. None for the administrator (editors
 * refuse to run as root), without a display, and inside an editor's own remote terminal, where `code` means that editor.
 */
export function findDesktopEditor(wanted?: string): string | undefined {
  const { env } = process;
  const display = process.platform === "darwin" || env["DISPLAY"] || env["WAYLAND_DISPLAY"];
  if (!display || env["WSL_DISTRO_NAME"] || env["VSCODE_IPC_HOOK_CLI"] || process.getuid?.() === 0) return undefined;
  return (wanted ? [wanted] : NAMES).find(
    (name) => spawnSync(name, ["--version"], { env: ownEnvironment() }).status === 0,
  );
}

/** Opens a window with a profile of its own, so that nothing in the user's editor changes; resolves when it is closed. */
export async function openDesktop(
  command: string,
  options: { readonly profile: Profile; readonly vsix: string; readonly paths: readonly string[] },
): Promise<number> {
  const { profile, vsix, paths } = options;
  await mkdir(profile.extensions, { recursive: true });
  const env = ownEnvironment();
  const folders = ["--user-data-dir", profile.userData, "--extensions-dir", profile.extensions];
  await run(command, [...folders, "--install-extension", vsix, "--force"], { env });
  return runInForeground(command, [...folders, "--new-window", "--wait", "--disable-workspace-trust", ...paths], {
    env,
  });
}

/** In the terminal of a desktop editor these variables would turn the new one into a plain Node. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name)));
}
