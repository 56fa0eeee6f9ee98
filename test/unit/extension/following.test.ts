import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { FOLLOWED_MAX } from "../../../extension/observe/following.ts";
import { parseFollowed } from "../../../extension/observe/followed.ts";
import { MOVE_MS_MAX } from "../../../extension/observe/moves.ts";
import { FakeEditor, URI } from "./fake-editor.ts";

const OTHER = "file:///w/b.ts";
const TEXT = "load(user, name)";

/** An editor in which a suggestion was read and accepted with Tab. */
function accepted(drawing = "const a = ▮;\n", text = TEXT): FakeEditor {
  const editor = new FakeEditor(drawing);
  editor.offer(text);
  editor.wait(800);
  editor.tab(text);
  return editor;
}

function survivals(editor: FakeEditor): string[] {
  return editor.told.filter((line) => line.startsWith("survived g1")).map((line) => line.slice("survived g1 ".length));
}

/** The followed text of g1, wherever it is. */
function followed(editor: FakeEditor, uri = editor.uri): string | undefined {
  return editor.tracker.surviving(uri).find(({ generationId }) => generationId === "g1")?.text;
}

/** What is machine-written in a document, each part in brackets. */
function machine(editor: FakeEditor, uri = editor.uri): string {
  let offset = 0;
  return (editor.tracker.owners(uri) ?? [])
    .map(({ length, owner }) => {
      const text = editor.documents.get(uri)!.content.slice(offset, (offset += length));
      return owner === undefined ? "" : `[${text}]`;
    })
    .join("");
}

suite("survival", () => {
  test("is told at 5, 30, 120, 300 and 600 seconds, with the text where it changed", () => {
    const editor = accepted();
    editor.wait(20_000);
    editor.edit(15, 4, "me");
    editor.wait(700_000);
    assert.deepEqual(survivals(editor), ["5 s", '30 s "load(me, name)"', "120 s", "300 s", "600 s"]);
    assert.equal(editor.last("survived").sinceAcceptMs, 600_000);
    assert.equal(editor.last("survived").machineChars, TEXT.length - 4);
    assert.equal(editor.tracker.nextAt(), undefined);
  });

  test("is told when saved, once for each text", () => {
    const editor = accepted();
    editor.tracker.saved(URI);
    editor.tracker.saved(URI);
    editor.edit(15, 4, "me");
    editor.tracker.saved(URI);
    assert.deepEqual(survivals(editor), ["saved", 'saved "load(me, name)"']);
  });

  test("is told when closed, once for each text", () => {
    const editor = accepted();
    for (let times = 0; times < 3; times++) {
      const { content } = editor.document;
      editor.close();
      editor.show(URI, content);
    }
    assert.deepEqual(survivals(editor), ["closed"]);
  });

  test("of deleted text is told once", () => {
    const editor = accepted();
    editor.wait(6_000);
    editor.edit(10, TEXT.length, "");
    editor.wait(700_000);
    assert.deepEqual(survivals(editor), ["5 s", '30 s ""']);
    assert.deepEqual(editor.tracker.states(), [], "nothing is followed any more");
  });

  test("can be asked for: at a commit", () => {
    const editor = accepted();
    editor.tracker.snapshot(URI, "committed");
    editor.tracker.snapshot(OTHER, "committed");
    assert.deepEqual(survivals(editor), ["committed"]);
  });

  test("is not told where the moment was slept through", () => {
    const editor = accepted();
    editor.now += 200_000;
    editor.wait(0);
    assert.deepEqual(survivals(editor), []);
    editor.wait(120_000);
    assert.deepEqual(survivals(editor), ["300 s"]);
  });

  test("is not told across a change of branch", () => {
    const editor = accepted();
    editor.wait(6_000);
    editor.tracker.branchSwitched((uri) => uri.startsWith("file:///w/"));
    editor.tracker.saved(URI);
    editor.wait(130_000);
    assert.deepEqual(survivals(editor), ["5 s", "120 s"]);
  });

  test("long texts are cut as the sidecar takes them", () => {
    const editor = accepted("▮\n", "x".repeat(30_000));
    editor.edit(0, 1, "");
    editor.edit(3, 1, "");
    editor.wait(5_000);
    assert.ok((editor.last("survived").text ?? "").length <= 20_000);
  });
});

