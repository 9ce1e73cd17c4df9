import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithUs } from './end-with-us.js';
import { findProgram } from './find-program.js';
import { temporaryFolder } from './temporary-folder.js';
import { until } from './until.js';

export interface NatsServerOptions {
  /** Default: a free one. Give the port of a server that died to start its successor. */
  readonly port?: number;
  /** With JetStream, its files in a folder that goes with the server. */
  readonly jetStream?: boolean;
  /** More lines of nats.conf, such as accounts. */
  readonly config?: string;
  /** Variables that its configuration names. */
  readonly env?: Record<string, string>;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when its process has ended, by whomever. */
  readonly exited: Promise<void>;
  /** At once, as a machine dies. */
  kill(): Promise<void>;
  /** Politely, then sweeps its folder away. */
  stop(): Promise<void>;
}

const PORTS_FILE = /\.ports$/;

/** Null where this machine has no nats-server. */
export const natsServerProgram = (): string | null => findProgram('nats-server');

/**
 * Starts a real nats-server on loopback and waits until it takes connections.
 * @throws Error the machine has none, or it ended by itself: with what it said
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const program = natsServerProgram();
  if (program === null) throw new Error('nats-server is not installed: apt-get install nats-server');
  const folder = temporaryFolder('action-do-nats');
  const configFile = join(folder.path, 'nats.conf');
  writeFileSync(configFile, options.config ?? '');
  const jetStream = options.jetStream ? ['-js', '-sd', join(folder.path, 'js')] : [];
  const child = spawn(
    program,
    [
      '-c',
      configFile,
      '-a',
      '127.0.0.1',
      '-p',
      String(options.port ?? -1),
      '--ports_file_dir',
      folder.path,
    ].concat(jetStream),
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: { ...process.env, ...options.env } },
  );
  endWithUs(child);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  // Its ports file is written once it listens.
  await until('nats-server listens', () => portsFile(folder.path) !== null || child.exitCode !== null);
  const file = portsFile(folder.path);
  if (file === null) throw new Error(`nats-server ended by itself: ${said}`);
  const url = readUrl(file);
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    exited,
    kill: () => end(child, 'SIGKILL'),
    stop: async () => {
      await end(child, 'SIGTERM');
      folder.remove();
    },
  };
}

function portsFile(folder: string): string | null {
  const name = readdirSync(folder).find((each) => PORTS_FILE.test(each));
  const file = name === undefined ? null : join(folder, name);
  return file !== null && existsSync(file) && readFileSync(file, 'utf8').trim().endsWith('}') ? file : null;
}

function readUrl(file: string): string {
  const ports: { nats?: string[] } = JSON.parse(readFileSync(file, 'utf8'));
  const [url] = ports.nats ?? [];
  if (url === undefined) throw new Error(`no port in ${file}`);
  return url;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
