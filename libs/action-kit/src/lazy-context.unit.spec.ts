import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LazyContext } from './lazy-context.js';

const said = { executionId: 'exe_1', idempotencyKey: 'k', attempt: 1, heartbeat: () => {} };
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('a context', () => {
  it('makes its signal and its logger for whoever looks at them, the logger once', () => {
    const made: string[] = [];
    const context = new LazyContext(said, {
      stopper: {
        get signal() {
          made.push('signal');
          return AbortSignal.abort();
        },
      },
      deadlineMs: () => 42,
      logger: () => {
        made.push('logger');
        return quiet;
      },
    });
    expect(context).toMatchObject(said);
    expect(made).toEqual([]);
    expect([context.logger, context.logger, context.deadlineMs, context.signal.aborted]).toEqual([
      quiet,
      quiet,
      42,
      true,
    ]);
    expect(made).toEqual(['logger', 'signal']);
  });

  it('is copied as a whole', () => {
    const { signal } = new AbortController();
    const context = new LazyContext(said, { stopper: { signal }, deadlineMs: () => 42, logger: () => quiet });
    const { ...copy } = context;
    expect(copy).toMatchObject({ ...said, signal, deadlineMs: 42, logger: quiet });
  });

  it('leaves nothing behind for the small collections', () => {
    setFlagsFromString('--expose-gc');
    const collect: (options?: { type: 'minor' }) => void = runInNewContext('gc');
    const make = (count: number): void => {
      for (let n = 0; n < count; n += 1) {
        const held = Array.from({ length: 250 }, () => n);
        new LazyContext(said, {
          stopper: new AbortController(),
          deadlineMs: () => held.length,
          logger: () => quiet,
        });
      }
    };
    make(100);
    collect();
    const { heapUsed } = process.memoryUsage();
    for (let round = 0; round < 10; round += 1) {
      make(500);
      collect({ type: 'minor' });
    }
    expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(5_000_000);
  });
});
