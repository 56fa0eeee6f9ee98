/** What the user decided about layout, as it holds at a place: of several decisions about the same the nearest. */
import type { Decision, Scope } from "../../../protocol/style.ts";
import { scopeName } from "../conventions/scopes.ts";
import { type Fact, factName } from "./facts.ts";

export interface Decided {
  readonly on: (fact: Fact) => Decision | undefined;
  /** The value that is pinned for an attribute. */
  readonly pinned: (attribute: string) => string | undefined;
}

/** Of a fact in a scope; the same as of a named convention that says the same. */
export function factId(languageId: string, fact: Fact, scope: Scope): string {
  return `${languageId}/${factName(fact)}@${scopeName(scope)}`;
}

const NOTHING: Decided = { on: () => undefined, pinned: () => undefined };

/** `scopes`: those of the place, wide to narrow. */
export function decidedIn(
  languageId: string,
  scopes: readonly Scope[],
  decisions: ReadonlyMap<string, Decision>,
): Decided {
  if (decisions.size === 0) return NOTHING;
  const on = (fact: Fact): Decision | undefined => {
    const nearest = scopes.findLast((scope) => decisions.has(factId(languageId, fact, scope)));
    return nearest && decisions.get(factId(languageId, fact, nearest));
  };
  const names = scopes.map(scopeName);
  const findPin = (attribute: string): string | undefined => {
    const start = `${languageId}/${attribute}=`;
    let pinned: { readonly value: string; readonly at: number } | undefined;
    for (const [id, decision] of decisions) {
      if (decision !== "pinned" || !id.startsWith(start)) continue;
      const end = id.indexOf("@", start.length);
      const at = names.indexOf(id.slice(end + 1));
      if (at > (pinned?.at ?? -1)) pinned = { value: id.slice(start.length, end), at };
    }
    return pinned && on({ attribute, detail: "", value: pinned.value }) === "pinned" ? pinned.value : undefined;
  };
  // A text asks for the same few again at each of its places.
  const pins = new Map<string, string | undefined>();
  const pinned = (attribute: string): string | undefined => {
    if (!pins.has(attribute)) pins.set(attribute, findPin(attribute));
    return pins.get(attribute);
  };
  return { on, pinned };
}
