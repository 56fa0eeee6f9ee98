/** What was learned of layout, told to people. */
import type { Decision, Learned, Scope } from "../../../protocol/style.ts";
import { factName, factTitle } from "./facts.ts";
import type { LayoutScopes } from "./scopes.ts";

/** As repair decides, roughly: what people are told serves. */
const SERVES_MIN = 0.75;
const SERVES_SUPPORT = 2;

/** Of every language; or, with `project`, what holds there. */
export function listLayout(
  scopes: LayoutScopes,
  decisions: ReadonlyMap<string, Decision>,
  project: number | undefined,
): Learned[] {
  const learned: Learned[] = [];
  for (const [key, { facts }] of scopes.complete()) {
    const [languageId, scopeName] = key.split("@") as [string, string | undefined];
    if (project !== undefined && scopeName !== undefined && scopeName !== String(project)) continue;
    const wider = scopeName === undefined ? [] : (scopes.get(languageId)?.facts.list() ?? []);
    const isTold = new Set(wider.map(({ fact }) => factName(fact)));
    const scope: Scope =
      scopeName === undefined
        ? { level: "language", project: undefined, path: "" }
        : { level: "project", project: Number(scopeName), path: "" };
    for (const { fact, held, total, places } of facts.list()) {
      // What a project shares with all others is told once.
      if (isTold.has(factName(fact))) continue;
      const id = `${languageId}/${factName(fact)}@${scopeName === undefined ? "language" : `project:${scopeName}`}`;
      const confidence = (held + 1) / (total + 2);
      const serves = confidence >= SERVES_MIN && held >= SERVES_SUPPORT;
      learned.push({
        id,
        kind: "convention",
        languageId,
        scope,
        attribute: fact.attribute,
        title: factTitle(fact),
        held,
        total,
        confidence,
        state: decisions.get(id) ?? (serves ? "serves" : "watched"),
        evidence: places,
      });
    }
  }
  return learned;
}

/** Forgets what was observed of one thing that is listed, wherever it was. */
export function forgetLayout(scopes: LayoutScopes, id: string): void {
  const [language, rest] = [id.slice(0, id.indexOf("/")), id.slice(id.indexOf("/") + 1)];
  const name = rest.slice(0, rest.lastIndexOf("@"));
  const ofLanguage = [...scopes.entries()].filter(([key]) => key.split("@")[0] === language);
  const keys = new Set(ofLanguage.flatMap(([, { facts }]) => [...facts.forget(name)]));
  for (const [, { choices }] of ofLanguage) choices.forget(keys);
}
