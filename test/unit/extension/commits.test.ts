import assert from "node:assert/strict";
import test from "node:test";
import { findCommitted, type SoughtText } from "../../../extension/observe/commit-lines.ts";
import { revertedCommit, topicOf } from "../../../extension/observe/commit-message.ts";
import { type CommitInfo, type Head, headChange } from "../../../extension/observe/head-change.ts";

const FILE = `function sum(items) {
  let total = 0;
  for (const item of items) total += item.price;
  return total;
}
`;

function sought(text: string, rest: Partial<SoughtText> = {}): SoughtText {
  return { line: 3, linePrefix: "  ", text, textNow: text, ...rest };
}

test("a line that is committed as it was offered survives", () => {
  assert.deepEqual(findCommitted(FILE, sought("return total;")), {
    lines: 1,
    survivingLines: 1,
    text: "return total;",
  });
});

test("it is found where it has gone, with another indentation and line ends", () => {
  const moved = `// head\n// more\n${FILE}`.replaceAll("\n", "\r\n").replaceAll("  ", "\t");
  assert.deepEqual(findCommitted(moved, sought("return total;")), {
    lines: 1,
    survivingLines: 1,
    text: "return total;",
  });
});

test("a changed line is found as what it was changed to", () => {
  const changed = FILE.replace("return total;", "return Math.round(total);");
  assert.deepEqual(findCommitted(changed, sought("return total;")), {
    lines: 1,
    survivingLines: 0,
    text: "return Math.round(total);",
  });
});

test("of several lines those count that are there as they were offered", () => {
  const text = "let total = 0;\n  for (const item of items) total += item.cost;\n  return total;";
  const found = findCommitted(FILE, sought(text, { line: 1 }));
  assert.equal(found.lines, 3);
  assert.equal(found.survivingLines, 2);
  assert.equal(found.text, "let total = 0;\n  for (const item of items) total += item.price;\n  return total;");
});

test("what was deleted, undone, or never committed is not there", () => {
  const nothing = { lines: 1, survivingLines: 0, text: "" };
  assert.deepEqual(findCommitted(FILE.replace("  return total;\n", ""), sought("throw new Error(items);")), nothing);
  assert.deepEqual(findCommitted(FILE, sought("return total;", { textNow: "" })), nothing);
  assert.deepEqual(findCommitted("", sought("return total;")), nothing);
});

test("the same line elsewhere is not taken for the nearer one", () => {
  const twice = `${FILE}\n${FILE.replace("sum", "other")}`;
  const found = findCommitted(twice, sought("return total;", { line: 9, linePrefix: "  " }));
  assert.equal(found.survivingLines, 1);
});

test("a large file is searched in a moment", () => {
  const large = Array.from({ length: 20_000 }, (_, index) => `  value${index % 50} = compute(${index});`).join("\n");
  const started = performance.now();
  findCommitted(large, sought("value7 = compute(12);\n  value8 = compute(13);"));
  assert.ok(performance.now() - started < 2_000);
});

test("topics are read from the first line of a message", () => {
  const topics: Readonly<Record<string, string>> = {
    "fix: rounding": "fix",
    "Fix the rounding\n\nfeature": "fix",
    "fix(core)!: rounding": "fix",
    "feat: totals": "feature",
    "Add totals": "feature",
    "Add a test for totals": "test",
    "tests: more": "test",
    "refactor(api): names": "refactoring",
    "Rename Item": "refactoring",
    "docs: how to": "docs",
    "Update README": "docs",
    "Fixture for totals": "unknown",
    wip: "unknown",
    "": "unknown",
  };
  for (const [message, topic] of Object.entries(topics)) assert.equal(topicOf(message), topic, message);
});

test("a revert names what it takes back", () => {
  assert.equal(
    revertedCommit('Revert "x"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.\n'),
    "0123456789abcdef0123456789abcdef01234567",
  );
  assert.equal(revertedCommit("Revert nothing in particular"), undefined);
});

/** `name: parents`, the message after a bar. */
const GRAPH: Readonly<Record<string, readonly string[]>> = {
  a: [],
  b: ["a"],
  c: ["b"],
  b2: ["a"],
  m: ["b", "x"],
  x: ["a"],
  y: ["x"],
};

function change(
  before: string | undefined,
  after: string | undefined,
  branches: readonly (string | undefined)[] = ["main", "main"],
) {
  const read = (hash: string): Promise<CommitInfo | undefined> => {
    const parents = GRAPH[hash];
    return Promise.resolve(parents && { hash, parents, message: hash });
  };
  const head = (commit: string | undefined, branch: string | undefined): Head => ({ commit, branch });
  return headChange(head(before, branches[0]), head(after, branches[1]), read);
}

test("a child of HEAD is a commit, and so are several at once", async () => {
  assert.equal((await change("a", "b")).kind, "commit");
  const both = await change("a", "c");
  assert.deepEqual(both.kind === "commit" && both.commits.map(({ hash }) => hash), ["c", "b"]);
  assert.equal((await change(undefined, "a")).kind, "commit", "the first of all");
});

test("a sibling is an amend, an ancestor a reset", async () => {
  const amend = await change("b", "b2");
  assert.equal(amend.kind === "amend" && amend.replaced, "b");
  const reset = await change("c", "a");
  assert.deepEqual(reset.kind === "reset" && reset.left, ["c", "b"]);
});

test("another branch is a switch, whatever its commits; so is a walk without a branch", async () => {
  assert.equal((await change("a", "b", ["main", "topic"])).kind, "switch");
  assert.equal((await change("b", "b", ["main", "topic"])).kind, "switch");
  assert.equal((await change("c", "y", [undefined, undefined])).kind, "switch");
});

test("merges and rewritten histories are neither", async () => {
  assert.equal((await change("b", "m")).kind, "other");
  assert.equal((await change("c", "y")).kind, "other");
  assert.equal((await change("b", "b")).kind, "none");
  assert.equal((await change("b", "unknown")).kind, "other");
});
