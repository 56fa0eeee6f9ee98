import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ACCEPTED_MAX } from "../../../extension/observe/following.ts";
import type { LastGeneration } from "../../../extension/observe/offers.ts";
import { applyEdit } from "../../../text/edit.ts";
import { createDice, seeds } from "../text/dice.ts";
import { FakeEditor, URI } from "./fake-editor.ts";

/** An editor in which "foo(bar)" was read and accepted with Tab. */
function accepted(drawing = "const a = ▮;\n", text = "foo(bar)"): FakeEditor {
  const editor = new FakeEditor(drawing);
  editor.offer(text);
  editor.wait(800);
  editor.tab(text);
  return editor;
}

/** What was told after "shown" and "accepted", without diagnostics. */
function afterwards(editor: FakeEditor): string[] {
  return editor.told.filter((line) => !/^(shown|accepted|diagnostics|survived)/u.test(line));
}

suite("shown", () => {
  test("is told after the dwell time, once", () => {
    const editor = new FakeEditor("a▮\n");
    editor.offer("bc");
    editor.wait(749);
    assert.deepEqual(editor.told, []);
    editor.wait(1);
    assert.deepEqual(editor.told, ["shown g1"]);
    editor.wait(2_000);
    assert.deepEqual(editor.told, ["shown g1"]);
  });

  test("carries the suggestion and its place", () => {
    const editor = new FakeEditor("// one\nfunction f() {\n  retu▮\n}\n");
    editor.offer("rn 1;\n}", { typed: 4 });
    editor.wait(750);
    assert.deepEqual(editor.last("shown").generation, {
      id: "g1",
      engine: "recall",
      proposer: "copier",
      languageId: "typescript",
      uri: URI,
      line: 2,
      character: 6,
      linePrefix: "  retu",
      contextBefore: "// one\nfunction f() {",
      text: "rn 1;\n}",
    });
  });

  test("carries 20 lines of context at most", () => {
    const editor = new FakeEditor(`${Array.from({ length: 30 }, (_, line) => `line ${String(line)}\n`).join("")}▮`);
    editor.offer("x1");
    editor.wait(750);
    assert.equal(editor.last("shown").generation.contextBefore.split("\n").length, 20);
    assert.match(editor.last("shown").generation.contextBefore, /^line 10\n[^]*line 29$/u);
  });

  test("is not told of a flash: superseded, typed over or left before the dwell time", () => {
    const editor = new FakeEditor("a▮\nb\n");
    editor.offer("bc", { id: "g1" });
    editor.wait(400);
    editor.offer("xyz", { id: "g2" });
    editor.wait(400);
    editor.type("q");
    editor.wait(400);
    editor.offer("uv", { id: "g3" });
    editor.wait(400);
    editor.moveTo(4);
    editor.wait(20_000);
    assert.deepEqual(editor.told, []);
  });

  test("goes on counting while the same text is answered anew", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const", { id: "g1" });
    editor.type("c");
    editor.offer("onst", { id: "g2" });
    editor.wait(500);
    editor.type("o");
    editor.offer("nst", { id: "g3" });
    editor.wait(200);
    assert.deepEqual(editor.told, ["shown g3"]);
    assert.equal(editor.last("shown").generation.text, "nst");
    assert.equal(editor.last("shown").generation.linePrefix, "co");
  });

  test("comes first for a suggestion that is accepted before the dwell time", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const");
    editor.wait(100);
    editor.tab("const");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 5"]);
    assert.equal(editor.last("accepted").dwellMs, 100);
  });

  test("is not told where the cursor went away, and is where it came back", () => {
    const editor = new FakeEditor("a▮\nb\n");
    editor.offer("bc");
    editor.wait(700);
    editor.moveTo(3);
    editor.wait(100);
    editor.moveTo(1);
    editor.wait(750);
    assert.deepEqual(editor.told, ["shown g1"]);
  });

  test("is not told of a suggestion whose beginning is not what was typed", () => {
    const editor = new FakeEditor("Foo▮\n");
    editor.tracker.offered(editor.document, 3, [
      { info: { id: "g1", engine: "e", proposer: "p" }, insertText: "foobar", range: { start: 0, end: 3 } },
    ]);
    editor.wait(1_000);
    assert.deepEqual(editor.told, []);
  });

  test("is not told of an empty suggestion", () => {
    const editor = new FakeEditor("foo▮\n");
    editor.offer("", { typed: 3 });
    editor.wait(1_000);
    assert.deepEqual(editor.told, []);
  });

  test("is told once where an answer offers several", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("one()", { others: { g2: "two()" } });
    editor.wait(750);
    assert.deepEqual(editor.told, ["shown g1"]);
  });
});

