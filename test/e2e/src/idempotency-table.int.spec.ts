import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resultMember, until } from '@action-do/test-support';
import { onePlatform } from './one-platform.js';

// The rows of the table of outcomes (docs: idempotency), as a caller meets them over HTTP.
const one = onePlatform();
const status = (headers: Headers): string | null => headers.get('idempotency-status');

describe('row 1: a first call', () => {
  it('that settles within the wait is answered 200, executed, with its result, key and execution', async () => {
    const { status: code, headers, body } = await one.caller.execute('note-idempotent', { id: 'r1' });
    expect(code).toBe(200);
    expect(status(headers)).toBe('executed');
    expect(headers.get('do-should-retry')).toBe('false');
    expect(headers.get('idempotency-key')).toBe(`"${body.execution?.idempotencyKey}"`);
    expect(body.result).toMatchObject({ id: 'r1', attempt: 1 });
    expect(body.execution).toMatchObject({
      status: 'succeeded',
      effect: 'applied',
      replayed: false,
      attempts: 1,
    });
    expect(one.ledgerOf('r1')).toHaveLength(1);
  });
});

describe('row 3: a duplicate while the first call runs', () => {
  it('attaches to it: the handler is called once and both get the same result', async () => {
    const gate = one.gate();
    const params = { id: 'r3', gate: gate.file };
    const first = one.caller.execute('note-idempotent', params);
    await until('the handler runs', () => one.ledgerOf('r3').length === 1);
    const duplicate = one.caller.execute('note-idempotent', params);
    // One behind the other: by the time that the last is answered the duplicate, sent before them, has long been joined.
    for (const _ of Array.from({ length: 4 })) {
      const third = await one.caller.execute('note-idempotent', params, { prefer: 'respond-async' });
      expect(third.body.execution).toMatchObject({ status: 'running', replayed: false });
    }
    gate.open();
    const [a, b] = await Promise.all([first, duplicate]);
    expect([status(a.headers), status(b.headers)]).toEqual(['executed', 'attached']);
    expect(resultMember(b.text)).toBe(resultMember(a.text));
    expect(b.body.execution?.id).toBe(a.body.execution?.id);
    expect(one.ledgerOf('r3')).toHaveLength(1);
  });
});

describe('row 4: a duplicate after success', () => {
  it('is replayed: 200, the stored result byte for byte, nothing runs', async () => {
    const params = { id: 'r4', note: 'ünïcode "quoted" \u2028' };
    const first = await one.caller.execute('note-unsafe', params);
    const again = await one.caller.execute('note-unsafe', { note: params.note, id: 'r4' });
    expect([again.status, status(again.headers)]).toEqual([200, 'replayed']);
    expect(resultMember(again.text)).toBe(resultMember(first.text));
    expect(again.body.execution).toEqual({ ...first.body.execution, replayed: true });
    expect(one.ledgerOf('r4')).toHaveLength(1);
  });
});

describe('row 5: a duplicate after a failure', () => {
  it('by the same logical call (same request id) gets the stored failure and should not retry', async () => {
    const requestId = randomUUID();
    const first = await one.caller.execute('fail-declared', { id: 'r5' }, { requestId });
    const again = await one.caller.execute('fail-declared', { id: 'r5' }, { requestId });
    expect([first.status, again.status]).toEqual([422, 422]);
    expect(again.body).toMatchObject({
      code: 'ACTION_FAILED',
      retryable: false,
      effect: 'none',
      executionId: first.body.executionId,
      cause: { code: 'CARD_DECLINED', message: 'the card was declined' },
    });
    expect(again.headers.get('do-should-retry')).toBe('false');
    expect(status(again.headers)).toBe('replayed');
    expect(one.ledgerOf('r5')).toHaveLength(1);
  });
});

