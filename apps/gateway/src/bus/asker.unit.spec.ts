import type { Bus } from '@action-do/messaging';
import { Asker } from './asker.js';
import { NoAnswer } from './no-answer.js';
import { question, type Step, scripted } from './scripted-bus.contract.js';

const waits = (tries: readonly { headers: object }[]) =>
  tries.map(({ headers }) => ({ ...headers })).map((headers) => Reflect.get(headers, 'Do-Timeout-Ms'));

describe('a command whose answer may be lost', () => {
  it.each<[Step]>([['BUS_TIMEOUT'], ['BUS_INTERRUPTED']])(
    'is repeated to the letter, but waits no more: %s (row 17)',
    async (lost) => {
      const { ask, tries } = scripted([lost, lost, 'answer']);
      expect(await ask()).toBe('answered');
      expect(waits(tries)).toEqual(['20000', '0', '0']);
      for (const { headers, payload } of tries) {
        expect(headers).toMatchObject({ 'Do-Request-Id': 'r1', 'Idempotency-Key': '"k"' });
        expect(payload).toBe(question.payload);
      }
    },
  );

  it('is repeated through a bus that is away, until the grace is over, and then its effect is unknown', async () => {
    const { ask, elapsedMs } = scripted(['BUS_TIMEOUT', 'BUS_UNREACHABLE', 'NO_RESPONDER']);
    expect(await ask()).toMatchObject({ effect: 'unknown', why: 'silent' });
    expect(elapsedMs()).toBeGreaterThan(24_000);
    expect(elapsedMs()).toBeLessThanOrEqual(25_000);
  });

  it.each([0, 1, 1_000, 60_000])('of a caller that waits %d ms ends within 5 s more', async (waitMs) => {
    for (const script of [
      ['BUS_TIMEOUT'],
      ['BUS_INTERRUPTED'],
      ['BUS_INTERRUPTED', 'BUS_TIMEOUT'],
    ] as const) {
      const { ask, tries, elapsedMs } = scripted(script, 700);
      expect(await ask({ waitMs })).toBeInstanceOf(NoAnswer);
      expect(elapsedMs()).toBeLessThanOrEqual(waitMs + 5_000);
      expect(tries.length).toBeGreaterThan(1);
      expect(tries.length).toBeLessThanOrEqual(50);
    }
  });

  it('counts the time from when the caller came', async () => {
    const { ask, elapsedMs } = scripted(['BUS_TIMEOUT']);
    await ask({ waitMs: 0, sinceMs: -4_000 });
    expect(elapsedMs()).toBeLessThanOrEqual(1_000);
  });

  it('is answered by the try that was late, once the repeats are late, too', async () => {
    const late = { is: 'answer', afterMs: 2_050 } as const;
    const { ask, tries, answeredBy, elapsedMs, armed } = scripted([late]);
    expect(await ask({ waitMs: 0 })).toBe('answered');
    expect([answeredBy(), elapsedMs(), tries.length]).toEqual([1, 2_050, 1]);
    const later = { is: 'answer', afterMs: 2_600 } as const;
    const slow = scripted([later]);
    expect(await slow.ask({ waitMs: 0 })).toBe('answered');
    expect([slow.answeredBy(), slow.elapsedMs(), slow.tries.length]).toEqual([1, 2_600, 2]);
    expect(armed()).toBe(0);
  });

  it('is answered by the last moment, where nothing new can be asked', async () => {
    const { ask, elapsedMs } = scripted([{ is: 'answer', afterMs: 4_990 }]);
    expect(await ask({ waitMs: 0 })).toBe('answered');
    expect(elapsedMs()).toBe(4_990);
  });

  it('is told as unknown where a repeat is refused for now: that says nothing of the first (A3)', async () => {
    const { ask, elapsedMs } = scripted(['BUS_INTERRUPTED', 'refusal']);
    expect(await ask()).toMatchObject({ effect: 'unknown', why: 'silent' });
    expect(elapsedMs()).toBeLessThan(1_000);
  });

  it('is answered by its repeat where the first was refused so late that there is one', async () => {
    const refusedLate = { is: 'refusal', afterMs: 2_500 } as const;
    const { ask, answeredBy } = scripted([refusedLate, { is: 'answer', afterMs: 900 }]);
    expect(await ask({ waitMs: 0 })).toBe('answered');
    expect(answeredBy()).toBe(2);
  });

  it.each<[string, readonly Step[]]>([
    ['at once', ['refusal']],
    ['after tries that reached nobody', ['NO_RESPONDER', 'BUS_UNREACHABLE', 'refusal']],
  ])('is refused %s, as it says', async (_, script) => {
    const { ask, tries } = scripted(script);
    expect(await ask()).toBe('answered');
    expect(tries).toHaveLength(script.length);
  });

  it('of which the bus is closed ends with its last try, and not with its time', async () => {
    const { ask, elapsedMs } = scripted([{ is: 'BUS_CLOSED', afterMs: 2_500 }, 'BUS_CLOSED']);
    expect(await ask({ waitMs: 0 })).toMatchObject({ effect: 'unknown', why: 'closing' });
    expect(elapsedMs()).toBe(2_500);
  });

  it('is not repeated on a bus that was closed', async () => {
    const { ask, tries } = scripted(['BUS_CLOSED']);
    expect(await ask()).toMatchObject({ effect: 'unknown', why: 'closing' });
    expect(tries).toHaveLength(1);
  });

  it('that is not safe to repeat is asked once, with all the time that there is', async () => {
    const { ask, tries } = scripted(['BUS_TIMEOUT', 'answer']);
    expect(await ask({ afterLoss: 'give-up' })).toMatchObject({ effect: 'unknown' });
    expect(tries.map(({ timeoutMs }) => timeoutMs)).toEqual([25_000]);
  });
});

