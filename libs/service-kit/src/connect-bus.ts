import { REQUEST_PATTERNS } from '@action-do/contracts';
import { connectNats, type NatsBus } from '@action-do/messaging';
import type { Logger } from 'pino';

export interface BusConfig {
  readonly DO_NATS_URL: string;
  readonly DO_INSECURE_DEV: '0' | '1';
}

/**
 * The bus of a process on NATS, which tells the log what happens to it.
 * @param name of this run of the process, as the server's monitoring shows it
 * @throws NatsUnavailable, UnsafeNatsServer, NatsWithoutHeaders, StreamCoversRequests
 */
export async function connectBus(
  { DO_NATS_URL: url, DO_INSECURE_DEV }: BusConfig,
  name: string,
  logger: Logger,
): Promise<NatsBus> {
  let connected = false;
  const bus = await connectNats({
    url,
    name,
    insecureDev: DO_INSECURE_DEV === '1',
    requestPatterns: REQUEST_PATTERNS,
    onHandlerError: (error, where) => logger.error({ err: error, where }, 'a bus handler failed'),
    // A first connection that fails is told by what is thrown.
    onStatus: (status, detail) => connected && logger.warn({ detail }, `NATS: ${status}`),
  });
  connected = true;
  return bus;
}
