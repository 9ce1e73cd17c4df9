import { HEADERS } from '@action-do/contracts';
import { type BusHeaders, type BusMessage, PayloadTooLarge } from '@action-do/messaging';
import { z } from 'zod';
import type { ActionContext } from '../action-context.js';
import { defineAction } from '../define-action.js';
import { Attempts, type AttemptsParts } from './attempts.js';
import { ManualClock } from './manual-clock.contract.js';
import { executionNamed, SETTINGS, TENANT } from './served-worker.contract.js';

const encoder = new TextEncoder();

/** What one message was answered, in full. */
class MessageDouble implements BusMessage {
  readonly subject = 'run';
  readonly payload: Uint8Array;
  readonly wantsReply = true;
  readonly answers: { json: unknown; code: string | undefined }[] = [];

  constructor(
    body: unknown,
    readonly headers: BusHeaders = {},
    private readonly bytesMax = 1_000_000,
  ) {
    this.payload = encoder.encode(JSON.stringify(body));
  }

  respond(payload: Uint8Array, headers: BusHeaders = {}): void {
    if (payload.byteLength > this.bytesMax) throw new PayloadTooLarge(payload.byteLength, this.bytesMax);
    if (this.answers.length > 0) throw new Error('answered twice');
    this.answers.push({
      json: JSON.parse(new TextDecoder().decode(payload)),
      code: headers[HEADERS.errorCode],
    });
  }
}

const call = (n: number, timeoutMs = 10_000, bytesMax?: number) =>
  new MessageDouble(
    { n },
    {
      [HEADERS.executionId]: executionNamed(n),
      [HEADERS.idempotencyKey]: `key-${n}`,
      [HEADERS.attempt]: '1',
      [HEADERS.timeoutMs]: String(timeoutMs),
    },
    bytesMax,
  );

