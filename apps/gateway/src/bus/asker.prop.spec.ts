import fc from 'fast-check';
import { question, type Step, scripted } from './scripted-bus.contract.js';

const said = fc.record({
  is: fc.constantFrom('answer', 'refusal'),
  afterMs: fc.integer({ min: 0, max: 30_000 }),
});
const steps = fc.array(
  fc.oneof(
    fc.constantFrom<Step>('NO_RESPONDER', 'BUS_UNREACHABLE', 'BUS_TIMEOUT', 'BUS_INTERRUPTED', 'BUS_CLOSED'),
    said,
  ),
  { minLength: 1, maxLength: 12 },
);
const UNSENT: readonly unknown[] = ['NO_RESPONDER', 'BUS_UNREACHABLE'];

it('whatever a bus does: the same request, in bounded time, answered by any try, and none said only of what was never sent (A1-A3, A5)', async () => {
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
        const seen = tries.map((_, index) => script[Math.min(index, script.length - 1)]);
        const sent = seen.filter((step) => !UNSENT.includes(step));
        const answers = seen.filter((step, index) => {
          const { is, afterMs = 0 } = typeof step === 'object' ? step : { is: step };
          return is === 'answer' && afterMs < (tries[index]?.timeoutMs ?? 0);
        });
        if (outcome === 'answered') {
          const by = seen[(answeredBy() ?? 0) - 1];
          expect(by).toMatchObject({ is: expect.stringMatching(/answer|refusal/) });
          if (by !== undefined && !answers.includes(by) && afterLoss === 'look') expect(sent).toHaveLength(1);
        } else {
          expect(answers).toEqual([]);
          expect(outcome).toMatchObject({ effect: sent.length === 0 ? 'none' : 'unknown' });
        }
        expect(seen.slice(0, -1)).not.toContain('BUS_CLOSED');
        if (afterLoss === 'give-up') expect(seen.slice(0, -1)).not.toContain('BUS_TIMEOUT');
      },
    ),
    { numRuns: 300 },
  );
});
