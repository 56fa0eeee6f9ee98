/** `tacit models`: which models there are and which suits this machine; downloading one, and removing it. */
import type { DownloadModelParams, ModelOffer, ModelProgress, ModelsResult } from "../../protocol/messages.ts";
import { describeBytes, describeSeconds } from "../../text/size.ts";
import { tableLines } from "../backtest/table.ts";
import { isAbort, SidecarError } from "../base/errors.ts";

/** As much of `sidecar/models/models.ts` as these commands need. */
export interface CliModels {
  list(): Promise<ModelsResult>;
  download(
    params: DownloadModelParams,
    onProgress: (progress: ModelProgress) => void,
    signal: AbortSignal,
  ): Promise<string>;
  remove(id: string): Promise<boolean>;
}

export interface ModelsOptions {
  readonly json?: boolean;
  readonly home?: string;
  readonly mirror?: string;
  readonly proxy?: string;
  readonly yes?: boolean;
}

/** As much of commander's command as is used here. */
export interface ModelsCommandLine {
  command(name: string): this;
  description(text: string): this;
  option(flags: string, description: string): this;
  enablePositionalOptions(): this;
  action(run: (...args: unknown[]) => Promise<void>): this;
}

/** What the command line lends to these commands. */
export interface ModelsHelpers<C extends ModelsCommandLine> {
  /** Adds the options that every command has. */
  common(command: C): C;
  openModels(options: ModelsOptions): CliModels;
  report(options: ModelsOptions, value: object, lines: () => string[]): void;
  /** Tells what is not the result: on standard error. */
  remark(line: string): void;
  /** Asks on the terminal; undefined where nobody can be asked. */
  confirm(question: string): Promise<boolean | undefined>;
  /** A line on standard error that is written over. */
  openProgress(): { update(text: string): void; stop(): void };
  abortOnInterrupt(): AbortSignal;
  setExitStatus(status: "ok" | "failed" | "nothing"): void;
}

type Output = Omit<ModelsHelpers<ModelsCommandLine>, "common">;

/** Cells of the bar that shows how much has come. */
const BAR_CELLS = 24;

/** Adds `tacit models` and its commands to the command line. */
export function registerModels<C extends ModelsCommandLine>(program: C, helpers: ModelsHelpers<C>): void {
  // Else options behind `tacit models download` would be taken for those of `tacit models`.
  const models = program
    .enablePositionalOptions()
    .command("models")
    .description("models that can be run on this machine, and which suits it")
    .enablePositionalOptions();
  helpers.common(models).action(async (options) => list(options as ModelsOptions, helpers));
  helpers
    .common(models.command("download <id>").description("download a model, or go on with that"))
    .option("--yes", "do not ask: you have read what it is, how large and under which licence")
    .option("--mirror <url>", "where to download from (default: $HF_ENDPOINT, else https://huggingface.co)")
    .option("--proxy <url>", "the proxy to use (default: $HTTPS_PROXY and $HTTP_PROXY)")
    .action(async (id, options) => downloadOne(String(id), options as ModelsOptions, helpers));
  helpers
    .common(models.command("remove <id>").description("remove a model, or the part there is of it"))
    .action(async (id, options) => remove(String(id), options as ModelsOptions, helpers));
}

async function list(options: ModelsOptions, { openModels, report, setExitStatus }: Output): Promise<void> {
  const found = await openModels(options).list();
  report(options, found, () => listLines(found));
  setExitStatus("ok");
}

function listLines({ machine, folder, models, ownFiles }: ModelsResult): string[] {
  const ofKind = (kind: ModelOffer["kind"]): string[] =>
    tableLines(
      models
        .filter((model) => model.kind === kind)
        .map(({ id, bytes, memoryMb, licence, state, recommended }) => [
          recommended === null ? " " : "*",
          id,
          stateText(state, bytes),
          licence.name + (licence.restriction === null ? "" : ` (${licence.restriction})`),
          sizeText(bytes),
          `${(memoryMb / 1000).toFixed(1)} GB memory`,
        ]),
      4,
    ).map((line) => ` ${line}`);
  return [
    machine,
    `models in ${folder}`,
    "",
    "To write suggestions (tacit.llama.model):",
    ...ofKind("completion"),
    "",
    "To find code by meaning (tacit.llama.embedder):",
    ...ofKind("embedding"),
    ...(ownFiles.length === 0
      ? []
      : ["", "Files of your own:", ...ownFiles.map(({ file, bytes }) => `  ${file}  ${describeBytes(bytes)}`)]),
    "",
    ...models.flatMap(({ id, recommended }) => (recommended === null ? [] : [`* ${id}: ${recommended}`])),
    ...(models.some(({ kind, recommended }) => kind === "completion" && recommended !== null)
      ? []
      : ["No model to write suggestions is quick enough here: memory alone serves you better."]),
  ];
}

