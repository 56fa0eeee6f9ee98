/**
 * The models that Tacit offers, as data: few, and each with what has to be known before it is downloaded. All are GGUF
 * files on Hugging Face, named by revision where that is known, so that what is downloaded is what was looked at.
 *
 * Hashes and sizes are those that Hugging Face states for the revision, taken from what others have published about the
 * same file. `sha256: null` stands for a file whose hash is known to nobody here: then the server's own statement counts.
 * `memoryMb` is an estimate: the weights, a context of 4096 tokens, and room to compute in.
 */
import * as v from "valibot";
import catalogue from "./catalogue.json" with { type: "json" };

const HUGGING_FACE = "https://huggingface.co";

const schema = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/)),
  name: v.string(),
  kind: v.picklist(["completion", "embedding"]),
  about: v.string(),
  /** Among those of its kind: the higher, the better what it writes or finds is held to be. */
  rank: v.number(),
  quantization: v.string(),
  repository: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
  revision: v.pipe(v.string(), v.regex(/^(?:main|[0-9a-f]{40})$/)),
  file: v.pipe(v.string(), v.regex(/^[\w.-]+\.gguf$/)),
  /** Null: the server says it. */
  bytes: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
  sha256: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  memoryMb: v.number(),
  licence: v.object({
    name: v.string(),
    url: v.pipe(v.string(), v.url()),
    /** What it forbids, in a few words; null for a licence that lets everybody use it for everything. */
    restriction: v.nullable(v.string()),
  }),
});

export type CatalogueModel = Readonly<v.InferOutput<typeof schema>>;
export type ModelKind = CatalogueModel["kind"];

/** All of them, the least of each kind first. */
export function readCatalogue(): readonly CatalogueModel[] {
  return v.parse(v.array(schema), catalogue.models);
}

/** Where a model is downloaded from. `mirror`: an address with Hugging Face's paths behind it; empty for none. */
export function addressOf({ repository, revision, file }: CatalogueModel, mirror: string): string {
  const base = mirror === "" ? HUGGING_FACE : mirror.replace(/\/+$/, "");
  return `${base}/${repository}/resolve/${revision}/${file}`;
}
