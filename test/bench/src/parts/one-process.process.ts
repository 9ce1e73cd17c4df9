/**
 * Gateway, executor and embedded log in one process on the in-process bus, and no projector: what an execution costs
 * without the ways between processes and without views. Argument: folder. Sends where it listens, and its first key.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TenantName } from '@action-do/contracts';
import { openEmbeddedEventStore } from '@action-do/event-store';
import { Executor, MasterKey, startExecutor, systemChance, systemClock } from '@action-do/executor';
import { startGateway } from '@action-do/gateway';
import { InProcessBus } from '@action-do/messaging';
import { loadActions, makeLogger } from '@action-do/service-kit';
import { BENCH_ACTIONS } from '@action-do/test-support';
import type { Listening } from './one-process.js';

const SLOTS = 1_024;
const QUEUE = 1_024;
const LEASE_MS = 2_000;
const DRAIN_MS = 2_000;

const [folder = ''] = process.argv.slice(2);
const tenant = TenantName.parse('default');
const logger = makeLogger('info');
const store = await openEmbeddedEventStore({ folder: join(folder, 'log') });
const bus = new InProcessBus();
const name = 'bench';
const executor = new Executor({
  store,
  bus,
  masterKey: MasterKey.fromFile(join(folder, 'master-key')),
  actions: await loadActions(BENCH_ACTIONS, folder),
  clock: systemClock,
  chance: systemChance,
  logger,
  name,
  slots: SLOTS,
  queue: QUEUE,
  leaseMs: LEASE_MS,
});
await executor.tenants.digestOf(tenant);
await executor.start();
await executor.registerOwn(tenant);
const gateway = await startGateway({
  bus,
  log: logger,
  name,
  nowMs: systemClock.nowMs,
  host: '127.0.0.1',
  port: 0,
});
const apiKeyFile = join(folder, 'api-key');
await executor.apiKeys.ensureFirstKey(tenant, apiKeyFile);
const service = await startExecutor(executor, bus);
const listening: Listening = { url: gateway.url, apiKey: readFileSync(apiKeyFile, 'utf8').trim() };
process.send?.(listening);
process.once('disconnect', () => void close());

async function close(): Promise<void> {
  const stopped = executor.stop(DRAIN_MS);
  await gateway.close(5_000);
  await service.close();
  await stopped;
  await bus.close();
  await store.close();
}
