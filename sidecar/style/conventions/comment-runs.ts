/** Comments as people write them: lines that belong together are one, and markers for tools are none. */
import { leafKind } from "../../code/syntax.ts";
import type { SourceView } from "./view.ts";

export interface CommentRun {
  /** The first node of the run. */
  readonly node: number;
  readonly start: number;
  readonly end: number;
  /** What it begins with: "//", "///", "/*", "#". */
  readonly mark: string;
  /** Without marks, one space between words. */
  readonly text: string;
  readonly lines: number;
  /** Whether nothing but white space stands before it. */
  readonly isOwnLine: boolean;
  readonly isBlock: boolean;
}

/** All comments of a file, in order. */
export function commentRuns(view: SourceView): CommentRun[] {
  const runs: CommentRun[] = [];
  let nodes: number[] = [];
  const flush = (): void => {
    if (nodes.length > 0) runs.push(runOf(view, nodes));
    nodes = [];
  };
  for (const leaf of view.tree.leaves) {
    if (leafKind(view.tree, leaf) !== "comment") continue;
    const last = nodes.at(-1);
    const continues =
      last !== undefined &&
      view.startLine(leaf) === view.endLine(last) + 1 &&
      view.isFirstOnLine(view.start(leaf)) &&
      view.isFirstOnLine(view.start(last)) &&
      markOf(view.textOf(leaf)) === markOf(view.textOf(last)) &&
      !view.hasTextAt(view.start(leaf), "/*");
    if (!continues) flush();
    nodes.push(leaf);
  }
  flush();
  return runs;
}

/** Words for tools, licences, separators and the like, which nobody phrases. */
export function isDirective(text: string): boolean {
  return text === "" || DIRECTIVE.test(text) || !/\p{L}{2}/u.test(text);
}

/** Code that was commented out, as far as one can tell. */
export function isCode(text: string): boolean {
  return /[;{}]\s*$|^\s*[\w.]+\(.*\)\s*$|^[\w.[\]]+\s*[-+*]?=\s|=>|^\s*(?:if|for|while|return|import|from|const|let|var|def|elif|else|print|#include|using)\b[^.]*[(){};:=]/.test(
    text,
  );
}

const DIRECTIVE =
  /^(?:eslint|prettier|biome|tslint|jshint|jslint|globals?\b|istanbul|c8|v8|webpack|@ts-|@jsx|@flow|@vitest|ts-|noqa|type:|pylint|pyright|mypy|ruff|fmt:|isort|yapf|pragma|nosec|nolint|go:|\+build|lint|region\b|endregion\b|#?region|#?endregion|clang-|NOLINT|NOSONAR|noinspection|cspell|spell|codespell|coding[:=]|-\*-|!|vim?:|ReSharper|language=|@formatter|checkstyle|CHECKSTYLE|SPDX|Copyright|\(c\)|License|Licensed|<reference|<amd|sourceMappingURL|@generated|https?:)/i;

function runOf(view: SourceView, nodes: readonly number[]): CommentRun {
  const first = nodes[0]!;
  const last = nodes.at(-1)!;
  const raw = view.textOf(first);
  return {
    node: first,
    start: view.start(first),
    end: view.end(last),
    mark: markOf(raw),
    text: nodes
      .map((node) => wordsOf(view.textOf(node)))
      .join(" ")
      .trim(),
    lines: view.endLine(last) - view.startLine(first) + 1,
    isOwnLine: view.isFirstOnLine(view.start(first)),
    isBlock: raw.startsWith("/*"),
  };
}

function markOf(text: string): string {
  return /^(?:\/\/[/!]?|\/\*[*!]?|#+!?|--)/.exec(text)?.[0] ?? "";
}

function wordsOf(text: string): string {
  return text
    .replace(/^(?:\/\/[/!]*|\/\*[*!]*|#+)/, "")
    .replace(/\*+\/\s*$/, "")
    .replaceAll(/\n\s*\*?/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
