/**
 * Where accepted text is: through edits, moves within and between documents, undo, reloads from disk and closing. What
 * is out of sight is kept by what it is recognised by, and looked for when its document is open again. `following.ts`
 * tells what becomes of it.
 */
import { mapPosition } from "../../text/edit.ts";
import type { Edit, Range } from "../../text/edit.ts";
import { findFingerprint, fingerprintOf } from "../../text/fingerprint.ts";
import { countOwned, ownedBy, placesOf, sliceOwners } from "../../text/owners.ts";
import type { Owners } from "../../text/owners.ts";
import { carryAccepted, sliceOf } from "./accepted.ts";
import type { Accepted, Away, ChangeCause, Part, Sighting } from "./accepted.ts";
import { withLf } from "./document.ts";
import type { DocumentView } from "./document.ts";
import { Mirror } from "./mirror.ts";
import { Moves } from "./moves.ts";

/** Longer texts are cut in a signal. */
const TEXT_CHARS_MAX = 20_000;
/** Moved parts further apart than this are not one text. */
const GAP_CHARS_MAX = 200;
/** Parts out of sight that are kept of one generation, the latest ones. */
const PARTS_MAX = 8;
/** Shorter texts are found again only where they were. */
const FINDABLE_CHARS_MIN = 12;

export interface WhereaboutsDeps {
  /** All that is followed, by generation: its ranges and documents are kept up to date here. */
  readonly accepted: ReadonlyMap<string, Accepted>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** An open document as it is now. */
  readonly document: (uri: string) => DocumentView | undefined;
  /** An undo took it away. */
  readonly onUndone: (accepted: Accepted) => void;
}

export class Whereabouts {
  readonly #deps: WhereaboutsDeps;
  /** The documents with followed text in them, as of their last change. */
  readonly #mirrors = new Map<string, Mirror>();
  readonly #moves = new Moves();

  constructor(deps: WhereaboutsDeps) {
    this.#deps = deps;
  }

