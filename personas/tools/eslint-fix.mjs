/**
 * `node eslint-fix.mjs CONFIG FILE…`: rewrites files by the rules of an ESLint configuration that can be fixed by
 * themselves. What ESLint can only complain about is no failure here; a file that it cannot read is.
 */
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";

const [config, ...files] = process.argv.slice(2);
const folder = dirname(fileURLToPath(import.meta.url));
// What a file says to a linter is no part of the persona.
const overrideConfig = { linterOptions: { noInlineConfig: true } };
const eslint = new ESLint({
  cwd: folder,
  overrideConfigFile: resolve(config),
  overrideConfig,
  fix: true,
  ignore: false,
});
for (const file of files) {
  // ESLint leaves alone what is not below its own folder: the text is given under a name that is.
  const filePath = join(folder, "source", basename(file));
  const [result] = await eslint.lintText(await readFile(file, "utf8"), { filePath, warnIgnored: true });
  const fatal = result.messages.find((message) => message.fatal || message.message.startsWith("File ignored"));
  if (fatal) {
    process.stderr.write(`${file}:${fatal.line ?? 0}: ${fatal.message}\n`);
    process.exitCode = 1;
  } else if (result.output !== undefined) await writeFile(file, result.output);
}
