/** Learning is paused, and resumed in the mode that it was in. */
import type { LearningMode } from "../protocol/settings.ts";
import { writeSetting } from "./write-setting.ts";

const SETTING = "learning.mode";
const PAUSED_MODE = "tacit.pausedMode";

export interface PauseDeps {
  readonly mode: () => LearningMode;
  /** Outlives the window. */
  readonly state: {
    get(key: string): unknown;
    update(key: string, value: unknown): PromiseLike<void>;
  };
}

export async function pauseLearning({ mode, state }: PauseDeps): Promise<void> {
  const before = mode();
  if (before !== "off") await state.update(PAUSED_MODE, before);
  await writeSetting(SETTING, "off" satisfies LearningMode);
}

export async function resumeLearning({ state }: PauseDeps): Promise<void> {
  const before: LearningMode = state.get(PAUSED_MODE) === "active" ? "active" : "passive";
  await writeSetting(SETTING, before);
}
