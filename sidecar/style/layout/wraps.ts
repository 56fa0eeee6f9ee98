/**
 * What was seen of wrapping: how nodes of each kind stand in a text, in which form they are broken, and what became of
 * the broken ones that were offered.
 */
import type { Gap, Gaps } from "./gaps.ts";
import { anyBreak, flatLine, type Group, groupsOf, type Line, startOfLine, ownLine, roleOf, spotOf } from "./groups.ts";
import { scoresOf, type Stand, type Width } from "./width.ts";

/** Records of one kind of node; the oldest go. */
const RECORDS_MAX = 60;
const TAB_COLUMNS = 4;
/** Shorter lines fit everywhere. */
const LONG_MIN = 60;
const FORMS = ["hug", "fill", "list"] as const;
/** Under this name all long lines are filed, of whatever they are made. */
export const LINES = "lines";

/** What became of a broken node that was offered. */
interface Offer {
  /** Columns on one line, where it stands in the end and where it was offered. */
  readonly columns: number;
  readonly offeredColumns: number;
  readonly isJoined: boolean;
  /** Each of its own breaks was left where it was. */
  readonly isKept: boolean;
}

/** What became of a node that was offered on a line of this many columns. */
interface Flat {
  readonly columns: number;
  /** Where on its line it stood. */
  readonly spot: string;
  readonly isBroken: boolean;
}

/** Share of separators that are broken in nodes that are: none, some, all. */
export type Form = "hug" | "fill" | "list";

/** One way in which nodes are broken: at which of the places that are no separators. */
export interface Shape {
  readonly broken: ReadonlySet<string>;
  readonly forms: Record<Form, number>;
  count: number;
}

/** What is known of one kind of node. */
export interface Kind {
  readonly stands: Stand[];
  readonly shapes: Map<string, Shape>;
  readonly offers: Offer[];
  readonly flats: Flat[];
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
  #widths: { readonly version: number; readonly scores: Float64Array } | undefined;

  /** Grows with everything that is observed. */
  get version(): number {
    return this.#version;
  }

  /** What it says of the limit of lines. */
  widths(): Float64Array {
    if (this.#widths?.version !== this.#version) {
      const stands = [...this.#kinds.values()].map((kind) => kind.stands);
      this.#widths = { version: this.#version, scores: scoresOf(stands) };
    }
    return this.#widths.scores;
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
      record(kind.stands, { columns: lineColumns(line, measure), isBroken, isFlat, isInner });
      if (isBroken) learnShape(kind, gaps, group);
    }
  }

