/** `node standard-fix.mjs FILE…`: rewrites JavaScript files as `standard --fix` does, and lets pass what it cannot fix. */
import { readFile, writeFile } from "node:fs/promises";
import standard from "standard";

for (const file of process.argv.slice(2)) {
  const [result] = await standard.lintText(await readFile(file, "utf8"), { fix: true });
  const fatal = result.messages.find((message) => message.fatal);
  if (fatal) {
    process.stderr.write(`${file}:${fatal.line}: ${fatal.message}\n`);
    process.exitCode = 1;
  } else if (result.output !== undefined) await writeFile(file, result.output);
}
