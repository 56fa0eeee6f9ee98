/**
 * *Choose Model*: which model of this machine writes suggestions, and which finds code by meaning. What is not there yet
 * is downloaded by the sidecar, once the user has agreed to where from, how much and under which licence.
 */
import { commands, env, ProgressLocation, Uri, window } from "vscode";
import type { CancellationToken } from "vscode";
import type { DownloadModelParams, ModelOffer, ModelProgress, ModelsResult } from "../protocol/messages.ts";
import type { EngineSetting, Settings } from "../protocol/settings.ts";
import { describeBytes, describeSeconds } from "../text/size.ts";
import { heading, type ListItem, orTell, showList } from "./dialogs.ts";
import { readNetwork } from "./network.ts";
import { writeSetting } from "./write-setting.ts";

export interface ChooseModelDeps {
  readonly setting: () => Pick<Settings, "engine" | "llama">;
  readonly sidecar: {
    models(): Promise<ModelsResult>;
    downloadModel(
      params: DownloadModelParams,
      onProgress: (progress: ModelProgress) => void,
      token: CancellationToken,
    ): Promise<string>;
    checkModelFile(path: string): Promise<string | null>;
  };
  readonly showLog: () => void;
}

type Kind = ModelOffer["kind"];

/** The setting that names the file of each kind. */
const SETTINGS = { completion: "llama.model", embedding: "llama.embedder" } as const satisfies Record<Kind, string>;

export async function chooseModel(deps: ChooseModelDeps): Promise<void> {
  await orTell("The models could not be listed", deps.showLog, () => chooseOfKind(deps, "completion"));
}

async function chooseOfKind(deps: ChooseModelDeps, kind: Kind): Promise<void> {
  const { machine, models, ownFiles } = await deps.sidecar.models();
  const chosen = deps.setting().llama[kind === "completion" ? "model" : "embedder"];
  const ofKind = models.filter((model) => model.kind === kind);
  // What is recommended leads its list.
  const inOrder = ofKind.toSorted((a, b) => Number(b.recommended !== null) - Number(a.recommended !== null));
  const installed = inOrder.filter(({ state }) => state.kind === "installed");
  const others = inOrder.filter(({ state }) => state.kind !== "installed");
  const own = ownFiles.map(({ file, bytes }): ListItem => fileItem(deps, kind, file, bytes, chosen));
  const title = kind === "completion" ? "Model That Writes Suggestions" : "Model That Finds Code by Meaning";
  await showList(`${title} — ${machine}`, [
    ...section("On this machine", [...installed.map((model) => modelItem(deps, model, chosen)), ...own]),
    ...section(
      "To download",
      others.map((model) => modelItem(deps, model, chosen)),
    ),
    heading("Others"),
    ...(kind === "completion" ? completionItems(deps) : embeddingItems(deps)),
  ]);
}

function completionItems(deps: ChooseModelDeps): readonly ListItem[] {
  return [
    { label: "$(file) Use a File I Have…", run: () => useFile(deps, "completion") },
    {
      label: "$(server-process) Use My Own Server…",
      description: "llama-server, Ollama, vLLM, LM Studio and others",
      run: async () => {
        await commands.executeCommand("workbench.action.openSettings", "tacit.remote.url");
      },
    },
    {
      label: "$(circle-slash) No Model: Memory Alone",
      description: "what you and this workspace have written",
      run: () => writeSetting("engine", "recall" satisfies EngineSetting),
    },
    {
      label: "$(search) Find Code by Meaning…",
      description: "a second, small model for examples and similar code",
      run: () => chooseOfKind(deps, "embedding"),
    },
  ];
}

function embeddingItems(deps: ChooseModelDeps): readonly ListItem[] {
  return [
    { label: "$(file) Use a File I Have…", run: () => useFile(deps, "embedding") },
    {
      label: "$(circle-slash) No Model: By Words",
      description: "the built-in method",
      run: () => writeSetting(SETTINGS.embedding, ""),
    },
  ];
}

function section(label: string, items: readonly ListItem[]): readonly ListItem[] {
  return items.length === 0 ? [] : [heading(label), ...items];
}

function modelItem(deps: ChooseModelDeps, model: ModelOffer, chosen: string): ListItem {
  const { name, kind, about, memoryMb, licence, state, recommended } = model;
  const isChosen = state.kind === "installed" && state.file === chosen;
  const terms = licence.restriction === null ? licence.name : `${licence.name}, ${licence.restriction}`;
  const size = `${sizeOf(model)}, ${(memoryMb / 1000).toFixed(1)} GB of memory`;
  return {
    label: `${isChosen ? "$(check) " : ""}${name}`,
    description: [recommended === null ? "" : `recommended: ${recommended}`, stateOf(model)]
      .filter(Boolean)
      .join(" · "),
    detail: `${about} ${size}. Licence: ${terms}.`,
    run: async () => {
      if (state.kind === "installed") await use(deps, kind, state.file);
      else await obtain(deps, model);
    },
  };
}

