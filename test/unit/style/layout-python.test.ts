/** In Python a wrong indentation is another program: nothing that is learned may lead to one. */
import test from "node:test";
import { type Change, check, type Lesson } from "../../support/style.ts";

const IN_FUNCTION: Lesson = { prefix: "def f(a):\n", learned: { prefix: "def f(a):\n" } };
const FOUR: readonly Change[] = [["  if a:\n    g()\n", "    if a:\n        g()\n"]];
const TABS: readonly Change[] = [["    if a:\n        g()\n", "\tif a:\n\t\tg()\n"]];

test("blocks keep their depth in another step", () =>
  check(
    "python",
    FOUR,
    "  while b:\n    if c:\n      h()\n    i()\n  return d\n",
    "    while b:\n        if c:\n            h()\n        i()\n    return d\n",
    IN_FUNCTION,
  ));

test("else and except stay with their statements", () =>
  check(
    "python",
    FOUR,
    "  try:\n    if b:\n      c()\n    else:\n      d()\n  except E:\n    h()\n  finally:\n    i()\n",
    "    try:\n        if b:\n            c()\n        else:\n            d()\n    except E:\n        h()\n    finally:\n        i()\n",
    IN_FUNCTION,
  ));

test("spaces become tabs", () =>
  check(
    "python",
    TABS,
    "    for b in c:\n        h()\n    return b\n",
    "\tfor b in c:\n\t\th()\n\treturn b\n",
    IN_FUNCTION,
  ));

test("documentation moves with its function", () =>
  check(
    "python",
    FOUR,
    "  '''Doc.\n\n  More.\n  '''\n  h()\n",
    "    '''Doc.\n\n    More.\n    '''\n    h()\n",
    IN_FUNCTION,
  ));

test("a lesson about one block does not move another", () =>
  check(
    "python",
    [["if a:\n    g()\n", "if a:\n        g()\n"]],
    "for b in c:\n    h()\n    i()\n",
    "for b in c:\n    h()\n    i()\n",
  ));

test("a body that was moved out of its block by hand teaches no structure", () =>
  check(
    "python",
    [["    if a:\n        g()\n", "    if a:\n        pass\n    g()\n"]],
    "    if b:\n        g()\n",
    "    if b:\n        g()\n",
    IN_FUNCTION,
  ));

test("text whose indentation does not fit is left alone", () =>
  check("python", [['f("a")\n', "f('a')\n"]], "if b:\n    c()\n  d()\n", "if b:\n    c()\n  d()\n"));

test("lines inside of brackets may move", () =>
  check(
    "python",
    [["a = f(\n  b,\n  c,\n)\n", "a = f(\n    b,\n    c,\n)\n"]],
    "d = g(\n  e,\n  h,\n)\n",
    "d = g(\n    e,\n    h,\n)\n",
    { document: "def f():\n    return 1\n\n\ndef g():\n    return 2\n" },
  ));

test("a backslash at the end of a line stays with it", () =>
  check("python", [["a=b\n", "a = b\n"]], "c=d + \\\n    e\n", "c = d + \\\n    e\n"));

test("one statement behind another on a line stays there", () =>
  check("python", [["a=b\n", "a = b\n"]], "if c: d=e\n", "if c: d = e\n"));

/** A document in steps of four. */
const OPEN: Lesson = { document: "def f():\n    return 1\n\n\ndef g():\n    return 2\n" };

test("a body behind its head gets a line of its own, one step deeper", () =>
  check(
    "python",
    [["if a: f()\n", "if a:\n    f()\n"]],
    "if b: g()\nwhile c: h()\n",
    "if b:\n    g()\nwhile c: h()\n",
    OPEN,
  ));

test("a body on a line of its own goes behind its head", () =>
  check("python", [["if a:\n    f()\n", "if a: f()\n"]], "if b:\n    g()\n", "if b: g()\n", OPEN));

test("a body of several statements stays below its head", () =>
  check(
    "python",
    [["if a:\n    f()\n", "if a: f()\n"]],
    "if b:\n    g()\n    h()\n",
    "if b:\n    g()\n    h()\n",
    OPEN,
  ));

test("statements behind each other get lines of their own", () =>
  check("python", [["a = 1; b = 2\n", "a = 1\nb = 2\n"]], "c = 3; d = 4\n", "c = 3\nd = 4\n", OPEN));

test("statements of a body behind its head stay together", () =>
  check("python", [["a = 1; b = 2\n", "a = 1\nb = 2\n"]], "if a: c = 3; d = 4\n", "if a: c = 3; d = 4\n", OPEN));

test("semicolons between statements stay", () =>
  check("python", [["a = 1;\n", "a = 1\n"]], "b = 2; c = 3\n", "b = 2; c = 3\n"));

test("the first element of a list stands as deep as the others", () =>
  check(
    "python",
    [["a = [\n  b,\n  c,\n  d,\n]\n", "a = [\n    b,\n    c,\n    d,\n]\n"]],
    "from e import (\n  f,\n  g,\n)\n",
    "from e import (\n    f,\n    g,\n)\n",
    {
      document: "def f():\n  g()\n\ndef h():\n  i()\n",
      learned: { path: "b", prefix: "def f():\n  g()\n\ndef h():\n  i()\n\n" },
    },
  ));

test("the inside of a string that is no documentation stays", () => {
  const text = 'a = f(\n    r"""\n    b\n    """\n)\n';
  return check("python", [["    c()\n", "  c()\n"]], text, text.replace('    r"', '  r"'), {
    document: "def f():\n  g()\n\ndef h():\n  i()\n",
    learned: { prefix: "def f():\n  if a:\n    b()\n\ndef g():\n" },
  });
});
