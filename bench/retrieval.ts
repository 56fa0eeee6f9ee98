/**
 * `npm run bench -- retrieval [FOLDER] [--json] [--seed N] [--chunks N] [--places N]`: cost and exactness of retrieval over
 * a large workspace (default: this project's node_modules, 100,000 chunks): a whole retrieval as a suggestion makes it,
 * its text search against BM25 by the book, and its vector search against every vector.
 */
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../sidecar/base/random.ts";
import { eachTerm, termsOf } from "../sidecar/code/terms.ts";
import { createLexicalEmbedder } from "../sidecar/engine/lexical.ts";
import { chunkIds, chunkTexts } from "../sidecar/store/chunks.ts";
import { createContext } from "../sidecar/suggest/context.ts";
import {
  lookForCode,
  retrieveCode,
  retrieveExamples,
  type RetrievePlace,
} from "../sidecar/suggest/retrieval/retrieve.ts";
import { BM25_B, BM25_K1 } from "../sidecar/suggest/retrieval/term-index.ts";
import { createExampleSearch } from "../sidecar/suggest/retrieval/term-search.ts";
import { latency } from "./support/latency.ts";
import { never, type Place, readSources, samplePlaces } from "./support/sources.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const COMPARED_QUERIES = 150;
const NEIGHBOURS = 10;
const TEXT_HITS = 24;

export async function benchRetrieval(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      seed: { type: "string" },
      chunks: { type: "string" },
      places: { type: "string" },
    },
    allowPositionals: true,
  });
  const root = resolve(positionals[0] ?? join(import.meta.dirname, "../node_modules"));
  const seed = Number(values.seed ?? 1);
  const workspace = await openWorkspace(await readSources(root), Number(values.chunks ?? 100_000));
  try {
    const { files } = workspace;
    const places = samplePlaces(files, Number(values.places ?? 1000), createRandom(seed), { perFile: 10 });
    const cpuBefore = process.threadCpuUsage();
    const times = await retrieveAt(workspace, places);
    const cpu = process.threadCpuUsage(cpuBefore);
    const texts = chunkTexts(workspace.database, chunkIds(workspace.database, workspace.projectId));
    const compared = samplePlaces(files, COMPARED_QUERIES, createRandom(seed));
    const queries = compared.map(({ prefix }) => prefix.split("\n").slice(-20).join("\n"));
    const { documents, bytes } = workspace.chunkTerms.stats;
    const result = {
      machine: `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}`,
      root,
      seed,
      chunks: documents,
      buildSeconds: workspace.seconds,
      memoryMb: { textSearch: Math.round(bytes / 1e6) },
      latencyMs: Object.fromEntries(Object.entries(times).map(([name, all]) => [name, latency(all)])),
      /** Of this thread, on which keystrokes are answered; other work on the machine does not add to it. */
      cpuMsMean: Math.round((cpu.user + cpu.system) / 10 / places.length) / 100,
      textAgreement: textAgreement(workspace, texts, queries),
      vectorRecall: await vectorRecall(workspace, texts, queries),
    };
    if (values.json) console.log(JSON.stringify(result));
    else console.dir(result, { depth: 4 });
  } finally {
    await workspace.close();
  }
}

/** Milliseconds per retrieval, with the wait for vectors: of everything, and of the first look at code alone. */
async function retrieveAt(workspace: Workspace, places: readonly Place[]) {
  const times: Record<"whole" | "firstLook", number[]> = { whole: [], firstLook: [] };
  const deps = {
    ...workspace,
    exampleTerms: createExampleSearch(workspace.database),
    exampleIndex: undefined,
    now: 0,
    onFault: (error: unknown): never => {
      throw error;
    },
  };
  for (const { file, prefix, suffix } of places) {
    const { path, languageId } = file;
    const made = createContext({ project: undefined, path, languageId, prefix, suffix, explicit: false });
    if (made.kind === "nothing") continue;
    const place: RetrievePlace = { projectId: workspace.projectId, path, languageId, context: made.context };
    const startedAt = performance.now();
    await retrieveExamples(deps, place, never);
    const lookedAt = performance.now();
    const look = lookForCode(deps, place, never);
    times.firstLook.push(performance.now() - lookedAt);
    await retrieveCode(deps, place, look, never);
    times.whole.push(performance.now() - startedAt);
  }
  return times;
}

/** Share of queries whose hits are those of BM25 by the book, with their scores, in order. */
function textAgreement(workspace: Workspace, texts: ReadonlyMap<number, string>, queries: readonly string[]): number {
  const wanted = new Set(queries.flatMap(queryTerms));
  const documents: { readonly id: number; readonly length: number; readonly times: ReadonlyMap<string, number> }[] = [];
  const counts = new Map<string, number>();
  let lengths = 0;
  for (const [id, text] of texts) {
    const times = new Map<string, number>();
    let length = 0;
    eachTerm(text, (term) => {
      length++;
      if (wanted.has(term)) times.set(term, (times.get(term) ?? 0) + 1);
    });
    for (const term of times.keys()) counts.set(term, (counts.get(term) ?? 0) + 1);
    documents.push({ id, length, times });
    lengths += length;
  }
  const lengthMean = lengths / documents.length;
  const agreeing = queries.filter((query) => {
    const terms = queryTerms(query);
    const scored = documents.map(({ id, length, times }) => {
      let score = 0;
      for (const term of terms) {
        const count = counts.get(term) ?? 0;
        const n = times.get(term) ?? 0;
        const idf = Math.log(1 + (documents.length - count + 0.5) / (count + 0.5));
        score += (idf * n * (BM25_K1 + 1)) / (n + BM25_K1 * (1 - BM25_B + (BM25_B * length) / lengthMean));
      }
      return { id, score };
    });
    const expected = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || b.id - a.id);
    const { hits } = workspace.chunkTerms.search(terms, TEXT_HITS);
    return hits.every(({ score }, rank) => Math.abs(score - expected[rank]!.score) < 1e-6 * score);
  });
  return agreeing.length / queries.length;
}

function queryTerms(query: string): string[] {
  return [...new Set(termsOf(query))].slice(-TEXT_HITS);
}

/** Share of the nearest ten that the index finds; similarity, since equal chunks may stand for each other. */
async function vectorRecall(
  { chunkIndex }: Workspace,
  texts: ReadonlyMap<number, string>,
  queries: readonly string[],
): Promise<number> {
  // The same texts in the same order give the vectors of the index, bit for bit.
  const embedder = createLexicalEmbedder();
  const vectors = [...texts.values()].map((text) => embedder.embed([text], "document")[0]);
  let found = 0;
  let wanted = 0;
  for (const query of queries) {
    const vector = embedder.embed([query], "query")[0];
    if (!vector) continue;
    const similarities = vectors.map((other) => (other ? dot(vector, other) : -1)).sort((a, b) => b - a);
    const least = similarities[NEIGHBOURS - 1]! - 1e-5;
    const hits = await chunkIndex.search(query, NEIGHBOURS, never);
    found += hits.filter(({ similarity }) => similarity >= least).length;
    wanted += NEIGHBOURS;
  }
  return found / wanted;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
