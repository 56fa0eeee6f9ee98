import { checkCases, commentCases, widthCases } from "./convention-cases.ts";

const inTest = (text: string): { text: string; path: string } => ({ text, path: "tests/test_a.py" });
const lines = (...texts: readonly string[]): string => texts.join("\n") + "\n";

checkCases("python", "src/pack/a.py", {
  "error-handling": {
    rethrow: lines("try:", "    f()", "except E:", "    g()", "    raise"),
    wrap: lines("try:", "    f()", "except E as e:", "    raise Other(e) from e"),
    log: lines("try:", "    f()", "except E:", "    logger.warning('x')"),
    return: lines("def f():", "    try:", "        g()", "    except E:", "        return None"),
    ignore: lines("try:", "    f()", "except E:", "    pass"),
    nothing: lines("try:", "    f()", "except E as e:", "    g(e)"),
  },
  "error-cause": {
    kept: lines("try:", "    f()", "except E as e:", "    raise Other() from e"),
    dropped: lines("try:", "    f()", "except E as e:", "    raise Other(e)"),
    nothing: lines("try:", "    f()", "except E as e:", "    raise Other() from None"),
  },
  "catch-form": {
    specific: lines("try:", "    f()", "except (A, B):", "    pass"),
    broad: lines("try:", "    f()", "except Exception as e:", "    pass"),
    bare: lines("try:", "    f()", "except:", "    pass"),
    nothing: lines("f()"),
  },
  "naming-function": {
    snake: lines("def read_file(): pass"),
    camel: lines("def readFile(): pass"),
    nothing: lines(
      "class A:",
      "    def read(self): pass",
      "    def setUp(self): pass",
      "    def __init_subclass__(cls): pass",
    ),
  },
  "naming-variable": {
    snake: lines("def f(old_name: int, other=1):", "    new_name = 1"),
    camel: lines("def f(oldName): pass"),
    nothing: lines("def f(name):", "    self.oldName = 1"),
  },
  "naming-constant": {
    screaming: lines("SIZE_MAX = 3"),
    snake: lines("size_max = 3", "size = 'x'"),
    camel: lines("sizeMax = 3"),
    nothing: lines("__version__ = '1'", "app = create()"),
  },
  "naming-class": {
    pascal: lines("class Name: pass"),
    camel: lines("class oldName: pass"),
    snake: lines("class name: pass"),
    nothing: "f()\n",
  },
  "naming-file": {
    snake: { text: "f()\n", path: "a/old_name.py" },
    kebab: { text: "f()\n", path: "a/old-name.py" },
    camel: { text: "f()\n", path: "a/oldName.py" },
    nothing: { text: "f()\n", path: "a/test_name.py" },
  },
  "naming-private": {
    underscore: lines("class A:", "    def _f(self):", "        self._b = 1"),
    double: lines("class A:", "    def __f(self): pass"),
    nothing: lines("class A:", "    def __init__(self):", "        self.b = 1"),
  },
  "naming-enum": {
    screaming: lines("class A(Enum):", "    OLD_NAME = 1"),
    snake: lines("class A(enum.Enum):", "    name = 1"),
    pascal: lines("class A(IntFlag):", "    OldName = 1"),
    camel: lines("class A(Enum):", "    oldName = 1"),
    nothing: lines("class A(B):", "    NAME = 1"),
  },
  "naming-catch": {
    e: lines("try:", "    f()", "except E as e:", "    g(e)"),
    exc: lines("try:", "    f()", "except E as exc:", "    g(exc)"),
    nothing: lines("with f() as e:", "    pass", "try:", "    f()", "except E:", "    pass"),
  },
  "early-return": {
    guard: lines("def f(a):", "    if not a:", "        return", "    g()"),
    nested: lines("def f(a):", "    if a:", "        g()", "        h()", "        i()"),
    nothing: lines("def f(a):", "    if a:", "        g()"),
  },
  "else-after-return": {
    omitted: lines("def f(a):", "    if not a:", "        return 1", "    return 2"),
    kept: lines("def f(a):", "    if not a:", "        return 1", "    else:", "        return 2"),
    nothing: lines("def f(a):", "    if a:", "        g()", "    else:", "        h()"),
  },
  "loop-form": {
    enumerate: lines("for i, a in enumerate(b):", "    f(i, a)"),
    index: lines("for i in range(len(b)):", "    f(b[i])"),
    nothing: lines("for a in b:", "    f(a)", "for i in range(3):", "    f(i)"),
  },
  "list-building": {
    comprehension: lines("a = [f(b) for b in c]"),
    loop: lines("for b in c:", "    if b:", "        a.append(f(b))"),
    nothing: lines("for b in c:", "    f(b)"),
  },
  "type-annotations": {
    full: lines("class A:", "    def f(self, a: int) -> None: pass"),
    partial: lines("def f(a, b: int): pass"),
    none: lines("def f(a): pass"),
    nothing: "f()\n",
  },
  "optional-types": {
    union: lines("def f(a: int | None): pass"),
    optional: lines("def f(a: Optional[int]): pass"),
    nothing: lines("a = b | None", "def f(a: int | str): pass"),
  },
  "generic-types": {
    builtin: lines("def f(a: list[int]): pass"),
    typing: lines("def f(a: typing.List[int]): pass"),
    nothing: lines("a = list[0]", "def f(a: int): pass"),
  },
  "null-checks": { is: lines("a is not None"), equality: lines("a == None"), nothing: lines("a is b", "not a") },
  "empty-checks": {
    truth: lines("if not items:", "    f()"),
    length: lines("if len(items) == 0:", "    f()"),
    nothing: lines("if not done:", "    f()", "len(a) == 1"),
  },
  "string-building": {
    fstring: lines("f'a{b}'"),
    format: lines("'{}'.format(a)"),
    percent: lines("'a %s' % b"),
    concatenation: lines("'a' + b"),
    nothing: lines("'a'", "f'a'", "a % b", "a + b", "b'a' + b'c'"),
  },
  "import-sorting": {
    sorted: lines("import a", "import b", "import c"),
    unsorted: lines("import c", "import a", "import b"),
    nothing: lines("import b", "import a", "", "import c"),
  },
  "relative-imports": {
    relative: lines("from . import b", "from .c import d"),
    absolute: lines("from pack.b import c"),
    nothing: lines("from other import c", "import pack"),
  },
  "multiple-imports": {
    separate: lines("import a"),
    joined: lines("import a, b"),
    nothing: lines("from a import b, c"),
  },
  "import-favourites": { "*": lines("from . import b"), nothing: lines("f()") },
  "doc-presence": {
    present: lines("def f():", "    'Says.'"),
    absent: lines("class A:", "    b = 1"),
    nothing: lines("def _f(): pass"),
  },
  "doc-form": {
    google: lines("def f(a):", '    """Says.', "", "    Args:", "        a: what", '    """'),
    numpy: lines("def f(a):", '    """Says.', "", "    Parameters", "    ----------", "    a : int", '    """'),
    rest: lines("def f(a):", '    """Says.', "", "    :param a: what", '    """'),
    prose: lines("def f(a):", '    """Says.', "", "    And why.", '    """'),
    nothing: lines("def f(a):", '    """Says."""', "def g():", '    """Says', '    all."""'),
  },
  "docstring-start": {
    "same-line": lines("def f():", '    """Says', '    all."""'),
    "next-line": lines("def f():", '    """', "    Says.", '    """'),
    nothing: lines("def f():", '    """Says."""', "a = '''", "b'''"),
  },
  ...commentCases("#", "f()"),
  "test-form": {
    functions: inTest(lines("def test_a(): pass")),
    unittest: inTest(lines("class A(unittest.TestCase):", "    def test_a(self): pass")),
    classes: inTest(lines("class TestA:", "    @mark", "    def test_a(self): pass")),
    nothing: lines("def test_a(): pass"),
  },
  "assertion-form": {
    assert: inTest(lines("assert a")),
    unittest: inTest(lines("self.assertEqual(a, b)")),
    nothing: lines("assert a"),
  },
  "naming-test": {
    snake: inTest(lines("def test_a(): pass")),
    "test-camel": inTest(lines("def testA(): pass")),
    nothing: lines("def test_a(): pass"),
  },
  "test-file": {
    prefix: { text: "f()\n", path: "tests/test_a.py" },
    suffix: { text: "f()\n", path: "tests/a_test.py" },
    nothing: { text: "f()\n", path: "tests/conftest.py" },
  },
  "file-layout": {
    "public-first": lines("def a(): pass", "def _b(): pass"),
    "helpers-first": lines("def _b(): pass", "@c", "def a(): pass"),
    nothing: lines("def a(): pass", "def b(): pass"),
  },
  "method-order": {
    "public-first": lines(
      "class A:",
      "    def __init__(self): pass",
      "    def a(self): pass",
      "    def _b(self): pass",
    ),
    "private-first": lines("class A:", "    def _b(self): pass", "    def a(self): pass"),
    mixed: lines("class A:", "    def a(self): pass", "    def _b(self): pass", "    def c(self): pass"),
    nothing: lines("class A:", "    def a(self): pass"),
  },
  quotes: {
    single: lines("f('a')", "'a' 'b'"),
    double: lines('f("a", b"c")'),
    nothing: lines(`f("it's", 'say "a"')`, "a = '''b'''", `'a' "b"`),
  },
  "docstring-quotes": {
    double: lines('"""Says."""'),
    single: lines("def f():", "    '''Says.'''"),
    plain: lines("def f():", "    'Says.'"),
    nothing: lines("a = '''b'''", "f()", "'''No docstring.'''"),
  },
  "raw-strings": { raw: lines("f(r'\\d')"), escaped: lines("f('\\\\d')"), nothing: lines("f('\\n', r'a')") },
  "trailing-commas": {
    always: lines("a = [", "    1,", "]"),
    never: lines("a = {", "    'b': 1", "}"),
    nothing: lines("a = [1]", "a = (", "    1,", ")"),
  },
  "trailing-commas-calls": {
    always: lines("f(", "    a,", ")"),
    never: lines("def f(", "    a", "): pass"),
    nothing: lines("f(a)", "f(a,", "  b)"),
  },
  indent: {
    "4": lines("if a:", "    f()"),
    "2": lines("class A:", "  b = 1"),
    tab: lines("def f():", "\tg()"),
    nothing: lines("if a: f()", "f(a,", "  b)"),
  },
  ...widthCases((name) => `${name} = 1\n`.trimEnd()),
  "blank-lines": {
    "1": lines("def f():", "    pass", "", "def g():", "    pass"),
    "2": lines("def f():", "    pass", "", "", "# Why.", "@a", "def g():", "    pass"),
    nothing: lines("def f(): pass", "def g(): pass", "", "a = 1"),
  },
  "blank-lines-members": {
    "0": lines("class A:", "    def f(self):", "        pass", "    def g(self):", "        pass"),
    "1": lines("class A:", "    def f(self):", "        pass", "", "    def g(self):", "        pass"),
    nothing: lines("class A:", "    b = 1", "", "    def f(self):", "        pass"),
  },
  "blank-before-return": {
    blank: lines("def f():", "    a()", "    b()", "", "    return c"),
    none: lines("def f():", "    a()", "    b()", "    return c"),
    nothing: lines("def f():", "    a()", "    return c"),
  },
  "spaces-in-braces": { spaced: lines("a = { 'b': 1 }"), tight: lines("a = {1, 2}"), nothing: lines("a = {}") },
  "spaces-in-brackets": { spaced: lines("a = [ 1 ]"), tight: lines("a = [1]"), nothing: lines("a = []", "b[ 1 ]") },
  "space-around-operators": { spaced: lines("a + b", "c == d"), tight: lines("a+b"), nothing: lines("a and b", "-a") },
});
