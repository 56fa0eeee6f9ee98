/**
 * Runs the cases of `postprocess/*.txt`. A file named like a filter tests that filter alone, `postprocess.txt` all of
 * them together. A case:
 *
 *     === says what happens
 *     language: typescript          (default)
 *     indent: tab | 2 | 3 | 4 …     (default: read off the place)
 *     lines: one                    (postprocess.txt only; default: many)
 *     --- place
 *     text with one ▮ for the cursor
 *     --- suggestion
 *     text that an engine offered
 *     --- expected
 *     what is shown, or (nothing)
 *
 * The line break before a header belongs to the header, and so does a blank line before `===`. What an editor would
 * hide or cut is written out: `␣` a space, `⇥` a tab, `⏎` a line break at the end, `␍` the other half of a Windows one,
 * `\u{D83D}` half a character.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { createRandom } from "../../sidecar/base/random.ts";
import { balanceClosers } from "../../sidecar/suggest/postprocess/balance-closers.ts";
import { dropEmpty } from "../../sidecar/suggest/postprocess/drop-empty.ts";
import { dropRepeated } from "../../sidecar/suggest/postprocess/drop-repeated.ts";
import { cutToFirstLine } from "../../sidecar/suggest/postprocess/first-line.ts";
import { reindent } from "../../sidecar/suggest/postprocess/indentation.ts";
import { limitScope } from "../../sidecar/suggest/postprocess/limit-scope.ts";
import type { Filter } from "../../sidecar/suggest/postprocess/place.ts";
import { postprocess } from "../../sidecar/suggest/postprocess/postprocess.ts";
import { balanceQuotes } from "../../sidecar/suggest/postprocess/quotes.ts";
import { cutRepetition } from "../../sidecar/suggest/postprocess/repetition.ts";
import { cutSurrogates } from "../../sidecar/suggest/postprocess/surrogates.ts";
import { trimEnd, trimLines, trimStart } from "../../sidecar/suggest/postprocess/trim-space.ts";
import { trimSuffixOverlap } from "../../sidecar/suggest/postprocess/trim-suffix-overlap.ts";
import { cutUnfinished } from "../../sidecar/suggest/postprocess/unfinished.ts";
import { createPlace } from "../support/place.ts";

const FOLDER = new URL("./postprocess/", import.meta.url);
const NOTHING = "(nothing)";

const FILTERS: Readonly<Record<string, Filter>> = {
  "balance-closers": balanceClosers,
  "drop-empty": dropEmpty,
  "drop-repeated": dropRepeated,
  "first-line": cutToFirstLine,
  indentation: reindent,
  "limit-scope": limitScope,
  quotes: balanceQuotes,
  repetition: cutRepetition,
  surrogates: cutSurrogates,
  "trim-space": (text, place) => trimEnd(trimStart(trimLines(text, place), place), place),
  "trim-suffix-overlap": trimSuffixOverlap,
  unfinished: cutUnfinished,
};

interface Case {
  readonly name: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly sections: ReadonlyMap<string, string>;
}

for (const file of readdirSync(FOLDER).sort()) {
  const subject = file.replace(/\.txt$/, "");
  for (const { name, settings, sections } of parseCases(readFileSync(new URL(file, FOLDER), "utf8"))) {
    test(`${subject}: ${name}`, () => {
      const place = createPlace(
        section(sections, "place"),
        settings.get("language"),
        parseIndent(settings.get("indent")),
      );
      const suggestion = section(sections, "suggestion");
      const multiLine = settings.get("lines") !== "one";
      const actual =
        subject === "postprocess"
          ? postprocess(suggestion, place, { multiLine })
          : filterOf(subject)(suggestion, place);
      assert.equal(actual ?? NOTHING, section(sections, "expected"));
    });
  }
}

test("every filter has golden cases", () => {
  const files = readdirSync(FOLDER).map((file) => file.replace(/\.txt$/, ""));
  assert.deepEqual(files.sort(), [...Object.keys(FILTERS), "postprocess"].sort());
});

function filterOf(name: string): Filter {
  const filter = FILTERS[name];
  assert(filter, `${name}.txt is named like no filter`);
  return filter;
}

function parseCases(text: string): Case[] {
  const [, ...cases] = text.replace(/\n$/, "").split(/(?:^|\n{1,2})=== /);
  return cases.map((body) => {
    const [head = "", ...parts] = body.split(/\n--- /);
    const [name = "", ...settings] = head.split("\n");
    return {
      name,
      settings: new Map(settings.map((line) => [line.split(":")[0]!.trim(), line.slice(line.indexOf(":") + 1).trim()])),
      sections: new Map(parts.map((part) => [part.split("\n", 1)[0]!, unescape(part.slice(part.indexOf("\n") + 1))])),
    };
  });
}

function section(sections: ReadonlyMap<string, string>, name: string): string {
  const text = sections.get(name);
  assert(text !== undefined, `a section "--- ${name}"`);
  return text;
}

function unescape(text: string): string {
  return text
    .replaceAll("␣", " ")
    .replaceAll("⇥", "\t")
    .replaceAll("␍", "\r")
    .replace(/⏎$/, "\n")
    .replace(/\\u\{([0-9A-F]{4})\}/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

function parseIndent(indent: string | undefined): string | undefined {
  if (indent === undefined) return undefined;
  return indent === "tab" ? "\t" : " ".repeat(Number(indent));
}

test("filters fail on no cut of any text, make up no more than closers, and leave alone what they let through", () => {
  const seed = 20_251_107;
  const random = createRandom(seed);
  const sources = readdirSync(FOLDER).map((file) => readFileSync(new URL(file, FOLDER), "utf8"));
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const cut = (lengthMax: number): string => {
    const text = pick(sources).replaceAll("▮", "");
    const start = Math.floor(random() * text.length);
    return text.slice(start, start + Math.floor(random() * lengthMax));
  };
  for (let round = 0; round < 2000; round++) {
    const place = {
      prefix: cut(400),
      suffix: cut(400),
      languageId: pick(["typescript", "python", "go", "rust", "cpp", "ruby", "php", "markdown", "unknown"]),
      indentUnit: pick(["\t", "  ", "    ", "   "]),
    };
    const text = cut(200).toWellFormed();
    const options = { multiLine: random() < 0.8 };
    const result = postprocess(text, place, options);
    const input = JSON.stringify({ seed, round, text, place, result });
    if (result === undefined) continue;
    assert.notEqual(result.trim(), "", input);
    assert.ok(result.isWellFormed(), input);
    // White space and added closers aside, it is a beginning of the suggestion.
    const dense = result.replace(/\s+/g, "");
    assert.ok(text.replace(/\s+/g, "").startsWith(dense.replace(/[)\]]+$/, "")), input);
    assert.equal(postprocess(result, place, options), result, input);
  }
});
