/**
 * The way from `npm start` to production, as docs/how-to/from-standalone-to-production.md has it: the log is taken along,
 * the services run as the users of infra/nats.conf, and what was done before is not done again.
 * ADO_IMAGE names another tree to start the services from, such as what infra/Dockerfile made.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canRun,
  HttpCaller,
  inheritedEnvironment,
  LEDGER_ACTIONS,
  natsServerProgram,
  type PostgresServer,
  postgresProgram,
  type RunningWorker,
  readLedger,
  type StartedProcess,
  startPlatform,
  startPostgres,
  startProcess,
  startWorker,
  temporaryFolder,
  until,
} from '@action-do/test-support';
import { connect, headers } from 'nats';
import { type AclServer, natsConf, startAclServer } from './acl-server.js';
import { root } from './repository.js';

const canRunAll = canRun(natsServerProgram(), 'nats-server') && canRun(postgresProgram(), 'PostgreSQL');
// Skipped: only where there is no nats-server or no PostgreSQL.
const suite = canRunAll ? describe : describe.skip;

const image = process.env['ADO_IMAGE'] ?? root;
const EVENT_LOG = join(root, 'dist/event-log.js');
const params = { id: 'invoice-1' };

suite('from standalone to services', () => {
  const folder = temporaryFolder('action-do-migration');
  const at = (name: string): string => join(folder.path, name);
  const ledgerFile = at('ledger.txt');
  const services: StartedProcess[] = [];
  let acl: AclServer;
  let postgres: PostgresServer;
  let worker: RunningWorker;
  let caller: HttpCaller;
  let before: { result: string; position: string; cursor: string; executionId: string };
  let migration = '';

  const start = async (main: string, env: Record<string, string>): Promise<StartedProcess> => {
    const started = await startProcess({
      command: process.execPath,
      args: [main],
      env: { ...inheritedEnvironment(), DO_LOG_LEVEL: 'warn', DO_INSECURE_DEV: '1', ...env },
      ready: /^.+ ready.* at (\S+)/m,
      readyWithinMs: 30_000,
    });
    services.push(started);
    return started;
  };
  const startService = (role: string, env: Record<string, string>): Promise<StartedProcess> =>
    start(join(image, `dist/${role}.js`), {
      DO_NATS_URL: acl.urlOf(role),
      DO_REQUIRE_NATS_ACL: '1',
      DO_HEALTH_PORT: '0',
      DO_HTTP_PORT: '0',
      ...env,
    });
  const list = (path: string, minPosition?: string) =>
    caller.send(path, {
      headers: { ...caller.authorization, ...(minPosition ? { 'do-min-position': minPosition } : {}) },
    });

  beforeAll(async () => {
    // Known to whoever ends them as soon as they are there, whatever fails meanwhile.
    const servers = Promise.all([
      startAclServer(natsConf('default')).then((started) => {
        acl = started;
      }),
      startPostgres().then((started) => {
        postgres = started;
      }),
      start(EVENT_LOG, { DO_DATA_DIR: at('server'), DO_EVENT_LOG_PORT: '0' }),
    ]);
    servers.catch(() => undefined);
    const platform = await startPlatform({ dataDir: at('data'), env: { ADO_LEDGER: ledgerFile } });
    caller = new HttpCaller(platform.url, platform.apiKey);
    const { text, body } = await caller.execute('note-idempotent', params);
    const second = await caller.execute('note-idempotent', { id: 'invoice-2' });
    const position = String(body.execution?.position);
    // Of the second: with the first alone there is no next page.
    await until(
      'the views are there',
      async () => (await list('/v1/executions', second.body.execution?.position)).status === 200,
    );
    const { nextCursor } = JSON.parse((await list('/v1/executions?limit=1', position)).text);
    before = {
      result: JSON.stringify(JSON.parse(text).result),
      position,
      cursor: String(nextCursor),
      executionId: String(body.execution?.id),
    };
    expect(await platform.stop()).toBe(0);

    const [, , log] = await servers;
    const eventStore = String(log.ready[1]);
    migration = execFileSync(
      process.execPath,
      [
        join(image, 'apps/cli/bin/ado.mjs'),
        'log',
        'import',
        '--from',
        `embedded:${at('data/log')}`,
        '--to',
        eventStore,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const masterKey = readFileSync(at('data/master-key'), 'utf8').trim();
    const [, , gateway] = await Promise.all([
      startService('executor', { DO_EVENT_STORE: eventStore, DO_MASTER_KEY: masterKey }),
      startService('projector', { DO_EVENT_STORE: eventStore, DO_DATABASE_URL: postgres.database() }),
      startService('gateway', {}),
    ]);
    caller = new HttpCaller(String(gateway?.ready[1]), platform.apiKey);
    worker = await startWorker({
      natsUrl: acl.urlOf('worker-default'),
      apiKey: platform.apiKey,
      actions: LEDGER_ACTIONS,
      env: { ADO_LEDGER: ledgerFile, DO_REQUIRE_NATS_ACL: '1' },
    });
  }, 120_000);
  afterAll(async () => {
    await worker?.stop();
    for (const service of services.toReversed()) await service.stop();
    await Promise.all([acl?.stop(), postgres?.stop()]);
    folder.remove();
  });

  it('the log is imported and verified, and has a name of its own', () => {
    const [, old, copy] = /\(log (\w+)\)[\s\S]*\(log (\w+)\)/.exec(migration) ?? [];
    expect(migration).toMatch(/^digest {2}[0-9a-f]{64}$/m);
    expect(old).toBe(before.position.split('-')[0]);
    expect(copy).not.toBe(old);
  });

  it('from one server to another it goes by way of a file, and that is said', () => {
    const url = String(services[0]?.ready[1]);
    const argv = [join(image, 'apps/cli/bin/ado.mjs'), 'log', 'import', '--from', url, '--to', url];
    const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('Export the one into a file')]);
  });

  it('what was done before is not done again: same key, same result, no second effect', async () => {
    const { status, headers, text } = await caller.execute('note-idempotent', params);
    expect([status, headers.get('idempotency-status')]).toEqual([200, 'replayed']);
    expect(JSON.stringify(JSON.parse(text).result)).toBe(before.result);
    expect((await caller.ask(before.executionId)).status).toBe(200);
    expect(readLedger(ledgerFile).filter(({ id }) => id === params.id)).toHaveLength(1);
  });

  it('what is new is done by a worker, over the allow-lists', async () => {
    const { status, body } = await caller.execute('note-unsafe', { id: 'invoice-3' });
    expect([status, body.execution?.status]).toEqual([200, 'succeeded']);
    expect(readLedger(ledgerFile).filter(({ id }) => id === 'invoice-3')).toHaveLength(1);
  });

  it('old positions and cursors are refused, with what to do; new ones are taken', async () => {
    const position = await list('/v1/executions', before.position);
    const cursor = await list(`/v1/executions?cursor=${before.cursor}`);
    for (const { status, body } of [position, cursor]) {
      expect([status, body.code]).toEqual([410, 'POSITION_FOREIGN']);
      expect(body.hint).toMatch(/Positions do not outlive a migration: leave it out/);
    }
    expect(cursor.body.detail).toMatch(/begin at the first page/);
    const { body } = await caller.execute('note-idempotent', params);
    await until(
      'the views are there',
      async () => (await list('/v1/executions', body.execution?.position)).status === 200,
      20_000,
    );
    const page = JSON.parse((await list('/v1/executions?limit=1')).text);
    const next = await list(`/v1/executions?limit=1&cursor=${page.nextCursor}`);
    expect(next.status).toBe(200);
  });

  it('views are built from the new log: what was done before is listed', async () => {
    const { text } = await list(`/v1/audit/events?execution=${before.executionId}`);
    const types = JSON.parse(text).items.map(({ type }: { type: string }) => type);
    expect(types).toEqual(['ActionSucceeded', 'ActionStarted', 'ActionRequested']);
  });

  it('a client on the bus asks as the user of its tenant, in an inbox of its own', async () => {
    const url = new URL(acl.urlOf('client-default'));
    const client = await connect({
      servers: url.host,
      user: url.username,
      pass: url.password,
      inboxPrefix: '_INBOX.client-default',
    });
    const asking = headers();
    asking.set('Authorization', `Bearer ${caller.apiKey}`);
    const reply = await client.request('do.v1.qry.default.execution.list', '{}', {
      headers: asking,
      timeout: 5_000,
    });
    expect(reply.json()).toMatchObject({ items: expect.any(Array) });
    await client.close();
  });

  it('a gateway that is given the user of another role refuses to start, and names what it may', async () => {
    const refused = startService('gateway', { DO_NATS_URL: acl.urlOf('executor') });
    await expect(refused).rejects.toThrow(
      /action\.do cannot start: the NATS server lets this user do what is not for gateway: .*infra\/nats\.conf/,
    );
  });

  it('no service was denied anything that it needs', () => {
    const said = services.map(({ stderr }) => stderr()).join('') + worker.stderr();
    expect(said).not.toMatch(/denies this user|PERMISSION/);
  });

  it('all end cleanly', async () => {
    expect(await worker.stop()).toBe(0);
    const [log, ...others] = services;
    for (const service of others) expect(await service.stop()).toBe(0);
    expect(await log?.stop()).toBe(0);
    expect(existsSync(at('server/log'))).toBe(true);
  });
});
