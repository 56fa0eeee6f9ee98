/**
 * How each family of models was trained to fill in the middle: the marks around the text before and behind the cursor,
 * as its model card gives them. Data, so that adding a family is adding a row. Pure.
 */

export interface FimTemplate {
  readonly family: string;
  /** Found in the names of its models, lowercase. */
  readonly names: RegExp;
  /** Which of the two comes first. */
  readonly order: "prefix" | "suffix";
  readonly prefix: string;
  readonly suffix: string;
  /** Behind both; what follows is written by the model. Empty where the text before the cursor comes last. */
  readonly middle: string;
  /** Marks of whole files before the one at hand, for families that were trained on repositories. */
  readonly files?: { readonly repository: string; readonly file: string };
  /**
   * Whether the cursor's line may stand behind the middle mark, as the beginning of what the model writes: then a
   * keystroke changes nothing before it, and all of that stays evaluated. Not where the tokenizer puts a space there.
   */
  readonly continuesLine: boolean;
  /** What ends an answer. */
  readonly ends: readonly string[];
}

const QWEN = {
  order: "prefix",
  prefix: "<|fim_prefix|>",
  suffix: "<|fim_suffix|>",
  middle: "<|fim_middle|>",
  continuesLine: true,
} as const;
const STARCODER = {
  order: "prefix",
  prefix: "<fim_prefix>",
  suffix: "<fim_suffix>",
  middle: "<fim_middle>",
  continuesLine: true,
} as const;

/** The first that fits a name wins. */
export const FIM_TEMPLATES: readonly FimTemplate[] = [
  {
    ...STARCODER,
    family: "CodeQwen1.5",
    names: /codeqwen/,
    ends: ["<|endoftext|>", "<fim_pad>", "<file_sep>"],
  },
  {
    ...QWEN,
    family: "Qwen Coder",
    names: /qwen.*(?:coder|codefim)/,
    files: { repository: "<|repo_name|>", file: "<|file_sep|>" },
    ends: ["<|endoftext|>", "<|file_sep|>", "<|fim_pad|>", "<|im_end|>"],
  },
  {
    order: "prefix",
    prefix: "<｜fim▁begin｜>",
    suffix: "<｜fim▁hole｜>",
    middle: "<｜fim▁end｜>",
    continuesLine: true,
    family: "DeepSeek-Coder",
    names: /deepseek-?coder/,
    ends: ["<｜end▁of▁sentence｜>", "<|EOT|>"],
  },
  {
    order: "prefix",
    // The spaces are part of the format.
    prefix: "<PRE> ",
    suffix: " <SUF>",
    middle: " <MID>",
    continuesLine: false,
    family: "CodeLlama",
    names: /code-?llama/,
    ends: ["<EOT>", "</s>"],
  },
  {
    order: "suffix",
    prefix: "[PREFIX]",
    suffix: "[SUFFIX]",
    middle: "",
    continuesLine: true,
    family: "Codestral",
    names: /codestral/,
    ends: ["[MIDDLE]", "</s>"],
  },
  {
    ...QWEN,
    family: "CodeGemma",
    names: /codegemma/,
    ends: ["<|file_separator|>", "<eos>", "<end_of_turn>"],
  },
  {
    ...STARCODER,
    family: "Granite Code",
    names: /granite.*code/,
    ends: ["<|endoftext|>", "<fim_pad>"],
  },
  {
    ...QWEN,
    family: "Granite",
    names: /granite-?(?:3\.3|4)/,
    ends: ["<|end_of_text|>", "<|fim_pad|>"],
  },
  {
    ...STARCODER,
    family: "StarCoder2",
    names: /starcoder-?2/,
    files: { repository: "<repo_name>", file: "<file_sep>" },
    ends: ["<|endoftext|>", "<file_sep>", "<fim_pad>"],
  },
  {
    ...STARCODER,
    family: "StarCoder, Stable Code",
    names: /starcoder|stable-?code|refact/,
    ends: ["<|endoftext|>", "<fim_pad>"],
  },
];

/** The template of a model by its name: `Qwen/Qwen2.5-Coder-7B`, `codellama:7b-code`, a file's path. */
export function fimTemplateOf(model: string): FimTemplate | undefined {
  const name = model.toLowerCase();
  return FIM_TEMPLATES.find(({ names }) => names.test(name));
}

/** All marks of a family: servers let them slip into the text now and then. */
export function marksOf({ prefix, suffix, middle, files, ends }: FimTemplate): readonly string[] {
  const marks = [prefix, suffix, middle, ...(files ? [files.repository, files.file] : []), ...ends];
  return marks.map((mark) => mark.trim()).filter((mark) => mark !== "");
}

/** Marks of any family that no code has; `<PRE>` and `</s>` are tags as well. */
export const LEAKED_MARKS: readonly string[] = [...new Set(FIM_TEMPLATES.flatMap(marksOf))].filter((mark) =>
  /^<(?:[|｜]|fim_)/.test(mark),
);

export interface FimText {
  /** Other files, the nearest last. Only for templates that have marks for them. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly project: string;
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** A piece of a prompt: a mark, which is a token of its own, or text, in which nothing is a mark. */
export type FimPart =
  | { readonly kind: "mark"; readonly role: FimRole; readonly text: string }
  | { readonly kind: "text"; readonly text: string };
export type FimRole = "prefix" | "suffix" | "middle" | "repository" | "file";

/** The whole prompt as the family was trained on it. */
export function fimParts(template: FimTemplate, { files, project, path, prefix, suffix }: FimText): readonly FimPart[] {
  const lineStart = template.continuesLine ? prefix.lastIndexOf("\n") + 1 : prefix.length;
  const mark = (role: "prefix" | "suffix" | "middle"): FimPart => ({ kind: "mark", role, text: template[role] });
  const before = [mark("prefix"), textPart(prefix.slice(0, lineStart))];
  const behind = [mark("suffix"), textPart(suffix)];
  const around = template.order === "suffix" ? [...behind, ...before] : [...before, ...behind];
  const parts = [...around, mark("middle"), textPart(prefix.slice(lineStart))].filter(({ text }) => text !== "");
  if (!template.files || files.length === 0) return parts;
  const { repository, file } = template.files;
  const fileMark: FimPart = { kind: "mark", role: "file", text: file };
  const others = files.flatMap((other) => [fileMark, textPart(`${other.path}\n${endLine(other.text)}`)]);
  const head: FimPart = { kind: "mark", role: "repository", text: repository };
  return [head, textPart(`${project}\n`), ...others, fileMark, textPart(`${path}\n`), ...parts];
}

/** {@link fimParts} as one text, for servers. */
export function renderFim(template: FimTemplate, text: FimText): string {
  return fimParts(template, text)
    .map((part) => part.text)
    .join("");
}

function textPart(text: string): FimPart {
  return { kind: "text", text };
}

function endLine(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
