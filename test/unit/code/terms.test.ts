import assert from "node:assert/strict";
import { test } from "node:test";
import { eachTerm, termsOf } from "../../../sidecar/code/terms.ts";

function check(source: string, terms: string): void {
  assert.equal(termsOf(source).join(" "), terms);
}

test("an identifier gives itself and its words, in every way of joining them", () => {
  check("getUserName", "getusername get user name");
  check("get_user_name", "getusername get user name");
  check("get-user-name", "getusername get user name");
  check("GET_USER_NAME", "getusername get user name");
  check("GetUserName", "getusername get user name");
});

test("a plain word is one term, keywords too", () => {
  check("return value;", "return value");
  check("_private $el __init__", "private el init");
});

test("acronyms are one word, also in the plural", () => {
  check("HTTPServer", "httpserver http server");
  check("parseHTML", "parsehtml parse html");
  check("userIDs", "userids user ids");
  check("IDsOfUsers", "idsofusers ids of users");
  check("URL", "url");
});

test("digits end a word and are none", () => {
  check("utf8Decoder", "utf8decoder utf decoder");
  check("sha256", "sha256 sha");
  check("x2", "x2");
});

test("numbers and punctuation are left out", () => {
  check("0x1F + 1_000n * 3.14e10 // 10px", "");
  check("=> { } [] && || ... ''", "");
  check("_ __ $ $$ -", "");
  check("", "");
});

test("a hyphen joins letters only", () => {
  check("i-- > 0", "i");
  check("a->b, x - y", "a b x y");
  check("--font-size: 2em", "fontsize font size");
  check("v-1", "v");
  check("name-", "name");
});

test("lone letters inside an identifier say nothing of their own", () => {
  check("aValue xOffset T", "avalue value xoffset offset t");
});

test("letters of every script count, in lower case", () => {
  check("größeÄndern", "größeändern größe ändern");
  check("переменнаяДлина", "переменнаядлина переменная длина");
  check("変数名 = 値", "変数名 値");
});

test("emoji and halves of surrogate pairs are left out", () => {
  check("ship 🚀 it", "ship it");
  check("a\ud83d b\ude80", "a b");
});

test("whole identifiers are told from their words", () => {
  const wholes: string[] = [];
  eachTerm("readFile path", (term, isWhole) => {
    if (isWhole) wholes.push(term);
  });
  assert.deepEqual(wholes, ["readfile", "path"]);
});
