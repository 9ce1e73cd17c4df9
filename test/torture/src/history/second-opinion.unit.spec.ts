import type { RecordedEvent } from '@action-do/event-store';
import { foldLog } from './fold-log.js';
import type { History } from './history.js';
import { answer, call, effect, history, ID, KEY, line, T0, work } from './made-up-history.contract.js';
import { checkInvariants } from './second-opinion.js';

const SCOPE = 'abc'.padEnd(32, '0');
const id = ID.replace('abc', SCOPE);
const RESULT = { id: 'w' };
const REQUESTED = {
  generation: 1,
  epoch: 1,
  effectKey: KEY,
  action: 'local-unsafe',
  version: 1,
  params: { id: 'w' },
  paramsDigest: 'd',
  key: 'k',
  keyDerived: false,
  requestId: 'r',
  policy: {
    effects: 'unsafe',
    retry: { attemptsMax: 1, initialDelayMs: 0, delayMsMax: 0, factor: 1 },
    attemptTimeoutMs: 10_000,
    idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
    deadlineMs: 60_000,
  },
  deadlineAtMs: T0 + 60_000,
  atMs: T0,
};
const STARTED = { attempt: 1, executor: 'a', atMs: T0 };
const SUCCEEDED = { attempt: 1, effect: 'applied', atMs: T0 + 9, windowEndsAtMs: null, result: RESULT };
type Recorded = readonly [type: string, data: RecordedEvent['data']];
const ONE_DOING: readonly Recorded[] = [
  ['ActionRequested', REQUESTED],
  ['ActionStarted', STARTED],
  ['ActionSucceeded', SUCCEEDED],
];

const logOf = (events: readonly Recorded[]): RecordedEvent[] =>
  events.map(([type, data], index) => ({
    id: `0190b6f2-7d3b-7cc1-8f4e-00000000000${index}`,
    type,
    data,
    metadata: { executionId: id },
    streamId: `action-default.${SCOPE}`,
    revision: BigInt(index),
    position: BigInt(index + 1),
    createdAtMs: T0 + index,
  }));

const ROW = { executionId: id, status: 'succeeded', attempts: 1, effect: 'applied' };
const viewsOf = (...rows: (typeof ROW)[]) => ({ views: { rows, position: 3n } });

const told = (over: Parameters<typeof answer>[0] = {}) =>
  call({
    work: work({ effects: 'unsafe' }),
    answers: [answer({ executionId: id, result: JSON.stringify(RESULT), ...over })],
  });

async function opinion(events: readonly Recorded[], sides: Partial<Omit<History, 'generations'>> = {}) {
  const log = logOf(events);
  const generations = [...(await foldLog(log)).values()];
  const made = history({
    calls: [told()],
    handlerCalls: [line({ action: 'local-unsafe', executionId: id })],
    given: [{ executionId: id, attempt: 1, pid: 1, result: JSON.stringify(RESULT) }],
    effects: [effect()],
    ...sides,
    generations,
  });
  return checkInvariants(made, log).map(({ kind, what }) => `${kind} ${what}`);
}

describe('the second opinion', () => {
  it('has nothing against one doing, told as it is recorded', async () => {
    expect(await opinion(ONE_DOING)).toEqual([]);
  });

  it('finds what a history of real processes breaks: by the fold, the answers, the calls, and their order', async () => {
    const twice = [...ONE_DOING, ['ActionSucceeded', SUCCEEDED]] as const;
    expect(await opinion(twice)).toContainEqual(expect.stringMatching(/^doubled I1/));
    expect(await opinion(ONE_DOING, { calls: [told({ result: '{}' })] })).toContainEqual(
      expect.stringMatching(/^lie I6 .*a caller got \{\}/),
    );
    const calls = [1, 2].map((pid) => line({ action: 'local-unsafe', executionId: id, pid }));
    expect(await opinion(ONE_DOING, { handlerCalls: calls })).toContainEqual(
      expect.stringMatching(/^doubled I2 .*made twice/),
    );
    expect(await opinion(ONE_DOING.slice(0, 2), { calls: [] })).toContainEqual(
      expect.stringMatching(/^stuck I4/),
    );
    expect(await opinion(ONE_DOING, { given: [] })).toContainEqual(expect.stringMatching(/did not give/));
    const later = { sentAtMs: T0 + 500, answeredAtMs: T0 + 600, how: 'executed' };
    const another = { ...told(later), requestId: 's' };
    expect(await opinion(ONE_DOING, { calls: [told(), another] })).toContainEqual(
      expect.stringMatching(/^lie linear/),
    );
  });

  it('finds a handler that was called before that was recorded', async () => {
    const called = (atMs: number) =>
      opinion(ONE_DOING, {
        handlerCalls: [line({ action: 'local-unsafe', executionId: id, atMs: T0 + atMs })],
      });
    expect(await called(-99)).toEqual([]);
    expect(await called(-100)).toEqual([expect.stringMatching(/^doubled I2/)]);
  });

  it('finds views that do not say what the log says, but for what the log holds behind them', async () => {
    expect(await opinion(ONE_DOING, viewsOf(ROW))).toEqual([]);
    const running = viewsOf({ ...ROW, status: 'running', effect: 'unknown' });
    expect(await opinion(ONE_DOING, running)).toEqual([expect.stringMatching(/^lie I8 .*have running/)]);
    expect(await opinion(ONE_DOING, viewsOf())).toEqual([expect.stringMatching(/^lie I8 .*do not know it/)]);
    const another = { ...ROW, executionId: id.replace('-1', '-2') };
    expect(await opinion(ONE_DOING, viewsOf(ROW, another))).toEqual([
      expect.stringMatching(/^lie I8 .*the log has not/),
    ]);
    const behind = { views: { ...running.views, position: 2n } };
    expect(await opinion(ONE_DOING, behind)).toEqual([]);
  });
});
