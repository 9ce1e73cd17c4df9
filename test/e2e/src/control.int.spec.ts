import { until } from '@action-do/test-support';
import { Do } from '@do-sdk/core';
import { onePlatform } from './one-platform.js';
import { registryOverHttp } from './registry.contract.js';

/** What an operator does to executions, over HTTP: rows 19 (retry, resolve), 22 and 25 of the table of outcomes. */
// An attempt counts as at work until its timeout and a lease have passed: both are short here.
const one = onePlatform({ DO_LEASE_MS: '500' });
const reason = 'the test wants it';
const status = (headers: Headers): string | null => headers.get('idempotency-status');

/** Begun and not waited for. @returns its id */
async function begun(action: string, params: { id: string; gate?: string }): Promise<string> {
  const { body } = await one.caller.execute(action, params, { prefer: 'respond-async' });
  return body.execution?.id ?? '';
}
const statusOf = async (id: string) => (await one.caller.ask(id)).body.execution?.status;
const typesOf = async (id: string) =>
  (await one.caller.ask(id, 'events')).body.items?.map(({ type }) => type) ?? [];

describe('row 22: a cancel', () => {
  it('of what waits for its next attempt is certain: 200 cancelled, recorded with who and why', async () => {
    const id = await begun('retries-later', { id: 'r22' });
    await until('its first attempt failed', async () => (await statusOf(id)) === 'retrying');
    const attached = one.caller.ask(id, 'attach');
    const { status: code, body } = await one.caller.control(id, 'cancel', { reason });
    expect([code, body.execution?.status]).toEqual([200, 'cancelled']);
    const others = [await attached, await one.caller.ask(id, 'attach')];
    for (const other of others) expect([other.status, other.body.code]).toEqual([409, 'CANCELLED']);
    const { items = [] } = (await one.caller.ask(id, 'events')).body;
    expect(items.slice(-2)).toMatchObject([
      { type: 'ActionCancelRequested', actor: { type: 'api_key' }, data: { reason } },
      { type: 'ActionFailed', actor: { type: 'api_key' }, data: { error: { code: 'CANCELLED' } } },
    ]);
    expect((await one.caller.control(id, 'cancel', { reason })).status).toBe(200);
    expect(await typesOf(id)).toHaveLength(items.length);
    expect(one.ledgerOf('r22')).toHaveLength(1);
  });

  it('of an attempt under way aborts its signal, and what fails then is not tried again', async () => {
    const gate = one.gate();
    const id = await begun('note-idempotent', { id: 'r22-runs', gate: gate.file });
    await until('the handler runs', () => one.ledgerOf('r22-runs').length === 1);
    const { status: code, body } = await one.caller.control(id, 'cancel', { reason });
    expect([code, body.execution?.status]).toEqual([200, 'cancelled']);
    expect(one.ledgerOf('r22-runs')).toHaveLength(1);
  });

  it('of an attempt that does not listen is 202 until that ends, and its success stays one', async () => {
    const gate = one.gate();
    const id = await begun('deaf', { id: 'r22-deaf', gate: gate.file });
    await until('the handler runs', () => one.ledgerOf('r22-deaf').length === 1);
    const asked = await one.caller.control(id, 'cancel', { reason }, 'respond-async');
    expect([asked.status, asked.body.execution?.status]).toEqual([202, 'running']);
    expect(asked.headers.get('location')).toBe(`/v1/executions/${id}`);
    gate.open();
    const ended = await one.caller.control(id, 'cancel', { reason });
    expect([ended.status, ended.body.execution?.status, ended.body.result]).toEqual([
      200,
      'succeeded',
      expect.objectContaining({ id: 'r22-deaf' }),
    ]);
    expect((await typesOf(id)).filter((type) => type === 'ActionCancelRequested')).toHaveLength(1);
  });

  it('of what is closed is refused with NOT_POSSIBLE, which says how it stands', async () => {
    const { body } = await one.caller.execute('note-idempotent', { id: 'r22-closed' });
    const refused = await one.caller.control(body.execution?.id ?? '', 'cancel', { reason });
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
      409,
      'NOT_POSSIBLE',
      expect.stringContaining('succeeded'),
    ]);
  });

  it.each([
    ['without a reason', {}, 400, 'BODY_INVALID'],
    ['of what there is not', { reason }, 404, 'NOT_FOUND'],
  ])('%s is refused', async (_how, body, code, name) => {
    const refused = await one.caller.control(`exe_${'0'.repeat(32)}-1`, 'cancel', body);
    expect([refused.status, refused.body.code]).toEqual([code, name]);
  });
});

