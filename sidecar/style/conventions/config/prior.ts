/** What a configuration file says about style: counted like a number of sites that agree with it. */

export interface ConfigPrior {
  readonly attribute: string;
  readonly value: string;
  /** As many agreeing sites as it is worth. */
  readonly weight: number;
  /** The file it comes from, relative to the project. */
  readonly source: string;
}

/** A setting somebody wrote down (ours): a hundred places in the code that say otherwise still outweigh it. */
export const WRITTEN_WEIGHT = 50;
/** A default of a tool that is in use. */
export const DEFAULT_WEIGHT = 20;
