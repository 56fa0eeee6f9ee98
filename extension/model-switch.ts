/** The one switch between memory alone and memory with a model, in the menu behind the status bar item. */
import { commands, window } from "vscode";
import type { EngineSetting, Settings } from "../protocol/settings.ts";
import { writeSetting } from "./write-setting.ts";

export interface ModelDeps {
  readonly setting: () => Pick<Settings, "engine" | "remote" | "llama">;
  /** The host that the sidecar is waiting for consent to. */
  readonly awaitedConsent: () => string | undefined;
  readonly ask: (host: string) => Promise<void>;
  readonly askForKey: () => Promise<void>;
}

/** Its line in the menu; undefined where there is no model to switch. */
export function modelSwitchLabel({ setting, awaitedConsent }: ModelDeps): string | undefined {
  const { engine, remote, llama } = setting();
  if (remote.url === "" && llama.model === "") return undefined;
  if (engine === "recall")
    return llama.model === "" ? "$(server-process) Use Model Server" : "$(server-process) Use Model";
  return awaitedConsent() === undefined ? "$(server-process) Use Memory Alone" : "$(server-process) Allow Model Server";
}

export async function switchModel({ setting, awaitedConsent, ask }: ModelDeps): Promise<void> {
  const { engine, remote, llama } = setting();
  if (remote.url === "" && llama.model === "") {
    const choice = await window.showInformationMessage(
      "There is no model yet. Tacit can run one on this machine, or ask your own server (llama-server, Ollama, vLLM, " +
        "LM Studio and others).",
      "Choose Model",
      "Set Address",
    );
    if (choice === "Choose Model") await commands.executeCommand("tacit.chooseModel");
    if (choice === "Set Address") await commands.executeCommand("workbench.action.openSettings", "tacit.remote.url");
    return;
  }
  const host = awaitedConsent();
  if (engine === "auto" && host !== undefined) await ask(host);
  else await writeSetting("engine", (engine === "auto" ? "recall" : "auto") satisfies EngineSetting);
}