suite("accepted", () => {
  test("whole: by the editor's command, after its change and its selection", () => {
    const editor = accepted();
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 8"]);
    assert.equal(editor.last("accepted").dwellMs, 800);
  });

  test("nothing before the command: complete text may have been typed", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(800);
    editor.insert("abc");
    editor.wait(999);
    assert.deepEqual(editor.told, ["shown g1"]);
  });

  test("typing the suggestion to its end is told once nobody can report it as accepted any more", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(800);
    editor.type("abc");
    editor.wait(5_000);
    assert.deepEqual(editor.told, ["shown g1"]);
    editor.wait(20_000);
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 typed-out"]);
  });

  test("what was typed to its end before anybody could read it is not told", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(300);
    editor.type("abc");
    editor.wait(20_000);
    assert.deepEqual(editor.told, []);
  });

  test("counts from the suggestion's beginning, with what was typed along", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("console.log()");
    editor.type("cons");
    editor.wait(800);
    editor.tab("ole.log()");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 13"]);
  });

  test("by a later answer's id, where it offered the same rest", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const", { id: "g1" });
    editor.wait(800);
    editor.type("c");
    editor.offer("onst", { id: "g2" });
    editor.tab("onst", { id: "g2" });
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 5"]);
  });

  test("by the first answer's id, where the shown signal took a later one", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const", { id: "g1" });
    editor.type("c");
    editor.offer("onst", { id: "g2" });
    editor.wait(800);
    editor.tab("onst", { id: "g1" });
    assert.deepEqual(editor.told, ["shown g2", "accepted g2 whole editor 4"]);
  });

  test("the next word by our key", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const total = 1;");
    editor.wait(800);
    editor.key("word", "const");
    editor.wait(100);
    editor.key("word", " ");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word key 5", "accepted g1 word key 6"]);
  });

  test("the next line by our key", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("if (a) {\n  b();\n}");
    editor.wait(800);
    editor.key("line", "if (a) {\n");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 line key 9"]);
  });

  test("the last word by our key, reported by command", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("let a");
    editor.wait(800);
    editor.key("word", "let");
    editor.key("word", " a", { completes: "g1" });
    editor.wait(1_500);
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word key 3", "accepted g1 word key 5"]);
  });

  test("the last word by our key, where the editor sends no command", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("let a");
    editor.wait(800);
    editor.key("word", "let a");
    editor.wait(1_500);
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word key 5"]);
    editor.command();
    assert.equal(editor.told.length, 2);
  });

  test("the next word by mouse: a matching insertion of more than a key", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const total = 1;");
    editor.wait(800);
    editor.insert("const");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word editor 5"]);
  });

  test("the next line by mouse", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("if (a) {\n  b();\n}");
    editor.wait(800);
    editor.insert("if (a) {\n");
    editor.insert("  b();\n");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 line editor 9", "accepted g1 line editor 16"]);
  });

  test("in parts, then the rest with Tab", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const total = 1;");
    editor.wait(800);
    editor.key("word", "const");
    editor.type(" t");
    editor.tab("otal = 1;");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word key 5", "accepted g1 whole editor 16"]);
  });

  test("in parts, with a new answer for the rest in between", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const total = 1;");
    editor.wait(800);
    editor.key("word", "const");
    editor.offer(" total = 1;", { id: "g2" });
    editor.tab(" total = 1;", { id: "g2" });
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word key 5", "accepted g1 whole editor 16"]);
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "const total = 1;");
  });

  test("typing does not accept: single characters advance the rest", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abcdef");
    editor.wait(800);
    editor.type("abc");
    assert.deepEqual(editor.told, ["shown g1"]);
    editor.tab("def");
    assert.deepEqual(editor.told.slice(1), ["accepted g1 whole editor 6"]);
  });

  test("a typed emoji is one character, not a part", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("😀😁 yes");
    editor.wait(800);
    editor.insert("😀");
    editor.insert("😁");
    assert.deepEqual(editor.told, ["shown g1"]);
    editor.tab(" yes");
    assert.deepEqual(editor.told.slice(1), ["accepted g1 whole editor 8"]);
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "😀😁 yes");
  });

  test("a typed line end with its indentation is no part", () => {
    const editor = new FakeEditor("  {▮\n");
    editor.offer("\n    a();\n  }");
    editor.wait(800);
    editor.insert("\n    ");
    assert.deepEqual(editor.told, ["shown g1"]);
    editor.tab("a();\n  }");
    assert.deepEqual(editor.told.slice(1), ["accepted g1 whole editor 13"]);
  });

  test("what the suggest widget inserts is no part", () => {
    const editor = new FakeEditor("console.▮\n");
    editor.offer("log(a)", { hasWidget: true });
    editor.wait(800);
    editor.insert("log");
    assert.deepEqual(editor.told, ["shown g1"]);
  });

  test("a replacement that repeats what was typed is no part", () => {
    const editor = new FakeEditor("con▮\n");
    editor.offer("sole.log(a)");
    editor.wait(800);
    editor.edit(0, 3, "console");
    editor.moveTo(7);
    assert.deepEqual(editor.told, ["shown g1"]);
    editor.tab(".log(a)");
    assert.deepEqual(editor.told.slice(1), ["accepted g1 whole editor 11"]);
  });

  test("with what stands behind the cursor replaced", () => {
    const editor = new FakeEditor("f(▮)\n");
    editor.offer("a, b)", { behind: 1 });
    editor.wait(800);
    editor.tab("a, b)", { behind: 1 });
    assert.equal(editor.document.content, "f(a, b)\n");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 5"]);
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "a, b)");
  });

  test("though the editor replaces all of the range at once", () => {
    const editor = new FakeEditor("con▮;\n");
    editor.offer("sole", { typed: 3 });
    editor.wait(800);
    editor.edit(0, 3, "console");
    editor.moveTo(7);
    editor.command();
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 4"]);
    editor.wait(20_000);
    assert.deepEqual(editor.last("settled").text, "sole");
    assert.deepEqual(editor.last("settled").linePrefix, "con");
  });

  test("after a bracket that the editor closed by itself", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("f(a)");
    editor.wait(800);
    editor.type("f");
    editor.edit(1, 0, "()");
    editor.moveTo(2);
    editor.wait(100);
    // The editor replaces the closing bracket by the rest.
    editor.tab("a)", { behind: 1 });
    assert.equal(editor.document.content, "f(a)\n");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 4"]);
  });

  test("after a closing bracket was typed over", () => {
    const editor = new FakeEditor("f(a▮)\n");
    editor.offer(").then()", { behind: 1 });
    editor.wait(800);
    editor.edit(3, 1, ")");
    editor.moveTo(4);
    editor.wait(100);
    editor.tab(".then()");
    assert.equal(editor.document.content, "f(a).then()\n");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 8"]);
  });

  test("after a typed part was taken back", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abcdef");
    editor.wait(800);
    editor.type("abc");
    editor.backspace(2);
    editor.tab("bcdef");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 6"]);
  });

  test("another suggestion of the same answer", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("one()", { others: { g2: "two(2)" } });
    editor.wait(800);
    editor.tab("two(2)", { id: "g2" });
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 superseded", "shown g2", "accepted g2 whole editor 6"]);
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "two(2)");
  });

  test("the first of an answer, though another one begins alike", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("one()", { others: { g2: "one(2)" } });
    editor.wait(800);
    editor.key("word", "one");
    editor.tab("(2)", { id: "g2" });
    assert.equal(editor.told.at(-1), "accepted g2 whole editor 6");
  });

  test("though a new answer came before the command", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(800);
    editor.insert("abc");
    editor.offer(".next", { id: "g2" });
    editor.command();
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 3"]);
    editor.wait(800);
    assert.equal(editor.told.at(-1), "shown g2");
  });

  test("though the cursor moved before the command", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(800);
    editor.insert("abc");
    editor.moveTo(4);
    editor.command();
    editor.wait(1_000);
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 3"]);
  });

  test("though the selection came before the change", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abcdef");
    editor.wait(800);
    editor.moveTo(3);
    editor.edit(0, 0, "abc");
    editor.wait(200);
    editor.tab("def");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word editor 3", "accepted g1 whole editor 6"]);
  });

  test("though the editor formatted the line in the same change", () => {
    const editor = new FakeEditor("a=▮\n");
    editor.offer("b+c");
    editor.wait(800);
    editor.edit(2, 0, "b + c");
    editor.command();
    editor.wait(500);
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 3"]);
  });

  test("after it was ignored for ten seconds", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(12_000);
    editor.tab("abc");
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 timeout", "accepted g1 whole editor 3"]);
  });

  test("is told once, however often the command comes", () => {
    const editor = accepted();
    editor.command();
    editor.command();
    assert.equal(editor.told.length, 2);
  });

  test("of a suggestion nobody knows is ignored", () => {
    const editor = new FakeEditor("▮\n");
    editor.command("unknown");
    assert.deepEqual(editor.told, []);
  });

  test("with CRLF line ends: characters count as in the suggestion", () => {
    const editor = new FakeEditor("a\r\n▮\r\nb\r\n");
    editor.offer("one\ntwo");
    editor.wait(800);
    editor.tab("one\ntwo");
    assert.equal(editor.document.content, "a\r\none\r\ntwo\r\nb\r\n");
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 whole editor 7"]);
    editor.wait(20_000);
    assert.deepEqual(
      { text: editor.last("settled").text, lineText: editor.last("settled").lineText },
      { text: "one\ntwo", lineText: "one\ntwo" },
    );
  });
});

