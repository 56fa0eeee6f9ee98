/** Corrections in a few lines: edits that were made, and what the next suggestion becomes. */
import assert from "node:assert/strict";
import { languageById, styleLanguage } from "../../../sidecar/code/languages.ts";
import { openSyntaxParser, type SyntaxParser } from "../../../sidecar/code/parser.ts";
import { Corrections, type CorrectionsOptions } from "../../../sidecar/style/corrections/corrections.ts";
import type { Decision, Learned, Repair } from "../../../protocol/style.ts";
import type { Region } from "../../../sidecar/style/region.ts";
import { parseSnippet, surroundingsOf } from "../../../sidecar/style/snippet.ts";

/** What was generated, and what the developer made of it. */
export type Edit = readonly [generated: string, final: string];

export interface Where {
  readonly project?: number | undefined;
  readonly path?: string;
  /** The document above. */
  readonly prefix?: string;
  readonly weight?: number;
}

let opened: Promise<SyntaxParser> | undefined;

/** Somebody who writes in one language and corrects what is suggested. */
export class Developer {
  readonly corrections: Corrections;
  readonly #parser: SyntaxParser;
  readonly #languageId: string;
  #time = 0;

  constructor(parser: SyntaxParser, languageId: string, options: CorrectionsOptions) {
    this.#parser = parser;
    this.#languageId = languageId;
    this.corrections = new Corrections(options);
  }

  /** Corrects suggestions, one after the other. */
  edits(edits: readonly Edit[], where: Where = {}): this {
    for (const [generated, final] of edits) {
      this.corrections.learn({
        generated: this.region(generated, where.prefix),
        final: this.region(final, where.prefix),
        scope: this.#scope(where),
        at: ++this.#time,
        weight: where.weight ?? 1,
        evidence: { path: where.path ?? "src/a", line: this.#time, text: final.split("\n")[0]!.trim() },
      });
    }
    return this;
  }

  /** Writes something that was not suggested. */
  writes(text: string, where: Where = {}): this {
    this.corrections.observe(this.region(text, where.prefix), this.#scope(where));
    return this;
  }

  suggestion(text: string, where: Where = {}, decisions: Readonly<Record<string, Decision>> = {}): Suggestion {
    const region = this.region(text, where.prefix);
    const context = { decisions: new Map(Object.entries(decisions)), parse: this.#parser.parse };
    return this.corrections.rewrite(region, this.#scope(where), context);
  }

  list(): Learned[] {
    return this.corrections.list();
  }

  region(text: string, prefix = ""): Region {
    const region = parseSnippet(this.#parser.parse, surroundingsOf(prefix, this.#languageId), text);
    assert(region, "the grammar is loaded");
    return region;
  }

  #scope({ project = 1, path = "src/a" }: Where): { languageId: string; project: number | undefined; path: string } {
    return { languageId: styleLanguage(this.#languageId), project, path };
  }
}

export interface Suggestion {
  readonly text: string;
  readonly repairs: readonly Repair[];
}

export async function createDeveloper(languageId: string, options: CorrectionsOptions = {}): Promise<Developer> {
  opened ??= openSyntaxParser();
  const parser = await opened;
  await parser.load(languageById(languageId)!.grammar!);
  return new Developer(parser, languageId, options);
}

/** What a suggestion becomes after these edits. */
export async function check(
  languageId: string,
  edits: readonly Edit[],
  suggested: string,
  expected: string,
  [edited, asked = edited]: readonly [edited?: Where, asked?: Where] = [],
): Promise<void> {
  const developer = await createDeveloper(languageId);
  assert.equal(developer.edits(edits, edited).suggestion(suggested, asked).text, expected);
}
