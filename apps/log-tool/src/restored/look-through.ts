/** What a log that was put back holds: whose it is, what is open in it, and whether somebody has told it of that already. */
import {
  LOG_RESTORED,
  LogRestored,
  parseActionStream,
  TENANT_STREAM_PREFIX,
  type TenantName,
} from '@action-do/contracts';
import type { EventStore, RecordedEvent } from '@action-do/event-store';
import { copiedEvents } from '../copied-events.js';
import { EXIT, Refused } from '../refused.js';
import { isOfRestoration } from './restored-records.js';

/** Names of 200 characters at most. */
const OPEN_MAX = 500_000;
const TENANTS_MAX = 10_000;

/** The end of a tenant's stream. */
export interface TenantEnd {
  readonly revision: bigint;
  readonly eventId: string;
}

/** A restoration that was recorded, in some of the tenants' streams at least. */
export interface Recorded {
  readonly said: LogRestored;
  readonly tenants: Set<TenantName>;
  /** Events that others wrote since. */
  writtenSince: number;
}

export interface Seen {
  events: number;
  /** Of the newest event; 0n of an empty log. */
  end: bigint;
  readonly tenants: Map<TenantName, TenantEnd>;
  /** Streams whose newest execution may be open: the fold of each decides. */
  readonly open: Set<string>;
  /** The newest. */
  recorded: Recorded | null;
}

/**
 * Reads the whole log once.
 * @param tell how many events so far
 * @throws Refused there is more open than is remembered; nothing was written  @throws the signal's reason
 */
export async function lookThrough(
  store: Pick<EventStore, 'readAll'>,
  tell: (events: number) => void,
  signal: AbortSignal,
): Promise<Seen> {
  const seen: Seen = { events: 0, end: 0n, tenants: new Map(), open: new Set(), recorded: null };
  for await (const event of copiedEvents(store)) {
    signal.throwIfAborted();
    seen.events += 1;
    seen.end = event.position;
    if (event.streamId.startsWith(TENANT_STREAM_PREFIX)) noteTenant(seen, event);
    else noteExecution(seen, event);
    if (seen.recorded !== null && !isOfRestoration(event)) seen.recorded.writtenSince += 1;
    tell(seen.events);
  }
  return seen;
}

function noteTenant(seen: Seen, { streamId, type, data, revision, id }: RecordedEvent): void {
  const tenant = streamId.slice(TENANT_STREAM_PREFIX.length) as TenantName;
  seen.tenants.set(tenant, { revision, eventId: id });
  if (seen.tenants.size > TENANTS_MAX) throw tooMany(`${TENANTS_MAX} tenants`);
  if (type !== LOG_RESTORED) return;
  const said = LogRestored.parse(data);
  if (seen.recorded?.said.restoration !== said.restoration)
    seen.recorded = { said, tenants: new Set(), writtenSince: 0 };
  seen.recorded.tenants.add(tenant);
}

function noteExecution({ open }: Seen, { streamId, type, data }: RecordedEvent): void {
  if (BEGINS.includes(type) && parseActionStream(streamId) !== null) {
    open.add(streamId);
    if (open.size > OPEN_MAX) throw tooMany(`${OPEN_MAX} open executions`);
  } else if (ENDS.includes(type) || (type === 'ActionUndoFailed' && data['nextAttemptAtMs'] === null))
    open.delete(streamId);
}

/** Of an execution, or of an undo of it. */
const BEGINS = ['ActionRequested', 'ActionUndoRequested'];
const ENDS = ['ActionSucceeded', 'ActionFailed', 'ActionOutcomeUnknown', 'ActionUndone'];

const tooMany = (what: string): Refused =>
  new Refused(
    'REQUEST_INVALID',
    EXIT.refused,
    `The log holds more than ${what}. Nothing was written.`,
    'Start the platform without this: it takes up what is open, and whatever was done since the backup may be done again.',
  );
