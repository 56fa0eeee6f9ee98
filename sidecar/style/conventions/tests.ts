/** Tests: which functions make them, how they are named, what they assert with, where they lie. */
import { nameShape } from "./names.ts";
import { nameNode } from "./shapes.ts";
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

const SALIENT = { salience: 1.5 };

export const tests: Subject = {
  attributes: [
    attribute("typescript", "test-form", "tests", { test: "`test()`", it: "`it()`" }, SALIENT),
    attribute("typescript", "test-grouping", "tests", { describe: "grouped by `describe`", flat: "not grouped" }),
    attribute(
      "python",
      "test-form",
      "tests",
      { functions: "functions", unittest: "methods of `TestCase`", classes: "methods of plain classes" },
      SALIENT,
    ),
    attribute(
      "go",
      "test-form",
      "tests",
      { table: "tables of cases", subtests: "subtests", plain: "plain functions" },
      SALIENT,
    ),
    attribute(
      "csharp",
      "test-form",
      "tests",
      { xunit: "xUnit (`[Fact]`)", nunit: "NUnit (`[Test]`)", mstest: "MSTest (`[TestMethod]`)" },
      SALIENT,
    ),
    attribute(
      "cpp",
      "test-form",
      "tests",
      { gtest: "`TEST`, `TEST_F`", catch: "`TEST_CASE`", boost: "`BOOST_AUTO_TEST_CASE`" },
      SALIENT,
    ),
    attribute(
      "typescript",
      "assertion-form",
      "assertions",
      { expect: "`expect()`", assert: "`assert`", t: "`t.is()` and the like" },
      SALIENT,
    ),
    attribute(
      "python",
      "assertion-form",
      "assertions",
      { assert: "`assert`", unittest: "`self.assertEqual()` and the like" },
      SALIENT,
    ),
    attribute(
      "go",
      "assertion-form",
      "assertions",
      { testing: "`t.Errorf`, `t.Fatal`", assert: "`assert.Equal`", require: "`require.Equal`" },
      SALIENT,
    ),
    attribute(
      "java",
      "assertion-form",
      "assertions",
      { assertThat: "`assertThat()`", junit: "`assertEquals()` and the like" },
      SALIENT,
    ),
    attribute(
      "csharp",
      "assertion-form",
      "assertions",
      { assert: "`Assert.Equal()` and the like", should: "`.Should()`" },
      SALIENT,
    ),
    attribute(
      "cpp",
      "assertion-form",
      "assertions",
      { expect: "`EXPECT_…`", assert: "`ASSERT_…`", require: "`REQUIRE`", check: "`CHECK`" },
      SALIENT,
    ),
    attribute("typescript", "naming-test", "names of tests", {
      should: "begin with “should”",
      lower: "sentences in lower case",
      capital: "sentences with a capital letter",
    }),
    attribute("python", "naming-test", "names of tests", { snake: "`test_name`", "test-camel": "`testName`" }),
    attribute("java", "naming-test", "names of tests", {
      "test-camel": "`testName`",
      camel: "camelCase",
      snake: "snake_case",
      parts: "`method_state_result`",
    }),
    attribute("go", "naming-test", "names of tests", { joined: "`TestNameOfCase`", underscore: "`TestName_Case`" }),
    attribute("rust", "naming-test", "names of tests", { prefix: "`test_` in front", plain: "without `test_`" }),
    attribute("csharp", "naming-test", "names of tests", {
      underscores: "`Method_State_Result`",
      pascal: "`PascalCase`",
    }),
    attribute("typescript", "test-file", "files of tests", { test: "`name.test`", spec: "`name.spec`" }),
    attribute("python", "test-file", "files of tests", { prefix: "`test_name.py`", suffix: "`name_test.py`" }),
    attribute("java csharp", "test-file", "classes of tests", { Test: "`NameTest`", Tests: "`NameTests`" }),
    attribute("go", "test-package", "tests", { same: "in the package itself", outside: "in a package `name_test`" }),
  ],
  visitors: {
    typescript: [{ call_expression: typescriptCall, file: typescriptFile }],
    python: [
      { function_definition: pythonTest, assert_statement: pythonAssert, call: pythonAssertion, file: pythonFile },
    ],
    go: [{ function_declaration: goTest, call_expression: goAssertion, package_clause: goPackage }],
    rust: [{ function_item: rustTest }],
    java: [{ method_declaration: javaTest, method_invocation: javaAssertion, file: classFile }],
    csharp: [{ method_declaration: csharpTest, invocation_expression: csharpAssertion, file: classFile }],
    cpp: [{ "function_definition call_expression": cppTest }],
  },
};

