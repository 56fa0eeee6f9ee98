/** Decisions about style: what can be said about something learned, and how the last thing said is taken back. */
import { window } from "vscode";
import type { DecideParams } from "../protocol/messages.ts";
import type { Decision, Learned } from "../protocol/style.ts";
import type { CommandDeps } from "./commands.ts";
import { orTell, showList } from "./dialogs.ts";
import type { ListItem } from "./dialogs.ts";
import { placeItems } from "./places.ts";

const DONE_MS = 4_000;

/** The latest decision, for the status bar and for "Undo Style Decision". */
export class LastDecision {
  readonly #onChange: (what: string | undefined) => void;
  #undo: { readonly what: string; readonly params: DecideParams } | undefined;

  /** `onChange` is told in words what was decided, or undefined when that is undone. */
  constructor(onChange: (what: string | undefined) => void) {
    this.#onChange = onChange;
  }

  /** `what`: what was decided, in words; `undo`: what decides it as it was before. */
  made(what: string, undo: DecideParams): void {
    this.#undo = { what, params: undo };
    this.#onChange(what);
  }

  /** What undoes it, once; undefined where nothing was decided, or it was undone already. */
  takeUndo(): { readonly what: string; readonly params: DecideParams } | undefined {
    const undo = this.#undo;
    this.#undo = undefined;
    this.#onChange(undefined);
    return undo;
  }
}

export async function undoStyleDecision({ sidecar, lastDecision, showLog }: CommandDeps): Promise<void> {
  const undo = lastDecision.takeUndo();
  if (!undo) {
    await window.showInformationMessage("There is no decision to undo. “Tacit: Show Learned Style” lists all of them.");
    return;
  }
  await orTell("The decision was not undone", showLog, async () => {
    await sidecar.decide(undo.params);
    tellDone(`$(discard) undone: ${undo.what}`);
  });
}

/** Shows what was learned with its evidence, and does what the user chooses. */
export async function decideAbout(deps: CommandDeps, learned: Learned): Promise<void> {
  const items = [...decisionItems(deps, learned), ...placeItems(learned.evidence)];
  await showList(`${learned.title} (${figuresOf(learned)})`, items);
}

/** "97 %, 212 of 215": how sure it is, and what that rests on. */
export function figuresOf({ confidence, held, total }: Learned): string {
  return `${Math.round(100 * confidence)} %, ${held.toLocaleString("en")} of ${total.toLocaleString("en")}`;
}

/** Tells in passing that something was done. */
export function tellDone(what: string): void {
  window.setStatusBarMessage(what, DONE_MS);
}

function decisionItems(deps: CommandDeps, { id, title, state }: Learned): ListItem[] {
  const { sidecar, lastDecision } = deps;
  const before = state === "pinned" || state === "vetoed" ? state : null;
  const decide = (decision: Decision | null, what: string) => async (): Promise<void> => {
    await sidecar.decide({ id, decision });
    lastDecision.made(`${what}: ${title}`, { id, decision: before });
  };
  const erase = async (): Promise<void> => {
    await sidecar.erase({ id });
    tellDone(`$(trash) erased: ${title}`);
  };
  const pin = { label: "$(pin) Pin", description: "always, whatever is observed", run: decide("pinned", "pinned") };
  const veto = { label: "$(circle-slash) Veto", description: "never", run: decide("vetoed", "vetoed") };
  const leave = {
    label: "$(eye) Decide by What I Do",
    description: `now it is ${state}`,
    run: decide(null, "left to what you do"),
  };
  return [
    ...(before === "pinned" ? [] : [pin]),
    ...(before === "vetoed" ? [] : [veto]),
    ...(before === null ? [] : [leave]),
    { label: "$(trash) Erase", description: "forget it; it may be learned again", run: erase },
  ];
}
