import { until } from '@action-do/test-support';
import { UnavailableError, WrongExpectedVersionError } from '@eventstore/db-client';
import { newEvent } from '../contract/fixtures.contract.js';
import { AppendUnknown, StoreUnavailable, StreamConflict } from '../errors.js';
import type { AppendResult } from '../event-store.js';
import { type AppendConnection, Appender, DEFAULT_APPEND_LIMITS } from './appender.js';
import { encodeAppend } from './encode-append.js';
import { UnfitServer } from './errors.js';
import { Stalls } from './testing/stalls.js';

const append = (streamId = 's') => encodeAppend(streamId, [newEvent()], 'no-stream');
const ANSWER: AppendResult = { revision: 0n, position: 1n };

interface Sent {
  readonly streamId: string;
  readonly deadlineMs: number;
  answer(result?: AppendResult): void;
  fail(error: Error): void;
}

/** A connection that does nothing by itself. */
class HeldConnection implements AppendConnection {
  readonly sent: Sent[] = [];
  readyNow: Promise<void> = Promise.resolve();
  letGoTimes = 0;
  gone: Promise<void> = Promise.resolve();

  ready(): Promise<void> {
    return this.readyNow;
  }

  send({ streamId }: { streamId: string }, deadlineMs: number): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.sent.push({
        streamId,
        deadlineMs,
        answer: (result = ANSWER) => resolve(result),
        fail: reject,
      });
    });
  }

  async letGo(): Promise<void> {
    this.letGoTimes += 1;
    await this.gone;
  }
}

const stalls = new Stalls();
afterAll(() => stalls.end());

let connections: HeldConnection[];
const connect = () => {
  const made = new HeldConnection();
  connections.push(made);
  return made;
};
beforeEach(() => {
  connections = [];
});

const first = () => connections[0]!;
const sent = (count: number) => until(`${count} are sent`, () => first().sent.length === count);

it('an append is sent with what is left of its deadline, and answered as the server answers', async () => {
  const appender = new Appender(connect, 1_000);
  const answer = appender.append(append());
  await sent(1);
  expect(first().sent[0]!.deadlineMs).toBeLessThanOrEqual(1_000);
  expect(first().sent[0]!.deadlineMs).toBeGreaterThan(500);
  first().sent[0]!.answer();
  expect(await answer).toEqual(ANSWER);
});

it('an append without an answer is unknown a little behind its deadline', async () => {
  const appender = new Appender(connect, 20);
  const startedAtMs = performance.now();
  await expect(appender.append(append('silent'))).rejects.toMatchObject({
    code: 'APPEND_UNKNOWN',
    streamId: 'silent',
    cause: { message: 'no answer within 20 ms' },
  });
  expect(performance.now() - startedAtMs).toBeLessThan(20 + 500 + 2 * stalls.longestMs);
});

it('what fails before it was sent is not written, and the next goes over a new connection', async () => {
  const appender = new Appender(connect, 1_000);
  first().readyNow = Promise.reject(new Error('connect ECONNREFUSED'));
  const refused = appender.append(append());
  await expect(refused).rejects.toThrow(StoreUnavailable);
  await expect(refused).rejects.toThrow(/out of reach: connect ECONNREFUSED/);
  expect(first().sent).toEqual([]);
  expect([connections.length, first().letGoTimes]).toEqual([2, 1]);
  const answer = appender.append(append());
  await until('the next is sent', () => connections[1]!.sent.length === 1);
  connections[1]!.sent[0]!.answer();
  await answer;
});

it('many that fail to connect at once make one new connection', async () => {
  const appender = new Appender(connect, 1_000);
  first().readyNow = Promise.reject(new Error('refused'));
  await Promise.allSettled(Array.from({ length: 8 }, () => appender.append(append())));
  expect(connections).toHaveLength(2);
});

it('a connection that is never ready is given up in half of the deadline: nothing was or will be sent', async () => {
  const appender = new Appender(connect, 60);
  let becomeReady: () => void = () => {};
  first().readyNow = new Promise((resolve) => {
    becomeReady = resolve;
  });
  await expect(appender.append(append())).rejects.toThrow(/does not answer; nothing was appended/);
  becomeReady();
  await appender.close();
  expect(connections.flatMap((each) => each.sent)).toEqual([]);
});

it('who waited for a connection that another caller gave up does not send on it when it is ready after all', async () => {
  const appender = new Appender(connect, 1_000);
  let becomeReady: () => void = () => {};
  first().readyNow = new Promise((resolve) => {
    becomeReady = resolve;
  });
  const early = appender.append(append('early'));
  // Its bound is later by the time that passes here.
  const startedAtMs = performance.now();
  await until('some of the time has passed', () => performance.now() - startedAtMs > 20);
  const later = appender.append(append('later'));
  await expect(early).rejects.toThrow(StoreUnavailable);
  becomeReady();
  await until('the later one is sent', () => connections.some((each) => each.sent.length > 0));
  expect(connections.map((each) => each.sent.length)).toEqual([0, 1]);
  connections[1]!.sent[0]!.answer();
  expect(await later).toEqual(ANSWER);
});

