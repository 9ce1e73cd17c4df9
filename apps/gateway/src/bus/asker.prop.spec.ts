import fc from 'fast-check';
import { question, type Step, scripted } from './scripted-bus.contract.js';

const steps = fc.array(
  fc.constantFrom<Step>(
    'answer',
    'NO_RESPONDER',
    'BUS_UNREACHABLE',
    'BUS_TIMEOUT',
    'BUS_INTERRUPTED',
    'BUS_CLOSED',
  ),
  { minLength: 1, maxLength: 12 },
);

it('whatever a bus does: the same request, in bounded time, and none said only of what was never sent (A1-A3)', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.integer({ min: 0, max: 60_000 }),
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 0, max: 30_000 }),
      fc.constantFrom('look', 'wait-on', 'give-up'),
      async (script, waitMs, patienceMs, interruptedAfterMs, afterLoss) => {
        const { ask, tries, elapsedMs } = scripted(script, interruptedAfterMs);
        const outcome = await ask({ waitMs, patienceMs, afterLoss });
        expect(elapsedMs()).toBeLessThanOrEqual(waitMs + 5_000);
        expect(tries.length).toBeLessThanOrEqual(50);
        for (const { headers, payload, timeoutMs } of tries) {
          expect({ ...headers, 'Do-Timeout-Ms': '' }).toEqual({ ...question.headers, 'Do-Timeout-Ms': '' });
          expect(payload).toBe(question.payload);
          expect(timeoutMs).toBeGreaterThanOrEqual(1);
        }
        const seen = tries.map((_, index) => script[Math.min(index, script.length - 1)]);
        if (seen.at(-1) === 'answer') expect(outcome).toBe('answered');
        else {
          const unsent = seen.every((step) => step === 'NO_RESPONDER' || step === 'BUS_UNREACHABLE');
          expect(outcome).toMatchObject({ effect: unsent ? 'none' : 'unknown' });
        }
        expect(seen.slice(0, -1)).not.toContain('BUS_CLOSED');
        expect(seen.slice(0, -1)).not.toContain('answer');
        if (afterLoss === 'give-up') expect(seen.slice(0, -1)).not.toContain('BUS_TIMEOUT');
      },
    ),
  );
});
