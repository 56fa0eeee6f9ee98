/**
 * Reads plain values out of configuration text: JSON, with comments or in the manner of JavaScript, and object literals
 * of JavaScript modules. Nothing is ever run: what is no plain value reads as undefined.
 */
import { ConfigError } from "./prior.ts";

export type Literal = string | number | boolean | null | undefined | readonly Literal[] | LiteralObject;
export interface LiteralObject {
  readonly [name: string]: Literal;
}

/** Deeper nesting is no configuration. */
const DEPTH_MAX = 60;

/** The value that is the whole text: JSON, JSONC or JSON5. Throws a {@link ConfigError}. */
export function parseLiteral(text: string): Literal {
  const reader = new Reader(text);
  const value = reader.value(0);
  if (value === undefined || !reader.isAtEnd) throw new ConfigError("it is no JSON");
  return value;
}

/**
 * What a module exports by default, by `export default` or `module.exports =`, followed through one constant. Calls
 * (`defineConfig(…)`) read as the list of their arguments. Undefined where it is no literal.
 */
export function moduleLiteral(text: string): Literal {
  const start = /(?:^|\n)[ \t]*(?:export\s+default\b|module\.exports\s*=)\s*/.exec(text);
  if (!start) return undefined;
  const at = start.index + start[0].length;
  const name = /^([A-Za-z_$][\w$]*)\s*(?:;|$)/m.exec(text.slice(at, at + 200))?.[1];
  if (name === undefined) return new Reader(text, at).value(0);
  const escaped = name.replaceAll("$", "\\$&");
  const declared = new RegExp(`(?:^|\\n)[ \\t]*(?:const|let|var)\\s+${escaped}\\s*(?::[^=\\n]*)?=\\s*`).exec(text);
  return declared ? new Reader(text, declared.index + declared[0].length).value(0) : undefined;
}

/** The members of an object; none of anything else. */
export function membersOf(value: Literal): LiteralObject {
  return typeof value === "object" && value !== null && !isList(value) ? value : {};
}

/** Strings, numbers and switches as text; "" for all else. */
export function wordOf(value: Literal): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}

export function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

/** The value at a path of members, e.g. "formatter.lineWidth". */
export function memberAt(value: Literal, path: string): Literal {
  return path.split(".").reduce<Literal>((inner, name) => membersOf(inner)[name], value);
}

class Reader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at = text.startsWith("\ufeff") ? 1 : 0) {
    this.#text = text;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    this.#skipBlank();
    return this.#at >= this.#text.length;
  }

  value(depth: number): Literal {
    if (depth > DEPTH_MAX) throw new ConfigError("it is nested too deeply");
    this.#skipBlank();
    const mark = this.#text[this.#at];
    if (mark === "{") return this.#object(depth);
    if (mark === "[") return this.#list(depth, "]");
    if (mark === '"' || mark === "'" || mark === "`") return this.#string(mark);
    const word = /^(?:[-+]?(?:0[xX][\da-fA-F]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|[A-Za-z_$][\w$.]*)/.exec(
      this.#text.slice(this.#at, this.#at + 200),
    )?.[0];
    if (word === undefined) return undefined;
    this.#at += word.length;
    if (/^[-+.\d]/.test(word)) return Number(word.replaceAll("_", ""));
    this.#skipBlank();
    if (this.#text[this.#at] === "(") return this.#list(depth, ")");
    return word === "true" ? true : word === "false" ? false : word === "null" ? null : undefined;
  }

  #object(depth: number): LiteralObject {
    const members: Record<string, Literal> = {};
    this.#at++;
    for (;;) {
      this.#skipBlank();
      if (this.#take("}")) return members;
      const name = this.#name(depth);
      this.#skipBlank();
      const value = name !== undefined && this.#take(":") ? this.value(depth + 1) : undefined;
      // `__proto__` would not become a member of its own.
      if (name !== undefined && value !== undefined && name !== "__proto__") members[name] = value;
      this.#skipTo("}");
    }
  }

  /** Undefined where a member has no plain name: spreads, computed names. */
  #name(depth: number): string | undefined {
    const mark = this.#text[this.#at];
    if (mark === '"' || mark === "'") return this.#string(mark);
    if (mark === "[") {
      this.#list(depth + 1, "]");
      return undefined;
    }
    const word = /^[\w$-]+/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    this.#at += word?.length ?? 0;
    return word;
  }

  #list(depth: number, closer: "]" | ")"): Literal[] {
    const values: Literal[] = [];
    this.#at++;
    for (;;) {
      this.#skipBlank();
      if (this.#take(closer)) return values;
      const isSpread = this.#text.startsWith("...", this.#at);
      const value = isSpread ? undefined : this.value(depth + 1);
      values.push(value);
      this.#skipTo(closer);
    }
  }

  #string(mark: string): string | undefined {
    let value = "";
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text[at]!;
      if (char === mark) {
        this.#at = at + 1;
        return mark === "`" && value.includes("${") ? undefined : value;
      }
      if (char === "\n" && mark !== "`") break;
      if (char === "\\") {
        at++;
        value += ESCAPES[this.#text[at] ?? ""] ?? this.#text[at] ?? "";
      } else value += char;
    }
    throw new ConfigError("a string has no end");
  }

  #take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  /** Past the comma behind what was read, or to the closer: over whatever else stands there. */
  #skipTo(closer: string): void {
    const open: string[] = [];
    for (;;) {
      this.#skipBlank();
      const mark = this.#text[this.#at];
      if (mark === undefined) throw new ConfigError("a bracket is not closed");
      if (open.length === 0 && mark === closer) return;
      if (open.length === 0 && mark === ",") {
        this.#at++;
        return;
      }
      if (mark === '"' || mark === "'" || mark === "`") {
        this.#string(mark);
        continue;
      }
      if ("([{".includes(mark)) open.push(mark);
      else if (")]}".includes(mark) && open.pop() === undefined)
        throw new ConfigError("a bracket is closed that was not opened");
      if (open.length > DEPTH_MAX) throw new ConfigError("it is nested too deeply");
      this.#at++;
    }
  }

  #skipBlank(): void {
    for (;;) {
      const blank = BLANK.exec(this.#text.slice(this.#at, this.#at + 2))?.[0];
      if (blank === undefined) return;
      if (blank === "//") this.#at = endOf(this.#text, "\n", this.#at);
      else if (blank === "/*") this.#at = endOf(this.#text, "*/", this.#at + 2);
      else this.#at++;
    }
  }
}

const BLANK = /^(?:\s|\ufeff|\/\/|\/\*)/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "\n": "" };

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}
