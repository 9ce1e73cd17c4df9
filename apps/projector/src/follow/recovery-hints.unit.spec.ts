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
  const publish = (subject: string, payload: Uint8Array) => {
    expect(subject).toBe(systemSubjects.recover);
    hints.push(RecoverHint.parse(JSON.parse(new TextDecoder().decode(payload))).streams);
  };
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, after: () => () => undefined };
  const recovery = new RecoveryHints({ publish }, clock);
  const tellAt = async (ms: number) => {
    nowMs = ms;
    return recovery.tell(views);
  };
  return { views, hints, tellAt };
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
