/** Where a convention holds, as ids that are stable and can be read: "typescript/quotes=single@directory:3:test/unit". */
import { SCOPE_LEVELS, type Scope } from "../../../protocol/style.ts";

/** A place in somebody's code; what is left out widens it. */
export interface StylePlace {
  /** Style language; undefined asks for what the person does in any. */
  readonly language: string | undefined;
  readonly project?: number | undefined;
  /** A file or directory of the project, "/" between names; "" or left out is the project itself. */
  readonly path?: string | undefined;
  readonly isDirectory?: boolean;
}

export interface ConventionId {
  /** Undefined on the level of the person. */
  readonly language: string | undefined;
  readonly attribute: string;
  readonly value: string;
  readonly scope: Scope;
}

/** Stands for "any language" in ids. */
const ANY = "*";
// Values and paths may hold any sign; levels may not.
const ID = new RegExp(`^([\\w*+-]+)/([\\w-]+)=(.*?)@(${SCOPE_LEVELS.join("|")})(?::(\\d+)(?::(.*))?)?$`, "s");

export const PERSON: Scope = { level: "person", project: undefined, path: "" };
export const LANGUAGE: Scope = { level: "language", project: undefined, path: "" };

export function projectScope(project: number): Scope {
  return { level: "project", project, path: "" };
}

/** Whether it is the tests or the sources of a project, which no pattern of files tells: conventions know none. */
export function isRole({ level }: Scope): boolean {
  return level === "tests" || level === "sources";
}

/** Scopes from the widest to the one that `place` names: person, language, project, its directories, file. */
export function scopesOf({ language, project, path = "", isDirectory = false }: StylePlace): Scope[] {
  const scopes = [PERSON];
  if (language === undefined) return scopes;
  scopes.push(LANGUAGE);
  if (project === undefined) return scopes;
  scopes.push(projectScope(project));
  if (path === "") return scopes;
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    scopes.push({ level: "directory", project, path: path.slice(0, slash) });
  }
  scopes.push({ level: isDirectory ? "directory" : "file", project, path });
  return scopes;
}

/** Whether a file lies in a scope, as far as paths tell. */
export function isAround(scope: Scope, file: { readonly project: number | undefined; readonly path: string }): boolean {
  const { project, path } = scope;
  const isInProject = project === undefined || project === file.project;
  return isInProject && (path === "" || path === file.path || file.path.startsWith(`${path}/`));
}

/** Tells scopes of a language apart; short, as a key of maps. */
export function scopeKey(language: string | undefined, scope: Scope): string {
  return scope.level === "person" ? ANY : `${language ?? ANY}@${scopeName(scope)}`;
}

export function conventionId({ language, attribute, value, scope }: ConventionId): string {
  return `${scope.level === "person" ? ANY : (language ?? ANY)}/${attribute}=${value}@${scopeName(scope)}`;
}

/** Undefined for what is no id of a convention. */
export function parseConventionId(id: string): ConventionId | undefined {
  const parts = ID.exec(id);
  if (!parts) return undefined;
  const [, language, attribute, value, level, project, path = ""] = parts;
  const isInProject = level !== "person" && level !== "language";
  if (isInProject !== (project !== undefined)) return undefined;
  if (path === "" && (level === "directory" || level === "file")) return undefined;
  return {
    language: language === ANY ? undefined : language,
    attribute: attribute!,
    value: value!,
    scope: { level: level as Scope["level"], project: project === undefined ? undefined : Number(project), path },
  };
}

/** The part of an id that tells its scope: "directory:3:test/unit". */
export function scopeName({ level, project, path }: Scope): string {
  if (project === undefined) return level;
  return path === "" ? `${level}:${project}` : `${level}:${project}:${path}`;
}
