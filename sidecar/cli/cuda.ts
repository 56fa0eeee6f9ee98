/** `tacit cuda`: whether models of this machine could compute with CUDA, and adding that. */
import type { AddCudaParams, CudaResult, ModelProgress } from "../../protocol/messages.ts";
import { describeBytes } from "../../text/size.ts";
import { isAbort, SidecarError } from "../base/errors.ts";
import type { ModelsCommandLine, ModelsHelpers, ModelsOptions } from "./models.ts";

/** As much of `sidecar/engine/llama/cuda.ts` as this command needs. */
export interface CliCuda {
  look(): Promise<CudaResult>;
  add(params: AddCudaParams, onProgress: (progress: ModelProgress) => void, signal: AbortSignal): Promise<void>;
}

type Helpers<C extends ModelsCommandLine> = Omit<ModelsHelpers<C>, "openModels"> & {
  openCuda(options: ModelsOptions): CliCuda;
};

/** Adds `tacit cuda` to the command line. */
export function registerCuda<C extends ModelsCommandLine>(program: C, helpers: Helpers<C>): void {
  helpers
    .common(program.command("cuda").description("let models of this machine compute with CUDA"))
    .option("--yes", "do not ask: you agree to the download")
    .option("--proxy <url>", "the proxy to use (default: $HTTPS_PROXY and $HTTP_PROXY)")
    .action(async (options) => addOrTell(options as ModelsOptions, helpers));
}

async function addOrTell(options: ModelsOptions, helpers: Omit<Helpers<ModelsCommandLine>, "common">): Promise<void> {
  const { openCuda, report, remark, confirm, openProgress, abortOnInterrupt, setExitStatus } = helpers;
  const cuda = openCuda(options);
  const found = await cuda.look();
  if (found.kind !== "possible") {
    report(options, found, () => [found.kind === "added" ? "CUDA is there already." : found.reason]);
    setExitStatus(found.kind === "added" ? "ok" : "nothing");
    return;
  }
  const { bytes, host, gpu, folder } = found;
  const answer = options.yes === true || (await confirm(`Download ${describeBytes(bytes)} from ${host}, for ${gpu}?`));
  if (answer === undefined) {
    throw new SidecarError("model", "Nothing is downloaded before you agree.", "Say so with --yes.");
  }
  if (!answer) {
    remark("Nothing was downloaded.");
    setExitStatus("nothing");
    return;
  }
  const progress = openProgress();
  const onProgress = ({ receivedBytes, bytesPerSecond }: ModelProgress): void => {
    const amount = `${describeBytes(receivedBytes)} of ${describeBytes(bytes)}`;
    progress.update(`CUDA ${amount}, ${describeBytes(bytesPerSecond)}/s (Ctrl-C pauses)`);
  };
  try {
    const network = { proxy: options.proxy ?? "", noProxy: [], strictSsl: true };
    await cuda.add({ network }, onProgress, abortOnInterrupt());
    progress.stop();
    report(options, { kind: "added", folder }, () => ["CUDA is there. Models that are loaded from now on use it."]);
    setExitStatus("ok");
  } catch (error) {
    progress.stop();
    if (!isAbort(error)) throw error;
    remark("Paused. “tacit cuda” goes on from there.");
    setExitStatus("failed");
  }
}
