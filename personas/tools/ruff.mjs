/**
 * `node ruff.mjs CONFIG FILE…`: rewrites Python files with Ruff. CONFIG is JSON as in `[tool.ruff]`; the safe fixes of
 * the rules that its `lint.select` names come first, then the formatter.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";

const PASSES_MAX = 10;
const [config, ...files] = process.argv.slice(2);
const options = JSON.parse(readFileSync(config, "utf8"));
const workspace = new Workspace(options, PositionEncoding.Utf16);
for (const file of files) {
  try {
    let text = readFileSync(file, "utf8");
    if (options.lint) text = fixAll(text);
    writeFileSync(file, workspace.format(text));
  } catch (error) {
    process.stderr.write(`${file}: ${error}\n`);
    process.exitCode = 1;
  }
}

function fixAll(text) {
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const starts = lineStarts(text);
    const offset = ({ row, column }) => starts[row - 1] + column - 1;
    let result = "";
    let at = 0;
    const fixes = workspace.check(text).flatMap(({ fix }) => (fix ? [fix.edits] : []));
    for (const edits of fixes.sort((a, b) => offset(a[0].location) - offset(b[0].location))) {
      // A fix over another waits for the next pass.
      if (offset(edits[0].location) < at) continue;
      for (const { content, location, end_location } of edits) {
        result += text.slice(at, offset(location)) + (content ?? "");
        at = offset(end_location);
      }
    }
    result += text.slice(at);
    if (result === text) break;
    text = result;
  }
  return text;
}

function lineStarts(text) {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return starts;
}
