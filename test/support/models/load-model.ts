/**
 * A process that loads the model it is given and opens a context: for models that may end it. A file, for node-llama-cpp
 * tries its binary in a child with the same options as its parent, and that cannot start where the parent got `--eval`.
 */
import { getLlama } from "node-llama-cpp";

/** Exit status where the model is refused; 0 where it loads. */
export const REFUSED_STATUS = 42;

if (import.meta.main) {
  const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, progressLogs: false });
  let status = 0;
  try {
    const model = await llama.loadModel({ modelPath: process.argv[2]!, gpuLayers: 0 });
    await model.createContext({ contextSize: 64, threads: 1 });
  } catch {
    // Why, is said by the tests of models that are refused.
    status = REFUSED_STATUS;
  }
  process.exit(status);
}
