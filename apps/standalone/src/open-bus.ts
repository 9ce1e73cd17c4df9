import { busRights, forbiddenTo, REQUEST_PATTERNS } from '@action-do/contracts';
import { type Bus, checkNatsRights, connectNats, InProcessBus } from '@action-do/messaging';
import type { ProjectorThreadsOptions } from '@action-do/projector';
import type { Logger } from 'pino';
import type { StandaloneConfig } from './config.js';

export interface OpenBus {
  readonly bus: Bus;
  /** How the threads of this process come to the same bus. */
  readonly forThreads: ProjectorThreadsOptions['bus'];
}

/** @throws NatsUnavailable, UnsafeNatsServer, StreamCoversRequests, NatsRightsTooWide */
export async function openBus(config: StandaloneConfig, name: string, logger: Logger): Promise<OpenBus> {
  const onHandlerError = (error: unknown, where: string): void =>
    logger.error({ err: error, where }, 'a bus handler failed');
  const { DO_NATS_URL: natsUrl, DO_INSECURE_DEV } = config;
  if (natsUrl === undefined) {
    const bus = new InProcessBus({ onHandlerError });
    return { bus, forThreads: { connectThread: () => bus.connectThread() } };
  }
  const insecureDev = DO_INSECURE_DEV === '1';
  const { role, inbox } = busRights.standalone;
  await checkNatsRights({
    url: natsUrl,
    name,
    role,
    forbidden: forbiddenTo(busRights.standalone, config.DO_TENANT),
    isRequired: config.DO_REQUIRE_NATS_ACL === '1',
    // A server of one's own needs no allow-lists; where there are users, somebody meant to give some.
    tell: ({ message, hasUser }) => logger[hasUser ? 'warn' : 'debug']({}, message),
  });
  const bus = await connectNats({
    url: natsUrl,
    name,
    inbox,
    insecureDev,
    requestPatterns: REQUEST_PATTERNS,
    onHandlerError,
    onStatus: (status, detail) => logger.warn({ detail }, `NATS: ${status}`),
  });
  return { bus, forThreads: { natsUrl, natsInbox: inbox, insecureDev } };
}
