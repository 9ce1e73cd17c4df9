import { logTable } from './log-table.js';
import { runLogBench } from './run-log-bench.js';

describe('the bench of the log', () => {
  it('measures a log through the official client, and every figure is there', async () => {
    const report = await runLogBench(
      {
        places: ['official client'],
        measurements: ['executions', 'lag', 'streams', 'replay'],
        concurrencies: [8],
        seconds: 1,
        rounds: 1,
        warmUpMs: 100,
        log: undefined,
        events: 6_000,
        lagAppends: 20,
        json: undefined,
      },
      () => undefined,
    );
    const [figures] = report.figures;
    if (!figures?.lag || !figures.replayed) throw new Error('no figures');
    const { executed, lag, replayed } = figures;
    expect(executed.map(({ concurrency }) => concurrency)).toEqual([8]);
    expect(executed[0]?.perSecond).toBeGreaterThan(0);
    expect(executed[0]?.serverCpuUs).toBeGreaterThan(0);
    expect(lag.appends).toBe(20);
    // From the call on, no event can come before it was sent: the clocks of the two processes are one.
    expect(lag.sinceCalled.p50Ms).toBeGreaterThan(0);
    expect(lag.sinceCalled.p99Ms).toBeGreaterThanOrEqual(lag.sinceCalled.p50Ms);
    expect(replayed.events).toBeGreaterThanOrEqual(6_000);
    expect(replayed.memory.map(({ events }) => events)).toEqual([1_500, 3_000, 4_500, 6_000]);
    for (const { reader, server } of replayed.memory) {
      expect(reader.ownMax).toBeGreaterThan(0);
      expect(reader.log).toBe(0);
      expect(server?.log).toBeGreaterThan(0);
    }
    expect(logTable(report)).not.toMatch(/NaN|undefined/);
  }, 60_000);
});