suite("dismissed", () => {
  test("by Escape, even before the dwell time", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(300);
    editor.tracker.escaped();
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 escape"]);
    assert.equal(editor.last("dismissed").dwellMs, 300);
  });

  test("not by an Escape that meets no suggestion of ours", () => {
    const editor = new FakeEditor("▮\n");
    editor.tracker.escaped();
    assert.deepEqual(editor.told, []);
  });

  test("by typing something else", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(800);
    editor.type("x");
    editor.wait(200);
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 typed-over"]);
  });

  test("by typing something else, told before the next suggestion", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(800);
    editor.insert("x");
    editor.offer("yz", { id: "g2" });
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 typed-over"]);
  });

  test("by changing the line before it", () => {
    const editor = new FakeEditor("let a▮\n");
    editor.offer("bc");
    editor.wait(800);
    editor.backspace();
    editor.wait(200);
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 typed-over"]);
  });

  test("by a different suggestion at the same place", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(800);
    editor.offer("abd", { id: "g2" });
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 superseded"]);
  });

  test("not where the engine takes it back", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(800);
    editor.offerNothing();
    editor.wait(20_000);
    assert.deepEqual(editor.told, ["shown g1"]);
  });

  test("by ten seconds on screen", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("abc");
    editor.wait(9_999);
    assert.deepEqual(editor.told, ["shown g1"]);
    editor.wait(1);
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 timeout"]);
    editor.type("x");
    editor.wait(1_000);
    assert.equal(editor.told.length, 2, "once is enough");
  });

  test("by moving the cursor away", () => {
    const editor = new FakeEditor("▮\nb\n");
    editor.offer("abc");
    editor.wait(800);
    editor.moveTo(2);
    editor.wait(200);
    assert.deepEqual(editor.told, ["shown g1", "dismissed g1 timeout"]);
  });

  test("by selecting text, changing to another file, or closing", () => {
    for (const leave of [
      (editor: FakeEditor) => editor.tracker.selected(URI, undefined),
      (editor: FakeEditor) => editor.open("file:///w/b.ts", "▮"),
      (editor: FakeEditor) => editor.close(),
    ]) {
      const editor = new FakeEditor("▮\n");
      editor.offer("abc");
      editor.wait(800);
      leave(editor);
      editor.wait(200);
      assert.deepEqual(editor.told, ["shown g1", "dismissed g1 timeout"]);
    }
  });

  test("not by edits elsewhere", () => {
    const editor = new FakeEditor("top\n▮\nbottom\n");
    editor.offer("abc");
    editor.wait(800);
    editor.edit(0, 0, "import x\n");
    editor.moveTo(editor.cursor + 9);
    editor.edit(editor.document.length, 0, "more");
    editor.wait(200);
    assert.deepEqual(editor.told, ["shown g1"]);
    editor.tab("abc");
    assert.equal(editor.told.at(-1), "accepted g1 whole editor 3");
  });

  test("not what was accepted in part", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("one two three");
    editor.wait(800);
    editor.key("word", "one");
    editor.type("X");
    editor.wait(500);
    assert.deepEqual(editor.told, ["shown g1", "accepted g1 word key 3"]);
  });
});

