import assert from "node:assert/strict";
import test from "node:test";
import { CACHE_CHARS_MAX, CACHE_ENTRIES_MAX, CACHE_TTL_MS, SuggestionCache } from "../../../sidecar/suggest/cache.ts";
import type { CachedAnswer, CachedPlace } from "../../../sidecar/suggest/cache.ts";
import type { SuggestResult } from "../../../sidecar/suggest/suggest.ts";
import { CURSOR, parsePlace } from "../../support/place.ts";
import { never } from "../../support/recall.ts";
import { FakeClock } from "../../support/store.ts";
import { createDice, seeds } from "../text/dice.ts";

test("the same place gets the same answer without asking", async () => {
  const { ask, asked } = createCache(() => "items.length;");
  const first = await ask("const n = ▮\n}");
  assert.deepEqual(await ask("const n = ▮\n}"), first);
  assert.deepEqual(asked, ["const n = ▮\n}"]);
});

test("that there is nothing is an answer too", async () => {
  const { ask, asked } = createCache(() => undefined);
  assert.equal((await ask("a▮")).kind, "nothing");
  assert.equal((await ask("a▮")).kind, "nothing");
  assert.equal(asked.length, 1);
});

test("whatever differs around the place is asked about: text before and behind, document, language", async () => {
  const { ask, asked } = createCache(() => "x;");
  const places = ["let a = ▮\nb", "let c = ▮\nb", "let a = ▮\nc", "\nlet a = ▮\nb"];
  for (const place of places) await ask(place);
  await ask(places[0]!, { uri: "file:///w/b.ts" });
  await ask(places[0]!, { languageId: "javascript" });
  assert.equal(asked.length, places.length + 2);
});

test("typing the beginning of a suggestion leaves its rest, as the same generation", async () => {
  const { ask, asked } = createCache(() => "items.length;");
  const whole = await ask("const n = ▮");
  assert.equal(whole.kind, "suggestion");
  for (const typed of ["i", "items", "items.length"]) {
    const rest = await ask(`const n = ${typed}▮`);
    assert.deepEqual(rest, {
      kind: "suggestion",
      suggestion: { ...whole.suggestion, text: "items.length;".slice(typed.length) },
    });
  }
  assert.equal(asked.length, 1);
});

test("typing something else, or all of it, asks anew", async () => {
  const { ask, asked } = createCache((prefix) => (prefix.endsWith("= ") ? "items;" : "other"));
  await ask("n = ▮");
  assert.equal(textOf(await ask("n = ix▮")), "other");
  assert.equal(textOf(await ask("n = items;▮")), "other");
  assert.equal(textOf(await ask("n = iitems▮")), "other");
  assert.equal(asked.length, 4);
});

test("a word that is typed twice is not taken for the place before it", async () => {
  const { ask } = createCache((prefix) => (prefix === "abab" ? "abc" : undefined));
  await ask("abab▮");
  assert.equal(textOf(await ask("ababab▮")), "c");
  assert.equal(textOf(await ask("abababab▮")), undefined);
});

test("several lines are followed over their line breaks, whatever those are in the document", async () => {
  const { ask, asked } = createCache(() => "f() {\n  run();\n}");
  await ask("a;\r\n▮\r\nb;\r\n");
  assert.equal(textOf(await ask("a;\r\nf() {\r\n  ▮\r\nb;\r\n")), "run();\n}");
  assert.equal(asked.length, 1);
});

test("going back is answered by what was answered there", async () => {
  const { ask, asked } = createCache(() => "items.length;");
  const whole = await ask("n = ▮");
  await ask("n = it▮");
  assert.deepEqual(await ask("n = ▮"), whole);
  assert.equal(asked.length, 1);
});

test("what is on screen goes on, though the place it reaches was asked about before", async () => {
  const { ask } = createCache((prefix) => (prefix === "n = " ? "items;" : undefined));
  assert.equal((await ask("n = i▮")).kind, "nothing");
  await ask("n = ▮");
  assert.equal(textOf(await ask("n = i▮")), "tems;");
  assert.equal(textOf(await ask("n = ▮")), "items;");
});

test("nothing by itself is no answer to somebody who asks by command; a suggestion is, and the other way round", async () => {
  const { ask, asked } = createCache((_prefix, _suffix, explicit) => (explicit ? "guess();" : undefined));
  assert.equal((await ask("a▮")).kind, "nothing");
  assert.equal(textOf(await ask("a▮", { explicit: true })), "guess();");
  assert.equal(textOf(await ask("a▮", { explicit: true })), "guess();");
  assert.equal(textOf(await ask("ag▮")), "uess();");
  assert.equal(asked.length, 2);
});

