/**
 * Models for tests: the architectures that we meet, small enough to be written and loaded in a moment. What they write is
 * not noise: embedding and output matrix hold which token follows which in a little source text, and the random layers in
 * between add what depends on the context. So greedy decoding mostly gives a line that looks like code and ends, sampling
 * gives several, and a change of prompt, adapter or seed shows.
 *
 * Tensor names and metadata keys are those of llama.cpp (src/llama-arch.cpp, src/models/).
 */
import { createRandom } from "../../../sidecar/base/random.ts";
import { bytesOf, writeGguf, type GgufTensor, type GgufValue, type TensorType } from "./gguf.ts";
import { countSuccessors, SAMPLE } from "./sample.ts";
import { createTokenizer, type Family, type Sample, type Tokenizer } from "./tokenizer.ts";

export type Architecture = keyof typeof ARCHITECTURES;

export interface ModelShape {
  readonly architecture: Architecture;
  readonly layers: number;
  /** Values per token between the layers. */
  readonly width: number;
  readonly heads: number;
  /** Fewer than `heads` where several share a key and value. */
  readonly headsKv: number;
  /** `width / heads` in most architectures. */
  readonly headSize: number;
  readonly feedForward: number;
  readonly contextTokensMax: number;
  /** Pads the vocabulary to that of the real model; 0: as many tokens as there are. */
  readonly vocabularyMin: number;
  /** Of the matrices; vectors are always f32. */
  readonly weights: TensorType;
  /** `tied`: the embedding is the output matrix too, as in the small Qwen models. What it writes is noise then. */
  readonly output: "likeSample" | "tied" | "none";
}

const TINY = {
  layers: 2,
  width: 128,
  heads: 4,
  headsKv: 2,
  headSize: 32,
  feedForward: 256,
  contextTokensMax: 8192,
  vocabularyMin: 0,
  weights: "f32",
  output: "likeSample",
} as const;

/** The tiny ones are for every test; those in the shape of real models are for measuring time and memory only. */
export const PRESETS = {
  tinyQwen2: { ...TINY, architecture: "qwen2" },
  tinyLlama: { ...TINY, architecture: "llama" },
  tinyStarcoder2: { ...TINY, architecture: "starcoder2" },
  tinyQwen3: { ...TINY, architecture: "qwen3", headSize: 64 },
  tinyJina: { ...TINY, architecture: "jina-bert-v2", headsKv: 4, output: "none" },
  /** As deep and wide as jina12x768, and writes: a processor runs it as a GPU runs a real one. */
  coder12x768: {
    ...TINY,
    architecture: "qwen2",
    layers: 12,
    width: 768,
    heads: 12,
    headsKv: 4,
    headSize: 64,
    feedForward: 3072,
    vocabularyMin: 32_768,
    weights: "f16",
  },
  jina12x768: {
    architecture: "jina-bert-v2",
    layers: 12,
    width: 768,
    heads: 12,
    headsKv: 12,
    headSize: 64,
    feedForward: 3072,
    contextTokensMax: 8192,
    vocabularyMin: 61_056,
    weights: "f16",
    output: "none",
  },
  qwenCoder500m: {
    architecture: "qwen2",
    layers: 24,
    width: 896,
    heads: 14,
    headsKv: 2,
    headSize: 64,
    feedForward: 4864,
    contextTokensMax: 32_768,
    vocabularyMin: 151_936,
    weights: "f16",
    output: "tied",
  },
  qwenCoder1500m: {
    architecture: "qwen2",
    layers: 28,
    width: 1536,
    heads: 12,
    headsKv: 2,
    headSize: 128,
    feedForward: 8960,
    contextTokensMax: 32_768,
    vocabularyMin: 151_936,
    weights: "f16",
    output: "tied",
  },
} as const satisfies Record<string, ModelShape>;

/** Replaces `file` by a model whose weights follow from the seed. `sample`: what its tokens and their order come from. */
export async function writeModel(file: string, shape: ModelShape, seed = 1, sample = SAMPLE): Promise<void> {
  const tokenizer = tokenizerOf(shape, sample);
  await writeGguf(
    file,
    new Map([...describe(shape), ...tokenizer.metadata]),
    createTensors(shape, tokenizer, sample, createNoise(shape, seed)),
  );
}

/** Of the weights, without the vocabulary. */
export function weightBytesOf(shape: ModelShape): number {
  const tensors = createTensors(shape, tokenizerOf(shape, SAMPLE), SAMPLE, new Float32Array(1));
  return tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
}

interface ArchitectureTraits {
  readonly family: Family;
  readonly norm: "rms" | "layer";
  /** Vectors added to query, key and value. */
  readonly hasAttentionBias: boolean;
  /** Query and key are normalised: never, per head, or all heads at once. */
  readonly queryNorm: "none" | "perHead" | "whole";
  /** `fused`: gate and up projection are one matrix. */
  readonly feedForward: "gated" | "plain" | "fused";
  readonly ropeBase: number;
}