suite("edited", () => {
  test("ends after 1.5 s of quiet, with the text as it is then", () => {
    const editor = accepted();
    editor.wait(1_000);
    editor.edit(14, 3, "baz");
    editor.wait(1_000);
    editor.edit(17, 0, ", 1");
    editor.wait(1_499);
    assert.deepEqual(afterwards(editor), []);
    editor.wait(1);
    assert.deepEqual(afterwards(editor), ['edited g1 "foo(baz, 1)"']);
    assert.equal(editor.last("edited").sinceAcceptMs, 1_000);
  });

  test("is told per burst", () => {
    const editor = accepted();
    editor.edit(10, 1, "F");
    editor.wait(2_000);
    editor.edit(11, 1, "O");
    editor.wait(2_000);
    assert.deepEqual(afterwards(editor), ['edited g1 "Foo(bar)"', 'edited g1 "FOo(bar)"']);
  });

  test("is not told of what is typed before or behind", () => {
    const editor = accepted();
    editor.edit(10, 0, "await ");
    editor.edit(24, 0, ".then()");
    editor.wait(3_000);
    assert.deepEqual(afterwards(editor), []);
  });

  test("is not told of what was typed and taken back", () => {
    const editor = accepted();
    editor.edit(14, 0, "x");
    editor.edit(14, 1, "");
    editor.wait(3_000);
    assert.deepEqual(afterwards(editor), []);
  });

  test("is not told of a formatter that changes white space only", () => {
    const editor = accepted("a=▮;\n", "foo(b,c)");
    editor.edit(0, editor.document.length, "a = foo( b, c );\n");
    editor.wait(20_000);
    assert.deepEqual(afterwards(editor), ['settled g1 "foo( b, c )"']);
  });

  test("follows several cursors in one change", () => {
    const editor = accepted("x\n▮\nx\n", "abc");
    editor.change([
      { offset: 6, deleted: 1, inserted: "yy" },
      { offset: 3, deleted: 1, inserted: "BB" },
      { offset: 0, deleted: 1, inserted: "yy" },
    ]);
    editor.wait(2_000);
    assert.deepEqual(afterwards(editor), ['edited g1 "aBBc"']);
  });

  test("follows several edits that are given in ascending order, each after the other", () => {
    const editor = accepted("x\n▮\nx\n", "abc");
    editor.change([
      { offset: 0, deleted: 1, inserted: "yy" },
      { offset: 4, deleted: 1, inserted: "BB" },
    ]);
    editor.wait(2_000);
    assert.deepEqual(afterwards(editor), ['edited g1 "aBBc"']);
  });

  test("follows a rename in fifty places", () => {
    const many = "old();\n".repeat(50);
    const editor = accepted(`${many}▮\n${many}`, "first(old, last)");
    const content = editor.document.content;
    const offsets = [...content.matchAll(/old/gu)].map((match) => match.index).reverse();
    editor.change(offsets.map((offset) => ({ offset, deleted: 3, inserted: "fresh" })));
    editor.wait(2_000);
    assert.deepEqual(afterwards(editor), ['edited g1 "first(fresh, last)"']);
  });
});

