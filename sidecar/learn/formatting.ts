/**
 * Suggestions as the project's own formatter would have them. Formatters are too slow to be waited for, so they are
 * asked in the background, about what was just suggested: their answer serves when the same is suggested again (at the
 * next keystroke, as a rule), and the learned layout learns from it, so that there is less and less to ask.
 */
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describeError, isAbort, SidecarError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { styleLanguage } from "../code/languages.ts";
import { findFormatter, type FoundFormatter } from "../formatter/find.ts";
import type { Formatter } from "../formatter/formatter.ts";
import { type FormatterLimits, openFormatter } from "../formatter/open.ts";
import { decidesFormatting } from "../formatter/tools.ts";
import type { Project } from "../store/projects.ts";
import type { Excerpt } from "../style/formatted.ts";
import type { Learned, Repair } from "../../protocol/style.ts";
import type { StyleMemory } from "./style-memory.ts";

/** A pause of so many milliseconds, or so many times what the last answer took: a fifth of a core at most. */
const PAUSE_MS = 300;
const PAUSE_SHARE = 4;
/** After so many answers in a row that were as learned, only one in {@link SAMPLE} suggestions is asked about. */
const SETTLED_AFTER = 20;
const SAMPLE = 20;
/** A formatter that has refused so many texts in a row, all of which parse, does not work here. */
const REFUSALS_MAX = 8;
const ANSWERS_MAX = 500;
/** Folders of which it is known what formats them. */
const FOLDERS_MAX = 1000;

export interface FormattingDeps {
  readonly style: Pick<StyleMemory, "excerpt" | "learnFormatted" | "isVetoed" | "hasDecided" | "repair">;
  readonly log: Log;
  /** Told once of a formatter that does not work, and when it is tried again. */
  readonly onFault: (fault: SidecarError | undefined) => void;
  /** Told of an answer that is to be shown instead of what was suggested. */
  readonly onAnswer: () => void;
}

/** What was suggested, and where. */
export interface FormattingRequest {
  readonly project: Project;
  /** Relative to the project. */
  readonly path: string;
  readonly languageId: string;
  readonly prefix: string;
  readonly suffix: string;
  /** What the engine wrote, and what was made of it. */
  readonly raw: string;
  readonly text: string;
}

/** How a suggestion is laid out by the formatter. */
export interface Formatted {
  readonly text: string;
  readonly repair: Repair;
}

export interface FormattingLimits extends Partial<FormatterLimits> {
  readonly pauseMs?: number;
}

/** A formatter in use, and how far what was learned agrees with it. */
interface Session {
  readonly formatter: Formatter;
  readonly project: Project;
  /** Style language. */
  readonly language: string;
  answers: number;
  agreedInARow: number;
  refusedInARow: number;
  /** Suggestions that were not asked about. */
  passed: number;
  isLeftAlone: boolean;
}

interface Answer {
  readonly session: Session;
  /** From the start of the suggestion's first line. */
  readonly lines: string;
}

export class Formatting {
  readonly #deps: FormattingDeps;
  readonly #limits: FormattingLimits;
  readonly #closing = new AbortController();
  /** By project, folder and language. */
  readonly #found = new Map<string, Promise<FoundFormatter | undefined>>();
  /** By project, formatter, its configuration and style language. */
  readonly #sessions = new Map<string, Session>();
  /** By file and the lines that were suggested; undefined while nothing is known. */
  readonly #answers = new Map<string, Answer | undefined>();
  #waiting: FormattingRequest | undefined;
  #running: Promise<void> | undefined;

  constructor(deps: FormattingDeps, limits: FormattingLimits = {}) {
    this.#deps = deps;
    this.#limits = limits;
  }

