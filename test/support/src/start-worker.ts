import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '@action-do/local-servers';

const programOf = (name: string): string => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
const READY_WITHIN_MS = 30_000;

export interface WorkerOptions {
  readonly natsUrl: string;
  readonly apiKey: string;
  /** Modules of actions, comma-separated, as in DO_ACTIONS. */
  readonly actions: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningWorker {
  readonly pid: number;
  readonly stderr: () => string;
  readonly ended: () => boolean;
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: it hangs, and goes on. */
  pause(): void;
  resume(): void;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a worker in a process of its own and waits until it serves. @throws Error it ended before, with its words */
export function startWorker({ natsUrl, apiKey, actions, env = {} }: WorkerOptions): Promise<RunningWorker> {
  const own = { DO_NATS_URL: natsUrl, DO_API_KEY: apiKey, DO_INSECURE_DEV: '1', ...env };
  return startServing('worker.process.js', actions.split(','), own);
}

/**
 * Starts a program of this package that performs actions and waits until it says that it is ready.
 * @param program under `dist`  @throws Error it ended before, with its words
 */
export async function startServing(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningWorker> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DO_|SMTP_)/.test(name));
  const child = spawn(process.execPath, [programOf(program), ...args], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const exited = once(child, 'exit');
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (!ended()) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  await until('it serves', () => / ready$/m.test(said.stdout) || ended(), READY_WITHIN_MS);
  if (ended()) throw new Error(`${program} ended before it served: ${said.stderr}`);
  return {
    pid: child.pid ?? -1,
    stderr: () => said.stderr,
    ended,
    kill: async () => void (await end('SIGKILL')),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
  };
}
