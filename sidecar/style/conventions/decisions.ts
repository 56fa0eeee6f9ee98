/** What the user decided about conventions, so that it is found by place: the nearest decision holds. */
import type { Decision, Scope } from "../../../protocol/style.ts";
import { parseConventionId, scopeKey } from "./scopes.ts";

interface DecidedValue {
  readonly value: string;
  readonly decision: Decision;
}

export class ConventionDecisions {
  /** By scope and attribute. */
  readonly #byScope = new Map<string, Map<string, DecidedValue[]>>();

  /** Ids of other things are passed over. */
  constructor(decisions: ReadonlyMap<string, Decision>) {
    for (const [id, decision] of decisions) {
      const parsed = parseConventionId(id);
      if (!parsed) continue;
      const key = scopeKey(parsed.language, parsed.scope);
      const byAttribute = this.#byScope.get(key) ?? new Map<string, DecidedValue[]>();
      this.#byScope.set(key, byAttribute);
      byAttribute.set(parsed.attribute, [
        ...(byAttribute.get(parsed.attribute) ?? []),
        { value: parsed.value, decision },
      ]);
    }
  }

  /** What was decided in exactly this scope. */
  in(language: string | undefined, scope: Scope, attribute: string): readonly DecidedValue[] {
    return this.#byScope.get(scopeKey(language, scope))?.get(attribute) ?? [];
  }

  /** What holds in the last of these scopes, which go from wide to narrow. */
  holding(
    language: string | undefined,
    scopes: readonly Scope[],
    attribute: string,
  ): { readonly pinned: string | undefined; readonly vetoed: ReadonlySet<string> } {
    let pinned: string | undefined;
    const vetoed = new Set<string>();
    for (const scope of scopes) {
      for (const { value, decision } of this.in(language, scope, attribute)) {
        if (decision === "vetoed") {
          vetoed.add(value);
          if (pinned === value) pinned = undefined;
        } else {
          vetoed.delete(value);
          pinned = value;
        }
      }
    }
    return { pinned, vetoed };
  }
}