  /**
   * The suggestion as the formatter has laid it out before; undefined where it was not asked, or would change nothing.
   * Once the user has decided something about the layout there, what was learned has the last word: it obeys.
   */
  find(request: FormattingRequest): Formatted | undefined {
    const answer = this.#answers.get(keyOf(request));
    const linePrefix = lastLine(request.prefix);
    if (!answer?.lines.startsWith(linePrefix) || this.#isOff(answer.session)) return undefined;
    const { languageId, project, path } = request;
    if (this.#deps.style.hasDecided({ languageId, project: project.id, path })) return undefined;
    const text = answer.lines.slice(linePrefix.length);
    if (text === request.text) return undefined;
    const { session } = answer;
    return { text, repair: { learnedId: idOf(session), kind: "convention", title: titleOf(session), count: 1 } };
  }

  /** Lets the formatter be asked about a suggestion when there is time. Of several that wait the newest is asked about. */
  ask(request: FormattingRequest): void {
    if (this.#closing.signal.aborted || this.#answers.has(keyOf(request)) || !endsItsLine(request)) return;
    this.#waiting = request;
    this.#running ??= this.#work();
  }

  /** What is obeyed, as people see it: all, or in one project. */
  list(project: number | undefined): Learned[] {
    return [...this.#sessions.values()]
      .filter((session) => session.answers > 0 && (project === undefined || session.project.id === project))
      .map((session) => this.#learned(session));
  }

  #learned(session: Session): Learned {
    const { formatter, language, answers } = session;
    const id = idOf(session);
    return {
      id,
      kind: "convention",
      languageId: language,
      scope: { level: "project", project: session.project.id, path: "" },
      attribute: "formatter",
      title: titleOf(session),
      held: answers,
      total: answers,
      confidence: (answers + 1) / (answers + 2),
      state: this.#deps.style.isVetoed(id) ? "vetoed" : session.isLeftAlone ? "watched" : "serves",
      evidence: [{ path: formatter.config, line: 0, text: "" }],
    };
  }

  /** Looks anew for what formats a project, where this file of it may have changed the answer. */
  fileChanged(project: Project, path: string): void {
    if (decidesFormatting(basename(path))) this.forget(project);
  }

  /** Ends the formatters of a project, or all; what they answered is forgotten. */
  forget(project?: Project): void {
    const start = project ? project.root + SEPARATOR : "";
    for (const map of [this.#found, this.#answers]) {
      for (const key of map.keys()) if (key.startsWith(start)) map.delete(key);
    }
    for (const [key, session] of this.#sessions) {
      if (!key.startsWith(start)) continue;
      this.#sessions.delete(key);
      // What it is asked at this moment fails, and that is no fault.
      session.isLeftAlone = true;
      session.formatter.close();
    }
    this.#deps.onFault(undefined);
  }

  /** Resolves when nothing waits to be asked. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException("closing", "AbortError"));
    this.#waiting = undefined;
    await this.idle();
    for (const { formatter } of this.#sessions.values()) formatter.close();
    this.#sessions.clear();
  }

  async #work(): Promise<void> {
    const { signal } = this.#closing;
    try {
      for (let request = this.#next(); request; request = this.#next()) {
        const startedAt = performance.now();
        if (!(await this.#format(request, signal))) continue;
        const tookMs = performance.now() - startedAt;
        await setTimeout(Math.max(this.#limits.pauseMs ?? PAUSE_MS, tookMs * PAUSE_SHARE), undefined, { signal });
      }
    } catch (error) {
      // Closing; all else is a bug, and suggestions go on without.
      if (!isAbort(error)) this.#deps.log.error("a suggestion was not formatted", error);
    } finally {
      this.#running = undefined;
    }
  }

  #next(): FormattingRequest | undefined {
    const request = this.#waiting;
    this.#waiting = undefined;
    return request;
  }

  /** Whether the formatter was asked. */
  async #format(request: FormattingRequest, signal: AbortSignal): Promise<boolean> {
    const session = await this.#session(request);
    if (!session || this.#isOff(session) || isSettled(session)) return false;
    const { project, path, languageId, prefix, text } = request;
    const excerpt = await this.#deps.style.excerpt(languageId, prefix, text);
    if (!excerpt) return false;
    this.#remember(request, undefined);
    try {
      const answer = await session.formatter.format(join(project.root, path), excerpt.tree.text, signal);
      // Its configuration has changed meanwhile.
      if (session.isLeftAlone) return true;
      if (answer.kind === "formatted") await this.#learn(session, request, excerpt, answer.text);
      else if (answer.kind === "refused") this.#refused(session, answer.reason);
    } catch (error) {
      if (!(error instanceof SidecarError)) throw error;
      this.#leaveAlone(session, error);
    }
    return true;
  }

  async #learn(session: Session, request: FormattingRequest, excerpt: Excerpt, answer: string): Promise<void> {
    const { style } = this.#deps;
    const { project, path, languageId, prefix, raw, text } = request;
    const { name, config } = session.formatter;
    const place = { languageId, project: project.id, path };
    const source = { path: config, line: 0, text: `as ${name} does it` };
    const part = await style.learnFormatted({ place, excerpt, generated: raw, shown: text, answer, source });
    if (part?.kind === "lost") this.#refused(session, "its answer is another text");
    if (part?.kind !== "same place") return;
    session.answers++;
    session.agreedInARow = part.text === text ? session.agreedInARow + 1 : 0;
    session.refusedInARow = 0;
    const linePrefix = lastLine(prefix);
    // Else the formatter would change what is written already, and its lines do not fit behind it.
    if (lastLine(part.prefix) !== linePrefix) return;
    const known = { session, lines: linePrefix + part.text };
    this.#remember(request, known);
    // What was just learned may have changed what is made of the same offer.
    this.#remember({ ...request, text: style.repair(place, prefix, raw).text }, known);
    if (part.text !== text) this.#deps.onAnswer();
  }

  #isOff(session: Session): boolean {
    return session.isLeftAlone || this.#deps.style.isVetoed(idOf(session));
  }

  #refused(session: Session, reason: string): void {
    session.refusedInARow++;
    if (session.refusedInARow < REFUSALS_MAX) return;
    const { name } = session.formatter;
    this.#leaveAlone(
      session,
      new SidecarError(
        "formatter",
        `${name} did not format ${REFUSALS_MAX} suggestions in a row (${reason}): they are laid out as was learned.`,
        `Try ${name} on a file of this project, then save its configuration to have it tried again.`,
      ),
    );
  }

  #leaveAlone(session: Session, fault: SidecarError): void {
    if (session.isLeftAlone) return;
    session.isLeftAlone = true;
    session.formatter.close();
    this.#deps.log.warn(describeError(fault), fault.cause);
    this.#deps.onFault(fault);
  }