suite("a formatter", () => {
  test("that indents and spaces anew leaves the owners alone", () => {
    const editor = accepted("if(a){\n▮\n}\n", "load(user,name)");
    editor.edit(0, editor.document.length, "if (a) {\n  load(user, name)\n}\n");
    assert.equal(machine(editor), "[  load(user, name)]");
    assert.equal(followed(editor), "load(user, name)");
  });
});

suite("undo and redo", () => {
  test("of a deletion restore the owners, also of what was typed into it", () => {
    const editor = accepted();
    editor.edit(15, 0, "my.");
    assert.equal(machine(editor), "[load(][user, name)]");
    const text = editor.cut(12, 10);
    editor.edit(12, 0, text, "undo");
    assert.equal(machine(editor), "[load(][user, name)]");
    editor.edit(12, 10, "", "redo");
    assert.equal(machine(editor), "[lo, name)]");
  });

  test("of several keystrokes at once go back to what was then", () => {
    const editor = accepted();
    editor.edit(24, 1, "");
    editor.edit(23, 1, "");
    editor.edit(22, 1, "");
    editor.edit(22, 0, "x");
    editor.change(
      [
        { offset: 22, deleted: 1, inserted: "" },
        { offset: 22, deleted: 0, inserted: TEXT.slice(12, 15) },
      ],
      "undo",
    );
    assert.equal(machine(editor), `[${TEXT}]`);
  });
});

suite("moved text", () => {
  test("within the document is followed by cut and paste", () => {
    const editor = accepted("one();\n▮\ntwo();\n", `${TEXT};`);
    const text = editor.cut(7, TEXT.length + 2);
    editor.wait(5_000);
    editor.edit(editor.document.length, 0, text);
    assert.equal(machine(editor), `[${TEXT};]`);
    assert.equal(followed(editor), `${TEXT};`);
    editor.wait(20_000);
    assert.equal(editor.last("settled").text, `${TEXT};`);
  });

  test("is followed by the editor's command to move a line, which moves its neighbour", () => {
    const editor = accepted("one();\n▮\n}\n", `${TEXT};`);
    // The neighbour below goes above.
    editor.change([
      { offset: 7 + TEXT.length + 2, deleted: 2, inserted: "" },
      { offset: 7, deleted: 0, inserted: "}\n" },
    ]);
    assert.equal(machine(editor), `[${TEXT};]`);
    // The machine's line is the neighbour that goes below.
    editor.change([
      { offset: editor.document.length, deleted: 0, inserted: `${TEXT};\n` },
      { offset: 9, deleted: TEXT.length + 2, inserted: "" },
    ]);
    assert.equal(machine(editor), `[${TEXT};]`);
    assert.equal(followed(editor), `${TEXT};`);
  });

  test("into another document is followed there, indented anew", () => {
    const editor = accepted("▮\nrest\n", `if (a) {\n  ${TEXT};\n}`);
    const text = editor.cut(0, editor.document.content.indexOf("\nrest"));
    editor.show(OTHER, "function f() {\n\n}\n");
    editor.edit(15, 0, text.replaceAll("\n", "\n  "));
    assert.equal(followed(editor, OTHER), `if (a) {\n    ${TEXT};\n  }`);
    assert.equal(followed(editor, URI), undefined);
    editor.wait(6_000);
    assert.equal(survivals(editor)[0], `5 s ${JSON.stringify(`if (a) {\n    ${TEXT};\n  }`)}`);
    assert.equal(editor.last("survived").machineChars, `if (a) {\n    ${TEXT};\n  }`.length);
  });

  test("that is pasted a second time is a copy", () => {
    const editor = accepted("▮\n", `${TEXT};`);
    const text = editor.cut(0, TEXT.length + 1);
    editor.edit(0, 0, text);
    editor.edit(0, 0, text);
    assert.equal(machine(editor), `[${TEXT};]`);
  });

  test("is given up after two minutes", () => {
    const editor = accepted("▮\n", `${TEXT};`);
    const text = editor.cut(0, TEXT.length + 1);
    editor.wait(MOVE_MS_MAX + 1);
    editor.edit(0, 0, text);
    assert.equal(machine(editor), "");
  });

  test("is not what somebody types again", () => {
    const editor = accepted("▮\n", "foo");
    editor.cut(0, 3);
    editor.cursor = 0;
    editor.type("foo");
    assert.equal(machine(editor), "");
  });
});

