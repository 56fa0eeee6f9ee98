/**
 * Layout as a whole: what is known of it at a place, learned from texts and from what became of offered ones, and how
 * an offered text is brought to it.
 */
import { indentOf } from "../../code/indent.ts";
import { languageById, styleLanguage } from "../../code/languages.ts";
import type { Parse } from "../../code/syntax.ts";
import type { Decision, Learned, Place } from "../../../protocol/style.ts";
import { LANGUAGE } from "../conventions/scopes.ts";
import type { Snippet } from "../snippet.ts";
import type { LayoutContext } from "./apply.ts";
import { type Choices, choose } from "./choices.ts";
import { type Decided, decidedIn, factId } from "./decisions.ts";
import { Decider } from "./decider.ts";
import type { Fact } from "./facts.ts";
import { type FileLayout, FileLayouts } from "./files.ts";
import { readGaps } from "./gaps.ts";
import { BODY_MOVES, bodyKeys, learnPair, learnText } from "./learn.ts";
import { forgetLayout, listLayout } from "./listing.ts";
import { placeIndent } from "./place-indent.ts";
import { rebase } from "./rebase.ts";
import { LayoutScopes, type Named, type ScopedPlace } from "./scopes.ts";
import type { LayoutScope } from "./scope.ts";
import { readSteps, shownStep } from "./steps.ts";
import { observeOffer, observeSteps, offeredUnitAt, type UnitPlace, unitAt } from "./units.ts";
import { Width } from "./width.ts";
import type { WrapContext } from "./wrap.ts";
import { Knowledge, offeredMeasure } from "./wraps.ts";

/** Lines of comments and documentation move with the line that they begin on, until others are seen. */
const BODY_MOVES_PRIOR = { value: BODY_MOVES, probability: 0.6 };

/** The value of a named convention ("quotes") that holds at the place, as far as one is known. */
export type Expected = (attribute: string) => string | undefined;

/** What the user and their configuration say of layout. */
export interface Wishes {
  readonly isVetoed: (fact: Fact) => boolean;
  readonly pinned: Expected;
  readonly expected: Expected;
}

/** Whose style it is that is learned: the person's, wherever they write, or that of one project. */
export type Widest = "person" | "project";

/** An offered text and what became of it, parsed; both in the same step of indentation. */
export interface OfferedPair {
  readonly offered: Snippet;
  readonly final: Snippet;
  readonly unit: string;
  readonly weight: number;
  /** What is told of a line of the final text, as a place where something was seen. */
  readonly evidence: (line: string) => Place;
}

export class Layout {
  readonly #scopes: LayoutScopes;
  readonly #files: FileLayouts;
  #wraps: KnownWraps | undefined;
  #decider: Decider | undefined;

  constructor(parse: Parse, named: Named) {
    this.#scopes = new LayoutScopes(named);
    this.#files = new FileLayouts(parse);
  }

  /** Reads a document that somebody works on: its own layout outranks every other. */
  read(place: ScopedPlace, text: string): Generator<undefined, void> {
    return this.#files.read(place, text, () => this.unitAt(place, text, ""));
  }

