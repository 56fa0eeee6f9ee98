/** A formatter that a project has chosen and that is at hand, as the rest of the sidecar sees it: text in, text out. */
export interface Formatter {
  /** As people call it, e.g. "Prettier". */
  readonly name: string;
  /** The file that configures it, relative to the project. */
  readonly config: string;
  /**
   * Lays out a text as if it stood in the file at this absolute path, which is neither read nor written. Throws a
   * SidecarError where the formatter does not work at all.
   */
  format(path: string, text: string, signal: AbortSignal): Promise<FormatAnswer>;
  /** Ends what runs; a text that comes later starts it again. */
  close(): void;
}

export type FormatAnswer =
  | { readonly kind: "formatted"; readonly text: string }
  /** The project has this file left alone. */
  | { readonly kind: "ignored" }
  /** It would not take this text; `reason` holds nothing of it. */
  | { readonly kind: "refused"; readonly reason: string };
