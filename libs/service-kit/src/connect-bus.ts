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
export const connectBus = (
  { DO_NATS_URL: url, DO_INSECURE_DEV }: BusConfig,
  name: string,
  logger: Logger,
): Promise<NatsBus> =>
  connectNats({
    url,
    name,
    insecureDev: DO_INSECURE_DEV === '1',
    requestPatterns: REQUEST_PATTERNS,
    onHandlerError: (error, where) => logger.error({ err: error, where }, 'a bus handler failed'),
    onStatus: (status, detail) => logger.warn({ detail }, `NATS: ${status}`),
  });
