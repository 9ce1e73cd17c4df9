import { readLogArguments } from './log-arguments.js';
import { logTable } from './log-table.js';
import { runLogBench } from './run-log-bench.js';

describe('the bench of the log', () => {
  it('measures the log in-process and through the official client', async () => {
    const report = await runLogBench(
      { concurrencies: [8], seconds: 1, rounds: 1, events: 6_000, json: undefined },
      () => undefined,
    );
    expect(report.figures.map(({ place }) => place)).toEqual(['in-process', 'official client']);
    for (const { appended, lag, streams, replayed } of report.figures) {
      expect(appended.map(({ concurrency }) => concurrency)).toEqual([8]);
      expect(appended[0]?.perSecond).toBeGreaterThan(0);
      expect(lag.appends).toBe(500);
      expect(lag.p99Ms).toBeGreaterThanOrEqual(lag.p50Ms);
      expect(streams.perSecond).toBeGreaterThan(0);
      expect(replayed.events).toBeGreaterThanOrEqual(6_000);
    }
    expect(report.figures[1]?.serverCpuUs[0]).toBeGreaterThan(0);
    expect(logTable(report)).not.toMatch(/NaN/);
  }, 90_000);

  it('says what is wrong with its flags', () => {
    expect(() => readLogArguments(['--rounds', '0'])).toThrow(
      '--rounds 0: write a whole number from 1 to 100',
    );
    expect(() => readLogArguments(['--concurrency', '1,x'])).toThrow('--concurrency x');
    expect(readLogArguments([]).concurrencies).toEqual([1, 16, 64, 256]);
  });
});