describe('row 25: what was undone', () => {
  it('is done again by the next call, with a new effect key', async () => {
    const params = { id: 'r25' };
    const first = await one.caller.execute('note-undoable', params);
    const id = first.body.execution?.id ?? '';
    const undone = await one.caller.control(id, 'undo', { reason });
    expect([undone.status, undone.body.execution?.status]).toEqual([200, 'undone']);
    expect((await one.caller.control(id, 'undo', { reason })).status).toBe(200);
    const again = await one.caller.execute('note-undoable', params);
    expect([again.status, status(again.headers), again.headers.get('idempotency-generation')]).toEqual([
      200,
      'executed',
      '2',
    ]);
    const [done, taken, anew, ...more] = one.ledgerOf('r25');
    expect([taken?.action, taken?.effectKey]).toEqual([
      `note-undoable.undo.of.${done?.effectKey}`,
      `undo:${id}`,
    ]);
    expect(anew?.action).toBe('note-undoable');
    expect(anew?.effectKey).not.toBe(done?.effectKey);
    expect(more).toEqual([]);
    const { items = [] } = (await one.caller.ask(id, 'events')).body;
    expect(items.slice(-3)).toMatchObject([
      { type: 'ActionUndoRequested', actor: { type: 'api_key' }, data: { reason } },
      { type: 'ActionUndoStarted', data: { attempt: 1 } },
      { type: 'ActionUndone' },
    ]);
  });

  it('is 409 IN_PROGRESS for calls while the undo runs; a second undo joins it', async () => {
    const gate = one.gate();
    const params = { id: 'r25-runs', undoGate: gate.file };
    const { body } = await one.caller.execute('note-undoable', params);
    const id = body.execution?.id ?? '';
    const asked = await one.caller.control(id, 'undo', { reason }, 'respond-async');
    const waits = { status: 'waiting', attempts: 0, effect: 'none' };
    expect([asked.status, asked.body.execution?.undo]).toEqual([202, waits]);
    await until('the undo runs', () => one.ledgerOf('r25-runs').length === 2);
    const meanwhile = await one.caller.execute('note-undoable', params);
    expect([meanwhile.status, meanwhile.body.code]).toEqual([409, 'IN_PROGRESS']);
    const second = one.caller.control(id, 'undo', { reason });
    gate.open();
    expect([(await second).status, (await second).body.execution?.status]).toEqual([200, 'undone']);
    expect(one.ledgerOf('r25-runs')).toHaveLength(2);
  });

  it('is tried again where the undo fails, under one key', async () => {
    const { body } = await one.caller.execute('note-undoable', { id: 'r25-fails', undoFails: 2 });
    const id = body.execution?.id ?? '';
    const undone = await one.caller.control(id, 'undo', { reason });
    expect([undone.status, undone.body.execution?.status]).toEqual([200, 'undone']);
    const undos = one.ledgerOf('r25-fails').slice(1);
    expect(undos.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(undos.map(({ effectKey }) => effectKey))).toEqual(new Set([`undo:${id}`]));
  });

  it('has an undo: without one it is refused with NOT_POSSIBLE', async () => {
    const { body } = await one.caller.execute('note-idempotent', { id: 'r25-none' });
    const refused = await one.caller.control(body.execution?.id ?? '', 'undo', { reason });
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
      409,
      'NOT_POSSIBLE',
      expect.stringMatching(/undo/),
    ]);
    expect(one.ledgerOf('r25-none')).toHaveLength(1);
  });
});

