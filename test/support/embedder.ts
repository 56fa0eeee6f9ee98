/** A model that embeds, without one: it folds the vectors of the built-in method, and does as the test says. */
import type { Embedding, ModelEmbedder } from "../../sidecar/engine/embedder.ts";
import { createLexicalEmbedder } from "../../sidecar/engine/lexical.ts";

export class FakeEmbedder implements ModelEmbedder {
  readonly id: string;
  readonly name: string;
  readonly #components: number;
  readonly #lexical = createLexicalEmbedder();
  /** Undefined until the first vector, as of a model that is not loaded. */
  dimension: number | undefined;
  isFailing = false;
  /** Milliseconds that a query takes. */
  queryMs = 0;
  isClosed = false;
  readonly documents: string[] = [];
  readonly queries: string[] = [];
  /** Documents that are embedded before all others wait; Infinity: none do. */
  #documentsMax = Infinity;
  #wake = Promise.withResolvers<undefined>();
  /** Thrown for each text that it fits. */
  refuses: RegExp | undefined;

  constructor(name: string, components: number) {
    this.id = `fake-${name}`;
    this.name = name;
    this.#components = components;
  }

  /** Lets so many further documents through. */
  allow(documents: number): void {
    this.#documentsMax = this.documents.length + documents;
    this.#wake.resolve(undefined);
    this.#wake = Promise.withResolvers();
  }

  async embed(
    texts: readonly string[],
    purpose: "document" | "query",
    signal: AbortSignal = new AbortController().signal,
  ): Promise<readonly Embedding[]> {
    const vectors: Embedding[] = [];
    for (const text of texts) {
      await new Promise((resolve) => setTimeout(resolve, purpose === "query" ? this.queryMs : 0));
      while (purpose === "document" && this.documents.length >= this.#documentsMax) {
        // An abort that has happened already tells nobody any more.
        signal.throwIfAborted();
        const aborted = Promise.withResolvers<never>();
        const onAbort = (): void => aborted.reject(signal.reason);
        signal.addEventListener("abort", onAbort, { once: true });
        await Promise.race([this.#wake.promise, aborted.promise]);
        signal.removeEventListener("abort", onAbort);
      }
      signal.throwIfAborted();
      if (this.isFailing || this.refuses?.test(text)) throw new Error(`${this.name} does not take it`);
      (purpose === "document" ? this.documents : this.queries).push(text);
      this.dimension = this.#components;
      vectors.push(this.#fold(text));
    }
    return vectors;
  }

  close(): void {
    this.isClosed = true;
  }

  #fold(text: string): Embedding {
    // Only documents would change what the built-in method makes of a text.
    const [long] = this.#lexical.embed([text], "query");
    if (!long) return undefined;
    const folded = new Float32Array(this.#components);
    long.forEach((component, at) => (folded[at % this.#components]! += component));
    const length = Math.hypot(...folded);
    return folded.map((component) => component / length);
  }
}
