import { type ResourceLimits, type Transferable, Worker } from 'node:worker_threads';
import { type Clock, type Log, pause } from '../ports.js';
import { CLOSE, type LineMessage, READY, type ThreadData } from './thread-data.js';

const FIRST_RESTART_MS = 200;
const RESTART_MS_MAX = 30_000;
/** A thread that lived as long is restarted as if it were the first time. */
const HEALTHY_MS = 60_000;

export interface ThreadPlan {
  readonly name: string;
  readonly file: URL;
  readonly resourceLimits: ResourceLimits;
  /** Called at each start: a port serves one thread. */
  readonly data: () => ThreadData;
  /** Takes the lines of its log, each with its end. */
  readonly lines: { write(line: string): void };
}

/**
 * One thread of this process, begun again when it dies, with a pause that doubles. It never takes the process with it:
 * while it is away, nobody answers on the bus, and whoever asks is told so at once.
 */
export class SupervisedThread {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #worker: Worker | null = null;
  #announceReady: () => void = () => undefined;
  /** Resolves when the thread has begun its work for the first time. */
  readonly ready: Promise<void>;

  constructor(
    private readonly plan: ThreadPlan,
    private readonly clock: Clock,
    private readonly logger: Log,
  ) {
    this.ready = new Promise((resolve) => {
      this.#announceReady = resolve;
    });
    this.#running = this.#keepRunning();
  }

  /** Lets the thread end by itself; what it does after `boundMs` is cut off. */
  async close(boundMs: number): Promise<void> {
    this.#stop.abort();
    this.#worker?.postMessage(CLOSE);
    const callOff = this.clock.after(boundMs, () => {
      this.logger.warn({ thread: this.plan.name, boundMs }, 'a thread did not end in time and is cut off');
      void this.#worker?.terminate();
    });
    await this.#running;
    callOff();
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stop;
    for (let pauseMs = FIRST_RESTART_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, RESTART_MS_MAX)) {
      const beganAtMs = this.clock.nowMs();
      const why = await this.#runOnce();
      if (signal.aborted) return;
      if (this.clock.nowMs() - beganAtMs > HEALTHY_MS) pauseMs = FIRST_RESTART_MS;
      this.logger.error(
        { thread: this.plan.name, err: why, restartMs: pauseMs },
        'a thread died and is begun again',
      );
      await pause(this.clock, pauseMs, signal);
    }
  }

  /** Resolves when the thread is gone, with why. */
  #runOnce(): Promise<unknown> {
    return new Promise((resolve) => {
      try {
        const { file, name, resourceLimits, data, lines } = this.plan;
        const workerData = data();
        const worker = new Worker(file, {
          name,
          resourceLimits,
          workerData,
          transferList: portsIn(workerData),
        });
        this.#worker = worker;
        let why: unknown;
        const underWay = new Int32Array(workerData.linesUnderWay);
        worker.on('message', (message: typeof READY | LineMessage) => {
          if (message === READY) return this.#announceReady();
          Atomics.sub(underWay, 0, message.line.length);
          lines.write(message.line);
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

const portsIn = ({ bus }: ThreadData): Transferable[] => ('port' in bus ? [bus.port] : []);
