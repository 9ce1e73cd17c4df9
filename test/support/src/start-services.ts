import { readFileSync } from 'node:fs';
import { TenantName } from '@action-do/contracts';
import { type RunningStack, startStack } from '@action-do/stack';
import { inheritedEnvironment, LEDGER_ACTIONS, type Platform, PROGRAMS } from './start-platform.js';

export interface ServicesOptions {
  readonly dataDir: string;
  /** Of gateways, executors and projectors, each. */
  readonly size: number;
  /** Servers that outlive the services. */
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: it is kept in memory, as `stderr()`. */
  readonly logFile?: string;
  /** Flags of Node itself for the processes of an app, such as `--cpu-prof`. */
  readonly nodeArgs?: (app: string) => readonly string[];
}

/** A platform whose parts a test can end and begin again, one by one. */
export interface Services extends Platform {
  readonly stack: RunningStack;
}

/** Starts the platform as services, each a process, with a log of their own. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { dataDir, size, natsUrl, databaseUrl, env = {}, logFile, nodeArgs } = options;
  const stack = await startStack({
    dataDir,
    tenant: TenantName.parse('default'),
    httpHost: '127.0.0.1',
    httpPort: 0,
    size,
    natsUrl,
    databaseUrl,
    env: {
      ...inheritedEnvironment(),
      DO_ACTIONS: LEDGER_ACTIONS,
      DO_LOG_LEVEL: 'warn',
      DO_INSECURE_DEV: '1',
      ...env,
    },
    programs: PROGRAMS,
    log: logFile === undefined ? 'keep' : { file: logFile },
    ...(nodeArgs && { nodeArgs }),
    onWarning: () => {},
  });
  const all = [...stack.gateways, ...stack.executors, ...stack.projectors];
  const said = (which: 'stdout' | 'stderr') => all.map(({ process }) => process[which]()).join('');
  return {
    stack,
    url: stack.url,
    apiKey: readFileSync(stack.apiKeyFile, 'utf8').trim(),
    pid: stack.gateways[0]?.process.pid ?? -1,
    stdout: () => said('stdout'),
    stderr: () => said('stderr'),
    ended: () => all.every(({ process }) => process.ended()),
    kill: () => stack.kill(),
    stop: async () => {
      await stack.close();
      return 0;
    },
  };
}