  /** The step of indentation for a text that is to stand behind `prefix`. */
  unitAt(place: ScopedPlace, prefix: string, text: string, expected?: string): string {
    return unitAt(this.#unitPlace(place), prefix, text, expected);
  }

  /** An offered text in steps of `unit`: without that it might not even parse. */
  rebase(place: ScopedPlace, prefix: string, text: string, unit: string): string {
    return rebase(text, {
      languageId: place.languageId,
      from: offeredUnitAt(this.#unitPlace(place), unit, text),
      to: unit,
      atLineStart: beginsLine(prefix),
      bodyMoves: this.#bodyMoves(place),
      place: () => placeIndent(prefix, unit, languageById(place.languageId)?.indentationIsStructure === true),
    });
  }

  /** Learns in which step an engine's text came, before {@link rebase}. */
  learnOffer(
    place: ScopedPlace,
    prefix: string,
    generated: string,
    final: string,
    unit: string,
    widest: Widest = "person",
  ): void {
    if (!beginsLine(prefix)) return;
    observeOffer(this.#learning(place, widest), indentOf(generated), indentOf(final), unit);
  }

  /** Learns what became of each place of an offered text; gives what was changed. */
  learnPair(
    place: ScopedPlace,
    { offered, final, unit, weight, evidence }: OfferedPair,
    widest: Widest = "person",
  ): Fact[] {
    const offeredUnit = offeredUnitAt(this.#unitPlace(place), unit, "");
    return learnPair(this.#learning(place, widest), { offered, final, unit, offeredUnit, weight, evidence });
  }

  /** Learns from a text that somebody wrote. */
  learnText(place: ScopedPlace, text: Snippet, unit: string, widest: Widest = "person"): void {
    const scopes = this.#learning(place, widest);
    learnText(scopes, text, unit);
    observeSteps(scopes, readSteps(readGaps(text.tree, text.start, text.end)));
  }

  /** The step of indentation that a text and the heads above it show. */
  shownUnit({ tree }: Snippet): string | undefined {
    return shownStep(readSteps(readGaps(tree)));
  }

  /** All that laying out a text behind `prefix` depends on. */
  contextAt(
    place: ScopedPlace,
    prefix: string,
    unit: string,
    wishes: Wishes,
  ): Omit<LayoutContext, "parts" | "offered"> {
    const language = languageById(place.languageId);
    const file = this.#files.get(place);
    return {
      ...wishes,
      decider: this.#deciderAt(place, file),
      unit,
      bodyMoves: this.#bodyMoves(place),
      wrap: this.#wrapping(place, file, unit, wishes),
      atLineStart: beginsLine(prefix),
      lineComment: language?.lineComment,
      isStructural: language?.indentationIsStructure === true,
    };
  }

  /** What the user decided, as it holds at a place. */
  decidedAt(place: ScopedPlace, decisions: ReadonlyMap<string, Decision>): Decided {
    return decidedIn(styleLanguage(place.languageId), this.#scopes.named(place), decisions);
  }

  /** Id of a fact at a place: where it was decided about, else where people are told of it. */
  idAt(place: ScopedPlace, fact: Fact, decisions: ReadonlyMap<string, Decision>): string {
    const language = styleLanguage(place.languageId);
    const decided =
      decisions.size === 0
        ? undefined
        : this.#scopes.named(place).findLast((scope) => decisions.has(factId(language, fact, scope)));
    return factId(language, fact, decided ?? this.#scopes.tellerAt(place, fact) ?? LANGUAGE);
  }

  list(decisions: ReadonlyMap<string, Decision>, project: number | undefined): Learned[] {
    return listLayout(this.#scopes, decisions, project);
  }

  /** Forgets what was observed of one thing that is listed. */
  erase(id: string): void {
    forgetLayout(this.#scopes, id);
  }

  /** The same until something is learned, or the file is read again: the next keystroke asks the same. */
  #deciderAt(place: ScopedPlace, file: FileLayout | undefined): Decider {
    const answers = this.#scopes.answersAt(place);
    if (this.#decider?.isOf(answers, file?.evidence) !== true) this.#decider = new Decider(answers, file?.evidence);
    return this.#decider;
  }

  #learning(place: ScopedPlace, widest: Widest): LayoutScope[] {
    return this.#scopes.at(place).slice(widest === "person" ? 0 : 1);
  }

  #unitPlace(place: ScopedPlace): UnitPlace {
    return { choices: this.#choices(place), file: this.#files.get(place) };
  }

  #choices(place: ScopedPlace): Choices[] {
    return this.#scopes.known(place).map(({ choices }) => choices);
  }

  #bodyMoves(place: ScopedPlace): (opener: string) => boolean {
    const file = this.#files.get(place);
    const choices = [...this.#choices(place), ...(file ? [file.scope.choices] : [])];
    return (opener) => choose(choices, bodyKeys(opener), BODY_MOVES_PRIOR)?.value === BODY_MOVES;
  }

  #wrapping(place: ScopedPlace, file: FileLayout | undefined, unit: string, { pinned, expected }: Wishes): WrapContext {
    const limit = Number(pinned("line-width"));
    const offeredWidth = this.#scopes.offeredWidthAt(place);
    const { known, width } = this.#wrapsAt(place, file, offeredWidth, Number(expected("line-width")));
    return {
      known,
      width: limit > 0 ? Width.exactly(limit) : width,
      offeredWidth,
      offeredMeasure: offeredMeasure(unit, offeredUnitAt({ choices: this.#choices(place), file }, unit, "")),
      unit,
    };
  }

  /** What a file and its surroundings know of wrapping; remembered, since the next keystroke asks the same. */
  #wrapsAt(place: ScopedPlace, file: FileLayout | undefined, offeredWidth: Width, named: number): KnownWraps {
    const wraps = [this.#scopes.wrapsAt(place), file?.scope.wraps].filter((each) => each !== undefined);
    const source = [offeredWidth, named, ...wraps, ...wraps.map(({ version }) => version)];
    if (
      this.#wraps?.source.length !== source.length ||
      !source.every((each, at) => Object.is(each, this.#wraps!.source[at]))
    ) {
      const known = new Knowledge(wraps);
      this.#wraps = { source, known, width: known.width(Width.expected(offeredWidth, named)) };
    }
    return this.#wraps;
  }
}

interface KnownWraps {
  /** All that it was made of. */
  readonly source: readonly unknown[];
  readonly known: Knowledge;
  readonly width: Width;
}

function beginsLine(prefix: string): boolean {
  return prefix === "" || prefix.endsWith("\n");
}
