import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { after, type TestContext } from "node:test";
import { parsePersona, readPersona } from "../../../../sidecar/backtest/personas/persona-file.ts";
import { figuresOf } from "../../../../sidecar/backtest/personas/figures.ts";
import { preparePersona } from "../../../../sidecar/backtest/personas/files.ts";
import { suitePage } from "../../../../sidecar/backtest/personas/page.ts";
import { suiteJson, suiteLines } from "../../../../sidecar/backtest/personas/report.ts";
import { runSuite } from "../../../../sidecar/backtest/personas/suite.ts";
import { type PersonaLearner, planEvents, runPersona } from "../../../../sidecar/backtest/personas/run.ts";
import { SidecarError } from "../../../../sidecar/base/errors.ts";
import { openSyntaxParser } from "../../../../sidecar/code/parser.ts";
import { temporaryFolder } from "../../../support/folders.ts";

const parser = await openSyntaxParser();
after(() => parser.close());
const never = new AbortController().signal;

/** A tool: rewrites files by an expression over `text` and `path`. */
const tool = (expression: string): string[] => [
  "node",
  "-e",
  `const fs = require("fs");
  for (const path of process.argv.slice(1)) {
    const text = fs.readFileSync(path, "utf8");
    fs.writeFileSync(path, ${expression});
  }`,
  "{files}",
];
const KEEP = tool("text");
const SINGLE = tool(`text.replaceAll('"', "'")`);
const TABS = tool(`text.replaceAll("    ", "\\t")`);
const BREAK = ["node", "-e", "console.error('no such option'); process.exit(2)", "{file}"];

test("nobody's help is a ratio of one, and nothing is harmed", async (t) => {
  const figures = await measure(t, { kind: "formatter", persona: [SINGLE] }, (event) => event.base);
  assert.equal(figures.ratio, 1);
  assert.equal(figures.ratioNoIndent, 1);
  assert.equal(figures.harmedEvents, 0);
  assert.equal(figures.siteAccuracyAll, 0);
});

test("who knows the answer has a ratio of zero", async (t) => {
  const figures = await measure(t, { kind: "mixed", persona: [SINGLE, TABS] }, (event) => event.truth);
  assert.equal(figures.ratio, 0);
  assert.equal(figures.ratioTokens, 0);
  assert.equal(figures.siteAccuracyAll, 1);
  assert.equal(figures.oracle, 0);
});

test("a persona that writes as the base does is harmed by any change", async (t) => {
  const kept = await measure(t, { kind: "null", persona: [KEEP] }, (event) => event.base);
  assert.deepEqual([kept.ratio, kept.harmedEvents, kept.harmPer1000Lines], [1, 0, 0]);
  const changed = await measure(t, { kind: "null", persona: [KEEP] }, (event) => `${event.base};`);
  assert.equal(changed.harmedEvents, changed.events);
  assert.equal(changed.ratio, Infinity);
});

test("a switch is recovered from when the ratio is back, and not before", async (t) => {
  const persona = { kind: "formatter", persona: [SINGLE], switchTo: [TABS] };
  let seen = 0;
  const late = await measure(t, persona, (event) => {
    if (event.truth.includes("\t")) seen++;
    return event.truth.includes("\t") && seen < 10 ? event.base : event.truth;
  });
  assert(late.recoveryEvents! >= 25 && late.recoveryEvents! < Infinity, String(late.recoveryEvents));
  assert.equal(late.recoveryPeak! > 0, true);
  const stubborn = await measure(t, persona, (event) => (event.truth.includes("\t") ? event.base : event.truth));
  assert.equal(stubborn.recoveryEvents, Infinity);
});

test("a style can hold in some files only", async (t) => {
  const contexts = [{ match: "**/tests/**", persona: [TABS] }];
  const prepared = await prepare(t, { kind: "formatter", persona: [SINGLE], contexts });
  for (const { path, first } of prepared.files) {
    assert.equal(first.truth.text.includes("\t"), path.includes("tests/"), path);
    assert.equal(first.truth.text.includes("'"), !path.includes("tests/"), path);
  }
});

test("the same seed gives the same events, another seed others", async (t) => {
  const prepared = await prepare(t, { kind: "formatter", persona: [SINGLE] });
  const texts = (seed: number) => planEvents(prepared, seed, 40).map(({ event }) => event.base);
  assert.deepEqual(texts(1), texts(1));
  assert.notDeepEqual(texts(1), texts(2));
});

