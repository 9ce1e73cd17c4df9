/** The door of the embedded store: takes the folder, opens the file, puts the parts together. */
import { mkdirSync } from 'node:fs';
import { ForeignEvents, type OnForeignEvent, type OnPassedOver } from '../foreign-events.js';
import { EmbeddedEventStore } from './embedded-event-store.js';
import type { EventLogFile } from './event-log-file.js';
import { lockFolder } from './folder-lock.js';
import { DEFAULT_LIMITS, type QueueLimits } from './group-commit.js';
import { OWNER_ONLY_FOLDER } from './keep-to-owner.js';
import { LmdbEventLogFile } from './lmdb-event-log-file.js';

/** Enough for the streams of everything in flight many times over, at about 200 bytes each. */
const HEADS_MAX = 16_384;

export interface EmbeddedEventStoreOptions {
  /** Made if it does not exist; kept to our own account (0700, its files 0600) as far as it is ours. */
  readonly folder: string;
  readonly nowMs?: () => number;
  /** The log could not be written; nothing can be promised any more. Default: throw, so that the process ends. */
  readonly onFatal?: (error: Error) => void;
  /** Somebody else's event in a stream of ours: `readAll` and subscriptions pass over it. Default: they throw it. */
  readonly onForeignEvent?: OnForeignEvent;
  /** Each event that `readAll` without a filter passes over, those of streams that the port cannot name among them; then it throws none. */
  readonly onPassedOver?: OnPassedOver;
}

/** What only tests turn. */
export interface EmbeddedInsides {
  readonly wrapFile?: (file: EventLogFile) => EventLogFile;
  readonly limits?: Partial<QueueLimits>;
  readonly headsMax?: number;
}

/** @throws FolderInUse, FormatTooNew, NotAnEventLog */
export function openEmbeddedEventStore(options: EmbeddedEventStoreOptions): Promise<EmbeddedEventStore> {
  return openWithInsides(options, {});
}

export async function openWithInsides(
  {
    folder,
    nowMs = Date.now,
    onFatal = endTheProcess,
    onForeignEvent,
    onPassedOver,
  }: EmbeddedEventStoreOptions,
  { wrapFile = (file) => file, limits = {}, headsMax = HEADS_MAX }: EmbeddedInsides,
): Promise<EmbeddedEventStore> {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  const lock = lockFolder(folder);
  try {
    const file = wrapFile(await LmdbEventLogFile.open(folder));
    return new EmbeddedEventStore({
      file,
      nowMs,
      onFatal,
      foreign: new ForeignEvents(onForeignEvent, onPassedOver),
      limits: { ...DEFAULT_LIMITS, ...limits },
      headsMax,
      release: () => lock.release(),
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Thrown where nobody can catch it: a process that cannot write its log must not go on as if it could. */
function endTheProcess(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
