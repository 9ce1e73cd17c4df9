import { writeFileSync } from 'node:fs';
import type { JsonObject } from '@action-do/contracts';
import {
  canRun,
  type HttpAnswer,
  LEDGER_ACTIONS,
  MISBEHAVING_ACTIONS,
  natsServerProgram,
  type RunningWorker,
  until,
} from '@action-do/test-support';
import { e2eMode, modeWithWorker, servicesOf } from './e2e-mode.js';
import { OnePlatform } from './one-platform.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

const EFFECTS = ['none', 'idempotent', 'transactional', 'verifiable', 'unsafe'] as const;
type Effects = (typeof EFFECTS)[number];

/** What becomes of an attempt of which nobody says what it did, by the effects class: the second table of execution. */
const WHEN_UNKNOWN: Record<Effects, { status: number; code?: string; calls: number }> = {
  none: { status: 200, calls: 2 },
  idempotent: { status: 200, calls: 2 },
  transactional: { status: 200, calls: 2 },
  // Its probe tells.
  verifiable: { status: 200, calls: 1 },
  unsafe: { status: 500, code: 'OUTCOME_UNKNOWN', calls: 1 },
};

/**
 * Short, for a dead worker is found out in two of them. Two executors take each other for dead where the machine keeps one
 * waiting for longer than that, and what it ran is then unknown, as it should be, but not what is asked here.
 */
const LEASE_MS = servicesOf(e2eMode()) === 2 ? 1_500 : 300;

