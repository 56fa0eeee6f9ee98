import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import {
  CHUNK_CHARS_MAX,
  CHUNK_LINES_MAX,
  CHUNKS_MAX,
  chunkTree,
  chunkWindows,
  WINDOW_LINES,
} from "../../../sidecar/code/chunk.ts";
import type { Chunk } from "../../../sidecar/code/chunk.ts";
import { languageOfPath } from "../../../sidecar/code/languages.ts";
import type { Grammar } from "../../../sidecar/code/languages.ts";
import { openParser } from "../../../sidecar/code/parser.ts";
import type { SourceParser } from "../../../sidecar/code/parser.ts";
import { createDice, seeds } from "../text/dice.ts";

let parser: SourceParser;
before(async () => {
  parser = await openParser();
});
after(() => parser.close());

async function chunk(grammar: Grammar, text: string): Promise<Chunk[]> {
  const chunks = await parser.parse(
    grammar,
    text,
    () => false,
    (root) => chunkTree(root, text),
  );
  assert.ok(chunks);
  return chunks;
}

/** Compares "first-last kind symbol" of each chunk, lines counted from 1. */
async function check(grammar: Grammar, text: string, expected: readonly string[]): Promise<void> {
  const chunks = await chunk(grammar, text);
  checkInvariants(chunks, text);
  assert.deepEqual(chunks.map(describe), expected);
}

function describe({ startLine, endLine, kind, symbol }: Chunk): string {
  return `${startLine + 1}-${endLine} ${kind} ${symbol}`.trim();
}

/** What holds for every chunk of every text. */
function checkInvariants(chunks: readonly Chunk[], text: string): void {
  const lines = text.split("\n");
  let position = 0;
  for (const { startLine, endLine, text: chunkText } of chunks) {
    assert.ok(startLine >= position && endLine > startLine && endLine <= lines.length, "in order, without overlap");
    assert.equal(chunkText, lines.slice(startLine, endLine).join("\n"), "whole lines");
    assert.ok(endLine - startLine <= CHUNK_LINES_MAX && chunkText.length <= CHUNK_CHARS_MAX, "not too large");
    assert.match(chunkText, /[\p{L}\p{N}]/u, "says something");
    position = endLine;
  }
  assert.ok(chunks.length <= CHUNKS_MAX);
}

const statements = (count: number, indent = ""): string =>
  Array.from({ length: count }, (_, at) => `${indent}step(${at});\n`).join("");

