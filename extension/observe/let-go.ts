/**
 * Something was forgotten: of what this window follows that is let go, and the signals that wait are handed over, for the
 * sidecar to refuse what it is not to know any more. Also done when a sidecar starts: it may have happened meanwhile.
 */
import type { Followed, ForgottenResult } from "../../protocol/ledger.ts";

export interface LetGoDeps {
  readonly followed: () => readonly Followed[];
  readonly askForgotten: (followed: readonly Followed[]) => Promise<ForgottenResult>;
  readonly stopFollowing: (generationIds: readonly string[]) => Promise<void>;
  /** Sends all that waits. */
  readonly flush: () => Promise<void>;
}

/** Documents that one suggestion is asked about; more hold it in crumbs. */
const URIS_MAX = 100;

export async function letGo({ followed, askForgotten, stopFollowing, flush }: LetGoDeps): Promise<void> {
  const all = followed().map((one) => ({ ...one, uris: one.uris.slice(0, URIS_MAX) }));
  const { generationIds } = all.length === 0 ? { generationIds: [] } : await askForgotten(all);
  if (generationIds.length > 0) await stopFollowing(generationIds);
  await flush();
}
