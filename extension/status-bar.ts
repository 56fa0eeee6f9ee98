/** The one item in the status bar: a pure function of what is known, and the small item that shows it. */
import { MarkdownString, StatusBarAlignment, ThemeColor, window } from "vscode";
import type { Status } from "../protocol/status.ts";
import type { SidecarState } from "./supervisor.ts";
import { capitalize } from "../text/capitalize.ts";

/** What was learned stays this long at least: time enough to look and read. */
export const LEARNED_MS_MIN = 4_000;
/** What was decided stays long enough to have second thoughts. */
export const DECIDED_MS = 8_000;
const LEARNED_CHARS_MAX = 40;

export interface StatusInput {
  readonly sidecar: SidecarState;
  /** The last that the sidecar said; undefined before its first word. */
  readonly status: Status | undefined;
  /** A suggestion takes noticeably long. */
  readonly isThinking: boolean;
  /** What was learned just now. */
  readonly learned: string | undefined;
  /** What the user has just decided about style, e.g. "vetoed: single quotes". */
  readonly decided: string | undefined;
  readonly isPaused: boolean;
  /** Until then only what is asked for is suggested, in milliseconds since the epoch; undefined: nobody snoozes. */
  readonly snoozedUntil: number | undefined;
  /** The workspace is not trusted: nothing is learned here. */
  readonly isUntrusted: boolean;
}

export interface RenderedStatus {
  /** With codicons, as the status bar takes it. */
  readonly text: string;
  /** Markdown with codicons. */
  readonly tooltip: string;
  readonly severity: "none" | "warning" | "error";
  /** What a click does. */
  readonly command: "tacit.showMenu" | "tacit.undoStyleDecision";
}

export function renderStatus(input: StatusInput): RenderedStatus {
  const { sidecar, decided } = input;
  if (decided === undefined || sidecar.kind !== "running") return { ...renderState(input), command: "tacit.showMenu" };
  return {
    text: `$(discard) ${shorten(decided)} (Undo)`,
    tooltip: `Tacit has ${escape(decided)}. Click to undo.`,
    severity: "none",
    command: "tacit.undoStyleDecision",
  };
}

function renderState(input: StatusInput): Omit<RenderedStatus, "command"> {
  const { sidecar, status } = input;
  switch (sidecar.kind) {
    case "stopped":
      return { text: "$(circle-slash) Tacit", tooltip: "Tacit has stopped.", severity: "none" };
    case "failed":
      return {
        text: "$(error) Tacit",
        tooltip: `**Tacit does not work:** ${escape(sidecar.reason)}\n\n${sidecar.action}`,
        severity: "error",
      };
    case "starting":
    case "restarting": {
      const what = sidecar.kind === "starting" ? "Tacit starts." : "The sidecar has crashed and is started again.";
      return { text: "$(loading~spin) Tacit", tooltip: what, severity: "none" };
    }
    case "running":
      return {
        text: runningText(input),
        tooltip: status ? tooltipOf(status, input) : "Tacit is ready.",
        severity: status && status.degraded.length > 0 ? "warning" : "none",
      };
  }
}

function runningText({ status, isThinking, learned, isPaused, snoozedUntil }: StatusInput): string {
  // Who has just paused learning wants to see that, not what was learned before.
  if (learned !== undefined && !isPaused) return `$(mortar-board) learned: ${shorten(learned)}`;
  if (status && status.degraded.length > 0) return "$(warning) Tacit";
  if (isThinking) return "$(loading~spin) Tacit";
  if (status?.activity.kind === "indexing") {
    return `$(sync~spin) Tacit: indexing ${Math.floor(status.activity.percent)} %`;
  }
  if (status?.activity.kind === "downloading") {
    return `$(cloud-download) Tacit: downloading ${Math.floor(status.activity.percent)} %`;
  }
  if (status?.activity.kind === "loading") {
    return `$(loading~spin) Tacit: loading model ${Math.floor(status.activity.percent)} %`;
  }
  if (isPaused || status?.activity.kind === "paused") return "$(debug-pause) Tacit: paused";
  return snoozedUntil === undefined ? "$(sparkle) Tacit" : "$(bell-slash) Tacit: snoozed";
}

