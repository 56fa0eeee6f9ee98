/** What the documents show of their own layout that somebody works on: read in steps, a few milliseconds at a time. */
import type { Parse } from "../../code/syntax.ts";
import { parseSnippet, surroundingsOf } from "../snippet.ts";
import { FileEvidence } from "./decider.ts";
import { readGaps } from "./gaps.ts";
import { learnText } from "./learn.ts";
import { createLayoutScope, type LayoutScope } from "./scope.ts";
import type { ScopedPlace } from "./scopes.ts";
import { readSteps, shownStep, stepIn } from "./steps.ts";
import type { FileUnit } from "./units.ts";

/** Of a document so much is read: the end, nearest to where people write. */
const CHARS_MAX = 24_000;
/** Read at once; a statement over the border is not known whole and teaches less. */
const STEP_CHARS = 3000;
/** Of its tokens so many may be where the parser does not understand it; more, and it shows nothing. */
const ERRORS_SHARE_MAX = 0.01;
/** Documents that are held. */
const FILES_MAX = 50;
/** A document that cannot be parsed may be all alignment, if it has fewer indented lines. */
const UNIT_VOTES_MIN = 6;

export interface FileLayout extends FileUnit {
  readonly scope: LayoutScope;
  readonly evidence: FileEvidence;
}

export class FileLayouts {
  readonly #parse: Parse;
  readonly #files = new Map<string, FileLayout>();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  get(place: ScopedPlace): FileLayout | undefined {
    return this.#files.get(keyOf(place));
  }

  /** Reads a document; `unitOf` gives the step of indentation of one that shows none itself. All holds once it is read. */
  *read(place: ScopedPlace, text: string, unitOf: () => string): Generator<undefined, void> {
    const from = tailStart(text);
    const parsed = parseSnippet(this.#parse, surroundingsOf(text.slice(0, from), place.languageId), text.slice(from));
    const snippet = parsed && parsed.tree.errors <= ERRORS_SHARE_MAX * parsed.tree.leaves.length ? parsed : undefined;
    yield;
    const steps = snippet && readSteps(readGaps(snippet.tree, snippet.start, snippet.end));
    const unit = steps ? shownStep(steps) : stepIn(text.slice(from), UNIT_VOTES_MIN);
    const scope = createLayoutScope(true);
    for (let start = snippet?.start ?? 0; snippet && start < snippet.end; start += STEP_CHARS) {
      yield;
      const end = Math.min(start + STEP_CHARS, snippet.end);
      learnText([scope], { tree: snippet.tree, start, end }, unit ?? unitOf());
    }
    // What it takes long to work out is worked out now, and not at a keystroke.
    scope.wraps.widths();
    const key = keyOf(place);
    this.#files.delete(key);
    this.#files.set(key, { scope, evidence: new FileEvidence(scope.choices), unit, steps });
    if (this.#files.size > FILES_MAX) this.#files.delete(this.#files.keys().next().value!);
  }
}

/** Where the part of a document begins that is read: with a declaration, not in the middle of a text. */
function tailStart(text: string): number {
  if (text.length <= CHARS_MAX) return 0;
  const earliest = text.length - CHARS_MAX;
  const declaration = DECLARATION.exec(text.slice(earliest, earliest + CHARS_MAX / 2));
  return declaration ? earliest + declaration.index + 1 : text.indexOf("\n", earliest) + 1;
}

const DECLARATION = /\n(?=[\p{L}_@])(?!(?:else|elif|except|finally|catch)\b)/u;

function keyOf({ project, path }: ScopedPlace): string {
  return `${project}:${path}`;
}
