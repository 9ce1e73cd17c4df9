import { REQUEST_PATTERNS } from '@action-do/contracts';
import { type Bus, connectNats, InProcessBus } from '@action-do/messaging';
import type { ProjectorThreadsOptions } from '@action-do/projector';
import type { Logger } from 'pino';
import type { StandaloneConfig } from './config.js';

export interface OpenBus {
  readonly bus: Bus;
  /** How the threads of this process come to the same bus. */
  readonly forThreads: ProjectorThreadsOptions['bus'];
}

/** @throws NatsUnavailable, UnsafeNatsServer, StreamCoversRequests */
export async function openBus(config: StandaloneConfig, name: string, logger: Logger): Promise<OpenBus> {
  const onHandlerError = (error: unknown, where: string): void =>
    logger.error({ err: error, where }, 'a bus handler failed');
  const { DO_NATS_URL: natsUrl, DO_INSECURE_DEV } = config;
  if (natsUrl === undefined) {
    const bus = new InProcessBus({ onHandlerError });
    return { bus, forThreads: { connectThread: () => bus.connectThread() } };
  }
  const insecureDev = DO_INSECURE_DEV === '1';
  const bus = await connectNats({
    url: natsUrl,
    name,
    insecureDev,
    requestPatterns: REQUEST_PATTERNS,
    onHandlerError,
    onStatus: (status, detail) => logger.warn({ detail }, `NATS: ${status}`),
  });
  return { bus, forThreads: { natsUrl, insecureDev } };
}
