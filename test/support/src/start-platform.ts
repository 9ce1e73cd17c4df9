import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** The actions of `ledger-actions.ts`, as built. */
export const LEDGER_ACTIONS = join(root, 'test/support/dist/ledger-actions.js');
/** The actions of `misbehaving-actions.ts`, as built. */
export const MISBEHAVING_ACTIONS = join(root, 'test/support/dist/misbehaving-actions.js');
/** The action of `bench-actions.ts`, as built: it does nothing. */
export const BENCH_ACTIONS = join(root, 'test/support/dist/bench-actions.js');
/** The example, as built: what `npm start` loads where nothing else is named. */
export const WELCOME_EMAIL_ACTION = join(root, 'examples/send-welcome-email/dist/index.js');
/** What `npm start` runs, which builds what is out of date. */
const NPM_START = 'tools/start.mjs';
/** The platform as it was built last. */
export const BUILT = 'apps/standalone/dist/main.js';
const READY = /^action\.do ready at (http:\/\/\S+)/m;
const READY_WITHIN_MS = 30_000;

export interface Platform {
  readonly url: string;
  readonly apiKey: string;
  readonly pid: number;
  /** All that it wrote so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** False as long as the very process that was started is there. */
  readonly ended: () => boolean;
  /** SIGKILL: as if the power of the process were cut. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

export interface PlatformOptions {
  readonly dataDir: string;
  readonly env?: Record<string, string>;
  /** Default: any free port. */
  readonly port?: number;
  /** Flags of Node itself, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
  /** Where the log goes; default: it is kept in memory, as `stderr()`. */
  readonly logFile?: string;
}

/** Starts the platform as `npm start` does, in a process of its own, and waits for its ready line. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { dataDir, env = {}, port = 0, nodeArgs, logFile } = options;
  const { child, output } = spawnPlatform(
    { ...env, DO_DATA_DIR: dataDir, DO_HTTP_PORT: String(port) },
    { ...(nodeArgs ? { nodeArgs } : {}), ...(logFile ? { logFile } : {}) },
  );
  const url = await readyUrl(child, output);
  const exited = once(child, 'exit');
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (!ended()) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    apiKey: readFileSync(join(dataDir, 'api-key'), 'utf8').trim(),
    pid: child.pid ?? -1,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

export interface RefusedStart {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts the platform with something that it must refuse, and waits for its end.
 * @param entry BUILT spares the look whether all is built, for those who start it many times
 * @throws Error it became ready
 */
export async function startRefused(env: Record<string, string>, entry = NPM_START): Promise<RefusedStart> {
  const { child, output } = spawnPlatform({ DO_HTTP_PORT: '0', ...env }, { entry });
  const closed = once(child, 'close');
  const url = await readyUrl(child, output).catch(() => null);
  if (url !== null) child.kill('SIGKILL');
  await closed;
  if (url !== null) throw new Error(`the platform started with ${JSON.stringify(env)}`);
  return { code: child.exitCode, ...output };
}

/** A folder of its own under the system's temporary one. */
export function temporaryFolder(prefix: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `${prefix}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

interface SpawnOptions extends Pick<PlatformOptions, 'nodeArgs' | 'logFile'> {
  readonly entry?: string;
}

function spawnPlatform(
  env: Record<string, string>,
  { entry = NPM_START, nodeArgs = [], logFile }: SpawnOptions,
): { child: ChildProcess; output: Output } {
  // What a developer has set for a platform of their own must not reach the one under test.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DO_|SMTP_)/.test(name));
  const log = logFile === undefined ? 'pipe' : openSync(logFile, 'a');
  const child = spawn(process.execPath, [...nodeArgs, entry], {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      DO_ACTIONS: LEDGER_ACTIONS,
      DO_LOG_LEVEL: 'warn',
      ADO_LEDGER: join(env['DO_DATA_DIR'] ?? tmpdir(), 'ledger.txt'),
      ...env,
    },
    stdio: ['ignore', 'pipe', log],
  });
  if (typeof log === 'number') closeSync(log);
  // A test run that is broken off must not leave it behind.
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  return { child, output: collect(child) };
}

interface Output {
  stdout: string;
  stderr: string;
}

function collect(child: ChildProcess): Output {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return output;
}

function readyUrl(child: ChildProcess, output: Output): Promise<string> {
  return new Promise((resolve, reject) => {
    const end = (error: Error | null, url = ''): void => {
      clearTimeout(overdue);
      child.stdout?.off('data', look);
      child.off('exit', gone);
      if (error) reject(error);
      else resolve(url);
    };
    const look = (): void => {
      const url = READY.exec(output.stdout)?.[1];
      if (url !== undefined) end(null, url);
    };
    const gone = (): void => end(new Error(`the platform ended before it was ready: ${output.stderr}`));
    const overdue = setTimeout(() => {
      child.kill('SIGKILL');
      end(new Error(`the platform was not ready within ${READY_WITHIN_MS} ms: ${output.stderr}`));
    }, READY_WITHIN_MS);
    child.stdout?.on('data', look);
    child.once('exit', gone);
  });
}
