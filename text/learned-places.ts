/** Where is learned: by language and by folder. Both processes ask, so that what is not to be learned is not recorded. */

export interface LearnedPlaces {
  /** By language identifier; `*` stands for every language that is not named. */
  readonly languages: Readonly<Record<string, boolean>>;
  /** By folder: an absolute path, or a name or path of folders wherever they lie; `*` stands for all that are not named. */
  readonly folders: Readonly<Record<string, boolean>>;
}

/** `path` of the file; undefined for what is no file of this machine. */
export function mayLearn(
  { languages, folders }: LearnedPlaces,
  { languageId, path }: { readonly languageId: string; readonly path: string | undefined },
): boolean {
  const byLanguage = ownEntry(languages, languageId) ?? languages["*"] ?? true;
  return byLanguage && (path === undefined ? (folders["*"] ?? true) : mayLearnIn(folders, path));
}

/** The innermost folder that is named counts; of two at the same depth the longer name. */
function mayLearnIn(folders: LearnedPlaces["folders"], path: string): boolean {
  const inside = `${segmentsOf(path).slice(0, -1).join("/")}/`;
  let best: { readonly end: number; readonly length: number; readonly value: boolean } | undefined;
  for (const [name, value] of Object.entries(folders)) {
    const named = segmentsOf(name).join("/");
    if (name === "*" || named === "") continue;
    const isAbsolute = /^(?:[\\/]|[A-Za-z]:)/u.test(name);
    const at = isAbsolute ? (inside.startsWith(`${named}/`) ? 0 : -1) : `/${inside}`.lastIndexOf(`/${named}/`);
    if (at < 0) continue;
    const end = at + named.length;
    if (!best || end > best.end || (end === best.end && named.length > best.length)) {
      best = { end, length: named.length, value };
    }
  }
  return best?.value ?? folders["*"] ?? true;
}

function segmentsOf(path: string): readonly string[] {
  return path.split(/[\\/]/u).filter((segment) => segment !== "" && segment !== "." && segment !== "~");
}

function ownEntry(record: Readonly<Record<string, boolean>>, key: string): boolean | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
