import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TenantName } from '@action-do/contracts';
import { type ProcessPlan, startNatsServer, startPostgres } from '@action-do/local-servers';
import { keepKeys } from './keys.js';
import { StackService } from './stack-service.js';

export interface StackOptions {
  /** Absolute. Of the log, the keys, and PostgreSQL's files. */
  readonly dataDir: string;
  readonly tenant: TenantName;
  readonly httpHost: string;
  /** Of the first gateway; 0 = any free port. The others take any. */
  readonly httpPort: number;
  /** Of gateways, executors and projectors, each. */
  readonly size: number;
  readonly masterKey?: string | undefined;
  /** Servers that run already. What is not named is started. */
  readonly natsUrl?: string | undefined;
  readonly eventStore?: string | undefined;
  readonly databaseUrl?: string | undefined;
  /** For the services: what stands here is not said otherwise below. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: NonNullable<ProcessPlan['log']>;
  readonly onWarning: (message: string) => void;
}

export interface RunningStack {
  /** Of the first gateway. */
  readonly url: string;
  readonly urls: readonly string[];
  readonly apiKeyFile: string;
  readonly firstKey: string | null;
  readonly natsUrl: string;
  readonly eventStore: string;
  readonly databaseUrl: string;
  readonly gateways: readonly StackService[];
  readonly executors: readonly StackService[];
  readonly projectors: readonly StackService[];
  /** Null where the log is a server of somebody else's. */
  readonly eventLog: StackService | null;
  /** Resolves with words when something ends by itself. */
  readonly died: Promise<string>;
  /** Callers are answered, work under way ends, then everything ends. @throws Error something did not end cleanly */
  close(): Promise<void>;
  /** SIGKILL for all services and the log at once. */
  kill(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
/** Where it is, or its health. */
const READY = /^.+ ready.* at (\S+)/m;
const builtMain = (app: string): string =>
  fileURLToPath(new URL(`../../${app}/dist/main.js`, import.meta.url));

/** Servers and services on this machine, without containers. @throws Error one of them did not start, with its words */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { dataDir, tenant, size, log } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const keys = keepKeys(dataDir, tenant, options.masterKey);
  const ends: (() => Promise<unknown>)[] = [];
  const running: StackService[] = [];
  const start = async (service: StackService): Promise<string> => {
    running.push(service);
    return service.start();
  };
  try {
    const [natsUrl, databaseUrl, { eventStore, eventLog }] = await Promise.all([
      options.natsUrl ?? startNats(ends),
      options.databaseUrl ?? startDatabase(options, ends),
      options.eventStore
        ? { eventStore: options.eventStore, eventLog: null }
        : startEventLog(dataDir, options, start),
    ]);
    const env = {
      ...options.env,
      DO_NATS_URL: natsUrl,
      // The server is on loopback, and this machine has what its packages gave.
      ...(options.natsUrl === undefined ? { DO_INSECURE_DEV: '1' } : {}),
      DO_EVENT_STORE: eventStore,
      DO_DATABASE_URL: databaseUrl,
      DO_MASTER_KEY: keys.masterKey,
      DO_ROOT_KEY_DIGEST: keys.rootKeyDigest,
      DO_TENANT: tenant,
      DO_DATA_DIR: dataDir,
      DO_HEALTH_PORT: '0',
      DO_HTTP_HOST: options.httpHost,
    };
    const several = (app: string, envOf: (before: string | null, index: number) => NodeJS.ProcessEnv) =>
      Array.from({ length: size }, (_, index) => {
        const plan = (before: string | null) => planOf(app, { ...env, ...envOf(before, index) }, log);
        return new StackService(`${app} ${index + 1}`, plan);
      });
    const gateways = several('gateway', (before, index) => ({
      DO_HTTP_PORT: portOf(before) ?? String(index === 0 ? options.httpPort : 0),
    }));
    const executors = several('executor', () => ({}));
    const projectors = several('projector', () => ({}));
    const [urls] = await Promise.all(
      [gateways, executors, projectors].map((services) => Promise.all(services.map(start))),
    );
    const all = [...gateways, ...executors, ...projectors];
    return {
      url: urls?.[0] ?? '',
      urls: urls ?? [],
      apiKeyFile: keys.apiKeyFile,
      firstKey: keys.firstKey,
      natsUrl,
      eventStore,
      databaseUrl,
      gateways,
      executors,
      projectors,
      eventLog,
      died: Promise.race(running.map(({ died }) => died)),
      close: async () => {
        // In this order, for those to the left answer callers with the help of those to the right.
        const unclean: string[] = [];
        for (const services of [gateways, [...executors, ...projectors], eventLog ? [eventLog] : []])
          unclean.push(...(await stopAll(services)));
        for (const end of ends) await end();
        if (unclean.length > 0) throw new Error(unclean.join('; '));
      },
      kill: async () => {
        await Promise.all([...all, ...(eventLog ? [eventLog] : [])].map((service) => service.kill()));
        for (const end of ends) await end();
      },
    };
  } catch (error) {
    await Promise.all(running.map((service) => service.kill()));
    for (const end of ends) await end();
    throw error;
  }
}

/** @returns what did not end cleanly, in words */
async function stopAll(services: readonly StackService[]): Promise<string[]> {
  const codes = await Promise.all(services.map((service) => service.stop()));
  return services.flatMap(({ name }, index) =>
    codes[index] === 0 ? [] : [`${name} ended with ${codes[index] ?? 'a signal'}`],
  );
}

const planOf = (app: string, env: NodeJS.ProcessEnv, log: NonNullable<ProcessPlan['log']>): ProcessPlan => ({
  command: process.execPath,
  args: [builtMain(app)],
  env,
  ready: READY,
  readyWithinMs: READY_WITHIN_MS,
  log,
  // Ctrl-C is for the stack, which ends them in order.
  detached: true,
});

async function startNats(ends: (() => Promise<unknown>)[]): Promise<string> {
  const server = await startNatsServer();
  ends.push(() => server.stop());
  return server.url;
}

async function startDatabase(
  { dataDir, onWarning }: StackOptions,
  ends: (() => Promise<unknown>)[],
): Promise<string> {
  const server = await startPostgres(placeForPostgres(dataDir, onWarning));
  ends.push(() => server.stop());
  return server.databaseNamed('action_do');
}

/** PostgreSQL refuses to run as root: then its own account has to get to its folder, through all that lie above. */
function placeForPostgres(dataDir: string, warn: (message: string) => void): { folder?: string } {
  if (process.getuid?.() === 0) {
    chmodSync(dataDir, 0o711);
    if (!othersMayEnter(dataDir)) {
      warn(
        `PostgreSQL runs as another user, who cannot enter ${dataDir}: the views are built anew at each start`,
      );
      return {};
    }
  }
  return { folder: join(dataDir, 'postgres') };
}

function othersMayEnter(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  const above = dirname(folder);
  return above === folder || othersMayEnter(above);
}

async function startEventLog(
  dataDir: string,
  { env, log }: StackOptions,
  start: (service: StackService) => Promise<string>,
): Promise<{ eventStore: string; eventLog: StackService }> {
  const plan = (before: string | null) =>
    planOf(
      'event-log',
      { ...env, DO_DATA_DIR: dataDir, DO_EVENT_LOG_PORT: portOf(before) ?? '0', DO_EVENT_LOG_HTTP_PORT: '0' },
      log,
    );
  const eventLog = new StackService('event-log', plan);
  return { eventStore: await start(eventLog), eventLog };
}

/** Of an address. */
const portOf = (url: string | null): string | undefined => (url === null ? undefined : new URL(url).port);
