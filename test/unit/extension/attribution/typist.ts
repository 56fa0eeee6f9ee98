/**
 * A simulated developer with an editor that knows the true owner of every character: types, pastes, takes suggestions,
 * formats, moves, undoes, renames and changes branches, by dice. What the editor would have reported is recorded.
 */
import { diffAsEdit } from "../../../../text/edit.ts";
import { createDice } from "../../text/dice.ts";
import type { Dice } from "../../text/dice.ts";
import type { Event, TrueOwner } from "./recording.ts";

interface Char {
  /** One UTF-16 code unit. */
  readonly unit: string;
  readonly owner: TrueOwner;
}

type Splice = readonly [offset: number, deleted: number, inserted: readonly Char[]];

interface Page {
  uri: string;
  chars: readonly Char[];
  /** States before each undoable step, and those that were undone. */
  undo: (readonly Char[])[];
  redo: (readonly Char[])[];
}

const NAMES = ["user", "order", "price", "total", "items", "index", "result", "größe", "名前", "cart", "page", "limit"];
const CHECK_EVERY = 6;

export interface Session {
  readonly events: readonly Event[];
  /** Changes of documents that the editor reported. */
  readonly edits: number;
  /** How often each kind of action was taken. */
  readonly actions: ReadonlyMap<string, number>;
}

/** Records a session of `steps` actions. */
export function recordSession(seed: number, steps: number): Session {
  return new Typist(createDice(seed)).work(steps);
}

