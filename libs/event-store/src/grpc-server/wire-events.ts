/** What a reader is sent, made from what the log holds. */
import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type RawEvent, TOMBSTONE_REVISION } from '../embedded/raw-event.js';
import { contentTypeOf } from './proposed-events.js';

/** Revision of a stream's tombstone, as clients know it. */
const TOMBSTONE_ON_THE_WIRE = '9223372036854775807';

/** An event, and the link by which it was found. A link whose target is gone has no event. */
export interface ResolvedEvent {
  readonly event: RawEvent | undefined;
  readonly link?: RawEvent;
}

export type ReadAnswer =
  | ({ readonly kind: 'event' } & ResolvedEvent)
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'stream-not-found'; readonly stream: string }
  | { readonly kind: 'last-revision'; readonly revision: number };

export const confirmation = (): streams.ReadResp => {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  return new streams.ReadResp().setConfirmation(confirmed.setSubscriptionId(randomUUID()));
};

/** @param structuredIds how the reader wants UUIDs */
export function onTheWire(answer: ReadAnswer, structuredIds: boolean): streams.ReadResp {
  const message = new streams.ReadResp();
  switch (answer.kind) {
    case 'event':
      return message.setEvent(readEvent(answer, structuredIds));
    case 'checkpoint': {
      const checkpoint = new streams.ReadResp.Checkpoint();
      checkpoint.setCommitPosition(answer.position.toString());
      checkpoint.setPreparePosition(answer.position.toString());
      return message.setCheckpoint(checkpoint);
    }
    case 'caught-up':
      return message.setCaughtUp(new streams.ReadResp.CaughtUp());
    case 'stream-not-found': {
      const missing = new streams.ReadResp.StreamNotFound();
      return message.setStreamNotFound(missing.setStreamIdentifier(identifierOf(answer.stream)));
    }
    case 'last-revision':
      return message.setLastStreamPosition(String(answer.revision));
  }
}

function readEvent({ event, link }: ResolvedEvent, structuredIds: boolean): streams.ReadResp.ReadEvent {
  const read = new streams.ReadResp.ReadEvent();
  if (event) read.setEvent(recordedEvent(event, structuredIds));
  if (link) read.setLink(recordedEvent(link, structuredIds));
  return read.setCommitPosition(String((link ?? event)?.position));
}

function recordedEvent(event: RawEvent, structuredIds: boolean): streams.ReadResp.ReadEvent.RecordedEvent {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  const position = event.position.toString();
  recorded.setId(structuredIds ? structured(event.id) : new shared.UUID().setString(event.id));
  recorded.setStreamIdentifier(identifierOf(event.streamName));
  recorded.setStreamRevision(
    event.revision === BigInt(TOMBSTONE_REVISION) ? TOMBSTONE_ON_THE_WIRE : event.revision.toString(),
  );
  recorded.setPreparePosition(position);
  recorded.setCommitPosition(position);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', contentTypeOf(event.isJson))
    .set('created', event.createdTicks.toString());
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  return recorded;
}

const identifierOf = (stream: string): shared.StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream));

function structured(id: string): shared.UUID {
  const digits = id.replaceAll('-', '');
  const half = (from: number) => BigInt.asIntN(64, BigInt(`0x${digits.slice(from, from + 16)}`)).toString();
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits(half(0));
  halves.setLeastSignificantBits(half(16));
  return new shared.UUID().setStructured(halves);
}