suite("a document that goes away", () => {
  test("and comes back is followed again", () => {
    const editor = accepted();
    editor.edit(15, 0, "my.");
    const { content } = editor.document;
    editor.close();
    assert.equal(followed(editor, URI), undefined);
    editor.show(URI, `// new\n${content}`);
    assert.equal(machine(editor), "[load(][user, name)]");
    editor.edit(7 + 15, 3, "");
    editor.wait(40_000);
    assert.equal(followed(editor), TEXT);
  });

  test("and comes back without the text is not; when the text is there again, it is", () => {
    const editor = accepted();
    const { content } = editor.document;
    editor.close();
    editor.show(URI, "nothing of it\n");
    assert.equal(followed(editor), undefined);
    editor.wait(700_000);
    editor.close();
    editor.show(URI, content);
    assert.equal(followed(editor), TEXT);
    assert.equal(machine(editor), `[${TEXT}]`);
  });

  test("with its branch, on screen, is no deletion", () => {
    const editor = accepted();
    editor.wait(12_000);
    const { content } = editor.document;
    editor.reload("const a = old;\n");
    assert.equal(followed(editor), undefined);
    editor.wait(60_000);
    editor.reload(content);
    assert.equal(followed(editor), TEXT);
    editor.wait(600_000);
    assert.deepEqual(survivals(editor), ["5 s", "120 s", "300 s", "600 s"]);
    assert.equal(editor.told.filter((line) => line.startsWith("edited")).length, 0);
  });

  test("by another name is followed under that name", () => {
    const editor = accepted();
    const { content } = editor.document;
    editor.close();
    editor.show(OTHER, content);
    editor.tracker.renamed(URI, OTHER);
    assert.equal(followed(editor, OTHER), TEXT);
    editor.tracker.renamed("file:///w", "file:///v");
    assert.equal(followed(editor, OTHER), undefined);
    editor.show("file:///v/b.ts", content);
    assert.equal(followed(editor, "file:///v/b.ts"), TEXT);
  });

  test("for good is given up at what was known of it", () => {
    const editor = accepted();
    editor.reload("const a = old;\n");
    editor.now += 25 * 3_600_000;
    editor.edit(0, 0, "x");
    editor.tracker.tick();
    assert.deepEqual(survivals(editor), ["closed"]);
    assert.equal(editor.last("survived").machineChars, TEXT.length);
    assert.deepEqual(editor.tracker.states(), []);
  });

  test("a short text is found only where it was", () => {
    const editor = accepted("▮\nab\n", "ab");
    editor.close();
    editor.show(URI, "-ab\nab\n");
    assert.equal(followed(editor), undefined);
  });
});

