import { HEADERS, handlerSubjects } from '@action-do/contracts';
import { BusTimeout } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { z } from 'zod';
import type { ProbeAnswer } from '../action-definition.js';
import { defineAction } from '../define-action.js';
import { ManualClock } from './manual-clock.contract.js';
import { PROBE } from './probe.js';
import {
  codeOf,
  executionNamed,
  jsonOf,
  PlatformDouble,
  SETTINGS,
  TENANT,
} from './served-worker.contract.js';
import { SideCalls } from './side-calls.js';

describe('the probes of a worker', () => {
  let platform: PlatformDouble;
  let answers: ((answer: ProbeAnswer<unknown>) => void)[];
  let aborted: number;
  const pay = defineAction({
    name: 'pay',
    effects: 'verifiable',
    params: z.object({}),
    result: z.any(),
    run: () => 1,
    probe: (_, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
      });
      return new Promise((resolve) => answers.push(resolve));
    },
  });
  const headersOf = (n: number, leftMs: number) => ({
    [HEADERS.executionId]: executionNamed(n),
    [HEADERS.idempotencyKey]: 'k',
    [HEADERS.attempt]: '2',
    [HEADERS.timeoutMs]: String(leftMs),
  });
  const probe = (n: number, { leftMs = 5_000, timeoutMs = 5_000 } = {}) => {
    const headers = headersOf(n, leftMs);
    const subject = handlerSubjects.probe(TENANT, 'pay', 1);
    return platform.bus.request(subject, new TextEncoder().encode('{}'), { headers, timeoutMs });
  };
  beforeEach(() => {
    platform = new PlatformDouble();
    answers = [];
    aborted = 0;
    platform.register();
  });
  afterEach(() => platform.end());

  it('answer what the author says', async () => {
    await platform.serve([pay]);
    const asked = probe(1);
    await until('the probe was asked', () => answers.length === 1);
    answers[0]?.({ state: 'applied', result: 7 });
    expect(jsonOf(await asked)).toEqual({ state: 'applied', result: 7 });
  });

  it('without room keep silent: any answer would count as "unknown", while silence is asked again', async () => {
    await platform.serve([pay], { concurrency: 1, queue: 0 });
    const first = probe(1);
    await until('the probe was asked', () => answers.length === 1);
    await expect(probe(2, { timeoutMs: 100 })).rejects.toBeInstanceOf(BusTimeout);
    answers[0]?.({ state: 'not-applied' });
    expect(jsonOf(await first)).toEqual({ state: 'not-applied' });
    expect(answers).toHaveLength(1);
  });

  it('that wait for their turn do so as long as they have time, for there is nothing to say', async () => {
    const clock = new ManualClock();
    const calls = new SideCalls({ kind: PROBE, clock, logger: SETTINGS.logger, concurrency: 1, queue: 2 });
    const told: string[] = [];
    const take = (n: number, timeoutMs: number): void =>
      calls.take(
        {
          subject: 'probe',
          payload: new TextEncoder().encode('{}'),
          wantsReply: true,
          headers: headersOf(n, timeoutMs),
          respond: (payload) => told.push(`${n} ${new TextDecoder().decode(payload)}`),
        },
        pay,
      );
    for (const [n, timeoutMs] of [
      [1, 60_000],
      [2, 500],
      [3, 1_000],
    ] as const)
      take(n, timeoutMs);
    clock.advance(990);
    for (const end of [0, 1]) {
      answers[end]?.({ state: 'not-applied' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(told).toEqual(['1 {"state":"not-applied"}', '3 {"state":"not-applied"}']);
    expect([answers.length, clock.armed]).toEqual([2, 0]);
  });

  it('that hang are aborted when their time is over', async () => {
    await platform.serve([pay]);
    await expect(probe(1, { leftMs: 20, timeoutMs: 200 })).rejects.toBeInstanceOf(BusTimeout);
    expect(aborted).toBe(1);
  });

  it('of a worker that goes are aborted and not answered', async () => {
    const { worker } = await platform.serve([pay]);
    const asked = probe(1, { timeoutMs: 300 });
    await until('the probe was asked', () => answers.length === 1);
    const silent = expect(asked).rejects.toBeInstanceOf(BusTimeout);
    await worker.close();
    expect(aborted).toBe(1);
    await silent;
  });

  it('that are asked with malformed headers say so', async () => {
    await platform.serve([pay]);
    const subject = handlerSubjects.probe(TENANT, 'pay', 1);
    const reply = await platform.bus.request(subject, new TextEncoder().encode('{}'), { timeoutMs: 1_000 });
    expect(codeOf(reply)).toBe('REQUEST_INVALID');
  });
});
