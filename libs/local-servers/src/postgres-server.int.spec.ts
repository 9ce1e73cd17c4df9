import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { canRun } from '@action-do/test-support';
import { postgresProgram, startPostgres } from './postgres-server.js';

// Skipped: only where there is no PostgreSQL.
const suite = canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip;

suite('a PostgreSQL with a password', () => {
  const psql = (url: string): string =>
    execFileSync(join(dirname(postgresProgram() ?? ''), 'psql'), ['-w', '-Atc', 'select 7', url], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();

  it('lets in whoever has it and nobody else, and tells when its process has ended', async () => {
    const server = await startPostgres({ password: 'canary1' });
    const url = server.databaseNamed('action_do');
    expect(psql(url)).toBe('7');
    expect(server.databaseNamed('action_do')).toBe(url);
    expect(() => psql(url.replace(':canary1@', '@'))).toThrow(/no password supplied/);
    expect(() => psql(url.replace('canary1', 'guessed'))).toThrow(/authentication failed/);
    await server.stop();
    await server.exited;
  });
});
