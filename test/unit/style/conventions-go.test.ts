import { checkCases, commentCases, widthCases } from "./convention-cases.ts";

const inTest = (text: string): { text: string; path: string } => ({ text, path: "a_test.go" });
const failing = (body: string): string => `func f() error {\n\tif err != nil {\n\t\t${body}\n\t}\n\treturn nil\n}\n`;
const inFunction = (...statements: readonly string[]): string =>
  `func f() {\n${statements.map((line) => `\t${line}\n`).join("")}}\n`;

checkCases("go", "a.go", {
  "error-handling": {
    wraps: failing('return fmt.Errorf("a: %w", err)'),
    returns: failing("return 0, err"),
    formats: failing('return fmt.Errorf("a: %v", err)'),
    pkg: failing('return errors.Wrap(err, "a")'),
    custom: failing("return &ParseError{Err: err}"),
    panics: failing("panic(err)"),
    fatal: failing("log.Fatal(err)"),
    nothing: failing("return nil") + "func g() { if ok != nil { return ok } }\n",
  },
  "error-scope": {
    inline: inFunction("if err := g(); err != nil {", "\treturn", "}"),
    separate: inFunction("err := g()", "if err != nil {", "\treturn", "}"),
    nothing: inFunction("a, err := g()", "if err != nil {", "\treturn", "}"),
  },
  "naming-function": {
    camel: "func ReadFile() {}\nfunc readFile() {}\n",
    snake: "func read_file() {}\n",
    nothing: "func Read() {}\nfunc main() {}\n",
  },
  "naming-variable": {
    camel: inFunction("oldName := 1"),
    snake: "func f(old_name int) {}\n",
    nothing: inFunction("a := 1", "_ = a"),
  },
  "naming-constant": {
    camel: "const SizeMax = 1\n",
    screaming: "const SIZE_MAX = 1\n",
    nothing: "const A = 1\n" + inFunction("const sizeMax = 1"),
  },
  "naming-acronyms": { upper: "func parseURL() {}\n", word: "func ParseUrl() {}\n", nothing: "func parse() {}\n" },
  "naming-file": {
    snake: { text: "package a\n", path: "b/old_name_test.go" },
    kebab: { text: "package a\n", path: "b/old-name.go" },
    camel: { text: "package a\n", path: "b/oldName.go" },
    nothing: { text: "package a\n", path: "b/name_test.go" },
  },
  "naming-error": {
    err: 'var ErrClosed = errors.New("closed")\n',
    other: 'var Closed = errors.New("closed")\n',
    nothing: inFunction('var closed = errors.New("closed")') + "var a = b\n",
  },
  "naming-receiver": {
    letter: "func (s *Server) Run() {}\n",
    short: "func (srv *Server) Run() {}\n",
    word: "func (server *Server) Run() {}\n",
    self: "func (self *Server) Run() {}\n",
    nothing: "func (*Server) Run() {}\nfunc (_ Server) Stop() {}\n",
  },
  "named-results": {
    named: "func f() (n int, err error) { return }\n",
    unnamed: "func (a A) f(b int) (int, error) { return 0, nil }\n",
    nothing: "func f(a, b int) error { return nil }\nfunc g() {}\n",
  },
  "early-return": {
    guard: inFunction("if a {", "\treturn", "}", "g()"),
    nested: inFunction("if a {", "\tg()", "\th()", "\ti()", "}"),
    nothing: inFunction("if a {", "\tg()", "}"),
  },
  "else-after-return": {
    omitted: inFunction("if a {", "\treturn", "}", "g()"),
    kept: inFunction("if a {", "\treturn", "} else {", "\tg()", "}"),
    nothing: inFunction("if a {", "\tg()", "} else {", "\th()", "}"),
  },
  "loop-form": {
    range: inFunction("for i := range a {", "\tg(i)", "}"),
    index: inFunction("for i := 0; i < len(a); i++ {", "\tg(i)", "}"),
    nothing: inFunction("for {", "\tg()", "}", "for i := 0; i < 3; i++ {", "\tg(i)", "}"),
  },
  "any-type": {
    any: "func f(a any) {}\n",
    interface: "func f(a interface{}) {}\n",
    nothing: "type A interface{}\nfunc f[T any](a T) {}\n",
  },
  "variable-form": {
    short: inFunction("a := 1"),
    var: inFunction("var a = 1"),
    nothing: inFunction("var a int = 1", "for i := 0; i < 3; i++ {", "}"),
  },
  "empty-slices": {
    var: inFunction("var a []int"),
    literal: inFunction("a := []int{}"),
    make: inFunction("a := make([]int, 0)"),
    nothing: inFunction("a := make([]int, 3)", "b := []int{1}"),
  },
  allocation: {
    address: inFunction("a := &T{}"),
    new: inFunction("a := new(T)"),
    nothing: inFunction("a := &T{B: 1}"),
  },
  "empty-checks": {
    compare: inFunction('if name == "" {', "\treturn", "}"),
    length: inFunction("if len(name) == 0 {", "\treturn", "}"),
    nothing: inFunction('if name == "a" {', "\treturn", "}", "g(len(list) == 0)"),
  },
  "string-building": {
    sprintf: inFunction('a := fmt.Sprintf("%s", b)'),
    concatenation: inFunction('a := "b" + c'),
    nothing: inFunction('a := "b" + "c"', "d := e + g"),
  },
  "import-groups": {
    separated: 'import (\n\t"fmt"\n\n\t"a.org/b"\n)\n',
    together: 'import (\n\t"fmt"\n\t"a.org/b"\n)\n',
    nothing: 'import (\n\t"fmt"\n\t"os"\n)\n',
  },
  "import-favourites": { "*": 'import "fmt"\n', nothing: "package a\n" },
  "doc-presence": { present: "// F says.\nfunc F() {}\n", absent: "type A int\n", nothing: "func f() {}\n" },
  "doc-form": {
    name: "// F says.\nfunc F() {}\n",
    other: "// Says what.\ntype A struct{}\n",
    nothing: "// Apart.\n\nfunc F() {}\n",
  },
  "comment-form": { line: "// Says.\nvar a = 1\n", block: "/* Says. */\nvar a = 1\n", nothing: "//go:build linux\n" },
  ...commentCases("//", "var a = 1"),
  "test-form": {
    table: inTest(
      "func TestA(t *testing.T) {\n\ttests := []struct{ a int }{{1}}\n\tfor _, tt := range tests {\n\t\tt.Run(tt.a, func(t *testing.T) {})\n\t}\n}\n",
    ),
    subtests: inTest('func TestA(t *testing.T) {\n\tt.Run("a", func(t *testing.T) {})\n}\n'),
    plain: inTest("func TestA(t *testing.T) {\n\tf()\n}\n"),
    nothing: "func TestA() {}\n",
  },
  "assertion-form": {
    testing: inTest('func TestA(t *testing.T) {\n\tt.Errorf("a")\n}\n'),
    assert: inTest("func TestA(t *testing.T) {\n\tassert.Equal(t, a, b)\n}\n"),
    require: inTest("func TestA(t *testing.T) {\n\trequire.NoError(t, err)\n}\n"),
    nothing: "func f() {\n\tassert.Equal(a, b)\n}\n",
  },
  "naming-test": {
    joined: inTest("func TestReadFile(t *testing.T) {}\n"),
    underscore: inTest("func TestRead_File(t *testing.T) {}\n"),
    nothing: inTest("func TestRead(t *testing.T) {}\n"),
  },
  "test-package": { same: inTest("package a\n"), outside: inTest("package a_test\n"), nothing: "package a\n" },
  "file-layout": {
    "public-first": "func A() {}\nfunc b() {}\n",
    "helpers-first": "func b() {}\nfunc A() {}\n",
    nothing: "func main() {}\nfunc A() {}\n",
  },
  "raw-strings": {
    raw: inFunction("a := `\\d`"),
    escaped: inFunction('a := "\\"b\\""'),
    nothing: 'type A struct {\n\tB int `json:"b"`\n}\nvar c = "\\n"\n',
  },
  indent: { tab: inFunction("g()"), "4": "func f() {\n    g()\n}\n", nothing: "func f() { g() }\n" },
  ...widthCases((name) => `var ${name} = 1`),
  "blank-lines": {
    "0": "func f() {\n\ta()\n}\nfunc g() {}\n",
    "1": "func f() {\n\ta()\n}\n\n// Says.\nfunc g() {}\n",
    nothing: "func f() {}\nfunc g() {}\n",
  },
  "blank-before-return": {
    blank: "func f() int {\n\ta()\n\tb()\n\n\treturn c\n}\n",
    none: "func f() int {\n\ta()\n\tb()\n\treturn c\n}\n",
    nothing: "func f() int {\n\ta()\n\n\treturn c\n}\n",
  },
  "space-around-operators": {
    spaced: inFunction("a := b + c"),
    tight: inFunction("a := b+c"),
    nothing: inFunction("a := -b"),
  },
});
