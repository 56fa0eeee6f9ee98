/**
 * `node scripts/write-model.ts NAME FILE [--seed N]`: writes one of the test models, e.g. to try a build of llama.cpp or
 * to measure on. Without arguments it lists them.
 */
import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { PRESETS, weightBytesOf, writeModel, type ModelShape } from "../test/support/models/models.ts";
import { Failure, main, step } from "./steps.mjs";

const MIB = 2 ** 20;

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { seed: { type: "string", default: "1" } },
    allowPositionals: true,
  });
  const [name, file] = positionals;
  if (name === undefined) {
    for (const [preset, shape] of Object.entries(PRESETS)) console.log(`${preset.padEnd(16)}${describe(shape)}`);
    return 0;
  }
  const seed = Number(values.seed);
  if (!isPreset(name) || file === undefined || !Number.isSafeInteger(seed)) {
    throw new Failure(
      "usage: node scripts/write-model.ts [NAME FILE [--seed N]]; without arguments it lists the names",
    );
  }
  await step(`write ${file}`, () => writeModel(file, PRESETS[name], seed));
  console.log(`${((await stat(file)).size / MIB).toFixed(1)} MiB`);
  return 0;
});

function isPreset(name: string): name is keyof typeof PRESETS {
  return Object.hasOwn(PRESETS, name);
}

function describe(shape: ModelShape): string {
  const { architecture, layers, width, weights } = shape;
  return `${architecture}, ${layers} × ${width}, ${weights}, ${(weightBytesOf(shape) / MIB).toFixed(1)} MiB`;
}