describe('row 6: a new call after a failure that is safe to repeat', () => {
  it('opens the next generation, with a new effect key where the failure had no effect', async () => {
    const gate = one.gate();
    const params = { id: 'r6', gate: gate.file };
    const failed = await one.caller.execute('fail-declared', params);
    gate.open();
    const done = await one.caller.execute('fail-declared', params);
    expect([failed.status, done.status, status(done.headers)]).toEqual([422, 200, 'executed']);
    expect(done.headers.get('idempotency-generation')).toBe('2');
    expect(done.body.execution?.id).toBe(failed.body.executionId?.replace(/-1$/, '-2'));
    const keys = one.ledgerOf('r6').map(({ effectKey }) => effectKey);
    expect(new Set(keys).size).toBe(2);
    const earlier = await one.caller.ask(failed.body.executionId ?? '');
    expect(earlier.body.execution).toMatchObject({ status: 'failed', generation: 1 });
  });

  it('keeps the effect key where nobody knows what the failure did', async () => {
    const gate = one.gate();
    const params = { id: 'r6-silent', gate: gate.file };
    const failed = await one.caller.execute('fail-silent', params);
    gate.open();
    const done = await one.caller.execute('fail-silent', params);
    expect([failed.status, failed.body.effect]).toEqual([422, 'unknown']);
    expect(done.headers.get('idempotency-generation')).toBe('2');
    const keys = one.ledgerOf('r6-silent').map(({ effectKey }) => effectKey);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  });
});

describe('row 7: a call between two attempts', () => {
  it('waits for the attempt that succeeds; all attempts carry one effect key', async () => {
    const done = await one.caller.execute('fail-twice', { id: 'r7' });
    expect(done.status).toBe(200);
    expect(done.body.execution).toMatchObject({ attempts: 3, status: 'succeeded' });
    const lines = one.ledgerOf('r7');
    expect(lines.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(lines.map(({ effectKey }) => effectKey)).size).toBe(1);
    const events = await one.caller.ask(done.body.execution?.id ?? '', 'events');
    expect(events.body.items?.map(({ type }) => type)).toEqual([
      'ActionRequested',
      'ActionStarted',
      'ActionAttemptFailed',
      'ActionStarted',
      'ActionAttemptFailed',
      'ActionStarted',
      'ActionSucceeded',
    ]);
  });
});

