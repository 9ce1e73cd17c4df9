import { HEADERS } from '@action-do/contracts';
import {
  type Bus,
  BusClosed,
  type BusHeaders,
  BusInterrupted,
  type BusReply,
  BusTimeout,
  NoResponder,
} from '@action-do/messaging';
import { Asker } from './asker.js';
import { HandClock } from './hand-clock.contract.js';
import { LOOK_AFTER_MS } from './look-beside.js';
import type { Question } from './question.js';
import { question as plain } from './scripted-bus.contract.js';

const ID = 'exe_abc-1';
const reply = (body: string, headers: BusHeaders = {}): BusReply => ({
  payload: new TextEncoder().encode(body),
  headers,
});
const about = (how: string, body = how, more: BusHeaders = {}): BusReply =>
  reply(body, { [HEADERS.executionId]: ID, [HEADERS.idempotencyStatus]: how, ...more });
const RUNS = about('pending', 'runs', { [HEADERS.idempotencyKey]: '"auto:1"' });
const BUSY = reply('{"effect":"none"}', {
  [HEADERS.errorCode]: 'RATE_LIMITED',
  [HEADERS.idempotencyStatus]: 'rejected',
  [HEADERS.shouldRetry]: 'true',
});
const DONE = about('replayed', 'done');

const question: Question = {
  ...plain,
  attach: (id) => ({ subject: 'attach', payload: new TextEncoder().encode(id) }),
};

/** A command that nobody answers until the test does, and looks that are answered as it says, the last answer for ever. */
function unanswered(looks: readonly (BusReply | Error)[], asks = question, looksTakeMs = 0) {
  const clock = new HandClock();
  const asked: { atMs: number; subject: string; payload: string; headers: BusHeaders; timeoutMs: number }[] =
    [];
  let answer: (given: BusReply) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const request: Bus['request'] = (subject, payload, { headers = {}, timeoutMs }) => {
    const text = new TextDecoder().decode(payload);
    const count = asked.push({ atMs: clock.nowMs(), subject, payload: text, headers, timeoutMs });
    if (count === 1)
      return new Promise((resolve, reject) => {
        answer = resolve;
        fail = reject;
      });
    const said = looks[Math.min(count - 2, looks.length - 1)];
    if (looksTakeMs > 0)
      return new Promise((resolve) => clock.after(looksTakeMs, () => resolve(said as BusReply)));
    return said instanceof Error || said === undefined ? Promise.reject(said) : Promise.resolve(said);
  };
  const told: { body: string; headers: BusHeaders; atMs: number }[] = [];
  void new Asker({ request }, clock).ask(asks).then(
    ({ payload, headers }) =>
      told.push({ body: new TextDecoder().decode(payload), headers, atMs: clock.nowMs() }),
    (error: Error) => told.push({ body: error.message, headers: {}, atMs: clock.nowMs() }),
  );
  return {
    asked,
    told,
    pass: (ms: number) => clock.pass(ms),
    answer: (given: BusReply) => answer(given),
    fail: (error: Error) => fail(error),
    timers: () => clock.armed,
  };
}

const atMs = ({ asked }: ReturnType<typeof unanswered>) => asked.map((each) => each.atMs);

