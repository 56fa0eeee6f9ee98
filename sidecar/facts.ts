/** Figures that the status tells: counted anew now and then, not with every change of it. */
import type { Status } from "../protocol/status.ts";
import type { Recall } from "./engine/recall/recall.ts";
import { countChunks } from "./store/chunks.ts";
import type { Database } from "./store/database.ts";
import { countExamples } from "./store/examples.ts";
import { countShownAndAccepted } from "./store/signals.ts";
import type { OpenProject } from "./workspace.ts";

const AGE_MS_MAX = 2000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export interface FactsDeps {
  readonly database: Database;
  readonly recall: Recall;
  readonly dataFolder: string;
  readonly projects: () => readonly OpenProject[];
  /** Names of the engines that answer. */
  readonly engines: () => string;
  /** The store could not be read. */
  readonly onFault: (error: unknown) => void;
}

export class Facts {
  readonly #deps: FactsDeps;
  #last: Status["facts"] | undefined;
  /** When it was counted; undefined where it has changed since. */
  #countedAt: number | undefined;

  constructor(deps: FactsDeps) {
    this.#deps = deps;
  }

  /** As they are now, or were a moment ago. */
  read(now: number): Status["facts"] {
    if (this.#last && this.#countedAt !== undefined && Math.abs(now - this.#countedAt) < AGE_MS_MAX) return this.#last;
    try {
      this.#last = this.#count(now);
    } catch (error) {
      // Figures are not worth failing for: the last ones stand, and the status says why.
      this.#deps.onFault(error);
      this.#last ??= { ...NONE, engine: this.#deps.engines(), dataFolder: this.#deps.dataFolder };
    }
    this.#countedAt = now;
    return this.#last;
  }

  /** They have changed. */
  changed(): void {
    this.#countedAt = undefined;
  }

  #count(now: number): Status["facts"] {
    const { database, recall, dataFolder, projects, engines } = this.#deps;
    const { files, tokens } = recall.stats;
    const { shown, accepted } = countShownAndAccepted(database, now - WEEK_MS);
    return {
      engine: engines(),
      dataFolder,
      examples: countExamples(database),
      files,
      tokens,
      chunks: projects().reduce((sum, { project }) => sum + countChunks(database, project.id), 0),
      shownThisWeek: shown,
      acceptedThisWeek: accepted,
    };
  }
}

const NONE = { examples: 0, files: 0, tokens: 0, chunks: 0, shownThisWeek: 0, acceptedThisWeek: 0 };