suite("a part elsewhere", () => {
  const BLOCK = `if (a) {\n  ${TEXT};\n  return undefined;\n}`;

  test("is known again when its document comes back", () => {
    const editor = accepted("▮\n", BLOCK);
    const text = editor.cut(9, TEXT.length + 4);
    const here = editor.document.content;
    editor.show(OTHER, "// other\n");
    editor.edit(9, 0, text);
    assert.equal(machine(editor), `[${text}]`);
    const there = editor.document.content;
    editor.close();
    editor.show(OTHER, `// new\n${there}`);
    assert.equal(machine(editor), `[${text}]`);
    const next = new FakeEditor("");
    next.documents.set(OTHER, editor.document);
    next.tracker.restore(parseFollowed(JSON.stringify(editor.tracker.states())), [editor.document]);
    assert.equal(machine(next, OTHER), `[${text}]`);
    assert.equal(followed(editor, URI), here.trimEnd());
  });

  test("that another branch does not have is known again on the first one", () => {
    const editor = accepted("▮\nrest();\n", BLOCK);
    const { content } = editor.document;
    editor.reload(content.replace("  return undefined;\n", ""));
    assert.equal(machine(editor), `[${BLOCK.replace("  return undefined;\n", "")}]`);
    editor.reload(content);
    assert.equal(machine(editor), `[${BLOCK}]`);
  });
});

suite("the next window", () => {
  test("follows what was accepted before the clock was set back, and tells no negative times", () => {
    const editor = accepted();
    const next = new FakeEditor(editor.document.content);
    next.now = editor.now - 900_000;
    next.tracker.restore(parseFollowed(JSON.stringify(editor.tracker.states())), [next.document]);
    next.wait(11_000);
    assert.ok(next.last("settled").sinceAcceptMs >= 0);
    next.wait(700_000);
    assert.equal(next.last("survived").moment, "600 s");
    assert.equal(next.tracker.nextAt(), undefined);
  });

  /** The window dies without a farewell; what it wrote down is read by the next one. */
  function restart(editor: FakeEditor, content = editor.document.content): FakeEditor {
    const next = new FakeEditor(content);
    next.now = editor.now;
    next.tracker.restore(parseFollowed(JSON.stringify(editor.tracker.states())), [next.document]);
    return next;
  }

  test("goes on where the last one died", () => {
    const editor = accepted();
    editor.edit(15, 0, "my.");
    editor.wait(7_000);
    const next = restart(editor);
    assert.equal(machine(next), "[load(][user, name)]");
    next.edit(15, 3, "");
    next.wait(30_000);
    assert.deepEqual(
      next.told.filter((line) => !line.startsWith("diagnostics")),
      [`edited g1 "${TEXT}"`, `settled g1 "${TEXT}"`, `survived g1 30 s "${TEXT}"`],
    );
  });

  test("tells nothing again that was told", () => {
    const editor = accepted();
    editor.wait(40_000);
    editor.tracker.finish();
    const next = restart(editor);
    next.wait(700_000);
    assert.deepEqual(next.told, ["survived g1 120 s", "survived g1 300 s", "survived g1 600 s"]);
  });

  test("gives up after a day", () => {
    const editor = accepted();
    const states = editor.tracker.states();
    const next = new FakeEditor(editor.document.content);
    next.now = editor.now + 25 * 3_600_000;
    next.tracker.restore(states, [next.document]);
    assert.deepEqual(next.tracker.states(), []);
  });

  test("reads no nonsense", () => {
    const [state] = accepted().tracker.states();
    assert.equal(parseFollowed(JSON.stringify([state])).length, 1);
    for (const broken of [
      "",
      "{",
      "{}",
      "[1, null]",
      JSON.stringify([
        { ...state, offset: -1 },
        { ...state, hashes: [1] },
      ]),
    ]) {
      assert.deepEqual(parseFollowed(broken), []);
    }
  });

  test("is told of a bounded number", () => {
    const editor = new FakeEditor("▮\n");
    for (let index = 0; index < FOLLOWED_MAX + 10; index++) {
      const id = `g${String(index)}`;
      editor.offer(`call${String(index)}();`, { id });
      editor.wait(800);
      editor.tab(`call${String(index)}();`, { id });
    }
    assert.equal(editor.tracker.states().length, FOLLOWED_MAX);
  });
});
