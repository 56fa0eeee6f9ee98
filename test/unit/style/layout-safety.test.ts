/**
 * What repair must never do, whatever it has learned and whatever it is given: throw, write other code, or take long.
 * The texts are real ones, whole and mutilated.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { languageById } from "../../../sidecar/code/languages.ts";
import type { Style } from "../../../sidecar/style/style.ts";
import { type Change, createStyle, inverse, learn, openParse, repair } from "../../support/style.ts";
import { createDice, type Dice, seeds } from "../text/dice.ts";

interface Sample {
  /** Real code, in pieces of some lines. */
  readonly pieces: readonly string[];
  readonly changes: readonly Change[];
}

const BRACES: readonly Change[] = [
  [
    "  if(a) {\n    b(c,d);\n  } else {\n    e();\n  }\n",
    "    if (a)\n    {\n        b(c, d);\n    }\n    else\n    {\n        e();\n    }\n",
  ],
  ["  while(a) {\n    b( c );\n  }\n", "    while (a)\n    {\n        b(c);\n    }\n"],
];

const SAMPLES: Readonly<Record<string, Sample>> = {
  typescript: {
    pieces: ["sidecar/code/indent.ts", "sidecar/code/brackets.ts", "extension/inline.ts", "text/edit.ts"].flatMap(
      piecesOf,
    ),
    changes: [
      ['f("a");\n', "f('a');\n"],
      ["f(a);\nconst b = 1;\n", "f(a)\nconst b = 1\n"],
      ["if (a) {\n  f(b);\n}\n", "if (a) {\n  f(b)\n}\n"],
      ["  if (a) {\n    f(b);\n  }\n", "\tif (a) {\n\t\tf(b)\n\t}\n"],
      ["const a = { b, c: d };\n", "const a = {b, c: d}\n"],
      ["f([\n  a,\n  b,\n]);\n", "f([\n  a,\n  b\n])\n"],
      ["if (a) {\n  f();\n} else {\n  g();\n}\n", "if (a) {\n  f()\n}\nelse {\n  g()\n}\n"],
      ["class A {\n  b() {}\n\n  c() {}\n}\n", "class A {\n  b() {}\n  c() {}\n}\n"],
      ["f(\n  a,\n  b,\n);\n", "f(a, b)\n"],
    ],
  },
  python: {
    pieces: [
      `class Store(Base):\n    """Keeps things.\n\n    For a while.\n    """\n\n    def __init__(self, path, *, size=10):\n        self.path = path  # where\n        self.items = {'a': 1, 'b': [1, 2, 3]}\n\n    async def load(self, names):\n        for name in names:\n            if name in self.items: continue\n            try:\n                with open(f'{self.path}/{name}', 'rb') as file:\n                    self.items[name] = file.read()\n            except (OSError, ValueError) as error:\n                raise Missing(name) from error\n            else:\n                print("it's here", name)\n        return [item for item in self.items.values() if item is not None]\n`,
      `@cached(maxsize=None)\ndef fold(values, start=0, step=lambda a, b: a + b):\n    total = start\n    while values:\n        total = step(total, values.pop()); count(total)\n    if total > 10 and \\\n            total < 20:\n        return (\n            total,\n            r'\\d+',\n        )\n    elif not total: pass\n    return total\n`,
    ],
    changes: [
      ["f('a', b = 1)\n", 'f("a",b=1)\n'],
      ["    if a:\n        f(b)\n", "  if a:\n    f(b)\n"],
      ["a = 1 # b\n", "a = 1  # b\n"],
      ["f(\n    a,\n    b,\n)\n", "f(a, b)\n"],
      ["if a: f()\n", "if a:\n    f()\n"],
      ["a = 1; b = 2\n", "a = 1\nb = 2\n"],
      ["def f():\n    pass\n\n\ndef g():\n    pass\n", "def f():\n    pass\n\ndef g():\n    pass\n"],
    ],
  },
  go: {
    pieces: [
      'func (s *Store) Load(names ...string) (map[string]int, error) {\n\tfound := make(map[string]int, len(names))\n\tfor i, name := range names {\n\t\tif v, ok := s.items[name]; ok && v != nil {\n\t\t\tfound[name] = i << 2\n\t\t\tcontinue\n\t\t}\n\t\tselect {\n\t\tcase s.queue <- name: // in order\n\t\tdefault:\n\t\t\treturn nil, fmt.Errorf("load %q: %w", name, ErrFull)\n\t\t}\n\t}\n\tgo func() { s.run(`raw "text"`, \'x\') }()\n\treturn found, nil\n}\n',
      'type Store struct {\n\titems map[string]*Item `json:"items"`\n\tqueue chan string\n}\n\nvar all = []Item{\n\t{"a", 1},\n\t{\n\t\tName: "b",\n\t},\n}\n',
    ],
    changes: [
      ["\ta := b + c\n", "\ta:=b+c\n"],
      ["\tif a != nil {\n\t\treturn b\n\t}\n", "\tif a!=nil {\n\t\treturn b\n\t}\n"],
      ["\tf(a, b)\n", "\tf( a,b )\n"],
    ],
  },
  rust: {
    pieces: [
      `impl<'a, T: Clone> Store<'a, T> {\n    pub fn load(&mut self, names: &[&'a str]) -> Result<Vec<T>, Error> {\n        let mut found = vec![];\n        for (i, name) in names.iter().enumerate() {\n            match self.items.get(name) {\n                Some(item) if i > 0 => found.push(item.clone()),\n                None => return Err(Error::Missing { name: name.to_string(), at: 'x' }),\n                _ => {}\n            }\n        }\n        self.each(|item| item.seen = true); // all\n        Ok(found)\n    }\n}\n`,
      '#[derive(Debug, Clone)]\nstruct Item {\n    name: String,\n    size: Option<u8>,\n}\n\nmacro_rules! item {\n    ($name:expr) => { Item { name: $name.into(), size: None } };\n}\n\nconst RAW: &str = r#"say "hi""#;\n',
    ],
    changes: [
      ["    let a=b+c;\n", "  let a = b + c;\n"],
      ["    if a {\n        b(c,d);\n    }\n", "  if a {\n    b(c, d);\n  }\n"],
      ["    let a = B{c: 1};\n", "  let a = B { c: 1 };\n"],
    ],
  },
  java: {
    pieces: [
      '@Service\npublic class Store<T extends Item> implements Loader {\n    private final Map<String, T> items = new HashMap<>();\n\n    @Override\n    public List<T> load(String... names) throws IOException {\n        List<T> found = new ArrayList<>();\n        for (String name : names) {\n            if (!items.containsKey(name)) continue;\n            try (var in = open("it\'s/" + name)) {\n                found.add((T) read(in)); // once\n            } catch (IOException | RuntimeException error) {\n                throw new IOException("load " + name, error);\n            } finally {\n                count++;\n            }\n        }\n        return found.stream().filter(item -> item.size() > 0).toList();\n    }\n}\n',
    ],
    changes: BRACES,
  },
  csharp: {
    pieces: [
      'namespace Stores\n{\n    public sealed class Store<T> : ILoader where T : class, new()\n    {\n        private readonly Dictionary<string, T> items = new();\n        public int Count { get; private set; }\n\n        public async Task<T?> Load(string name, int at = 0)\n        {\n            if (!items.TryGetValue(name, out var item)) return null;\n            var text = $"{name}: {item}"; // why\n            switch (at)\n            {\n                case 0:\n                    Count++;\n                    break;\n                default:\n                    throw new Exception(@"c:\\" + text);\n            }\n            return await Task.Run(() => item);\n        }\n    }\n}\n',
    ],
    changes: inverse(BRACES),
  },
  cpp: {
    pieces: [
      "#include <vector>\n#define EACH(a, b) \\\n  for (auto &a : b)\n\nnamespace stores {\n\ntemplate <typename T, int N = 3>\nclass Store : public Base<T> {\npublic:\n  explicit Store(const char *path) : path_(path), items_{} {}\n  T *find(const std::string &name) const {\n    auto it = items_.find(name);\n    return it == items_.end() ? nullptr : &it->second;\n  }\n\nprivate:\n  std::map<std::string, T> items_;  // by name\n  int sizes_[N] = {1, 2, 3};\n};\n\n}  // namespace stores\n",
      "static int load(struct store *s, int n)\n{\n\tint i, total = 0;\n\n\tfor (i = 0; i < n; i++) {\n\t\tif (!s->items[i])\n\t\t\tcontinue;\n\t\tswitch (s->items[i]->kind) {\n\t\tcase 'a':\n\t\t\ttotal += *s->items[i]->value << 2;\n\t\t\tbreak;\n\t\tdefault:\n\t\t\tgoto out;\n\t\t}\n\t}\n#ifdef DEBUG\n\tlog(\"%d\\n\", total);\n#endif\nout:\n\treturn total;\n}\n",
    ],
    changes: [...BRACES, ["  int *a = b;\n", "    int* a = b;\n"]],
  },
};

