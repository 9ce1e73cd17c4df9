import fc from 'fast-check';
import { question, type Step, scripted } from './scripted-bus.contract.js';

const said = fc.record({
  is: fc.constantFrom('answer', 'refusal', 'final-refusal', 'unknown-refusal'),
  afterMs: fc.integer({ min: 0, max: 30_000 }),
});
const steps = fc.array(
  fc.oneof(
    fc.constantFrom<Step>('NO_RESPONDER', 'BUS_UNREACHABLE', 'BUS_TIMEOUT', 'BUS_INTERRUPTED', 'BUS_CLOSED'),
    said,
  ),
  { minLength: 1, maxLength: 12 },
);
const HARMLESS: readonly unknown[] = ['NO_RESPONDER', 'BUS_UNREACHABLE', 'refusal', 'final-refusal'];

it('whatever a bus does: the same request, in bounded time, the first answer to any try, and none said only where none can have been recorded (A1-A3, A5)', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.integer({ min: 0, max: 60_000 }),
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 0, max: 30_000 }),
      fc.constantFrom('look', 'wait-on', 'give-up'),
      async (script, waitMs, patienceMs, interruptedAfterMs, afterLoss) => {
        const { ask, tries, elapsedMs, answeredBy } = scripted(script, interruptedAfterMs);
        const outcome = await ask({ waitMs, patienceMs, afterLoss });
        expect(elapsedMs()).toBeLessThanOrEqual(waitMs + 5_000);
        expect(tries.length).toBeLessThanOrEqual(50);
        for (const { headers, payload, timeoutMs } of tries) {
          expect({ ...headers, 'Do-Timeout-Ms': '' }).toEqual({ ...question.headers, 'Do-Timeout-Ms': '' });
          expect(payload).toBe(question.payload);
          expect(timeoutMs).toBeGreaterThanOrEqual(1);
        }
        // What came of each try, and when, as far as it came before the end.
        const ends = tries.map(({ atMs, timeoutMs }, index) => {
          const step = script[Math.min(index, script.length - 1)];
          const { is, afterMs } = typeof step === 'object' ? step : { is: step, afterMs: 0 };
          const isThere = afterMs < timeoutMs && atMs + afterMs <= elapsedMs();
          return isThere ? { is, atMs: atMs + afterMs } : { is: 'BUS_TIMEOUT', atMs: elapsedMs() };
        });
        const answers = ends.filter(({ is }) => is === 'answer');
        const by = ends[(answeredBy() ?? 0) - 1];
        if (outcome !== 'answered')
          for (const [index, { timeoutMs }] of tries.entries()) {
            const step = script[Math.min(index, script.length - 1)];
            const answersLate = typeof step === 'object' && step.is === 'answer' && step.afterMs < timeoutMs;
            // Not even one that would have come behind the end that was made.
            expect([index, answersLate]).toEqual([index, false]);
          }
        if (by?.is === 'answer') expect(by.atMs).toBe(Math.min(...answers.map(({ atMs }) => atMs)));
        const isNone = outcome === 'answered' ? HARMLESS.includes(by?.is) : effectOf(outcome) === 'none';
        if (isNone && afterLoss === 'look')
          expect(ends.filter(({ is }) => !HARMLESS.includes(is))).toEqual([]);
        const seen = tries.map((_, index) => script[Math.min(index, script.length - 1)]);
        expect(seen.slice(0, -1)).not.toContain('BUS_CLOSED');
        if (afterLoss === 'give-up') expect(seen.slice(0, -1)).not.toContain('BUS_TIMEOUT');
      },
    ),
    { numRuns: 500 },
  );
});

const effectOf = (outcome: unknown): unknown => Reflect.get(Object(outcome), 'effect');
