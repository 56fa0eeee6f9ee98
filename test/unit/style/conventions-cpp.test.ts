import { checkCases, commentCases, widthCases } from "./convention-cases.ts";

const inTest = (text: string): { text: string; path: string } => ({ text, path: "test/a_test.cc" });
const inHeader = (text: string): { text: string; path: string } => ({ text, path: "src/a.h" });
const inFunction = (...statements: readonly string[]): string =>
  `void f() {\n${statements.map((line) => `  ${line}\n`).join("")}}\n`;
const inClass = (...members: readonly string[]): string =>
  `class A {\n${members.map((line) => `  ${line}\n`).join("")}};\n`;
const catching = (body: string, type = "const Failure& e"): string =>
  inFunction("try {", "  g();", `} catch (${type}) {`, `  ${body}`, "}");

checkCases("cpp", "src/a.cc", {
  "error-handling": {
    rethrow: catching("throw;"),
    wrap: catching("throw Other(e);"),
    log: catching("std::cerr << e.what();"),
    return: catching("return;"),
    ignore: catching(""),
    nothing: catching("close(e);"),
  },
  "catch-form": {
    reference: catching("g();"),
    value: catching("g();", "Failure e"),
    all: catching("g();", "..."),
    nothing: catching("g();", "CException* e"),
  },
  "naming-function": {
    snake: "void read_file() {}\n",
    camel: "void A::readFile() {}\n",
    pascal: inClass("void ReadFile();"),
    nothing:
      inClass("A();", "explicit A(int b);", "void read();") +
      inFunction("Name other_name(b);") +
      "TEST(ReadFile, Works) {}\n",
  },
  "naming-variable": {
    camel: inFunction("int oldName = 1;"),
    snake: "void f(const B& old_name) {}\n",
    nothing: inFunction("int a = oldName;") + "int otherName = 1;\n",
  },
  "naming-constant": {
    k: "const int kSizeMax = 3;\n",
    screaming: "constexpr int SIZE_MAX_A{3};\n",
    snake: "static const int size = 3;\n",
    camel: "const int sizeMax = 3;\n",
    pascal: "const int SizeMax = 3;\n",
    nothing: inFunction("const int sizeMax = 3;") + "const int size_max = f();\n",
  },
  "naming-class": {
    pascal: "class Name {};\n",
    snake: "struct old_name { int a; };\n",
    camel: "class oldName {};\n",
    nothing: "class Name;\n",
  },
  "naming-type": {
    pascal: "using Name = int;\n",
    snake: "typedef int old_name;\n",
    camel: "using oldName = int;\n",
    nothing: "class Name {};\n",
  },
  "naming-acronyms": { upper: "void ParseURL() {}\n", word: "void ParseUrl() {}\n", nothing: "void parse_url() {}\n" },
  "naming-file": {
    snake: { text: "int a;\n", path: "src/old_name.cc" },
    kebab: { text: "int a;\n", path: "src/old-name.cc" },
    camel: { text: "int a;\n", path: "src/oldName.cc" },
    pascal: { text: "int a;\n", path: "src/OldName.cpp" },
    nothing: { text: "int a;\n", path: "src/name.cc" },
  },
  "naming-private": {
    plain: inClass("int size;"),
    suffix: inClass("int* size_;"),
    underscore: inClass("int _size;"),
    m: inClass("int m_size;"),
    hungarian: inClass("int mSize;"),
    nothing: inClass("public:", "int size;", "private:", "static int count_;") + "struct B { int size; };\n",
  },
  "naming-enum": {
    pascal: "enum A { OldName };\n",
    screaming: "enum class A { OLD_NAME = 1 };\n",
    camel: "enum A { oldName };\n",
    snake: "enum A { old_name };\n",
    k: "enum A { kName };\n",
    nothing: "enum A { B };\n",
  },
  "naming-boolean": {
    prefixed: inFunction("bool is_open = true;"),
    plain: inClass("bool open;"),
    nothing: inFunction("int is_open = 1;", "bool ok;"),
  },
  "naming-catch": { e: catching("g();"), ex: catching("g();", "Failure& ex"), nothing: catching("g();", "...") },
  "return-type-place": {
    leading: "int f() { return 1; }\n",
    trailing: "auto f() -> int { return 1; }\n",
    nothing: "auto f() { return 1; }\n",
  },
  "early-return": {
    guard: inFunction("if (a) return;", "g();"),
    nested: inFunction("if (a) {", "  g();", "  h();", "  i();", "}"),
    nothing: inFunction("if (a) {", "  g();", "}"),
  },
  "else-after-return": {
    omitted: inFunction("if (a) {", "  return;", "}", "g();"),
    kept: inFunction("if (a) {", "  return;", "} else {", "  g();", "}"),
    nothing: inFunction("if (a) {", "  g();", "} else {", "  h();", "}"),
  },
  "loop-form": {
    range: inFunction("for (auto& a : b) g(a);"),
    index: inFunction("for (size_t i = 0; i < b.size(); i++) g(i);"),
    iterator: inFunction("for (auto it = b.begin(); it != b.end(); ++it) g(it);"),
    nothing: inFunction("for (int i = 0; i < 3; i++) g(i);"),
  },
  "increment-form": {
    postfix: inFunction("i++;"),
    prefix: inFunction("++i;"),
    compound: inFunction("i += 1;"),
    nothing: inFunction("g(i++);"),
  },
  "variable-types": {
    auto: inFunction("auto a = g();"),
    explicit: inFunction("int a = g();"),
    nothing: inFunction("auto a = [] { return 1; };", "int b;"),
  },
  "alias-form": {
    using: "using A = int;\n",
    typedef: "typedef int A;\n",
    nothing: { text: "typedef struct { int a; } B;\ntypedef int C;\n", languageId: "c" },
  },
  "template-keyword": {
    typename: "template <typename T>\nclass A {};\n",
    class: "template <class T>\nclass A {};\n",
    nothing: "template <int N>\nclass A {};\n",
  },
  "enum-form": {
    scoped: "enum class A { B };\n",
    plain: "enum A { B };\n",
    nothing: { text: "enum A { B };\n", languageId: "c" },
  },
  "cast-form": {
    named: inFunction("a = static_cast<int>(b);"),
    c: inFunction("a = (int)b;"),
    nothing: inFunction("(void)a;"),
  },
  allocation: {
    smart: inFunction("auto a = std::make_unique<B>();"),
    raw: inFunction("auto a = new B();"),
    nothing: inFunction("B a;"),
  },
  "const-placement": {
    left: "void f(const B& b) {}\n",
    right: "void f(B const& b) {}\n",
    nothing: inClass("int f() const;"),
  },
  initialization: {
    equals: inFunction("int a = 1;"),
    braces: inFunction("int a{1};"),
    nothing: inFunction("int a;", "int b[] = {1};", "B c = {1, 2};"),
  },
  "null-literal": {
    nullptr: inFunction("a = nullptr;"),
    NULL: inFunction("a = NULL;"),
    nothing: { text: inFunction("a = NULL;"), languageId: "c" },
  },
  "print-form": {
    stream: inFunction('std::cout << "a" << b;'),
    printf: inFunction('printf("a");'),
    print: inFunction('fmt::print("a");'),
    nothing: inFunction("a << b;", 'log("a");'),
  },
  "include-guard": {
    pragma: inHeader("#pragma once\nint a;\n"),
    ifndef: inHeader("#ifndef A_H_\n#define A_H_\nint a;\n#endif\n"),
    nothing: "#pragma once\nint a;\n",
  },
  "include-order": {
    "system-first": '#include "a.h"\n#include <vector>\n#include "b.h"\n',
    "local-first": '#include "b.h"\n#include <vector>\n',
    nothing: '#include <vector>\n#include "b.h"\n#include <map>\n',
  },
  "std-prefix": { qualified: "std::string a;\n", using: "using namespace std;\nstring a;\n", nothing: "int a;\n" },
  "doc-form": {
    slashes: "/// Says.\nvoid f() {}\n",
    block: "/** Says. */\nvoid f() {}\n",
    qt: "//! Says.\nvoid f() {}\n",
    plain: "// Says.\nclass A { int b; };\n",
    nothing: "// Apart.\n\nvoid f() {}\n",
  },
  "doc-tags": {
    at: "/** @param a what */\nvoid f(int a) {}\n",
    backslash: "/// \\param a what\nvoid f(int a) {}\n",
    nothing: "/// Says.\nvoid f(int a) {}\n",
  },
  "comment-form": { line: "// Says.\nint a;\n", block: "/* Says. */\nint a;\n", nothing: "/// Says.\nint a;\n" },
  ...commentCases("//", "int a = 1;"),
  "test-form": {
    gtest: "TEST_F(A, B) { f(); }\n",
    catch: 'TEST_CASE("a") { f(); }\n',
    boost: "BOOST_AUTO_TEST_CASE(a) { f(); }\n",
    nothing: "void f() {}\n",
  },
  "assertion-form": {
    expect: inTest(inFunction("EXPECT_EQ(a, b);")),
    assert: inTest(inFunction("ASSERT_TRUE(a);")),
    require: inTest(inFunction("REQUIRE(a);")),
    check: inTest(inFunction("CHECK(a);")),
    nothing: inFunction("CHECK(a);"),
  },
  "method-order": {
    "public-first": "class A {\n public:\n  int a;\n private:\n  int b;\n};\n",
    "private-first": "class A {\n  int b;\n public:\n  int a;\n};\n",
    nothing: "class A {\n public:\n  int a;\n};\n",
  },
  "raw-strings": {
    raw: inFunction('g(R"(\\d)");'),
    escaped: inFunction('g("\\\\d");'),
    nothing: inFunction('g("\\n");'),
  },
  "trailing-commas": { always: "enum A {\n  B,\n};\n", never: "enum A {\n  B\n};\n", nothing: "enum A { B };\n" },
  indent: {
    "2": inFunction("g();"),
    "4": "void f() {\n    g();\n}\n",
    tab: "void f() {\n\tg();\n}\n",
    nothing: "void f() { g(); }\n",
  },
  "case-indent": {
    indented: inFunction("switch (a) {", "  case 1:", "    break;", "}"),
    flush: inFunction("switch (a) {", "case 1:", "  break;", "}"),
    nothing: inFunction("switch (a) { case 1: break; }"),
  },
  "namespace-indent": {
    flush: "namespace a {\nint b;\n}\n",
    indented: "namespace a {\n  int b;\n}\n",
    nothing: "namespace a {\n#define B 1\n}\n",
  },
  "access-indent": {
    flush: "class A {\npublic:\n  int b;\n};\n",
    half: "class A {\n public:\n  int b;\n};\n",
    indented: "class A {\n  public:\n  int b;\n};\n",
    nothing: "class A { public: int b; };\n",
  },
  ...widthCases((name) => `int ${name} = 1;`),
  "brace-style": {
    "same-line": inFunction("if (a) {", "  g();", "}"),
    "own-line": inFunction("while (a)", "{", "  g();", "}"),
    nothing: inFunction("if (a) { g(); }"),
  },
  "brace-style-functions": {
    "same-line": inFunction("g();"),
    "own-line": "void f()\n{\n  g();\n}\n",
    nothing: "void f() { g(); }\n",
  },
  "brace-style-types": {
    "same-line": inClass("int a;"),
    "own-line": "struct A\n{\n  int a;\n};\n",
    nothing: "class A { int a; };\n",
  },
  "else-placement": {
    "same-line": inFunction("if (a) {", "  g();", "} else {", "  h();", "}"),
    "own-line": inFunction("try {", "  g();", "}", "catch (...) {", "  h();", "}"),
    nothing: inFunction("if (a) g();", "else h();"),
  },
  "braces-single": {
    always: inFunction("if (a) {", "  g();", "}"),
    omitted: inFunction("for (auto a : b) g(a);"),
    nothing: inFunction("if (a) {", "  g();", "  h();", "}", "while (a);"),
  },
  "blank-lines": {
    "0": "void f() {\n}\nvoid g() {}\n",
    "1": "class A {\n};\n\n// Says.\nvoid g() {}\n",
    nothing: "void f() {}\nvoid g() {}\n",
  },
  "blank-lines-members": {
    "0": inClass("void f() {", "}", "void g() {}"),
    "1": inClass("void f() {", "}", "", "void g() {}"),
    nothing: inClass("void f();", "void g();"),
  },
  "blank-before-return": {
    blank: "int f() {\n  a();\n  b();\n\n  return 1;\n}\n",
    none: "int f() {\n  a();\n  b();\n  return 1;\n}\n",
    nothing: "int f() {\n  a();\n  return 1;\n}\n",
  },
  "spaces-in-braces": {
    spaced: inFunction("int a[] = { 1 };"),
    tight: inFunction("int a[] = {1};"),
    nothing: inFunction("B a = {};"),
  },
  "spaces-in-parens": { spaced: "int a = f( b );\n", tight: "int a = f(b);\n", nothing: "int a = f();\n" },
  "space-before-parens": { space: "void f (int a) {}\n", none: "void f(int a) {}\n", nothing: "int a;\n" },
  "space-after-keyword": {
    space: inFunction("if (a) g();"),
    none: inFunction("while(a) g();"),
    nothing: inFunction("g();"),
  },
  "space-before-call-parens": { space: inFunction("g (a);"), none: inFunction("g(a);"), nothing: inFunction("a = b;") },
  "space-around-operators": {
    spaced: inFunction("a = b + c;"),
    tight: inFunction("a = b+c;"),
    nothing: inFunction("a = -b;"),
  },
  "pointer-alignment": {
    left: "void f(int* a, const B& b) {}\n",
    right: inFunction("int *a = b;"),
    middle: "int * a;\n",
    nothing: "void f(int*) {}\nint **a;\n",
  },
  "space-after-template": {
    space: "template <int N>\nclass A {};\n",
    none: "template<int N>\nclass A {};\n",
    nothing: "class A {};\n",
  },
});