function tooltipOf(
  { activity, degraded, facts }: Status,
  { isPaused, snoozedUntil, isUntrusted }: StatusInput,
): string {
  const share =
    facts.shownThisWeek === 0 ? "" : ` (${Math.round((100 * facts.acceptedThisWeek) / facts.shownThisWeek)} %)`;
  const blocks = [
    "**Tacit** suggests what you would write.",
    ...degraded.map(
      ({ part, reason, action }) => `$(warning) **${escape(part)}**: ${escape(reason)} ${escape(action)}`,
    ),
    ...(isUntrusted ? ["Nothing is learned in an untrusted workspace."] : []),
    ...(isPaused && !isUntrusted ? ["Learning is paused: nothing is recorded. *Resume Learning* goes on."] : []),
    ...(snoozedUntil === undefined
      ? []
      : [`Nothing is suggested until ${timeOfDay(snoozedUntil)}. *Resume Suggestions* ends that.`]),
    ...("percent" in activity ? [`${capitalize(escape(activity.what))}: ${Math.floor(activity.percent)} %`] : []),
    [
      `- Engine: ${escape(facts.engine)}`,
      `- Examples: ${count(facts.examples)}`,
      `- Read: ${count(facts.files)} files, ${count(facts.tokens)} tokens`,
      `- Accepted this week: ${count(facts.acceptedThisWeek)} of ${count(facts.shownThisWeek)}${share}`,
      `- Data folder: ${escape(facts.dataFolder)}`,
    ].join("\n"),
  ];
  return blocks.join("\n\n");
}

/** Text of the user's, made safe for the status bar: no icons, no line ends, not too long. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/gu, " ").replaceAll("$(", "$\u200b(").trim();
  const chars = Array.from(line);
  return chars.length <= LEARNED_CHARS_MAX ? line : `${chars.slice(0, LEARNED_CHARS_MAX - 1).join("")}…`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>~$]/gu, "\\$&").replaceAll("\n", " ");
}

/** What a screen reader says: no icons, no emphasis, no escapes. */
export function withoutMarkup(markdown: string): string {
  return markdown
    .replaceAll(/\$\([\w~-]+\)\s*/gu, "")
    .replaceAll(/\\?\*/gu, "")
    .replaceAll(/\\(.)/gu, "$1")
    .replaceAll(/\n+/gu, "\n")
    .trim();
}

function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hour12: false });
}

function count(value: number): string {
  return value.toLocaleString("en");
}

/** News that is shown for a while. */
export class Notice {
  readonly #milliseconds: number;
  #what: string | undefined;
  #since = 0;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  show(what: string, now: number): void {
    this.#what = what;
    this.#since = now;
  }

  clear(): void {
    this.#what = undefined;
  }

  /** What to show at `now`. */
  at(now: number): string | undefined {
    return now < this.#since + this.#milliseconds ? this.#what : undefined;
  }

  /** When it disappears; undefined where there is nothing to show. */
  endsAt(now: number): number | undefined {
    return this.at(now) === undefined ? undefined : this.#since + this.#milliseconds;
  }
}

/** Holds what was learned long enough to be seen, though the sidecar has gone on. */
export class LearnedNotice extends Notice {
  constructor() {
    super(LEARNED_MS_MIN);
  }

  /** The sidecar's latest word. */
  update(status: Status, now: number): void {
    if (status.activity.kind === "learning") this.show(status.activity.what, now);
  }
}

/** Shows what `read` knows, whenever it is told that something changed. */
export class StatusBar {
  readonly #item = window.createStatusBarItem("tacit.status", StatusBarAlignment.Right, 100);
  readonly #read: () => Omit<StatusInput, "learned" | "decided">;
  readonly #learned = new LearnedNotice();
  readonly #decided = new Notice(DECIDED_MS);
  #timer: NodeJS.Timeout | undefined;
  #shown = "";

  constructor(read: () => Omit<StatusInput, "learned" | "decided">) {
    this.#read = read;
    this.#item.name = "Tacit";
    this.#item.show();
  }

  /** The sidecar has said something. */
  heard(status: Status): void {
    this.#learned.update(status, Date.now());
    this.refresh();
  }

  /** The user has decided something about style; undefined: that was undone. */
  decided(what: string | undefined): void {
    if (what === undefined) this.#decided.clear();
    else this.#decided.show(what, Date.now());
    this.refresh();
  }

  refresh(): void {
    const now = Date.now();
    const news = { learned: this.#learned.at(now), decided: this.#decided.at(now) };
    const rendered = renderStatus({ ...this.#read(), ...news });
    const key = JSON.stringify(rendered);
    if (key !== this.#shown) {
      this.#shown = key;
      this.#show(rendered);
    }
    clearTimeout(this.#timer);
    const ends = [this.#learned.endsAt(now), this.#decided.endsAt(now)].filter((at) => at !== undefined);
    const endsAt = ends.length === 0 ? undefined : Math.min(...ends);
    if (endsAt !== undefined) this.#timer = setTimeout(() => this.refresh(), endsAt - now);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#item.dispose();
  }

  #show({ text, tooltip, severity, command }: RenderedStatus): void {
    this.#item.text = text;
    this.#item.command = command;
    this.#item.tooltip = new MarkdownString(tooltip, true);
    this.#item.accessibilityInformation = { label: `${withoutMarkup(text)}, ${withoutMarkup(tooltip)}` };
    this.#item.backgroundColor =
      severity === "none" ? undefined : new ThemeColor(`statusBarItem.${severity}Background`);
  }
}
