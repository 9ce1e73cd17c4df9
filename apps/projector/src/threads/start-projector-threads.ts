import type { MessagePort, ResourceLimits } from 'node:worker_threads';
import { SupervisedThread, type ThreadStart } from '@action-do/service-kit';
import type { Log } from '../ports.js';
import type { LineMessage, ThreadData } from './thread-data.js';
import { takeLines } from './thread-lines.js';

/**
 * A batch, what is remembered of streams, and room for the rest: more means that something grows without a bound. A batch
 * fits into the young half of twice the usual size, and is garbage before it would be moved: a twelfth of the CPU.
 */
const WRITER_LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 96 };
/** Nest, pages of lists, and questions that wait. */
const READER_LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 256 };
const CLOSE_WITHIN_MS = 5_000;

export interface ProjectorThreadsOptions {
  /** The folder of the embedded log that this process holds, and its `durable`. */
  readonly log: ThreadData['log'];
  readonly viewsUrl: string;
  /** A fresh port of the process's bus (`connectThread()`) for each start of a thread, or the server of all. */
  readonly bus:
    | { readonly connectThread: () => MessagePort }
    | { readonly natsUrl: string; readonly natsInbox: string; readonly insecureDev: boolean };
  readonly logger: Log;
  readonly logLevel: string;
  /** Where the lines go that the threads write into the log of the process. */
  readonly lines: { write(line: string): void };
  /** Where the built threads are; default: beside this file. */
  readonly folder?: URL;
}

export interface ProjectorThreads {
  /** Resolves when lists are answered: both threads have begun, and there are views to answer from. */
  readonly ready: Promise<void>;
  /** Questions end first, then the views are written up to the batch under way. Bounded. */
  close(): Promise<void>;
}

/** The projector as standalone has it: one thread writes the views, one reads them, and neither delays the process. */
export function startProjectorThreads(options: ProjectorThreadsOptions): ProjectorThreads {
  const { log, viewsUrl, bus, logger, logLevel, lines, folder = new URL('./', import.meta.url) } = options;
  const life = (): ThreadStart<LineMessage> => {
    const underWay = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const workerData: ThreadData = {
      log,
      viewsUrl,
      logLevel,
      linesUnderWay: underWay.buffer,
      bus: 'natsUrl' in bus ? bus : { port: bus.connectThread() },
    };
    return {
      workerData,
      transferList: 'port' in workerData.bus ? [workerData.bus.port] : [],
      onMessage: takeLines(lines, underWay),
    };
  };
  const start = (name: string, resourceLimits: ResourceLimits): SupervisedThread<LineMessage> =>
    new SupervisedThread(
      { name, file: new URL(`${name}.thread.js`, folder), resourceLimits, start: life },
      logger,
    );
  const writer = start('projector', WRITER_LIMITS);
  const reader = start('queries', READER_LIMITS);
  return {
    ready: Promise.all([writer.ready, reader.ready]).then(() => undefined),
    close: async () => {
      await reader.close(CLOSE_WITHIN_MS);
      await writer.close(CLOSE_WITHIN_MS);
    },
  };
}