  /** Takes in what became of the nodes of an offered text; `finals` tells the gap that stands for an offered one. */
  observePair(offered: Gaps, finals: ReadonlyMap<Gap, Gap>, measure: Measure): void {
    this.#version++;
    const breaksAt = (index: number): number => offered.gaps[index]!.breaks;
    const groups = groupsOf(offered);
    /** Long lines, by the token that they begin with: whether they were broken anywhere. */
    const lines = new Map<number, Flat>();
    for (const [at, group] of groups.entries()) {
      const own = group.own.map((index) => offered.gaps[index]!);
      if (!own.every((gap) => finals.has(gap))) continue;
      const isBroken = own.some((gap) => finals.get(gap)!.breaks > 0);
      if (own.every((gap) => gap.breaks === 0)) {
        const columns = lineColumns(ownLine(offered, group, breaksAt));
        if (columns < LONG_MIN) continue;
        record(this.#kind(group.kind).flats, { columns, spot: spotOf(offered, groups, at, breaksAt), isBroken });
        const start = startOfLine(group, breaksAt);
        lines.set(start, { columns, spot: "", isBroken: isBroken || lines.get(start)?.isBroken === true });
        continue;
      }
      const line = flatLine(offered, group, breaksAt);
      if (line === undefined) continue;
      const offer: Offer = {
        columns: lineColumns(line),
        offeredColumns: lineColumns(line, measure),
        isJoined: !isBroken,
        isKept: own.every((gap) => finals.get(gap)!.breaks > 0 === gap.breaks > 0),
      };
      for (const name of offerKinds(offered, group)) record(this.#kind(name).offers, offer);
    }
    for (const line of lines.values()) record(this.#kind(LINES).flats, line);
  }

  #kind(name: string): Kind {
    let kind = this.#kinds.get(name);
    if (!kind) this.#kinds.set(name, (kind = createKind()));
    return kind;
  }
}

/**
 * Under what the offer of a broken node is filed, from general to particular: by its bracket, and by its kind. A list
 * that ends in a comma may have been left open on purpose.
 */
export function offerKinds({ gaps }: Gaps, group: Group): readonly [general: string, particular: string] {
  const last = gaps[group.own.at(-1)!]!;
  const open = last.context.atEnd && last.mark === "," ? " open" : "";
  const bracket = /^[([{<]$/.exec(gaps[group.own[0]!]!.context.leftToken)?.[0] ?? "";
  return [`${LINES}${bracket}${open}`, `${group.kind}${open}`];
}

/** What several scopes know, as one: the narrower scopes come last and bring the newest records. */
export class Knowledge {
  readonly #scopes: readonly Wraps[];
  readonly #kinds = new Map<string, Kind>();
  /** By kind: those on lines longer than the limit that was asked for last. */
  readonly #longFlats = new Map<string, readonly Flat[]>();
  #limit = Infinity;

  constructor(scopes: readonly Wraps[]) {
    this.#scopes = scopes;
  }

  kind(name: string): Kind {
    let kind = this.#kinds.get(name);
    if (!kind) this.#kinds.set(name, (kind = merged(this.#scopes, name)));
    return kind;
  }

  /** What became of nodes of one kind that were offered on lines longer than a limit. */
  longFlats(name: string, limit: number): readonly Flat[] {
    if (limit !== this.#limit) this.#longFlats.clear();
    this.#limit = limit;
    let long = this.#longFlats.get(name);
    if (!long) {
      long = this.kind(name).flats.filter(({ columns }) => columns > limit);
      this.#longFlats.set(name, long);
    }
    return long;
  }

  /** The limit of lines, starting from what was expected. */
  width(expected: Width): Width {
    return expected.after(this.#scopes.map((wraps) => wraps.widths()));
  }
}

function shapesTogether(kinds: readonly Kind[]): Map<string, Shape> {
  const together = new Map<string, Shape>();
  for (const { shapes } of kinds) {
    for (const [key, { broken, forms, count }] of shapes) addShape(together, key, broken, forms, count);
  }
  return together;
}

function createKind(): Kind {
  return { stands: [], shapes: new Map(), offers: [], flats: [] };
}

function record<Item>(items: Item[], item: Item): void {
  items.push(item);
  if (items.length > RECORDS_MAX) items.shift();
}

/** What several scopes know of one kind, put together where it is asked for. */
class MergedKind implements Kind {
  readonly #seen: readonly Kind[];
  #stands: Stand[] | undefined;
  #shapes: Map<string, Shape> | undefined;
  #offers: Offer[] | undefined;
  #flats: Flat[] | undefined;

  constructor(seen: readonly Kind[]) {
    this.#seen = seen;
  }

  get stands(): Stand[] {
    return (this.#stands ??= together(this.#seen.map(({ stands }) => stands)));
  }

  get shapes(): Map<string, Shape> {
    return (this.#shapes ??= shapesTogether(this.#seen));
  }

  get offers(): Offer[] {
    return (this.#offers ??= together(this.#seen.map(({ offers }) => offers)));
  }

  get flats(): Flat[] {
    return (this.#flats ??= together(this.#seen.map(({ flats }) => flats)));
  }
}

function merged(scopes: readonly Wraps[], name: string): Kind {
  const seen = scopes.map(({ kinds }) => kinds.get(name)).filter((kind) => kind !== undefined);
  return seen.length === 1 ? seen[0]! : new MergedKind(seen);
}

/** All of them in a row; what a single one brings is not copied. */
function together<Item>(lists: readonly Item[][]): Item[] {
  const some = lists.filter(({ length }) => length > 0);
  return some.length === 1 ? some[0]! : some.flat();
}

function learnShape(kind: Kind, gaps: Gaps, group: Group): void {
  let separators = 0;
  let brokenSeparators = 0;
  /** Of each place with a break, or without: how many there are more than of the other. */
  const places = new Map<string, number>();
  for (const index of group.own) {
    const gap = gaps.gaps[index]!;
    const role = roleOf(gap);
    const isBroken = gap.breaks > 0;
    if (role !== "separator") places.set(role, (places.get(role) ?? 0) + (isBroken ? 1 : -1));
    else {
      separators++;
      if (isBroken) brokenSeparators++;
    }
  }
  const broken = new Set([...places].flatMap(([role, more]) => (more > 0 ? [role] : [])));
  const forms = { hug: 0, fill: 0, list: 0 };
  if (separators > 0) forms[brokenSeparators === 0 ? "hug" : brokenSeparators === separators ? "list" : "fill"] = 1;
  addShape(kind.shapes, [...broken].sort().join("\n"), broken, forms, 1);
}

function addShape(
  shapes: Map<string, Shape>,
  key: string,
  broken: ReadonlySet<string>,
  forms: Readonly<Record<Form, number>>,
  count: number,
): void {
  let shape = shapes.get(key);
  if (!shape) shapes.set(key, (shape = { broken, forms: { hug: 0, fill: 0, list: 0 }, count: 0 }));
  shape.count += count;
  for (const form of FORMS) shape.forms[form] += forms[form];
}
