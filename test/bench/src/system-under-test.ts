import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  BENCH_ACTIONS,
  startNatsServer,
  startPlatform,
  startWorker,
  temporaryFolder,
} from '@action-do/test-support';
import type { Configuration } from './bench-arguments.js';
import type { Part } from './measure.js';
import { startOneProcess } from './parts/one-process.js';
import { startServicesUnderTest } from './services-under-test.js';

export interface SystemUnderTest {
  readonly url: string;
  readonly apiKey: string;
  readonly parts: readonly Part[];
  /** Ends it politely. @returns the CPU profiles that it left, if asked for */
  end(): Promise<readonly string[]>;
  /** Sweeps away what it wrote. */
  remove(): void;
}

/** Everything on, as a user has it: keys, fsync, views, one log line an execution, which goes to a file. */
export function startSystem(configuration: Configuration, profile: boolean): Promise<SystemUnderTest> {
  switch (configuration) {
    case 'services':
      return startServicesUnderTest(profile);
    case 'without views':
      return startOneProcess();
    default:
      return startStandaloneUnderTest(configuration === 'nats-worker', profile);
  }
}

async function startStandaloneUnderTest(withWorker: boolean, profile: boolean): Promise<SystemUnderTest> {
  const folder = temporaryFolder('action-do-bench');
  const profiles = join(folder.path, 'profiles');
  const nats = withWorker ? await startNatsServer() : null;
  const onNats = nats ? { DO_NATS_URL: nats.url, DO_INSECURE_DEV: '1', DO_ACTIONS: '' } : {};
  const platform = await startPlatform({
    dataDir: join(folder.path, 'data'),
    logFile: join(folder.path, 'log.ndjson'),
    env: { DO_ACTIONS: BENCH_ACTIONS, DO_LOG_LEVEL: 'info', DO_EXECUTOR_SLOTS: '1024', ...onNats },
    nodeArgs: profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500'] : [],
  });
  const worker = nats
    ? await startWorker({
        natsUrl: nats.url,
        apiKey: platform.apiKey,
        actions: BENCH_ACTIONS,
      })
    : null;
  return {
    url: platform.url,
    apiKey: platform.apiKey,
    parts: [
      { name: 'platform', pid: platform.pid },
      ...(nats ? [{ name: 'nats-server', pid: nats.pid }] : []),
      ...(worker ? [{ name: 'worker', pid: worker.pid }] : []),
    ],
    end: async () => {
      await platform.stop();
      await worker?.stop();
      await nats?.stop();
      return profile ? readdirSync(profiles).map((file) => join(profiles, file)) : [];
    },
    remove: () => folder.remove(),
  };
}
