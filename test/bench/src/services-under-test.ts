import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  BENCH_ACTIONS,
  startNatsServer,
  startPostgres,
  startServices,
  temporaryFolder,
} from '@action-do/test-support';
import type { SystemUnderTest } from './system-under-test.js';

/** One of each service, the action in the executor; the log and PostgreSQL write to the disk before they acknowledge. */
export async function startServicesUnderTest(profile: boolean): Promise<SystemUnderTest> {
  const folder = temporaryFolder('action-do-bench');
  const profiles = join(folder.path, 'profiles');
  // PostgreSQL refuses to run as root, and its own account has to get to its folder.
  chmodSync(folder.path, 0o711);
  const nats = await startNatsServer();
  const postgres = await startPostgres({ folder: join(folder.path, 'postgres') });
  const services = await startServices({
    dataDir: join(folder.path, 'data'),
    size: 1,
    natsUrl: nats.url,
    databaseUrl: postgres.databaseNamed('bench'),
    env: { DO_ACTIONS: BENCH_ACTIONS, DO_LOG_LEVEL: 'info', DO_EXECUTOR_SLOTS: '1024' },
    logFile: join(folder.path, 'log.ndjson'),
    nodeArgs: (app) =>
      profile ? ['--cpu-prof', `--cpu-prof-dir=${join(profiles, app)}`, '--cpu-prof-interval=500'] : [],
  });
  const { gateways, executors, projectors, eventLog } = services.stack;
  const pidOf = (service: { process: { pid: number } } | null | undefined): number =>
    service?.process.pid ?? -1;
  return {
    url: services.url,
    apiKey: services.apiKey,
    parts: [
      { name: 'gateway', pid: pidOf(gateways[0]) },
      { name: 'executor', pid: pidOf(executors[0]) },
      { name: 'nats-server', pid: nats.pid },
      { name: 'event-log', pid: pidOf(eventLog) },
      { name: 'projector', pid: pidOf(projectors[0]) },
      { name: 'PostgreSQL', pid: postgres.pid, withChildren: true },
    ],
    end: async () => {
      await services.stop();
      await postgres.stop();
      await nats.stop();
      if (!profile) return [];
      return readdirSync(profiles, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
    },
    remove: () => folder.remove(),
  };
}