suite("chunkTree", () => {
  test("makes one chunk per function, with the comments and decorators directly above", async () => {
    const text = `import a from "a";

// Far away.

/** Adds. */
// Twice.
export function add(a: number) {
  return a + a;
}
// The next one.
const sub = async (a: number) => {
  return -a;
};
`;
    await check("typescript", text, ["1-3 block", "5-9 function add", "10-13 function sub"]);
  });

  test("merges statements and tiny functions between functions, and ends a long chunk at a blank line", async () => {
    const text = `${statements(15)}
const one = () => 1;
function two() { return 2; }

${statements(15)}
${statements(5)}
function big() {
  return 3;
}
`;
    await check("typescript", text, ["1-34 block", "36-40 block", "42-44 function big"]);
  });

  test("keeps a small class whole and takes a larger one apart, each method by its own name", async () => {
    const small = `class Small {\n  a = 1;\n  get() {\n    return this.a;\n  }\n}\n`;
    const large = `@sealed
export class Large extends Small {
  readonly #x = 1;
  y = 2;

  constructor() {
    super();
  }

  /** Runs. */
  @log()
  async run() {
${statements(10, "    ")}  }

  handle = () => {
    this.run();
  };
  last = 1;
}
`;
    await check("typescript", small + large, [
      "1-6 class Small",
      "7-10 class Large",
      "12-14 function Large.constructor",
      "16-29 function Large.run",
      "31-33 function Large.handle",
      "34-35 class Large",
    ]);
  });

  test("splits a large function at its statements and keeps its name", async () => {
    const text = `function long() {\n${statements(50, "  ")}\n  if (a) {\n${statements(30, "    ")}  }\n${statements(5, "  ")}}\n`;
    await check("typescript", text, ["1-51 function long", "53-90 function long"]);
  });

  test("gives functions inside a large function both names", async () => {
    const text = `function outer() {\n  const inner = () => {\n    run();\n  };\n${statements(70, "  ")}}\n`;
    await check("typescript", text, [
      "1-1 function outer",
      "2-4 function outer.inner",
      "5-64 function outer",
      "65-75 function outer",
    ]);
  });

  test("splits what has no children that fit by lines", async () => {
    const text = `const text = \`\n${"word word\n".repeat(150)}\`;\n`;
    const chunks = await chunk("typescript", text);
    checkInvariants(chunks, text);
    assert.equal(chunks.length, 3);
  });

  test("survives an expression nested ten thousand deep", async () => {
    const text = `const sum =\n${"  one +\n".repeat(10_000)}  one;\n`;
    checkInvariants(await chunk("typescript", text), text);
    const nested = `${"(\n".repeat(5_000)}a${")\n".repeat(5_000)}`;
    checkInvariants(await chunk("typescript", nested), nested);
  });

  test("finds the functions around a syntax error", async () => {
    const text = `function good() {\n  a();\n  b();\n}\n\nfunction bad( {\n  if (x {\n\nfunction alsoGood() {\n  c();\n  d();\n}\n`;
    const chunks = await chunk("typescript", text);
    checkInvariants(chunks, text);
    assert.equal(describe(chunks[0]!), "1-4 function good");
    assert.ok(chunks.some(({ text: part }) => part.includes("alsoGood")));
  });

  test("leaves out lines too long to have been typed, and says nothing about nothing", async () => {
    const text = `const data = "${"x".repeat(5_000)}";\nfunction f() {\n  a();\n  b();\n}\n`;
    await check("typescript", text, ["2-5 function f"]);
    await check("typescript", "", []);
    await check("typescript", "\n\n{\n}\n", []);
  });

  test("ends at its limit", async () => {
    const text = Array.from({ length: CHUNKS_MAX + 100 }, (_, at) => `function f${at}() {\n  a();\n}\n`).join("");
    const chunks = await chunk("typescript", text);
    checkInvariants(chunks, text);
    assert.equal(chunks.length, CHUNKS_MAX);
  });

  test("is not confused by tabs, emoji and Windows line ends", async () => {
    const text = "// 🙂👩‍👩‍👧\nfunction 名前() {\n\tconst s = '🙂';\n\treturn s;\n}\n";
    await check("typescript", text, ["1-5 function 名前"]);
    const windows = text.replaceAll("\n", "\r\n");
    checkInvariants(await chunk("typescript", windows), windows);
  });

  test("names default exports, assigned functions and members of objects", async () => {
    const text = `module.exports.run = function () {\n  a();\n};\nexport default function () {\n  b();\n}\n`;
    await check("javascript", text, ["1-3 function run", "4-6 function default"]);
  });

  test("keeps a component of markup together", async () => {
    const text = `export const App = () => {\n  const [a] = useState(1);\n  return <p className="x">{a}</p>;\n};\n`;
    await check("tsx", text, ["1-4 function App"]);
  });

  test("reads Python: decorators, classes, code behind them", async () => {
    const text = `import os

class A(B):
    """Doc."""
    x = 1

    @property
    def m(self):
        a()
        return 1

    # Says why.
    async def n(self):
${"        b()\n".repeat(12)}

@cached
def f():
    a()
    return 2

if __name__ == "__main__":
    f()
`;
    await check("python", text, [
      "1-1 block",
      "3-5 class A",
      "7-10 function A.m",
      "12-25 function A.n",
      "28-31 function f",
      "33-34 block",
    ]);
  });

  test("reads Go: methods carry the type of their receiver", async () => {
    const text = `package a

// S holds.
type S struct {
	a int
}

// Run runs.
func (s *S[T]) Run() error {
	return nil
}

func main() {
	run()
}
`;
    await check("go", text, ["1-1 block", "3-6 class S", "8-11 function S.Run", "13-15 function main"]);
  });

  test("reads Rust: attributes, modules, methods under their type", async () => {
    const text = `/// Doc.
#[derive(Debug)]
pub struct S<T> {
    a: T,
}

impl<T> Tr for S<T> {
${"    // note\n".repeat(20)}
    fn m(&self) -> u8 {
        let a = 1;
        a
    }
}

mod tests {
    #[test]
    fn works() {
        run();
    }
}
`;
    await check("rust", text, [
      "1-5 class S",
      "7-27 class S",
      "29-32 function S.m",
      "35-35 block",
      "36-39 function works",
    ]);
  });

  test("reads Java and C#", async () => {
    const java = `package a;

/** Doc. */
@X
public class A {
  int x;

  @Override
  public void m() {
${statements(20, "    ")}  }

  A() {
    x = 1;
  }
}
`;
    await check("java", java, ["1-1 block", "3-6 class A", "8-30 function A.m", "32-34 function A.A"]);
    const csharp = `namespace N;

public class A
{
    public int P { get; set; }

    /// <summary>Runs.</summary>
    [Fact]
    public void M()
    {
${statements(20, "        ")}    }
}
`;
    await check("c-sharp", csharp, ["1-1 block", "3-5 class A", "7-31 function A.M"]);
  });

  test("reads C++ behind header guards, with qualified names", async () => {
    const text = `#ifndef A
#define A
namespace n {
// Doc.
template <class T>
class C : B {
  int a;
};
}
T *n::C<T>::g(int a) {
  k();
  return 0;
}
static void run(void) {
  z();
}
#endif
`;
    await check("cpp", text, ["1-3 block", "4-8 class C", "10-13 function n.C.g", "14-16 function run", "17-17 block"]);
  });

  test("reads Ruby, PHP, shell and PowerShell", async () => {
    const ruby = `module M\n  # Doc.\n  def self.run\n    a\n  end\n\n${"  # note\n".repeat(20)}  def stop\n    b\n  end\nend\n`;
    await check("ruby", ruby, ["1-1 class M", "2-5 function M.run", "7-29 function M.stop"]);
    const php = `<?php\nfunction f() {\n  a();\n}\nclass A {\n  /** Doc. */\n  public function m() {\n${statements(20, "    ")}  }\n}\n`;
    await check("php", php, ["1-1 block", "2-4 function f", "5-5 class A", "6-28 function A.m"]);
    await check("bash", "#!/bin/sh\nset -e\n\nf() {\n  a\n}\n", ["1-2 block", "4-6 function f"]);
    await check("powershell", "function Get-X {\n  $a\n  $b\n}\n", ["1-4 function Get-X"]);
  });

  test("gives sound chunks for every source file of this project, and for each after random damage", async () => {
    const files = sourceFiles(new URL("../../../sidecar/", import.meta.url)).slice(0, 40);
    for (const seed of seeds(2)) {
      const dice = createDice(seed);
      for (const file of files) {
        let text = readFileSync(file, "utf8");
        checkInvariants(await chunk("typescript", text), text);
        for (let edits = 0; edits < 5; edits++) {
          const { offset, deleted, inserted } = dice.edit(text, ["{", "}", "(", "`", '"', "\n", "🙂", "/*", "<"]);
          text = text.slice(0, offset) + inserted + text.slice(offset + deleted);
        }
        checkInvariants(await chunk("typescript", text), text);
      }
    }
  });
});

