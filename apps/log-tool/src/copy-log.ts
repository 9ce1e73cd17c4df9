/**
 * Copies a log into a store, event by event, in the order of the log.
 *
 * No note of how far it came is kept: the target itself says so.
 *  C1 the target is at every moment a beginning of the source; one that is not is refused and left as it is.
 *  C2 an event is appended at its own revision with its own id, so a repeat is harmless; one append after the other, or
 *     several at once where the store keeps the order of the calls, so the order is that of the source.
 *  C3 events of one stream that follow one another go together: what was one append is never half there for a reader.
 *  C4 it is done only when everything was read back from the target and is the same.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@action-do/event-store';
import { appendSurely } from './append-surely.js';
import { AppendWindow, type Group } from './append-window.js';
import { type CopiedEvent, EventsDigest, eventText } from './copied-event.js';
import { copiedEvents } from './copied-events.js';
import type { LogSource } from './log-source.js';
import { EXIT, Refused } from './refused.js';

/** Below what stores take in one append, 1 MiB at the least. */
const GROUP_BYTES_MAX = 512 * 1_024;
const GROUP_EVENTS_MAX = 500;
/** Half a minute: a store that restarts is back by then. */
const TRIES_MAX = 60;

export type Phase = 'compared' | 'copied' | 'verified';

export interface CopyWatch {
  /** Told after each event or group of them; `done` of `source.count`. */
  readonly tell: (phase: Phase, done: number) => void;
  /** Aborting ends it between two appends. */
  readonly signal: AbortSignal;
  /** Appends under way at once; more than the one of default only into the embedded store (see `AppendWindow`). */
  readonly appendsMax?: number;
  readonly pause?: (ms: number) => Promise<void>;
}

export interface CopiedLog {
  readonly events: number;
  /** Of them that were there before. */
  readonly eventsBefore: number;
  /** SHA-256 over the events in their order. */
  readonly digest: string;
}

/** @throws Refused and the reason of the signal; in each case it may be run again, and goes on */
export async function copyLog(source: LogSource, target: EventStore, watch: CopyWatch): Promise<CopiedLog> {
  if (source.logId === target.logId)
    throw new Refused(
      'REQUEST_INVALID',
      EXIT.refused,
      'Source and target are the same log, or one is a copy of the other’s files.',
      'Give a target that was made empty.',
    );
  const digest = new EventsDigest();
  const events = source.events()[Symbol.asyncIterator]();
  const eventsBefore = await comparePrefix(events, target, digest, watch);
  await appendRest(events, target, digest, watch);
  if (digest.count !== source.count || (await source.hasGrown())) throw changedMeanwhile(source);
  await verify(source, target, digest, watch);
  return { events: digest.count, eventsBefore, digest: digest.hex() };
}

/** @returns how many events are there already */
async function comparePrefix(
  events: AsyncIterator<CopiedEvent>,
  target: EventStore,
  digest: EventsDigest,
  { tell, signal }: CopyWatch,
): Promise<number> {
  for await (const there of copiedEvents(target)) {
    signal.throwIfAborted();
    const next = await events.next();
    const [found, wanted] = [eventText(there), next.done ? undefined : eventText(next.value)];
    if (found !== wanted)
      throw new Refused(
        'REQUEST_INVALID',
        EXIT.refused,
        `The target holds something else: its event ${digest.count + 1} (${there.type} in ${there.streamId}) ` +
          `${wanted === undefined ? 'is behind the end of' : 'is not that of'} the source. Nothing was written.`,
        'Give an empty target, or one into which this very log was being imported.',
      );
    digest.add(found);
    tell('compared', digest.count);
  }
  return digest.count;
}

async function appendRest(
  events: AsyncIterator<CopiedEvent>,
  target: EventStore,
  digest: EventsDigest,
  { tell, signal, appendsMax = 1, pause = (ms) => delay(ms) }: CopyWatch,
): Promise<void> {
  // Where several are under way, one that is sent again would come behind the others.
  const triesMax = appendsMax > 1 ? 1 : TRIES_MAX;
  const window = new AppendWindow(
    appendsMax,
    ({ events }) => appendSurely(target, events, triesMax, pause),
    ({ texts }) => {
      for (const text of texts) digest.add(text);
      tell('copied', digest.count);
    },
  );
  for await (const group of groupsOf(events)) {
    signal.throwIfAborted();
    await window.add(group);
  }
  await window.end();
}

/** What follows one another in one stream goes together. */
async function* groupsOf(events: AsyncIterator<CopiedEvent>): AsyncGenerator<Group> {
  let group: CopiedEvent[] = [];
  let texts: string[] = [];
  let bytes = 0;
  for (let next = await events.next(); !next.done; next = await events.next()) {
    const event = next.value;
    const text = eventText(event);
    const size = Buffer.byteLength(text);
    const joins = group.length === 0 || event.streamId === group.at(-1)?.streamId;
    if (!joins || bytes + size > GROUP_BYTES_MAX || group.length === GROUP_EVENTS_MAX) {
      if (group.length > 0) yield { events: group, texts, bytes };
      [group, texts, bytes] = [[], [], 0];
    }
    group.push(event);
    texts.push(text);
    bytes += size;
  }
  if (group.length > 0) yield { events: group, texts, bytes };
}

async function verify(
  source: LogSource,
  target: EventStore,
  copied: EventsDigest,
  { tell, signal }: CopyWatch,
): Promise<void> {
  const found = new EventsDigest();
  for await (const event of copiedEvents(target)) {
    signal.throwIfAborted();
    found.add(eventText(event));
    tell('verified', found.count);
  }
  if (found.count === copied.count && found.hex() === copied.hex()) return;
  throw new Refused(
    'INTERNAL',
    EXIT.verificationFailed,
    `The target holds ${found.count} events with digest ${found.hex()}, and ${copied.count} with ${copied.hex()} were read from ${source.name}.`,
    'Do not use the target. Nobody else may write to it meanwhile; begin with an empty one.',
  );
}

const changedMeanwhile = ({ name, count }: LogSource): Refused =>
  new Refused(
    'REQUEST_INVALID',
    EXIT.verificationFailed,
    `${name} was written to meanwhile: it had ${count} events at the beginning and has others now.`,
    'Stop the platform that writes to it, then run the same command again: it goes on where it stopped.',
  );
