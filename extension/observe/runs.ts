/** Tests and builds that end with an exit code: tasks, and commands in a terminal with shell integration. */
import { Disposable, ShellExecution, TaskGroup, TaskScope, tasks, Uri, window, workspace } from "vscode";
import type { Task, TerminalShellExecution } from "vscode";
import { nameCommand, nameTask } from "./run-names.ts";
import type { NamedRun } from "./run-names.ts";
import type { EndedRun } from "./run-turns.ts";

export interface RunsDeps {
  readonly now: () => number;
  readonly onEnded: (run: EndedRun) => void;
}

interface StartedRun extends NamedRun {
  readonly startedAt: number;
  readonly folder: string | undefined;
}

export function registerRuns({ now, onEnded }: RunsDeps): Disposable {
  const running = new WeakMap<object, StartedRun>();
  const end = (key: object, exitCode: number | undefined): void => {
    const run = running.get(key);
    running.delete(key);
    // Without an exit code it was interrupted, or the shell does not tell.
    if (run && exitCode !== undefined) onEnded({ ...run, isOk: exitCode === 0, endedAt: now() });
  };
  return Disposable.from(
    tasks.onDidStartTaskProcess(({ execution }) => {
      const { task } = execution;
      const named = nameTask({ name: task.name, commandLine: commandLineOf(task), group: groupOf(task) });
      if (named && !task.isBackground) running.set(execution, { ...named, startedAt: now(), folder: folderOf(task) });
    }),
    tasks.onDidEndTaskProcess(({ execution, exitCode }) => end(execution, exitCode)),
    window.onDidStartTerminalShellExecution(({ execution }) => {
      const named = nameCommand(execution.commandLine.value);
      if (named) running.set(execution, { ...named, startedAt: now(), folder: workspaceOf(execution) });
    }),
    window.onDidEndTerminalShellExecution(({ execution, exitCode }) => end(execution, exitCode)),
  );
}

function commandLineOf({ execution, definition }: Task): string | undefined {
  if (execution instanceof ShellExecution) {
    if (execution.commandLine !== undefined) return execution.commandLine;
    const parts = [execution.command, ...(execution.args ?? [])];
    return parts.map((part) => (typeof part === "string" ? part : (part?.value ?? ""))).join(" ");
  }
  if (execution && "process" in execution) return [execution.process, ...execution.args].join(" ");
  const script: unknown = definition["script"];
  return definition.type === "npm" && typeof script === "string" ? `npm run ${script}` : undefined;
}

function groupOf({ group }: Task): NamedRun["purpose"] | undefined {
  if (group?.id === TaskGroup.Test.id) return "test";
  return group?.id === TaskGroup.Build.id ? "build" : undefined;
}

function folderOf({ scope }: Task): string | undefined {
  return scope === undefined || scope === TaskScope.Global || scope === TaskScope.Workspace
    ? undefined
    : scope.uri.toString();
}

/** The workspace folder that the terminal stands in: what runs in one of its folders is about all of it. */
function workspaceOf({ cwd }: TerminalShellExecution): string | undefined {
  const folder = cwd && workspace.getWorkspaceFolder(cwd instanceof Uri ? cwd : Uri.file(String(cwd)));
  return folder?.uri.toString();
}
