import test from "node:test";
import { type Change, check } from "../../support/style.ts";

const SINGLE: readonly Change[] = [['f("a");\n', "f('a');\n"]];
const DOUBLE: readonly Change[] = [["f('a')\n", 'f("a")\n']];

test("double quotes become single ones", () => check("typescript", SINGLE, 'g("b");\n', "g('b');\n"));

test("single quotes become double ones", () => check("python", DOUBLE, "g('b')\n", 'g("b")\n'));

test("what is in the person's quotes already stays", () => check("typescript", SINGLE, "g('b');\n", "g('b');\n"));

test("a string that holds the other mark stays", () => check("typescript", SINGLE, `g("it's");\n`, `g("it's");\n`));

test("a string that holds the other mark is learned by itself", () =>
  check("typescript", [[`f("it's");\n`, `f('it\\'s');\n`]], `g("don't");\n`, `g('don\\'t');\n`));

test("an escape that is not needed any more goes", () =>
  check("typescript", [['f("\\"");\n', `f('"');\n`]], 'g("say \\"b\\"");\n', `g('say "b"');\n`));

test("other escapes stay as they are", () => check("typescript", SINGLE, 'g("a\\n\\\\");\n', "g('a\\n\\\\');\n"));

test("template strings stay", () => check("typescript", SINGLE, "g(`b`);\n", "g(`b`);\n"));

test("quotes in comments stay", () =>
  check("typescript", SINGLE, '// "a"\ng("b"); /* "c" */\n', `// "a"\ng('b'); /* "c" */\n`));

test("quotes in regular expressions stay", () => check("typescript", SINGLE, 'g(/"b"/, "c");\n', `g(/"b"/, 'c');\n`));

test("module names and keys are strings too", () =>
  check("typescript", SINGLE, 'import { b } from "b";\n', "import { b } from 'b';\n"));

test("text inside of JSX is no string", () =>
  check("typescriptreact", SINGLE, `const b = <p>it's "c"</p>;\n`, `const b = <p>it's "c"</p>;\n`));

test("attributes of JSX are told apart from other strings", () =>
  check(
    "typescriptreact",
    [
      ["const a = <A b='c' />;\n", 'const a = <A b="c" />;\n'],
      ['f("a");\n', "f('a');\n"],
    ],
    `const d = <D e='f' />;\ng("h");\n`,
    `const d = <D e="f" />;\ng('h');\n`,
  ));

test("prefixes of strings stay", () => check("python", DOUBLE, "g(b'c')\n", 'g(b"c")\n'));

test("a raw string with a backslash stays", () => check("python", DOUBLE, "g(r'\\d')\n", "g(r'\\d')\n"));

test("a format string changes where its braces hold no string", () =>
  check("python", DOUBLE, "g(f'{b}')\n", 'g(f"{b}")\n'));

test("a format string with a string in its braces stays", () =>
  check("python", DOUBLE, `g(f'{b["c"]}')\n`, `g(f'{b["c"]}')\n`));

test("documentation has quotes of its own", () =>
  check(
    "python",
    [["def f():\n    '''Doc.'''\n    return 1\n", 'def f():\n    """Doc."""\n    return 1\n']],
    "def g():\n    '''Other.'''\n    return 'b'\n",
    `def g():\n    """Other."""\n    return 'b'\n`,
  ));

test("three quotes around the same three stay", () =>
  check("python", [["a = '''b'''\n", 'a = """b"""\n']], `c = '''d """ e'''\n`, `c = '''d """ e'''\n`));

test("three quotes around text that ends in the other mark stay", () =>
  check("python", [["a = '''b'''\n", 'a = """b"""\n']], `c = '''d "'''\n`, `c = '''d "'''\n`));

test("where the marks mean different things they stay", () =>
  check("cpp", [["f('a');\n", 'f("a");\n']], "g('b');\n", "g('b');\n"));

test("an open string stays", () => check("typescript", SINGLE, 'g("b', 'g("b'));
