/**
 * What VS Code's window shows, read from its page. These functions run in the browser: each is sent there as text and
 * can use nothing but its arguments and the page.
 */

/** The part of the DOM that is used here; the project is compiled without the browser's types. */
interface PageElement {
  readonly textContent: string;
  readonly style: { readonly top: string };
  readonly offsetParent: unknown;
  readonly inert: boolean;
  readonly dataset: Readonly<Record<string, string>>;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  cloneNode(deep: true): PageElement;
  remove(): void;
}
declare const document: Pick<PageElement, "querySelector" | "querySelectorAll">;
declare function requestIdleCallback(callback: () => void): void;

/** An entry of the palette, of quick open or of a quick pick. */
export interface Row {
  /** Position in the list, as the page names it. */
  readonly index: string;
  readonly label: string;
}

/** Lines on the screen, without ghost text. */
export function readLines(editorSelector: string): string {
  return [...document.querySelectorAll(`${editorSelector} .view-lines > .view-line`)]
    .sort((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top))
    .map((line) => {
      const copy = line.cloneNode(true);
      for (const ghost of copy.querySelectorAll(".ghost-text-decoration")) ghost.remove();
      return copy.textContent.replaceAll("\u00a0", " ").trimEnd();
    })
    .join("\n");
}

/** The suggestion at the cursor: one span per token in the first line, then whole lines. */
export function readGhostText(editorSelector: string): string {
  const textsOf = (selector: string) =>
    [...document.querySelectorAll(`${editorSelector} ${selector}`)].map((node) =>
      node.textContent.replaceAll("\u00a0", " "),
    );
  return [textsOf(".ghost-text-decoration").join(""), ...textsOf(".suggest-preview-text .view-line")]
    .join("\n")
    .trimEnd();
}

/** Rows of the open list; `undefined` while none is open. A list that fades out is inert and counts as closed. */
export function readRows(widgetSelector: string): Row[] | undefined {
  const widget = document.querySelector(widgetSelector);
  if (!widget || widget.offsetParent === null || widget.inert) return undefined;
  return [...widget.querySelectorAll(".monaco-list-row")].map((row) => ({
    index: row.dataset["index"] ?? "",
    label: (row.querySelector(".label-name")?.textContent ?? "").replaceAll("\u00a0", " ").trim(),
  }));
}

export function readText(selector: string): string {
  return (document.querySelector(selector)?.textContent ?? "").replaceAll("\u00a0", " ").trim();
}

/** Resolves when the page has done what it had put off until it has nothing else to do. */
export async function waitUntilIdle(): Promise<void> {
  // The second is called after what the first batch has put off in turn.
  for (let round = 0; round < 2; round++) await new Promise<void>((resolve) => requestIdleCallback(resolve));
}
