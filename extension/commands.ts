/** All commands as one table; a test holds it against the manifest. */
import { commands, Disposable, ProgressLocation, window, workspace } from "vscode";
import type { CancellationToken } from "vscode";
import type {
  DecideParams,
  EraseParams,
  LearnReport,
  NotMyStyleParams,
  NotMyStyleResult,
  StyleExportParams,
  StyleExportResult,
  StyleResult,
  WhyParams,
  WhyResult,
} from "../protocol/messages.ts";
import { chooseModel, type ChooseModelDeps } from "./choose-model.ts";
import { undoStyleDecision } from "./decisions.ts";
import type { LastDecision } from "./decisions.ts";
import { previewOf } from "./dialogs.ts";
import { exportData, forgetEverything, forgetFile, forgetProject, type LedgerDeps, showLedger } from "./ledger.ts";
import { describeReport, tellReport } from "./learn-report.ts";
import { showStyle } from "./learned-style.ts";
import { notMyStyle } from "./not-my-style.ts";
import type { LastGeneration } from "./observe/offers.ts";
import type { Tracker } from "./observe/tracker.ts";
import { addCuda, type CudaDeps } from "./gpu-backend.ts";
import { type ModelDeps, modelSwitchLabel, switchModel } from "./model-switch.ts";
import { type PauseDeps, pauseLearning, resumeLearning } from "./pause.ts";
import { type Snooze, snooze } from "./snooze.ts";
import { exportStyle } from "./style-export.ts";
import type { SidecarState } from "./supervisor.ts";
import { whyThisSuggestion } from "./why.ts";

export interface CommandDeps {
  /** Tells the observer something; undefined where nothing is observed (learning is off). */
  readonly tell: <T>(what: (tracker: Tracker) => T) => T | undefined;
  readonly sidecar: ChooseModelDeps["sidecar"] &
    CudaDeps["sidecar"] &
    LedgerDeps["sidecar"] & {
      readonly state: SidecarState;
      learnWorkspace(token: CancellationToken): Promise<LearnReport>;
      why(params: WhyParams): Promise<WhyResult | null>;
      notMyStyle(params: NotMyStyleParams): Promise<NotMyStyleResult>;
      style(): Promise<StyleResult>;
      decide(params: DecideParams): Promise<void>;
      erase(params: EraseParams): Promise<void>;
      previewExport(params: StyleExportParams): Promise<StyleExportResult>;
    };
  readonly lastDecision: LastDecision;
  /** Answers what the status bar asks of a suggestion, if it asks anything. */
  readonly answerRating: (rating: "up" | "down") => void;
  readonly model: ModelDeps;
  readonly pause: PauseDeps;
  readonly snooze: Snooze;
  readonly isPaused: () => boolean;
  readonly isTrusted: () => boolean;
  readonly showLog: () => void;
}

export interface Command {
  readonly id: string;
  readonly run: (deps: CommandDeps) => void | Promise<void>;
  /** Its line in the menu behind the status bar item; undefined where it makes no sense now, or never. */
  readonly menu?: (deps: CommandDeps) => string | undefined;
}

export const COMMANDS: readonly Command[] = [
  {
    id: "tacit.rateLastSuggestion",
    run: rateLastSuggestion,
    menu: (deps) => (lastGeneration(deps) ? "$(thumbsup) Rate Last Suggestion" : undefined),
  },
  { id: "tacit.rateUp", run: ({ answerRating }) => answerRating("up") },
  { id: "tacit.rateDown", run: ({ answerRating }) => answerRating("down") },
  {
    id: "tacit.why",
    run: whyThisSuggestion,
    menu: (deps) => (hasSubject(deps) ? "$(question) Why This Suggestion?" : undefined),
  },
  {
    id: "tacit.notMyStyle",
    run: notMyStyle,
    menu: (deps) => (hasSubject(deps) ? "$(circle-slash) Not My Style" : undefined),
  },
  { id: "tacit.undoStyleDecision", run: undoStyleDecision },
  {
    id: "tacit.showStyle",
    run: showStyle,
    menu: ({ sidecar }) => (sidecar.state.kind === "running" ? "$(list-tree) Show Learned Style" : undefined),
  },
  {
    id: "tacit.exportStyle",
    run: ({ sidecar, isTrusted, showLog }) =>
      exportStyle({ preview: (params) => sidecar.previewExport(params), isTrusted, showLog }),
    menu: ({ sidecar, isTrusted }) =>
      sidecar.state.kind === "running" && isTrusted() && workspace.workspaceFolders
        ? "$(export) Export Learned Style"
        : undefined,
  },
  {
    id: "tacit.showLedger",
    run: showLedger,
    menu: ({ sidecar }) => (sidecar.state.kind === "running" ? "$(book) Show Ledger" : undefined),
  },
  { id: "tacit.exportData", run: exportData },
  { id: "tacit.forgetFile", run: forgetFile },
  { id: "tacit.forgetProject", run: forgetProject },
  { id: "tacit.forgetEverything", run: forgetEverything },
  {
    id: "tacit.learnWorkspace",
    run: learnWorkspace,
    menu: ({ sidecar, isTrusted }) =>
      sidecar.state.kind === "running" && isTrusted() && workspace.workspaceFolders
        ? "$(book) Learn From This Workspace"
        : undefined,
  },
  {
    id: "tacit.pauseLearning",
    run: ({ pause }) => pauseLearning(pause),
    menu: ({ isPaused }) => (isPaused() ? undefined : "$(debug-pause) Pause Learning"),
  },
  {
    id: "tacit.resumeLearning",
    run: ({ pause }) => resumeLearning(pause),
    menu: ({ isPaused }) => (isPaused() ? "$(debug-start) Resume Learning" : undefined),
  },
  {
    id: "tacit.snooze",
    run: (deps) => snooze({ snooze: deps.snooze, onSnoozed: () => deps.tell((tracker) => tracker.snoozed()) }),
    menu: (deps) => (deps.snooze.until === undefined ? "$(bell-slash) Snooze Suggestions" : undefined),
  },
  {
    id: "tacit.endSnooze",
    run: (deps) => deps.snooze.end(),
    menu: (deps) => (deps.snooze.until === undefined ? undefined : "$(bell) Resume Suggestions"),
  },
  {
    id: "tacit.chooseModel",
    run: ({ model: { setting }, sidecar, showLog }) => chooseModel({ setting, sidecar, showLog }),
    menu: ({ sidecar }) => (sidecar.state.kind === "running" ? "$(package) Choose Model" : undefined),
  },
  {
    id: "tacit.addCuda",
    run: ({ model: { setting }, sidecar, showLog }) => addCuda({ setting, sidecar, showLog }),
  },
  {
    id: "tacit.switchModel",
    run: ({ model }) => switchModel(model),
    menu: ({ model }) => modelSwitchLabel(model),
  },
  { id: "tacit.setServerKey", run: ({ model }) => model.askForKey() },
  { id: "tacit.showLog", run: ({ showLog }) => showLog(), menu: () => "$(output) Show Log" },
  {
    id: "tacit.restartSidecar",
    run: async ({ sidecar }) => {
      await sidecar.restart();
    },
    menu: () => "$(debug-restart) Restart Sidecar",
  },
  { id: "tacit.showMenu", run: showMenu },
  { id: "tacit.acceptNextWord", run: (deps) => acceptNext(deps, "word", "editor.action.inlineSuggest.acceptNextWord") },
  { id: "tacit.acceptNextLine", run: (deps) => acceptNext(deps, "line", "editor.action.inlineSuggest.acceptNextLine") },
  {
    id: "tacit.dismissSuggestion",
    run: async ({ tell }) => {
      tell((tracker) => tracker.escaped());
      await commands.executeCommand("editor.action.inlineSuggest.hide");
    },
  },
];