class Typist {
  readonly #dice: Dice;
  readonly #eol: string;
  readonly #events: Event[] = [];
  readonly #pages: Page[] = [];
  readonly #actions = new Map<string, number>();
  #ids = 0;
  #files = 0;
  #edits = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#eol = dice.pick(["\n", "\r\n"]);
  }

  work(steps: number): Session {
    for (let count = 0; count < 3; count++) this.#create();
    const actions = [
      ...["accept", "accept", "accept", "type", "type", "type", "delete", "paste", "cursors"],
      ...["format", "undo", "undo", "redo", "move", "line", "between", "rename", "branch", "reopen", "restart", "name"],
    ] as const;
    for (let step = 0; step < steps; step++) {
      const action = this.#dice.pick(actions);
      this.#actions.set(action, (this.#actions.get(action) ?? 0) + 1);
      this.#act(action, this.#dice.pick(this.#pages));
      this.#events.push({ kind: "wait", ms: this.#dice.pick([50, 400, 2_000, 9_000]) });
      if (step % CHECK_EVERY === CHECK_EVERY - 1) this.#check();
    }
    this.#check();
    return { events: this.#events, edits: this.#edits, actions: this.#actions };
  }

  #act(action: string, page: Page): void {
    const dice = this.#dice;
    switch (action) {
      case "accept":
        this.#accept(page);
        break;
      case "type":
        this.#type(page);
        break;
      case "delete":
        this.#delete(page);
        break;
      case "paste":
        this.#step(page, [[this.#place(page), 0, this.#write(this.#code(1 + dice.below(4)), "")]]);
        break;
      case "cursors":
        this.#cursors(page);
        break;
      case "format":
        this.#format(page);
        this.#events.push({ kind: "save", uri: page.uri });
        break;
      case "undo":
        this.#travel(page, page.undo, page.redo, "undo");
        break;
      case "redo":
        this.#travel(page, page.redo, page.undo, "redo");
        break;
      case "move":
        this.#move(page, page);
        break;
      case "between":
        this.#move(page, dice.pick(this.#pages.filter((other) => other !== page)));
        break;
      case "line":
        this.#moveLine(page);
        break;
      case "rename":
        this.#rename(page);
        break;
      case "branch":
        this.#branch(page);
        break;
      case "reopen":
        this.#events.push({ kind: "close", uri: page.uri }, { kind: "wait", ms: 3_000 });
        this.#events.push({ kind: "open", uri: page.uri, content: textOf(page.chars) });
        Object.assign(page, { undo: [], redo: [] });
        break;
      case "restart":
        this.#events.push({ kind: "restart" });
        // What the editor can undo after that nobody has seen.
        for (const each of this.#pages) Object.assign(each, { undo: [], redo: [] });
        break;
      default:
        this.#renameSymbol(page);
        break;
    }
  }

  #create(): void {
    const uri = `file:///w/src/file${String(++this.#files)}.ts`;
    const chars = this.#write(this.#code(8), "-");
    this.#pages.push({ uri, chars, undo: [], redo: [] });
    this.#events.push({ kind: "open", uri, content: textOf(chars) });
  }

  #accept(page: Page): void {
    const lines = 1 + this.#dice.below(5);
    const text = this.#code(lines).slice(0, -this.#eol.length);
    const id = `m${String(++this.#ids)}`;
    const at = lineEnd(page.chars, this.#place(page));
    const lead = this.#write(this.#eol, "");
    this.#step(page, [[at, 0, lead]]);
    const start = at + lead.length;
    this.#events.push({ kind: "accept", uri: page.uri, at: start, text, id });
    this.#edits++;
    this.#remember(page);
    page.chars = splice(page.chars, [start, 0, this.#write(text, id)]);
  }

  /** Each character is a change of its own; they are undone together. */
  #type(page: Page): void {
    const dice = this.#dice;
    const text = dice.chance(0.1) ? "😀" : `${dice.pick(NAMES)}${dice.pick([".", "(", " + ", ""])}${dice.pick(NAMES)}`;
    let at = this.#place(page);
    this.#remember(page);
    for (const character of text) {
      const inserted = this.#write(character, "");
      this.#change(page, [[at, 0, inserted]]);
      at += inserted.length;
    }
  }

  #delete(page: Page): void {
    const at = this.#place(page);
    const end = safe(page.chars, Math.min(page.chars.length, at + 1 + this.#dice.below(12)));
    this.#step(page, [[at, end - at, []]]);
  }

  /** Several cursors write the same, or replace a few characters; the editor reports the last of them first. */
  #cursors(page: Page): void {
    const text = this.#write(this.#dice.pick(NAMES), "");
    const places = [...new Set(Array.from({ length: 2 + this.#dice.below(4) }, () => this.#place(page)))];
    const descending = places.sort((left, right) => right - left);
    this.#step(
      page,
      descending.map((at) => [at, 0, text] as const),
    );
  }

  /** White space alone: indentation and spaces around "=", as edits of lines or as one rewrite. */
  #format(page: Page): void {
    const before = textOf(page.chars);
    const indent = this.#dice.pick(["  ", "    ", "\t"]);
    const spaced = this.#dice.chance(0.5);
    const after = before
      .split(this.#eol)
      .map((line) => {
        const lead = /^[ \t]*/u.exec(line)![0];
        const solid = line.slice(lead.length);
        const depth = solid === "" ? 0 : Math.min(2, lead.length);
        return indent.repeat(depth) + (spaced ? solid.replaceAll(/ *= */gu, " = ") : solid.replaceAll(/ *= */gu, "="));
      })
      .join(this.#eol);
    if (after === before) return;
    const chars = reflow(page.chars, after);
    this.#remember(page);
    const edits: (readonly [number, number, string])[] = [];
    if (this.#dice.chance(0.4)) {
      edits.push([0, before.length, after]);
    } else {
      const oldLines = before.split(this.#eol);
      const newLines = after.split(this.#eol);
      let end = before.length;
      for (let line = oldLines.length - 1; line >= 0; line--) {
        const start = end - oldLines[line]!.length;
        const { offset, deleted, inserted } = diffAsEdit(oldLines[line]!, newLines[line]!);
        if (deleted > 0 || inserted !== "") edits.push([start + offset, deleted, inserted]);
        end = start - this.#eol.length;
      }
    }
    this.#tell(page, edits, "edit");
    page.chars = chars;
  }

  #travel(page: Page, from: (readonly Char[])[], to: (readonly Char[])[], cause: "undo" | "redo"): void {
    const target = from.pop();
    if (!target) return;
    to.push(page.chars);
    const { offset, deleted, inserted } = diffAsEdit(textOf(page.chars), textOf(target));
    if (deleted > 0 || inserted !== "") this.#tell(page, [[offset, deleted, inserted]], cause);
    page.chars = target;
  }

  /** Cut and paste of some lines; what is pasted may be indented anew. */
  #move(from: Page, to: Page): void {
    const dice = this.#dice;
    const start = lineStart(from.chars, this.#place(from));
    let end = start;
    for (let lines = 1 + dice.below(3); lines > 0; lines--) end = nextLine(from.chars, end);
    const cut = from.chars.slice(start, end);
    if (textOf(cut).trim() === "") return;
    this.#step(from, [[start, end - start, []]]);
    this.#events.push({ kind: "wait", ms: dice.pick([300, 3_000, 20_000]) });
    const at = lineStart(to.chars, this.#place(to));
    const pasted = dice.chance(0.3) ? [...this.#write("  ", "?"), ...cut] : cut;
    this.#step(to, [[at, 0, pasted]]);
  }

  /** The editor moves the neighbour of the chosen line, in one change. */
  #moveLine(page: Page): void {
    const start = lineStart(page.chars, this.#place(page));
    const middle = nextLine(page.chars, start);
    const end = nextLine(page.chars, middle);
    if (middle === start || end === middle || !textOf(page.chars.slice(middle, end)).endsWith(this.#eol)) return;
    const above = page.chars.slice(start, middle);
    const below = page.chars.slice(middle, end);
    this.#step(
      page,
      this.#dice.chance(0.5)
        ? [
            [middle, end - middle, []],
            [start, 0, below],
          ]
        : [
            [end, 0, above],
            [start, middle - start, []],
          ],
    );
  }

  #rename(page: Page): void {
    const to = `file:///w/src/file${String(++this.#files)}.ts`;
    this.#events.push({ kind: "rename", from: page.uri, to, isToldFirst: this.#dice.chance(0.5) });
    Object.assign(page, { uri: to, undo: [], redo: [] });
  }

  /** Another branch has the document without some lines, and others' lines; then the first one is there again. */
  #branch(page: Page): void {
    const here = textOf(page.chars);
    const there = here
      .split(this.#eol)
      .filter((_, line) => line % 3 !== 0)
      .concat(this.#code(2))
      .join(this.#eol);
    this.#reload(page, here, there);
    this.#events.push({ kind: "wait", ms: this.#dice.pick([2_000, 60_000]) });
    this.#reload(page, there, here);
    Object.assign(page, { undo: [], redo: [] });
  }

  #reload(page: Page, before: string, after: string): void {
    const { offset, deleted, inserted } = diffAsEdit(before, after);
    this.#tell(page, [[offset, deleted, inserted]], "reload");
  }

  /** A name gets another one wherever it stands, by the language's tools. */
  #renameSymbol(page: Page): void {
    const name = this.#dice.pick(NAMES);
    const text = this.#write(`${this.#dice.pick(["my", "the", "new"])}${String(this.#dice.below(90))}`, "");
    const places = [...textOf(page.chars).matchAll(new RegExp(`(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`, "gu"))];
    if (places.length === 0) return;
    this.#step(
      page,
      places.reverse().map(({ index }) => [index, name.length, text] as const),
    );
  }

  #step(page: Page, splices: readonly Splice[]): void {
    this.#remember(page);
    this.#change(page, splices);
  }

  #remember(page: Page): void {
    page.undo.push(page.chars);
    page.redo = [];
  }

  #change(page: Page, splices: readonly Splice[]): void {
    this.#tell(
      page,
      splices.map(([offset, deleted, inserted]) => [offset, deleted, textOf(inserted)] as const),
      "edit",
    );
    for (const one of splices) page.chars = splice(page.chars, one);
  }

  #tell(
    page: Page,
    edits: readonly (readonly [number, number, string])[],
    cause: "edit" | "undo" | "redo" | "reload",
  ): void {
    this.#events.push({ kind: "change", uri: page.uri, edits, cause });
    this.#edits++;
  }

  #check(): void {
    const truth: Record<string, [number, TrueOwner][]> = {};
    for (const { uri, chars } of this.#pages) {
      const runs: [number, TrueOwner][] = [];
      for (const { owner } of chars) {
        const last = runs.at(-1);
        if (last?.[1] === owner) last[0]++;
        else runs.push([1, owner]);
      }
      truth[uri] = runs;
    }
    this.#events.push({ kind: "check", truth });
  }

  /** A place where a cursor can be. */
  #place(page: Page): number {
    return safe(page.chars, this.#dice.below(page.chars.length + 1));
  }

  #write(text: string, owner: TrueOwner): Char[] {
    return Array.from({ length: text.length }, (_, index) => ({ unit: text.charAt(index), owner }));
  }

  /** Lines of code that rarely repeat each other. */
  #code(lines: number): string {
    const dice = this.#dice;
    const line = (): string => {
      const indent = dice.pick(["", "  ", "  ", "    "]);
      const [a, b, c] = [dice.pick(NAMES), dice.pick(NAMES), dice.pick(NAMES)];
      const number = String(dice.below(1_000));
      return (
        indent +
        dice.pick([
          `const ${a}${number} = ${b}.${c}(${number});`,
          `if (${a} === ${b}) {`,
          `return ${a}.map((${b}) => ${b}.${c} + ${number});`,
          `}`,
          `// ${a} of ${b} ${number} 😀`,
          `${a}.${b}("${c}", ${number});`,
          ``,
        ])
      );
    };
    return Array.from({ length: lines }, () => line() + this.#eol).join("");
  }
}

