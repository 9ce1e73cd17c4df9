import { randomUUID } from 'node:crypto';
import { busRights } from '@action-do/contracts';
import type { NatsBus } from '@action-do/messaging';
import {
  connectBus,
  mendsItself,
  type RunningService,
  type ServiceWorld,
  waitFor,
} from '@action-do/service-kit';
import { type RunningGateway, startGateway } from '../start-gateway.js';
import type { GatewayConfig } from './config.js';
import { LateBus } from './late-bus.js';

class NobodyYet extends Error {}

/** Of the time to drain: what those may take who route to it until they have seen that it is not ready any more. */
const ROUTED_SHARE = 0.5;
/** Of the time to drain: what those may take who read their answers. */
const READING_SHARE = 0.4;

/**
 * A gateway as a service: answers HTTP from the first moment on, 503 until the bus and an executor are there.
 * @throws what the listening failed with; UnsafeNatsServer and its kin
 */
export async function startGatewayService(
  config: GatewayConfig,
  { logger, signal }: ServiceWorld,
): Promise<RunningService> {
  const name = `gateway-${randomUUID()}`;
  const late = new LateBus();
  const gateway = await startGateway({
    bus: late,
    log: logger,
    name,
    nowMs: () => Date.now(),
    host: config.DO_HTTP_HOST,
    port: config.DO_HTTP_PORT,
  });
  logger.info({ url: gateway.url }, 'answers HTTP, and is not ready yet');
  const reading = config.DO_DRAIN_MS * READING_SHARE;
  try {
    const bus = await becomeReady(config, { gateway, late, name }, { logger, signal });
    return {
      readyMessage: `action.do gateway ready at ${gateway.url}`,
      close: async () => {
        await gateway.stopListening(config.DO_DRAIN_MS * ROUTED_SHARE);
        // Behind that, so that nobody new comes to be hurried.
        late.hurry();
        await gateway.close(reading);
        await bus.close();
      },
    };
  } catch (error) {
    // Some may have been told to come again, and wait for their answers to be written.
    late.hurry();
    await gateway.close(reading);
    throw error;
  }
}

async function becomeReady(
  config: GatewayConfig,
  {
    gateway,
    late,
    name,
  }: { readonly gateway: RunningGateway; readonly late: LateBus; readonly name: string },
  { logger, signal }: Pick<ServiceWorld, 'logger' | 'signal'>,
): Promise<NatsBus> {
  const bus = await waitFor(
    'the bus',
    () => connectBus(config, { name, rights: busRights.gateway }, logger),
    { isTemporary: mendsItself, logger, signal },
  );
  late.arrive(bus);
  const reach = async (): Promise<void> => {
    if (!(await gateway.reachesExecutor())) throw new NobodyYet('none answers on the bus');
  };
  await waitFor('an executor', reach, {
    isTemporary: (error) => error instanceof NobodyYet,
    logger,
    signal,
  });
  return bus;
}
