/** What the sidecar says about itself; the status bar is a pure function of it. */

export type Activity =
  | { readonly kind: "idle" }
  | { readonly kind: "indexing" | "downloading" | "loading"; readonly what: string; readonly percent: number }
  /** Something was just learned; `what` is a short phrase such as "kept: const user = …". */
  | { readonly kind: "learning"; readonly what: string }
  | { readonly kind: "paused" };

/** A part that does not work at present. Suggesting goes on without it. */
export interface Degradation {
  /** Which part: "store", "index", "scan", "retrieval", … */
  readonly part: string;
  readonly reason: string;
  /** What the user can do about it, as a sentence. */
  readonly action: string;
  /** The host, as `host:port`, that is not asked before the user consents. */
  readonly consentTo?: string;
}

export interface Status {
  readonly activity: Activity;
  readonly degraded: readonly Degradation[];
  readonly facts: {
    /** Engine that answers at present. */
    readonly engine: string;
    readonly dataFolder: string;
    /** Examples stored in all projects. */
    readonly examples: number;
    /** Files and tokens of the open projects that recall holds in memory. */
    readonly files: number;
    readonly tokens: number;
    /** Chunks the vector index can return. */
    readonly chunks: number;
    /** Suggestions shown and accepted in the last seven days. */
    readonly shownThisWeek: number;
    readonly acceptedThisWeek: number;
  };
}