it('a connection that is given up with appends to answer is gone before one is sent on the next', async () => {
  const appender = new Appender(connect, 10_000);
  const one = appender.append(append('one'));
  await sent(1);
  let beGone: () => void = () => {};
  first().gone = new Promise((resolve) => {
    beGone = resolve;
  });
  first().readyNow = Promise.reject(new Error('refused'));
  await expect(appender.append(append('two'))).rejects.toThrow(/refused/);
  const three = appender.append(append('three'));
  expect([await Promise.race([three, manyTurns()]), connections[1]!.sent.length]).toEqual(['nothing', 0]);
  beGone();
  await until('it is sent', () => connections[1]!.sent.length === 1);
  connections[1]!.sent[0]!.answer();
  first().sent[0]!.answer();
  expect(await Promise.all([one, three])).toEqual([ANSWER, ANSWER]);
});

it('a server that cannot do what is needed is called so', async () => {
  const appender = new Appender(connect, 1_000);
  first().readyNow = Promise.reject(new UnfitServer('one:2113', 'it takes no batches'));
  await expect(appender.append(append())).rejects.toThrow(UnfitServer);
});

describe('when the connection breaks', () => {
  it('the next append is sent only when every append of before has ended', async () => {
    const appender = new Appender(connect, 10_000);
    const [one, two] = [appender.append(append('one')), appender.append(append('two'))];
    await sent(2);
    first().sent[0]!.fail(new UnavailableError());
    await expect(one).rejects.toThrow(AppendUnknown);
    const three = appender.append(append('three'));
    const outcome = await Promise.race([three, manyTurns()]);
    expect([outcome, first().sent.length]).toEqual(['nothing', 2]);
    first().sent[1]!.fail(new UnavailableError());
    await expect(two).rejects.toThrow(AppendUnknown);
    await sent(3);
    first().sent[2]!.answer();
    expect(await three).toEqual(ANSWER);
  });

  it('an append that waits for that longer than half of its deadline was not sent', async () => {
    const appender = new Appender(connect, 1_000);
    const [one, two] = [appender.append(append('one')), appender.append(append('two'))];
    await sent(2);
    first().sent[0]!.fail(new UnavailableError());
    await expect(one).rejects.toThrow(AppendUnknown);
    await expect(appender.append(append('three'))).rejects.toThrow(StoreUnavailable);
    expect(first().sent).toHaveLength(2);
    first().sent[1]!.fail(new UnavailableError());
    await expect(two).rejects.toThrow(AppendUnknown);
  });

  it('a refusal of one append is no break: the others go on', async () => {
    const appender = new Appender(connect, 10_000);
    const refused = appender.append(append('one'));
    await sent(1);
    const versions = { streamName: 'one', expected: 'no_stream', current: 0n } as const;
    const other = appender.append(append('two'));
    await sent(2);
    first().sent[0]!.fail(new WrongExpectedVersionError(undefined, versions));
    await expect(refused).rejects.toThrow(StreamConflict);
    const third = appender.append(append('three'));
    await sent(3);
    for (const each of first().sent.slice(1)) each.answer();
    await Promise.all([other, third]);
  });
});

describe('at its bounds', () => {
  it('more appends than may wait are refused and not sent, and taken again when there is room', async () => {
    const appender = new Appender(connect, 10_000, { ...DEFAULT_APPEND_LIMITS, waitingMax: 2 });
    const waiting = [appender.append(append()), appender.append(append())];
    await expect(appender.append(append())).rejects.toThrow(/2 appends wait for the event log/);
    await sent(2);
    first().sent[0]!.answer();
    await waiting[0];
    const next = appender.append(append());
    await sent(3);
    for (const each of first().sent) each.answer();
    await Promise.all([waiting[1], next]);
  });

  it('an append that was answered as unknown takes its place until the client has ended with it', async () => {
    const appender = new Appender(connect, 20, { ...DEFAULT_APPEND_LIMITS, waitingMax: 1 });
    await expect(appender.append(append())).rejects.toThrow(AppendUnknown);
    await expect(appender.append(append())).rejects.toThrow(/1 appends wait for the event log/);
    first().sent[0]!.fail(new UnavailableError());
    await manyTurns();
    const next = expect(appender.append(append())).rejects.toThrow(AppendUnknown);
    await sent(2);
    await next;
    // Nobody waits for it, so neither does the close.
    await appender.close();
  });

  it('so are more bytes', async () => {
    const one = append();
    const limits = { waitingMax: 10, waitingBytesMax: Math.floor(one.bytes * 1.5) };
    const appender = new Appender(connect, 10_000, limits);
    const waiting = appender.append(one);
    await expect(appender.append(append())).rejects.toThrow(StoreUnavailable);
    await sent(1);
    first().sent[0]!.answer();
    await waiting;
  });
});

it('a close waits for what is under way, lets go once, and takes nothing more', async () => {
  const appender = new Appender(connect, 10_000);
  const underWay = appender.append(append());
  await sent(1);
  const closing = Promise.all([appender.close(), appender.close()]);
  await expect(appender.append(append())).rejects.toThrow('the event store is closed');
  expect(first().letGoTimes).toBe(0);
  first().sent[0]!.answer();
  await Promise.all([underWay, closing]);
  expect(first().letGoTimes).toBe(1);
});

/** Long enough for everything that waits for nothing to have happened. */
async function manyTurns(): Promise<'nothing'> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  return 'nothing';
}
