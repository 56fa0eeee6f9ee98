/** Asks now and then, in the status bar, whether the suggestion that was accepted last was good. Nothing pops up. */
import { StatusBarAlignment, window, workspace } from "vscode";
import type { Disposable, StatusBarItem } from "vscode";
import type { Signal } from "../protocol/signals.ts";
import { previewOf } from "./dialogs.ts";
import { ASK_EVERY_MS, askAt } from "./rating-plan.ts";

/** Unanswered it goes away. */
const SHOWN_MS = 60_000;

export interface RatingAskDeps {
  /** Whether the user wants to be asked. */
  readonly isActive: () => boolean;
  readonly rate: (generationId: string, rating: "up" | "down") => void;
}

interface Candidate {
  readonly id: string;
  readonly text: string;
  readonly acceptedAt: number;
}

export class RatingAsk implements Disposable {
  readonly #deps: RatingAskDeps;
  readonly #items: readonly StatusBarItem[];
  readonly #changes: Disposable;
  #shownText: { readonly id: string; readonly text: string } | undefined;
  #candidate: Candidate | undefined;
  /** What is asked about, while it is on screen. */
  #asked: Candidate | undefined;
  #typedAt = 0;
  #askedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: RatingAskDeps) {
    this.#deps = deps;
    const item = (priority: number, text: string, command: string): StatusBarItem => {
      const made = window.createStatusBarItem(StatusBarAlignment.Right, priority);
      made.text = text;
      made.command = command;
      return made;
    };
    this.#items = [item(-0.1, "$(thumbsup)", "tacit.rateUp"), item(-0.2, "$(thumbsdown)", "tacit.rateDown")];
    this.#changes = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || document.uri.scheme === "output") return;
      this.#typedAt = Date.now();
    });
  }

  /** A signal was recorded. */
  heard(signal: Signal): void {
    const { generationId: id } = signal;
    if (signal.kind === "shown") this.#shownText = { id, text: signal.generation.text };
    if (signal.kind === "rated" || signal.kind === "undone") this.#forget(id);
    if (signal.kind !== "accepted" || !this.#deps.isActive() || this.#asked) return;
    const text = this.#shownText?.id === id ? this.#shownText.text : "";
    this.#candidate = { id, text, acceptedAt: signal.at };
    this.#schedule();
  }

  /** What is asked is answered. */
  answer(rating: "up" | "down"): void {
    const asked = this.#asked;
    this.#hide();
    if (asked) this.#deps.rate(asked.id, rating);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changes.dispose();
    for (const item of this.#items) item.dispose();
  }

  #forget(id: string): void {
    if (this.#candidate?.id === id) this.#candidate = undefined;
    if (this.#asked?.id === id) this.#hide();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const candidate = this.#candidate;
    if (!candidate) return;
    const at = askAt({ acceptedAt: candidate.acceptedAt, typedAt: this.#typedAt, askedAt: this.#askedAt });
    if (at === undefined) this.#candidate = undefined;
    else if (at <= Date.now()) this.#ask(candidate);
    // Somebody may have typed by then: it is looked at anew.
    else this.#timer = setTimeout(() => this.#schedule(), Math.min(at - Date.now(), ASK_EVERY_MS));
  }

  #ask(candidate: Candidate): void {
    this.#candidate = undefined;
    if (!this.#deps.isActive()) return;
    this.#asked = candidate;
    this.#askedAt = Date.now();
    for (const item of this.#items) {
      item.tooltip = `Tacit: was this suggestion good? ${previewOf(candidate.text)}`;
      item.show();
    }
    this.#timer = setTimeout(() => this.#hide(), SHOWN_MS);
  }

  #hide(): void {
    clearTimeout(this.#timer);
    this.#asked = undefined;
    for (const item of this.#items) item.hide();
  }
}
