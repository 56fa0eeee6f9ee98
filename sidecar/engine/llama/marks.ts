/** Which marks a loaded model fills in the middle with: by its name, by the tokens it has, or as its file says. */
import { FIM_TEMPLATES, type FimPart, type FimRole, type FimTemplate } from "../prompt/fim.ts";
import { LlamaFault } from "./fault.ts";
import type { CompletionModel, Token } from "./llama-cpp.ts";

/** How a model is asked, and the token of each mark. */
export interface Marks {
  readonly template: FimTemplate;
  readonly tokens: ReadonlyMap<FimRole, Token>;
}

type Known = Pick<CompletionModel, "names" | "mark" | "ownMarks">;

/** Throws a {@link LlamaFault} where the model has no marks that we know. */
export function marksOfModel(model: Known): Marks {
  const named = FIM_TEMPLATES.filter(({ names }) => model.names.some((name) => names.test(name.toLowerCase())));
  const found = [...named, ...FIM_TEMPLATES].flatMap((template) => {
    const marks = marksOfTemplate(model, template, named.includes(template));
    return marks ? [{ ...marks, isNamed: named.includes(template) }] : [];
  });
  // Of families that share marks the one that has most of them: what was trained on whole files is given files.
  const best = found.find(({ isNamed }) => isNamed) ?? found.sort((a, b) => b.tokens.size - a.tokens.size)[0];
  if (best) return best;
  if (model.ownMarks)
    return { template: OF_FILE, tokens: new Map(Object.entries(model.ownMarks) as [FimRole, Token][]) };
  throw new LlamaFault("no-fim", "it has no tokens for that");
}

/** Tokens of a rendered prompt. */
export function tokenizeParts(
  parts: readonly FimPart[],
  { tokens }: Marks,
  tokenize: (text: string) => readonly Token[],
): Token[] {
  return parts.flatMap((part) => {
    if (part.kind === "text") return tokenize(part.text);
    const token = tokens.get(part.role);
    return token === undefined ? [] : [token];
  });
}

/** A family that nobody has named: in the order that most were trained on. */
const OF_FILE: FimTemplate = {
  family: "as the file says",
  names: /$^/,
  order: "prefix",
  prefix: "<prefix>",
  suffix: "<suffix>",
  middle: "<middle>",
  continuesLine: true,
  ends: [],
};

/** `isNamed`: the model is known to be of this family, so that its file's own marks may stand in for ours. */
function marksOfTemplate(model: Known, template: FimTemplate, isNamed: boolean): Marks | undefined {
  const tokens = new Map<FimRole, Token>();
  for (const role of ["prefix", "suffix", "middle"] as const) {
    if (template[role] === "") continue;
    const token = model.mark(template[role]) ?? (isNamed ? model.ownMarks?.[role] : undefined);
    if (token === undefined) return undefined;
    tokens.set(role, token);
  }
  const { files, ...withoutFiles } = template;
  const repository = files && model.mark(files.repository);
  const file = files && model.mark(files.file);
  if (repository === undefined || file === undefined) return { template: withoutFiles, tokens };
  return { template, tokens: tokens.set("repository", repository).set("file", file) };
}
