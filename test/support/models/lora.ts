/** LoRA adapters for test models: random matrices that, added to the attention, change what a model writes. */
import { createRandom } from "../../../sidecar/base/random.ts";
import { type GgufTensor, type GgufValue, writeGguf } from "./gguf.ts";
import type { ModelShape } from "./models.ts";

const RANK = 4;
/** Enough to be seen in what is written. */
const STRENGTH = 3;

/** Replaces `file` by an adapter of the query projections. */
export async function writeLora(file: string, shape: ModelShape, seed = 1): Promise<void> {
  const { architecture, layers, width, heads, headSize } = shape;
  const metadata = new Map<string, GgufValue>([
    ["general.type", { type: "string", value: "adapter" }],
    ["general.architecture", { type: "string", value: architecture }],
    ["adapter.type", { type: "string", value: "lora" }],
    ["adapter.lora.alpha", { type: "float32", value: RANK }],
  ]);
  const random = createRandom(seed);
  const tensor = (name: string, tensorShape: readonly [number, number]): GgufTensor => ({
    name,
    type: "f32",
    shape: tensorShape,
    fill: (values) => values.forEach((_, index) => (values[index] = (random() - 0.5) * STRENGTH)),
  });
  const tensors = Array.from({ length: layers }, (_, layer) => [
    tensor(`blk.${layer}.attn_q.weight.lora_a`, [width, RANK]),
    tensor(`blk.${layer}.attn_q.weight.lora_b`, [RANK, heads * headSize]),
  ]);
  await writeGguf(file, metadata, tensors.flat());
}