suite("undone", () => {
  test("is told where an undo takes the accepted text away", () => {
    const editor = accepted();
    editor.wait(500);
    editor.edit(10, 8, "", "undo");
    assert.deepEqual(afterwards(editor), ["undone g1"]);
    assert.equal(editor.last("undone").sinceAcceptMs, 500);
  });

  test("is told where the undo brings back what was replaced", () => {
    const editor = new FakeEditor("f(▮)\n");
    editor.offer("a)", { behind: 1 });
    editor.wait(800);
    editor.tab("a)", { behind: 1 });
    editor.edit(2, 2, ")", "undo");
    editor.wait(20_000);
    assert.deepEqual(afterwards(editor), ["undone g1", 'settled g1 ""']);
  });

  test("is told where what was typed along stays", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("foobar");
    editor.type("foo");
    editor.wait(800);
    editor.tab("bar");
    editor.edit(3, 3, "", "undo");
    editor.edit(3, 0, "bar", "redo");
    editor.edit(3, 3, "", "undo");
    editor.wait(20_000);
    assert.deepEqual(afterwards(editor), ["undone g1", "undone g1", 'settled g1 ""']);
    assert.equal(editor.last("settled").lineText, "foo");
  });

  test("is not told of an undo of something else", () => {
    const editor = accepted();
    editor.edit(14, 3, "baz");
    editor.edit(14, 3, "bar", "undo");
    editor.edit(0, 5, "let", "undo");
    editor.wait(3_000);
    assert.deepEqual(afterwards(editor), []);
  });

  test("is not told where the text is deleted by hand", () => {
    const editor = accepted();
    editor.edit(10, 8, "");
    editor.wait(2_000);
    assert.deepEqual(afterwards(editor), ['edited g1 ""']);
  });

  test("is told after the burst that came before it", () => {
    const editor = accepted();
    editor.edit(14, 3, "baz");
    editor.wait(100);
    editor.edit(10, 8, "", "undo");
    assert.deepEqual(afterwards(editor), ['edited g1 "foo(baz)"', "undone g1"]);
  });

  test("settles with what is written instead", () => {
    const editor = accepted();
    editor.edit(10, 8, "", "undo");
    editor.cursor = 10;
    editor.type("qux");
    editor.wait(20_000);
    assert.deepEqual(afterwards(editor), ["undone g1", 'settled g1 ""']);
    assert.equal(editor.last("settled").lineText, "qux;");
    assert.equal(editor.last("settled").linePrefix, "const a = ");
  });

  test("is taken back by a redo: the text settles as it is", () => {
    const editor = accepted();
    editor.edit(10, 8, "", "undo");
    editor.edit(10, 0, "foo(bar)", "redo");
    editor.wait(20_000);
    assert.deepEqual(afterwards(editor), ["undone g1", 'settled g1 "foo(bar)"']);
  });

  test("is told again after a redo and a second undo", () => {
    const editor = accepted();
    editor.edit(10, 8, "", "undo");
    editor.edit(10, 0, "foo(bar)", "redo");
    editor.edit(10, 8, "", "undo");
    assert.deepEqual(afterwards(editor), ["undone g1", "undone g1"]);
  });

  test("is not told while a part of the accepted text is left", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("one two");
    editor.wait(800);
    editor.key("word", "one");
    editor.tab(" two");
    editor.edit(3, 4, "", "undo");
    editor.wait(2_000);
    assert.deepEqual(afterwards(editor), ['edited g1 "one"']);
    editor.edit(0, 3, "", "undo");
    assert.deepEqual(afterwards(editor).slice(1), ["undone g1"]);
  });
});

