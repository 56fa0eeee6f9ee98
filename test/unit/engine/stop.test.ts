import assert from "node:assert/strict";
import test from "node:test";
import { createStopper, LINES_MAX, type StopReason } from "../../../sidecar/engine/stop.ts";
import { parsePlace } from "../../support/place.ts";

interface Case {
  readonly name: string;
  readonly place: string;
  readonly languageId?: string;
  readonly multiLine?: boolean;
  /** What the model writes; "┊" stands where it is stopped, "│" where what is kept ends if that is before. */
  readonly written: string;
  /** Undefined: it is not stopped. */
  readonly reason: StopReason | undefined;
}

const CASES: readonly Case[] = [
  {
    name: "one line is enough where one line is wanted",
    place: "const a = ▮",
    multiLine: false,
    written: "1;│\n┊const b = 2;\n",
    reason: "line is whole",
  },
  {
    name: "a line that is not whole is read on",
    place: "const a = ▮",
    multiLine: false,
    written: "1 + ",
    reason: undefined,
  },
  {
    name: "a line break at once leaves nothing of one line",
    place: "const a = 1;▮",
    multiLine: false,
    written: "│\n┊const b = 2;\n",
    reason: "line is whole",
  },
  {
    name: "a block that the cursor's line opens ends with its brace",
    place: "if (ready) {▮",
    written: "\n  go();\n  stop();\n}│\n┊other();\n",
    reason: "block has ended",
  },
  {
    name: "another branch goes on with the block",
    place: "if (ready) {▮",
    written: "\n  go();\n} else {\n  wait();\n}│\n┊other();\n",
    reason: "block has ended",
  },
  {
    name: "a function whose head is half written ends with its body",
    place: "function add(a▮",
    written: ", b) {\n  return a + b;\n}│\n┊\nfunction subtract() {\n",
    reason: "block has ended",
  },
  {
    name: "a block that the text itself opens in the cursor's line is all of it",
    place: "export const add = ▮",
    written: "(a, b) => {\n  return a + b;\n};│\n┊export const subtract = 1;\n",
    reason: "block has ended",
  },
  {
    name: "the block around the cursor ends with its brace",
    place: "function f() {\n  ▮",
    written: "one();\n  two();\n}│\n┊\nfunction g() {\n",
    reason: "block has ended",
  },
  {
    name: "a brace at once is a block that has ended",
    place: "function f() {\n  one();\n▮",
    written: "}│\n┊\nfunction g() {\n",
    reason: "block has ended",
  },
  {
    name: "a call that is closed in the cursor's line ends no block",
    place: "function f() {\n  call(▮",
    written: "a);\n  other(b);\n}│\n┊\nfunction g() {\n",
    reason: "block has ended",
  },
  {
    name: "braces in strings and comments are none",
    place: "function f() {\n  ▮",
    written: 'say("}"); // }\n  two();\n}│\n┊',
    reason: "block has ended",
  },
  {
    name: "less indentation is another block",
    place: "class A:\n    def f(self):\n        ▮",
    languageId: "python",
    written: "a = 1\n        return a│\n    def g(self):\n┊        pass\n",
    reason: "block has ended",
  },
  {
    name: "blank lines before another block are not kept",
    place: "def f():\n    ▮",
    languageId: "python",
    written: "return 1│\n\n\ndef g():\n┊    pass\n",
    reason: "block has ended",
  },
  {
    name: "the body of a head ends at the head's own indentation",
    place: "def f():▮",
    languageId: "python",
    written: "\n    if a:\n        return 1\n    return 2│\n\ndef g():\n┊",
    reason: "block has ended",
  },
  {
    name: "a head that is half written as well",
    place: "for x in ▮",
    languageId: "python",
    written: "xs:  # all\n    print(x)│\nprint(xs)\n┊",
    reason: "block has ended",
  },
  {
    name: "else goes on with the block before it",
    place: "if a:▮",
    languageId: "python",
    written: "\n    b()\nelse:\n    c()│\nd()\n┊",
    reason: "block has ended",
  },
  {
    name: "a statement does not end its own block",
    place: "def f():\n    a = ▮",
    languageId: "python",
    written: "1\n    b = 2\n    return a + b│\nprint(f())\n┊",
    reason: "block has ended",
  },
  {
    name: "lines of a string have no indentation",
    place: "def f():\n    ▮",
    languageId: "python",
    written: 'return """\nx\n"""\n',
    reason: undefined,
  },
  {
    name: "a blank line and less indentation end a paragraph",
    place: "  ▮",
    written: "one(() => {\n    two();\n\n    three();\n  four();│\n\n  five();\n",
    reason: undefined,
  },
  {
    name: "a paragraph ends where less indented text follows a blank line",
    place: "▮",
    languageId: "python",
    written: "if a:\n    b()│\n\nc()\n┊",
    reason: "paragraph has ended",
  },
  {
    name: "what stands below the cursor is not written again",
    place: "const a = ▮\nconst next = compute();\n",
    written: "1;\nconst b = 2;│\nconst next = compute();\n┊",
    reason: "repeats what follows",
  },
  {
    name: "nor is it at once",
    place: "one();\n▮\n\nconst next = compute();\n",
    written: "│const next = compute();\n┊",
    reason: "repeats what follows",
  },
  {
    name: "a brace that stands below already is left to it",
    place: "if (a) {\n  ▮\n}\n",
    written: "one();│\n}\n┊",
    reason: "repeats what follows",
  },
  {
    name: "a brace at another depth is not that one",
    place: "if (a) {\n  ▮\n}\n",
    written: "if (b) {\n    one();\n  }\n  two();\n",
    reason: undefined,
  },
  {
    name: "the same line three times is a loop, and stays once",
    place: "▮",
    written: "start();\nagain();│\nagain();\nagain();\n┊again();\n",
    reason: "repeats itself",
  },
  {
    name: "so are two lines in turn",
    place: "▮",
    written: "ping(a);\npong(b);│\nping(a);\npong(b);\nping(a);\npong(b);\n┊",
    reason: "repeats itself",
  },
  {
    name: "lines of brackets may come as often as they like",
    place: "x(▮",
    written: "[\n[\n[\n[\n",
    reason: undefined,
  },
  {
    name: "a mark of the model ends its text",
    place: "const a = ▮",
    written: "1;│<|endoftext|>┊const b",
    reason: "mark of a model",
  },
  {
    name: "lines before a mark are judged first",
    place: "const a = ▮",
    multiLine: false,
    written: "1;│\n┊x<|fim_pad|>",
    reason: "line is whole",
  },
  {
    name: "Windows line ends are line ends",
    place: "const a = ▮",
    multiLine: false,
    written: "1;│\r\n┊",
    reason: "line is whole",
  },
];

