/** What people wrote into an `.editorconfig` themselves: which properties it sets for a file, by editorconfig.org. */

export interface HandWritten {
  /** What it sets for a file, by property in lowercase; `path` is relative to the file's folder. */
  propertiesFor(path: string): ReadonlyMap<string, HandWrittenProperty>;
  /** Offset of the first section, with the comment lines directly above it; the length of the text where there is none. */
  readonly firstSection: number;
  /** Line, from 1, of the first property that stands in no section, e.g. `root = true`. */
  readonly looseProperty: number | undefined;
}

export interface HandWrittenProperty {
  /** As written, in lowercase. */
  readonly value: string;
  /** The section that sets it, e.g. "*.{js,ts}". */
  readonly section: string;
}

/** Reads a file without Tacit's section. Lines that are no rule are passed over, as editors do. */
export function parseEditorconfig(text: string): HandWritten {
  const sections: Section[] = [];
  let firstSection: number | undefined;
  let looseProperty: number | undefined;
  let commentsFrom: number | undefined;
  let offset = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const content = line.replace(/^\ufeff/, "").trim();
    const header = /^\[(.*)\]$/.exec(withoutRemark(content))?.[1];
    const property = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(withoutRemark(content));
    if (header !== undefined) {
      firstSection ??= commentsFrom ?? offset;
      sections.push({ name: header, matches: globMatcher(header), properties: new Map() });
    } else if (property && !/^[#;]/.test(content)) {
      const [, name, value] = property as unknown as [string, string, string];
      if (sections.length === 0) looseProperty ??= index + 1;
      else sections.at(-1)!.properties.set(name.toLowerCase(), value.toLowerCase());
    }
    if (/^[#;]/.test(content)) commentsFrom ??= offset;
    else commentsFrom = undefined;
    offset += line.length + 1;
  }
  return {
    firstSection: firstSection ?? text.length,
    looseProperty,
    propertiesFor: (path) => {
      const found = new Map<string, HandWrittenProperty>();
      for (const { name, matches, properties } of sections) {
        if (!matches(path)) continue;
        for (const [property, value] of properties) found.set(property, { value, section: name });
      }
      return found;
    },
  };
}

/** The glob that names all files with one of these endings, below a directory if one is given. */
export function editorconfigGlob(extensions: readonly string[], directory: string): string {
  const ending = extensions.length === 1 ? `.${extensions[0]}` : `.{${extensions.join(",")}}`;
  return directory === "" ? `*${ending}` : `/${escapeGlob(directory)}/**${ending}`;
}

/** The glob that names one file, by its path from the folder of the `.editorconfig`. */
export function editorconfigFileGlob(path: string): string {
  return `/${escapeGlob(path)}`;
}

interface Section {
  readonly name: string;
  readonly matches: (path: string) => boolean;
  readonly properties: Map<string, string>;
}

/** A "#" or ";" begins a remark behind white space only; newer editors take it for text, but then the value is none. */
function withoutRemark(line: string): string {
  return line.replace(/\s[#;].*$/, "").trimEnd();
}

function escapeGlob(path: string): string {
  return path.replace(/[\\[\]{}*?!,#;]/g, "\\$&");
}

/** Longer patterns match nothing, so that none can make matching slow; EditorConfig allows 1024. */
const GLOB_CHARS_MAX = 1024;

/** Whether a path matches a section's glob: `*`, `**`, `?`, `[a-z]`, `[!a]`, `{a,b}`, `{1..3}`, and "\" before any of them. */
export function globMatcher(glob: string): (path: string) => boolean {
  if (glob.length > GLOB_CHARS_MAX) return () => false;
  const isAnchored = glob.includes("/");
  const pattern = globPattern(isAnchored ? glob.replace(/^\//, "") : glob);
  try {
    const expression = new RegExp(`^${isAnchored ? "" : "(?:.*/)?"}${pattern}$`, "s");
    return (path) => expression.test(path);
  } catch {
    // A class like [z-a] names no file.
    return () => false;
  }
}

function globPattern(glob: string): string {
  const isBalanced = hasBalancedBraces(glob);
  let pattern = "";
  let open = 0;
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at]!;
    const rest = glob.slice(at);
    const range = /^\{([+-]?\d+)\.\.([+-]?\d+)\}/.exec(rest);
    const single = /^\{([^,{}\\]*)\}/.exec(rest);
    const characters = /^\[(!?)((?:\\.|[^\]\\/])+)\]/.exec(rest);
    if (char === "\\" && at + 1 < glob.length) pattern += literal(glob[++at]!);
    else if (at === 0 && rest.startsWith("**/")) {
      pattern += "(?:.*/)?";
      at += 2;
    } else if (rest.startsWith("/**/")) {
      pattern += "/(?:.*/)?";
      at += 3;
    } else if (rest.startsWith("**")) {
      pattern += ".*";
      at++;
    } else if (char === "*") pattern += "[^/]*";
    else if (char === "?") pattern += "[^/]";
    else if (characters) {
      const members = characters[2]!.replace(/\\(.)|([[\]^&~|])/g, (_, escaped?: string, plain?: string) =>
        literal((escaped ?? plain)!),
      );
      pattern += `[${characters[1] === "!" ? "^" : ""}${members}]`;
      at += characters[0].length - 1;
    } else if (isBalanced && range) {
      pattern += numbersPattern(Number(range[1]), Number(range[2]));
      at += range[0].length - 1;
    } else if (isBalanced && single) {
      // Braces without a choice are part of the name.
      pattern += `\\{${globPattern(single[1]!)}\\}`;
      at += single[0].length - 1;
    } else if (isBalanced && char === "{") {
      pattern += "(?:";
      open++;
    } else if (char === "}" && open > 0) {
      pattern += ")";
      open--;
    } else if (char === "," && open > 0) pattern += "|";
    else pattern += literal(char);
  }
  return pattern;
}

/** Whole numbers in a range, which is cut off where somebody means "any". */
const NUMBERS_MAX = 1000;

function numbersPattern(from: number, to: number): string {
  const [low, high] = from < to ? [from, to] : [to, from];
  const count = Math.min(high - low + 1, NUMBERS_MAX);
  return `(?:${Array.from({ length: count }, (_, index) => String(low + index)).join("|")})`;
}

function hasBalancedBraces(glob: string): boolean {
  let open = 0;
  for (const [mark] of glob.matchAll(/\\.|[{}]/gs)) {
    if (mark === "{") open++;
    if (mark === "}" && --open < 0) return false;
  }
  return open === 0;
}

function literal(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
}