test("an answer holds for a minute", async () => {
  const { ask, asked, clock } = createCache(() => "items;");
  await ask("n = ▮");
  clock.advance(CACHE_TTL_MS - 1);
  await ask("n = ▮");
  await ask("n = i▮");
  assert.equal(asked.length, 1);
  clock.advance(1);
  await ask("n = i▮");
  await ask("n = ▮");
  assert.equal(asked.length, 3);
});

test("what was used last is kept longest, in bounds of entries and characters", async () => {
  const { ask, asked, cache } = createCache(() => "items;");
  await ask("first▮");
  for (let n = 0; n < CACHE_ENTRIES_MAX - 1; n++) await ask(`a${n} = ▮`);
  await ask("first▮");
  await ask("one more▮");
  assert.equal(cache.size.entries, CACHE_ENTRIES_MAX);
  assert.equal(asked.length, CACHE_ENTRIES_MAX + 1);
  await ask("first▮");
  assert.equal(asked.length, CACHE_ENTRIES_MAX + 1);
  await ask("a0 = ▮");
  assert.equal(asked.length, CACHE_ENTRIES_MAX + 2);

  const long = createCache(() => "x".repeat(CACHE_CHARS_MAX / 8));
  for (let n = 0; n < 20; n++) await long.ask(`a${n} = ▮`);
  assert.ok(long.cache.size.chars <= CACHE_CHARS_MAX);
  assert.equal(long.cache.size.entries, 4);
});

test("in a document that is longer than what is looked at, typing along is followed as well", async () => {
  const { ask, asked } = createCache(() => "items.length;");
  const text = Array.from({ length: 4000 }, (_, line) => `const a${line} = ${line};\n`).join("");
  const cut = (document: string): string => document.slice(-(32_768 + CURSOR.length));
  await ask(cut(`${text}n = ▮`));
  assert.equal(textOf(await ask(cut(`${text}n = items.▮`))), "length;");
  assert.equal(asked.length, 1);
});

test("once something was learned all is asked anew, and what was under way by then is not kept", async () => {
  const { ask, asked, cache, answers } = createCache(() => "items;", { isHeld: true });
  const before = ask("n = ▮");
  cache.clear();
  const after = ask("n = ▮");
  answers.release();
  assert.equal(textOf(await before), "items;");
  const answer = await after;
  assert.deepEqual(await ask("n = ▮"), answer);
  assert.equal(asked.length, 2);
  cache.clear();
  await ask("n = ▮");
  assert.equal(asked.length, 3);
});

test("a second request for a place joins the first; one may leave without the other", async () => {
  const { ask, asked, answers } = createCache(() => "items;", { isHeld: true });
  const abort = new AbortController();
  const first = ask("n = ▮", { signal: abort.signal });
  const second = ask("n = ▮");
  abort.abort();
  await assert.rejects(first, { name: "AbortError" });
  answers.release();
  assert.equal(textOf(await second), "items;");
  assert.equal(asked.length, 1);
  assert.deepEqual(answers.aborted, []);
});

test("work that nobody waits for any more is ended, and its place asked about anew", async () => {
  const { ask, asked, answers } = createCache(() => "items;", { isHeld: true });
  const aborts = [new AbortController(), new AbortController()];
  const waiting = aborts.map(({ signal }) => ask("n = ▮", { signal }));
  for (const abort of aborts) abort.abort();
  for (const each of waiting) await assert.rejects(each, { name: "AbortError" });
  assert.deepEqual(answers.aborted, ["n = ▮"]);
  const again = ask("n = ▮");
  answers.release();
  assert.equal(textOf(await again), "items;");
  assert.equal(asked.length, 2);
});

test("a newer request ends the one for the same document, not those for others", async () => {
  const { ask, answers } = createCache(() => "items;", { isHeld: true });
  const older = ask("n = ▮");
  const other = ask("n = ▮", { uri: "file:///w/b.ts" });
  const newer = ask("m = ▮");
  assert.deepEqual(await older, { kind: "nothing", reason: "superseded" });
  assert.deepEqual(answers.aborted, ["n = ▮"]);
  answers.release();
  assert.equal(textOf(await newer), "items;");
  assert.equal(textOf(await other), "items;");
  assert.equal(textOf(await ask("n = ▮")), "items;");
});

test("a request by command does not join one that may answer less", async () => {
  const { ask, asked, answers } = createCache(() => "items;", { isHeld: true });
  void ask("n = ▮");
  const explicit = ask("n = ▮", { explicit: true });
  const joined = ask("n = ▮");
  answers.release();
  assert.equal(textOf(await explicit), "items;");
  assert.equal(textOf(await joined), "items;");
  assert.equal(asked.length, 2);
});

