/** What is told of the model that is asked besides memory: its name, how far it is loaded, or what is wrong with it. */
import type { ModelHealth } from "./engine/choose.ts";
import type { Reading, StatusBoard } from "./status-board.ts";

/** The name of this part in the status. */
const PART = "model";

export class ModelStatus {
  readonly #board: Pick<StatusBoard, "degrade" | "restore" | "startLoading">;
  #loading: Reading | undefined;

  constructor(board: Pick<StatusBoard, "degrade" | "restore" | "startLoading">) {
    this.#board = board;
  }

  tell(health: ModelHealth): void {
    this.#tellFault(health);
    const percent = loadedPercent(health);
    if (percent === undefined) {
      this.#loading?.end();
      this.#loading = undefined;
      return;
    }
    this.#loading ??= this.#board.startLoading();
    this.#loading.tell("the model", percent);
  }

  #tellFault(health: ModelHealth): void {
    if (health.kind === "failing") {
      this.#board.degrade({ part: PART, reason: health.reason, action: health.action });
    } else if (health.kind === "needs-consent") {
      this.#board.degrade({
        part: PART,
        reason: `The model server ${health.host} is on another machine: nothing is sent to it before you agree.`,
        action: "“Tacit: Switch Model On or Off” asks you.",
        consentTo: health.host,
      });
    } else this.#board.restore(PART);
  }
}

/** The engines that answer at present, for people. */
export function engineNames(memory: string, health: ModelHealth): string {
  if (health.kind !== "ready") return memory;
  const backend = "state" in health && health.state.kind === "loaded" ? ` (${health.state.backend})` : "";
  return `${memory} and ${health.model}${backend}`;
}

/** 0..100; undefined where nothing is being loaded. */
function loadedPercent(health: ModelHealth): number | undefined {
  if (health.kind !== "ready" || !("state" in health) || health.state.kind !== "loading") return undefined;
  return health.state.percent;
}
