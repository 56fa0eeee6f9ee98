import { ConfigurationTarget, workspace } from "vscode";
import { SECTION } from "./settings.ts";

/** Sets a value for all windows, and where this workspace has an own value, there too: else it would change nothing. */
export async function writeSetting(key: string, value: string): Promise<void> {
  const configuration = workspace.getConfiguration(SECTION);
  const values = configuration.inspect(key);
  if (values?.workspaceFolderValue !== undefined) {
    await configuration.update(key, value, ConfigurationTarget.WorkspaceFolder);
  }
  if (values?.workspaceValue !== undefined) await configuration.update(key, value, ConfigurationTarget.Workspace);
  await configuration.update(key, value, ConfigurationTarget.Global);
}
