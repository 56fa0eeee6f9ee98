import assert from "node:assert/strict";
import test from "node:test";
import { cutHunks, type EditedFile, type LineRange } from "../../../../sidecar/backtest/replay/edits.ts";
import type { EditEvent, Hunk } from "../../../../sidecar/backtest/replay/event.ts";
import { createRandom } from "../../../../sidecar/base/random.ts";

const NEW_FILE = (lines: number): LineRange => ({ oldStart: 0, oldEnd: 0, newStart: 0, newEnd: lines });

function cut(file: Partial<EditedFile>, { seed = 1, eventsMax = 40, hash = "c1" } = {}): Hunk[] {
  const whole = { path: "a.ts", languageId: "typescript", before: "", after: "", ranges: [], ...file };
  return cutHunks({ hash, author: "me@x", files: [whole] }, { seed, eventsMax })[0]!;
}

function eventsOf(hunks: readonly Hunk[]): EditEvent[] {
  return hunks.flatMap(({ events }) => events);
}

test("above the cursor stands what was typed already, below it what the parent left", () => {
  const [first, second] = cut({
    before: "one\nold\ntwo\nthree\nlast\n",
    after: "one\nnew\ntwo\nfour\nlast\n",
    ranges: [
      { oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 2 },
      { oldStart: 3, oldEnd: 4, newStart: 3, newEnd: 4 },
    ],
  });
  assert.deepEqual(
    [first!.before, first!.after, second!.before, second!.after],
    ["one\ntwo\nthree\nlast\n", "one\nnew\ntwo\nthree\nlast\n", "one\nnew\ntwo\nlast\n", "one\nnew\ntwo\nfour\nlast\n"],
  );
  const [{ prefix, suffix, target, line, column, block }] = second!.events as [EditEvent];
  assert.deepEqual(
    { prefix, suffix, target, line, column, block },
    { prefix: "one\nnew\ntwo\n", suffix: "\nlast\n", target: "four", line: 3, column: 0, block: "four" },
  );
});

test("the suffix of a file's last line is empty, and blank lines make no events", () => {
  const events = eventsOf(cut({ after: "one\n\n  \nlast", ranges: [NEW_FILE(4)] }));
  assert.deepEqual(
    events.map(({ line, suffix }) => [line, suffix]),
    [
      [0, ""],
      [3, ""],
    ],
  );
});