async function downloadOne(id: string, options: ModelsOptions, helpers: Output): Promise<void> {
  const { openModels, report, remark, confirm, openProgress, abortOnInterrupt, setExitStatus } = helpers;
  const models = openModels(options);
  const offer = (await models.list()).models.find((model) => model.id === id);
  // An unknown one is for whoever downloads to refuse.
  if (offer && offer.state.kind !== "installed" && options.yes !== true) {
    const answer = await confirm(questionOf(offer));
    if (answer === undefined) {
      throw new SidecarError("model", "Nothing is downloaded before you agree.", "Say so with --yes.");
    }
    if (!answer) {
      remark("Nothing was downloaded.");
      setExitStatus("nothing");
      return;
    }
  }
  const network = { proxy: options.proxy ?? "", noProxy: [], strictSsl: true };
  const progress = openProgress();
  let last: ModelProgress | undefined;
  try {
    const onProgress = (next: ModelProgress): void => progress.update(progressText((last = next)));
    const file = await models.download({ id, network }, onProgress, abortOnInterrupt());
    progress.stop();
    const setting = offer?.kind === "embedding" ? "tacit.llama.embedder" : "tacit.llama.model";
    report(options, { id, file }, () => [file, `Put it into the setting ${setting}, or choose it in the editor.`]);
    setExitStatus("ok");
  } catch (error) {
    progress.stop();
    if (!isAbort(error)) throw error;
    remark(`Paused at ${describeBytes(last?.receivedBytes ?? 0)}. “tacit models download ${id}” goes on from there.`);
    setExitStatus("failed");
  }
}

async function remove(
  id: string,
  options: ModelsOptions,
  { openModels, report, setExitStatus }: Output,
): Promise<void> {
  const isRemoved = await openModels(options).remove(id);
  report(options, { id, removed: isRemoved }, () => [isRemoved ? `removed: ${id}` : `there is nothing of ${id}`]);
  setExitStatus(isRemoved ? "ok" : "nothing");
}

function questionOf({ name, bytes, host, licence, state }: ModelOffer): string {
  const rest = state.kind === "partial" ? ` (${describeBytes(state.bytes)} have come)` : "";
  const restriction = licence.restriction === null ? "" : `, ${licence.restriction}`;
  return `Download ${name}, ${sizeText(bytes)}${rest}, from ${host}?\nLicence: ${licence.name}${restriction}, ${licence.url}`;
}

function progressText({ id, receivedBytes, totalBytes, bytesPerSecond }: ModelProgress): string {
  const speed = `${describeBytes(bytesPerSecond)}/s`;
  if (totalBytes === null) return `${id} ${describeBytes(receivedBytes)}, ${speed}`;
  const share = receivedBytes / totalBytes;
  const bar = "█".repeat(Math.floor(share * BAR_CELLS)).padEnd(BAR_CELLS, "░");
  const left = bytesPerSecond > 0 ? `, ${describeSeconds((totalBytes - receivedBytes) / bytesPerSecond)} left` : "";
  const amount = `${describeBytes(receivedBytes)} of ${describeBytes(totalBytes)}`;
  return `${id} ${bar} ${Math.floor(100 * share)} % (${amount}, ${speed}${left}; Ctrl-C pauses)`;
}

function sizeText(bytes: number | null): string {
  return bytes === null ? "size not known" : describeBytes(bytes);
}

function stateText(state: ModelOffer["state"], bytes: number | null): string {
  switch (state.kind) {
    case "installed":
      return "installed";
    case "absent":
      return "available";
    case "partial": {
      if (state.isRunning) return "downloading";
      return bytes === null ? "begun" : `begun, ${Math.floor((100 * state.bytes) / bytes)} %`;
    }
  }
}