suite("settled", () => {
  test("comes after the settle time without an edit, once", () => {
    const editor = accepted();
    editor.wait(9_999);
    assert.deepEqual(afterwards(editor), []);
    editor.wait(1);
    assert.deepEqual(editor.told.slice(-2), ["diagnostics g1 settled", 'settled g1 "foo(bar)"']);
    editor.wait(400_000);
    assert.deepEqual(afterwards(editor), ['settled g1 "foo(bar)"']);
  });

  test("comes again where the text was changed after it, within five minutes", () => {
    const editor = accepted();
    editor.wait(20_000);
    editor.edit(14, 3, "x");
    editor.wait(20_000);
    assert.deepEqual(afterwards(editor), ['settled g1 "foo(bar)"', 'edited g1 "foo(x)"', 'settled g1 "foo(x)"']);
    editor.wait(300_000);
    editor.edit(14, 1, "y");
    editor.wait(900_000);
    assert.equal(afterwards(editor).length, 3);
    assert.equal(editor.tracker.nextAt(), undefined);
  });

  test("carries the place as it is now", () => {
    const editor = accepted("x\n  const a = ▮;\n");
    editor.edit(2, 7, "let");
    editor.edit(editor.document.content.indexOf(";"), 0, ".then()");
    editor.wait(20_000);
    const { text, lineText, linePrefix, sinceAcceptMs } = editor.last("settled");
    assert.deepEqual(
      { text, lineText, linePrefix, sinceAcceptMs },
      { text: "foo(bar)", lineText: "foo(bar).then();", linePrefix: "let a = ".padStart(8), sinceAcceptMs: 10_000 },
    );
  });

  test("waits for the end of edits in the text", () => {
    const editor = accepted();
    editor.wait(9_000);
    editor.edit(14, 3, "baz");
    editor.wait(9_999);
    assert.ok(!editor.told.some((line) => line.startsWith("settled")));
    editor.wait(1);
    assert.equal(editor.last("settled").text, "foo(baz)");
  });

  test("waits while the rest of the line is written", () => {
    const editor = accepted("▮\n", "foo(");
    editor.cursor = 4;
    for (let round = 0; round < 5; round++) {
      editor.type("x");
      editor.wait(5_000);
    }
    assert.ok(!editor.told.some((line) => line.startsWith("settled")));
    editor.wait(10_000);
    assert.equal(editor.last("settled").lineText, "foo(xxxxx");
  });

  test("does not wait for edits on other lines", () => {
    const editor = accepted("a\n▮\nb\n");
    editor.wait(9_000);
    editor.edit(0, 1, "A");
    editor.edit(editor.document.length - 1, 0, "B");
    editor.wait(1_000);
    assert.equal(editor.last("settled").text, "foo(bar)");
  });

  test("comes after five minutes at the latest", () => {
    const editor = accepted("▮\n", "foo");
    for (let minute = 0; minute < 60; minute++) {
      editor.edit(1, 1, minute % 2 === 0 ? "x" : "y");
      editor.wait(5_000);
    }
    assert.equal(editor.last("settled").sinceAcceptMs, 300_000);
    assert.equal(editor.last("settled").text, "fyo");
  });

  test("comes when the document is closed, with the last burst before it", () => {
    const editor = accepted();
    editor.edit(14, 3, "baz");
    editor.close();
    assert.deepEqual(afterwards(editor), ['edited g1 "foo(baz)"', 'settled g1 "foo(baz)"']);
  });

  test("comes when the window closes", () => {
    const editor = accepted();
    editor.tracker.finish();
    assert.deepEqual(editor.told.slice(-2), ['settled g1 "foo(bar)"', "survived g1 closed"]);
  });

  test("merges what was accepted in parts into one text", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("const total = 1;");
    editor.wait(800);
    editor.key("word", "const");
    editor.wait(6_000);
    editor.type(" ");
    editor.key("word", "total");
    editor.wait(6_000);
    editor.moveTo(0);
    editor.wait(3_999);
    assert.ok(!editor.told.some((line) => line.startsWith("settled")), "the second part starts the time anew");
    editor.wait(1);
    assert.equal(editor.told.filter((line) => line.startsWith("settled")).length, 1);
    assert.equal(editor.last("settled").text, "const total");
  });

  test("begins where the generation began, with what was typed along", () => {
    const editor = new FakeEditor("x▮\n");
    editor.offer("foobar");
    editor.type("foo");
    editor.wait(800);
    editor.tab("bar");
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "foobar");
    assert.equal(editor.last("settled").linePrefix, "x");
  });

  test("waits while the rest of the suggestion is on screen", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("one two");
    editor.wait(800);
    editor.key("word", "one");
    editor.wait(60_000);
    assert.ok(!editor.told.some((line) => line.startsWith("settled")));
    editor.tab(" two");
    editor.wait(20_000);
    assert.deepEqual(afterwards(editor), ['settled g1 "one two"']);
  });

  test("is the end: nothing can be accepted after five minutes", () => {
    const editor = new FakeEditor("▮\n");
    editor.offer("one two");
    editor.wait(800);
    editor.key("word", "one");
    editor.wait(300_000);
    editor.tab(" two");
    editor.wait(20_000);
    assert.equal(editor.told.at(-1), 'settled g1 "one"');
  });

  test("uses the time that the settings say", () => {
    const editor = accepted();
    editor.settleMs = 3_000;
    editor.wait(3_000);
    assert.equal(editor.last("settled").sinceAcceptMs, 3_000);
  });

  test("tells line ends as \\n in a CRLF document", () => {
    const editor = new FakeEditor("a\r\n  ▮;\r\n");
    editor.offer("if (b) {\n  c();\n}");
    editor.wait(800);
    editor.tab("if (b) {\n  c();\n}");
    editor.edit(editor.document.content.indexOf("c()"), 1, "dd");
    editor.wait(20_000);
    assert.deepEqual(editor.last("edited").text, "if (b) {\n  dd();\n}");
    assert.deepEqual(editor.last("settled").lineText, "if (b) {\n  dd();\n};");
    assert.deepEqual(editor.last("settled").linePrefix, "  ");
  });

  test("finds the text after the document's line ends were changed", () => {
    const editor = accepted("a\n▮\nb\n", "one\ntwo");
    editor.edit(0, 0, "");
    editor.change([{ offset: 0, deleted: editor.document.length, inserted: "a\r\none\r\ntwo\r\nb\r\n" }]);
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "one\ntwo");
  });

  test("finds the text again where a change was never reported", () => {
    const editor = accepted("a\n▮\nb\n");
    editor.document.content = `silent\n${editor.document.content}`;
    editor.edit(0, 0, "// ");
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "foo(bar)");
  });

  test("finds the text after a formatter replaced the whole document", () => {
    const editor = accepted("function f(){\nreturn ▮;\n}\n", "a+b");
    const formatted = "function f() {\n  return a + b;\n}\n";
    editor.edit(0, editor.document.length, formatted);
    editor.wait(20_000);
    assert.deepEqual(afterwards(editor), ['settled g1 "a + b"']);
    assert.equal(editor.last("settled").linePrefix, "  return ");
  });

  test("is empty where all of the text was deleted; the line tells what is there instead", () => {
    const editor = accepted();
    editor.edit(10, 8, "");
    editor.cursor = 10;
    editor.type("other()");
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "");
    assert.equal(editor.last("settled").lineText, "other();");
  });

  test("keeps surrogate pairs whole", () => {
    const editor = accepted("a▮\n", "😀 = 1");
    editor.edit(1, 2, "😁");
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, "😁 = 1");
    assert.ok(editor.last("edited").text.isWellFormed());
  });
});

