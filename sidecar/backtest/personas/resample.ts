/**
 * The bootstrap: how far the figures could have come out otherwise had other files been drawn. Files are drawn with all
 * their events, since events of one file say much the same.
 */
import { createRandom } from "../../base/random.ts";
import { type Interval, RESAMPLES } from "../bootstrap.ts";
import { isHarmed, share } from "./figures.ts";
import type { EventResult } from "./run.ts";

/** Each with the sums that it is a quotient of. */
const MEASURES = {
  ratio: [({ cost }: EventResult) => cost.chars, ({ raw }: EventResult) => raw.chars],
  ratioTokens: [({ cost }: EventResult) => cost.tokens, ({ raw }: EventResult) => raw.tokens],
  ratioNoIndent: [({ cost }: EventResult) => cost.noIndent, ({ raw }: EventResult) => raw.noIndent],
  harmPer1000Lines: [(event: EventResult) => (isHarmed(event) ? 1000 : 0), ({ lines }: EventResult) => lines],
} as const;

export type Measure = keyof typeof MEASURES;

/** Of each measure one quotient per resample, as its two sums. */
export type Resamples = Readonly<Record<Measure, { readonly part: Float64Array; readonly whole: Float64Array }>>;

/** `events` of all runs of one persona; the same seed draws the same files. */
export function resample(events: readonly EventResult[], seed: number, rounds = RESAMPLES): Resamples {
  const names = Object.keys(MEASURES) as Measure[];
  const columns = names.flatMap((name) => MEASURES[name]);
  const files = new Map<string, Float64Array>();
  for (const result of events) {
    const sums = files.get(result.event.path) ?? new Float64Array(columns.length);
    files.set(result.event.path, sums);
    columns.forEach((read, column) => (sums[column]! += read(result)));
  }
  const clusters = [...files.values()];
  const totals = columns.map(() => new Float64Array(rounds));
  const random = createRandom(seed);
  for (let round = 0; round < rounds; round++) {
    for (let draw = 0; draw < clusters.length; draw++) {
      const sums = clusters[Math.floor(random() * clusters.length)]!;
      for (let column = 0; column < sums.length; column++) totals[column]![round]! += sums[column]!;
    }
  }
  return Object.fromEntries(
    names.map((name, index) => [name, { part: totals[2 * index]!, whole: totals[2 * index + 1]! }]),
  ) as unknown as Resamples;
}

/** The interval of one persona's measure. */
export function intervalOf({ part, whole }: Resamples[Measure]): Interval {
  return middleOf(Float64Array.from(part, (value, round) => share(value, whole[round]!)));
}

/** The interval of the mean over personas, each drawn by itself. */
export function intervalOfMean(personas: readonly Resamples[Measure][]): Interval {
  const rounds = personas[0]?.part.length ?? 0;
  return middleOf(
    Float64Array.from({ length: rounds }, (_, round) => {
      const sum = personas.reduce((total, { part, whole }) => total + share(part[round]!, whole[round]!), 0);
      return sum / personas.length;
    }),
  );
}

/** The interval of the quotient of the sums of all personas. */
export function intervalOfPool(personas: readonly Resamples[Measure][]): Interval {
  const rounds = personas[0]?.part.length ?? 0;
  const sum = (read: (persona: Resamples[Measure]) => Float64Array, round: number): number =>
    personas.reduce((total, persona) => total + read(persona)[round]!, 0);
  return middleOf(
    Float64Array.from({ length: rounds }, (_, round) =>
      share(
        sum((persona) => persona.part, round),
        sum((persona) => persona.whole, round),
      ),
    ),
  );
}

/** 2.5 % and 97.5 % of the resamples lie below. */
function middleOf(sample: Float64Array): Interval {
  if (sample.length === 0) return [NaN, NaN];
  const sorted = sample.sort();
  return [sorted[Math.floor(0.025 * sorted.length)]!, sorted[Math.ceil(0.975 * sorted.length) - 1]!];
}
