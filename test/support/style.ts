/** Style over small texts: what became of suggestions is told as pairs, and what becomes of the next one is asked. */
import assert from "node:assert/strict";
import { languageById } from "../../sidecar/code/languages.ts";
import { openSyntaxParser, type SyntaxParser } from "../../sidecar/code/parser.ts";
import type { Parse, SyntaxTree } from "../../sidecar/code/syntax.ts";
import type { Decision } from "../../protocol/style.ts";
import { type Repaired, Style, type StylePlace } from "../../sidecar/style/style.ts";

/** What was suggested, and what somebody made of it. */
export type Change = readonly [generated: string, final: string];

/** How often each change is made before anybody may expect it. */
export const SHOWN = 3;

/** The changes of somebody with the opposite taste. */
export function inverse(changes: readonly Change[]): readonly Change[] {
  return changes.map(([generated, final]) => [final, generated]);
}

export interface At {
  /** The document before the text. */
  readonly prefix?: string;
  readonly path?: string;
  readonly project?: number;
}

export interface Lesson extends At {
  /** What was learned there, as {@link At} says of the offer. */
  readonly learned?: At;
  /** A document that is open at the offer's place. */
  readonly document?: string;
  readonly decisions?: ReadonlyMap<string, Decision>;
}

/** The only parser of a test process: opening one takes longer than most tests. */
let opening: Promise<SyntaxParser> | undefined;

/** The real parser, with the grammars of these languages. */
export async function openParse(...languageIds: readonly string[]): Promise<Parse> {
  const parser = await (opening ??= openSyntaxParser());
  for (const id of languageIds) {
    const grammar = languageById(id)?.grammar;
    if (grammar) await parser.load(grammar);
  }
  return parser.parse;
}

/** A style that knows nothing, for texts of these languages. */
export async function createStyle(...languageIds: readonly string[]): Promise<Style> {
  return new Style(await openParse(...languageIds));
}

export async function parseText(languageId: string, text: string): Promise<SyntaxTree> {
  const parse = await openParse(languageId);
  const tree = parse(languageById(languageId)!.grammar!, text);
  assert(tree, `the parser gave up: ${text}`);
  return tree;
}

export function placeOf(languageId: string, { path, project }: At = {}): StylePlace {
  return { languageId, project: project ?? 1, path: path ?? "src/a" };
}

/** Makes the changes in turn, `times` over. */
export function learn(style: Style, languageId: string, changes: readonly Change[], at: At = {}, times = SHOWN): void {
  for (let time = 0; time < times; time++) {
    for (const [generated, final] of changes) {
      style.learn({
        place: placeOf(languageId, at),
        prefix: at.prefix ?? "",
        generated,
        shown: generated,
        final,
        at: time,
      });
    }
  }
}

/** What becomes of an offer. */
export function repair(style: Style, languageId: string, offered: string, at: Lesson = {}): Repaired {
  return style.repair(placeOf(languageId, at), at.prefix ?? "", offered, at.decisions);
}

/** Learns the changes, three times each, and checks what an offer is made into. */
export async function check(
  languageId: string,
  changes: readonly Change[],
  offered: string,
  expected: string,
  lesson: Lesson = {},
): Promise<void> {
  const style = await createStyle(languageId);
  learn(style, languageId, changes, lesson.learned);
  if (lesson.document !== undefined) style.seeFile(placeOf(languageId, lesson), lesson.document);
  assert.equal(repair(style, languageId, offered, lesson).text, expected);
}
