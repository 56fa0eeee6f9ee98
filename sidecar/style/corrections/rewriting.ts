/** Applies what is known to a region: chooses what serves each place, lets no two meet, and looks at the result. */
import type { Parse } from "../../code/syntax.ts";
import type { Decision } from "../../../protocol/style.ts";
import type { Region } from "../region.ts";
import { tailOf } from "../tails.ts";
import { type PieceEdit, render } from "./render.ts";
import type { Family, Repertoire } from "./repertoire.ts";
import { type SolidCode, solidCode } from "./solid.ts";
import type { Site, TokenRange } from "./subject.ts";

/** A correction at one place. */
export interface Serving {
  readonly family: Family;
  /** Index of the right side. */
  readonly right: number;
  readonly site: Site;
  readonly edits: readonly PieceEdit[];
  readonly confidence: number;
  /** Whether the place's own project, or a decision about it, asks for it; else all projects. */
  readonly isOwn: boolean;
}

export interface Rules {
  readonly repertoire: Repertoire;
  readonly languageId: string;
  readonly project: number | undefined;
  readonly path: string;
  /** What the user decided about a right side, for the place's own project or for all. */
  readonly decisionOn: (
    family: Family,
    right: number,
  ) => { readonly decision: Decision; readonly isOwn: boolean } | undefined;
}

export interface Rewritten {
  readonly region: Region;
  readonly serving: readonly Serving[];
}

/**
 * Undefined where nothing serves, or nothing that does leaves the code as sound as it was. `served`
 * holds what served in earlier passes: an insertion would find its place again and again.
 */
export function rewriteOnce(rules: Rules, region: Region, served: Set<string>, parse: Parse): Rewritten | undefined {
  const chosen = withoutConflicts(chooseServing(rules, solidCode(region), served));
  if (chosen.length === 0) return undefined;
  const { text, grammar, errors } = region.tree;
  const brackets = bracketsIn(region);
  const make = (serving: readonly Serving[]): Region | undefined => {
    const made = render(
      text,
      serving.flatMap(({ edits }) => edits),
      region.start,
      region.end,
    );
    const isOpen = serving.some(({ site }) => site.isOpen);
    const tail = isOpen ? tailBehind(rules.languageId, region, made) : text.slice(region.end);
    const tree = parse(grammar, text.slice(0, region.start) + made + tail);
    if (!tree || tree.errors > errors) return undefined;
    const result = { ...region, tree, end: region.start + made.length };
    return isOpen || bracketsIn(result) === brackets ? result : undefined;
  };
  for (const { family, right, site } of chosen) served.add(servedKey(family, right, site));
  const all = make(chosen);
  if (all) return { region: all, serving: chosen };
  // Each by itself: one that does harm is left out alone.
  const serving = chosen.length === 1 ? [] : chosen.filter((one) => make([one]) !== undefined);
  const rest = serving.length === 0 ? undefined : make(serving);
  return rest && { region: rest, serving };
}

/** What closes a new text for a region, if closers are all that stands behind it. */
function tailBehind(languageId: string, { tree: { text }, start, end }: Region, made: string): string {
  const head = text.slice(0, start);
  const tail = text.slice(end);
  const closers = tailOf(text.slice(0, end), text.slice(start, end), false, languageId);
  return tail === closers ? tailOf(head + made, made, false, languageId) : tail;
}

function chooseServing(
  { repertoire, project, path, decisionOn }: Rules,
  code: SolidCode,
  served: ReadonlySet<string>,
): Serving[] {
  const chosen: Serving[] = [];
  const isPinned = (family: Family, right: number): boolean => decisionOn(family, right)?.decision === "pinned";
  repertoire.forSites(
    code,
    (family, site) => {
      const traits = site.traits(path);
      let right = family.rights.findIndex((_, at) => isPinned(family, at) && family.cases.isLike(at, traits));
      let confidence = 1;
      let isOwn = right >= 0 && decisionOn(family, right)!.isOwn;
      if (right < 0) {
        const judged = family.cases.judge(traits, project);
        if (!judged || decisionOn(family, judged.right)?.decision === "vetoed") return;
        ({ right, confidence, isOwn } = judged);
      }
      if (served.has(servedKey(family, right, site))) return;
      const edits = site.edits(family.rights[right]!);
      if (edits) chosen.push({ family, right, site, edits, confidence, isOwn });
    },
    (family) => family.cases.canServe || family.rights.some((_, at) => isPinned(family, at)),
  );
  return chosen;
}

function servedKey({ subject, rights }: Family, right: number, { binding }: Site): string {
  // What holds no token of its own would take its own result for the next place.
  if (subject.weight <= 0) return rights[right]!.key;
  return `${subject.key}\0\0${binding}`;
}

/** The most specific correction wins a place; one inside another's hole does not meet it. */
function withoutConflicts(chosen: readonly Serving[]): Serving[] {
  const byWeight = [...chosen].sort(
    (a, b) => b.family.subject.weight - a.family.subject.weight || b.confidence - a.confidence,
  );
  const taken: Serving[] = [];
  for (const one of byWeight) if (taken.every((other) => isApart(one.site, other.site))) taken.push(one);
  return taken;
}

function isApart(a: Site, b: Site): boolean {
  return a.touched.every((one) =>
    b.touched.every(
      (other) => one.to <= other.from || other.to <= one.from || isInside(one, b.holes) || isInside(other, a.holes),
    ),
  );
}

function isInside(range: TokenRange, holes: readonly TokenRange[]): boolean {
  return holes.some(({ from, to }) => from <= range.from && range.to <= to);
}

const BRACKETS = "()[]{}";

/** How many more of each bracket open in the region than close: a correction must not change that. */
function bracketsIn({ tree, start, end }: Region): string {
  const open = [0, 0, 0];
  for (const leaf of tree.leaves) {
    if (tree.starts[leaf]! < start || tree.ends[leaf]! > end) continue;
    const type = tree.types[leaf]!;
    const at = type.length === 1 ? BRACKETS.indexOf(type) : -1;
    if (at >= 0) open[at >> 1]! += at % 2 === 0 ? 1 : -1;
  }
  return open.join();
}
