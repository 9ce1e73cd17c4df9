import { parentPort } from 'node:worker_threads';
import { CLOSE_THREAD, THREAD_READY } from '@action-do/service-kit';

export interface Running {
  /** Rejects where the work cannot go on. */
  readonly ended: Promise<void>;
  /** When it does what it is there for; absent where that is from the start. */
  readonly ready?: Promise<void>;
  close(): Promise<void>;
}

/**
 * The life of a thread: begins the work, says so, and ends when it is told to. Whatever goes wrong ends the thread with
 * an error, which its supervisor tells.
 */
export async function runInThread(start: () => Promise<Running>): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this file runs as a thread of its process');
  const told = new Promise<void>((resolve) => {
    port.on('message', (message) => message === CLOSE_THREAD && resolve());
  });
  const running = await start();
  void (running.ready ?? Promise.resolve()).then(() => port.postMessage(THREAD_READY));
  await Promise.race([told, running.ended]);
  await running.close();
  port.close();
}
