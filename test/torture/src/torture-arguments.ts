import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface TortureArguments {
  readonly mode: string;
  /** Undefined = the mode's own default. */
  readonly rounds: number | undefined;
  readonly seed: number;
  /** Where the report goes as JSON; undefined = nowhere. */
  readonly json: string | undefined;
}

const SEED_MAX = 2 ** 31 - 1;

/** `MODE [--rounds N] [--seed S] [--json FILE]` @throws Error in words for the user */
export function readTortureArguments(args: readonly string[], modes: readonly string[]): TortureArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { rounds: { type: 'string' }, seed: { type: 'string' }, json: { type: 'string' } },
  });
  const [mode = '', ...more] = positionals;
  if (!modes.includes(mode) || more.length > 0)
    throw new Error(`say one mode: ${modes.join(', ')} (npm run torture -- kill --rounds 50 --seed 7)`);
  return {
    mode,
    rounds: values.rounds === undefined ? undefined : wholeNumber('rounds', values.rounds, 1),
    seed: values.seed === undefined ? randomInt(SEED_MAX) : wholeNumber('seed', values.seed, 0),
    json: values.json,
  };
}

function wholeNumber(name: string, text: string, min: number): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number >= min && number <= SEED_MAX) return number;
  throw new Error(`--${name} ${text}: write a whole number from ${min} to ${SEED_MAX}`);
}
