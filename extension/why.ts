/** "Why This Suggestion?": what is behind it, each with its place to look at, or to decide about. */
import { window } from "vscode";
import type { WhyResult } from "../protocol/messages.ts";
import type { Learned } from "../protocol/style.ts";
import type { CommandDeps } from "./commands.ts";
import { decideAbout, figuresOf } from "./decisions.ts";
import { heading, orTell, previewOf, showList } from "./dialogs.ts";
import type { ListItem } from "./dialogs.ts";
import { placeItems } from "./places.ts";

export async function whyThisSuggestion(deps: CommandDeps): Promise<void> {
  await orTell("The suggestion could not be explained", deps.showLog, async () => {
    const subject = deps.tell((tracker) => tracker.subject);
    // Nothing is observed while learning is paused, yet what was suggested last is known.
    const why = await deps.sidecar.why(subject ? { generationId: subject.id } : {});
    if (!why) {
      await window.showInformationMessage("There is no suggestion yet to explain. Ask when one is shown.");
      return;
    }
    const { learned } = why.repairs.length === 0 ? { learned: [] } : await deps.sidecar.style();
    await showList(`Why: ${previewOf(why.text)}`, whyItems(deps, why, learned));
  });
}

function whyItems(deps: CommandDeps, why: WhyResult, learned: readonly Learned[]): ListItem[] {
  const sure = why.confidence === null ? "" : `, ${Math.round(100 * why.confidence)} % sure`;
  const veto = async (): Promise<void> => {
    const { id, vetoed, before } = await deps.sidecar.notMyStyle({ generationId: why.generationId, text: true });
    deps.lastDecision.made(`vetoed: ${vetoed}`, { id, decision: before });
  };
  return [
    heading("where it comes from"),
    {
      label: `$(sparkle) ${why.engine}: ${why.proposer}`,
      description: why.source === "" ? sure.slice(2) : `${why.source}${sure}`,
    },
    ...(why.examples.length === 0 ? [] : [heading("what you wrote before"), ...placeItems(why.examples)]),
    ...(why.repairs.length === 0 ? [] : [heading("what your style changed in it")]),
    ...why.repairs.map((repair): ListItem => {
      const found = learned.find(({ id }) => id === repair.learnedId);
      const places = repair.count === 1 ? "once" : `${repair.count} times`;
      const item = { label: `$(edit) ${repair.title}`, description: `${repair.kind}, ${places}` };
      return found ? { ...item, detail: figuresOf(found), run: () => decideAbout(deps, found) } : item;
    }),
    heading("what you think of it"),
    { label: "$(circle-slash) Never Suggest This Text", description: previewOf(why.text), run: veto },
  ];
}
