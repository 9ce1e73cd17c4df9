import { join } from 'node:path';
import {
  canRun,
  type PostgresServer,
  postgresProgram,
  startPostgres,
  temporaryFolder,
} from '@action-do/test-support';
import { describeSearch } from './search.contract.js';

const folder = temporaryFolder('action-do-search');
afterAll(() => folder.remove());

describeSearch('searching on libsql', () => `embedded:${join(folder.path, 'views')}`);

// Skipped: only where PostgreSQL is not installed.
const suite = canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip;

suite('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  describeSearch('searching on PostgreSQL', () => server.database());
});