describe('the SDK', () => {
  it('starts, cancels and undoes, and what was wanted is no error', async () => {
    const d = new Do(one.platform.apiKey, { baseUrl: one.platform.url });
    const { result: run } = await d.action.start({ name: 'retries-later', params: { id: 'sdk-cancel' } });
    const cancelled = await run?.cancel({ reason });
    expect([cancelled?.error, cancelled?.execution?.status]).toEqual([undefined, 'cancelled']);
    const done = await d.action.executeOrThrow({ name: 'note-undoable', params: { id: 'sdk-undo' } });
    const undone = await d.action.undo(done.execution.id, { reason });
    expect([undone.error, undone.execution?.status]).toEqual([undefined, 'undone']);
    const refused = await d.action.cancel(done.execution.id, { reason });
    expect(refused.error).toMatchObject({ code: 'NOT_POSSIBLE', status: 409, source: 'executor' });
    const failing = await d.action.executeOrThrow({
      name: 'note-undoable',
      params: { id: 'sdk-fails', undoFails: 9 },
    });
    const failed = await d.action.undo(failing.execution.id, { reason });
    expect([failed.error?.code, failed.execution?.undo?.status]).toEqual(['COMPENSATION_FAILED', 'failed']);
  });
});

describe('row 19: an operator, where the outcome is unknown', () => {
  const names = ['resolve', 'retry', 'failed', 'wrong'] as const;
  const gates = { resolve: one.gate(), retry: one.gate(), failed: one.gate(), wrong: one.gate() };
  const paramsOf = (name: (typeof names)[number]) => ({ id: `r19-${name}`, gate: gates[name].file });
  const ids: Record<string, string> = {};
  const idOf = (name: (typeof names)[number]): string => ids[name] ?? '';

  // All at once: each may be resolved only when its attempt can be at work no more.
  beforeAll(async () => {
    for (const name of names) {
      const { status: code, body } = await one.caller.execute('doubtful', paramsOf(name));
      expect([code, body.code]).toEqual([500, 'OUTCOME_UNKNOWN']);
      ids[name] = body.executionId ?? '';
    }
  });

  it('is told to wait while the attempt may be at work: 409 IN_PROGRESS, and for how long', async () => {
    const { body } = await one.caller.execute('doubtful-for-long', { id: 'r19-early' });
    const say = { reason, outcome: { error: { message: 'it never arrived', effect: 'none' } } };
    const early = await one.caller.control(body.executionId ?? '', 'resolve', say);
    expect([early.status, early.body.code, early.body.retryAfterMs]).toEqual([
      409,
      'IN_PROGRESS',
      expect.any(Number),
    ]);
    expect(early.headers.get('retry-after')).toMatch(/^3\d{3}$/);
  });

  it('says that it succeeded, once the attempt can be at work no more: duplicates get that result', async () => {
    const id = idOf('resolve');
    const result = { id: 'r19-resolve', effectKey: 'seen-outside', attempt: 1 };
    const say = { reason, outcome: { result }, evidence: 'the outside system shows it' };
    let resolved = await one.caller.control(id, 'resolve', say);
    await until('it is late enough', async () => {
      resolved = await one.caller.control(id, 'resolve', say);
      return resolved.body.code !== 'IN_PROGRESS';
    });
    expect([resolved.status, resolved.body.execution?.status, resolved.body.result]).toEqual([
      200,
      'succeeded',
      result,
    ]);
    const repeat = await one.caller.execute('doubtful', paramsOf('resolve'));
    expect([repeat.status, status(repeat.headers), repeat.body.result]).toEqual([200, 'replayed', result]);
    const { items = [] } = (await one.caller.ask(id, 'events')).body;
    expect(items.at(-1)).toMatchObject({
      type: 'ActionSucceeded',
      actor: { type: 'api_key' },
      data: { settledBy: 'operator', reason, evidence: say.evidence },
    });
    expect(one.ledgerOf('r19-resolve')).toHaveLength(1);
  });

  it('has it done again: a new generation with the same effect key', async () => {
    const id = idOf('retry');
    gates.retry.open();
    const retried = await one.caller.control(id, 'retry', { reason });
    expect([retried.status, retried.body.execution?.id]).toEqual([200, id.replace(/-1$/, '-2')]);
    const keys = one.ledgerOf('r19-retry').map(({ effectKey }) => effectKey);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
    const { items = [] } = (await one.caller.ask(id, 'events')).body;
    expect(items.at(-1)).toMatchObject({
      type: 'ActionFailed',
      actor: { type: 'api_key' },
      data: { settledBy: 'operator', reason, error: { code: 'OUTCOME_UNKNOWN' } },
    });
    const repeat = await one.caller.execute('doubtful', paramsOf('retry'));
    expect([repeat.status, status(repeat.headers)]).toEqual([200, 'replayed']);
    const refused = await one.caller.control(id, 'retry', { reason });
    expect([refused.status, refused.body.code]).toEqual([409, 'NOT_POSSIBLE']);
  });

  it('says that it failed, with nothing done: the next call does it', async () => {
    const id = idOf('failed');
    const say = { reason, outcome: { error: { message: 'it never arrived', effect: 'none' } } };
    await until('it is late enough', async () => {
      const { body } = await one.caller.control(id, 'resolve', say);
      return body.code !== 'IN_PROGRESS';
    });
    expect((await one.caller.ask(id)).body.execution).toMatchObject({ status: 'failed', effect: 'none' });
    gates.failed.open();
    const done = await one.caller.execute('doubtful', paramsOf('failed'));
    expect([done.status, done.headers.get('idempotency-generation')]).toEqual([200, '2']);
    const keys = one.ledgerOf('r19-failed').map(({ effectKey }) => effectKey);
    expect([keys.length, new Set(keys).size]).toEqual([2, 2]);
  });

  it('is refused a result that the action cannot have given, and what is not unknown', async () => {
    const id = idOf('wrong');
    let refused = await one.caller.control(id, 'resolve', { reason, outcome: { result: { id: 7 } } });
    await until('it is late enough', async () => {
      refused = await one.caller.control(id, 'resolve', { reason, outcome: { result: { id: 7 } } });
      return refused.body.code !== 'IN_PROGRESS';
    });
    expect([refused.status, refused.body.code, await statusOf(id)]).toEqual([400, 'BODY_INVALID', 'unknown']);
    const { body } = await one.caller.execute('note-idempotent', { id: 'r19-known' });
    for (const verb of ['retry', 'resolve'] as const) {
      const say = verb === 'resolve' ? { reason, outcome: { result: null } } : { reason };
      const wrong = await one.caller.control(body.execution?.id ?? '', verb, say);
      expect([verb, wrong.status, wrong.body.code]).toEqual([verb, 409, 'NOT_POSSIBLE']);
    }
  });
});

describe('row 25: an undo that kill -9 cuts off', () => {
  it('goes on at the next start, under the same key, and the execution is undone', async () => {
    const gate = one.gate();
    const { body } = await one.caller.execute('note-undoable', { id: 'r25-killed', undoGate: gate.file });
    const id = body.execution?.id ?? '';
    await one.caller.control(id, 'undo', { reason }, 'respond-async');
    await until('the undo runs', () => one.ledgerOf('r25-killed').length === 2);
    await one.platform.kill();
    await one.start();
    gate.open();
    await until('it is undone', async () => (await statusOf(id)) === 'undone');
    const undos = one.ledgerOf('r25-killed').slice(1);
    expect(undos.length).toBeGreaterThan(1);
    expect(new Set(undos.map(({ effectKey }) => effectKey))).toEqual(new Set([`undo:${id}`]));
    expect(await typesOf(id)).toEqual(expect.arrayContaining(['ActionUndoFailed', 'ActionUndone']));
  }, 60_000);
});

registryOverHttp(one);