const ARCHITECTURES = {
  qwen2: {
    family: "qwen2",
    norm: "rms",
    hasAttentionBias: true,
    queryNorm: "none",
    feedForward: "gated",
    ropeBase: 1_000_000,
  },
  qwen3: {
    family: "qwen2",
    norm: "rms",
    hasAttentionBias: false,
    queryNorm: "perHead",
    feedForward: "gated",
    ropeBase: 1_000_000,
  },
  // DeepSeek-Coder: of the models of this architecture one that knows fill-in-the-middle and has a byte-level vocabulary.
  llama: {
    family: "deepseekCoder",
    norm: "rms",
    hasAttentionBias: false,
    queryNorm: "none",
    feedForward: "gated",
    ropeBase: 100_000,
  },
  starcoder2: {
    family: "starcoder2",
    norm: "layer",
    hasAttentionBias: true,
    queryNorm: "none",
    feedForward: "plain",
    ropeBase: 999_999,
  },
  "jina-bert-v2": {
    family: "jinaCode",
    norm: "layer",
    hasAttentionBias: true,
    queryNorm: "whole",
    feedForward: "fused",
    ropeBase: 0,
  },
} satisfies Record<string, ArchitectureTraits>;

const NORM_EPSILON = 1e-6;
/** llama.cpp's number of "the mean over all tokens". */
const POOLING_MEAN = 1;
/** llama.cpp's number of "mostly f16"; 0 is "all f32". */
const FILE_TYPE = { f32: 0, f16: 1 };

function tokenizerOf({ architecture, vocabularyMin }: ModelShape, sample: Sample): Tokenizer {
  return createTokenizer(traitsOf(architecture).family, sample, vocabularyMin);
}

function traitsOf(architecture: Architecture): ArchitectureTraits {
  return ARCHITECTURES[architecture];
}

function isEncoder({ architecture }: ModelShape): boolean {
  return architecture === "jina-bert-v2";
}

function describe(shape: ModelShape): Map<string, GgufValue> {
  const { architecture } = shape;
  const { norm, ropeBase } = traitsOf(architecture);
  const epsilonKey = norm === "rms" ? "layer_norm_rms_epsilon" : "layer_norm_epsilon";
  const uint32 = (value: number): GgufValue => ({ type: "uint32", value });
  return new Map<string, GgufValue>([
    ["general.architecture", { type: "string", value: architecture }],
    ["general.name", { type: "string", value: `test model of ${shape.layers} × ${shape.width}` }],
    ["general.file_type", uint32(FILE_TYPE[shape.weights])],
    [`${architecture}.context_length`, uint32(shape.contextTokensMax)],
    [`${architecture}.embedding_length`, uint32(shape.width)],
    [`${architecture}.block_count`, uint32(shape.layers)],
    [`${architecture}.feed_forward_length`, uint32(shape.feedForward)],
    [`${architecture}.attention.head_count`, uint32(shape.heads)],
    [`${architecture}.attention.head_count_kv`, uint32(shape.headsKv)],
    [`${architecture}.attention.key_length`, uint32(shape.headSize)],
    [`${architecture}.attention.value_length`, uint32(shape.headSize)],
    [`${architecture}.attention.${epsilonKey}`, { type: "float32", value: NORM_EPSILON }],
    ...(isEncoder(shape)
      ? ([
          [`${architecture}.attention.causal`, { type: "bool", value: false }],
          [`${architecture}.pooling_type`, uint32(POOLING_MEAN)],
        ] as const)
      : ([
          [`${architecture}.rope.dimension_count`, uint32(shape.headSize)],
          [`${architecture}.rope.freq_base`, { type: "float32", value: ropeBase }],
        ] as const)),
  ]);
}

/** Longest stretch of numbers before they repeat. A prime, so that the rows of a large matrix still differ. */
const NOISE_VALUES_MAX = 1_048_573;
/** Of a value in a file. */
const BYTES_MIN = 2;
/** What the layers add to a token's own vector: enough to decide between its successors, not to drown them. */
const LAYER_STRENGTH = 0.2;
/** Standard deviation of the vectors that are added (attention bias). */
const BIAS_SPREAD = 0.1;
/** Of an embedding that is the output matrix too. */
const TIED_SPREAD = 0.05;
/** Logit of the likeliest successor; tokens that the sample does not show there are around 0. */
const LOGIT_MAX = 12;

/** Normally distributed numbers, as many as the model has values at most: large models repeat them. */
function createNoise(shape: ModelShape, seed: number): Float32Array {
  const count = Math.min(NOISE_VALUES_MAX, weightBytesOf(shape) / BYTES_MIN);
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => {
    // Box and Muller 1958; 1 − x, for the logarithm of 0 is not a number.
    return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  });
}

