import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface SimulationArguments {
  readonly seeds: number;
  /** The first seed; the others follow it. */
  readonly seed: number;
  /** Tells the story of the run, whatever came of it. */
  readonly tellsStory: boolean;
  /** Only a run that breaks this ends it (a part of the line that tells it); undefined = any that is broken. */
  readonly until: string | undefined;
}

const SEED_MAX = 2 ** 31 - 1;
const SEEDS_DEFAULT = 2_000;

/** `[--seeds N] [--seed S] [--until TEXT]`; with a seed and no number it is that one, and its story. @throws Error in words for the user */
export function readArguments(args: readonly string[]): SimulationArguments {
  const { values } = parseArgs({
    args: [...args],
    options: { seeds: { type: 'string' }, seed: { type: 'string' }, until: { type: 'string' } },
  });
  const { seeds, seed, until } = values;
  return {
    seeds: seeds === undefined ? (seed === undefined ? SEEDS_DEFAULT : 1) : wholeNumber('seeds', seeds, 1),
    seed: seed === undefined ? randomInt(SEED_MAX) : wholeNumber('seed', seed, 0),
    tellsStory: seed !== undefined && seeds === undefined,
    until,
  };
}

function wholeNumber(name: string, text: string, min: number): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number >= min && number <= SEED_MAX) return number;
  throw new Error(`--${name} ${text}: write a whole number from ${min} to ${SEED_MAX}`);
}
