import { type Bus, BusInterrupted, PayloadTooLarge } from '@action-do/messaging';
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
    const late = scripted(['BUS_TIMEOUT']);
    await late.ask({ waitMs: 0, sinceMs: -6_000 });
    expect(late.tries.map(({ timeoutMs }) => timeoutMs)).toEqual([20]);
  });

  it.each<[number, number, number]>([
    [2_050, 1, 2_050],
    [2_600, 1, 2_600],
    // By the last moment, when nothing new is asked any more.
    [4_990, 1, 4_990],
  ])('is answered by its first try after %d ms, whatever the repeats', async (afterMs, by, atMs) => {
    const { ask, answeredBy, elapsedMs } = scripted([{ is: 'answer', afterMs }]);
    expect(await ask({ waitMs: 0 })).toBe('answered');
    expect([answeredBy(), elapsedMs()]).toEqual([by, atMs]);
  });

  it('of which the bus is closed ends with its last try, and not with its time', async () => {
    const { ask, elapsedMs } = scripted([{ is: 'BUS_CLOSED', afterMs: 2_500 }, 'BUS_CLOSED']);
    expect(await ask({ waitMs: 0 })).toMatchObject({ effect: 'unknown', why: 'closing' });
    expect(elapsedMs()).toBe(2_500);
    const refused = scripted([{ is: 'BUS_CLOSED', afterMs: 3_000 }, 'refusal']);
    expect(await refused.ask({ waitMs: 0 })).toMatchObject({ effect: 'unknown', why: 'closing' });
    expect(refused.elapsedMs()).toBe(3_000);
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

describe('a command that is turned away', () => {
  const KINDS = ['refusal', 'final-refusal', 'unknown-refusal'] as const;
  it.each(KINDS)('at once is answered as it says: %s', async (kind) => {
    for (const script of [[kind], ['NO_RESPONDER', 'BUS_UNREACHABLE', kind]] as const) {
      const { ask, tries } = scripted(script);
      expect(await ask()).toBe('answered');
      expect(tries).toHaveLength(script.length);
    }
  });

  it.each<[Step, string]>([
    ['refusal', 'refused'],
    ['final-refusal', 'refused'],
  ])('by the repeat says nothing of a first try that was lost: %s (A3)', async (step, why) => {
    const { ask, tries, elapsedMs } = scripted(['BUS_INTERRUPTED', step]);
    expect(await ask()).toMatchObject({ effect: 'unknown', why });
    expect([tries.length, elapsedMs()]).toEqual([2, 100]);
  });

  it('by one who does not know is passed on: that is true of all', async () => {
    const { ask, answeredBy } = scripted(['BUS_INTERRUPTED', 'unknown-refusal']);
    expect([await ask(), answeredBy()]).toEqual(['answered', 2]);
  });

  it.each(KINDS)('late leaves the word to the repeat: %s', async (is) => {
    const { ask, answeredBy } = scripted([
      { is, afterMs: 2_500 },
      { is: 'answer', afterMs: 900 },
    ]);
    expect([await ask({ waitMs: 0 }), answeredBy()]).toEqual(['answered', 2]);
  });

  it.each(['refusal', 'final-refusal'] as const)(
    'late does not end the repeats, and once all were turned away it is said: %s',
    async (is) => {
      const { ask, answeredBy, elapsedMs } = scripted([{ is, afterMs: 2_450 }, 'BUS_TIMEOUT', 'answer']);
      expect([await ask({ waitMs: 0 }), answeredBy(), elapsedMs()]).toEqual(['answered', 3, 3_300]);
      const all = scripted([
        { is, afterMs: 2_450 },
        { is, afterMs: 900 },
      ]);
      expect([await all.ask({ waitMs: 0 }), all.answeredBy(), all.elapsedMs()]).toEqual([
        'answered',
        2,
        3_000,
      ]);
    },
  );

  it('by the repeat waits for the first try, which may have done it', async () => {
    const { ask, answeredBy, elapsedMs } = scripted([{ is: 'answer', afterMs: 4_000 }, 'refusal']);
    expect([await ask({ waitMs: 0 }), answeredBy(), elapsedMs()]).toEqual(['answered', 1, 4_000]);
    const first = scripted([{ is: 'refusal', afterMs: 4_000 }, 'final-refusal']);
    expect([await first.ask({ waitMs: 0 }), first.answeredBy()]).toEqual(['answered', 1]);
  });

  it.each<[string, number, readonly Step[]]>([
    // Refused in the pause, when it is the newest no more.
    [
      'in the pause before the next',
      4,
      ['BUS_TIMEOUT', { is: 'refusal', afterMs: 1_100 }, 'BUS_INTERRUPTED', 'answer'],
    ],
    [
      'while the next one reaches nobody',
      4,
      ['BUS_TIMEOUT', { is: 'refusal', afterMs: 1_300 }, { is: 'NO_RESPONDER', afterMs: 200 }, 'answer'],
    ],
    [
      'and then others are open until the end',
      1,
      [{ is: 'answer', afterMs: 4_900 }, { is: 'BUS_CLOSED', afterMs: 2_000 }, 'refusal'],
    ],
  ])('%s does not end what may still be answered', async (_, by, script) => {
    const { ask, answeredBy } = scripted(script);
    expect([await ask({ waitMs: 0 }), answeredBy()]).toEqual(['answered', by]);
  });

  it('is told so at the end where that was passed over, and nobody else can have done it', async () => {
    const { ask, answeredBy } = scripted([
      { is: 'final-refusal', afterMs: 2_150 },
      { is: 'NO_RESPONDER', afterMs: 100 },
    ]);
    expect([await ask({ waitMs: 0 }), answeredBy()]).toEqual(['answered', 1]);
  });

  it('by a repeat that does not know is no answer while the first may still be answered', async () => {
    const { ask, answeredBy } = scripted([{ is: 'answer', afterMs: 3_000 }, 'unknown-refusal']);
    expect([await ask({ waitMs: 0 }), answeredBy()]).toEqual(['answered', 1]);
  });

  it('late, by a first try whose repeats stay silent, is not told as silence', async () => {
    const { ask } = scripted([{ is: 'refusal', afterMs: 2_300 }, 'BUS_TIMEOUT']);
    expect(await ask({ waitMs: 0 })).toMatchObject({ effect: 'unknown', why: 'refused' });
  });

  it('by one who does not know is in doubt, whatever another says', async () => {
    const { ask, elapsedMs } = scripted([
      { is: 'unknown-refusal', afterMs: 2_150 },
      { is: 'refusal', afterMs: 900 },
    ]);
    expect(await ask({ waitMs: 0 })).toMatchObject({ effect: 'unknown', why: 'refused' });
    expect(elapsedMs()).toBe(3_000);
    const alone = scripted([
      { is: 'unknown-refusal', afterMs: 2_150 },
      { is: 'NO_RESPONDER', afterMs: 10 },
    ]);
    expect([await alone.ask({ waitMs: 0 }), alone.answeredBy()]).toEqual(['answered', 1]);
  });

  it('is no matter where it only reads: nothing can have become of that', async () => {
    const { ask, answeredBy } = scripted(['BUS_INTERRUPTED', 'refusal']);
    expect([await ask({ afterLoss: 'wait-on' }), answeredBy()]).toEqual(['answered', 2]);
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
    const slow = scripted(['BUS_INTERRUPTED', { is: 'answer', afterMs: 15_000 }]);
    await slow.ask({ afterLoss: 'wait-on' });
    expect([slow.answeredBy(), slow.tries.length]).toEqual([2, 2]);
  });
});

it('what is no trouble of the bus says nothing of a try that may have arrived', async () => {
  let tries = 0;
  const request = () => Promise.reject(++tries === 1 ? new BusInterrupted('s') : new PayloadTooLarge(2, 1));
  await expect(new Asker({ request }).ask(question)).rejects.toMatchObject({ effect: 'unknown' });
});

it('what is no trouble of the bus is thrown as it is, at once', async () => {
  const error = new TypeError('a bug');
  const bus: Pick<Bus, 'request'> = { request: () => Promise.reject(error) };
  await expect(new Asker(bus as Bus).ask(question)).rejects.toBe(error);
});
