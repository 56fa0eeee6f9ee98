/** Things learned, for tests: a convention or a correction with everything that a test does not care about filled in. */
import type { Learned, ScopeLevel } from "../../protocol/style.ts";

/** "typescript quotes=single": a convention of a language that serves everywhere, unless `changes` say otherwise. */
export function convention(what: string, title: string, changes: Changes = {}): Learned {
  const [languageId, attribute, value] = /^([\w*]+) ([\w-]+)=(.*)$/.exec(what)!.slice(1) as [string, string, string];
  return learned({ kind: "convention", languageId, attribute, title }, `${languageId}/${attribute}=${value}`, changes);
}

/** "typescript": a correction of a language; its sides are made its title. */
export function correction(languageId: string, left: string, right: string, changes: Changes = {}): Learned {
  const title = `\`${left}\` → \`${right}\``;
  const id = `${languageId}/correction=${Buffer.from(title).toString("hex").slice(0, 60)}`;
  return learned({ kind: "correction", languageId, attribute: "correction", title }, id, changes);
}

export interface Changes extends Partial<Omit<Learned, "scope">> {
  readonly level?: ScopeLevel;
  readonly path?: string;
}

function learned(
  what: Pick<Learned, "kind" | "languageId" | "attribute" | "title">,
  id: string,
  { level = "language", path = "", ...changes }: Changes,
): Learned {
  const project = level === "person" || level === "language" ? undefined : 3;
  const place = (project === undefined ? "" : `:${project}`) + (path === "" ? "" : `:${path}`);
  return {
    id: `${id}@${level}${place}`,
    ...what,
    scope: { level, project, path },
    held: 212,
    total: 215,
    confidence: 0.98,
    state: "serves",
    evidence: [],
    ...changes,
  };
}
