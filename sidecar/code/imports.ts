/** What a file imports, by name and in whatever language: two files that import the same are about the same. */

/** Characters of a file that are looked at, and names that are kept: imports stand at the top. */
const CHARS_MAX = 2500;
const NAMES_MAX = 64;

/** JavaScript's `from "…"`, `import "…"`, `require("…")`; C's `#include`; Go's quoted lines. */
const QUOTED =
  /(?:\bfrom|\bimport|\brequire\(?|\bimport\(|#include|^[ \t]*(?:[\w.]+[ \t]+)?(?="[\w./-]+"[ \t]*$))[ \t]*["'<]([^"'<>\n]+)["'>]/gm;
/** Python's `import a.b` and `from a import`, Java's `import a.b.C`, C#'s `using`, Rust's `use`. */
const BARE = /^[ \t]*(?:import(?:[ \t]+static)?|from|using|(?:pub[ \t]+)?use)[ \t]+([\w.:]+)/gm;

/** Names of the modules that the beginning of a file imports: their last part, without path and extension. */
export function importsOf(text: string): ReadonlySet<string> {
  const head = text.slice(0, CHARS_MAX);
  const names = new Set<string>();
  for (const pattern of [QUOTED, BARE]) {
    for (const [, module] of head.matchAll(pattern)) {
      const path = module!.replace(/\.(?:[cm]?[jt]sx?|h|hpp|hh|css|vue)$/, "").split(/\/|::|\.(?=\w)/);
      const name = path.findLast((part) => /\w/.test(part));
      if (name !== undefined && names.size < NAMES_MAX) names.add(name.toLowerCase());
    }
  }
  return names;
}