describe('what cannot be sent', () => {
  it.each<[Step, string]>([
    ['NO_RESPONDER', 'nobody'],
    ['BUS_UNREACHABLE', 'unreachable'],
  ])('is tried again for two seconds, then has no effect: %s', async (step, why) => {
    const { ask, tries, elapsedMs } = scripted([step]);
    expect(await ask()).toMatchObject({ effect: 'none', why });
    expect(tries.length).toBeGreaterThan(3);
    expect(elapsedMs()).toBeGreaterThan(1_000);
    expect(elapsedMs()).toBeLessThanOrEqual(2_000);
  });

  it('is sent when the bus is back, with what is left of the wait', async () => {
    const { ask, tries } = scripted(['BUS_UNREACHABLE', 'NO_RESPONDER', 'answer']);
    expect(await ask()).toBe('answered');
    expect(waits(tries)).toEqual(['20000', '19900', '19700']);
    expect(tries[2]?.timeoutMs).toBe(24_700);
  });

  it('is tried once more even for a caller that does not wait, and not at all where nobody would', async () => {
    const impatient = scripted(['NO_RESPONDER']);
    await impatient.ask({ waitMs: 0, patienceMs: 1 });
    expect(impatient.tries).toHaveLength(2);
    const probe = scripted(['NO_RESPONDER']);
    await probe.ask({ waitMs: 0, patienceMs: 0 });
    expect(probe.tries).toHaveLength(1);
  });
});

describe('a question', () => {
  it('whose answer was lost is asked again for as long as the caller waits', async () => {
    const { ask, tries } = scripted(['BUS_INTERRUPTED', 'answer'], 5_000);
    await ask({ afterLoss: 'wait-on' });
    expect(waits(tries)).toEqual(['20000', '14900']);
  });
});

it('what is no trouble of the bus is thrown as it is, at once', async () => {
  const error = new TypeError('a bug');
  const bus: Pick<Bus, 'request'> = { request: () => Promise.reject(error) };
  await expect(new Asker(bus as Bus).ask(question)).rejects.toBe(error);
});
