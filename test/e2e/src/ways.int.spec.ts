import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@action-do/contracts';
import {
  type CallOptions,
  type HttpAnswer,
  nameOf,
  resultMember,
  until,
  type WayAction,
} from '@action-do/test-support';
import { IN_DOUBT, UPSETTING } from './ways/expected.js';
import { isWhole, Ways, waysHere } from './ways/way.js';

// One suite for all ways to offer an action: whoever performs it, callers, the audit trail and the world outside see the same.
const RESULT_BYTES_MAX = 512 * 1024;
/** What is not asked here is no test that was skipped. */
const itWhere = (isAsked: boolean): typeof it | ((...it: unknown[]) => void) => (isAsked ? it : () => {});
const ways = new Ways();
beforeAll(async () => void (await ways.one.start()), 60_000);
afterAll(() => ways.end());

describe.each(waysHere())('an action offered as %s', (way) => {
  const performing = ways.performing(way);
  const { one, files } = ways;
  beforeAll(() => performing.start(), 60_000);
  afterAll(() => performing.stop());

  const idOf = (what: string): string => `${way}-${what}`;
  const call = (
    action: WayAction,
    params: JsonObject & { id: string },
    options?: CallOptions,
  ): Promise<HttpAnswer> => one.caller.execute(nameOf(way, action), params, options);
  /** Begun, and not waited for. @returns its execution */
  async function begun(action: WayAction, params: JsonObject & { id: string }): Promise<string> {
    const { status, body } = await call(action, params, { prefer: 'respond-async' });
    expect(status).toBe(202);
    return body.execution?.id ?? '';
  }
  const callsOf = (id: string) => files.readCalls().filter(({ work }) => work === id);
  const effectsOf = (id: string) => {
    const keys = new Set(callsOf(id).map(({ effectKey }) => effectKey));
    return files.readEffects().filter(({ effectKey }) => keys.has(effectKey));
  };
  const eventsOf = async (execution: string): Promise<string[]> =>
    ((await one.caller.ask(execution, 'events')).body.items ?? []).map(({ type }) =>
      type.replace(/^Action/, ''),
    );
  const executionOf = ({ body }: HttpAnswer): string => body.execution?.id ?? body.executionId ?? '';
  /** The same call again, until it is closed or in doubt. */
  async function settled(action: WayAction, params: JsonObject & { id: string }): Promise<HttpAnswer> {
    const answers: HttpAnswer[] = [];
    await until('it is settled', async () => {
      answers.push(await call(action, params));
      return ![202, 409, 503].includes(answers.at(-1)?.status ?? 202);
    });
    const [last] = answers.slice(-1);
    if (last === undefined) throw new Error('nobody was asked');
    return last;
  }

  it('succeeds once, and its repeat gets the stored result byte for byte', async () => {
    const params = { id: idOf('success') };
    const first = await call('unsafe', params);
    const again = await call('unsafe', params);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.headers.get('idempotency-status')).toBe('replayed');
    expect(resultMember(again.text)).toBe(resultMember(first.text));
    expect(first.body.result).toMatchObject({ id: params.id, attempt: 1 });
    expect([callsOf(params.id).length, effectsOf(params.id).length]).toEqual([1, 1]);
    expect(await eventsOf(executionOf(first))).toEqual(['Requested', 'Started', 'Succeeded']);
  });

  it('fails as its author declares: the code, nothing done, not tried again, and told alike to the same call', async () => {
    const params = { id: idOf('declines'), how: 'declines', times: 9 };
    const requestId = randomUUID();
    const first = await call('unsafe', params, { requestId });
    expect([first.status, first.body]).toMatchObject([
      422,
      {
        code: 'ACTION_FAILED',
        effect: 'none',
        retryable: false,
        cause: { code: 'CARD_DECLINED', message: 'the card was declined' },
      },
    ]);
    const again = await call('unsafe', params, { requestId });
    const { code, effect, cause, executionId } = first.body;
    expect(again.body).toMatchObject({ code, effect, cause, executionId, retryable: false });
    expect([callsOf(params.id).length, effectsOf(params.id).length]).toEqual([1, 0]);
    expect(await eventsOf(executionOf(first))).toEqual(['Requested', 'Started', 'Failed']);
  });

  it.each([
    ['none', 200, 2, ['AttemptFailed', 'Started', 'Succeeded']],
    ['idempotent', 200, 2, ['AttemptFailed', 'Started', 'Succeeded']],
    ['transactional', 200, 2, ['AttemptFailed', 'Started', 'Succeeded']],
    ['verifiable', 200, 2, ['AttemptFailed', 'Started', 'Succeeded']],
    ['unsafe', 500, 1, ['OutcomeUnknown']],
  ] as const)('that throws says nothing of what it did: %s', async (action, status, calls, events) => {
    const params = { id: idOf(`throws-${action}`), how: 'throws' };
    const answer = await call(action, params);
    expect([answer.status, callsOf(params.id).length]).toEqual([status, calls]);
    expect(new Set(callsOf(params.id).map(({ effectKey }) => effectKey)).size).toBe(1);
    expect(await eventsOf(executionOf(answer))).toEqual(['Requested', 'Started', ...events]);
  });

  it('with a result that is none is RESULT_INVALID, its effect applied, and not done again', async () => {
    const params = { id: idOf('misfits'), how: 'misfits', times: 9 };
    const answer = await call('strict', params);
    expect([answer.status, answer.body]).toMatchObject([
      502,
      { code: 'RESULT_INVALID', effect: 'applied', retryable: false },
    ]);
    expect([callsOf(params.id).length, effectsOf(params.id).length]).toEqual([1, 1]);
    expect(await eventsOf(executionOf(answer))).toEqual(['Requested', 'Started', 'Failed']);
  });

  it('that does not end in time is done again where that is safe', async () => {
    const params = { id: idOf('timeout'), after: one.gate().file, isDeaf: true };
    const answer = await call('hasty', params);
    expect([answer.status, answer.body.execution?.attempts]).toEqual([200, 2]);
    expect([callsOf(params.id).length, effectsOf(params.id).length]).toEqual([2, 1]);
    const { items = [] } = (await one.caller.ask(executionOf(answer), 'events')).body;
    expect(items[2]).toMatchObject({ type: 'ActionAttemptFailed', data: { error: { code: 'TIMED_OUT' } } });
  });

  it('that does not end in time is unknown where it is not, until its late outcome settles it', async () => {
    const gate = one.gate();
    const params = { id: idOf('timeout-unsafe'), after: gate.file, isDeaf: true };
    const answer = await call('hasty-unsafe', params);
    expect([answer.status, answer.body.code]).toEqual([500, 'OUTCOME_UNKNOWN']);
    gate.open();
    await until('its late outcome is in', async () => (await call('hasty-unsafe', params)).status === 200);
    expect(callsOf(params.id)).toHaveLength(1);
    expect(await eventsOf(executionOf(answer))).toEqual([
      'Requested',
      'Started',
      'OutcomeUnknown',
      'Succeeded',
    ]);
  });

  itWhere(isWhole)('that says that it goes on may take longer than its timeout', async () => {
    const params = { id: idOf('beats'), beats: 12, beatMs: 100 };
    const answer = await call('hasty-unsafe', params);
    expect([answer.status, answer.body.execution?.attempts]).toEqual([200, 1]);
    expect([callsOf(params.id).length, effectsOf(params.id).length]).toEqual([1, 1]);
  });

  itWhere(performing.hearsCancel)('is cancelled where it heeds the word', async () => {
    const params = { id: idOf('cancel'), before: one.gate().file, times: 9 };
    const execution = await begun('idempotent', params);
    await until('it runs', () => callsOf(params.id).length === 1);
    const { status, body } = await one.caller.control(execution, 'cancel', { reason: 'not wanted' });
    expect([status, body.execution?.status]).toEqual([200, 'cancelled']);
    expect([callsOf(params.id).length, effectsOf(params.id).length]).toEqual([1, 0]);
    expect(await eventsOf(execution)).toEqual(['Requested', 'Started', 'CancelRequested', 'Failed']);
  });

  it('that does not heed a cancel is waited for, and its success stays one', async () => {
    const gate = one.gate();
    const params = { id: idOf('cancel-deaf'), before: gate.file, isDeaf: true };
    const execution = await begun('idempotent', params);
    await until('it runs', () => callsOf(params.id).length === 1);
    const asked = await one.caller.control(execution, 'cancel', { reason: 'not wanted' }, 'respond-async');
    expect([asked.status, asked.body.execution?.status]).toEqual([202, 'running']);
    gate.open();
    expect((await settled('idempotent', params)).status).toBe(200);
    expect(await eventsOf(execution)).toEqual(['Requested', 'Started', 'CancelRequested', 'Succeeded']);
  });

  it('is undone, by an undo that may fail once, under one key of its own', async () => {
    const params = { id: idOf('undo'), undoFails: 1 };
    const answer = await call('idempotent', params);
    const execution = executionOf(answer);
    const undone = await one.caller.control(execution, 'undo', { reason: 'not wanted' });
    expect([undone.status, undone.body.execution?.status]).toEqual([200, 'undone']);
    const undos = callsOf(params.id).slice(1);
    expect(undos.map(({ action, attempt, effectKey }) => [action, attempt, effectKey])).toEqual(
      [1, 2].map((attempt) => [`${nameOf(way, 'idempotent')}.undo`, attempt, `undo:${execution}`]),
    );
    expect(await eventsOf(execution)).toEqual([
      ...['Requested', 'Started', 'Succeeded', 'UndoRequested'],
      ...['UndoStarted', 'UndoFailed', 'UndoStarted', 'Undone'],
    ]);
  });

  it.each([
    [RESULT_BYTES_MAX - 1, 200],
    [RESULT_BYTES_MAX, 200],
    [RESULT_BYTES_MAX + 1, 502],
  ])('may give a result of 512 KiB, to the byte: %i', async (bytes, status) => {
    const params = { id: idOf(`bytes-${bytes}`), bytes };
    const answer = await call('unsafe', params);
    expect([answer.status, answer.body.code]).toEqual([
      status,
      status === 200 ? undefined : 'RESULT_TOO_LARGE',
    ]);
    if (status === 200) expect(Buffer.byteLength(resultMember(answer.text))).toBe(bytes);
    else expect(answer.body).toMatchObject({ effect: 'applied', retryable: false });
    expect(callsOf(params.id)).toHaveLength(1);
    const again = await call('unsafe', params);
    if (status === 200) expect(resultMember(again.text)).toBe(resultMember(answer.text));
    else expect([again.status, again.body.code]).toEqual([502, 'RESULT_TOO_LARGE']);
  });

  it('gives back any value as it is, to its call and to a repeat', async () => {
    await Promise.all(
      UPSETTING.map(async (value, at) => {
        const params = { id: idOf(`value-${at}`), value };
        const answer = await call('unsafe', params);
        expect([answer.status, resultMember(answer.text)]).toEqual([200, JSON.stringify(value)]);
        const again = await call('unsafe', params);
        expect(resultMember(again.text)).toBe(JSON.stringify(value));
        expect(callsOf(params.id)).toHaveLength(1);
      }),
    );
  });

  it.each([
    [200, 200],
    [300, 502],
    [2_000, 502],
  ])('may give a result of %i lists within lists: %i', async (depth, status) => {
    const params = { id: idOf(`depth-${depth}`), depth };
    const answer = await call('unsafe', params);
    expect([answer.status, answer.body.code]).toEqual([
      status,
      status === 200 ? undefined : 'RESULT_INVALID',
    ]);
    if (status === 200) expect(resultMember(answer.text)).toBe('['.repeat(depth) + ']'.repeat(depth));
    else expect(answer.body).toMatchObject({ effect: 'applied', retryable: false });
    expect(callsOf(params.id)).toHaveLength(1);
  });

  it('gets params of any name and value as they are', async () => {
    const keys = ['id', 'response', 'err', 'pattern', 'isDisposed', 'status', 'data'];
    const all = Object.fromEntries(keys.map((key, at) => [key, UPSETTING[at] ?? at]));
    const odd = UPSETTING.map((value, at) => ({ id: idOf(`echo-${at}`), data: value }));
    const alone = keys.map((key) => ({ [key]: `${way}-only` }));
    await Promise.all(
      [all, ...alone, ...odd].map(async (params) => {
        const answer = await one.caller.execute(nameOf(way, 'echo'), params);
        expect([answer.status, answer.body.result]).toEqual([200, params]);
      }),
    );
  });

  itWhere(isWhole)(
    'whose performer dies in the middle comes to what its class promises',
    async () => {
      const cases = IN_DOUBT.map(([action, dies, more, expected], at) => {
        const gate = one.gate();
        const params = { id: idOf(`dies-${action}-${at}`), [dies]: gate.file, ...more };
        return { action, dies, expected, gate, params };
      });
      const executions = await Promise.all(cases.map(({ action, params }) => begun(action, params)));
      await until('all are in their middle', () =>
        cases.every(({ action, dies, params: { id } }) => {
          const isDone = action === 'none' || dies === 'before' || effectsOf(id).length === 1;
          return isDone && callsOf(id).length === 1;
        }),
      );
      await performing.kill();
      await performing.start();
      for (const [at, { action, params, expected }] of cases.entries()) {
        const { status, body } = await settled(action, params);
        const calls = callsOf(params.id);
        expect([params.id, status, calls.length]).toEqual([params.id, expected.status, expected.calls]);
        expect(new Set(calls.map(({ effectKey }) => effectKey)).size).toBe(1);
        const effects = effectsOf(params.id);
        expect(effects).toHaveLength(action === 'none' ? 0 : 1);
        const events = await eventsOf(executions[at] ?? '');
        expect(events.slice(0, 2)).toEqual(['Requested', 'Started']);
        if (status === 200) {
          const nonces = effects.map(({ nonce }) => ({ nonce }));
          // Attempts that found nobody have numbers of their own.
          const attempt = calls.at(expected.by === 'first' ? 0 : -1)?.attempt;
          expect(body.result).toMatchObject({ id: params.id, attempt, ...nonces[0] });
          expect(events.at(-1)).toBe('Succeeded');
        } else expect([body.code, events.at(-1)]).toEqual(['OUTCOME_UNKNOWN', 'OutcomeUnknown']);
      }
      // Whoever still waits at one goes on, and is not listened to any more.
      for (const { gate } of cases) gate.open();
    },
    60_000,
  );

  itWhere(performing.canBeAway)(
    'is refused where nobody is there any more, nothing recorded; what was accepted before waits, and all is done once somebody comes',
    async () => {
      await performing.stop();
      const asked: (JsonObject & { id: string })[] = [];
      await until('it is known that nobody is there', async () => {
        const params = { id: idOf(`away-${asked.length}`) };
        asked.push(params);
        const { status, body } = await call('unsafe', params, { prefer: 'respond-async' });
        if (status === 503) expect([body.code, body.newKeySafe]).toEqual(['NO_HANDLER', true]);
        else expect(status).toBe(202);
        return status === 503;
      });
      await performing.start();
      for (const params of asked) {
        const answer = await settled('unsafe', params);
        expect([answer.status, answer.body.execution?.generation]).toEqual([200, 1]);
        expect(callsOf(params.id)).toHaveLength(1);
      }
    },
  );
});
