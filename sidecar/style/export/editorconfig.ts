/**
 * The section of an `.editorconfig`: what was learned about layout, in the properties that editors and formatters know.
 * It stands above the first section that people wrote, since of two sections the later one wins: what somebody set by
 * hand is never overruled, today or later. What could have no effect for that reason is left out, with a remark.
 */
import type { Learned, Scope } from "../../../protocol/style.ts";
import { editorconfigFileGlob, editorconfigGlob, type HandWritten } from "./editorconfig-file.ts";
import { extensionsOf, languageName } from "./languages.ts";
import { wrapInMarkers } from "./markers.ts";
import { compareText, conventionValue, figures, groupBy, type LanguageSelection } from "./selection.ts";

export interface EditorconfigSection {
  /** "" where there is nothing to set. */
  readonly section: string;
  /** What was learned and not written, because the user has set it otherwise. */
  readonly notes: readonly string[];
}

export function editorconfigSection(selection: readonly LanguageSelection[], hand: HandWritten): EditorconfigSection {
  const notes: string[] = [];
  const blocks: string[][] = [];
  for (const { languageId, conventions } of selection) {
    // Without endings there are no files that a section could name. Habits of every language are none of all files:
    // a Makefile needs its tabs.
    if (extensionsOf(languageId).length === 0) continue;
    const places = groupBy(
      conventions.filter((entry) => propertiesOf(entry).length > 0),
      ({ scope }) => scope.path,
    );
    // General before particular: the later section wins.
    for (const [, entries] of [...places].sort(([a], [b]) => compareText(a, b))) {
      const { written, overruled } = settle(languageId, entries, hand);
      notes.push(...overruled);
      const rules = written.map(({ name, value }) => `${name} = ${value}`);
      const header = rules.length === 0 ? [] : [`[${globOf(languageId, entries[0]!.scope)}]`];
      const block = [...overruled.map((remark) => `# ${remark}`), ...header, ...rules];
      if (block.length > 0) blocks.push(block);
    }
  }
  // Remarks alone are no reason to change the file.
  const hasRules = blocks.some((block) => block.some((line) => !line.startsWith("#")));
  const lines = blocks.flatMap((block, index) => (index === 0 ? block : ["", ...block]));
  return { section: hasRules ? wrapInMarkers("hash", lines) : "", notes };
}

interface Property {
  readonly name: string;
  readonly value: string;
}

/** Values of conventions in terms of EditorConfig; most conventions have none. */
function propertiesOf(entry: Learned): Property[] {
  const value = conventionValue(entry);
  const set = (name: string, known: RegExp): Property[] => (known.test(value) ? [{ name, value }] : []);
  switch (entry.attribute) {
    case "indent":
      return value === "tab"
        ? [{ name: "indent_style", value: "tab" }]
        : set("indent_size", /^[1-9]\d?$/).flatMap((size) => [{ name: "indent_style", value: "space" }, size]);
    case "line-width":
      return set("max_line_length", /^[1-9]\d{1,2}$/);
    case "quotes":
      return set("quote_type", /^(?:single|double)$/);
    default:
      return [];
  }
}

interface Settled {
  readonly written: readonly Property[];
  /** What the user has set otherwise, in words. */
  readonly overruled: readonly string[];
}

/** Parts what is written from what people have set already: equal or not, that stands. */
function settle(languageId: string, entries: readonly Learned[], hand: HandWritten): Settled {
  const written: Property[] = [];
  const overruled: string[] = [];
  const set = samplePaths(languageId, entries[0]!.scope).map((path) => hand.propertiesFor(path));
  for (const entry of entries) {
    const properties = propertiesOf(entry);
    // Where only some files are covered the rest still gains, and the user's section wins where it applies.
    const byHand = properties.filter(({ name }) => set.every((found) => found.has(name)));
    const other = byHand.flatMap(({ name, value }) => {
      const found = set.map((one) => one.get(name)!).find((one) => one.value !== value);
      return found ? [`“${name} = ${found.value}” of [${found.section}] stays`] : [];
    });
    if (other.length === 0) written.push(...properties.filter((property) => !byHand.includes(property)));
    else {
      const learned = properties.map(({ name, value }) => `${name} = ${value}`).join(", ");
      overruled.push(`${other.join(", ")}; learned for ${languageName(languageId)}: ${learned}${figures(entry)}`);
    }
  }
  return { written, overruled };
}

/** Files that stand for all that a section is about: of each ending, near and deep. */
function samplePaths(languageId: string, { level, path }: Scope): string[] {
  if (level === "file") return [path];
  const folder = path === "" ? "" : `${path}/`;
  return extensionsOf(languageId).flatMap((extension) => [`${folder}a.${extension}`, `${folder}a/b/c.${extension}`]);
}

function globOf(languageId: string, { level, path }: Scope): string {
  if (level === "file") return editorconfigFileGlob(path);
  return editorconfigGlob(extensionsOf(languageId), path);
}
