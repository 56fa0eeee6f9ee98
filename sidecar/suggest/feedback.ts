/**
 * What the user asks and says about suggestions and about what was learned: why, not my style, pin, veto, erase. Texts
 * that are vetoed have ids like everything else that can be decided about.
 */
import type { NotMyStyleParams, NotMyStyleResult, StyleResult, WhyResult } from "../../protocol/messages.ts";
import type { Generation } from "../../protocol/signals.ts";
import type { Clock } from "../base/clock.ts";
import { SidecarError } from "../base/errors.ts";
import { redact } from "../../privacy/redact.ts";
import type { Database } from "../store/database.ts";
import { findDecision } from "../store/decisions.ts";
import { findExamples } from "../store/examples.ts";
import { findOrigin } from "../store/origins.ts";
import { placeVetoedText } from "../store/rejected.ts";
import { findGeneration, latestGenerationId } from "../store/signals.ts";
import type { Decision, Learned } from "../../protocol/style.ts";
import type { NegativeMemory, TextPlace } from "./negative-memory.ts";
import type { SuggestionOrigins } from "./origins.ts";

const TEXT_ID_PREFIX = "text:";
const TITLE_CHARS_MAX = 60;
const LINE_CHARS_MAX = 120;

/** What was learned of style, as far as the user decides about it. */
export interface StyleBook {
  /** All, or what holds in a folder. */
  listStyle(filter: { readonly folder?: string | undefined }): Promise<readonly Learned[]>;
  decideStyle(id: string, decision: Decision | undefined): void;
  eraseStyle(id: string): void;
}

export interface FeedbackDeps {
  readonly database: Database;
  readonly origins: SuggestionOrigins;
  readonly negative: NegativeMemory;
  readonly style: StyleBook;
  readonly clock: Clock;
  /** Runs what changes the store, and sees to what happens where that fails. */
  readonly write: <T>(work: () => T) => T;
}

/** A suggestion as it was answered in this session, or as it is stored. */
interface Found {
  readonly suggestion: Omit<WhyResult, "examples">;
  readonly place: TextPlace;
  readonly exampleIds: readonly number[];
}

export class Feedback {
  readonly #deps: FeedbackDeps;

  constructor(deps: FeedbackDeps) {
    this.#deps = deps;
  }

  /** What is behind a suggestion; undefined where nothing is known of it. */
  why(generationId: string | undefined): WhyResult | undefined {
    const found = this.#find(generationId);
    if (!found) return undefined;
    const examples = findExamples(this.#deps.database, found.exampleIds).map(({ path, linePrefix, text }) => ({
      path,
      line: 0,
      text: firstLine(linePrefix + text, LINE_CHARS_MAX),
    }));
    return { ...found.suggestion, examples };
  }

  /** Vetoes a convention or correction that shaped a suggestion, or its text. */
  notMyStyle(params: NotMyStyleParams): NotMyStyleResult {
    const { database, negative, style, clock, write } = this.#deps;
    const found = this.#find(params.generationId);
    if (!found) throw new SidecarError("style", "Nothing is known of this suggestion.", "Try it on a newer one.");
    if (!("learnedId" in params)) {
      const text = redact(found.suggestion.text).text;
      const place = { ...found.place, above: redact(found.place.above).text };
      const veto = write(() => negative.veto(text, place, clock.now()));
      const stored = findGeneration(database, params.generationId);
      if (stored) write(() => placeVetoedText(database, veto.id, stored));
      return { id: textId(veto.id), vetoed: firstLine(text, TITLE_CHARS_MAX), before: null };
    }
    const { learnedId: id } = params;
    const repair = found.suggestion.repairs.find(({ learnedId }) => learnedId === id);
    if (!repair) throw new SidecarError("style", `“${id}” did not shape this suggestion.`, "Choose what did.");
    const before = findDecision(database, id) ?? null;
    write(() => style.decideStyle(id, "vetoed"));
    return { id, vetoed: repair.title, before };
  }

  async list(): Promise<StyleResult> {
    const vetoedTexts = this.#deps.negative.vetoedTexts.map(({ id, languageId, text }) => ({
      id: textId(id),
      languageId,
      text,
    }));
    return { learned: await this.#deps.style.listStyle({}), vetoedTexts };
  }

  /** Pins or vetoes what was learned; undefined leaves it to what is observed. A text that is not vetoed is allowed. */
  decide(id: string, decision: Decision | undefined): void {
    const { style, negative, write } = this.#deps;
    const vetoId = vetoIdOf(id);
    if (vetoId === undefined) write(() => style.decideStyle(id, decision));
    else if (decision !== "vetoed") write(() => negative.allow(vetoId));
  }

  /** Forgets something learned; of a vetoed text nothing is left. */
  erase(id: string): void {
    const { style, negative, write } = this.#deps;
    const vetoId = vetoIdOf(id);
    if (vetoId === undefined) write(() => style.eraseStyle(id));
    else write(() => negative.allow(vetoId));
  }

  #find(generationId: string | undefined): Found | undefined {
    const { database, origins } = this.#deps;
    const answered = generationId === undefined ? origins.latest : origins.find(generationId);
    if (answered) return { ...answered, suggestion: whyOf(answered, answered) };
    const storedId = generationId ?? latestGenerationId(database);
    const stored = storedId === undefined ? undefined : findGeneration(database, storedId);
    if (!stored) return undefined;
    const origin = findOrigin(database, stored.id) ?? UNKNOWN_ORIGIN;
    const { languageId, contextBefore: above, linePrefix } = stored;
    const place = { languageId, above, linePrefix };
    return { suggestion: whyOf(stored, origin), place, exampleIds: origin.exampleIds };
  }
}

/** The sidecar ended between answering and storing. */
const UNKNOWN_ORIGIN = { repairs: [], source: "", confidence: null, exampleIds: [] };

function whyOf(
  { id: generationId, text, engine, proposer }: Pick<Generation, "id" | "text" | "engine" | "proposer">,
  { source, confidence, repairs }: Pick<WhyResult, "source" | "confidence" | "repairs">,
): Found["suggestion"] {
  return { generationId, text, engine, proposer, source, confidence, repairs };
}

function textId(vetoId: number): string {
  return `${TEXT_ID_PREFIX}${vetoId}`;
}

function vetoIdOf(id: string): number | undefined {
  return id.startsWith(TEXT_ID_PREFIX) ? Number(id.slice(TEXT_ID_PREFIX.length)) : undefined;
}

function firstLine(text: string, max: number): string {
  const [line = ""] = text.trim().split("\n");
  const isWhole = line.length <= max && line === text.trim();
  return isWhole ? line : `${line.slice(0, max - 1)}…`;
}
