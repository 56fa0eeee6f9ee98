/** What was learned of layout, told to people. */
import type { Decision, Learned } from "../../../protocol/style.ts";
import { parseConventionId } from "../conventions/scopes.ts";
import { decidedIn, factId } from "./decisions.ts";
import { choiceOf, confidenceOf, factTitle, isClear, parseFact } from "./facts.ts";
import type { LayoutScopes } from "./scopes.ts";

/**
 * Of every language; or, with `project`, what holds there. A scope is told of what it does otherwise than those around
 * it, and of what was decided about it.
 */
export function listLayout(
  scopes: LayoutScopes,
  decisions: ReadonlyMap<string, Decision>,
  project: number | undefined,
): Learned[] {
  const learned: Learned[] = [];
  for (const named of scopes.all()) {
    const { languageId, scope } = named;
    if (project !== undefined && scope.project !== undefined && scope.project !== project) continue;
    const decided = decidedIn(languageId, named.scopes, decisions);
    for (const known of named.facts.list()) {
      const { fact, held, total, places } = known;
      const id = factId(languageId, fact, scope);
      if (!decisions.has(id) && !scopes.tells(named, fact)) continue;
      const pinned = fact.detail === "" ? decided.pinned(fact.attribute) : undefined;
      const isOutdone = pinned !== undefined && pinned !== fact.value;
      learned.push({
        id,
        kind: "convention",
        languageId,
        scope,
        attribute: fact.attribute,
        title: factTitle(fact),
        held,
        total,
        confidence: confidenceOf(known),
        state: decided.on(fact) ?? (isClear(known) && !isOutdone ? "serves" : "watched"),
        evidence: places,
      });
    }
  }
  return learned;
}

/**
 * Forgets what was observed of one thing that is listed: of a language or project wherever it was, else in its scope
 * and inside of that.
 */
export function forgetLayout(scopes: LayoutScopes, id: string): void {
  const parsed = parseConventionId(id);
  if (parsed?.language === undefined) return;
  const { language, attribute, value, scope } = parsed;
  const fact = parseFact(attribute, value);
  const ofLanguage = scopes.within(language);
  const isWide = scope.level === "language" || scope.level === "project";
  const meant = isWide ? ofLanguage : scopes.within(language, scope);
  if (!meant.some(({ facts }) => facts.has(fact))) return;
  const choice = choiceOf(fact);
  const keys = new Set(ofLanguage.flatMap(({ facts }) => [...facts.keysOf(choice)]));
  for (const { facts, choices } of meant) {
    facts.forget(choice);
    choices.forget(keys);
  }
}
