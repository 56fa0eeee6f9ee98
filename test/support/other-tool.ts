/** Another tool that writes code, for an editor: `other-tool/` as a VSIX. */
import { join } from "node:path";
import { createVsix } from "../../scripts/create-vsix.ts";
import texts from "./other-tool/texts.json" with { type: "json" };

/** What it suggests, behind which beginning of a line, and what it applies. */
export const OTHER_TOOL = texts;

/** Packs it into `folder` and returns the file. */
export async function packOtherTool(folder: string): Promise<string> {
  const packagePath = join(folder, "other-tool.vsix");
  await createVsix({ cwd: join(import.meta.dirname, "other-tool"), packagePath, allowMissingRepository: true });
  return packagePath;
}
