import { until } from '@action-do/test-support';
import { onePlatform } from './one-platform.js';

const one = onePlatform();
const typesOf = async (id: string): Promise<string[]> =>
  ((await one.caller.ask(id, 'events')).body.items ?? []).map(({ type }) => type);

describe('row 2: a call that is slower than its wait', () => {
  it('is answered 202 with Location and Retry-After, once it is durable; attach gives the outcome', async () => {
    const gate = one.gate();
    const params = { id: 'r2', gate: gate.file };
    const pending = await one.caller.execute('note-idempotent', params, { prefer: 'wait=1' });
    expect(pending.status).toBe(202);
    expect(pending.headers.get('idempotency-status')).toBe('pending');
    expect(pending.headers.get('do-should-retry')).toBe('true');
    expect(pending.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const id = pending.body.execution?.id ?? '';
    expect(pending.headers.get('location')).toBe(`/v1/executions/${id}`);
    expect(pending.body).not.toHaveProperty('result');
    expect(await typesOf(id)).toEqual(['ActionRequested', 'ActionStarted']);
    const attached = one.caller.ask(id, 'attach');
    gate.open();
    expect(await attached).toMatchObject({ status: 200, body: { result: { id: 'r2' } } });
    expect(await typesOf(id)).toEqual(['ActionRequested', 'ActionStarted', 'ActionSucceeded']);
  });

  it('and does not want to wait (respond-async) is answered 202 at once and goes on', async () => {
    const gate = one.gate();
    const params = { id: 'r2-async', gate: gate.file };
    const begunMs = performance.now();
    const { status, body } = await one.caller.execute('note-unsafe', params, { prefer: 'respond-async' });
    expect(status).toBe(202);
    expect(performance.now() - begunMs).toBeLessThan(5_000);
    gate.open();
    const { body: found } = await one.caller.ask(body.execution?.id ?? '', 'attach');
    expect(found.execution).toMatchObject({ status: 'succeeded' });
    expect(one.ledgerOf('r2-async')).toHaveLength(1);
  });

  it('waits in an attach as long as it asked for, and is told 202 again', async () => {
    const gate = one.gate();
    const params = { id: 'r2-attach', gate: gate.file };
    const { body } = await one.caller.execute('note-unsafe', params, { prefer: 'respond-async' });
    const still = await one.caller.ask(body.execution?.id ?? '', 'attach', 'wait=1');
    expect(still).toMatchObject({ status: 202, body: { execution: { status: 'running' } } });
    gate.open();
    expect(await one.caller.ask(body.execution?.id ?? '', 'attach')).toMatchObject({ status: 200 });
  });
});

describe('row 21: a caller that goes away', () => {
  it('does not stop the execution: a later repeat gets the result of the one call of the handler', async () => {
    const gate = one.gate();
    const params = { id: 'r21', gate: gate.file };
    const leaving = new AbortController();
    const call = one.caller.execute('note-unsafe', params, { signal: leaving.signal });
    await until('the handler runs', () => one.ledgerOf('r21').length === 1);
    leaving.abort();
    await expect(call).rejects.toThrow(/abort/i);
    gate.open();
    const { status, body } = await one.caller.execute('note-unsafe', params);
    expect(status).toBe(200);
    expect(body.result).toMatchObject({ id: 'r21', attempt: 1 });
    expect(one.ledgerOf('r21')).toHaveLength(1);
  });
});