test("of idioms the events that differ count, with as many that do not among them", async (t) => {
  const prepared = await prepare(t, { kind: "idioms", persona: [tool(`text.replaceAll("call3(", "other(")`)] });
  const events = planEvents(prepared, 1, 5).map(({ event }) => event);
  assert.equal(events.filter((event) => event.base !== event.truth).length, 5);
  assert(events.some((event) => event.base === event.truth));
});

test("files with Windows line ends are read like others", async (t) => {
  const prepared = await prepare(t, { kind: "formatter", persona: [SINGLE] }, (text) => text.replaceAll("\n", "\r\n"));
  assert(prepared.files.length > 3);
  assert(!prepared.files.some(({ first }) => /\r/.test(first.base.text + first.truth.text)));
});

test("files that do not parse, and tools that do not settle, cost these files only", async (t) => {
  const grows = tool(`path.endsWith("/file1.js") ? text + "// more\\n" : text.replaceAll('"', "'")`);
  const prepared = await prepare(t, { kind: "formatter", persona: [grows] }, (text, name) =>
    name === "file2.js" ? "function (((" : text,
  );
  assert.deepEqual(prepared.leftOut, { "the persona's tool does not settle": 2, "does not parse": 2 });
});

test("a tool that changes nothing is found out", async (t) => {
  await assert.rejects(prepare(t, { kind: "formatter", persona: [KEEP] }), /The tools of test change nothing/);
});

test("sources that are not there are said to be missing", async (t) => {
  await assert.rejects(
    prepare(t, { kind: "formatter", persona: [SINGLE], sources: ["elsewhere/*.js"] }),
    /Only 0 of 0 source files of test can be used/,
  );
  await assert.rejects(
    prepare(t, { kind: "formatter", persona: [SINGLE], sources: ["$NO_SUCH_FOLDER/*.js"] }),
    /need the environment variable NO_SUCH_FOLDER/,
  );
});

test("a tool that fails is named with the file and its own words; the others go on", async (t) => {
  const broken = await writePersona(t, { kind: "formatter", persona: [BREAK] });
  const missing = await writePersona(t, { kind: "formatter", persona: [["no-such-program", "{file}"]] });
  const right = await writePersona(t, { kind: "formatter", persona: [SINGLE] });
  const learners: string[] = [];
  const suite = await runSuite(
    {
      files: [broken, missing, right],
      seeds: [1, 2],
      events: 20,
      createLearner: (persona) => {
        learners.push(persona);
        return Promise.resolve(learner((event) => event.base));
      },
      prepare: { parser, cacheFolder: await temporaryFolder(t), environment: process.env },
    },
    never,
  );
  assert.match(suite.failures[0]!.message, /^The tool node ended with status 2 on src\/\S+\.js:\nno such option$/);
  assert.match(suite.failures[1]!.message, /^The tool no-such-program could not be run/);
  assert.deepEqual(
    suite.personas.map(({ name }) => name),
    ["test"],
  );
  assert.deepEqual(learners, ["test", "test"]);
});

test("what is interrupted says that it is partial", async (t) => {
  const abort = new AbortController();
  let events = 0;
  const suite = await runSuite(
    {
      files: [await writePersona(t, { kind: "formatter", persona: [SINGLE] })],
      seeds: [1, 2],
      events: 20,
      createLearner: () =>
        Promise.resolve(
          learner((event) => {
            if (++events === 12) abort.abort();
            return event.base;
          }),
        ),
      prepare: { parser, cacheFolder: await temporaryFolder(t), environment: process.env },
    },
    abort.signal,
  );
  assert.equal(suite.complete, false);
  assert.equal(suite.personas[0]!.figures.events, 12);
  assert(suiteLines(suite).some((line) => line.includes("partial")));
});

test("a report has the means and one entry for each persona", async (t) => {
  const suite = await suiteOf(t, (event) => event.base);
  const json = JSON.parse(JSON.stringify(suiteJson(suite))) as {
    mean: Record<string, unknown>;
    personas: Record<string, Record<string, unknown>>;
  };
  assert.equal(json.mean["ratio"], 1);
  assert.deepEqual(Object.keys(json.personas), ["test"]);
  const keys = ["kind", "ratio", "ratioNoIndent", "ratioTokens", "oracle", "siteAccuracy", "harmPer1000Lines"];
  for (const key of [...keys, "recoveryEvents"]) assert(key in json.personas["test"]!, key);
  const [head, row] = suiteLines(suite);
  assert.match(head!, /^persona\s+kind\s+events/);
  assert.match(row!, /^test\s+formatter\s+40\s/);
});

