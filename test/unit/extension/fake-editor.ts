/**
 * An editor with one document per URI for the tracker's tests: it applies changes as VS Code does, reports them in the
 * same order (change, selection, command), and keeps the time. Buffers are drawn with "▮" as the cursor.
 */
import assert from "node:assert/strict";
import type { DiagnosticCounts, Signal } from "../../../protocol/signals.ts";
import { withEol } from "../../../extension/observe/document.ts";
import type { DocumentView } from "../../../extension/observe/document.ts";
import { Tracker } from "../../../extension/observe/tracker.ts";
import type { ChangeCause } from "../../../extension/observe/accepted.ts";
import { applyEdit, diffAsEdit } from "../../../text/edit.ts";
import type { Edit } from "../../../text/edit.ts";

export const URI = "file:///w/a.ts";

export class FakeDocument implements DocumentView {
  readonly uri: string;
  readonly languageId = "typescript";
  content: string;

  constructor(uri: string, content: string) {
    this.uri = uri;
    this.content = content;
  }

  get eol(): "\n" | "\r\n" {
    return this.content.includes("\r\n") ? "\r\n" : "\n";
  }

  get length(): number {
    return this.content.length;
  }

  text(): string {
    return this.content;
  }

  slice(start: number, end: number): string {
    return this.content.slice(start, end);
  }

  line(line: number): string {
    return this.content.split(/\r?\n/u)[line] ?? "";
  }

  positionAt(offset: number): { line: number; character: number } {
    const before = this.content.slice(0, offset);
    return { line: before.split("\n").length - 1, character: offset - (before.lastIndexOf("\n") + 1) };
  }
}

export interface OfferOptions {
  readonly id?: string;
  /** Characters before the cursor that accepting replaces; the suggestion repeats them. */
  readonly typed?: number;
  /** Characters behind the cursor that accepting replaces. */
  readonly behind?: number;
  /** Further suggestions of the same answer, by id. */
  readonly others?: Readonly<Record<string, string>>;
  readonly hasWidget?: boolean;
}

export class FakeEditor {
  readonly signals: Signal[] = [];
  readonly documents = new Map<string, FakeDocument>();
  readonly tracker: Tracker;
  now = 1_000_000;
  cursor: number;
  uri = URI;
  diagnostics: DiagnosticCounts = { errors: 0, warnings: 0 };
  readonly diagnosedLines: string[] = [];
  settleMs = 10_000;
  #ids = 0;

  constructor(drawing: string) {
    this.cursor = Math.max(drawing.indexOf("▮"), 0);
    this.documents.set(URI, new FakeDocument(URI, drawing.replace("▮", "")));
    this.tracker = new Tracker({
      now: () => this.now,
      createId: () => `s${String(++this.#ids)}`,
      emit: (signal) => this.signals.push(signal),
      document: (uri) => this.documents.get(uri),
      diagnostics: (uri, first, last) => {
        this.diagnosedLines.push(`${uri.slice(-4)}:${String(first)}-${String(last)}`);
        return this.diagnostics;
      },
      settleMs: () => this.settleMs,
    });
  }

  get document(): FakeDocument {
    return this.documents.get(this.uri)!;
  }

  /** The engine answers at the cursor; `text` is what is new. */
  offer(text: string, options: OfferOptions = {}): void {
    const { id = "g1", typed = 0, behind = 0, others = {}, hasWidget = false } = options;
    const range = { start: this.cursor - typed, end: this.cursor + behind };
    const before = this.document.slice(range.start, this.cursor);
    const items = Object.entries({ [id]: text, ...others }).map(([itemId, itemText]) => ({
      info: { id: itemId, engine: "recall", proposer: "copier" },
      insertText: before + itemText,
      range,
    }));
    this.tracker.offered(this.document, this.cursor, items, hasWidget);
  }

  offerNothing(): void {
    this.tracker.offered(this.document, this.cursor, []);
  }

  /** Time passes; what is due happens when it is due. */
  wait(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (let rounds = 0; ; rounds++) {
      assert.ok(rounds < 10_000, "the tracker always has something due at once");
      const at = this.tracker.nextAt();
      if (at === undefined || at > end) break;
      this.now = Math.max(this.now, at);
      this.tracker.tick();
    }
    this.now = end;
  }

  /** One change with several edits, each relative to what its predecessors left. */
  change(edits: readonly Edit[], cause: ChangeCause = "edit"): void {
    for (const edit of edits) this.document.content = applyEdit(this.document.content, edit);
    this.tracker.changed(this.document, edits, cause);
  }

