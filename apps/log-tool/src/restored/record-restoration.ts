/**
 * Tells a log that it was put back from a backup.
 *
 *  R1 LogRestored stands in the stream of every tenant before anything is parked, so whoever reads a parked execution can
 *     find why.
 *  R2 one restoration is recorded once: until others write, a repeat goes on with the one that is recorded; afterwards it
 *     is refused, unless it is said that the log was put back once more.
 *  R3 done, nothing is open that the backup had open.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { publicPosition, type TenantName, tenantStream } from '@action-do/contracts';
import type { EventStore } from '@action-do/event-store';
import { appendSurely } from '../append-surely.js';
import { copiedEvents } from '../copied-events.js';
import { EXIT, Refused } from '../refused.js';
import { lookThrough, type Recorded, type Seen } from './look-through.js';
import { parkOpen } from './park-open.js';
import { isOfRestoration, restoredRecord } from './restored-records.js';
import { writtenMeanwhile } from './written-meanwhile.js';

export interface RestorationAsked {
  readonly reason: string | undefined;
  /** The log was put back once more since a restoration that is recorded in it. */
  readonly again: boolean;
}

export interface RestorationWatch {
  /** `total` is not known while the log is looked through. */
  readonly tell: (phase: 'looked through' | 'parked', done: number, total?: number) => void;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly pause?: (ms: number) => Promise<void>;
}

export interface Restored {
  readonly logId: string;
  readonly restoration: string;
  /** Public position of the newest event of the backup. */
  readonly after: string;
  /** Of the platform, when the log was looked through. */
  readonly events: number;
  readonly tenants: readonly TenantName[];
  /** Executions that were open, and are unknown now. */
  readonly parked: number;
  /** Undos that were under way, and are given up: what they were to take back may have been taken back. */
  readonly undosEnded: number;
  /** An earlier run had begun. */
  readonly wentOn: boolean;
}

/** Half a minute: a store that restarts is back by then. */
const TRIES_MAX = 60;

/** @throws Refused and the signal's reason; in each case it may be run again, and goes on */
export async function recordRestoration(
  store: EventStore,
  asked: RestorationAsked,
  { tell, signal, nowMs, pause = (ms) => delay(ms) }: RestorationWatch,
): Promise<Restored> {
  const seen = await lookThrough(store, (events) => tell('looked through', events), signal);
  if (seen.tenants.size === 0) throw noPlatform();
  const goesOn = goOnWith(seen.recorded, asked.again);
  const said = goesOn?.said ?? {
    restoration: randomUUID(),
    after: publicPosition(store.logId, seen.end),
    ...(asked.reason === undefined ? {} : { reason: asked.reason }),
    atMs: nowMs(),
  };
  for (const [tenant, { revision, eventId }] of seen.tenants) {
    if (goesOn?.tenants.has(tenant)) continue;
    const event = restoredRecord(tenant, said, eventId);
    const record = { ...event, streamId: tenantStream(tenant), revision: revision + 1n };
    await appendSurely(store, [record], TRIES_MAX, pause, writtenMeanwhile);
  }
  const total = seen.open.size;
  const parking = { tell: (done: number) => tell('parked', done, total), signal, nowMs, pause };
  const { unreadable, unreadableCount, ...ended } = await parkOpen(store, seen.open, parking);
  await insistOnQuiet(store, seen);
  if (unreadableCount > 0) throw damaged(unreadable, unreadableCount, ended.parked);
  const { events, tenants } = seen;
  const { restoration, after } = said;
  const wentOn = goesOn !== null;
  return { logId: store.logId, restoration, after, events, tenants: [...tenants.keys()], ...ended, wentOn };
}

function goOnWith(recorded: Recorded | null, again: boolean): Recorded | null {
  if (recorded === null) return null;
  if (recorded.writtenSince === 0) return recorded;
  if (again) return null;
  throw new Refused(
    'REQUEST_INVALID',
    EXIT.refused,
    `The log says since ${new Date(recorded.said.atMs).toISOString()} that it was put back, and ${recorded.writtenSince} events were written since. Nothing was written.`,
    'If it was put back once more after that, say --again. If not, and that run told how many executions it parked, there is nothing to do. If it was ended before that, what it had not parked is taken up by the platform, or was: --again parks what is open now, and says of what was written since that the backup held it.',
  );
}

/** Where a folder is held by one process nobody else can have written; a server takes appends of many. */
async function insistOnQuiet(store: EventStore, { end }: Seen): Promise<void> {
  for await (const event of copiedEvents(store, { after: end }))
    if (!isOfRestoration(event)) throw writtenMeanwhile();
}

const noPlatform = (): Refused =>
  new Refused(
    'NOT_FOUND',
    EXIT.notFound,
    'The log holds no tenant: no platform has ever written to it.',
    'Name the log that was put back.',
  );

const damaged = (names: readonly string[], count: number, parked: number): Refused =>
  new Refused(
    'INTERNAL',
    EXIT.verificationFailed,
    `${count} streams cannot be read and stay as they are: ${names.join(', ')}. ${parked} executions were parked.`,
    'Take the log from another backup, or start the platform with it: it leaves those streams alone.',
  );
