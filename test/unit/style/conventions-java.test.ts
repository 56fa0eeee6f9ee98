import { checkCases, commentCases, widthCases } from "./convention-cases.ts";

const inTest = (text: string): { text: string; path: string } => ({ text, path: "src/test/java/ATest.java" });
const inClass = (...members: readonly string[]): string =>
  `class A {\n${members.map((line) => `  ${line}\n`).join("")}}\n`;
const inMethod = (...statements: readonly string[]): string =>
  inClass("void f() {", ...statements.map((line) => `  ${line}`), "}");
const catching = (body: string, type = "IOException"): string =>
  inMethod("try {", "  g();", `} catch (${type} e) {`, `  ${body}`, "}");

checkCases("java", "src/main/java/A.java", {
  "error-handling": {
    rethrow: catching("throw e;"),
    wrap: catching("throw new Failure(e);"),
    log: catching('logger.warn("a", e);'),
    return: catching("return;"),
    ignore: inMethod("try {", "  g();", "} catch (IOException ignored) {", "  // Nothing to do.", "}"),
    nothing: catching("close(e);"),
  },
  "error-cause": {
    kept: catching('throw new Failure("a", e);'),
    dropped: catching('throw new Failure("a");'),
    nothing: catching("throw e;"),
  },
  "catch-form": {
    specific: catching("g();", "A | B"),
    broad: catching("g();", "Exception"),
    nothing: inMethod("g();"),
  },
  "naming-function": {
    camel: inClass("void readFile() {}"),
    snake: inClass("void read_file() {}"),
    nothing: inClass("void read() {}"),
  },
  "naming-variable": {
    camel: inMethod("int oldName = 1;"),
    snake: inClass("void f(int old_name) {}"),
    nothing: inClass("int oldName = 1;"),
  },
  "naming-constant": {
    screaming: inClass("static final int SIZE_MAX = 3;"),
    camel: inClass('private static final String name = "a";'),
    nothing: inClass(
      "static final long serialVersionUID = 1L;",
      "static final Logger log = g();",
      "final int size = 1;",
    ),
  },
  "naming-acronyms": {
    upper: inClass("void parseURL() {}"),
    word: "class HttpServer {}\n",
    nothing: inClass("void parse() {}"),
  },
  "naming-interface": { plain: "interface Item {}\n", prefix: "interface IName {}\n", nothing: "class IName {}\n" },
  "naming-private": {
    plain: inClass("private int size;"),
    underscore: inClass("private int _size;"),
    m: inClass("private int m_size;"),
    hungarian: inClass("private int mSize;"),
    nothing: inClass("public int size;", "private static int count;"),
  },
  "naming-enum": {
    screaming: "enum A { OLD_NAME }\n",
    pascal: "enum A { OldName }\n",
    camel: "enum A { oldName }\n",
    nothing: "enum A { B }\n",
  },
  "naming-boolean": {
    prefixed: inClass("boolean isOpen;"),
    plain: inClass("void f(boolean open) {}"),
    nothing: inClass("int isOpen;", "boolean f() { return true; }"),
  },
  "naming-catch": {
    e: catching("g();"),
    nothing: inMethod("try {", "  g();", "} catch (IOException expected) {", "}"),
  },
  "arrow-parens": {
    always: inMethod("g((a) -> a);"),
    omitted: inMethod("g(a -> a);"),
    nothing: inMethod("g((int a) -> a, () -> 1, (a, b) -> a);"),
  },
  "arrow-body": {
    expression: inMethod("g(a -> a);"),
    block: inMethod("g(a -> { return a; });"),
    nothing: inMethod("g(a -> { h(); });"),
  },
  "final-parameters": {
    final: inClass("void f(final int a) {}"),
    plain: inClass("void f(int a) {}"),
    nothing: inClass("void f() {}"),
  },
  "final-locals": {
    final: inMethod("final int a = 1;"),
    plain: inMethod("int a = 1;"),
    nothing: inMethod("for (int i = 0; i < 3; i++) {", "}"),
  },
  "method-references": {
    reference: inMethod("g(A::h);"),
    lambda: inMethod("g(a -> h(a));"),
    nothing: inMethod("g(A::new, a -> h(a, 1), () -> h());"),
  },
  "early-return": {
    guard: inMethod("if (a) return;", "g();"),
    nested: inMethod("if (a) {", "  g();", "  h();", "  i();", "}"),
    nothing: inMethod("if (a) {", "  g();", "}"),
  },
  "else-after-return": {
    omitted: inMethod("if (a) {", "  return;", "}", "g();"),
    kept: inMethod("if (a) {", "  return;", "} else {", "  g();", "}"),
    nothing: inMethod("if (a) {", "  g();", "} else {", "  h();", "}"),
  },
  "loop-form": {
    each: inMethod("for (B b : list) g(b);"),
    forEach: inMethod("list.forEach(b -> g(b));"),
    index: inMethod("for (int i = 0; i < list.size(); i++) g(i);"),
    nothing: inMethod("for (int i = 0; i < 3; i++) g(i);"),
  },
  "increment-form": {
    postfix: inMethod("i++;"),
    prefix: inMethod("for (;; ++i) g();"),
    compound: inMethod("i += 1;"),
    nothing: inMethod("g(i++);"),
  },
  "variable-types": {
    var: inMethod("var a = g();"),
    explicit: inMethod("List<B> a = g();"),
    nothing: inMethod("B a = null;", "int[] c = {1};", "D e;", "F g = h -> 1;"),
  },
  "null-checks": {
    comparison: inMethod("if (a == null) g();"),
    objects: inMethod("Objects.requireNonNull(a);"),
    nothing: inMethod("if (a == b) g();"),
  },
  equality: {
    "literal-first": inMethod('g("a".equals(b));'),
    "variable-first": inMethod('g(b.equals("a"));'),
    objects: inMethod("g(Objects.equals(a, b));"),
    nothing: inMethod("g(a.equals(b));"),
  },
  "string-building": {
    concatenation: inMethod('g("a" + b);'),
    format: inMethod('g(String.format("%s", b), "%s".formatted(c));'),
    nothing: inMethod('g("a" + "b", c + d, e.format("f"));'),
  },
  "import-form": { single: "import a.B;\n", wildcard: "import a.*;\n", nothing: "class A {}\n" },
  "static-imports": {
    first: "import static a.B.c;\nimport d.E;\n",
    last: "import d.E;\nimport static a.B.c;\n",
    nothing: "import static a.B.c;\n",
  },
  "doc-presence": {
    present: "/** Says. */\npublic class A {}\n",
    absent: inClass("public void f() {}"),
    nothing: inClass("@Override public void f() {}", "void g() {}"),
  },
  "doc-form": {
    tags: inClass("/** Says. @param a what */", "void f(int a) {}"),
    prose: inClass("/** Says what becomes of a. */", "void f(int a) {}"),
    nothing: inClass("/** Says. */", "void f() {}"),
  },
  "comment-form": {
    line: "// Says.\nclass A {}\n",
    block: "/* Says. */\nclass A {}\n",
    nothing: "/** Doc. */\nclass A {}\n",
  },
  ...commentCases("//", "import a.B;"),
  "assertion-form": {
    assertThat: inTest(inMethod("assertThat(a).isTrue();")),
    junit: inTest(inMethod("Assert.assertEquals(a, b);")),
    nothing: inMethod("check(a);"),
  },
  "naming-test": {
    "test-camel": inClass("@Test public void testReads() {}"),
    camel: inClass("@Test void readsFile() {}"),
    snake: inClass("@Test void reads_file() {}"),
    parts: inClass("@Test void read_withoutFile_fails() {}"),
    nothing: inClass("void testReads() {}", "@Test void reads() {}"),
  },
  "test-file": {
    Test: { text: "class A {}\n", path: "a/NameTest.java" },
    Tests: { text: "class A {}\n", path: "a/NameTests.java" },
    nothing: { text: "class A {}\n", path: "a/Name.java" },
  },
  "method-order": {
    "public-first": inClass("public void a() {}", "private void b() {}"),
    "private-first": inClass("private void b() {}", "void a() {}"),
    mixed: inClass("void a() {}", "private void b() {}", "void c() {}"),
    nothing: inClass("public void a() {}", "void b() {}"),
  },
  "member-order": {
    "fields-first": inClass("int a;", "void f() {}"),
    "methods-first": inClass("void f() {}", "int a;"),
    nothing: inClass("static int a;", "void f() {}"),
  },
  "trailing-commas": {
    always: inClass("int[] a = {", "  1,", "};"),
    never: "enum A {\n  B,\n  C\n}\n",
    nothing: "enum A {\n  B;\n}\n" + inClass("int[] a = {1};"),
  },
  indent: {
    "2": inClass("int a;"),
    "4": "class A {\n    int a;\n}\n",
    tab: "class A {\n\tint a;\n}\n",
    nothing: "class A { int a; }\n",
  },
  "case-indent": {
    indented: inMethod("switch (a) {", "  case 1:", "    g();", "}"),
    flush: inMethod("switch (a) {", "case 1:", "  g();", "}"),
    nothing: inMethod("switch (a) { case 1: g(); }"),
  },
  ...widthCases((name) => `class A { int ${name} = 1; }`),
  "brace-style": {
    "same-line": inClass("int a;"),
    "own-line": "class A\n{\n  int a;\n}\n",
    nothing: "class A { int a; }\n",
  },
  "else-placement": {
    "same-line": inMethod("if (a) {", "  g();", "} else {", "  h();", "}"),
    "own-line": inMethod("try {", "  g();", "}", "finally {", "  h();", "}"),
    nothing: inMethod("if (a) g();", "else h();"),
  },
  "braces-single": {
    always: inMethod("if (a) {", "  g();", "}"),
    omitted: inMethod("for (B b : c) g(b);"),
    nothing: inMethod("if (a) {", "  g();", "  h();", "}", "if (a) g(); else h();"),
  },
  "blank-lines": {
    "0": "class A {\n}\nclass B {}\n",
    "1": "class A {\n}\n\n/** Says. */\nclass B {}\n",
    nothing: "class A {}\nclass B {}\n",
  },
  "blank-lines-members": {
    "0": inClass("void f() {", "}", "void g() {}"),
    "1": inClass("void f() {", "}", "", "@Override", "void g() {}"),
    nothing: inClass("void f();", "void g();"),
  },
  "blank-before-return": {
    blank: inClass("int f() {", "  a();", "  b();", "", "  return c;", "}").replaceAll(/ +\n/g, "\n"),
    none: inClass("int f() {", "  a();", "  b();", "  return c;", "}"),
    nothing: inClass("int f() {", "  a();", "  return c;", "}"),
  },
  "spaces-in-braces": {
    spaced: inMethod("int[] a = { 1, 2 };"),
    tight: inMethod("int[] a = {1, 2};"),
    nothing: inMethod("int[] a = {};"),
  },
  "spaces-in-parens": {
    spaced: "class A { B b = g( a ); }\n",
    tight: "class A { B b = g(a); }\n",
    nothing: "class A { B b = g(); }\n",
  },
  "space-before-parens": { space: inClass("void f () {}"), none: inClass("void f() {}"), nothing: "class A {}\n" },
  "space-after-keyword": { space: inMethod("if (a) g();"), none: inMethod("for(;;) g();"), nothing: inMethod("g();") },
  "space-around-operators": {
    spaced: inMethod("a = b + c;"),
    tight: inMethod("a = b+c;"),
    nothing: inMethod("a = -b;"),
  },
});
