import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { endWithUs } from './end-with-us.js';
import { findProgram } from './find-program.js';
import { freePort } from './free-port.js';
import { closeToStrangers, passwordStatement } from './postgres-access.js';
import { postgresFolders } from './postgres-folders.js';
import { temporaryFolder } from './temporary-folder.js';
import { until } from './until.js';

/** What it wrote last may have to be read again after a hard end. */
const READY_WITHIN_MS = 60_000;
const USER = 'test';

/** Folder of PostgreSQL's programs; null where this machine has none. */
export const postgresProgram = (): string | null => findProgram('initdb', postgresFolders());

export interface PostgresOptions {
  /** Where it keeps its data, from one start to the next; default: a folder that goes with it. */
  readonly folder?: string;
  /** Letters and digits. Without one every process of this machine is let in. */
  readonly password?: string;
}

export interface PostgresServer {
  /** Of an empty database of its own at each call. */
  database(): string;
  /** Of the database of this name, which is made where there is none. */
  databaseNamed(name: string): string;
  readonly pid: number;
  /** Resolves when its process has ended, by whomever. */
  readonly exited: Promise<void>;
  /** The folder in which it keeps the tables of all databases. */
  readonly tables: string;
  /** Throws away what a database of ours holds, and whoever is connected to it. */
  empty(url: string): void;
  stop(): Promise<void>;
}

/** Without a folder of its own, what it holds need not survive anything. */
const FORGETFUL = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Starts PostgreSQL on loopback. @throws Error the machine has none, or it ended by itself: with what it said */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const initdb = postgresProgram();
  if (initdb === null) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const program = (name: string): string => initdb.replace(/initdb$/, name);
  const sockets = temporaryFolder('action-do-postgres');
  const home = options.folder ?? sockets.path;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? accountOf('postgres') : null;
  if (user) for (const folder of new Set([home, sockets.path])) chownSync(folder, user.uid, user.gid);
  const as = { ...(user ?? {}), cwd: sockets.path };
  const data = join(home, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) makeCluster(initdb, data, options.folder === undefined, as);
  const { password } = options;
  if (password !== undefined) closeToStrangers(data);
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', ...(options.folder === undefined ? FORGETFUL : [])];
  const child = spawn(
    program('postgres'),
    ['-D', data, '-p', String(port), '-k', sockets.path, ...settings.flatMap((setting) => ['-c', setting])],
    { ...as, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  endWithUs(child);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until(
    'PostgreSQL takes connections',
    () => /ready to accept connections/.test(said) || child.exitCode !== null,
    READY_WITHIN_MS,
  );
  if (child.exitCode !== null) throw new Error(`PostgreSQL ended by itself: ${said}`);
  let databases = 0;
  const say = (input: string, name: string, ...args: string[]): string =>
    execFileSync(program(name), ['-h', sockets.path, '-p', String(port), '-U', USER, ...args], {
      encoding: 'utf8',
      input,
    });
  const run = (name: string, ...args: string[]): string => say('', name, ...args);
  // By way of stdin: arguments are seen by everybody.
  if (password !== undefined) say(passwordStatement(USER, password), 'psql', '-q', '-d', 'postgres');
  const credentials = password === undefined ? USER : `${USER}:${password}`;
  const urlOf = (name: string): string => `postgres://${credentials}@127.0.0.1:${port}/${name}`;
  return {
    database: () => {
      databases += 1;
      const name = `test${databases}`;
      run('createdb', name);
      return urlOf(name);
    },
    databaseNamed: (name) => {
      const known = run('psql', '-d', 'postgres', '-Atc', 'select datname from pg_database').split('\n');
      if (!known.includes(name)) run('createdb', name);
      return urlOf(name);
    },
    pid: child.pid ?? -1,
    exited,
    tables: join(data, 'base'),
    empty: (url) => {
      const name = new URL(url).pathname.slice(1);
      run('dropdb', '--force', name);
      run('createdb', name);
    },
    stop: async () => {
      await end(child);
      sockets.remove();
    },
  };
}

function makeCluster(initdb: string, data: string, forgetful: boolean, as: object): void {
  const flags = ['-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', ...(forgetful ? ['--no-sync'] : [])];
  try {
    execFileSync(initdb, ['-D', data, ...flags], { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`PostgreSQL cannot keep its data in ${data}: ${why}`, { cause: error });
  }
}

function accountOf(name: string): { uid: number; gid: number } {
  const ask = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}

/** SIGINT: connections are cut, what is under way is rolled back. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
}