test("the page asks for nothing from elsewhere, and source text stays text", async (t) => {
  const page = suitePage(await suiteOf(t, (event) => `<img src="https://example.org/x">${event.base}`));
  assert(!page.includes("<img"));
  assert(page.includes("&#60;img"));
  assert.match(page, /<svg[^]*<polyline class="curve" points="[\d., ]+"/);
  assert.doesNotMatch(page, /(?:src|href)="(?!#)|url\(/);
});

test("what is wrong in a persona's file is named by its field", async (t) => {
  const file = "/personas/some.json";
  const right = { kind: "formatter", languageId: "javascript", sources: ["a/*.js"], base: [KEEP], persona: [SINGLE] };
  assert.equal(parsePersona(right, file).name, "some");
  const wrong: [object, RegExp][] = [
    [{ ...right, kind: "fancy" }, /some\.json is not right: kind:/],
    [{ ...right, languageId: "klingon" }, /languageId: Not a language/],
    [{ ...right, sources: [] }, /sources:/],
    [{ ...right, sources: ["a/{b,c/*.js"] }, /sources\.0: The braces/],
    [{ ...right, persona: [["node", "tool.js"]] }, /persona\.0: A command needs \{file\}/],
    [{ ...right, colour: "red" }, /colour:/],
    [{ ...right, name: "../up" }, /name: A name is letters/],
  ];
  for (const [json, message] of wrong) {
    assert.throws(
      () => parsePersona(json, file),
      (error) => error instanceof SidecarError && message.test(error.message),
    );
  }
  const path = join(await temporaryFolder(t), "broken.json");
  await assert.rejects(readPersona(path), /cannot be read/);
  await writeFile(path, "{");
  await assert.rejects(readPersona(path), /is not JSON/);
});

test("the personas of the repository are right", async () => {
  const folder = new URL("../../../../personas/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const personas = await Promise.all(names.map((name) => readPersona(new URL(name, folder).pathname)));
  const count = (kind: string): number => personas.filter((persona) => persona.kind === kind).length;
  assert(count("formatter") >= 4 && count("mixed") >= 3 && count("idioms") >= 3 && count("null") >= 2);
  assert(personas.some(({ styles }) => styles.length > 1) && personas.some(({ switchTo }) => switchTo));
  assert(new Set(personas.map(({ languageId }) => languageId)).size >= 4);
});

type Show = (event: { readonly base: string; readonly truth: string }) => string;

function learner(show: Show): PersonaLearner {
  return {
    see: () => Promise.resolve(),
    repair: (event) => Promise.resolve(show(event)),
    learn: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function measure(t: TestContext, fields: object, show: Show) {
  const prepared = await prepare(t, fields);
  return figuresOf([
    await runPersona(prepared, { seed: 1, events: 120, createLearner: () => Promise.resolve(learner(show)) }, never),
  ]);
}

async function suiteOf(t: TestContext, show: Show) {
  const file = await writePersona(t, { kind: "formatter", persona: [SINGLE] });
  const prepareOptions = { parser, cacheFolder: await temporaryFolder(t), environment: process.env };
  const createLearner = () => Promise.resolve(learner(show));
  return runSuite({ files: [file], seeds: [1, 2], events: 20, createLearner, prepare: prepareOptions }, never);
}

async function prepare(t: TestContext, fields: object, source?: (text: string, name: string) => string) {
  const persona = await readPersona(await writePersona(t, fields, source));
  return preparePersona(persona, { parser, cacheFolder: await temporaryFolder(t), environment: process.env }, never);
}

/** A persona named "test" over a few files, half of them in a folder `tests`. */
async function writePersona(
  t: TestContext,
  fields: object,
  source: (text: string, name: string) => string = (text) => text,
): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const inner of ["src/lib", "src/tests"]) {
    await mkdir(join(folder, inner), { recursive: true });
    for (let file = 0; file < 14; file++) {
      const name = `file${file}.js`;
      await writeFile(join(folder, inner, name), source(textOf(file), name));
    }
  }
  const path = join(folder, "test.json");
  const rest = { languageId: "javascript", sources: ["src/**/*.js"], base: [KEEP] };
  await writeFile(path, JSON.stringify({ ...rest, ...fields }));
  return path;
}

function textOf(file: number): string {
  const functions = Array.from(
    { length: 12 },
    (_, index) => `function f${index}(a) {\n    call${index}("${file}", a);\n    return "x" + a;\n}\n`,
  );
  return functions.join("\n");
}
