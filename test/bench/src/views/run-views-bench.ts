import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TenantName } from '@action-do/contracts';
import { type PostgresServer, startPostgres, temporaryFolder } from '@action-do/test-support';
import { processTreeCpuUs } from '../process-cpu.js';
import { seedLog } from '../seed/seed-log.js';
import { selfTimes, type TimesOfThread } from '../self-time.js';
import { inProcessOfItsOwn } from './bench-process.js';
import type { Engine, ViewsArguments } from './views-arguments.js';
import type { Asked, EngineReport, Opened, Projected } from './views-report.js';

export interface ViewsReport {
  readonly node: string;
  readonly engines: readonly EngineReport[];
  readonly profiles: readonly { readonly file: string; readonly times: TimesOfThread }[];
}

type Say = (line: string) => void;

const TENANT = TenantName.parse('default');
const SEED = 1;
/** As the projector's thread in standalone has it. */
const THREAD_MEMORY = ['--max-semi-space-size=32', '--max-old-space-size=256'];

/** Projects a log from zero on each engine, then opens and asks what came of it; each step in a process of its own. */
export async function runViewsBench(wanted: ViewsArguments, say: Say): Promise<ViewsReport> {
  const folder = temporaryFolder('action-do-bench-views');
  const profiles = join(folder.path, 'profiles');
  const engines: EngineReport[] = [];
  try {
    const log = wanted.log ?? join(folder.path, 'log');
    if (wanted.log === undefined)
      await seedLog({ folder: log, events: wanted.events, seed: SEED, tenant: TENANT, say });
    for (const engine of wanted.engines) {
      const place = engine === 'embedded' ? embedded(join(folder.path, 'views')) : await postgres();
      try {
        engines.push(await measureEngine(engine, place, log, wanted, profiles, say));
      } finally {
        await place.end();
      }
    }
    const files = wanted.profile ? readdirSync(profiles).map((file) => join(profiles, file)) : [];
    return {
      node: process.version,
      engines,
      profiles: files.map((file) => ({ file, times: selfTimes(file, 0) })),
    };
  } finally {
    folder.remove();
  }
}

/** Where views are made, and what of their cost is not the projector's own process. */
interface MeasuredPlace {
  readonly url: string;
  readonly serverPid: number | null;
  /** Holds nothing but the views. */
  readonly folder: string;
  end(): Promise<void>;
}

const embedded = (folder: string): MeasuredPlace => ({
  url: `embedded:${folder}`,
  serverPid: null,
  folder,
  end: async () => undefined,
});

async function postgres(): Promise<MeasuredPlace> {
  const server: PostgresServer = await startPostgres();
  const { pid } = server;
  return { url: server.database(), serverPid: pid, folder: server.tables, end: () => server.stop() };
}

async function measureEngine(
  engine: Engine,
  { url, serverPid, folder }: MeasuredPlace,
  log: string,
  { times, profile }: ViewsArguments,
  profiles: string,
  say: Say,
): Promise<EngineReport> {
  const nodeArgs = [
    ...THREAD_MEMORY,
    ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500'] : []),
  ];
  const bytesBefore = engine === 'embedded' ? 0 : bytesIn(folder);
  const cpuBefore = serverPid === null ? 0 : processTreeCpuUs(serverPid);
  say(`${engine}: projecting ${log}`);
  const projected = await inProcessOfItsOwn<Projected>('project.process.ts', [log, url], nodeArgs);
  const serverCpuUs =
    serverPid === null ? null : (processTreeCpuUs(serverPid) - cpuBefore) / projected.events;
  const bytesAnEvent = (bytesIn(folder) - bytesBefore) / projected.events;
  say(`${engine}: asking`);
  const queries = await inProcessOfItsOwn<{ opened: Opened; asked: readonly Asked[] }>('query.process.ts', [
    url,
    TENANT,
    String(times),
  ]);
  return { engine, projected, serverCpuUs, bytesAnEvent, ...queries };
}

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
