import { join } from 'node:path';
import {
  canRun,
  type PostgresServer,
  postgresProgram,
  startPostgres,
  temporaryFolder,
} from '@action-do/test-support';
import { describeViews } from './views.contract.js';

const folder = temporaryFolder('action-do-views');
afterAll(() => folder.remove());
let places = 0;

describeViews('views on libsql', () => `embedded:${join(folder.path, `views-${++places}`)}`);

// Skipped: only where PostgreSQL is not installed.
const suite = canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip;

suite('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  describeViews('views on PostgreSQL', () => server.database());
});
