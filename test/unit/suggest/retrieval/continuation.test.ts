import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../../sidecar/base/random.ts";
import {
  continuationOf,
  CONTINUATION_LINES_MAX,
  windowBefore,
} from "../../../../sidecar/suggest/retrieval/continuation.ts";

const CODE = `export async function loadUser(id: string) {
  const path = pathOf(id);
  const text = await read(path);

  return parseUser(text);
}`;

test("what follows the lines that are most alike is the continuation", () => {
  const found = after(
    "async function loadOrder(id: string) {\n  const path = pathOf(id);\n  const text = await read(path);\n  ",
  );
  assert.equal(found?.text, "  return parseUser(text);\n}");
});

test("with something typed it is the line that begins so", () => {
  assert.equal(
    after("  const path = pathOf(id);\n  const te")?.text.split("\n")[0],
    "  const text = await read(path);",
  );
  assert.equal(after("  return par")?.text, "  return parseUser(text);\n}");
});

test("a line that was put in between does no harm", () => {
  const found = after("  const path = pathOf(id);\n  log(path, 'is opened');\n  const text = await read(path);\n  ");
  assert.equal(found?.text, "  return parseUser(text);\n}");
});

test("the more of the lines above are the same, the more alike", () => {
  const one = after("x();\n  const text = await read(path);\n  ");
  const both = after("  const path = pathOf(id);\n  const text = await read(path);\n  ");
  assert.ok(one && both && one.likeness < both.likeness && both.likeness <= 1);
});

test("where nothing is alike there is no continuation", () => {
  assert.equal(after("import fs from 'fs';\n\nclass Button {\n  "), undefined);
  assert.equal(continuationOf("", "", windowBefore("a();\nb")), undefined);
  assert.equal(after(""), undefined);
});

test("behind the last line it goes on with what follows the piece, or there is none", () => {
  const window = windowBefore("start(engine);\n");
  assert.equal(continuationOf("start(engine);", "", window), undefined);
  assert.equal(continuationOf("start(engine);", "\ndrive();", window), undefined, "a blank line is no continuation");
  assert.equal(continuationOf("start(engine);", "}", window), undefined, "nor is a closing bracket");
  assert.equal(continuationOf("start(engine);", "drive();\npark();", window)?.text, "drive();\npark();");
});

test("it is cut after some lines", () => {
  const code = `begin(here, now);\n${"next();\n".repeat(50)}`;
  const found = continuationOf(code, "", windowBefore("begin(here, now);\n"));
  assert.equal(found?.text.split("\n").length, CONTINUATION_LINES_MAX);
});

test("any text is taken, and a continuation is whole lines of the code", () => {
  const seed = 4;
  const random = createRandom(seed);
  const parts = ["load", "user", " ", "\n", "\n  ", "(", ");", "é", "\u0000", "return ", "_"];
  const textOf = (): string => Array.from({ length: 60 }, () => parts[Math.floor(random() * parts.length)]).join("");
  let found = 0;
  for (let round = 0; round < 300; round++) {
    const [code, prefix] = [textOf(), textOf()];
    const continuation = continuationOf(code, "", windowBefore(prefix));
    if (!continuation) continue;
    found++;
    assert.ok(`\n${code}`.includes(`\n${continuation.text}`), `seed ${seed}, round ${round}`);
    assert.ok(continuation.likeness > 0 && continuation.likeness <= 1);
  }
  assert.ok(found > 50);
});

function after(prefix: string) {
  return continuationOf(CODE, "", windowBefore(prefix));
}
