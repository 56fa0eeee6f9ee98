/**
 * CUDA for models of this machine. It is not inside the extension, for it is larger than all the rest: who has a card of
 * NVIDIA's is asked once whether it shall come, and *Add CUDA Support* asks again.
 */
import { ProgressLocation, window } from "vscode";
import type { CancellationToken, Memento } from "vscode";
import type { AddCudaParams, CudaResult, ModelProgress } from "../protocol/messages.ts";
import type { Settings } from "../protocol/settings.ts";
import { describeBytes } from "../text/size.ts";
import { progressText } from "./choose-model.ts";
import { orTell } from "./dialogs.ts";
import { readNetwork } from "./network.ts";

export interface CudaDeps {
  readonly setting: () => Pick<Settings, "engine" | "llama">;
  readonly sidecar: {
    cuda(): Promise<CudaResult>;
    addCuda(
      params: AddCudaParams,
      onProgress: (progress: ModelProgress) => void,
      token: CancellationToken,
    ): Promise<void>;
    restart(): Promise<void>;
  };
  readonly showLog: () => void;
}

type Possible = Extract<CudaResult, { readonly kind: "possible" }>;

/** Remembers, in the editor's own store, for which version the user was asked last. */
const OFFERED = "tacit.cudaOffered";

/**
 * Asks whether CUDA shall be added where a model would gain by it: once, in whichever window it is noticed first. Who has
 * it is asked again where a new version of Tacit needs another one.
 */
export async function offerCuda(deps: CudaDeps & { readonly state: Memento }): Promise<void> {
  const { setting, sidecar, state } = deps;
  const { engine, llama } = setting();
  if (engine === "recall" || llama.model === "" || !isForCuda(llama)) return;
  const found = await sidecar.cuda();
  if (found.kind !== "possible") return;
  const askedFor = state.get<string>(OFFERED);
  if (askedFor === found.version || (askedFor !== undefined && !found.isRenewal)) return;
  await state.update(OFFERED, found.version);
  const answer = await window.showInformationMessage(
    `${found.isRenewal ? "This version of Tacit needs another CUDA support to" : "Tacit can"} run your model on ` +
      `${found.gpu} with CUDA. ${downloadText(found)} ` +
      "Without it the card is used through Vulkan. “Tacit: Add CUDA Support” adds it later as well.",
    "Add CUDA",
    "Not Now",
  );
  if (answer === "Add CUDA") await obtain(deps, found);
}

/** The command: says why there is nothing to add, or asks and adds it. */
export async function addCuda(deps: CudaDeps): Promise<void> {
  await orTell("CUDA could not be added", deps.showLog, async () => {
    const found = await deps.sidecar.cuda();
    if (found.kind === "added")
      await window.showInformationMessage("CUDA is there already. Models use it by themselves.");
    else if (found.kind === "useless") await window.showInformationMessage(`CUDA cannot be added. ${found.reason}`);
    else if (await mayAdd(found)) await obtain(deps, found);
  });
}

async function mayAdd(found: Possible): Promise<boolean> {
  const detail = `For ${found.gpu}. ${downloadText(found)}\nIt is checked when it has come, and lies in ${found.folder}.`;
  const answer = await window.showInformationMessage("Add CUDA support?", { modal: true, detail }, "Download");
  return answer === "Download";
}

function downloadText({ bytes, host }: Possible): string {
  return `${describeBytes(bytes)} are downloaded from ${host} for that; nothing but the request is sent.`;
}

async function obtain({ setting, sidecar, showLog }: CudaDeps, { bytes }: Possible): Promise<void> {
  await orTell("CUDA could not be added", showLog, async () => {
    if (!(await downloadWithProgress(sidecar, bytes))) return;
    // A model that is loaded would go on without.
    await sidecar.restart();
    await window.showInformationMessage(
      isForCuda(setting().llama)
        ? "CUDA is there. Your model uses it from now on."
        : "CUDA is there. Set tacit.llama.gpu to auto or cuda, and your model uses it.",
    );
  });
}

/** False where the user has paused. */
async function downloadWithProgress(sidecar: CudaDeps["sidecar"], totalBytes: number): Promise<boolean> {
  const options = {
    location: ProgressLocation.Notification,
    title: "Tacit downloads CUDA support (Cancel pauses)",
    cancellable: true,
  };
  return window.withProgress(options, async (progress, token) => {
    let percent = 0;
    const onProgress = (now: ModelProgress): void => {
      const next = (100 * now.receivedBytes) / totalBytes;
      progress.report({ message: progressText(now), increment: Math.max(0, next - percent) });
      percent = Math.max(percent, next);
    };
    try {
      await sidecar.addCuda({ network: readNetwork() }, onProgress, token);
      return true;
    } catch (error) {
      if (token.isCancellationRequested) return false;
      throw error;
    }
  });
}

function isForCuda({ gpu }: Settings["llama"]): boolean {
  return gpu === "auto" || gpu === "cuda";
}