test("a cancelled request asks nobody, and a failure is not kept", async () => {
  let isBroken = true;
  const { ask, asked } = createCache(() => {
    if (isBroken) throw new Error("broken");
    return "items;";
  });
  await assert.rejects(ask("n = ▮", { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(asked.length, 0);
  await assert.rejects(ask("n = ▮"), { message: "broken" });
  isBroken = false;
  assert.equal(textOf(await ask("n = ▮")), "items;");
});

test("however somebody types, each answer is the pipeline's own or the rest of what was offered where typing began", async () => {
  let hits = 0;
  for (const seed of seeds(60)) {
    const dice = createDice(seed);
    /** A pipeline that answers by the place alone. */
    const fresh = (prefix: string, suffix: string): string | undefined => {
      const near = Array.from(prefix.slice(-6) + suffix);
      const place = createDice(near.reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7));
      return place.chance(0.3) ? undefined : place.text(ALPHABET, 1 + place.below(8));
    };
    const { ask, asked, cache } = createCache(fresh);
    const offered = new Map<string, { readonly prefix: string; readonly suffix: string; readonly text: string }>();
    let [prefix, suffix, shown] = ["", "\nend", ""];
    for (let step = 0; step < 120; step++) {
      const input = JSON.stringify({ seed, step, prefix, suffix });
      if (dice.chance(0.55) && shown !== "") prefix += shown.slice(0, 1 + dice.below(2));
      else if (dice.chance(0.4)) prefix = prefix.slice(0, -1);
      else if (dice.chance(0.1)) suffix = dice.chance(0.5) ? `${suffix}x` : "\nend";
      else if (dice.chance(0.05)) cache.clear();
      else prefix += dice.pick(ALPHABET);
      const before = asked.length;
      const answer = await ask(`${prefix}${CURSOR}${suffix}`);
      shown = textOf(answer) ?? "";
      if (asked.length > before) {
        assert.equal(textOf(answer), fresh(prefix, suffix), input);
        if (answer.kind === "suggestion") offered.set(answer.suggestion.id, { prefix, suffix, text: shown });
      } else if (answer.kind === "nothing") {
        assert.equal(fresh(prefix, suffix), undefined, input);
      } else {
        hits++;
        const offer = offered.get(answer.suggestion.id)!;
        assert.equal(prefix + shown, offer.prefix + offer.text, input);
        assert.ok(prefix.startsWith(offer.prefix) && suffix === offer.suffix, input);
      }
    }
  }
  assert.ok(hits > 1000, `the cache answered ${hits} times`);
});

const ALPHABET = ["a", "b", " ", "\n"];

interface Options extends Partial<Pick<CachedPlace, "uri" | "languageId" | "explicit">> {
  readonly signal?: AbortSignal;
}

/** A cache over a pipeline that answers at once, or once it is let. */
function createCache(
  pipeline: (prefix: string, suffix: string, explicit: boolean) => string | undefined,
  { isHeld = false } = {},
) {
  const clock = new FakeClock();
  const cache = new SuggestionCache(clock);
  const asked: string[] = [];
  const aborted: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  if (!isHeld) gate.resolve(undefined);
  const ask = (marked: string, options: Options = {}): Promise<CachedAnswer> => {
    const { uri = "file:///w/a.ts", languageId = "typescript", explicit = false, signal = never } = options;
    const place = { uri, languageId, explicit, ...parsePlace(marked) };
    const work = async (working: AbortSignal): Promise<SuggestResult> => {
      asked.push(marked);
      working.addEventListener("abort", () => aborted.push(marked));
      await gate.promise;
      working.throwIfAborted();
      return resultOf(pipeline(place.prefix, place.suffix, explicit), asked.length);
    };
    return cache.answer(place, work, signal);
  };
  return { ask, asked, cache, clock, answers: { aborted, release: () => gate.resolve(undefined) } };
}

function resultOf(text: string | undefined, number: number): SuggestResult {
  if (text === undefined) return { kind: "nothing", reason: "nothing known" };
  const how = { engine: "fake", proposer: "p", confidence: 0.5, probability: 0.5, source: "", exampleIds: [] };
  return {
    kind: "suggestion",
    suggestion: { id: `g${number}`, text, raw: text, repairs: [], decision: undefined, ...how },
  };
}

function textOf(answer: CachedAnswer): string | undefined {
  return answer.kind === "suggestion" ? answer.suggestion.text : undefined;
}
