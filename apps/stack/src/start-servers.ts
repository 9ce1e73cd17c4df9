import { randomBytes } from 'node:crypto';
import { chmodSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startNatsServer, startPostgres } from '@action-do/local-servers';
import { allOfThem } from './all-of-them.js';
import { builtService, portOf, withoutMasterKey } from './built-service.js';
import { OwnServers } from './own-servers.js';
import type { StackOptions } from './stack-options.js';
import { StackService } from './stack-service.js';

/** Another one each time. */
const PASSWORD_BYTES = 16;

/** What the services stand on: named by the options, or started. */
export interface Servers {
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly eventStore: string;
  /** Null where the log is a server of somebody else's. */
  readonly eventLog: StackService | null;
  /** Those that were started, but for the event log. */
  readonly own: OwnServers;
}

/** @throws Error one of them did not start, with its words, or the start was called off; then none is left behind */
export async function startServers(options: StackOptions): Promise<Servers> {
  const own = new OwnServers();
  const eventLog = options.eventStore === undefined ? eventLogOf(options) : null;
  try {
    const [natsUrl = '', databaseUrl = '', eventStore = ''] = await allOfThem([
      options.natsUrl ?? startNats(own),
      options.databaseUrl ?? startDatabase(options, own),
      options.eventStore ?? eventLog?.start(),
    ]);
    options.signal?.throwIfAborted();
    return { natsUrl, databaseUrl, eventStore, eventLog, own };
  } catch (error) {
    await eventLog?.kill();
    await own.end();
    throw error;
  }
}

async function startNats(own: OwnServers): Promise<string> {
  const server = await startNatsServer();
  own.keep('nats-server', server);
  return server.url;
}

async function startDatabase({ dataDir, onWarning }: StackOptions, own: OwnServers): Promise<string> {
  const server = await startPostgres({
    ...placeForPostgres(dataDir, onWarning),
    password: randomBytes(PASSWORD_BYTES).toString('hex'),
  });
  own.keep('PostgreSQL', server);
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

const eventLogOf = (options: StackOptions): StackService =>
  new StackService('event-log', (before) => {
    const own = {
      DO_DATA_DIR: options.dataDir,
      DO_EVENT_LOG_PORT: portOf(before) ?? '0',
      DO_EVENT_LOG_HTTP_PORT: '0',
    };
    return builtService('event-log', { ...withoutMasterKey(options.env), ...own }, options);
  });