function typescriptCall(view: SourceView, node: number): void {
  if (!view.isTest) return;
  const callee = view.firstChild(node)!;
  const name = view.textOf(callee);
  if (/^(?:test|it)(?:\.(?:each|only|skip|concurrent|serial|todo))?$/.test(name)) {
    const title = view.parts(view.child(node, "arguments"))[0];
    if (!view.is(title, "string template_string")) return;
    view.site("test-form", name.startsWith("test") ? "test" : "it", node);
    testTitle(view, title!);
  }
  if (name === "expect") view.site("assertion-form", "expect", node);
  else if (/^assert(?:\.\w+)*$/.test(name)) view.site("assertion-form", "assert", node);
  else if (/^t\.(?:is|deepEqual|true|false|throws\w*|not|equal|ok|same|like|regex|truthy|falsy)$/.test(name))
    view.site("assertion-form", "t", node);
}

function testTitle(view: SourceView, title: number): void {
  const text = view.textOf(title).slice(1, -1);
  const first = /^\p{L}[\p{Ll}'’-]*(?=\s)/u.exec(text)?.[0];
  if (first === undefined) return;
  view.site("naming-test", /^should$/i.test(first) ? "should" : /^\p{Lu}/u.test(first) ? "capital" : "lower", title);
}

/** Whether a file's tests lie in groups, and what its name says. */
function typescriptFile(view: SourceView, root: number): void {
  const suffix = /[._](test|spec)\.[cm]?[jt]sx?$/.exec(view.file.path)?.[1];
  if (suffix !== undefined) view.fileSite("test-file", suffix);
  if (!view.isTest) return;
  for (const statement of view.children(root)) {
    const name = view.textOf(view.firstChild(view.descend(statement, "call_expression") ?? statement));
    if (/^(?:describe|suite)(?:\.\w+)?$/.test(name)) view.site("test-grouping", "describe", statement);
    else if (/^(?:test|it)(?:\.\w+)?$/.test(name)) view.site("test-grouping", "flat", statement);
  }
}

function pythonTest(view: SourceView, node: number): void {
  const name = nameNode(view, node);
  const text = view.textOf(name);
  if (!view.isTest || !/^test/.test(text) || name === undefined) return;
  const statement = view.type(view.parent(node)) === "decorated_definition" ? view.parent(node)! : node;
  const owner = view.parent(view.parent(statement));
  const bases = view.textOf(view.child(owner, "argument_list"));
  const isMethod = view.type(owner) === "class_definition";
  view.site(
    "test-form",
    !isMethod ? "functions" : /TestCase\b|Test(?:s|Base)?\)/.test(bases) ? "unittest" : "classes",
    node,
  );
  if (/^test_[a-z]/.test(text)) view.site("naming-test", "snake", name);
  else if (/^test[A-Z]/.test(text)) view.site("naming-test", "test-camel", name);
}

function pythonAssert(view: SourceView, node: number): void {
  if (view.isTest) view.site("assertion-form", "assert", node);
}

function pythonAssertion(view: SourceView, node: number): void {
  if (view.isTest && /^self\.(?:assert[A-Z]\w*|fail)$/.test(view.textOf(view.firstChild(node))))
    view.site("assertion-form", "unittest", node);
}