function textOf(chars: readonly Char[]): string {
  return chars.map(({ unit }) => unit).join("");
}

function splice(chars: readonly Char[], [offset, deleted, inserted]: Splice): readonly Char[] {
  return [...chars.slice(0, offset), ...inserted, ...chars.slice(offset + deleted)];
}

/** Not inside a line end or a surrogate pair. */
function safe(chars: readonly Char[], offset: number): number {
  const before = chars[offset - 1]?.unit ?? "";
  const isCut = (before === "\r" && chars[offset]?.unit === "\n") || /[\uD800-\uDBFF]/.test(before);
  return isCut ? offset - 1 : offset;
}

function lineStart(chars: readonly Char[], offset: number): number {
  let start = offset;
  while (start > 0 && chars[start - 1]!.unit !== "\n") start--;
  return start;
}

function lineEnd(chars: readonly Char[], offset: number): number {
  let end = offset;
  while (end < chars.length && chars[end]!.unit !== "\n" && chars[end]!.unit !== "\r") end++;
  return end;
}

function nextLine(chars: readonly Char[], offset: number): number {
  let end = offset;
  while (end < chars.length && chars[end]!.unit !== "\n") end++;
  return Math.min(chars.length, end + 1);
}

/** The characters of `text`, which differs in white space alone; of new white space nobody can say whose it is. */
function reflow(chars: readonly Char[], text: string): readonly Char[] {
  const result: Char[] = [];
  let from = 0;
  for (const unit of text.split("")) {
    while (chars[from] && chars[from]!.unit !== unit && /\s/u.test(chars[from]!.unit)) from++;
    if (chars[from]?.unit === unit) result.push(chars[from++]!);
    else result.push({ unit, owner: "?" });
  }
  return result;
}
