/** The licenses of what is bundled, as they ask for: each package's own text, once. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENSE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** The text of all packages that lie in these bundles (`metafile` of esbuild), sorted by name. */
export function noticesOf(metafiles) {
  const folders = new Set(
    metafiles.flatMap(({ outputs }) =>
      Object.values(outputs).flatMap(({ inputs }) =>
        Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
          bytesInOutput > 0 ? (PACKAGE.exec(file) ?? []) : [],
        ),
      ),
    ),
  );
  const notices = new Map([...folders].map(noticeOf));
  return [...notices.keys()]
    .sort()
    .map((name) => `${name}\n\n${notices.get(name)}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((file) => LICENSE.test(file) && !file.endsWith(".js"))
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  // Some name their license and bring no text of it.
  const text = texts.length > 0 ? texts.join("\n\n") : `License: ${license ?? "not stated"}`;
  return [`${name} ${version}`, text];
}
