import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PRODUCT_STREAM_PREFIXES } from '@action-do/contracts';
import { openEmbeddedEventStore, startEventLogServer } from '@action-do/event-store';
import { ConfigError, endAtOnce, type RunningService, type ServiceWorld } from '@action-do/service-kit';
import { EVENT_LOG_VARIABLES, type EventLogConfig } from './config.js';
import { readTls } from './read-tls.js';
import { startStatusServer } from './status-server.js';

export interface RunningEventLog extends RunningService {
  /** As a client is given it. */
  readonly url: string;
  readonly folder: string;
  readonly logId: string;
  /** Of health and metrics; null where they are switched off. */
  readonly statusUrl: string | null;
}

/**
 * Serves the log in `<data>/log`, which standalone uses too, when it does not run. No logic of its own: what begins and ends,
 * in which order.
 * @throws FolderInUse another process has the log
 * @throws ConfigError the certificate, its key or the port of health and metrics cannot be had
 */
export async function startEventLog(
  config: EventLogConfig,
  { from, logger }: Omit<ServiceWorld, 'signal'>,
): Promise<RunningEventLog> {
  const tls = readTls(config, from);
  const dataDir = resolve(from, config.DO_DATA_DIR);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const folder = join(dataDir, 'log');
  const advertised = advertisedOf(config);
  const store = await openEmbeddedEventStore({
    folder,
    onFatal: ({ message }) => endAtOnce(`the event log cannot be written: ${message}`),
  });
  // What is open, for a start that fails; the last is closed first.
  const opened: { close(): Promise<void> }[] = [store];
  try {
    const server = await startEventLogServer({
      store,
      port: config.DO_EVENT_LOG_PORT,
      host: config.DO_EVENT_LOG_HOST,
      protectedPrefixes: PRODUCT_STREAM_PREFIXES,
      ...(tls && { tls }),
      ...(advertised && { advertised }),
      onError: (error) => logger.error({ err: error }, 'a request could not be answered'),
    });
    opened.unshift(server);
    const status =
      config.DO_EVENT_LOG_HTTP_PORT === 0
        ? null
        : await startStatusServer({
            host: config.DO_EVENT_LOG_HOST,
            port: config.DO_EVENT_LOG_HTTP_PORT,
            counts: () => server.counts,
            isWritable: () => server.isWritable,
          }).catch((error: unknown) => {
            throw statusPortRefused(config.DO_EVENT_LOG_HTTP_PORT, error);
          });
    const url = `esdb://${config.DO_EVENT_LOG_HOST}:${server.port}${tls ? '' : '?tls=false'}`;
    const statusUrl = status?.url ?? null;
    const lines = [`event log ready at ${url}`, `  log       ${store.logId} in ${folder}`];
    if (statusUrl !== null) lines.push(`  status    ${statusUrl}/health/ready`);
    return {
      url,
      folder,
      logId: store.logId,
      statusUrl,
      readyMessage: lines.join('\n'),
      async close() {
        status?.notReady();
        await server.close();
        await store.close();
        await status?.close();
      },
    };
  } catch (error) {
    for (const part of opened) await part.close();
    throw error;
  }
}

/** `listening` of main.ts speaks of the log's own port: this is another, and has a name of its own. */
function statusPortRefused(port: number, error: unknown): ConfigError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ConfigError([
    `DO_EVENT_LOG_HTTP_PORT=${port}: ${reason}. Example: DO_EVENT_LOG_HTTP_PORT=${EVENT_LOG_VARIABLES.DO_EVENT_LOG_HTTP_PORT.example}`,
  ]);
}

function advertisedOf({ DO_EVENT_LOG_ADVERTISED: advertised }: EventLogConfig) {
  const [host = '', port = ''] = advertised?.split(':') ?? [];
  return advertised === undefined ? undefined : { host, port: Number(port) };
}
