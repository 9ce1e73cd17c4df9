import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { findProgram } from './find-program.js';
import { temporaryFolder } from './start-platform.js';
import { until } from './until.js';

const DEBIAN = '/usr/lib/postgresql';

/** Folder of PostgreSQL's programs; null where this machine has none. */
export function postgresProgram(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return findProgram(
    'initdb',
    versions.map((version) => join(DEBIAN, version, 'bin')),
  );
}

export interface PostgresServer {
  /** Of an empty database of its own at each call. */
  database(): string;
  readonly pid: number;
  /** The folder in which it keeps the tables of all databases. */
  readonly tables: string;
  /** Throws away what a database of ours holds, and whoever is connected to it. */
  empty(url: string): void;
  stop(): Promise<void>;
}

/** Starts PostgreSQL on loopback, in a folder that goes with it; what it holds need not survive anything. */
export async function startPostgres(): Promise<PostgresServer> {
  const initdb = postgresProgram();
  if (initdb === null) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const program = (name: string): string => initdb.replace(/initdb$/, name);
  const folder = temporaryFolder('action-do-postgres');
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? accountOf('postgres') : null;
  if (user) chownSync(folder.path, user.uid, user.gid);
  const as = { ...(user ?? {}), cwd: folder.path };
  const data = join(folder.path, 'data');
  execFileSync(initdb, ['-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C'], {
    ...as,
    stdio: 'ignore',
  });
  const port = await freePort();
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'listen_addresses=127.0.0.1',
  ];
  const child = spawn(
    program('postgres'),
    ['-D', data, '-p', String(port), '-k', folder.path, ...settings.flatMap((setting) => ['-c', setting])],
    { ...as, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  await until(
    'PostgreSQL takes connections',
    () => /ready to accept connections/.test(said) || child.exitCode !== null,
  );
  if (child.exitCode !== null) throw new Error(`PostgreSQL ended by itself: ${said}`);
  let databases = 0;
  const run = (name: string, ...args: string[]): void =>
    void execFileSync(program(name), ['-h', '127.0.0.1', '-p', String(port), '-U', 'test', ...args]);
  return {
    database: () => {
      databases += 1;
      const name = `test${databases}`;
      run('createdb', name);
      return `postgres://test@127.0.0.1:${port}/${name}`;
    },
    pid: child.pid ?? -1,
    tables: join(data, 'base'),
    empty: (url) => {
      const name = new URL(url).pathname.slice(1);
      run('dropdb', '--force', name);
      run('createdb', name);
    },
    stop: async () => {
      process.off('exit', endWithUs);
      await end(child);
      folder.remove();
    },
  };
}

function accountOf(name: string): { uid: number; gid: number } {
  const ask = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** SIGINT: connections are cut, what is under way is rolled back. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
}
