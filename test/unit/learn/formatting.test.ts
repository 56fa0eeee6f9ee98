/** The project's own formatter, asked in the background: what is shown next, what is learned, and what goes wrong. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { SidecarError } from "../../../sidecar/base/errors.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { Formatting, type FormattingLimits, type FormattingRequest } from "../../../sidecar/learn/formatting.ts";
import { StyleMemory } from "../../../sidecar/learn/style-memory.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { writeFiles } from "../../support/folders.ts";
import { fakePackageProject, fakeProgramProject, prettierProject } from "../../support/formatters.ts";
import { never } from "../../support/recall.ts";
import { FakeClock, temporaryDatabase } from "../../support/store.ts";

const SINGLE_QUOTES = { singleQuote: true };
const OFFERED = 'const user = find("a");';
const FORMATTED = "const user = find('a');";

interface Place {
  readonly prefix?: string;
  readonly suffix?: string;
  readonly path?: string;
}

/** Formatting of a project, with the style that learns from it. */
async function createFormatting(t: TestContext, root: string, limits: FormattingLimits = {}) {
  const database = await temporaryDatabase(t);
  const style = new StyleMemory({ database, clock: new FakeClock(), log: silentLog });
  t.after(() => style.close());
  await style.open(never);
  const project = openProject(database, root, new FakeClock());
  const faults: (SidecarError | undefined)[] = [];
  const onFault = (fault: SidecarError | undefined): void => void faults.push(fault);
  const deps = { style, log: silentLog, onFault, onAnswer: () => undefined };
  const formatting = new Formatting(deps, { pauseMs: 0, ...limits });
  t.after(() => formatting.close());

  const requestOf = (raw: string, { prefix = "", suffix = "", path = "src/a.ts" }: Place): FormattingRequest => {
    const place = { languageId: "typescript", project: project.id, path };
    const { text } = style.repair(place, prefix, raw);
    return { project, path, languageId: "typescript", prefix, suffix, raw, text };
  };
  return {
    style,
    formatting,
    project,
    faults,
    /** What is shown, as far as it is known without waiting. */
    shown: (raw: string, place: Place = {}): string => {
      const request = requestOf(raw, place);
      return formatting.find(request)?.text ?? request.text;
    },
    repaired: (raw: string, place: Place = {}): string => requestOf(raw, place).text,
    /** Suggests, and waits for what the formatter says about it. */
    suggest: async (raw: string, place: Place = {}): Promise<void> => {
      formatting.ask(requestOf(raw, place));
      await formatting.idle();
    },
  };
}

test("what is suggested again is laid out as the formatter does it", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES);
  const { suggest, shown, formatting, project } = await createFormatting(t, root);
  assert.equal(shown(OFFERED), OFFERED);
  await suggest(OFFERED);
  assert.equal(shown(OFFERED), FORMATTED);
  const request = { project, path: "src/a.ts", languageId: "typescript", prefix: "", suffix: "" };
  assert.deepEqual(formatting.find({ ...request, raw: OFFERED, text: OFFERED })?.repair, {
    learnedId: `typescript/formatter=Prettier@project:${project.id}`,
    kind: "convention",
    title: "layout: as Prettier does it",
    count: 1,
  });
});

test("what is typed along stays as it is laid out", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES);
  const { suggest, shown } = await createFormatting(t, root);
  await suggest(OFFERED);
  assert.equal(shown(OFFERED.slice(8), { prefix: OFFERED.slice(0, 8) }), FORMATTED.slice(8));
});

test("lines that are too long are broken where the formatter breaks them", async (t) => {
  const root = await prettierProject(t, { printWidth: 40 });
  const { suggest, shown } = await createFormatting(t, root);
  const place = { prefix: "function f() {\n  " };
  const offered = "return call(firstArgument, secondArgument);";
  await suggest(offered, place);
  assert.equal(shown(offered, place), "return call(\n    firstArgument,\n    secondArgument,\n  );");
});

test("what the formatter did in one place is learned for the next", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES);
  const { suggest, repaired } = await createFormatting(t, root);
  await suggest(OFFERED);
  assert.equal(repaired('f("b", "c");', { path: "src/b.ts" }), "f('b', 'c');");
});

