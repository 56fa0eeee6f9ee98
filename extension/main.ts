/** Where the extension is put together: everything is made here, in the order in which it depends on each other. */
import { homedir } from "node:os";
import { join } from "node:path";
import { commands, window, workspace } from "vscode";
import type { ExtensionContext } from "vscode";
import { dataFolderOf, OUTBOX_FOLDER } from "../privacy/data-folder.ts";
import type { Settings } from "../protocol/settings.ts";
import type { Status } from "../protocol/status.ts";
import { SidecarClient } from "./client.ts";
import { registerCommands } from "./commands.ts";
import { LastDecision } from "./decisions.ts";
import { offerCuda } from "./gpu-backend.ts";
import { createInlineMiddleware } from "./inline.ts";
import { createLog } from "./log.ts";
import { ModelAccess } from "./model-access.ts";
import { registerEdits } from "./observe/edits.ts";
import { createExcluded } from "./observe/excluded.ts";
import { FollowedFile, followedPath } from "./observe/followed-file.ts";
import { letGo } from "./observe/let-go.ts";
import { Observer } from "./observe/observer.ts";
import { openOutbox } from "./observe/open-outbox.ts";
import { Surroundings } from "./observe/surroundings.ts";
import { registerSuggestions } from "./observe/suggestions.ts";
import { RatingAsk } from "./rating-ask.ts";
import { readSettings, SECTION } from "./settings.ts";
import { Snooze } from "./snooze.ts";
import { StatusBar } from "./status-bar.ts";
import { Thinking } from "./thinking.ts";

/** VS Code waits five seconds for all of an extension's farewells. */
const FLUSH_MS_MAX = 1_500;

let close: (() => Promise<void>) | undefined;

export function activate(context: ExtensionContext): void {
  let settings = readWorkspaceSettings();
  let status: Status | undefined;
  const isPaused = (): boolean => settings.learning.mode === "off";
  const isTrusted = (): boolean => workspace.isTrusted;
  const channel = window.createOutputChannel("Tacit", { log: true });
  const log = createLog(channel, () => settings.log.level);

  const report = (error: unknown): void => log.error(error instanceof Error ? error.message : String(error));

  const statusBar: StatusBar = new StatusBar(() => ({
    sidecar: client.state,
    status,
    isThinking: thinking.isThinking,
    isPaused: isPaused(),
    snoozedUntil: snooze.until,
    isUntrusted: !isTrusted(),
  }));
  const thinking = new Thinking(() => statusBar.refresh());
  const snooze = new Snooze(() => {
    void commands.executeCommand("setContext", "tacit.snoozed", snooze.until !== undefined);
    statusBar.refresh();
  });
  // What is kept of what was observed lies where forgetting finds it, with an editor open or without.
  const dataFolder = dataFolderOf({
    configured: settings.dataFolder,
    environment: process.env,
    home: homedir(),
    base: context.extensionPath,
  });
  const { outbox, close: closeOutbox } = openOutbox({
    folder: join(dataFolder, OUTBOX_FOLDER),
    send: (signals, abort) => client.sendSignals(signals, abort),
    log,
  });
  const observer = new Observer({
    emit: (signal) => surroundings.heard(signal),
    settleMs: () => settings.learning.settleSeconds * 1_000,
    followed: context.storageUri && new FollowedFile(followedPath(dataFolder, context.storageUri.fsPath), log),
    onSubject: (hasSubject) => void commands.executeCommand("setContext", "tacit.hasSuggestion", hasSubject),
    log,
  });
  const surroundings: Surroundings = new Surroundings({
    observer,
    isOn: () => !isPaused() && isTrusted(),
    learning: () => settings.learning,
    isExcluded: createExcluded(() => settings.privacy.exclude),
    record: (signal) => {
      outbox.add(signal);
      ratings.heard(signal);
    },
    onProblems: (problems) => void client.tellProblems(problems).catch(report),
    log,
  });
  const ratings = new RatingAsk({
    isActive: () => settings.learning.mode === "active" && isTrusted(),
    rate: (id, rating) => {
      observer.tell((tracker) => tracker.rate(id, rating, ""));
    },
  });
  const client: SidecarClient = new SidecarClient({
    module: context.asAbsolutePath(join("dist", "sidecar.mjs")),
    folder: context.extensionPath,
    channel,
    log,
    settings: () => settings,
    isTrusted,
    provideInline: createInlineMiddleware({
      settings: () => settings,
      isSnoozed: () => snooze.until !== undefined,
      isSynced: (uri) => client.isSynced(uri),
      onOffered: (...offered) => observer.offered(...offered),
      onAsk: () => thinking.begin(),
      log,
    }),
    onForgotten: () => letGoOfForgotten(),
    onState: ({ kind }) => {
      if (kind === "running") {
        outbox.wake();
        letGoOfForgotten().catch(report);
        modelAccess.send().catch(report);
        considerCuda();
      } else status = undefined;
      statusBar.refresh();
    },
    onStatus: (next) => {
      status = next;
      statusBar.heard(next);
      modelAccess.heard(next).catch(report);
    },
  });
  const letGoOfForgotten = (): Promise<void> =>
    letGo({
      followed: () => observer.followed,
      askForgotten: (followed) => client.forgotten({ followed }),
      stopFollowing: (generationIds) => observer.letGo(generationIds),
      flush: () => outbox.flush(),
    });
  const modelAccess = new ModelAccess({
    secrets: context.secrets,
    state: context.globalState,
    url: () => settings.remote.url,
    send: (access) => client.allowRemote(access),
  });

  const considerCuda = (): void => {
    if (client.state.kind !== "running") return;
    offerCuda({
      setting: () => settings,
      sidecar: client,
      state: context.globalState,
      showLog: () => channel.show(),
    }).catch(report);
  };

  const applyLearning = (): void => {
    observer.switch(!isPaused() && isTrusted());
    if (isPaused()) surroundings.reset();
    void commands.executeCommand("setContext", "tacit.learningPaused", isPaused());
    statusBar.refresh();
  };
  context.subscriptions.push(
    channel,
    statusBar,
    registerCommands({
      tell: (what) => observer.tell(what),
      sidecar: client,
      answerRating: (rating) => ratings.answer(rating),
      lastDecision: new LastDecision((what) => statusBar.decided(what)),
      model: {
        setting: () => settings,
        awaitedConsent: () => status?.degraded.find(({ consentTo }) => consentTo !== undefined)?.consentTo,
        ask: (host) => modelAccess.ask(host),
        askForKey: () => modelAccess.askForKey(),
      },
      pause: { mode: () => settings.learning.mode, state: context.globalState },
      snooze,
      isPaused,
      isTrusted,
      showLog: () => channel.show(),
    }),
    registerSuggestions(observer),
    registerEdits(observer),
    surroundings.register(),
    ratings,
    snooze,
    workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SECTION)) return;
      settings = readWorkspaceSettings();
      applyLearning();
      client
        .configure(settings)
        .then(() => modelAccess.send())
        .catch(report);
      considerCuda();
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      applyLearning();
      client.restart().catch(report);
    }),
  );
  close = async () => {
    await observer.close();
    await closeOutbox(FLUSH_MS_MAX);
    await client.close();
  };

  applyLearning();
  client.start();
}

export async function deactivate(): Promise<void> {
  await close?.();
}

function readWorkspaceSettings(): Settings {
  const configuration = workspace.getConfiguration(SECTION);
  return readSettings((key) => configuration.get(key));
}
