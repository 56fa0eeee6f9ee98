/** Conventions for a model to write by: the few sentences that say most about how the developer writes a language. */
import type { Learned } from "../../../protocol/style.ts";
import { styleLanguage } from "../../code/languages.ts";
import { instructionOf } from "./instructions.ts";
import { conventionValue, isLocal, selectForExport } from "./selection.ts";

/** More than that costs more of the prompt than it is worth (ours); what is left out is still repaired afterwards. */
const SENTENCES_MAX = 12;

/** In the order in which instructions are read; none about single directories. `learned`: for one project. */
export function adviceFor(learned: readonly Learned[], languageId: string): string[] {
  const wanted = styleLanguage(languageId);
  return selectForExport(learned)
    .filter((selection) => selection.languageId === wanted)
    .flatMap(({ conventions }) => conventions)
    .filter((convention) => !isLocal(convention))
    .slice(0, SENTENCES_MAX)
    .map((convention) => instructionOf(convention.attribute, conventionValue(convention), convention.title));
}
