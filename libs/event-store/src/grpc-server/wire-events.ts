/** What a reader is sent, and the bytes of it. */
import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { eventBytes, type ResolvedEvent } from './event-bytes.js';

export type ReadAnswer =
  | ({ readonly kind: 'event' } & ResolvedEvent)
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'stream-not-found'; readonly stream: string }
  | { readonly kind: 'last-revision'; readonly revision: number };

export function confirmation(): Buffer {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  return bytesOf(new streams.ReadResp().setConfirmation(confirmed.setSubscriptionId(randomUUID())));
}

/** @param structuredIds how the reader wants UUIDs */
export function onTheWire(answer: ReadAnswer, structuredIds: boolean): Buffer {
  return answer.kind === 'event' ? eventBytes(answer, structuredIds) : bytesOf(rareAnswer(answer));
}

function rareAnswer(answer: Exclude<ReadAnswer, { kind: 'event' }>): streams.ReadResp {
  const message = new streams.ReadResp();
  switch (answer.kind) {
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
      const name = new shared.StreamIdentifier().setStreamName(Buffer.from(answer.stream));
      return message.setStreamNotFound(missing.setStreamIdentifier(name));
    }
    case 'last-revision':
      return message.setLastStreamPosition(String(answer.revision));
  }
}

const bytesOf = (message: streams.ReadResp): Buffer => Buffer.from(message.serializeBinary());
