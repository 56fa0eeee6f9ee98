/**
 * Byte-level BPE vocabularies as code models have them, of a few hundred tokens: every byte, merges learned from a little
 * source text, and the special tokens of a family by their real names. Any text survives them, and a text like the sample
 * takes about a token per two or three characters.
 */
import type { GgufValue } from "./gguf.ts";

/** Whose special tokens and splitting rule a vocabulary has. */
export type Family = keyof typeof FAMILIES;

export interface Tokenizer {
  readonly family: Family;
  /** By id, bytes spelled as GPT-2 does: "Ġ" is a blank. */
  readonly tokens: readonly string[];
  /** A line-wise text as ids, without special tokens: as llama.cpp does it but for rare punctuation. */
  readonly encode: (text: string) => number[];
  /** Id of the token in a role of the family, if it has one. */
  readonly special: (role: Role) => number | undefined;
  readonly metadata: ReadonlyMap<string, GgufValue>;
}

/** What a vocabulary is learned from, and how many tokens beyond the bytes it has at most. */
export interface Sample {
  readonly lines: readonly string[];
  readonly mergesMax: number;
}

/** What a special token is for, as the key of the metadata says it ("seperator" is llama.cpp's spelling). */
export type Role =
  | "bos"
  | "eos"
  | "eot"
  | "padding"
  | "unknown"
  | "seperator"
  | "mask"
  | "fim_pre"
  | "fim_suf"
  | "fim_mid"
  | "fim_pad"
  | "fim_rep"
  | "fim_sep";

/** `tokensMin` pads the vocabulary with unused tokens to the size of a real one. */
export function createTokenizer(family: Family, sample: Sample, tokensMin = 0): Tokenizer {
  const { pre, specials, roles, addBos, more } = FAMILIES[family];
  const merges = learnMerges(sample);
  const ordinary = [...BYTE_SPELLINGS, ...merges.map(([left, right]) => left + right)];
  const unused = Math.max(0, tokensMin - ordinary.length - specials.length);
  const tokens = [...ordinary, ...specials, ...Array.from({ length: unused }, (_, index) => `[PAD${index}]`)];
  const types = tokens.map((_, id) => {
    if (id < ordinary.length) return TOKEN_TYPE.normal;
    return id < ordinary.length + specials.length ? TOKEN_TYPE.control : TOKEN_TYPE.unused;
  });
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const ranks = new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
  const roleIds = new Map(Object.entries(roles).map(([role, token]) => [role as Role, ids.get(token)!]));
  return {
    family,
    tokens,
    encode: (text) =>
      splitText(text).flatMap((piece) => applyMerges(spell(piece), ranks).map((part) => ids.get(part)!)),
    special: (role) => roleIds.get(role),
    metadata: new Map<string, GgufValue>([
      ["tokenizer.ggml.model", { type: "string", value: "gpt2" }],
      ["tokenizer.ggml.pre", { type: "string", value: pre }],
      ["tokenizer.ggml.tokens", { type: "array", of: "string", values: tokens }],
      ["tokenizer.ggml.token_type", { type: "array", of: "int32", values: types }],
      ["tokenizer.ggml.merges", { type: "array", of: "string", values: [...ranks.keys()] }],
      ["tokenizer.ggml.add_bos_token", { type: "bool", value: addBos }],
      ...[...roleIds].map(([role, value]): [string, GgufValue] => [
        `tokenizer.ggml.${role}_token_id`,
        { type: "uint32", value },
      ]),
      ...more,
    ]),
  };
}

interface FamilyDescription {
  /** llama.cpp's name of the rule that splits a text before its pieces are merged. */
  readonly pre: string;
  readonly specials: readonly string[];
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  readonly addBos: boolean;
  readonly more: readonly (readonly [string, GgufValue])[];
}

