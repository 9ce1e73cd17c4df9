import type { Configuration } from '../bench-arguments.js';
import { WARM_UP_MS } from '../closed-loop.js';
import { runLogBench } from '../log/run-log-bench.js';
import { runBench } from '../run-bench.js';
import { runViewsBench } from '../views/run-views-bench.js';
import { type BusFigures, measureBus } from './measure-bus.js';
import type { PartsArguments } from './parts-arguments.js';
import type { Alone, PartsReport } from './parts-report.js';

type Say = (line: string) => void;

/** In a second the services do a fraction of what a part does alone: they take longer until their code is compiled. */
const SERVICES_WARM_UP_MS = 5 * WARM_UP_MS;

/** Measures each part of the services alone, then the services; one after the other, each in processes of its own. */
export async function runPartsBench(wanted: PartsArguments, say: Say): Promise<PartsReport> {
  const oneProcess = sum(await executions('without views', WARM_UP_MS, wanted, say));
  const bus = await cheapestBus(wanted, say);
  const log = await measureLog(wanted, say);
  const views = await measureViews(wanted, say);
  const services = await executions('services', SERVICES_WARM_UP_MS, wanted, say);
  return {
    node: process.version,
    concurrency: wanted.concurrency,
    alone: { oneProcess, bus, ...log, views },
    services,
  };
}

/** @returns by process */
async function executions(
  configuration: Configuration,
  warmUpMs: number,
  { concurrency, seconds, rounds }: PartsArguments,
  say: Say,
): Promise<Readonly<Record<string, number>>> {
  const { figures } = await runBench(
    {
      configurations: [configuration],
      concurrencies: [concurrency],
      seconds,
      rounds,
      warmUpMs,
      json: undefined,
      profile: false,
    },
    say,
  );
  return there(figures.find(({ subject }) => subject === configuration)).cpuUs;
}

async function cheapestBus({ concurrency, seconds, rounds }: PartsArguments, say: Say): Promise<BusFigures> {
  const all: BusFigures[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`a request over NATS: round ${round} of ${rounds}`);
    all.push(await measureBus(concurrency, seconds));
  }
  return all.reduce((one, other) => (sum(other) < sum(one) ? other : one));
}

async function measureLog(
  { concurrency, seconds, rounds, log, events }: PartsArguments,
  say: Say,
): Promise<Pick<Alone, 'appends' | 'reads'>> {
  const { figures } = await runLogBench(
    {
      places: ['in-process', 'official client'],
      measurements: ['executions', 'replay'],
      concurrencies: [concurrency],
      seconds,
      rounds,
      warmUpMs: WARM_UP_MS,
      log,
      events,
      lagAppends: 0,
      json: undefined,
    },
    say,
  );
  const [inProcess, client] = figures.map(({ executed: [executed], replayed }) => ({
    appends: there(executed),
    reads: there(replayed),
  }));
  const on = (what: 'appends' | 'reads') => ({
    inProcess: there(inProcess)[what].cpuUs,
    client: there(client)[what].cpuUs,
    server: there(client)[what].serverCpuUs,
  });
  return { appends: on('appends'), reads: on('reads') };
}

async function measureViews({ log, events }: PartsArguments, say: Say): Promise<Alone['views']> {
  const { engines } = await runViewsBench(
    { log, events, engines: ['postgres'], times: 1, json: undefined, profile: false },
    say,
  );
  const { projected, serverCpuUs } = there(engines[0]);
  return { projector: projected.cpuUs, database: there(serverCpuUs) };
}

const sum = (values: object): number =>
  Object.values(values).reduce((total: number, each: number) => total + each, 0);

function there<Figure>(figure: Figure | null | undefined): Figure {
  if (figure === null || figure === undefined) throw new Error('a figure is missing');
  return figure;
}
