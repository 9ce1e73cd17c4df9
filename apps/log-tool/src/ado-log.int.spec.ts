/** `ado log` as a process, as it was built: what it says, and its exit codes. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbeddedEventStore } from '@action-do/event-store';
import { temporaryFolder } from '@action-do/test-support';
import { FORMATS, HELP, readArguments } from './arguments.js';
import { EXIT } from './refused.js';
import { execution, makeTenant } from './testing/platform-log.contract.js';
import { contentOf, fillLog } from './testing/random-logs.contract.js';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
/** What `ado` is linked to, and what it needs; the run of all tests builds it first. */
const ADO = inRepository('apps/cli/bin/ado.mjs');
const page = readFileSync(inRepository('docs/reference/cli.md'), 'utf8');
const folder = temporaryFolder('action-do-ado-log');
const at = (name: string): string => join(folder.path, name);
const COMMANDS = ['ado log export', 'ado log import', 'ado log restored'];
let count = 0;

beforeAll(async () => {
  if (!existsSync(inRepository('apps/log-tool/dist/main.js'))) throw new Error('run npm run build first');
  const store = await openEmbeddedEventStore({ folder: at('old') });
  count = await fillLog(store, 20);
  await store.close();
});
afterAll(() => folder.remove());

function ado(argv: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ADO, 'log', ...argv], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

