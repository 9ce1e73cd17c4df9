/** The events that the log writes about streams. */
import { randomUUID } from 'node:crypto';
import { type NewRawEvent, TOMBSTONE_REVISION } from '../embedded/raw-event.js';
import type { RawAppend } from '../embedded/raw-log.js';

const NOTHING = new Uint8Array();

export const newSystemEvent = (settings: Uint8Array): NewRawEvent => ({
  id: randomUUID(),
  type: '$metadata',
  isJson: true,
  data: settings,
  metadata: NOTHING,
});

/** A stream's last event. */
export const tombstoneOf = (stream: string): RawAppend => ({
  name: stream,
  events: [{ id: randomUUID(), type: '$streamDeleted', isJson: false, data: NOTHING, metadata: NOTHING }],
  firstRevision: TOMBSTONE_REVISION,
});
