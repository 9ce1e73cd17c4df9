import { join } from 'node:path';
import { TenantName } from '@action-do/contracts';
import { temporaryFolder } from '@action-do/test-support';
import type { LoopFigures } from '../closed-loop.js';
import { seedLog } from '../seed/seed-log.js';
import type { LogArguments, Place } from './log-arguments.js';
import type { AppendedOnServer, Called, Delivered, Lagged, LogFigures, Replayed } from './log-report.js';
import { laggedOf } from './measure-lag.js';
import { type MeasuredLog, openMeasuredLog } from './measured-log.js';

export interface LogReport {
  readonly node: string;
  readonly figures: readonly LogFigures[];
}

type Say = (line: string) => void;

const TENANT = TenantName.parse('default');
const SEED = 1;

/** Measures a log in the process that uses it, and the same log served to the official client; on fresh folders. */
export async function runLogBench(wanted: LogArguments, say: Say): Promise<LogReport> {
  const folder = temporaryFolder('action-do-bench-log');
  try {
    const seeded = wanted.log ?? join(folder.path, 'seeded');
    if (wanted.log === undefined && wanted.measurements.includes('replay')) {
      say(`making a log of ${wanted.events} events`);
      await seedLog({ folder: seeded, events: wanted.events, seed: SEED, tenant: TENANT, say });
    }
    const figures: LogFigures[] = [];
    for (const place of wanted.places)
      figures.push(await measurePlace(place, { written: join(folder.path, place), seeded }, wanted, say));
    return { node: process.version, figures };
  } finally {
    folder.remove();
  }
}

async function measurePlace(
  place: Place,
  { written, seeded }: { readonly written: string; readonly seeded: string },
  wanted: LogArguments,
  say: Say,
): Promise<LogFigures> {
  const wants = (what: LogArguments['measurements'][number]): boolean => wanted.measurements.includes(what);
  const sayHere: Say = (line) => say(`${place}: ${line}`);
  const log = await openMeasuredLog(place, written);
  try {
    return {
      place,
      appended: wants('appends') ? await measureRounds(log, 'appends', wanted, sayHere) : [],
      executed: wants('executions') ? await measureRounds(log, 'executions', wanted, sayHere) : [],
      lag: wants('lag') ? await measureLag(log, wanted.lagAppends, sayHere) : null,
      streams: wants('streams') ? await log.measure('streams') : null,
      replayed: wants('replay') ? await measureReplay(place, seeded, wanted.events, sayHere) : null,
    };
  } finally {
    await log.end();
  }
}

/** What else runs on the machine only adds: the cheapest round counts. */
async function measureRounds(
  log: MeasuredLog,
  what: 'appends' | 'executions',
  { concurrencies, seconds, rounds, warmUpMs }: LogArguments,
  say: Say,
): Promise<AppendedOnServer[]> {
  const best: AppendedOnServer[] = [];
  // The warm-up costs the server the same, and goes before what is counted.
  const share = seconds / (seconds + warmUpMs / 1_000);
  for (const concurrency of concurrencies) {
    const all: AppendedOnServer[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      say(`${what}, ${concurrency} at once, round ${round} of ${rounds}`);
      const cpuBefore = log.serverCpuUs();
      const of = await log.measure<LoopFigures>(what, concurrency, seconds * 1_000, warmUpMs);
      const spentUs = (log.serverCpuUs() - cpuBefore) * share;
      all.push({ ...of, serverCpuUs: spentUs / (of.perSecond * seconds) });
    }
    best.push(all.reduce((one, other) => (other.cpuUs < one.cpuUs ? other : one)));
  }
  return best;
}

/** Where a second process can open the log, the subscriber is one: what it does is no burden to the appender. */
async function measureLag(log: MeasuredLog, appends: number, say: Say): Promise<Lagged> {
  say('lag');
  if (log.serverPid === 0) return log.measure<Lagged>('lag', appends);
  const [delivered, called] = await Promise.all([
    log.measure<Delivered[]>('lag follower', appends),
    log.measure<Called[]>('lag appender', appends),
  ]);
  return laggedOf(called, delivered);
}

async function measureReplay(
  place: Place,
  folder: string,
  events: number,
  say: Say,
): Promise<NonNullable<LogFigures['replayed']>> {
  const log = await openMeasuredLog(place, folder);
  try {
    say('reading it all');
    const cpuBefore = log.serverCpuUs();
    const replayed = await log.measure<Replayed>('replay', Math.ceil(events / 4), log.serverPid);
    return { ...replayed, serverCpuUs: (log.serverCpuUs() - cpuBefore) / replayed.events };
  } finally {
    await log.end();
  }
}
