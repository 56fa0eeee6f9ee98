/**
 * "Not My Style": one key on the suggestion on screen, or the one accepted last. What shaped it is vetoed: the one
 * convention or correction at once, one of several after a choice, and where nothing shaped it, its text.
 */
import { commands, window } from "vscode";
import type { NotMyStyleParams, WhyResult } from "../protocol/messages.ts";
import type { CommandDeps } from "./commands.ts";
import { orTell, previewOf } from "./dialogs.ts";

export async function notMyStyle(deps: CommandDeps): Promise<void> {
  const subject = deps.tell((tracker) => tracker.subject);
  if (!subject) {
    const reason = deps.isPaused()
      ? "Learning is paused, so nothing is remembered. Resume it with “Tacit: Resume Learning”."
      : "There is no suggestion yet to say this about.";
    await window.showInformationMessage(reason);
    return;
  }
  await orTell("The veto was not stored", deps.showLog, async () => {
    const why = await deps.sidecar.why({ generationId: subject.id });
    const params = why ? await chooseVeto(why) : { generationId: subject.id, text: true as const };
    if (!params) return;
    const { id, vetoed, before } = await deps.sidecar.notMyStyle(params);
    deps.lastDecision.made(`vetoed: ${vetoed}`, { id, decision: before });
    if (!subject.isOnScreen) return;
    // What is on screen was made before the veto.
    await commands.executeCommand("editor.action.inlineSuggest.hide");
    await commands.executeCommand("editor.action.inlineSuggest.trigger");
  });
}

/** What to veto of a suggestion; undefined: nothing, after all. */
async function chooseVeto({ generationId, text, repairs }: WhyResult): Promise<NotMyStyleParams | undefined> {
  const vetoText = { generationId, text: true as const };
  const [first, ...more] = repairs;
  if (!first) return vetoText;
  if (more.length === 0) return { generationId, learnedId: first.learnedId };
  const items = [
    ...repairs.map(({ title, kind, count, learnedId }) => ({
      label: title,
      description: count === 1 ? kind : `${kind}, ${count} places`,
      params: { generationId, learnedId },
    })),
    { label: "This text", description: "never suggest it again", detail: previewOf(text), params: vetoText },
  ];
  return (await window.showQuickPick(items, { title: "What is not your style?" }))?.params;
}