describe('row 8: a reused key with other params', () => {
  it('is refused with 422 IDEMPOTENCY_KEY_REUSED, names the paths and not the values, and runs nothing', async () => {
    await one.caller.execute('note-unsafe', { id: 'r8', note: 'mum' }, { key: 'row-8' });
    const other = await one.caller.execute(
      'note-unsafe',
      { id: 'r8-other', note: 'hush' },
      { key: '"row-8"' },
    );
    expect(other.status).toBe(422);
    expect(other.body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', retryable: false });
    expect(other.body.issues?.map(({ path }) => path)).toEqual(['params.id', 'params.note']);
    expect(other.text).not.toMatch(/hush|mum/);
    expect(status(other.headers)).toBe('rejected');
    expect(one.ledgerOf('r8-other')).toEqual([]);
  });
});

describe('row 10: a call without a key', () => {
  it('has the key that its params give, whatever their order', async () => {
    const a = await one.caller.execute('note-idempotent', { id: 'r10', note: 'x' });
    const b = await one.caller.execute('note-idempotent', { note: 'x', id: 'r10' });
    expect(a.body.execution).toMatchObject({ keyDerived: true });
    expect(b.body.execution?.id).toBe(a.body.execution?.id);
  });

  it('is refused with IDEMPOTENCY_KEY_MISSING where the action wants one', async () => {
    const { status: code, body } = await one.caller.execute('key-required', { id: 'r10-required' });
    expect([code, body.code]).toEqual([400, 'IDEMPOTENCY_KEY_MISSING']);
    const withKey = await one.caller.execute('key-required', { id: 'r10-required' }, { key: 'mine' });
    expect(withKey.status).toBe(200);
    expect(one.ledgerOf('r10-required')).toHaveLength(1);
  });

  it('to an action that only reads is an execution of its own', async () => {
    const a = await one.caller.execute('read-only', { id: 'r10-read' });
    const b = await one.caller.execute('read-only', { id: 'r10-read' });
    expect(b.body.execution?.id).not.toBe(a.body.execution?.id);
    expect(one.ledgerOf('r10-read')).toHaveLength(2);
  });
});

describe('row 12: a refusal because of the contract', () => {
  it('looks first whether the work is known: a repeat gets its outcome, though no such version is there', async () => {
    const done = await one.caller.execute('note-unsafe', { id: 'r12' }, { key: 'row-12' });
    const other = await one.caller.execute('note-unsafe', { id: 'r12' }, { key: 'row-12', version: 9 });
    expect([other.status, status(other.headers)]).toEqual([200, 'replayed']);
    expect(resultMember(other.text)).toBe(resultMember(done.text));
  });

  it('says newKeySafe only where that look could find everything', async () => {
    const unknown = await one.caller.execute('note-unsafe', { id: 'r12-new' }, { version: 9 });
    expect(unknown.body).toMatchObject({ status: 404, code: 'ACTION_UNKNOWN' });
    expect(unknown.body.newKeySafe).toBeUndefined();
    expect(unknown.body.detail).toContain('it has 1');
    const wrong = await one.caller.execute('note-unsafe', { id: 12 });
    expect(wrong.body).toMatchObject({ status: 400, code: 'PARAMS_INVALID', newKeySafe: true });
  });
});

describe('row 13: a call after the window is over', () => {
  it('is new work: the next generation, with a new effect key, and the old outcome stays on record', async () => {
    const params = { id: 'r13' };
    const first = await one.caller.execute('short-window', params);
    expect(first.body.execution).toMatchObject({ generation: 1, replayed: false });
    const calls = [first];
    await until('the window is over', async () => {
      calls.push(await one.caller.execute('short-window', params));
      return calls.at(-1)?.body.execution?.generation !== 1;
    });
    const last = calls.pop();
    expect([last?.status, last && status(last.headers)]).toEqual([200, 'executed']);
    expect(last?.headers.get('idempotency-generation')).toBe('2');
    for (const { text } of calls) expect(resultMember(text)).toBe(resultMember(first.text));
    const keys = one.ledgerOf('r13').map(({ effectKey }) => effectKey);
    expect([keys.length, new Set(keys).size]).toEqual([2, 2]);
    const old = await one.caller.ask(first.body.execution?.id ?? '', 'attach');
    expect(resultMember(old.text)).toBe(resultMember(first.text));
  });
});

describe('row 14: a repeat that comes after the window and was sent first before its end', () => {
  it('is refused with 412 TOO_LATE, by what its caller says or because it is that very call: nothing runs', async () => {
    const firstSent = new Date();
    const requestId = randomUUID();
    const params = { id: 'r14' };
    const call = (options: { firstSent?: Date; requestId?: string }) =>
      one.caller.execute('short-window', params, options);
    await call({ firstSent, requestId });
    await until('the window is over', async () => (await call({ firstSent })).status !== 200);
    for (const late of [await call({ firstSent }), await call({ requestId })]) {
      expect(late.body).toMatchObject({ status: 412, code: 'TOO_LATE', retryable: false });
      expect(late.headers.get('do-should-retry')).toBe('false');
      expect(status(late.headers)).toBe('rejected');
    }
    expect(one.ledgerOf('r14')).toHaveLength(1);
  });
});

describe('row 15: two first calls at once', () => {
  it('with the same params are one execution; with other params under one key one of them is refused', async () => {
    const gate = one.gate();
    const call = (note: string) =>
      one.caller.execute('note-unsafe', { id: 'r15', note, gate: gate.file }, { key: 'row-15' });
    writeFileSync(gate.file, '');
    const answers = await Promise.all([call('a'), call('a'), call('b'), call('b')]);
    const codes = answers.map(({ status: code }) => code).toSorted();
    expect(codes).toEqual([200, 200, 422, 422]);
    expect(one.ledgerOf('r15')).toHaveLength(1);
  });
});

describe('row 20: an attempt at something unsafe that was given up', () => {
  it('is unknown to every caller and not run again, until its own late outcome settles it', async () => {
    const gate = one.gate();
    const params = { id: 'r20', gate: gate.file };
    const first = await one.caller.execute('overdue', params);
    const again = await one.caller.execute('overdue', params);
    for (const { status: code, body, headers } of [first, again]) {
      expect(code).toBe(500);
      expect(body).toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        effect: 'unknown',
        newKeySafe: false,
        retryable: false,
      });
      expect(headers.get('do-should-retry')).toBe('false');
    }
    gate.open();
    const late = async () => one.caller.execute('overdue', params, { prefer: 'wait=0' });
    await until('the late outcome settles it', async () => (await late()).status === 200);
    expect((await late()).body.result).toMatchObject({ id: 'r20', attempt: 1 });
    expect(one.ledgerOf('r20')).toHaveLength(1);
  });
});
