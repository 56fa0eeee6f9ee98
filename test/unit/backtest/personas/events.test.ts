import assert from "node:assert/strict";
import test, { after } from "node:test";
import { eventsOf, type PersonaEvent } from "../../../../sidecar/backtest/personas/events.ts";
import { createRandom } from "../../../../sidecar/base/random.ts";
import { openSyntaxParser } from "../../../../sidecar/code/parser.ts";
import type { Grammar } from "../../../../sidecar/code/languages.ts";

const parser = await openSyntaxParser();
after(() => parser.close());

test("an event is the same lines of both files, whatever stands between them", async () => {
  const events = await allEvents(
    "javascript",
    `
    function load(path) {
      const text = read(path, "utf8");
      return text;
    }`,
    `
    function load(path) {
        const text = read(path, 'utf8')
        return text
    }`,
  );
  assert(events.some(({ base, truth }) => base === "  return text;" && truth === "    return text"));
  assert(events.some(({ base }) => base.split("\n").length === 4));
  for (const { prefix } of events) assert.match(prefix, /^$|\n$/);
});

test("semicolons and commas that one side leaves out do not shift the lines", async () => {
  const base = `
    call(function () {
      one({
        a: 1,
        b,
      });
    });
    call(() => {
      two();
    });
    last();`;
  const truth = `
    call(function () {
      one({
        a: 1,
        b
      })
    })
    call(() => {
      two()
    })
    last()`;
  for (const event of await allEvents("javascript", base, truth)) {
    assert.equal(event.truth, event.base.replace(/;/g, "").replace("b,", "b"));
  }
});

test("lines that are joined or split stay with their event", async () => {
  const events = await allEvents(
    "javascript",
    `
    setup(
      first,
      second,
    );
    run(alpha, beta);
    done();`,
    `
    setup(first, second);
    run(
      alpha,
      beta,
    );
    done();`,
  );
  const truths = new Map(events.map(({ base, truth }) => [base, truth]));
  assert.equal(truths.get("setup(\n  first,\n  second,\n);"), "setup(first, second);");
  assert.equal(truths.get("run(alpha, beta);"), "run(\n  alpha,\n  beta,\n);");
  assert.equal(truths.get("done();"), "done();");
});

test("a border that falls inside a line of the truth is no border", async () => {
  const events = await allEvents("javascript", "one();\ntwo();\nthree();", "one(); two();\nthree();");
  assert.deepEqual(
    new Set(events.map(({ base }) => base)),
    new Set(["one();\ntwo();", "one();\ntwo();\nthree();", "three();"]),
  );
});

test("a first word that is written differently still begins its line", async () => {
  const events = await allEvents("javascript", "var a = 1;\nvar b = 2;", "const a = 1;\nlet b = 2;");
  assert(events.some(({ base, truth }) => base === "var b = 2;" && truth === "let b = 2;"));
});

test("a brace that closes what was before belongs there", async () => {
  const events = await allEvents("javascript", "if (a) run();\nnext();", "if (a) {\n  run();\n}\nnext();");
  const truths = new Map(events.map(({ base, truth }) => [base, truth]));
  assert.equal(truths.get("if (a) run();"), "if (a) {\n  run();\n}");
  assert.equal(truths.get("next();"), "next();");
});

test("no event begins or ends inside a string, a comment or a call", async () => {
  const text = `
    /* one
       two */
    const words = \`
      three
      four
    \`;
    call(
      five,
      six,
    );`;
  for (const { base } of await allEvents("javascript", text, text)) {
    assert.match(base, /^(?:\/\*|const|call)/);
    assert.doesNotMatch(base, /^[^`]*`[^`]*$/);
    assert.doesNotMatch(base, /\/\* one$/);
  }
});

test("events of a file do not overlap, and its prefix is what was there before", async () => {
  const lines = Array.from({ length: 60 }, (_, line) => `call${line}();`);
  const base = lines.join("\n");
  const truth = lines.map((line) => line.replace(";", "")).join("\n");
  const pair = await pairOf("javascript", base, truth);
  for (let seed = 1; seed <= 20; seed++) {
    let end = 0;
    const events = eventsOf(pair, createRandom(seed));
    assert(events.length > 1, `seed ${seed}`);
    for (const event of events) {
      assert(event.prefix.length >= end, `seed ${seed}`);
      assert(truth.startsWith(event.prefix + event.truth), `seed ${seed}`);
      assert(event.base.split("\n").length <= 10);
      end = event.prefix.length + event.truth.length;
    }
  }
});

test("indentation decides nothing: Python's blocks end where they end", async () => {
  const events = await allEvents(
    "python",
    "def f(a):\n    if a:\n        return 1\n    return 2\n\n\ndef g():\n    pass",
    "def f(a):\n  if a:\n    return 1\n  return 2\n\ndef g():\n  pass",
  );
  const truths = new Map(events.map(({ base, truth }) => [base, truth]));
  assert.equal(truths.get("    return 2"), "  return 2");
  assert.equal(truths.get("        return 1\n    return 2"), "    return 1\n  return 2");
});

test("text without a token has no events", async () => {
  assert.deepEqual(await allEvents("javascript", "", ""), []);
});

/** Of many seeds, so that every place that can be an event is one. */
async function allEvents(grammar: Grammar, base: string, truth: string): Promise<PersonaEvent[]> {
  const pair = await pairOf(grammar, outdent(base), outdent(truth));
  const random = createRandom(7);
  return Array.from({ length: 200 }, () => eventsOf(pair, random, { eventsMax: 100, gapLinesMax: 0 })).flat();
}

async function pairOf(grammar: Grammar, base: string, truth: string) {
  await parser.load(grammar);
  const [left, right] = [base, truth].map((text) => parser.parse(grammar, text)!);
  return { path: "a/file", languageId: grammar, base: left!, truth: right! };
}

function outdent(text: string): string {
  if (!text.startsWith("\n")) return text;
  const depth = /^\n( *)/.exec(text)![1]!.length;
  return text.slice(1).replace(new RegExp(`^ {${depth}}`, "gm"), "");
}
