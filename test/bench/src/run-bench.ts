import type { BenchArguments, Configuration } from './bench-arguments.js';
import { WARM_UP_MS } from './closed-loop.js';
import { type EchoServer, startEchoServer } from './echo/echo-server.js';
import type { LoadPlan } from './loader/load-plan.js';
import { Loader } from './loader/loader.js';
import { type Measured, measure } from './measure.js';
import { selfTimes, type TimesOfThread } from './self-time.js';
import { type SystemUnderTest, startSystem } from './system-under-test.js';

export interface BenchReport {
  readonly node: string;
  readonly figures: readonly Measured[];
  readonly profiles: readonly { readonly file: string; readonly times: TimesOfThread }[];
}

type Say = (line: string) => void;

const BODY = [
  '{"params":{"id":"ord_',
  '","amountCents":4200,"note":"a note of some length, as notes are"}}',
] as const;

/** Measures each configuration and the floor beside it, the rounds of both taking turns. */
export async function runBench(wanted: BenchArguments, say: Say): Promise<BenchReport> {
  const figures: Measured[] = [];
  const profiles: { file: string; times: TimesOfThread }[] = [];
  for (const configuration of wanted.configurations) {
    const loader = new Loader();
    const echo = await startEchoServer();
    const system = await startSystem(configuration, wanted.profile);
    try {
      const { ofConfiguration, warmAtUs } = await measureSystem(
        configuration,
        system,
        echo,
        loader,
        wanted,
        say,
      );
      figures.push(...ofConfiguration);
      for (const file of await system.end()) profiles.push({ file, times: selfTimes(file, warmAtUs) });
    } finally {
      await system.end();
      system.remove();
      echo.end();
      loader.end();
    }
  }
  return { node: process.version, figures, profiles };
}

async function measureSystem(
  configuration: Configuration,
  system: SystemUnderTest,
  echo: EchoServer,
  loader: Loader,
  { concurrencies, seconds, rounds, warmUpMs }: BenchArguments,
  say: Say,
): Promise<{ ofConfiguration: Measured[]; warmAtUs: number }> {
  const figures: Measured[] = [];
  let nextNumber = 1;
  const plan = (concurrency: number, durationMs: number): LoadPlan => ({
    url: system.url,
    path: '/v1/actions/bench-note/executions',
    headers: { authorization: `Bearer ${system.apiKey}`, 'content-type': 'application/json' },
    body: BODY,
    firstNumber: nextNumber,
    concurrency,
    durationMs,
  });
  const ofEcho = (of: LoadPlan): LoadPlan => ({ ...of, url: echo.url, path: '/echo' });
  const execute = async (concurrency: number, durationMs: number): Promise<Measured> => {
    const { measured, result } = await measure(
      configuration,
      loader,
      plan(concurrency, durationMs),
      system.parts,
    );
    nextNumber = result.nextNumber;
    return measured;
  };
  say(`${configuration}: warming up`);
  await execute(64, warmUpMs);
  await loader.run(ofEcho(plan(64, WARM_UP_MS)));
  const warmAtUs = Number(process.hrtime.bigint() / 1_000n);
  for (const concurrency of concurrencies) {
    const ofSystem: Measured[] = [];
    const floor: Measured[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      say(`${configuration}: ${concurrency} at once, round ${round} of ${rounds}`);
      ofSystem.push(await execute(concurrency, seconds * 1_000));
      const parts = [{ name: 'echo', pid: echo.pid }];
      const echoed = await measure('  echo floor', loader, ofEcho(plan(concurrency, seconds * 1_000)), parts);
      floor.push(echoed.measured);
    }
    figures.push(cheapest(ofSystem), cheapest(floor));
  }
  return { ofConfiguration: figures, warmAtUs };
}

/** What else runs on the machine only adds. */
function cheapest(rounds: readonly Measured[]): Measured {
  const [first, ...others] = rounds;
  if (first === undefined) throw new Error('no round was measured');
  return others.reduce((best, each) => (each.cpuTotalUs < best.cpuTotalUs ? each : best), first);
}
