import type { RecordedEvent } from '@action-do/event-store';
import { checkLog } from './check-log.js';

const ID = 'exe_abc-1';

async function* recorded(effects: string, ...types: string[]): AsyncGenerator<RecordedEvent> {
  for (const [index, type] of ['ActionRequested', ...types].entries())
    yield {
      id: `${index}`,
      type,
      data: type === 'ActionRequested' ? { policy: { effects } } : {},
      metadata: { executionId: ID },
      streamId: 'action-default.abc',
      revision: BigInt(index),
      position: BigInt(index),
      createdAtMs: 0,
    };
}

const check = async (effects: string, ...types: string[]): Promise<string> =>
  (await checkLog(recorded(effects, ...types), new Set([ID]))).broken.join('\n');

describe('a log', () => {
  it.each([
    ['idempotent', ['ActionStarted', 'ActionSucceeded']],
    ['idempotent', ['ActionStarted', 'ActionAttemptFailed', 'ActionStarted', 'ActionSucceeded']],
    ['unsafe', ['ActionStarted', 'ActionFailed']],
    ['unsafe', ['ActionStarted', 'ActionOutcomeUnknown']],
  ])('is in order when %s work has %j', async (effects, types) => {
    expect(await check(effects, ...types)).toBe('');
  });

  it.each([
    ['L2', 'idempotent', ['ActionStarted']],
    ['L2', 'idempotent', ['ActionStarted', 'ActionOutcomeUnknown']],
    ['L2', 'idempotent', ['ActionStarted', 'ActionSucceeded', 'ActionFailed']],
    ['L2', 'unsafe', ['ActionStarted']],
    ['L3', 'unsafe', ['ActionStarted', 'ActionAttemptFailed', 'ActionStarted', 'ActionSucceeded']],
  ])('is broken (%s) when %s work has %j', async (rule, effects, types) => {
    expect(await check(effects, ...types)).toContain(rule);
  });

  it('is broken (L1) when it does not hold what somebody was told of', async () => {
    const { broken } = await checkLog(
      recorded('unsafe', 'ActionStarted', 'ActionFailed'),
      new Set([ID, 'exe_abc-2']),
    );
    expect(broken).toEqual(['L1 exe_abc-2 is not in the log']);
  });
});
