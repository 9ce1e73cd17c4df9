import { type HttpAnswer, until } from '@action-do/test-support';
import { OnePlatform } from './one-platform.js';

const DRAIN_MS = 3_000;
const one = new OnePlatform({ DO_DRAIN_MS: String(DRAIN_MS) });
afterAll(() => one.end());

describe('SIGTERM with work in flight', () => {
  const gate = one.gate();
  const slow = { id: 'slow', gate: gate.file };
  const unsafe = { id: 'unsafe', gate: gate.file };
  const short = { id: 'short', holdMs: 500 };
  let answers: PromiseSettledResult<HttpAnswer>[] = [];
  let tookMs = 0;
  let code: number | null = null;

  beforeAll(async () => {
    await one.start();
    const calls = [
      one.caller.execute('note-idempotent', slow),
      one.caller.execute('note-unsafe', unsafe),
      one.caller.execute('note-unsafe', short),
    ];
    const settled = Promise.allSettled(calls);
    await until('all three handlers run', () => one.ledger().length === 3);
    const begunMs = performance.now();
    code = await one.platform.stop();
    tookMs = performance.now() - begunMs;
    answers = await settled;
  }, 60_000);

  it('ends within the drain time, with exit code 0', () => {
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(DRAIN_MS + 1_000);
  });

  it('answers every request in flight: 202, or the outcome where there is one', () => {
    const seen = answers.map((answer) =>
      answer.status === 'rejected'
        ? `no answer: ${answer.reason}`
        : `${answer.value.status} ${answer.value.body.execution?.status}`,
    );
    expect(seen).toEqual([
      '202 running',
      '202 running',
      expect.stringMatching(/^(202 running|200 succeeded)$/),
    ]);
  });

  it('lets work that ends within the drain time end: it is not done again and not in doubt', async () => {
    await one.start();
    const { status, body } = await one.caller.execute('note-unsafe', short);
    expect([status, body.execution?.status]).toEqual([200, 'succeeded']);
    expect(one.ledgerOf('short')).toHaveLength(1);
  }, 60_000);

  it('leaves the rest to the next start, which ends it truthfully', async () => {
    const parked = await one.caller.execute('note-unsafe', unsafe);
    expect([parked.status, parked.body.code]).toEqual([500, 'OUTCOME_UNKNOWN']);
    gate.open();
    const { status, body } = await one.caller.execute('note-idempotent', slow);
    expect(status).toBe(200);
    expect(body.execution).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(one.ledgerOf('unsafe')).toHaveLength(1);
    expect(new Set(one.ledgerOf('slow').map(({ effectKey }) => effectKey)).size).toBe(1);
  });
});
