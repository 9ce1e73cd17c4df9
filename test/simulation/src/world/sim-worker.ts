import type { TenantName } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { SimWorld } from '@action-do/test-support';
import { serveUnregistered } from '@do-sdk/actions/unregistered';
import type { Outside } from './sim-actions.js';

const logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The worker of the action kit as one process. */
export function startWorker(
  world: SimWorld,
  name: string,
  bus: Bus,
  tenant: TenantName,
  outside: Outside,
): void {
  const { clock } = world.process(name);
  serveUnregistered(bus, outside.performedBy(name), { tenant, clock, logger, concurrency: 4, queue: 8 });
}
