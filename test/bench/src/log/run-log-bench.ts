import { join } from 'node:path';
import { TenantName } from '@action-do/contracts';
import { temporaryFolder } from '@action-do/test-support';
import { processCpuUs } from '../process-cpu.js';
import { seedLog } from '../seed/seed-log.js';
import { inProcessOfItsOwn } from '../views/bench-process.js';
import type { LogArguments, Place } from './log-arguments.js';
import type { Appended, LagAndStreams, LogFigures, Replayed } from './log-report.js';
import { type ServedLog, serveLog } from './served-log.js';

export interface LogReport {
  readonly node: string;
  readonly figures: readonly (LogFigures & { readonly serverCpuUs: readonly number[] })[];
}

type Say = (line: string) => void;

const TENANT = TenantName.parse('default');

/** Measures a log in the process that uses it, and the same log served to the official client; on fresh folders. */
export async function runLogBench(wanted: LogArguments, say: Say): Promise<LogReport> {
  const folder = temporaryFolder('action-do-bench-log');
  try {
    const figures = [];
    for (const place of wanted.places) {
      const appends = join(folder.path, `appends ${place}`);
      const replay = join(folder.path, `replay ${place}`);
      say(`${place}: making a log of ${wanted.events} events`);
      await seedLog({ folder: replay, events: wanted.events, seed: 1, tenant: TENANT, say });
      figures.push(await measurePlace(place, { appends, replay }, wanted, say));
    }
    return { node: process.version, figures };
  } finally {
    folder.remove();
  }
}

async function measurePlace(
  place: Place,
  folders: { readonly appends: string; readonly replay: string },
  { concurrencies, seconds, rounds, lagAppends }: LogArguments,
  say: Say,
) {
  const measured = <Result>(served: Served, ...args: string[]): Promise<Result> =>
    inProcessOfItsOwn<Result>('../log/measure-log.process.ts', [served.url, ...args]);
  const serverCpuUs: number[] = [];
  const appended: Appended[] = [];
  const log = await serve(place, folders.appends);
  try {
    for (const concurrency of concurrencies) {
      const all: { readonly of: Appended; readonly serverCpuUs: number }[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        say(`${place}: ${concurrency} at once, round ${round} of ${rounds}`);
        const cpuBefore = log.cpuUs();
        const of = await measured<Appended>(log, 'appends', String(concurrency), String(seconds * 1_000));
        // The warm-up costs the server the same: a second of it goes before the measured ones.
        const share = seconds / (seconds + 1);
        all.push({ of, serverCpuUs: ((log.cpuUs() - cpuBefore) * share) / (of.perSecond * seconds) });
      }
      const best = all.reduce((one, other) => (other.of.cpuUs < one.of.cpuUs ? other : one));
      appended.push(best.of);
      serverCpuUs.push(best.serverCpuUs);
    }
    say(`${place}: lag, and reads of short streams`);
    const { lag, streams } = await measured<LagAndStreams>(log, 'reads', String(lagAppends));
    const large = await serve(place, folders.replay);
    try {
      say(`${place}: reading it all`);
      const replayed = await measured<Replayed>(large, 'replay');
      return { place, appended, lag, streams, replayed, serverCpuUs };
    } finally {
      await large.end();
    }
  } finally {
    await log.end();
  }
}

interface Served {
  readonly url: string;
  cpuUs(): number;
  end(): Promise<void>;
}

async function serve(place: Place, folder: string): Promise<Served> {
  if (place === 'in-process')
    return { url: `embedded:${folder}`, cpuUs: () => 0, end: async () => undefined };
  const served: ServedLog = await serveLog(folder);
  return { url: served.url, cpuUs: () => processCpuUs(served.pid), end: () => served.end() };
}
