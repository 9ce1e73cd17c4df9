import type { ActionWorker } from '../action-worker.js';
import type { WorkerLogger } from './worker-logger.js';

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
type StopSignal = keyof typeof SIGNALS;

/** What of `process` is needed. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  exit(code: number): void;
}

/**
 * Drains at the first signal, ends the process at the second. After the draining nothing of ours keeps the process
 * alive, so that it ends by itself unless the user's program has other work.
 */
export function drainOnSignals(worker: ActionWorker, logger: WorkerLogger, source: SignalSource): void {
  let isDraining = false;
  const stop = (signal: StopSignal): void => {
    if (isDraining) {
      source.exit(128 + SIGNALS[signal]);
      return;
    }
    isDraining = true;
    logger.info(`${signal}: draining ${worker.running} calls; a second one ends the process at once`);
    void worker.drain();
  };
  source.on('SIGINT', stop);
  source.on('SIGTERM', stop);
  void worker.closed.then(() => {
    source.off('SIGINT', stop);
    source.off('SIGTERM', stop);
  });
}