  /** Documents that have something in them. */
  get uris(): readonly string[] {
    return [...this.#mirrors.keys()];
  }

  /** What is in sight in a document. */
  in(uri: string): Accepted[] {
    return this.#all.filter((accepted) => accepted.uri === uri && !accepted.away);
  }

  /** Who wrote what in a document; undefined where nothing is followed in it. */
  owners(uri: string): Owners | undefined {
    return this.#mirrors.get(uri)?.owners;
  }

  /** The whole text of a document as it was last seen; "" where it is out of sight. */
  documentText(uri: string): string {
    return this.#mirrors.get(uri)?.text ?? "";
  }

  textOf(accepted: Accepted): string {
    return sliceOf(this.documentText(accepted.uri), accepted.range);
  }

  /** The same as signals tell it. */
  toldText(accepted: Accepted): string {
    return told(this.textOf(accepted));
  }

  /** Characters of a generation that are still the machine's, wherever they are by now; a line end counts as one. */
  machineChars(generationId: string): number {
    let chars = 0;
    for (const { owners, text } of this.#mirrors.values()) {
      for (const place of placesOf(owners, generationId)) chars += withLf(sliceOf(text, place)).length;
    }
    return chars;
  }

  /** A range of a document is a generation's. */
  assign(document: DocumentView, generationId: string, { start, end }: Range): void {
    this.#mirrorOf(document).assign({ start, end }, ownedBy(generationId, end - start));
  }

  /** The document has changed; each edit applies to what its predecessors left. */
  change(document: DocumentView, edits: readonly Edit[], cause: ChangeCause): void {
    const { uri } = document;
    const mirror = this.#mirrors.get(uri);
    if (!mirror) {
      this.#arrive(document, edits);
      if (cause === "reload") this.look(document);
      return;
    }
    const now = this.#deps.now();
    const ownersBefore = mirror.owners;
    const { edits: followed, texts } = mirror.change(edits, document, cause, this.#moves, now);
    for (const accepted of this.in(uri)) {
      const before = accepted.range;
      const happened = carryAccepted(accepted, texts, followed, cause, now);
      if (happened === "undone") {
        // What the undo brought back in its place only looks like it.
        disown(mirror, accepted.generationId);
        this.#deps.onUndone(accepted);
      } else if (cause === "reload" && isTakenAway(accepted, mirror, ownersBefore)) {
        accepted.away = awayFrom(accepted, texts[0]!, ownersBefore, before);
        disown(mirror, accepted.generationId);
      }
    }
    if (cause === "reload") this.#keepLost(mirror, uri, texts[0]!, ownersBefore);
    this.#seatAll(mirror, uri);
    if (cause === "reload") this.look(document);
  }

  /** Looks in an open document for what was followed in it. */
  look(document: DocumentView): void {
    const { uri } = document;
    const sought = this.#all.filter(
      (accepted) => (accepted.uri === uri && accepted.away) || accepted.parts.some((part) => part.uri === uri),
    );
    if (sought.length === 0) return;
    const text = document.text();
    const find = (sighting: Sighting, generationId: string): Range | undefined => {
      const range = findSighting(text, sighting);
      if (!range) return undefined;
      for (const { start, end } of sighting.machine) {
        this.assign(document, generationId, { start: range.start + start, end: range.start + end });
      }
      return range;
    };
    for (const accepted of sought) {
      const { generationId, away } = accepted;
      accepted.parts = accepted.parts.filter((part) => part.uri !== uri || !find(part, generationId));
      const range = accepted.uri === uri && away ? find(away, generationId) : undefined;
      if (!away || !range) continue;
      accepted.range = range;
      accepted.away = undefined;
      accepted.undone = undefined;
      accepted.burst = undefined;
      accepted.survival.told = away.isTold ? this.toldText(accepted) : undefined;
      // After a reload of the window what it settled with is known as far as it is still that.
      if (accepted.settled === "") accepted.settled = this.textOf(accepted);
    }
  }

  /** The document goes out of sight, with all that is in it. */
  leave(uri: string): void {
    for (const accepted of this.in(uri)) accepted.away = this.#awayNow(accepted);
    const mirror = this.#mirrors.get(uri);
    if (!mirror) return;
    for (const accepted of this.#ownersIn(mirror.owners)) {
      const range = accepted.uri === uri ? accepted.range : undefined;
      keepParts(accepted, partsOf(accepted, uri, mirror.text, mirror.owners, range));
    }
    this.#mirrors.delete(uri);
  }

  /** Documents have other names now. */
  rename(nameOf: (uri: string) => string): void {
    for (const uri of this.uris) if (nameOf(uri) !== uri) this.leave(uri);
    const renamed = new Set<string>();
    for (const accepted of this.#all) {
      const uris = [accepted.uri, ...accepted.parts.map(({ uri }) => uri)];
      for (const uri of uris) if (nameOf(uri) !== uri) renamed.add(nameOf(uri));
      accepted.uri = nameOf(accepted.uri);
      accepted.parts = accepted.parts.map((part) => ({ ...part, uri: nameOf(part.uri) }));
    }
    for (const uri of renamed) {
      const document = this.#deps.document(uri);
      if (document) this.look(document);
    }
  }

  /** By what it would be recognised if all documents went out of sight now. */
  sightingOf(accepted: Accepted): { readonly away: Away; readonly parts: readonly Part[] } {
    const { away, parts } = accepted;
    const inSight = [...this.#mirrors].flatMap(([uri, { text, owners }]) =>
      partsOf(accepted, uri, text, owners, accepted.uri === uri && !away ? accepted.range : undefined),
    );
    return { away: away ?? this.#awayNow(accepted), parts: [...parts, ...inSight].slice(-PARTS_MAX) };
  }

  /** What is left of a generation is nobody's. */
  disown(generationId: string): void {
    for (const mirror of this.#mirrors.values()) disown(mirror, generationId);
  }

  /** Lets go of documents in which nothing is followed any more. */
  dropIdle(): void {
    const inUse = new Set(this.#all.filter(({ away }) => !away).map(({ uri }) => uri));
    for (const [uri, { owners }] of this.#mirrors) {
      if (!inUse.has(uri) && this.#ownersIn(owners).length === 0) this.#mirrors.delete(uri);
    }
  }

  reset(): void {
    this.#mirrors.clear();
    this.#moves.clear();
  }

  get #all(): Accepted[] {
    return [...this.#deps.accepted.values()];
  }

  #mirrorOf(document: DocumentView): Mirror {
    const known = this.#mirrors.get(document.uri);
    if (known) return known;
    const mirror = new Mirror(document.text());
    this.#mirrors.set(document.uri, mirror);
    return mirror;
  }

  /** Something was put into a document in which nothing is followed: it may have been cut elsewhere. */
  #arrive(document: DocumentView, edits: readonly Edit[]): void {
    if (this.#moves.isEmpty) return;
    this.#moves.begin();
    for (const [index, edit] of edits.entries()) {
      const owners = this.#moves.take(edit.inserted, this.#deps.now());
      if (!owners) continue;
      const start = edits.slice(index + 1).reduce((offset, later) => mapPosition(offset, later, 1), edit.offset);
      const mirror = this.#mirrorOf(document);
      mirror.assign({ start, end: start + edit.inserted.length }, owners);
      this.#seatAll(mirror, document.uri);
    }
  }

  /** Lets ranges follow text that was moved: a range is where most of its generation is. */
  #seatAll(mirror: Mirror, uri: string): void {
    for (const { owner } of mirror.owners) {
      const accepted = owner === undefined ? undefined : this.#deps.accepted.get(owner);
      if (accepted) this.#seat(accepted, mirror, uri);
    }
  }

  #seat(accepted: Accepted, mirror: Mirror, uri: string): void {
    const { generationId } = accepted;
    const total = countOwned(mirror.owners, generationId);
    const isHere = accepted.uri === uri && !accepted.away;
    const home = isHere ? mirror : accepted.away ? undefined : this.#mirrors.get(accepted.uri);
    const atHome = home ? countOwned(home.owners, generationId, accepted.range) : 0;
    if (isHere ? atHome * 2 >= total : atHome >= total) return;
    const textBefore = sliceOf(home?.text ?? "", accepted.range);
    const now = this.#deps.now();
    accepted.uri = uri;
    accepted.away = undefined;
    accepted.undone = undefined;
    accepted.range = hullOf(placesOf(mirror.owners, generationId));
    accepted.changedAt = now;
    if (home) accepted.burst ??= { startedAt: now, textBefore };
    if (home && home !== mirror) this.dropIdle();
  }

  /** A reload took something away, as another branch does: it is looked for at the next one. */
  #keepLost(mirror: Mirror, uri: string, text: string, owners: Owners): void {
    for (const accepted of this.#ownersIn(owners)) {
      const { generationId } = accepted;
      const isLost = countOwned(mirror.owners, generationId) < countOwned(owners, generationId);
      if (isLost) keepParts(accepted, partsOf(accepted, uri, text, owners, undefined));
    }
  }

  /** The followed generations that own something. */
  #ownersIn(owners: Owners): Accepted[] {
    const names = new Set(owners.map(({ owner }) => owner));
    return this.#all.filter(({ generationId }) => names.has(generationId));
  }

