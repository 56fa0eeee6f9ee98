/** Snoozing: for a while suggestions come only where they are asked for by key. What is written is learned from as ever. */
import { commands, window } from "vscode";
import type { Disposable } from "vscode";

const MINUTE_MS = 60_000;
const CHOICES_MINUTES = [5, 15, 30, 60];
/** Timers stand still while the machine sleeps; the clock does not. */
const LOOK_MS = 15_000;

export class Snooze implements Disposable {
  readonly #onChange: () => void;
  #until: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** When it ends, in milliseconds since the epoch; undefined: nobody snoozes. */
  get until(): number | undefined {
    return this.#until;
  }

  begin(minutes: number): void {
    this.#until = Date.now() + minutes * MINUTE_MS;
    this.#look();
    this.#onChange();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#until = undefined;
    this.#onChange();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    clearTimeout(this.#timer);
    const left = (this.#until ?? 0) - Date.now();
    if (left <= 0) this.end();
    else this.#timer = setTimeout(() => this.#look(), Math.min(left, LOOK_MS));
  }
}

export interface SnoozeDeps {
  readonly snooze: Pick<Snooze, "begin">;
  /** Told when it has begun: it says something of the suggestion before it. */
  readonly onSnoozed: () => void;
}

/** Asks for how long, and takes away what is shown. */
export async function snooze({ snooze, onSnoozed }: SnoozeDeps): Promise<void> {
  const items = CHOICES_MINUTES.map((minutes) => ({ label: `${minutes} minutes`, minutes }));
  const choice = await window.showQuickPick(items, { title: "Suggest nothing for …" });
  if (!choice) return;
  snooze.begin(choice.minutes);
  onSnoozed();
  await commands.executeCommand("editor.action.inlineSuggest.hide");
}
