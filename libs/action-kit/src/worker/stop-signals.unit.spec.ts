import { EventEmitter } from 'node:events';
import type { ActionWorker } from '../action-worker.js';
import { drainOnSignals } from './stop-signals.js';

const nothing = (): void => undefined;
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

class ProcessDouble extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

function workerDouble() {
  let end = nothing;
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });
  const worker: ActionWorker & { drains: number } = {
    running: 0,
    drains: 0,
    drain: () => {
      worker.drains += 1;
      return closed;
    },
    close: () => closed,
    closed,
  };
  return { worker, end: () => end() };
}

describe('a signal to stop', () => {
  it.each(['SIGTERM', 'SIGINT'])('%s drains, and leaves the process to end by itself', async (signal) => {
    const source = new ProcessDouble();
    const { worker, end } = workerDouble();
    drainOnSignals(worker, quiet, source);
    source.emit(signal, signal);
    expect([worker.drains, source.exits]).toEqual([1, []]);
    end();
    await worker.closed;
    await Promise.resolve();
    expect(source.eventNames()).toEqual([]);
  });

  it('that comes a second time ends the process at once, as if nobody had listened', () => {
    const source = new ProcessDouble();
    const { worker } = workerDouble();
    drainOnSignals(worker, quiet, source);
    source.emit('SIGTERM', 'SIGTERM');
    source.emit('SIGINT', 'SIGINT');
    expect([worker.drains, source.exits]).toEqual([1, [130]]);
  });

  it('is none of ours any more once the worker was closed by somebody else', async () => {
    const source = new ProcessDouble();
    const { worker, end } = workerDouble();
    drainOnSignals(worker, quiet, source);
    end();
    await worker.closed;
    await Promise.resolve();
    expect(source.listenerCount('SIGTERM') + source.listenerCount('SIGINT')).toBe(0);
  });
});
