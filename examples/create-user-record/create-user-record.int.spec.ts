import {
  canRun,
  type LossyDatabaseLine,
  lossyDatabaseLine,
  type PostgresServer,
  postgresProgram,
  startPostgres,
} from '@action-do/test-support';
import { crashLab } from '@do-sdk/actions/testing';
import pg from 'pg';
import { triedWorld } from '../tried-action.contract.js';
import { createUserRecordAction } from './index.js';
import { type UserDatabase, userDatabase } from './user-database.js';

// Skipped: only where PostgreSQL is not installed.
const suite = canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip;
const tried = triedWorld();

describe('create-user-record without a database', () => {
  const params = { email: 'ada@acme.example', fullName: 'Ada Lovelace' };

  it('says that it needs DATABASE_URL, and that nothing happened', async () => {
    expect(await tried.perform(createUserRecordAction(userDatabase(undefined)), params)).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: false,
      error: {
        cause: { code: 'DATABASE_URL_MISSING', message: expect.stringContaining('DATABASE_URL=postgres://') },
      },
    });
  });

  it('may be tried again where nobody answers, without telling where that is', async () => {
    const nowhere = createUserRecordAction(userDatabase('postgres://u:secret@127.0.0.1:1/users'));
    const performed = await tried.perform(nowhere, params);
    expect(performed).toMatchObject({
      effect: 'none',
      retryable: true,
      error: { cause: { code: 'DATABASE_UNREACHABLE' } },
    });
    expect(JSON.stringify(performed)).not.toContain('secret');
  });
});

suite('create-user-record', () => {
  let server: PostgresServer;
  let looker: pg.Client;
  let line: LossyDatabaseLine;
  let database: UserDatabase;
  /** The same one, with less patience. */
  let impatient: UserDatabase;
  beforeAll(async () => {
    server = await startPostgres();
    const url = server.database();
    looker = new pg.Client(url);
    await looker.connect();
    line = await lossyDatabaseLine(url);
    database = userDatabase(line.url);
    impatient = userDatabase(url, { lockTimeoutMs: 50 });
    await database.pool();
    await impatient.pool();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([database.end(), impatient.end()]);
    await looker.end();
    await line.stop();
    await server.stop();
  });

  const action = () => createUserRecordAction(database);
  const paramsOf = (name: string | number) => ({ email: `${name}@acme.example`, fullName: 'Ada Lovelace' });
  const countOf = async (name: string) =>
    (await looker.query('select 1 from example_users where email like $1', [`${name}@%`])).rowCount ?? 0;

  it('makes its tables once, however many processes of it start at the same time', async () => {
    const empty = server.database();
    const processes = [1, 2, 3].map(() => userDatabase(empty));
    await Promise.all(processes.map((started) => started.pool()));
    await Promise.all(processes.map((started) => started.end()));
  });

  it('writes one row for a key, and every repeat gets the same result', async () => {
    const first = await tried.perform(action(), paramsOf('once'), 'once');
    expect(first).toMatchObject({ ok: true, result: { userId: expect.stringMatching(/^usr_\d+$/) } });
    for (const _repeat of [1, 2])
      expect(await tried.perform(action(), paramsOf('once'), 'once')).toEqual(first);
    expect(await countOf('once')).toBe(1);
  });

  it('is refused with effect none where the address is taken', async () => {
    await tried.perform(action(), paramsOf('taken'));
    expect(await tried.perform(action(), paramsOf('taken'))).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: false,
      error: { cause: { code: 'EMAIL_TAKEN' } },
    });
  });

  it('that waits for a lock too long gives up with effect none, and the next attempt does it', async () => {
    await looker.query('begin; lock table example_users in access exclusive mode');
    const waited = await tried.perform(createUserRecordAction(impatient), paramsOf('locked'), 'locked');
    await looker.query('rollback');
    expect(waited).toMatchObject({
      effect: 'none',
      retryable: true,
      error: { cause: { code: 'NOT_COMMITTED', message: expect.stringContaining('lock timeout') } },
    });
    expect(await countOf('locked')).toBe(0);
    expect(await tried.perform(action(), paramsOf('locked'), 'locked')).toMatchObject({ ok: true });
  });

  it('of which the answer to COMMIT is lost leaves it open, and the next attempt finds the row', async () => {
    line.loseNextCommit();
    const lost = await tried.perform(action(), paramsOf('lost'), 'lost');
    expect(lost).toMatchObject({ ok: false, effect: 'unknown', retryable: true });
    expect(await countOf('lost')).toBe(1);
    expect(await tried.perform(action(), paramsOf('lost'), 'lost')).toMatchObject({ ok: true });
    expect(await countOf('lost')).toBe(1);
  });

  it('deletes the row by its undo, which may be repeated', async () => {
    const written = await tried.perform(action(), paramsOf('gone'));
    const result = written.ok ? written.result : null;
    for (const _repeat of [1, 2])
      expect(await tried.undo(action(), paramsOf('gone'), result)).toEqual({ ok: true, result: null });
    expect(await countOf('gone')).toBe(0);
  });

  it('has one row, wherever its process or the platform dies', async () => {
    const report = await crashLab(action(), {
      params: (life) => paramsOf(`life-${life}`),
      countEffects: () => countOf('life-%'),
      faultsMax: 1,
    });
    report.assertKept();
    expect(report.lives.length).toBeGreaterThan(10);
  });
});