function fileItem(deps: ChooseModelDeps, kind: Kind, file: string, bytes: number, chosen: string): ListItem {
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  const label = `${file === chosen ? "$(check) " : ""}${name}`;
  return { label, description: describeBytes(bytes), detail: file, run: () => use(deps, kind, file) };
}

function stateOf({ state, bytes }: ModelOffer): string {
  if (state.kind !== "partial") return "";
  if (state.isRunning) return "is being downloaded";
  return bytes === null ? "begun" : `${Math.floor((100 * state.bytes) / bytes)} % have come`;
}

function sizeOf({ bytes }: ModelOffer): string {
  return bytes === null ? "Size: the server says" : describeBytes(bytes);
}

/** Downloads a model, with the user's consent, and uses it. */
async function obtain(deps: ChooseModelDeps, model: ModelOffer): Promise<void> {
  if (!(await mayDownload(model))) return;
  await orTell(`${model.name} could not be downloaded`, deps.showLog, async () => {
    const file = await downloadWithProgress(deps, model);
    if (file !== undefined) await use(deps, model.kind, file);
  });
}

async function mayDownload(model: ModelOffer): Promise<boolean> {
  const { name, host, licence, state } = model;
  const restriction = licence.restriction === null ? "" : ` — ${licence.restriction}`;
  const come = state.kind === "partial" ? ` ${describeBytes(state.bytes)} of it have come before.` : "";
  const detail =
    `${sizeOf(model)}, from ${host}.${come}\nLicence: ${licence.name}${restriction} (${licence.url}).\n` +
    "Nothing but the request for this file is sent. It is checked when it has come, and runs on this machine.";
  for (;;) {
    const answer = await window.showInformationMessage(
      `Download ${name}?`,
      { modal: true, detail },
      "Download",
      "Read Licence",
    );
    if (answer !== "Read Licence") return answer === "Download";
    await env.openExternal(Uri.parse(licence.url));
  }
}

/** The model's file; undefined where the user has paused. */
async function downloadWithProgress({ sidecar }: ChooseModelDeps, model: ModelOffer): Promise<string | undefined> {
  const { id, name } = model;
  let percent = 0;
  const options = {
    location: ProgressLocation.Notification,
    title: `Tacit downloads ${name} (Cancel pauses)`,
    cancellable: true,
  };
  return window.withProgress(options, async (progress, token) => {
    const onProgress = (now: ModelProgress): void => {
      const next = now.totalBytes === null ? 0 : (100 * now.receivedBytes) / now.totalBytes;
      progress.report({ message: progressText(now), increment: Math.max(0, next - percent) });
      percent = Math.max(percent, next);
    };
    try {
      return await sidecar.downloadModel({ id, network: readNetwork() }, onProgress, token);
    } catch (error) {
      if (!token.isCancellationRequested) throw error;
      // Who has paused is told how to go on; nobody waits for the answer.
      void window.showInformationMessage(
        `${name} is paused at ${Math.floor(percent)} %. Choose it again with “Tacit: Choose Model” to go on.`,
      );
      return undefined;
    }
  });
}

/** How far a download is, and how long it takes yet: "400 MB of 1.6 GB, 10 MB/s, 2 min left". */
export function progressText({ receivedBytes, totalBytes, bytesPerSecond }: ModelProgress): string {
  const speed = `${describeBytes(bytesPerSecond)}/s`;
  if (totalBytes === null) return `${describeBytes(receivedBytes)}, ${speed}`;
  const left = bytesPerSecond > 0 ? `, ${describeSeconds((totalBytes - receivedBytes) / bytesPerSecond)} left` : "";
  return `${describeBytes(receivedBytes)} of ${describeBytes(totalBytes)}, ${speed}${left}`;
}

async function useFile(deps: ChooseModelDeps, kind: Kind): Promise<void> {
  const [uri] =
    (await window.showOpenDialog({
      title: "A Model's File",
      filters: { "GGUF models": ["gguf"] },
      openLabel: "Use",
    })) ?? [];
  if (!uri) return;
  const problem = await deps.sidecar.checkModelFile(uri.fsPath);
  if (problem === null) await use(deps, kind, uri.fsPath);
  else await window.showErrorMessage(`${uri.fsPath} cannot be used. ${problem} Choose another file.`);
}

/** Who chooses a model wants it to be asked, also where memory alone was wanted before. */
async function use({ setting }: ChooseModelDeps, kind: Kind, file: string): Promise<void> {
  await writeSetting(SETTINGS[kind], file);
  if (kind === "completion" && setting().engine === "recall") {
    await writeSetting("engine", "auto" satisfies EngineSetting);
  }
}
