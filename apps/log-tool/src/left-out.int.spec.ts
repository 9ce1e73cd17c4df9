/** A log that was served, and that others wrote into: what the platform has no words for is never left behind without a word. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedEventStore } from '@action-do/event-store';
import { temporaryFolder } from '@action-do/test-support';
import { runLogTool } from './run-log-tool.js';
import { contentOf, event } from './testing/random-logs.contract.js';

const folder = temporaryFolder('action-do-left-out');
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);

/** As somebody wrote it with the official client. */
interface Others {
  readonly name: string;
  readonly revision?: number;
  readonly type?: string;
  readonly data?: Buffer;
}

/** Two streams of the platform, and between their events those of others. */
async function logWith(folderName: string, others: readonly Others[]): Promise<void> {
  const store = await openEmbeddedEventStore({ folder: at(folderName) });
  await store.append('a', [event(1)], 'no-stream');
  for (const { name, revision = 0, type = 'Noted', data } of others) {
    const isJson = data === undefined;
    const raw = {
      id: randomUUID(),
      type,
      isJson,
      data: data ?? Buffer.from('{}'),
      metadata: Buffer.alloc(0),
    };
    await store.raw.append([{ name, events: [raw], firstRevision: revision }]).durable;
  }
  await store.append('a', [event(2)], 0n);
  await store.append('b', [event(3)], 'no-stream');
  await store.close();
}

async function run(...argv: string[]) {
  const said = { out: '', err: '' };
  const code = await runLogTool(argv, {
    env: {},
    cwd: folder.path,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    isTTY: false,
    nowMs: Date.now,
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

async function streamsIn(folderName: string): Promise<string[]> {
  const store = await openEmbeddedEventStore({ folder: at(folderName) });
  const streams = (await contentOf(store)).map(({ streamId, revision }) => `${streamId} ${revision}`);
  await store.close();
  return streams;
}

const ORDERS = [
  { name: 'orders of today' },
  { name: 'orders of today', revision: 1 },
  { name: '$$orders of today', type: '$metadata' },
];
const NOTES = [{ name: 'notes' }, { name: 'notes', revision: 1, data: Buffer.from([0, 1]) }];

describe('a log in which others wrote', () => {
  it.each([
    [
      'streams that the platform has no names for',
      ORDERS,
      /3 events .* "orders of today", "\$\$orders of today"\./,
    ],
    ['an event that it cannot read', NOTES, /2 events .* "notes"\. Event 1 of stream notes cannot be read/],
    [
      'a name that a terminal would obey',
      [{ name: 'x\u001b[2J\u009b' }],
      /such as "x\\u001b\[2J\?"\. Nothing/,
    ],
  ])('is not copied without a word: %s', async (_, others, words) => {
    const from = `refused-${others.length}-${others[0]?.name.length}`;
    await logWith(from, others);
    for (const argv of [
      ['export', '--to', `${from}.ndjson`],
      ['import', '--to', `embedded:${from}-copy`],
    ]) {
      const { code, out, err } = await run(...argv, '--from', `embedded:${from}`);
      expect([code, out]).toEqual([9, '']);
      expect(err).toMatch(words);
      expect(err).toContain('--leave-out-foreign');
    }
    expect([existsSync(at(`${from}.ndjson`)), existsSync(at(`${from}.ndjson.part`))]).toEqual([false, false]);
    expect(existsSync(at(`${from}-copy`))).toBe(false);
  });

  it('is copied without them where that is asked for, and what was left is counted; a repeat is the same', async () => {
    await logWith('mixed', [...ORDERS, ...NOTES]);
    const argv = ['--leave-out-foreign', '--from', 'embedded:mixed', '-o', 'json'];
    const leftOut = { events: 5, streams: ['orders of today', '$$orders of today', 'notes'] };
    for (const eventsBefore of [0, 3]) {
      const { code, out } = await run('import', ...argv, '--to', 'embedded:clean');
      expect([code, JSON.parse(out)]).toEqual([
        0,
        expect.objectContaining({ events: 3, eventsBefore, leftOut }),
      ]);
    }
    expect(await streamsIn('clean')).toEqual(['a 0', 'a 1', 'b 0']);

    const exported = await run(
      'export',
      '--leave-out-foreign',
      '--from',
      'embedded:mixed',
      '--to',
      'mixed.ndjson',
    );
    expect(exported.out).toMatch(/^left {4}5 events of others, .* "orders of today", .*"notes"$/m);
    expect((await run('import', '--from', 'mixed.ndjson', '--to', 'embedded:from-file')).code).toBe(0);
    expect(await streamsIn('from-file')).toEqual(await streamsIn('clean'));
  });

  it('of which only the server’s own is left behind is whole', async () => {
    await logWith('served', [{ name: '$stats' }, { name: '$$$stats', type: '$metadata' }]);
    const { code, out } = await run(
      'import',
      '--from',
      'embedded:served',
      '--to',
      'embedded:own',
      '-o',
      'json',
    );
    expect([code, JSON.parse(out).leftOut]).toEqual([0, { events: 0, streams: [] }]);
  });

  it('is no target, and that is said', async () => {
    await logWith('source', []);
    await logWith('target', [{ name: 'notes', data: Buffer.from([0, 1]) }]);
    const { code, err } = await run('import', '--from', 'embedded:source', '--to', 'embedded:target');
    expect(code).toBe(9);
    expect(err).toMatch(/The target holds something else: event 0 of stream notes is none/);
  });
});
