import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import {
  createLexicalEmbedder,
  LEXICAL_DIMENSION,
  LEXICAL_ID,
  parseDocumentFrequencies,
  writeDocumentFrequencies,
} from "../../../sidecar/engine/lexical.ts";

const TEXTS = [
  "function readConfig(path) { return JSON.parse(readFileSync(path)); }",
  "class HttpServer { listen(port) { this.port = port; } }",
  "def train_model(batches, learning_rate): pass",
  "export const formatDate = (date) => date.toISOString();",
];

function embedOne(text: string, embedder = createLexicalEmbedder()): Float32Array {
  const vector = embedder.embed([text], "document")[0];
  assert(vector, "the text has something to embed");
  return vector;
}

function cosine(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, component, index) => sum + component * right[index]!, 0);
}

test("vectors have unit length", () => {
  for (const text of TEXTS) {
    const vector = embedOne(text);
    assert.equal(vector.length, LEXICAL_DIMENSION);
    assert(Math.abs(cosine(vector, vector) - 1) < 1e-5);
  }
});

test("a text without terms has no vector and is not counted", () => {
  const embedder = createLexicalEmbedder();
  assert.deepEqual(embedder.embed(["", " \n\t", "{}; 42"], "document"), [undefined, undefined, undefined]);
  assert.equal(embedder.frequencies.documents, 0);
});

test("the same texts in the same order give the same vectors, bit for bit", () => {
  const first = createLexicalEmbedder().embed(TEXTS, "document");
  const second = createLexicalEmbedder();
  assert.deepEqual(
    TEXTS.map((text) => second.embed([text], "document")[0]),
    first,
  );
});

test("vectors are those of the id that indexes on disk carry: whoever changes them raises it", () => {
  const vectors = createLexicalEmbedder().embed(TEXTS, "document");
  const checksum = vectors.reduce((sum, vector) => crc32(new Uint8Array(vector!.buffer), sum), 0);
  assert.deepEqual([LEXICAL_ID, checksum], ["lexical-1", 1277716068]);
});

test("restored frequencies go on as if they had never been saved", () => {
  const embedder = createLexicalEmbedder();
  embedder.embed(TEXTS, "document");
  const restored = createLexicalEmbedder(parseDocumentFrequencies(writeDocumentFrequencies(embedder.frequencies)));
  const next = ["function writeConfig(path, config) {}", "let port = server.port"];
  assert.deepEqual(restored.embed(next, "document"), embedder.embed(next, "document"));
  assert.deepEqual(restored.frequencies, embedder.frequencies);
});

test("frequencies that were cut or make no sense are refused", () => {
  const bytes = writeDocumentFrequencies(createLexicalEmbedder().frequencies);
  assert.throws(() => parseDocumentFrequencies(bytes.subarray(1)), RangeError);
  bytes[100] = 1;
  assert.throws(() => parseDocumentFrequencies(bytes), RangeError);
});

test("a query is not counted as a document", () => {
  const embedder = createLexicalEmbedder();
  embedder.embed(TEXTS, "document");
  const before = writeDocumentFrequencies(embedder.frequencies);
  embedder.embed(["function readConfig(path) {}"], "query");
  assert.deepEqual(writeDocumentFrequencies(embedder.frequencies), before);
});

test("the same names in another style are near, other names are far", () => {
  const embedder = createLexicalEmbedder();
  embedder.embed(TEXTS, "document");
  const camel = embedOne("function readUserConfig(configPath) {}", embedder);
  const snake = embedOne("def read_user_config(config_path):", embedder);
  const other = embedOne("class HttpServer { listen(port) {} }", embedder);
  assert(cosine(camel, snake) > 0.5);
  assert(cosine(camel, other) < 0.2);
});

test("a rare name weighs more than one that every document has", () => {
  const embedder = createLexicalEmbedder();
  for (let index = 0; index < 50; index++) embedder.embed([`return value${"abcdefghij"[index % 10]!}`], "document");
  const [query, rare, common] = embedder.embed(["return zebra", "zebra crossing", "return nothing"], "query");
  assert(query && rare && common);
  assert(cosine(query, rare) > cosine(query, common));
});

test("long and foreign texts are embedded", () => {
  const long = Array.from({ length: 20_000 / 10 }, (_, line) => `line${line % 100}abc;`).join("\n");
  for (const text of [long, "x".repeat(100_000), "変数名 = 値 🚀", "\ud83d name \ude80", "ǅ İstanbul ﬁ"]) {
    const vector = embedOne(text);
    assert(Math.abs(cosine(vector, vector) - 1) < 1e-5);
  }
});
