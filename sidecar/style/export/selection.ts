/**
 * Which of what was learned is told to other tools: only what is in force, once, and never two things that contradict
 * each other in the same place. The order is the same whatever order it comes in.
 */
import { PLACEHOLDER, redact } from "../../../privacy/redact.ts";
import { attributeOf } from "../conventions/attributes.ts";
import { isRole, parseConventionId } from "../conventions/scopes.ts";
import { type Learned, type Scope, SCOPE_LEVELS } from "../../../protocol/style.ts";
import { attributeOrder, isAdvice } from "./instructions.ts";
import { printable } from "./printable.ts";
import { parseRewrite } from "./rewrite.ts";

/** Directories and files that differ from the rest of their project, and corrections: more than that nobody reads. */
const PLACES_MAX = 40;
const CORRECTIONS_MAX = 40;

/** Languages in order, each with what is told about it. */
export interface LanguageSelection {
  readonly languageId: string;
  readonly conventions: readonly Learned[];
  readonly corrections: readonly Learned[];
}

/** What of this is in force, for one project. */
export function selectForExport(learned: readonly Learned[]): LanguageSelection[] {
  const inForce = learned.filter(
    ({ state, title, scope }) =>
      (state === "serves" || state === "pinned") &&
      isSayable(title) &&
      printable(scope.path) === scope.path &&
      !isRole(scope),
  );
  return [...groupBy(inForce, ({ languageId }) => languageId)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([languageId, own]) => ({
      languageId,
      conventions: selectConventions(own.filter(({ kind }) => kind === "convention")),
      corrections: selectCorrections(own.filter(({ kind }) => kind === "correction")),
    }))
    .filter(({ conventions, corrections }) => conventions.length + corrections.length > 0);
}

/** What a convention says, e.g. "single" of "typescript/quotes=single@project:3"; its title where the id has no value. */
export function conventionValue({ id, title }: Learned): string {
  return parseConventionId(id)?.value ?? title;
}

/** Whether it holds in one directory or file only. */
export function isLocal({ scope }: Learned): boolean {
  return scope.path !== "";
}

/** How often it was right. A decision of the user needs no figures. */
export function figures({ held, total, state }: Learned): string {
  return state === "pinned" || total === 0 ? "" : ` (${Math.round(held)} of ${Math.round(total)})`;
}

/** Order of code units: the same on every machine, unlike that of a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What holds a secret, or held one, is no advice. */
function isSayable(title: string): boolean {
  return printable(title) !== "" && !title.includes(PLACEHOLDER) && redact(title).redactions === 0;
}

function selectConventions(conventions: readonly Learned[]): Learned[] {
  const told: Learned[] = [];
  const local: Learned[] = [];
  for (const own of groupBy(conventions, ({ attribute }) => attribute).values()) {
    // What says nothing to follow still says that the rest does not hold there.
    const general = strongest(own.filter((entry) => !isLocal(entry)));
    told.push(...general.filter(isWorthTelling));
    const inForce = [...general];
    const places = groupBy(own.filter(isLocal), ({ scope }) => scope.path);
    // From the outside in, so that a directory is compared with what holds around it.
    for (const [path, entries] of [...places].sort(([a], [b]) => depth(a) - depth(b))) {
      const around = innermost(inForce.filter(({ scope }) => contains(scope, path))).map(conventionValue);
      const different = strongest(entries).filter((entry) => !around.includes(conventionValue(entry)));
      local.push(...different.filter(isWorthTelling));
      inForce.push(...different);
    }
  }
  return [...told, ...mostImportant(local, PLACES_MAX)].sort(inReadingOrder);
}

function isWorthTelling(entry: Learned): boolean {
  return entry.state === "pinned" || isAdvice(entry.attribute, conventionValue(entry));
}

function selectCorrections(corrections: readonly Learned[]): Learned[] {
  const told = new Map<string, Learned>();
  for (const entry of [...corrections].sort(byAuthority)) {
    const rewrite = parseRewrite(entry.title);
    // Nearer to the project, or pinned: it came first, and what says the opposite or the same has nothing to add.
    const key = (left: string, right: string): string => JSON.stringify([left, right, entry.scope.path]);
    const same = rewrite ? key(rewrite.left, rewrite.right) : key(entry.title, "");
    const opposite = rewrite ? key(rewrite.right, rewrite.left) : "";
    const general = rewrite ? JSON.stringify([rewrite.left, rewrite.right, ""]) : "";
    if (!told.has(same) && !told.has(opposite) && !told.has(general)) told.set(same, entry);
  }
  return mostImportant([...told.values()], CORRECTIONS_MAX).sort(inReadingOrder);
}

/** What the user pinned, else what was seen nearest to the place: of the entries of one attribute. */
function strongest(entries: readonly Learned[]): Learned[] {
  const pinned = entries.filter((entry) => entry.state === "pinned" && !isFavourite(entry));
  return innermost(pinned.length > 0 ? pinned : entries);
}

/** Favourites hold beside each other: to pin one says nothing about the others. */
function isFavourite({ languageId, attribute }: Learned): boolean {
  return attributeOf(languageId, attribute)?.kind === "favourites";
}

function innermost(entries: readonly Learned[]): Learned[] {
  const nearest = Math.max(...entries.map(({ scope }) => nearness(scope)));
  return entries.filter(({ scope }) => nearness(scope) === nearest);
}

function nearness({ level, path }: Scope): number {
  return SCOPE_LEVELS.indexOf(level) + depth(path);
}

function depth(path: string): number {
  return path === "" ? 0 : path.split("/").length;
}

function contains({ path }: Scope, inner: string): boolean {
  return path === "" || inner.startsWith(`${path}/`);
}

function byAuthority(a: Learned, b: Learned): number {
  const isGeneral = Number(isLocal(a)) - Number(isLocal(b));
  const isPinned = Number(b.state === "pinned") - Number(a.state === "pinned");
  return isGeneral || isPinned || nearness(b.scope) - nearness(a.scope) || byEvidence(a, b);
}

function mostImportant(entries: readonly Learned[], max: number): Learned[] {
  return [...entries]
    .sort((a, b) => Number(b.state === "pinned") - Number(a.state === "pinned") || byEvidence(a, b))
    .slice(0, max);
}

function byEvidence(a: Learned, b: Learned): number {
  return b.held - a.held || b.confidence - a.confidence || compareText(a.id, b.id);
}

function inReadingOrder(a: Learned, b: Learned): number {
  return (
    compareText(a.scope.path, b.scope.path) ||
    attributeOrder(a.attribute) - attributeOrder(b.attribute) ||
    compareText(a.attribute, b.attribute) ||
    compareText(a.title, b.title) ||
    compareText(a.id, b.id)
  );
}

/** Values by key, keys in order of their first value. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
