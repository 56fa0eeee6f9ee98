/** INI as Python's tools read it: sections, `name = value` or `name: value`, comments on lines of their own. */

/** Properties by section and name, both in lowercase; "-" and "_" in names are the same. */
export function parseIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split("\n")) {
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) {
      const name = header.trim().toLowerCase();
      current = sections.get(name) ?? new Map<string, string>();
      sections.set(name, current);
      continue;
    }
    const property = /^\s*([\w.-]+)\s*[=:]\s*(.*?)\s*(?:\s[#;].*)?$/.exec(line);
    if (property && !/^\s*[#;]/.test(line)) {
      current?.set(property[1]!.toLowerCase().replaceAll("-", "_"), property[2]!);
    }
  }
  return sections;
}