  #remember(request: FormattingRequest, answer: Answer | undefined): void {
    this.#answers.set(keyOf(request), answer);
    if (this.#answers.size > ANSWERS_MAX) this.#answers.delete(this.#answers.keys().next().value!);
  }

  /** Undefined where nothing is configured, or what is configured is not at hand. */
  async #session({ project, path, languageId }: FormattingRequest): Promise<Session | undefined> {
    const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    const found = await this.#find(project, folder, languageId);
    if (!found) return undefined;
    const language = styleLanguage(languageId);
    const key = [project.root, found.tool.name, found.config, language].join(SEPARATOR);
    let session = this.#sessions.get(key);
    if (!session) {
      session = createSession(openFormatter(found, this.#limits), project, language);
      this.#sessions.set(key, session);
      this.#deps.log.info(`${found.tool.name} (${found.config}) decides the layout of ${language} in ${project.root}`);
    }
    return session;
  }

  /** Looked for once in each folder, until {@link forget}. */
  #find(project: Project, folder: string, languageId: string): Promise<FoundFormatter | undefined> {
    const key = [project.root, folder, languageId].join(SEPARATOR);
    let found = this.#found.get(key);
    if (!found) {
      if (this.#found.size >= FOLDERS_MAX) this.#found.clear();
      found = findFormatter(project.root, folder, languageId);
      this.#found.set(key, found);
    }
    return found;
  }
}

/** In no path and no identifier. */
const SEPARATOR = "\0";

function createSession(formatter: Formatter, project: Project, language: string): Session {
  return {
    formatter,
    project,
    language,
    answers: 0,
    agreedInARow: 0,
    refusedInARow: 0,
    passed: 0,
    isLeftAlone: false,
  };
}

/** Whether what was learned agrees with the formatter so often that it need not be asked, but for a sample. */
function isSettled(session: Session): boolean {
  if (session.agreedInARow < SETTLED_AFTER) return false;
  session.passed++;
  return session.passed % SAMPLE !== 0;
}

function idOf({ language, formatter, project }: Session): string {
  return `${language}/formatter=${formatter.name}@project:${project.id}`;
}

function titleOf({ formatter }: Session): string {
  return `layout: as ${formatter.name} does it`;
}

/** The same for one suggestion while it is typed along: what has been typed of it belongs to its lines. */
function keyOf({ project, path, prefix, text }: FormattingRequest): string {
  return [project.root, path, lastLine(prefix) + text].join(SEPARATOR);
}

/** Whether nothing but closers stands behind it, so that the formatter sees the whole line without what follows. */
function endsItsLine({ suffix }: FormattingRequest): boolean {
  return /^[\s)\]};,]*(?:\n|$)/.test(suffix);
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}
