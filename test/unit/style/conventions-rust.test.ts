import { checkCases, commentCases, widthCases } from "./convention-cases.ts";

const inFunction = (...statements: readonly string[]): string =>
  `fn f() {\n${statements.map((line) => `    ${line}\n`).join("")}}\n`;

checkCases("rust", "src/a.rs", {
  "error-handling": {
    question: inFunction("let a = g()?;"),
    unwrap: inFunction("g().unwrap();"),
    expect: inFunction('g().expect("a");'),
    match: inFunction("match g() {", "    Ok(a) => a,", "    Err(e) => return e,", "}"),
    nothing: `#[test]\n${inFunction("g().unwrap();")}mod tests {\n${inFunction("g()?;")}}\n`,
  },
  "panic-form": {
    expect: inFunction('g().expect("a");'),
    unwrap: inFunction("g().unwrap();"),
    nothing: inFunction("g()?;", "g().unwrap_or(1);"),
  },
  "error-type": {
    anyhow: "fn f() -> anyhow::Result<()> { g() }\n",
    alias: "fn f() -> io::Result<()> { g() }\n",
    box: "fn f() -> Result<(), Box<dyn Error>> { g() }\n",
    named: "fn f() -> Result<(), ParseError> { g() }\n",
    nothing: "fn f() -> Option<u8> { g() }\n",
  },
  "naming-file": {
    snake: { text: "fn f() {}\n", path: "src/old_name.rs" },
    kebab: { text: "fn f() {}\n", path: "src/bin/old-name.rs" },
    camel: { text: "fn f() {}\n", path: "src/oldName.rs" },
    nothing: { text: "fn f() {}\n", path: "src/mod.rs" },
  },
  "return-form": {
    tail: "fn f() -> u8 {\n    g()\n}\n",
    return: "fn f() -> u8 {\n    return g();\n}\n",
    nothing: "fn f() {\n    g();\n}\n",
  },
  "trait-bounds": {
    impl: "fn f(a: impl Read) {}\n",
    inline: "fn f<T: Read>(a: T) {}\n",
    where: "fn f<T>(a: T)\nwhere\n    T: Read,\n{\n    g();\n}\n",
    nothing: "fn f<T>(a: T) {}\n",
  },
  "early-return": {
    guard: inFunction("if a {", "    return;", "}", "g();"),
    nested: inFunction("if a {", "    g();", "    h();", "    i();", "}"),
    nothing: inFunction("if a {", "    g();", "}"),
  },
  "else-after-return": {
    omitted: inFunction("if a {", "    return;", "}", "g();"),
    kept: inFunction("if a {", "    return;", "} else {", "    g();", "}"),
    nothing: inFunction("if a {", "    g();", "} else {", "    h();", "}"),
  },
  "loop-form": {
    for: inFunction("for a in b {", "    g(a);", "}"),
    forEach: inFunction("b.iter().for_each(|a| g(a));"),
    index: inFunction("for i in 0..b.len() {", "    g(b[i]);", "}"),
    nothing: inFunction("while a {", "    g();", "}"),
  },
  "collect-types": {
    annotation: inFunction("let a: Vec<_> = b.collect();"),
    turbofish: inFunction("let a = b.collect::<Vec<_>>();"),
    nothing: inFunction("let a = b.collect();", "let c: u8 = d.sum();"),
  },
  "self-type": {
    self: "impl A {\n    fn f() -> Self { g() }\n}\n",
    name: "impl A {\n    fn f() -> A { g() }\n}\n",
    nothing: "impl B for A {\n    fn f() -> C { g() }\n}\n",
  },
  "option-form": {
    "if-let": inFunction("if let Some(a) = b {", "    g(a);", "}"),
    match: inFunction("match b {", "    Some(a) => g(a),", "    None => {}", "}"),
    nothing: inFunction(
      "match b {",
      "    Some(a) => g(a),",
      "    None => h(),",
      "}",
      "if let Ok(a) = b {",
      "    g(a);",
      "}",
    ),
  },
  "format-args": {
    inline: inFunction('println!("{a} {b:?}");'),
    positional: inFunction('println!("{} b", a);'),
    nothing: inFunction('println!("{}", a.b);', 'println!("{{a}}");', 'vec!["{a}"];'),
  },
  "string-conversion": {
    to_string: inFunction('let a = "b".to_string();'),
    from: inFunction('let a = String::from("b");'),
    to_owned: inFunction('let a = "b".to_owned();'),
    into: inFunction('let a: String = "b".into();'),
    nothing: inFunction("let a = b.to_string();", "let c = String::from(d);"),
  },
  "import-form": { grouped: "use a::{b, c};\n", separate: "use a::b;\nuse a::c;\n", nothing: "use a::b;\nuse c::d;\n" },
  "import-groups": {
    separated: "use std::a;\n\nuse b::c;\n",
    together: "use std::a;\nuse b::c;\n",
    nothing: "use std::a;\nuse std::b;\n",
  },
  "import-favourites": { "*": "use crate::a;\n", nothing: "fn f() {}\n" },
  "doc-presence": {
    present: "/// Says.\n#[inline]\npub fn f() {}\n",
    absent: "pub struct A;\n",
    nothing: "fn f() {}\npub(crate) fn g() {}\n",
  },
  "doc-form": {
    slashes: "/// Says.\npub fn f() {}\n",
    block: "/** Says. */\npub fn f() {}\n",
    nothing: "// Says.\npub fn f() {}\n",
  },
  "comment-form": {
    line: "// Says.\nfn f() {}\n",
    block: "/* Says. */\nfn f() {}\n",
    nothing: "/// Doc.\nfn f() {}\n",
  },
  ...commentCases("//", "static A: u8 = 1;"),
  "naming-test": {
    prefix: "#[test]\nfn test_a() {}\n",
    plain: "#[tokio::test]\n#[ignore]\nasync fn reads_a() {}\n",
    nothing: "fn test_a() {}\n",
  },
  "file-layout": {
    "public-first": "pub fn a() {}\nfn b() {}\n",
    "helpers-first": "fn b() {}\npub fn a() {}\n",
    nothing: "pub fn a() {}\nfn main() {}\n",
  },
  "raw-strings": {
    raw: inFunction('g(r"\\d", r#"a"b"#);'),
    escaped: inFunction('g("\\\\d");'),
    nothing: inFunction('g("\\n");'),
  },
  "trailing-commas": {
    always: "struct A {\n    b: u8,\n}\n",
    never: "enum A {\n    B,\n    C\n}\n",
    nothing: "struct A { b: u8 }\n",
  },
  "trailing-commas-calls": {
    always: inFunction("g(", "    a,", ");"),
    never: "fn f(\n    a: u8\n) {}\n",
    nothing: inFunction("g(a);"),
  },
  indent: {
    "4": inFunction("g();"),
    "2": "fn f() {\n  g();\n}\n",
    tab: "fn f() {\n\tg();\n}\n",
    nothing: "fn f() { g(); }\n",
  },
  ...widthCases((name) => `static ${name}: u8 = 1;`),
  "brace-style": {
    "same-line": inFunction("g();"),
    "own-line": "fn f()\n{\n    g();\n}\n",
    nothing: "fn f<T>()\nwhere\n    T: A,\n{\n    g();\n}\n",
  },
  "else-placement": {
    "same-line": inFunction("if a {", "    g();", "} else {", "    h();", "}"),
    "own-line": inFunction("if a {", "    g();", "}", "else {", "    h();", "}"),
    nothing: inFunction("let a = if b { c } else { d };"),
  },
  "blank-lines": {
    "0": "fn f() {\n    a();\n}\nfn g() {}\n",
    "1": "fn f() {\n    a();\n}\n\n/// Says.\n#[inline]\nfn g() {}\n",
    nothing: "fn f() {}\nfn g() {}\n",
  },
  "blank-lines-members": {
    "0": "impl A {\n    fn f() {\n        a();\n    }\n    fn g() {}\n}\n",
    "1": "impl A {\n    fn f() {\n        a();\n    }\n\n    fn g() {}\n}\n",
    nothing: "impl A {\n    fn f() {}\n}\n",
  },
  "space-around-operators": {
    spaced: inFunction("let a = b + c;"),
    tight: inFunction("let a = b+c;"),
    nothing: inFunction("let a = -b;"),
  },
});