describe('ado log', () => {
  it('takes a log through a file into another store, and says what it did', async () => {
    const exported = ado(['export', '--from', 'embedded:old', '--to', 'log.ndjson', '-o', 'json']);
    expect([exported.code, exported.err]).toEqual([0, '']);
    const { events, digest, sourceLogId } = JSON.parse(exported.out);
    expect([events, existsSync(at('log.ndjson'))]).toEqual([count, true]);

    const imported = ado(['import', '--from', 'log.ndjson', '--to', 'embedded:new']);
    expect(imported.code).toBe(0);
    expect(imported.out).toMatch(
      new RegExp(`^from    .*log\\.ndjson \\(log ${sourceLogId}\\)\nto      embedded:.*new \\(log `),
    );
    expect(imported.out).toContain(`events  ${count}\ndigest  ${digest}\n`);

    const again = ado(['import', '--from', 'embedded:old', '--to', 'embedded:new', '-o', 'ndjson']);
    expect(JSON.parse(again.out)).toMatchObject({ events: count, eventsBefore: count, digest });
    const [old, copy] = await Promise.all(
      ['old', 'new'].map((name) => openEmbeddedEventStore({ folder: at(name) })),
    );
    if (old === undefined || copy === undefined) throw new Error('both are there');
    expect(await contentOf(copy)).toEqual(await contentOf(old));
    await Promise.all([old.close(), copy.close()]);
  });

  it('reads addresses with passwords from the environment, and takes none as an argument', () => {
    const env = { DO_LOG_FROM: 'embedded:old', DO_LOG_TO: 'embedded:third' };
    expect(ado(['import', '-o', 'id'], env)).toEqual({
      code: 0,
      out: expect.stringMatching(/^\w+\n$/),
      err: '',
    });
    const { code, out, err } = ado(['import', '--to', 'esdb://admin:canary@db:2113'], env);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('set DO_LOG_TO instead')]);
    expect(err).not.toContain('canary');
  });

  it.each([
    ['it is called wrongly', ['import', '--form', 'x'], EXIT.usage, 'REQUEST_INVALID'],
    ['there is no command', [], EXIT.usage, 'REQUEST_INVALID'],
    [
      'a file is to be imported into a file',
      ['import', '--from', 'a', '--to', 'b'],
      EXIT.usage,
      'REQUEST_INVALID',
    ],
    [
      'the source is not there',
      ['export', '--from', 'embedded:nowhere', '--to', 'x'],
      EXIT.notFound,
      'NOT_FOUND',
    ],
    [
      'the file is none',
      ['import', '--from', 'none.ndjson', '--to', 'embedded:x'],
      EXIT.notFound,
      'NOT_FOUND',
    ],
    [
      'the file is something else',
      ['import', '--from', 'text', '--to', 'embedded:x'],
      EXIT.refused,
      'BODY_INVALID',
    ],
    [
      'the target is something else',
      ['import', '--from', 'embedded:old', '--to', 'embedded:other'],
      EXIT.refused,
      'REQUEST_INVALID',
    ],
    [
      'the log to be told is not there',
      ['restored', '--log', 'embedded:nowhere'],
      EXIT.notFound,
      'NOT_FOUND',
    ],
    [
      'source and target are one',
      ['import', '--from', 'embedded:old', '--to', 'embedded:old'],
      EXIT.refused,
      'IN_PROGRESS',
    ],
  ])('tells by its exit code that %s, and makes nothing', (_what, argv, exitCode, code) => {
    writeFileSync(at('text'), 'hello');
    mkdirSync(at('other'), { recursive: true });
    writeFileSync(join(at('other'), 'notes.txt'), 'hello');
    const ended = ado([...argv, '-o', 'json']);
    expect([ended.code, ended.out]).toEqual([exitCode, '']);
    expect(JSON.parse(ended.err)).toMatchObject({
      code,
      detail: expect.any(String),
      hint: expect.any(String),
    });
    expect([existsSync(at('nowhere')), existsSync(at('x'))]).toEqual([false, false]);
    expect(ado(argv).err).toMatch(new RegExp(`^error  ${code}  .+\n {7}.+\n {7}next  .+\n$`));
  });

  it.each([
    ['is refused', ['export', '--from', 'embedded:old', '--to', 'y']],
    ['tells it nothing', ['restored', '--log', 'embedded:old']],
  ])('%s while a platform holds the log', async (_what, argv) => {
    const store = await openEmbeddedEventStore({ folder: at('old') });
    const { code, err } = ado(argv);
    await store.close();
    expect([code, err]).toEqual([EXIT.refused, expect.stringMatching(/in use by process \d+/)]);
  });

  it('tells a log that it was put back, and tells it once', async () => {
    const store = await openEmbeddedEventStore({ folder: at('put-back') });
    await makeTenant(store);
    await execution(store, 1, ['requested', 'started']);
    await execution(store, 2, ['requested', 'started', 'succeeded']);
    const { logId } = store;
    await store.close();
    const argv = ['restored', '--log', 'embedded:put-back', '--reason', 'the disk died'];
    const { code, out, err } = ado(argv);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      new RegExp(
        `^log     embedded:.*put-back \\(log ${logId}\\)\nafter   ${logId}-\\d+, 6 events\n` +
          'tenants default\nparked  1 executions, which are unknown now\n$',
      ),
    );
    const again = ado(['restored', '-o', 'json'], { DO_EVENT_STORE: 'embedded:put-back' });
    expect(JSON.parse(again.out)).toMatchObject({ logId, events: 8, parked: 0, wentOn: true });
  });

  it('has a page with its options, its formats and its exit codes, and help', () => {
    const section = page.split(/^### /m).find((text) => text.startsWith('`ado log`')) ?? '';
    const options = [...HELP.matchAll(/--[a-z-]+/g)].map(([option]) => option);
    for (const word of [...options, ...COMMANDS, 'DO_LOG_FROM', 'DO_LOG_TO', 'DO_EVENT_STORE'])
      expect(section).toContain(word);
    for (const format of FORMATS) expect(page).toContain(format);
    for (const exitCode of Object.values(EXIT)) expect(page).toMatch(new RegExp(`^\\| ${exitCode} \\|`, 'm'));
    expect(ado(['--help'])).toEqual({ code: 0, out: HELP, err: '' });
    expect(readArguments(['help'], {}, '/')).toBe('help');
  });
});
