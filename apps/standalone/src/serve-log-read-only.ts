import { PRODUCT_STREAM_PREFIXES } from '@action-do/contracts';
import { type EmbeddedEventStore, startEventLogServer } from '@action-do/event-store';
import { ConfigError } from '@action-do/service-kit';
import type { Logger } from 'pino';
import { type StandaloneConfig } from './config.js';

/**
 * The log as it grows, for others to replay and follow with EventStoreDB's own clients. Only this process writes it.
 * @returns undefined where `DO_EVENT_LOG_PORT` is not set  @throws ConfigError the port cannot be had
 */
export async function serveLogReadOnly(
  { DO_EVENT_LOG_PORT: port, DO_EVENT_LOG_HOST: host }: StandaloneConfig,
  store: EmbeddedEventStore,
  logger: Logger,
): Promise<{ readonly url: string; close(): Promise<void> } | undefined> {
  if (port === undefined) return undefined;
  try {
    const server = await startEventLogServer({
      store,
      port,
      host,
      readOnly: true,
      protectedPrefixes: PRODUCT_STREAM_PREFIXES,
      onError: (error) => logger.error({ err: error }, 'a reader of the event log could not be answered'),
    });
    return { url: `esdb://${host}:${server.port}?tls=false`, close: () => server.close() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`DO_EVENT_LOG_PORT=${port}: ${reason}. Example: DO_EVENT_LOG_PORT=2113`]);
  }
}