suite("chunkWindows", () => {
  test("cuts a text every twenty lines, beginning where something stands", () => {
    const text = `\n\n${"a: 1\n".repeat(45)}`;
    const chunks = chunkWindows(text);
    checkInvariants(chunks, text);
    assert.deepEqual(chunks.map(describe), ["3-22 window", "23-42 window", "43-47 window"]);
    assert.equal(WINDOW_LINES, 20);
  });

  test("cuts earlier where lines are long, and leaves out a line that is too long", () => {
    const text = `${`${"word ".repeat(300)}\n`.repeat(5)}${"x".repeat(9_000)}\nlast\n`;
    const chunks = chunkWindows(text);
    checkInvariants(chunks, text);
    assert.deepEqual(chunks.map(describe), ["1-2 window", "3-4 window", "5-5 window", "7-7 window"]);
  });

  test("finds nothing in nothing", () => {
    assert.deepEqual(chunkWindows(""), []);
    assert.deepEqual(chunkWindows("\n \n\t\n"), []);
  });

  test("ends at its limit", () => {
    assert.equal(chunkWindows("a\n".repeat(WINDOW_LINES * (CHUNKS_MAX + 5))).length, CHUNKS_MAX);
  });
});

suite("parser", () => {
  test("stops when it is told to, and reads the next text from its beginning", async () => {
    const stopped = await parser.parse(
      "javascript",
      "a(b, c);\n".repeat(50_000),
      () => true,
      () => "parsed",
    );
    assert.equal(stopped, undefined);
    await check("javascript", "function f() {\n  a();\n  b();\n}\n", ["1-4 function f"]);
  });

  test("frees its trees, so that a thousand texts take no more memory than one", async () => {
    const text = readFileSync(new URL("../../../sidecar/code/chunk.ts", import.meta.url), "utf8");
    for (let round = 0; round < 50; round++) await chunk("typescript", text);
    // WebAssembly's memory counts as external.
    const external = process.memoryUsage().external;
    for (let round = 0; round < 200; round++) await chunk("typescript", text);
    assert.ok(process.memoryUsage().external - external < 10e6);
  });
});

function sourceFiles(folder: URL): URL[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => languageOfPath(name)?.id === "typescript")
    .sort()
    .map((name) => new URL(name, folder));
}
