import { fault, generation, history, line, step, T0 } from './made-up-history.contract.js';
import { percentile, takenOver } from './recovery.js';

const begun = [step('ActionRequested', 1), step('ActionStarted', 1, { executor: 'a' })];
const DEATH = fault({ fromMs: T0 + 50, victims: [{ name: 'executor 1', pid: 7 }] });
const LEASE_MS = 2_000;
const afterwards = (...steps: ReturnType<typeof step>[]) =>
  takenOver(
    history({
      generations: [generation({ steps: [...begun, ...steps] })],
      handlerCalls: [line({ pid: 7 })],
      faults: [DEATH],
    }),
    LEASE_MS,
  ).map(({ how, afterMs }) => [how, afterMs]);

describe('what an executor held when it died', () => {
  it('is begun again, parked, or ended by whoever performs it: so long after its death', () => {
    const lost = step('ActionAttemptFailed', 2_050, { code: 'LEASE_LOST' });
    const again = step('ActionStarted', 2_150, { attempt: 2, executor: 'b' });
    expect(afterwards(lost, again)).toEqual([['begun', 2_100]]);
    expect(afterwards(step('ActionOutcomeUnknown', 2_060))).toEqual([['parked', 2_010]]);
    expect(afterwards(step('ActionSucceeded', 60))).toEqual([['ended', 10]]);
  });

  it('is not what it had ended by then, and nothing of another executor', () => {
    expect(afterwards(step('ActionSucceeded', 40))).toEqual([]);
    const other = [step('ActionRequested', 1), step('ActionStarted', 1, { executor: 'b' })];
    const made = history({
      generations: [
        generation({ steps: [...begun, step('ActionSucceeded', 40)] }),
        generation({ executionId: 'exe_def-1', steps: [...other, step('ActionSucceeded', 90)] }),
      ],
      handlerCalls: [line({ pid: 7 })],
      faults: [DEATH],
    });
    expect(takenOver(made, LEASE_MS)).toEqual([]);
  });

  it('is left out where the next fault came while there was time to take it over: the same for what workers perform', () => {
    const counted = (action: string, nextMs: number): number =>
      takenOver(
        history({
          generations: [
            generation({ action, steps: [...begun, step('ActionStarted', 2_150, { attempt: 2 })] }),
          ],
          handlerCalls: [line({ pid: 7 })],
          faults: [DEATH, fault({ kind: 'bus', fromMs: DEATH.fromMs + nextMs })],
        }),
        LEASE_MS,
      ).length;
    expect([2_999, 3_000].map((ms) => counted('local-unsafe', ms))).toEqual([0, 1]);
    expect([2_999, 3_000].map((ms) => counted('remote-unsafe', ms))).toEqual([0, 1]);
  });
});

it.each([
  [[], 0.5, Number.NaN],
  [[3, 1, 2], 0.5, 2],
  [[3, 1, 2], 0.99, 3],
  [Array.from({ length: 200 }, (_, n) => n + 1), 0.99, 198],
])('of %j the percentile %d is %d', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});
