import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ProcessNotReady,
  type ProcessPlan,
  type StartedProcess,
  startProcess,
} from '@action-do/local-servers';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** The folder of what runs in production: each program, bundled. */
export const PROGRAMS = new URL('../../../dist/', import.meta.url);
/** The actions of `ledger-actions.ts`, as built. */
export const LEDGER_ACTIONS = join(root, 'test/support/dist/ledger-actions.js');
/** The actions of `effects-actions.ts`, as built, for executors and for workers. */
export const EFFECTS_ACTIONS = {
  local: join(root, 'test/support/dist/local-effects-actions.js'),
  remote: join(root, 'test/support/dist/remote-effects-actions.js'),
} as const;
/** The actions of `misbehaving-actions.ts`, as built. */
export const MISBEHAVING_ACTIONS = join(root, 'test/support/dist/misbehaving-actions.js');
/** The actions of the suite of ways, as built: as functions, and as a worker has them. */
export const WAY_ACTIONS = {
  function: join(root, 'test/support/dist/ways/way-function-actions.js'),
  worker: join(root, 'test/support/dist/ways/way-worker-actions.js'),
} as const;
/** The action of `bench-actions.ts`, as built: it does nothing. */
export const BENCH_ACTIONS = join(root, 'test/support/dist/bench-actions.js');
/** The same under another name, as built. */
export const REMOTE_BENCH_ACTIONS = join(root, 'test/support/dist/remote-bench-actions.js');
/** The example, as built: what `npm start` loads where nothing else is named. */
export const WELCOME_EMAIL_ACTION = join(root, 'examples/send-welcome-email/dist/index.js');
/** What `npm start` runs, which builds what is out of date, and the flags of Node that it runs it with. */
const NPM_START = 'tools/start.mjs';
const { scripts }: { scripts: { start: string } } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const NPM_START_FLAGS = scripts.start.split(' ').filter((word) => word.startsWith('--'));
/** The platform as it was built last. */
export const BUILT = 'dist/standalone.js';
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
  const { ready, ...started } = await startProcess(
    planOf(
      { ...env, DO_DATA_DIR: dataDir, DO_HTTP_PORT: String(port) },
      { ...(nodeArgs ? { nodeArgs } : {}), ...(logFile ? { logFile } : {}) },
    ),
  );
  return {
    ...started,
    url: ready[1] ?? '',
    apiKey: readFileSync(join(dataDir, 'api-key'), 'utf8').trim(),
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
  let started: StartedProcess;
  try {
    started = await startProcess(planOf({ DO_HTTP_PORT: '0', ...env }, { entry }));
  } catch (error) {
    if (!(error instanceof ProcessNotReady)) throw error;
    return { code: error.exitCode, stdout: error.stdout, stderr: error.stderr };
  }
  await started.kill();
  throw new Error(`the platform started with ${JSON.stringify(env)}`);
}

interface Start extends Pick<PlatformOptions, 'nodeArgs' | 'logFile'> {
  readonly entry?: string;
}

function planOf(
  env: Record<string, string>,
  { entry = NPM_START, nodeArgs = [], logFile }: Start,
): ProcessPlan {
  return {
    command: process.execPath,
    args: [...NPM_START_FLAGS, ...nodeArgs, entry],
    cwd: root,
    env: {
      ...inheritedEnvironment(),
      DO_ACTIONS: LEDGER_ACTIONS,
      DO_LOG_LEVEL: 'warn',
      ADO_LEDGER: join(env['DO_DATA_DIR'] ?? tmpdir(), 'ledger.txt'),
      ...env,
    },
    ready: READY,
    readyWithinMs: READY_WITHIN_MS,
    ...(logFile === undefined ? {} : { log: { file: logFile } }),
  };
}

/** Without what a developer has set for a platform of their own: that must not reach the one under test. */
export const inheritedEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DO_|SMTP_)/.test(name)));