export function registerCommands(deps: CommandDeps): Disposable {
  return Disposable.from(...COMMANDS.map(({ id, run }) => commands.registerCommand(id, () => run(deps))));
}

async function rateLastSuggestion(deps: CommandDeps): Promise<void> {
  const last = lastGeneration(deps);
  if (!last) {
    const reason = deps.isPaused()
      ? "Learning is paused, so there is nothing to rate. Resume it with “Tacit: Resume Learning”."
      : "There is no suggestion to rate yet. Rate one after it was shown.";
    await window.showInformationMessage(reason);
    return;
  }
  const choices = [
    { label: "👍 Good", rating: "up" as const },
    { label: "👎 Not good", rating: "down" as const },
  ];
  const choice = await window.showQuickPick(choices, { title: `Rate: ${previewOf(last.text)}` });
  if (!choice) return;
  const words = await window.showInputBox({
    title: "Why? (Enter without words is fine)",
    placeHolder: "For instance: wrong naming, too long, exactly my style",
  });
  // Escape leaves out the words, not the rating.
  deps.tell((tracker) => tracker.rate(last.id, choice.rating, words ?? ""));
}

function lastGeneration(deps: CommandDeps): LastGeneration | undefined {
  return deps.tell((tracker) => tracker.last);
}

/** Whether there is a suggestion that something can be said about. */
function hasSubject({ tell, sidecar }: CommandDeps): boolean {
  return sidecar.state.kind === "running" && tell((tracker) => tracker.subject) !== undefined;
}

async function learnWorkspace(deps: CommandDeps): Promise<void> {
  if (!deps.isTrusted()) {
    await window.showWarningMessage("Tacit learns nothing in an untrusted workspace. Trust it first.");
    return;
  }
  try {
    const report = await window.withProgress(
      { location: ProgressLocation.Notification, title: "Tacit reads this workspace", cancellable: true },
      (_, token) => deps.sidecar.learnWorkspace(token).catch((error: unknown) => orCancelled(error, token)),
    );
    if (report) await showReport(report);
  } catch (error) {
    // The user has asked for it, so the user is told.
    const reason = error instanceof Error ? error.message : String(error);
    const choice = await window.showErrorMessage(`The workspace could not be read: ${reason}`, "Show Log");
    if (choice === "Show Log") deps.showLog();
  }
}

function orCancelled(error: unknown, token: CancellationToken): undefined {
  if (token.isCancellationRequested) return undefined;
  throw error;
}

async function showReport(report: LearnReport): Promise<void> {
  const details = report.conventions.length === 0 ? [] : ["Show Details"];
  if ((await window.showInformationMessage(tellReport(report), ...details)) === undefined) return;
  const document = await workspace.openTextDocument({ language: "markdown", content: describeReport(report) });
  await window.showTextDocument(document);
}

async function showMenu(deps: CommandDeps): Promise<void> {
  const items = COMMANDS.flatMap(({ id, menu }) => {
    const label = menu?.(deps);
    return label === undefined ? [] : [{ id, label }];
  });
  const choice = await window.showQuickPick(items, { title: "Tacit" });
  if (choice) await commands.executeCommand(choice.id);
}

/** Wraps the editor's own key command, so that what it inserts is known to be accepted. */
async function acceptNext(deps: CommandDeps, extent: "word" | "line", command: string): Promise<void> {
  deps.tell((tracker) => tracker.requested(extent));
  try {
    await commands.executeCommand(command);
  } finally {
    deps.tell((tracker) => tracker.requestDone());
  }
}
