import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEDGER_ACTIONS, resultMember, WELCOME_EMAIL_ACTION } from '@action-do/test-support';
import { Do } from '@do-sdk/core';
import { onePlatform } from './one-platform.js';

const one = onePlatform({ DO_ACTIONS: `${WELCOME_EMAIL_ACTION},${LEDGER_ACTIONS}` });
const client = () => new Do(one.platform.apiKey, { baseUrl: one.platform.url });
const mails = (): string[] => readdirSync(join(one.dataDir, 'mail')).filter((name) => name.endsWith('.eml'));

describe('send-welcome-email, executed with the same params', () => {
  const call = { name: 'send-welcome-email', params: { userId: 'usr_1', template: 'v2' } };

  it('ten times, then twenty times at once, and again after kill -9, is one mail and one result', async () => {
    const results = new Set<string>();
    const first = await client().action.execute(call);
    expect(first.error).toBeUndefined();
    expect(first.execution?.replayed).toBe(false);
    for (let time = 2; time <= 10; time++) {
      const { result, execution } = await client().action.execute(call);
      expect(execution).toEqual({ ...first.execution, replayed: true });
      results.add(JSON.stringify(result));
    }
    const atOnce = await Promise.all(Array.from({ length: 20 }, () => client().action.execute(call)));
    await one.platform.kill();
    await one.start();
    const after = await client().action.execute(call);
    for (const { result, execution } of [...atOnce, after]) {
      expect(execution).toEqual({ ...first.execution, replayed: true });
      results.add(JSON.stringify(result));
    }
    expect([...results]).toEqual([JSON.stringify(first.result)]);
    expect(mails()).toHaveLength(1);
    const mail = readFileSync(join(one.dataDir, 'mail', mails()[0] ?? ''), 'utf8');
    expect(mail).toContain('usr_1');
  }, 60_000);
});

describe('twenty first calls at once', () => {
  it('are one call of the handler: one is executed, nineteen attach or are replayed, all results are the same bytes', async () => {
    const params = { id: 'twenty', holdMs: 50 };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => one.caller.execute('note-unsafe', params)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const how = answers.map(({ headers }) => headers.get('idempotency-status'));
    expect(how.filter((word) => word === 'executed')).toHaveLength(1);
    expect(how.filter((word) => word === 'attached' || word === 'replayed')).toHaveLength(19);
    expect(new Set(answers.map(({ text }) => resultMember(text))).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.execution?.id)).size).toBe(1);
    expect(one.ledgerOf('twenty')).toHaveLength(1);
  });
});