function createTensors(shape: ModelShape, tokenizer: Tokenizer, { lines }: Sample, noise: Float32Array): GgufTensor[] {
  const { width, heads, headsKv, headSize, weights } = shape;
  const { norm, hasAttentionBias, queryNorm, feedForward } = traitsOf(shape.architecture);
  const vocabulary = tokenizer.tokens.length;
  const tensors: GgufTensor[] = [];
  let drawn = 0;

  /** Random values around 0 with the given standard deviation. */
  function addRandom(name: string, type: TensorType, tensorShape: readonly number[], spread: number): void {
    const from = drawn;
    const fill: GgufTensor["fill"] = (values, start) => {
      let next = (from + start) % noise.length;
      for (let index = 0; index < values.length; index++) {
        values[index] = noise[next]! * spread;
        if (++next === noise.length) next = 0;
      }
    };
    tensors.push({ name, type, shape: tensorShape, fill });
    drawn += tensorShape.reduce((product, length) => product * length, 1);
  }
  /** Keeps the size of what goes through it, times `strength`. */
  const addMatrix = (name: string, from: number, to: number, strength = 1): void => {
    addRandom(`${name}.weight`, weights, [from, to], strength / Math.sqrt(from));
  };
  const addBias = (name: string, length: number): void => {
    addRandom(`${name}.bias`, "f32", [length], BIAS_SPREAD);
  };
  const addNorm = (name: string, length = width): void => {
    tensors.push({ name: `${name}.weight`, type: "f32", shape: [length], fill: (values) => values.fill(1) });
    if (norm === "layer") addBias(name, length);
  };

  function addEmbedding(): void {
    if (shape.output !== "likeSample") {
      addRandom("token_embd.weight", weights, [width, vocabulary], shape.output === "tied" ? TIED_SPREAD : 1);
      return;
    }
    const { embedding, logits } = createBigram(tokenizer, lines, width);
    for (const [name, rows] of [
      ["token_embd.weight", embedding],
      ["output.weight", logits],
    ] as const) {
      const fill: GgufTensor["fill"] = (values, start) => values.set(rows.subarray(start, start + values.length));
      tensors.push({ name, type: weights, shape: [width, vocabulary], fill });
    }
  }

  function addAttention(block: string): void {
    for (const [name, length] of [
      ["attn_q", heads * headSize],
      ["attn_k", headsKv * headSize],
      ["attn_v", headsKv * headSize],
    ] as const) {
      addMatrix(`${block}.${name}`, width, length);
      if (hasAttentionBias) addBias(`${block}.${name}`, length);
    }
    if (queryNorm !== "none") {
      addNorm(`${block}.attn_q_norm`, queryNorm === "perHead" ? headSize : width);
      addNorm(`${block}.attn_k_norm`, queryNorm === "perHead" ? headSize : width);
    }
    addMatrix(`${block}.attn_output`, heads * headSize, width, LAYER_STRENGTH);
    if (norm === "layer") addBias(`${block}.attn_output`, width);
  }

  function addFeedForward(block: string): void {
    if (feedForward === "gated") addMatrix(`${block}.ffn_gate`, width, shape.feedForward);
    addMatrix(`${block}.ffn_up`, width, feedForward === "fused" ? 2 * shape.feedForward : shape.feedForward);
    if (feedForward === "plain") addBias(`${block}.ffn_up`, shape.feedForward);
    addMatrix(`${block}.ffn_down`, shape.feedForward, width, LAYER_STRENGTH);
    if (norm === "layer") addBias(`${block}.ffn_down`, width);
  }

  addEmbedding();
  if (isEncoder(shape)) {
    addRandom("token_types.weight", "f32", [width, 2], BIAS_SPREAD);
    addNorm("token_embd_norm");
  } else {
    addNorm("output_norm");
  }
  for (let layer = 0; layer < shape.layers; layer++) {
    const block = `blk.${layer}`;
    // An encoder normalises after each half of a layer, the others before.
    if (!isEncoder(shape)) addNorm(`${block}.attn_norm`);
    addAttention(block);
    if (isEncoder(shape)) for (const name of ["attn_output_norm", "attn_norm_2"]) addNorm(`${block}.${name}`);
    else addNorm(`${block}.ffn_norm`);
    addFeedForward(block);
    if (isEncoder(shape)) addNorm(`${block}.layer_output_norm`);
  }
  return tensors;
}

/**
 * Both vocabulary × width. Each token that has successors in the sample gets a value of its own between the layers, which
 * the embedding sets and the output matrix reads; the other tokens share those, so that they have successors too.
 */
function createBigram(
  tokenizer: Tokenizer,
  lines: readonly string[],
  width: number,
): { embedding: Float32Array; logits: Float32Array } {
  const vocabulary = tokenizer.tokens.length;
  const embedding = new Float32Array(vocabulary * width);
  const logits = new Float32Array(vocabulary * width);
  // What norms make of a row with one value that is not 0.
  const size = Math.sqrt(width);
  const successors = countSuccessors(tokenizer, lines);
  const slots = new Map([...successors.keys()].map((token, index) => [token, index % width]));
  for (let token = 0; token < vocabulary; token++) {
    embedding[token * width + (slots.get(token) ?? token % Math.min(width, slots.size))] = size;
  }
  for (const [token, counts] of successors) {
    const most = Math.max(...counts.values());
    for (const [successor, count] of counts) {
      const index = successor * width + slots.get(token)!;
      logits[index] = Math.max(logits[index]!, (LOGIT_MAX + Math.log(count / most)) / size);
    }
  }
  return { embedding, logits };
}
