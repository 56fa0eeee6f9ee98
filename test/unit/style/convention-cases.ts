/** Conventions by example: for each value of an attribute a text that shows it, and one that leaves no choice. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { languageById } from "../../../sidecar/code/languages.ts";
import { openSyntaxParser, type SyntaxParser } from "../../../sidecar/code/parser.ts";
import { attributesOf } from "../../../sidecar/style/conventions/attributes.ts";
import { observeConventions } from "../../../sidecar/style/conventions/observe.ts";
import type { ConventionSite } from "../../../sidecar/style/conventions/view.ts";

/** A text, with the file it lies in where that matters. */
export type Example = string | { readonly text: string; readonly path?: string; readonly languageId?: string };

/** By attribute, then by the value that the text shows; "nothing": it shows none. */
export type Cases = Readonly<Record<string, Readonly<Record<string, Example>>>>;

/** A test for each attribute, and one that none is missing. */
export function checkCases(language: string, path: string, cases: Cases): void {
  for (const [attribute, examples] of Object.entries(cases)) {
    test(`${language}: ${attribute}`, async () => {
      for (const [value, example] of Object.entries(examples)) {
        const sites = await observe(example, path, language);
        const found = new Set(sites.filter((site) => site.attribute === attribute).map((site) => site.value));
        assert.deepEqual([...found], value === "nothing" ? [] : [value], `${attribute} of ${textOf(example)}`);
      }
    });
  }

  test(`${language}: every attribute and value has its example`, () => {
    for (const { id, values } of attributesOf(language)) {
      const shown = Object.keys(cases[id] ?? {});
      const expected = typeof values === "function" ? ["nothing"] : [...Object.keys(values), "nothing"];
      assert.deepEqual(
        expected.filter((value) => !shown.includes(value)),
        [],
        id,
      );
      assert(shown.length > 1, `${id} needs examples`);
    }
  });
}

/** The sites of an example. */
export async function observe(example: Example, path: string, languageId: string): Promise<ConventionSite[]> {
  const file = typeof example === "string" ? { text: example } : example;
  const id = file.languageId ?? languageId;
  const grammar = languageById(id)!.grammar!;
  parser ??= openSyntaxParser();
  await (await parser).load(grammar);
  return observeConventions((await parser).parse(grammar, file.text)!, { path: file.path ?? path, languageId: id });
}

/** One for all examples of a file. */
let parser: Promise<SyntaxParser> | undefined;
after(async () => (await parser)?.close());

/** Cases that all languages with this comment mark share; `code` is one statement on a line. */
export function commentCases(mark: string, code: string): Cases {
  const lines = (comments: number, others: number): string =>
    `${`${mark} One of the remarks.\n`.repeat(comments)}${`${code}\n`.repeat(others)}`;
  return {
    "comment-space": {
      spaced: `${mark} one two\n${code}`,
      tight: `${mark}one two\n${code}`,
      nothing: `${mark}----\n${code}`,
    },
    "comment-case": {
      capital: `${mark} Says what it does\n${code}`,
      lower: `${mark} says what it does\n${code}`,
      nothing: `${mark} readFile says what\n${code}`,
    },
    "comment-period": {
      period: `${mark} Says what it does.\n${code}`,
      none: `${mark} Says what it does\n${code}`,
      nothing: `${mark} Says what follows:\n${code}`,
    },
    "comment-placement": {
      above: `${mark} Says what it does.\n${code}`,
      trailing: `${code} ${mark} Says what it does.`,
      nothing: code,
    },
    "comment-density": {
      none: lines(0, 50),
      some: lines(3, 50),
      several: lines(8, 42),
      many: lines(20, 30),
      nothing: lines(5, 5),
    },
    "comment-language": {
      en: `${mark} This is what it does and why.\n${code}`,
      de: `${mark} Das ist nicht der Ort für diese Datei.\n${code}`,
      fr: `${mark} Ce fichier est pour les noms qui ne sont pas dans la liste.\n${code}`,
      es: `${mark} Esta lista es para los nombres que no se usan.\n${code}`,
      pt: `${mark} Esta lista não é para os nomes que não são da casa.\n${code}`,
      it: `${mark} Questa lista non è per gli altri nomi che sono della casa.\n${code}`,
      nl: `${mark} Dit is niet de lijst van het huis en ook geen naam.\n${code}`,
      ru: `${mark} Здесь нет ничего лишнего.\n${code}`,
      zh: `${mark} 这里没有 多余的 东西。\n${code}`,
      ja: `${mark} ここには 何も ありません。\n${code}`,
      ko: `${mark} 여기에는 아무것도 없습니다.\n${code}`,
      nothing: `${mark} Foo bar baz.\n${code}`,
    },
  };
}

/** Widths that lines of code show; `line` makes one around a name. */
export function widthCases(line: (name: string) => string): Cases {
  const wide = (width: number): string => line("a".repeat(width - line("").length));
  return {
    "line-width": { "72": wide(70), "100": wide(99), "160": wide(141), wider: wide(200), nothing: wide(40) },
  };
}

function textOf(example: Example): string {
  return typeof example === "string" ? example : example.text;
}
