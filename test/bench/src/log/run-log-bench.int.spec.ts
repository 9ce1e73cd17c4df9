import { readLogArguments } from './log-arguments.js';
import { logTable } from './log-table.js';
import { runLogBench } from './run-log-bench.js';

describe('the bench of the log', () => {
  it('measures a log through the official client, and every figure is there', async () => {
    const report = await runLogBench(
      {
        places: ['official client'],
        concurrencies: [8],
        seconds: 1,
        rounds: 1,
        events: 6_000,
        lagAppends: 20,
        json: undefined,
      },
      () => undefined,
    );
    const [figures] = report.figures;
    if (figures === undefined) throw new Error('no figures');
    expect(figures.appended.map(({ concurrency }) => concurrency)).toEqual([8]);
    expect(figures.appended[0]?.perSecond).toBeGreaterThan(0);
    expect(figures.serverCpuUs[0]).toBeGreaterThan(0);
    expect(figures.lag.appends).toBe(20);
    expect(figures.lag.p99Ms).toBeGreaterThanOrEqual(figures.lag.p50Ms);
    expect(figures.replayed.events).toBeGreaterThanOrEqual(6_000);
    expect(logTable(report)).not.toMatch(/NaN/);
  }, 60_000);

  it('says what is wrong with its flags', () => {
    expect(() => readLogArguments(['--rounds', '0'])).toThrow(
      '--rounds 0: write a whole number from 1 to 100',
    );
    expect(() => readLogArguments(['--concurrency', '1,x'])).toThrow('--concurrency x');
    expect(readLogArguments([]).concurrencies).toEqual([1, 16, 64, 256]);
  });
});
