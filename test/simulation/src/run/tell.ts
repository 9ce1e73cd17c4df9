import type { Violation } from '@action-do/test-support';
import { FAULTS } from './fault-counts.js';
import type { Life } from './live-seed.js';
import { SIGHTINGS } from './sightings.js';
import type { Broken, Simulated } from './simulate.js';

/** Lines of a story that concern whole processes, and so every execution. */
const OF_PROCESSES = /crashes|stands still|goes on|loses the bus|has the bus|the clock of|nothing goes wrong/;

/** A broken run in words: the seed, what was broken, and what happened to it, in order. */
export function tellBroken({ life, violations }: Broken): string {
  const said = violations.map((violation) => `  ${lineOf(violation)}`);
  return [
    `seed ${life.seed} breaks what is promised (npm run simulate -- --seed ${life.seed}):`,
    ...said,
    ...storyOf(life, violations),
  ].join('\n');
}

export const lineOf = ({ invariant, of, what }: Violation): string =>
  `${invariant}${of ? ` ${of}` : ''}: ${what}`;

/** What happened to the executions that the violations name; all of it where they name none. */
function storyOf(life: Life, violations: readonly Violation[]): string[] {
  const names = violations.flatMap(({ of }) => (of === undefined ? [] : [...namesIn(life, of)]));
  if (names.length === 0) return [...life.story];
  return life.story.filter((line) => OF_PROCESSES.test(line) || names.some((name) => line.includes(name)));
}

/** By how much a line of the story tells an execution: the beginning of its scope, or its key. */
function* namesIn({ evidence }: Life, of: string): Generator<string> {
  const scope = /(?:exe_|\.)([0-9a-f]{8})/.exec(of)?.[1];
  if (scope !== undefined) yield scope;
  for (const { key, requestId, said } of evidence.calls) {
    const isOf = key === of || (scope !== undefined && 'id' in said && said.id.includes(scope));
    if (!isOf) continue;
    yield key;
    yield `caller ${Number(requestId.slice(-12))} `;
    if ('id' in said) yield said.id.slice(4, 12);
  }
}

export function tellAll(simulated: Simulated, first: number): string {
  const { seeds, calls, executions, steps, undecided, calm, cpuMs, faults, sightings, broken } = simulated;
  const perSecond = Math.round((seeds * 1_000) / cpuMs);
  return [
    `${seeds} seeds from ${first}: ${calls} requests, ${executions} executions, ${steps} steps; ${broken ? 'the last one broken' : 'none broken'}`,
    `${perSecond} seeds a second of CPU time`,
    `calls in calm weather that got what they came for: ${calm.good} of ${calm.all}`,
    `keys with more answers than the checker looks through: ${undecided}`,
    'what was done to it:',
    ...FAULTS.map((name) => `  ${name}: ${faults[name]}`),
    'what came of it:',
    ...SIGHTINGS.map((name) => `  ${name}: ${sightings[name]}`),
  ].join('\n');
}