suite('actions in workers', () => {
  const one = new OnePlatform(
    { DO_ACTIONS: `${LEDGER_ACTIONS},${MISBEHAVING_ACTIONS}`, DO_LEASE_MS: String(LEASE_MS) },
    modeWithWorker(),
    true,
  );
  beforeAll(async () => void (await one.start()), 60_000);
  afterAll(() => one.end());

  /**
   * As the SDK does it: again, where it is told to come again. For a second after it found nobody an executor does not ask
   * whether somebody has come, and of several any one may be asked.
   */
  async function executeWhereTaken(action: string, params: JsonObject): Promise<HttpAnswer> {
    const answers: HttpAnswer[] = [];
    await until('somebody performs it', async () => {
      const answer = await one.caller.execute(action, params);
      answers.push(answer);
      return answer.body.code !== 'NO_HANDLER';
    });
    const [last] = answers.slice(-1);
    if (last === undefined) throw new Error('nobody was asked');
    return last;
  }

  const effectKeysOf = (id: string) => new Set(one.ledgerOf(id).map(({ effectKey }) => effectKey));
  const expectTruth = (effects: Effects, id: string, { status, headers, body }: HttpAnswer): void => {
    const expected = WHEN_UNKNOWN[effects];
    expect([status, body.code]).toEqual([expected.status, expected.code]);
    expect(headers.get('do-should-retry')).toBe('false');
    expect(one.ledgerOf(id)).toHaveLength(expected.calls);
    // Every attempt does the same work: it hands the same key on.
    expect(effectKeysOf(id).size).toBe(1);
    if (status === 200) expect(body.result).toMatchObject({ id, attempt: expected.calls });
    else expect(body).toMatchObject({ effect: 'unknown', newKeySafe: false, retryable: false, attempts: 1 });
  };

  /** Work that holds until its gate opens: started until each of these workers has some of it. */
  async function bystanders(name: string, action: string, workers: readonly RunningWorker[]) {
    const gate = one.gate();
    const calls: { id: string; answer: Promise<HttpAnswer> }[] = [];
    const hosts = () => new Set(calls.map(({ id }) => one.ledgerOf(id)[0]?.pid));
    await until('each worker has some', async () => {
      const id = `${name}-${calls.length}`;
      calls.push({ id, answer: one.caller.execute(action, { id, gate: gate.file }) });
      await until('it runs', () => one.ledgerOf(id).length === 1);
      return workers.every(({ pid }) => hosts().has(pid));
    });
    return { calls, gate };
  }

  describe('that misbehave in a worker that lives', () => {
    const BAD_RESULTS = ['gives-a-cycle', 'gives-a-bigint', 'gives-a-function', 'gives-undefined'];
    const hangGate = one.gate();
    const answers = new Map<string, HttpAnswer>();
    let beside: Awaited<ReturnType<typeof bystanders>>;
    const idOf = (how: string, effects: Effects) => `${how}-${effects}`;
    const answerOf = (id: string): HttpAnswer => {
      const answer = answers.get(id);
      if (answer === undefined) throw new Error(`${id} was not called`);
      return answer;
    };

    beforeAll(async () => {
      const [first] = one.servingWorkers;
      if (first === undefined) throw new Error('there is no worker');
      beside = await bystanders('beside', 'note-unsafe', [first, await one.startWorker()]);
      const calls = ['throws-a-string', 'hangs', ...BAD_RESULTS].flatMap((how) =>
        EFFECTS.map(async (effects) => {
          const id = idOf(how, effects);
          const gate = how === 'hangs' ? { gate: hangGate.file } : {};
          answers.set(id, await one.caller.execute(`hasty-${effects}`, { id, how, ...gate }));
        }),
      );
      await Promise.all(calls);
    }, 60_000);

    it.each(EFFECTS)('by throwing a string: nobody knows what it did; %s', (effects) => {
      const id = idOf('throws-a-string', effects);
      expectTruth(effects, id, answerOf(id));
    });

    it.each(EFFECTS)('by hanging past the timeout of the attempt; %s', (effects) => {
      const id = idOf('hangs', effects);
      expectTruth(effects, id, answerOf(id));
    });

    it.each(BAD_RESULTS.flatMap((how) => EFFECTS.map((effects) => [how, effects] as const)))(
      'by a result that is none (%s): RESULT_INVALID, called once, its effect applied; %s',
      (how, effects) => {
        const id = idOf(how, effects);
        const { status, body } = answerOf(id);
        expect([status, body.code]).toEqual([502, 'RESULT_INVALID']);
        expect(body).toMatchObject({ retryable: false, effect: effects === 'none' ? 'none' : 'applied' });
        expect(one.ledgerOf(id)).toHaveLength(1);
      },
    );

    it('harm no other execution, on their worker or another', async () => {
      beside.gate.open();
      for (const { id, answer } of beside.calls) {
        const { status, body } = await answer;
        expect([status, body.execution?.attempts]).toEqual([200, 1]);
        expect(one.ledgerOf(id)).toHaveLength(1);
      }
    });

    it('and hang for good come to an end when their attempts are used up', async () => {
      const params = { id: 'for-good', how: 'hangs', times: 9, gate: one.gate().file };
      const { status, body } = await one.caller.execute('hasty-idempotent', params);
      expect([status, body.code, body.attempts]).toEqual([502, 'ATTEMPTS_EXHAUSTED', 2]);
      expect(body).toMatchObject({ effect: 'unknown', cause: { code: 'TIMED_OUT' } });
    });

    it('and hang at something unsafe settle what was unknown when they end after all', async () => {
      hangGate.open();
      const params = { id: idOf('hangs', 'unsafe'), how: 'hangs', gate: hangGate.file };
      const ask = () => one.caller.execute('hasty-unsafe', params);
      await until('its late outcome is in', async () => (await ask()).status === 200);
      expect((await ask()).body.result).toMatchObject({ id: params.id, attempt: 1 });
      expect(one.ledgerOf(params.id)).toHaveLength(1);
    });
  });

  describe.each<[string, 'exits' | 'hangs']>([
    ['that call process.exit in the middle of an attempt', 'exits'],
    ['whose worker is killed -9 in the middle of a call', 'hangs'],
  ])('%s', (_, how) => {
    const gate = one.gate();
    const idOf = (effects: Effects) => `dies-${how}-${effects}`;
    const calls = new Map<Effects, Promise<HttpAnswer>>();
    let dying: RunningWorker;
    let beside: Awaited<ReturnType<typeof bystanders>>;

    beforeAll(async () => {
      await one.killWorkers();
      dying = await one.startWorker();
      for (const effects of EFFECTS) {
        const params = { id: idOf(effects), how, gate: gate.file };
        calls.set(effects, one.caller.execute(`patient-${effects}`, params));
      }
      await until('all are in their middle', () =>
        EFFECTS.every((effects) => one.ledgerOf(idOf(effects)).length === 1),
      );
      beside = await bystanders(`beside-${how}`, 'note-unsafe', [dying, await one.startWorker()]);
      if (how === 'exits') gate.open();
      else await dying.kill();
      await until('the worker is gone', () => dying.ended());
    }, 60_000);

    it.each(EFFECTS)('end as what nobody can tell of; %s', async (effects) => {
      const answer = await calls.get(effects);
      if (answer === undefined) throw new Error('it was not called');
      expectTruth(effects, idOf(effects), answer);
      const [first, second] = one.ledgerOf(idOf(effects));
      expect(first?.pid).toBe(dying.pid);
      expect(second?.pid).not.toBe(dying.pid);
    });

    it('harm no execution on another worker', async () => {
      beside.gate.open();
      const told = await Promise.all(
        beside.calls.map(async ({ id, answer }) => {
          const { status, body } = await answer;
          const lines = one.ledgerOf(id);
          expect(lines).toHaveLength(1);
          return { died: lines[0]?.pid === dying.pid, status, code: body.code };
        }),
      );
      for (const { died, status, code } of told)
        expect([status, code]).toEqual(died ? [500, 'OUTCOME_UNKNOWN'] : [200, undefined]);
      expect(new Set(told.map(({ died }) => died)).size).toBe(2);
    });
  });

  it('that kill their process each time come to an end when their attempts are used up', async () => {
    await one.killWorkers();
    let worker: RunningWorker | null = await one.startWorker();
    let told: HttpAnswer | undefined;
    const call = one.caller.execute('patient-idempotent', { id: 'deadly', how: 'exits', times: 9 });
    void call.then((answer) => {
      told = answer;
    });
    while (told === undefined) {
      await until(
        'it killed its process again, or is told',
        () => told !== undefined || (worker?.ended() ?? true),
      );
      // It may be called, and kill the next one, as soon as that listens.
      if (told === undefined) worker = await one.startWorker().catch(() => null);
    }
    const { status, body } = told;
    expect([status, body.code]).toEqual([502, 'ATTEMPTS_EXHAUSTED']);
    expect(body.cause).toMatchObject({ code: 'LEASE_LOST' });
    // Tries that found no worker between the two are recorded as well, and use up nothing.
    const pids = one.ledgerOf('deadly').map(({ pid }) => pid);
    expect([pids.length, new Set(pids).size]).toEqual([2, 2]);
  }, 60_000);

  it('whose worker stands still are unknown, until it goes on and they come to their own end', async () => {
    await one.killWorkers();
    const worker = await one.startWorker();
    const params = { id: 'stands-still', how: 'hangs', gate: one.gate().file };
    const ask = () => one.caller.execute('patient-unsafe', params);
    const first = ask();
    await until('it runs', () => one.ledgerOf(params.id).length === 1);
    worker.pause();
    expectTruth('unsafe', params.id, await first);
    writeFileSync(params.gate, '');
    worker.resume();
    await until('its late outcome is in', async () => (await ask()).status === 200);
    expect((await ask()).body.execution?.attempts).toBe(1);
    expect(one.ledgerOf(params.id)).toHaveLength(1);
  });

  describe('that no worker is there for', () => {
    beforeAll(() => one.killWorkers());
    const asked: string[] = [];

    /** What one executor found out, another does not know: of several, each accepts until it found out for itself. */
    async function firstRefused(): Promise<HttpAnswer> {
      const answers: HttpAnswer[] = [];
      const isAlone = servicesOf(e2eMode()) !== 2;
      await until('one that knows is asked', async () => {
        const id = `refused-${asked.length}`;
        asked.push(id);
        const answer = await one.caller.execute('note-unsafe', { id }, { prefer: 'respond-async' });
        answers.push(answer);
        return isAlone || answer.status !== 202;
      });
      const last = answers.at(-1);
      if (last === undefined) throw new Error('nobody was asked');
      return last;
    }

    /** As the catalogue tells it, which looks anew after a second. */
    const handlersAre = (handlers: string): Promise<void> =>
      until(`the catalogue says ${handlers}`, async () => {
        const { authorization } = one.caller;
        const { body } = await one.caller.send('/v1/actions?action=note-unsafe', { headers: authorization });
        return body.items?.some((item) => 'handlers' in item && item.handlers === handlers) ?? false;
      });

    it('are in the catalogue all the same, as those that nobody performs now', () => handlersAre('absent'));

    it('wait where that was found out after the claim, and are done once when one comes (row 18b)', async () => {
      const accepted = await one.caller.execute('note-unsafe', { id: 'waits' }, { prefer: 'respond-async' });
      expect(accepted.status).toBe(202);
      const id = accepted.body.execution?.id ?? '';
      await until('it was found out', async () => {
        const { text } = await one.caller.ask(id, 'events');
        return text.includes('"type":"ActionAttemptFailed"') && text.includes('"code":"NO_HANDLER"');
      });
      const refused = await firstRefused();
      expect([refused.status, refused.body.code]).toEqual([503, 'NO_HANDLER']);
      expect(refused.headers.get('do-should-retry')).toBe('true');
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      await one.startWorker();
      const { status, body } = await one.caller.execute('note-unsafe', { id: 'waits' });
      expect([status, body.result]).toEqual([200, expect.objectContaining({ id: 'waits' })]);
      expect(one.ledgerOf('waits')).toHaveLength(1);
    });

    it('are refused with 503 NO_HANDLER where that is known before: nothing is recorded (row 18)', async () => {
      const again = await executeWhereTaken('note-unsafe', { id: asked.at(-1) ?? '' });
      expect([again.status, again.body.execution?.generation]).toEqual([200, 1]);
      const { body } = await one.caller.ask(again.body.execution?.id ?? '', 'events');
      expect(body.items?.map(({ type }) => type)).toEqual([
        'ActionRequested',
        'ActionStarted',
        'ActionSucceeded',
      ]);
    });

    it('are seen in the catalogue to be performed again when a worker has come', () =>
      handlersAre('present'));
  });

  it('whose answers the bus lost go on, and callers are told what is found, be it that they run (row 17)', async () => {
    const gate = one.gate();
    const lost = () => one.ledger().filter(({ id }) => id.startsWith('lost-'));
    const execute = (action: string) => executeWhereTaken(action, { id: `lost-${action}`, gate: gate.file });
    const actions = ['note-idempotent', 'note-unsafe'];
    const calls = actions.map(execute);
    await until('both run', () => lost().length === 2);
    await one.restartNats();
    for (const { status, body } of await Promise.all(calls))
      expect([status, body.execution?.status]).toEqual([202, 'running']);
    gate.open();
    for (const { status, body } of await Promise.all(actions.map(execute)))
      expect([status, body.execution?.attempts]).toEqual([200, 1]);
    expect(lost()).toHaveLength(2);
  });
});
