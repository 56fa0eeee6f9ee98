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

/** Adds an item to a list: of this workspace, or of the user where no folder is open. One that is there stays alone. */
export async function addSettingItem(key: string, item: string): Promise<void> {
  const configuration = workspace.getConfiguration(SECTION);
  const items = configuration.get<string[]>(key) ?? [];
  if (items.includes(item)) return;
  const target = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await configuration.update(key, [...items, item], target);
}
