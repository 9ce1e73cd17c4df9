import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { type RawEvent, TOMBSTONE_REVISION } from '../embedded/raw-event.js';
import { eventBytes } from './event-bytes.js';

const revision = fc.oneof(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: 0n, max: BigInt(TOMBSTONE_REVISION) - 1n }),
);
const rawEvent: fc.Arbitrary<RawEvent> = fc.record({
  id: fc.uuid(),
  type: fc.string({ unit: 'grapheme' }),
  isJson: fc.boolean(),
  data: fc.uint8Array({ maxLength: 500 }),
  metadata: fc.uint8Array({ maxLength: 200 }),
  streamName: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
  revision,
  position: fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
  createdTicks: fc.bigInt({ min: 0n, max: 2n ** 62n }),
});

/** The same by the generated messages. */
function recorded(event: RawEvent): streams.ReadResp.ReadEvent.RecordedEvent {
  const message = new streams.ReadResp.ReadEvent.RecordedEvent();
  message.setId(new shared.UUID().setString(event.id));
  message.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(event.streamName)));
  message.setStreamRevision(String(event.revision));
  message.setPreparePosition(String(event.position)).setCommitPosition(String(event.position));
  message
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.isJson ? 'application/json' : 'application/octet-stream')
    .set('created', String(event.createdTicks));
  message.setCustomMetadata(event.metadata);
  message.setData(event.data);
  return message;
}

const parsed = (bytes: Uint8Array) => streams.ReadResp.deserializeBinary(bytes).toObject();

it('what goes out is what the generated messages would read', () => {
  fc.assert(
    fc.property(fc.option(rawEvent), fc.option(rawEvent), (event, link) => {
      if (!event && !link) return;
      const resolved = { event: event ?? undefined, ...(link && { link }) };
      const expected = new streams.ReadResp.ReadEvent();
      if (event) expected.setEvent(recorded(event));
      if (link) expected.setLink(recorded(link));
      expected.setCommitPosition(String((link ?? event)?.position));
      const message = new streams.ReadResp().setEvent(expected);
      expect(parsed(eventBytes(resolved, false))).toEqual(parsed(message.serializeBinary()));
    }),
  );
});

it('ids in halves are two signed numbers', () => {
  fc.assert(
    fc.property(rawEvent, fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (event, number) => {
      const digits = number.toString(16).padStart(32, '0');
      const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      const answer = parsed(eventBytes({ event: { ...event, id } }, true));
      expect(answer.event?.event?.id?.structured).toEqual({
        mostSignificantBits: BigInt.asIntN(64, number >> 64n).toString(),
        leastSignificantBits: BigInt.asIntN(64, number).toString(),
      });
    }),
  );
});

it('a tombstone has the highest revision there is', () => {
  const [event] = fc.sample(rawEvent, 1);
  if (!event) throw new Error('nothing was sampled');
  const answer = parsed(eventBytes({ event: { ...event, revision: BigInt(TOMBSTONE_REVISION) } }, false));
  expect(answer.event?.event?.streamRevision).toBe('9223372036854775807');
});
