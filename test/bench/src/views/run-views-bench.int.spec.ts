import { runViewsBench } from './run-views-bench.js';

describe('the bench of the views', () => {
  it('projects a whole log, and asks nothing that finds nothing: that would look fast', async () => {
    const { engines } = await runViewsBench(
      { log: undefined, events: 3_000, engines: ['embedded'], times: 20, json: undefined, profile: false },
      () => undefined,
    );
    const [report] = engines;
    if (report === undefined) throw new Error('no report');
    expect(report.projected.events).toBeGreaterThanOrEqual(3_000);
    expect(report.projected.perSecond).toBeGreaterThan(0);
    expect(report.projected.logMib).toBeGreaterThan(0);
    expect(report.projected.logMib).toBeLessThan(report.projected.residentMib);
    expect(report.bytesAnEvent).toBeGreaterThan(500);
    expect(report.asked.filter(({ rowsMean }) => rowsMean === 0)).toEqual([]);
    expect(report.asked.length).toBeGreaterThan(10);
  });
});
