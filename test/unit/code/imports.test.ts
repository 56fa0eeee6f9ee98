import assert from "node:assert/strict";
import test from "node:test";
import { importsOf } from "../../../sidecar/code/imports.ts";

const CASES: readonly (readonly [source: string, names: readonly string[]])[] = [
  ['import { a } from "../store/chunks.ts";\nimport "./side.js";', ["chunks", "side"]],
  ["const fs = require('node:fs/promises');\nawait import('./late.ts');", ["promises", "late"]],
  ['export type { A } from "./types.ts";', ["types"]],
  ["import os.path\nfrom collections import deque\nfrom .models import User", ["path", "collections", "models"]],
  ['#include <vector>\n#include "base/log.h"', ["vector", "log"]],
  ['import (\n\t"fmt"\n\tlog "github.com/sirupsen/logrus"\n)', ["fmt", "logrus"]],
  ["use std::collections::HashMap;\npub use crate::store;", ["hashmap", "store"]],
  ["import java.util.List;\nimport static org.junit.Assert.assertEquals;", ["list", "assertequals"]],
  ["using System.Linq;", ["linq"]],
  ['const text = "hello";\nprint("from here");\nfor (const x of y) z();', []],
];

for (const [source, names] of CASES) {
  test(`imports of ${JSON.stringify(source.split("\n")[0])}`, () => {
    assert.deepEqual([...importsOf(source)].sort(), [...names].sort());
  });
}
