import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface TortureArguments {
  readonly mode: string;
  /** Undefined = the mode's own default, unless one of the next two is said. */
  readonly rounds: number | undefined;
  readonly actions: number | undefined;
  readonly minutes: number | undefined;
  readonly seed: number;
  /** Where the report goes as JSON; undefined = nowhere. */
  readonly json: string | undefined;
  /** Where each fault and each violation goes as it happens; undefined = among the temporary files. */
  readonly log: string | undefined;
}

const SEED_MAX = 2 ** 31 - 1;

/**
 * `MODE [--rounds N] [--actions N] [--minutes N] [--seed S] [--json FILE] [--log FILE]`; `--kills N` is `--rounds N`
 * @throws Error in words for the user
 */
export function readTortureArguments(args: readonly string[], modes: readonly string[]): TortureArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      kills: { type: 'string' },
      actions: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      log: { type: 'string' },
    },
  });
  const [mode = '', ...more] = positionals;
  if (!modes.includes(mode) || more.length > 0)
    throw new Error(`say one mode: ${modes.join(', ')} (npm run torture -- kill --kills 50 --seed 7)`);
  const count = (name: 'rounds' | 'kills' | 'actions' | 'minutes'): number | undefined =>
    values[name] === undefined ? undefined : wholeNumber(name, values[name], 1);
  return {
    mode,
    rounds: count('rounds') ?? count('kills'),
    actions: count('actions'),
    minutes: count('minutes'),
    seed: values.seed === undefined ? randomInt(SEED_MAX) : wholeNumber('seed', values.seed, 0),
    json: values.json,
    log: values.log,
  };
}

function wholeNumber(name: string, text: string, min: number): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number >= min && number <= SEED_MAX) return number;
  throw new Error(`--${name} ${text}: write a whole number from ${min} to ${SEED_MAX}`);
}
