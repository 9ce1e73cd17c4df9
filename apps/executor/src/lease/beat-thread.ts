import type { ResourceLimits } from 'node:worker_threads';
import { systemSubjects } from '@action-do/contracts';
import { SupervisedThread } from '@action-do/service-kit';
import type { Log } from '../ports.js';
import {
  BEATS,
  type BeatThreadData,
  type BeatThreadTrouble,
  COUNTERS_BYTES,
  TURNS,
} from './beat-thread-data.js';
import type { Beater } from './beater.js';
import { BEATS_A_LEASE, beatOf } from './beats.js';

/** The client of the bus, and nothing that grows. */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };
/** For its last beat to be read by the server. */
const STOP_WITHIN_MS = 500;

export interface BeatThreadOptions {
  readonly bus: BeatThreadData['bus'];
  readonly logger: Log;
  /** Of the executor. */
  readonly name: string;
  readonly leaseMs: number;
  /** How long the event loop may stand still before others take over after all; a lease at least. */
  readonly stallMs: number;
  /** Where the built thread is; default: beside this file. */
  readonly folder?: URL;
}

/** Beats from a thread of this process with a connection of its own, begun again when it dies. */
export class BeatThread implements Beater {
  private readonly counters = new SharedArrayBuffer(COUNTERS_BYTES);
  private readonly counts = new Int32Array(this.counters);
  private thread: SupervisedThread<BeatThreadTrouble> | null = null;
  private beatsSeen = 0;

  constructor(private readonly options: BeatThreadOptions) {}

  start(): void {
    const { bus, logger, name, leaseMs, stallMs, folder = new URL('./', import.meta.url) } = this.options;
    const workerData: BeatThreadData = {
      bus,
      name: `${name}-beats`,
      subject: systemSubjects.beat,
      beat: beatOf(name, leaseMs),
      everyMs: leaseMs / BEATS_A_LEASE,
      stallMs: Math.max(stallMs, leaseMs),
      counters: this.counters,
    };
    this.thread ??= new SupervisedThread(
      {
        name: 'beats',
        file: new URL('beats.thread.js', folder),
        resourceLimits: LIMITS,
        start: () => ({
          workerData,
          onMessage: ({ trouble }) => logger.error({ thread: 'beats', trouble }, 'a bus handler failed'),
        }),
        meanwhile: 'the executor beats itself, and an action that blocks its event loop loses the lease',
      },
      logger,
    );
  }

  turn(): boolean {
    Atomics.add(this.counts, TURNS, 1);
    const beats = Atomics.load(this.counts, BEATS);
    const isSent = beats !== this.beatsSeen;
    this.beatsSeen = beats;
    return isSent;
  }

  async stop(): Promise<void> {
    await this.thread?.close(STOP_WITHIN_MS);
  }
}