  edit(offset: number, deleted: number, inserted: string, cause: ChangeCause = "edit"): void {
    this.change([{ offset, deleted, inserted: withEol(inserted, this.document.eol) }], cause);
  }

  /** Inserts at the cursor at once, as a partial accept, a paste or a typed character does. */
  insert(text: string): void {
    const inserted = withEol(text, this.document.eol);
    this.edit(this.cursor, 0, inserted);
    this.moveTo(this.cursor + inserted.length);
  }

  /** Types character by character, 50 ms apart. */
  type(text: string): void {
    for (const character of text) {
      this.insert(character);
      this.wait(50);
    }
  }

  backspace(count = 1): void {
    for (let done = 0; done < count; done++) {
      this.edit(this.cursor - 1, 1, "");
      this.moveTo(this.cursor - 1);
      this.wait(50);
    }
  }

  moveTo(offset: number): void {
    this.cursor = offset;
    this.tracker.selected(this.uri, offset);
  }

  /** Tab: the editor inserts what is left (and replaces `behind`), moves the cursor, then runs the command. */
  tab(rest: string, options: { id?: string; behind?: number } = {}): void {
    const inserted = withEol(rest, this.document.eol);
    this.edit(this.cursor, options.behind ?? 0, inserted);
    this.moveTo(this.cursor + inserted.length);
    this.command(options.id);
  }

  command(id = "g1"): void {
    this.tracker.accepted({ id, engine: "recall", proposer: "copier" });
  }

  /** Our key for the next word or line, which brings `piece`. */
  key(extent: "word" | "line", piece: string, options: { completes?: string } = {}): void {
    this.tracker.requested(extent);
    this.insert(piece);
    if (options.completes) this.command(options.completes);
    this.tracker.requestDone();
  }

  /** Text is moved by the clipboard: what was cut. */
  cut(offset: number, length: number): string {
    const text = this.document.slice(offset, offset + length);
    this.edit(offset, length, "");
    return text;
  }

  /** The document is changed on disk and read again: the editor replaces what differs by whole lines. */
  reload(content: string): void {
    const edit = diffAsEdit(this.document.content, content);
    if (edit.deleted > 0 || edit.inserted !== "") this.change([edit], "reload");
  }

  /** Another document is in front. */
  show(uri: string, drawing?: string): void {
    if (drawing !== undefined && !this.documents.has(uri)) {
      this.documents.set(uri, new FakeDocument(uri, drawing));
      this.tracker.opened(this.documents.get(uri)!);
    }
    this.uri = uri;
    this.moveTo(0);
  }

  close(): void {
    const { uri } = this;
    this.tracker.closed(uri);
    this.documents.delete(uri);
  }

  open(uri: string, drawing: string): void {
    this.documents.set(uri, new FakeDocument(uri, drawing.replace("▮", "")));
    this.uri = uri;
    this.moveTo(Math.max(drawing.indexOf("▮"), 0));
  }

  /** The signals so far, one line each. */
  get told(): string[] {
    return this.signals.map(tell);
  }

  /** The last signal of a kind. */
  last<K extends Signal["kind"]>(kind: K): Extract<Signal, { kind: K }> {
    const found = this.signals.findLast((signal): signal is Extract<Signal, { kind: K }> => signal.kind === kind);
    assert.ok(found, `no ${kind} signal`);
    return found;
  }
}

function tell(signal: Signal): string {
  const head = `${signal.kind} ${signal.generationId}`;
  switch (signal.kind) {
    case "shown":
      return head;
    case "accepted":
      return `${head} ${signal.extent} ${signal.via} ${String(signal.acceptedChars)}`;
    case "dismissed":
      return `${head} ${signal.reason}`;
    case "edited":
    case "settled":
      return `${head} ${JSON.stringify(signal.text)}`;
    case "undone":
    case "snoozed":
      return head;
    case "survived":
      return `${head} ${signal.moment}${signal.text === undefined ? "" : ` ${JSON.stringify(signal.text)}`}`;
    case "diagnostics":
      return `${head} ${signal.phase}`;
    case "rated":
      return `${head} ${signal.rating}`;
    case "ran":
      return `${head} ${signal.label}: ${signal.isOk ? "ok" : "failed"}, ${signal.turn}`;
    case "committed":
      return `${head} ${signal.survivingLines}/${signal.lines} lines`;
    case "reverted":
      return `${head} ${signal.via}`;
    case "mended":
      return `${signal.kind} ${signal.symptom.message}`;
  }
}