  #awayNow(accepted: Accepted): Away {
    const mirror = this.#mirrors.get(accepted.uri);
    return awayFrom(accepted, mirror?.text ?? "", mirror?.owners ?? [], accepted.range);
  }
}

function told(text: string): string {
  return withLf(text).slice(0, TEXT_CHARS_MAX);
}

function disown(mirror: Mirror, generationId: string): void {
  for (const place of placesOf(mirror.owners, generationId)) {
    mirror.assign(place, ownedBy(undefined, place.end - place.start));
  }
}

/** Whether a reload left less than half of it. */
function isTakenAway({ generationId }: Accepted, mirror: Mirror, ownersBefore: Owners): boolean {
  return countOwned(mirror.owners, generationId) * 2 < countOwned(ownersBefore, generationId);
}

function awayFrom(accepted: Accepted, text: string, owners: Owners, range: Range): Away {
  const isTold = told(sliceOf(text, range)) === accepted.survival.told;
  return { ...sightingOf(accepted.generationId, text, owners, range), isTold };
}

/** How to recognise what a generation has in a document, but for what is in its range. */
function partsOf(
  { generationId }: Accepted,
  uri: string,
  text: string,
  owners: Owners,
  range: Range | undefined,
): readonly Part[] {
  const own = placesOf(owners, generationId);
  const outside = own.filter(({ start, end }) => !range || start < range.start || end > range.end);
  return groupsOf(outside).map((group) => ({ uri, ...sightingOf(generationId, text, owners, group) }));
}

function keepParts(accepted: Accepted, parts: readonly Part[]): void {
  accepted.parts = [...accepted.parts, ...parts].slice(-PARTS_MAX);
}

function sightingOf(generationId: string, text: string, owners: Owners, range: Range): Sighting {
  return {
    fingerprint: fingerprintOf(sliceOf(text, range)),
    offset: range.start,
    machine: placesOf(sliceOwners(owners, range), generationId),
  };
}

function findSighting(text: string, { fingerprint, offset }: Sighting): Range | undefined {
  const start = findFingerprint(text, fingerprint, offset);
  if (start === undefined || (start !== offset && fingerprint.length < FINDABLE_CHARS_MIN)) return undefined;
  return { start, end: start + fingerprint.length };
}

/** All places, or the largest group of them where they are far apart. */
function hullOf(places: readonly Range[]): Range {
  return groupsOf(places).reduce((most, group) => (group.chars > most.chars ? group : most));
}

/** Places that are near each other, as one range each. */
function groupsOf(places: readonly Range[]): readonly (Range & { readonly chars: number })[] {
  const groups: { start: number; end: number; chars: number }[] = [];
  for (const { start, end } of places) {
    const last = groups.at(-1);
    if (last && start - last.end <= GAP_CHARS_MAX) {
      last.end = end;
      last.chars += end - start;
    } else {
      groups.push({ start, end, chars: end - start });
    }
  }
  return groups;
}
