import { ActionPolicy } from './policy.js';

const policy = {
  effects: 'unsafe',
  retry: { attemptsMax: 3, initialDelayMs: 100, delayMsMax: 1_000, factor: 2 },
  attemptTimeoutMs: 5_000,
  deadlineMs: 60_000,
  idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
};
const accepts = (given: object): boolean => ActionPolicy.safeParse(given).success;

describe('a policy', () => {
  it('is read as it was declared', () => {
    expect(ActionPolicy.parse(policy)).toStrictEqual(policy);
  });

  it('is never completed by a guess: each of its members must be given', () => {
    for (const name of Object.keys(policy)) expect(accepts({ ...policy, [name]: undefined })).toBe(false);
    for (const name of Object.keys(policy.retry))
      expect(accepts({ ...policy, retry: { ...policy.retry, [name]: undefined } })).toBe(false);
    for (const name of Object.keys(policy.idempotency))
      expect(accepts({ ...policy, idempotency: { ...policy.idempotency, [name]: undefined } })).toBe(false);
  });

  it.each([
    ['an effects class of its own', { effects: 'harmless' }],
    ['no attempt at all', { retry: { ...policy.retry, attemptsMax: 0 } }],
    ['attempts without end', { retry: { ...policy.retry, attemptsMax: 101 } }],
    ['a backoff that shrinks', { retry: { ...policy.retry, factor: 0.5 } }],
    ['a negative delay', { retry: { ...policy.retry, initialDelayMs: -1 } }],
    ['no time for an attempt', { attemptTimeoutMs: 0 }],
    ['a deadline beyond a month', { deadlineMs: 31 * 24 * 3_600_000 + 1 }],
    ['a deadline that is not a number', { deadlineMs: Number.POSITIVE_INFINITY }],
    ['a window of nothing', { idempotency: { ...policy.idempotency, windowMs: 0 } }],
    ['a window of another word', { idempotency: { ...policy.idempotency, windowMs: 'always' } }],
  ])('is refused for %s', (_what, change) => {
    expect(accepts({ ...policy, ...change })).toBe(false);
  });
});