const MUTILATIONS = 2000;
const CHARS = [
  ...Array.from("{}()[];,'\"`\\\n\t /*#$:?=<>"),
  "//",
  "/*",
  "*/",
  "${",
  "=>",
  '"""',
  "\r\n",
  "é",
  "🦀",
  "\ud83d",
  "\0",
  "    ",
];

for (const [languageId, { pieces, changes }] of Object.entries(SAMPLES)) {
  const tries = seeds(Math.ceil(MUTILATIONS / Object.keys(SAMPLES).length));
  test(`${languageId}: mutilated code keeps its tokens, and what parses goes on to parse`, async () => {
    const style = await createStyle(languageId);
    const parse = await openParse(languageId);
    const errors = (text: string): number => parse(languageById(languageId)!.grammar!, text)?.errors ?? 0;
    learn(style, languageId, changes);
    let changed = 0;
    for (const seed of tries) {
      const dice = createDice(seed);
      const text = mutilated(dice.pick(pieces), dice);
      const prefix = dice.chance(0.5) ? "" : mutilated(dice.pick(pieces), dice).slice(0, dice.below(400));
      const message = `TACIT_TEST_SEED=${seed}\n${prefix}▮${text}`;
      const { text: result } = repair(style, languageId, text, { prefix });
      assert.equal(tokensOf(result), tokensOf(text), message);
      // How the parser recovers depends on white space too, so what is broken already may count one error more.
      const before = errors(text);
      const after = errors(result);
      if (prefix === "") assert(after <= (before === 0 ? 0 : before + 1), `${message}\n=> ${result}`);
      if (result !== text) changed++;
    }
    assert(changed > tries.length / 10 || tries.length === 1, `only ${changed} were changed: the test has gone blind`);
  });

  test(`${languageId}: what was repaired needs no repair`, async () => {
    const style = await createStyle(languageId);
    learn(style, languageId, changes);
    for (const piece of pieces) {
      const once = repair(style, languageId, piece).text;
      assert.equal(repair(style, languageId, once).text, once);
    }
  });

  test(`${languageId}: code whose style nobody has touched stays as it is`, async () => {
    const style = await createStyle(languageId);
    const kept = pieces.map((piece): Change => [piece, piece]);
    learn(style, languageId, kept);
    for (const piece of pieces) assert.deepEqual(repair(style, languageId, piece), { text: piece, repairs: [] });
  });
}

