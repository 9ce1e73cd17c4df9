import { busRights } from '@action-do/contracts';
import { type Bus, InProcessBus } from '@action-do/messaging';
import type { ProjectorThreadsOptions } from '@action-do/projector';
import { connectBus } from '@action-do/service-kit';
import type { Logger } from 'pino';
import type { StandaloneConfig } from './config.js';

export interface OpenBus {
  readonly bus: Bus;
  /** How the threads of this process come to the same bus. */
  readonly forThreads: ProjectorThreadsOptions['bus'];
}

/** @throws NatsUnavailable, UnsafeNatsServer, StreamCoversRequests, NatsRightsTooWide */
export async function openBus(
  { DO_NATS_URL: natsUrl, DO_INSECURE_DEV, DO_REQUIRE_NATS_ACL, DO_TENANT }: StandaloneConfig,
  name: string,
  logger: Logger,
): Promise<OpenBus> {
  if (natsUrl === undefined) {
    const onHandlerError = (error: unknown, where: string): void =>
      logger.error({ err: error, where }, 'a bus handler failed');
    const bus = new InProcessBus({ onHandlerError });
    return { bus, forThreads: { connectThread: () => bus.connectThread() } };
  }
  const config = { DO_NATS_URL: natsUrl, DO_INSECURE_DEV, DO_REQUIRE_NATS_ACL, DO_TENANT };
  const rights = busRights.standalone;
  const bus = await connectBus(config, { name, rights }, logger);
  return {
    bus,
    forThreads: { natsUrl, natsInbox: rights.inbox, insecureDev: DO_INSECURE_DEV === '1' },
  };
}
