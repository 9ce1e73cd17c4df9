import { RecoverHint, systemSubjects } from '@action-do/contracts';
import type { OpenExecutionRow } from '@action-do/views';
import { MemoryViews } from '../testing/memory-views.contract.js';
import { RecoveryHints } from './recovery-hints.js';

function world(count: number) {
  const views = new MemoryViews();
  for (let n = 0; n < count; n += 1) {
    const row: OpenExecutionRow = { executionId: `e-${n}`, stream: `s-${n}`, dueAtMs: n, executor: null };
    views.open.set(row.executionId, row);
  }
  const hints: string[][] = [];
  const toAll: boolean[] = [];
  const publish = (subject: string, payload: Uint8Array) => {
    expect(subject).toBe(systemSubjects.recover);
    const { streams, orphaned = false } = RecoverHint.parse(JSON.parse(new TextDecoder().decode(payload)));
    hints.push(streams);
    toAll.push(orphaned);
  };
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, after: () => () => undefined };
  const recovery = new RecoveryHints({ publish }, clock);
  const tellAt = async (ms: number) => {
    nowMs = ms;
    return recovery.tell(views);
  };
  const tellOfOrphansAt = async (ms: number, ...living: string[]) => {
    nowMs = ms;
    return recovery.tellOfOrphans(views, living);
  };
  return { views, hints, toAll, tellAt, tellOfOrphansAt };
}

describe('recovery hints', () => {
  it('name the streams of what is due, and nothing when nothing is', async () => {
    const { hints, tellAt } = world(3);
    expect(await tellAt(-1)).toBe(0);
    expect(await tellAt(1)).toBe(2);
    expect(hints).toEqual([['s-0', 's-1']]);
  });

  it('do not name the same stream again within five seconds', async () => {
    const { hints, tellAt } = world(1);
    expect([await tellAt(0), await tellAt(1_000), await tellAt(4_999), await tellAt(5_000)]).toEqual([
      1, 0, 0, 1,
    ]);
    expect(hints).toEqual([['s-0'], ['s-0']]);
  });

  it('are bounded, and those told of do not hide the ones behind them', async () => {
    const { hints, tellAt } = world(600);
    expect([await tellAt(1_000), await tellAt(1_001), await tellAt(1_002), await tellAt(1_003)]).toEqual([
      256, 256, 88, 0,
    ]);
    expect(new Set(hints.flat()).size).toBe(600);
  });

  it('name a stream once, however many of its executions are open', async () => {
    const { views, hints, tellAt } = world(0);
    for (const executionId of ['a', 'b'])
      views.open.set(executionId, { executionId, stream: 's', dueAtMs: 0, executor: null });
    await tellAt(0);
    expect(hints).toEqual([['s']]);
  });
});

describe('hints at orphans', () => {
  const runs = (executionId: string, executor: string | null) => ({
    executionId,
    stream: `of-${executionId}`,
    dueAtMs: 60_000,
    executor,
  });
  function twoRun() {
    const given = world(0);
    for (const row of [runs('a', 'e1'), runs('b', 'e2'), runs('waits', null)])
      given.views.open.set(row.executionId, row);
    return given;
  }

  it('name what runs with those that are not alive, long before it is due, and nothing else', async () => {
    const { hints, tellOfOrphansAt } = twoRun();
    expect([await tellOfOrphansAt(0, 'e1', 'e2'), await tellOfOrphansAt(0, 'e1')]).toEqual([0, 1]);
    expect(hints).toEqual([['of-b']]);
    expect(await tellOfOrphansAt(0)).toBe(1);
    expect(hints.at(-1)).toEqual(['of-a']);
  });

  it('come again soon, for those that were told may not be sure yet, and then less often', async () => {
    const { tellOfOrphansAt } = twoRun();
    const told: number[] = [];
    for (let ms = 0; ms <= 14_000; ms += 250) if ((await tellOfOrphansAt(ms, 'e1')) > 0) told.push(ms);
    expect(told).toEqual([0, 250, 500, 750, 1_000, 1_500, 2_500, 3_500, 8_500, 13_500]);
  });

  it('begin anew where whoever took it over dies, too', async () => {
    const { views, tellOfOrphansAt } = twoRun();
    for (let ms = 0; ms <= 4_000; ms += 250) await tellOfOrphansAt(ms, 'e1');
    views.open.set('b', runs('b', 'e3'));
    const told: number[] = [];
    for (let ms = 4_250; ms <= 5_000; ms += 250) if ((await tellOfOrphansAt(ms, 'e1')) > 0) told.push(ms);
    expect(told).toEqual([4_250, 4_500, 4_750, 5_000]);
  });

  it('are for all executors, and those at what is due for any one', async () => {
    const { toAll, tellAt, tellOfOrphansAt } = twoRun();
    await tellAt(60_000);
    await tellOfOrphansAt(60_000, 'e1');
    expect(toAll).toEqual([false, true]);
  });

  it('and hints at what is due do not keep each other back', async () => {
    const { hints, tellAt, tellOfOrphansAt } = twoRun();
    expect([await tellAt(60_000), await tellOfOrphansAt(60_000, 'e1')]).toEqual([3, 1]);
    expect(hints.map(({ length }) => length)).toEqual([3, 1]);
  });
});
