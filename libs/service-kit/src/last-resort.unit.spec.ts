import { until } from '@action-do/test-support';
import { jest } from '@jest/globals';
import { type LastEnd, lastResort } from './last-resort.js';
import { makeLogger } from './make-logger.js';

/** Throws where nobody catches, as far as the handler can see, and gives what is said and the codes that the process would leave with. */
function uncaught(end?: LastEnd) {
  const codes: unknown[] = [];
  const said: string[] = [];
  const handlers = new Map<string | symbol, (error: Error) => void>();
  jest.spyOn(process, 'on').mockImplementation((name, handler) => {
    handlers.set(name, handler);
    return process;
  });
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    codes.push(code);
    return undefined as never;
  });
  // In one of its two forms.
  jest.spyOn(process.stderr, 'write').mockImplementation((text: string | Uint8Array, done?: unknown) => {
    said.push(String(text));
    if (typeof done === 'function') done();
    return true;
  });
  lastResort(makeLogger('silent'), end);
  const fail = (): void => handlers.get('uncaughtException')?.(new Error('write EPIPE'));
  return { codes, said, fail };
}

afterEach(() => jest.restoreAllMocks());

describe('an exception that nobody caught', () => {
  it('is one line, and ends the process at once with 70', () => {
    const { codes, said, fail } = uncaught();
    fail();
    expect([codes, said]).toEqual([[70], [expect.stringMatching(/^\{.*"error":"write EPIPE"\}\n$/)]]);
  });

  it('ends before what the process has begun, once, whether that succeeds or not', async () => {
    for (const close of [() => Promise.resolve(), () => Promise.reject(new Error('unclean'))]) {
      let closed = 0;
      const { codes, said, fail } = uncaught({
        close: () => {
          closed += 1;
          return close();
        },
        withinMs: 60_000,
      });
      fail();
      fail();
      expect([codes, closed, said.length]).toEqual([[], 1, 1]);
      await until('it leaves', () => codes.length > 0);
      expect(codes).toEqual([70]);
    }
  });

  it('ends the process all the same where that is not done in time', async () => {
    const { codes, fail } = uncaught({ close: () => new Promise(() => {}), withinMs: 1 });
    fail();
    await until('it leaves', () => codes.length > 0);
    expect(codes).toEqual([70]);
  });
});
