import { join } from 'node:path';
import {
  BENCH_ACTIONS,
  startNatsServer,
  startPostgres,
  startServices,
  temporaryFolder,
} from '@action-do/test-support';
import type { Part } from './measure.js';
import type { SystemUnderTest } from './system-under-test.js';

/**
 * One of each service on NATS, the served log and PostgreSQL. What PostgreSQL spends is not counted: it does that in
 * processes that come and go.
 */
export async function startServicesUnderTest(): Promise<SystemUnderTest> {
  const folder = temporaryFolder('action-do-bench');
  const nats = await startNatsServer();
  const postgres = await startPostgres();
  const services = await startServices({
    dataDir: join(folder.path, 'data'),
    size: 1,
    natsUrl: nats.url,
    databaseUrl: postgres.database(),
    env: { DO_ACTIONS: BENCH_ACTIONS, DO_LOG_LEVEL: 'info', DO_EXECUTOR_SLOTS: '1024' },
    logFile: join(folder.path, 'log.ndjson'),
  });
  const { gateways, executors, projectors, eventLog } = services.stack;
  const processes = [...gateways, ...executors, ...projectors, ...(eventLog ? [eventLog] : [])];
  const parts: Part[] = processes.map(({ name, process }) => ({
    name: name.replace(/ 1$/, ''),
    pid: process.pid,
  }));
  return {
    url: services.url,
    apiKey: services.apiKey,
    parts: [...parts, { name: 'nats-server', pid: nats.pid }],
    end: async () => {
      await services.stop();
      await nats.stop();
      await postgres.stop();
      return [];
    },
    remove: () => folder.remove(),
  };
}