test("what is offered for several lines is compared with ten lines of the added ones at most", () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line${index}`);
  const events = eventsOf(cut({ after: `${lines.join("\n")}\nkept\n`, before: "kept\n", ranges: [NEW_FILE(30)] }));
  assert.equal(events[3]!.block, lines.slice(3, 13).join("\n"));
  assert.equal(events[28]!.block, "line28\nline29");
});

test("half of the events begin behind the indent, half behind a token, and something is left to type", () => {
  const text = "  const a = call(b, c);   \n".repeat(400);
  const events = eventsOf(cut({ after: text, ranges: [NEW_FILE(400)] }, { eventsMax: 400 }));
  assert.equal(events.length, 400);
  const atStart = events.filter(({ trigger }) => trigger === "line start");
  assert(atStart.length > 160 && atStart.length < 240, `${atStart.length} of 400`);
  assert(atStart.every(({ column, target }) => column === 2 && target === "const a = call(b, c);"));
  const ends = [7, 9, 11, 16, 17, 18, 19, 21, 22];
  const columns = new Set(events.filter(({ trigger }) => trigger === "token").map(({ column }) => column));
  assert.deepEqual(
    [...columns].sort((a, b) => a - b),
    ends,
  );
});

test("a big commit has as many events as are allowed, spread evenly over its files", () => {
  const file = (path: string): EditedFile => ({
    path,
    languageId: "python",
    before: "",
    after: "value\n".repeat(100),
    ranges: [NEW_FILE(100)],
  });
  const hunks = cutHunks(
    { hash: "c1", author: "me@x", files: [file("a.py"), file("b.py")] },
    { seed: 1, eventsMax: 40 },
  );
  const [a, b] = hunks.map((of) => eventsOf(of).map(({ line }) => line));
  assert.deepEqual([a!.length, b!.length], [20, 20]);
  assert(a!.slice(1).every((line, index) => line - a![index]! === 5));
});

test("the same seed gives the same events, another one or another commit others", () => {
  const file = { after: "const a = call(b, c);\n".repeat(100), ranges: [NEW_FILE(100)] };
  const places = (options: object): string[] =>
    eventsOf(cut(file, options)).map(({ line, column }) => `${line}:${column}`);
  assert.deepEqual(places({ seed: 1 }), places({ seed: 1 }));
  assert.notDeepEqual(places({ seed: 1 }), places({ seed: 2 }));
  assert.notDeepEqual(places({ hash: "c1" }), places({ hash: "c2" }));
});

test("a long run of lines is typed twenty at a time", () => {
  const hunks = cut({ after: "x\n".repeat(45) + "kept\n", before: "kept\n", ranges: [NEW_FILE(45)] });
  assert.deepEqual(
    hunks.map(({ before, after }) => [before.split("\n").length - 2, after.split("\n").length - 2]),
    [
      [0, 20],
      [20, 40],
      [40, 45],
    ],
  );
});

test("lines that are only removed are a hunk without events", () => {
  const removal = { oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 0 };
  const [hunk] = cut({ before: "gone\nkept\n", after: "kept\n", ranges: [removal] });
  assert.deepEqual([hunk!.before, hunk!.after, hunk!.events], ["kept\n", "kept\n", []]);
});

test("a line end that comes at the end of a file is no line that was typed", () => {
  const range = { oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 3 };
  const hunks = cut({ before: "one\nlast", after: "one\nlast\nnew\n", ranges: [range] });
  assert.deepEqual(
    eventsOf(hunks).map(({ target }) => target),
    ["new"],
  );
  assert.equal(hunks.at(-1)!.after, "one\nlast\nnew\n");
});

test("the end of a file may come, go or move without a range that says so", () => {
  const types = (before: string, after: string, range: LineRange): string[] => {
    const hunks = cut({ before, after, ranges: [range] });
    assert.equal(hunks.at(-1)!.after, after);
    return eventsOf(hunks).map(({ prefix, target, suffix }) => `${prefix.slice(0, -1)}|${target}|${suffix.slice(1)}`);
  };
  const atEnd = { oldStart: 1, oldEnd: 1, newStart: 1, newEnd: 2 };
  assert.deepEqual(types("one", "one\nnew", atEnd), ["one|new|"]);
  assert.deepEqual(types("one", "one\nnew\n", atEnd), ["one|new|"]);
  assert.deepEqual(types("one", "new\none\n", NEW_FILE(1)), ["|new|one\n"]);
  assert.deepEqual(types("one\n", "new\none", NEW_FILE(1)), ["|new|one"]);
  assert.deepEqual(types("one\nold", "one", { oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 1 }), []);
});

test("ranges that do not fit the texts make no hunks", () => {
  const range = { oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 1 };
  assert.equal(cut({ before: "a\nb\n", after: "c\nb\n", ranges: [range] }).length, 1);
  assert.deepEqual(cut({ before: "a\nb\n", after: "c\nd\n", ranges: [range] }), []);
  assert.deepEqual(cut({ before: "a\n", after: "c\n", ranges: [{ ...range, oldEnd: 7 }] }), []);
});

test("line ends that only look like some stay within their line", () => {
  const after = "const a = '\u2028\v\f\u00a0';\n\u00a0\nb\n";
  const events = eventsOf(cut({ after, ranges: [NEW_FILE(3)] }));
  assert.deepEqual(
    events.map(({ line }) => line),
    [0, 2],
  );
});

for (let seed = 1; seed <= 200; seed++) {
  test(`random edits are typed exactly and tell nothing of the future (seed ${seed})`, () => checkRandom(seed));
}

/** Types all hunks with a simple editor of its own. Added lines are unlike all others, so that they can be found. */
function checkRandom(seed: number): void {
  const random = createRandom(seed);
  const upTo = (max: number): number => Math.floor(random() * (max + 1));
  const before: string[] = [];
  const after: string[] = [];
  const ranges: LineRange[] = [];
  const added: string[] = [];
  for (let part = 0, parts = 1 + upTo(6); part < parts; part++) {
    for (let kept = part === 0 ? upTo(2) : 1 + upTo(3); kept > 0; kept--) {
      const line = random() < 0.2 ? "" : `kept${before.length} = ${upTo(9)};`;
      before.push(line);
      after.push(line);
    }
    const range = { oldStart: before.length, oldEnd: before.length + upTo(3), newStart: after.length };
    while (before.length < range.oldEnd) before.push(`old${before.length} = ${upTo(9)};`);
    for (let count = upTo(50) * upTo(1) + 1; count > 0; count--) {
      const line = random() < 0.1 ? "" : `${" ".repeat(upTo(4))}new${after.length}x(${upTo(9)}, b);`;
      after.push(line);
      if (line !== "") added.push(line.trim());
    }
    ranges.push({ ...range, newEnd: after.length });
  }
  // A line end may be missing where the last line is one that is written.
  const end = after.at(-1) !== "" && random() < 0.3 ? "" : "\n";
  const join = (lines: readonly string[]): string => (lines.length === 0 ? "" : lines.join("\n") + "\n");
  const texts = { before: join(before), after: after.join("\n") + end };
  const hunks = cut({ ...texts, ranges }, { seed, eventsMax: 1000 });
  assert.equal(hunks.at(-1)!.after, texts.after);

  const document = [...before];
  let at = 0;
  let events = 0;
  for (const { oldStart, oldEnd, newStart, newEnd } of ranges) {
    document.splice(newStart, oldEnd - oldStart);
    for (let start = newStart; start < newEnd; start += 20) {
      const hunk = hunks[at++]!;
      const stop = Math.min(start + 20, newEnd);
      assert.equal(hunk.before, join(document));
      for (let line = start; line < stop; line++) {
        document.splice(line, 0, after[line]!);
        const event = hunk.events.find((of) => of.line === line);
        assert.equal(event === undefined, after[line] === "");
        if (!event) continue;
        const typed = event.prefix + event.target + event.suffix;
        assert.equal(event.suffix === "" ? `${typed}\n` : typed, join(document));
        assert.equal(event.prefix.length - event.prefix.lastIndexOf("\n") - 1, event.column);
        const known = new Set(added.slice(0, events++));
        for (const line of added) {
          if (!known.has(line)) assert(!event.prefix.includes(line), `${line} is not typed yet`);
          assert(!event.suffix.includes(line), `${line} is in the suffix`);
        }
      }
      assert.equal(hunk.after, stop === after.length ? texts.after : join(document));
    }
  }
  assert.equal(at, hunks.length);
  assert.equal(events, added.length);
}
