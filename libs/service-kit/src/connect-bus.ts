import { type BusRights, forbiddenTo, REQUEST_PATTERNS, TenantName } from '@action-do/contracts';
import { checkNatsRights, connectNats, type NatsBus } from '@action-do/messaging';
import type { Logger } from 'pino';

export interface BusConfig {
  readonly DO_NATS_URL: string;
  readonly DO_INSECURE_DEV: '0' | '1';
  readonly DO_REQUIRE_NATS_ACL: '0' | '1';
  /** One that there is: rights that were given for it alone are found, too. */
  readonly DO_TENANT?: TenantName;
}

export interface BusUser {
  /** Of this run of the process, as the server's monitoring shows it. */
  readonly name: string;
  /** What it is there to do. */
  readonly rights: BusRights;
  /** The connection is there again, perhaps to another server. */
  readonly onReconnected?: () => void;
}

const FIRST_TENANT = TenantName.parse('default');

/**
 * The bus of a process on NATS, which tells the log what happens to it. Before that, what the process must not be able to
 * do is tried: a server without allow-lists believes anybody about who is calling.
 * @throws NatsUnavailable, UnsafeNatsServer, NatsWithoutHeaders, StreamCoversRequests, NatsRightsTooWide
 */
export async function connectBus(
  { DO_NATS_URL: url, DO_INSECURE_DEV, DO_REQUIRE_NATS_ACL, DO_TENANT = FIRST_TENANT }: BusConfig,
  { name, rights, onReconnected }: BusUser,
  logger: Logger,
): Promise<NatsBus> {
  await checkNatsRights({
    url,
    name,
    role: rights.role,
    forbidden: forbiddenTo(rights, DO_TENANT),
    isRequired: DO_REQUIRE_NATS_ACL === '1',
    // A server of one's own needs no allow-lists; where there are users, somebody meant to give some.
    tell: ({ message, hasUser }) => logger[hasUser ? 'warn' : 'debug']({}, message),
  });
  let connected = false;
  const bus = await connectNats({
    url,
    name,
    inbox: rights.inbox,
    insecureDev: DO_INSECURE_DEV === '1',
    requestPatterns: REQUEST_PATTERNS,
    onHandlerError: (error, where) => logger.error({ err: error, where }, 'a bus handler failed'),
    // A first connection that fails is told by what is thrown.
    onStatus: (status, detail) => {
      if (!connected) return;
      // Closed is what we do ourselves, at the end.
      logger[status === 'closed' ? 'debug' : 'warn']({ detail }, `NATS: ${status}`);
      if (status === 'reconnected') onReconnected?.();
    },
  });
  connected = true;
  return bus;
}
