import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { frameworksOf, kindOf, tagsOf } from "../../../sidecar/outcome/tags.ts";
import { accepted, committed, createGeneration, diagnosed, ran, settled, shown } from "./signals.ts";

const TEXT = "return total;";

function kind(signals: readonly Signal[], path = "src/a.ts", text = TEXT, languageId = "typescript"): string {
  const first = {
    ...(shown(text) as Extract<Signal, { kind: "shown" }>),
    generation: createGeneration(text, { languageId }),
  };
  return kindOf(gatherEvidence([first, ...signals]), path);
}

const KEPT = [accepted(1000, 99), settled(11_000, TEXT)];

test("without a sign it is new code", () => {
  assert.equal(kind(KEPT), "new code");
});

test("in a test file it is a test", () => {
  for (const path of ["test/a.ts", "src/a.spec.ts", "src/__tests__/a.js", "pkg/a_test.go"]) {
    assert.equal(kind(KEPT, path), "test", path);
  }
  assert.equal(kind(KEPT, "src/contest.ts"), "new code");
});

test("prose and comments are docs", () => {
  assert.equal(kind(KEPT, "README.md", "Install it.", "markdown"), "docs");
  assert.equal(kind(KEPT, "a.ts", "// Adds two numbers.\n// Never throws."), "docs");
  assert.equal(kind(KEPT, "a.ts", "/**\n * Adds two numbers.\n */"), "docs");
  assert.equal(kind(KEPT, "a.py", "# Adds two numbers.", "python"), "docs");
  assert.equal(kind(KEPT, "a.ts", "// Adds.\nreturn a + b;"), "new code");
});

test("an error that goes away, a test that passes again and a commit that says so are fixes", () => {
  assert.equal(
    kind([...KEPT, diagnosed(12_000, "settled", { errors: 1, warnings: 0 }, { errors: 0, warnings: 0 })]),
    "fix",
  );
  assert.equal(kind([...KEPT, ran(20_000, true, { turn: "mended" })]), "fix");
  assert.equal(kind([...KEPT, committed(20_000, TEXT, { topic: "fix" })]), "fix");
  assert.equal(kind([...KEPT, ran(20_000, true)]), "new code");
});

test("a commit that says so is a refactoring", () => {
  assert.equal(kind([...KEPT, committed(20_000, TEXT, { topic: "refactoring" })]), "refactoring");
});

test("frameworks are read from imports of several languages", () => {
  assert.deepEqual(frameworksOf('import React from "react";\nimport { test } from "vitest";'), ["react", "vitest"]);
  assert.deepEqual(frameworksOf('const express = require("express");'), ["express"]);
  assert.deepEqual(frameworksOf("import numpy as np\nfrom django.db import models"), ["django", "numpy"]);
  assert.deepEqual(frameworksOf('import (\n\t"fmt"\n\t"github.com/gin-gonic/gin"\n)'), ["gin"]);
  assert.deepEqual(frameworksOf("import org.springframework.web.bind.annotation.GetMapping;"), ["spring"]);
  assert.deepEqual(frameworksOf("use serde::Deserialize;\nuse tokio::sync::mpsc;"), ["serde", "tokio"]);
  assert.deepEqual(frameworksOf("using Microsoft.AspNetCore.Mvc;"), ["dotnet"]);
});

test("what only looks like a framework is none", () => {
  assert.deepEqual(frameworksOf('import { react } from "./react-helpers.ts";\nconst vue = 1;'), []);
  assert.deepEqual(frameworksOf('import preact from "preact";'), []);
  assert.deepEqual(frameworksOf('log("express is fast");'), []);
});

test("the kind comes first, then the frameworks", () => {
  const evidence = gatherEvidence([shown(TEXT), ...KEPT]);
  assert.deepEqual(tagsOf(evidence, "src/a.ts", 'import { z } from "zod";'), ["new code", "zod"]);
});
