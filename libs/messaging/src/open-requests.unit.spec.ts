import { jest } from '@jest/globals';
import { BusClosed, BusTimeout, NoResponder } from './errors.js';
import { OpenRequests } from './open-requests.js';

const reply = { payload: new Uint8Array(0), headers: {} };

describe('OpenRequests', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['its answer', (requests: OpenRequests, id: number) => requests.answer(id, reply)],
    ['a refusal', (requests: OpenRequests, id: number) => requests.noResponder(id)],
    ['an error', (requests: OpenRequests, id: number) => requests.fail(id, new Error('x'))],
    ['the end of all', (requests: OpenRequests) => requests.failAll(() => new BusClosed())],
    ['its deadline', () => jest.advanceTimersByTime(100)],
    ['its signal', (_: OpenRequests, __: number, controller: AbortController) => controller.abort()],
  ])('a request that ended by %s leaves no timer, no listener and no entry', async (_by, end) => {
    const requests = new OpenRequests();
    const controller = new AbortController();
    const add = jest.spyOn(controller.signal, 'addEventListener');
    const remove = jest.spyOn(controller.signal, 'removeEventListener');
    const { id, reply: outcome } = requests.open('a', { timeoutMs: 100, signal: controller.signal });
    const ended = outcome.catch(() => undefined);
    expect([requests.count, jest.getTimerCount()]).toEqual([1, 1]);
    end(requests, id, controller);
    await ended;
    expect([requests.count, jest.getTimerCount()]).toEqual([0, 0]);
    expect(remove.mock.calls.map(([type, listener]) => [type, listener])).toEqual(
      add.mock.calls.map(([type, listener]) => [type, listener]),
    );
  });

  it('a request ends once: what comes second changes nothing', async () => {
    const requests = new OpenRequests();
    const { id, reply: outcome } = requests.open('a', { timeoutMs: 100 });
    requests.answer(id, reply);
    requests.fail(id, new Error('too late'));
    requests.answer(id, { ...reply, headers: { second: '' } });
    jest.advanceTimersByTime(100);
    await expect(outcome).resolves.toBe(reply);
  });

  it('the deadline is the one asked for, to the millisecond', async () => {
    const requests = new OpenRequests();
    const { reply: outcome } = requests.open('a', { timeoutMs: 100 });
    const ended = expect(outcome).rejects.toEqual(new BusTimeout('a', 100));
    jest.advanceTimersByTime(99);
    expect(requests.count).toBe(1);
    jest.advanceTimersByTime(1);
    await ended;
  });

  it('each request learns its own refusal', async () => {
    const requests = new OpenRequests();
    const [a, b] = [requests.open('a', { timeoutMs: 100 }), requests.open('b', { timeoutMs: 100 })];
    requests.noResponder(b.id);
    requests.answer(a.id, reply);
    await expect(b.reply).rejects.toEqual(new NoResponder('b'));
    await expect(a.reply).resolves.toBe(reply);
  });

  it('a number whose request is still open is not given again', async () => {
    const numbers = [7, 7, 7, 8];
    const requests = new OpenRequests(() => numbers.shift() ?? 0);
    const first = requests.open('a', { timeoutMs: 1_000 });
    const second = requests.open('b', { timeoutMs: 1_000 });
    expect([first.id, second.id]).toEqual([7, 8]);
    requests.failAll((subject) => subject);
    await expect(first.reply).rejects.toBe('a');
    await expect(second.reply).rejects.toBe('b');
  });
});