for (const { name, place, languageId = "typescript", multiLine = true, written, reason } of CASES) {
  test(name, () => {
    const text = written.replace("│", "");
    const expected = written.includes("│") && reason ? written.slice(0, written.indexOf("│")) : text.split("┊")[0]!;
    const stopsAt = text.indexOf("┊");
    const pieces = text.replace("┊", "");
    // However it comes in pieces: as a whole, and by so many characters.
    for (const size of [1, 2, 3, 7, pieces.length]) {
      const stopper = createStopper({ ...parsePlace(place), languageId, multiLine });
      let at = 0;
      let isStopped = false;
      for (; at < pieces.length && !isStopped; at += size) isStopped = stopper.feed(pieces.slice(at, at + size));
      assert.equal(stopper.reason, reason, `in pieces of ${size}`);
      assert.equal(stopper.kept, expected, `in pieces of ${size}`);
      assert.equal(isStopped, reason !== undefined);
      if (reason) {
        assert.ok(at - size < stopsAt && stopsAt <= at, `stopped at ${at}, and not at ${stopsAt}`);
        assert.equal(stopper.feed("more\n"), true);
        assert.equal(stopper.kept, expected, "what comes behind is ignored");
      }
    }
  });
}

test("more lines than are read are not waited for", () => {
  const stopper = createStopper({ prefix: "", suffix: "", languageId: "typescript", multiLine: true });
  const lines = Array.from({ length: LINES_MAX + 5 }, (_, index) => `line(${index});`);
  assert.equal(stopper.feed(`${lines.join("\n")}\n`), true);
  assert.equal(stopper.kept, lines.slice(0, LINES_MAX).join("\n"));
  assert.equal(stopper.reason, "long enough");
});

test("lines that are whole can be had before the end", () => {
  const stopper = createStopper({ prefix: "", suffix: "", languageId: "typescript", multiLine: true });
  stopper.feed("on");
  assert.equal(stopper.keptLines, "");
  stopper.feed("e();\ntwo();\nthr");
  assert.equal(stopper.keptLines, "one();\ntwo();");
  assert.equal(stopper.kept, "one();\ntwo();\nthr");
});

test("marks are those that are given", () => {
  const place = { prefix: "", suffix: "", languageId: "html", multiLine: true };
  const stopper = createStopper({ ...place, marks: ["<EOT>"] });
  assert.equal(stopper.feed("<PRE>a</PRE><|endoftext|>"), false);
  assert.equal(stopper.feed("<EO"), false);
  assert.equal(stopper.feed("T>"), true);
  assert.equal(stopper.kept, "<PRE>a</PRE><|endoftext|>");
});
