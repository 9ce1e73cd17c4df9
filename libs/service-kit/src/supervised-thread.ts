import { setTimeout as delay } from 'node:timers/promises';
import { type ResourceLimits, type Transferable, Worker } from 'node:worker_threads';

const FIRST_RESTART_MS = 200;
const RESTART_MS_MAX = 30_000;
/** A thread that lived as long is restarted as if it were the first time. */
const HEALTHY_MS = 60_000;

/** Parent to thread: come to an end. Thread to parent: the work has begun. */
export const CLOSE_THREAD = 'close';
export const THREAD_READY = 'ready';

/** One life of a thread; `M` is what it says besides that it is ready. */
export interface ThreadStart<M> {
  readonly workerData: object;
  /** Ports among that data. */
  readonly transferList?: readonly Transferable[];
  readonly onMessage: (message: M) => void;
}

export interface ThreadPlan<M> {
  readonly name: string;
  readonly file: URL;
  readonly resourceLimits: ResourceLimits;
  /** Called at each start: a port serves one thread. */
  readonly start: () => ThreadStart<M>;
  /** Who does its work while it is away, for the line that tells of its death. Absent: nobody. */
  readonly meanwhile?: string;
}

export interface ThreadLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * One thread of this process, begun again when it dies, with a pause that doubles. It never takes the process with it:
 * while it is away, nobody answers on the bus, and whoever asks is told so at once.
 */
export class SupervisedThread<M> {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #worker: Worker | null = null;
  #announceReady: () => void = () => undefined;
  /** Resolves when the thread has begun its work for the first time. */
  readonly ready: Promise<void>;

  constructor(
    private readonly plan: ThreadPlan<M>,
    private readonly logger: ThreadLog,
  ) {
    this.ready = new Promise((resolve) => {
      this.#announceReady = resolve;
    });
    this.#running = this.#keepRunning();
  }

  /** Lets the thread end by itself; what it does after `boundMs` is cut off. Never rejects. */
  async close(boundMs: number): Promise<void> {
    this.#stop.abort();
    this.#worker?.postMessage(CLOSE_THREAD);
    const overdue = setTimeout(() => {
      this.logger.warn({ thread: this.plan.name, boundMs }, 'a thread did not end in time and is cut off');
      void this.#worker?.terminate();
    }, boundMs);
    await this.#running;
    clearTimeout(overdue);
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stop;
    for (let pauseMs = FIRST_RESTART_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, RESTART_MS_MAX)) {
      const beganAtMs = performance.now();
      const why = await this.#runOnce();
      if (signal.aborted) return;
      if (performance.now() - beganAtMs > HEALTHY_MS) pauseMs = FIRST_RESTART_MS;
      this.#tellDeath(why, pauseMs);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #tellDeath(why: unknown, restartMs: number): void {
    const { name: thread, meanwhile } = this.plan;
    const fields = { thread, err: why, restartMs };
    if (meanwhile === undefined) this.logger.error(fields, 'a thread died and is begun again');
    else this.logger.warn(fields, `a thread died and is begun again; meanwhile ${meanwhile}`);
  }

  /** Resolves when the thread is gone, with why. */
  #runOnce(): Promise<unknown> {
    return new Promise((resolve) => {
      try {
        const { file, name, resourceLimits, start } = this.plan;
        const { workerData, transferList = [], onMessage } = start();
        const worker = new Worker(file, {
          name,
          resourceLimits,
          workerData,
          transferList: [...transferList],
        });
        this.#worker = worker;
        let why: unknown;
        worker.on('message', (message: typeof THREAD_READY | M) => {
          if (message === THREAD_READY) this.#announceReady();
          else onMessage(message);
        });
        worker.on('error', (error) => {
          why = error;
        });
        worker.on('exit', (code) => {
          this.#worker = null;
          resolve(why ?? new Error(`it ended with ${code}`));
        });
      } catch (error) {
        resolve(error);
      }
    });
  }
}
