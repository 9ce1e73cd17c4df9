import { cpSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { resultMember, until } from '@action-do/test-support';
import { patternOf } from './markdown-examples.js';
import { OnePlatform } from './one-platform.js';
import { Reader } from './reader.js';

/** The way that docs/how-to/restore-from-a-backup.md has: a disk is lost, and the log put back as it was before. */
const reader = new Reader('restore-from-a-backup.md');
const one = new OnePlatform({}, 'in-process');
const backup = join(reader.path, 'backup');
const log = join(one.dataDir, 'log');
const ids = {
  done: 'restored-done',
  open: 'restored-open',
  openToo: 'restored-open-too',
  waits: 'restored-waits',
  forgotten: 'restored-forgotten',
};
const gate = one.gate();
const open = { id: ids.open, gate: gate.file };
const openToo = { id: ids.openToo, gate: gate.file };
let doneText = '';
let [openId, openTooId, waitsId] = ['', '', ''];

const env = () => ({ DO_BASE_URL: one.platform.url, DO_API_KEY: one.platform.apiKey });
const listed = async () => {
  const { status, text } = await one.caller.send('/v1/executions?limit=100', {
    headers: one.caller.authorization,
  });
  return status === 200 ? text : '';
};
const statusOf = async (id: string) => (await one.caller.ask(id)).body.execution?.status;

beforeAll(async () => {
  await one.start();
  const { caller } = one;
  doneText = (await caller.execute('note-unsafe', { id: ids.done })).text;
  const begin = async (action: string, params: { id: string }) =>
    (await caller.execute(action, params, { prefer: 'respond-async' })).body.execution?.id ?? '';
  openId = await begin('note-idempotent', open);
  openTooId = await begin('note-idempotent', openToo);
  waitsId = await begin('retries-later', { id: ids.waits });
  await until('two run, one waits', async () => {
    const run = [ids.open, ids.openToo].every((id) => one.ledgerOf(id).length === 1);
    return run && (await statusOf(waitsId)) === 'retrying';
  });
  await one.platform.kill();
  cpSync(log, backup, { recursive: true });

  // What the log is going to forget: the one that ran is done, and another one is asked for.
  await one.start();
  gate.open();
  for (const id of [openId, openTooId])
    expect((await one.caller.ask(id, 'attach')).body.execution?.status).toBe('succeeded');
  await one.caller.execute('note-unsafe', { id: ids.forgotten });
  await until('the lists show it', async () => (await listed()).includes(ids.forgotten));
  await one.platform.kill();

  rmSync(log, { recursive: true });
  cpSync(backup, log, { recursive: true });
  symlinkSync(one.dataDir, join(reader.path, 'data'));
  const { code, out } = await reader.run('restored', {});
  expect([code, out]).toEqual([0, expect.stringMatching(patternOf(reader.example('restored').output ?? ''))]);
  await one.start();
}, 120_000);
afterAll(async () => {
  await one.end();
  reader.leave();
});

it('what the backup had open is unknown, and is not run again by itself', async () => {
  const calls = one.ledgerOf(ids.open).length;
  expect([await statusOf(openId), await statusOf(waitsId)]).toEqual(['unknown', 'unknown']);
  const repeat = await one.caller.execute('note-idempotent', open);
  expect([repeat.status, repeat.body.code, repeat.body.executionId]).toEqual([
    500,
    'OUTCOME_UNKNOWN',
    openId,
  ]);
  expect(one.ledgerOf(ids.open)).toHaveLength(calls);
});

it('views of what the log has forgotten are put aside by themselves, though it has grown past them', async () => {
  await until('lists are answered', async () => (await listed()).includes(ids.open));
  expect(await listed()).not.toContain(ids.forgotten);
  expect(existsSync(join(one.dataDir, 'views.discarded'))).toBe(true);
}, 30_000);

it('lists show it, and the audit trail who told the log of its restoration and why', async () => {
  await until('the lists show all', async () => {
    const { out } = await reader.run('unknown', env());
    return [openId, openTooId, waitsId].every((id) => out.includes(`${id}\n`));
  });
  const { body } = await one.caller.send('/v1/audit/events?type=LogRestored', {
    headers: one.caller.authorization,
  });
  expect(body.items).toMatchObject([
    { type: 'LogRestored', actor: { type: 'system' }, data: { reason: 'the disk of host 3 died' } },
  ]);
}, 30_000);

it('what the backup had as done is replayed to the byte', async () => {
  const again = await one.caller.execute('note-unsafe', { id: ids.done });
  expect(resultMember(again.text)).toBe(resultMember(doneText));
  expect(one.ledgerOf(ids.done)).toHaveLength(1);
});

it('all that is unknown of one action is retried, and goes on under the effect keys from before', async () => {
  const { code, err } = await reader.run('retry-all', { ...env(), ACTION: 'note-idempotent' });
  expect([code, err]).toEqual([0, '']);
  for (const [id, params] of [
    [openId, open],
    [openTooId, openToo],
  ] as const) {
    const { status, body } = await one.caller.execute('note-idempotent', params);
    expect([status, body.execution?.id, body.execution?.generation]).toEqual([200, id.replace(/1$/, '2'), 2]);
    const keys = one.ledgerOf(params.id).map(({ effectKey }) => effectKey);
    expect([keys.length > 1, new Set(keys).size]).toEqual([true, 1]);
  }
  expect(await statusOf(waitsId)).toBe('unknown');
}, 30_000);

it('what was asked for after the backup is forgotten: asked for again it is done again, under the same effect key', async () => {
  const again = await one.caller.execute('note-unsafe', { id: ids.forgotten });
  expect(again.headers.get('idempotency-status')).toBe('executed');
  const keys = one.ledgerOf(ids.forgotten).map(({ effectKey }) => effectKey);
  expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
});
