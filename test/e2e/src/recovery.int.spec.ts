import { resultMember, until } from '@action-do/test-support';
import { onStandaloneAlone } from './e2e-mode.js';
import { OnePlatform } from './one-platform.js';

/** Row 19: kill -9 while handlers run, then a start in the same folder. */
const one = new OnePlatform();
afterAll(() => one.end());
const ids = {
  settled: 'r19-settled',
  idempotent: 'r19-idempotent',
  unsafe: 'r19-unsafe',
  retrying: 'r19-retrying',
};
const gates = { idempotent: one.gate(), unsafe: one.gate() };
const executions: Record<string, string> = {};
let settledText = '';

describe('row 19: after kill -9 and a start in the same folder', () => {
  beforeAll(async () => {
    await one.start();
    const { caller } = one;
    settledText = (await caller.execute('note-unsafe', { id: ids.settled })).text;
    const begin = async (action: string, id: string, gate: string): Promise<void> => {
      const { body } = await caller.execute(action, { id, gate }, { prefer: 'respond-async' });
      executions[id] = body.execution?.id ?? '';
    };
    await begin('note-idempotent', ids.idempotent, gates.idempotent.file);
    await begin('note-unsafe', ids.unsafe, gates.unsafe.file);
    await until('both handlers run', () =>
      [ids.idempotent, ids.unsafe].every((id) => one.ledgerOf(id).length === 1),
    );
    await one.platform.kill();
    const { stdout } = await one.start();
    if (onStandaloneAlone())
      expect(stdout()).toMatch(/recovery {2}2 executions left open by an earlier run go on/);
  }, 60_000);

  it('what was acknowledged is there with the same result, replayed', async () => {
    const { status, text, body } = await one.caller.execute('note-unsafe', { id: ids.settled });
    expect(status).toBe(200);
    expect(resultMember(text)).toBe(resultMember(settledText));
    expect(body.execution?.replayed).toBe(true);
    expect(one.ledgerOf(ids.settled)).toHaveLength(1);
  });

  it('an idempotent execution goes on by itself and ends, with the same effect key', async () => {
    await until('the second attempt runs', () => one.ledgerOf(ids.idempotent).length === 2);
    gates.idempotent.open();
    const { status, body } = await one.caller.ask(executions[ids.idempotent] ?? '', 'attach');
    expect(status).toBe(200);
    expect(body.execution).toMatchObject({ status: 'succeeded', attempts: 2 });
    const lines = one.ledgerOf(ids.idempotent);
    expect(lines.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(new Set(lines.map(({ effectKey }) => effectKey)).size).toBe(1);
    expect(body.result).toMatchObject({ effectKey: lines[0]?.effectKey });
  });

  it('an unsafe execution is told as 500 OUTCOME_UNKNOWN, do not retry, and its handler is not called again', async () => {
    const repeat = await one.caller.execute('note-unsafe', { id: ids.unsafe, gate: gates.unsafe.file });
    const found = await one.caller.ask(executions[ids.unsafe] ?? '', 'attach');
    for (const { status, headers, body } of [repeat, found]) {
      expect(status).toBe(500);
      expect(headers.get('do-should-retry')).toBe('false');
      expect(body).toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        effect: 'unknown',
        newKeySafe: false,
        retryable: false,
        executionId: executions[ids.unsafe],
        attempts: 1,
      });
    }
    gates.unsafe.open();
    expect(one.ledgerOf(ids.unsafe)).toHaveLength(1);
  });

  it('a second kill -9 changes nothing of what was settled or parked', async () => {
    await one.platform.kill();
    await one.start();
    const unsafe = await one.caller.execute('note-unsafe', { id: ids.unsafe, gate: gates.unsafe.file });
    expect([unsafe.status, unsafe.body.code]).toEqual([500, 'OUTCOME_UNKNOWN']);
    const idempotent = await one.caller.execute('note-idempotent', {
      id: ids.idempotent,
      gate: gates.idempotent.file,
    });
    expect(idempotent.body.execution).toMatchObject({ replayed: true, attempts: 2 });
    expect(one.ledger()).toHaveLength(4);
  }, 60_000);
});