describe('a command that has had no answer for some time', () => {
  it('is answered with the outcome that a look finds: the same command once more, without waiting (row 17)', async () => {
    const call = unanswered([DONE]);
    await call.pass(LOOK_AFTER_MS + 250);
    expect(call.told).toMatchObject([{ body: 'done', headers: { [HEADERS.idempotencyStatus]: 'replayed' } }]);
    const [first, look] = call.asked;
    expect(look).toEqual({
      ...first,
      atMs: LOOK_AFTER_MS,
      timeoutMs: 1_000,
      headers: { ...first?.headers, [HEADERS.timeoutMs]: '0' },
    });
    expect(call.timers()).toBe(0);
  });

  it('is asked about by its id once a look has found it, and its answer echoes the key all the same', async () => {
    const call = unanswered([RUNS, RUNS, about('attached', 'done')]);
    await call.pass(12_000);
    expect(call.asked.map(({ subject, payload }) => [subject, payload]).slice(2)).toEqual([
      ['attach', ID],
      ['attach', ID],
    ]);
    expect(call.told).toMatchObject([{ body: 'done', headers: { [HEADERS.idempotencyKey]: '"auto:1"' } }]);
  });

  it.each([
    ['failed', about('attached', 'no', { [HEADERS.errorCode]: 'ACTION_FAILED' })],
    ['is unknown', about('attached', 'no', { [HEADERS.errorCode]: 'OUTCOME_UNKNOWN' })],
  ])('whose execution %s is answered so', async (_, found) => {
    const call = unanswered([found]);
    await call.pass(4_000);
    expect(call.told).toMatchObject([{ body: 'no' }]);
  });

  it.each([
    ['finds that it goes on', RUNS],
    [
      'is refused',
      reply('busy', { [HEADERS.errorCode]: 'RATE_LIMITED', [HEADERS.idempotencyStatus]: 'rejected' }),
    ],
    ['is refused about it', about('rejected', 'late', { [HEADERS.errorCode]: 'TOO_LATE' })],
    ['is answered by something else', reply('{"stream":"ORDERS","seq":1}')],
    ['gets no answer', new BusTimeout('s', 1_000)],
    ['finds nobody', new NoResponder('s')],
  ])('waits on where a look %s', async (_, found) => {
    const call = unanswered([found]);
    await call.pass(18_000);
    expect(call.told).toEqual([]);
    call.answer(about('executed', 'own'));
    await call.pass(0);
    expect([call.told[0]?.body, call.timers()]).toEqual(['own', 0]);
  });

  it('is looked for less and less often, and not behind its answer', async () => {
    const call = unanswered([RUNS]);
    await call.pass(20_000);
    expect(atMs(call)).toEqual([0, 2_500, 6_250, 11_250, 16_250]);
    call.answer(about('executed', 'own'));
    await call.pass(20_000);
    expect(call.asked).toHaveLength(5);
  });

  it('is not told that it goes on once a look has found its outcome', async () => {
    const call = unanswered([DONE]);
    await call.pass(LOOK_AFTER_MS + 200);
    call.answer(RUNS);
    await call.pass(0);
    expect(call.told).toMatchObject([{ body: 'done' }]);
  });

  it.each<[string, BusReply | Error, string]>([
    ['may have begun it', new BusTimeout('s', 1_000), 'no answer from the bus'],
    ['has found it: then it goes on', RUNS, 'runs'],
    ['reached nobody', new NoResponder('s'), '{"effect":"none"}'],
    ['was turned away as well', BUSY, '{"effect":"none"}'],
  ])('and is turned away then is told so only where no look %s', async (_, found, body) => {
    const call = unanswered([found]);
    await call.pass(LOOK_AFTER_MS + 200);
    call.answer(BUSY);
    await call.pass(0);
    expect(call.told).toMatchObject([{ body }]);
  });

  it('is told that it goes on where looks were told so, and nobody answers any more', async () => {
    for (const afterLoss of ['look', 'wait-on'] as const) {
      const call = unanswered([RUNS, RUNS, new BusTimeout('s', 1_000)], { ...question, afterLoss });
      await call.pass(10_000);
      call.fail(new BusInterrupted('s'));
      await call.pass(15_000);
      expect(call.told).toMatchObject([{ body: 'runs', headers: { [HEADERS.idempotencyKey]: '"auto:1"' } }]);
    }
  });

  it('and is turned away gets what a look finds that was under way', async () => {
    const call = unanswered([DONE], question, 500);
    await call.pass(LOOK_AFTER_MS + 100);
    call.answer(BUSY);
    await call.pass(10);
    expect(call.told).toEqual([]);
    await call.pass(500);
    expect(call.told).toMatchObject([{ body: 'done' }]);
  });

  it('whose repeat is turned away is looked for again', async () => {
    const call = unanswered([BUSY, DONE], { ...question, waitMs: 0 });
    await call.pass(LOOK_AFTER_MS + 300);
    expect(atMs(call)).toEqual([0, 2_100, 2_500]);
    expect(call.told).toMatchObject([{ body: 'done' }]);
  });

  it('is not looked for behind its answer, though a look was under way when it came', async () => {
    const call = unanswered([RUNS], question, 500);
    await call.pass(LOOK_AFTER_MS + 100);
    call.answer(about('executed', 'own'));
    await call.pass(60_000);
    expect([call.asked.length, call.timers(), call.told[0]?.body]).toEqual([2, 0, 'own']);
  });

  it('leaves no timer behind where nobody answers', async () => {
    const call = unanswered([new BusTimeout('s', 1_000)]);
    await call.pass(20_000);
    call.fail(new BusClosed());
    await call.pass(20_000);
    expect([call.told.length, call.timers()]).toEqual([1, 0]);
  });

  it('is looked for by its repeats alone once there are some', async () => {
    const call = unanswered([RUNS], { ...question, waitMs: 0 }, 900);
    await call.pass(LOOK_AFTER_MS + 400);
    expect(atMs(call)).toEqual([0, 2_100]);
  });

  it('is looked for within its own time', async () => {
    const call = unanswered([RUNS], { ...question, waitMs: 1_500, afterLoss: 'wait-on' }, 5_000);
    await call.pass(6_500);
    expect(call.asked.some(({ atMs }) => atMs === LOOK_AFTER_MS)).toBe(true);
    expect(Math.max(...call.asked.map(({ atMs, timeoutMs }) => atMs + timeoutMs))).toBe(6_500);
  });

  it('gets its own answer where that comes at the same time: it knows how the outcome came about', async () => {
    const call = unanswered([DONE]);
    await call.pass(LOOK_AFTER_MS + 200);
    call.answer(about('executed', 'own'));
    await call.pass(1_000);
    expect(call.told).toMatchObject([{ body: 'own', headers: { [HEADERS.idempotencyStatus]: 'executed' } }]);
  });

  it('gets what a look found where its own answer is lost meanwhile', async () => {
    const call = unanswered([DONE]);
    await call.pass(LOOK_AFTER_MS + 200);
    call.fail(new BusTimeout('s', 22_000));
    await call.pass(50);
    expect([call.told[0]?.body, call.asked.length, call.timers()]).toEqual(['done', 2, 0]);
  });
});

describe('what is answered within that time', () => {
  it('costs nobody a look, and leaves no timer behind', async () => {
    const call = unanswered([DONE]);
    await call.pass(LOOK_AFTER_MS - 1);
    call.answer(about('executed', 'own'));
    await call.pass(30_000);
    expect([call.told[0]?.body, call.asked.length, call.timers()]).toEqual(['own', 1, 0]);
  });

  it('is repeated by the rules of the bus where its answer is lost, and by no look', async () => {
    const call = unanswered([DONE]);
    await call.pass(1_000);
    call.fail(new BusTimeout('s', 1_000));
    await call.pass(100);
    expect([call.told[0]?.body, call.asked.length]).toEqual(['done', 2]);
  });
});

it('a question that names nothing to look for waits for its own answer alone', async () => {
  const { attach, ...rest } = question;
  expect(attach?.(ID).subject).toBe('attach');
  const call = unanswered([DONE], rest);
  await call.pass(20_000);
  expect([call.told, call.asked.length]).toEqual([[], 1]);
});