test("what the formatter teaches holds in its project only", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES);
  const { suggest, style, project } = await createFormatting(t, root);
  for (const name of ["a", "b", "c"]) await suggest(`f("${name}", "${name}${name}");`);
  const elsewhere = { languageId: "typescript", project: project.id + 1, path: "src/a.ts" };
  assert.equal(style.repair(elsewhere, "", OFFERED).text, OFFERED);
});

test("after a handful of answers the learned layout is the formatter's", async (t) => {
  const root = await prettierProject(t, {
    singleQuote: true,
    semi: false,
    bracketSpacing: false,
    trailingComma: "none",
  });
  const { suggest, repaired } = await createFormatting(t, root);
  for (const name of ["a", "b", "c", "d"]) {
    await suggest(`const ${name} = { one: "${name}" };`);
    await suggest(`import { ${name} } from "./${name}";`);
  }
  assert.equal(repaired('const user = { name: "x" };'), "const user = {name: 'x'}");
  assert.equal(repaired('import { z } from "./z";'), "import {z} from './z'");
});

test("what is cut off, broken or inside of a line is not asked about", async (t) => {
  const root = await fakeProgramProject(t, "echo asked >> asked; cat");
  const { suggest } = await createFormatting(t, root);
  await suggest("const a = call(");
  await suggest("const a = 1 +");
  await suggest("const = 3;");
  await suggest("a", { prefix: "f(", suffix: " + b);" });
  assert.throws(() => readFileSync(join(root, "asked")), /ENOENT/);
  await suggest("a", { prefix: "f(", suffix: ");" });
  assert.equal(readFileSync(join(root, "asked"), "utf8"), "asked\n");
});

test("the same suggestion is asked about once, and of those that wait only the newest", async (t) => {
  const root = await fakeProgramProject(t, "tee -a asked");
  const { suggest, formatting, project } = await createFormatting(t, root);
  for (let time = 0; time < 3; time++) await suggest(OFFERED);
  for (const text of ["a(1);", "a(2);", "a(3);"]) {
    formatting.ask({ project, path: "a.ts", languageId: "typescript", prefix: "", suffix: "", raw: text, text });
  }
  await formatting.idle();
  assert.equal(readFileSync(join(root, "asked"), "utf8"), `${OFFERED}a(1);a(3);`);
});

test("once what was learned agrees, few suggestions are asked about", async (t) => {
  const root = await fakeProgramProject(t, "echo asked >> asked; cat");
  const { suggest } = await createFormatting(t, root);
  for (let number = 0; number < 60; number++) await suggest(`f(${number});`);
  assert.equal(readFileSync(join(root, "asked"), "utf8").split("\n").length - 1, 22);
});

test("a file that the formatter ignores is laid out as was learned", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES, { ".prettierignore": "vendor/" });
  const { suggest, shown, faults } = await createFormatting(t, root);
  for (let number = 0; number < 12; number++) await suggest(`f("${number}");`, { path: "vendor/a.ts" });
  assert.equal(shown('f("1");', { path: "vendor/a.ts" }), 'f("1");');
  assert.deepEqual(faults, []);
});

test("a formatter that fails is reported once, and left alone until its configuration changes", async (t) => {
  const root = await fakeProgramProject(t, "echo asked >> asked; exit 1");
  const { suggest, faults, formatting, project } = await createFormatting(t, root);
  for (let number = 0; number < 20; number++) await suggest(`f(${number});`);
  assert.equal(faults.length, 1);
  assert.match(faults[0]!.message, /^Biome did not format 8 suggestions in a row \(it ended with 1\)/);
  assert.equal(readFileSync(join(root, "asked"), "utf8").split("\n").length - 1, 8);

  formatting.fileChanged(project, "src/a.ts");
  assert.equal(faults.length, 1, "a file of source changes nothing");
  await writeFiles(root, { "node_modules/.bin/biome": "#!/bin/sh\nsed s/f/g/g | sed s/g/f/g\n" });
  formatting.fileChanged(project, "biome.json");
  assert.equal(faults.at(-1), undefined);
  await suggest("f(  100 );");
  assert.equal(faults.length, 2);
});

