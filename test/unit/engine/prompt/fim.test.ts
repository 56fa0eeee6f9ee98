import assert from "node:assert/strict";
import test from "node:test";
import { fimTemplateOf, LEAKED_MARKS, renderFim } from "../../../../sidecar/engine/prompt/fim.ts";

const TEXT = {
  files: [{ path: "lib/a.ts", text: "a();" }],
  project: "project",
  path: "here.ts",
  prefix: "one();\nconst x = ",
  suffix: ";\ntwo();\n",
};

/** What each family is given, by the name of one of its models. */
const PROMPTS: readonly (readonly [model: string, prompt: string])[] = [
  [
    "Qwen/Qwen2.5-Coder-7B",
    "<|repo_name|>project\n<|file_sep|>lib/a.ts\na();\n<|file_sep|>here.ts\n" +
      "<|fim_prefix|>one();\n<|fim_suffix|>;\ntwo();\n<|fim_middle|>const x = ",
  ],
  ["codeqwen:7b-code", "<fim_prefix>one();\n<fim_suffix>;\ntwo();\n<fim_middle>const x = "],
  ["deepseek-coder-v2:16b-lite-base", "<｜fim▁begin｜>one();\n<｜fim▁hole｜>;\ntwo();\n<｜fim▁end｜>const x = "],
  ["codellama:7b-code", "<PRE> one();\nconst x =  <SUF>;\ntwo();\n <MID>"],
  ["codestral:22b", "[SUFFIX];\ntwo();\n[PREFIX]one();\nconst x = "],
  ["google/codegemma-2b", "<|fim_prefix|>one();\n<|fim_suffix|>;\ntwo();\n<|fim_middle|>const x = "],
  ["ibm-granite/granite-3b-code-base", "<fim_prefix>one();\n<fim_suffix>;\ntwo();\n<fim_middle>const x = "],
  ["granite-4.0-h-tiny", "<|fim_prefix|>one();\n<|fim_suffix|>;\ntwo();\n<|fim_middle|>const x = "],
  [
    "bigcode/starcoder2-3b",
    "<repo_name>project\n<file_sep>lib/a.ts\na();\n<file_sep>here.ts\n" +
      "<fim_prefix>one();\n<fim_suffix>;\ntwo();\n<fim_middle>const x = ",
  ],
  ["stable-code:3b", "<fim_prefix>one();\n<fim_suffix>;\ntwo();\n<fim_middle>const x = "],
];

for (const [model, prompt] of PROMPTS) {
  test(`${model} is asked as its family was trained`, () => {
    const template = fimTemplateOf(model);
    assert.ok(template);
    assert.equal(renderFim(template, TEXT), prompt);
  });
}

test("without other files there are no marks for files", () => {
  const template = fimTemplateOf("models/qwen2.5-coder-1.5b-q8_0.gguf");
  assert.equal(
    renderFim(template!, { ...TEXT, files: [] }),
    "<|fim_prefix|>one();\n<|fim_suffix|>;\ntwo();\n<|fim_middle|>const x = ",
  );
});

test("a model of no known family has no template", () => {
  for (const model of ["llama3.2", "gpt-4o", "qwen3:8b", "deepseek-chat", "mistral-small", ""]) {
    assert.equal(fimTemplateOf(model), undefined, model);
  }
});

test("what code may have is no mark", () => {
  for (const code of ["<PRE>", "</s>", "<repo_name>", "[PREFIX]"]) assert.ok(!LEAKED_MARKS.includes(code), code);
  assert.ok(LEAKED_MARKS.includes("<|endoftext|>"));
});