/** As in the GGUF files of Qwen2.5-Coder and Qwen3, DeepSeek-Coder, StarCoder2 and jina-embeddings-v2-base-code. */
const FAMILIES = {
  qwen2: {
    pre: "qwen2",
    specials: [
      "<|endoftext|>",
      "<|im_start|>",
      "<|im_end|>",
      "<|fim_prefix|>",
      "<|fim_middle|>",
      "<|fim_suffix|>",
      "<|fim_pad|>",
      "<|repo_name|>",
      "<|file_sep|>",
    ],
    roles: {
      bos: "<|endoftext|>",
      eos: "<|endoftext|>",
      eot: "<|im_end|>",
      padding: "<|endoftext|>",
      fim_pre: "<|fim_prefix|>",
      fim_suf: "<|fim_suffix|>",
      fim_mid: "<|fim_middle|>",
      fim_pad: "<|fim_pad|>",
      fim_rep: "<|repo_name|>",
      fim_sep: "<|file_sep|>",
    },
    addBos: false,
    more: [],
  },
  deepseekCoder: {
    pre: "deepseek-coder",
    specials: [
      "<｜begin▁of▁sentence｜>",
      "<｜end▁of▁sentence｜>",
      "<｜fim▁begin｜>",
      "<｜fim▁hole｜>",
      "<｜fim▁end｜>",
      "<|EOT|>",
    ],
    roles: {
      bos: "<｜begin▁of▁sentence｜>",
      eos: "<｜end▁of▁sentence｜>",
      padding: "<｜end▁of▁sentence｜>",
      fim_pre: "<｜fim▁begin｜>",
      fim_suf: "<｜fim▁hole｜>",
      fim_mid: "<｜fim▁end｜>",
    },
    addBos: true,
    more: [],
  },
  starcoder2: {
    pre: "starcoder",
    specials: [
      "<|endoftext|>",
      "<fim_prefix>",
      "<fim_middle>",
      "<fim_suffix>",
      "<fim_pad>",
      "<repo_name>",
      "<file_sep>",
    ],
    roles: {
      bos: "<|endoftext|>",
      eos: "<|endoftext|>",
      eot: "<|endoftext|>",
      unknown: "<|endoftext|>",
      fim_pre: "<fim_prefix>",
      fim_suf: "<fim_suffix>",
      fim_mid: "<fim_middle>",
      fim_pad: "<fim_pad>",
      fim_rep: "<repo_name>",
      fim_sep: "<file_sep>",
    },
    addBos: false,
    more: [],
  },
  jinaCode: {
    pre: "jina-v2-code",
    specials: ["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
    roles: { bos: "<s>", eos: "</s>", padding: "<pad>", unknown: "<unk>", seperator: "</s>", mask: "<mask>" },
    addBos: true,
    more: [
      ["tokenizer.ggml.add_eos_token", { type: "bool", value: true }],
      ["tokenizer.ggml.token_type_count", { type: "uint32", value: 2 }],
    ],
  },
} satisfies Record<string, FamilyDescription>;

/** Enough for the words of the sample. */
/** llama.cpp's numbers. */
const TOKEN_TYPE = { normal: 1, control: 3, unused: 5 };

/**
 * Where no merge goes across. Finer than the rule of any family here, so that each of them splits a text like this or
 * more coarsely; a merge that a family never gets to see would leave it with other tokens than {@link Tokenizer.encode}.
 */
const PIECE = /[\r\n]| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?=\s)|\s/gu;

function splitText(text: string): string[] {
  return text.match(PIECE) ?? [];
}

/** By byte: visible characters stand for themselves, the others for characters from U+0100 on (GPT-2's table). */
const BYTE_SPELLINGS: readonly string[] = (() => {
  const isVisible = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isVisible(byte) ? byte : 0x100 + hidden++));
})();

function spell(piece: string): string[] {
  return [...Buffer.from(piece)].map((byte) => BYTE_SPELLINGS[byte]!);
}

/** The pair that is most frequent, again and again; of equals the one seen first (Sennrich et al. 2016). */
function learnMerges({ lines, mergesMax }: Sample): [string, string][] {
  const counts = new Map<string, number>();
  for (const piece of lines.flatMap(splitText)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  let pieces = [...counts].map(([piece, count]) => ({ parts: spell(piece), count }));
  const merges: [string, string][] = [];
  while (merges.length < mergesMax) {
    const frequencies = new Map<string, number>();
    for (const { parts, count } of pieces) {
      for (let index = 1; index < parts.length; index++) {
        const pair = `${parts[index - 1]!} ${parts[index]!}`;
        frequencies.set(pair, (frequencies.get(pair) ?? 0) + count);
      }
    }
    const [best] = [...frequencies].reduce((most, each) => (each[1] > most[1] ? each : most), ["", 1]);
    // What is there once is not worth a token.
    if (best === "") break;
    merges.push(best.split(" ") as [string, string]);
    pieces = pieces.map(({ parts, count }) => ({ parts: mergePair(parts, best), count }));
  }
  return merges;
}

function applyMerges(parts: readonly string[], ranks: ReadonlyMap<string, number>): readonly string[] {
  let merged = parts;
  for (;;) {
    let best: string | undefined;
    for (let index = 1; index < merged.length; index++) {
      const pair = `${merged[index - 1]!} ${merged[index]!}`;
      if ((ranks.get(pair) ?? Infinity) < (best === undefined ? Infinity : ranks.get(best)!)) best = pair;
    }
    if (best === undefined) return merged;
    merged = mergePair(merged, best);
  }
}

function mergePair(parts: readonly string[], pair: string): string[] {
  const merged: string[] = [];
  for (const part of parts) {
    if (merged.length > 0 && `${merged.at(-1)!} ${part}` === pair) merged.push(merged.pop()! + part);
    else merged.push(part);
  }
  return merged;
}