/** Lets what was begun get as far as it can by itself. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the attempts of a worker', () => {
  let clock: ManualClock;
  let beats: string[];
  let contexts: ActionContext[];
  let ends: ((result: unknown) => void)[];
  let parts: AttemptsParts;
  let attempts: Attempts;
  const asked = { effects: 'unsafe', params: z.object({ n: z.number() }), result: z.any() } as const;
  const hold = defineAction({
    ...asked,
    name: 'hold',
    run: (_, ctx) => {
      contexts.push(ctx);
      return new Promise((resolve) => ends.push(resolve));
    },
  });
  const one = defineAction({ ...asked, run: hold.run, name: 'one', concurrency: 1 });
  const run = (message: MessageDouble) => {
    attempts.run(message, hold);
    return message;
  };
  const ask = (question: object) => {
    const message = new MessageDouble(question);
    attempts.report(message);
    return message.answers[0]?.json;
  };
  beforeEach(() => {
    clock = new ManualClock();
    [beats, contexts, ends] = [[], [], []];
    const bus = {
      payloadBytesMax: 1_000_000,
      publish: (subject: string, payload: Uint8Array) => {
        beats.push(`${subject} ${new TextDecoder().decode(payload)}`);
      },
      request: () => Promise.reject(new Error('not asked')),
      subscribe: () => {
        throw new Error('not subscribed');
      },
      drain: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    parts = { bus, tenant: TENANT, clock, logger: SETTINGS.logger, concurrency: 1, queue: 2 };
    attempts = new Attempts(parts);
  });

  it('tell the code who it is, and until when', async () => {
    run(call(1, 500));
    expect(contexts[0]).toMatchObject({
      executionId: executionNamed(1),
      idempotencyKey: 'key-1',
      attempt: 1,
      deadlineMs: clock.nowMs() + 500,
    });
  });

  it('abort the signal when their time is over, and still tell what the code came to', async () => {
    const message = run(call(1, 500));
    clock.advance(499);
    expect(contexts[0]?.signal.aborted).toBe(false);
    clock.advance(1);
    expect(contexts[0]?.signal.aborted).toBe(true);
    ends[0]?.('late');
    await settle();
    expect(message.answers).toEqual([{ json: 'late', code: undefined }]);
  });

  it('get their time anew with each heartbeat, which goes to the executors too', () => {
    run(call(1, 10_000));
    clock.advance(9_000);
    contexts[0]?.heartbeat();
    expect(beats).toEqual([`do.v1.hb.default.${executionNamed(1)} {"attempt":1}`]);
    expect(contexts[0]?.deadlineMs).toBe(clock.nowMs() + 10_000);
    clock.advance(9_999);
    expect(contexts[0]?.signal.aborted).toBe(false);
    clock.advance(1);
    expect(contexts[0]?.signal.aborted).toBe(true);
    contexts[0]?.heartbeat();
    expect(beats).toHaveLength(1);
  });

  it('of an action that bounds itself wait for each other, and let others by', async () => {
    attempts = new Attempts({ ...parts, concurrency: 3, queue: 1 });
    const ofOne = [1, 2].map((n) => {
      const message = call(n);
      attempts.run(message, one);
      return message;
    });
    expect(contexts.map(({ executionId }) => executionId)).toEqual([executionNamed(1)]);
    run(call(3));
    expect(attempts.slots.running).toBe(2);
    const beyond = call(4);
    attempts.run(beyond, one);
    expect(beyond.answers).toMatchObject([{ code: 'RATE_LIMITED' }]);
    ends[0]?.('first');
    await settle();
    expect(ofOne[0]?.answers).toEqual([{ json: 'first', code: undefined }]);
    expect(contexts.map(({ executionId }) => executionId)).toEqual([1, 3, 2].map(executionNamed));
    for (const end of ends) end('rest');
    await settle();
    expect(attempts.slots.running).toBe(0);
  });

  it('that wait for half of their time are sent back, which uses up no attempt: RATE_LIMITED, effect none', async () => {
    run(call(1));
    const [sentBack, begun] = [run(call(2, 500)), run(call(3, 2_000))];
    clock.advance(249);
    expect(sentBack.answers).toEqual([]);
    clock.advance(1);
    expect(sentBack.answers).toMatchObject([
      { code: 'RATE_LIMITED', json: { effect: 'none', retryable: true } },
    ]);
    clock.advance(700);
    ends[0]?.(1);
    await settle();
    expect(contexts.map(({ executionId }) => executionId)).toEqual([1, 3].map(executionNamed));
    expect(contexts[1]?.deadlineMs).toBe(clock.nowMs() + 1_050);
    clock.advance(1_049);
    expect(contexts[1]?.signal.aborted).toBe(false);
    clock.advance(1);
    expect(contexts[1]?.signal.aborted).toBe(true);
    ends[1]?.('late');
    await settle();
    expect([begun.answers, clock.armed]).toEqual([[{ json: 'late', code: undefined }], 0]);
  });

  it('whose turn comes when half of their time is over are not begun, though no timer could tell: the next one is', async () => {
    run(call(1));
    const [late, inTime] = [run(call(2, 1_000)), run(call(3, 2_000))];
    clock.stall(501);
    ends[0]?.(1);
    await settle();
    expect(late.answers).toMatchObject([{ code: 'RATE_LIMITED', json: { effect: 'none', retryable: true } }]);
    expect(contexts.map(({ executionId }) => executionId)).toEqual([1, 3].map(executionNamed));
    ends[1]?.(3);
    await settle();
    expect([inTime.answers.length, attempts.slots.running, clock.armed]).toEqual([1, 0, 0]);
  });

  it('of one action that bounds itself take half of the places to wait in', () => {
    attempts = new Attempts({ ...parts, concurrency: 2, queue: 4 });
    const codes = [1, 2, 3, 4].map((n) => {
      const message = call(n);
      attempts.run(message, one);
      return message.answers[0]?.code;
    });
    expect(codes).toEqual([undefined, undefined, undefined, 'RATE_LIMITED']);
    const others = [5, 6, 7, 8].map((n) => run(call(n)).answers[0]?.code);
    expect(others).toEqual([undefined, undefined, undefined, 'RATE_LIMITED']);
  });

  it('of any action go past those that wait for their own', async () => {
    attempts = new Attempts({ ...parts, concurrency: 2, queue: 2 });
    attempts.run(call(1), one);
    run(call(2));
    attempts.run(call(3), one);
    run(call(4));
    ends[1]?.('of any');
    await settle();
    expect(contexts.map(({ executionId }) => executionId)).toEqual([1, 2, 4].map(executionNamed));
  });

  it('that have ended send no heartbeat and hold no timer', async () => {
    run(call(1));
    contexts[0]?.heartbeat();
    contexts[0]?.heartbeat();
    ends[0]?.(1);
    await settle();
    contexts[0]?.heartbeat();
    clock.advance(60_000);
    expect([beats.length, clock.armed]).toEqual([1, 0]);
  });

  it('whose time is over when they come are not begun: TIMED_OUT, effect none', () => {
    expect(run(call(1, 0)).answers[0]).toMatchObject({
      code: 'TIMED_OUT',
      json: { effect: 'none', retryable: true },
    });
    expect(contexts).toEqual([]);
  });

  it('that wait and are given up meanwhile are not begun either', async () => {
    run(call(1));
    const second = run(call(2));
    attempts.abort(executionNamed(2), new MessageDouble({ attempt: 1 }));
    expect(second.answers[0]).toMatchObject({ code: 'TIMED_OUT', json: { effect: 'none' } });
    ends[0]?.(1);
    await settle();
    expect(contexts).toHaveLength(1);
    expect(ask({ executionId: executionNamed(2), attempt: 1 })).toMatchObject({ state: 'failed' });
  });

  it('that are cancelled hear it by their signal, and go on within their time and with their heartbeats', async () => {
    const message = run(call(1, 10_000));
    attempts.abort(executionNamed(1), new MessageDouble({ attempt: 1, cancelled: true }));
    expect(String(contexts[0]?.signal.reason)).toContain('the execution was cancelled');
    clock.advance(9_000);
    contexts[0]?.heartbeat();
    expect(beats).toHaveLength(1);
    expect(contexts[0]?.deadlineMs).toBe(clock.nowMs() + 10_000);
    clock.advance(10_000);
    contexts[0]?.heartbeat();
    expect(beats).toHaveLength(1);
    ends[0]?.('done all the same');
    await settle();
    expect(message.answers).toEqual([{ json: 'done all the same', code: undefined }]);
  });

  it('that wait and are cancelled meanwhile are not begun, and say so', () => {
    run(call(1));
    const second = run(call(2));
    attempts.abort(executionNamed(2), new MessageDouble({ attempt: 1, cancelled: true }));
    expect(second.answers[0]).toMatchObject({
      code: 'UNAVAILABLE',
      json: { error: { message: 'it was cancelled before it began' }, effect: 'none', retryable: true },
    });
  });

  it('hear no abort that names another attempt, and every one that names none', () => {
    run(call(1));
    attempts.abort(executionNamed(1), new MessageDouble({ attempt: 2 }));
    attempts.abort(executionNamed(2), new MessageDouble({}));
    expect(contexts[0]?.signal.aborted).toBe(false);
    attempts.abort(executionNamed(1), new MessageDouble({}));
    expect(contexts[0]?.signal.aborted).toBe(true);
  });

  it('whose result the bus does not carry have done their work: RESULT_TOO_LARGE, effect applied, also when asked', async () => {
    const message = run(call(1, 10_000, 300));
    ends[0]?.('x'.repeat(400));
    await settle();
    expect(message.answers[0]).toMatchObject({
      code: 'RESULT_TOO_LARGE',
      json: { effect: 'applied', retryable: false },
    });
    expect(ask({ executionId: executionNamed(1) })).toMatchObject({
      state: 'failed',
      failure: { error: { code: 'RESULT_TOO_LARGE' }, effect: 'applied' },
    });
  });

  it('keep their outcome where the answer cannot be sent: who asks finds it', async () => {
    const message = run(call(1));
    message.respond = () => {
      throw new Error('the bus is closed');
    };
    ends[0]?.({ id: 7 });
    await settle();
    expect(ask({ executionId: executionNamed(1), attempt: 1 })).toEqual({
      state: 'succeeded',
      result: { id: 7 },
    });
  });

  it('refused for want of room are not begun by a second delivery, and are told the same', async () => {
    for (const n of [1, 2, 3]) run(call(n));
    expect(run(call(4)).answers[0]).toMatchObject({ code: 'RATE_LIMITED', json: { effect: 'none' } });
    for (const end of ends) end(1);
    await settle();
    expect(run(call(4)).answers[0]).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('answer the first eight deliveries of one attempt; who comes beyond has to ask', async () => {
    const deliveries = Array.from({ length: 10 }, () => run(call(1)));
    ends[0]?.(1);
    await settle();
    expect(deliveries.map(({ answers }) => answers.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  it('of a worker that goes: what never began is NO_HANDLER, effect none; what began is unknown, once', async () => {
    const [first, second] = [run(call(1)), run(call(2))];
    attempts.abandonAll();
    expect(first.answers[0]).toMatchObject({
      code: 'ACTION_FAILED',
      json: { effect: 'unknown', error: { cause: { code: 'WORKER_STOPPED' } } },
    });
    expect(second.answers[0]).toMatchObject({
      code: 'NO_HANDLER',
      json: { effect: 'none', retryable: true },
    });
    expect(run(call(3)).answers[0]).toMatchObject({ code: 'NO_HANDLER' });
    expect(contexts[0]?.signal.aborted).toBe(true);
    ends[0]?.('too late');
    await settle();
    expect(ask({ executionId: executionNamed(1), attempt: 1 })).toMatchObject({ state: 'failed' });
    expect(contexts).toHaveLength(1);
    expect(clock.armed).toBe(0);
  });

  it('of a worker that leaves are still known, while it says no more that it is here', () => {
    run(call(1));
    expect(ask({})).toEqual({ state: 'here' });
    attempts.leave();
    expect(ask({})).toBeUndefined();
    expect(ask({ executionId: executionNamed(1) })).toEqual({ state: 'running' });
  });
});
