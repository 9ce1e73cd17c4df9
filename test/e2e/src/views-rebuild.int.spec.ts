/** Views in either engine, as an operator sees them: what they list survives everything, and the log gives it again. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbeddedEventStore } from '@action-do/event-store';
import { fillViews } from '@action-do/projector';
import { canRun, type PostgresServer, postgresProgram, startPostgres, until } from '@action-do/test-support';
import { type ComparedViews, compareViews, openViewsReader } from '@action-do/views';
import { onStandaloneAlone } from './e2e-mode.js';
import { OnePlatform } from './one-platform.js';

const ADO = fileURLToPath(new URL('../../../apps/cli/bin/ado.mjs', import.meta.url));
const KEYS = 12;

interface Places {
  /** Of the platform under test. */
  readonly viewsUrl: (one: OnePlatform) => string;
  /** Where the platform is told where its views are. */
  readonly isTold: boolean;
  /** Of an empty place of its own at each call. */
  readonly otherUrl: (one: OnePlatform) => string;
  readonly deleteViews: (one: OnePlatform) => void;
}

function describeViewsOf(engine: string, { viewsUrl, isTold, otherUrl, deleteViews }: Places): void {
  describe(`views on ${engine}`, () => {
    const one = new OnePlatform();
    /** Of the newest execution that was asked for. */
    let position = '';

    const start = async (): Promise<void> => {
      await one.start(isTold ? { DO_DATABASE_URL: viewsUrl(one) } : {});
      await until('the views answer', async () => (await get('/v1/views')).status === 200, 30_000);
    };
    beforeAll(start, 60_000);
    afterAll(() => one.end());

    async function get(path: string, minPosition = '') {
      const headers = {
        ...one.caller.authorization,
        ...(minPosition ? { 'do-min-position': minPosition } : {}),
      };
      const { status, text } = await one.caller.send(path, { headers });
      return { status, body: JSON.parse(text) };
    }

    async function rows(): Promise<unknown[][]> {
      const paths = ['/v1/executions?limit=500', '/v1/audit/events?limit=500'];
      return Promise.all(paths.map(async (path) => (await get(path, position)).body.items));
    }

    async function executeSome(prefix: string): Promise<void> {
      for (let n = 0; n < KEYS; n += 1) {
        const action = ['note-unsafe', 'fail-declared', 'note-idempotent'][n % 3] ?? '';
        const { body } = await one.caller.execute(action, { id: `${prefix}-${n}` });
        position = body.execution?.position ?? position;
      }
    }

    async function ado(...argv: string[]): Promise<{ code: number | null; out: string; err: string }> {
      const { url, apiKey } = one.platform;
      const env = { PATH: process.env['PATH'], DO_BASE_URL: url, DO_API_KEY: apiKey };
      const child = spawn(process.execPath, [ADO, ...argv], { env, cwd: one.dataDir });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
    }

    /** What the platform left, all of its tables, with what its log gives. */
    async function comparedWithLog(): Promise<ComparedViews> {
      const log = await openEmbeddedEventStore({ folder: join(one.dataDir, 'log') });
      const other = otherUrl(one);
      const url = viewsUrl(one);
      const reader = await openViewsReader({ url });
      const checkpoint = await reader.checkpoint();
      await reader.close();
      await fillViews(log, other, checkpoint?.position ?? 0n);
      await log.close();
      return compareViews({ url }, { url: other });
    }

    it('list and audit what was executed', async () => {
      await executeSome('first');
      const [executions, events] = await rows();
      expect(executions).toHaveLength(KEYS);
      expect(events?.length).toBeGreaterThanOrEqual(3 * KEYS);
      expect((await get('/v1/views')).body).toMatchObject({ generation: 1, rebuild: null });
    });

    it('are built anew by `ado views rebuild`, the same row by row, while calls go on', async () => {
      const before = await rows();
      const [{ code, out, err }] = await Promise.all([
        ado('views', 'rebuild', '-o', 'json'),
        executeSome('meanwhile'),
      ]);
      expect([code, err]).toEqual([0, '']);
      const { generation, rebuild } = JSON.parse(out);
      expect([generation, rebuild.state, rebuild.error]).toEqual([2, 'done', undefined]);
      expect(Number(rebuild.rowsCompared)).toBeGreaterThan(4 * KEYS);
      const after = await rows();
      expect(after.map((list, index) => list.slice(-(before[index]?.length ?? 0)))).toEqual(before);
    });

    it('hold the same rows after kill -9, also where it ends a rebuild', async () => {
      const before = await rows();
      const headers = one.caller.authorization;
      const { text } = await one.caller.send('/v1/views/rebuild', { method: 'POST', headers });
      expect(JSON.parse(text).rebuild.state).toBe('running');
      await one.platform.kill();
      await start();
      expect(await rows()).toEqual(before);
      expect((await get('/v1/views')).body.rebuild).toBeNull();
    });

    it('that are deleted are built again at the next start, and all tables are what the log gives', async () => {
      const before = await rows();
      await one.platform.stop();
      const { difference, rows: compared } = await comparedWithLog();
      expect(difference).toBeNull();
      deleteViews(one);
      await start();
      expect(await rows()).toEqual(before);
      await one.platform.stop();
      expect(await comparedWithLog()).toMatchObject({ difference: null, rows: compared });
    });
  });
}

/** Standalone has its views in either engine. */
function describeStandalone(): void {
  let others = 0;
  describeViewsOf('libsql', {
    viewsUrl: ({ dataDir }) => `embedded:${join(dataDir, 'views')}`,
    isTold: true,
    otherUrl: ({ dataDir }) => `embedded:${join(dataDir, `other-${++others}`)}`,
    deleteViews: ({ dataDir }) => rmSync(join(dataDir, 'views'), { recursive: true }),
  });

  // Skipped: only where PostgreSQL is not installed.
  (canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip)('on a real server', () => {
    let server: PostgresServer;
    let url = '';
    beforeAll(async () => {
      server = await startPostgres();
      url = server.database();
    }, 60_000);
    afterAll(() => server.stop());
    describeViewsOf('PostgreSQL', {
      viewsUrl: () => url,
      isTold: true,
      otherUrl: () => server.database(),
      deleteViews: () => server.empty(url),
    });
  });
}

if (onStandaloneAlone()) describeStandalone();
else
  describeViewsOf('the PostgreSQL of the services', {
    viewsUrl: (one) => one.database.url,
    isTold: false,
    otherUrl: (one) => one.database.server.database(),
    deleteViews: (one) => one.deleteViews(),
  });
