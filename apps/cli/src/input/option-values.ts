import { InvalidArgumentError } from 'commander';

/** For an option that may be repeated: all its values. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** A whole number between two bounds, which the refusal names. */
export const whole =
  (min: number, max: number) =>
  (value: string): number => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };

/** Takes `name=value` apart at the first `=`. */
export function readPair(value: string): [name: string, value: string] {
  const at = value.indexOf('=');
  if (at > 0) return [value.slice(0, at), value.slice(at + 1)];
  throw new InvalidArgumentError('Write name=value.');
}

export const collectPairs = (value: string, before: readonly (readonly [string, string])[] = []) => [
  ...before,
  readPair(value),
];
