import { checkCases, commentCases, widthCases } from "./convention-cases.ts";

const inTest = (text: string): { text: string; path: string } => ({ text, path: "test/ATests.cs" });
const inClass = (...members: readonly string[]): string =>
  `class A\n{\n${members.map((line) => `    ${line}\n`).join("")}}\n`;
const inMethod = (...statements: readonly string[]): string =>
  inClass("void F()", "{", ...statements.map((line) => `    ${line}`), "}");
const catching = (body: string, head = "catch (IOException e)"): string =>
  inMethod("try", "{", "    G();", "}", head, "{", `    ${body}`, "}");

checkCases("csharp", "src/A.cs", {
  "error-handling": {
    rethrow: catching("throw;"),
    wrap: catching("throw new Failure(e);"),
    log: catching("_logger.LogError(e);"),
    return: catching("return;"),
    ignore: catching(""),
    nothing: catching("Close(e);"),
  },
  "error-cause": {
    kept: catching('throw new Failure("a", e);'),
    dropped: catching('throw new Failure("a");'),
    nothing: catching("throw;"),
  },
  "catch-form": {
    specific: catching("G();"),
    broad: catching("G();", "catch (Exception)"),
    bare: catching("G();", "catch"),
    nothing: inMethod("G();"),
  },
  "rethrow-form": { bare: catching("throw;"), named: catching("throw e;"), nothing: catching("throw new Failure(e);") },
  "naming-function": {
    pascal: inClass("void ReadFile() {}"),
    camel: inClass("void readFile() {}"),
    snake: inClass("void read_file() {}"),
    nothing: inTest(inClass("void readFile() {}")),
  },
  "naming-variable": {
    camel: inMethod("var oldName = 1;"),
    snake: inClass("void F(int old_name) {}"),
    nothing: inMethod("var a = 1;"),
  },
  "naming-constant": {
    pascal: inClass("const int SizeMax = 3;"),
    screaming: inClass("const int SIZE_MAX = 3;"),
    camel: inClass("const int sizeMax = 3;"),
    nothing: inMethod("const int sizeMax = 3;"),
  },
  "naming-acronyms": {
    upper: inClass("void ParseURL() {}"),
    word: "class HttpServer {}\n",
    nothing: inClass("void Parse() {}"),
  },
  "naming-file": {
    pascal: { text: "class A {}\n", path: "src/OldName.cs" },
    camel: { text: "class A {}\n", path: "src/oldName.cs" },
    kebab: { text: "class A {}\n", path: "src/old-name.cs" },
    snake: { text: "class A {}\n", path: "src/old_name.cs" },
    nothing: { text: "class A {}\n", path: "src/name.cs" },
  },
  "naming-interface": { plain: "interface Item {}\n", prefix: "interface IName {}\n", nothing: "class IName {}\n" },
  "naming-private": {
    plain: inClass("private int size;"),
    underscore: inClass("readonly int _size;"),
    m: inClass("private int m_size;"),
    pascal: inClass("private int Size;"),
    nothing: inClass("public int size;", "private static int count;", "const int Max = 1;"),
  },
  "naming-enum": {
    screaming: "enum A { OLD_NAME }\n",
    pascal: "enum A { OldName = 1 }\n",
    camel: "enum A { oldName }\n",
    nothing: "enum A { B }\n",
  },
  "naming-boolean": {
    prefixed: inClass("bool isOpen;"),
    plain: inClass("bool Open { get; }"),
    nothing: inClass("int isOpen;"),
  },
  "naming-catch": {
    e: catching("G();"),
    ex: catching("G();", "catch (Exception ex)"),
    nothing: catching("G();", "catch (Exception)"),
  },
  "naming-async": {
    suffix: inClass("async Task ReadAsync() {}"),
    plain: inClass("async Task Read() {}"),
    nothing: inClass("Task ReadAsync() {}", "static async Task Main() {}"),
  },
  "arrow-parens": {
    always: inMethod("G((a) => a);"),
    omitted: inMethod("G(a => a);"),
    nothing: inMethod("G((int a) => a, () => 1);"),
  },
  "arrow-body": {
    expression: inMethod("G(a => a);"),
    block: inMethod("G(a => { return a; });"),
    nothing: inMethod("G(a => { H(); });"),
  },
  "expression-bodies": {
    expression: inClass("int F() => 1;", "int G => 1;"),
    block: inClass("int F() { return 1; }"),
    nothing: inClass("void F() { G(); H(); }", "int I { get; set; }", "void J() { if (a) G(); }"),
  },
  "early-return": {
    guard: inMethod("if (a) return;", "G();"),
    nested: inMethod("if (a)", "{", "    G();", "    H();", "    I();", "}"),
    nothing: inMethod("if (a)", "{", "    G();", "}"),
  },
  "else-after-return": {
    omitted: inMethod("if (a) return;", "G();"),
    kept: inMethod("if (a) return;", "else G();"),
    nothing: inMethod("if (a) G();", "else H();"),
  },
  "loop-form": {
    each: inMethod("foreach (var a in b) G(a);"),
    forEach: inMethod("b.ForEach(a => G(a));"),
    index: inMethod("for (var i = 0; i < b.Count; i++) G(i);"),
    nothing: inMethod("for (var i = 0; i < 3; i++) G(i);"),
  },
  "increment-form": {
    postfix: inMethod("i++;"),
    prefix: inMethod("++i;"),
    compound: inMethod("i += 1;"),
    nothing: inMethod("G(i++);"),
  },
  "variable-types": {
    var: inMethod("var a = G();"),
    explicit: inMethod("int a = 1;"),
    nothing: inMethod("B a = null;", "C c = new();", "D d;", "const int e = 1;"),
  },
  "access-modifiers": {
    explicit: inClass("private int _a;"),
    implicit: inClass("int _a;", "void F() {}"),
    nothing: inClass("public int A;"),
  },
  "object-creation": {
    target: inClass("readonly B _b = new();"),
    explicit: inMethod("B b = new B();"),
    nothing: inMethod("var b = new B();", "I c = new C();"),
  },
  "builtin-types": {
    keyword: inClass("string _a;"),
    name: inClass("String _a;"),
    nothing: inClass("void F() {}", "B _b;"),
  },
  "null-checks": {
    is: inMethod("if (a is not null) G();"),
    equality: inMethod("if (a == null) G();"),
    nothing: inMethod("if (a is B) G();"),
  },
  "async-form": {
    await: inMethod("await G();"),
    blocking: inMethod("var a = GetAsync().Result;"),
    nothing: inMethod("var a = b.Result;"),
  },
  "configure-await": {
    configured: inMethod("await G().ConfigureAwait(false);"),
    plain: inMethod("await G();"),
    nothing: inTest(inMethod("await G();")),
  },
  "string-building": {
    interpolation: inMethod('G($"a{b}");'),
    concatenation: inMethod('G("a" + b);'),
    format: inMethod('G(string.Format("{0}", b));'),
    nothing: inMethod('G($"a", "b" + "c", d + e);'),
  },
  "using-placement": {
    outside: "using B;\nnamespace A\n{\n    class C {}\n}\n",
    inside: "namespace A\n{\n    using B;\n    class C {}\n}\n",
    nothing: "using B;\nnamespace A;\n",
  },
  "import-order": {
    "system-first": "using System;\nusing B;\n",
    mixed: "using B;\nusing System;\n",
    nothing: "using B;\nusing C;\n",
  },
  "namespace-form": {
    file: "namespace A;\nclass B {}\n",
    block: "namespace A\n{\n    class B {}\n}\n",
    nothing: "class B {}\n",
  },
  "import-favourites": { "*": "using System;\n", nothing: "class A {}\n" },
  "doc-presence": {
    present: "/// <summary>Says.</summary>\npublic class A {}\n",
    absent: inClass("public void F() {}"),
    nothing: inClass("void F() {}", "public override void G() {}"),
  },
  "comment-form": {
    line: "// Says.\nclass A {}\n",
    block: "/* Says. */\nclass A {}\n",
    nothing: "/// <summary>Says.</summary>\nclass A {}\n",
  },
  ...commentCases("//", "using A;"),
  "test-form": {
    xunit: inClass("[Fact]", "public void F() {}"),
    nunit: inClass("[TestCase(1)]", "public void F(int a) {}"),
    mstest: inClass("[TestMethod]", "public void F() {}"),
    nothing: inClass("[Other]", "public void F() {}"),
  },
  "assertion-form": {
    assert: inMethod("Assert.Equal(a, b);"),
    should: inMethod("a.Should().Be(b);"),
    nothing: inMethod("Check(a);"),
  },
  "naming-test": {
    underscores: inClass("[Fact]", "public void Read_Fails() {}"),
    pascal: inClass("[Fact]", "public void ReadFails() {}"),
    nothing: inClass("public void Read_Fails() {}", "[Fact]", "public void Reads() {}"),
  },
  "test-file": {
    Test: { text: "class A {}\n", path: "a/NameTest.cs" },
    Tests: { text: "class A {}\n", path: "a/NameTests.cs" },
    nothing: { text: "class A {}\n", path: "a/Name.cs" },
  },
  "method-order": {
    "public-first": inClass("public void A() {}", "void B() {}"),
    "private-first": inClass("private void B() {}", "public void A() {}"),
    mixed: inClass("public void A() {}", "void B() {}", "public void C() {}"),
    nothing: inClass("void A() {}", "private void B() {}"),
  },
  "member-order": {
    "fields-first": inClass("int _a;", "void F() {}"),
    "methods-first": inClass("void F() {}", "int _a;"),
    nothing: inClass("int _a;"),
  },
  "this-prefix": {
    omitted: inMethod("_a = 1;", "G(_b);"),
    written: inMethod("this._a = 1;"),
    nothing: inClass("int _a = 1;") + inMethod("this.a = 1;", "b._c = 2;"),
  },
  "raw-strings": {
    raw: inMethod('G(@"a\\b");'),
    escaped: inMethod('G("a\\\\b");'),
    nothing: inMethod('G("\\n", @"a");'),
  },
  "trailing-commas": {
    always: "enum A\n{\n    B,\n}\n",
    never: inMethod("var a = new[]", "{", "    1", "};"),
    nothing: "enum A { B }\n",
  },
  indent: {
    "4": inClass("int _a;"),
    "2": "class A\n{\n  int _a;\n}\n",
    tab: "class A\n{\n\tint _a;\n}\n",
    nothing: "class A { int _a; }\n",
  },
  "case-indent": {
    indented: inMethod("switch (a)", "{", "    case 1:", "        break;", "}"),
    flush: inMethod("switch (a)", "{", "case 1:", "    break;", "}"),
    nothing: inMethod("switch (a) { case 1: break; }"),
  },
  ...widthCases((name) => `class A { int ${name} = 1; }`),
  "brace-style": {
    "own-line": inMethod("if (a)", "{", "    G();", "}"),
    "same-line": inMethod("if (a) {", "    G();", "}"),
    nothing: inMethod("G();"),
  },
  "brace-style-functions": {
    "own-line": inMethod("G();"),
    "same-line": inClass("void F() {", "    G();", "}"),
    nothing: inClass("void F() { G(); }"),
  },
  "brace-style-types": {
    "own-line": inClass("int _a;"),
    "same-line": "class A {\n    int _a;\n}\n",
    nothing: "class A { int _a; }\n",
  },
  "else-placement": {
    "own-line": inMethod("if (a)", "{", "    G();", "}", "else", "{", "    H();", "}"),
    "same-line": inMethod("if (a) {", "    G();", "} else {", "    H();", "}"),
    nothing: inMethod("if (a) G();", "else H();"),
  },
  "braces-single": {
    always: inMethod("if (a)", "{", "    G();", "}"),
    omitted: inMethod("foreach (var a in b)", "    G(a);"),
    nothing: inMethod("if (a)", "{", "    G();", "    H();", "}"),
  },
  "blank-lines": {
    "0": "class A\n{\n}\nclass B {}\n",
    "1": "class A\n{\n}\n\nclass B {}\n",
    nothing: "class A {}\nclass B {}\n",
  },
  "blank-lines-members": {
    "0": inClass("void F()", "{", "}", "void G() {}"),
    "1": inClass("void F()", "{", "}", "", "/// <summary>Says.</summary>", "void G() {}"),
    nothing: inClass("int _a;", "", "void F() {}"),
  },
  "blank-before-return": {
    blank: "class A\n{\n    int F()\n    {\n        G();\n        H();\n\n        return 1;\n    }\n}\n",
    none: "class A\n{\n    int F()\n    {\n        G();\n        H();\n        return 1;\n    }\n}\n",
    nothing: inMethod("G();", "return;"),
  },
  "spaces-in-braces": {
    spaced: inMethod("var a = new[] { 1 };"),
    tight: inMethod("var a = new B {C = 1};"),
    nothing: inMethod("var a = new B {};"),
  },
  "spaces-in-parens": {
    spaced: "class A { B b = G( a ); }\n",
    tight: "class A { B b = G(a); }\n",
    nothing: "class A { B b = G(); }\n",
  },
  "space-before-parens": { space: inClass("void F () {}"), none: inClass("void F() {}"), nothing: "class A {}\n" },
  "space-after-keyword": { space: inMethod("if (a) G();"), none: inMethod("while(a) G();"), nothing: inMethod("G();") },
  "space-before-call-parens": { space: inMethod("G (a);"), none: inMethod("G(a);"), nothing: inMethod("a = b;") },
  "space-around-operators": {
    spaced: inMethod("a = b + c;"),
    tight: inMethod("a = b+c;"),
    nothing: inMethod("a = -b;"),
  },
});
