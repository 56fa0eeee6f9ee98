/**
 * What was seen of wrapping: how nodes of each kind stand in a text, in which form they are broken, and what became of
 * the broken ones that were offered.
 */
import type { Gap, Gaps } from "./gaps.ts";
import { anyBreak, flatLine, type Group, groupsOf, type Line, roleOf } from "./groups.ts";
import { type Width, WidthEvidence } from "./width.ts";

/** Records of one kind of node; the oldest go. */
const RECORDS_MAX = 60;
const TAB_COLUMNS = 4;

/** How a node stands in somebody's text. */
interface Stand {
  /** Columns of its line if all of it stood on one. */
  readonly columns: number;
  readonly isBroken: boolean;
  /** All of it stands on one line. */
  readonly isFlat: boolean;
  /** It is part of a node that stands on the same line. */
  readonly isInner: boolean;
}

/** What became of a broken node that was offered. */
interface Offer {
  /** Columns on one line, where it stands in the end and where it was offered. */
  readonly columns: number;
  readonly offeredColumns: number;
  readonly isJoined: boolean;
  /** Each of its own breaks was left where it was. */
  readonly isKept: boolean;
}

/** Share of separators that are broken in nodes that are: none, some, all. */
export type Form = "hug" | "fill" | "list";

/** What is known of one kind of node. */
export interface Kind {
  readonly stands: Stand[];
  /** In broken nodes: how often each place had a break, and had not. */
  readonly roles: Map<string, { broken: number; total: number }>;
  readonly forms: Record<Form, number>;
  readonly offers: Offer[];
}

/** Columns that an indentation takes. */
export type Measure = (indent: string) => number;

export const columnsOf: Measure = (indent) => {
  let columns = 0;
  for (const char of indent) columns += char === "\t" ? TAB_COLUMNS : 1;
  return columns;
};

/** Columns that an indentation in steps of `unit` takes in steps of `offeredUnit`. */
export function offeredMeasure(unit: string, offeredUnit: string): Measure {
  if (unit === offeredUnit) return columnsOf;
  return (indent) => {
    let levels = 0;
    while (indent.startsWith(unit, levels * unit.length)) levels++;
    return levels * columnsOf(offeredUnit) + columnsOf(indent.slice(levels * unit.length));
  };
}

export function lineColumns({ indent, length }: Line, measure: Measure = columnsOf): number {
  return measure(indent) + length;
}

/** What one scope shows of wrapping. */
export class Wraps {
  readonly #kinds = new Map<string, Kind>();
  #version = 0;

  /** Grows with everything that is observed. */
  get version(): number {
    return this.#version;
  }

  get kinds(): ReadonlyMap<string, Kind> {
    return this.#kinds;
  }

  /** Takes in every complete node of a text. */
  observe(gaps: Gaps, measure: Measure = columnsOf): void {
    this.#version++;
    /** The last token of the node whose line holds what comes next. */
    let covered = -1;
    for (const group of groupsOf(gaps)) {
      const isBroken = group.own.some((index) => gaps.gaps[index]!.breaks > 0);
      const line = flatLine(gaps, group, (index) => gaps.gaps[index]!.breaks);
      if (line === undefined) continue;
      const kind = this.#kind(group.kind);
      const isFlat = !isBroken && !anyBreak(gaps, group);
      const isInner = isFlat && group.last <= covered;
      if (isFlat) covered = Math.max(covered, group.last);
      kind.stands.push({ columns: lineColumns(line, measure), isBroken, isFlat, isInner });
      if (kind.stands.length > RECORDS_MAX) kind.stands.shift();
      if (isBroken) learnForm(kind, gaps, group);
    }
  }

  /** Takes in what became of the broken nodes of an offered text; `finals` tells the gap that stands for an offered one. */
  observePair(offered: Gaps, finals: ReadonlyMap<Gap, Gap>, measure: Measure): void {
    this.#version++;
    for (const group of groupsOf(offered)) {
      const own = group.own.map((index) => offered.gaps[index]!);
      if (!own.some((gap) => gap.breaks > 0) || !own.every((gap) => finals.has(gap))) continue;
      const line = flatLine(offered, group, (index) => offered.gaps[index]!.breaks);
      if (line === undefined) continue;
      const { offers } = this.#kind(offerKind(offered, group));
      offers.push({
        columns: lineColumns(line),
        offeredColumns: lineColumns(line, measure),
        isJoined: own.every((gap) => finals.get(gap)!.breaks === 0),
        isKept: own.every((gap) => finals.get(gap)!.breaks > 0 === gap.breaks > 0),
      });
      if (offers.length > RECORDS_MAX) offers.shift();
    }
  }

  #kind(name: string): Kind {
    let kind = this.#kinds.get(name);
    if (!kind) this.#kinds.set(name, (kind = createKind()));
    return kind;
  }
}

/** A broken list that ends in a comma may have been left open on purpose. */
export function offerKind(gaps: Gaps, group: Group): string {
  const last = gaps.gaps[group.own.at(-1)!]!;
  return last.context.atEnd && last.mark === "," ? `${group.kind} open` : group.kind;
}

/** What several scopes know, as one: the narrower scopes come last and bring the newest records. */
export class Knowledge {
  readonly #scopes: readonly Wraps[];
  readonly #kinds = new Map<string, Kind>();

  constructor(scopes: readonly Wraps[]) {
    this.#scopes = scopes;
  }

  kind(name: string): Kind {
    let kind = this.#kinds.get(name);
    if (!kind) this.#kinds.set(name, (kind = merged(this.#scopes, name)));
    return kind;
  }

  /** The limit of lines, starting from what was expected. */
  width(expected: Width): Width {
    const evidence = new WidthEvidence();
    for (const name of new Set(this.#scopes.flatMap(({ kinds }) => [...kinds.keys()]))) {
      for (const { kinds } of this.#scopes) {
        for (const { columns, isBroken, isFlat, isInner } of kinds.get(name)?.stands ?? []) {
          if (isBroken) evidence.addBroken(columns);
          else if (isFlat && !isInner) evidence.addFlat(columns);
        }
      }
      evidence.endKind();
    }
    return expected.after(evidence);
  }
}

function createKind(): Kind {
  return { stands: [], roles: new Map(), forms: { hug: 0, fill: 0, list: 0 }, offers: [] };
}

function merged(scopes: readonly Wraps[], name: string): Kind {
  const kind = createKind();
  for (const scope of scopes) {
    const seen = scope.kinds.get(name);
    if (!seen) continue;
    kind.stands.push(...seen.stands);
    kind.offers.push(...seen.offers);
    for (const [role, { broken, total }] of seen.roles) {
      const known = kind.roles.get(role) ?? { broken: 0, total: 0 };
      kind.roles.set(role, { broken: known.broken + broken, total: known.total + total });
    }
    for (const form of ["hug", "fill", "list"] as const) kind.forms[form] += seen.forms[form];
  }
  return kind;
}

function learnForm(kind: Kind, gaps: Gaps, group: Group): void {
  let separators = 0;
  let broken = 0;
  for (const index of group.own) {
    const gap = gaps.gaps[index]!;
    const role = roleOf(gap);
    if (role === "separator") {
      separators++;
      if (gap.breaks > 0) broken++;
      continue;
    }
    const seen = kind.roles.get(role) ?? { broken: 0, total: 0 };
    kind.roles.set(role, { broken: seen.broken + (gap.breaks > 0 ? 1 : 0), total: seen.total + 1 });
  }
  if (separators > 0) kind.forms[broken === 0 ? "hug" : broken === separators ? "list" : "fill"]++;
}
