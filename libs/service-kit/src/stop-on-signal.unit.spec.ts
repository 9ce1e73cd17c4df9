import { until } from '@action-do/test-support';
import { jest } from '@jest/globals';
import { stopOnSignal } from './stop-on-signal.js';

/** Sends SIGTERM, as far as the handler can see, and gives the codes that the process would leave with. */
function told(close: () => Promise<void>, drainMs: number) {
  const codes: unknown[] = [];
  const said: string[] = [];
  const handlers = new Map<string | symbol, () => void>();
  jest.spyOn(process, 'on').mockImplementation((name, handler) => {
    handlers.set(name, handler);
    return process;
  });
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    codes.push(code);
    return undefined as never;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  stopOnSignal({ close }, drainMs);
  const signal = (name: NodeJS.Signals): void => handlers.get(name)?.();
  return { codes, said, signal };
}

afterEach(() => jest.restoreAllMocks());

const never = (): Promise<void> => new Promise(() => {});

describe('a process that is told to end', () => {
  it('leaves with 0 where all came to its end', async () => {
    const { codes, said, signal } = told(async () => {}, 60_000);
    signal('SIGTERM');
    await until('it leaves', () => codes.length > 0);
    expect([codes, said]).toEqual([[0], []]);
  });

  it('leaves with 1, and says so, where that was not done in time', async () => {
    const { codes, said, signal } = told(never, 1);
    signal('SIGTERM');
    await until('it leaves', () => codes.length > 0);
    expect([codes, said]).toEqual([[1], ['action.do stopped uncleanly: it was not done within 1 ms\n']]);
  });

  it('leaves with 1 where something failed', async () => {
    const { codes, said, signal } = told(() => Promise.reject(new Error('two were left')), 60_000);
    signal('SIGINT');
    await until('it leaves', () => codes.length > 0);
    expect([codes, said]).toEqual([[1], ['action.do stopped uncleanly: two were left\n']]);
  });

  it('leaves at once with 130 when it is told twice', () => {
    const { codes, signal } = told(never, 60_000);
    signal('SIGTERM');
    signal('SIGTERM');
    expect(codes).toEqual([130]);
  });
});