test("one that hangs is ended and left alone", async (t) => {
  const root = await fakeProgramProject(t, "sleep 600");
  const { suggest, faults } = await createFormatting(t, root, { answerMsMax: 200 });
  await suggest(OFFERED);
  await suggest("f(1);");
  assert.equal(faults.length, 1);
  assert.match(faults[0]!.message, /^Biome gave no answer within 0.2 s/);
});

test("one that answers garbage changes nothing", async (t) => {
  for (const garbage of ["echo 'g(1, 2, 3);'", "head -c 3000 /dev/urandom"]) {
    const root = await fakeProgramProject(t, garbage);
    const { suggest, shown, faults } = await createFormatting(t, root);
    for (let number = 0; number < 8; number++) await suggest(`f("${number}");`);
    assert.equal(shown('f("1");'), 'f("1");');
    assert.equal(faults.length, 1, garbage);
  }
});

test("a package that dies is left alone, and the project goes on", async (t) => {
  const root = await fakePackageProject(t, "process.exit(1)");
  const { suggest, shown, faults } = await createFormatting(t, root);
  await suggest(OFFERED);
  assert.equal(shown(OFFERED), OFFERED);
  assert.match(faults[0]!.message, /^Prettier died/);
});

test("a changed configuration is obeyed at once", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES);
  const { suggest, shown, formatting, project } = await createFormatting(t, root);
  await suggest(OFFERED);
  await writeFiles(root, { ".prettierrc": '{ "semi": false }' });
  formatting.fileChanged(project, ".prettierrc");
  const other = 'const user = find(  "a", b);';
  await suggest(other);
  assert.equal(shown(other), 'const user = find("a", b)');
});

test("a formatter that is configured later is found", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES);
  await rename(join(root, ".prettierrc"), join(root, "style.json"));
  const { suggest, shown, formatting, project } = await createFormatting(t, root);
  await suggest(OFFERED);
  assert.equal(shown(OFFERED), OFFERED);
  await rename(join(root, "style.json"), join(root, ".prettierrc"));
  formatting.fileChanged(project, ".prettierrc");
  await suggest(OFFERED);
  assert.equal(shown(OFFERED), FORMATTED);
});

test("it is listed with its figures, and a veto switches it off", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES);
  const { suggest, shown, formatting, style, project } = await createFormatting(t, root);
  assert.deepEqual(formatting.list(undefined), []);
  await suggest(OFFERED);
  await suggest("f(1);");
  const [listed] = formatting.list(project.id);
  assert.equal(listed?.title, "layout: as Prettier does it");
  assert.deepEqual([listed.held, listed.total, listed.state], [2, 2, "serves"]);
  style.decide(listed.id, "vetoed");
  const other = "const a = {b};";
  await suggest(other);
  assert.equal(shown(other), other);
  assert.equal(formatting.list(project.id)[0]?.state, "vetoed");
  assert.deepEqual(formatting.list(project.id + 1), []);
});

test("what the user has decided outranks the formatter", async (t) => {
  const root = await prettierProject(t, SINGLE_QUOTES);
  const { suggest, shown, style, project } = await createFormatting(t, root);
  await suggest(OFFERED);
  const formatted = shown(OFFERED);
  assert.notEqual(formatted, OFFERED);
  style.decide(`typescript/quotes=double@directory:${project.id}:elsewhere`, "pinned");
  style.decide(`typescript/quotes=double@project:${project.id + 1}`, "pinned");
  assert.equal(shown(OFFERED), formatted, "what is decided elsewhere says nothing of this place");
  style.decide("typescript/quotes=double@language", "pinned");
  assert.equal(shown(OFFERED), OFFERED);
});

test("closing in the middle of an answer is quick and no fault", async (t) => {
  const root = await fakeProgramProject(t, "sleep 600");
  const { formatting, faults, project } = await createFormatting(t, root);
  const request = { project, path: "a.ts", languageId: "typescript", prefix: "", suffix: "" };
  formatting.ask({ ...request, raw: OFFERED, text: OFFERED });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const startedAt = performance.now();
  await formatting.close();
  assert.ok(performance.now() - startedAt < 2000);
  assert.deepEqual(faults, []);
});