suite("diagnostics", () => {
  test("are counted before accepting, two seconds after and when settled", () => {
    const editor = new FakeEditor("a\n▮\nb\n");
    editor.offer("one\ntwo");
    editor.diagnostics = { errors: 1, warnings: 0 };
    editor.wait(800);
    editor.tab("one\ntwo");
    editor.diagnostics = { errors: 3, warnings: 2 };
    editor.wait(1_999);
    assert.ok(!editor.told.some((line) => line.startsWith("diagnostics")));
    editor.wait(1);
    const after = editor.last("diagnostics");
    assert.deepEqual([after.phase, after.before.errors, after.now.errors, after.now.warnings], ["after", 1, 3, 2]);
    editor.diagnostics = { errors: 0, warnings: 0 };
    editor.wait(20_000);
    const settled = editor.last("diagnostics");
    assert.deepEqual([settled.phase, settled.before.errors, settled.now.errors], ["settled", 1, 0]);
    assert.deepEqual(editor.diagnosedLines, ["a.ts:1-1", "a.ts:1-2", "a.ts:1-2"]);
  });

  test("are left out where the document is gone", () => {
    const editor = accepted();
    editor.documents.delete(URI);
    editor.tracker.finish();
    assert.deepEqual(editor.told.slice(2), ['settled g1 "foo(bar)"', "survived g1 closed"]);
  });
});

suite("many generations", () => {
  test("are followed side by side, each with its own text", () => {
    const editor = new FakeEditor("▮\n");
    for (const [index, text] of ["alpha()", "beta()", "gamma()"].entries()) {
      editor.offer(text, { id: `g${String(index)}` });
      editor.wait(800);
      editor.tab(text, { id: `g${String(index)}` });
      editor.insert("\n");
    }
    editor.edit(0, 0, "// top\n");
    editor.edit(editor.document.content.indexOf("eta"), 3, "ETA");
    editor.wait(20_000);
    const settled = editor.told.filter((line) => line.startsWith("settled")).sort();
    assert.deepEqual(settled, ['settled g0 "alpha()"', 'settled g1 "bETA()"', 'settled g2 "gamma()"']);
  });

  test("in one another belong to both", () => {
    const editor = accepted("▮\n", "f()");
    editor.cursor = 2;
    editor.offer("inner", { id: "g2" });
    editor.wait(800);
    editor.tab("inner", { id: "g2" });
    editor.wait(20_000);
    const settled = editor.told.filter((line) => line.startsWith("settled")).sort();
    assert.deepEqual(settled, ['settled g1 "f(inner)"', 'settled g2 "inner"']);
  });

  test(`are ${String(ACCEPTED_MAX)} at most: the oldest settles early`, () => {
    const editor = new FakeEditor("▮\n");
    editor.settleMs = 300_000;
    for (let index = 0; index < ACCEPTED_MAX + 2; index++) {
      editor.offer("ab", { id: `g${String(index)}` });
      editor.tab("ab", { id: `g${String(index)}` });
      editor.insert("\n");
    }
    const settled = editor.told.filter((line) => line.startsWith("settled"));
    assert.deepEqual(settled, ['settled g0 "ab"', 'settled g1 "ab"']);
  });

  test("in several documents settle when theirs is closed", () => {
    const editor = accepted();
    editor.open("file:///w/b.ts", "▮\n");
    editor.offer("second", { id: "g2" });
    editor.tab("second", { id: "g2" });
    editor.close();
    assert.deepEqual(
      editor.told.filter((line) => line.startsWith("settled")),
      ['settled g2 "second"'],
    );
  });
});

function lastOf({ tracker }: FakeEditor): LastGeneration {
  assert.ok(tracker.last);
  return tracker.last;
}

suite("rating and forgetting", () => {
  test("rates the last generation that was shown or accepted", () => {
    const editor = new FakeEditor("▮\n");
    assert.equal(editor.tracker.last, undefined);
    editor.offer("abc");
    editor.wait(800);
    const { at: shownAt, ...last } = lastOf(editor);
    assert.deepEqual(last, { id: "g1", text: "abc", wasAccepted: false });
    editor.tab("abc");
    assert.equal(lastOf(editor).wasAccepted, true);
    assert.ok(lastOf(editor).at >= shownAt);
    editor.tracker.rate("g1", "down", "too long");
    assert.equal(editor.told.at(-1), "rated g1 down");
    assert.equal(editor.last("rated").words, "too long");
  });

  test("snoozing is told of a suggestion that was shown a moment ago, and of no other", () => {
    const editor = new FakeEditor("▮\n");
    editor.tracker.snoozed();
    editor.offer("abc");
    editor.wait(800);
    editor.tracker.snoozed();
    assert.equal(editor.last("snoozed").generationId, "g1");
    const told = editor.told.length;
    editor.wait(31_000);
    editor.tracker.snoozed();
    assert.deepEqual(
      editor.told.slice(told).filter((line) => line.startsWith("snoozed")),
      [],
    );
  });

  test("the subject is what is on screen, else what was shown or accepted last", () => {
    const editor = new FakeEditor("▮\n");
    assert.equal(editor.tracker.subject, undefined);
    editor.offer("abc");
    assert.deepEqual(editor.tracker.subject, { id: "g1", text: "abc", isOnScreen: true });
    editor.offerNothing();
    assert.equal(editor.tracker.subject, undefined, "nobody has seen it");
    editor.offer("abcdef", { id: "g2" });
    editor.key("word", "abc");
    assert.deepEqual(editor.tracker.subject, { id: "g2", text: "abcdef", isOnScreen: true });
    editor.tab("def", { id: "g2" });
    assert.deepEqual(editor.tracker.subject, { id: "g2", text: "abcdef", isOnScreen: false });
  });

  test("forgets all without a signal when learning is switched off", () => {
    const editor = accepted();
    editor.offer("next", { id: "g2" });
    const count = editor.told.length;
    editor.tracker.reset();
    editor.wait(400_000);
    editor.command("g2");
    assert.equal(editor.told.length, count);
    assert.equal(editor.tracker.last, undefined);
    assert.equal(editor.tracker.nextAt(), undefined);
  });
});

