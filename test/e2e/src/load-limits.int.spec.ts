import { type HttpAnswer, until } from '@action-do/test-support';
import { e2eMode, servicesOf } from './e2e-mode.js';
import { onePlatform } from './one-platform.js';

const QUEUE = 2;
/** Nobody can say which of two executors a call comes to: so often asked in vain, none has room but once in 65,536 runs. */
const ASKED_IN_VAIN = 16;

const one = onePlatform({ DO_EXECUTOR_SLOTS: '1', DO_EXECUTOR_QUEUE: String(QUEUE) });
const begin = (id: string, gate: string) =>
  one.caller.execute('note-unsafe', { id, gate }, { prefer: 'respond-async' });

function expectRefused(refused: HttpAnswer): void {
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({
    code: 'RATE_LIMITED',
    retryable: true,
    retryAfterMs: expect.any(Number),
  });
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(refused.headers.get('do-should-retry')).toBe('true');
}

async function expectDone(answers: readonly HttpAnswer[]): Promise<void> {
  for (const { body } of answers) {
    const outcome = await one.caller.ask(body.execution?.id ?? '', 'attach');
    expect(outcome.body.execution).toMatchObject({ status: 'succeeded', attempts: 1 });
  }
}

async function expectNothingRecorded(id: string, gate: string): Promise<void> {
  const later = await one.caller.execute('note-unsafe', { id, gate });
  expect(later.headers.get('idempotency-status')).toBe('executed');
  expect(later.body.execution).toMatchObject({ generation: 1, replayed: false });
}

const executors = servicesOf(e2eMode()) ?? 1;
// Skipped: each in the modes of the other; one of them runs in every mode.
const [ofOne, ofTwo] = executors === 1 ? [it, it.skip] : [it.skip, it];

describe('executors with one slot and a queue of two each', () => {
  ofOne(
    'run one, let two wait as pending, and refuse the next with 429 before anything is recorded of it',
    async () => {
      const gate = one.gate();
      const running = await begin('slot', gate.file);
      await until('the first handler runs', () => one.ledgerOf('slot').length === 1);
      const waiting = [await begin('queue-1', gate.file), await begin('queue-2', gate.file)];
      expect(running.body.execution).toMatchObject({ status: 'running' });
      for (const { status, body } of waiting) {
        expect(status).toBe(202);
        expect(body.execution).toMatchObject({ status: 'pending', attempts: 0, startedAt: null });
      }
      expectRefused(await begin('beyond', gate.file));
      const found = await one.caller.ask(waiting[0]?.body.execution?.id ?? '');
      expect(found.body.execution).toMatchObject({ status: 'pending' });

      gate.open();
      await expectDone([running, ...waiting]);
      expect(one.ledger().map(({ id }) => id)).toEqual(['slot', 'queue-1', 'queue-2']);
      await expectNothingRecorded('beyond', gate.file);
    },
  );

  ofTwo(
    'run two, let four wait as pending, and refuse the next with 429 before anything is recorded of it',
    async () => {
      const gate = one.gate();
      const room = executors * (1 + QUEUE);
      const taken: HttpAnswer[] = [];
      for (let inVain = 0; inVain < ASKED_IN_VAIN; ) {
        const answer = await begin(`taken-${taken.length}`, gate.file);
        if (answer.status === 202) taken.push(answer);
        else expectRefused(answer);
        inVain = answer.status === 202 ? 0 : inVain + 1;
      }
      expect(taken).toHaveLength(room);
      await until('a handler runs at each', () => one.ledger().length === executors);
      const found = await Promise.all(taken.map(({ body }) => one.caller.ask(body.execution?.id ?? '')));
      const statuses = found.map(({ body }) => body.execution?.status).toSorted();
      expect(statuses).toEqual([
        ...Array(room - executors).fill('pending'),
        ...Array(executors).fill('running'),
      ]);

      gate.open();
      await expectDone(taken);
      expect(new Set(one.ledger().map(({ id }) => id)).size).toBe(room);
      expect(one.ledger()).toHaveLength(room);
      await expectNothingRecorded(`taken-${room}`, gate.file);
    },
  );
});
