/** Packs a folder into a VSIX without a word: vsce lists every file on the console. Its warnings are kept. */
import { createVSIX, type IPackageOptions } from "@vscode/vsce";

export async function createVsix(options: IPackageOptions): Promise<void> {
  const log = console.log;
  console.log = () => undefined;
  try {
    await createVSIX({ dependencies: false, ...options });
  } finally {
    console.log = log;
  }
}