suite("always", () => {
  test("every signal has its own id, times never go back, and shown comes first", () => {
    for (const seed of seeds(150)) {
      const editor = playAtRandom(seed);
      const ids = new Set(editor.signals.map((signal) => signal.id));
      assert.equal(ids.size, editor.signals.length, `seed ${seed}`);
      const shown = new Set<string>();
      const settled = new Set<string>();
      let at = 0;
      for (const signal of editor.signals) {
        assert.ok(signal.at >= at, `seed ${seed}: time`);
        at = signal.at;
        if (signal.kind === "shown") {
          assert.ok(!shown.has(signal.generationId), `seed ${seed}: shown twice`);
          shown.add(signal.generationId);
        }
        assert.ok(shown.has(signal.generationId), `seed ${seed}: ${signal.kind} before shown`);
        const isOfOffer = signal.kind === "shown" || signal.kind === "dismissed";
        assert.ok(!isOfOffer || !settled.has(signal.generationId), `seed ${seed}: ${signal.kind} after settled`);
        if (signal.kind === "settled") settled.add(signal.generationId);
      }
      const accepted = new Set(
        editor.signals.filter((signal) => signal.kind === "accepted").map((signal) => signal.generationId),
      );
      assert.deepEqual([...settled].sort(), [...accepted].sort(), `seed ${seed}: each accepted settles`);
      assert.equal(editor.tracker.nextAt(), undefined, `seed ${seed}: nothing is left over`);
    }
  });

  test("the followed text is what a naive model of owned characters owns", () => {
    const alphabet = ["a", "b", "c", "(", ")"];
    for (const seed of seeds(300)) {
      const dice = createDice(seed);
      const before = dice.text(alphabet, 6);
      const text = `x${dice.text(alphabet, 8)}y`;
      const editor = accepted(`${before}▮${dice.text(alphabet, 6)}\n`, text);
      let owned = Array.from(editor.document.content, (_, index) => index >= 6 && index < 16);
      for (let step = 0; step < 10; step++) {
        const edits = [];
        for (let count = 1 + dice.below(3); count > 0; count--) {
          const content = edits.reduce(applyEdit, editor.document.content);
          const edit = dice.edit(content, alphabet);
          // Replacements across a border are carried by likeness: see carry.test.ts.
          const isPlain = edit.deleted === 0 || edit.inserted === "";
          edits.push(isPlain ? edit : { ...edit, inserted: "" });
        }
        for (const edit of edits) owned = ownNaively(owned, edit);
        editor.change(edits);
        editor.wait(dice.below(2_000));
      }
      const expected = Array.from(editor.document.content)
        .filter((_, index) => owned[index])
        .join("");
      editor.tracker.finish();
      assert.equal(editor.last("settled").text, expected, `seed ${seed}`);
    }
  });
});

/** One flag per character; inserted text is owned where it stands between owned text. */
function ownNaively(owned: readonly boolean[], edit: { offset: number; deleted: number; inserted: string }): boolean[] {
  const isOwned = edit.deleted === 0 && owned[edit.offset - 1] === true && owned[edit.offset] === true;
  return [
    ...owned.slice(0, edit.offset),
    ...Array.from(edit.inserted, () => isOwned),
    ...owned.slice(edit.offset + edit.deleted),
  ];
}

/** Anything that can happen, in any order; all documents are closed at the end. */
function playAtRandom(seed: number): FakeEditor {
  const dice = createDice(seed);
  const eol = dice.pick(["\n", "\r\n"]);
  const pieces = ["a", "b", "foo", "(", ")", " ", eol, "😀"];
  const editor = new FakeEditor(`${dice.text(pieces, 10)}▮${dice.text(pieces, 10)}${eol}`);
  let ids = 0;
  let offered = "";
  for (let step = 0; step < 40; step++) {
    const id = `g${String(ids)}`;
    switch (dice.below(12)) {
      case 0:
      case 1: {
        ids++;
        offered = dice.text(pieces, 1 + dice.below(5));
        const others = dice.chance(0.2) ? { [`h${String(ids)}`]: dice.text(pieces, 3) } : {};
        editor.offer(offered, { id: `g${String(ids)}`, others, hasWidget: dice.chance(0.1) });
        break;
      }
      case 2:
        editor.tab(offered, { id });
        break;
      case 3:
        editor.insert(offered.slice(0, 1 + dice.below(offered.length + 1)));
        break;
      case 4:
        editor.key(dice.pick(["word", "line"]), offered.slice(0, 3));
        break;
      case 5:
        editor.command(dice.pick([id, `h${String(ids)}`]));
        break;
      case 6:
        editor.change(
          [dice.edit(editor.document.content, pieces)],
          dice.pick(["edit", "edit", "undo", "redo"] as const),
        );
        break;
      case 7:
        editor.edit(0, editor.document.length, dice.text(pieces, 20));
        break;
      case 8:
        editor.moveTo(dice.below(editor.document.length + 1));
        break;
      case 9:
        editor.tracker.escaped();
        break;
      case 10:
        editor.wait(dice.below(12_000));
        break;
      default:
        editor.type(dice.text(pieces, 2));
        break;
    }
    editor.cursor = Math.min(editor.cursor, editor.document.length);
  }
  editor.close();
  editor.wait(10_000);
  return editor;
}