test("a text of 300 lines is repaired in one piece", async () => {
  const style = await typescriptStyle();
  const text = SAMPLES["typescript"]!.pieces.join("\n").split("\n").slice(0, 300).join("\n");
  const { text: result } = repair(style, "typescript", text);
  assert.equal(tokensOf(result), tokensOf(text));
  assert.notEqual(result, text);
});

test("a long document before the text costs nothing", async () => {
  const style = await typescriptStyle();
  const piece = SAMPLES["typescript"]!.pieces[0]!;
  const lines = "export function f() {\n  return g(1);\n}\n\n".repeat(2500);
  const near = medianMs(() => repair(style, "typescript", piece, { prefix: lines.slice(-4000) }));
  const far = medianMs(() => repair(style, "typescript", piece, { prefix: lines }));
  assert(far < 4 * near + 5, `${far} ms with 10,000 lines, ${near} ms with 100`);
});

test("nesting without end is given up in time", async () => {
  const style = await typescriptStyle();
  for (const part of ["(", "[{(", "a?", "`${", "<", "-", "!", "a.", "a+", "{"]) {
    const ms = medianMs(() => repair(style, "typescript", part.repeat(4000 / part.length)), 1);
    assert(ms < 2000, `${ms} ms for ${part}${part}…`);
  }
});

test("a line of 100,000 characters is no hindrance", async () => {
  const style = await typescriptStyle();
  const text = `f(${'"a", '.repeat(20_000)}b);\n`;
  assert.equal(tokensOf(repair(style, "typescript", text).text), tokensOf(text));
});

async function typescriptStyle(): Promise<Style> {
  const style = await createStyle("typescript");
  learn(style, "typescript", SAMPLES["typescript"]!.changes);
  return style;
}

/** Files of this project, by what stands between blank lines. */
function piecesOf(path: string): string[] {
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
  return text.split(/\n\n+(?=\S)/).map((piece) => `${piece.trimEnd()}\n`);
}

/** All that layout may not touch: everything but white space, quote marks, and marks that may be left out. */
function tokensOf(text: string): string {
  return text.replace(/\\(?=["'])|[\s,;"']/g, "");
}

/** A few of its parts are gone, doubled or full of marks, or its end is missing. */
function mutilated(text: string, dice: Dice): string {
  let result = text;
  for (let count = 1 + dice.below(3); count > 0; count--) {
    const at = dice.below(result.length + 1);
    const part = result.slice(at, at + dice.below(30));
    const rest = result.slice(at + part.length);
    const start = result.slice(0, at);
    result = dice.pick([
      start + rest,
      start + part + part + rest,
      start + dice.text(CHARS, 1 + dice.below(2)) + part + rest,
      start || part,
    ]);
  }
  return result;
}

function medianMs(work: () => unknown, times = 5): number {
  const taken = Array.from({ length: times }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)]!;
}
