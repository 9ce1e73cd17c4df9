import { mkdirSync } from 'node:fs';
import { allOfThem } from './all-of-them.js';
import { builtService, portOf, withoutMasterKey } from './built-service.js';
import { keepKeys } from './keys.js';
import type { StackOptions } from './stack-options.js';
import { StackService } from './stack-service.js';
import { startServers } from './start-servers.js';

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

/**
 * Servers and services on this machine, without containers.
 * @throws Error one of them did not start, with its words, or the start was called off; then nothing is left behind
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { dataDir, tenant } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const { masterKey, rootKeyDigest, apiKeyFile, firstKey } = keepKeys(dataDir, tenant, options.masterKey);
  const { natsUrl, eventStore, databaseUrl, eventLog, own } = await startServers(options);
  const standsOn = {
    DO_NATS_URL: natsUrl,
    // The server is on loopback, and this machine has what its packages gave.
    ...(options.natsUrl === undefined ? { DO_INSECURE_DEV: '1' } : {}),
    DO_EVENT_STORE: eventStore,
    DO_DATABASE_URL: databaseUrl,
  };
  const keys = { DO_MASTER_KEY: masterKey, DO_ROOT_KEY_DIGEST: rootKeyDigest };
  const { gateways, executors, projectors } = servicesOf(options, standsOn, keys);
  const log = eventLog === null ? [] : [eventLog];
  const all = [...gateways, ...executors, ...projectors, ...log];
  const kill = async (): Promise<void> => {
    await Promise.all(all.map((service) => service.kill()));
    await own.end();
  };
  try {
    const addresses = await allOfThem([...gateways, ...executors, ...projectors].map((each) => each.start()));
    const urls = addresses.slice(0, gateways.length);
    return {
      url: urls[0] ?? '',
      urls,
      apiKeyFile,
      firstKey,
      natsUrl,
      eventStore,
      databaseUrl,
      gateways,
      executors,
      projectors,
      eventLog,
      died: Promise.race([...all, own].map(({ died }) => died)),
      close: async () => {
        // In this order, for those to the left answer callers with the help of those to the right.
        const unclean: string[] = [];
        for (const services of [gateways, [...executors, ...projectors], log])
          unclean.push(...(await stopAll(services)));
        await own.end();
        if (unclean.length > 0) throw new Error(unclean.join('; '));
      },
      kill,
    };
  } catch (error) {
    await kill();
    throw error;
  }
}

type Kinds = Readonly<Record<'gateways' | 'executors' | 'projectors', readonly StackService[]>>;

/** @param keys for the executors alone */
function servicesOf(options: StackOptions, of: NodeJS.ProcessEnv, keys: NodeJS.ProcessEnv): Kinds {
  const { dataDir, tenant, size, httpHost, httpPort } = options;
  const env = {
    ...withoutMasterKey(options.env),
    DO_TENANT: tenant,
    DO_DATA_DIR: dataDir,
    DO_HEALTH_PORT: '0',
    DO_HTTP_HOST: httpHost,
    ...of,
  };
  const several = (
    app: string,
    own: (before: string | null, index: number) => NodeJS.ProcessEnv = () => ({}),
  ): StackService[] =>
    Array.from(
      { length: size },
      (_, index) =>
        new StackService(`${app} ${index + 1}`, (before) =>
          builtService(app, { ...env, ...own(before, index) }, options),
        ),
    );
  return {
    // One that is begun again is where it was.
    gateways: several('gateway', (before, index) => ({
      DO_HTTP_PORT: portOf(before) ?? String(index === 0 ? httpPort : 0),
    })),
    executors: several('executor', () => keys),
    projectors: several('projector'),
  };
}

/** @returns what did not end cleanly, in words */
async function stopAll(services: readonly StackService[]): Promise<string[]> {
  const codes = await Promise.all(services.map((service) => service.stop()));
  return services.flatMap(({ name }, index) =>
    codes[index] === 0 ? [] : [`${name} ended with ${codes[index] ?? 'a signal'}`],
  );
}
