import type { Generation } from '@action-do/domain';
import type { Effects } from '../policy.js';
import { judge, type Seen } from './judge.js';

const ended = (status: Generation['status'], effect: Generation['effect'] = 'unknown') =>
  ({ status, effect }) as Generation;

function verdictOf(
  effectsClass: Effects,
  effects: number,
  generation: Generation,
  more: Partial<Seen> = {},
): string {
  const seen = {
    effectsClass,
    effects,
    generation,
    leftRunning: false,
    stuck: false,
    lie: undefined,
    ...more,
  };
  const { verdict, why } = judge(seen);
  return why === undefined ? verdict : `${verdict}: ${why}`;
}

/** They may be called again, until it works. */
const MUST_SUCCEED: ReadonlySet<Effects> = new Set(['idempotent', 'transactional']);

it.each(['idempotent', 'transactional', 'verifiable', 'unsafe'] as const)(
  'of %s a record has to say what there is: one effect of a success, none of a failure that says none',
  (effectsClass) => {
    const truth = MUST_SUCCEED.has(effectsClass) ? /^broken: recorded as failed, and/ : /^kept$/;
    expect(verdictOf(effectsClass, 1, ended('succeeded'))).toBe('kept');
    expect(verdictOf(effectsClass, 0, ended('succeeded'))).toMatch(/^broken: lost/);
    expect(verdictOf(effectsClass, 2, ended('succeeded'))).toBe('broken: doubled: 2 effects');
    expect(verdictOf(effectsClass, 0, ended('failed', 'none'))).toMatch(truth);
    expect(verdictOf(effectsClass, 1, ended('failed', 'none'))).toMatch(
      /^broken: recorded as failed without/,
    );
    expect(verdictOf(effectsClass, 0, ended('failed', 'applied'))).toMatch(/^broken: recorded as applied/);
    expect(verdictOf(effectsClass, 1, ended('failed', 'unknown'))).toMatch(truth);
    expect(verdictOf(effectsClass, 0, ended('running'))).toBe('broken: stays running');
  },
);

it('unknown is the truth of a class of which nobody may know, and of no other', () => {
  for (const effectsClass of ['verifiable', 'unsafe'] as const)
    expect(verdictOf(effectsClass, 1, ended('unknown'))).toBe('kept');
  for (const effectsClass of ['idempotent', 'transactional'] as const)
    expect(verdictOf(effectsClass, 1, ended('unknown'))).toBe('broken: stays unknown');
});

it('a call that lands behind the probe is beyond what verifiable promises, and beyond nothing else', () => {
  const leftRunning = true;
  expect(verdictOf('verifiable', 2, ended('succeeded'), { leftRunning })).toMatch(/^not promised: doubled/);
  expect(verdictOf('idempotent', 2, ended('succeeded'), { leftRunning })).toBe('broken: doubled: 2 effects');
  expect(verdictOf('unsafe', 2, ended('succeeded'), { leftRunning })).toBe('broken: doubled: 2 effects');
});
