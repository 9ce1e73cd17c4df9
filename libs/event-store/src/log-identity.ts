/**
 * The log's name, written into the log itself, for those who see only its streams: `log-identity` holds one event,
 * `LogNamed { logId }`. The embedded store keeps its name beside its events and writes it here when it is served; a
 * store on a server has it from here alone. So a log has the same public positions whoever opens it.
 */
import { randomUUID } from 'node:crypto';
import { LOG_IDENTITY_STREAM } from '@action-do/contracts';
import { AppendUnknown, StreamConflict } from './errors.js';
import type { EventStore } from './event-store.js';

const TYPE = 'LogNamed';
const LOG_ID = /^[a-z0-9]{1,40}$/;
const TRIES_MAX = 3;

/** @returns undefined where the log has no name yet  @throws Error what stands there is no name  @throws as `readStream` does */
export async function readLogId(log: Pick<EventStore, 'readStream'>): Promise<string | undefined> {
  for await (const { type, data } of log.readStream(LOG_IDENTITY_STREAM, { limit: 1 })) {
    const logId = data['logId'];
    if (type === TYPE && typeof logId === 'string' && LOG_ID.test(logId)) return logId;
    throw new Error(`the stream ${LOG_IDENTITY_STREAM} does not hold the name of the log`);
  }
  return undefined;
}

/** Names a log that has no name. @returns the name that stands: of several who name it at once, one wins  @throws as `append` does */
export async function nameLog(
  log: Pick<EventStore, 'append' | 'readStream'>,
  logId: string,
): Promise<string> {
  const event = { id: randomUUID(), type: TYPE, data: { logId }, metadata: { schemaVersion: '1' } };
  for (let tries = 1; ; tries += 1) {
    try {
      await log.append(LOG_IDENTITY_STREAM, [event], 'no-stream');
      return logId;
    } catch (error) {
      if (error instanceof StreamConflict) return (await readLogId(log)) ?? logId;
      if (!(error instanceof AppendUnknown) || tries === TRIES_MAX) throw error;
    }
  }
}

/** Before a log is served: its own name is in it. @throws Error another one is, as in a log copied event by event */
export async function showLogId(store: Pick<EventStore, 'logId' | 'append' | 'readStream'>): Promise<void> {
  const { logId } = store;
  const found = (await readLogId(store)) ?? (await nameLog(store, logId));
  if (found === logId) return;
  throw new Error(
    `the log ${logId} calls itself ${found} in its stream ${LOG_IDENTITY_STREAM}, which was copied from another log: ` +
      'positions would be taken for those of that one',
  );
}
