import { ActionError } from '../action-error.js';
import { CrashLabError, type CrashLife, crashPoint } from './crash-lab.js';
import { lifeWith, OutsideWorld } from './outside-world.contract.js';

let world: OutsideWorld;
beforeEach(() => {
  world = new OutsideWorld();
});

const faultsOf = (lives: readonly CrashLife[]) => lives.map(({ faults }) => faults.join('; then '));

describe('an idempotent action', () => {
  it('that passes its key on has one effect, whatever goes wrong at whichever boundary', async () => {
    const report = await world.lab('idempotent', (ctx) => world.writeOnce(ctx.idempotencyKey));
    report.assertKept();
    expect(faultsOf(report.lives.filter(({ faults }) => faults.length < 2))).toEqual([
      '',
      'the executor dies before ActionRequested + ActionStarted is appended',
      'the executor dies when ActionRequested + ActionStarted is appended',
      'the append of ActionRequested + ActionStarted is lost, and repeated',
      'the answer to the append of ActionRequested + ActionStarted is lost, and it is repeated',
      'the executor pauses before ActionRequested + ActionStarted is appended, and comes back',
      'the executor dies during call 1 of the handler; the handler goes on, unheard',
      'the executor pauses during call 1 of the handler, and comes back when all is over',
      'the executor pauses during call 1 of the handler, and comes back right after the takeover',
      'the answer of call 1 of the handler is lost',
      'call 1 of the handler times out, and goes on',
      'the process dies at "the invoice is asked for" of call 1',
      'the process pauses at "the invoice is asked for" of call 1, and comes back',
      'the process dies at "the invoice is written" of call 1',
      'the process pauses at "the invoice is written" of call 1, and comes back',
      'the executor dies before ActionSucceeded is appended',
      'the executor dies when ActionSucceeded is appended',
      'the append of ActionSucceeded is lost, and repeated',
      'the answer to the append of ActionSucceeded is lost, and it is repeated',
      'the executor pauses before ActionSucceeded is appended, and comes back',
    ]);
    const twice = faultsOf(report.lives.filter(({ faults }) => faults.length === 2));
    expect(twice.length).toBeGreaterThan(100);
    expect(twice).toContain(
      'the executor pauses during call 1 of the handler, and comes back when all is over; then ' +
        'the executor dies before ActionLateOutcome is appended',
    );
    expect(new Set(report.lives.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']));
    const { story } = lifeWith(report, 'comes back right after the takeover');
    const at = (line: string) => story.findIndex((told) => told.includes(line));
    expect(at('A comes back')).toBeGreaterThan(at('B appends ActionAttemptFailed + ActionStarted'));
    expect(at('A appends ActionLateOutcome')).toBeLessThan(at('B begins call 2'));
    const paused = lifeWith(report, 'pauses before ActionRequested').story;
    expect(paused).toContain('executor A comes too late to append ActionRequested + ActionStarted');
    expect(lifeWith(report, 'times out').story).toContain('executor A hears late of call 1: succeeded');
  });

  it('that ignores its key is named, with the boundary and the story', async () => {
    const report = await world.lab('idempotent', () => world.write('no key'));
    expect(report.kept).toBe(false);
    const life = lifeWith(report, 'dies before ActionSucceeded is appended');
    expect(life).toMatchObject({ handlerCalls: 2, effects: 2, verdict: 'broken', why: 'doubled: 2 effects' });
    expect(life.story).toEqual([
      'the caller calls executor A',
      'executor A appends ActionRequested + ActionStarted',
      'executor A begins call 1 of the handler, attempt 1, key …-1',
      'executor A hears of call 1 of the handler: succeeded',
      'executor A dies before ActionSucceeded is appended',
      'the caller, without an answer, repeats its call at executor B',
      'executor B comes too late to append ActionRequested + ActionStarted',
      'executor B answers: attach',
      'executor B takes over',
      'executor B appends ActionAttemptFailed + ActionStarted',
      'executor B begins call 2 of the handler, attempt 2, key …-1',
      'executor B hears of call 2 of the handler: succeeded',
      'executor B appends ActionSucceeded',
      'somebody calls for the same work',
      'executor C comes too late to append ActionRequested + ActionStarted',
      'executor C answers: replay',
    ]);
    const alone = new Set(report.broken.map(({ faults }) => faults.join()));
    const twice = report.lives.filter(({ faults }) => faults.length === 2);
    expect(twice.filter(({ faults: [first = ''] }) => alone.has(first))).toEqual([]);
    const before = lifeWith(report, 'dies at "the invoice is asked for"');
    expect(before).toMatchObject({ handlerCalls: 2, effects: 1, verdict: 'kept' });
    expect(() => report.assertKept()).toThrow(CrashLabError);
    expect(() => report.assertKept()).toThrow(
      /^send-invoice \(idempotent: exactly one effect\): broken in \d+ of/,
    );
    const row = /^the process dies at "the invoice is written" of call 1 +2 {6}2 {8}succeeded {2}BROKEN$/m;
    expect(String(report)).toMatch(row);
    expect(String(report)).toContain('\n  executor A dies during call 1 of the handler, which goes on\n');
  });

  it('that looks first and writes then is caught where one call is paused between the two', async () => {
    const report = await world.lab('idempotent', async ({ idempotencyKey: key }) => {
      if (world.has(key)) return 'there already';
      await crashPoint('it is not there yet');
      return world.writeOnce(`${key} ${Math.random()}`);
    });
    expect(lifeWith(report, 'pauses at "it is not there yet"')).toMatchObject({
      effects: 2,
      verdict: 'broken',
    });
    expect(lifeWith(report, 'dies at "it is not there yet"').verdict).toBe('kept');
  });

  it('that notes the key before it acts loses its effect', async () => {
    const begun = new Set<string>();
    const report = await world.lab('idempotent', async ({ idempotencyKey: key }) => {
      if (begun.has(key)) return 'there already';
      begun.add(key);
      return world.write(key);
    });
    expect(lifeWith(report, 'dies at "the invoice is asked for"')).toMatchObject({
      effects: 0,
      outcome: 'succeeded',
      verdict: 'broken',
      why: 'lost: recorded as succeeded, and there is no effect',
    });
  });

  it('that fails on its repeat, since its effect is there already, has succeeded and says that it has not', async () => {
    const report = await world.lab('idempotent', async ({ idempotencyKey: key }) => {
      if (world.has(key))
        throw new ActionError({ code: 'THERE_ALREADY', message: 'there already', retryable: false });
      return world.write(key);
    });
    expect(lifeWith(report, 'dies at "the invoice is written"')).toMatchObject({
      effects: 1,
      outcome: expect.stringContaining('failed ACTION_FAILED'),
      verdict: 'broken',
      why: 'recorded as failed, and the action succeeds where nothing goes wrong',
    });
    expect(() => report.assertKept()).toThrow(CrashLabError);
  });

  it('that fails and may be tried again lives through the boundaries of its retries as well', async () => {
    const failed = new Set<string>();
    const report = await world.lab('idempotent', async ({ idempotencyKey: key }) => {
      if (!failed.has(key)) {
        failed.add(key);
        throw new ActionError({ code: 'BUSY', message: 'busy', retryable: true, effect: 'none' });
      }
      return world.writeOnce(key);
    });
    report.assertKept();
    expect(lifeWith(report, 'dies when ActionAttemptFailed is appended').handlerCalls).toBe(2);
    expect(lifeWith(report, 'dies when ActionStarted is appended').handlerCalls).toBe(2);
  });
});

describe('an unsafe action', () => {
  it('has at most one effect, and what nobody knows is unknown until somebody tells', async () => {
    const report = await world.lab('unsafe', (ctx) => world.write(ctx.idempotencyKey));
    report.assertKept();
    expect(Math.max(...report.lives.map(({ handlerCalls }) => handlerCalls))).toBe(1);
    const single = report.lives.filter(({ faults }) => faults.length === 1);
    const told = single.map(({ faults: [fault], effects, outcome }) => [fault, effects, outcome]);
    const late = 'succeeded, by late-worker';
    expect(told).toEqual([
      ['the executor dies before ActionRequested + ActionStarted is appended', 1, 'succeeded'],
      ['the executor dies when ActionRequested + ActionStarted is appended', 0, 'unknown'],
      ['the append of ActionRequested + ActionStarted is lost, and repeated', 1, 'succeeded'],
      [expect.stringContaining('answer to the append of ActionRequested'), 1, 'succeeded'],
      [
        'the executor pauses before ActionRequested + ActionStarted is appended, and comes back',
        1,
        'succeeded',
      ],
      [expect.stringContaining('dies during call 1'), 1, 'unknown'],
      [expect.stringContaining('comes back when all is over'), 1, late],
      [expect.stringContaining('comes back right after the takeover'), 1, late],
      ['the answer of call 1 of the handler is lost', 1, 'unknown'],
      ['call 1 of the handler times out, and goes on', 1, late],
      ['the process dies at "the invoice is asked for" of call 1', 0, 'unknown'],
      ['the process pauses at "the invoice is asked for" of call 1, and comes back', 1, late],
      ['the process dies at "the invoice is written" of call 1', 1, 'unknown'],
      ['the process pauses at "the invoice is written" of call 1, and comes back', 1, late],
      ['the executor dies before ActionSucceeded is appended', 1, 'unknown'],
      ['the executor dies when ActionSucceeded is appended', 1, 'succeeded'],
      ['the append of ActionSucceeded is lost, and repeated', 1, 'succeeded'],
      ['the answer to the append of ActionSucceeded is lost, and it is repeated', 1, 'succeeded'],
      ['the executor pauses before ActionSucceeded is appended, and comes back', 1, late],
    ]);
  });

  it('that says "nothing happened" where something did has it twice', async () => {
    let calls = 0;
    const report = await world.lab(
      'unsafe',
      async (ctx) => {
        await world.write(ctx.idempotencyKey);
        if (++calls === 2) throw new ActionError({ code: 'LOST', message: 'lost', effect: 'none' });
        return 'done';
      },
      {},
      { faultsMax: 1 },
    );
    const [second] = report.broken;
    expect(second).toMatchObject({ effects: 2, why: 'doubled: 2 effects' });
  });
});

describe('a verifiable action', () => {
  it('has one effect if its probe tells the truth; what lands behind the probe is not promised', async () => {
    const report = await world.lab('verifiable', (ctx) => world.write(ctx.idempotencyKey), {
      probe: async (ctx) =>
        world.has(ctx.idempotencyKey) ? { state: 'applied', result: 'found' } : { state: 'not-applied' },
    });
    report.assertKept();
    expect(lifeWith(report, 'dies at "the invoice is asked for"')).toMatchObject({
      handlerCalls: 2,
      effects: 1,
    });
    const found = lifeWith(report, 'dies at "the invoice is written"');
    expect(found).toMatchObject({ handlerCalls: 1, effects: 1, outcome: 'succeeded, by probe' });
    const late = lifeWith(report, 'pauses at "the invoice is asked for"');
    expect(late).toMatchObject({ effects: 2, verdict: 'not promised' });
    expect(faultsOf(report.lives)).toContain(
      'the executor dies before ActionSucceeded is appended; then the executor dies before the probe',
    );
  });

  it('whose probe does not tell the truth is named, with what it said', async () => {
    const report = await world.lab('verifiable', (ctx) => world.writeOnce(ctx.idempotencyKey), {
      probe: async () => ({ state: 'not-applied' }),
    });
    expect(lifeWith(report, 'dies before ActionSucceeded')).toMatchObject({
      verdict: 'broken',
      why: 'the probe said not-applied where 1 effect was there',
    });
  });

  it('whose probe cannot tell stays unknown, and has no second effect', async () => {
    const report = await world.lab('verifiable', (ctx) => world.write(ctx.idempotencyKey), {
      probe: async () => ({ state: 'unknown' }),
    });
    report.assertKept();
    expect(lifeWith(report, 'dies before ActionSucceeded')).toMatchObject({ effects: 1, outcome: 'unknown' });
  });
});

describe('an action that only reads', () => {
  it('has no effect, and is called again as often as it takes', async () => {
    const report = await world.lab('none', async () => {
      await crashPoint('it reads');
      return 'read';
    });
    report.assertKept();
    const life = lifeWith(report, 'dies at "it reads"');
    expect(life.handlerCalls).toBe(2);
    // Every call of it is new work.
    expect(life.story).not.toContain('somebody calls for the same work');
  });

  it('is named where it has one, before anything goes wrong', async () => {
    const report = await world.lab('none', () => world.write('a'));
    expect(report.lives).toHaveLength(1);
    expect(report.broken).toMatchObject([{ faults: [], why: '1 effect, of what only reads' }]);
  });
});