function pythonFile(view: SourceView): void {
  const name = view.file.path.replace(/^.*\//, "");
  if (/^test_/.test(name)) view.fileSite("test-file", "prefix");
  else if (/_test\.py$/.test(name)) view.fileSite("test-file", "suffix");
}

function goTest(view: SourceView, node: number): void {
  const name = view.child(node, "identifier");
  const text = view.textOf(name);
  if (!view.isTest || name === undefined || !/^Test[A-Z_]/.test(text)) return;
  if (/_/.test(text)) view.site("naming-test", "underscore", name);
  else if (/[a-z][A-Z]/.test(text.slice(5))) view.site("naming-test", "joined", name);
  const body = view.textOf(view.child(node, "block"));
  const run = body.search(/\bt\.Run\(/);
  const isTable =
    /\bfor\s+[^{}]*\brange\b/.test(run < 0 ? body : body.slice(0, run)) &&
    /\[\](?:\*?\w+|struct)\s*\{|map\[string\]/.test(body);
  view.site("test-form", isTable ? "table" : run >= 0 ? "subtests" : "plain", node);
}

function goAssertion(view: SourceView, node: number): void {
  if (!view.isTest) return;
  const name = view.textOf(view.firstChild(node));
  if (/^[tb]\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$/.test(name)) view.site("assertion-form", "testing", node);
  else if (/^assert\.\w+$/.test(name)) view.site("assertion-form", "assert", node);
  else if (/^require\.\w+$/.test(name)) view.site("assertion-form", "require", node);
}

function goPackage(view: SourceView, node: number): void {
  if (!/_test\.go$/.test(view.file.path)) return;
  view.site(
    "test-package",
    /_test$/.test(view.textOf(view.child(node, "package_identifier"))) ? "outside" : "same",
    node,
  );
}

function rustTest(view: SourceView, node: number): void {
  let above = view.previous(node);
  while (view.type(above) === "attribute_item" && !/^#\[(?:\w+::)?test\b/.test(view.textOf(above)))
    above = view.previous(above);
  const name = nameNode(view, node);
  if (view.type(above) !== "attribute_item" || name === undefined) return;
  view.site("naming-test", /^tests?_/.test(view.textOf(name)) ? "prefix" : "plain", name);
}

function javaTest(view: SourceView, node: number): void {
  if (!/@(?:Test|ParameterizedTest)\b/.test(view.textOf(view.child(node, "modifiers")))) return;
  const name = view.child(node, "identifier");
  const text = view.textOf(name);
  if (name === undefined) return;
  if (/[A-Z]/.test(text) && text.includes("_")) view.site("naming-test", "parts", name);
  else if (/^test[A-Z]/.test(text)) view.site("naming-test", "test-camel", name);
  else {
    const shape = nameShape(text);
    if (shape === "snake" || shape === "camel") view.site("naming-test", shape, name);
  }
}

function javaAssertion(view: SourceView, node: number): void {
  const name = view.textOf(view.previous(view.child(node, "argument_list")));
  if (name === "assertThat" || name === "assertWithMessage") view.site("assertion-form", "assertThat", node);
  else if (/^assert(?:Equals|NotEquals|True|False|Null|NotNull|Same|Throws|ArrayEquals)$/.test(name))
    view.site("assertion-form", "junit", node);
}

function classFile(view: SourceView): void {
  const suffix = /\w(Tests?)\.\w+$/.exec(view.file.path)?.[1];
  if (suffix !== undefined) view.fileSite("test-file", suffix);
}

function csharpTest(view: SourceView, node: number): void {
  const marks = view
    .children(node)
    .filter((child) => view.type(child) === "attribute_list")
    .map((child) => view.textOf(child))
    .join("");
  const framework = /\[(?:Fact|Theory)\b/.test(marks)
    ? "xunit"
    : /\[(?:Test|TestCase)\b/.test(marks)
      ? "nunit"
      : /\[(?:TestMethod|DataTestMethod)\b/.test(marks)
        ? "mstest"
        : undefined;
  const name = view.previous(view.child(node, "parameter_list"));
  if (framework === undefined || view.type(name) !== "identifier") return;
  view.site("test-form", framework, node);
  const text = view.textOf(name);
  if (text.includes("_")) view.site("naming-test", "underscores", name!);
  else if (nameShape(text) === "pascal" && /[a-z][A-Z]/.test(text)) view.site("naming-test", "pascal", name!);
}

function csharpAssertion(view: SourceView, node: number): void {
  const callee = view.textOf(view.firstChild(node));
  if (/^Assert\.\w+(?:<.*>)?$/.test(callee)) view.site("assertion-form", "assert", node);
  else if (/\.Should$/.test(callee)) view.site("assertion-form", "should", node);
}

const CPP_ASSERTIONS: readonly (readonly [string, RegExp])[] = [
  ["expect", /^EXPECT_[A-Z]+/],
  ["assert", /^ASSERT_[A-Z]+/],
  ["require", /^REQUIRE(?:_[A-Z]+)*$/],
  ["check", /^CHECK(?:_[A-Z]+)*$/],
];

function cppTest(view: SourceView, node: number): void {
  const callee =
    view.type(node) === "function_definition"
      ? view.descend(node, "function_declarator", "identifier")
      : view.firstChild(node)!;
  if (view.type(callee) !== "identifier") return;
  const name = view.textOf(callee);
  if (/^TEST(?:_F|_P)?$/.test(name)) view.site("test-form", "gtest", node);
  else if (/^(?:TEMPLATE_)?TEST_CASE$/.test(name)) view.site("test-form", "catch", node);
  else if (/^BOOST_(?:AUTO|FIXTURE)_TEST_CASE$/.test(name)) view.site("test-form", "boost", node);
  const assertion = view.isTest ? CPP_ASSERTIONS.find(([, pattern]) => pattern.test(name)) : undefined;
  if (assertion !== undefined) view.site("assertion-form", assertion[0], node);
}
